"""Owns other ways to say what was typed: acronyms, synonyms, labels, spellings and names of organisations. Never searches.

It knows what the glossary and the vocabulary say and nothing about case studies, so it is the same for every search of
a generation. Where an acronym has several senses it offers a reading for each; which one fits is for the searcher.
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kb.content.vocabulary import Vocabulary
from kb.search.lexical import stems, terms

# How much another way of saying counts against the typed words themselves. nDCG@10 is flat from 0.25 to 0.5 for
# synonyms: what matters is that they count for less. Letters and what they stand for are the same thing.
SAME: Final = 1.0
SYNONYM: Final = 0.35

_LONGEST: Final = 8  # words of the longest name that is looked up
_MOST_READINGS: Final = 4
_POSSESSIVE: Final = re.compile(r"['\u2019]s$")
_ASIDE: Final = re.compile(r"\s*\([^)]*\)")
_KIND_OF_BODY: Final = re.compile(r",? (?:University )?NHS (?:Foundation Trust|Trust|FT)$")
_SAID_OF_MOST: Final = (
    "Partnership",
    "University",
    "Healthcare",
    "Health",
    "Mental",
    "Care",
    "Social",
    "and",
    "Community",
)
_ODS_CODE: Final = re.compile(r"[A-Z0-9]{3,5}")
_WORD: Final = re.compile(r"\w+(?:[&'\u2019]\w+)*")


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another way to say a span: words to find together, or an organisation to find by its id."""

    text: str
    weight: float
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Some words in a row and the other ways to say them; `typed` is as the person wrote it."""

    typed: str
    others: tuple[Alternative, ...] = ()
    expansion: str = ""  # what an acronym stands for in this reading
    senses: tuple[str, ...] = ()  # what else it may stand for


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand what was typed: its spans in order, and the text spelt out for a model to read."""

    spans: tuple[Span, ...]
    text: str


@dataclass(slots=True)
class _Letters:
    term: str
    senses: list[str]
    capitals: bool  # its letters are also an ordinary word


def _shortened(name: str) -> Iterator[str]:
    """A name and what people leave of it: without NHS Trust, then word by word without what most trusts are called."""
    yield name
    words = _KIND_OF_BODY.sub("", name).split()
    while len(words) > 1:
        yield " ".join(words)
        if words[-1] not in _SAID_OF_MOST:
            return
        words.pop()


class Thesaurus:
    """What means the same, looked up by the words of a span: letters as they are, other words by their stems."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._letters: dict[tuple[str, ...], _Letters] = {}
        self._names: dict[tuple[str, ...], dict[str, Alternative]] = {}
        # Names of one word by their letters: neither "mindfulness" nor "minds" is the charity Mind.
        self._bodies: dict[tuple[str, ...], dict[str, Alternative]] = {}
        for term in vocabulary.terms:
            self._acronym(term.term, (term.expansion, *term.other_senses), term.case_sensitive)
        for group in vocabulary.synonyms:
            self._synonyms(group)
        for scheme in vocabulary.schemes.values():
            for concept in scheme.concepts.values():
                if not concept.replaced_by:
                    self._synonyms((concept.label, *concept.alt_labels))
        for uk, us in vocabulary.spellings:
            self._link(us, uk, SAME)
            self._link(uk, us, SAME)
        for organisation in vocabulary.organisations.values():
            if _ODS_CODE.fullmatch(organisation.id):  # in capitals only: RAT is a trust
                self._acronym(organisation.id, (organisation.name,), capitals=True)
            for name in dict.fromkeys(itertools.chain(*map(_shortened, organisation.names))):
                for today in vocabulary.current(organisation.id) or [organisation]:
                    for id_ in dict.fromkeys((organisation.id, today.id)):
                        self._organisation(name, Alternative(today.name, SAME, id_))

        self._most_letters = max(map(len, self._letters), default=0)  # "S5(2)" is two words

    def readings(self, text: str) -> list[Reading]:
        """The ways to understand a text, the usual senses first; at least one, at most four.

        The same letters have the same sense throughout, and only one acronym at a time has another than its usual one.
        """
        found = list(self._found(text))
        known = {typed: self._spans(typed) for typed in dict.fromkeys(text[start:end] for start, end in found)}
        choices = [known[text[start:end]] for start, end in found]
        senses = [tuple(span.expansion for span in spans) for spans in choices]
        several = [one for one in dict.fromkeys(senses) if len(one) > 1]
        ranks = range(1, max(map(len, several), default=1))
        ways: list[dict[tuple[str, ...], int]] = [
            {},
            *({one: rank} for rank in ranks for one in several if rank < len(one)),
        ]
        readings = []
        for way in ways[:_MOST_READINGS]:
            spans = [choice[way.get(one, 0)] for choice, one in zip(choices, senses, strict=True)]
            parts, place = [], 0
            for span, (start, end) in zip(spans, found, strict=True):
                parts += [text[place:start], span.expansion or text[start:end]]
                place = end
            readings.append(Reading(tuple(spans), "".join([*parts, text[place:]])))
        return readings

    def knows(self, word: str) -> bool:
        """Whether a word, or its singular, has an entry of its own."""
        return self._letters_of(word) is not None or stems(word) in self._names or bool(self._bodies_of(word))

    def organisations(self, name: str) -> tuple[str, ...]:
        """The ids of the organisations that are called so, of old ones with today's; none when unknown."""
        found = self._names.get(stems(name), {}) | self._bodies.get(_key(name), {})
        return tuple(other.organisation for other in found.values() if other.organisation)

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the spans of a text are: the longest that have an entry, and the words between them."""
        matches = list(_WORD.finditer(text))
        keys = [stems(match[0]) for match in matches]
        place = 0
        while place < len(matches):
            start = matches[place].start()
            for length in range(min(_LONGEST, len(matches) - place), 0, -1):
                end = matches[place + length - 1].end()
                key = tuple(itertools.chain(*keys[place : place + length]))
                letters = length <= self._most_letters and self._letters_of(text[start:end]) is not None
                if length == 1 or letters or key in self._names:
                    yield start, end
                    place += length
                    break

    def _letters_of(self, typed: str) -> _Letters | None:
        """The acronym that was typed, if it is one; of those that are also words only when in capitals."""
        if len(typed) == 1:
            return None
        for letters in (typed, typed[:-1]) if typed.endswith("s") else (typed,):  # "CTOs"
            found = self._letters.get(_key(letters))
            if found is not None and (not found.capitals or letters.isupper() or letters == found.term):
                return found
        return None

    def _spans(self, typed: str) -> list[Span]:
        """The span in each of its senses; one without any other way to say it when nothing is known."""
        letters = self._letters_of(typed)
        own = self._names.get(stems(typed if letters is None else letters.term), {}) | self._bodies_of(typed)
        if letters is None:
            return [Span(typed, tuple(own.values()))]
        if len(letters.senses) > 1:
            own = {}  # what is linked to the letters may mean any of their senses
        spans = []
        for sense in letters.senses:
            others = {**own, **self._names.get(stems(sense), {}), sense: Alternative(sense, SAME)}
            rest = tuple(other for other in letters.senses if other != sense)
            ordered = dict.fromkeys((sense, *others))
            spans.append(Span(typed, tuple(others[key] for key in ordered), sense, rest))
        return spans

    def _acronym(self, term: str, senses: Iterable[str], capitals: bool) -> None:
        plain = [sense for sense in (_ASIDE.sub("", one).strip() for one in senses) if sense]
        if not plain or not _key(term):
            return
        found = self._letters.setdefault(_key(term), _Letters(term, [], capitals))
        found.senses += [sense for sense in plain if sense not in found.senses]
        if not capitals:  # a search for the words may not find "bed" or "made"
            self._link(found.senses[0], term, SAME)

    def _synonyms(self, group: tuple[str, ...]) -> None:
        names = [name for name in group if "(" not in name]  # "ED (department)" is one sense of several letters
        for name in names[1:]:
            self._link(names[0], name, SYNONYM)
            self._link(name, names[0], SYNONYM)

    def _link(self, from_: str, to: str, weight: float) -> None:
        if stems(from_) != stems(to):
            self._add(from_, Alternative(to, weight))

    def _add(self, name: str, other: Alternative) -> None:
        plain = _ASIDE.sub("", name)
        # "AED" has the stem of "a": a name that comes down to function words would be found in every sentence
        if terms(plain) and (stems_ := stems(plain)):
            _keep(self._names.setdefault(stems_, {}), other)

    def _organisation(self, name: str, other: Alternative) -> None:
        if len(_key(name)) == 1:
            _keep(self._bodies.setdefault(_key(name), {}), other)
        else:
            self._add(name, other)

    def _bodies_of(self, typed: str) -> dict[str, Alternative]:
        """The organisations whose name is this one word; letters that are also a word are none unless in capitals."""
        key = _key(_POSSESSIVE.sub("", typed))
        return {} if key in self._letters and self._letters_of(typed) is None else self._bodies.get(key, {})


def _keep(others: dict[str, Alternative], other: Alternative) -> None:
    """Adds another way to say it, unless the same one is there and counts for as much."""
    key = other.organisation or other.text
    if key not in others or others[key].weight < other.weight:
        others[key] = other


def _key(letters: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(letters.lower()))
