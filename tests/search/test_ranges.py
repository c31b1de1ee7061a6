import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.ranges import best_of_each, ranges

STRETCHES = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=8)


@given(STRETCHES)
def test_the_rows_of_each_stretch_one_after_the_other(stretches):
    starts, lengths = np.array(stretches, np.int64).reshape(-1, 2).T
    wanted = [row for start, length in stretches for row in range(start, start + length)]
    assert ranges(starts, lengths).tolist() == wanted


@given(STRETCHES, st.integers(1, 3))
def test_the_best_of_each_stretch(stretches, columns):
    lengths = np.array([length for _, length in stretches], np.int64)
    values = np.random.default_rng(len(stretches)).normal(size=(int(lengths.sum()), columns)).astype(np.float32)
    found = best_of_each(values, lengths, np.float32(-9))
    assert found.shape == (len(lengths), columns)
    start = 0
    for row, length in zip(found, lengths.tolist(), strict=True):
        own = values[start : start + length]
        assert row == pytest.approx(own.max(axis=0) if length else np.full(columns, -9))
        start += length
