"""Owns signing in with a password and signing out: the form, its answers, what was typed when a sign-in ran out. Never decides who may do what."""

import logging
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from kb.editorial import accounts, passwords, sign_ins
from kb.editorial.db import Database
from kb.editorial.roles import Actor
from kb.editorial.sign_ins import Visitor
from kb.editorial.throttle import Throttle
from kb.errors import AccountError, DatabaseUnavailable, KbError, NotSignedIn, TooManyTries
from kb.web import access, cookies, entry, errors, kept, visitors
from kb.web.deps import DatabaseDep, VisitorDep
from kb.web.kept import Kept
from kb.web.pages import Page, address, render

router = APIRouter(include_in_schema=False)
log = logging.getLogger(__name__)

_NOT_KEPT: Final = {"Cache-Control": "no-store"}
_WRONG: Final = "There is no account with this e-mail address and password"
_NO_COOKIE: Final = "Your browser did not keep the cookie that signs you in. Allow cookies for this site, and open it at an address that begins with https."
_MOST_TYPED: Final = 2_000  # characters of an address or a password: more was never typed


@dataclass(frozen=True, slots=True)
class SignInPage(Page):
    """The form. `kept` is what was typed when a sign-in ran out, `by` whose that was."""

    template = "accounts/sign_in.html"
    to: str = ""
    email: str = ""
    problems: tuple[tuple[str, str], ...] = ()
    kept: Kept | None = None
    by: str = ""
    provider: str = ""


@dataclass(frozen=True, slots=True)
class KeptPage(Page):
    """Somebody is signed in again, and what they typed before is still here. `theirs`: whether they typed it."""

    template = "accounts/kept.html"
    kept: Kept
    theirs: bool
    name: str


@router.get("/sign-in")
def form(request: Request, visitor: VisitorDep, next: str = "", kept: str = "") -> Response:
    """The form; whoever is signed in already goes on at once."""
    if visitor.actor:
        return RedirectResponse(entry.local(next), 303, _NOT_KEPT)
    problems = (("", _NO_COOKIE),) if kept else ()
    return _page(request, SignInPage("Sign in", next, problems=problems))


@router.post("/sign-in", max_body_size=kept.MOST_BYTES)
async def sign_in(request: Request) -> Response:
    """Lets somebody in, or says why not; what was typed before stays in either case."""
    sent = await request.form(max_files=0, max_fields=300, max_part_size=kept.MOST_BYTES)
    text = {name: value for name, value in sent.items() if isinstance(value, str)}
    email, password, to = (text.get(name, "")[:_MOST_TYPED] for name in ("email", "password", "next"))
    carried = (
        kept.of_form(text["kept-to"], sent) if access.takes_forms(text.get("kept-to", "").partition("?")[0]) else None
    )
    page = SignInPage("Sign in", to, email.strip(), (), carried, text.get("kept-by", ""))
    try:
        problems = _missing(email, password)
        if problems:
            return _page(request, page, problems, 422)
        actor, tokens = await run_in_threadpool(_let_in, request, email.strip().lower(), password)
    except AccountError as error:
        return _page(request, page, (("email", str(error)),), 422)
    except (TooManyTries, DatabaseUnavailable) as error:
        return _page(request, page, (("", _spoken(error)),), errors.status_of(error), errors.retry_after(error))
    if carried is None:
        return entry.go_on(request, tokens, to)
    theirs = text.get("kept-by", "") in ("", str(actor.id))
    request.state.visitor = Visitor(actor)  # for the head of this page
    made = render(request, KeptPage("You are signed in", carried, theirs, actor.name))
    return entry.with_cookies(request, made, tokens)


@router.post("/sign-out")
def sign_out(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """Signs this browser out."""
    if visitor.actor:
        with database.writing() as session:
            sign_ins.end(session, visitor.actor.id, visitor.sign_in)
    response = RedirectResponse("/", 303, _NOT_KEPT)
    cookies.drop_session(request, response)
    return response


async def ask(request: Request, error: Exception) -> Response:
    """The answer to somebody who has to sign in first: the form, with what they sent kept in it."""
    assert isinstance(error, KbError)  # noqa: S101 - registered for one of its classes
    if errors.wants_json(request) or request.method not in ("GET", "POST"):
        return errors.answer(request, 401, str(error))
    if request.method == "GET":
        here = address(request.url.path, request.query_params.multi_items())
        return RedirectResponse(address("/sign-in", [("next", here)]), 303, _NOT_KEPT)
    if not access.takes_forms(request.url.path):  # nothing there is worth keeping, and a password must not be
        return _page(request, SignInPage("Sign in to go on", "/account"), status=401)
    carried = await kept.of_request(request)
    by = visitors.visitor(request).ended
    page = SignInPage("Sign in to go on", carried.to, "", (), carried, str(by or ""))
    return _page(request, page, status=401)


def register(app: FastAPI) -> None:
    """Puts the form in place of the error page."""
    app.add_exception_handler(NotSignedIn, ask)


def _let_in(request: Request, email: str, password: str) -> tuple[Actor, tuple[str, str]]:
    """Who it is, and the tokens of the sign-in.

    Raises:
        AccountError: address and password do not go together, or the account is closed.
        TooManyTries: it was tried too often.
        DatabaseUnavailable: nobody can be looked up.
    """
    from kb.editorial.models import User  # noqa: PLC0415 - with SQLAlchemy, for those who sign in

    database: Database = request.app.state.database
    throttle: Throttle = request.app.state.throttle
    throttle.hit("sign-in", visitors.network(request))
    browser = cookies.token(request, cookies.BROWSER)
    with database.reading() as session:
        user = accounts.find(session, email)
        known = user is not None and sign_ins.knows_device(session, user.id, browser)
    # A browser that its owner used before has tries of its own: a stranger's guesses cannot lock the owner out there.
    limit, key = ("guess-from-known-browser", f"{email} {browser}") if known else ("guess", email)
    throttle.hit(limit, key)
    verified = passwords.verify(password, user.password if user else None)
    if user is None or not verified.right:
        log.info("A sign-in failed, from %s", visitors.network(request) or "this computer")
        raise AccountError(_WRONG)
    with database.writing() as session:
        now = session.get_one(User, user.id)
        if now.disabled_at is not None:
            raise AccountError("Your account is closed.", "Ask the people who run this service.")
        if now.password != user.password:  # changed between looking and here
            raise AccountError(_WRONG)
        if verified.hashed:
            now.password = verified.hashed
        tokens = entry.admit(request, session, now, "password")
        actor = accounts.actor(session, now.id)
    throttle.clear(limit, key)
    return actor, tokens


def _missing(email: str, password: str) -> tuple[tuple[str, str], ...]:
    problems = (("email", "Enter your e-mail address", email.strip()), ("password", "Enter your password", password))
    return tuple((field, sentence) for field, sentence, value in problems if not value)


def _spoken(error: KbError) -> str:
    return (
        str(error)
        if isinstance(error, TooManyTries)
        else "Signing in does not work at the moment. Try again in a minute."
    )


def _page(
    request: Request, page: SignInPage, problems: tuple[tuple[str, str], ...] = (), status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    provider = request.app.state.provider
    made = SignInPage(
        page.title, page.to, page.email, problems or page.problems, page.kept, page.by, provider.name if provider else ""
    )  # fmt: skip
    return render(request, made, status, _NOT_KEPT | (headers or {}))
