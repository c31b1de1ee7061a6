"""Public collections: made into an index of their own, once, with the text as it is."""

import json

import pytest

from kb.errors import EvaluationError
from kb.search.corpora import open_corpus
from kb.search.evaluation import LAST, evaluate

DOCUMENTS = [
    {"_id": "a/1", "title": "", "text": "Bees # live in *hives*\n1. and [make](honey) <b>\n- all \\ summer_long"},
    {"_id": "b 2", "title": 'Trains: "late" & {often}', "text": "--- \n# Trains wait at signals.\x00"},
    {"_id": "007", "title": "x" * 300, "text": ""},
]


@pytest.fixture
def collection(tmp_path):
    folder = tmp_path / "tiny"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, DOCUMENTS)), "utf-8")
    (folder / "queries.jsonl").write_text(
        '{"_id": "q", "text": "honey from hives"}\n{"_id": "r", "text": "signals"}', "utf-8"
    )
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta/1\t1\nr\tb 2\t1\n", "utf-8")
    return folder


def test_a_collection_is_searched_by_the_names_of_its_documents(collection, quick, tmp_path):
    corpus = open_corpus(collection)
    searcher = corpus.searcher(tmp_path / "cache", quick)
    index = searcher.store.current()
    case_studies = list(index.catalogue.case_studies(range(3)))
    assert {case_study.reference for case_study in case_studies} == {"a/1", "b 2", "007"}
    assert {case_study.title for case_study in case_studies} == {
        "Bees # live in *hives* 1. and [make](honey) <b> - all \\", 'Trains: "late" & {often}', "x" * 200,
    }  # fmt: skip
    texts = " ".join(section.text for case_study in case_studies for section in case_study.sections)
    assert "Bees # live in *hives* 1. and [make](honey) <b> - all \\ summer_long" in " ".join(texts.split())
    assert "# Trains wait at signals." in texts
    assert (corpus.name, evaluate(searcher, corpus.judged).means()[LAST]["nDCG@10"]) == ("tiny", 1)


def test_the_index_is_kept_and_made_anew_for_other_documents(collection, quick, tmp_path):
    made = open_corpus(collection).searcher(tmp_path, quick).store
    again = open_corpus(collection).searcher(tmp_path, quick).store
    assert (again.path, again.current_name()) == (made.path, made.current_name())
    (collection / "corpus.jsonl").write_text(json.dumps(DOCUMENTS[0]), "utf-8")
    other = open_corpus(collection).searcher(tmp_path, quick).store
    assert other.path != made.path
    assert other.current().manifest.case_studies == 1


def test_a_folder_that_is_no_collection_is_an_error(collection):
    (collection / "corpus.jsonl").unlink()
    for folder in (collection, collection / "nowhere"):
        with pytest.raises(EvaluationError, match=r"is not a test collection.*corpus\.jsonl"):
            open_corpus(folder)


def test_a_cache_that_cannot_be_written_is_an_error(collection, quick, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EvaluationError, match="--cache"):
        open_corpus(collection).searcher(tmp_path / "file", quick)
