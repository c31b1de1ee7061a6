"""Files of judged queries: what can be read, and which line cannot."""

import json
from pathlib import Path

import pytest

from kb.errors import EvaluationError
from kb.search.judged import Judged, read, read_documents, read_nothing

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


def test_queries_that_nothing_answers_are_read_by_kind(write):
    path = write("nothing.tsv", "query_id\tquery\tkind\r\nn1\tchess\teveryday\nn2\tqqq\tmash\n\nn3\tbus \teveryday\n")
    assert read_nothing(path) == {"everyday": ["chess", "bus"], "mash": ["qqq"]}


@pytest.mark.parametrize(("text", "line"), [("n1\tchess\n", 1), ("n1\tchess\tx\nn2\t\tx\n", 2), ("n1\ta\tb\tc\n", 1)])
def test_a_bad_line_of_queries_without_an_answer_is_named(write, text, line):
    with pytest.raises(EvaluationError, match=rf"nothing\.tsv, line {line} "):
        read_nothing(write("nothing.tsv", text))


def test_documents_have_a_name_and_text_and_perhaps_a_title(write):
    path = write(
        "corpus.jsonl",
        '{"_id": 7, "title": null, "text": "Falls", "metadata": {}}\n{"_id": "b", "title": "T", "text": ""}',
    )
    assert read_documents(path) == [("7", "", "Falls"), ("b", "T", "")]


@pytest.mark.parametrize("row", ["falls", '["a"]', '{"_id": "a"}', '{"text": "a"}', "7", "{broken"])
def test_a_bad_line_of_documents_is_named(write, row):
    with pytest.raises(EvaluationError, match=r"corpus\.jsonl, line 2 "):
        read_documents(write("corpus.jsonl", f'{{"_id": "a", "text": "b"}}\n{row}\n'))


@pytest.mark.parametrize("reader", [read_nothing, read_documents])
def test_a_file_with_nothing_in_it_is_an_error_that_names_it(write, tmp_path, reader):
    for path in (write("empty", "\n"), tmp_path / "missing"):
        with pytest.raises(EvaluationError, match=path.name):
            reader(path)


@needs_shared
@pytest.mark.parametrize("collection", ["cisi", "pubmedqa"])
def test_public_collections_can_be_read(collection):
    judged = read(SHARED / collection / "queries.jsonl", SHARED / collection / "qrels.tsv")
    assert len(judged.queries) >= 50
    assert set(judged.grades) <= set(judged.queries)
    assert all(min(grades.values()) >= 0 for grades in judged.grades.values())
