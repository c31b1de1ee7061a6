"""Fetching a page in a test always checks the page: `page` does it for the published site, `checked` for any answer."""

import datetime
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import html5lib
import pytest
import yaml
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from kb.content.case_study import CaseStudy
from kb.content.folder import ContentFolder
from kb.content.vocabulary import Vocabulary
from kb.editorial import answers, drafts, passwords, steps
from kb.editorial.models import Draft
from kb.editorial.publishing import Publisher
from kb.editorial.roles import Actor
from kb.search.builder import build
from kb.search.index import IndexStore
from kb.settings import Settings
from kb.web.app import create_app
from kb.web.editing import publisher

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


# A case study that is complete enough to be handed in: every required question is answered.
COMPLETE = """---
title: Safer nights on an older people's ward
summary: We asked everyone at risk what they get up for at night. Falls went from 11 a month to 6.
verdict: improved
organisations: [RWK]
settings: [older-adult-ward]
regions: [midlands]
populations: [older-adults]
population: Adults over 65 who were at risk of falling
not_reached: People on the ward for less than two days
topics: [falls]
stage: sustained
started: 2025-04
measures:
- {name: Falls at night, baseline: "11", result: "6", unit: a month}
involvement: {level: co-designed, people: [People who had stayed on the ward]}
contact: {role: Falls team, email: falls@example.nhs.uk}
interests: None
approval: Registered as quality improvement
---

## Problem

In 2024 the ward had 11 falls a month between 10pm and 6am, twice as many as by day.

## Aim

To halve falls at night, from 11 a month to 5 or fewer, by March 2026.

## What was done

From April 2025 a healthcare assistant asked each person at 9pm what they might get up for.

## Results

Falls at night went from 11 a month to 6 and have stayed there for nine months.

## Involvement

People who had stayed on the ward wrote the question that is asked at 9pm.

## What was learned

Ask at 9pm, not at handover, because people are awake. Tell the night staff why.
"""


@dataclass
class PublishingSite:
    """A site over a content folder in git, with people who write, review and edit; `other` is of another organisation."""

    client: TestClient
    content: ContentFolder
    enter: Callable[[TestClient, Actor], TestClient]
    writer: Actor
    reviewer: Actor
    editor: Actor
    other: Actor

    def by(self, person: Actor) -> TestClient:
        """A browser that is signed in as somebody."""
        return self.enter(self.client, person)

    @property
    def publisher(self) -> Publisher:
        return publisher(self.client.app)

    @property
    def words(self) -> Vocabulary:
        return self.client.app.state.vocabulary.current()

    def git(self, *words: str) -> str:
        who = ["-c", "user.name=By Hand", "-c", "user.email=hand@example.org"]
        done = subprocess.run(["git", *who, *words], cwd=self.content.path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def draft(
        self, text: str = COMPLETE, base: str = "", to: str = "submitted", home: str = "organisation:RWK", writer: Actor | None = None
    ) -> str:  # fmt: skip
        """The id of a draft with this text, taken as far as a state: draft, submitted, in-review or approved."""
        writer, made = writer or self.writer, self.publisher
        base_text = (self.content.case_studies / f"{base}.md").read_text("utf-8") if base else ""
        with made.database.writing() as session:
            typed, carried = answers.from_case_study(CaseStudy.parse(text))
            id_ = drafts.start(session, writer, home, typed, carried, (base, base_text))
        taken = [("submit", writer), ("review", self.editor), ("approve", self.editor)]
        for name, actor in taken[: ["draft", "submitted", "in-review", "approved"].index(to)]:
            with made.database.writing() as session:
                steps.take(session, actor, drafts.open_(session, actor, id_, self.words), name, made.house)
        return id_

    def row(self, id_: str) -> Draft:
        """The draft as the database has it."""
        with self.publisher.database.reading() as session:
            return session.get_one(Draft, id_)


@pytest.fixture
def publishing_site(
    request: pytest.FixtureRequest,
    site: Callable[..., TestClient],
    people: Callable[..., Actor],
    signed_in: Callable[..., TestClient],
    tmp_path: Path,
) -> PublishingSite:
    """A site to publish on, with two case studies, fewer-falls and shorter-waits. Settings may be given as its parameter."""
    client = site(
        {
            "fewer-falls": {
                "title": "Fewer falls", "summary": "Falls fell.", "organisations": ["RWK"], "published": datetime.date(2025, 1, 2),
                "body": "## Problem\n\nPeople fell at night.\n\n## Results\n\nFewer fell.\n",
            },
            "shorter-waits": {"title": "Shorter waits", "organisations": ["RXX"]},
        },
        {
            "organisations": {"organisations": [{"id": "RWK", "name": "East Trust"}, {"id": "RXX", "name": "West Trust"}]},
            "collaboratives": {"collaboratives": [{"id": "impact", "name": "Impact", "members": ["RWK"]}]},
        },
        **{"base_url": "https://exchange.example.nhs.uk", **getattr(request, "param", {})},
    )  # fmt: skip
    made = PublishingSite(
        client, ContentFolder(tmp_path / "content"), signed_in,
        people(client, "contributor@organisation:RWK", name="Wanda Writer", email="wanda@example.nhs.uk"),
        people(client, "reviewer@organisation:RWK", name="Rita Reviewer", email="rita@example.nhs.uk"),
        people(client, "editor@collaborative:impact", name="Edith Editor", email="edith@example.nhs.uk"),
        people(client, "editor@organisation:RXX", name="Stan Stranger", email="stan@example.nhs.uk"),
    )  # fmt: skip
    made.git("init", "-q", "-b", "main")
    made.git("add", ".")
    made.git("commit", "-q", "-m", "Begin")
    return made


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
