"""Owns the given names that people in the United Kingdom often have, and which of them are words too. Never says who somebody is.

The list (given_names.txt) has what was frequent in the lists of names of the last hundred years, and names of people
with roots in South Asia, Africa, the Middle East, eastern Europe and the Caribbean. A rule may take a capital word for
a person when it is one of these, or when the words around leave no doubt.
"""

from importlib.resources import files
from typing import Final

_only, _, _too = files("kb.content.shapes").joinpath("given_names.txt").read_text("utf-8").partition("\n---\n")

WORDS_TOO: Final = frozenset(_too.split())
GIVEN_NAMES: Final = frozenset(_only.partition("\n")[2].split()) | WORDS_TOO


def is_given_name(word: str) -> bool:
    """Whether people are called so; a double name counts when both parts do: Lambert-Eaton and Winston-Salem are none."""
    word = word.lower()
    return word in GIVEN_NAMES or all(part in GIVEN_NAMES for part in word.split("-"))


def is_only_a_name(word: str) -> bool:
    """Whether people are called so and the word hardly means anything else."""
    return is_given_name(word) and word.lower() not in WORDS_TOO
