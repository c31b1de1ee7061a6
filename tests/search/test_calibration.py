import numpy as np
import pytest

from kb.search.calibration import BACKGROUND, POSSIBLE, STRONG, Calibration, closeness, included, verdict


def test_the_noise_floor_is_how_close_unrelated_questions_come():
    background = np.array([[1, 0], [0, 1]], np.float32)
    passages = np.array([[0.6, 0.8], [0.8, 0.6], [0.0, -1.0]], np.float32)
    found = Calibration.measure(background, passages)
    assert found.mean == pytest.approx(0.8)
    assert found.deviation == pytest.approx(1e-3)  # both come equally close: never divided by nothing
    assert found.stands_out(np.array([0.8, 0.81], np.float32)) == pytest.approx([0, 10], abs=1e-2)
    assert Calibration(**found.to_dict()) == found


def test_many_passages_are_measured_in_parts_as_one():
    rng = np.random.default_rng(1)
    background = rng.normal(size=(5, 8)).astype(np.float32)
    passages = rng.normal(size=(50_003, 8)).astype(np.float32)
    passages[-1] = background[2] * 100  # the best one of all lies in the last part
    best = (background @ passages.T).max(axis=1)
    found = Calibration.measure(background, passages)
    assert (found.mean, found.deviation) == pytest.approx((best.mean(), best.std()), rel=1e-4)


def test_an_empty_index_has_a_noise_floor_too():
    found = Calibration.measure(np.ones((3, 4), np.float32), np.zeros((0, 4), np.float32))
    assert np.isfinite(found.stands_out(np.array([0.5], np.float32))).all()


def test_the_background_has_no_question_twice():
    assert len(BACKGROUND) == len(set(BACKGROUND)) == 50


def test_words_and_meaning_support_each_other():
    found = closeness(np.array([1.0, 1.0, -2.0], np.float32), np.array([0.0, 0.5, 1.0], np.float32))
    assert found.tolist() == [1.0, 2.5, 3.0]  # having every word is not taken back by meaning


@pytest.mark.parametrize(
    ("best", "word"),
    [(STRONG, "strong"), (STRONG - 0.01, "possible"), (POSSIBLE, "possible"), (POSSIBLE - 0.01, "none"), (-9, "none")],
)
def test_the_verdict_follows_the_best(best, word):
    assert verdict(best) == word


@pytest.mark.parametrize(
    ("close", "kept"),
    [
        ([], []),
        ([10.0, 6.0, 4.4, 2.0], [True, True, False, False]),  # less than 0.45 of the best
        ([4.0, 2.8, 2.6], [True, True, False]),  # below what stands out at all
        ([1.0, 2.0, 0.5, 2.2, 0.1], [True, True, False, True, False]),  # nothing is close: the nearest three
        ([1.0], [True]),
    ],
)
def test_what_belongs_in_the_result(close, kept):
    assert included(np.array(close, np.float32), np.zeros(len(close), np.float32)).tolist() == kept


def test_what_has_all_the_words_is_never_left_out():
    close, coverage = np.array([12.0, 3.0, 3.0], np.float32), np.array([0.2, 1.0, 0.4], np.float32)
    assert included(close, coverage).tolist() == [True, True, False]
