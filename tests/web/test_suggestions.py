from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from kb.settings import Settings
from kb.web.app import create_app

ADDRESS = "/search/suggestions"


def ask(client, typed):
    answer = client.get(ADDRESS, params={"q": typed})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "private, max-age=60"
    return answer.json()


@pytest.mark.parametrize("typed", ["re", "wait", "OAP", "elft", "restriant", "later life", "south", "sustained", "nhs"])
def test_every_suggestion_leads_to_a_page_with_something_on_it(client, page, typed):
    found = ask(client, typed)
    assert 0 < len(found) <= 8
    assert len({suggestion["url"] for suggestion in found}) == len(found)
    for suggestion in found:
        assert suggestion.keys() == {"label", "kind", "url"}
        assert suggestion["label"].strip()
        soup = page(suggestion["url"])
        organisation = suggestion["kind"] in ("Organisation", "Collaborative")  # its own page counts as something
        assert organisation or soup.select_one("article, .kb-hits > li")


def test_kinds_have_words_for_people(client):
    everything = [s for typed in ("res", "elft", "devon", "ward", "older", "lon") for s in ask(client, typed)]
    kinds = {suggestion["kind"] for suggestion in everything}
    assert {"Topic", "Setting", "Population", "Organisation", "Case study", "Search"} <= kinds


def test_a_word_is_searched_for_and_a_name_is_opened(client):
    words = [s for s in ask(client, "restriant") if s["kind"] == "Search"]
    assert [parse_qs(urlsplit(s["url"]).query) for s in words] == [{"q": [s["label"]]} for s in words] != []
    (trust,) = ask(client, "RXT")
    assert trust["url"] == "/organisations/RXT"


def test_the_other_name_that_was_typed_stands_beside_the_usual_one(client):
    assert {"label": "Missed appointments (DNA)", "kind": "Topic", "url": "/topics/missed-appointments"} in ask(
        client, "DNA"
    )


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "w",
        "?!",
        "\x00",
        "😀😀😀",
        "xqzjkvw",
        "sourdough",
        "<b>",
        "a" * 100,
        "wait " * 20 + "x",
        "w" * 5000,
        "%",
        "'\"\\",
    ],
)
def test_what_begins_nothing_gets_an_empty_list(client, typed):
    assert ask(client, typed) == []


def test_no_words_at_all_get_an_empty_list(client):
    assert client.get(ADDRESS).json() == []


def test_typed_text_is_no_part_of_the_markup(client):
    assert all("<" not in s["label"] for s in ask(client, "<b>wait</b>"))


def test_without_an_index_it_says_so_and_breaks_nothing(tmp_path):
    app = create_app(Settings(content=tmp_path, index=tmp_path / "nothing", follow=False))
    assert TestClient(app, raise_server_exceptions=False).get(ADDRESS, params={"q": "wait"}).status_code == 503
