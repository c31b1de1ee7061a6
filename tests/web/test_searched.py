"""Which searches of the site are counted, and that the log is never in a reader's way."""

import logging
import sqlite3

import pytest

from kb.editorial.search_log import SearchLog


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "searches.sqlite"


@pytest.fixture
def client(site, path):
    """A small site that counts searches."""
    case_studies = {
        f"falls-{number}": {"title": f"Fewer falls at night on ward {number}", "settings": ["ward"]} for number in range(3)
    }  # fmt: skip
    vocabulary = {"settings": {"label": "Settings", "concepts": [{"id": "ward", "label": "Ward"}]}}
    with site(case_studies, vocabulary, search_log=str(path), search_log_days=10) as made:
        yield made


@pytest.fixture
def counted(path):
    """What was counted: words, filters and times."""
    return lambda: [(search.words, search.filters, search.times) for search in SearchLog(str(path), 10).searches()]


def test_the_first_page_and_the_first_answer_of_a_search_are_counted(client, counted, path):
    assert client.get("/search?q=Falls+at++night").status_code == 200
    assert client.get("/api/v1/search?q=falls+at+night").status_code == 200
    assert client.get("/search?q=falls&setting=ward").status_code == 200
    assert sorted(counted()) == [("falls", "setting=ward", 1), ("falls at night", "", 2)]
    found = {search.words: search for search in SearchLog(str(path), 10).searches()}
    total = client.get("/api/v1/search?q=falls").json()["total"]
    assert found["falls"].found == total == 3


def test_what_is_no_new_search_is_not_counted(client, path):
    for address in (
        "/", "/search", "/search?setting=ward", "/search?q=", "/search?q=setting:ward",
        "/search?q=falls&page=2", "/search?q=falls&page=9", "/search?q=falls&sort=newest", "/search?q=falls&exactly=1",
        "/api/v1/search?q=falls&offset=5", "/api/v1/facets?q=falls", "/search/suggestions?q=falls",
        "/search?q=%3F%21", "/search?q=falls&setting=nowhere", "/api/v1/search?q=falls&limit=0",
    ):  # fmt: skip
        assert client.get(address).status_code < 500, address
        assert not path.exists(), address


def test_nothing_about_the_person_is_in_the_file(client, path):
    headers = {
        "User-Agent": "Netscape",
        "Cookie": "id=marmalade",
        "X-Forwarded-For": "203.0.113.9",
        "Referer": "http://intranet/",
    }
    assert client.get("/search?q=falls+of+Mrs+Featherstonehaugh", headers=headers).status_code == 200
    assert client.get("/search?q=falls", headers=headers).status_code == 200
    data = b"".join(file.read_bytes() for file in path.parent.iterdir()).lower()
    assert b"falls" in data
    for word in (b"netscape", b"marmalade", b"203.0.113", b"testclient", b"intranet", b"featherstonehaugh"):
        assert word not in data
    db = sqlite3.connect(path)
    assert [row[1] for row in db.execute("PRAGMA table_info(searches)")] == ["day", "words", "filters", "verdict", "found", "times"]  # fmt: skip
    db.close()


@pytest.mark.parametrize("damage", ["locked", "spoilt", "in the way"])
def test_a_search_is_answered_whatever_becomes_of_the_log(client, path, caplog, damage):
    if damage == "in the way":
        path.parent.write_text("a file where the folder should be")
    else:
        client.get("/search?q=falls")
        other = sqlite3.connect(path, isolation_level=None)
        if damage == "locked":
            other.execute("BEGIN EXCLUSIVE")
        else:
            other.execute("DROP TABLE searches")
    for address in ("/search?q=falls+at+night", "/api/v1/search?q=falls+at+night", "/search?q=night"):
        assert client.get(address).status_code == 200
    warned = [
        record
        for record in caplog.records
        if record.levelno >= logging.WARNING and "not being logged" in record.message
    ]
    assert len(warned) == 1
    if damage != "in the way":
        other.close()


def test_the_pages_say_what_is_kept(client, checked):
    assert "for 10 days we keep the words" in checked(client.get("/about")).get_text()
    assert "counts what is searched for" in checked(client.get("/cookies")).get_text()


def test_where_no_log_is_kept_no_page_speaks_of_one(site, checked, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with site({"falls": {"title": "Fewer falls"}}, search_log="") as client:
        assert client.get("/search?q=falls").status_code == 200
        assert "we keep the words" not in checked(client.get("/about")).get_text()
        assert "counts what is searched for" not in checked(client.get("/cookies")).get_text()
    assert not list(tmp_path.rglob("*searches*"))
