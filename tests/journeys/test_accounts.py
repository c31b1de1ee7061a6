"""Accounts in a real browser: signing in and out, invitations, new passwords, and text that outlives a sign-in; wide, on a phone, without scripts."""

import datetime

import pytest
from sqlalchemy import update

from kb.editorial import accounts, drafts, links
from kb.editorial.models import AnswerRow, SignIn
from kb.web.cookies import SESSION

pytestmark = pytest.mark.browser

HOME = "organisation:RWK"
NEW = "a kettle for the lighthouse"
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
WAYS = pytest.mark.parametrize(
    ("width", "scripts"), [(1100, True), (320, True), (1100, False), (320, False)], ids=["wide", "phone", "wide, no scripts", "phone, no scripts"]
)  # fmt: skip


@pytest.fixture
def ada(app, people):
    return people(app, f"contributor@{HOME}", "admin", name="Ada Love")


@pytest.fixture
def open_(visit):
    """`open_(path, width, scripts)`: a page in a window that nobody has used."""

    def start(path, width, scripts=True, **more):
        return visit(path, width, java_script_enabled=scripts, **more)

    return start


@pytest.fixture
def look(check_page):
    """`look(page, scripts)`: checks the page as it stands now, as far as that is possible without scripts."""

    def check(page, scripts):
        if scripts:
            check_page(page)
        assert page.evaluate(FITS)

    return check


def state(token):
    """What a browser that is signed in holds."""
    cookie = {
        "name": SESSION, "value": token, "domain": "127.0.0.1", "path": "/", "expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax",
    }  # fmt: skip
    return {"cookies": [cookie], "origins": []}


def sign_in(page, email, password):
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()


@WAYS
def test_sign_in_look_at_the_account_and_sign_out(visit, open_, look, ada, password, width, scripts):
    page = open_("/about", width, scripts)
    page.get_by_role("link", name="Sign in").click()
    look(page, scripts)
    visit.watches[-1].expected = 422
    sign_in(page, ada.email, "not the right one")
    assert page.title().startswith("Error: ")
    look(page, scripts)
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("document.activeElement.id") == "email"
    assert page.get_by_label("E-mail address").input_value() == ada.email
    sign_in(page, ada.email, password)
    page.get_by_role("navigation", name="Account").get_by_role("link", name="Ada Love").click()
    assert page.locator("h1").inner_text() == "Your account"
    look(page, scripts)
    assert "This browser" in page.locator("main").inner_text()
    # Another password: a mistake is told at its field, then it is done.
    page.get_by_label("Your present password").fill(password)
    page.get_by_label("New password").fill("password1234")
    page.get_by_role("button", name="Change password").click()
    page.get_by_role("alert").get_by_text("easy to guess").wait_for()
    look(page, scripts)
    page.get_by_label("Your present password").fill(password)
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Change password").click()
    page.get_by_text("Your password was changed.").wait_for()
    look(page, scripts)
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("navigation", name="Account").get_by_role("link", name="Sign in").wait_for()
    page.go_back()
    page.reload()
    assert page.locator("h1").inner_text() == "Sign in"  # nothing of hers is left behind


def test_signing_in_with_the_keyboard_alone_and_looking_at_what_was_typed(open_, ada, password):
    page = open_("/sign-in", 1100)
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "email":
            break
    page.keyboard.type(ada.email)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    field = page.locator("#password")
    assert (field.get_attribute("type"), field.input_value()) == ("text", password)
    assert page.get_by_role("button", name="Hide password").count() == 1
    page.keyboard.press("Enter")
    assert field.get_attribute("type") == "password"
    field.press("Enter")
    page.get_by_role("navigation", name="Account").get_by_role("link", name="Ada Love").wait_for()


@WAYS
def test_sign_out_a_browser_that_was_left_somewhere(app, open_, look, ada, session_token, width, scripts):
    session_token(app, ada)
    page = open_("/account", width, scripts, storage_state=state(session_token(app, ada)))
    page.get_by_role("button", name="Sign out A test").click()
    page.get_by_text("That browser was signed out.").wait_for()
    look(page, scripts)
    assert page.get_by_role("button", name="Sign out A test").count() == 0
    page.get_by_role("button", name="Sign out everywhere").click()
    assert page.locator("h1").inner_text() == "Sign in"


@WAYS
def test_an_invitation_taken_up(app, open_, look, visit, people, width, scripts):
    person = people(app, f"contributor@{HOME}", name="Ben Bold")
    with app.state.database.writing() as session:
        user = accounts.found(session, person.email)
        user.password = None
        token = links.make(session, user, links.INVITATION)
    page = open_(f"/invitation/{token}", width, scripts)
    assert "Hello Ben Bold" in page.locator("main").inner_text()
    look(page, scripts)
    visit.watches[-1].expected = 422
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_role("button", name="Save and sign in").click()
    page.get_by_role("alert").get_by_text("12 characters or more").wait_for()
    look(page, scripts)
    page.get_by_label("Password", exact=True).fill(NEW)
    page.get_by_role("button", name="Save and sign in").click()
    page.get_by_role("navigation", name="Account").get_by_role("link", name="Ben Bold").wait_for()
    visit.watches[-1].expected = 404
    page.goto(f"/invitation/{token}")
    assert page.locator("h1").inner_text() == "This link does not work any more"
    look(page, scripts)


@WAYS
def test_a_forgotten_password(app, open_, look, ada, width, scripts):
    page = open_("/sign-in", width, scripts)
    page.get_by_role("link", name="I have forgotten my password").click()
    look(page, scripts)
    page.get_by_label("E-mail address").fill(ada.email)
    page.get_by_role("button", name="Send the link").click()
    assert page.locator("h1").inner_text() == "Check your e-mail"
    look(page, scripts)
    with app.state.database.writing() as session:
        token = links.make(session, accounts.found(session, ada.email), links.RESET)
    page.goto(f"/reset/{token}")
    look(page, scripts)
    page.get_by_label("Password", exact=True).fill(NEW)
    page.get_by_role("button", name="Save and sign in").click()
    page.get_by_role("navigation", name="Account").get_by_role("link", name="Ada Love").wait_for()


@WAYS
def test_text_outlives_a_sign_in(app, open_, look, visit, ada, session_token, password, width, scripts):
    """A form of a draft is sent after the sign-in ran out: the text goes through signing in and is saved with one press."""
    with app.state.database.writing() as session:
        draft = drafts.start(session, ada, HOME, {"what-you-improved": {"title": "Fewer falls"}})
    address = f"/drafts/{draft}/questions/problem"
    page = open_(address, width, scripts, storage_state=state(session_token(app, ada)))
    visit.watches[-1].expected = 401
    with app.state.database.writing() as session:
        session.execute(
            update(SignIn).where(SignIn.user_id == ada.id).values(expires_at=datetime.datetime.now(datetime.UTC))
        )
    typed = 'Falls at night.\n\nNobody saw them, and "nobody" asked <why>.'
    page.locator("main textarea").first.fill(typed)
    page.locator("main").get_by_role("button", name="Save and continue").click()
    page.get_by_role("heading", name="Sign in to go on").wait_for()
    look(page, scripts)
    assert "What you typed is kept" in page.locator("main").inner_text()
    sign_in(page, ada.email, password)
    assert page.locator("h1").inner_text() == "You are signed in"
    look(page, scripts)
    page.get_by_role("button", name="Send it again").click()
    page.wait_for_load_state()
    with app.state.database.reading() as session:
        row = session.get(AnswerRow, (draft, "problem"))
    assert typed in [str(value).replace("\r\n", "\n") for value in row.data.values()]


@WAYS
def test_what_the_service_puts_on_a_device(open_, look, width, scripts):
    page = open_("/cookies", width, scripts)
    assert "kb_session" in page.locator("main").inner_text()
    assert page.context.cookies() == []
    look(page, scripts)
