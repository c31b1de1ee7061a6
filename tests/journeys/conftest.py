"""The real site in a real Chromium: a server, a browser, and `visit`, which checks every page it opens."""

import contextlib
import functools
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    Request,
    sync_playwright,
)

from kb.web import cookies

REPOSITORY = Path(__file__).resolve().parents[2]
AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
NO_BROWSER = "No Chromium: no journey was tested. Install one (Debian: apt-get install chromium) and run this again."

AXE_RUN = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run({runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
  if (!found.testEngine) throw new Error("axe did not run");
  return found.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(" ")} ${n.failureSummary}`));
}"""
SIDEWAYS = """() => {
  const wide = document.documentElement.scrollWidth, have = window.innerWidth;
  if (wide <= have) return "";
  const guilty = [...document.body.querySelectorAll("*")].filter(e =>
    Math.max(e.getBoundingClientRect().right, e.scrollWidth) > have + 1);
  return `${wide} > ${have}: ${guilty.slice(-3).map(e => e.outerHTML.slice(0, 120)).join(" | ")}`;
}"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys come last: while a browser is open its event loop would stop any other test from running one."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@contextlib.contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serves a site on a free port; gives its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="site")
    thread.start()
    until = time.monotonic() + 60
    while not server.started and thread.is_alive() and time.monotonic() < until:
        time.sleep(0.05)
    assert server.started, "the site did not start"
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=30)
    listening.close()
    assert not thread.is_alive(), "the site did not stop"


@pytest.fixture(scope="session")
def site(app: FastAPI) -> Iterator[str]:
    """The address of the site, served on a free port while the tests run."""
    with served(app) as address:
        yield address


def _loaded_after(method: Callable[..., None]) -> Callable[..., None]:
    """A click or key that returns when the page it leads to is loaded: by itself it waits for the first byte only."""

    @functools.wraps(method)
    def act(locator: Locator, *arguments: object, **options: object) -> None:
        method(locator, *arguments, **options)
        if not locator.page.is_closed():
            locator.page.wait_for_load_state()

    return act


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started, pytest.MonkeyPatch.context() as patch:
        for name in ("click", "press"):
            patch.setattr(Locator, name, _loaded_after(getattr(Locator, name)))
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """An installed Chromium, else the one that Playwright installs."""
    installed = next(filter(None, map(shutil.which, NAMES)), None)
    if installed is None and not Path(playwright.chromium.executable_path).exists():
        pytest.skip(NO_BROWSER)
    started = playwright.chromium.launch(executable_path=installed, args=ARGUMENTS)
    yield started
    started.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker's script."""
    if not AXE.is_file():
        pytest.fail(f"{AXE} is missing: run make setup", pytrace=False)
    return AXE.read_text("utf-8")


class Watch:
    """Hears everything a page complains about or asks for, and remembers what it should not have."""

    def __init__(self, page: Page, site: str) -> None:
        self.problems: list[str] = []
        self.expected = 200
        self._page, self._site = page, site
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)

    def _console(self, message: ConsoleMessage) -> None:
        # The browser reports an error status of the page itself as an error; where a test expects it, that is no fault.
        wanted = self.expected >= 400 and f"status of {self.expected} " in message.text
        if message.type in ("error", "warning") and not wanted:
            self.problems.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith(self._site + "/"):
            self.problems.append(f"asked another host: {request.url}")

    def _failed(self, request: Request) -> None:
        # The browser gives up what is under way when the page is left, and we suggestions for fewer letters.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"failed: {request.url} {request.failure}")


Check = Callable[[Page], None]
Visit = tuple[str, int, int]  # an address in a window of some width and height


@pytest.fixture(scope="session")
def check_page(axe: str) -> Check:
    """Fails when the page as it now stands scrolls sideways or has an accessibility problem that a program can find."""

    def check(page: Page) -> None:
        assert page.evaluate(SIDEWAYS) == ""
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(axe)
        assert page.evaluate(AXE_RUN) == []

    return check


class Visitor:
    """Opens pages of the site and checks each one it opens."""

    def __init__(self, browser: Browser, window: BrowserContext, site: str, check: Check, checked: set[Visit]) -> None:
        self._browser, self._window, self._site, self._check, self._checked = browser, window, site, check, checked
        self.opened: list[Page | BrowserContext] = []
        self.watches: list[Watch] = []

    def __call__(self, path: str, width: int = 1100, height: int = 900, status: int = 200, **options: object) -> Page:
        context = self._window
        if options:
            context = self._browser.new_context(base_url=self._site, **options)
            self.opened.append(context)
        page = context.new_page()
        self.opened.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(10_000)
        self.watches.append(Watch(page, self._site))
        self.watches[-1].expected = status
        response = page.goto(path)
        assert response is not None
        assert response.status == status, f"{path} answered {response.status}"
        # The same address in a window of the same size is the same page: it is checked once a run. With scripts off the
        # checker's own promises and timers would not run either.
        if (path, width, height) not in self._checked and options.get("java_script_enabled", True):
            self._check(page)
            self._checked.add((path, width, height))
        self.assert_quiet()
        return page

    def assert_quiet(self) -> None:
        """No page opened so far has complained, failed to load something, or asked another host for anything."""
        assert [problem for watch in self.watches for problem in watch.problems] == []


@pytest.fixture(scope="session")
def window(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """One window for most visits, so that styles and scripts are fetched once; the site keeps nothing in it."""
    opened = browser.new_context(base_url=site)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def checked() -> set[Visit]:
    """The visits whose pages have been checked in this run."""
    return set()


@pytest.fixture
def visit(
    browser: Browser, window: BrowserContext, site: str, check_page: Check, checked: set[Visit]
) -> Iterator[Visitor]:
    """Opens a page at a width and checks it; whatever the pages complain about later fails the test too."""
    visitor = Visitor(browser, window, site, check_page, checked)
    yield visitor
    for opened in reversed(visitor.opened):
        opened.close()
    visitor.assert_quiet()


@pytest.fixture(scope="session")
def paths(app: FastAPI) -> dict[str, str]:
    """An address of each kind of page, taken from the content as it is."""
    index = app.state.searcher.store.current()
    case_studies = [index.case_study(slug) for slug in index.catalogue.slugs()]
    used = index.facets
    topics = list(index.vocabulary.schemes["topics"].concepts)
    most = max(topics, key=lambda id_: len(used["topic"].get(id_, ())))
    collaboratives = index.vocabulary.collaboratives
    return {
        "home": "/",
        "all case studies": "/search",
        "a later page": "/search?page=3",
        "results": "/search?q=reducing+restraint+on+acute+wards",
        "results, filtered": f"/search?q=waiting+times&topic={most}",
        "all case studies, filtered": f"/search?topic={most}&verdict=improved",
        "results, put right and widened": "/search?q=%22staff%22+restrant+ED+DNA+-prone",
        "nothing like it": "/search?q=sourdough+starter",
        "too few words": "/search?q=what+is+this",
        "case study with figures": f"/case-studies/{next(c.slug for c in case_studies if c.measures)}",
        "case study without figures": f"/case-studies/{next(c.slug for c in case_studies if not c.measures)}",
        "history": f"/case-studies/{case_studies[0].slug}/history",
        "paste a problem": "/search/problem",
        "others like a part": f"/case-studies/{case_studies[0].slug}/like/{case_studies[0].sections[0].anchor}",
        "topics": "/topics",
        "topic": f"/topics/{most}",
        "empty topic": f"/topics/{next(id_ for id_ in topics if not len(used['topic'].get(id_, ())))}",
        "settings": "/settings",
        "setting": f"/settings/{next(iter(used['setting']))}",
        "populations": "/populations",
        "methods": "/methods",
        "organisations": "/organisations",
        "organisation": f"/organisations/{max(used['organisation'], key=lambda id_: len(used['organisation'][id_]))}",
        "collaboratives": "/collaboratives",
        "collaborative": f"/collaboratives/{max(collaboratives, key=lambda id_: len(collaboratives[id_].members))}",
        "about": "/about",
        "accessibility statement": "/accessibility-statement",
        "cookies": "/cookies",
        "using the data": "/api/docs",
        "no such page": "/no-such-page",
        "no such case study": "/case-studies/no-such-case-study",
        "problem with the search": "/search?q=%3F%3F&page=-1",
    }


@pytest.fixture(scope="module")
def publishing(
    publishing_at: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Any, str]]:
    """A site to publish on, which follows what is published, and its address."""
    made = publishing_at(tmp_path_factory.mktemp("publishing"), follow=True)
    with served(made.client.app) as address:
        yield made, address


@pytest.fixture
def visit_as(
    browser: Browser, publishing: tuple[Any, str], check_page: Check, session_token: Callable[..., str]
) -> Iterator[Callable[..., Page]]:
    """`visit_as(person, path, width, scripts=True)`: a page of that site for somebody who is signed in, checked.

    `visit_as.expect(409)` says with which status the next answers come, 200 for none but good ones.
    """
    made, address = publishing
    context = browser.new_context(base_url=address)
    visitor = Visitor(browser, context, address, check_page, set())

    def go(person: Any, path: str, width: int = 1100, scripts: bool = True, **options: Any) -> Page:
        cookie = {
            "name": cookies.SESSION, "value": session_token(made.client, person), "domain": "127.0.0.1", "path": "/",
            "httpOnly": True, "secure": False, "sameSite": "Lax", "expires": -1,
        }  # fmt: skip
        opened = {"java_script_enabled": scripts, "storage_state": {"cookies": [cookie], "origins": []}}
        return visitor(path, width, **opened, **options)

    def expect(status: int) -> None:
        visitor.watches[-1].expected = status

    go.expect = expect  # type: ignore[attr-defined]
    yield go
    for opened in reversed(visitor.opened):
        opened.close()
    context.close()
    visitor.assert_quiet()
