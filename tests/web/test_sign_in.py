"""Signing in with a password and out: who gets in, and what everybody else is told."""

import re

import pytest
from sqlalchemy import select, update

from kb.editorial import accounts, sign_ins
from kb.editorial.audit import Operator
from kb.editorial.models import AuditEntry, SignIn, User
from kb.web import access, visitors
from kb.web import sign_in as sign_in_pages
from kb.web.sign_in import _WRONG as WRONG

HOME = "organisation:RWK"


@pytest.fixture
def client(fresh):
    return fresh()


@pytest.fixture
def ada(client, people):
    return people(client, f"contributor@{HOME}", name="Ada Love")


@pytest.fixture
def browser(client, browser_of):
    """`browser()`: another browser of the same site, over https, from an address of its own."""
    return lambda address="": browser_of(client, address)


def enter(browser, email, password, **more):
    return browser.post("/sign-in", data={"email": email, "password": password, **more})


def rows(client, table=SignIn):
    with client.app.state.database.reading() as session:
        return list(session.scalars(select(table)))


def test_the_form_is_as_browsers_and_password_managers_know_it(client, checked):
    form = checked(client.get("/sign-in?next=/topics")).select_one("main form")
    assert (form["action"], form["method"]) == ("/sign-in", "post")
    email, password = form.select_one("#email"), form.select_one("#password")
    assert (email["autocomplete"], email["type"]) == ("username", "email")
    assert (password["autocomplete"], password["type"]) == ("current-password", "password")
    assert "onpaste" not in str(form)
    assert form.find("input", {"name": "next"})["value"] == "/topics"
    assert form.select_one("button.nhsuk-js-password-input-toggle")["type"] == "button"


def test_somebody_signs_in_goes_where_they_wanted_and_signs_out(browser, ada, password, checked):
    me = browser()
    answer = enter(me, f" {ada.email.upper()} ", password, next="/topics?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Ftopics%3Fx%3D1&kept=1")
    assert answer.headers["cache-control"] == "private, no-store"
    assert {cookie.name for cookie in me.cookies.jar} == {"__Host-kb_session", "__Host-kb_browser"}
    assert all(cookie.secure for cookie in me.cookies.jar)
    on = me.get(answer.headers["location"])
    assert (on.status_code, on.headers["location"]) == (303, "/topics?x=1")
    header = checked(me.get("/account")).select_one(".nhsuk-header__account")
    links = {a["href"] for a in header.select("a")}
    assert {"/account", "/drafts"} <= links
    assert not {"/reviews", "/sign-in"} & links
    assert "Ada Love" in header.get_text()
    out = me.post("/sign-out")
    assert (out.status_code, out.headers["location"]) == (303, "/")
    assert {cookie.name for cookie in me.cookies.jar} == {"__Host-kb_browser"}
    assert me.get("/account").status_code == 303
    assert "Sign in" in checked(me.get("/about")).select_one(".nhsuk-header__account").get_text()
    assert me.post("/sign-out").status_code == 303  # twice does no harm


def test_a_browser_that_keeps_no_cookie_is_told_so(browser, ada, password, checked):
    me = browser()
    answer = enter(me, ada.email, password)
    me.cookies.clear()
    assert (
        "did not keep the cookie" in checked(me.get(answer.headers["location"])).select_one("[role=alert]").get_text()
    )


def test_what_is_wrong_is_told_the_same_whoever_it_is(client, browser, ada, people, password, checked):
    closed = people(client, f"contributor@{HOME}")
    invited = people(client, f"contributor@{HOME}")
    with client.app.state.database.writing() as session:
        accounts.disable(session, Operator("jo"), accounts.found(session, closed.email))
        session.execute(update(User).where(User.id == invited.id).values(password=None))
    told = set()
    for email, typed in (
        (ada.email, "not this one"), ("nobody@example.org", password), (closed.email, "not this one"), (invited.email, password),
        (invited.email, "x"), ("not an address", password), ("a" * 5_000, password), ("x@y.org\r\nSet-Cookie: a=b", password),
    ):  # fmt: skip
        answer = enter(browser(), email, typed)
        soup = checked(answer, 422)
        told.add(soup.select_one("[role=alert]").get_text(" ", strip=True))
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert typed not in answer.text.replace(email[:2_000], "") or len(typed) < 3
    assert told == {f"There is a problem {WRONG}"}
    # Whoever knows the password of a closed account may know that it is closed.
    assert "closed" in checked(enter(browser(), closed.email, password), 422).get_text()
    assert rows(client) == []


def test_an_unknown_address_is_given_the_same_work_as_a_wrong_password(browser, ada, monkeypatch):
    """So that the time an answer takes tells nobody who has an account."""
    done = []
    real = sign_in_pages.passwords.verify
    monkeypatch.setattr(
        sign_in_pages.passwords,
        "verify",
        lambda typed, stored: done.append((typed, bool(stored))) or real(typed, stored),
    )
    for email in (ada.email, "nobody@example.org"):
        enter(browser(), email, "not this one")
    assert done == [("not this one", True), ("not this one", False)]


def test_what_is_missing_is_told_at_its_field(browser, checked):
    soup = checked(enter(browser(), " ", ""), 422)
    assert [a["href"] for a in soup.select("[role=alert] a")] == ["#email", "#password"]
    soup = checked(enter(browser(), "ada@example.org", ""), 422)
    assert soup.select_one("#email")["value"] == "ada@example.org"
    assert soup.select_one("#password").get("value") is None


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_to_another_site(browser, ada, password, to):
    me = browser()
    assert "evil" not in enter(me, ada.email, password, next=to).headers["location"]
    assert me.get("/sign-in", params={"next": to}).headers["location"] == "/drafts"


def test_a_session_that_somebody_planted_is_worth_nothing(client, browser, ada, password, people, session_token):
    planted = session_token(client, people(client, f"contributor@{HOME}"))
    me = browser()
    answer = me.post(
        "/sign-in", data={"email": ada.email, "password": password}, headers={"cookie": f"__Host-kb_session={planted}"}
    )
    new = re.search(r"__Host-kb_session=([\w-]{43});", answer.headers["set-cookie"])[1]
    assert new != planted
    attacker = browser()
    attacker.cookies.set("__Host-kb_session", planted)
    assert attacker.get("/account").status_code == 303


def test_an_old_way_to_store_a_password_is_renewed_at_sign_in(client, browser, ada, password):
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=32, parallelism=1),)).hash(password)
    with client.app.state.database.writing() as session:
        session.execute(update(User).values(password=weak))
    assert enter(browser(), ada.email, password).status_code == 303
    (user,) = rows(client, User)
    assert user.password != weak
    assert enter(browser(), ada.email, password).status_code == 303


def test_every_sign_in_is_audited_with_who_and_how(client, browser, ada, password):
    enter(browser(), ada.email, password)
    row = rows(client, AuditEntry)[-1]
    assert (row.action, row.actor, row.detail) == ("user.sign-in", f"Ada Love <{ada.email}>", {"how": "password"})


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}, {"origin": "null"},
        {"origin": "https://testserver.evil.example"}, {"sec-fetch-site": "cross-site", "origin": "https://testserver"},
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize(
    "path",
    [
        "/sign-in",
        "/sign-out",
        "/reset",
        "/account/password",
        "/account/sign-out-everywhere",
        "/search/problem",
        "/search",
        "/no/such",
    ],
)
def test_forms_of_other_sites_are_refused_everywhere(client, ada, signed_in, checked, path, headers):
    me = signed_in(client, ada)
    answer = me.post(path, data={"email": "x"}, headers=headers)
    assert checked(answer, 403).h1.string == "This form was sent from another site"
    assert me.get("/account").status_code == 200  # still signed in


def test_programs_that_are_no_browser_are_let_through_to_what_they_may(browser, ada, password):
    assert enter(browser(), ada.email, password).status_code == 303
    me = browser()
    assert (
        me.post(
            "/sign-in", data={"email": ada.email, "password": password}, headers={"origin": "https://testserver"}
        ).status_code
        == 303
    )


def test_without_the_database_readers_notice_nothing_and_others_are_told(
    client, ada, signed_in, browser, password, checked, monkeypatch
):
    from kb.errors import DatabaseBusy, DatabaseUnavailable

    me = signed_in(client, ada)

    def away(*_, **__):
        raise DatabaseUnavailable("The disk /srv/secret is away.", "Mount it.")

    monkeypatch.setattr(client.app.state.database, "reading", away)
    for address in ("/about", "/search?q=falls", "/sign-in"):
        assert "Sign in" in checked(me.get(address)).select_one(".nhsuk-header__account").get_text()
    for answer, status in ((me.get("/account"), 503), (enter(browser(), ada.email, password), 503)):
        soup = checked(answer, status)
        assert "/srv/secret" not in answer.text
        assert answer.headers["retry-after"] == "60"
    assert "Signing in does not work at the moment" in soup.get_text()
    assert soup.select_one("#email")["value"] == ada.email
    monkeypatch.setattr(client.app.state.database, "reading", lambda: (_ for _ in ()).throw(DatabaseBusy("x", "y")))
    assert me.get("/account").status_code == 503


def test_a_page_that_takes_an_account_leads_to_it_after_signing_in(browser, ada, password):
    me = browser()
    answer = me.get("/account?done=sign-out&x=a%26b")
    assert answer.headers["location"] == "/sign-in?next=%2Faccount%3Fdone%3Dsign-out%26x%3Da%2526b"
    after = enter(me, ada.email, password, next="/account?done=sign-out&x=a%26b")
    assert me.get(after.headers["location"]).headers["location"] == "/account?done=sign-out&x=a%26b"


def test_programs_are_told_in_their_own_form(client, monkeypatch):
    client.app.add_api_route("/api/v1/mine", lambda: None, methods=["GET", "POST"])
    for method in ("GET", "POST"):
        monkeypatch.setitem(access.ACCESS, ("/api/v1/mine", method), access.SIGNED_IN)
        answer = client.request(method, "/api/v1/mine")
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
        assert answer.json()["title"] == "Sign in to go on"


def test_signing_in_replaces_the_sign_in_of_this_browser_and_leaves_others(client, browser, ada, password):
    first, second = browser(), browser()
    enter(first, ada.email, password)
    enter(second, ada.email, password)
    enter(second, ada.email, password)
    assert len(rows(client)) == 2
    assert sign_ins.look_up(
        client.app.state.database, first.cookies["__Host-kb_session"], visitors.lifetimes(client.app.state.settings)
    ).actor
