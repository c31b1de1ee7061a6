"""Addresses that case studies have left: the way to the new one for good, and a page that says what was taken down."""

import datetime

import pytest

from kb.content import writing
from kb.content.addresses import Withdrawn
from kb.content.folder import ContentFolder

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def client(site):
    return site({"new": {"title": "Fewer falls"}, "other": {"title": "Other work"}})


@pytest.fixture
def leave(tmp_path):
    return lambda change: writing.update_addresses(ContentFolder(tmp_path / "content"), change)


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "?a=1&b=%20x",
        "/history",
        "/history/abc",
        "/changes?from=a&to=b",
        "/like/problem",
        "/like/a%2Fb",
        "/files/a.png",
    ],
)
def test_an_old_address_leads_to_the_new_one_for_good(client, leave, rest):
    leave(lambda left: left.with_move("older", "old").with_move("old", "new"))
    for slug in ("old", "older"):
        response = client.get(f"/case-studies/{slug}{rest}")
        assert response.status_code in ((308,) if "%2F" not in rest else (308, 404))
        if response.status_code == 308:
            assert response.headers["location"] == f"/case-studies/new{rest}"
    response = client.head("/case-studies/old")
    assert (response.status_code, response.headers["location"]) == (308, "/case-studies/new")


def test_programs_are_led_on_too(client, leave):
    leave(lambda left: left.with_move("old", "new"))
    response = client.get("/api/v1/case-studies/old?x=1")
    assert (response.status_code, response.headers["location"]) == (308, "/api/v1/case-studies/new?x=1")


def test_a_case_study_that_was_taken_down_says_so(client, leave, checked):
    gone = Withdrawn(f"Falls {EVIL}", datetime.date(2026, 11, 22), f"Somebody could be known. {EVIL}")
    leave(lambda left: left.with_move("old", "new").with_withdrawn("new", gone))
    soup = checked(client.get("/case-studies/new"), 410)
    assert soup.h1.get_text() == "This case study has been withdrawn"
    assert (
        f"Falls {EVIL}\u201d was withdrawn on 22 November 2026. The reason: Somebody could be known. {EVIL}"
        in soup.get_text()
    )
    assert soup.select_one("form.kb-search #q")
    assert client.get("/case-studies/old").headers["location"] == "/case-studies/new"
    response = client.get("/api/v1/case-studies/new")
    assert (response.status_code, response.headers["content-type"]) == (410, "application/problem+json")
    found = response.json()
    assert (found["status"], found["case_study"], found["withdrawn"]) == (410, f"Falls {EVIL}", "2026-11-22")
    assert found["reason"].startswith("Somebody")
    leave(lambda left: left.with_page("new"))
    checked(client.get("/case-studies/new"))


def test_without_a_reason_none_is_told(client, leave, checked):
    leave(lambda left: left.with_withdrawn("gone", Withdrawn("Falls", datetime.date(2026, 1, 2))))
    assert "reason" not in checked(client.get("/case-studies/gone"), 410).select_one("main").get_text()


def test_circles_and_dead_ends_end_at_a_page_that_helps(client, checked, tmp_path):
    (tmp_path / "content" / "addresses.yaml").write_text(
        "moved:\n  a: b\n  b: a\n  lost: nowhere\n  other: nowhere\n", "utf-8"
    )
    for slug in ("a", "b", "unknown"):
        checked(client.get(f"/case-studies/{slug}"), 404)
    assert client.get("/case-studies/lost").headers["location"] == "/case-studies/nowhere"
    checked(client.get("/case-studies/nowhere"), 404)
    checked(client.get("/case-studies/other"))  # it is there, whatever is said


@pytest.mark.parametrize("data", [b"moved: [", b"\xff", b"- a"])
def test_a_broken_list_of_addresses_stops_no_page(client, checked, tmp_path, data):
    (tmp_path / "content" / "addresses.yaml").write_bytes(data)
    checked(client.get("/case-studies/new"))
    checked(client.get("/case-studies/old"), 404)
