"""Owns what handlers are given: the searcher, one generation of the index, the settings. Never holds state: `app.py` puts it on the app."""

from typing import Annotated

from fastapi import Depends, Request

from kb.search.embedders import Embedder
from kb.search.index import Index
from kb.search.searcher import Searcher
from kb.settings import Settings


def _searcher(request: Request) -> Searcher:
    return request.app.state.searcher  # type: ignore[no-any-return]


def _settings(request: Request) -> Settings:
    return request.app.state.settings  # type: ignore[no-any-return]


def _embedder(request: Request) -> Embedder:
    return request.app.state.embedder  # type: ignore[no-any-return]


def _index(request: Request) -> Index:
    """The live generation, the same for the whole request; raises SearchUnavailable."""
    return _searcher(request).store.current()


EmbedderDep = Annotated[Embedder, Depends(_embedder)]
SearcherDep = Annotated[Searcher, Depends(_searcher)]
IndexDep = Annotated[Index, Depends(_index)]
SettingsDep = Annotated[Settings, Depends(_settings)]
