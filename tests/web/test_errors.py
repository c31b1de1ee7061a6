"""Every error has a status, an address that goes wrong is answered with help, and the site outlives its index."""

import json
import shutil

import pytest

from kb import errors
from kb.content.folder import ContentFolder
from kb.search.builder import build
from kb.search.index import IndexStore
from kb.web import access
from kb.web.errors import STATUS, status_of

HELP = {404: "Page not found", 422: "There is a problem", 405: "cannot be used like that"}
LONG = "a" * 10_000
# What people, broken links and scanners send: nothing here may end in a traceback or an answer of 500.
WORDS = [
    "", LONG, "?!...", "%00", "%0a%0d%09", "%22quoted%20words%22", "title:(a%20AND%20b)%20OR%20-c*~2%5E3", "%F0%9F%98%80", "'%20OR%201=1;%20DROP%20TABLE%20x;--",
    "%3Cscript%3Ealert(1)%3C/script%3E", "%ff%fe", "%zz", "%", "%E2%80%8B", "%ED%A0%80", "..%2f..%2fetc%2fpasswd", "{{7*7}}", "+", "AND", "a%20NOT", "%EF%BF%BE",
]  # fmt: skip


def leaves(kind=errors.KbError):
    below = kind.__subclasses__()
    return [kind] if not below else [leaf for deeper in below for leaf in leaves(deeper)]


def made(kind):
    """One of each: all but two are made of what happened and what cures it."""
    if kind is errors.QueryError:
        return kind({"q": "/srv/secret"})
    if kind in (errors.CaseStudyInvalid, errors.FormInvalid):
        return kind({"name": "/srv/secret"}) if kind is errors.FormInvalid else kind("/srv/secret")
    more = {errors.TooManyTries: [60], errors.SavedElsewhere: [{}]}.get(kind, [])
    return kind("/srv/secret", "Do this.", *more)


def test_the_walk_finds_the_errors():
    assert len(leaves()) >= 12


@pytest.mark.parametrize("kind", leaves(), ids=lambda kind: kind.__name__)
def test_every_leaf_of_the_error_tree_is_mapped(kind):
    assert any(ancestor in STATUS for ancestor in kind.__mro__)
    assert errors.KbError not in STATUS  # it would answer for every leaf, and this test could not fail


def test_every_error_is_answered_with_its_status_as_a_page_and_as_json(site, checked, monkeypatch):
    client = site({})
    kinds = {kind.__name__: kind for kind in leaves()}

    def broken(name: str) -> None:
        raise made(kinds[name])

    for path in ("/broken/{name}", "/api/v1/broken/{name}"):
        client.app.add_api_route(path, broken)
        monkeypatch.setitem(access.ACCESS, (path, "GET"), access.PUBLIC)
    for kind in leaves():
        status = status_of(made(kind))
        if kind is errors.NotSignedIn:
            answer = client.get(f"/broken/{kind.__name__}?page=2")
            assert (answer.status_code, answer.headers["location"]) == (
                303,
                "/sign-in?next=%2Fbroken%2FNotSignedIn%3Fpage%3D2",
            )
            continue
        text = checked(client.get(f"/broken/{kind.__name__}"), status).get_text()
        answer = client.get(f"/api/v1/broken/{kind.__name__}")
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), kind
        assert answer.json()["status"] == status
        if status >= 500:  # what is wrong with the service is for those who run it
            assert "/srv/secret" not in text + answer.text, kind
        else:
            assert "/srv/secret" in text, kind


@pytest.mark.parametrize("typed", WORDS, ids=lambda typed: typed[:20] or "nothing")
@pytest.mark.parametrize(
    "start",
    [
        "/search?q=",
        "/search?topic=",
        "/search?year=",
        "/search?page=",
        "/search?sort=",
        "/case-studies/",
        "/topics/",
        "/organisations/",
        "/static/",
    ],
)
def test_bad_input_gets_a_page_that_helps(client, checked, start, typed):
    response = client.get(start + typed)
    if response.status_code == 200:
        checked(response)
        return
    if response.status_code in (301, 307):  # a missing slash, a code in small letters
        assert response.headers["location"]
        return
    assert response.status_code in (404, 422)
    soup = checked(response, response.status_code)
    assert HELP[response.status_code] in soup.get_text()
    assert soup.find("a", href="/search") or soup.find("a", href="/")
    assert len(response.text) < 20_000  # what was typed is not repeated at length


@pytest.mark.parametrize("typed", WORDS, ids=lambda typed: typed[:20] or "nothing")
@pytest.mark.parametrize(
    "start", ["search?q=", "search?topic=", "search?limit=", "search?offset=", "facets?q=", "case-studies/", ""]
)
def test_bad_input_gets_a_problem_document(client, start, typed):
    response = client.get(f"/api/v1/{start}{typed}")
    if response.status_code == 200:
        assert response.json()["total"] >= 0
        return
    assert response.status_code in (404, 422)
    assert response.headers["content-type"] == "application/problem+json"
    found = response.json()
    assert (found["status"], found["type"]) == (response.status_code, "about:blank")
    assert found["title"]
    assert response.status_code != 422 or all(problem["field"] and problem["message"] for problem in found["errors"])
    assert len(response.text) < 3_000


@pytest.mark.parametrize("number", ["-1", "0", "1000000000", "1e3", "1.5", "%D9%A1", "two"])
def test_a_page_that_cannot_be_is_a_problem_with_the_address(client, checked, number):
    assert "Page cannot be" in checked(client.get(f"/search?page={number}"), 422).select_one("[role=alert]").get_text()
    answer = client.get(f"/api/v1/search?limit={number}")
    assert [problem["field"] for problem in answer.json()["errors"]] == ["limit"]


def test_what_is_not_there_says_what_to_do(page):
    soup = page("/no/such/page", 404)
    assert soup.select_one("form.kb-search #q")
    assert {"/", "/topics"} <= {a["href"] for a in soup.select("main a")}


def spoil_nothing_built(index):
    shutil.rmtree(index)


def spoil_no_pointer(index):
    (index / "CURRENT").unlink()


def spoil_pointer_astray(index):
    (index / "CURRENT").write_text("generation-gone\n")


def another_generation(index):
    """A copy under another name, made the live one: an open generation is never read again."""
    name = (index / "CURRENT").read_text().strip()
    shutil.copytree(index / name, index / f"{name}-copy")
    (index / "CURRENT").write_text(f"{name}-copy\n")
    return index / f"{name}-copy"


def spoil_half_a_file(index):
    catalogue = another_generation(index) / "catalogue.sqlite"
    catalogue.write_bytes(catalogue.read_bytes()[:100])


def spoil_same_size(index):
    catalogue = another_generation(index) / "catalogue.sqlite"
    catalogue.write_bytes(b"\0" * catalogue.stat().st_size)


def spoil_manifest(index):
    (another_generation(index) / "manifest.json").write_text("{")


def spoil_other_version(index):
    manifest = another_generation(index) / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"versions": {"format": 0}}))


def spoil_other_model(index):
    manifest = another_generation(index) / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"embedder": "another"}))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (spoil_nothing_built, "IndexMissing"), (spoil_no_pointer, "IndexMissing"), (spoil_pointer_astray, "IndexDamaged"),
        (spoil_half_a_file, "IndexDamaged"), (spoil_same_size, "IndexDamaged"), (spoil_manifest, "IndexDamaged"),
        (spoil_other_version, "IndexMismatch"), (spoil_other_model, "IndexMismatch"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
def test_the_site_outlives_its_index_and_comes_back_by_itself(site, checked, tmp_path, embedder, spoil, reason):
    client = site({"falls": {"title": "Fewer falls"}})
    addresses = ("/", "/search?q=falls", "/case-studies/falls", "/topics", "/organisations", "/about")
    for address in addresses:
        checked(client.get(address))
    spoil(tmp_path / "index")
    for address in addresses:
        response = client.get(address)
        text = checked(response, 503).get_text()
        assert "Search is not available at the moment" in text
        assert "Try again" in text
        assert str(tmp_path) not in response.text
        assert response.headers["retry-after"] == "60"
    for address in ("/api/v1/search?q=falls", "/api/v1/facets", "/api/v1/case-studies/falls", "/readyz"):
        response = client.get(address)
        assert (response.status_code, response.headers["content-type"]) == (503, "application/problem+json")
        assert "kb index" in response.json()["detail"]  # the cure
        assert str(tmp_path) not in response.text
    assert client.get("/readyz").json()["reason"] == reason
    assert client.get("/healthz").status_code == 200
    checked(client.get("/cookies"))
    build(ContentFolder(tmp_path / "content"), IndexStore(tmp_path / "index"), embedder)
    for address in addresses:
        checked(client.get(address))
    assert client.get("/readyz").status_code == 200
