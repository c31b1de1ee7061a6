"""Signing in with an organisation's own accounts, from the button to the first page, with a real provider's process."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from kb.editorial import accounts, links
from kb.editorial.audit import Operator
from kb.editorial.models import AuditEntry, User

HOME = "organisation:RWK"


@pytest.fixture
def client(fresh, provider):
    return fresh(
        base_url="https://testserver", openid_issuer=provider, openid_client_id="exchange",
        openid_client_secret="hidden", openid_name="Example Trust",  # noqa: S106 - of a provider in a test
    )  # fmt: skip


@pytest.fixture
def browser(client):
    return TestClient(client.app, "https://testserver", raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture
def ada(client, people):
    person = people(client, f"contributor@{HOME}", name="Ada Love", email="ada@example.nhs.uk")
    with client.app.state.database.writing() as session:
        accounts.found(session, person.email).password = None
    return person


@pytest.fixture
def enter(browser, consent):
    """`enter("ada", next="/x")`: the whole way with this account over there; gives the last answer."""

    def go(who, other=None, **query):
        leaving = browser.get("/sign-in/openid", params=query)
        assert leaving.status_code == 303
        back = urlsplit(consent(leaving.headers["location"], who))
        assert back.netloc == "testserver"
        return (other or browser).get(f"{back.path}?{back.query}")

    return go


def users(client):
    with client.app.state.database.reading() as session:
        return {user.email: user for user in session.scalars(select(User))}


def test_from_the_button_to_the_page_that_was_wanted(client, browser, ada, enter, provider, checked):
    soup = checked(browser.get("/sign-in?next=/topics"))
    button = soup.select_one("main a.nhsuk-button")
    assert (button.get_text(), button["href"]) == ("Sign in with Example Trust", "/sign-in/openid?next=%2Ftopics")
    answer = enter("ada", next="/topics")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Ftopics&kept=1")
    assert "__Host-kb_openid" not in {cookie.name for cookie in browser.cookies.jar}
    text = checked(browser.get("/account")).get_text()
    assert "Ada Love" in text
    assert "You sign in with Example Trust, so you have no password here." in text
    assert users(client)[ada.email].openid == f"{provider} ada"
    with client.app.state.database.reading() as session:
        audited = [
            (row.action, row.actor, row.detail) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        ]
    assert [action for action, _, _ in audited] == ["user.add", "user.bind", "user.sign-in"]
    assert audited[-1][1:] == (f"Ada Love <{ada.email}>", {"how": "openid"})


def test_the_way_there_keeps_its_secret_in_the_browser(browser):
    answer = browser.get("/sign-in/openid")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-kb_openid=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Max-Age=900"} <= set(cookie.split("; "))
    assert cookie.split("=")[1].split(";")[0] not in answer.headers["location"]
    assert answer.headers["cache-control"] == "no-store"
    assert "redirect_uri=https%3A%2F%2Ftestserver%2Fsign-in%2Fopenid%2Fcallback" in answer.headers["location"]


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example"])
@pytest.mark.usefixtures("ada")
def test_nobody_is_led_to_another_site(enter, to):
    assert enter("ada", next=to).headers["location"] == "/sign-in?next=%2Fdrafts&kept=1"


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("stranger@example.org", "stranger@example.org has no account here yet"), ("nameless", "You have no account here yet"),
        ("", "Example Trust did not sign you in"),
    ],
)  # fmt: skip
def test_whoever_was_not_added_gets_a_sentence_and_no_account(client, browser, ada, enter, checked, who, words):
    answer = enter(who)
    soup = checked(answer, 422)
    assert words in soup.select_one("[role=alert]").get_text()
    assert soup.select_one("main a[href^='/sign-in/openid']")  # the way to try again
    assert list(users(client)) == [ada.email]
    assert browser.get("/account").status_code == 303


def test_an_address_that_nobody_vouches_for_opens_nothing(client, people, enter, checked):
    person = people(client, f"contributor@{HOME}", email="unsure@example.nhs.uk")
    assert "does not confirm that this address is yours" in checked(enter("unsure"), 422).get_text()
    assert users(client)[person.email].openid is None


def test_a_closed_account_stays_closed(client, ada, enter, checked):
    with client.app.state.database.writing() as session:
        accounts.disable(session, Operator("jo"), accounts.found(session, ada.email))
    assert "closed" in checked(enter("ada"), 422).get_text()


def test_an_invitation_may_be_taken_up_with_it_and_is_then_void(client, browser, ada, enter, checked):
    with client.app.state.database.writing() as session:
        link = f"/invitation/{links.make(session, accounts.found(session, ada.email), links.INVITATION)}"
    assert (
        checked(browser.get(link)).select_one("main a[href='/sign-in/openid']").get_text()
        == "Sign in with Example Trust"
    )
    assert enter("ada").status_code == 303
    checked(browser.get(link), 404)


@pytest.mark.usefixtures("ada")
def test_another_browser_cannot_be_signed_in_by_a_link(client, enter, checked):
    victim = TestClient(client.app, "https://testserver", follow_redirects=False)
    answer = enter("ada", other=victim)
    assert "begun in another browser" in checked(answer, 422).get_text()
    assert victim.get("/account").status_code == 303


@pytest.mark.usefixtures("ada")
def test_the_address_of_the_way_back_works_once_and_not_by_itself(browser, consent, checked):
    leaving = browser.get("/sign-in/openid")
    back = urlsplit(consent(leaving.headers["location"], "ada"))
    address = f"{back.path}?{back.query}"
    assert browser.get(address).status_code == 303
    checked(browser.get(address), 422)
    for query in ("", "?code=x", "?state=x&code=x", "?error=server_error&error_description=<script>alert(1)</script>"):
        answer = browser.get(f"/sign-in/openid/callback{query}")
        assert "<script>alert" not in checked(answer, 422).decode()


def test_a_provider_that_is_away_is_a_sentence(fresh, checked):
    client = fresh(openid_issuer="http://127.0.0.1:9", openid_client_id="x", openid_name="Example Trust")
    answer = client.get("/sign-in/openid")
    assert "Signing in with Example Trust does not work at the moment" in checked(answer, 503).get_text()
    assert answer.headers["retry-after"] == "60"


def test_without_a_provider_there_is_no_such_way(fresh, checked):
    client = fresh()
    assert "openid" not in checked(client.get("/sign-in")).decode()
    checked(client.get("/sign-in/openid"), 404)
    checked(client.get("/sign-in/openid/callback?code=x&state=y"), 404)
