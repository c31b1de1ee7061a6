import numpy as np
import pytest

from kb.search.calibration import COVERED, POSSIBLE, STRONG, Calibration, Level, Signs, included, verdict


def row(*values):
    return np.array(values, np.float32)


def signs(late, hardest, dense, coverage, size=1):
    return Signs(row(*late), row(*hardest), row(*dense), row(*coverage), size)


def test_the_level_of_a_sign_is_where_most_unrelated_questions_lie():
    level = Level.measure([0.1, 0.2, 0.3, 0.4, 0.5])
    assert (level.mean, level.deviation) == (pytest.approx(0.3), pytest.approx(0.2 / 1.349))
    assert level.above(row(0.3, 0.3 + level.deviation)) == pytest.approx([0, 1], abs=1e-5)
    # a question or two that the library answers after all move it little
    assert Level.measure([0.1, 0.2, 0.3, 0.4, 9.0]) == level


def test_questions_that_come_equally_close_are_never_divided_by_nothing():
    assert Level.measure([0.8, 0.8]).above(row(0.8, 0.81)) == pytest.approx([0, 10], abs=1e-2)


def test_the_noise_floor_is_that_of_the_best_answer_to_each_unrelated_question():
    answers = [
        signs((0.4, 0.9), (0.2, 0.9), (0.1, 0.9), (0, 1)),  # only the first, best answer of each counts
        signs((0.6, 0.0), (0.4, 0.0), (0.3, 0.0), (0, 0)),
        signs((), (), (), ()),  # a question that nothing at all was found for says nothing
    ]
    found = Calibration.measure(answers)
    assert (found.late.mean, found.hardest.mean, found.dense.mean) == pytest.approx((0.5, 0.3, 0.2))
    assert Calibration.from_dict(found.to_dict()) == found


def test_an_empty_index_has_a_noise_floor_too():
    for answers in ([], [Signs(), Signs()]):
        found = Calibration.measure(answers)
        assert found == Calibration()
        assert np.isfinite(found.closeness(signs((0.5,), (0.5,), (0.5,), (0.5,)))).all()
        assert found.closeness(Signs()).tolist() == []


@pytest.mark.parametrize("data", [{}, {"late": {"mean": 0.1, "deviation": 1.0}}, {"mean": 0.1, "deviation": 0.1}])
def test_what_is_no_noise_floor_is_refused(data):
    with pytest.raises((TypeError, KeyError)):
        Calibration.from_dict(data)


@pytest.mark.parametrize("name", ["late", "hardest", "dense", "coverage"])
def test_each_sign_supports_the_others(name):
    two = dict.fromkeys(("late", "hardest", "dense", "coverage"), (0.3, 0.3)) | {name: (0.3, 0.5)}
    less, more = Calibration().closeness(signs(**two))
    assert more > less


def test_a_match_of_many_words_is_less_likely_to_be_chance():
    one, five, twelve, hundred = (
        float(Calibration().closeness(signs((3,), (3,), (3,), (0.3,), size))[0]) for size in (1, 5, 12, 100)
    )
    assert one < five < twelve == hundred


def test_having_nearly_all_the_words_is_not_taken_back_by_meaning():
    found = Calibration().closeness(signs((-9, -9), (-9, -9), (-9, -9), (COVERED, COVERED - 0.01)))
    assert found[0] == pytest.approx(POSSIBLE)
    assert found[1] < POSSIBLE


def test_without_a_model_the_share_of_words_decides():
    found = Calibration().closeness(Signs.of_words(row(0.0, 0.4, 0.6, 1.0), 2))
    assert [verdict(best) for best in found] == ["none", "none", "possible", "strong"]
    with_model = signs((0,) * 4, (0,) * 4, (0,) * 4, (0.0, 0.4, 0.6, 1.0), 2)
    assert Calibration().closeness(with_model).tolist() != found.tolist()  # a model that sees nothing is no missing one


def test_signs_can_be_put_in_another_order():
    made = signs((1, 2, 3), (4, 5, 6), (7, 8, 9), (0, 0.5, 1), 4)
    found = made.at(np.array([2, 0]))
    assert [part.tolist() for part in (found.late, found.hardest, found.dense, found.coverage)] == [
        [3, 1],
        [6, 4],
        [9, 7],
        [1, 0],
    ]
    assert (found.size, found.blind) == (4, False)
    assert Signs.of_words(row(0.1, 0.2), 3).at(np.array([1])).blind


@pytest.mark.parametrize(
    ("best", "word"),
    [(STRONG, "strong"), (STRONG - 0.01, "possible"), (POSSIBLE, "possible"), (POSSIBLE - 0.01, "none"), (-9, "none")],
)
def test_the_verdict_follows_the_best(best, word):
    assert verdict(best) == word


def kept(close, coverage=None, best=None):
    """The places of the candidates that belong in the result."""
    covered = row(*coverage) if coverage else np.zeros(len(close), np.float32)
    return np.flatnonzero(included(row(*close), covered, best)).tolist()


@pytest.mark.parametrize(
    ("close", "places"),
    [
        ([], []),
        ([8.0, 3.0, -2.9, -3.1], [0, 1, 2]),  # the first page is filled up with what may be related
        ([8.0] * 10 + [2.1, 1.9, -1.0], [*range(11)]),  # the next one is not: 6 behind the best is another question
        ([1.0] * 10 + [0.1, -0.1], [*range(11)]),  # nor with what does not stand out
        ([-0.1, -1.0, -2.0, -2.5], [0, 1, 2]),  # nothing is close: the nearest three
        ([-9.0], [0]),
    ],
)
def test_what_belongs_in_the_result(close, places):
    assert kept(close) == places


def test_what_has_nearly_all_the_words_is_never_left_out():
    assert kept([9.0] * 10 + [0.5, 0.5], [0.2] * 10 + [COVERED, 0.6]) == [*range(11)]


def test_with_a_filter_the_best_of_all_is_compared_with_and_the_first_page_is_not_filled_up():
    assert kept([3.0, 1.9, -1.0], best=8.0) == [0]
    assert kept([3.0, 1.9, -1.0], best=3.0) == [0, 1]
    assert kept([-1.0, -2.0, -3.0, -4.0], best=-0.5) == [0, 1, 2]
    assert kept([], best=8.0) == []
