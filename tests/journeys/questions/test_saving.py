"""Saving while somebody types, in a real browser: two tabs, offline, a tab closed too early, a sign-in that ran out."""

import re

import pytest
from playwright.sync_api import expect

from kb.editorial.models import SignIn
from tests.journeys.questions.waiting import SAVED, status

pytestmark = pytest.mark.browser


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
