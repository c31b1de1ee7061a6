"""What search finds for our own judged queries: two retrievers together are as good as the better one, and no worse than before."""

from pathlib import Path

import pytest

from kb.search.evaluation import evaluate, read
from kb.search.query import Query

QUERIES = Path(__file__).with_name("queries.tsv")

# nDCG@10 of the fused list when it was last measured: raise it with every change that makes search better.
BASELINE = 0.886


@pytest.fixture(scope="module")
def judged():
    return read(QUERIES)


@pytest.fixture(scope="module")
def measured(published, judged):
    return {stage: row["nDCG@10"] for stage, row in evaluate(published, judged).items()}


def test_every_judged_document_is_published(published, judged):
    slugs = set(published.store.current().catalogue.slugs())
    assert {document for grades in judged.grades.values() for document in grades} <= slugs
    assert sum(not grades for grades in judged.grades.values()) == 2


def test_fusion_is_about_as_good_as_the_better_retriever(measured):
    assert measured["fused"] >= max(measured["lexical"], measured["dense"]) - 0.02


def test_search_is_no_worse_than_it_was(measured):
    assert measured["fused"] >= BASELINE - 0.01


def test_the_best_answer_is_on_the_first_page_of_results(published, judged):
    missed = []
    for query, grades in judged.grades.items():
        hits = published.search(Query(judged.queries[query])).hits
        if grades and not {hit.case_study.slug for hit in hits[:10]} & {d for d, grade in grades.items() if grade == 3}:
            missed.append(judged.queries[query])
    assert missed == []
