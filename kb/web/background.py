"""Owns the thread that publishes what nobody stands by: on its day, or after a process was killed. Never answers a request."""

import datetime
import logging
import threading
from collections.abc import Callable
from typing import Final

from kb.content.vocabulary import Vocabulary
from kb.editorial import unattended
from kb.editorial.publishing import Publisher
from kb.errors import DatabaseUnavailable

log = logging.getLogger(__name__)

_LOOK: Final = 60.0  # seconds between looks: a day's date is not about minutes
_FIRST: Final = 5.0  # seconds after the start: what a crash left is completed soon, after the site answers
# What was begun less than this ago may be under way in another process, which needs no help.
_UNDER_WAY: Final = datetime.timedelta(minutes=1)


class Background:
    """One thread of a process. Several processes may have one each: what one has done, the others find done."""

    def __init__(
        self, publisher: Publisher, vocabulary: Callable[[], Vocabulary], look: float = _LOOK, first: float = _FIRST
    ) -> None:
        self._publisher, self._vocabulary, self._look, self._first = publisher, vocabulary, look, first
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="publishing", daemon=True)
        self._said: set[str] = set()

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ends it; a publication under way is given a moment, and is completed after the next start otherwise."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def once(self, now: datetime.datetime) -> None:
        """Publishes what is due and completes what was left; a problem is logged when it is new."""
        said: set[str] = set()
        try:
            if self._publisher.database.exists():  # a site that is only read never makes one
                vocabulary = self._vocabulary()
                for outcome in unattended.complete(self._publisher, vocabulary, now.date(), now - _UNDER_WAY):
                    said |= self._tell("completed", outcome)
                for outcome in unattended.publish_due(self._publisher, vocabulary, now.date()):
                    said |= self._tell("published on its day", outcome)
        except DatabaseUnavailable as error:
            said.add(f"Nothing is published by itself: {error}")
        for sentence in said - self._said:
            log.error("%s", sentence)
        self._said = said

    def _tell(self, done: str, outcome: unattended.Outcome) -> set[str]:
        if outcome.problem is None:
            log.info("%s was %s.", outcome.title, done)
            return set()
        return {f"{outcome.title} could not be {done}: {outcome.problem}"}

    def _run(self) -> None:
        pause = self._first
        while not self._stop.wait(pause):
            pause = self._look
            try:
                self.once(datetime.datetime.now(datetime.UTC))
            except Exception:
                log.exception("Publishing in the background failed")
