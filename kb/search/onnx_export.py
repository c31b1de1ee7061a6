"""Owns writing a sentence-transformers model down for ONNX Runtime, and proving that it gives the same vectors. Never serves one.

Only models of the usual shape are written: a transformer, then the mean or the first of its pieces, then length 1. Any
other is served by sentence-transformers itself.
"""

import contextlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import filelock
import numpy as np

from kb.errors import EmbedderUnavailable
from kb.search.embedders import Encoded, SentenceTransformerEmbedder
from kb.search.onnx_model import FORMAT, OnnxModel, Precision, digest, is_whole

log = logging.getLogger(__name__)

# Cosine that every text and every piece must reach against the model itself. In 8 bits the lowest seen over these texts
# was 0.965 for a text and 0.966 for a piece; the mean of 60 case studies was 0.991 (all-MiniLM-L6-v2, 24 November 2026).
SAME: Final[dict[Precision, float]] = {"fp32": 0.9999, "int8": 0.95}
_MAKING: Final = ".making-"
_WEIGHTS: Final = "weights.bin"
_OPSET: Final = 17  # of ONNX: the first with layer normalisation in one step
# Texts of every kind that reaches a model: empty, short, long, with accents, signs, other scripts and digits.
FIXTURES: Final = (
    "", "ward", "Falls on the older people\u2019s ward: 20% fewer!", "waits for ADHD assessment \u2013 adults, 18 to 25",
    "caf\u00e9 \x00 \U0001f600 \u7b49\u5f85", "DNA rates CMHT text reminders", "restrictive practice " * 60, "x" * 400,
)  # fmt: skip


class NotWritable(EmbedderUnavailable):
    """This model has another shape, or does not come out the same; sentence-transformers serves it."""


def exported(model: str, id_: str, folder: Path, precision: Precision = "fp32") -> Path:
    """The folder that holds this model for ONNX Runtime, written and checked now if it is not there yet.

    It is written by a process of its own, so that torch's memory goes back when it is done.

    Args:
        model: path or name of the sentence-transformers model.
        id_: what tells it from every other, as its embedder says.
        folder: where models are kept.
        precision: 32 bits a number as in the model itself, or 8.

    Raises:
        NotWritable: the model has another shape, or does not come out the same, or cannot be written there.
        EmbedderUnavailable: the model cannot be loaded.
    """
    made = folder / f"{id_.replace('/', '-').replace('@', '-')}-{precision}"
    if is_whole(made):
        return made
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(folder / ".lock"):
            if not is_whole(made):
                for left in folder.glob(f"{_MAKING}*"):  # by a process that was killed: this one has the lock
                    shutil.rmtree(left, ignore_errors=True)
                with _beside(made) as place:
                    _apart(model, place, precision)
    except OSError as error:
        raise NotWritable(f"The model cannot be written to {folder}: {error.strerror}.") from error
    return made


def _apart(model: str, place: Path, precision: Precision) -> None:
    # Not multiprocessing: its processes run the caller's main module again, which may ask for this very model.
    command = [sys.executable, "-m", __name__, model, str(place), precision]
    done = subprocess.run(  # noqa: S603 - ourselves
        command, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode == 0:
        return
    try:
        told = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        log.warning("Writing the model ended with %d: %s", done.returncode, done.stderr[-2_000:])
        raise NotWritable("The process that writes the model for ONNX Runtime was stopped.") from None
    raise (NotWritable if told["writable"] is False else EmbedderUnavailable)(told["message"], told["cure"])


@contextlib.contextmanager
def _beside(made: Path) -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(dir=made.parent, prefix=_MAKING))
    try:
        yield place
        place.chmod(0o755)
        shutil.rmtree(made, ignore_errors=True)
        place.rename(made)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _write(name: str, place: Path, precision: Precision) -> None:
    reference = SentenceTransformerEmbedder(name)
    model = reference.model()
    pooling = _pooling(model)
    tokenizer = model.tokenizer
    if not getattr(tokenizer, "is_fast", False):
        raise NotWritable("The model has no tokenizer that works without Python.")
    tokenizer.backend_tokenizer.save(str(place / "tokenizer.json"))
    theirs = reference.encode_pieces(FIXTURES)  # before the model is taken apart
    _graph(model[0], place / "model.onnx")
    if precision == "int8":
        _shorten(place / "model.onnx")
    _part(place / "model.onnx")
    files = {name: digest(place / name) for name in ("model.onnx", _WEIGHTS, "tokenizer.json")}
    about = {"format": FORMAT, "pooling": pooling, "longest": int(model.max_seq_length), "files": files}
    (place / "about.json").write_text(json.dumps(about, indent=2) + "\n", "utf-8")
    _compare(theirs, OnnxModel(place), SAME[precision])


def _compare(reference: list[Encoded], written: OnnxModel, same: float) -> None:
    for text, theirs, ours in zip(FIXTURES, reference, written.encode_pieces(FIXTURES), strict=True):
        if theirs.pieces != ours.pieces:
            raise NotWritable(f"{text[:40]!r} is read in other pieces than the model reads.")
        cosines = [float(theirs.vector @ ours.vector), *np.einsum("ij,ij->i", theirs.vectors, ours.vectors).tolist()]
        if min(cosines) < same:
            raise NotWritable(f"The vectors of {text[:40]!r} differ: cosine {min(cosines):.5f}, and {same} is needed.")


def _pooling(model: Any) -> str:
    """How pieces become one vector: mean or cls."""
    kinds = [type(module).__name__ for module in model]
    if kinds[:2] != ["Transformer", "Pooling"] or kinds[2:] not in ([], ["Normalize"]):
        raise NotWritable(f"The model is made of {', '.join(kinds)}.")
    how = getattr(model[1], "pooling_mode", None) or model[1].get_config_dict().get("pooling_mode")
    how = "".join(how) if isinstance(how, list | tuple) and len(how) == 1 else how
    if how not in ("mean", "cls"):
        raise NotWritable(f"The model pools by {how}.")
    return str(how)


def _graph(transformer: Any, path: Path) -> None:
    import torch  # noqa: PLC0415 - only to write

    inner = getattr(transformer, "model", None) or transformer.auto_model
    inner.set_attn_implementation("eager")  # written with fewer guesses than the fused one, and no slower once read
    types = "token_type_ids" in transformer.tokenizer.model_input_names

    class Pieces(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = inner

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            more = {"token_type_ids": torch.zeros_like(input_ids)} if types else {}
            return self.inner(input_ids=input_ids, attention_mask=attention_mask, **more).last_hidden_state

    sample = torch.ones((2, 8), dtype=torch.long)
    size = {0: "texts", 1: "pieces"}
    with (
        warnings.catch_warnings(),
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
    ):
        warnings.simplefilter("ignore")  # the exporter's about itself; what counts is checked after
        try:
            torch.onnx.export(
                Pieces().eval(), (sample, sample), str(path), input_names=["input_ids", "attention_mask"], output_names=["pieces"],
                dynamic_axes={"input_ids": size, "attention_mask": size, "pieces": size}, opset_version=_OPSET, dynamo=False,
            )  # fmt: skip
        except Exception as error:  # whatever the exporter cannot do, sentence-transformers can
            raise NotWritable(f"The model cannot be written for ONNX Runtime ({type(error).__name__}).") from error


def _shorten(path: Path) -> None:
    """Weights in 8 bits instead of 32: a quarter of the size, twice the speed, and not quite the same vectors."""
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415 - loads onnx

    logging.getLogger().setLevel(logging.ERROR)  # it advises steps that change nothing here
    short = path.with_suffix(".short")
    # A scale for each column, and 7 of the 8 bits: processors without VNNI would overflow with all of them.
    quantize_dynamic(path, short, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    short.replace(path)


def _part(path: Path) -> None:
    """Weights in a file of their own: it is mapped into memory, half as much is copied, and processes share the rest."""
    import onnx  # noqa: PLC0415

    whole = onnx.load(path)
    path.unlink()
    onnx.save(whole, path, save_as_external_data=True, location=_WEIGHTS, size_threshold=1024)


def main() -> None:
    """Writes a model, in a process of its own: `python -m kb.search.onnx_export MODEL FOLDER PRECISION`."""
    model, place, precision = sys.argv[1:]
    try:
        _write(model, Path(place), "int8" if precision == "int8" else "fp32")
    except EmbedderUnavailable as error:
        problem = {"writable": not isinstance(error, NotWritable), "message": error.message, "cure": error.cure}
        print(json.dumps(problem))
        sys.exit(1)


if __name__ == "__main__":
    main()
