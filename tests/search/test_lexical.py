import os
import subprocess
import sys

import pytest

from kb.errors import IndexDamaged
from kb.search.lexical import LexicalIndex, save, terms

DOCUMENTS = [
    ("Falls on wards for older people", {"setting": ("inpatient", "older-ward"), "topic": ("falls",)}),
    ("Waiting lists for therapy. Waiting times fell.", {"setting": ("community",), "topic": ("waiting",)}),
    ("Falls at home and waiting for help", {"setting": ("community",), "topic": ("falls", "waiting")}),
    ("Nothing to do with either", {}),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lexical") / "lexical"
    save(DOCUMENTS, folder)
    return LexicalIndex(folder)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Waiting lists", ["wait", "list"]),
        ("the WAIT of a List", ["wait", "list"]),
        ("A&E", ["a&e"]),
        ("CAFÉ", ["cafe"]),
        ("falls, falls; FALLING!", ["fall", "fall", "fall"]),
        ("to be or not", []),
        ("?! \x00 😀", []),
        ("x" * 61, []),
    ],
)
def test_terms(text, found):
    assert terms(text) == found


def test_the_most_matching_comes_first_with_the_share_it_covers(index):
    found = index.search("falls on a ward", {}, 10)
    assert found.positions.tolist() == [0, 2]
    assert found.scores[0] > found.scores[1] > 0
    assert found.coverage[0] == pytest.approx(1)
    assert 0 < found.coverage[1] < 0.5  # the rarer word weighs more
    assert index.search("falls ward unknownword", {}, 10).coverage[0] < 0.7


def test_a_repeated_word_counts_once(index):
    once, thrice = index.search("falls", {}, 10), index.search("falls falls falls", {}, 10)
    assert (once.positions.tolist(), once.scores.tolist()) == (thrice.positions.tolist(), thrice.scores.tolist())


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"topic": ["falls"]}, {0, 2}),
        ({"topic": ["falls", "waiting"]}, {0, 1, 2}),
        ({"topic": ["falls"], "setting": ["community"]}, {2}),
        ({"setting": ["older-ward"], "topic": ["waiting"]}, set()),
        ({"topic": ["nobody-knows"]}, set()),
        ({"topic": []}, {0, 1, 2}),
    ],
)
def test_filters_let_through_exactly_what_matches_and_change_no_score(index, filters, found):
    everything = index.search("falls waiting", {}, 10)
    scores = dict(zip(everything.positions.tolist(), everything.scores.tolist(), strict=True))
    filtered = index.search("falls waiting", filters, 10)
    assert set(filtered.positions.tolist()) == found
    assert filtered.scores.tolist() == pytest.approx([scores[position] for position in filtered.positions.tolist()])
    assert len(index.search("falls waiting", filters, 1).positions) == min(1, len(found))


@pytest.mark.parametrize("text", ["", "?!", "the", "😀", "zzz", 'falls" AND (text:* OR -x)^2~', "\x00"])
def test_any_text_can_be_asked(index, text):
    found = index.search(text, {}, 10)
    assert found.positions.tolist() == ([0, 2] if "falls" in text else [])
    assert len(found.positions) == len(found.scores) == len(found.coverage)


def test_an_empty_index_answers_with_nothing(tmp_path):
    save([], tmp_path / "lexical")
    assert LexicalIndex(tmp_path / "lexical").search("falls", {}, 10).positions.tolist() == []


def test_ties_are_in_the_order_of_the_case_studies(tmp_path):
    save([("Falls here", {}) for _ in range(30)], tmp_path / "lexical")
    assert LexicalIndex(tmp_path / "lexical").search("falls", {}, 30).positions.tolist() == list(range(30))


def test_a_folder_that_is_no_index_says_what_to_do(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("missing", "empty"):
        with pytest.raises(IndexDamaged, match="kb index"):
            LexicalIndex(tmp_path / name)


def test_an_index_on_a_read_only_disk_can_be_searched(tmp_path):
    save(DOCUMENTS, tmp_path / "lexical")
    for path in (tmp_path / "lexical").iterdir():
        path.chmod(0o444)
    (tmp_path / "lexical").chmod(0o555)
    tmp_path.chmod(0o755)
    # root may write anywhere, so the reader gives its rights away first
    script = (
        "import os; from pathlib import Path; from kb.search.lexical import LexicalIndex\n"
        "if os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "assert not os.access('lexical', os.W_OK)\n"
        "print(LexicalIndex(Path('lexical')).search('falls', {}, 10).positions.tolist())"
    )
    environment = {**os.environ, "TMPDIR": "/tmp"}  # noqa: S108 - the test's own folder is closed to others
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)  # fmt: skip
    (tmp_path / "lexical").chmod(0o755)
    assert (done.stdout.strip(), done.stderr[-2000:]) == ("[0, 2]", "")
