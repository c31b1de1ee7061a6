"""HEAD is answered as GET is, without the body."""

import pytest


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/search?q=restraint",
        "/case-studies/acute-unit-physical-health-booklet",
        "/topics",
        "/api/v1/facets",
        "/healthz",
    ],
)
def test_head_has_the_headers_of_get_and_no_body(client, address):
    head, get = client.head(address), client.get(address)
    assert (head.status_code, head.content) == (200, b"")
    assert get.content
    assert head.headers["content-type"] == get.headers["content-type"]
    assert int(head.headers["content-length"]) > 10
    assert "default-src 'none'" in head.headers["content-security-policy"]


@pytest.mark.parametrize(("address", "status"), [("/nope", 404), ("/search?q=!!!", 422), ("/organisations/RRP", 301)])
def test_head_has_the_status_of_get(client, address, status):
    head = client.head(address)
    assert (head.status_code, head.content) == (status, b"")


def test_a_static_file_is_not_sent_either(client):
    head = client.head("/static/css/site.css")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) > 1_000
