import numpy as np
import pytest

from kb.errors import IndexDamaged
from kb.search.builder import build
from kb.search.embedders import Encoded, Piece
from kb.search.late_interaction import WIDTH, PieceIndex, Pieces, places, projection, save
from kb.search.query import Query
from kb.search.searcher import Searcher

NO_PIECES = (np.zeros(0, np.int32), np.zeros((0, 6), np.int8))


def units(rng, count, width=6):
    rows = rng.normal(size=(count, width)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def made(tmp_path):
    """Passages of random pieces in three case studies, the second without any piece, saved and opened."""
    rng = np.random.default_rng(7)
    passages = [Pieces(rng.integers(0, 9, n).astype(np.int32), units(rng, n)) for n in (4, 3, 0, 5)]
    owners = np.array([0, 0, 1, 2])
    save([(one.numbers, one.codes) for one in passages], owners, 6, tmp_path / "pieces")
    return passages, owners, PieceIndex(tmp_path / "pieces", np.array([0, 2, 3, 4])), tmp_path / "pieces"


def query_of(count):
    rng = np.random.default_rng(count)
    return Pieces(rng.integers(0, 12, count).astype(np.int32), units(rng, count))


def test_projection_keeps_the_directions_in_which_vectors_differ_most():
    rng = np.random.default_rng(1)
    examples = rng.normal(size=(500, 200)).astype(np.float32)
    examples[:, 3] *= 30
    found = projection(examples)
    assert found.shape == (200, WIDTH)
    assert found.T @ found == pytest.approx(np.eye(WIDTH), abs=1e-4)
    assert abs(found[3, 0]) > 0.99
    assert projection(examples[:, :6]).shape == (6, 6)
    assert projection(np.zeros((0, 6), np.float32)).shape == (6, 6)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("What can we do about patients' falls on the ward?", "patients falls ward"),
        ("It\u2019s about you: don't", ""),
        ("?! \u2026 \U0001f642", ""),
    ],
)
def test_pieces_of_function_words_and_signs_are_left_out(embedder, text, kept):
    pieces = embedder.pieces(text)
    assert [text[pieces[place].start : pieces[place].end].lower() for place in places(text, pieces)] == kept.split()


def test_a_text_becomes_the_numbers_and_vectors_of_its_kept_pieces(embedder):
    text = "the falls on the ward"
    encoded = embedder.encode_pieces([text])[0]
    matrix = projection(encoded.vectors)
    found = Pieces.of(text, encoded, matrix)
    kept = places(text, encoded.pieces)
    assert found.numbers.tolist() == [encoded.pieces[place].number for place in kept]
    assert np.linalg.norm(found.vectors, axis=1) == pytest.approx(1)
    plain = encoded.vectors[kept] @ matrix
    assert found.vectors == pytest.approx(plain / np.linalg.norm(plain, axis=1, keepdims=True), abs=1e-6)


def test_a_text_without_pieces_becomes_none():
    found = Pieces.of("the of", Encoded(np.ones(6), (Piece(1, 0, 3), Piece(2, 4, 6)), np.ones((2, 6))), np.eye(6))
    assert (found.numbers.shape, found.vectors.shape, found.codes.shape) == ((0,), (0, 6), (0, 6))


def test_8_bits_are_never_further_off_than_half_a_step():
    vectors = units(np.random.default_rng(2), 1_000, WIDTH)
    codes = Pieces(np.zeros(1_000, np.int32), vectors).codes
    assert codes.dtype == np.int8
    assert np.abs(codes / 127 - vectors).max() <= 0.5 / 127 + 1e-6
    assert Pieces(np.zeros(1, np.int32), -np.eye(1, WIDTH, dtype=np.float32)).codes.min() == -127


def test_what_was_saved_is_read_again(made):
    passages, _, index, _ = made
    for position, one in enumerate(passages):
        numbers, codes = index.passage(position)
        assert numbers.tolist() == one.numbers.tolist()
        assert codes.tolist() == one.codes.tolist()


def test_a_piece_that_fewer_case_studies_hold_weighs_more(tmp_path):
    held = [[1, 2, 1], [1, 3], [1], [2]]  # by case study: 1 in three, 2 in two, 3 in one
    passages = [(np.array(numbers, np.int32), np.zeros((len(numbers), 2), np.int8)) for numbers in held]
    save(passages, np.arange(4), 2, tmp_path / "pieces")
    found = PieceIndex(tmp_path / "pieces", np.arange(5)).weights(np.array([1, 2, 3, 4, 10**6], np.int32))
    assert found == pytest.approx([np.log(1 + (4 - n + 0.5) / (n + 0.5)) for n in (3, 2, 1, 0, 0)], rel=1e-5)


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_the_match_is_the_weighted_mean_of_the_best_counterparts(made, count):
    passages, owners, index, _ = made
    query = query_of(count)
    weights = index.weights(query.numbers)
    heavy = sorted(range(count), key=lambda place: (-weights[place], place))[: (count + 1) // 2]
    found = index.match([query], np.array([0, 1, 2]))[0]
    for case_study in range(3):
        rows = np.concatenate([one.vectors for one, owner in zip(passages, owners, strict=True) if owner == case_study])
        best = (rows @ query.vectors.T).max(axis=0) if len(rows) else np.zeros(count)
        # each of 6 dimensions is off by at most half a step
        off = 0.5 / 127 * np.sqrt(6)
        assert found.mean[case_study] == pytest.approx((best * weights).sum() / weights.sum(), abs=off)
        assert found.hardest[case_study] == pytest.approx(
            (best[heavy] * weights[heavy]).sum() / weights[heavy].sum(), abs=off
        )


def test_positions_may_come_in_any_order_and_number(made):
    index, query = made[2], query_of(3)
    whole = index.match([query], np.array([0, 1, 2]))[0]
    assert index.match([query], np.array([2, 0]))[0].mean.tolist() == whole.mean[[2, 0]].tolist()
    assert index.match([query], np.zeros(0, np.int64))[0].mean.shape == (0,)
    assert index.match([query], np.array([1]))[0].mean.tolist() == [0]  # it has no pieces at all
    nothing = Pieces(np.zeros(0, np.int32), np.zeros((0, 6), np.float32))
    assert index.match([nothing], np.array([0, 1]))[0].hardest.tolist() == [0, 0]


def test_a_passage_is_told_piece_by_piece_what_it_contributes(made):
    passages, _, index, _ = made
    query = query_of(3)
    found = index.by_piece(query, 3)
    assert found.shape == (5, 3)
    assert found == pytest.approx(passages[3].vectors @ query.vectors.T * index.weights(query.numbers), abs=0.05)
    assert index.by_piece(query, 2).shape == (0,)


def test_each_passage_is_told_how_well_it_answers_all_queries_together(made):
    passages, _, index, _ = made
    queries = [query_of(3), query_of(2), Pieces(np.zeros(0, np.int32), np.zeros((0, 6), np.float32))]
    found = index.by_passage(queries, 0)
    assert (found.dtype, found.shape) == (np.float32, (2,))
    for passage, value in zip(passages[:2], found, strict=True):
        apart = 0.0
        for query in queries[:2]:
            weights = index.weights(query.numbers)
            apart += (passage.vectors @ query.vectors.T).max(axis=0) @ weights / weights.sum()
        assert value == pytest.approx(apart, abs=0.05)
    assert index.by_passage(queries, 1).tolist() == [0]
    assert index.by_passage(queries[2:], 0).tolist() == [0, 0]


def test_queries_asked_together_are_answered_as_if_alone(made):
    index, positions = made[2], np.array([2, 1, 0])
    queries = [query_of(3), Pieces(np.zeros(0, np.int32), np.zeros((0, 6), np.float32)), query_of(5)]
    for query, found in zip(queries, index.match(queries, positions), strict=True):
        alone = index.match([query], positions)[0]
        assert found.mean == pytest.approx(alone.mean, abs=1e-6)
        assert found.hardest == pytest.approx(alone.hardest, abs=1e-6)


def test_an_index_without_pieces_says_so(tmp_path):
    save([NO_PIECES, NO_PIECES], np.array([0, 1]), 6, tmp_path / "pieces")
    index = PieceIndex(tmp_path / "pieces", np.array([0, 1, 2]))
    assert not index.available
    assert index.match([query_of(2)], np.array([0, 1]))[0].mean.tolist() == [0, 0]


@pytest.mark.parametrize("name", ["codes", "numbers", "starts", "holders"])
@pytest.mark.parametrize("damage", [lambda _: b"", lambda whole: whole[:-3], lambda whole: b"x" + whole, None])
def test_a_damaged_file_is_reported(made, name, damage):
    folder = made[3]
    path = folder / f"{name}.npy"
    path.unlink() if damage is None else path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(IndexDamaged, match="kb index"):
        PieceIndex(folder, np.array([0, 2, 3, 4]))


def test_pieces_of_fewer_passages_than_the_index_has_are_reported(made):
    with pytest.raises(IndexDamaged):
        PieceIndex(made[3], np.arange(10))


class WithoutPieces:
    """The real model as one that gives no pieces, such as a model of static word vectors."""

    def __init__(self, embedder):
        self.id, self.encode, self.is_word, self._embedder = "static", embedder.encode, embedder.is_word, embedder

    def encode_pieces(self, texts):
        return [Encoded(one.vector, (), one.vectors[:0]) for one in self._embedder.encode_pieces(texts)]

    def pieces(self, _):
        return ()


def test_a_model_without_pieces_answers_without_late_interaction(folder, store, quick):
    static = WithoutPieces(quick)
    build(folder, store, static)
    searcher = Searcher(store, static)
    assert not store.current().pieces.available
    for text in ("keeping bees", "shoes checked to prevent tumbles"):
        found = searcher.search(Query(text))
        assert found.hits
        assert not found.degraded
        assert [slug for slug, _ in searcher.rank(text)] == [slug for slug, _ in searcher.rank(text, "fused")]
    assert searcher.search(Query("keeping bees")).hits[0].case_study.slug == "bees"


def test_a_case_study_of_function_words_alone_can_be_all_there_is_to_rank(folder, put, store, quick):
    put("about", "---\ntitle: All about us\ncollaboratives: [north]\nverdict: mixed\n---\n")
    put("bees", "---\ntitle: Keeping bees\nverdict: improved\n---\n")
    build(folder, store, quick)
    for query in (Query("bees", {"collaborative": ("north",)}), Query('"all about us"'), Query("all about us")):
        assert [hit.case_study.slug for hit in Searcher(store, quick).search(query).hits][:1] in (["about"], [])
