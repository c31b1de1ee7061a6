"""Owns fusion: two lists of scores for the same candidates into one. Pure functions; never retrieves anything."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.floating]

# nDCG@10 at 0.4, 0.5 and 0.6: staff queries over the published case studies 0.854, 0.839, 0.822; CISI 0.444, 0.462,
# 0.467; PubMedQA 0.986, 0.987, 0.987. One weight for all, the middle one (22 November 2026, all-MiniLM-L6-v2).
DENSE_WEIGHT: Final = 0.5


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
