"""Reading the history of a case study in a real browser: choosing two versions, what changed, an old version, one withdrawn."""

import datetime
import os
import socket
import subprocess
import threading
import time

import pytest
import uvicorn

from kb.content import writing
from kb.content.addresses import Withdrawn
from kb.content.commit_messages import Author
from kb.content.folder import ContentFolder
from kb.content.repository import Repository
from kb.search.builder import build
from kb.search.index import IndexStore
from kb.settings import Settings
from kb.web.app import create_app

pytestmark = pytest.mark.browser

TEXT = """\
---
title: Fewer falls on a ward for older people
summary: Falls fell from {before} to {after} a month.
topics: [{topic}]
measures:
- {{name: Falls, baseline: '{before}', result: '{after}', unit: a month}}
- {{name: Injuries, baseline: '3', result: '3'}}
---

## Problem

Many people fell at night. https://example.org/{long}

Nobody counted the falls.

## Results

Falls fell to {after} a month{more}.
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory, embedder):
    """A site over a small repository with three versions of one case study, and another that was withdrawn."""
    base = tmp_path_factory.mktemp("history")
    folder = ContentFolder(base / "content")
    folder.case_studies.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patch.delenv(name)
        subprocess.run(["git", "init", "-q"], cwd=folder.path, check=True)
        repository, text = Repository(folder.path), ""
        for number, changed in enumerate(
            (
                {"topic": "falls", "more": ""},
                {"topic": "sleep", "more": ""},
                {"topic": "sleep", "more": ", and stayed there for a year"},
            ),
            1,
        ):
            expected = writing.blob(text) if text else ""
            text = TEXT.format(before=10, after=9 - number, long="x" * 120, **changed)
            path = writing.write(folder, "falls", text, expected)
            repository.commit(
                [path],
                "Publish falls",
                Author("Anna Berg", "a@example.org"),
                {"Version": str(number), "Reviewed-by": "Bo Lind"},
                f"Note {number}.",
            )
        left = Withdrawn("Sleep", datetime.date(2026, 11, 22), "A patient could be known.")
        writing.update_addresses(folder, lambda found: found.with_withdrawn("gone", left).with_move("old", "falls"))
        build(folder, IndexStore(base / "index"), embedder)
        listening = socket.create_server(("127.0.0.1", 0))
        app = create_app(
            Settings(
                content=folder.path, index=base / "index", follow=False, database_url=f"sqlite:///{base}/kb.sqlite"
            )
        )
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        until = time.monotonic() + 60
        while not server.started and thread.is_alive() and time.monotonic() < until:
            time.sleep(0.05)
        assert server.started
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=30)
        listening.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize("width", [1100, 320])
def test_two_versions_are_chosen_and_compared(browser, check_page, address, width, scripts):
    window = browser.new_context(
        base_url=address, viewport={"width": width, "height": 800}, java_script_enabled=scripts
    )

    def check(page):
        if scripts:
            for fold in page.locator("main details").all():
                fold.evaluate("fold => fold.open = true")
            check_page(page)

    page = window.new_page()
    page.goto("/case-studies/old")  # leads on
    assert page.url == f"{address}/case-studies/falls"
    page.get_by_role("link", name="History of this case study").click()
    page.locator(".kb-version").last.wait_for()
    assert page.locator(".kb-version").count() == 3
    check(page)
    first = page.locator(".kb-version").last
    first.get_by_label("Compare from").check()
    assert page.locator("input[name=from]:checked").count() == 1
    page.get_by_role("button", name="Show what changed").click()
    page.locator(".kb-change").last.wait_for()
    assert page.locator(".kb-change__title").all_inner_texts() == [
        "Summary Changed",
        "Topics Changed",
        "Figures Changed",
        "Results Changed",
    ]
    assert page.locator("ins", has_text="and stayed there").is_visible()
    check(page)
    page.get_by_role("link", name="Choose other versions").click()
    page.locator(".kb-version h2 a").nth(1).click()
    page.locator("#old_version").wait_for()
    assert page.get_by_role("heading", name="This is an old version").is_visible()
    check(page)
    page.get_by_role("link", name="What has changed since").click()
    page.locator(".kb-compared").wait_for()
    assert (
        page.locator(".kb-compared dd").first.inner_text().startswith(page.locator(".kb-compared a").first.inner_text())
    )
    page.get_by_role("link", name="Read the case study", exact=True).click()
    page.wait_for_url(f"{address}/case-studies/falls")
    page.goto("/case-studies/gone")
    assert "A patient could be known." in page.locator("main").inner_text()
    check(page)
    window.close()


def test_versions_are_chosen_with_the_keyboard(browser, address):
    window = browser.new_context(base_url=address)
    page = window.new_page()
    page.goto("/case-studies/falls/history")
    page.locator("input[name=from]:checked").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("#from_3").is_checked()
    assert page.locator("input[name=to]:checked").get_attribute("id") == "to_1"
    page.keyboard.press("Enter")
    page.wait_for_url("**/changes?**")
    assert page.locator(".kb-changes").is_visible()
    window.close()
