"""Fixtures that many tests share: the real model, the real content's index (built once a run), and the site."""

import io
import os

if os.environ.get("PYTEST_XDIST_WORKER"):  # read when torch is imported: workers share the processors
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import filelock
import pytest
from fastapi import FastAPI
from hypothesis import settings as hypothesis_settings
from starlette.testclient import TestClient

from kb.content import package
from kb.content.folder import ContentFolder
from kb.search.builder import build
from kb.search.embedders import SentenceTransformerEmbedder
from kb.search.index import IndexStore
from kb.search.searcher import Searcher
from kb.settings import Settings
from kb.web.app import create_app

REPOSITORY = Path(__file__).resolve().parent.parent

os.environ["KB_SEARCH_LOG"] = ""  # tests of the log name a file of their own; no other leaves searches behind

hypothesis_settings.register_profile("local", deadline=None, max_examples=100)
hypothesis_settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(scope="session")
def embedder() -> SentenceTransformerEmbedder:
    """The real all-MiniLM-L6-v2."""
    return SentenceTransformerEmbedder()


@pytest.fixture(scope="session")
def published_index(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder) -> Path:
    """The index folder of the published content, built once and shared by all workers; tests only read it."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    with filelock.FileLock(shared / "published.lock"):
        build(ContentFolder(REPOSITORY / "content"), IndexStore(shared / "published"), embedder)
    return shared / "published"


@pytest.fixture(scope="session")
def published(published_index: Path, embedder: SentenceTransformerEmbedder) -> Searcher:
    """A searcher over the published content."""
    return Searcher(IndexStore(published_index, embedder.id), embedder)


@pytest.fixture(scope="session")
def app(published_index: Path) -> FastAPI:
    """The site over the published content; it follows no edits."""
    return create_app(Settings(content=REPOSITORY / "content", index=published_index, follow=False))


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client of the site that does not follow redirects and sees 500 pages as a browser would."""
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as made:
        yield made


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
def plain(monkeypatch):
    """No setting from outside, and a terminal of 100 columns."""
    for name in [name for name in os.environ if name.startswith("KB_")]:
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
