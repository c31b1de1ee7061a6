"""Owns what can be picked for a field: the vocabulary's entries with every name they go by, and finding some by typing. Never decides what is right.

All of a small scheme is shown; in a large one people search, with scripts as they type and without by a button.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kb.content.vocabulary import Organisation, Scheme, Vocabulary

MOST_FOUND: Final = 12  # shown at once: more is no choice, and one more letter makes it fewer
MAX_TYPED: Final = 100  # characters to find something by
MOST_LISTED: Final = 120  # of a scheme that is searched, up to here all can be looked through as well
_NEAR: Final = 4  # letters of a word from which on one wrong letter is forgiven

SEARCHED: Final = frozenset({"organisations", "collaboratives", "topics"})


@dataclass(frozen=True, slots=True)
class Option:
    """Something to pick. `note` says what else it is called, `depth` how far below others it stands."""

    id: str
    label: str
    note: str = ""
    depth: int = 0
    names: tuple[str, ...] = ()
    known: bool = True


def options(scheme: str, vocabulary: Vocabulary) -> tuple[Option, ...]:
    """Everything that can be picked, in the order it is listed."""
    if scheme == "organisations":
        found = sorted(vocabulary.organisations.values(), key=lambda one: one.name)
        return tuple(_organisation(one, vocabulary) for one in found)
    if scheme == "collaboratives":
        together = sorted(vocabulary.collaboratives.values(), key=lambda one: one.name)
        return tuple(Option(c.id, c.name, " · ".join(c.aliases), names=(c.name, *c.aliases, c.id)) for c in together)
    tree = vocabulary.schemes.get(scheme)
    return tuple(_tree(tree)) if tree else ()


def picked(scheme: str, ids: Iterable[str], vocabulary: Vocabulary) -> tuple[Option, ...]:
    """What was picked, in that order; an id that nobody knows is an option too, so that it is not lost."""
    by_id = {option.id: option for option in options(scheme, vocabulary)}
    return tuple(by_id.get(id_) or _other(scheme, id_, vocabulary) for id_ in ids)


def find(scheme: str, typed: str, vocabulary: Vocabulary) -> list[Option]:
    """What goes by a name with all the words that were typed, or their beginnings: the best first.

    Where there is none, words with one wrong letter.
    """
    wanted = _words(typed[:MAX_TYPED])
    if not wanted:
        return []
    text, everything = " ".join(wanted), options(scheme, vocabulary)
    named = [(option, [_words(name) for name in option.names]) for option in everything]
    for near in (False, True):
        found = [
            (_rank(text, names), number, option)
            for number, (option, names) in enumerate(named)
            if _has(wanted, {word for name in names for word in name}, near)
        ]
        if found:
            return [_called(option, wanted) for _, _, option in sorted(found, key=lambda one: one[:2])]
    return []


def _called(option: Option, wanted: list[str]) -> Option:
    """With the other name that was typed, where nothing else says why it was found."""
    if option.note or _has(wanted, set(_words(option.label)), near=True):
        return option
    other = next((name for name in option.names[1:-1] if _has(wanted, set(_words(name)), near=True)), "")
    return dataclasses.replace(option, note=f"includes {other}") if other else option


def _rank(text: str, names: list[list[str]]) -> int:
    """0 for a name itself, 1 for one that begins so, 2 for one that has it, 3 for words from several."""
    whole = [" ".join(name) for name in names]
    if text in whole:
        return 0
    if any(name.startswith(text) for name in whole):
        return 1
    return 2 if any(f" {text}" in name for name in whole) else 3


def _has(wanted: list[str], words: set[str], near: bool) -> bool:
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - only where nothing begins so

    def matches(part: str) -> bool:
        if any(word.startswith(part) for word in words):
            return True
        return near and len(part) >= _NEAR and any(OSA.distance(part, word, score_cutoff=1) <= 1 for word in words)

    return all(matches(part) for part in wanted)


def _words(text: str) -> list[str]:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign))
    return re.findall(r"[a-z0-9]+", plain.replace("'", "").replace("\u2019", ""))


def _organisation(found: Organisation, vocabulary: Vocabulary) -> Option:
    today = [other.name for other in vocabulary.current(found.id) if other.id != found.id]
    told = [found.short_name, f"formerly {', '.join(found.former_names)}" if found.former_names else ""]
    told += [f"now {' and '.join(today)}" if today else "closed" if found.closed else ""]
    return Option(found.id, found.name, " · ".join(filter(None, told)), names=(*found.names, found.id))


def _tree(scheme: Scheme, parent: str = "", depth: int = 0, above: frozenset[str] = frozenset()) -> Iterator[Option]:
    for concept in scheme.children.get(parent, []):
        if concept.id in above:  # a loop in a file that somebody edits by hand
            continue
        yield Option(concept.id, concept.label, "", depth, (concept.label, *concept.alt_labels, concept.id))
        yield from _tree(scheme, concept.id, depth + 1, above | {concept.id})


def _other(scheme: str, id_: str, vocabulary: Vocabulary) -> Option:
    tree = vocabulary.schemes.get(scheme)
    concept = tree.concepts.get(id_) if tree else None
    if tree and concept:
        today = tree.resolve(id_)
        return Option(id_, concept.label, f"now {today.label}" if today and today.id != id_ else "")
    return Option(id_, id_, "not in our list", known=False)
