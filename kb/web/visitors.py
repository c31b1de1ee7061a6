"""Owns who a request comes from: the look-up of its cookie, once, before any handler. Never decides what they may see.

A request without the cookie costs nothing: neither database nor its library is touched.
"""

import datetime
import logging
from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb.editorial import sign_ins, throttle
from kb.editorial.db import Database
from kb.editorial.sign_ins import Lifetimes, Visitor
from kb.errors import DatabaseUnavailable
from kb.settings import Settings
from kb.web import cookies

log = logging.getLogger(__name__)

READER: Final = Visitor()
_told = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """There is a cookie, but nobody can look up whose."""

    failure: DatabaseUnavailable


def lifetimes(settings: Settings) -> Lifetimes:
    """How long a browser stays signed in."""
    return Lifetimes(
        datetime.timedelta(hours=settings.session_hours), datetime.timedelta(hours=settings.session_idle_hours)
    )


def visitor(request: HTTPConnection) -> Visitor:
    """Who asks; a reader where that cannot be looked up."""
    found = request.scope.get("state", {}).get("visitor", READER)
    return found if isinstance(found, Visitor) else READER


def failure(request: HTTPConnection) -> DatabaseUnavailable | None:
    """Why it cannot be looked up who asks."""
    found = request.scope.get("state", {}).get("visitor", READER)
    return found.failure if isinstance(found, Unknown) else None


def network(request: HTTPConnection) -> str:
    """The key that tries from where this comes from count under; empty where that would count everybody as one."""
    global _told  # noqa: PLW0603 - said once, not with every request
    key = throttle.network(request.client.host) if request.client else ""
    if not _told and not request.app.state.settings.trusted_proxies and "x-forwarded-for" in request.headers:
        _told = True
        log.warning(
            "A proxy says who asks, but none is trusted: set KB_TRUSTED_PROXIES so that limits count each network apart."
        )
    return key


class Visitors:
    """Middleware that looks up who asks, and keeps what they get out of every cache."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self._app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        token = cookies.token(request, cookies.SESSION)
        if not token:
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})["visitor"] = await run_in_threadpool(_look_up, request, token)

        async def send_private(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Cache-Control"] = "private, no-store"
            await send(message)

        await self._app(scope, receive, send_private)


def _look_up(request: HTTPConnection, token: str) -> Visitor | Unknown:
    database: Database = request.app.state.database
    try:
        return sign_ins.look_up(database, token, lifetimes(request.app.state.settings))
    except DatabaseUnavailable as error:
        log.error("Nobody can be recognised: %s", error)
        return Unknown(error)
