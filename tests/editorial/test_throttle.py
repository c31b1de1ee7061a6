"""Limits: who is slowed down, for how long, counted apart, and that a hospital behind one address is not."""

import threading

import pytest

from kb.editorial import throttle
from kb.editorial.throttle import LIMITS, Limit, Throttle, network
from kb.errors import TooManyTries


@pytest.fixture
def clock(monkeypatch):
    """`clock(seconds)` lets time pass, for the library that counts, too."""
    now = [1_800_000_000.0]

    def passes(seconds):
        now[0] += seconds

    for module in ("limits.storage.memory.time", "limits.strategies.time", "kb.editorial.throttle.time"):
        monkeypatch.setattr(f"{module}.time", lambda: now[0])
    return passes


def tries(counting, name, key, times):
    """How many of so many tries were let through."""
    done = 0
    for _ in range(times):
        try:
            counting.hit(name, key)
        except TooManyTries:
            continue
        done += 1
    return done


def wait(counting, name, key):
    with pytest.raises(TooManyTries) as caught:
        counting.hit(name, key)
    return caught.value


def test_guesses_are_slowed_down_more_and_more_up_to_a_cap(clock):
    counting = Throttle()
    assert tries(counting, "guess", "ada@example.org", 50) == 10
    waits = [wait(counting, "guess", "ada@example.org").seconds]
    for _ in range(5):
        clock(waits[-1] + 1)
        assert tries(counting, "guess", "ada@example.org", 50) <= 10
        waits.append(wait(counting, "guess", "ada@example.org").seconds)
    assert waits[0] <= 600
    assert max(waits) > 3_000
    assert max(waits) <= 3 * 3600
    total, day = 0, 0
    while day < 24 * 3600:
        total += tries(counting, "guess", "day@example.org", 10)
        clock(300)
        day += 300
    assert total <= 270  # a guesser's day


def test_waiting_helps_because_refused_tries_do_not_count(clock):
    counting = Throttle()
    tries(counting, "guess", "a", 10)
    for _ in range(100):
        wait(counting, "guess", "a")
    clock(601)
    counting.hit("guess", "a")


@pytest.mark.usefixtures("clock")
def test_keys_and_limits_are_counted_apart():
    counting = Throttle()
    assert tries(counting, "guess", "a", 20) == 10
    assert tries(counting, "guess", "b", 20) == 10
    assert tries(counting, "guess-from-known-browser", "a", 20) == 10
    assert tries(counting, "guess", "", 500) == 500  # nobody's key counts for nobody


@pytest.mark.usefixtures("clock")
def test_success_clears_a_count():
    counting = Throttle()
    tries(counting, "guess", "a", 9)
    counting.clear("guess", "a")
    assert tries(counting, "guess", "a", 20) == 10


def test_a_refusal_says_how_long_in_words(clock):
    counting = Throttle({"x": Limit(((1, 90), (2, 9_000)), "Too often.")})
    counting.hit("x", "a")
    error = wait(counting, "x", "a")
    assert (error.seconds, str(error)) == (90, "Too often. You can try again in 90 seconds. Wait a little, then go on.")
    clock(91)
    counting.hit("x", "a")
    assert "in 149 minutes" not in str(wait(counting, "x", "a"))
    assert "in 3 hours" in str(wait(counting, "x", "a"))


def test_many_at_once_do_not_slip_through():
    counting = Throttle()
    through = []

    def attempt():
        through.append(tries(counting, "guess", "a", 5))

    threads = [threading.Thread(target=attempt) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(through) == 10


@pytest.mark.usefixtures("clock")
def test_a_hospital_behind_one_address_does_not_notice():
    """3,000 people: a morning in which 120 sign in within ten minutes, and a minute in which 150 search four times each."""
    counting = Throttle()
    assert tries(counting, "sign-in", "203.0.113.9", 240) == 240  # each mistypes once
    assert tries(counting, "search", "203.0.113.9", 600) == 600
    assert tries(counting, "suggestions", "203.0.113.9", 2_400) == 2_400
    assert tries(counting, "upload", "203.0.113.9", 60) == 60
    assert tries(counting, "reset", "203.0.113.9", 30) == 30
    assert wait(counting, "search", "203.0.113.9").seconds <= 60  # a program is held up, for a minute at most


def test_every_limit_has_words_and_windows_that_grow():
    for name, limit in LIMITS.items():
        assert limit.message.endswith("."), name
        assert list(limit.windows) == sorted(limit.windows, key=lambda window: window[1]), name
        rates = [times / seconds for times, seconds in limit.windows]
        assert rates == sorted(rates, reverse=True), name


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.9", "203.0.113.9"), ("::ffff:203.0.113.9", "203.0.113.9"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"), ("10.0.0.7", "10.0.0.7"),
        ("127.0.0.1", ""), ("127.8.8.8", ""), ("::1", ""), ("::ffff:127.0.0.1", ""), ("", ""), ("testclient", ""), ("203.0.113", ""),
    ],
)  # fmt: skip
def test_the_key_of_an_address(address, key):
    assert network(address) == key


def test_words_of_waits():
    assert [throttle._words(seconds) for seconds in (1, 2, 99, 100, 600, 5_940, 5_941, 10_800)] == [
        "1 second", "2 seconds", "99 seconds", "2 minutes", "10 minutes", "99 minutes", "2 hours", "3 hours",
    ]  # fmt: skip
