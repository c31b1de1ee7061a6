"""Invitations and new passwords by e-mail, through a real mail server: who gets a link, how often it works, and that nobody learns who has an account."""

import logging
import re
import time

import pytest
from sqlalchemy import select, update

from kb.editorial import accounts, links
from kb.editorial.audit import Operator
from kb.editorial.db import Database
from kb.editorial.models import AuditEntry, Link, User
from kb.editorial.throttle import Limit, Throttle
from kb.web import links as links_pages

HOME = "organisation:RWK"
NEW = "a kettle for the lighthouse"


@pytest.fixture
def client(fresh, mailbox):
    return fresh(base_url="https://exchange.example", **mailbox.settings)


@pytest.fixture
def ada(client, people):
    return people(client, f"contributor@{HOME}", name="Ada Love")


def link_in(message):
    return re.search(r"https://exchange\.example(/\w+/[\w-]{43})\n", message.get_content().replace("\r", ""))[1]


def invite(client, person):
    with client.app.state.database.writing() as session:
        user = accounts.found(session, person.email)
        user.password = None
        return f"/invitation/{links.make(session, user, links.INVITATION)}"


def test_a_forgotten_password_from_the_form_to_the_new_one(client, ada, mailbox, password, checked):
    assert checked(client.get("/reset")).select_one("#email")["autocomplete"] == "username"
    answer = client.post("/reset", data={"email": f" {ada.email.upper()}"})
    assert "If there is an account for" in checked(answer).get_text()
    message = mailbox.wait()
    assert (message["To"], message["Subject"]) == (ada.email, "Set a new password for Improvement Exchange")
    assert message.get_content().startswith("Hello Ada Love,")
    link = link_in(message)
    for _ in range(3):  # mail scanners look first
        soup = checked(client.get(link))
    assert soup.h1.string == "Set a new password"
    assert soup.select_one("#email")["value"] == ada.email
    assert soup.select_one("#password")["autocomplete"] == "new-password"
    assert "12 characters or more" in checked(client.post(link, data={"password": "short"}), 422).get_text()
    answer = client.post(link, data={"password": NEW})
    assert answer.status_code == 303
    assert len(answer.headers.get_list("set-cookie")) == 2  # signed in, and known from now on
    assert client.post("/sign-in", data={"email": ada.email, "password": password}).status_code == 422
    assert client.post("/sign-in", data={"email": ada.email, "password": NEW}).status_code == 303
    for answer in (client.get(link), client.post(link, data={"password": "another good password"})):
        assert checked(answer, 404).h1.string == "This link does not work any more"


def test_an_invitation_from_the_link_to_the_first_page(client, ada, checked):
    link = invite(client, ada)
    soup = checked(client.get(link))
    assert "Hello Ada Love" in soup.get_text()
    answer = client.post(link, data={"password": NEW})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fdrafts&kept=1")
    assert client.post("/sign-in", data={"email": ada.email, "password": NEW}).status_code == 303
    with client.app.state.database.reading() as session:
        actions = [row.action for row in session.scalars(select(AuditEntry))]
    assert actions[-3:] == ["user.password", "user.sign-in", "user.sign-in"]


def test_the_answer_is_the_same_whether_there_is_an_account_or_not(client, ada, people, mailbox, checked):
    closed = people(client, f"contributor@{HOME}")
    with client.app.state.database.writing() as session:
        accounts.disable(session, Operator("jo"), accounts.found(session, closed.email))
    pages = set()
    for email in (ada.email, "nobody@example.org", closed.email):
        answer = client.post("/reset", data={"email": email})
        pages.add(re.sub(r"nonce[-=][^\s'>]+", "", checked(answer).select_one("main").get_text().replace(email, "")))
        assert "set-cookie" not in answer.headers
    assert len(pages) == 1
    mailbox.wait()
    time.sleep(0.2)
    assert [message["To"] for message in mailbox.messages] == [ada.email]


def test_the_link_is_made_and_sent_after_the_answer(client, ada, monkeypatch):
    """Otherwise the time that the answer takes would tell who has an account."""
    order = []
    monkeypatch.setattr("kb.web.links._send", lambda *_: order.append("sent"))
    real = links_pages.render
    monkeypatch.setattr(links_pages, "render", lambda *a, **more: order.append("answered") or real(*a, **more))
    client.post("/reset", data={"email": ada.email})
    assert order == ["answered", "sent"]


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b.org\r\nBcc: x@example.org", "a@b.org, c@d.org", "x" * 900 + "@example.org"]
)
def test_what_is_no_address_is_told_so(client, mailbox, checked, email):
    soup = checked(client.post("/reset", data={"email": email}), 422)
    assert "not an e-mail address" in soup.select_one("#email-error").get_text()
    assert mailbox.messages == []


def test_a_link_never_leads_where_the_request_says(client, ada, mailbox):
    """Whoever asks could name any host, and the person who gets the e-mail would give their new password there."""
    client.post(
        "/reset", data={"email": ada.email}, headers={"host": "evil.example", "x-forwarded-host": "evil.example"}
    )
    assert "evil" not in mailbox.wait().as_string()


def test_nobody_can_fill_a_mailbox_or_find_out_that_they_do(client, ada, mailbox, checked):
    for _ in range(7):
        assert "on its way" in checked(client.post("/reset", data={"email": ada.email})).get_text()
    mailbox.wait(4)
    time.sleep(0.2)
    assert len(mailbox.messages) == 4
    assert checked(client.get(link_in(mailbox.messages[-1]))).h1.string == "Set a new password"  # the last one works


def test_asking_for_many_from_one_network_is_slowed_down(client, checked):
    client.app.state.throttle = Throttle(
        {"reset": Limit(((0, 60),), "Too many links."), "reset-account": Limit(((9, 60),), "x.")}
    )
    client = type(client)(client.app, client=("203.0.113.9", 1), raise_server_exceptions=False)
    answer = client.post("/reset", data={"email": "ada@example.org"})
    assert "Too many links" in checked(answer, 429).get_text()
    assert int(answer.headers["retry-after"]) <= 60


def test_somebody_who_signs_in_elsewhere_is_told_so_and_gets_no_password(client, ada, mailbox):
    with client.app.state.database.writing() as session:
        session.execute(update(User).where(User.id == ada.id).values(password=None, openid="issuer 7"))
    client.post("/reset", data={"email": ada.email})
    body = mailbox.wait().get_content()
    assert "you sign in with your organisation, so there is no password to set here" in body
    with client.app.state.database.reading() as session:
        assert session.scalars(select(Link)).all() == []


def test_a_mail_server_that_is_away_is_in_the_log_without_the_link(fresh, people, checked, caplog):
    client = fresh(smtp_host="127.0.0.1", smtp_port=9, smtp_security="none", mail_from="x@example.nhs.uk")
    ada = people(client, f"contributor@{HOME}")
    assert "on its way" in checked(client.post("/reset", data={"email": ada.email})).get_text()
    assert "was not sent" in caplog.text
    assert "/reset/" not in caplog.text


def test_without_a_mail_server_the_link_is_in_the_log(fresh, people, caplog):
    client = fresh(host="127.0.0.1", port=8123)
    ada = people(client, f"contributor@{HOME}")
    with caplog.at_level(logging.INFO, "kb"):
        client.post("/reset", data={"email": ada.email})
    assert re.search(r"http://127\.0\.0\.1:8123/reset/[\w-]{43}\n", caplog.text)


def test_a_link_is_worth_nothing_at_the_other_address_or_after_another(client, ada, checked):
    with client.app.state.database.writing() as session:
        user = accounts.found(session, ada.email)
        token = links.make(session, user, links.RESET)
    checked(client.get(f"/invitation/{token}"), 404)
    checked(client.post(f"/invitation/{token}", data={"password": NEW}), 404)
    newer = invite(client, ada)
    checked(client.get(f"/reset/{token}"), 404)
    checked(client.get(newer))
    for wrong in ("x", "%00", "..%2f..%2fx", "a" * 3_000):
        assert client.get(f"/reset/{wrong}").status_code == 404


def test_of_two_forms_sent_at_once_one_wins(client, ada, monkeypatch, checked):
    link = invite(client, ada)
    answers = []
    opened = Database.writing  # the second comes in just before the first takes the lock

    def writing(self):
        monkeypatch.setattr(Database, "writing", opened)
        answers.append(client.post(link, data={"password": NEW}))
        return opened(self)

    monkeypatch.setattr(Database, "writing", writing)
    answers.append(client.post(link, data={"password": "yet another password"}))
    assert [answer.status_code for answer in answers] == [303, 404]
    assert checked(answers[1], 404)
    assert client.post("/sign-in", data={"email": ada.email, "password": NEW}).status_code == 303


def test_links_and_pages_behind_them_are_in_no_cache(client, ada):
    for address in ("/reset", invite(client, ada), "/invitation/none"):
        answer = client.get(address)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
