"""Owns the two cookies that people with an account have: names, flags, reading and writing. Never knows what a token opens.

Readers get none. Outside local use both are Secure and `__Host-`: no other site of the organisation can plant them.
"""

import re
from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

from kb.editorial.sign_ins import DEVICE

SESSION: Final = "kb_session"  # signed in now
BROWSER: Final = "kb_browser"  # was signed in before: strangers who guess do not slow this browser down
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def is_local(request: HTTPConnection) -> bool:
    """Whether the site is used on the computer that it runs on, where there is no https.

    A proxy on the same computer may ask for `localhost` too: then KB_BASE_URL tells that people use https.
    """
    try:
        host = request.url.hostname
    except ValueError:  # a Host header that is no host
        return False
    return host in _LOOPBACK and not request.app.state.settings.base_url.startswith("https:")


def name(request: HTTPConnection, cookie: str) -> str:
    """The name that a cookie has where this request comes from."""
    return cookie if is_local(request) else f"__Host-{cookie}"


def token(request: HTTPConnection, cookie: str) -> str:
    """The token that the browser sent; empty for none, or for what cannot be one of ours."""
    sent = request.cookies.get(name(request, cookie), "") if "cookie" in request.headers else ""
    return sent if _TOKEN.fullmatch(sent) else ""


def put(request: HTTPConnection, response: Response, cookie: str, value: str, seconds: int) -> None:
    """Leaves a token with the browser for so many seconds."""
    response.set_cookie(
        name(request, cookie), value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=not is_local(request)
    )  # fmt: skip


def put_session(request: HTTPConnection, response: Response, value: str) -> None:
    """Leaves the token of a sign-in for as long as it can last."""
    put(request, response, SESSION, value, int(request.app.state.settings.session_hours * 3600))


def put_browser(request: HTTPConnection, response: Response, value: str) -> None:
    """Leaves the token of a browser that was used before."""
    put(request, response, BROWSER, value, int(DEVICE.total_seconds()))


def drop_session(request: HTTPConnection, response: Response) -> None:
    """Takes the token of a sign-in away from the browser."""
    put(request, response, SESSION, "", 0)
