"""What holds for every embedder: the reference, and ONNX Runtime that serves."""

import numpy as np
import pytest

from kb.errors import EmbedderUnavailable
from kb.search.embedders import SentenceTransformerEmbedder


@pytest.fixture(scope="module")
def reference():
    return SentenceTransformerEmbedder()


@pytest.fixture(params=["reference", "onnx"])
def each(request, embedder, reference):
    return embedder if request.param == "onnx" else reference


def test_texts_become_unit_vectors(each):
    found = each.encode(["falls on a ward", "waiting lists", "", "😀" * 2_000])
    assert (found.dtype, found.shape) == (np.float32, (4, 384))
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)


def test_like_meanings_lie_near_each_other(each):
    asked, near, far = each.encode(["children waiting for an autism assessment", "long delays before diagnosis of autism in young people", "hand washing audit"])  # fmt: skip
    assert asked @ near > asked @ far + 0.2


def test_a_text_has_the_same_vector_in_any_company(each):
    alone = each.encode(["falls on a ward"])
    assert each.encode(["x " * 200, "falls on a ward", "y"])[1] == pytest.approx(alone[0], abs=1e-5)


TEXTS = ["Falls on the older people\u2019s ward: 20% fewer!", "", "\x00 😀 café", "word " * 600, "clozapine 等待"]


def test_a_text_has_a_vector_and_one_for_each_of_its_pieces(each):
    found = each.encode_pieces(TEXTS)
    assert np.stack([one.vector for one in found]) == pytest.approx(each.encode(TEXTS), abs=1e-5)
    for text, one in zip(TEXTS, found, strict=True):
        assert (one.vectors.dtype, one.vectors.shape) == (np.float32, (len(one.pieces), 384))
        assert np.linalg.norm(one.vectors, axis=1) == pytest.approx(1, abs=1e-5)
        assert one.pieces == each.pieces(text)  # known without running the model
        assert all(0 <= piece.start < piece.end <= len(text) for piece in one.pieces)
        starts = [piece.start for piece in one.pieces]
        assert starts == sorted(starts)
    words = [TEXTS[0][piece.start : piece.end] for piece in found[0].pieces]
    assert words == ["Falls", "on", "the", "older", "people", "\u2019", "s", "ward", ":", "20", "%", "fewer", "!"]
    assert found[1].pieces == ()
    assert len(found[3].pieces) == 254  # what the model reads of a long text


def test_a_piece_has_the_same_vector_in_any_company(each):
    (alone,) = each.encode_pieces(["falls on a ward"])
    assert each.encode_pieces(["x " * 200, "falls on a ward"])[1].vectors == pytest.approx(alone.vectors, abs=1e-5)


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("ward", True),
        ("falls", True),
        ("restraining", True),
        ("volcano", True),
        ("restriant", False),
        ("zzqx", False),
        ("x" * 5_000, False),
    ],
)
def test_which_words_the_language_has(each, word, known):
    assert each.is_word(word) is known


def test_the_id_is_known_without_loading_and_differs_with_the_files(tmp_path):
    def model(name, config=b"{}", weights=b"0" * 3_000_000):
        folder = tmp_path / name / "model"
        folder.mkdir(parents=True)
        (folder / "config.json").write_bytes(config)
        (folder / "model.safetensors").write_bytes(weights)
        return SentenceTransformerEmbedder(str(folder)).id.partition("@")

    name, _, digest = model("first")
    assert name == "first"
    assert model("second")[2] == digest
    changed = [model("a", config=b"[]"), model("b", weights=b"1" * 3_000_000), model("c", weights=b"0" * 2_999_999)]
    assert len({digest, *(other[2] for other in changed)}) == 4


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ward",
        "Waits for ADHD assessment \u2013 adults",
        "caf\u00e9 \x00 \U0001f600 \u7b49\u5f85",
        "restrictive practice " * 200,
        "#" * 900,
    ],
)
def test_onnx_gives_the_vectors_of_the_reference(embedder, reference, text):
    theirs, ours = reference.encode_pieces([text])[0], embedder.encode_pieces([text])[0]
    assert embedder.id == reference.id
    assert ours.pieces == theirs.pieces
    assert float(ours.vector @ theirs.vector) > 0.9999
    assert (np.einsum("ij,ij->i", ours.vectors, theirs.vectors) > 0.9999).all()


def test_two_embedders_of_one_model_have_one_id(embedder):
    assert SentenceTransformerEmbedder().id == embedder.id
    assert SentenceTransformerEmbedder("some/model").id == "some/model"


def test_a_model_that_is_not_there_says_what_to_set(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "config.json").write_text("{", "utf-8")
    for name in ("nowhere", "empty", "broken"):
        with pytest.raises(EmbedderUnavailable, match="KB_MODEL") as caught:
            SentenceTransformerEmbedder(str(tmp_path / name)).encode(["text"])
        assert str(tmp_path / name) in caught.value.message
        for ask in ("encode_pieces", "pieces", "is_word"):
            with pytest.raises(EmbedderUnavailable, match="KB_MODEL"):
                getattr(SentenceTransformerEmbedder(str(tmp_path / name)), ask)("text")
