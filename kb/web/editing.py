"""Owns what the handlers of drafts and reviews are given: the vocabulary of the content folder, the place, the publisher. Never answers itself.

Readers' pages take the vocabulary from the index, with which it was built. Whoever writes needs it as it is in the files.
"""

import datetime
import threading
from typing import Annotated

from fastapi import Depends, FastAPI, Request

from kb.content.folder import ContentFolder
from kb.content.vocabulary import Vocabulary
from kb.editorial.publishing import Publisher
from kb.editorial.steps import House
from kb.settings import Settings


class FolderVocabulary:
    """The vocabulary of a content folder, read again when one of its files has changed."""

    def __init__(self, folder: ContentFolder) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._stamp: object = None
        self._read = Vocabulary()

    def current(self) -> Vocabulary:
        """The vocabulary as the files are now; parts that cannot be read are empty."""
        with self._lock:
            stamp = self._now()
            if stamp != self._stamp:
                self._read, self._stamp = Vocabulary.load(self._folder.vocabulary), stamp
            return self._read

    def _now(self) -> object:
        try:
            found = [(path.name, path.stat()) for path in sorted(self._folder.vocabulary.glob("*.yaml"))]
        except OSError:
            return ()
        return tuple((name, stat.st_mtime_ns, stat.st_size, stat.st_ino) for name, stat in found)


def _vocabulary(request: Request) -> Vocabulary:
    return request.app.state.vocabulary.current()  # type: ignore[no-any-return]


def publisher(app: FastAPI) -> Publisher:
    """The publisher of a site."""
    settings: Settings = app.state.settings
    house = House(settings.address, settings.service_name, settings.turnround_days)
    return Publisher(app.state.database, ContentFolder(settings.content), app.state.repository, house)


def _house(request: Request) -> House:
    return publisher(request.app).house


def _publisher(request: Request) -> Publisher:
    return publisher(request.app)


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


VocabularyDep = Annotated[Vocabulary, Depends(_vocabulary)]
HouseDep = Annotated[House, Depends(_house)]
PublisherDep = Annotated[Publisher, Depends(_publisher)]
TodayDep = Annotated[datetime.date, Depends(_today)]
