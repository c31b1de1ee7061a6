"""Writing the model down for ONNX Runtime: once, whole, and the same; what cannot be written is served all the same."""

import logging
import shutil

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer, models, pre_tokenizers

from kb.errors import EmbedderUnavailable
from kb.search.embedders import SentenceTransformerEmbedder
from kb.search.onnx_embedder import OnnxEmbedder
from kb.search.onnx_model import is_whole

TEXTS = ["Falls on the older people\u2019s ward: 20% fewer!", "", "waits for ADHD assessment", "word " * 300]


@pytest.fixture(scope="module")
def kept(tmp_path_factory, embedder):
    """A folder in which the model has been written, by somebody who was killed the first time."""
    folder = tmp_path_factory.mktemp("models")
    (folder / ".making-before").mkdir()
    (folder / ".making-before" / "model.onnx").write_bytes(b"half")
    assert OnnxEmbedder("", folder).encode(TEXTS) == pytest.approx(embedder.encode(TEXTS), abs=1e-5)
    return folder


def files(folder):
    return {path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in folder.rglob("*.onnx")}


def test_it_is_written_once_and_nothing_half_written_stays(kept):
    before = files(kept)
    OnnxEmbedder("", kept).load()
    assert files(kept) == before
    assert len(before) == 1
    assert not list(kept.glob(".making*"))


@pytest.mark.parametrize("name", ["model.onnx", "weights.bin", "tokenizer.json", "about.json"])
def test_a_flipped_bit_is_found(kept, tmp_path, name):
    made = shutil.copytree(next(kept.glob("*-fp32")), tmp_path / "copy")
    assert is_whole(made)
    data = bytearray((made / name).read_bytes())
    data[len(data) // 2] ^= 4
    (made / name).write_bytes(data)
    assert not is_whole(made)


def test_what_is_not_whole_is_written_again(kept, embedder):
    path = next(kept.rglob("weights.bin"))
    path.write_bytes(path.read_bytes()[:-1])
    assert OnnxEmbedder("", kept).encode(TEXTS) == pytest.approx(embedder.encode(TEXTS), abs=1e-5)
    assert is_whole(path.parent)


def test_in_8_bits_it_is_smaller_nearly_the_same_and_another_model(kept, embedder):
    short = OnnxEmbedder("", kept, "int8")
    cosines = (short.encode(TEXTS) * embedder.encode(TEXTS)).sum(axis=1)
    assert 0.96 < cosines.min() < 0.99999
    assert short.id == f"{embedder.id}-int8"
    sizes = sorted(path.stat().st_size for path in kept.rglob("weights.bin"))
    assert sizes[0] < sizes[1] / 3


@pytest.fixture(scope="module")
def static(tmp_path_factory):
    """The folder of a model without a transformer: a vector for each word."""
    words = {"falls": 0, "ward": 1, "[UNK]": 2}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))  # noqa: S106 - no password
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    weights = np.random.default_rng(1).normal(size=(3, 16)).astype(np.float32)
    folder = tmp_path_factory.mktemp("static")
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu").save(str(folder))
    return folder


def test_a_model_of_another_shape_is_served_by_sentence_transformers(static, tmp_path, caplog):
    served = OnnxEmbedder(str(static), tmp_path / "models")
    with caplog.at_level(logging.WARNING):
        assert served.encode(["falls ward"]) == pytest.approx(
            SentenceTransformerEmbedder(str(static)).encode(["falls ward"]), abs=1e-6
        )
        served.encode(["ward"])
    assert [record.levelname for record in caplog.records if "StaticEmbedding" in record.message] == ["WARNING"]
    assert list((tmp_path / "models").glob("[!.]*")) == []
    with pytest.raises(EmbedderUnavailable, match="StaticEmbedding"):  # 8 bits were asked for: nothing else will do
        OnnxEmbedder(str(static), tmp_path / "models", "int8").encode(["ward"])


def test_where_nothing_can_be_written_sentence_transformers_serves(tmp_path, embedder, caplog):
    (tmp_path / "models").write_text("a file, not a folder")
    with caplog.at_level(logging.WARNING):
        found = OnnxEmbedder("", tmp_path / "models").encode(["ward"])
    assert found == pytest.approx(embedder.encode(["ward"]), abs=1e-5)
    assert "cannot be written" in caplog.text


def test_a_model_that_is_not_there_says_what_to_set(tmp_path):
    with pytest.raises(EmbedderUnavailable, match="KB_MODEL"):
        OnnxEmbedder(str(tmp_path / "nowhere"), tmp_path / "models").encode(["ward"])
