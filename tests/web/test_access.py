"""Every route is in the access table and every entry of the table is a route, or the site does not start."""

import pytest
from fastapi import FastAPI

from kb.settings import Settings
from kb.web import access, site
from kb.web.app import create_app

# One address of the published site for each parameter in a path.
EXAMPLES = {
    "/case-studies/{slug}": "acute-unit-physical-health-booklet",
    "/case-studies/{slug}/like/{anchor}": "acute-unit-physical-health-booklet/like/problem", "/topics/{id}": "restrictive-practice", "/settings/{id}": "acute-adult-ward",
    "/populations/{id}": "adults-18-64", "/methods/{id}": "collaborative", "/organisations/{id}": "RWK", "/collaboratives/{id}": "impact",
    "/api/v1/case-studies/{slug}": "acute-unit-physical-health-booklet", "/static": "/css/site.css",
}  # fmt: skip
# What is sent with it, for an address that takes a form.
FORMS = {"/search/problem": {"text": "Too many missed appointments"}}


def address(path):
    return path + EXAMPLES[path] if path == "/static" else path.partition("{")[0] + EXAMPLES.get(path, "")


def test_the_table_and_the_routes_are_the_same(app):
    found = access.routes(app)
    assert len(found) > 20  # a guard that sees nothing proves nothing
    assert found == set(access.ACCESS)


def test_a_route_without_an_entry_stops_the_start(tmp_path):
    site.router.add_api_route("/left-out", lambda: None)
    try:
        with pytest.raises(RuntimeError, match="/left-out"):
            create_app(Settings(index=tmp_path))
    finally:
        site.router.routes.pop()
    create_app(Settings(index=tmp_path))


def test_an_entry_without_a_route_stops_the_start(tmp_path, monkeypatch):
    monkeypatch.setitem(access.ACCESS, ("/gone", "GET"), access.PUBLIC)
    with pytest.raises(RuntimeError, match="/gone"):
        create_app(Settings(index=tmp_path))


def test_a_check_that_sees_no_routes_says_so():
    with pytest.raises(RuntimeError, match="no routes"):
        access.verify(FastAPI(openapi_url=None, docs_url=None, redoc_url=None))


@pytest.mark.parametrize(("path", "method"), sorted(access.ACCESS))
def test_what_is_public_is_answered_without_an_account_and_nothing_else(client, path, method):
    if access.ACCESS[path, method] != access.PUBLIC:
        response = client.request(method, address(path))
        assert response.status_code == (303 if method == "GET" else 401)
        return
    response = client.request(method, address(path), data=FORMS[path] if method == "POST" else None)
    assert response.status_code == 200
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_no_address_takes_any_other_method(client, checked, method):
    for path in sorted({path for path, _ in access.ACCESS}):
        if (path, method) in access.ACCESS:
            continue
        response = client.request(method, address(path))
        assert (response.status_code, "GET" in response.headers["allow"]) == (405, True), path
        if path.startswith(("/api/v", "/healthz", "/readyz")):
            assert response.headers["content-type"] == "application/problem+json"
            assert response.json()["status"] == 405
        else:
            assert checked(response, 405).h1.string == "This address cannot be used like that"
