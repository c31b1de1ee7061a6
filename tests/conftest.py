"""Fixtures that many tests share: the real model, the real content's index (built once a run), and the site."""

import contextlib
import email
import email.policy
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

if os.environ.get("PYTEST_XDIST_WORKER"):  # read when torch is imported: workers share the processors
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import filelock
import pytest
from fastapi import FastAPI
from hypothesis import settings as hypothesis_settings
from starlette.testclient import TestClient

from kb.content import package
from kb.content.folder import ContentFolder
from kb.editorial import accounts, sign_ins
from kb.editorial.audit import Operator
from kb.editorial.roles import EVERYWHERE, Actor, Role, Scoped
from kb.search.builder import build
from kb.search.index import IndexStore
from kb.search.onnx_embedder import OnnxEmbedder
from kb.search.searcher import Searcher
from kb.settings import Settings
from kb.web import cookies, visitors
from kb.web.app import create_app
from tests.publishing_site import COMPLETE, FEWER_FALLS, SHORTER_WAITS, VOCABULARY, PublishingSite

REPOSITORY = Path(__file__).resolve().parent.parent

os.environ["KB_SEARCH_LOG"] = ""  # tests of the log name a file of their own; no other leaves searches behind
os.environ["KB_MODELS"] = str(REPOSITORY / "data" / "models")  # written once, not by every test
_DATABASE = tempfile.TemporaryDirectory(prefix="kb-tests-")  # for tests that name none; each process has its own
os.environ["KB_DATABASE_URL"] = f"sqlite:///{_DATABASE.name}/exchange.sqlite"

hypothesis_settings.register_profile("local", deadline=None, max_examples=100)
hypothesis_settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(scope="session")
def embedder() -> OnnxEmbedder:
    """The real all-MiniLM-L6-v2."""
    return OnnxEmbedder("", Path(os.environ["KB_MODELS"]))


@pytest.fixture(scope="session")
def published_index(tmp_path_factory: pytest.TempPathFactory, embedder: OnnxEmbedder) -> Path:
    """The index folder of the published content, built once and shared by all workers; tests only read it."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    with filelock.FileLock(shared / "published.lock"):
        build(ContentFolder(REPOSITORY / "content"), IndexStore(shared / "published"), embedder)
    return shared / "published"


@pytest.fixture(scope="session")
def published(published_index: Path, embedder: OnnxEmbedder) -> Searcher:
    """A searcher over the published content."""
    return Searcher(IndexStore(published_index, embedder.id), embedder)


@pytest.fixture(scope="session")
def app(published_index: Path, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The site over the published content, with a database of its own; it follows no edits."""
    database = f"sqlite:///{tmp_path_factory.mktemp('database')}/exchange.sqlite"
    return create_app(
        Settings(content=REPOSITORY / "content", index=published_index, follow=False, database_url=database)
    )


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client of the site that does not follow redirects and sees 500 pages as a browser would."""
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as made:
        yield made


PASSWORD = "seven quiet herons at dusk"  # noqa: S105 - of people who exist only in tests


@pytest.fixture(scope="session")
def password() -> str:
    """The password of everybody made by `people`."""
    return PASSWORD


@pytest.fixture(scope="session")
def hashed_password() -> str:
    """That password as it is stored, with parameters that take a millisecond instead of a tenth of a second."""
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    return PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),)).hash(PASSWORD)


@pytest.fixture(scope="session")
def people(hashed_password: str) -> Callable[..., Actor]:
    """`people(client, "reviewer@organisation:RWK", name="", email="")`: somebody with these roles in a site's database.

    A role without @ is everywhere. Each call makes another person, unless a name or an address is given.
    """
    count = iter(range(1, 1_000_000))

    def make(client: TestClient | FastAPI, *grants: str, name: str = "", email: str = "") -> Actor:
        number = next(count)
        scoped = [Scoped(Role(role), scope or EVERYWHERE) for role, _, scope in (g.partition("@") for g in grants)]
        with getattr(client, "app", client).state.database.writing() as session:
            user = accounts.add(
                session, Operator("tests"), email or f"person{number}@example.nhs.uk", name or f"Person {number}", scoped
            )  # fmt: skip
            user.password = hashed_password
            session.flush()
            return accounts.actor(session, user.id)

    return make


@pytest.fixture(scope="session")
def session_token() -> Callable[[TestClient | FastAPI, Actor], str]:
    """`session_token(client, person)`: the token of a browser that is signed in as somebody."""

    def make(client: TestClient | FastAPI, person: Actor) -> str:
        app = getattr(client, "app", client)
        with app.state.database.writing() as session:
            return sign_ins.begin(session, person.id, "A test", visitors.lifetimes(app.state.settings))

    return make


@pytest.fixture(scope="session")
def signed_in(session_token: Callable[..., str]) -> Callable[[TestClient, Actor], TestClient]:
    """`signed_in(client, person)`: another client of the same site, signed in; the one given stays a reader's."""

    def make(client: TestClient, person: Actor) -> TestClient:
        made = TestClient(client.app, raise_server_exceptions=False, follow_redirects=False)
        made.cookies.set(f"__Host-{cookies.SESSION}", session_token(client, person))
        return made

    return make


class Mailbox:
    """What a mail server does with e-mails: keeps them. `settings` are those that make a site send through it."""

    def __init__(self, port: int) -> None:
        self.messages: list[EmailMessage] = []
        self.settings = {
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "smtp_security": "none",
            "mail_from": "Exchange <exchange@example.nhs.uk>",
        }

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert envelope.rcpt_tos == [message["To"]]
        self.messages.append(message)
        return "250 OK"

    def wait(self, number: int = 1) -> "EmailMessage":
        """The e-mail with this number, as soon as it has come."""
        until = time.monotonic() + 10
        while len(self.messages) < number:
            assert time.monotonic() < until, f"only {len(self.messages)} e-mails came"
            time.sleep(0.02)
        return self.messages[number - 1]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real mail server."""
    from aiosmtpd.controller import Controller

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    made = Mailbox(port)
    controller = Controller(made, hostname="127.0.0.1", port=port, ready_timeout=30)
    controller.start()
    yield made
    controller.stop()


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an OpenID Connect provider, a process of its own; `ada` and others have accounts there."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    claims = {
        "ada": {"email": "Ada@Example.nhs.uk", "email_verified": True, "name": "Ada Love"},
        "unsure": {"email": "unsure@example.nhs.uk", "email_verified": False},
        "silent": {"email": "silent@example.nhs.uk"},
        "nameless": {},
    }
    users = [part for sub, more in claims.items() for part in ("--user-claims", json.dumps({"sub": sub, **more}))]
    log = tmp_path_factory.mktemp("provider") / "log"
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true", *users]
    with log.open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
    until = time.monotonic() + 60
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, "the provider did not start"
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(30)


@pytest.fixture(scope="session")
def consent() -> Callable[..., str]:
    """`consent(url, "ada")`: signs in over there as a person does; gives the address that the browser is sent back to."""
    import httpx2

    def give(url: str, who: str) -> str:
        form = {"action": "deny"} if not who else {"sub": who}
        answer = httpx2.post(url, data=form, follow_redirects=False, timeout=30)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    return give


@pytest.fixture(scope="session")
def complete() -> str:
    """The text of a case study that answers every required question."""
    return COMPLETE


@pytest.fixture(scope="session")
def publishing_at(
    embedder: OnnxEmbedder, people: Callable[..., Actor], signed_in: Callable[..., TestClient]
) -> Callable[..., PublishingSite]:
    """`publishing_at(folder, **settings)`: a site to publish on in a folder of its own.

    It has two case studies, fewer-falls and shorter-waits, in a git repository `content`, and the database beside it.
    """

    def make(folder: Path, **settings: object) -> PublishingSite:
        content = ContentFolder(folder / "content")
        content.case_studies.mkdir(parents=True)
        content.vocabulary.mkdir()
        for slug, text in (("fewer-falls", FEWER_FALLS), ("shorter-waits", SHORTER_WAITS)):
            (content.case_studies / f"{slug}.md").write_text(text, "utf-8")
        for name, text in VOCABULARY.items():
            (content.vocabulary / f"{name}.yaml").write_text(text, "utf-8")
        build(content, IndexStore(folder / "index"), embedder)
        chosen = {"follow": False, "database_url": f"sqlite:///{folder}/exchange.sqlite", **settings}
        app = create_app(Settings(content=content.path, index=folder / "index", **chosen))
        client = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
        made = PublishingSite(
            client, content, signed_in,
            people(client, "contributor@organisation:RWK", name="Wanda Writer", email="wanda@example.nhs.uk"),
            people(client, "reviewer@organisation:RWK", name="Rita Reviewer", email="rita@example.nhs.uk"),
            people(client, "editor@collaborative:impact", name="Edith Editor", email="edith@example.nhs.uk"),
            people(client, "editor@organisation:RXX", name="Stan Stranger", email="stan@example.nhs.uk"),
        )  # fmt: skip
        made.git("init", "-q", "-b", "main")
        made.git("add", ".")
        made.git("commit", "-q", "-m", "Begin")
        return made

    return make


@pytest.fixture(scope="session")
def docx() -> Callable[..., bytes]:
    """Makes a Word file: of the XML inside its body, or of a whole main part as bytes, and any other parts by name."""
    namespaces = "".join(
        f' xmlns:{prefix}="{uri}"' for uri, prefix in package.PREFIXES.items() if not uri.startswith("http://purl")
    )

    def make(body: str | bytes, parts: dict[str, bytes | str] | None = None) -> bytes:
        whole = body if isinstance(body, bytes) else f"<w:document{namespaces}><w:body>{body}</w:body></w:document>"
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in {
                "[Content_Types].xml": "<Types/>",
                "word/document.xml": whole,
                **(parts or {}),
            }.items():
                archive.writestr(name, content)
        return made.getvalue()

    return make


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says loudly, in this and in a parallel run, that journeys were skipped for want of a browser."""
    skipped = [report for report in terminalreporter.stats.get("skipped", ()) if "No Chromium" in str(report.longrepr)]
    if skipped:
        terminalreporter.section(f"{len(skipped)} BROWSER TESTS DID NOT RUN", sep="*", red=True, bold=True)
        terminalreporter.line(
            "No Chromium was found. Install one (Debian: apt-get install chromium), then run them again."
        )


@pytest.fixture
def never_hangs() -> Iterator[None]:
    """Stops a test that has used a minute of its own processor time, instead of hanging for hours.

    What it guards takes about a second, and a computer that is busy with other things changes nothing: no test of speed.
    """

    def stop(*_: object) -> None:
        pytest.fail("This used a minute of processor time: it no longer grows with length only.")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, 60)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


@pytest.fixture
def plain(monkeypatch):
    """No setting from outside, and a terminal of 100 columns."""
    for name in [name for name in os.environ if name.startswith("KB_") and name != "KB_MODELS"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def kb(plain):  # noqa: ARG001 - before any command runs
    """Runs a command in this process; gives (exit code, standard output, standard error)."""

    from typer.testing import CliRunner

    from kb.cli import app

    def run(*arguments):
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        # Only an exit is expected: any other exception would be a traceback on somebody's screen.
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout, result.stderr

    return run
