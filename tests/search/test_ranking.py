import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.search import fusion
from kb.search.filters import passing
from kb.search.late_interaction import Pieces
from kb.search.lexical import Wanted, stems, terms
from kb.search.query import Query
from kb.search.ranking import HEAD, Asked, rank

STAGES = ("lexical", "dense", "fused", "late")
TEXT = "staff were hurt on the ward at night"


@pytest.fixture(scope="module")
def index(published):
    return published.store.current()


@pytest.fixture(scope="module")
def rows(index):
    """The stems of each case study as the word index has them, one after the other, by position."""
    titles, count = index.catalogue.titles(), index.manifest.case_studies
    stored = index.catalogue.passages(list(range(count)))
    texts = [
        "\n".join([titles[position], *(f"{passage.section}. {passage.text}" for _, passage in stored[position])])
        for position in range(count)
    ]
    return [f" {' '.join(stems(text))} " for text in texts]


def asked(index, embedder, text, **marks):
    """A search by words, meaning and pieces, with nothing widened."""
    encoded = embedder.encode_pieces([text])[0]
    pieces = Pieces.of(text, encoded, index.background.projection)
    return Asked([Wanted((stem,)) for stem in terms(text)], encoded.vector, [pieces], **marks)


def holds(row, phrase):
    return f" {' '.join(phrase)} " in row


@pytest.mark.parametrize("stage", STAGES)
def test_the_best_come_first_and_none_twice(index, embedder, stage):
    found = rank(index, asked(index, embedder, TEXT), {}, stage=stage)
    assert len(found.positions) == len(set(found.positions.tolist())) > 20
    assert found.scores.tolist() == sorted(found.scores.tolist(), reverse=True)
    if stage in ("lexical", "late"):  # the others are for measuring only
        assert len(found.signs.coverage) == len(found.signs.dense) == len(found.positions)


@pytest.mark.parametrize("stage", STAGES)
def test_the_same_search_gives_the_same_answer(index, embedder, stage):
    one, two = (rank(index, asked(index, embedder, TEXT), {}, stage=stage) for _ in range(2))
    assert one.positions.tolist() == two.positions.tolist()
    assert one.scores.tolist() == two.scores.tolist()


def test_equals_have_the_same_score_and_an_order_that_stays(put, rebuild, store, quick):
    for slug in ("twin-c", "twin-a", "twin-b"):
        put(slug, "---\ntitle: Twins by the river\n---\n\n## Problem\n\nTwins swam in the cold river.\n")
    rebuild()
    made = store.current()
    question = asked(made, quick, "twins swim in a river")
    for stage in STAGES:
        one, two = (rank(made, question, {}, stage=stage) for _ in range(2))
        assert {made.catalogue.slugs()[position] for position in one.positions[:3]} == {"twin-a", "twin-b", "twin-c"}
        assert one.scores[:3] == pytest.approx(one.scores[0], abs=1e-4)
        assert one.positions.tolist() == two.positions.tolist()
    by_words = rank(made, Asked(question.wanted), {}).positions.tolist()
    assert by_words == sorted(by_words)  # equal to the last bit: in the order of their names


def test_words_alone_find_what_has_the_words(index, rows):
    found = rank(index, Asked([Wanted(("clozapin",))]), {})
    assert {place for place, row in enumerate(rows) if holds(row, ("clozapin",))} == set(found.positions.tolist())
    assert found.signs.blind


def test_meaning_finds_what_has_none_of_the_words(index, embedder):
    found = rank(index, asked(index, embedder, "bruised clinicians"), {})
    assert len(found.positions)
    assert found.signs.coverage[0] < 1


def test_no_more_than_the_head_is_scored_in_full(put, rebuild, store, quick):
    for number in range(HEAD + 20):
        put(f"hive-{number:03}", f"---\ntitle: Hive number {number}\n---\n")
    rebuild()
    made = store.current()
    question = asked(made, quick, "hive number")
    fused, late = (rank(made, question, {}, stage=stage).positions.tolist() for stage in ("fused", "late"))
    assert (len(fused), len(late)) == (made.manifest.case_studies, HEAD)
    assert set(late) == set(fused[:HEAD])


def test_an_index_with_nothing_in_it_answers_nothing(folder, rebuild, store, quick):
    for path in folder.case_studies.iterdir():
        path.unlink()
    rebuild()
    for stage in STAGES:
        assert rank(store.current(), asked(store.current(), quick, TEXT), {}, stage=stage).positions.tolist() == []


def test_late_scores_are_words_meaning_and_pieces_with_the_meaning_moved_towards_the_best(index, embedder):
    question = asked(index, embedder, TEXT)
    fused = rank(index, question, {}, stage="fused").positions[:HEAD]
    found = np.sort(fused)
    words = index.lexical.search(question.wanted, {}, index.manifest.case_studies)
    by_word = dict(zip(words.positions.tolist(), words.scores.tolist(), strict=True))
    bm25 = np.array([by_word.get(position, 0.0) for position in found.tolist()])
    mean = index.pieces.match(question.views[:1], found)[0].mean
    passages = index.vectors.vectors()

    def meaning(vector):
        best = [(passages[index.passage_case_study == position] @ vector).max() for position in found]
        return (np.array(best) + index.centroids[found] @ vector) / 2

    def whole(vector):
        z = fusion.z_scores
        return 0.25 * z(bm25) + 0.25 * z(meaning(vector)) + 0.5 * z(mean)

    first = whole(question.vector)
    top = np.argsort(-first)[:10]
    weights = np.exp(2 * (first[top] - first[top].max()) / first.std())
    about = (weights[:, None] * index.centroids[found[top]]).sum(axis=0)
    moved = question.vector + 0.5 * about / np.linalg.norm(about)
    expected = whole(moved / np.linalg.norm(moved))
    late = rank(index, question, {})
    by_position = dict(zip(late.positions.tolist(), late.scores.tolist(), strict=True))
    assert [by_position[position] for position in found.tolist()] == pytest.approx(expected.tolist(), abs=1e-4)


@pytest.mark.parametrize("filters", [{"setting": ("inpatient",)}, {"topic": ("access-and-waiting-times",), "verdict": ("improved",)}])  # fmt: skip
@pytest.mark.parametrize("stage", STAGES)
def test_filters_and_marks_hold_together_at_every_stage(index, rows, embedder, filters, stage):
    allowed = passing(index, filters)
    marks = {"phrases": [stems("the ward")], "excluded": [stems("nurses")]}
    found = rank(index, asked(index, embedder, TEXT, **marks), filters, allowed, stage).positions.tolist()
    all_words = {
        place for place in np.flatnonzero(allowed) if holds(rows[place], ("the", "ward")) and not holds(rows[place], ("nurs",))
    }  # fmt: skip
    assert set(found) <= all_words
    assert stage == "lexical" or set(found) == all_words


@settings(max_examples=15)
@given(st.data())
def test_every_answer_holds_the_phrase_and_none_the_word_left_out(index, rows, embedder, data):
    row = data.draw(st.sampled_from(rows)).split()
    start = data.draw(st.integers(0, len(row) - 4))
    phrase = tuple(row[start : start + data.draw(st.integers(1, 3))])
    excluded = (data.draw(st.sampled_from(row)),)
    found = rank(index, asked(index, embedder, TEXT, phrases=[phrase], excluded=[excluded]), {})
    expected = {place for place, one in enumerate(rows) if holds(one, phrase) and not holds(one, excluded)}
    assert set(found.positions.tolist()) <= expected
    assert len(found.positions) == min(len(expected), HEAD)


@pytest.mark.parametrize(
    ("text", "phrase", "excluded"),
    [
        ('"waiting list"', "waiting list", ""),
        ('long stays "length of stay" -children', "length of stay", "children"),
        ('sourdough "waiting list"', "waiting list", ""),  # the nearest when nothing answers keep to it too
        ("restraint -seclusion", "", "seclusion"),
        ('-"waiting list" waits', "", "waiting list"),
        ("-ward", "", "ward"),
    ],
)
def test_the_answers_that_readers_get_keep_to_the_marks(published, rows, text, phrase, excluded):
    found = published.search(Query(text, limit=100))
    slugs = published.store.current().catalogue.slugs()
    for hit in found.hits:
        row = rows[slugs.index(hit.case_study.slug)]
        assert not phrase or holds(row, stems(phrase))
        assert not excluded or not holds(row, stems(excluded))
    assert found.hits


def test_a_phrase_that_nobody_wrote_finds_nothing(published):
    found = published.search(Query('"violet trombones" ward'))
    assert (found.total, found.hits, found.verdict) == (0, (), "none")


def test_candidates_of_every_stage_are_those_of_the_last_or_more(index, embedder):
    found = [set(rank(index, asked(index, embedder, TEXT), {}, stage=stage).positions.tolist()) for stage in STAGES]
    lexical, dense, fused, late = found
    assert dense == fused
    assert lexical <= fused
    assert late <= fused
