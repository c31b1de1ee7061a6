"""Owns the verdict: whether what was found is what was asked for. Learnt from the index itself, never hand-set cut-offs.

Cosines mean nothing by themselves: they depend on the model and the corpus. So each index embeds questions that no
improvement library answers and keeps how close their best passages come. A real match must stand out from those.
"""

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

Verdict = Literal["strong", "possible", "none"]

# Everyday questions from other walks of life: the noise floor of the corpus.
BACKGROUND: Final = (
    "sourdough starter recipe", "best hiking boots for wide feet", "how to change a bicycle tyre", "cheap flights to Lisbon",
    "football results Saturday", "replace kitchen tap washer", "quantum entanglement explained", "history of the Roman roads",
    "learn to play the ukulele", "how to prune roses", "second hand car insurance", "chess openings for beginners",
    "planets visible tonight", "knitting pattern for a scarf", "who won the film award", "mortgage interest calculator",
    "install a graphics card driver", "sharpening kitchen knives", "train times to Edinburgh", "vegan chocolate cake",
    "how do volcanoes form", "wedding speech jokes", "tax on imported wine", "grow tomatoes in a greenhouse",
    "python list comprehension syntax", "currency exchange rate", "novels set in Venice", "repair a leaking roof",
    "deep sea fish that glow", "marathon training plan", "how to tie a bow tie", "medieval castle architecture",
    "stock market crash of 1929", "paint colours for a small bathroom", "cricket world cup winners", "make your own soap",
    "spanish verb conjugation", "satellite orbit height", "antique clock valuation", "camping stove fuel",
    "growing bonsai trees", "electric guitar amplifier", "dinosaurs of the Jurassic", "laptop battery drains fast",
    "best coffee beans", "northern lights forecast", "crossword clue seven letters", "fishing licence for rivers",
    "lawn mower will not start", "famous opera composers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Calibration:
    """The noise floor: mean and standard deviation of the best cosine that an unrelated question reaches."""

    mean: float
    deviation: float

    @classmethod
    def measure(cls, background: NDArray[np.float32], passages: NDArray[np.float32]) -> "Calibration":
        """From unit vectors of the background questions and of all passages, shapes (questions, d) and (passages, d)."""
        if not len(passages):
            return cls(0.0, 1.0)
        best = np.full(len(background), -1.0, np.float32)
        for start in range(0, len(passages), 50_000):  # bounds memory: 50 questions by 50,000 passages are 10 MB
            best = np.maximum(best, (background @ passages[start : start + 50_000].T).max(axis=1))
        return cls(float(best.mean()), float(max(best.std(), 1e-3)))

    def stands_out(self, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """How many deviations above the noise floor each cosine lies."""
        return ((cosines - self.mean) / self.deviation).astype(np.float32)

    def to_dict(self) -> dict[str, Any]:
        """For the manifest."""
        return asdict(self)


def closeness(above_noise: NDArray[np.float32], coverage: NDArray[np.float32]) -> NDArray[np.float32]:
    """One number per case study for how sure we are that it is about what was asked; 0 is the noise floor.

    Meaning and words support each other. Having every word of the query is worth three deviations of cosine and
    cannot be taken back by meaning: who types one rare word wants the case study that has it.
    """
    return np.asarray(np.maximum(above_noise, 0.0) + WORDS * coverage, np.float32)


# Provisional, set between the judged queries with and without an answer; calibration proper is to come.
WORDS: Final = 3.0
_ALL_WORDS: Final = 0.9  # of the query's weight: a case study that holds this much is never left out
POSSIBLE: Final = WORDS * _ALL_WORDS  # so that what is never left out is never called nothing
STRONG: Final = 2 * WORDS
_SHARE: Final = 0.45  # of the best one's closeness: what is far behind it answers another question
_NEAREST: Final = 3  # shown when nothing is close enough, as "the nearest we have"


def verdict(best: float) -> Verdict:
    """Strong, possible or none, from the closeness of the best hit."""
    return "strong" if best >= STRONG else "possible" if best >= POSSIBLE else "none"


def included(close: NDArray[np.float32], coverage: NDArray[np.float32], best: float | None = None) -> NDArray[np.bool_]:
    """Which candidates belong in the result.

    Those that stand out and are not far behind the best, and those with all the words; else the nearest three. `best`
    is the closeness to compare with when the candidates are only some of those there are.
    """
    if not close.size:
        return np.empty(0, np.bool_)
    best = float(close.max()) if best is None else best
    if best < POSSIBLE:
        nearest = np.zeros(len(close), np.bool_)
        nearest[np.argsort(-close, kind="stable")[:_NEAREST]] = True
        return nearest
    return (close >= max(POSSIBLE, _SHARE * best)) | (coverage >= _ALL_WORDS)
