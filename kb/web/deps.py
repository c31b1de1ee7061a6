"""Owns what handlers are given: the searcher, one generation of the index, the database, who asks. Never holds state: `app.py` puts it on the app."""

from typing import Annotated

from fastapi import Depends, Request

from kb.editorial.db import Database
from kb.editorial.roles import Actor
from kb.editorial.sign_ins import Visitor
from kb.errors import NotSignedIn
from kb.search.embedders import Embedder
from kb.search.index import Index
from kb.search.searcher import Searcher
from kb.settings import Settings
from kb.web.visitors import visitor


def _searcher(request: Request) -> Searcher:
    return request.app.state.searcher  # type: ignore[no-any-return]


def _settings(request: Request) -> Settings:
    return request.app.state.settings  # type: ignore[no-any-return]


def _embedder(request: Request) -> Embedder:
    return request.app.state.embedder  # type: ignore[no-any-return]


def _index(request: Request) -> Index:
    """The live generation, the same for the whole request; raises SearchUnavailable."""
    return _searcher(request).store.current()


def _database(request: Request) -> Database:
    return request.app.state.database  # type: ignore[no-any-return]


def _visitor(request: Request) -> Visitor:
    return visitor(request)


def _actor(request: Request) -> Actor:
    """Who is signed in; the gate has let nobody else through."""
    actor = visitor(request).actor
    if actor is None:
        raise NotSignedIn("Sign in to go on.")
    return actor


ActorDep = Annotated[Actor, Depends(_actor)]
DatabaseDep = Annotated[Database, Depends(_database)]
EmbedderDep = Annotated[Embedder, Depends(_embedder)]
SearcherDep = Annotated[Searcher, Depends(_searcher)]
IndexDep = Annotated[Index, Depends(_index)]
SettingsDep = Annotated[Settings, Depends(_settings)]
VisitorDep = Annotated[Visitor, Depends(_visitor)]
