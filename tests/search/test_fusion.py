import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kb.search.fusion import FIRST, fuse, z_scores

SCORES = arrays(np.float64, st.integers(2, 20), elements=st.floats(0, 100, width=32))


def test_z_scores_of_a_small_list():
    assert z_scores(np.array([1.0, 2.0, 3.0])) == pytest.approx([-1.2247, 0, 1.2247], abs=1e-4)


@pytest.mark.parametrize("same", [[], [5.0], [2.0, 2.0, 2.0]])
def test_scores_that_are_all_the_same_say_nothing(same):
    assert z_scores(np.array(same)).tolist() == [0.0] * len(same)


@given(SCORES)
def test_z_scores_keep_the_order_and_centre_on_0(scores):
    found = z_scores(scores)
    assert np.isfinite(found).all()
    assert abs(found.mean()) < 1e-6
    for a, b in zip(*(np.argsort(scores, kind="stable")[s] for s in (slice(None, -1), slice(1, None))), strict=True):
        assert found[a] <= found[b]


def test_each_leg_counts_by_its_weight():
    words, meaning, late = np.array([9.0, 1.0, 0.0]), np.array([0.1, 0.2, 0.9]), np.array([0.5, 0.1, 0.3])
    assert fuse((words, meaning), (1.0, 0.0)) == pytest.approx(z_scores(words))
    assert fuse((words, meaning), (0.0, 1.0)) == pytest.approx(z_scores(meaning))
    assert fuse((words, meaning, late), (0.2, 0.3, 0.5)) == pytest.approx(
        0.2 * z_scores(words) + 0.3 * z_scores(meaning) + 0.5 * z_scores(late)
    )


def test_without_a_matching_word_meaning_decides_the_order_alone():
    meaning = np.array([0.1, 0.2, 0.9])
    assert fuse((np.zeros(3), meaning), (0.7, 0.3)) == pytest.approx(0.3 * z_scores(meaning))


def test_nothing_to_fuse_is_nothing():
    assert fuse((np.zeros(0), np.zeros(0)), FIRST).tolist() == []


@given(SCORES, st.floats(0.5, 10), st.floats(-5, 5))
def test_the_scale_of_a_retriever_does_not_matter(scores, scale, shift):
    meaning = np.linspace(0, 1, len(scores))
    assert fuse((scores, meaning * scale + shift), FIRST) == pytest.approx(fuse((scores, meaning), FIRST), abs=1e-5)
