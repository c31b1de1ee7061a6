"""Measures the patient-identifier check on its labelled sets: `python tests/benchmarks/identifiers.py [--losses]`. Never asserts.

`--losses` lists the sentences that go wrong in development.tsv and in the unseen sets. Of held_out.tsv only ids and kinds are ever printed:
whoever has read it can no longer measure with it.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.content.patient_identifiers import find

SETS = Path(__file__).resolve().parents[1] / "identifiers"


@dataclass(frozen=True)
class Row:
    """A sentence, whether it holds an identifier, whether it is a hard case, and of what kind."""

    id: str
    holds: bool
    hard: bool
    kind: str
    sentence: str


def rows(name: str) -> list[Row]:
    """The rows of the set of that name: development, held_out, unseen, unseen_2 and so on."""
    lines = (SETS / f"{name}.tsv").read_text("utf-8").splitlines()[1:]
    return [
        Row(id_, label == "with", hard == "yes", kind, sentence)
        for id_, label, hard, kind, sentence in (line.split("\t") for line in lines)
    ]


def wrong(found: list[Row]) -> Iterator[Row]:
    """Those where the check says other than the label."""
    return (row for row in found if bool(find(row.sentence)) is not row.holds)


def figures(found: list[Row]) -> tuple[float, float]:
    """Recall and precision, counted in sentences: any finding counts."""
    stopped = [row for row in found if find(row.sentence)]
    right = sum(row.holds for row in stopped)
    return right / sum(row.holds for row in found), right / len(stopped)


def main() -> None:
    """Prints recall and precision of every set, by kind and by how hard the sentences are, then what goes wrong."""
    for name in ("development", "held_out", *sorted(path.stem for path in SETS.glob("unseen*.tsv"))):
        found = rows(name)
        recall, precision = figures(found)
        bad = list(wrong(found))
        print(f"{name}: {len(found)} sentences, recall {recall:.3f}, precision {precision:.3f}")
        lost, held = Counter((r.kind, r.hard) for r in bad), Counter((r.kind, r.hard) for r in found)
        for kind, hard in sorted(held):
            print(f"  {kind:<16} {'hard' if hard else 'easy'} {held[kind, hard]:>4}  wrong {lost[kind, hard]:>3}")
        for row in bad:
            shown = f"  {row.sentence}" if name != "held_out" and "--losses" in sys.argv else ""
            print(f"    {row.id} {'missed' if row.holds else 'stopped'} {row.kind}{shown}")


if __name__ == "__main__":
    main()
