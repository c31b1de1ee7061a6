"""Owns suggestions for what is being typed: case studies, concepts, organisations and words. Never loads a model.

What begins with what was typed comes first; only when that is little is a slip of the fingers looked for.
"""

import threading
import weakref
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from heapq import nsmallest
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kb.search import lexical
from kb.search.index import Index
from kb.search.lexicon import words
from kb.search.names import ORGANISATIONS, WORD, WORDS, Suggestion, folded, names

_SHORTEST: Final = 2  # letters; one letter says nothing
_MOST_WORDS: Final = 12  # of what is typed; bounds the work
_EACH: Final = 3  # of a group before the others had their turn
_FEW: Final = 3  # with fewer found by their beginnings, slips are looked for


class Suggestions:
    """All names of one generation of the index, ready to be looked up. Safe to use from several threads."""

    def __init__(self, index: Index) -> None:
        # It must not hold the index itself: the cache below would then keep every generation for ever.
        self._lexicon, self._lexical = index.lexicon, index.lexical
        self._names = [name for name in names(index) if name.folded]  # what is better comes first within its group
        holders: dict[str, list[int]] = {}
        for number, name in enumerate(self._names):
            for word in set(name.folded.split()):
                holders.setdefault(word, []).append(number)
        self._holders = holders
        self._sorted = sorted(holders)
        self._codes = {
            suggestion.target.lower(): suggestion
            for name in self._names
            if (suggestion := name.suggestion).kind == "organisation" and suggestion.target.isupper() and not suggestion.also
        }  # fmt: skip
        self._beginnings: dict[int, list[str]] = {}

    @classmethod
    def of(cls, index: Index) -> "Suggestions":
        """The suggestions of a generation, made at first use and kept as long as it is open."""
        with _lock:
            found = _cache.get(index)
            if found is None:
                found = _cache[index] = cls(index)
            return found

    def for_text(self, typed: str, limit: int = 8) -> list[Suggestion]:
        """What may be meant, best first and by kind: first what begins so, then what is spelt nearly so.

        The same text gives the same list. Nothing that would find nothing is in it; an organisation's own page counts
        as something.
        """
        parts = list(dict.fromkeys(words(typed)))[:_MOST_WORDS]
        text = " ".join(parts)
        if len(text) < _SHORTEST:
            return []
        found = self._arranged(self._groups(parts, [[part] for part in parts], limit), limit, text)
        if len(found) < min(_FEW, limit):
            near = [[part, *self._near(part)] for part in parts]
            if any(len(choices) > 1 for choices in near):
                seen = {(s.kind, s.target) for s in found}
                more = self._arranged(self._groups(parts, near, limit), limit, text)
                found += [s for s in more if (s.kind, s.target) not in seen][: limit - len(found)]
        return found

    def _groups(self, parts: list[str], wanted: list[list[str]], limit: int) -> list[list[tuple[int, Suggestion]]]:
        """For each group up to `limit` suggestions with their tier: 0 the name itself, 1 begins so, 2 has it, 3 other."""
        text = " ".join(parts)
        numbers = self._matching(wanted)
        by_group: list[list[int]] = [[], [], [], []]
        for number in numbers:
            by_group[self._names[number].group].append(number)
        groups: list[list[tuple[int, Suggestion]]] = []
        for members in by_group:
            ranked = nsmallest(3 * limit, ((_tier(self._names[number].folded, text), number) for number in members))
            groups.append([(tier, _shown(self._names[number].suggestion, text)) for tier, number in ranked])
        if text in self._codes:
            groups[ORGANISATIONS].insert(0, (0, self._codes[text]))
        terms = [(tier, self._found_by(s)) for tier, s in groups[WORDS] if tier <= 1]
        groups[WORDS] = [(tier, suggestion) for tier, suggestion in terms if suggestion][:_EACH]
        groups[WORDS] += [(1, Suggestion(WORD, label, label)) for label in self._completed(wanted)]
        return groups

    def _matching(self, wanted: list[list[str]]) -> set[int]:
        """Names with, for each typed word, a word that begins with one of its spellings."""
        found: set[int] | None = None
        for prefixes in sorted(wanted, key=lambda prefixes: -len(prefixes[0])):
            holding: set[int] = set()
            for prefix in prefixes:
                first = bisect_left(self._sorted, prefix)
                last = bisect_left(self._sorted, prefix + "\U0010ffff", first)
                holding.update(*(self._holders[word] for word in self._sorted[first:last]))
            found = holding if found is None else found & holding
            if not found:
                break
        return found or set()

    def _completed(self, wanted: list[list[str]]) -> Iterator[str]:
        """What was typed with its last word completed as case studies go on, one for each stem."""
        *before, last = wanted
        seen = {lexical.stems(last[0])} if last[0] in self._lexicon else set()
        for prefix in last:
            for word in self._lexicon.starting(prefix, 12):
                stem = lexical.stems(word)
                if len(word) <= _SHORTEST or stem in seen or not lexical.terms(word):
                    continue
                whole = next((" ".join(row) for row in _rows(before, word) if not before or self._is_said(row)), "")
                if whole:
                    seen.add(stem)
                    yield whole
                if len(seen) > _EACH:
                    return

    def _found_by(self, term: Suggestion) -> Suggestion | None:
        """The term with the words that find something: spelt out, else the acronym; None where neither is said."""
        if self._is_said(words(term.target)):
            return term
        if term.also and self._is_said(words(term.also)):
            return Suggestion(WORD, term.label, term.also, term.also)
        return None

    def _is_said(self, row: Sequence[str]) -> bool:
        """Whether some case study has these words in a row."""
        stems = lexical.stems(" ".join(row))
        return bool(stems) and bool(len(self._lexical.search([lexical.Wanted((), ((stems, 1.0),))], {}, 1).positions))

    def _near(self, part: str) -> list[str]:
        """Words that are spelt nearly so, else beginnings of words, nearest first; none for a word that is known."""
        if part in self._lexicon:
            return []
        if near := [word for word, _ in self._lexicon.nearest(part, 5) if word != part]:
            return near
        if len(part) < 5 or not part.isalpha():
            return []
        found: list[tuple[int, bool, str]] = []
        for length in (len(part), len(part) + 1, len(part) - 1):
            choices = self._beginnings_of(length)
            for other, distance, _ in process.extract(part, choices, scorer=OSA.distance, score_cutoff=1, limit=None):
                found.append((int(distance), other[0] != part[0], other))
        return [other for distance, _, other in sorted(found) if distance][:5]

    def _beginnings_of(self, length: int) -> list[str]:
        if length not in self._beginnings:
            known = (word for source in (self._lexicon, self._sorted) for word in source)
            self._beginnings[length] = list({word[:length] for word in known if len(word) >= length})
        return self._beginnings[length]

    @staticmethod
    def _arranged(groups: list[list[tuple[int, Suggestion]]], limit: int, text: str) -> list[Suggestion]:
        """Each group in turn gives one until there are enough; shown group by group, the one that fits best first."""
        seen: set[tuple[str, str]] = set()
        labels = {text}
        distinct: list[list[tuple[int, Suggestion]]] = []
        for group in groups:
            kept = []
            for tier, suggestion in group:
                key, label = (suggestion.kind, suggestion.target), suggestion.label.lower()
                if key not in seen and not (suggestion.kind == WORD and label in labels):
                    seen.add(key)
                    labels.add(label)
                    kept.append((tier, suggestion))
            distinct.append(kept)
        counts = [0] * len(groups)
        for most in (_EACH, limit):
            while sum(counts) < limit:
                open_ = [n for n, kept in enumerate(distinct) if counts[n] < min(most, len(kept))]
                for number in open_[: limit - sum(counts)]:
                    counts[number] += 1
                if not open_:
                    break
        order = sorted((n for n in range(len(groups)) if counts[n]), key=lambda n: (min(distinct[n][0][0], 2), n))
        return [suggestion for number in order for _, suggestion in distinct[number][: counts[number]]]


def _tier(name: str, text: str) -> int:
    if name.startswith(text):
        return 0 if len(name) == len(text) else 1
    return 2 if f" {text}" in name else 3


def _shown(suggestion: Suggestion, text: str) -> Suggestion:
    """Without the other name where the label already says what was typed."""
    if suggestion.also and suggestion.kind != WORD and _tier(folded(suggestion.label), text) <= 2:
        return Suggestion(suggestion.kind, suggestion.label, suggestion.target)
    return suggestion


def _rows(before: list[list[str]], word: str) -> Iterator[list[str]]:
    """The ways to write a row of words: each as typed, else all by their nearest spelling."""
    yield [*(spellings[0] for spellings in before), word]
    if any(len(spellings) > 1 for spellings in before):
        yield [*(spellings[min(1, len(spellings) - 1)] for spellings in before), word]


_cache: weakref.WeakKeyDictionary[Index, Suggestions] = weakref.WeakKeyDictionary()
_lock: Final = threading.Lock()
