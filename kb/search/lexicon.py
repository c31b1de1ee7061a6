"""Owns the words of the corpus and of the vocabulary: who holds each, how each goes on, what it is like. Never ranks.

Words are kept as people write them, in lower case and without accents, not as stems: they are shown again.
"""

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA

from kb.content.vocabulary import Vocabulary
from kb.errors import IndexDamaged

CUTOFF: Final = 0.75  # one slip in a word of 4 letters, two in one of 8, three in one of 12
_SHORTEST_TYPO: Final = 4  # a shorter word is like too many others, and often an acronym
_OTHER_INITIAL: Final = 0.5  # of a slip: people seldom mistype the first letter
_LONGEST: Final = 60  # as in the word index: what is longer is no word


@cache
def _analyser() -> tantivy.TextAnalyzer:
    """The word index's own steps but for stop words and stems; "A&E" and "children's" are one word each."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(r"\w+(?:[&'\x{2019}]\w+)*"))
    for step in (tantivy.Filter.remove_long(_LONGEST), tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold()):
        builder = builder.filter(step)
    return builder.build()


def words(text: str) -> list[str]:
    """The words of a text in order, in lower case and without accents, repeats included."""
    return list(_analyser().analyze(text))


def names(vocabulary: Vocabulary) -> Iterator[str]:
    """Everything the vocabulary calls something: its words are no typos, even where no case study holds them."""
    for scheme in vocabulary.schemes.values():
        for concept in scheme.concepts.values():
            yield from (concept.label, *concept.alt_labels)
    for organisation in vocabulary.organisations.values():
        yield from organisation.names
    for collaborative in vocabulary.collaboratives.values():
        yield from (collaborative.name, *collaborative.aliases)
    for term in vocabulary.terms:
        yield from (term.term, term.expansion, *term.other_senses)
    for group in vocabulary.synonyms:
        yield from group


class Lexicon:
    """Words with the number of case studies that hold each; 0 for a word that only the vocabulary has."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = dict(counts)
        self._sorted = sorted(self._counts)
        self._by_length: dict[int, list[str]] = {}
        for word in self._sorted:
            if word.isalpha():  # "s136" is no slip for "s117"
                self._by_length.setdefault(len(word), []).append(word)

    @classmethod
    def of(cls, texts: Iterable[str], known: Iterable[str] = ()) -> "Lexicon":
        """The words of some case studies, one text each, and those of texts that are `known` to be no typos."""
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(set(words(text)))
        for text in known:
            counts.update(dict.fromkeys(words(text), 0))
        return cls({word: count for word, count in counts.items() if len(word) > 1})

    def save(self, path: Path) -> None:
        """Writes the words to a JSON file; the same words give the same bytes."""
        path.write_text(json.dumps(self._counts, sort_keys=True, ensure_ascii=False, separators=(",\n", ":")), "utf-8")

    @classmethod
    def load(cls, path: Path) -> "Lexicon":
        """The words of a saved file.

        Raises:
            IndexDamaged: it is missing or not such a file.
        """
        try:
            return cls({str(word): int(count) for word, count in json.loads(path.read_text("utf-8")).items()})
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise IndexDamaged(
                f"The words in {path} cannot be read.", "Build the index again with: kb index"
            ) from error

    def __len__(self) -> int:
        return len(self._counts)

    def __iter__(self) -> Iterator[str]:
        """Every word, in alphabetical order."""
        return iter(self._sorted)

    def __contains__(self, word: object) -> bool:
        """Whether a case study or the vocabulary has the word."""
        return isinstance(word, str) and (word in self._counts or _fold(word) in self._counts)

    def holders(self, word: str) -> int:
        """How many case studies hold the word exactly so; 0 when unknown."""
        found = self._counts.get(word)
        return self._counts.get(_fold(word), 0) if found is None else found

    def starting(self, prefix: str, limit: int = 10) -> list[str]:
        """Words that case studies hold and that begin so, those held most often first."""
        prefix = _fold(prefix)
        first = bisect_left(self._sorted, prefix)
        last = bisect_left(self._sorted, prefix + "\U0010ffff", first)
        found = [word for word in self._sorted[first:last] if self._counts[word]] if prefix else []
        return sorted(found, key=lambda word: (-self._counts[word], word))[:limit]

    def nearest(self, word: str, limit: int = 3, cutoff: float = CUTOFF) -> list[tuple[str, float]]:
        """The words most like this one with their likeness, best first; a known word is its own nearest, with 1.0.

        Likeness is 1 less the share of its letters that slipped: left out, put in, changed, or two swapped. Another
        first letter costs half a slip more. Of words alike, what more case studies hold comes first. Words of up to
        three letters and words with figures in them are like none.
        """
        typed = _fold(word)
        length = len(typed)
        if not _SHORTEST_TYPO <= length <= _LONGEST or not typed.isalpha():
            return []
        slips = int(length * (1 - cutoff) + 1e-9)
        found: list[tuple[float, int, str]] = []
        for near in range(length - slips, length + slips + 1):
            choices = self._by_length.get(near, ())
            for other, distance, _ in process.extract(
                typed, choices, scorer=OSA.distance, score_cutoff=slips, limit=None
            ):
                likeness = 1 - (distance + (_OTHER_INITIAL if other[0] != typed[0] else 0)) / length
                if likeness >= cutoff - 1e-9:
                    found.append((-likeness, -self._counts[other], other))
        return [(other, -likeness) for likeness, _, other in sorted(found)[:limit]]


def _fold(word: str) -> str:
    """One word as it is kept; what is not exactly one word stays as it is, in lower case."""
    found = words(word)
    return found[0] if len(found) == 1 else word.lower()
