"""Owns what a search is taken to mean: its marks, typing slips put right, the readings of its words. Never searches.

A word counts as a slip when neither the case studies, nor the vocabulary, nor the model's own vocabulary of English
know it. It is put right at once when one known word is clearly nearest, else the page asks "did you mean".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kb.search import syntax
from kb.search.function_words import ASKING_WORDS, FUNCTION_WORDS
from kb.search.lexical import Wanted, stems, terms
from kb.search.lexicon import Lexicon
from kb.search.syntax import Typed
from kb.search.thesaurus import Reading, Span, Thesaurus

_SHORTEST: Final = 6  # letters of a word put right without asking: "prune" and "pivot" are one slip from other words
_CERTAIN: Final = 0.8  # likeness above which a word is put right: fewer than one slip in five letters
_WORDS: Final = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Understood:
    """A search as it is understood. `repairs` and `doubts` are pairs of typed and known word, done and only offered."""

    typed: Typed
    text: str  # the words looked for, repairs done
    readings: tuple[Reading, ...]  # none when there are no words
    repairs: tuple[tuple[str, str], ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()

    @property
    def vague(self) -> bool:
        """Whether there are words, but none that says what it is about: "what is this", "help"."""
        stands_for = any(span.expansion for reading in self.readings for span in reading.spans)
        words = {word.lower() for word in _WORDS.findall(self.text)}
        said = {word for word in words if not {word, word.removesuffix("s"), word.removesuffix("ing")} & ASKING_WORDS}
        return bool(self.text) and not stands_for and said <= FUNCTION_WORDS

    @property
    def suggestion(self) -> str:
        """The words with every doubt settled; "" when there is none."""
        return _replaced(self.text, dict(self.doubts)) if self.doubts else ""


def understand(
    text: str, thesaurus: Thesaurus, lexicon: Lexicon, is_word: Callable[[str], bool], exactly: bool = False
) -> Understood:
    """What a search means. `exactly` takes every word as typed: nothing put right, nothing widened.

    `is_word` says whether the language has a word that case studies and vocabulary lack.
    """
    typed = syntax.read(text)
    if exactly:
        whole = Reading(tuple(Span(word) for word in typed.words.split()), typed.words)
        return Understood(typed, typed.words, (whole,) if typed.words else ())
    repairs: dict[str, str] = {}
    doubts: dict[str, str] = {}
    for word in dict.fromkeys(_WORDS.findall(typed.words)):
        if any(word in phrase for phrase in typed.phrases) or _is_known(word, thesaurus, lexicon, is_word):
            continue
        near = lexicon.nearest(word, 2)
        if not near:
            continue
        best, likeness = near[0]
        # "diabetis" is as near to diabetes as to diabetic, "assesment" to assessment and assessments: either will do
        rival = near[1] if len(near) > 1 and stems(near[1][0]) != stems(best) else ("", 0.0)
        sure = len(word) >= _SHORTEST and likeness > _CERTAIN and (rival[1] < likeness or best[:5] == rival[0][:5])
        (repairs if sure else doubts)[word] = best
    repaired = _replaced(typed.words, repairs)
    return Understood(
        typed,
        repaired,
        tuple(thesaurus.readings(repaired)) if repaired else (),
        tuple(repairs.items()),
        tuple(doubts.items()),
    )


def wanted(reading: Reading) -> list[Wanted]:
    """What a reading asks the word index for. Function words are left out, unless there is nothing else."""
    found: list[Wanted] = []
    for span in reading.spans:
        own = tuple(terms(span.typed))
        others = {
            row: other.weight
            for other in reversed(span.others)
            # a row of function words or single letters would match anything
            if not other.organisation and terms(other.text) and len("".join(row := stems(other.text))) > len(row)
        }
        others.pop(stems(span.typed), None)
        organisations = tuple(other.organisation for other in span.others if other.organisation)
        if own or others or organisations:
            found.append(Wanted(own or stems(span.typed), tuple(others.items()), organisations))
    return found


def _is_known(word: str, thesaurus: Thesaurus, lexicon: Lexicon, is_word: Callable[[str], bool]) -> bool:
    lower = word.lower()
    return (
        lower in FUNCTION_WORDS
        or lower.replace("\u2019", "'") in FUNCTION_WORDS
        or lower in lexicon
        or word.isupper()  # letters that stand for something, or shouting: not for us to spell
        or thesaurus.knows(word)
        or is_word(lower)
    )


def _replaced(text: str, words: dict[str, str]) -> str:
    return _WORDS.sub(lambda found: words.get(found[0], found[0]), text) if words else text
