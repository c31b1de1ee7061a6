"""What every benchmark prints about where it ran, and how it sums up times. Never asserts anything."""

import datetime
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def describe() -> str:
    """Date, processor, cores, memory and versions, in one line."""
    model = next(
        (row.split(":", 1)[1].strip() for row in _lines("/proc/cpuinfo") if row.startswith("model name")),
        platform.processor(),
    )
    memory = next((int(row.split()[1]) / 1e6 for row in _lines("/proc/meminfo") if row.startswith("MemTotal")), 0.0)
    return f"{datetime.date.today()}, {model or 'unknown processor'}, {os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}, {sys.platform}"


def _lines(path: str) -> list[str]:
    return Path(path).read_text("utf-8").splitlines() if Path(path).exists() else []


@contextmanager
def timed(found: list[float]) -> Iterator[None]:
    """Appends the seconds that the block took."""
    started = time.perf_counter()
    yield
    found.append(time.perf_counter() - started)


def repeat(work: Callable[[], object], times: int) -> list[float]:
    """Seconds of each of several runs."""
    found: list[float] = []
    for _ in range(times):
        with timed(found):
            work()
    return found


def row(name: str, seconds: list[float], peer: float | None = None) -> str:
    """A line of the table: median, 95th percentile, slowest, and the ratio to the peer's median."""
    ordered = sorted(seconds)
    high = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    ratio = f"{statistics.median(ordered) / peer:7.3g}" if peer else "      -"
    return f"{name:<58} {statistics.median(ordered) * 1e3:9.1f} {high * 1e3:9.1f} {ordered[-1] * 1e3:9.1f} {ratio}"


HEADER = f"{'milliseconds':<58} {'p50':>9} {'p95':>9} {'slowest':>9}  /peer"
