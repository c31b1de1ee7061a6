"""Owns following the content folder: noticing edits and building again, in the background. Never answers a query."""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from kb.content.folder import ContentFolder
from kb.errors import IndexBusy, KbError, SearchUnavailable
from kb.search.builder import Built, build
from kb.search.embedders import Embedder
from kb.search.index import IndexStore

log = logging.getLogger(__name__)

_SETTLE: Final = 200  # milliseconds without a further edit before building: a `git pull` is one change
_LOOK: Final = 1.0  # seconds between two looks at whether the folder is still the one that is watched
_RETRY: Final = 5.0  # seconds between builds of an index that cannot be read
_POLL: Final = 30.0  # seconds after which to build anyway: network drives send no notices


def changes(
    content: ContentFolder, stop: threading.Event | None = None, due: Callable[[], bool] = lambda: False
) -> Iterator[None]:
    """Yields after each burst of edits, and every 30 seconds in case a notice was lost; ends when `stop` is set.

    Also yields soon after it begins to watch a folder, because nobody noticed what was edited before, and whenever
    `due`, asked about once a second, says so.
    """
    import watchfiles  # noqa: PLC0415 - only those who follow need it

    stop = stop or threading.Event()
    while not stop.is_set():
        watched = _identity(content.path)
        if watched is None:
            stop.wait(_LOOK)
            continue
        last = -math.inf
        try:
            for found in watchfiles.watch(
                content.path, watch_filter=None, step=_SETTLE, debounce=_SETTLE * 10, rust_timeout=int(_LOOK * 1000),
                yield_on_timeout=True, stop_event=stop, raise_interrupt=True,
            ):  # fmt: skip
                if any(_is_content(path) for _, path in found) or time.monotonic() - last >= _POLL or due():
                    last = time.monotonic()
                    yield
                # A notice comes from the folder that was opened, even after another was put in its place.
                if _identity(content.path) != watched:
                    break
        except (OSError, RuntimeError) as error:  # RuntimeError: a folder that vanished while it was being listed
            log.warning("Edits in %s are not noticed at once: %s", content.path, error)
            if stop.wait(_LOOK if _identity(content.path) != watched else _POLL):
                return
            yield


def _identity(path: Path) -> tuple[int, int] | None:
    """What stays the same for as long as a folder is the same folder; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if path.is_dir() else None


def _is_content(path: str) -> bool:
    """Whether a build could read this: an index that lies inside the content folder must not wake its own builder."""
    return not {"case_studies", "vocabulary"}.isdisjoint(Path(path).parts)


class Follower:
    """A background thread that keeps the index in step with the content folder."""

    def __init__(
        self,
        content: ContentFolder,
        store: IndexStore,
        embedder: Embedder,
        built: Callable[[Built], None] = lambda _: None,
    ) -> None:
        self._content, self._store, self._embedder, self._built = content, store, embedder, built
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
        self._said = ""
        self._tried = -math.inf

    def start(self) -> None:
        """Builds once, then after each edit."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread after the build at hand; returns when it has ended or 10 seconds have passed."""
        self._stop.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        self._build()
        for _ in changes(self._content, self._stop, self._index_is_lost):
            self._build()

    def _index_is_lost(self) -> bool:
        """Whether somebody took the index away or damaged it; asked again only a while after a build that did not help."""
        try:
            self._store.current()
        except SearchUnavailable:
            return time.monotonic() - self._tried >= _RETRY
        return False

    def _build(self) -> None:
        self._tried = time.monotonic()
        try:
            built = build(self._content, self._store, self._embedder)
        except IndexBusy:
            return  # the other process builds the same; its generation is seen by the next request
        except KbError as error:
            if str(error) != self._said:  # said once, not every 30 seconds
                log.error("The index was not built: %s", error)
            self._said = str(error)
        except Exception:
            log.exception("The index was not built")
        else:
            self._said = ""
            if built.changed:
                log.info(
                    "Built %s: %d case studies in %.1f seconds", built.generation, built.case_studies, built.seconds
                )
                for finding in built.findings:
                    log.warning("%s", finding)
            self._built(built)
