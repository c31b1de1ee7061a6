"""The workflow as a table: every state, step, role, part in the draft and scope, against the rules said in words here."""

import itertools

import pytest

from kb.editorial.roles import EVERYWHERE, Actor, Role, Scoped
from kb.editorial.workflow import EDITABLE, OPEN, TRANSITIONS, WAITING, WORDS, Part, State, check, possible
from kb.errors import NotAllowed, StepImpossible

HOME = "organisation:RWK"
REACH = (HOME, "collaborative:impact")
S = State

# The rules a second time, in another form: from where to where, who decides, and whether a reason is needed.
STEPS = {
    "submit": ({S.DRAFT, S.CHANGES_REQUESTED}, S.SUBMITTED, "writer", False),
    "recall": ({S.SUBMITTED}, S.DRAFT, "writer", False),
    "discard": ({S.DRAFT, S.CHANGES_REQUESTED, S.SUBMITTED}, S.WITHDRAWN, "writer", False),
    "review": ({S.SUBMITTED}, S.IN_REVIEW, "another reviewer", False),
    "request": ({S.IN_REVIEW}, S.CHANGES_REQUESTED, "another reviewer", True),
    "approve": ({S.IN_REVIEW}, S.APPROVED, "another reviewer", False),
    "reopen": ({S.APPROVED}, S.IN_REVIEW, "another reviewer", True),
    "decline": ({S.SUBMITTED, S.IN_REVIEW, S.APPROVED}, S.WITHDRAWN, "another reviewer", True),
    "publish": ({S.APPROVED}, S.PUBLISHED, "editor", False),
    "supersede": ({S.PUBLISHED}, S.SUPERSEDED, "editor", False),
    "withdraw": ({S.PUBLISHED}, S.WITHDRAWN, "editor", True),
}
PLACES = [EVERYWHERE, HOME, "collaborative:impact", "organisation:RXX"]
PARTS = [Part(writer, author) for writer, author in itertools.product([True, False], repeat=2)]


def someone(role, where):
    return Actor(1, "Ada", "ada@example.nhs.uk", (Scoped(role, where),) if role else ())


def may(who, role, where, part):
    if who == "writer":
        return part.writer
    within = where in (EVERYWHERE, *REACH)
    if who == "editor":
        return within and role in (Role.EDITOR, Role.ADMIN)
    return within and role in (Role.REVIEWER, Role.EDITOR, Role.ADMIN) and not part.author


def test_the_steps_are_those_of_the_rules():
    assert TRANSITIONS.keys() == STEPS.keys()
    for name, (_, after, _, note) in STEPS.items():
        assert (TRANSITIONS[name].after, TRANSITIONS[name].note) == (after, note)


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("state", State)
def test_who_may_take_which_step_from_where(name, state):
    before, after, who, note = STEPS[name]
    tried = 0
    for role, where, part, reason in itertools.product([None, *Role], PLACES, PARTS, ["", "  ", "Because."]):
        tried += 1
        ask = (name, state, someone(role, where), part, REACH, reason)
        if not may(who, role, where, part):
            # Refused whatever the state: it must not be told to strangers.
            with pytest.raises(NotAllowed):
                check(*ask)
        elif state not in before:
            with pytest.raises(StepImpossible, match="cannot be done now"):
                check(*ask)
        elif note and not reason.strip():
            with pytest.raises(StepImpossible) as caught:
                check(*ask)
            assert caught.value.field == "note"
        else:
            assert check(*ask).after is after
    assert tried == 5 * 4 * 4 * 3


@pytest.mark.parametrize("state", State)
def test_the_buttons_are_the_steps_that_would_be_taken(state):
    for role, where, part in itertools.product([None, *Role], PLACES, PARTS):
        wanted = {n for n, (before, _, who, _) in STEPS.items() if state in before and may(who, role, where, part)}
        assert {step.name for step in possible(state, someone(role, where), part, REACH)} == wanted


def test_nobody_approves_their_own_work_not_even_an_admin():
    admin = someone(Role.ADMIN, EVERYWHERE)
    with pytest.raises(NotAllowed, match=r"your own work.*another reviewer"):
        check("approve", State.IN_REVIEW, admin, Part(writer=False, author=True), REACH, "")
    assert check("approve", State.IN_REVIEW, admin, Part(writer=False, author=False), REACH, "")


def test_every_state_has_words_and_its_place():
    assert WORDS.keys() == set(State)
    assert EDITABLE | WAITING == OPEN
    assert not EDITABLE & WAITING
    closed = set(State) - OPEN
    assert closed == {State.PUBLISHED, State.WITHDRAWN, State.SUPERSEDED}
    # Every state but the first is reached by a step, and only closed ones have no way on.
    assert {step.after for step in TRANSITIONS.values()} | {State.DRAFT} == set(State)
    ends = set(State) - {state for step in TRANSITIONS.values() for state in step.before}
    assert ends == {State.WITHDRAWN, State.SUPERSEDED}
