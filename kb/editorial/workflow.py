"""Owns the way of a case study from draft to published: states, and one table of who may take which step. Never stores one.

The history of a draft is its rows in the table of transitions, which are only ever added.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kb.editorial.roles import Actor, Role
from kb.errors import NotAllowed, StepImpossible


class State(StrEnum):
    """Where a draft stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in-review"
    CHANGES_REQUESTED = "changes-requested"
    APPROVED = "approved"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


# In words, as people see them.
WORDS: Final = {
    State.DRAFT: "Draft", State.SUBMITTED: "Waiting for review", State.IN_REVIEW: "In review",
    State.CHANGES_REQUESTED: "Changes requested", State.APPROVED: "Approved", State.PUBLISHED: "Published",
    State.WITHDRAWN: "Withdrawn", State.SUPERSEDED: "Replaced by a newer version",
}  # fmt: skip

EDITABLE: Final = frozenset({State.DRAFT, State.CHANGES_REQUESTED})
WAITING: Final = frozenset({State.SUBMITTED, State.IN_REVIEW, State.APPROVED})
OPEN: Final = EDITABLE | WAITING


@dataclass(frozen=True, slots=True)
class Transition:
    """One step. `own`: who may take it among those who wrote the draft: "only" they, they "also", or "never" they."""

    name: str
    before: frozenset[State]
    after: State
    role: Role
    own: str
    note: bool  # whether a reason must be given
    words: str  # what was done, for a history


_T = Transition
TRANSITIONS: Final[dict[str, Transition]] = {
    step.name: step
    for step in (
        _T("submit", EDITABLE, State.SUBMITTED, Role.CONTRIBUTOR, "only", False, "sent it for review"),
        _T("recall", frozenset({State.SUBMITTED}), State.DRAFT, Role.CONTRIBUTOR, "only", False, "took it back to change it"),
        _T("review", frozenset({State.SUBMITTED}), State.IN_REVIEW, Role.REVIEWER, "never", False, "began the review"),
        _T("request", frozenset({State.IN_REVIEW}), State.CHANGES_REQUESTED, Role.REVIEWER, "never", True, "asked for changes"),
        _T("approve", frozenset({State.IN_REVIEW}), State.APPROVED, Role.REVIEWER, "never", False, "approved it"),
        _T("reopen", frozenset({State.APPROVED}), State.IN_REVIEW, Role.REVIEWER, "never", True, "took the approval back"),
        _T("publish", frozenset({State.APPROVED}), State.PUBLISHED, Role.EDITOR, "also", False, "published it"),
        _T("supersede", frozenset({State.PUBLISHED}), State.SUPERSEDED, Role.EDITOR, "also", False, "published a newer version"),
        _T("withdraw", frozenset({State.PUBLISHED}), State.WITHDRAWN, Role.EDITOR, "also", True, "withdrew it from the site"),
        _T("discard", EDITABLE | {State.SUBMITTED}, State.WITHDRAWN, Role.CONTRIBUTOR, "only", False, "gave the draft up"),
        _T("decline", WAITING, State.WITHDRAWN, Role.REVIEWER, "never", True, "declined it"),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """What an actor has to do with a draft: `writer` may change it, `author` has written some of it."""

    writer: bool
    author: bool


def check(name: str, state: State, actor: Actor, part: Part, reach: tuple[str, ...], note: str) -> Transition:
    """The step, if this actor may take it now.

    Args:
        part: what the actor has to do with the draft.
        reach: the scopes whose reviewers and editors look after it (`roles.reach`).
        note: the reason that the actor gives; empty for none.

    Raises:
        NotAllowed: the actor may not: another role, another organisation, or their own work.
        StepImpossible: the draft is not in a state for it, or the reason is missing.
    """
    step = TRANSITIONS[name]
    if step.own == "only":
        if not part.writer:
            raise NotAllowed("Only those who write the draft can do this.")
    elif not actor.may(step.role, reach):
        raise NotAllowed(f"This takes the role of {step.role} for this organisation.")
    elif step.own == "never" and part.author:
        raise NotAllowed("This is your own work, so somebody else has to do it.", "Ask another reviewer.")
    if state not in step.before:
        raise StepImpossible(
            f"This cannot be done now: the case study is marked \u201c{WORDS[state]}\u201d.",
            "Open it again to see what happened to it.",
        )
    if step.note and not note.strip():
        raise StepImpossible(
            "A reason is missing.", "Write in a sentence why, so that everybody can follow it.", "note"
        )
    return step


def possible(state: State, actor: Actor, part: Part, reach: tuple[str, ...]) -> tuple[Transition, ...]:
    """The steps that this actor may take now, for the buttons of a page."""
    found = []
    for step in TRANSITIONS.values():
        try:
            check(step.name, state, actor, part, reach, note="-")
        except (NotAllowed, StepImpossible):
            continue
        found.append(step)
    return tuple(found)
