"""The whole way of a contributor in a real browser: signing in with a Word file in hand, up to "Sent for review"; wide, on a phone, without scripts."""

import io
import os
import re
import time
from pathlib import Path

import docx
import pytest
from PIL import Image

pytestmark = pytest.mark.browser

HOME = "organisation:RWK"
NHS_NUMBER = "943 476 5919"  # as in every textbook: it belongs to nobody
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WAYS = pytest.mark.parametrize(
    ("width", "scripts"), [(1100, True), (320, True), (1100, False), (320, False)], ids=["wide", "phone", "wide, no scripts", "phone, no scripts"]
)  # fmt: skip


def report():
    """A project report as a ward would write it, with a number in it that must not be there."""
    made = docx.Document()
    made.add_heading("Fewer falls at night on Maple ward", 0)
    made.add_paragraph("East London NHS Foundation Trust, March 2026. Contact: mapleward.falls@nhs.net")
    made.add_heading("Background", 1)
    made.add_paragraph(
        "In 2024 Maple ward, an older adult ward, had 11 falls a month between 10pm and 6am, twice as many as by day. "
        f"One patient (NHS number {NHS_NUMBER}) broke a hip."
    )
    made.add_heading("Aim", 1)
    made.add_paragraph("To halve falls at night, from 11 a month to 5 or fewer, by March 2026.")
    made.add_heading("What we did", 1)
    made.add_paragraph(
        "From April 2025 a healthcare assistant asked each person at 9pm what they might get up for at night."
    )
    made.add_paragraph("A night light at every bed", style="List Bullet")
    made.add_paragraph("A drink within reach", style="List Bullet")
    made.add_heading("Results", 1)
    made.add_paragraph("Falls at night went from 11 a month to 6 and have stayed there for nine months.")
    table = made.add_table(rows=2, cols=3)
    for row, cells in enumerate((("Measure", "Before", "After"), ("Falls at night (a month)", "11", "6"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    picture = io.BytesIO()
    Image.new("RGB", (400, 200), "navy").save(picture, "PNG")
    made.add_picture(io.BytesIO(picture.getvalue()))
    made.add_heading("Lessons learned", 1)
    made.add_paragraph(
        "Ask at 9pm, not at handover, because people are awake. Tell the night staff why from the first day."
    )
    made.add_heading("The card by the bed", 1)
    made.add_paragraph("A drawing of a lamp, a glass and a walking frame.")
    data = io.BytesIO()
    made.save(data)
    return {"name": "Maple ward falls.docx", "mimeType": WORD, "buffer": data.getvalue()}


class Way:
    """One way through the pages: checks each, counts what a person does, and keeps a picture where KB_PICTURES names a folder."""

    def __init__(self, page, check, name, scripts):
        self.page, self._check, self._name, self._scripts = page, check, name, scripts
        self.looks = self.pages = self.clicks = self.typed = 0
        self.begun = time.monotonic()

    def look(self, what):
        """Checks the page as it stands now."""
        self.looks += 1
        if self._scripts:
            self._check(self.page)
        assert self.page.evaluate(FITS), what
        if folder := os.environ.get("KB_PICTURES"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{self._name}-{self.looks:02}-{what}.png", full_page=True)

    def click(self, role, name, exact=True):
        self.go(self.page.get_by_role("main").get_by_role(role, name=name, exact=exact).first)

    def go(self, what):
        """Clicks what leads to another page, and waits for that."""
        self.clicks += 1
        self.pages += 1
        with self.page.expect_navigation():
            what.click()

    def fill(self, control, text):
        self.typed += len(text)
        self.page.locator(f"#{control}").fill(text)

    def tick(self, control, value):
        self.clicks += 1
        self.page.locator(f"input[name='{control}'][value='{value}']").check()

    def open_question(self, title):
        self.click("link", title)

    def save(self):
        self.click("button", "Save and go back to the list")

    def told(self):
        """What a person did: typing at 40 words a minute, five seconds for a click, 15 to read a page."""
        minutes = self.typed / 200 + self.clicks * 5 / 60 + self.pages * 15 / 60
        return f"{self.pages} pages, {self.clicks} clicks, {self.typed} characters typed: about {minutes:.0f} minutes by hand, {time.monotonic() - self.begun:.0f} s here"


@pytest.fixture
def begin(visit, check_page, app, people):
    """`begin(path, width, scripts)`: a way that begins there, for somebody new who is not signed in yet; and that person."""

    def make(path, width, scripts):
        person = people(app, f"contributor@{HOME}", name="Wanda Writer")
        page = visit(path, width, java_script_enabled=scripts)
        return Way(page, check_page, f"{width}{'' if scripts else '-plain'}", scripts), person

    return make


def bring_a_file(way, person, password):
    """From the home page, with a Word file in hand, to the list of questions."""
    page = way.page
    way.go(page.get_by_role("link", name="Share your work").first)
    way.look("sign-in")
    way.fill("email", person.email)
    way.fill("password", password)
    way.click("button", "Sign in")
    assert page.locator("h1").inner_text() == "Share your work"
    page.get_by_label("With a file that I have").check()
    page.get_by_label("Choose a file").set_input_files(report())
    way.look("begin")
    way.click("button", "Continue")
    assert page.locator("h1").inner_text() == "What we made of Maple ward falls.docx"
    assert "The card by the bed" in page.locator("main").inner_text()
    way.look("import")
    way.click("button", "Use what is ticked and go on")
    assert page.locator("h1").inner_text() == "Fewer falls at night on Maple ward"
    assert page.locator("#who-did-it-status").inner_text().strip() == "Done"
    assert page.locator("#measures-status").inner_text().strip() == "Done"
    way.look("list")


def answer_what_is_open(way):
    """The questions that the file did not answer, each opened from the list."""
    page = way.page
    way.open_question("What did you improve?")
    way.look("question")
    way.fill(
        "summary", "We asked everyone at risk what they get up for at night. Falls at night went from 11 a month to 6."
    )
    way.save()
    way.open_question("Where was it done?")
    way.tick("settings", "older-adult-ward")
    way.tick("regions", "london")
    way.save()
    way.open_question("Whom was it for, and whom did it not reach?")
    way.fill("population", "Adults over 65 who were at risk of falling")
    way.fill("not_reached", "People who stayed less than two days")
    way.look("for-whom")
    way.save()
    way.open_question("What did you do, and when?")
    way.fill("started-month", "4")
    way.fill("started-year", "2025")
    way.tick("stage", "sustained")
    way.save()
    way.open_question("What happened?")
    way.tick("verdict", "improved")
    way.save()
    way.open_question("Who took part in shaping it?")
    way.tick("involvement-level", "co-designed")
    way.fill("involvement-people", "People who had stayed on the ward")
    way.look("involvement")
    way.save()
    way.open_question("Whom can people ask, and what should they know?")
    way.fill("contact-email", "mapleward.falls@nhs.net")
    way.fill("interests", "None")
    way.fill("approval", "Registered as quality improvement; no ethics review was needed")
    way.save()
    way.open_question("Is there anything else?")
    way.look("other")
    way.fill("other", "## The card by the bed\n\nA drawing of a lamp, a glass and a walking frame.")
    way.save()
    way.open_question("Have you got pictures?")
    way.look("pictures")
    page.locator("main input[type=text], main textarea").first.fill("Falls at night by month, from 11 to 6")
    way.go(page.get_by_role("main").get_by_role("button").filter(has_text=re.compile("Save")).first)
    page.goto(page.url.split("/questions/")[0])
    way.look("list-filled")


def look_at_it(way):
    """The page as readers will see it, and back."""
    page = way.page
    way.click("link", "See the page as readers will")
    assert page.locator(".kb-preview").count()
    picture = page.locator(".kb-prose img")
    picture.scroll_into_view_if_needed()
    until = time.monotonic() + 10
    while picture.evaluate("image => image.naturalWidth") != 400:
        assert time.monotonic() < until, "the picture is not shown"
        page.wait_for_timeout(50)
    assert picture.get_attribute("alt") == "Falls at night by month, from 11 to 6"
    way.look("preview")
    way.click("link", "Go back to the draft")


def send_it(way, watch):
    """Checking: stopped by a patient's detail, which is taken out; then sent."""
    page = way.page
    way.click("button", "Check and send")
    assert page.locator(".kb-concern--certain mark").all_inner_texts() == [NHS_NUMBER]
    way.look("check")
    watch.expected = 409
    page.get_by_label("I have checked").check()
    page.get_by_label("Note for the reviewer").fill("The first nine months.")
    way.click("button", "Send for review")
    assert page.title().startswith("Error: ")
    assert page.get_by_label("Note for the reviewer").input_value() == "The first nine months."
    way.look("blocked")
    way.click("link", "Take this out", exact=False)
    way.fill("text-problem", page.locator("#text-problem").input_value().replace(f" (NHS number {NHS_NUMBER})", ""))
    way.save()
    way.click("button", "Check and send")
    reasons = page.locator(".kb-concern textarea")
    for number in range(reasons.count()):
        reasons.nth(number).fill("It is the ward itself, not a person, and says nothing about anybody's health.")
        way.typed += 70
    way.look("check-again")
    page.get_by_label("I have checked").check()
    page.get_by_label("Note for the reviewer").fill("The first nine months.")
    way.click("button", "Send for review")
    assert page.locator("h1").inner_text() == "Sent for review"
    assert "answers by" in page.locator("main").inner_text()
    way.look("sent")


@WAYS
def test_from_a_word_file_to_sent_for_review(visit, begin, password, width, scripts):
    way, person = begin("/", width, scripts)
    bring_a_file(way, person, password)
    answer_what_is_open(way)
    look_at_it(way)
    send_it(way, visit.watches[-1])
    told = way.told()
    way.click("link", "See where it stands")
    assert "It has been waiting" in way.page.locator("main").inner_text()
    way.look("waiting")
    way.page.goto("/drafts")
    way.look("drafts")
    print(f"\n{width} px, scripts {'on' if scripts else 'off'}: {told}")
