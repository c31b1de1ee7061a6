"""Stored figures: what is kept of an evaluation, and what a comparison says."""

import json

import pytest

from kb.errors import EvaluationError
from kb.search.baseline import FALL, compare, load, save
from kb.search.evaluation import LAST, MEASURES, STAGES, Evaluated


def evaluated(values):
    """Figures of a set where each query has the same value at every stage."""
    rows = {query: dict.fromkeys(MEASURES, value) for query, value in values.items()}
    return Evaluated(dict.fromkeys(values, "words"), dict.fromkeys(STAGES, rows), {}, {})


def stored(values):
    return {"staff": dict.fromkeys(STAGES, values)}


def test_what_is_saved_is_loaded_again_query_by_query(tmp_path):
    path = tmp_path / "baseline.json"
    save(path, {"staff": evaluated({"q1": 0.25, "q2": 1 / 3})})
    assert load(path) == stored({"q1": 0.25, "q2": 0.333333})
    means = json.loads(path.read_text("utf-8"))["sets"]["staff"]["means"]
    assert means[LAST]["nDCG@10"] == pytest.approx(0.291667)


def test_nothing_changed_is_no_difference(tmp_path):
    path = tmp_path / "baseline.json"
    now = {"staff": evaluated({"q1": 1 / 3, "q2": 2 / 3})}
    save(path, now)
    found = compare(load(path), now)
    assert [difference.stage for difference in found] == list(STAGES)
    assert {(d.queries, d.after - d.before, d.p, d.fell) for d in found} == {(2, 0, 1, False)}


def test_a_fall_is_told_of_the_last_stage_only_and_beyond_the_margin():
    before = stored({"q1": 0.5, "q2": 0.5})
    fallen = compare(before, {"staff": evaluated({"q1": 0.5, "q2": 0.5 - 2 * FALL - 0.001})})
    assert [difference.stage for difference in fallen if difference.fell] == [LAST]
    within = compare(before, {"staff": evaluated({"q1": 0.5, "q2": 0.5 - 2 * FALL + 0.001})})
    assert not any(difference.fell for difference in within)
    assert not any(d.fell for d in compare(before, {"staff": evaluated({"q1": 0.9, "q2": 0.9})}))


def test_chance_is_that_of_the_signs_of_the_differences():
    """Six queries, all better: of the 64 ways to give signs to the differences, two are as far from nothing."""
    names = [f"q{number}" for number in range(6)]
    found = compare(
        stored(dict.fromkeys(names, 0.2)), {"staff": evaluated({name: 0.3 + 0.05 * int(name[1]) for name in names})}
    )
    assert found[0].p == pytest.approx(2 / 64)
    # one query alone proves nothing
    assert compare(stored({"q1": 0.1}), {"staff": evaluated({"q1": 0.9})})[0].p == 1


def test_chance_is_the_same_each_time_when_there_are_too_many_queries_to_try_all():
    values = {f"q{number}": (number * 37 % 101) / 101 for number in range(120)}
    other = {
        query: min(1, value + (0.1 if number % 3 else -0.1)) for number, (query, value) in enumerate(values.items())
    }
    first, second = (compare(stored(values), {"staff": evaluated(other)})[0].p for _ in range(2))
    assert first == second < 0.05


def test_only_queries_that_both_have_are_compared():
    found = compare(
        stored({"q1": 0.5, "gone": 0.0}), {"staff": evaluated({"q1": 0.7, "new": 0.1}), "other": evaluated({"q1": 1})}
    )
    assert {(d.name, d.queries, d.before, d.after) for d in found} == {("staff", 1, 0.5, 0.7)}


def test_a_baseline_about_something_else_is_an_error():
    for other in ({"other": evaluated({"q1": 1})}, {"staff": evaluated({"q9": 1})}):
        with pytest.raises(EvaluationError, match="about staff"):
            compare(stored({"q1": 0.5}), other)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"sets": 7}', '{"sets": {"a": {}}}', '{"sets": {"a": {"queries": {"late": {"q": "x"}}}}}', "[" * 100_000]
)  # fmt: skip
def test_a_file_that_is_no_stored_evaluation_is_an_error(tmp_path, text):
    (tmp_path / "b.json").write_text(text, "utf-8")
    with pytest.raises(EvaluationError, match=r"b\.json"):
        load(tmp_path / "b.json")


def test_files_that_cannot_be_read_or_written_are_errors(tmp_path):
    with pytest.raises(EvaluationError, match="cannot be read"):
        load(tmp_path / "missing.json")
    with pytest.raises(EvaluationError, match="cannot be written"):
        save(tmp_path / "no" / "such" / "folder.json", {"staff": evaluated({"q": 1})})
