"""Owns the headers that every answer carries, and refusing forms of other sites. Never decides who may see a page: `access.py` does."""

import secrets
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_STATIC_YEAR: Final = "public, max-age=31536000, immutable"

HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

NOTHING: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"  # the policy of files that somebody brought


def content_security_policy(nonce: str) -> str:
    """Nothing from another host, no inline style, and inline script only with this answer's nonce."""
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def put(headers: MutableHeaders, nonce: str) -> None:
    """Puts the headers on an answer; one that has its own for any of them keeps that, of the policy only the strictest."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if headers.get("Content-Security-Policy") != NOTHING:
        headers["Content-Security-Policy"] = content_security_policy(nonce)


def refuse_other_sites(request: HTTPConnection) -> None:
    """Raises 403 when a form was sent from a page of another site, going by what the browser says about it.

    Programs that are no browser say nothing and are let through: they have nobody's session to misuse.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        raise HTTPException(403)
    origin = request.headers.get("origin")
    own = {request.headers.get("host", ""), urlsplit(request.app.state.settings.base_url).netloc}
    if site is None and origin is not None and urlsplit(origin).netloc not in own - {""}:
        raise HTTPException(403)


def refuse_odd_text(request: HTTPConnection) -> None:
    """Raises 400 when a form says that it is in another encoding than UTF-8.

    No browser sends that for our pages, and some of the encodings that Python knows take quadratic time to read.
    """
    _, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    if "charset" in parameters and "utf-8" not in parameters:
        raise HTTPException(400)


class OwnFormsOnly:
    """Middleware that refuses, for the whole site, whatever a page of another site sends to change something."""

    def __init__(self, app: ASGIApp, refused: Callable[[Request, int], Response]) -> None:
        self._app, self._refused = app, refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            request = Request(scope, receive)
            try:
                refuse_other_sites(request)
                refuse_odd_text(request)
            except HTTPException as error:
                await self._refused(request, error.status_code)(scope, receive, send)
                return
        await self._app(scope, receive, send)


class SecurityHeaders:
    """Middleware that makes a nonce for each request and puts the headers on its answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                put(headers, nonce)
                if scope["path"].startswith("/static/") and message["status"] == 200 and b"v=" in scope["query_string"]:
                    headers["Cache-Control"] = _STATIC_YEAR
            await send(message)

        await self._app(scope, receive, send_with_headers)
