"""Owns the pages behind links that let somebody in: an invitation, a new password, and asking for one. Never says who has an account."""

import logging
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, BackgroundTasks, FastAPI, Form, Request
from fastapi.responses import Response

from kb.editorial import accounts, links, passwords
from kb.editorial.db import Database
from kb.editorial.links import INVITATION, RESET
from kb.editorial.mail import Mailer
from kb.errors import AccountError, KbError, TooManyTries
from kb.settings import Settings
from kb.web import entry, errors, visitors
from kb.web.deps import DatabaseDep
from kb.web.pages import Page, render

router = APIRouter(include_in_schema=False)
log = logging.getLogger(__name__)

_NOT_KEPT: Final = {"Cache-Control": "no-store"}
_TITLES: Final = {INVITATION: "Choose your password", RESET: "Set a new password"}


@dataclass(frozen=True, slots=True)
class AskPage(Page):
    """Asking for a link to set a new password; once it was asked for, what happens next."""

    template = "accounts/reset.html"
    email: str = ""
    asked: bool = False
    problems: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ChoosePage(Page):
    """Choosing a password behind a link. Without `email` the link no longer works."""

    template = "accounts/choose.html"
    purpose: str
    name: str = ""
    email: str = ""
    problems: tuple[tuple[str, str], ...] = ()
    provider: str = ""
    least: int = passwords.LEAST


@router.get("/reset")
def ask(request: Request) -> Response:
    """The form that asks for a link."""
    return render(request, AskPage("Set a new password"), headers=_NOT_KEPT)


@router.post("/reset")
def asked(
    request: Request, tasks: BackgroundTasks, database: DatabaseDep, email: Annotated[str, Form(max_length=1_000)] = ""
) -> Response:
    """Sends a link where there is an account; the answer is the same, and as quick, where there is none."""
    page = AskPage("Set a new password", email.strip())
    try:
        accounts.address(email)
        request.app.state.throttle.hit("reset", visitors.network(request))
    except (AccountError, TooManyTries) as error:
        made = AskPage(page.title, page.email, problems=(("email", str(error)),))
        return render(request, made, errors.status_of(error), _NOT_KEPT | errors.retry_after(error))
    with database.reading() as session:  # a database that cannot be used is said, not kept quiet
        accounts.find(session, email)
    tasks.add_task(_send, request.app, email)
    return render(request, AskPage("Check your e-mail", page.email, asked=True), headers=_NOT_KEPT)


@router.get("/invitation/{token}")
def invitation(request: Request, token: str, database: DatabaseDep) -> Response:
    """The form behind an invitation. Opening it does not use the link up."""
    return _form(request, database, INVITATION, token)


@router.post("/invitation/{token}")
def accept(request: Request, token: str, database: DatabaseDep, password: Annotated[str, Form()] = "") -> Response:
    """Sets the first password and lets the person in."""
    return _choose(request, database, INVITATION, token, password)


@router.get("/reset/{token}")
def reset(request: Request, token: str, database: DatabaseDep) -> Response:
    """The form behind a link for a new password. Opening it does not use the link up."""
    return _form(request, database, RESET, token)


@router.post("/reset/{token}")
def set_new(request: Request, token: str, database: DatabaseDep, password: Annotated[str, Form()] = "") -> Response:
    """Sets a new password and lets the person in; every browser that was signed in no longer is."""
    return _choose(request, database, RESET, token, password)


def _form(
    request: Request, database: Database, purpose: str, token: str, problems: tuple[tuple[str, str], ...] = (), status: int = 200
) -> Response:  # fmt: skip
    with database.reading() as session:
        user = links.holder(session, token, purpose)
    if user is None:
        return render(request, ChoosePage("This link does not work any more", purpose), 404, _NOT_KEPT)
    provider = request.app.state.provider
    page = ChoosePage(
        _TITLES[purpose], purpose, user.name, user.email, problems, provider.name if provider and purpose == INVITATION else ""
    )  # fmt: skip
    return render(request, page, status, _NOT_KEPT)


def _choose(request: Request, database: Database, purpose: str, token: str, password: str) -> Response:
    with database.reading() as session:
        user = links.holder(session, token, purpose)
    if user is None:
        return _form(request, database, purpose, token)
    try:
        passwords.check(password, (user.name, user.email, request.app.state.settings.service_name))
        hashed = passwords.hashed(password)
    except (AccountError, TooManyTries) as error:
        return _form(request, database, purpose, token, (("password", str(error)),), errors.status_of(error))
    with database.writing() as session:
        user = links.use(session, token, purpose, hashed)
        tokens = entry.admit(request, session, user, purpose) if user else None
    if tokens is None:  # of two forms sent at once, one wins
        return _form(request, database, purpose, token)
    return entry.go_on(request, tokens, "")


def _send(app: FastAPI, email: str) -> None:
    """After the answer: makes the link and sends it, where there is an account that may have one."""
    settings: Settings = app.state.settings
    database: Database = app.state.database
    mailer: Mailer = app.state.mailer
    try:
        app.state.throttle.hit("reset-account", email.strip().lower())
        with database.writing() as session:
            user = accounts.find(session, email)
            if user is None or user.disabled_at is not None:
                return
            if user.openid and not user.password:
                subject = f"How to sign in to {settings.service_name}"
                body = f"Hello {user.name},\n\nyou sign in with {settings.openid_name}, so there is no password to set here.\n\n{settings.address}/sign-in\n"
            else:
                token = links.make(session, user, RESET)
                subject, body = links.letter(settings.address, settings.service_name, user.name, RESET, token)
        mailer.send(user.email, subject, body)
    except TooManyTries:
        log.warning("No further link for a new password was sent: one was sent several times within the hour.")
    except KbError as error:
        log.error("A link for a new password was not sent: %s", error)
