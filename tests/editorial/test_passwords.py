"""Passwords: what is good enough, in sentences; argon2id; and as long a look where there is none to compare with."""

import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from kb.editorial import passwords
from kb.errors import AccountError, TooManyTries

OWN = ("Sarah Jones-Smith", "sarah.jones@elft.example.nhs.uk", "Improvement Exchange")


def said(password):
    with pytest.raises(AccountError) as caught:
        passwords.check(password, OWN)
    assert caught.value.field == "password"
    assert "words that have nothing to do with each other" in caught.value.cure or "accents" in caught.value.cure
    return caught.value.message


@pytest.mark.parametrize(
    "password",
    [
        "seven quiet herons", "correct horse battery staple", "kT9#mw2!pLq8", "\u00fcber drei Berge wandern", "\u96e8\u306e\u65e5\u306e\u732b\u306f\u7a93\u8fba\u3067\u7720\u308b\u306d",
        "x" * 3 + " the kettle sings at dawn " + "x" * 900, "  spaces at both ends  ", "tabs\tand\u00a0odd\u2003spaces", "\U0001f984 rides a purple bus",
        "sarah likes green bicycles",
    ],
)  # fmt: skip
def test_good_ones_of_any_kind_are_taken(password):
    passwords.check(password, OWN)


@pytest.mark.parametrize(("password", "typed"), [("", "is empty"), ("short", "has 5"), ("elevenchars", "has 11")])
def test_too_short_says_how_long_it_is(password, typed):
    assert f"12 characters or more. This one {typed}" in said(password)


@pytest.mark.parametrize("password", ["x" * 1001, "\u00e9" * 501, "\U0001f984" * 251])
def test_too_long_is_counted_in_bytes(password):
    assert "too long" in said(password)


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "Password1234!", "qwertyuiop12", "aaaaaaaaaaaa", "123456789012", "iloveyou12345", "Liverpool2024!", "NHSpassword1",
        "Summer2026!!", "manchesterunited", "zxcvbnm,./12", "abcdefghijkl", "letmeinletmein",
    ],
)  # fmt: skip
def test_common_ones_are_refused(password):
    assert "easy to guess" in said(password)


@pytest.mark.parametrize(
    "password", ["sarahjones1985", "Sarah.Jones.1", "jones-smith-1!", "improvementexchange", "ImprovementNHS1", "elftelftelft", "SARAH JONES!!"]
)  # fmt: skip
def test_ones_made_of_the_person_or_the_service_are_refused(password):
    assert "your name, your address or the name of this service" in said(password)


@settings(max_examples=30)
@given(st.text(max_size=1_200))
def test_whatever_is_typed_is_taken_or_refused_with_a_sentence(password):
    told = "."
    try:
        passwords.check(password, OWN)
    except AccountError as error:
        told = error.message
    assert told.endswith(".")


def test_checks_at_the_same_time_do_not_mix_up_whose_words_are_whose():
    wrong = []

    def check(number):
        try:
            for _ in range(5):
                passwords.check(f"orange{number}lamp kettle boat", (f"Person{number} Name{number}",))
        except AccountError as error:
            wrong.append(str(error))

    threads = [threading.Thread(target=check, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.fixture(scope="module")
def stored():
    return passwords.hashed("seven quiet herons")


def test_what_is_stored_is_argon2id_and_never_twice_the_same(stored):
    assert stored.startswith("$argon2id$")
    assert "herons" not in stored
    assert passwords.hashed("seven quiet herons") != stored


def test_only_the_same_password_is_right(stored):
    assert passwords.verify("seven quiet herons", stored) == passwords.Verified(True)
    for wrong in ("", "seven quiet heron", "Seven quiet herons", "seven quiet herons ", "x" * 5_000):
        assert not passwords.verify(wrong, stored).right


def test_the_same_password_from_another_keyboard_is_the_same():
    stored = passwords.hashed("caf\u00e9 an der Ecke")
    assert passwords.verify("cafe\u0301 an der Ecke", stored).right
    long = "y" * 999 + "a"
    assert passwords.verify(long, passwords.hashed(long)).right
    odd = "lone \ud800 surrogate here"
    assert passwords.verify(odd, passwords.hashed(odd)).right


def test_one_stored_with_weaker_parameters_is_stored_anew(stored):
    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),)).hash("seven quiet herons")
    found = passwords.verify("seven quiet herons", weak)
    assert found.right
    assert found.hashed is not None
    assert found.hashed.split("$")[3] == stored.split("$")[3]
    assert passwords.verify("wrong", weak) == passwords.Verified(False)


def test_a_crowd_is_asked_to_come_again_and_takes_no_threads_from_others(stored):
    held = [passwords._turn() for _ in range(2)]
    for turn in held:
        turn.__enter__()
    waiting = [threading.Thread(target=passwords.verify, args=("x" * 12, stored)) for _ in range(8)]
    for thread in waiting:
        thread.start()
    until = time.monotonic() + 10
    while passwords._waiting._value and time.monotonic() < until:
        time.sleep(0.01)
    with pytest.raises(TooManyTries) as caught:
        passwords.verify("seven quiet herons", stored)
    assert caught.value.seconds == 5
    for turn in held:
        turn.__exit__(None, None, None)
    for thread in waiting:
        thread.join()
    assert passwords.verify("seven quiet herons", stored).right


def test_where_there_is_none_the_same_work_is_done(monkeypatch, stored):
    """Not by the clock, which a busy machine would falsify: by the comparisons that are made, and with what."""
    compared = []
    real = PasswordHash.verify_and_update

    def counting(self, password, hash_):
        compared.append(hash_.split("$")[:4])
        return real(self, password, hash_)

    monkeypatch.setattr(PasswordHash, "verify_and_update", counting)
    for instead in (stored, None):
        assert not passwords.verify("a wrong password", instead).right
    assert compared[0] == compared[1]  # as often, with the same parameters
    assert not passwords.verify("", None).right
