"""Owns the accounts of people: adding, finding, granting roles, closing, passwords. Never knows how somebody signs in.

Every change is audited in its own transaction, and the last admin is never removed.
"""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kb.editorial import audit
from kb.editorial.audit import Operator
from kb.editorial.roles import EVERYWHERE, Actor, Role, Scoped
from kb.errors import AccountError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kb.editorial.models import User

_LONGEST_NAME: Final = 100  # characters: fits a row of a table, a commit's author and the head of a page
_LONGEST_EMAIL: Final = 254  # what RFC 5321 leaves of a path
# The shape of a mailbox that every mail server takes. Quotes, brackets, spaces and line ends never get in.
_EMAIL: Final = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


@dataclass(frozen=True, slots=True)
class Account:
    """An account as a list shows it. `sign_in` says how: password, openid, or "" when an invitation is still open."""

    id: int
    email: str
    name: str
    grants: tuple[Scoped, ...]
    sign_in: str
    disabled: bool
    created_at: datetime.datetime

    @property
    def actor(self) -> Actor:
        """The person as somebody who acts."""
        return Actor(self.id, self.name, self.email, self.grants)


def address(typed: str) -> str:
    """An e-mail address as it is stored: without spaces around it, in lower case.

    Raises:
        AccountError: it is none.
    """
    found = typed.strip().lower()
    if len(found) > _LONGEST_EMAIL or not _EMAIL.fullmatch(found):
        raise AccountError(
            "This is not an e-mail address.", "Write it like name@example.nhs.uk, without accents.", "email"
        )
    return found


def add(session: "Session", by: Actor | Operator, email: str, name: str, grants: Sequence[Scoped]) -> "User":
    """A new account, without a password: an invitation or the organisation's own sign-in comes next.

    Raises:
        AccountError: the address or name cannot be used, the address has an account, or there is no role.
    """
    from kb.editorial.models import User  # noqa: PLC0415 - pages for readers do without SQLAlchemy

    email, name = address(email), _name(name)
    if not grants:
        raise AccountError(
            "An account needs a role.", "Give --role contributor, reviewer, editor or admin.", field="role"
        )
    if _by_email(session, email) is not None:
        raise AccountError(f"{email} has an account already.", "Change its roles with kb users role.", field="email")
    made = User(email=email, name=name, created_at=datetime.datetime.now(datetime.UTC))
    session.add(made)
    session.flush()
    _grant(session, made.id, grants)
    audit.record(session, by, "user.add", f"user:{made.id}", email=email, grants=_stored(grants))
    return made


def find(session: "Session", email: str) -> "User | None":
    """The user with this address, however it is typed; None when there is none."""
    return _by_email(session, email.strip().lower())


def found(session: "Session", email: str) -> "User":
    """The user with this address.

    Raises:
        AccountError: there is none.
    """
    user = find(session, email)
    if user is None:
        raise AccountError(
            f"{email.strip()[:_LONGEST_EMAIL]!r} has no account.", "List them with kb users list.", field="email"
        )
    return user


def actor(session: "Session", user_id: int) -> Actor:
    """A user as somebody who acts, with what was granted."""
    from kb.editorial.models import User  # noqa: PLC0415

    user = session.get_one(User, user_id)  # no statement where it was read before
    return Actor(user.id, user.name, user.email, _grants(session, [user.id]).get(user.id, ()))


def listed(session: "Session") -> list[Account]:
    """Every account, in the order of addresses, in two statements however many there are."""
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import User  # noqa: PLC0415

    users = session.scalars(select(User).order_by(User.email)).all()
    granted = _grants(session)
    return [
        Account(
            user.id, user.email, user.name, granted.get(user.id, ()),
            "password" if user.password else "openid" if user.openid else "",
            user.disabled_at is not None, user.created_at,
        )
        for user in users
    ]  # fmt: skip


def change_grants(
    session: "Session", by: Actor | Operator, user: "User", add: Iterable[Scoped] = (), remove: Iterable[Scoped] = ()
) -> tuple[Scoped, ...]:
    """Grants and takes away roles; gives what the user has then.

    Raises:
        AccountError: a role to take away was never granted, nothing would be left, or it is the last admin's.
    """
    from sqlalchemy import delete  # noqa: PLC0415

    from kb.editorial.models import Grant  # noqa: PLC0415

    before = _grants(session, [user.id]).get(user.id, ())
    gone, new = set(remove), [grant for grant in dict.fromkeys(add) if grant not in before]
    if missing := gone - set(before):
        raise AccountError(f"{user.email} does not have the role {min(map(str, missing))}.", "", "role")
    after = tuple(grant for grant in (*before, *new) if grant not in gone)
    if not after:
        raise AccountError("An account needs a role.", f"To close it, use kb users disable {user.email}.", field="role")
    if user.disabled_at is None and is_admin(before) and not is_admin(after):
        _keep_an_admin(session, user)
    for grant in gone:
        session.execute(delete(Grant).filter_by(user_id=user.id, role=str(grant.role), scope=grant.scope))
    _grant(session, user.id, [grant for grant in new if grant not in gone])
    audit.record(
        session, by, "user.role", f"user:{user.id}", added=_stored(new), removed=_stored(gone), now=_stored(after)
    )
    return after


def disable(session: "Session", by: Actor | Operator, user: "User") -> None:
    """Closes an account: its browsers are signed out and its links stop working; what the person wrote stays.

    Raises:
        AccountError: it is the last admin's.
    """
    if user.disabled_at is not None:
        return
    if is_admin(_grants(session, [user.id]).get(user.id, ())):
        _keep_an_admin(session, user)
    user.disabled_at = datetime.datetime.now(datetime.UTC)
    shut_out(session, user.id)
    audit.record(session, by, "user.disable", f"user:{user.id}", email=user.email)


def enable(session: "Session", by: Actor | Operator, user: "User") -> None:
    """Opens a closed account again, with the roles it had."""
    if user.disabled_at is None:
        return
    user.disabled_at = None
    audit.record(session, by, "user.enable", f"user:{user.id}", email=user.email)


def set_password(session: "Session", by: Actor | Operator, user: "User", hashed: str) -> None:
    """Stores a password that `passwords` has checked and hashed; every browser is signed out and every link void."""
    user.password = hashed
    shut_out(session, user.id)
    audit.record(session, by, "user.password", f"user:{user.id}", email=user.email)


def of_identity(session: "Session", key: str, email: str, verified: bool) -> "User":
    """The user that somebody who signed in elsewhere is: found by address once, by `key` from then on.

    Raises:
        AccountError: nobody has added them here, their account is closed, or nobody vouches for the address.
    """
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import User  # noqa: PLC0415

    user = session.scalar(select(User).where(User.openid == key))
    if user is None:
        user = _by_email(session, email) if email else None
        if user is None:
            raise AccountError(
                f"{email or 'You'} {'has' if email else 'have'} no account here yet.", "Ask the people who run this service to add you."
            )  # fmt: skip
        if not verified:
            raise AccountError(
                "Your organisation does not confirm that this address is yours.", "Sign in with a password."
            )
        if user.openid is not None:
            raise AccountError(
                f"{email} is bound to another sign-in of your organisation.", "Ask the people who run this service for a reset."
            )  # fmt: skip
    if user.disabled_at is not None:
        raise AccountError("Your account is closed.", "Ask the people who run this service.")
    if user.openid is None:
        user.openid = key
        void_links(session, user.id)  # an invitation that nobody needs any more
        audit.record(session, actor(session, user.id), "user.bind", f"user:{user.id}", openid=key)
    return user


def unbind(session: "Session", by: Actor | Operator, user: "User") -> None:
    """Forgets which sign-in of the organisation an account is bound to: the next one with its address is taken."""
    if user.openid is not None:
        audit.record(session, by, "user.unbind", f"user:{user.id}", openid=user.openid)
        user.openid = None


def shut_out(session: "Session", user_id: int) -> None:
    """Signs every browser of somebody out, forgets which browsers are theirs, and voids their links."""
    from sqlalchemy import delete  # noqa: PLC0415

    from kb.editorial.models import Device, SignIn  # noqa: PLC0415

    session.execute(delete(SignIn).where(SignIn.user_id == user_id))
    session.execute(delete(Device).where(Device.user_id == user_id))
    void_links(session, user_id)


def void_links(session: "Session", user_id: int) -> None:
    """Stops every link that would let somebody in as this person."""
    from sqlalchemy import update  # noqa: PLC0415

    from kb.editorial.models import Link  # noqa: PLC0415

    now = datetime.datetime.now(datetime.UTC)
    session.execute(update(Link).where(Link.user_id == user_id, Link.used_at.is_(None)).values(used_at=now))


def is_admin(grants: Iterable[Scoped]) -> bool:
    """Whether these make somebody an admin of the whole service."""
    return Scoped(Role.ADMIN, EVERYWHERE) in tuple(grants)


def has_admin(session: "Session", but: int = 0) -> bool:
    """Whether somebody, other than the user `but`, is an admin of the whole service and can sign in."""
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import Grant, User  # noqa: PLC0415

    admins = (
        select(User.id)
        .join(Grant, Grant.user_id == User.id)
        .where(Grant.role == str(Role.ADMIN), Grant.scope == EVERYWHERE, User.disabled_at.is_(None), User.id != but)
    )
    return session.scalar(admins.limit(1)) is not None


def _keep_an_admin(session: "Session", user: "User") -> None:
    if not has_admin(session, but=user.id):
        raise AccountError(
            f"{user.email} is the only admin.", "Make somebody else an admin first: kb users role EMAIL --grant admin."
        )


def _by_email(session: "Session", email: str) -> "User | None":
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import User  # noqa: PLC0415

    return session.scalar(select(User).where(User.email == email))


def _grant(session: "Session", user_id: int, grants: Iterable[Scoped]) -> None:
    from kb.editorial.models import Grant  # noqa: PLC0415

    session.add_all(Grant(user_id=user_id, role=str(grant.role), scope=grant.scope) for grant in dict.fromkeys(grants))
    session.flush()


def _grants(session: "Session", users: Sequence[int] | None = None) -> dict[int, tuple[Scoped, ...]]:
    """What each of the users, or everybody, was granted: the highest role first."""
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import Grant  # noqa: PLC0415

    wanted = select(Grant) if users is None else select(Grant).where(Grant.user_id.in_(users))
    granted: dict[int, list[Scoped]] = {}
    for row in session.scalars(wanted):
        granted.setdefault(row.user_id, []).append(Scoped(Role(row.role), row.scope))
    return {id_: tuple(sorted(rows, key=lambda g: (-g.role.rank, g.scope))) for id_, rows in granted.items()}


def _stored(grants: Iterable[Scoped]) -> list[str]:
    return [f"{grant.role}@{grant.scope}" for grant in grants]


def _name(typed: str) -> str:
    name = " ".join(typed.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable() or set(name) & set("<>@"):
        raise AccountError(
            f"A name has 1 to {_LONGEST_NAME} characters, without < > and @.", "Write it as colleagues know it.", "name"
        )
    return name
