"""Owns the table from our errors to answers: status, words, and what to do next. Never shows a traceback to anyone."""

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from kb import errors
from kb.editorial.roles import Role
from kb.web import security
from kb.web.pages import Page, render
from kb.web.visitors import visitor

log = logging.getLogger(__name__)

# Each class answers for those derived from it. `tests/web/test_errors.py` proves that no leaf is left out.
STATUS: Final[dict[type[errors.KbError], int]] = {
    errors.QueryError: 422,
    errors.DocumentUnreadable: 422,
    errors.DocumentTooLarge: 413,
    errors.NotFound: 404,
    errors.Withdrawn: 410,
    errors.SearchUnavailable: 503,
    errors.EmbedderUnavailable: 503,
    errors.IndexBusy: 503,
    errors.ContentError: 500,
    errors.EditConflict: 409,
    errors.RepositoryUnavailable: 503,
    errors.SettingsError: 500,
    errors.SearchLogUnavailable: 500,
    errors.EvaluationError: 500,
    errors.DatabaseUnavailable: 503,
    errors.MailUnavailable: 503,
    errors.ProviderUnavailable: 503,
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.StepImpossible: 409,
    errors.AccountError: 422,
    errors.FormInvalid: 422,
    errors.TooManyTries: 429,
}

# Title and what to do, by status, in the order a person needs them.
WORDS: Final = {
    400: ("This request could not be read", "Go back and try again, or start from the home page."),
    401: ("Sign in to go on", "This needs an account. Ask the people who run this service if you have none."),
    403: ("This form was sent from another site", "Open the form on this site and send it from there."),
    404: (
        "Page not found",
        "If you typed the address, check it. If you followed a link, the page may have been renamed: search for what you wanted.",
    ),
    405: ("This address cannot be used like that", "Go back and follow a link or use a form on the page."),
    408: ("This took too long to send", "Try again, with a smaller file or on a faster connection."),
    409: ("This cannot be done now", "Go back, open the page again and look at where it stands."),
    410: ("This case study has been withdrawn", "Search for similar work, or browse by topic."),
    413: ("That is too large", "Send less at once."),
    422: ("There is a problem with this address", "Change what is named below, or start again."),
    429: ("Too many tries", "Wait a little, then try again."),
    500: (
        "Sorry, something went wrong",
        "Nothing you did caused this. Try again in a few minutes. If it goes on, tell the people who run this service.",
    ),
    503: (
        "Search is not available at the moment",
        "Try again in a few minutes. If it goes on, tell the people who run this service.",
    ),
}


# What is not available, where it is not search.
UNAVAILABLE: Final[dict[type[errors.KbError], str]] = {
    errors.DatabaseBusy: "Somebody else is saving at this moment",
    errors.DatabaseUnavailable: "Accounts and drafts are not available at the moment",
    errors.MailUnavailable: "The e-mail could not be sent",
    errors.RepositoryUnavailable: "Nothing can be published at the moment",
    errors.ProviderUnavailable: "This way to sign in does not work at the moment",
}
_STILL_THERE: Final = "Go back: what you typed is still in the form. Send it again in a minute. If it goes on, tell the people who run this service."


@dataclass(frozen=True, slots=True)
class ErrorPage(Page):
    """What happened, what to do now, and each problem by name."""

    template = "errors/error.html"
    status: int
    advice: str
    problems: tuple[str, ...] = ()
    search: bool = True
    restore: str = ""  # where an editor brings back what was withdrawn


def status_of(error: errors.KbError) -> int:
    """The status of the nearest class in the table."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def retry_after(error: errors.KbError) -> dict[str, str]:
    """The header that tells programs when to come again."""
    if isinstance(error, errors.TooManyTries):
        return {"Retry-After": str(error.seconds)}
    return {"Retry-After": "60"} if status_of(error) == 503 else {}


def wants_json(request: Request) -> bool:
    """Programs get problem+json: everything under /api/ but its documentation, and the health addresses."""
    return request.url.path.startswith(("/api/v", "/healthz", "/readyz"))


def problem(status: int, title: str, detail: str = "", **more: Any) -> JSONResponse:
    """An RFC 9457 problem document."""
    body = {"type": "about:blank", "title": title, "status": status, **({"detail": detail} if detail else {}), **more}
    headers = {"Retry-After": "60"} if status == 503 else None
    return JSONResponse(body, status, headers=headers, media_type="application/problem+json")


def answer(
    request: Request,
    status: int,
    detail: str = "",
    problems: dict[str, str] | None = None,
    title: str = "",
    advice: str = "",
) -> Response:
    """The problem document or the page for a status; `title` where something else than usual has happened."""
    usual, usual_advice = WORDS.get(status, (HTTPStatus(status).phrase, "Go back and try again."))
    advice = advice or (_STILL_THERE if title and request.method == "POST" else usual_advice)
    title = title or usual
    if wants_json(request):
        more = {"errors": [{"field": name, "message": text} for name, text in problems.items()]} if problems else {}
        return problem(status, title, detail, **more)
    told = tuple(problems.values()) if problems else ((detail,) if detail else ())
    actor = visitor(request).actor
    slug = request.path_params.get("slug", "") if status == 410 and actor and actor.has(Role.EDITOR) else ""
    restore = f"/case-studies/{slug}/restore" if slug else ""
    page = ErrorPage(title, status, advice, told, status in (404, 405, 410, 422), restore)
    return render(request, page, status, {"Retry-After": "60"} if status == 503 else None)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.KbError)  # noqa: S101 - registered for that class only
    status = status_of(error)
    if status >= 500:
        log.error("%s %s: %s", request.method, request.url.path, error)
    if isinstance(error, errors.QueryError):
        return answer(request, status, str(error), error.problems)
    if isinstance(error, errors.Withdrawn) and wants_json(request):
        told = {"case_study": error.title, "withdrawn": error.on, "reason": error.reason}
        return problem(status, WORDS[410][0], str(error), **told)
    if isinstance(error, errors.NotAllowed):  # not a form of another site, for which this status has its words
        return answer(request, status, str(error), title="You cannot do this", advice="Nothing was changed.")
    if status < 500:
        response = answer(request, status, str(error))
        response.headers.update(retry_after(error))
        return response
    title = next((UNAVAILABLE[kind] for kind in type(error).__mro__ if kind in UNAVAILABLE), "")
    # What is wrong with the service may name its folders: that is in the log, for whoever runs it. Readers of a page
    # are told what they can do, programs what would cure it.
    return answer(request, status, error.cure if wants_json(request) else "", title=title)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    response = answer(request, error.status_code, "" if error.status_code in WORDS else str(error.detail))
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    return answer(request, 422, problems={str(item["loc"][-1]): str(item["msg"]) for item in error.errors()})


async def _unexpected(request: Request, error: Exception) -> Response:
    log.exception("%s %s", request.method, request.url.path, exc_info=error)
    response = answer(request, 500)
    # Starlette answers these outside all other middleware, so that nothing else would put the headers on.
    security.put(response.headers, getattr(request.state, "nonce", ""))
    return response


def register(app: FastAPI) -> None:
    """Puts the table to use."""
    app.add_exception_handler(errors.KbError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unexpected)
