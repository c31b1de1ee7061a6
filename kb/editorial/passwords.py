"""Owns passwords: which are good enough, storing them as argon2id, comparing. Never stores, logs or sends one itself."""

import contextlib
import functools
import re
import secrets
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kb.errors import AccountError, TooManyTries

if TYPE_CHECKING:
    from pwdlib import PasswordHash

LEAST: Final = 12  # characters: three words, or what a password manager makes
MOST: Final = 1_000  # bytes: any sentence fits, and nobody keeps the processor busy with a novel
_READ: Final = 72  # characters that the check of common words reads: its time grows faster than the length
_STRONG: Final = 9  # powers of ten of guesses: the season, the year and two marks take fewer
_REST: Final = 8  # characters that must remain without the person's own words
_TOGETHER: Final = 2  # hashed at once: each takes 64 MB and a tenth of a second of both cores
_ROOM: Final = 10  # hashed or waiting: somebody who sends thousands must not take all threads from those who read

_hashing = threading.BoundedSemaphore(_TOGETHER)
_waiting = threading.BoundedSemaphore(_ROOM)
_guessing = threading.Lock()  # zxcvbn keeps the words of its last call in a global

GOOD: Final = "Three or four words that have nothing to do with each other make a good one."


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether a password is right, and how to store it from now on where that has changed."""

    right: bool
    hashed: str | None = None


def check(password: str, own: Iterable[str], field: str = "password") -> None:
    """Refuses a password that is easily guessed.

    Args:
        own: the person's name and address and the service's name: guessers try those first.
        field: the input that the error is about.

    Raises:
        AccountError: with a sentence that says what is wrong and what would be good.
    """
    password = normal(password)
    if len(password) < LEAST:
        typed = f"has {len(password)}" if password else "is empty"
        raise AccountError(f"Your password must have {LEAST} characters or more. This one {typed}.", GOOD, field)
    if len(_bytes(password)) > MOST:
        raise AccountError("Your password is too long.", f"Use at most {MOST:,} letters without accents.", field)
    words = sorted({word for text in own for word in re.findall(r"\w{3,}", text.lower())} | {"nhs"}, key=len)
    rest = password.lower()
    for word in reversed(words):
        rest = rest.replace(word, "")
    if len(rest) < min(_REST, len(password)):
        raise AccountError("Your password is made of your name, your address or the name of this service.", GOOD, field)
    if _strength(password, words) < _STRONG:
        raise AccountError(
            "Your password is easy to guess: it is made of common words, names, dates or keys in a row.", GOOD, field
        )


def hashed(password: str) -> str:
    """The password as it is stored: argon2id with the library's present parameters.

    Raises:
        TooManyTries: too many are at it at this moment.
    """
    with _turn():
        return _hasher().hash(_bytes(normal(password)))


def verify(password: str, stored: str | None) -> Verified:
    """Whether it is the password stored. It takes as long when nothing is stored, so that nobody learns who has an account.

    Raises:
        TooManyTries: too many are at it at this moment.
    """
    # Made in both cases, so that the first unknown address does not take twice as long.
    instead = _nobodys()
    typed = _bytes(normal(password)) if len(_bytes(password)) <= MOST else b""
    with _turn():
        right, renewed = _hasher().verify_and_update(typed, stored or instead)
    return Verified(right and stored is not None and bool(typed), renewed if stored else None)


def normal(password: str) -> str:
    """The password so that it is the same from every keyboard: \u201c\u00e9\u201d is one character on some and two on others."""
    return unicodedata.normalize("NFKC", password)


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    """Our turn to hash; refused at once when others wait already."""
    if not _waiting.acquire(blocking=False):
        raise TooManyTries("Many people are signing in at this moment.", "Try again in a few seconds.", 5)
    try:
        with _hashing:
            yield
    finally:
        _waiting.release()


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


def _strength(password: str, words: Iterable[str]) -> float:
    """How many powers of ten of guesses somebody needs who knows what people choose."""
    from zxcvbn import zxcvbn  # noqa: PLC0415 - reads long lists of words

    with _guessing:
        return float(zxcvbn(password[:_READ], list(words))["guesses_log10"])


@functools.cache
def _hasher() -> "PasswordHash":
    from pwdlib import PasswordHash  # noqa: PLC0415 - for those who sign in

    return PasswordHash.recommended()


@functools.cache
def _nobodys() -> str:
    """What a password is compared with where there is none."""
    return hashed(secrets.token_urlsafe(32))
