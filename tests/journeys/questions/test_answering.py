"""Answering in a real browser: by keyboard, on a phone, with and without scripts; bodies, measures, pictures."""

import re

import pytest
from playwright.sync_api import expect

from kb.content.questions import QUESTIONS
from kb.editorial import drafts
from tests.journeys.questions.waiting import SAVED, status

pytestmark = pytest.mark.browser


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
