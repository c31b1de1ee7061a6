"""Measures suggestions with 97 and 5,000 synthetic titles: `python tests/benchmarks/suggestions.py`. Never asserts.

Titles and texts are words of the published case studies drawn at random, as often as those use them, each 20th joined from
two so that the corpus has many rare words; the vocabulary is the published one. No model is loaded: nothing is embedded.
"""

import json
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
import machine

from kb.content.folder import ContentFolder
from kb.search.builder import build
from kb.search.embedders import Encoded, Piece, Vectors
from kb.search.index import Index, IndexStore
from kb.search.lexicon import words
from kb.search.names import CASE_STUDY
from kb.search.suggestions import Suggestions

CONTENT = Path(__file__).resolve().parents[2] / "content"
TYPED = (
    "wait", "waiting times", "restriant", "OAP", "elft", "clozop", "missed app", "south", "re", "th", "co", "in", "nhs",
    "out of area placements in", "schitzophrenia", "sourdough starter", "xqzjkvw", "anxei", "children and young peo",
)  # fmt: skip
MISSPELT = ("clozopine", "schitzophrenia", "restriant")


class NoEmbedder:
    """Vectors of nothing, because suggestions use none."""

    id = "none"

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.ones((len(texts), 4), np.float32) / 2

    def encode_pieces(self, texts: Sequence[str]) -> list[Encoded]:
        piece = Piece(0, 0, 1)
        return [Encoded(vector, (piece,), vector[None]) for vector in self.encode(texts)]

    def pieces(self, text: str) -> tuple[Piece, ...]:
        return (Piece(0, 0, min(len(text), 1)),)

    def is_word(self, word: str) -> bool:
        return bool(word)


def corpus(count: int, folder: ContentFolder) -> None:
    """Writes case studies made of drawn words."""
    folder.case_studies.mkdir(parents=True)
    folder.vocabulary.symlink_to(CONTENT / "vocabulary")
    draw = random.Random(42)  # noqa: S311 - the same texts each time
    known = [
        word for path in sorted((CONTENT / "case_studies").glob("*.md")) for word in words(path.read_text("utf-8"))
    ]
    known = [word for word in known if word.isalpha()]

    def text(length: int) -> str:
        return " ".join(
            draw.choice(known) + draw.choice(known) if draw.random() < 0.05 else draw.choice(known)
            for _ in range(length)
        )

    for number in range(count):
        title, organisation = text(10).capitalize(), draw.choice(["RWK", "RXT", "RWV", "RVN"])
        head = f"---\ntitle: {json.dumps(title)}\norganisations: [{organisation}]\ntopics: [falls]\n---\n"
        (folder.case_studies / f"text-{number:05}.md").write_text(f"{head}\n## Problem\n\n{text(200)}\n", "utf-8")


def prefixes(index: Index) -> list[str]:
    """What people have in the box while they type: every beginning of the examples and of some titles."""
    titles = index.catalogue.titles()[:20]
    return [whole[:length] for whole in (*TYPED, *titles) for length in range(2, min(len(whole), 40) + 1)]


def measure(index: Index, count: int) -> None:
    """Prints how long it takes to make the suggestions of a generation, and to ask them."""
    print(machine.row(f"{count:,} titles: made at first use", machine.repeat(lambda: Suggestions(index), 3)))
    made = Suggestions(index)
    asked = prefixes(index)
    found: list[bool] = []
    first: list[float] = []
    for typed in asked:
        with machine.timed(first):
            suggested = made.for_text(typed)
        found.append(any(suggestion.kind == CASE_STUDY for suggestion in suggested))
    print(machine.row(f"{count:,} titles: {len(asked):,} texts, each asked once", first))
    slowest = asked[first.index(max(first))]
    again = machine.repeat(lambda: made.for_text(slowest), 20)
    print(machine.row(f"{count:,} titles: the slowest again, {slowest[:20]!r}", again))
    nearest = machine.repeat(lambda: [index.lexicon.nearest(word) for word in MISSPELT], 100)
    print(machine.row(f"{len(index.lexicon):,} words: the nearest to {len(MISSPELT)} misspelt ones", nearest))
    print(f"  {sum(found) / len(found):.0%} of the texts had a case study among their suggestions")


def main() -> None:
    """Builds each corpus and measures it."""
    print(f"# Suggestions\n{machine.describe()}\n\n{machine.HEADER}")
    for count in (97, 5_000):
        with tempfile.TemporaryDirectory() as name:
            folder = ContentFolder(Path(name) / "content")
            corpus(count, folder)
            store = IndexStore(Path(name) / "index")
            build(folder, store, NoEmbedder())
            measure(store.current(), count)


if __name__ == "__main__":
    main()
