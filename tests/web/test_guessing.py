"""Slowing down: strangers who guess, networks that hammer, programs that search; and that nobody is locked out by them."""

import re
import threading

import pytest
from starlette.testclient import TestClient

from kb.editorial.passwords import Verified
from kb.editorial.throttle import Limit, Throttle
from kb.web import visitors

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


def test_what_is_said_of_limits_in_the_form_of_programs(client):
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
    client.app.state.throttle = Throttle({"search": Limit(((1, 60),), "Too many.")})
    me = signed_in(client, ada)
    assert [me.get("/search?q=falls").status_code for _ in range(2)] == [200, 429]


def test_somebody_who_says_where_they_are_is_not_believed(client, caplog, monkeypatch):
    monkeypatch.setattr(visitors, "_told", False)
    client.app.state.throttle = Throttle({"search": Limit(((1, 60),), "Too many.")})
    liar = TestClient(client.app, client=("203.0.113.1", 1))
    statuses = [
        liar.get("/search?q=falls", headers={"x-forwarded-for": f"198.51.100.{n}", "forwarded": f"for=198.51.100.{n}"}).status_code
        for n in range(2)
    ]  # fmt: skip
    assert statuses == [200, 429]
    assert caplog.text.count("KB_TRUSTED_PROXIES") == 1
