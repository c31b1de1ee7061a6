"""Owns the addresses of signing in with an organisation's own accounts: leaving for the provider and coming back. Never reads a token itself."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from kb.editorial import accounts
from kb.editorial.openid import Provider
from kb.errors import AccountError, NotFound, ProviderUnavailable
from kb.settings import Settings
from kb.web import cookies, entry, errors
from kb.web.deps import DatabaseDep
from kb.web.pages import render
from kb.web.sign_in import SignInPage

router = APIRouter(include_in_schema=False)

_COOKIE: Final = "kb_openid"  # what binds the way back to the browser that left
_SECONDS: Final = 15 * 60
_NOT_KEPT: Final = {"Cache-Control": "no-store"}


@router.get("/sign-in/openid")
def leave(request: Request, database: DatabaseDep, next: str = "") -> Response:
    """Sends the browser to the provider."""
    try:
        url, secret = _provider(request).begin(database, _back(request), entry.local(next))
    except ProviderUnavailable as error:
        return _refused(request, error)
    response = RedirectResponse(url, 303, _NOT_KEPT)
    cookies.put(request, response, _COOKIE, secret, _SECONDS)
    return response


@router.get("/sign-in/openid/callback")
def come_back(request: Request, database: DatabaseDep) -> Response:
    """Lets in whoever the provider says it is, if somebody has added them here."""
    provider = _provider(request)
    secret = cookies.token(request, _COOKIE)
    try:
        identity, to = provider.finish(database, _back(request), secret, dict(request.query_params))
        with database.writing() as session:
            user = accounts.of_identity(session, identity.key, identity.email, identity.verified)
            tokens = entry.admit(request, session, user, "openid")
    except (AccountError, ProviderUnavailable) as error:
        response = _refused(request, error)
    else:
        response = entry.go_on(request, tokens, to)
    cookies.put(request, response, _COOKIE, "", 0)
    return response


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound("There is no such page.")
    return provider


def _back(request: Request) -> str:
    settings: Settings = request.app.state.settings
    return f"{settings.address}/sign-in/openid/callback"


def _refused(request: Request, error: AccountError | ProviderUnavailable) -> Response:
    name = _provider(request).name
    page = SignInPage("Sign in", problems=(("", str(error)),), provider=name)
    return render(request, page, errors.status_of(error), _NOT_KEPT | errors.retry_after(error))
