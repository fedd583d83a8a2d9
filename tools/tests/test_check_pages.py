"""A browser finds what is wrong with a page."""

import pytest

import browser
import check_pages

needs_a_browser = pytest.mark.skipif(
    check_pages.why_not() is not None, reason=str(check_pages.why_not())
)

GOOD = """<!doctype html><meta name=viewport content="width=device-width">
<link rel=icon href="data:,"><title>It</title>
<p>Some words.
<div style="overflow-x: auto"><pre style="font-size: 14px">{code}</pre></div>
<p style="display: none; font-size: 2px">Nobody sees this."""
BAD = """<!doctype html><meta name=viewport content="width=device-width">
<link rel=icon href="data:,"><title>It</title>
<img src="gone.png"><img src="https://example.org/there.png">
<script>console.error("this is bad"); nothing.at.all</script>
<p style="font-size: 11px">Too small to read.
<svg viewBox="0 0 780 20"><text style="font-size: 16px">Shrunk.</text></svg>
<div style="overflow-x: hidden"><table><td>{code}</table></div>
<div style="width: 800px">Wide.</div>"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A page that is as it should be, and one that is not."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "good.html").write_text(GOOD.format(code="a" * 300))
    (folder / "bad.html").write_text(BAD.format(code="a" * 300))
    return folder


@needs_a_browser
def test_a_browser_tells_what_is_wrong_and_where(site):
    pictures = site / "pictures"

    found = list(
        browser.complaints(site, ["good.html", "bad.html"], browser.find(), pictures)
    )

    assert [text for text in found if text.startswith("good")] == []
    assert "bad.html (phone): is 808 px wide" in found
    phone = "\n".join(text for text in found if "(desk)" not in text)
    assert "gone.png answers 404" in phone
    assert "failed: https://example.org/there.png" in phone
    assert "error: this is bad" in phone
    assert "nothing is not defined" in phone
    assert "letters of 11 px: Too small to read." in phone
    assert "letters of 8 px: Shrunk." in phone
    assert "<table> is cut off: aaa" in phone
    assert "bad.html (desk): is" not in "\n".join(found)
    assert (pictures / "good.html-phone.png").stat().st_size > 1000


@needs_a_browser
def test_the_tool_fails_where_something_is_wrong(site, capsys):
    assert check_pages.main([str(site), "--only", "bad"]) == 1
    assert "bad.html: gone.png leads nowhere" in capsys.readouterr().out


def test_without_a_browser_links_are_checked_and_the_reason_is_told(
    tmp_path, monkeypatch, capsys
):
    (tmp_path / "index.html").write_text("<p>It.")
    monkeypatch.setattr(check_pages, "why_not", lambda: "it is not there")

    assert check_pages.main([str(tmp_path)]) == 0

    said = capsys.readouterr().out
    assert "No browser looked at the pages, only links were checked: it is not" in said
    assert "1 pages are as they should be" in said


def test_a_site_without_the_pages_that_are_meant_is_an_error(tmp_path, capsys):
    assert check_pages.main([str(tmp_path)]) == 1
    assert "there is no page with" in capsys.readouterr().out


def test_the_browser_that_is_named_is_taken(monkeypatch):
    monkeypatch.setenv(browser.VARIABLE, "/opt/it")

    assert browser.find() == "/opt/it"


def test_no_browser_is_a_reason(monkeypatch):
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setattr(browser, "NAMES", ("no-such-browser",))
    monkeypatch.setattr(check_pages.importlib.util, "find_spec", lambda _: object())

    assert browser.find() is None
    assert "there is no no-such-browser on the PATH" in check_pages.why_not()
