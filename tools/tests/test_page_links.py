"""Links of built pages are followed within the site."""

import pytest

import page_links


@pytest.fixture
def site(tmp_path):
    """Two pages, a picture, and a folder with an index."""
    (tmp_path / "below").mkdir()
    (tmp_path / "a picture.png").write_bytes(b"")
    (tmp_path / "below" / "index.html").write_text("<h1 id='top'>Below</h1>")
    return tmp_path


def broken(site, text):
    """What is wrong with a page of that text."""
    (site / "index.html").write_text(text)
    page_links.read.cache_clear()
    return list(page_links.broken_links(site))


@pytest.mark.parametrize(
    "link",
    ["below", "below/", "/below/index.html", "below/index.html#top", "index.html"],
)
def test_a_page_may_be_named_in_many_ways(link, site):
    assert broken(site, f"<a href='{link}'>it</a>") == []


def test_places_of_the_page_itself_are_known_by_id_and_by_name(site):
    text = (
        "<p id='here'><a name='there'></a><a href='#here'>x</a><a href='#there'>y</a>"
    )

    assert broken(site, text) == []


def test_other_sites_are_not_followed(site):
    assert broken(site, "<a href='https://example.org/nothing'>x</a>") == []


def test_files_may_have_spaces_in_their_names(site):
    assert broken(site, "<img src='a%20picture.png'>") == []


@pytest.mark.parametrize(
    "element",
    [
        "<a href='gone.html'>x</a>",
        "<a href='#gone'>x</a>",
        "<a href='below/index.html#gone'>x</a>",
        "<img src='gone.png'>",
        "<link href='gone.css'>",
        "<script src='gone.js'></script>",
    ],
)
def test_what_leads_nowhere_is_told(element, site):
    (problem,) = broken(site, element)

    assert problem.startswith("index.html: ")
    assert "gone" in problem
    assert problem.endswith(" leads nowhere")
