"""Measures starting: `kb serve`, and a program with txtai, each from nothing to its first answer. Never asserts."""

import http.client
import json
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus

import peer_txtai

from kb.settings import Settings

_PATIENCE = 300  # seconds until a start has failed
_BETWEEN = 0.02  # seconds from one try to the next


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds to the first answer, to the first one that the model had a part in, and the memory then, in MB."""

    any_answer: float
    full_answer: float
    memory: float


def ours(settings: Settings, query: str) -> Start:
    """`kb serve` on a free port, asked until it has answered with the model. Until that is loaded it answers by words."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    folders = ("--content", str(settings.content), "--index", str(settings.index))
    started, first = time.perf_counter(), 0.0
    server = subprocess.Popen(
        [sys.executable, "-m", "kb", "serve", *folders, "--port", str(port)], stdout=subprocess.DEVNULL
    )
    try:
        while (since := time.perf_counter() - started) < _PATIENCE and server.poll() is None:
            degraded = _ask(port, query)
            if degraded is not None:
                first = first or time.perf_counter() - started
            if degraded is False:
                return Start(first, time.perf_counter() - started, memory(server.pid))
            time.sleep(_BETWEEN)
        sys.exit(f"`kb serve` gave no answer by meaning in {since:.0f} seconds.")
    finally:
        server.terminate()
        server.wait()


def _ask(port: int, query: str) -> bool | None:
    """Whether the answer had to do without the model; None while there is no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        connection.request("GET", f"/api/v1/search?limit={peer_txtai.HITS}&q={quote_plus(query)}")
        answer = connection.getresponse()
        body = answer.read()
        return bool(json.loads(body)["degraded"]) if answer.status == 200 else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def theirs(saved: Path, query: str) -> Start:
    """A new Python that imports txtai, loads the saved index and answers one search."""
    started = time.perf_counter()
    with peer_txtai.Process(saved) as process:
        process.search(query)
        taken = time.perf_counter() - started
        return Start(taken, taken, memory(process.id))


def memory(process: int) -> float:
    """What the process holds in memory now, in MB, shared pages too: by psutil if there, else as Linux or ps says it."""
    try:
        import psutil

        return float(psutil.Process(process).memory_info().rss) / 1e6
    except ImportError:
        status = Path(f"/proc/{process}/status")
        if status.exists():
            held = next(row.split()[1] for row in status.read_text("utf-8").splitlines() if row.startswith("VmRSS"))
        else:
            held = subprocess.run(
                ["ps", "-o", "rss=", "-p", str(process)], check=True, capture_output=True, text=True
            ).stdout
        return int(held) * 1024 / 1e6
