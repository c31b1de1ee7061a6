"""Owns fusion: two lists of scores for the same candidates into one. Pure functions; never retrieves anything."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.floating]

# Measured on SciFact and CISI, dense weights from 0.5 to 0.6 are the best for both; see docs/decisions.
DENSE_WEIGHT: Final = 0.55


def z_scores(scores: Scores) -> Scores:
    """How many standard deviations each score lies above the mean of all; zeros when they are all the same."""
    if scores.size == 0:
        return scores
    spread = float(scores.std())
    return np.asarray((scores - scores.mean()) / spread) if spread > 1e-9 else np.zeros_like(scores)


def fuse(lexical: Scores, dense: Scores, dense_weight: float = DENSE_WEIGHT) -> Scores:
    """One score for each candidate: the weighted sum of z-scores over the union of both retrievers' candidates.

    Args:
        lexical: BM25 by candidate, 0 for one without a word of the query.
        dense: cosine by candidate, exact for every one, also those that only the lexical retriever found.
        dense_weight: from 0 (words alone) to 1 (meaning alone).
    """
    if not lexical.any():
        return z_scores(dense)
    return (1 - dense_weight) * z_scores(lexical) + dense_weight * z_scores(dense)
