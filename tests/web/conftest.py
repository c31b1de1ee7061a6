"""Fetching a page in a test always checks the page: `page` does it for the published site, `checked` for any answer."""

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import html5lib
import pytest
import yaml
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from kb.content.folder import ContentFolder
from kb.editorial import passwords
from kb.search.builder import build
from kb.search.index import IndexStore
from kb.settings import Settings
from kb.web.app import create_app

SERVICE = "Improvement Exchange"


def check(response: Any, status: int = 200) -> BeautifulSoup:
    """The page in an answer, after everything that holds for every page was found to hold for this one."""
    where = str(response.url)
    assert response.status_code == status, f"{where} answered {response.status_code}"
    assert response.headers["content-type"] == "text/html; charset=utf-8", where
    parser = html5lib.HTMLParser()
    parser.parse(response.text)
    assert [(place, name, more) for place, name, more in parser.errors] == [], where
    soup = BeautifulSoup(response.text, "html.parser")
    problems = [*_words(soup), *_references(soup), *_foreign(soup), *_policy(soup, response.headers)]
    assert problems == [], where
    return soup


def _words(soup: BeautifulSoup) -> list[str]:
    problems = [] if soup.html.get("lang") == "en" else ["the language is not given"]
    headings = [h1.get_text(strip=True) for h1 in soup.find_all("h1")]
    if len(headings) != 1 or not headings[0]:
        problems.append(f"h1: {headings}")
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    if not re.fullmatch(rf"\S.* - {SERVICE}", title):
        problems.append(f"title: {title!r}")
    return problems + [f"{words!r} is on the page" for words in ("Traceback", "Undefined") if words in soup.get_text()]


def _references(soup: BeautifulSoup) -> list[str]:
    ids = Counter(element["id"] for element in soup.find_all(id=True))
    problems = [f"the id {id_!r} is there {times} times" for id_, times in ids.items() if times > 1 or not id_]
    wanted = {label.get("for", "") for label in soup.find_all("label")}
    for name in ("aria-labelledby", "aria-describedby", "aria-controls"):
        wanted |= {id_ for element in soup.find_all(attrs={name: True}) for id_ in element[name].split()}
    wanted |= {a["href"][1:] for a in soup.find_all("a", href=re.compile("^#"))}
    return problems + [f"nothing has the id {id_!r}" for id_ in sorted(wanted - ids.keys())]


def _foreign(soup: BeautifulSoup) -> list[str]:
    addresses = [e.get("src") or e.get("href") or "" for e in soup.find_all(["script", "link", "img", "iframe"])]
    problems = [f"{address} is on another host" for address in addresses if urlsplit(address).netloc]
    links = [element["href"] for element in soup.find_all(href=True)]
    schemes = {"", "http", "https", "mailto"}
    return problems + [f"{link} is no link to follow" for link in links if urlsplit(link.strip()).scheme not in schemes]


def _policy(soup: BeautifulSoup, headers: Any) -> list[str]:
    policy = headers.get("content-security-policy", "")
    nonce = re.search(r"'nonce-([^']+)'", policy)
    problems = [] if "default-src 'none'" in policy and "unsafe" not in policy and nonce else [f"CSP: {policy!r}"]
    for script in soup.find_all("script"):
        if not script.get("src") and (nonce is None or script.get("nonce") != nonce[1]):
            problems.append(f"the policy stops this script: {script}")
    problems += [f"inline style: {element.name}" for element in soup.find_all(style=True) + soup.find_all("style")]
    inline = [(e.name, name) for e in soup.find_all(True) for name in e.attrs if name.startswith("on")]
    return problems + [f"inline handler: {found}" for found in inline]


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """The real hashing with parameters that take a millisecond; tests/editorial/test_passwords.py has the real ones."""
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: quick)
        passwords._nobodys.cache_clear()
        yield
    passwords._nobodys.cache_clear()


@pytest.fixture(scope="session")
def checked() -> Callable[..., BeautifulSoup]:
    """`checked(response, status=200)`: the page in an answer, checked."""
    return check


@pytest.fixture(scope="session")
def page(client: TestClient) -> Callable[..., BeautifulSoup]:
    """`page(address, status=200)`: a page of the published site, checked."""
    return lambda address, status=200: check(client.get(address), status)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, embedder: Any) -> Callable[[ContentFolder, Path], None]:
    """`built(content, index)`: the index of a folder; one that was built for the same text in this run is copied."""
    kept: dict[tuple[tuple[str, bytes], ...], Path] = {}

    def make(content: ContentFolder, index: Path) -> None:
        files = sorted(content.path.rglob("*.*"))
        key = tuple((path.relative_to(content.path).as_posix(), path.read_bytes()) for path in files)
        if key not in kept:
            kept[key] = tmp_path_factory.mktemp("built") / "index"
            build(content, IndexStore(kept[key]), embedder)
        shutil.copytree(kept[key], index)

    return make


@pytest.fixture
def site(tmp_path: Path, built: Callable[[ContentFolder, Path], None]) -> Callable[..., TestClient]:
    """`site(case_studies={slug: front matter}, vocabulary={name: data}, **settings)`: a site over a small folder of its own.

    The real model reads it; the folders are `content` and `index` below `tmp_path`, the database beside them.
    """

    def make(
        case_studies: dict[str, dict[str, Any]], vocabulary: dict[str, Any] | None = None, **settings: Any
    ) -> TestClient:
        content = ContentFolder(tmp_path / "content")
        content.case_studies.mkdir(parents=True)
        for slug, fields in case_studies.items():
            body = fields.pop("body", "## Problem\n\nToo many people waited.\n")
            content.case_studies.joinpath(f"{slug}.md").write_text(
                f"---\n{yaml.safe_dump(fields)}---\n\n{body}", "utf-8"
            )
        for name, data in (vocabulary or {}).items():
            content.vocabulary.mkdir(exist_ok=True)
            content.vocabulary.joinpath(f"{name}.yaml").write_text(yaml.safe_dump(data), "utf-8")
        built(content, tmp_path / "index")
        chosen = {"follow": False, "database_url": f"sqlite:///{tmp_path}/exchange.sqlite", **settings}
        app = create_app(Settings(content=content.path, index=tmp_path / "index", **chosen))
        return TestClient(app, raise_server_exceptions=False, follow_redirects=False)

    return make


@pytest.fixture
def publishing_site(request: pytest.FixtureRequest, publishing_at: Callable[..., Any], tmp_path: Path) -> Any:
    """A site to publish on (see `publishing_at`). Settings may be given as its parameter."""
    return publishing_at(tmp_path, **{"base_url": "https://exchange.example.nhs.uk", **getattr(request, "param", {})})


@pytest.fixture(scope="session")
def small_index(tmp_path_factory: pytest.TempPathFactory, embedder: Any) -> Path:
    """A folder with `content` and `index` of one case study, built once; tests only read it."""
    folder = tmp_path_factory.mktemp("small")
    content = ContentFolder(folder / "content")
    content.case_studies.mkdir(parents=True)
    content.case_studies.joinpath("falls.md").write_text(
        "---\ntitle: Fewer falls\n---\n\n## Problem\n\nFalls.\n", "utf-8"
    )
    build(content, IndexStore(folder / "index"), embedder)
    return folder


@pytest.fixture
def fresh(tmp_path: Path, small_index: Path) -> Callable[..., TestClient]:
    """`fresh(**settings)`: a site with a database of its own over content that all share: quick to make."""

    def make(**settings: Any) -> TestClient:
        chosen = {"follow": False, "database_url": f"sqlite:///{tmp_path}/exchange.sqlite", **settings}
        app = create_app(Settings(content=small_index / "content", index=small_index / "index", **chosen))
        return TestClient(app, raise_server_exceptions=False, follow_redirects=False)

    return make


@pytest.fixture
def browser_of() -> Callable[..., TestClient]:
    """`browser_of(client, address="")`: another browser of the same site, over https, from an address of its own."""
    count = iter(range(1, 250))

    def make(client: TestClient, address: str = "") -> TestClient:
        address = address or f"203.0.113.{next(count)}"
        return TestClient(
            client.app, "https://testserver", raise_server_exceptions=False, follow_redirects=False, client=(address, 5_000)
        )  # fmt: skip

    return make


@pytest.fixture
def mine(publishing_site):
    return publishing_site.by(publishing_site.writer)


@pytest.fixture
def send():
    """`send(client, file=(name, bytes), **fields)`: the answer to the form."""

    def post(client, file=None, **fields):
        return client.post("/drafts", data=fields, files={"file": file or ("", b"")})

    return post
