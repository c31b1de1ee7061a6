"""Signing in with a password and out: who gets in, what everybody else is told, and what was typed when a sign-in ran out."""

import datetime
import re
import threading

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from kb.editorial import accounts, sign_ins
from kb.editorial.audit import Operator
from kb.editorial.models import AuditEntry, SignIn, User
from kb.editorial.passwords import Verified
from kb.editorial.roles import Role
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
def browser(client):
    """`browser()`: another browser of the same site, over https, from an address of its own."""
    count = iter(range(1, 250))

    def make(address=""):
        address = address or f"203.0.113.{next(count)}"
        return TestClient(
            client.app, "https://testserver", raise_server_exceptions=False, follow_redirects=False, client=(address, 5_000)
        )  # fmt: skip

    return make


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


# Slowing down


def guess(browser, email, times, wrong="not the right one"):
    answers = [enter(browser, email, wrong) for _ in range(times)]
    return [answer.status_code for answer in answers], answers[-1]


def test_a_stranger_who_guesses_is_slowed_down_and_locks_nobody_out(browser, ada, password, checked):
    mine, strangers = browser(), browser()
    assert enter(mine, ada.email, password).status_code == 303
    mine.post("/sign-out")
    statuses, last = guess(strangers, ada.email, 12)
    assert statuses == [422] * 10 + [429] * 2
    assert 500 < int(last.headers["retry-after"]) <= 600
    told = checked(last, 429).select_one("[role=alert]").get_text()
    assert "You can try again in 10 minutes" in told
    assert "link by e-mail" in told
    # From anywhere else too, even with the right password: a guesser has many addresses.
    assert enter(browser(), ada.email, password).status_code == 429
    # But not in a browser that its owner used before.
    assert enter(mine, ada.email, password).status_code == 303
    # An address without an account is treated the same.
    assert guess(browser(), "nobody@example.org", 11)[0] == [422] * 10 + [429]


def test_a_known_browser_has_tries_of_its_own_and_no_more(browser, ada, password):
    mine = browser()
    enter(mine, ada.email, password)
    mine.post("/sign-out")
    assert guess(mine, ada.email, 11)[0] == [422] * 10 + [429]
    assert enter(browser(), ada.email, password).status_code == 303  # they were not taken from those of others


def test_a_browser_is_known_for_those_who_used_it_and_nobody_else(client, browser, ada, people, password):
    ben = people(client, f"contributor@{HOME}")
    bens = browser()
    enter(bens, ben.email, password)
    bens.post("/sign-out")
    assert guess(bens, ada.email, 11)[0] == [422] * 10 + [429]
    assert (
        enter(browser(), ada.email, password).status_code == 429
    )  # his browser used up a stranger's tries, not its own
    assert enter(bens, ben.email, password).status_code == 303


def test_somebody_who_gets_it_right_in_the_end_begins_anew(browser, ada, password):
    me = browser()
    guess(me, ada.email, 9)
    assert enter(me, ada.email, password).status_code == 303
    me.post("/sign-out")
    assert guess(browser(), ada.email, 9)[0] == [422] * 9


def test_guesses_at_once_are_no_way_around(browser, ada):
    me = browser()
    statuses = []
    threads = [
        threading.Thread(target=lambda: statuses.append(enter(me, ada.email, "wrong").status_code)) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(422) == 10


def test_one_network_is_slowed_down_only_beyond_what_a_hospital_needs(browser, monkeypatch):
    monkeypatch.setattr("kb.editorial.passwords.verify", lambda *_: Verified(False))
    me = browser("198.51.100.7")
    statuses = [enter(me, f"person{number}@example.org", "x").status_code for number in range(302)]
    assert statuses == [422] * 300 + [429] * 2
    assert enter(browser(), "person1@example.org", "x").status_code == 422


# When the database is away


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


# What was typed when a sign-in ran out

TYPED = 'First line\n\n  "quoted" <b>bold</b> & caf\u00e9\n' + "long " * 2_000


@pytest.fixture
def desk(client, monkeypatch):
    """A form for contributors: what it was sent last."""
    got = {}

    async def take(request: visitors.HTTPConnection) -> dict[str, str]:
        form = await request.form()
        got.clear()
        got.update({name: value if isinstance(value, str) else value.filename for name, value in form.items()})
        return {"saved": "yes"}

    from fastapi import Request

    take.__annotations__ = {"request": Request}
    client.app.add_api_route("/desk/{id}", take, methods=["POST"])
    monkeypatch.setitem(access.ACCESS, ("/desk/{id}", "POST"), Role.CONTRIBUTOR)
    return got


def expire(client):
    with client.app.state.database.writing() as session:
        session.execute(update(SignIn).values(expires_at=datetime.datetime.now(datetime.UTC)))


def fields(form):
    return {element["name"]: element.get("value", "") for element in form.select("input[name]")}


def test_text_is_still_there_after_signing_in_again(client, browser, ada, password, checked, desk):
    me = browser()
    enter(me, ada.email, password)
    assert me.post("/desk/7?part=2", data={"text": "saved before"}).json() == {"saved": "yes"}
    expire(client)
    desk.clear()
    answer = me.post("/desk/7?part=2", data={"text": TYPED, "title": "Falls", "empty": ""})
    form = checked(answer, 401).select_one("form[action='/sign-in']")
    assert answer.headers["cache-control"] in ("no-store", "private, no-store")
    assert desk == {}
    sent = fields(form) | {"email": ada.email, "password": "a slip"}
    # A wrong password in between loses nothing either.
    form = checked(me.post("/sign-in", data=sent, files={}), 422).select_one("form[action='/sign-in']")
    answer = me.post("/sign-in", data=fields(form) | {"email": ada.email, "password": password})
    soup = checked(answer)
    assert soup.h1.string == "You are signed in"
    assert "Ada Love" in soup.select_one(".nhsuk-header__account").get_text()
    form = soup.select_one("main form")
    assert (form["action"], form["method"]) == ("/desk/7?part=2", "post")
    assert me.post(form["action"], data=fields(form)).json() == {"saved": "yes"}
    assert desk == {"text": TYPED, "title": "Falls", "empty": ""}


@pytest.mark.usefixtures("desk")
def test_a_file_is_not_kept_and_the_page_says_so(browser, ada, password, checked):
    answer = browser().post("/desk/7", data={"alt": "A chart"}, files={"picture": ("chart.png", b"x" * 5_000)})
    form = checked(answer, 401).select_one("form[action='/sign-in']")
    assert "choose it again" in answer.text
    assert fields(form)["kept.alt"] == "A chart"
    soup = checked(browser().post("/sign-in", data=fields(form) | {"email": ada.email, "password": password}))
    assert "Choose it again" in soup.get_text()
    assert fields(soup.select_one("main form")) == {"alt": "A chart"}


@pytest.mark.usefixtures("desk")
def test_what_is_too_large_to_be_kept_is_said(browser, checked):
    text = checked(browser().post("/desk/7", data={"text": "x" * 900_000}), 401).get_text()
    assert "could not be kept" in text or "too long to be kept" in text
    text = checked(
        browser().post("/desk/7", content=b"\xff\xfe not a form", headers={"content-type": "application/json"}), 401
    ).get_text()
    assert "Sign in to go on" in text


def test_somebody_else_at_the_same_computer_does_not_send_it_in_their_name(
    client, browser, ada, people, password, checked, desk
):
    ben = people(client, f"contributor@{HOME}", name="Ben")
    me = browser()
    enter(me, ada.email, password)
    expire(client)
    form = checked(me.post("/desk/7", data={"text": "Hers"}), 401).select_one("form[action='/sign-in']")
    soup = checked(me.post("/sign-in", data=fields(form) | {"email": ben.email, "password": password}))
    assert "somebody else" in soup.get_text()
    assert soup.select("main form") == []
    assert "Hers" in soup.select_one("main textarea").string  # but nothing is lost
    assert desk == {}


@pytest.mark.parametrize(
    "to",
    ["https://evil.example/x", "//evil.example", "/search/problem", "/sign-out", "/account/password", "/no/such", ""],
)
def test_what_is_kept_is_only_ever_sent_to_forms_of_drafts(browser, ada, password, to):
    answer = enter(browser(), ada.email, password, **{"kept-to": to, "kept.text": "x", "next": "/topics"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Ftopics&kept=1")


def test_a_password_is_never_put_into_a_page(browser, checked):
    answer = browser().post("/account/password", data={"present": "hidden words", "password": "other words"})
    checked(answer, 401)
    assert "hidden words" not in answer.text
    assert "other words" not in answer.text


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


def test_what_is_said_of_limits_in_the_form_of_programs(client):
    from kb.editorial.throttle import Limit, Throttle

    client.app.state.throttle = Throttle({"search": Limit(((2, 60),), "There were too many searches in a short time.")})
    stranger = TestClient(client.app, client=("203.0.113.1", 1), follow_redirects=False)
    statuses = [stranger.get("/api/v1/search?q=falls").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    answer = stranger.get("/api/v1/search?q=falls")
    assert answer.headers["content-type"] == "application/problem+json"
    assert 0 < int(answer.headers["retry-after"]) <= 60
    page = stranger.get("/search?q=falls")
    assert page.status_code == 429
    assert re.search(r"too many searches in a short time. You can try again in \d+ seconds", page.text)
    assert client.get("/search?q=falls").status_code == 200  # others, and whoever a proxy hides, are not held up


def test_who_is_signed_in_counts_apart_from_their_network(client, ada, signed_in):
    from kb.editorial.throttle import Limit, Throttle

    client.app.state.throttle = Throttle({"search": Limit(((1, 60),), "Too many.")})
    me = signed_in(client, ada)
    assert [me.get("/search?q=falls").status_code for _ in range(2)] == [200, 429]


def test_somebody_who_says_where_they_are_is_not_believed(client, caplog, monkeypatch):
    from kb.editorial.throttle import Limit, Throttle

    monkeypatch.setattr(visitors, "_told", False)
    client.app.state.throttle = Throttle({"search": Limit(((1, 60),), "Too many.")})
    liar = TestClient(client.app, client=("203.0.113.1", 1))
    statuses = [
        liar.get("/search?q=falls", headers={"x-forwarded-for": f"198.51.100.{n}", "forwarded": f"for=198.51.100.{n}"}).status_code
        for n in range(2)
    ]  # fmt: skip
    assert statuses == [200, 429]
    assert caplog.text.count("KB_TRUSTED_PROXIES") == 1


def test_signing_in_replaces_the_sign_in_of_this_browser_and_leaves_others(client, browser, ada, password):
    first, second = browser(), browser()
    enter(first, ada.email, password)
    enter(second, ada.email, password)
    enter(second, ada.email, password)
    assert len(rows(client)) == 2
    assert sign_ins.look_up(
        client.app.state.database, first.cookies["__Host-kb_session"], visitors.lifetimes(client.app.state.settings)
    ).actor
