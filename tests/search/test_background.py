import numpy as np
import pytest

from kb.errors import IndexDamaged
from kb.search.background import QUESTIONS, Background
from kb.search.late_interaction import WIDTH


@pytest.fixture(scope="module")
def made(quick):
    return Background.make(quick)


def test_no_question_is_asked_twice():
    assert len({question.lower() for question in QUESTIONS}) == len(QUESTIONS)


def test_every_question_has_a_vector_and_pieces(made):
    found = list(made)
    assert [question for question, _, _ in found] == list(QUESTIONS)
    for _, vector, pieces in found:
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
        assert pieces.vectors.shape == (len(pieces.numbers), WIDTH)
        assert len(pieces.numbers)
    assert made.projection.shape == (384, WIDTH)


def test_what_was_saved_is_read_again(made, tmp_path):
    made.save(tmp_path / "background.npz")
    found = Background.load(tmp_path / "background.npz")
    assert found.vectors.tolist() == made.vectors.tolist()
    assert found.projection.tolist() == made.projection.tolist()
    for one, two in zip(found.pieces, made.pieces, strict=True):
        assert (one.numbers.tolist(), one.vectors.tolist()) == (two.numbers.tolist(), two.vectors.tolist())


def test_it_is_the_same_for_every_corpus_and_carried_on(rebuild, put, store):
    rebuild()
    first = store.current().background
    put("another", "---\ntitle: Another\n---\n")
    rebuild()
    assert store.current().background.projection.tolist() == first.projection.tolist()
    assert store.current().background.vectors.tolist() == first.vectors.tolist()


def test_most_of_what_pieces_say_is_kept_by_the_projection(quick, made):
    encoded = quick.encode_pieces(["Staff checked footwear each morning and falls halved."])[0]
    kept = np.linalg.norm(encoded.vectors @ made.projection, axis=1)
    assert kept.min() > 0.7


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda _: b"no such file",
        lambda whole: whole[:-300],
        lambda whole: whole[:5_000] + b"\0" * 200 + whole[5_200:],
        None,
    ],
)
def test_a_damaged_file_is_reported(made, tmp_path, damage):
    path = tmp_path / "background.npz"
    made.save(path)
    path.unlink() if damage is None else path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(IndexDamaged, match="kb index"):
        Background.load(path)
