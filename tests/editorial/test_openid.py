"""Signing in with an organisation's own accounts: with a real provider's process, and with one that lies in every way we know of."""

import base64
import datetime
import hashlib
import http.server
import json
import logging
import threading
import time
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from sqlalchemy import select

from kb.editorial.models import OpenIdAttempt
from kb.editorial.openid import Identity, Provider, from_settings
from kb.errors import AccountError, ProviderUnavailable, SettingsError
from kb.settings import Settings, load

SECRET = "very-hidden"  # noqa: S105 - of nobody
BACK = "https://exchange.example/sign-in/openid/callback"
KEY, OTHER = RSAKey.generate_key(2048), RSAKey.generate_key(2048)


@pytest.fixture
def real(provider):
    return Provider(provider, "exchange", "a secret", "Example Trust")


def query(url):
    return dict(parse_qsl(urlsplit(url).query))


def test_somebody_signs_in_with_a_real_provider(database, real, provider, consent):
    url, secret = real.begin(database, BACK, "/drafts/x?y=1")
    asked = query(url)
    assert url.startswith(f"{provider}/oauth2/authorize?")
    assert (asked["response_type"], asked["client_id"], asked["redirect_uri"]) == ("code", "exchange", BACK)
    assert set(asked["scope"].split()) == {"openid", "email", "profile"}
    assert asked["code_challenge_method"] == "S256"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"], secret}) == 4
    back = consent(url, "ada")
    assert back.startswith(BACK)
    identity, to = real.finish(database, BACK, secret, query(back))
    assert identity == Identity(provider, "ada", "ada@example.nhs.uk", verified=True)
    assert to == "/drafts/x?y=1"
    assert identity.key == f"{provider} ada"
    # Once: neither this browser nor whoever copied the address comes in again.
    with pytest.raises(AccountError, match="too long, or was begun in another browser"):
        real.finish(database, BACK, secret, query(back))


@pytest.mark.parametrize(("who", "verified"), [("unsure", False), ("silent", True), ("nameless", True)])
def test_what_the_provider_says_of_an_address(database, real, consent, who, verified):
    """An address that it says nothing about is believed: it is one organisation's own directory."""
    url, secret = real.begin(database, BACK, "/")
    identity, _ = real.finish(database, BACK, secret, query(consent(url, who)))
    assert (identity.subject, identity.verified) == (who, verified)
    assert identity.email == ("" if who == "nameless" else f"{who}@example.nhs.uk")


def test_nothing_that_is_stored_helps_a_thief(database, real):
    url, secret = real.begin(database, BACK, "/")
    with database.reading() as session:
        (row,) = session.scalars(select(OpenIdAttempt))
    stored = str(vars(row))
    assert not any(word in stored for word in (secret, *[query(url)[n] for n in ("state", "nonce", "code_challenge")]))


def test_another_browser_cannot_end_what_this_one_began(database, real, consent):
    """Otherwise somebody could sign a colleague in as themselves and read what they write."""
    mine, _ = real.begin(database, BACK, "/")
    _, secret = real.begin(database, BACK, "/")
    answer = query(consent(mine, "ada"))
    for wrong in (secret, "", "x" * 43):
        with pytest.raises(AccountError, match="another browser"):
            real.finish(database, BACK, wrong, answer)


def test_a_code_is_for_whoever_began_and_a_refusal_is_a_sentence(database, real, consent, caplog):
    url, secret = real.begin(database, BACK, "/")
    with pytest.raises(AccountError, match="Example Trust did not sign you in"):
        real.finish(database, BACK, secret, query(consent(url, "")))
    url, secret = real.begin(database, BACK, "/")
    with pytest.raises(ProviderUnavailable, match="does not work at the moment"):
        real.finish(database, BACK, secret, {"state": query(url)["state"], "code": "made up"})
    assert "made up" not in caplog.text


def test_an_attempt_that_took_too_long_is_over(database, real, consent):
    url, secret = real.begin(database, BACK, "/")
    answer = query(consent(url, "ada"))
    with database.writing() as session:
        for row in session.scalars(select(OpenIdAttempt)):
            row.created_at -= datetime.timedelta(minutes=16)
    with pytest.raises(AccountError, match="too long"):
        real.finish(database, BACK, secret, answer)


def test_a_provider_that_is_not_there_is_a_sentence(database, caplog):
    with pytest.raises(ProviderUnavailable, match=r"Example Trust does not work at the moment.*use a password"):
        Provider("http://127.0.0.1:9", "exchange", "", "Example Trust").begin(database, BACK, "/")
    assert "http://127.0.0.1:9" in caplog.text  # for whoever runs this


class Liar(http.server.BaseHTTPRequestHandler):
    """A provider that answers with whatever the test has put into `server.says`."""

    def do_GET(self):
        base = f"http://127.0.0.1:{self.server.server_port}"
        if self.path.endswith("/.well-known/openid-configuration"):
            path = self.path.partition("/.well-known")[0]
            self.answer({
                "issuer": base + path, "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token",
                "jwks_uri": f"{base}/keys", "id_token_signing_alg_values_supported": ["RS256"], **self.server.says["metadata"],
            })  # fmt: skip
        else:
            self.server.asked_keys += 1
            self.answer(KeySet(self.server.says["keys"]).as_dict(private=False))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.server.form = {name: values[0] for name, values in parse_qs(body).items()}
        self.server.authorization = self.headers.get("authorization", "")
        self.answer({"access_token": "a", "token_type": "Bearer", "id_token": self.server.says["token"]})

    def answer(self, body):
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@pytest.fixture
def liar():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
    server.says = {"metadata": {}, "keys": [KEY], "token": ""}
    server.form, server.authorization, server.asked_keys = {}, "", 0
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class Visit:
    """One sign-in with the liar: what it was asked, and what it makes of the token it says."""

    def __init__(self, database, liar, path="", **more):
        self.database, self.liar = database, liar
        self.base = f"http://127.0.0.1:{liar.server_port}"
        self.provider = Provider(self.base + path, "exchange", more.get("secret", "s"), "Example Trust")
        self.url, self.secret = self.provider.begin(database, BACK, "/")
        self.claims = {
            "iss": self.base + path, "aud": "exchange", "sub": "7", "email": "ada@example.nhs.uk", "email_verified": True,
            "nonce": query(self.url)["nonce"], "iat": int(time.time()), "exp": int(time.time()) + 600,
        }  # fmt: skip

    def end(self, key=KEY, header=None, token=None, **claims):
        said = {name: value for name, value in (self.claims | claims).items() if value is not None}
        header = header or {"alg": "RS256", "kid": key.thumbprint()}
        self.liar.says["token"] = token or jwt.encode(header, said, key, algorithms=["RS256", "HS256", "none"])
        answer = {"state": query(self.url)["state"], "code": "c"}
        return self.provider.finish(self.database, BACK, self.secret, answer)[0]


@pytest.fixture(autouse=True)
def _keys_have_names():
    for key in (KEY, OTHER):
        key.ensure_kid()


def test_the_honest_way_and_the_proof_that_goes_with_the_code(database, liar):
    visit = Visit(database, liar)
    assert visit.end() == Identity(visit.base, "7", "ada@example.nhs.uk", verified=True)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(liar.form["code_verifier"].encode()).digest()).rstrip(b"=")
    assert challenge.decode() == query(visit.url)["code_challenge"]
    assert (liar.form["grant_type"], liar.form["redirect_uri"]) == ("authorization_code", BACK)
    assert liar.authorization.startswith("Basic ")
    assert "client_secret" not in liar.form


def test_the_secret_goes_the_way_that_the_provider_takes(database, liar):
    liar.says["metadata"] = {"token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"]}
    Visit(database, liar).end()
    assert (liar.form["client_secret"], liar.authorization) == ("s", "")
    Visit(database, liar, secret="").end()
    assert "client_secret" not in liar.form
    assert liar.form["client_id"] == "exchange"


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://evil.example"}, {"iss": None}, {"aud": "another"}, {"aud": ["another", "third"]}, {"aud": None},
        {"aud": ["exchange", "other"], "azp": "other"}, {"nonce": "another"}, {"nonce": None}, {"exp": 1}, {"exp": None}, {"sub": None},
        {"iat": None}, {"exp": int(time.time()) - 600}, {"nbf": int(time.time()) + 3_600},
    ],
    ids=lambda lie: "-".join(f"{name}-{type(value).__name__}" for name, value in lie.items()),  # the same in every process
)  # fmt: skip
def test_a_token_that_is_not_for_this_sign_in_is_refused(database, liar, lie):
    visit = Visit(database, liar)
    with pytest.raises(ProviderUnavailable):
        visit.end(**lie)


def test_a_token_that_the_provider_did_not_sign_is_refused(database, liar):
    forged = RSAKey.import_key(OTHER.as_dict(private=True) | {"kid": KEY.kid})
    with pytest.raises(ProviderUnavailable):
        Visit(database, liar).end(key=forged, header={"alg": "RS256", "kid": KEY.kid})
    visit = Visit(database, liar)
    part = [
        base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in ({"alg": "none"}, visit.claims)
    ]
    with pytest.raises(ProviderUnavailable):
        visit.end(token=".".join([*part, ""]))
    for junk in ("", "x", "a.b.c", "a.b.c.d.e"):
        with pytest.raises(ProviderUnavailable):
            Visit(database, liar).end(token=junk or "\x00")


def test_our_secret_is_never_taken_for_a_key(database, liar):
    from joserfc.jwk import OctKey

    liar.says["metadata"] = {"id_token_signing_alg_values_supported": ["HS256", "none", "RS256"]}
    visit = Visit(database, liar)
    secret = OctKey.import_key("s" * 32)
    with pytest.raises(ProviderUnavailable):
        visit.end(key=secret, header={"alg": "HS256"})


def test_new_keys_of_the_provider_are_asked_for_once(database, liar):
    visit = Visit(database, liar)
    visit.end()
    liar.says["keys"] = [OTHER]
    visit.url, visit.secret = visit.provider.begin(database, BACK, "/")
    visit.claims["nonce"] = query(visit.url)["nonce"]
    assert visit.end(key=OTHER).subject == "7"
    assert liar.asked_keys == 2
    visit.url, visit.secret = visit.provider.begin(database, BACK, "/")
    visit.claims["nonce"] = query(visit.url)["nonce"]
    visit.end(key=OTHER)
    assert liar.asked_keys == 2


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"}, {"issuer": ""}, {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "file:///etc/passwd"}, {"jwks_uri": None}, {"issuer": "http://{tenantid}/v2.0"},
    ],
    ids=str,
)  # fmt: skip
def test_a_provider_that_describes_another_is_not_believed(database, liar, metadata):
    liar.says["metadata"] = metadata
    with pytest.raises(ProviderUnavailable):
        Visit(database, liar)


TENANT = "11111111-2222-3333-4444-555555555555"


def entra(database, liar, **claims):
    """Entra ID for several organisations: the address says "organizations", the tokens name each one's issuer."""
    base = f"http://127.0.0.1:{liar.server_port}"
    liar.says["metadata"] = {"issuer": base + "/{tenantid}/v2.0"}
    visit = Visit(database, liar, "/organizations/v2.0")
    ours = {"iss": f"{base}/{TENANT}/v2.0", "tid": TENANT, "email_verified": None}
    return visit.end(**(ours | claims))


def test_entra_id_for_several_organisations(database, liar):
    found = entra(database, liar, xms_edov=True)
    assert (found.issuer.endswith(f"/{TENANT}/v2.0"), found.verified) == (True, True)
    # Any administrator can write anybody's address into their own directory.
    assert not entra(database, liar).verified
    assert not entra(database, liar, xms_edov=False).verified
    for lie in ({"tid": "other"}, {"tid": None}, {"iss": "https://evil.example"}, {"tid": "../" + TENANT[3:]}):
        with pytest.raises(ProviderUnavailable):
            entra(database, liar, **lie)


@pytest.mark.usefixtures("plain")
def test_the_settings_make_a_provider():
    assert from_settings(Settings()) is None
    made = from_settings(
        Settings(openid_issuer="https://login.example/t/v2.0/", openid_client_id="x", openid_client_secret=SECRET)
    )
    assert (made.issuer, made.name) == ("https://login.example/t/v2.0", "your organisation")
    for wrong in ("http://login.example", "login.example", "ftp://login.example", "https://"):
        with pytest.raises(SettingsError, match=r"KB_OPENID_ISSUER|--openid_issuer"):
            load(openid_issuer=wrong, openid_client_id="x")
    with pytest.raises(SettingsError, match="openid_client_id"):
        load(openid_issuer="https://login.example")
    assert SECRET not in repr(Settings(openid_client_secret=SECRET))


def test_no_token_or_secret_gets_into_the_log(database, liar, caplog):
    with caplog.at_level(logging.DEBUG), pytest.raises(ProviderUnavailable):
        Visit(database, liar, secret=SECRET).end(aud="another")
    ours = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("kb"))
    assert liar.says["token"] not in ours
    assert SECRET not in ours
