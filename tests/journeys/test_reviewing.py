"""The reviewer's whole way in a real browser: the queue, one draft, comments, changes, address and day, publishing, withdrawing, bringing back."""

import datetime
import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from kb.editorial import drafts, steps
from kb.editorial.models import Draft

pytestmark = pytest.mark.browser

WAYS = pytest.mark.parametrize(
    ("width", "scripts"), [(1100, True), (320, True), (1100, False), (320, False)], ids=["wide", "narrow", "wide-plain", "narrow-plain"]
)  # fmt: skip
SHOTS = os.environ.get("KB_SCREENSHOTS", "")  # a folder, for somebody who wants to look at the pages


@pytest.fixture
def look(check_page, request):
    """Checks a page as it stands, with everything unfolded, where scripts can run."""

    def check(page, name, scripts=True):
        if scripts:
            page.evaluate("document.querySelectorAll('main details').forEach(fold => fold.open = true)")
            check_page(page)
        if SHOTS:
            place = Path(SHOTS) / f"{request.node.callspec.id}-{name}.png"
            page.screenshot(path=place, full_page=True)

    return check


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def done(page, words):
    expect(page.locator(".nhsuk-notification-banner")).to_contain_text(words)


def comment_and_deal_with_it(page):
    part = page.locator(".kb-talk", has=page.locator("#comment-on-results"))
    if not part.locator("textarea").first.is_visible():
        part.locator("summary", has_text="Comment on this part").click()
    part.get_by_label("Your comment on").fill("How many beds does the ward have?")
    part.get_by_role("button", name="Add comment").click()
    done(page, "Your comment is added")
    remark = page.locator(".kb-comment", has_text="How many beds")
    remark.get_by_role("button", name="Mark as dealt with").click()
    expect(page.locator(".kb-comment", has_text="How many beds")).to_contain_text("Dealt with, says Edith Editor")


@pytest.fixture
def wordy(publishing):
    """A new version in review, with a reason for words that looked like a patient's, and a late one."""
    site, _ = publishing
    text = (site.content.case_studies / "fewer-falls.md").read_text("utf-8")
    changed = text.replace("Fewer fell.", "Far fewer fell, " + "x" * 90 + ".").replace(
        "title: Fewer falls", "title: Far fewer falls"
    )
    id_ = site.draft(changed, base="fewer-falls", to="submitted")
    with site.publisher.database.writing() as session:
        row = session.get(Draft, id_)
        row.submitted_at -= datetime.timedelta(days=20)
        row.promised_on = row.submitted_at.date() + datetime.timedelta(days=14)
    return id_


@WAYS
def test_from_the_queue_to_a_published_page(publishing, visit_as, look, wordy, width, scripts):
    site, _ = publishing
    slug = f"nights-{width}-{scripts}".lower()
    id_ = site.draft()
    page = visit_as(site.editor, "/", width, scripts)
    page.get_by_role("link", name="Reviews", exact=True).click()
    page.wait_for_url("**/reviews")
    expect(page.locator(".kb-queue__item").first).to_contain_text("Late")
    look(page, "queue", scripts)
    page.locator(f"a[href='/reviews/{wordy}']").click()
    expect(page.locator(".kb-changes ins").first).to_be_attached()
    look(page, "new-version", scripts)
    page.go_back()
    page.locator(f"a[href='/reviews/{id_}']").click()
    press(page, "Begin the review")
    done(page, "You have begun the review")
    look(page, "begun", scripts)
    comment_and_deal_with_it(page)
    # Asking for changes takes a note, and nothing that was typed is lost.
    page.get_by_label("A note to the contributor").fill(" ")
    visit_as.expect(409)
    press(page, "Ask for changes")
    expect(page.get_by_role("alert")).to_contain_text("A reason is missing")
    assert page.title().startswith("Error: ")
    look(page, "note-missing", scripts)
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("document.activeElement.id") == "note"
    # Address, then the decision.
    page.get_by_label("Address of the page").fill("Not One")
    visit_as.expect(422)
    press(page, "Save address and day")
    expect(page.locator("#slug_error")).to_contain_text("Use small letters")
    look(page, "address-wrong", scripts)
    page.get_by_label("Address of the page").fill(slug)
    press(page, "Save address and day")
    done(page, "Address and day are saved")
    press(page, "Approve and publish")
    done(page, "Published")
    look(page, "published", scripts)
    visit_as.expect(404)
    page.get_by_role("link", name="Read it as readers do").click()
    page.wait_for_url(f"**/case-studies/{slug}")
    for _ in range(100):  # the index is built again within seconds
        if page.get_by_role("heading", level=1).inner_text().startswith("Safer nights"):
            break
        page.wait_for_timeout(200)
        page.reload()
    expect(page.get_by_role("link", name="Withdraw it")).to_be_visible()


@WAYS
def test_off_the_site_again_and_back_as_a_draft(publishing, visit_as, look, width, scripts):
    site, address = publishing
    slug = f"gone-{width}-{scripts}".lower()
    (site.content.case_studies / f"{slug}.md").write_text(
        (site.content.case_studies / "fewer-falls.md").read_text("utf-8"), "utf-8"
    )
    site.git("add", ".")
    site.git("commit", "-q", "-m", "One more")
    page = visit_as(site.editor, f"/case-studies/{slug}/withdraw", width, scripts)
    look(page, "withdraw", scripts)
    visit_as.expect(422)
    press(page, "Withdraw it")
    expect(page.locator("#reason-error")).to_contain_text("Say in a sentence why")
    look(page, "no-reason", scripts)
    page.get_by_label("Why is it withdrawn?").fill("The figures for 2025 were wrong.")
    visit_as.expect(410)
    press(page, "Withdraw it")
    expect(page.locator("main")).to_contain_text("The reason: The figures for 2025 were wrong.")
    look(page, "withdrawn", scripts)
    page.get_by_role("link", name="Start a new draft from what was withdrawn").click()
    look(page, "restore", scripts)
    press(page, "Start the draft")
    page.wait_for_url(re.compile(r"/drafts/[a-z0-9]{10}$"))
    expect(page.locator("main")).to_contain_text("Fewer falls")
    assert address in page.url


@WAYS
def test_a_day_before_which_it_stays_back(publishing, visit_as, look, width, scripts):
    site, _ = publishing
    id_ = site.draft(to="in-review")
    page = visit_as(site.editor, f"/reviews/{id_}", width, scripts)
    day = datetime.date.today() + datetime.timedelta(days=40)
    page.get_by_label("Address of the page").fill(f"later-{width}-{scripts}".lower())
    for label, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        page.get_by_label(label, exact=True).fill(str(value))
    press(page, "Save address and day")
    done(page, "Address and day are saved")
    press(page, f"Approve, and publish on {day.day} {day:%B %Y}")
    done(page, "It will be published by itself on its day")
    expect(page.locator(".kb-review")).to_contain_text(f"It will be published by itself on {day.day} {day:%B %Y}.")
    look(page, "scheduled", scripts)
    page.get_by_label("A note to the contributor").fill("The journal waits.")
    press(page, "Take the approval back")
    done(page, "The approval is taken back")


@WAYS
def test_ones_own_work_and_an_empty_queue(publishing, people, visit_as, look, width, scripts):
    site, _ = publishing
    home = f"organisation:OWN{width}{scripts}"
    own = people(site.client, f"reviewer@{home}", name="Olive Own")
    page = visit_as(own, "/reviews", width, scripts)
    expect(page.locator("main")).to_contain_text("Nothing waits for you.")
    look(page, "empty", scripts)
    id_ = site.draft(home=home, writer=own, to="draft")
    with site.publisher.database.writing() as session:
        steps.take(session, own, drafts.open_(session, own, id_, site.words), "submit", site.publisher.house)
    page.goto(f"/reviews/{id_}")
    expect(page.locator("main")).to_contain_text("This is your own work, so somebody else has to review it.")
    assert page.locator(".kb-review__buttons button").count() == 0
    look(page, "own", scripts)


def test_the_decision_is_reached_and_taken_by_keyboard_alone(publishing, visit_as):
    site, _ = publishing
    id_ = site.draft(to="in-review")
    page = visit_as(site.editor, f"/reviews/{id_}")
    page.get_by_role("link", name="Your decision").focus()
    page.keyboard.press("Enter")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "note":
            break
    page.keyboard.type("Say how many beds.")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Ask for changes":
            break
    page.keyboard.press("Enter")
    done(page, "The contributor is told what to change")
    assert site.row(id_).state == "changes-requested"
