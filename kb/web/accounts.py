"""Owns the pages of one's own account: roles, browsers, password. Never shows or changes anybody else's."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from kb.content.vocabulary import Vocabulary
from kb.editorial import accounts, audit, notices, passwords, sign_ins
from kb.editorial.db import Database
from kb.editorial.roles import Actor, Role, scope_name
from kb.editorial.sign_ins import Browser
from kb.errors import AccountError, KbError, TooManyTries
from kb.settings import Settings
from kb.web import cookies, entry, errors, visitors
from kb.web.deps import ActorDep, DatabaseDep, VisitorDep
from kb.web.editing import VocabularyDep
from kb.web.pages import Page, render

router = APIRouter(include_in_schema=False)

# What each role lets somebody do, for the person who has it.
MAY: Final = {
    Role.CONTRIBUTOR: "write case studies and send them for review",
    Role.REVIEWER: "review case studies, and all that contributors do",
    Role.EDITOR: "publish and withdraw case studies, and all that reviewers do",
    Role.ADMIN: "look after the service, and all that editors do",
}
DONE: Final = {
    "password": "Your password was changed. Every other browser was signed out.",
    "sign-out": "That browser was signed out.",
}
_WRONG: Final = "This is not your present password"


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role in words: what it is called, what it allows, where."""

    role: str
    may: str
    where: str


@dataclass(frozen=True, slots=True)
class AccountPage(Page):
    """One's own account. `way` is how one signs in: password or the name of a provider."""

    template = "accounts/account.html"
    email: str
    roles: tuple[RoleLine, ...]
    browsers: tuple[Browser, ...]
    has_password: bool
    provider: str
    tasks: tuple[str, ...] = ()  # for admins: what keeps e-mails from arriving
    done: str = ""
    problems: tuple[tuple[str, str], ...] = ()
    least: int = passwords.LEAST


@router.get("/account")
def account(
    request: Request, actor: ActorDep, visitor: VisitorDep, database: DatabaseDep, vocabulary: VocabularyDep, done: str = ""
) -> Response:  # fmt: skip
    """The account of whoever asks."""
    page = _page(request, actor, visitor.sign_in, database, vocabulary, done=DONE.get(done, ""))
    return render(request, page)


@router.post("/account/sign-out")
def sign_out_browser(
    actor: ActorDep, database: DatabaseDep, browser: Annotated[str, Form(max_length=64)] = ""
) -> Response:
    """Signs one browser of this person out."""
    with database.writing() as session:
        sign_ins.end(session, actor.id, browser)
    return RedirectResponse("/account?done=sign-out#browsers", 303)


@router.post("/account/sign-out-everywhere")
def sign_out_everywhere(request: Request, actor: ActorDep, database: DatabaseDep) -> Response:
    """Signs every browser of this person out, this one too."""
    with database.writing() as session:
        sign_ins.end_all(session, actor.id)
        audit.record(session, actor, "user.sign-out-everywhere", f"user:{actor.id}")
    response = RedirectResponse("/sign-in", 303)
    cookies.drop_session(request, response)
    return response


@router.post("/account/password")
def change_password(
    request: Request, actor: ActorDep, visitor: VisitorDep, database: DatabaseDep, vocabulary: VocabularyDep,
    present: Annotated[str, Form()] = "", password: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Changes the password of this person, who has to know the present one."""
    try:
        tokens = _changed(request, actor, database, present, password)
    except (AccountError, TooManyTries) as error:
        status, headers = errors.status_of(error), errors.retry_after(error)
        page = _page(request, actor, visitor.sign_in, database, vocabulary, problems=((_field(error), str(error)),))
        return render(request, page, status, headers)
    return entry.with_cookies(request, RedirectResponse("/account?done=password", 303), tokens)


def _changed(request: Request, actor: Actor, database: Database, present: str, password: str) -> tuple[str, str]:
    from kb.editorial.models import User  # noqa: PLC0415 - with SQLAlchemy

    settings: Settings = request.app.state.settings
    request.app.state.throttle.hit("guess", f"user:{actor.id}")
    with database.reading() as session:
        stored = session.get_one(User, actor.id).password
    if not stored or not passwords.verify(present, stored).right:
        raise AccountError(_WRONG, field="present")
    request.app.state.throttle.clear("guess", f"user:{actor.id}")
    passwords.check(password, (actor.name, actor.email, settings.service_name))
    hashed = passwords.hashed(password)
    with database.writing() as session:
        user = session.get_one(User, actor.id)
        if user.password != stored:
            raise AccountError(_WRONG, field="present")
        accounts.set_password(session, actor, user, hashed)
        words = f"Hello {user.name},\n\nthe password of your account for {settings.service_name} was changed.\n\nIf it was not you, set a new one now: {settings.address}/reset\n"
        notices.queue(session, user.email, f"Your password for {settings.service_name} was changed", words)
        return entry.admit(request, session, user, "password change")


def _field(error: KbError) -> str:
    return (error.field if isinstance(error, AccountError) else "") or "present"


def _page(
    request: Request, actor: Actor, sign_in: str, database: Database, vocabulary: Vocabulary, done: str = "",
    problems: tuple[tuple[str, str], ...] = (),
) -> AccountPage:  # fmt: skip
    from kb.editorial.models import User  # noqa: PLC0415

    settings: Settings = request.app.state.settings
    with database.reading() as session:
        user = session.get_one(User, actor.id)
        browsers = sign_ins.browsers(session, actor.id, sign_in, visitors.lifetimes(settings))
        failed = notices.problems(session) if actor.has(Role.ADMIN) else 0
    roles = tuple(RoleLine(g.role.capitalize(), MAY[g.role], scope_name(g.scope, vocabulary)) for g in actor.grants)
    provider = request.app.state.provider
    tasks = post_tasks(settings, failed) if actor.has(Role.ADMIN) else ()
    return AccountPage(
        "Your account", actor.email, roles, tuple(browsers), user.password is not None, provider.name if provider and user.openid else "", tasks, done, problems,
    )  # fmt: skip


def post_tasks(settings: Settings, failed: int) -> tuple[str, ...]:
    """What an admin has to do so that e-mails arrive."""
    tasks = []
    if not settings.smtp_host:
        tasks.append(
            "No e-mails are sent: no mail server is set (KB_SMTP_HOST). They are written to the log of the service instead, links to sign in too."
        )
    if not settings.base_url:
        tasks.append(
            f"Links in e-mails lead to {settings.address}. Set KB_BASE_URL to the public address of this site."
        )
    if failed:
        tasks.append(
            f"{failed} e-mail{'s' * (failed != 1)} could not be delivered so far. The log of the service says why."
        )
    return tuple(tasks)
