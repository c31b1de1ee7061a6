"""Owns roles, scopes and who may do what where: an actor and its grants. Never reads the database or an address.

A role includes those below it. A scope is `everywhere`, `organisation:RWK` or `collaborative:impact`; what belongs to an
organisation is also within reach of reviewers and editors of the collaboratives that it is a member of.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kb.content.vocabulary import Vocabulary
from kb.errors import AccountError

EVERYWHERE: Final = "everywhere"


class Role(StrEnum):
    """What somebody may do, the least first."""

    CONTRIBUTOR = "contributor"
    REVIEWER = "reviewer"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """A number that is higher for a role that includes another."""
        return list(Role).index(self)


@dataclass(frozen=True, slots=True)
class Scoped:
    """A role within a scope."""

    role: Role
    scope: str

    def __str__(self) -> str:
        return str(self.role) if self.scope == EVERYWHERE else f"{self.role} ({self.scope})"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who is signed in or acts from the command line, with what they were granted."""

    id: int
    name: str
    email: str
    grants: tuple[Scoped, ...] = ()

    def may(self, role: Role, scopes: Iterable[str] = ()) -> bool:
        """Whether they have the role, or one that includes it, everywhere or in one of the scopes."""
        within = {EVERYWHERE, *scopes}
        return any(grant.role.rank >= role.rank and grant.scope in within for grant in self.grants)

    def has(self, role: Role) -> bool:
        """Whether they have the role, or one that includes it, in any scope at all."""
        return any(grant.role.rank >= role.rank for grant in self.grants)

    def scopes(self, role: Role) -> tuple[str, ...]:
        """The scopes in which they have the role or one that includes it, in order, each once."""
        return tuple(dict.fromkeys(grant.scope for grant in self.grants if grant.role.rank >= role.rank))


def reach(home: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The scopes whose reviewers and editors look after what belongs to `home`: itself and its collaboratives."""
    kind, _, id_ = home.partition(":")
    if kind != "organisation":
        return (home,)
    today = (id_, *(organisation.id for organisation in vocabulary.current(id_)))
    member = [f"collaborative:{c.id}" for code in today for c in vocabulary.memberships.get(code, ())]
    return tuple(dict.fromkeys((home, *(f"organisation:{code}" for code in today), *member)))


def scope(text: str, vocabulary: Vocabulary) -> str:
    """A scope as typed, such as RWK, organisation:RWK, impact or everywhere, in its full form.

    Raises:
        AccountError: nobody knows such an organisation or collaborative.
    """
    if text == EVERYWHERE:
        return text
    kind, _, id_ = text.rpartition(":")
    if kind in ("", "organisation") and id_ in vocabulary.organisations:
        return f"organisation:{id_}"
    if kind in ("", "collaborative") and id_ in vocabulary.collaboratives:
        return f"collaborative:{id_}"
    near = [*vocabulary.nearest_organisations(id_), *vocabulary.nearest_collaboratives(id_)]
    hint = f" Did you mean {' or '.join(near[:3])}?" if near else ""
    raise AccountError(
        f"There is no organisation or collaborative {text!r}.{hint}",
        "Give an id from vocabulary/organisations.yaml or collaboratives.yaml, or everywhere.",
    )


def scope_name(scope_: str, vocabulary: Vocabulary) -> str:
    """A scope in words for a page."""
    kind, _, id_ = scope_.partition(":")
    if kind == "organisation" and id_ in vocabulary.organisations:
        return vocabulary.organisations[id_].name
    if kind == "collaborative" and id_ in vocabulary.collaboratives:
        return vocabulary.collaboratives[id_].name
    return "All organisations" if scope_ == EVERYWHERE else id_
