"""Owns putting the site together: state, middleware, errors, routers, what starts and stops with it. Never answers itself."""

import contextlib
import logging
import threading
from collections.abc import AsyncIterator

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from kb import __version__
from kb.content.addresses import AddressBook
from kb.content.commit_messages import Author
from kb.content.folder import ContentFolder
from kb.content.repository import Repository
from kb.editorial import mail, openid
from kb.editorial.db import Database
from kb.editorial.notices import Delivery
from kb.editorial.search_log import SearchLog
from kb.editorial.throttle import Throttle
from kb.search.follower import Follower
from kb.search.searcher import Searcher, searcher_for
from kb.settings import Settings
from kb.web import (
    access,
    accounts,
    addresses,
    api,
    browse,
    case_studies,
    draft_comments,
    draft_files,
    drafts,
    errors,
    history,
    imports,
    links,
    merges,
    new_drafts,
    previews,
    problem,
    questions,
    restorations,
    reviews,
    search,
    sign_in,
    site,
    submissions,
    suggestions,
    withdrawals,
)  # fmt: skip
from kb.web import openid as openid_pages
from kb.web.background import Background
from kb.web.editing import FolderVocabulary, publisher
from kb.web.head import HeadLikeGet
from kb.web.pages import WEB, environment
from kb.web.security import OwnFormsOnly, SecurityHeaders
from kb.web.similar import Similar
from kb.web.uploads import Uploads
from kb.web.visitors import Visitors

log = logging.getLogger(__name__)


def create_app(settings: Settings) -> FastAPI:
    """The site for these settings. Nothing is read or loaded before the server starts it."""
    app = FastAPI(
        title=settings.service_name, version=__version__, lifespan=_lifespan, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json",
        description="Search and read case studies of improvement work. No key is needed.", max_body_size=1_000_000,
        dependencies=[Depends(access.gate)],
    )  # fmt: skip
    found_by = searcher_for(settings)
    app.state.settings = settings
    app.state.embedder = found_by.embedder
    app.state.searcher = found_by
    app.state.database = Database(settings.database_url)
    app.state.mailer = mail.from_settings(settings)
    app.state.provider = openid.from_settings(settings)
    app.state.throttle = Throttle()
    app.state.repository = Repository(
        settings.content, Author(settings.service_name, settings.contact_email or "publishing@localhost")
    )
    app.state.addresses = AddressBook(settings.content)
    app.state.vocabulary = FolderVocabulary(ContentFolder(settings.content))
    app.state.search_log = SearchLog(settings.search_log, settings.search_log_days)
    app.state.uploads = Uploads()
    app.state.similar = Similar(found_by, found_by.embedder)
    app.state.templates = environment(settings)
    app.add_middleware(OwnFormsOnly, refused=errors.answer)
    app.add_middleware(Visitors)
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(HeadLikeGet)
    errors.register(app)
    addresses.register(app)
    sign_in.register(app)
    for module in (
        site, search, problem, suggestions, case_studies, history, browse, api, sign_in, openid_pages, accounts, links, new_drafts, drafts, imports, previews,
        submissions, merges, draft_comments, questions, draft_files, reviews, withdrawals, restorations,
    ):  # fmt: skip
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=WEB / "static", check_dir=False))
    access.verify(app)
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """While the site runs: the model is loaded in the background, and edits of the content are followed."""
    settings: Settings = app.state.settings
    found_by: Searcher = app.state.searcher
    threading.Thread(target=found_by.warm_up, name="warm-up", daemon=True).start()
    follower = Follower(ContentFolder(settings.content), found_by.store, found_by.embedder) if settings.follow else None
    delivery = Delivery(app.state.database, app.state.mailer)
    delivery.start()
    publishing = Background(publisher(app), app.state.vocabulary.current)
    publishing.start()
    if follower:
        follower.start()
    try:
        yield
    finally:
        if follower:
            follower.stop()
        publishing.stop()
        delivery.stop()
        app.state.search_log.close()
        app.state.database.close()
