"""Measuring: figures by hand, what is lost, and the verdicts, over a tiny folder."""

import math

import pytest

from kb.errors import EvaluationError
from kb.search.evaluation import ANSWERED, LAST, MEASURES, STAGES, UNANSWERED, evaluate, losses, verdicts, wrong
from kb.search.judged import Judged
from kb.search.query import Query


def test_figures_are_those_worked_out_by_hand(searcher):
    """Two queries with an answer; by words the second finds its best answer not at all."""
    judged = Judged(
        {"q1": "hives", "q2": "rotas weekly", "q3": "gambling"},
        {"q1": {"bees": 2}, "q2": {"waits-for-therapy": 1, "only-a-title": 3, "not-in-the-index": 3}, "q3": {}},
    )
    evaluated = evaluate(searcher, judged)
    means = evaluated.means()
    assert tuple(means) == STAGES
    assert [tuple(row) for row in means.values()] == [MEASURES] * len(STAGES)
    order = [slug for slug, _ in searcher.rank("rotas weekly", "lexical")]
    gains = {"waits-for-therapy": 1, "only-a-title": 3}
    dcg = sum(gains.get(slug, 0) / math.log2(place + 2) for place, slug in enumerate(order))
    ideal = 3 / math.log2(2) + 1 / math.log2(3)
    assert evaluated.figures["lexical"]["q2"]["nDCG@10"] == pytest.approx(dcg / ideal)
    # q1: the bees are first by words, so each figure is 1
    assert means["lexical"] == pytest.approx({"nDCG@10": (1 + dcg / ideal) / 2, "R@10": 1, "RR": 1})
    assert evaluated.queries == {"q1": "hives", "q2": "rotas weekly"}
    assert evaluated.wanted == {"q1": {"bees": 2}, "q2": gains}
    assert evaluated.found["q1"] == [slug for slug, _ in searcher.rank("hives")]


def test_what_words_do_not_find_counts_against_them(searcher):
    """By words "honey bees" finds the bees alone; grades 1 for them and 2 for what is not found."""
    found = evaluate(searcher, Judged({"q": "bees honey"}, {"q": {"bees": 1, "only-a-title": 2}})).means()["lexical"]
    assert found == pytest.approx({"nDCG@10": 1 / (2 + 1 / math.log2(3)), "R@10": 0.5, "RR": 1})


def test_a_query_without_a_matching_word_scores_nothing_by_words(searcher):
    judged = Judged({"q": "apiary", "r": "hives"}, {"q": {"bees": 3}, "r": {"bees": 3}})
    found = evaluate(searcher, judged)
    assert found.figures["lexical"]["q"] == {"nDCG@10": 0, "R@10": 0, "RR": 0}
    assert found.means()["lexical"] == {"nDCG@10": 0.5, "R@10": 0.5, "RR": 0.5}


def test_documents_may_be_named_by_their_reference(searcher, put, rebuild):
    put("new", "---\ntitle: Honey\nreference: '007'\n---\n")
    rebuild()
    found = evaluate(searcher, Judged({"q": "honey"}, {"q": {"007": 3}})).means()
    assert found[LAST] == pytest.approx({"nDCG@10": 1, "R@10": 1, "RR": 1})


@pytest.mark.parametrize("grades", [{}, {"q": {}}, {"q": {"nobody": 3}}, {"q": {"bees": 0}}, {"other": {"bees": 3}}])
def test_judgements_about_other_documents_are_an_error(searcher, grades):
    for measure in (evaluate, lambda *of: verdicts(*of, {})):
        with pytest.raises(EvaluationError, match="in the index"):
            measure(searcher, Judged({"q": "bees"}, grades))


def test_losses_are_the_worst_queries_with_what_came_first_and_what_was_wanted(searcher):
    judged = Judged(
        {"good": "hives", "bad": "bees in the garden", "worse": "hives with bees"},
        {"good": {"bees": 3}, "bad": {"only-a-title": 3, "bees": 1}, "worse": {"only-a-title": 3}},
    )
    evaluated = evaluate(searcher, judged)
    found = losses(searcher, evaluated, 5)
    assert [loss.query for loss in found] == ["worse", "bad"]  # the perfect one is no loss
    assert [loss.query for loss in losses(searcher, evaluated, 1)] == ["worse"]
    order = [slug for slug, _ in searcher.rank("hives with bees")]
    place = order.index("only-a-title") + 1 if "only-a-title" in order else 0
    assert (found[0].text, found[0].first, found[0].wanted, found[0].place) == (
        "hives with bees", "Keeping bees in the hospital garden", "Staff rotas on paper", place,
    )  # fmt: skip
    assert found[0].ndcg == evaluated.figures[LAST]["worse"]["nDCG@10"] < 1


def test_verdicts_are_counted_for_queries_with_an_answer_and_by_kind_without(searcher):
    judged = Judged(
        {"a": "bees hives", "b": "gambling", "c": "elsewhere", "d": "not judged"},
        {"a": {"bees": 3}, "b": {}, "c": {"not-in-the-index": 3}},
    )
    found = verdicts(searcher, judged, {"mash": ["qzx wvk", "plokij"]})
    assert {kind: sum(counted.values()) for kind, counted in found.items()} == {ANSWERED: 1, UNANSWERED: 1, "mash": 2}
    assert found[ANSWERED][searcher.search(Query("bees hives")).verdict] == 1
    assert list(verdicts(searcher, Judged({"a": "bees"}, {"a": {"bees": 1}}), {})) == [ANSWERED]


def test_a_verdict_is_wrong_when_it_denies_an_answer_or_claims_one():
    assert wrong(ANSWERED, {"none": 1, "possible": 1, "strong": 2}) == 0.25
    assert wrong("mash", {"none": 1, "possible": 1, "strong": 2}) == 0.75
