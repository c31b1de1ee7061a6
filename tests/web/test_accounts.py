"""One's own account: what it shows, signing browsers out, another password, and what admins are told about e-mails."""

import re

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from kb.editorial import accounts
from kb.editorial.audit import Operator
from kb.editorial.models import AuditEntry, Message, SignIn, User
from kb.web.accounts import post_tasks

HOME = "organisation:RWK"
NEW = "a kettle for the lighthouse"


@pytest.fixture
def client(fresh):
    return fresh(smtp_host="mail.example.nhs.uk", mail_from="x@example.nhs.uk", base_url="https://testserver")


@pytest.fixture
def ada(client, people):
    return people(client, f"contributor@{HOME}", "reviewer@organisation:GONE", name="Ada Love")


@pytest.fixture
def me(client, ada, signed_in):
    return signed_in(client, ada)


def rows(client, table):
    with client.app.state.database.reading() as session:
        return list(session.scalars(select(table)))


def test_it_shows_who_one_is_and_what_one_may_do(me, ada, checked):
    text = checked(me.get("/account")).select_one("main").get_text(" ", strip=True)
    assert ada.email in text
    assert "Contributor , RWK: you can write case studies" in text
    assert "Reviewer , GONE: you can review" in text
    assert "This browser. Signed in today at" in text
    assert "admin" not in text.lower()


def test_what_is_shown_is_only_ever_ones_own(client, me, people, signed_in, checked):
    ben = people(client, f"contributor@{HOME}", name="Benjamin")
    his = signed_in(client, ben)
    (row,) = [row for row in rows(client, SignIn) if row.user_id == ben.id]
    assert "Benjamin" not in me.get("/account").text
    answer = me.post("/account/sign-out", data={"browser": row.token})
    assert answer.status_code == 303
    assert his.get("/account").status_code == 200
    assert "Benjamin" in checked(his.get("/account")).get_text()


def test_a_browser_that_was_left_somewhere_is_signed_out(client, me, ada, signed_in, checked):
    left = signed_in(client, ada)
    soup = checked(me.get("/account"))
    (form,) = soup.select("form[action='/account/sign-out']")  # not of this browser: that is in the header
    answer = me.post("/account/sign-out", data={"browser": form.select_one("input")["value"]})
    assert answer.headers["location"] == "/account?done=sign-out#browsers"
    assert (
        "That browser was signed out."
        in checked(me.get("/account?done=sign-out")).select_one("[role=alert]").get_text()
    )
    assert left.get("/account").status_code == 303
    assert me.get("/account").status_code == 200
    assert "<script>" not in me.get("/account?done=<script>").text


def test_signing_out_everywhere_signs_out_here_too(client, me, ada, signed_in):
    others = [signed_in(client, ada) for _ in range(2)]
    answer = me.post("/account/sign-out-everywhere")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert [one.get("/account").status_code for one in (me, *others)] == [303] * 3


def change(me, present, password):
    return me.post("/account/password", data={"present": present, "password": password})


def test_another_password_ends_every_other_sign_in_and_is_told_by_e_mail(client, me, ada, signed_in, password, checked):
    other = signed_in(client, ada)
    answer = change(me, password, NEW)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account?done=password")
    tokens = [re.match(r"[^=]+=([^;]*)", header)[1] for header in answer.headers.get_list("set-cookie")]
    new = TestClient(client.app, cookies={"__Host-kb_session": tokens[0]}, follow_redirects=False)
    assert (
        "Your password was changed" in checked(new.get("/account?done=password")).select_one("[role=alert]").get_text()
    )
    assert other.get("/account").status_code == 303
    (message,) = rows(client, Message)
    assert (message.to, message.subject) == (ada.email, "Your password for Improvement Exchange was changed")
    assert "https://testserver/reset" in message.body
    for typed, status in ((password, 422), (NEW, 303)):
        assert client.post("/sign-in", data={"email": ada.email, "password": typed}).status_code == status
    assert NEW not in str([row.detail for row in rows(client, AuditEntry)])


@pytest.mark.parametrize(
    ("present", "new", "field", "words"),
    [
        ("wrong", NEW, "present", "not your present password"), ("", NEW, "present", "not your present password"),
        (None, "short", "password", "12 characters or more"), (None, "password12345", "password", "easy to guess"),
        (None, "", "password", "is empty"), (None, "ada love ada", "password", "your name"),
    ],
)  # fmt: skip
def test_a_password_that_cannot_be_is_told_at_its_field(client, me, password, checked, present, new, field, words):
    before = rows(client, User)[0].password
    answer = change(me, password if present is None else present, new)
    soup = checked(answer, 422)
    assert soup.select_one("[role=alert] a")["href"] == f"#{field}"
    assert words in soup.select_one(f"#{field}-error").get_text()
    assert soup.title.string.startswith("Error: ")
    assert rows(client, User)[0].password == before
    assert password not in answer.text
    assert me.get("/account").status_code == 200


def test_whoever_found_an_open_browser_cannot_guess_the_password(me, password, checked):
    assert [change(me, f"guess {n}", NEW).status_code for n in range(11)] == [422] * 10 + [429]
    answer = change(me, password, NEW)
    assert "You can try again in 10 minutes" in checked(answer, 429).get_text()
    assert int(answer.headers["retry-after"]) <= 600


def test_somebody_without_a_password_is_told_how_they_sign_in(client, me, ada, checked):
    with client.app.state.database.writing() as session:
        session.execute(update(User).where(User.id == ada.id).values(password=None))
    soup = checked(me.get("/account"))
    assert soup.select("form[action='/account/password']") == []
    assert soup.select_one("main a[href='/reset']")
    assert change(me, "", NEW).status_code == 422


def test_a_closed_account_is_out_with_the_next_click(client, me, ada):
    assert me.get("/account").status_code == 200
    with client.app.state.database.writing() as session:
        accounts.disable(session, Operator("jo"), accounts.found(session, ada.email))
    assert me.get("/account").status_code == 303


def test_roles_count_from_the_next_click(client, me, ada):
    assert "/reviews" in me.get("/account").text
    from kb.editorial.roles import Role, Scoped

    with client.app.state.database.writing() as session:
        user = accounts.found(session, ada.email)
        accounts.change_grants(session, Operator("jo"), user, [], [Scoped(Role.REVIEWER, "organisation:GONE")])
    assert "/reviews" not in me.get("/account").text


def test_an_admin_is_told_what_keeps_e_mails_from_arriving(fresh, people, signed_in, checked):
    client = fresh()
    me = signed_in(client, people(client, "admin"))
    with client.app.state.database.writing() as session:
        for number in range(2):
            session.add(
                Message(to="a@b.org", subject="x", body="", created_at=rows(client, User)[0].created_at, tries=number + 1, problem="It is down.")
            )  # fmt: skip
    told = checked(me.get("/account")).select_one(".nhsuk-warning-callout").get_text()
    assert "KB_SMTP_HOST" in told
    assert "KB_BASE_URL" in told
    assert "2 e-mails could not be delivered" in told
    assert post_tasks(client.app.state.settings, 1)[-1].startswith("1 e-mail could")
    other = signed_in(client, people(client, f"editor@{HOME}"))
    assert "KB_SMTP_HOST" not in other.get("/account").text
