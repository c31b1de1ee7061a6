"""Owns the stored figures that search is compared with, and the comparison. Never measures.

Figures of each query are kept, so that a difference can be tested pair by pair.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from kb.errors import EvaluationError
from kb.search.evaluation import LAST, NDCG, STAGES, Evaluated
from kb.search.judged import read_text

FALL: Final = 0.01  # of nDCG@10: less is not worth stopping for
_RESAMPLES: Final = 9_999
_DIGITS: Final = 6

Baseline = dict[str, dict[str, dict[str, float]]]  # nDCG@10 by set, stage and query id


@dataclass(frozen=True, slots=True)
class Difference:
    """nDCG@10 of one stage over the queries that both measured. `p`: how often chance alone makes as great a difference."""

    name: str
    stage: str
    queries: int
    before: float
    after: float
    p: float

    @property
    def fell(self) -> bool:
        """Whether readers get clearly worse results."""
        return self.stage == LAST and self.after < self.before - FALL


def save(path: Path, sets: Mapping[str, Evaluated]) -> None:
    """Writes the figures of these sets.

    Raises:
        EvaluationError: the file cannot be written.
    """
    data = {
        name: {
            "means": {
                stage: {measure: round(value, _DIGITS) for measure, value in row.items()}
                for stage, row in found.means().items()
            },
            "queries": _ndcg(found),
        }
        for name, found in sets.items()
    }
    try:
        path.write_text(json.dumps({"sets": data}, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
    except OSError as error:
        raise EvaluationError(
            f"{path} cannot be written: {error.strerror or error}.", "Give another file with --save."
        ) from None


def load(path: Path) -> Baseline:
    """Stored nDCG@10 by set, stage and query id.

    Raises:
        EvaluationError: the file cannot be read or is no such file.
    """
    try:
        data: Any = json.loads(read_text(path))
        return {
            str(name): {
                stage: {str(query): float(value) for query, value in found["queries"][stage].items()}
                for stage in STAGES
                if stage in found["queries"]
            }
            for name, found in data["sets"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise EvaluationError(f"{path} is not a stored evaluation.", "Make one with: kb evaluate --save FILE") from None


def compare(baseline: Baseline, sets: Mapping[str, Evaluated]) -> list[Difference]:
    """The difference of every stage of every set that both have, by paired randomisation.

    Raises:
        EvaluationError: they have no set with a query in common.
    """
    found: list[Difference] = []
    for name, evaluated in sets.items():
        for stage, now in _ndcg(evaluated).items():
            stored = baseline.get(name, {}).get(stage, {})
            if both := [query for query in now if query in stored]:
                before = np.array([stored[query] for query in both])
                after = np.array([now[query] for query in both])
                p = _chance(before, after)
                found.append(Difference(name, stage, len(both), float(before.mean()), float(after.mean()), p))
    if not found:
        raise EvaluationError(
            f"The baseline has none of these queries: it is about {', '.join(baseline) or 'nothing'}.",
            "Compare the sets that it was made from, or make another with --save.",
        )
    return found


def _ndcg(evaluated: Evaluated) -> dict[str, dict[str, float]]:
    return {
        stage: {query: round(row[NDCG], _DIGITS) for query, row in rows.items()}
        for stage, rows in evaluated.figures.items()
    }


def _chance(before: "np.ndarray[Any, Any]", after: "np.ndarray[Any, Any]") -> float:
    """The p-value of a paired randomisation test, two-sided; the same each time."""
    differences = (after - before)[after != before]  # pairs that are equal change no sum, whichever way round
    if not differences.size:
        return 1.0
    from scipy.stats import permutation_test  # noqa: PLC0415 - slow to load

    zeros = np.zeros_like(differences)
    if differences.size == 1:
        return 1.0  # the test wants two pairs, and one way round is as likely as the other
    result = permutation_test(
        (differences, zeros), lambda a, b, axis: (a - b).sum(axis=axis), permutation_type="samples",
        n_resamples=_RESAMPLES, batch=1_000, vectorized=True, rng=0,
    )  # fmt: skip
    return float(result.pvalue)
