"""Owns signing in with an organisation's own accounts by OpenID Connect: asking the provider, checking its answer. Never makes an account.

Authorization code with PKCE. The browser holds one secret in a cookie; state, nonce and code verifier are derived from it,
so that the database has nothing that would help a thief, and no other browser can end what this one began.
"""

import base64
import datetime
import hashlib
import hmac
import logging
import re
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kb.editorial import tokens
from kb.editorial.db import Database
from kb.editorial.tokens import digest
from kb.errors import AccountError, ProviderUnavailable
from kb.settings import Settings

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import OAuth2Client

log = logging.getLogger(__name__)

_TIMEOUT: Final = 10.0  # seconds for each answer of the provider: somebody waits
_FRESH: Final = 3600.0  # seconds that what the provider says about itself is believed
_LASTS: Final = datetime.timedelta(minutes=15)  # to sign in over there, with a second factor
_LEEWAY: Final = 120  # seconds that its clock may differ from ours
# Signed with the provider's own key. "none" proves nothing, HS256 would make our secret a key.
_ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
_AGAIN: Final = "Start again from the sign-in page."
_TENANT: Final = "{tenantid}"  # Entra ID's addresses for several organisations name the issuer like this


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says somebody is. `verified`: whether it vouches for the address."""

    issuer: str
    subject: str
    email: str
    verified: bool

    @property
    def key(self) -> str:
        """What an account is bound to: it stays the same when the address or the name changes."""
        return f"{self.issuer} {self.subject}"


class Provider:
    """The organisation's own sign-in, as the settings describe it."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, name: str) -> None:
        self.issuer, self.name = issuer.rstrip("/"), name
        self._client_id, self._client_secret = client_id, client_secret
        self._lock = threading.Lock()
        self._said: dict[str, Any] = {}
        self._keys: dict[str, Any] = {}
        self._asked = 0.0

    def begin(self, database: Database, redirect_uri: str, to: str) -> tuple[str, str]:
        """Where to send the browser, and the secret to leave with it; `to` is where it goes in the end.

        Raises:
            ProviderUnavailable: the provider cannot be asked.
            DatabaseUnavailable: nothing can be noted.
        """
        from sqlalchemy import delete  # noqa: PLC0415 - pages for readers do without it

        from kb.editorial.models import OpenIdAttempt  # noqa: PLC0415

        metadata = self._metadata()
        secret = tokens.new()
        now = datetime.datetime.now(datetime.UTC)
        with database.writing() as session:
            session.execute(delete(OpenIdAttempt).where(OpenIdAttempt.created_at < now - _LASTS))
            session.add(OpenIdAttempt(state=digest(_derived("state", secret)), to=to, created_at=now))
        with self._client(redirect_uri) as client:
            url, _ = client.create_authorization_url(
                metadata["authorization_endpoint"], state=_derived("state", secret), nonce=_derived("nonce", secret),
                code_verifier=_derived("verifier", secret),
            )  # fmt: skip
        return str(url), secret

    def finish(
        self, database: Database, redirect_uri: str, secret: str, answer: dict[str, str]
    ) -> tuple[Identity, str]:
        """Who came back, and where they wanted to go. What was begun can be ended once.

        Args:
            secret: what `begin` left with the browser.
            answer: the query that the provider sent the browser back with.

        Raises:
            AccountError: this is not the end of what this browser began, or the provider let nobody in.
            ProviderUnavailable: the provider cannot be asked, or what it says cannot be believed.
        """
        if "code" not in answer:  # refused over there; some then forget the state
            log.warning("%s let nobody in: %r", self.name, {k: v[:200] for k, v in answer.items() if k != "state"})
            raise AccountError(f"{self.name[:1].upper()}{self.name[1:]} did not sign you in.", _AGAIN)
        to = self._ended(database, secret, answer.get("state", ""))
        from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415
        from httpx2 import HTTPError  # noqa: PLC0415
        from joserfc.errors import JoseError  # noqa: PLC0415

        metadata = self._metadata()
        try:
            with self._client(redirect_uri) as client:
                token = client.fetch_token(
                    metadata["token_endpoint"], grant_type="authorization_code", code=answer["code"],
                    code_verifier=_derived("verifier", secret),
                )  # fmt: skip
            return self._identity(token, _derived("nonce", secret)), to
        except (AuthlibBaseError, HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
            raise self._unavailable("its answer cannot be used", error) from error

    def _ended(self, database: Database, secret: str, state: str) -> str:
        """The address that the attempt wanted to go to; it is over now, however it ends."""
        from kb.editorial.models import OpenIdAttempt  # noqa: PLC0415

        ours = bool(secret) and hmac.compare_digest(_derived("state", secret).encode(), state.encode())
        with database.writing() as session:
            attempt = session.get(OpenIdAttempt, digest(state)) if ours else None
            if attempt is not None:
                session.delete(attempt)
        if attempt is None or attempt.created_at + _LASTS < datetime.datetime.now(datetime.UTC):
            raise AccountError("This sign-in took too long, or was begun in another browser.", _AGAIN)
        return attempt.to

    def _identity(self, token: dict[str, Any], nonce: str) -> Identity:
        """What the ID token says, after everything about it was checked."""
        from authlib.oidc.core import CodeIDToken  # noqa: PLC0415
        from joserfc import jwt  # noqa: PLC0415
        from joserfc.errors import InvalidKeyIdError  # noqa: PLC0415
        from joserfc.jwk import KeySet  # noqa: PLC0415
        from joserfc.jws import JWSRegistry  # noqa: PLC0415

        metadata = self._metadata()
        offered = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
        registry = JWSRegistry(algorithms=[one for one in offered if one in _ALGORITHMS], strict_check_header=False)
        try:
            read = jwt.decode(token["id_token"], KeySet.import_key_set(self._key_set()), registry=registry)
        except InvalidKeyIdError:  # keys are replaced from time to time
            read = jwt.decode(token["id_token"], KeySet.import_key_set(self._key_set(again=True)), registry=registry)
        issuer = str(metadata["issuer"])
        several = _TENANT in issuer
        if several:
            tenant = str(read.claims.get("tid", ""))
            issuer = issuer.replace(_TENANT, tenant if re.fullmatch(r"[0-9a-f-]{36}", tenant) else "?")
        claims = CodeIDToken(
            read.claims, read.header,
            {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": self._client_id}},
            {"nonce": nonce, "client_id": self._client_id, "access_token": token.get("access_token")},
        )  # fmt: skip
        claims.validate(leeway=_LEEWAY)
        email = str(claims.get("email", "")).strip().lower()
        # Entra ID says nothing about an address or `xms_edov`. One organisation's own directory is believed; of several,
        # any administrator could write anybody's address into theirs.
        vouched = claims.get("email_verified", claims.get("xms_edov", None if several else True))
        return Identity(issuer, str(claims["sub"]), email, vouched in (True, "true", "True", 1, "1"))

    def _metadata(self) -> dict[str, Any]:
        """What the provider says about itself, at most an hour old."""
        with self._lock:
            if self._said and time.monotonic() - self._asked < _FRESH:
                return self._said
            said = self._fetch(f"{self.issuer}/.well-known/openid-configuration")
            issuer = str(said.get("issuer", ""))
            same = issuer.rstrip("/") == self.issuer
            tenants = _TENANT in issuer and issuer.replace(_TENANT, [*self.issuer.split("/"), ""][3]) == self.issuer
            addresses = [str(said.get(n, "")) for n in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
            scheme = self.issuer.partition(":")[0]  # https, or http on this computer: the settings take nothing else
            if not (same or tenants) or not all(address.startswith(f"{scheme}://") for address in addresses):
                raise self._unavailable("what it says about itself is not about it", ValueError(repr(said)[:500]))
            self._said, self._keys, self._asked = said, {}, time.monotonic()
            return said

    def _key_set(self, again: bool = False) -> Any:
        metadata = self._metadata()
        with self._lock:
            if not self._keys or again:
                self._keys = self._fetch(metadata["jwks_uri"])
            return self._keys

    def _fetch(self, url: str) -> dict[str, Any]:
        from httpx2 import HTTPError  # noqa: PLC0415

        try:
            with self._client("") as client:
                answer = client.request("GET", url, withhold_token=True)
                answer.raise_for_status()
                said = answer.json()
        except (HTTPError, ValueError) as error:
            raise self._unavailable("it does not answer", error) from error
        if not isinstance(said, dict):
            raise self._unavailable("it does not answer as it should", ValueError(repr(said)[:200]))
        return said

    def _client(self, redirect_uri: str) -> "OAuth2Client":
        from authlib.integrations.httpx_client import OAuth2Client  # noqa: PLC0415 - for those who sign in like that

        ways = self._said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        way = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
        return OAuth2Client(
            self._client_id, self._client_secret or None, scope="openid email profile", redirect_uri=redirect_uri,
            code_challenge_method="S256", token_endpoint_auth_method=way if self._client_secret else "none", timeout=_TIMEOUT,
        )  # fmt: skip

    def _unavailable(self, what: str, error: Exception) -> ProviderUnavailable:
        log.error("Sign-in with %s (%s): %s: %s: %s", self.name, self.issuer, what, type(error).__name__, error)
        return ProviderUnavailable(
            f"Signing in with {self.name} does not work at the moment.",
            "Try again in a few minutes, or use a password.",
        )


def from_settings(settings: Settings) -> Provider | None:
    """The provider that the settings describe, if any."""
    if not settings.openid_issuer:
        return None
    secret = settings.openid_client_secret.get_secret_value()
    return Provider(settings.openid_issuer, settings.openid_client_id, secret, settings.openid_name)


def _derived(purpose: str, secret: str) -> str:
    made = hmac.digest(secret.encode(), purpose.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()
