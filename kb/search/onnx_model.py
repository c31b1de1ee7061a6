"""Owns running a model that was written down for ONNX Runtime. Never loads torch, and never writes a model.

Why a class of our own: sentence-transformers' own ONNX backend loads torch too, which takes seconds and 300 MB.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from kb.search.embedders import Encoded, Piece, Vectors, units

Precision = Literal["fp32", "int8"]
FORMAT: Final = 3  # of what is written; another number is written anew
_FEW: Final = 4
# Pieces at once, padding included, in texts of like length. 64 texts of 256 pieces: 1,024 at once 1.8 s and 215 MB at most,
# 2,048 1.8 s and 269 MB, 4,096 2.0 s and 320 MB (two cores, 24 November 2026).
_BATCH: Final = 1_024


def is_whole(folder: Path) -> bool:
    """Whether a model of this format lies there, and every byte of it as it was written."""
    try:
        about = json.loads((folder / "about.json").read_text("utf-8"))
        return about["format"] == FORMAT and all(digest(folder / name) == one for name, one in about["files"].items())
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return False


def digest(path: Path) -> str:
    """A digest of a file, in hexadecimal; raises OSError. BLAKE2b reads the 90 MB of a small model in a tenth of a second."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


class OnnxModel:
    """A model that `onnx_export` wrote, in memory. Safe to use from several threads at once."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime  # noqa: PLC0415 - a fifth of a second
        from tokenizers import Tokenizer  # noqa: PLC0415

        about = json.loads((folder / "about.json").read_text("utf-8"))
        self._pooling: str = about["pooling"]
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(about["longest"])
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "0"))  # 0: one for each core
        # Threads that spin while they wait for the next text take the processors from the rest of the search.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.enable_mem_pattern = False  # texts differ in length: a plan for each would pile up
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text: float32 of length 1."""
        rows = [self._pooled(states, mask) for states, mask, _ in self._run(texts)]
        return units(np.stack(rows)) if rows else np.zeros((0, 0), np.float32)

    def encode_pieces(self, texts: Sequence[str]) -> list[Encoded]:
        """Each text with its pieces."""
        found = []
        for states, mask, read in self._run(texts):
            pieces = _pieces(read)
            places = [place for place, piece in enumerate(pieces) if piece.end > piece.start]
            vector = units(self._pooled(states, mask)[None])[0]
            found.append(Encoded(vector, tuple(pieces[place] for place in places), units(states[places])))
        return found

    def pieces(self, text: str) -> tuple[Piece, ...]:
        """The pieces of a text that stand for letters."""
        return tuple(piece for piece in _pieces(self._tokenizer.encode(text)) if piece.end > piece.start)

    def tokens(self, word: str) -> list[str]:
        """A word as the model's vocabulary spells it."""
        return list(self._tokenizer.encode(word, add_special_tokens=False).tokens)

    def _run(self, texts: Sequence[str]) -> list[tuple[Any, Any, Any]]:
        """For each text the states of its pieces, its mask, and what the tokenizer read."""
        # One by one where there are few: several threads take longer to call than a query takes to read.
        few = len(texts) <= _FEW
        read = [self._tokenizer.encode(text) for text in texts] if few else self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(read)), key=lambda place: len(read[place].ids))
        found: list[Any] = [None] * len(read)
        for places, length in _batches(order, [len(one.ids) for one in read]):
            ids = np.zeros((len(places), length), np.int64)
            mask = np.zeros((len(places), length), np.int64)
            for row, place in enumerate(places):
                ids[row, : len(read[place].ids)] = read[place].ids
                mask[row, : len(read[place].ids)] = 1
            (states,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
            for row, place in enumerate(places):
                used = len(read[place].ids)
                found[place] = (states[row, :used], mask[row, :used], read[place])
        return found

    def _pooled(self, states: Any, mask: Any) -> Any:
        return states[0] if self._pooling == "cls" else states.sum(axis=0) / max(int(mask.sum()), 1)


def _batches(order: Sequence[int], lengths: Sequence[int]) -> Iterator[tuple[list[int], int]]:
    """Places of texts to run together, shortest first, and the length of the longest of them."""
    batch: list[int] = []
    for place in order:
        if batch and (len(batch) + 1) * lengths[place] > _BATCH:
            yield batch, lengths[batch[-1]]
            batch = []
        batch.append(place)
    if batch:
        yield batch, lengths[batch[-1]]


def _pieces(read: Any) -> list[Piece]:
    return [Piece(number, *span) for number, span in zip(read.ids, read.offsets, strict=True)]
