"""`kb evaluate`: the tables it prints, what it compares with, and sentences for what cannot be measured."""

import json
import re

import pytest


@pytest.fixture
def judged(tmp_path):
    """A few judged queries over the published content."""
    path = tmp_path / "few.tsv"
    path.write_text(
        "a\tADHD assessment waits\tcity-hackney-camhs-adhd-pathway:3\nb\tcar parking\tcity-hackney-camhs-adhd-pathway:1\nc\tcheese\t-\n",
        "utf-8",
    )
    return path


@pytest.fixture
def collection(tmp_path):
    """A public collection of two documents."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    documents = [{"_id": "x", "title": "Bees", "text": "Honey from hives."}, {"_id": "y", "text": "Late trains."}]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, documents)), "utf-8")
    (folder / "queries.jsonl").write_text('{"_id": "1", "text": "bees and honey"}', "utf-8")
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\tx\t1\n", "utf-8")
    return folder


STAGES = ["lexical", "dense", "fused", "late"]


def test_evaluate_prints_three_measures_for_each_stage(kb, published_index, judged):
    code, out, _ = kb("evaluate", "--queries", judged, "--index", published_index)
    assert code == 0
    assert out.splitlines()[0].split() == ["nDCG@10", "recall@10", "MRR"]
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines()[2:] if line.strip()}
    code, out, _ = kb("evaluate", "--queries", judged, "--index", published_index, "--json")
    assert rows == {stage: [f"{value:.3f}" for value in row.values()] for stage, row in json.loads(out).items()}
    assert list(rows) == STAGES


def test_evaluate_prints_one_table_for_several_sets(kb, published_index, judged, collection, tmp_path):
    asked = ("evaluate", "--queries", judged, "--corpus", collection, "--cache", tmp_path / "cache", "--index", published_index)  # fmt: skip
    code, out, _ = kb(*asked)
    assert code == 0
    assert out.splitlines()[0].split() == ["set", "nDCG@10", "recall@10", "MRR"]
    rows = [line.split() for line in out.splitlines()[2:] if line.strip()]
    assert [row[:2] for row in rows] == [[name, stage] for name in ("few", "tiny") for stage in STAGES]
    assert rows[-1][2:] == ["1.000", "1.000", "1.000"]
    assert len(list((tmp_path / "cache").iterdir())) == 1
    code, out, _ = kb("evaluate", "--corpus", collection, "--json")  # without an index of our own, or a cache
    assert (code, list(json.loads(out)["sets"])) == (0, ["tiny"])


def test_evaluate_says_what_is_lost_and_which_verdicts_are_wrong(kb, published_index, judged, tmp_path):
    (tmp_path / "nothing.tsv").write_text("n1\tsourdough starter\teveryday\nn2\tqzxw plokm\tmash\n", "utf-8")
    asked = ("evaluate", "--queries", judged, "--index", published_index, "--losses", "3", "--nothing", tmp_path / "nothing.tsv")  # fmt: skip
    code, out, _ = kb(*asked)
    assert code == 0
    assert "1 worst of 2 queries" in out
    assert "car parking" in out
    for kind in ("answered", "unanswered", "everyday", "mash"):
        assert re.search(rf"^ {kind} +[12] ", out, re.M), kind
    found = json.loads(kb(*asked, "--json")[1])["sets"]["few"]
    assert [loss["query"] for loss in found["losses"]] == ["b"]
    assert {kind: sum(counted.values()) for kind, counted in found["verdicts"].items()} == {
        "answered": 2, "unanswered": 1, "everyday": 1, "mash": 1,
    }  # fmt: skip


def test_evaluate_compares_with_stored_figures_and_exits_1_after_a_fall(kb, published_index, judged, tmp_path):
    stored = tmp_path / "baseline.json"
    asked = ("evaluate", "--queries", judged, "--index", published_index)
    assert kb(*asked, "--save", stored)[0] == 0
    code, out, _ = kb(*asked, "--baseline", stored)
    assert (code, out.count("+0.000"), "fell" in out) == (0, len(STAGES), False)
    better = json.loads(stored.read_text("utf-8"))
    better["sets"]["few"]["queries"]["late"] = {"a": 1.0, "b": 1.0}
    stored.write_text(json.dumps(better), "utf-8")
    code, out, _ = kb(*asked, "--baseline", stored)
    assert (code, out.count("fell")) == (1, 1)
    code, out, _ = kb(*asked, "--baseline", stored, "--json")
    assert (code, [d["stage"] for d in json.loads(out)["differences"] if d["fell"]]) == (1, ["late"])


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ((), "nothing to measure"),
        (("--corpus", "{tmp}"), "not a test collection"),
        (("--corpus", "{tiny}", "--qrels", "{few}"), "nothing to measure"),
        (("--corpus", "{tiny}", "--corpus", "{tiny}"), "same name"),
        (("--queries", "{few}", "--baseline", "{few}"), "not a stored evaluation"),
        (("--queries", "{few}", "--nothing", "{tmp}/none.tsv"), "none.tsv cannot be read"),
    ],
)
def test_what_cannot_be_evaluated_is_a_sentence_and_exit_2(kb, published_index, judged, collection, tmp_path, flags, said):  # fmt: skip
    named = [flag.format(tmp=tmp_path, tiny=collection, few=judged) for flag in flags]
    code, out, err = kb("evaluate", *named, "--index", published_index)
    assert (code, out) == (2, "")
    assert err.startswith("Error: ")
    assert said in err


def test_judged_queries_that_cannot_be_read_are_named_by_line(kb, published_index, tmp_path):
    (tmp_path / "bad.tsv").write_text("q1\tfalls\ta:1\nq2\n", "utf-8")
    code, _, err = kb("evaluate", "--queries", tmp_path / "bad.tsv", "--index", published_index)
    assert (code, "bad.tsv, line 2" in err) == (2, True)
    code, _, err = kb("evaluate", "--queries", tmp_path / "none.tsv", "--index", published_index)
    assert (code, "none.tsv cannot be read" in err) == (2, True)
