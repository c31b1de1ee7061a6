"""Owns browsers that are signed in, and browsers that somebody has used before. Never checks a password.

A browser holds a random token, the database only its SHA-256: who reads the database cannot sign in with it.
"""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kb.editorial import accounts, tokens
from kb.editorial.db import Database
from kb.editorial.roles import Actor
from kb.editorial.tokens import digest
from kb.errors import DatabaseBusy

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


_NOTED: Final = datetime.timedelta(minutes=1)  # how exactly it is known when a browser was last seen: a write a minute
_KEPT: Final = datetime.timedelta(days=7)  # an ended sign-in still says whose words an open page holds
DEVICE: Final = datetime.timedelta(days=400)  # the longest that browsers keep a cookie
_BROWSER: Final = 60  # characters of a browser's description


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a browser stays signed in: in all, and without being used."""

    whole: datetime.timedelta
    idle: datetime.timedelta


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who a request comes from. Without `actor` it is a reader; `ended` is whose sign-in ran out in this browser."""

    actor: Actor | None = None
    sign_in: str = ""
    ended: int | None = None


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that is signed in, as its owner sees it."""

    id: str
    words: str
    created_at: datetime.datetime
    seen_at: datetime.datetime
    this: bool


def begin(session: "Session", user_id: int, browser: str, lifetimes: Lifetimes, replaces: str = "") -> str:
    """Signs a browser in, always under a new token; gives the token.

    Args:
        browser: what it is, in words, such as Firefox on Windows.
        replaces: the token that the browser came with; it stops working.
    """
    from sqlalchemy import delete  # noqa: PLC0415 - pages for readers do without SQLAlchemy

    from kb.editorial.models import Device, SignIn  # noqa: PLC0415

    now = datetime.datetime.now(datetime.UTC)
    session.execute(delete(SignIn).where((SignIn.token == digest(replaces)) | (SignIn.expires_at < now - _KEPT)))
    session.execute(delete(Device).where(Device.seen_at < now - DEVICE))
    token = tokens.new()
    expires = now + lifetimes.whole
    session.add(
        SignIn(token=digest(token), user_id=user_id, created_at=now, seen_at=now, expires_at=expires, browser=browser[:_BROWSER])
    )  # fmt: skip
    return token


def look_up(database: Database, token: str, lifetimes: Lifetimes) -> Visitor:
    """Who the browser with this token is signed in as; notes at most once a minute that it was seen.

    Raises:
        DatabaseUnavailable: the database cannot be read.
    """
    from kb.editorial.models import SignIn, User  # noqa: PLC0415

    now = datetime.datetime.now(datetime.UTC)
    with database.reading() as session:
        row = session.get(SignIn, digest(token))
        user = session.get(User, row.user_id) if row else None
        if row is None or user is None or user.disabled_at is not None:
            return Visitor()
        if now >= row.expires_at or now >= row.seen_at + lifetimes.idle:
            return Visitor(ended=user.id)
        visitor = Visitor(accounts.actor(session, user.id), row.token)
    if now >= row.seen_at + _NOTED:
        _note(database, row.token, now)
    return visitor


def _note(database: Database, id_: str, now: datetime.datetime) -> None:
    from sqlalchemy import update  # noqa: PLC0415

    from kb.editorial.models import SignIn  # noqa: PLC0415

    try:
        with database.writing() as session:
            session.execute(update(SignIn).where(SignIn.token == id_).values(seen_at=now))
    except DatabaseBusy:
        return  # the next page notes it


def browsers(session: "Session", user_id: int, this: str, lifetimes: Lifetimes) -> list[Browser]:
    """The browsers somebody is signed in with, the one asked from first, then the last seen."""
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import SignIn  # noqa: PLC0415

    now = datetime.datetime.now(datetime.UTC)
    rows: list[SignIn] = list(
        session.scalars(
            select(SignIn)
            .where(SignIn.user_id == user_id, SignIn.expires_at > now, SignIn.seen_at > now - lifetimes.idle)
            .order_by(SignIn.seen_at.desc())
        )
    )
    found = [Browser(row.token, row.browser, row.created_at, row.seen_at, row.token == this) for row in rows]
    return sorted(found, key=lambda browser: not browser.this)


def end(session: "Session", user_id: int, id_: str) -> None:
    """Signs one browser of somebody out; nothing happens when it is not theirs."""
    from sqlalchemy import delete  # noqa: PLC0415

    from kb.editorial.models import SignIn  # noqa: PLC0415

    session.execute(delete(SignIn).where(SignIn.token == id_, SignIn.user_id == user_id))


def end_all(session: "Session", user_id: int) -> None:
    """Signs every browser of somebody out."""
    from sqlalchemy import delete  # noqa: PLC0415

    from kb.editorial.models import SignIn  # noqa: PLC0415

    session.execute(delete(SignIn).where(SignIn.user_id == user_id))


def knows_device(session: "Session", user_id: int, token: str) -> bool:
    """Whether the browser with this device token was used by this person before."""
    from kb.editorial.models import Device  # noqa: PLC0415

    return bool(token) and session.get(Device, (digest(token), user_id)) is not None


def remember_device(session: "Session", user_id: int, token: str) -> str:
    """Notes that somebody used this browser; gives its device token, a new one where it has none that we made."""
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import Device  # noqa: PLC0415

    now = datetime.datetime.now(datetime.UTC)
    known = token and session.scalar(select(Device.token).where(Device.token == digest(token)).limit(1))
    if not known:
        token = tokens.new()
    row = session.get(Device, (digest(token), user_id))
    if row is None:
        session.add(Device(token=digest(token), user_id=user_id, created_at=now, seen_at=now))
    else:
        row.seen_at = now
    return token
