"""The two cookies: readers get none; flags and names outside local use, and what is taken for a token."""

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from kb.settings import Settings
from kb.web import cookies
from kb.web.app import create_app

TOKEN = "a" * 43


def asked(app, host, cookie=""):
    headers = [(b"host", host.encode())] + ([(b"cookie", cookie.encode())] if cookie else [])
    return Request({
        "type": "http", "app": app, "headers": headers, "scheme": "http", "path": "/", "query_string": b"", "server": ("127.0.0.1", 8000),
    })  # fmt: skip


@pytest.fixture(scope="module")
def apps(tmp_path_factory):
    index = tmp_path_factory.mktemp("index")
    return {base: create_app(Settings(index=index, base_url=base)) for base in ("", "https://exchange.example")}


@pytest.mark.parametrize(
    ("host", "base", "local"),
    [
        ("localhost:8000", "", True), ("127.0.0.1", "", True), ("[::1]:8000", "", True), ("LOCALHOST", "", True),
        ("exchange.example", "", False), ("192.168.1.7:8000", "", False), ("localhost.evil.example", "", False),
        ("localhost:8000", "https://exchange.example", False),  # a proxy on the same computer asks
    ],
)  # fmt: skip
def test_outside_local_use_cookies_are_secure_and_bound_to_this_host(apps, host, base, local):
    request = asked(apps[base], host)
    response = Response()
    cookies.put_session(request, response, TOKEN)
    cookies.put_browser(request, response, TOKEN)
    session, browser = response.headers.getlist("set-cookie")
    for header, name, age in ((session, "kb_session", 12 * 3600), (browser, "kb_browser", 400 * 24 * 3600)):
        flags = {"HttpOnly", f"Max-Age={age}", "Path=/", "SameSite=lax", *([] if local else ["Secure"])}
        assert set(header.split("; ")) == {f"{'' if local else '__Host-'}{name}={TOKEN}", *flags}  # and no Domain
    dropped = Response()
    cookies.drop_session(request, dropped)
    assert "Max-Age=0" in dropped.headers["set-cookie"]
    assert TOKEN not in dropped.headers["set-cookie"]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (f"__Host-kb_session={TOKEN}", TOKEN), (f"x=y; __Host-kb_session={TOKEN}; z=1", TOKEN), (f"kb_session={TOKEN}", ""),
        ("__Host-kb_session=short", ""), (f"__Host-kb_session={TOKEN}a", ""), (f"__Host-kb_session={'a' * 42}'", ""), ("", ""),
        (f"__Host-kb_session={TOKEN} ", TOKEN), ("__Host-kb_session=", ""), (";;=;", ""),
    ],
)  # fmt: skip
def test_only_what_can_be_one_of_ours_is_read_under_its_full_name(apps, sent, read):
    assert cookies.token(asked(apps[""], "exchange.example", sent), cookies.SESSION) == read


def test_readers_get_no_cookie_and_pages_that_may_be_kept(client):
    for address in ("/", "/search?q=falls", "/about", "/sign-in", "/reset", "/api/v1/facets", "/no/such/page"):
        response = client.get(address)
        assert "set-cookie" not in response.headers, address
        assert response.headers.get("cache-control", "no-cache") in ("no-cache", "no-store"), address


def test_a_cookie_that_nobody_knows_changes_nothing_but_is_kept_out_of_caches(client, page):
    plain = page("/about").get_text()
    stranger = TestClient(client.app)
    stranger.cookies.set("__Host-kb_session", TOKEN)
    response = stranger.get("/about")
    assert response.headers["cache-control"] == "private, no-store"
    assert "Sign in" in response.text
    assert response.status_code == 200
    assert plain
