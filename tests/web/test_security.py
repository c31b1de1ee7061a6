"""Every answer, whatever it is, carries the headers that keep a browser from doing what the page did not ask for."""

import re

import pytest

from kb.web import access
from kb.web.security import HEADERS

ANSWERS = {
    "/": 200, "/search?q=restraint": 200, "/case-studies/acute-unit-physical-health-booklet": 200, "/nope": 404, "/search?q=!!!": 422,
    "/organisations/RRP": 301, "/api/v1/facets": 200, "/api/v1/nope": 404, "/api/docs": 200, "/api/openapi.json": 200, "/healthz": 200,
    "/robots.txt": 200, "/sitemap.xml": 200, "/static/css/site.css": 200, "/static/nope.css": 404,
}  # fmt: skip


def carries_them(response):
    policy = response.headers.get_list("content-security-policy")
    missing = {name for name, value in HEADERS.items() if response.headers.get(name) != value}
    return not missing and len(policy) == 1 and "unsafe" not in policy[0] and policy[0].startswith("default-src 'none'")


@pytest.mark.parametrize(("address", "status"), ANSWERS.items())
def test_every_kind_of_answer_has_the_headers(client, address, status):
    response = client.get(address)
    assert response.status_code == status
    assert carries_them(response)


def test_the_answer_to_a_wrong_method_has_them(client):
    assert carries_them(client.post("/search"))


def test_an_answer_to_our_own_mistake_has_them(site, checked, monkeypatch):
    made = site({})

    def broken() -> None:
        raise RuntimeError("secret words")

    made.app.add_api_route("/broken", broken)
    monkeypatch.setitem(access.ACCESS, ("/broken", "GET"), access.PUBLIC)
    response = made.get("/broken")
    assert carries_them(response)
    assert "secret" not in checked(response, 500).get_text()


def test_a_nonce_is_used_once(client):
    found = [re.search(r"'nonce-([^']+)'", client.get("/cookies").headers["content-security-policy"]) for _ in range(3)]
    nonces = {match[1] for match in found if match}
    assert len(nonces) == 3
    assert min(map(len, nonces)) >= 20


def test_static_files_may_be_kept_for_a_year_only_under_their_digest(client, page):
    address = page("/").find("link", rel="stylesheet")["href"]
    assert "?v=" in address
    assert client.get(address).headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in client.get(address.partition("?")[0]).headers.get("cache-control", "")
    assert "immutable" not in client.get("/static/nope.css?v=1").headers.get("cache-control", "")


def test_pages_are_asked_for_again_each_time(client):
    assert client.get("/").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/static/../../kb/settings.py", "/static/%2e%2e/%2e%2e/kb/settings.py", "/static/..%2f..%2fREADME.md"]
)
def test_no_file_outside_the_static_folder_is_served(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/sign-in", "/reset", "/invitation/x", "/account/password", "/search/problem", "/drafts", "/no/such"]
)
@pytest.mark.parametrize("charset", ["punycode", "utf-7", "latin-1", "idna", "no-such"])
def test_a_form_in_an_encoding_that_takes_ages_to_read_is_refused_unread(client, checked, path, charset):
    data = b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\na-' + b"z9" * 300_000 + b"\r\n--x--\r\n"
    response = client.post(
        path, content=data, headers={"content-type": f"multipart/form-data; boundary=x; charset={charset}"}
    )
    assert checked(response, 400).h1.string == "This request could not be read"
    small = b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nx\r\n--x--\r\n'
    for fine in ("utf-8", "UTF-8", '"utf-8"'):
        kind = {"content-type": f"multipart/form-data; boundary=x; charset={fine}"}
        assert client.post(path, content=small, headers=kind).status_code != 400
