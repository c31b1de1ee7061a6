import json
import math
from pathlib import Path

import pytest

from kb.errors import EvaluationError
from kb.search.evaluation import Judged, evaluate, read

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "relevance"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=f"there are no judged queries at {SHARED}")


@pytest.fixture
def write(tmp_path):
    def file(name, text):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return file


def test_queries_and_grades_in_one_file(write):
    path = write("queries.tsv", "query_id\tquery\trelevant\nq1\tfalls\ta:3, b:1\nq2\tgambling\t-\n\nq3\twaits: long\tc:x:2\n")  # fmt: skip
    assert read(path) == Judged(
        {"q1": "falls", "q2": "gambling", "q3": "waits: long"}, {"q1": {"a": 3, "b": 1}, "q2": {}, "q3": {"c:x": 2}}
    )


@pytest.mark.parametrize("heading", ["query-id\tcorpus-id\tscore\n", ""])
def test_queries_and_grades_in_the_layout_of_public_collections(write, heading):
    lines = [{"_id": "1", "text": "falls\ton wards", "metadata": {}}, {"_id": 2, "text": "waits"}]
    queries = write("queries.jsonl", "\n".join(map(json.dumps, lines)))
    qrels = write("qrels.tsv", f"{heading}1\ta\t2\n1\tb\t0\n2\tc\t1\r\n")
    assert read(queries, qrels) == Judged(
        {"1": "falls\ton wards", "2": "waits"}, {"1": {"a": 2, "b": 0}, "2": {"c": 1}}
    )


def test_queries_may_be_tab_separated_beside_a_file_of_grades(write):
    found = read(write("queries.tsv", "id\tquery\n1\tfalls\n"), write("qrels.txt", "1\t0\ta\t2\n"))
    assert found == Judged({"1": "falls"}, {"1": {"a": 2}})


def test_a_mark_that_spreadsheets_write_first_is_passed_over(write):
    assert read(write("q.tsv", "\ufeffquery_id\tquery\trelevant\r\nq1\tfalls\ta:1\r\n")).queries == {"q1": "falls"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("q1\tfalls\ta:3\nq2\n", 2),
        ("q1\tfalls\n", 1),
        ("q1\tfalls\ta:three\n", 1),
        ("q1\tfalls\ta\n", 1),
        ("q1\tfalls\ta:1\n\n{broken\n", 3),
        ('{"_id": "1"}', 1),
    ],
)
def test_a_bad_line_of_queries_is_named(write, text, line):
    with pytest.raises(EvaluationError, match=rf"bad\.tsv, line {line} ") as caught:
        read(write("bad.tsv", text))
    assert "A line is" in caught.value.cure


@pytest.mark.parametrize(("text", "line"), [("1\ta\t2\n1\ta\n", 2), ("1\ta\t2\n1\tb\tgood\n", 2), ("x\n7\n", 2)])
def test_a_bad_line_of_grades_is_named(write, text, line):
    with pytest.raises(EvaluationError, match=rf"qrels\.tsv, line {line} "):
        read(write("queries.tsv", "1\tfalls\n"), write("qrels.tsv", text))


@pytest.mark.parametrize(
    ("name", "data"), [("missing.tsv", None), ("latin.tsv", b"q1\tcaf\xe9\ta:1"), ("empty.tsv", b"\n\n"), ("head.tsv", b"query_id\tquery\n")]
)  # fmt: skip
def test_a_file_without_queries_is_an_error_that_names_it(write, tmp_path, name, data):
    if data is not None:
        write(name, data)
    with pytest.raises(EvaluationError, match=name):
        read(tmp_path / name)


def test_figures_are_those_worked_out_by_hand(searcher):
    """Two queries with an answer; by words the second finds its best answer not at all."""
    judged = Judged(
        {"q1": "hives", "q2": "rotas weekly", "q3": "gambling"},
        {"q1": {"bees": 2}, "q2": {"waits-for-therapy": 1, "only-a-title": 3, "not-in-the-index": 3}, "q3": {}},
    )
    found = evaluate(searcher, judged)
    assert list(found) == ["lexical", "dense", "fused"]
    assert [list(row) for row in found.values()] == [["nDCG@10", "R@10", "RR"]] * 3
    order = [slug for slug, _ in searcher.rank("rotas weekly", dense_weight=0.0)]
    gains = {"waits-for-therapy": 1, "only-a-title": 3}
    dcg = sum(gains.get(slug, 0) / math.log2(place + 2) for place, slug in enumerate(order))
    ideal = 3 / math.log2(2) + 1 / math.log2(3)
    # q1: the bees are first by words, so each figure is 1
    assert found["lexical"]["nDCG@10"] == pytest.approx((1 + dcg / ideal) / 2)
    assert found["lexical"]["R@10"] == pytest.approx(1)
    assert found["lexical"]["RR"] == pytest.approx(1)


def test_what_words_do_not_find_counts_against_them(searcher):
    """By words "honey bees" finds the bees alone; grades 1 for them and 2 for what is not found."""
    found = evaluate(searcher, Judged({"q": "bees honey"}, {"q": {"bees": 1, "only-a-title": 2}}))["lexical"]
    assert found == pytest.approx({"nDCG@10": 1 / (2 + 1 / math.log2(3)), "R@10": 0.5, "RR": 1})


def test_a_query_without_a_matching_word_scores_nothing_by_words(searcher):
    found = evaluate(searcher, Judged({"q": "apiary"}, {"q": {"bees": 3}}))
    assert found["lexical"] == {"nDCG@10": 0, "R@10": 0, "RR": 0}
    assert found["fused"] == found["dense"]


def test_documents_may_be_named_by_their_reference(searcher, put, rebuild):
    put("new", "---\ntitle: Honey\nreference: '007'\n---\n")
    rebuild()
    found = evaluate(searcher, Judged({"q": "honey"}, {"q": {"007": 3}}))
    assert found["fused"] == pytest.approx({"nDCG@10": 1, "R@10": 1, "RR": 1})


@pytest.mark.parametrize("grades", [{}, {"q": {}}, {"q": {"nobody": 3}}, {"q": {"bees": 0}}, {"other": {"bees": 3}}])
def test_judgements_about_other_documents_are_an_error(searcher, grades):
    with pytest.raises(EvaluationError, match="in the index"):
        evaluate(searcher, Judged({"q": "bees"}, grades))


@needs_shared
@pytest.mark.parametrize("collection", ["cisi", "pubmedqa"])
def test_public_collections_can_be_read(collection):
    judged = read(SHARED / collection / "queries.jsonl", SHARED / collection / "qrels.tsv")
    assert len(judged.queries) >= 50
    assert set(judged.grades) <= set(judged.queries)
    assert all(min(grades.values()) >= 0 for grades in judged.grades.values())


@needs_shared
def test_the_shared_queries_are_over_the_published_case_studies(published):
    judged = read(SHARED / "queries.tsv")
    assert len(judged.queries) == 36
    found = evaluate(published, judged)
    assert found["fused"]["nDCG@10"] > 0.5
