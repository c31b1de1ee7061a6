"""Every route is in the access table and every entry of the table is a route, or the site does not start. Then every route is tried by everybody.

To add a route: an example of its address in EXAMPLES when it has a parameter (for something that somebody owns, a
function that makes it), what it is sent in FORMS and what it answers in ANSWERS when that is not 200.
"""

import datetime
import re
import secrets

import pytest
from fastapi import FastAPI

from kb.content import importing
from kb.content.vocabulary import Vocabulary
from kb.editorial import accounts, attachments, comments, drafts, imports
from kb.editorial.audit import Operator
from kb.editorial.models import Draft
from kb.editorial.roles import Role, Scoped
from kb.editorial.steps import House
from kb.settings import Settings
from kb.web import access, site
from kb.web.app import create_app

HOME = "organisation:RWK"


def of_draft(rest="", make=lambda session, actor: drafts.start(session, actor, HOME), nobodys=""):
    """The address of a new draft of HOME that this person began, with what follows it; of none for a reader."""

    def example(client, person):
        if person is None:
            return f"/drafts/zzzzzzzzzz{rest}{nobodys}"
        with client.app.state.database.writing() as session:
            return f"/drafts/{make(session, person)}{rest}"

    return example


def _of_file(session, actor):
    ready = imports.ready(importing.read(b"# Fewer falls", "a.md", Vocabulary()), "a.md")
    return imports.start(session, actor, HOME, ready)


def _remarked(session, actor):
    id_ = drafts.start(session, actor, HOME)
    opened = drafts.open_(session, actor, id_, Vocabulary())
    return f"{id_}/comments/{comments.add(session, actor, opened, 'whole', 'A remark.', House('', ''))}"


def _pictured(session, actor):
    id_ = drafts.start(session, actor, HOME)
    opened = drafts.open_(session, actor, id_, Vocabulary())
    made = attachments.Prepared("chart.csv", "csv", b"month,falls\n1,2\n")
    return f"{id_}/files/{attachments.add(session, actor, opened, made, made.name, 'A chart').name}"


def of_review(rest="", remark=False):
    """The address of a draft of HOME that somebody else has sent for review."""

    def example(client, person):
        if person is None:
            return f"/reviews/zzzzzzzzzz{rest}{'/comments/1' if remark else ''}"
        with client.app.state.database.writing() as session:
            email = f"{secrets.token_hex(8)}@example.nhs.uk"
            writer = accounts.add(session, Operator("tests"), email, "A Writer", [Scoped(Role.CONTRIBUTOR, HOME)])
            author = accounts.actor(session, writer.id)
            id_ = (_remarked if remark else drafts.start)(session, author, *(() if remark else (HOME,)))
            row = session.get(Draft, id_[:10])
            row.state, row.submitted_at = "submitted", datetime.datetime.now(datetime.UTC)
        return f"/reviews/{id_}{rest}"

    return example


# An address for each path with parameters: as it is in the published site, or made by `function(client, person)` as a
# thing of that person's organisation.
EXAMPLES = {
    "/case-studies/{slug}": "/case-studies/acute-unit-physical-health-booklet",
    "/case-studies/{slug}/files/{name}": "/case-studies/acute-unit-physical-health-booklet/files/chart.png",
    "/case-studies/{slug}/like/{anchor}": "/case-studies/acute-unit-physical-health-booklet/like/problem",
    "/case-studies/{slug}/history": "/case-studies/acute-unit-physical-health-booklet/history",
    "/case-studies/{slug}/history/{commit}": f"/case-studies/acute-unit-physical-health-booklet/history/{'0' * 40}",
    "/case-studies/{slug}/changes": f"/case-studies/acute-unit-physical-health-booklet/changes?from={'0' * 40}",
    "/topics/{id}": "/topics/restrictive-practice", "/settings/{id}": "/settings/acute-adult-ward",
    "/populations/{id}": "/populations/adults-18-64", "/methods/{id}": "/methods/collaborative",
    "/organisations/{id}": "/organisations/RWK", "/collaboratives/{id}": "/collaboratives/impact",
    "/api/v1/case-studies/{slug}": "/api/v1/case-studies/acute-unit-physical-health-booklet", "/static": "/static/css/site.css",
    "/drafts/{id}": of_draft(), "/drafts/{id}/import": of_draft("/import", _of_file),
    **{f"/drafts/{{id}}/{name}": of_draft(f"/{name}") for name in ("preview", "check", "submit", "sent", "recall", "discard", "merge", "comments")},
    "/drafts/{id}/comments/{number}": of_draft("", _remarked, "/comments/1"),
    "/drafts/{id}/questions/{question}": of_draft("/questions/aim"), "/drafts/{id}/questions/{question}/save": of_draft("/questions/aim/save"),
    "/drafts/{id}/files": of_draft("/files?question=pictures"), "/drafts/{id}/files/{name}": of_draft("", _pictured, "/files/chart.csv"),
    "/reviews/{id}": of_review(), "/reviews/{id}/settings": of_review("/settings"), "/reviews/{id}/comments": of_review("/comments"),
    "/reviews/{id}/comments/{number}": of_review("", remark=True), "/reviews/{id}/{step}": of_review("/review"),
    "/case-studies/{slug}/withdraw": "/case-studies/elft-safer-wards-older-people/withdraw",
    "/case-studies/{slug}/restore": "/case-studies/elft-safer-wards-older-people/restore",
    "/invitation/{token}": "/invitation/no-such-token", "/reset/{token}": "/reset/no-such-token",
}  # fmt: skip
# What is sent with it, for an address that takes a form.
FORMS = {
    "/search/problem": {"text": "Too many missed appointments"}, "/drafts": {"how": "questions"},
    "/reviews/{id}/comments": {"question": "whole", "text": "A remark."}, "/reviews/{id}/settings": {"slug": "fewer-falls-here"},
    "/drafts/{id}/comments": {"question": "whole", "text": "A remark."}, "/drafts/{id}/files": {"do": "stay"},
    "/drafts/{id}/questions/{question}": {"text-aim": "To halve falls."}, "/drafts/{id}/questions/{question}/save": {"text-aim": "To halve falls."},
}  # fmt: skip
# What somebody who may use it is answered, where that is not 200.
ANSWERS = {
    ("/case-studies/{slug}/files/{name}", "GET"): 404,  # the published content has none
    ("/case-studies/{slug}/history/{commit}", "GET"): 404, ("/case-studies/{slug}/changes", "GET"): 404,  # no such commit
    **dict.fromkeys([("/drafts", "POST"), *((f"/drafts/{{id}}/{rest}", "POST") for rest in ("import", "check", "recall", "discard", "comments", "comments/{number}"))], 303),
    ("/drafts/{id}/questions/{question}", "POST"): 303, ("/drafts/{id}/files", "POST"): 303,
    **dict.fromkeys([(f"/reviews/{{id}}/{rest}", "POST") for rest in ("comments", "comments/{number}", "{step}", "settings")], 303),
    ("/case-studies/{slug}/withdraw", "POST"): 422, ("/case-studies/{slug}/restore", "POST"): 404,  # no reason, no version
    ("/drafts/{id}/submit", "POST"): 422,  # nothing was declared
    ("/drafts/{id}/sent", "GET"): 303, ("/drafts/{id}/merge", "GET"): 303, ("/drafts/{id}/merge", "POST"): 303,  # there is nothing to tell or to choose
    ("/sign-in", "POST"): 422, ("/sign-out", "POST"): 303, ("/reset", "POST"): 422,
    ("/sign-in/openid", "GET"): 404, ("/sign-in/openid/callback", "GET"): 404,  # nobody is set to sign people in
    ("/invitation/{token}", "GET"): 404, ("/invitation/{token}", "POST"): 404,
    ("/reset/{token}", "GET"): 404, ("/reset/{token}", "POST"): 404,
    ("/account/password", "POST"): 422, ("/account/sign-out", "POST"): 303, ("/account/sign-out-everywhere", "POST"): 303,
}  # fmt: skip
# The same for those who are signed in, where it is something else for them.
SIGNED_IN_ANSWERS = {("/sign-in", "GET"): 303}

ROLES = [*Role]


def address(path, client=None, person=None):
    example = EXAMPLES.get(path, path)
    assert "{" not in str(example), f"{path} needs an address in EXAMPLES"
    return example(client, person) if callable(example) else example


def send(client, path, method, person=None):
    return client.request(method, address(path, client, person), data=FORMS.get(path, {}) if method == "POST" else None)


def same(text):
    """A page without what differs each time, and without what differs by who asks."""
    return re.sub(r'nonce(=")?[^"\']+|<nav class="nhsuk-header__account".*?</nav>', "", text, flags=re.S)


def test_the_table_and_the_routes_are_the_same(app):
    found = access.routes(app)
    assert len(found) > 20  # a guard that sees nothing proves nothing
    assert found == set(access.ACCESS)
    assert set(access.ACCESS) >= set(access.LIMITS)
    assert set(access.ACCESS.values()) <= {access.PUBLIC, access.SIGNED_IN, *Role}


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


def test_a_route_that_the_gate_does_not_stand_before_stops_the_start(monkeypatch):
    bare = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    bare.add_api_route("/open", lambda: None)
    monkeypatch.setattr(access, "ACCESS", {("/open", "GET"): access.PUBLIC})
    with pytest.raises(RuntimeError, match=r"gate does not stand.*/open"):
        access.verify(bare)


def test_a_route_that_is_added_later_without_an_entry_is_not_answered(site, checked):
    client = site({})
    client.app.add_api_route("/later", lambda: None)
    assert checked(client.get("/later"), 404).h1.string == "Page not found"


@pytest.mark.parametrize(("path", "method"), sorted(access.ACCESS))
def test_a_reader_gets_what_is_public_and_is_asked_to_sign_in_for_the_rest(client, path, method):
    response = send(client, path, method)
    assert "set-cookie" not in response.headers or path in ("/sign-out",)
    if access.ACCESS[path, method] == access.PUBLIC:
        assert response.status_code == ANSWERS.get((path, method), 200)
    elif method == "GET":
        assert response.status_code == 303
        assert response.headers["location"].startswith("/sign-in?next=%2F")
        assert response.headers["cache-control"] == "no-store"
    else:
        assert response.status_code == 401
        assert 'name="password"' in response.text


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("path", "method"), sorted(access.ACCESS))
def test_everybody_with_an_account_gets_what_their_role_may_and_nothing_else(
    client, people, signed_in, path, method, role
):
    person = people(client, f"{role}@{HOME}")
    me = signed_in(client, person)
    needed = access.ACCESS[path, method]
    response = send(me, path, method, person)
    if needed in (access.PUBLIC, access.SIGNED_IN) or role.rank >= Role(needed).rank:
        usual = ANSWERS.get((path, method), 200)
        assert response.status_code == SIGNED_IN_ANSWERS.get((path, method), usual)
        assert path == "/static" or response.headers["cache-control"] == "private, no-store"
    else:
        # An address that one's role may not use looks like one that is not there.
        unknown = me.request(method, "/no/such/address")
        assert (response.status_code, same(response.text)) == (404, same(unknown.text))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("path", "method"), [(path, method) for path, method in sorted(access.ACCESS) if callable(EXAMPLES.get(path))]
)
def test_what_belongs_to_one_organisation_is_not_there_for_members_of_another(
    client, people, signed_in, path, method, role
):
    owner = people(client, f"contributor@{HOME}")
    theirs = address(path, signed_in(client, owner), owner)
    stranger = signed_in(client, people(client, f"{role}@organisation:RXX"))
    form = FORMS.get(path, {}) if method == "POST" else None
    response = stranger.request(method, theirs, data=form)
    never = stranger.request(method, re.sub(r"(?<=/)[^/]{10}(?=/|$)", "nosuchid", theirs, count=1), data=form)
    assert response.status_code == never.status_code == 404
    assert same(response.text) == same(never.text)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/case-studies/{slug}/withdraw", "/case-studies/{slug}/restore"])
def test_what_another_organisation_published_is_not_theirs_to_change(client, people, signed_in, path, method, role):
    slug = "elft-safer-wards-older-people"
    version = re.search(r"history/([0-9a-f]{40})", client.get(f"/case-studies/{slug}/history").text)
    form = {"reason": "It was wrong.", "commit": version[1] if version else "0" * 40}
    stranger = signed_in(client, people(client, f"{role}@organisation:RXX"))
    pages = []
    for place in (slug, "no-such-case-study"):
        answer = stranger.request(method, path.replace("{slug}", place), data=form if method == "POST" else None)
        assert answer.status_code == 404
        pages.append(same(answer.text).replace(place, ""))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_no_address_takes_any_other_method(client, checked, method):
    for path in sorted({path for path, _ in access.ACCESS}):
        if (path, method) in access.ACCESS or callable(EXAMPLES.get(path)):
            continue
        response = client.request(method, address(path))
        wanted = {known for known_path, known in access.ACCESS if known_path == path}
        assert response.status_code == 405, path
        assert set(response.headers["allow"].split(", ")) & wanted, path
        if path.startswith(("/api/v", "/healthz", "/readyz")):
            assert response.headers["content-type"] == "application/problem+json"
            assert response.json()["status"] == 405
        else:
            assert checked(response, 405).h1.string == "This address cannot be used like that"
