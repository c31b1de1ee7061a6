"""Owns the log of searches: what was looked for and how much was found, by day. Never holds who searched, or when in the day.

Equal searches of a day are one row with a count, and rows lie in the order of their words, so that not even the file
tells which searches belong together. A search never waits for the log and never fails with it.
"""

import contextlib
import datetime
import logging
import os
import re
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from kb.content.identifying import may_identify
from kb.errors import SearchLogUnavailable

log = logging.getLogger(__name__)

WITHHELD: Final = "[withheld]"
LONG: Final = "[long text]"
MOST: Final = 100  # characters: more is somebody's account of something, not a search
_WAIT: Final = 0.1  # seconds for another process to finish writing
_PAUSE: Final = 30.0  # seconds without a try after a failure, so that a broken disk is not asked at every search

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS searches (
    day TEXT NOT NULL,
    words TEXT NOT NULL,
    filters TEXT NOT NULL,
    verdict TEXT NOT NULL,
    found INTEGER NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (words, filters, day, verdict, found)
) WITHOUT ROWID
"""
_ADD: Final = """
INSERT INTO searches (day, words, filters, verdict, found, times) VALUES (?, ?, ?, ?, ?, 1)
ON CONFLICT DO UPDATE SET times = times + 1
"""
# With max() alone in the list, SQLite takes the other columns from the row that has it: the answer of the last day.
_LIST: Final = """
SELECT words, filters, verdict, found, sum(times) AS times, max(day) AS last FROM searches WHERE day >= ?
GROUP BY words, filters
ORDER BY CASE verdict WHEN 'none' THEN 0 WHEN 'possible' THEN 1 ELSE 2 END, times DESC, words, filters
"""


@dataclass(frozen=True, slots=True)
class Search:
    """One search with its filters: how often, and verdict and number of case studies found on the last day."""

    words: str
    filters: str
    verdict: str
    found: int
    times: int
    last: str

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


class SearchLog:
    """The log in a file of its own, made at the first search; `path` "" keeps nothing. Safe to use from several threads.

    Args:
        path: the SQLite file.
        days: how long a search is kept.
        pause: seconds without a try after a failure.
    """

    def __init__(self, path: str, days: int, pause: float = _PAUSE) -> None:
        self._path = path
        self._days = days
        self._pause = pause
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._cleared = ""  # the day on which old rows were last removed
        self._failed: float | None = None

    @property
    def on(self) -> bool:
        """Whether searches are kept at all."""
        return bool(self._path)

    def add(self, words: str, found: int, verdict: str, filters: Mapping[str, Sequence[str]]) -> None:
        """Counts a search, by the words as typed. Never raises: what cannot be written is lost, with one warning."""
        if not self.on:
            return
        row = (kept(words), _filters(filters), verdict, found)
        with self._lock:
            if self._failed is not None and time.monotonic() < self._failed + self._pause:
                return
            try:
                self._write(row)
            except (sqlite3.Error, OSError) as error:
                if self._failed is None:
                    log.warning("Searches are not being logged: %s (%s)", error, self._path)
                self._failed = time.monotonic()
                self._close()
            else:
                self._failed = None

    def searches(self, days: int | None = None, *, weak: bool = False) -> list[Search]:
        """What was searched for, not found first, then possible, each the most frequent first.

        Args:
            days: only the last so many, today among them; None for all that are kept.
            weak: only searches whose verdict was none or possible.

        Raises:
            SearchLogUnavailable: the log is switched off or cannot be read.
        """
        if not self.on:
            raise SearchLogUnavailable("No log of searches is kept.", "Set KB_SEARCH_LOG to a file to keep one.")
        if not Path(self._path).exists():
            return []
        first = _today() - datetime.timedelta(days=min(days or self._days, self._days) - 1)
        try:
            with contextlib.closing(sqlite3.connect(f"{Path(self._path).absolute().as_uri()}?mode=ro", uri=True)) as db:
                found = [Search(*row) for row in db.execute(_LIST, (first.isoformat(),))]
        except (sqlite3.Error, OSError) as error:
            raise SearchLogUnavailable(
                f"The log of searches {self._path} cannot be read: {error}.", "Check the file that KB_SEARCH_LOG names."
            ) from None
        return [search for search in found if not weak or search.verdict != "strong"]

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._close()

    def _write(self, row: tuple[str, str, str, int]) -> None:
        if not Path(self._path).exists():  # nobody would ever read what goes into a file that was taken away
            self._close()
        db = self._connection or self._open()
        today = _today()
        with _transaction(db):
            if self._cleared != today.isoformat():
                first = today - datetime.timedelta(days=self._days - 1)
                db.execute("DELETE FROM searches WHERE day < ?", (first.isoformat(),))
                self._cleared = today.isoformat()
            db.execute(_ADD, (today.isoformat(), *row))

    def _open(self) -> sqlite3.Connection:
        path = Path(self._path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):  # SQLite would make it readable by all; its side files follow suit
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        self._cleared = ""
        self._connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA secure_delete = ON")  # what is removed is gone from the file
        self._connection.execute(_TABLE)
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None


def kept(words: str) -> str:
    """The words as they are kept: lower case; none of a long text, or of what may say who somebody is."""
    if may_identify(words):
        return WITHHELD
    plain = re.sub(r"\s+", " ", words).strip().lower()
    return plain if len(plain) <= MOST else LONG


def _filters(filters: Mapping[str, Iterable[str]]) -> str:
    return " ".join(f"{name}={value}" for name in sorted(filters) for value in sorted(filters[name]))


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


@contextlib.contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise
