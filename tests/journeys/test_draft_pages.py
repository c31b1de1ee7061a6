"""The pages of drafts beside the questions, each as somebody meets it and with what goes wrong; wide, on a phone, without scripts."""

import os
from pathlib import Path

import pytest

from kb.editorial import answers, comments, drafts, steps
from kb.editorial.steps import House
from kb.web.cookies import SESSION

pytestmark = pytest.mark.browser

HOME = "organisation:RWK"
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
WAYS = pytest.mark.parametrize(
    ("width", "scripts"), [(1100, True), (320, True), (1100, False), (320, False)], ids=["wide", "phone", "wide, no scripts", "phone, no scripts"]
)  # fmt: skip


def click(page, role, name):
    with page.expect_navigation():
        page.get_by_role("main").get_by_role(role, name=name).first.click()


@pytest.fixture
def state(app, session_token):
    """`state(person)`: what a browser that is signed in as somebody holds."""

    def make(person):
        cookie = {
            "name": SESSION, "value": session_token(app, person), "domain": "127.0.0.1", "path": "/", "expires": -1, "httpOnly": True,
            "secure": False, "sameSite": "Lax",
        }  # fmt: skip
        return {"cookies": [cookie], "origins": []}

    return make


@pytest.fixture
def drafted(app, people):
    """Somebody with drafts in several states; gives the person and the draft that is behind what is published."""
    writer, reviewer = (
        people(app, f"contributor@{HOME}", "contributor@collaborative:impact", name="Wanda Writer"),
        people(app, f"editor@{HOME}", name="Edith Editor"),
    )
    house, words = House("http://127.0.0.1", "Improvement Exchange"), app.state.vocabulary.current()
    index = app.state.searcher.store.current()
    slug = index.catalogue.slugs()[0]
    now = (app.state.settings.content / "case_studies" / f"{slug}.md").read_text("utf-8")
    found = index.case_study(slug)
    with app.state.database.writing() as session:
        drafts.start(
            session,
            writer,
            HOME,
            {
                "what-you-improved": {
                    "title": "A title that is as long as titles get when nobody has thought about them for a while, with averyveryverylongwordthatnobodycanbreak"
                }
            },
        )
        waiting = drafts.start(
            session, writer, HOME, {"what-you-improved": {"title": "Fewer falls"}, "problem": {"Problem": "Falls."}}
        )
        ended = drafts.start(session, writer, HOME, {"what-you-improved": {"title": "Given up"}})
        before = now.replace("## Problem\n\n", "## Problem\n\nIt was said in other words before, and longer. ")
        typed = {
            "problem": {"Problem": "We say it in words of our own now."},
            "learning": {"What was learned": "Begin early."},
        }
        old, carried = answers.from_case_study(found)
        version = drafts.start(session, writer, HOME, {**old, **typed}, carried, (slug, before))
        for id_, actor, names in (
            (waiting, writer, ["submit"]),
            (waiting, reviewer, ["review", "request"]),
            (ended, writer, ["discard"]),
        ):
            for name in names:
                opened = drafts.open_(session, actor, id_, words)
                steps.take(
                    session, actor, opened, name, house, "Say how many beds the ward has." if name == "request" else ""
                )
        opened = drafts.open_(session, reviewer, waiting, words)
        first = comments.add(session, reviewer, opened, "problem", "How many were there before?", house)
        comments.add(session, writer, opened, "problem", "Eleven a month.\nIt is in the report.", house, first)
        comments.resolve(session, writer, opened, comments.add(session, reviewer, opened, "whole", "Well told.", house))
    return writer, waiting, version


@WAYS
def test_every_other_page_is_accessible_and_fits(visit, check_page, state, drafted, width, scripts):
    writer, waiting, version = drafted
    page = visit("/drafts", width, java_script_enabled=scripts, storage_state=state(writer))

    def look(what):
        if scripts:
            check_page(page)
        assert page.evaluate(FITS), what
        if folder := os.environ.get("KB_PICTURES"):  # for people to look at
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{folder}/pages-{width}{'' if scripts else '-plain'}-{what}.png", full_page=True)

    page.locator("summary", has_text="Published, withdrawn or replaced").click()
    look("drafts")
    for path, what in [
        ("/drafts/new", "new"), ("/drafts/new/version", "version"), (f"/drafts/{waiting}", "asked"), (f"/drafts/{waiting}/discard", "discard"),
        (f"/drafts/{version}", "behind"), (f"/drafts/{version}/merge", "merge"), (f"/drafts/{waiting}/check", "check"),
    ]:  # fmt: skip
        page.goto(path)
        if scripts:
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        look(what)
    assert page.locator(".kb-check").count() >= 3

    visit.watches[-1].expected = 422
    page.goto("/drafts/new")
    click(page, "button", "Continue")
    assert page.title().startswith("Error: ")
    look("new-wrong")
    page.goto(f"/drafts/{version}/merge")
    click(page, "button", "Bring the two together")
    look("merge-wrong")
    page.locator("input[type=radio][value=ours]").first.check()
    click(page, "button", "Bring the two together")
    assert "has changed" not in page.locator("main").inner_text()

    page.goto(f"/drafts/{waiting}")
    page.locator(".kb-comment summary").first.click()
    click(page, "button", "Send answer")
    assert page.title().startswith("Error: ")
    look("comment-wrong")
    page.get_by_label("Your answer").fill("Eleven a month, in two bays.")
    click(page, "button", "Send answer")
    assert "Eleven a month, in two bays." in page.locator(".kb-comments").inner_text()
    click(page, "button", "Mark as dealt with")
    assert "Dealt with, says Wanda Writer." in page.locator(".kb-comments").inner_text()
    look("answered")
