"""Find links of built pages that lead nowhere: to no file, or to no place in it.

Links to other sites are not followed.
"""

from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

TARGETS = {"a": "href", "link": "href", "img": "src", "script": "src", "object": "data"}
"""What of each element leads somewhere."""


class Page(HTMLParser):
    """Where a page leads, and the places in it."""

    def __init__(self, file: Path) -> None:
        """Read a file."""
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(file.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link, or a place that a link can name."""
        given = dict(attrs)
        self.places.update(filter(None, (given.get("id"), given.get("name"))))
        link = given.get(TARGETS.get(tag, ""))
        if link:
            self.links.append(link)


read = cache(Page)


def pages_of(site: Path) -> list[Path]:
    """Every page of a built site, in the order of their paths."""
    return sorted(site.rglob("*.html"))


def broken_links(site: Path) -> Iterator[str]:
    """Say of each page which links of it lead nowhere."""
    for file in pages_of(site):
        for link in dict.fromkeys(read(file).links):
            if not _leads_somewhere(link, file, site):
                yield f"{file.relative_to(site)}: {link} leads nowhere"


def _leads_somewhere(link: str, file: Path, site: Path) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return True
    start = site if parts.path.startswith("/") else file.parent
    path = unquote(parts.path).lstrip("/")
    target = (start / path).resolve() if path else file
    if target.is_dir():
        target = target / "index.html"
    if not target.is_file():
        return False
    place = unquote(parts.fragment)
    return target.suffix != ".html" or not place or place in read(target).places
