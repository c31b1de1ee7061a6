"""What search finds for judged queries: no worse than before, no stage worse than what it is made of, an honest verdict."""

from pathlib import Path

import pytest

from kb.search import baseline
from kb.search.evaluation import ANSWERED, LAST, NDCG, UNANSWERED, evaluate, verdicts
from kb.search.judged import read, read_nothing
from kb.search.query import Query

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1].parent / "shared" / "relevance"

# The verdict may be wrong for one query in twenty.
WRONGLY_NONE = 0.05  # of the queries with an answer
WRONGLY_FOUND = 0.05  # of those whose kind nothing here can answer
ELSEWHERE = ("everyday", "mash", "hospital")
SHARED_NDCG = 0.88  # over the queries in ../shared that have an answer


@pytest.fixture(scope="module")
def judged():
    return read(HERE / "staff.tsv")


@pytest.fixture(scope="module")
def measured(published, judged):
    return evaluate(published, judged)


@pytest.fixture(scope="module")
def verdict(published, judged):
    return verdicts(published, judged, read_nothing(HERE / "nothing.tsv"))


@pytest.mark.parametrize("name", ["staff", "queries"])
def test_every_judged_document_is_published(published, name):
    judged = read(HERE / f"{name}.tsv")
    index = published.store.current()
    every = index.catalogue.case_studies(range(len(index.catalogue.slugs())))
    names = {name for case_study in every for name in (case_study.slug, case_study.reference)}
    assert {document for grades in judged.grades.values() for document in grades} <= names


def test_the_sets_are_whole(judged):
    assert len(set(judged.queries.values())) == len(judged.queries) == 150
    assert sum(not grades for grades in judged.grades.values()) == 5
    nothing = read_nothing(HERE / "nothing.tsv")
    assert {kind: len(texts) for kind, texts in nothing.items()} == {
        "everyday": 70, "mash": 30, "hospital": 60, "nearby": 90, "vague": 50,
    }  # fmt: skip


def test_search_is_no_worse_than_it_was(measured):
    stored = baseline.load(HERE / "baseline.json")
    assert stored["staff"][LAST].keys() == measured.queries.keys()
    fell = [difference for difference in baseline.compare(stored, {"staff": measured}) if difference.fell]
    assert fell == []


@pytest.mark.parametrize("stage", ["fused", LAST])
def test_no_stage_is_worse_than_what_it_is_made_of(measured, stage):
    means = {name: row[NDCG] for name, row in measured.means().items()}
    assert means[stage] >= max(means["lexical"], means["dense"]) - 0.01


def test_a_best_answer_to_the_first_queries_is_on_the_first_page_of_results(published):
    first = read(HERE / "queries.tsv")
    missed = []
    for query, grades in first.grades.items():
        hits = published.search(Query(first.queries[query])).hits
        if grades and not {hit.case_study.slug for hit in hits[:10]} & {d for d, grade in grades.items() if grade == 3}:
            missed.append(first.queries[query])
    assert missed == []


def test_an_answer_is_not_called_nothing(verdict):
    counted = verdict[ANSWERED]
    assert counted["none"] <= WRONGLY_NONE * sum(counted.values()), counted


def test_what_nothing_here_answers_is_called_nothing(verdict):
    counted = [verdict[kind] for kind in ELSEWHERE]
    total = sum(sum(one.values()) for one in counted)
    assert total - sum(one["none"] for one in counted) <= WRONGLY_FOUND * total, verdict
    assert verdict[UNANSWERED]["strong"] == 0


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"there are no judged queries at {SHARED}")
def test_the_shared_queries_are_answered_as_well_as_asked_for(published):
    means = evaluate(published, read(SHARED / "queries.tsv")).means()
    assert means[LAST][NDCG] >= SHARED_NDCG
