"""Owns links that let somebody in once: invitations and new passwords, stored as digests, and the words around them. Never sends one.

Looking at a link does not use it up: mail scanners open every link, so only the form behind it does.
"""

import datetime
from typing import TYPE_CHECKING, Final

from kb.editorial import accounts, tokens
from kb.editorial.tokens import digest

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kb.editorial.models import Link, User

INVITATION: Final = "invitation"
RESET: Final = "reset"
# An invitation waits for a week of leave; a new password is asked for by somebody who sits there.
LASTS: Final = {INVITATION: datetime.timedelta(days=7), RESET: datetime.timedelta(hours=1)}
_KEPT: Final = datetime.timedelta(days=30)


def make(session: "Session", user: "User", purpose: str) -> str:
    """The token of a new link; every earlier link of this person stops working."""
    from sqlalchemy import delete  # noqa: PLC0415 - pages for readers do without SQLAlchemy

    from kb.editorial.models import Link  # noqa: PLC0415

    now = datetime.datetime.now(datetime.UTC)
    accounts.void_links(session, user.id)
    session.execute(delete(Link).where(Link.expires_at < now - _KEPT))
    token = tokens.new()
    expires = now + LASTS[purpose]
    session.add(Link(token=digest(token), user_id=user.id, purpose=purpose, created_at=now, expires_at=expires))
    return token


def address(site: str, purpose: str, token: str) -> str:
    """The link itself."""
    return f"{site}/{purpose}/{token}"


def letter(site: str, service: str, name: str, purpose: str, token: str) -> tuple[str, str]:
    """Subject and text of the e-mail that brings a link."""
    link = address(site, purpose, token)
    if purpose == INVITATION:
        subject = f"Your account for {service}"
        words = f"You have an account for {service}. Choose your password here:\n\n{link}\n\nThe link works once, for 7 days."
    else:
        subject = f"Set a new password for {service}"
        words = (
            f"Set a new password for {service} here:\n\n{link}\n\nThe link works once, for an hour.\n\n"
            "If you did not ask for it, you need do nothing: your password stays as it is."
        )
    return subject, f"Hello {name},\n\n{words}\n\n{service}\n{site}\n"


def holder(session: "Session", token: str, purpose: str) -> "User | None":
    """Who a link lets in; None when it was used, is too old, was replaced by another or never existed."""
    from kb.editorial.models import User  # noqa: PLC0415

    link = _open(session, token, purpose)
    user = session.get(User, link.user_id) if link else None
    return user if user is not None and user.disabled_at is None else None


def use(session: "Session", token: str, purpose: str, hashed: str) -> "User | None":
    """Sets the password that was chosen behind a link, which stops working with every other of this person.

    Args:
        hashed: the password, checked and hashed by `passwords`.

    Returns:
        Whose password it is now; None when the link no longer works.
    """
    user = holder(session, token, purpose)
    if user is not None:
        accounts.set_password(session, accounts.actor(session, user.id), user, hashed)
    return user


def _open(session: "Session", token: str, purpose: str) -> "Link | None":
    from kb.editorial.models import Link  # noqa: PLC0415

    link = session.get(Link, digest(token))
    now = datetime.datetime.now(datetime.UTC)
    return link if link and link.purpose == purpose and link.used_at is None and now < link.expires_at else None
