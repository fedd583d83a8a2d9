"""Fail when a built page has a broken link, or does not look right in a browser.

    python tools/check_pages.py docs/_build
    python tools/check_pages.py docs/_build --only guides --pictures /tmp/pictures

Links are always checked. The rest needs playwright and a Chromium: the one on the
PATH, or the one that the variable RAMIE_BROWSER names.
"""

import argparse
import importlib.util
import sys
from pathlib import Path

import browser
import page_links


def why_not() -> str | None:
    """Why no browser can look at the pages, or None."""
    if importlib.util.find_spec("playwright") is None:
        return "playwright is not installed"
    if browser.find() is None:
        names = ", ".join(browser.NAMES)
        return f"there is no {names} on the PATH, and {browser.VARIABLE} names none"
    return None


def main(arguments: list[str] | None = None) -> int:
    """Print what is wrong; the exit code says whether anything is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("site", type=Path, help="the folder of the built pages")
    parser.add_argument("--only", default="", help="pages with this in their path")
    parser.add_argument("--pictures", type=Path, help="leave pictures in this folder")
    options = parser.parse_args(arguments)
    site = options.site.resolve()
    found = list(page_links.broken_links(site))
    names = [str(file.relative_to(site)) for file in page_links.pages_of(site)]
    chosen = [name for name in names if options.only in name]
    if not chosen:
        found.append(f"{site}: there is no page with {options.only!r} in its path")
    missing, program = why_not(), browser.find()
    if missing is None and program is not None and chosen:
        found += browser.complaints(site, chosen, program, options.pictures)
    elif missing is not None:
        print(f"No browser looked at the pages, only links were checked: {missing}.")
    print("\n".join(found) or f"{len(chosen)} pages are as they should be.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
