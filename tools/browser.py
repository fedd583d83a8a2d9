"""Look at built pages in a real browser, on a phone and on a desk.

A page must load all it asks for from its own site, say nothing in the console, be no
wider than the window, and have no letters too small to read. What is wide, a table or
a line of code, scrolls in its own box. `playwright` drives a Chromium that is there;
it does not bring one.
"""

import contextlib
import functools
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VARIABLE = "RAMIE_BROWSER"
SMALLEST, SMALLEST_IN_PICTURES = 14, 10
"""The size of the smallest letters, in px as they are shown."""


@dataclass(frozen=True)
class Window:
    """A window to look at pages in; sizes in px."""

    name: str
    width: int
    height: int


WINDOWS = (Window("phone", 390, 844), Window("desk", 1280, 900))

LOOK = """
([smallest, inPictures]) => {
  const found = [], width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width)
    found.push(`is ${document.documentElement.scrollWidth} px wide`);
  const shown = element => element.checkVisibility() && element.getClientRects().length;
  const words = element => element.textContent.trim().slice(0, 40);
  for (const element of document.querySelectorAll("pre, table, img, svg, object")) {
    const box = element.getBoundingClientRect();
    let held = box.right <= width + 1 || !shown(element);
    for (let above = element; above && !held; above = above.parentElement)
      held = ["auto", "scroll"].includes(getComputedStyle(above).overflowX)
          && above.getBoundingClientRect().right <= width + 1;
    if (!held) found.push(`<${element.localName}> is cut off: ${words(element)}`);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = new Set();
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const picture = element.closest("svg"), scale = picture?.getScreenCTM()?.a ?? 1;
    const size = parseFloat(getComputedStyle(element).fontSize) * scale;
    if (texts.currentNode.data.trim() && shown(element)
        && size < (picture ? inPictures : smallest) - 0.01)
      small.add(`letters of ${size.toFixed(0)} px: ${words(element)}`);
  }
  return found.concat([...small].slice(0, 3));
}
"""


def find() -> str | None:
    """The Chromium to use: the one that `RAMIE_BROWSER` names, or that is installed."""
    named = os.environ.get(VARIABLE)
    return named or next(filter(None, map(shutil.which, NAMES)), None)


@contextlib.contextmanager
def served(site: Path) -> Iterator[str]:
    """The address of a folder that is served to this machine for the time being."""
    handler = functools.partial(_Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of what was asked for."""


def complaints(
    site: Path, pages: list[str], browser: str, pictures: Path | None = None
) -> Iterator[str]:
    """Open pages in each window and say what is wrong with them.

    Args:
        site: the folder of the built pages.
        pages: which of them, as paths below it.
        browser: the program.
        pictures: a folder to leave a picture of each page in, if any.
    """
    from playwright.sync_api import sync_playwright

    with served(site) as address, sync_playwright() as driver:
        # Pages of this tree, served to this machine: they need no sandbox.
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        running = driver.chromium.launch(executable_path=browser, args=options)
        visit = _Visit(running.new_page(), address)
        for name in pages:
            for text in visit.open(name):
                yield f"{name}: {text}"
            for window in WINDOWS:
                for text in visit.look(window):
                    yield f"{name} ({window.name}): {text}"
                if pictures is not None:
                    file = f"{name.replace('/', '-')}-{window.name}.png"
                    visit.page.screenshot(path=pictures / file)
        running.close()


class _Visit:
    """A tab, and what it has complained of since the last page was opened."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address, self.heard = page, address, list[str]()
        page.on("console", lambda message: self.hear(message.type, message.text))
        page.on("pageerror", lambda error: self.hear("error", error))
        page.on("requestfailed", lambda request: self.hear("failed", request.url))
        page.on("response", self.answered)
        page.route(lambda url: not url.startswith(address), lambda r: r.abort())

    def hear(self, kind: str, text: object) -> None:
        """Note what the browser says, if it is bad."""
        if kind in ("error", "warning", "failed"):
            self.heard.append(f"{kind}: {text}".replace(self.address, ""))

    def answered(self, response: Any) -> None:
        """Note an answer that is a refusal."""
        if response.status >= 400:
            self.hear("failed", f"{response.url} answers {response.status}")

    def open(self, name: str) -> list[str]:
        """Open a page; what the browser says to it."""
        self.heard.clear()
        self.page.goto(self.address + name, wait_until="load")
        return list(dict.fromkeys(self.heard))

    def look(self, window: Window) -> list[str]:
        """What is wrong with the looks of the page in a window."""
        self.page.set_viewport_size({"width": window.width, "height": window.height})
        found: list[str] = self.page.evaluate(LOOK, [SMALLEST, SMALLEST_IN_PICTURES])
        return found
