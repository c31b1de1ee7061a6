"""Roles, scopes and reach: a role includes those below it, within its scope and nowhere else."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.vocabulary import Collaborative, Organisation, Vocabulary
from kb.editorial.roles import EVERYWHERE, Actor, Role, Scoped, reach, scope, scope_name
from kb.errors import AccountError

EAST, WEST, BOTH, OTHER = "organisation:RWK", "organisation:RXX", "collaborative:impact", "collaborative:north"
WORDS = Vocabulary(
    organisations={
        "RWK": Organisation("RWK", "East Trust"), "RXX": Organisation("RXX", "West Trust"),
        "OLD": Organisation("OLD", "Old Trust", successors=("RWK",)),
    },
    collaboratives={
        "impact": Collaborative("impact", "Impact", members=("RWK",)), "north": Collaborative("north", "North", members=("RXX",)),
    },
)  # fmt: skip


def actor(*grants):
    return Actor(1, "Ada", "ada@example.nhs.uk", tuple(Scoped(role, where) for role, where in grants))


def test_the_roles_in_order():
    assert [str(role) for role in Role] == ["contributor", "reviewer", "editor", "admin"]
    assert [role.rank for role in Role] == [0, 1, 2, 3]


@pytest.mark.parametrize(("has", "asked"), list(itertools.product(Role, Role)))
@pytest.mark.parametrize(
    ("where", "at"), list(itertools.product([EVERYWHERE, EAST, BOTH], [EAST, WEST, BOTH, EVERYWHERE]))
)
def test_who_may_what_where(has, asked, where, at):
    """Every role and scope against every other: the higher role, and the same scope or everywhere."""
    may = actor((has, where)).may(asked, (at,))
    assert may is (has.rank >= asked.rank and where in (EVERYWHERE, at))
    assert actor((has, where)).has(asked) is (has.rank >= asked.rank)


def test_roles_in_different_places_do_not_add_up():
    both = actor((Role.EDITOR, WEST), (Role.CONTRIBUTOR, EAST))
    assert both.may(Role.EDITOR, (WEST,))
    assert not both.may(Role.EDITOR, (EAST,))
    assert both.may(Role.CONTRIBUTOR, (EAST,))
    assert both.scopes(Role.CONTRIBUTOR) == (WEST, EAST)
    assert both.scopes(Role.REVIEWER) == (WEST,)
    assert both.scopes(Role.ADMIN) == ()


@given(st.lists(st.tuples(st.sampled_from(Role), st.sampled_from([EVERYWHERE, EAST, WEST])), max_size=4))
def test_nobody_may_without_a_grant(grants):
    someone = actor(*grants)
    for role in Role:
        assert someone.may(role, (EAST,)) is any(
            held.rank >= role.rank and where in (EVERYWHERE, EAST) for held, where in grants
        )
        assert someone.may(role) is any(held.rank >= role.rank and where == EVERYWHERE for held, where in grants)
    assert not actor().has(Role.CONTRIBUTOR)


def test_an_organisation_is_within_reach_of_its_collaboratives_and_no_others():
    assert reach(EAST, WORDS) == (EAST, BOTH)
    assert reach(WEST, WORDS) == (WEST, OTHER)
    assert reach(BOTH, WORDS) == (BOTH,)
    assert reach(EVERYWHERE, WORDS) == (EVERYWHERE,)
    assert reach("organisation:GONE", WORDS) == ("organisation:GONE",)
    # What a closed organisation wrote is looked after by its successor.
    assert set(reach("organisation:OLD", WORDS)) == {"organisation:OLD", EAST, BOTH}


@pytest.mark.parametrize(
    ("typed", "full"),
    [
        ("RWK", EAST), ("organisation:RWK", EAST), ("impact", BOTH), ("collaborative:impact", BOTH), ("everywhere", EVERYWHERE),
    ],
)  # fmt: skip
def test_a_scope_as_typed(typed, full):
    assert scope(typed, WORDS) == full


@pytest.mark.parametrize(
    "typed", ["", "RW", "organisation:impact", "collaborative:RWK", "rwk ", "organisation:", "a:b:RWK"]
)
def test_a_scope_that_nobody_knows_is_a_sentence(typed):
    with pytest.raises(AccountError, match="no organisation or collaborative"):
        scope(typed, WORDS)


def test_names_for_people():
    assert scope_name(EAST, WORDS) == "East Trust"
    assert scope_name(BOTH, WORDS) == "Impact"
    assert scope_name(EVERYWHERE, WORDS) == "All organisations"
    assert scope_name("organisation:GONE", WORDS) == "GONE"
    assert str(Scoped(Role.ADMIN, EVERYWHERE)) == "admin"
    assert str(Scoped(Role.REVIEWER, EAST)) == "reviewer (organisation:RWK)"
