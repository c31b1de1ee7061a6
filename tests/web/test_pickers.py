"""Everything in the vocabulary can be found by any name it goes by, and what nobody knows is not lost."""

import pytest

from kb.content.vocabulary import Collaborative, Concept, Organisation, Scheme, Vocabulary
from kb.web.pickers import find, options, picked

WORDS = Vocabulary(
    schemes={
        "topics": Scheme("topics", concepts={c.id: c for c in (
            Concept("safety", "Safety"), Concept("falls", "Falls", parent="safety", alt_labels=("slips and trips",)),
            Concept("dna", "Old name", replaced_by="missed"), Concept("missed", "Missed appointments", alt_labels=("DNA", "no shows")),
        )}),
    },
    organisations={o.id: o for o in (
        Organisation("RWK", "East London NHS Foundation Trust", "ELFT", ("East London",), ("East London and The City",)),
        Organisation("RXT", "Old Trust", successors=("RWK",)), Organisation("RXZ", "Shut Trust", closed="2020"),
        Organisation("RAL", "St Ann's Hospital Trust"),
    )},
    collaboratives={"impact": Collaborative("impact", "IMPACT (East Midlands)", ("Impact",))},
)  # fmt: skip


@pytest.mark.parametrize(
    ("scheme", "typed", "ids"),
    [
        ("organisations", "elft", ["RWK"]),
        ("organisations", "RWK", ["RWK"]),
        ("organisations", "london east", ["RWK"]),
        ("organisations", "the city", ["RWK"]),
        ("organisations", "st anns", ["RAL"]),
        ("organisations", "east lodnon", ["RWK"]),  # one wrong letter
        ("organisations", "trust", ["RXT", "RXZ", "RWK", "RAL"]),
        ("organisations", "leeds", []),
        ("organisations", "  ", []),
        ("organisations", "?!", []),
        ("topics", "dna", ["missed"]),
        ("topics", "SLIPS", ["falls"]),
        ("collaboratives", "midlands", ["impact"]),
        ("shoes", "a", []),
    ],
)
def test_something_is_found_by_any_of_its_names(scheme, typed, ids):
    assert sorted(option.id for option in find(scheme, typed, WORDS)) == sorted(ids)


def test_the_name_itself_comes_first():
    assert next(option.id for option in find("organisations", "old trust", WORDS)) == "RXT"


def test_an_option_says_why_it_was_found_and_what_became_of_it():
    [missed] = find("topics", "dna", WORDS)
    assert (missed.label, missed.note) == ("Missed appointments", "includes DNA")
    notes = {option.id: option.note for option in options("organisations", WORDS)}
    assert notes["RWK"] == "ELFT \u00b7 formerly East London and The City"
    assert notes["RXT"] == "now East London NHS Foundation Trust"
    assert notes["RXZ"] == "closed"


def test_a_tree_is_listed_with_its_branches():
    assert [(option.id, option.depth) for option in options("topics", WORDS)] == [
        ("safety", 0),
        ("falls", 1),
        ("missed", 0),
    ]


def test_what_was_picked_keeps_its_order_and_what_nobody_knows():
    found = picked("topics", ["falls", "dna", "shoes"], WORDS)
    assert [(option.id, option.label, option.known) for option in found] == [
        ("falls", "Falls", True), ("dna", "Old name", True), ("shoes", "shoes", False),
    ]  # fmt: skip
    assert found[1].note == "now Missed appointments"


def test_long_and_strange_typing_ends():
    assert find("organisations", "a " * 50_000, WORDS) == find("organisations", "a " * 50, WORDS)
    assert find("topics", "\u202e\ud83d\x00", WORDS) == []
