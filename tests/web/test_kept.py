"""What of a form is kept when a sign-in ran out: every text in order and as it was, no file, within bounds."""

import datetime

import pytest
from fastapi import Request
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from starlette.datastructures import FormData

from kb.editorial.models import SignIn
from kb.editorial.roles import Role
from kb.web import access, kept

HOME = "organisation:RWK"
FILES = "/drafts/abcdefgh/files"


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


def fields(answer, checked):
    form = checked(answer, 401).select_one("form[action='/sign-in']")
    return [(e["name"], e.get("value", "")) for e in form.select("input[name^='kept.']")]


def test_the_words_beside_a_large_picture_are_kept(client, checked):
    answer = client.post(
        FILES, data={"alt": "A run chart", "title": "Falls"}, files={"file": ("chart.png", b"x" * 3_000_000)}
    )
    assert fields(answer, checked) == [("kept.alt", "A run chart"), ("kept.title", "Falls")]
    assert "choose it again" in answer.text


def test_few_large_forms_of_strangers_are_read_at_once(client, checked):
    uploads = client.app.state.uploads
    held = [uploads.place() for _ in range(8)]
    assert all(place.__enter__() for place in held)
    answer = client.post(FILES, data={"alt": "A run chart"}, files={"file": ("chart.png", b"x" * 3_000_000)})
    assert "too long to be kept" in checked(answer, 401).get_text()
    assert fields(client.post(FILES, data={"alt": "A run chart"}), checked) == [("kept.alt", "A run chart")]
    for place in held:
        place.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/x-www-form-urlencoded"), (b"{}", "application/json"), (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"x", "multipart/form-data"), (b"&".join(b"f%d=x" % n for n in range(500)), "application/x-www-form-urlencoded"),
    ],
    ids=["nothing", "json", "cut off", "no boundary", "many fields"],
)  # fmt: skip
def test_what_is_no_form_still_gets_the_page_to_sign_in(client, checked, body, kind):
    answer = client.post(FILES, content=body, headers={"content-type": kind})
    assert fields(answer, checked) == []


def test_the_same_name_twice_is_kept_twice_in_order(client, checked):
    answer = client.post(
        FILES, content=b"topic=b&topic=a&x=&topic=b", headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert fields(answer, checked) == [("kept.topic", "b"), ("kept.topic", "a"), ("kept.x", ""), ("kept.topic", "b")]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=200)), max_size=20))
def test_what_is_kept_comes_back_as_it_was(typed):
    carried = FormData([(f"{kept.PREFIX}{name}", value) for name, value in typed] + [("email", "x"), ("password", "y")])
    found = kept.of_form("/drafts/x", carried)
    assert found.fields == tuple(typed)
    assert (found.to, found.files, found.whole) == ("/drafts/x", False, True)


def test_what_goes_beyond_the_bounds_is_told():
    many = kept.of_form("/x", FormData([("kept.a", "x")] * 201))
    assert (len(many.fields), many.whole) == (200, False)
    long = kept.of_form("/x", FormData([("kept.a", "x" * 700_000), ("kept.b", "y" * 200_000), ("kept.c", "z")]))
    assert [name for name, _ in long.fields] in (["a"], ["a", "c"])
    assert not long.whole


TYPED = 'First line\n\n  "quoted" <b>bold</b> & caf\u00e9\n' + "long " * 2_000


@pytest.fixture
def desk(client, monkeypatch):
    """A form for contributors: what it was sent last."""
    got = {}

    async def take(request: Request) -> dict[str, str]:
        form = await request.form()
        got.clear()
        got.update({name: value if isinstance(value, str) else value.filename for name, value in form.items()})
        return {"saved": "yes"}

    client.app.add_api_route("/desk/{id}", take, methods=["POST"])
    monkeypatch.setitem(access.ACCESS, ("/desk/{id}", "POST"), Role.CONTRIBUTOR)
    return got


def expire(client):
    with client.app.state.database.writing() as session:
        session.execute(update(SignIn).values(expires_at=datetime.datetime.now(datetime.UTC)))


def sent(form):
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
    typed = sent(form) | {"email": ada.email, "password": "a slip"}
    # A wrong password in between loses nothing either.
    form = checked(me.post("/sign-in", data=typed, files={}), 422).select_one("form[action='/sign-in']")
    answer = me.post("/sign-in", data=sent(form) | {"email": ada.email, "password": password})
    soup = checked(answer)
    assert soup.h1.string == "You are signed in"
    assert "Ada Love" in soup.select_one(".nhsuk-header__account").get_text()
    form = soup.select_one("main form")
    assert (form["action"], form["method"]) == ("/desk/7?part=2", "post")
    assert me.post(form["action"], data=sent(form)).json() == {"saved": "yes"}
    assert desk == {"text": TYPED, "title": "Falls", "empty": ""}


@pytest.mark.usefixtures("desk")
def test_a_file_is_not_kept_and_the_page_says_so(browser, ada, password, checked):
    answer = browser().post("/desk/7", data={"alt": "A chart"}, files={"picture": ("chart.png", b"x" * 5_000)})
    form = checked(answer, 401).select_one("form[action='/sign-in']")
    assert "choose it again" in answer.text
    assert sent(form)["kept.alt"] == "A chart"
    soup = checked(browser().post("/sign-in", data=sent(form) | {"email": ada.email, "password": password}))
    assert "Choose it again" in soup.get_text()
    assert sent(soup.select_one("main form")) == {"alt": "A chart"}


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
    soup = checked(me.post("/sign-in", data=sent(form) | {"email": ben.email, "password": password}))
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
