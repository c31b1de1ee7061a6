"""Owns letting somebody in: the new sign-in with its cookies, where they go next, what is said of their browser. Never checks who they are."""

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from kb.editorial import audit, sign_ins
from kb.web import cookies, visitors
from kb.web.pages import address

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kb.editorial.models import User

START: Final = "/drafts"  # where somebody goes who wanted to go nowhere else
_LONGEST: Final = 2_000  # characters of an address: what every browser and proxy takes
_BROWSERS: Final = (
    ("Edge", r"Edg(e|A|iOS)?/"), ("Opera", r"OPR/"), ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"(Firefox|FxiOS)/"), ("Chrome", r"(Chrome|CriOS)/"), ("Safari", r"Safari/"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("iPhone", r"iPhone"), ("iPad", r"iPad"), ("Android", r"Android"), ("Windows", r"Windows"), ("Mac", r"Macintosh"),
    ("Chromebook", r"CrOS"), ("Linux", r"Linux"),
)  # fmt: skip


def local(typed: str) -> str:
    """The address on this site that somebody wants to go to; START for anything that could lead elsewhere.

    Browsers take a backslash for a slash, leave out line ends and tabs, and read // as another host.
    """
    if not typed.startswith("/") or typed.startswith("//") or len(typed) > _LONGEST:
        return START
    if "\\" in typed or not typed.isprintable():
        return START
    try:
        parts = urlsplit(typed)
    except ValueError:
        return START
    if parts.scheme or parts.netloc or parts.path.startswith(("/sign-", "/invitation/", "/reset")):
        return START  # another host, or a page for those who are not signed in
    return typed


def admit(request: Request, session: "Session", user: "User", how: str) -> tuple[str, str]:
    """Signs this browser in, under a new token whatever it came with; gives the tokens of the sign-in and the browser."""
    from kb.editorial import accounts  # noqa: PLC0415 - with SQLAlchemy

    browser = cookies.token(request, cookies.BROWSER)
    token = sign_ins.begin(
        session, user.id, browser_words(request), visitors.lifetimes(request.app.state.settings),
        replaces=cookies.token(request, cookies.SESSION),
    )  # fmt: skip
    audit.record(session, accounts.actor(session, user.id), "user.sign-in", f"user:{user.id}", how=how)
    return token, sign_ins.remember_device(session, user.id, browser)


def with_cookies(request: Request, response: Response, tokens: tuple[str, str]) -> Response:
    """The response, with the cookies of somebody who was let in."""
    cookies.put_session(request, response, tokens[0])
    cookies.put_browser(request, response, tokens[1])
    response.headers["Cache-Control"] = "private, no-store"
    return response


def go_on(request: Request, tokens: tuple[str, str], to: str) -> Response:
    """Lets somebody in and takes them on, by way of a page that notices when the browser keeps no cookie."""
    response = RedirectResponse(address("/sign-in", [("next", local(to)), ("kept", "1")]), 303)
    return with_cookies(request, response, tokens)


def browser_words(request: Request) -> str:
    """What somebody would call their browser, such as Firefox on Windows."""
    agent = request.headers.get("user-agent", "")[:500]
    browser = next((name for name, pattern in _BROWSERS if re.search(pattern, agent)), "A browser")
    system = next((name for name, pattern in _SYSTEMS if re.search(pattern, agent)), "")
    return f"{browser} on {system}" if system else browser
