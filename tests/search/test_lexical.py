import os
import subprocess
import sys

import pytest

from kb.errors import IndexDamaged
from kb.search.lexical import SYNONYM_COVERS, LexicalIndex, Wanted, save, stems, terms

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


def words(text):
    """What a text asks for when every word stands for itself."""
    return [Wanted((stem,)) for stem in terms(text)]


def rows(*texts):
    return [stems(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Waiting lists", ["wait", "list"]),
        ("the WAIT of a List", ["wait", "list"]),
        ("A&E", ["a&e"]),
        ("CAFÉ", ["cafe"]),
        ("falls, falls; FALLING!", ["fall", "fall", "fall"]),
        ("to be or not", []),
        ("What has been done about our WAITS?", ["wait"]),
        ("they don\u2019t and don't fall", ["fall"]),
        ("?! \x00 😀", []),
        ("x" * 61, []),
    ],
)
def test_terms(text, found):
    assert terms(text) == found


def test_function_words_are_left_out_of_what_is_looked_for_but_kept_in_the_row():
    assert stems("Falls on the wards") == ("fall", "on", "the", "ward")
    assert stems("") == ()


def test_the_most_matching_comes_first_with_the_share_it_covers(index):
    found = index.search(words("falls on a ward"), {}, 10)
    assert found.positions.tolist() == [0, 2]
    assert found.scores[0] > found.scores[1] > 0
    assert found.coverage[0] == pytest.approx(1)
    assert 0 < found.coverage[1] < 0.5  # the rarer word weighs more
    assert index.search(words("falls ward unknownword"), {}, 10).coverage[0] < 0.7


def test_a_repeated_word_counts_for_more_but_one_that_fills_the_page_for_no_more_than_that(index):
    once, twice, often, always = (
        index.search(words("falls help " + "falls " * more), {}, 10) for more in (0, 1, 50, 100)
    )
    assert once.coverage.tolist() == twice.coverage.tolist() == often.coverage.tolist()
    assert once.scores[0] < twice.scores[0] <= often.scores[0]
    assert (often.positions.tolist(), often.scores.tolist()) == (always.positions.tolist(), always.scores.tolist())


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
    everything = index.search(words("falls waiting"), {}, 10)
    scores = dict(zip(everything.positions.tolist(), everything.scores.tolist(), strict=True))
    filtered = index.search(words("falls waiting"), filters, 10)
    assert set(filtered.positions.tolist()) == found
    assert filtered.scores.tolist() == pytest.approx([scores[position] for position in filtered.positions.tolist()])
    assert len(index.search(words("falls waiting"), filters, 1).positions) == min(1, len(found))


@pytest.mark.parametrize("text", ["", "?!", "the", "😀", "zzz", 'falls" AND (text:* OR -x)^2~', "\x00"])
def test_any_text_can_be_asked(index, text):
    found = index.search(words(text), {}, 10)
    assert found.positions.tolist() == ([0, 2] if "falls" in text else [])
    assert len(found.positions) == len(found.scores) == len(found.coverage)


def test_another_way_to_say_it_finds_and_counts_for_less(index):
    slips = Wanted(("slip",), ((stems("falls at home"), 0.5),))
    found = index.search([slips], {}, 10)
    assert found.positions.tolist() == [2]  # the words of a row stand together
    assert found.coverage.tolist() == pytest.approx([SYNONYM_COVERS])
    same = index.search([Wanted(("slip",), ((stems("falls at home"), 1.0),))], {}, 10)
    assert same.coverage.tolist() == pytest.approx([1])  # letters and what they stand for are the same thing
    assert same.scores[0] > found.scores[0] > 0
    assert index.search([Wanted((), ((stems("at falls"), 1.0),))], {}, 10).positions.tolist() == []


def test_the_best_way_to_say_it_counts_not_all_of_them(index):
    plain = index.search(words("falls"), {}, 10)
    wide = index.search([Wanted(("fall",), ((stems("waiting"), 0.1), (stems("older people"), 0.1)))], {}, 10)
    assert wide.coverage.max() == pytest.approx(1)
    scores = dict(zip(wide.positions.tolist(), wide.scores.tolist(), strict=True))
    assert set(scores) == {0, 1, 2}
    assert [scores[position] for position in plain.positions.tolist()] == pytest.approx(plain.scores.tolist())


def test_an_organisation_is_found_by_its_id(tmp_path):
    saved = [("Falls here", {"organisation": ("A", "B")}), ("Falls there", {"organisation": ("C",)}), ("Trust A", {})]
    save(saved, tmp_path / "lexical")
    found = LexicalIndex(tmp_path / "lexical").search([Wanted(("alpha", "trust"), (), ("B",))], {}, 10)
    assert found.positions.tolist()[0] == 0
    assert found.coverage.tolist()[0] == pytest.approx(1)
    assert set(found.positions.tolist()) == {0, 2}  # by its name as well


@pytest.mark.parametrize(
    ("phrases", "excluded", "passing"),
    [
        ([], [], None),
        (["falls on wards"], [], [0]),
        (["ward"], [], [0]),
        (["falls at"], [], [2]),
        (["wards on falls"], [], []),
        (["falls", "waiting"], [], [2]),
        ([], ["falls"], [1, 3]),
        ([], ["waiting for help"], [0, 1, 3]),
        (["falls"], ["wards"], [2]),
        ([], ["nobody says so"], [0, 1, 2, 3]),
    ],
)
def test_phrases_must_be_said_and_what_is_excluded_must_not(index, phrases, excluded, passing):
    found = index.passing(rows(*phrases), rows(*excluded))
    assert (found if found is None else [place for place, passes in enumerate(found) if passes]) == passing
    everything = index.search(words("falls waiting nothing"), {}, 10)
    scores = dict(zip(everything.positions.tolist(), everything.scores.tolist(), strict=True))
    marked = index.search(words("falls waiting nothing"), {}, 10, rows(*phrases), rows(*excluded))
    assert set(marked.positions.tolist()) == set(range(4) if passing is None else passing)
    assert marked.scores.tolist() == pytest.approx([scores[position] for position in marked.positions.tolist()])


def test_an_empty_index_answers_with_nothing(tmp_path):
    save([], tmp_path / "lexical")
    assert LexicalIndex(tmp_path / "lexical").search(words("falls"), {}, 10).positions.tolist() == []


def test_ties_are_in_the_order_of_the_case_studies(tmp_path):
    save([("Falls here", {}) for _ in range(30)], tmp_path / "lexical")
    assert LexicalIndex(tmp_path / "lexical").search(words("falls"), {}, 30).positions.tolist() == list(range(30))


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
        "import os; from pathlib import Path; from kb.search.lexical import LexicalIndex, Wanted\n"
        "if os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "assert not os.access('lexical', os.W_OK)\n"
        "print(LexicalIndex(Path('lexical')).search([Wanted(('fall',))], {}, 10).positions.tolist())"
    )
    environment = {**os.environ, "TMPDIR": "/tmp"}  # noqa: S108 - the test's own folder is closed to others
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)  # fmt: skip
    (tmp_path / "lexical").chmod(0o755)
    assert (done.stdout.strip(), done.stderr[-2000:]) == ("[0, 2]", "")
