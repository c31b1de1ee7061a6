import numpy as np
import pytest

from kb.errors import EmbedderUnavailable
from kb.search.embedders import SentenceTransformerEmbedder


def test_texts_become_unit_vectors(embedder):
    found = embedder.encode(["falls on a ward", "waiting lists", "", "😀" * 2_000])
    assert (found.dtype, found.shape) == (np.float32, (4, 384))
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)


def test_like_meanings_lie_near_each_other(embedder):
    asked, near, far = embedder.encode(["children waiting for an autism assessment", "long delays before diagnosis of autism in young people", "hand washing audit"])  # fmt: skip
    assert asked @ near > asked @ far + 0.2


def test_a_text_has_the_same_vector_in_any_company(embedder):
    alone = embedder.encode(["falls on a ward"])
    assert embedder.encode(["x " * 200, "falls on a ward", "y"])[1] == pytest.approx(alone[0], abs=1e-5)


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
