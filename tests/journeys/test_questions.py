"""Writing a draft in a real browser: by keyboard, in two tabs, offline, with the tab closed too early, on a phone, without scripts."""

import re

import pytest
from playwright.sync_api import expect

from kb.content.questions import QUESTIONS
from kb.editorial import drafts
from kb.editorial.models import AnswerRow, SignIn
from kb.web.cookies import SESSION

pytestmark = pytest.mark.browser

HOME = "organisation:RWK"
SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d")


@pytest.fixture(scope="module")
def writer(app, people):
    return people(app, f"contributor@{HOME}", name="Wanda Writer")


@pytest.fixture
def state(app, writer, session_token):
    """What a browser that is signed in holds."""
    cookie = {
        "name": SESSION,
        "value": session_token(app, writer),
        "domain": "127.0.0.1",
        "path": "/",
        "httpOnly": True,
        "secure": False,
        "sameSite": "Lax",
        "expires": -1,
    }
    return {"cookies": [cookie], "origins": []}


@pytest.fixture
def start(app, writer):
    """Begins a draft with answers; gives its address."""

    def make(**answers):
        with app.state.database.writing() as session:
            return f"/drafts/{drafts.start(session, writer, HOME, {name.replace('_', '-'): data for name, data in answers.items()})}"

    return make


@pytest.fixture
def stored(app):
    """What is saved for a question."""

    def read(address, question):
        with app.state.database.reading() as session:
            row = session.get(AnswerRow, (address.split("/")[2], question))
            return row.data if row else {}

    return read


def status(page):
    return page.locator("[data-status]")


@pytest.mark.parametrize("question", [question.id for question in QUESTIONS])
def test_a_question_is_accessible_and_fits(visit, check_page, state, start, question):
    address = start(
        what_you_improved={"title": "Fewer falls", "summary": "word " * 70},
        who_did_it={"organisations": ["RWK", "no-such-body"], "partners": ["A charity"]},
        what_was_done={"started": {"month": "13", "year": "2025"}, "What was done": "We asked."},
        problem={"Problem": "Mrs Smith, NHS number 943 476 5919, fell. Only 3 patients in Little Snoring did."},
        measures={"measures": [{"name": "Falls", "baseline": "11"}, {"result": "6"}]},
        topics_and_methods={"topics": ["missed-appointments", "restrictive-practice"], "methods": ["lean"]},
        other={"other": "## The card\n\nIts wording.\n\n## Thanks\n\nTo all."},
    )
    here = f"{address}/questions/{question}"
    page = visit(here, 1100, storage_state=state)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    check_page(page)
    page.set_viewport_size({"width": 320, "height": 700})
    page.locator("#toggle-menu").wait_for()
    check_page(page)
    small = "e => [...e.querySelectorAll('button, a, select, input:not([type=hidden])')].filter(b => { const r = b.getBoundingClientRect(); return r.width && (r.height < 24 || r.width < 24) && !b.matches('p a, .nhsuk-u-visually-hidden'); }).map(b => b.outerHTML.slice(0, 90))"
    assert page.locator("form.kb-form").evaluate(small) == []


def test_a_question_is_answered_by_keyboard_alone(visit, check_page, state, start, stored):
    address = start()
    page = visit(f"{address}/questions/what-you-improved", storage_state=state)
    page.locator(".nhsuk-back-link").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('summary')")
    page.keyboard.press("Tab")
    page.keyboard.type("Fewer falls at night")
    page.keyboard.press("Tab")
    page.keyboard.type("We asked everyone at risk.")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Save and continue"
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions/who-did-it")
    assert stored(address, "what-you-improved") == {
        "title": "Fewer falls at night",
        "summary": "We asked everyone at risk.",
    }
    page.locator("#organisations").focus()
    page.keyboard.type("lypft")
    page.locator("#organisations-found label").wait_for()
    expect(page.locator("[data-picker=organisations] > [role=status]")).to_have_text(re.compile("^1 found for"))
    check_page(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("[data-chosen] input[value=RGD]")).to_be_checked()
    assert page.evaluate("document.activeElement.value") == "RGD"  # the focus went with it
    expect(status(page)).to_have_text(SAVED)
    assert stored(address, "who-did-it") == {"organisations": ["RGD"]}
    page.keyboard.press("Space")
    page.locator("#partners").focus()
    page.wait_for_function("() => !document.querySelector('[data-chosen] input').checked")
    page.locator("#partners").fill("A charity")
    page.get_by_role("button", name="Save and continue").press("Enter")
    page.wait_for_url("**/questions/where")
    assert stored(address, "who-did-it") == {"partners": ["A charity"]}


def test_several_are_found_one_after_the_other(visit, check_page, state, start, stored, wait_until):
    address = start()
    page = visit(f"{address}/questions/who-did-it", storage_state=state)
    for typed, name in (
        ("lypft", "Leeds and York Partnership"),
        ("awp", "Avon and Wiltshire"),
        ("elft", "East London"),
    ):
        page.locator("#organisations").fill(typed)
        page.locator("#organisations-found").get_by_label(name).check()
        expect(page.locator("[data-chosen]").first.get_by_label(name)).to_be_checked()
    page.locator("[data-chosen]").first.get_by_label("Avon and Wiltshire").uncheck()
    check_page(page)
    wait_until(lambda: stored(address, "who-did-it") == {"organisations": ["RGD", "RWK"]})


def test_a_tab_that_is_put_away_saves_and_can_be_taken_up_again(visit, state, start, stored, wait_until):
    address = start()
    page = visit(f"{address}/questions/aim", storage_state=state)
    page.locator("#text-aim").fill("To halve falls.")
    page.get_by_role("button", name="Save and continue").focus()
    expect(status(page)).to_have_text(SAVED)
    page.locator("#text-aim").press_sequentially(" By March.")
    page.evaluate(
        "Object.defineProperty(document, 'visibilityState', { value: 'hidden' }); document.dispatchEvent(new Event('visibilitychange'))"
    )
    wait_until(lambda: stored(address, "aim") == {"Aim": "To halve falls. By March."})
    page.locator("#text-aim").press_sequentially(" Or May.")
    expect(status(page)).to_have_text(SAVED)
    wait_until(lambda: stored(address, "aim") == {"Aim": "To halve falls. By March. Or May."})


def test_what_was_typed_is_there_after_the_tab_was_closed(visit, state, start, stored, wait_until):
    address = start()
    page = visit(f"{address}/questions/aim", storage_state=state)
    page.locator("#text-aim").fill("To halve falls at night.")
    expect(status(page)).to_have_text(SAVED)
    assert stored(address, "aim") == {"Aim": "To halve falls at night."}
    # At once, and while a save may be under way: the last words go off with the page.
    page.locator("#text-aim").press_sequentially(" By March 2026.")
    page.close(run_before_unload=True)
    wait_until(lambda: stored(address, "aim") == {"Aim": "To halve falls at night. By March 2026."})


def test_saving_waits_for_a_pause_and_not_for_longer_than_five_seconds(visit, state, start):
    page = visit(f"{start()}/questions/aim", storage_state=state)
    page.clock.install()  # the page's own time goes on only as the test says
    sent = []
    page.on("request", lambda request: sent.append(request) if request.url.endswith("/save") else None)

    def type_on(letters, seconds):
        for letter in letters:
            page.locator("#text-aim").press(letter)
            page.clock.run_for(1000 * seconds / len(letters))

    type_on("x" * 12, 3)  # a pause of a quarter of a second is none
    assert len(sent) == 0
    page.clock.run_for(1000)
    expect(status(page)).to_have_text(SAVED)
    assert len(sent) == 1
    type_on("y" * 19, 4.75)
    assert len(sent) == 1
    type_on("yy", 0.5)
    page.wait_for_function("() => !document.querySelector('[data-status]').textContent.includes('Saving')")
    assert len(sent) == 2
    page.locator("#text-aim").press("z")
    page.get_by_role("button", name="Save and continue").focus()  # leaving the text saves at once
    expect(status(page)).to_have_text(SAVED)
    page.wait_for_load_state("networkidle")


def test_two_tabs_never_overwrite_each_other(visit, check_page, state, start, stored):
    address = start(aim={"Aim": "To halve falls."})
    here = f"{address}/questions/aim"
    one = visit(here, storage_state=state)
    two = one.context.new_page()
    two.goto(here)
    one.locator("#text-aim").fill("To halve falls by March.")
    expect(status(one)).to_have_text(SAVED)
    two.locator("#text-aim").fill("To stop all falls.")
    expect(status(two)).to_contain_text(
        "You saved something else here in another window. What you typed stays on this page."
    )
    check_page(two)
    assert stored(address, "aim") == {"Aim": "To halve falls by March."}
    two.get_by_role("button", name="See both versions").click()
    expect(two.locator(".kb-theirs__text")).to_have_text("To halve falls by March.")
    assert two.locator("#text-aim").input_value() == "To stop all falls."
    check_page(two)
    two.set_viewport_size({"width": 320, "height": 700})
    two.locator("#toggle-menu").wait_for()
    check_page(two)
    two.get_by_role("button", name="Save and continue").click()
    two.wait_for_url("**/questions/what-was-done")
    assert stored(address, "aim") == {"Aim": "To stop all falls."}


def test_offline_keeps_what_was_typed_and_saves_it_later(visit, check_page, state, start, stored):
    address = start()
    page = visit(f"{address}/questions/aim", storage_state=state)
    page.context.set_offline(True)
    page.locator("#text-aim").fill("To halve falls.")
    expect(status(page)).to_have_text("Not saved: you are offline. What you typed stays on this page.")
    expect(page.locator("form.kb-form > [role=status]")).to_contain_text("you are offline")
    check_page(page)
    page.locator("#text-aim").press_sequentially(" By March.")
    page.context.set_offline(False)
    expect(status(page)).to_have_text(SAVED)
    page.wait_for_function("() => document.querySelector('[data-status]').textContent.startsWith('Saved')")
    assert stored(address, "aim")["Aim"].startswith("To halve falls.")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/questions/what-was-done")
    assert stored(address, "aim") == {"Aim": "To halve falls. By March."}
    visit.watches[-1].problems.clear()  # the browser says that it was offline


def test_signed_out_meanwhile_says_so_and_loses_nothing(
    app, visit, check_page, state, start, stored, session_token, writer
):
    address = start()
    page = visit(f"{address}/questions/aim", storage_state=state)
    with app.state.database.writing() as session:
        session.query(SignIn).delete()
    page.locator("#text-aim").fill("To halve falls.")
    expect(status(page)).to_contain_text("Not saved: you are signed out. What you typed stays on this page.")
    link = page.get_by_role("link", name="Sign in in another window")
    assert (link.get_attribute("href"), link.get_attribute("target")) == ("/sign-in", "_blank")
    check_page(page)
    page.context.add_cookies([{**state["cookies"][0], "value": session_token(app, writer)}])
    page.evaluate("window.dispatchEvent(new Event('focus'))")  # coming back to the tab
    expect(status(page)).to_have_text(SAVED)
    assert stored(address, "aim") == {"Aim": "To halve falls."}
    visit.watches[-1].problems.clear()  # the browser says that it was refused


def test_words_that_never_reached_the_server_are_offered_back(visit, check_page, state, start, stored):
    address = start(measures={"measures": [{"name": "Falls"}]})
    page = visit(f"{address}/questions/measures", storage_state=state)
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('cut off')); }")
    page.get_by_role("button", name="Add another measure").click()
    page.locator("#measures-1-name").fill("Near misses")
    expect(status(page)).to_contain_text("Not saved")
    page.on("dialog", lambda dialog: dialog.accept())  # the browser asks whether to leave
    page.goto(f"{address}/questions/measures")
    expect(page.locator(".kb-kept p")).to_have_text(re.compile(r"^What you typed here at \d\d:\d\d was not saved\.$"))
    check_page(page)
    assert stored(address, "measures") == {"measures": [{"name": "Falls"}]}
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("#measures-1-name")).to_have_value("Near misses")
    assert stored(address, "measures") == {"measures": [{"name": "Falls"}, {"name": "Near misses"}]}
    assert page.locator(".kb-kept").count() == 0
    assert page.evaluate("Object.keys(sessionStorage).length") == 0
    visit.watches[-1].problems.clear()


def test_words_of_somebody_else_are_thrown_away(visit, state, start):
    address = start()
    page = visit(f"{address}/questions/aim", storage_state=state)
    key = f"kb-unsaved {address}/questions/aim/save"
    page.evaluate(
        "key => sessionStorage.setItem(key, JSON.stringify({ who: '0', at: Date.now(), words: 'text-aim=Theirs', body: 'text-aim=Theirs' }))",
        key,
    )
    page.reload()
    assert page.locator(".kb-kept").count() == 0
    assert page.evaluate("Object.keys(sessionStorage).length") == 0


def test_signing_out_forgets_what_this_window_kept(visit, state, start):
    page = visit(f"{start()}/questions/aim", storage_state=state)
    page.evaluate("sessionStorage.setItem('kb-unsaved x', '{}')")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    assert page.evaluate("Object.keys(sessionStorage).length") == 0


def test_measures_are_added_and_removed_with_scripts(visit, check_page, state, start, stored, wait_until):
    address = start(measures={"measures": [{"name": "Falls", "baseline": "11"}, {"baseline": "5"}]})
    page = visit(f"{address}/questions/measures", storage_state=state)
    page.get_by_role("button", name="Add another measure").click()
    assert page.evaluate("document.activeElement.id") == "measures-2-name"
    assert page.locator(".kb-row > legend").all_inner_texts() == ["Measure 1", "Measure 2", "Measure 3"]
    assert page.locator("#measures-2-name").input_value() == ""
    check_page(page)
    page.keyboard.type("Near misses")
    page.get_by_role("button", name="Remove measure 2").click()
    assert page.locator(".kb-row > legend").all_inner_texts() == ["Measure 1", "Measure 2"]
    assert page.evaluate("document.activeElement.id") == "measures-2-name"
    expect(page.locator("[data-rows] > [role=status]")).to_have_text("Measure 2 is removed")
    wait_until(
        lambda: (
            stored(address, "measures") == {"measures": [{"name": "Falls", "baseline": "11"}, {"name": "Near misses"}]}
        )
    )
    for _ in range(2):
        page.locator(".kb-row__remove").first.click()
    assert page.locator(".kb-row").count() == 1
    wait_until(lambda: stored(address, "measures") == {})


@pytest.mark.parametrize("width", [1100, 320])
def test_without_scripts_measures_are_added_and_bodies_found(visit, state, start, stored, width):
    address = start()
    page = visit(f"{address}/questions/measures", width, storage_state=state, java_script_enabled=False)
    page.locator("#measures-0-name").fill("Falls at night")
    page.locator("#measures-0-baseline").fill("11")
    page.get_by_role("button", name="Add another measure").click()
    page.locator("#measures-1-name").fill("Observation")
    page.locator("#measures-1-kind").select_option("balancing")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/questions/results")
    assert [one["name"] for one in stored(address, "measures")["measures"]] == ["Falls at night", "Observation"]
    page.goto(f"{address}/questions/who-did-it")
    page.locator("#organisations").fill("lypft")
    page.locator("#organisations").press("Enter")
    page.get_by_label("Leeds and York Partnership").check()
    page.locator("#organisations").fill("")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/questions/where")
    assert stored(address, "who-did-it") == {"organisations": ["RGD"]}
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_label("Older adult ward").check()
    page.get_by_role("button", name="Save and see the page").click()
    assert stored(address, "where") == {"settings": ["older-adult-ward"]}
    visit.watches[-1].problems.clear()


def test_a_picture_is_added_with_scripts_and_its_words_save_themselves(visit, check_page, state, start, app, tmp_path):
    from PIL import Image

    Image.new("RGB", (900, 600), "navy").save(tmp_path / "Card by the bed.png")
    address = start()
    page = visit(f"{address}/questions/pictures", storage_state=state)
    page.get_by_label("File").set_input_files(tmp_path / "Card by the bed.png")
    page.get_by_label("What it shows, in words").fill("A card")
    page.get_by_role("button", name="Add this picture").click()
    page.get_by_role("heading", name="Picture 1").wait_for()
    assert page.locator(".kb-file__picture").evaluate("img => img.decode().then(() => img.naturalWidth)") == 900
    check_page(page)
    page.get_by_label("What it shows, in words").first.fill("A card with a drawing of a lamp")
    expect(status(page)).to_have_text(SAVED)
    page.get_by_label("What it shows, in words").first.fill("A card with a drawing of a lamp and a glass")
    page.wait_for_timeout(1500)
    expect(status(page)).to_have_text(SAVED)
    with app.state.database.reading() as session:
        assert [file.alt for file in drafts.files(session, address.split("/")[2])] == [
            "A card with a drawing of a lamp and a glass"
        ]
    page.set_viewport_size({"width": 320, "height": 700})
    page.locator("#toggle-menu").wait_for()
    check_page(page)


@pytest.fixture
def wait_until():
    import time

    def wait(holds, seconds=5):
        until = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < until, "it did not happen in time"
            time.sleep(0.05)

    return wait
