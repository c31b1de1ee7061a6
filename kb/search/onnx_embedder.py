"""Owns the embedder that serves: ONNX Runtime where the model can be written down for it, else sentence-transformers. Never ranks.

The vectors are the same, so an index made with either is read with either.
"""

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

from kb.search import onnx_export
from kb.search.embedders import Encoded, Piece, SentenceTransformerEmbedder, Vectors, known_word
from kb.search.onnx_export import NotWritable
from kb.search.onnx_model import OnnxModel, Precision
from kb.settings import Settings

log = logging.getLogger(__name__)


def embedder_for(settings: Settings) -> "OnnxEmbedder":
    """The embedder for these settings. Nothing is loaded yet."""
    return OnnxEmbedder(settings.model, settings.models, settings.precision)


class OnnxEmbedder:
    """The embedder that serves. The model is written once under `folder`, and loaded at the first text.

    A model that cannot be written is served by sentence-transformers, with one line in the log that says why.
    """

    def __init__(self, model: str, folder: Path, precision: Precision = "fp32") -> None:
        self._reference = SentenceTransformerEmbedder(model)
        self._folder, self._precision = folder, precision
        self._lock = threading.Lock()
        self._loaded: OnnxModel | SentenceTransformerEmbedder | None = None

    @property
    def id(self) -> str:
        """The same as the reference's, because the vectors are; in 8 bits they are not quite."""
        return self._reference.id + ("" if self._precision == "fp32" else f"-{self._precision}")

    def load(self) -> None:
        """Loads the model now; raises EmbedderUnavailable."""
        self._model()

    def _model(self) -> OnnxModel | SentenceTransformerEmbedder:
        with self._lock:
            if self._loaded is None:
                try:
                    place = onnx_export.exported(
                        self._reference.name, self._reference.id, self._folder, self._precision
                    )
                    self._loaded = OnnxModel(place)
                except NotWritable as error:
                    if self._precision != "fp32":
                        raise
                    log.warning("%s Search by meaning takes more time and memory with it.", error)
                    self._loaded = self._reference
            return self._loaded

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text: float32, shape (len(texts), dimension), each of length 1; raises EmbedderUnavailable."""
        return self._model().encode(texts)

    def encode_pieces(self, texts: Sequence[str]) -> list[Encoded]:
        """Each text with its pieces, in one run of the model; raises EmbedderUnavailable."""
        return self._model().encode_pieces(texts)

    def pieces(self, text: str) -> tuple[Piece, ...]:
        """The pieces of a text that stand for letters; raises EmbedderUnavailable."""
        return self._model().pieces(text)

    def is_word(self, word: str) -> bool:
        """Whether the model's vocabulary has the word; raises EmbedderUnavailable."""
        model = self._model()
        return model.is_word(word) if isinstance(model, SentenceTransformerEmbedder) else known_word(word, model.tokens)
