"""Owns rows that stand side by side, several stretches of them: their numbers, and the best of each. Never knows what a row is."""

import numpy as np
from numpy.typing import NDArray


def ranges(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of the rows of several stretches, one stretch after the other: int64, shape (sum of lengths,)."""
    rows: NDArray[np.int64] = np.arange(lengths.sum()) + np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
    return rows


def best_of_each(values: NDArray[np.float32], lengths: NDArray[np.int64], none: np.float32) -> NDArray[np.float32]:
    """The highest value of each stretch, column by column, `none` for one without rows.

    Args:
        values: the stretches one after the other, shape (sum of lengths,) or (sum of lengths, columns).
        lengths: how many rows each has.
        none: what an empty one has.
    """
    best = np.full((len(lengths), *values.shape[1:]), none, np.float32)
    held = lengths > 0
    if held.any():
        best[held] = np.maximum.reduceat(values, (np.cumsum(lengths) - lengths)[held], axis=0)
    return best
