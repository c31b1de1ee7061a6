"""Owns fusion: several scores for the same candidates into one. Pure functions; never retrieves anything."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.floating]

# Words and meaning, to choose what is scored in full. nDCG@10 with 0.4, 0.5 and 0.6 for meaning: staff queries 0.844,
# 0.839, 0.818; CISI 0.449, 0.459, 0.465; PubMedQA 0.987 with each (23 November 2026, all-MiniLM-L6-v2).
FIRST: Final = (0.5, 0.5)
# Words, meaning, late interaction. Without the third: 0.839, 0.459, 0.987; with weights 0.3 0.3 0.4: 0.886, 0.492,
# 0.987; these: 0.889, 0.493, 0.988; 0.2 0.2 0.6: 0.890, 0.494, 0.988. Flat from there, so the middle one.
WEIGHTS: Final = (0.25, 0.25, 0.5)


def z_scores(scores: Scores) -> Scores:
    """How many standard deviations each score lies above the mean of all; zeros when they are all the same."""
    if scores.size == 0:
        return scores
    spread = float(scores.std())
    return np.asarray((scores - scores.mean()) / spread) if spread > 1e-9 else np.zeros_like(scores)


def fuse(legs: Sequence[Scores], weights: Sequence[float]) -> Scores:
    """One score for each candidate: the weighted sum of each leg's z-scores over the same candidates."""
    total = np.zeros(len(legs[0]), np.float64)
    for leg, weight in zip(legs, weights, strict=True):
        total += weight * z_scores(leg)
    return total
