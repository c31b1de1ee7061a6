"""Suggestions under the search box: with the keyboard alone, for screen readers, on a phone, and without scripts."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

LIST, OPTIONS = "#q-suggestions", "#q-suggestions [role=option]"


def typed(page, text, box="#q"):
    """Types as a person does and waits for the list."""
    page.locator(box).focus()
    page.keyboard.type(text)
    page.locator(f"{box}-suggestions").wait_for(state="visible")
    return page.locator(f"{box}-suggestions [role=option]")


def active(page, box="#q"):
    """The words of the option that the box points to."""
    id_ = page.locator(box).get_attribute("aria-activedescendant")
    return page.locator(f"[id='{id_}']").inner_text() if id_ else None


@pytest.mark.parametrize("width", [1100, 320])
@pytest.mark.parametrize(("kind", "box"), [("home", "#q"), ("results", "#q"), ("about", "#header-search")])
def test_open_list_is_accessible_and_fits(visit, check_page, paths, kind, box, width):
    page = visit(paths[kind], width, 700)
    page.locator(box).fill("")
    options = typed(page, "wait", box)
    assert options.count() > 3
    check_page(page)
    page.keyboard.press("ArrowDown")
    check_page(page)
    shown = page.locator(f"{box}-suggestions").bounding_box()
    assert shown["x"] >= 0
    assert shown["x"] + shown["width"] <= width
    assert min(option.bounding_box()["height"] for option in options.all()) >= 24
    on_top = "e => { const b = e.getBoundingClientRect(); return e.contains(document.elementFromPoint(b.x + 20, b.y + b.height / 2)); }"
    assert options.first.evaluate(on_top)


def test_arrow_keys_go_round_and_the_typed_words_stay(visit):
    page = visit("/")
    options = typed(page, "restr")
    box = page.locator("#q")
    number = options.count()
    assert box.get_attribute("aria-expanded") == "true"
    assert active(page) is None
    page.keyboard.press("ArrowDown")
    assert active(page) == options.nth(0).inner_text()
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    assert active(page) is None  # the box itself is one of the places
    page.keyboard.press("ArrowUp")
    assert active(page) == options.nth(number - 1).inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert active(page) == options.nth(0).inner_text()
    assert page.locator(f"{OPTIONS}[aria-selected=true]").count() == 1
    assert box.input_value() == "restr"
    assert box.evaluate("e => e === document.activeElement")


def test_the_chosen_one_is_plain_to_see(visit):
    page = visit("/")
    options = typed(page, "restr")
    drawn = "e => { const s = getComputedStyle(e); return [s.backgroundColor, s.boxShadow].join(); }"
    before = options.nth(0).evaluate(drawn)
    page.keyboard.press("ArrowDown")
    assert options.nth(0).evaluate(drawn) != before
    page.emulate_media(forced_colors="active")
    colours = "e => getComputedStyle(e).backgroundColor"
    assert options.nth(0).evaluate(colours) != options.nth(1).evaluate(colours)


def test_enter_with_nothing_chosen_searches_what_was_typed(visit):
    page = visit("/")
    typed(page, "restr")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=restr")
    assert page.locator("#q").input_value() == "restr"


@pytest.mark.parametrize(
    ("text", "kind", "address"),
    [
        ("restr", "Topic", "/topics/"),
        ("stewart", "Case study", "/case-studies/"),
        ("elft", "Organisation", "/organisations/"),
        ("clozop", "Search", "/search?q=clozapine"),
    ],
)
def test_enter_goes_where_the_chosen_one_leads(visit, check_page, text, kind, address):
    page = visit("/")
    options = typed(page, text)
    wanted = [number for number, words in enumerate(options.all_inner_texts()) if words.endswith(kind)]
    for _ in range(wanted[0] + 1):
        page.keyboard.press("ArrowDown")
    assert active(page).endswith(kind)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(re.escape(address)))
    check_page(page)


def test_a_press_chooses_too_and_words_keep_the_filters(visit):
    page = visit("/search?verdict=improved")
    typed(page, "clozop").filter(has_text="Search").first.click()
    page.wait_for_url("**/search?q=clozapine&verdict=improved")
    assert page.locator("#q").input_value() == "clozapine"


def test_escape_closes_and_keeps_what_was_typed(visit):
    page = visit("/")
    typed(page, "restr")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator(LIST)).to_be_hidden()
    box = page.locator("#q")
    assert (box.input_value(), active(page), box.get_attribute("aria-expanded")) == ("restr", None, "false")
    page.keyboard.press("ArrowDown")
    expect(page.locator(LIST)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(LIST)).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent") == "Search"


def test_screen_readers_hear_how_many_there_are(visit):
    page = visit("/")
    options = typed(page, "restr")
    status = page.locator(".kb-search [role=status]")
    expect(status).to_have_text(
        f"{options.count()} suggestions are available. Use the up and down arrow keys to choose one."
    )
    page.locator("#q").fill("")
    expect(status).to_have_text("")
    typed(page, "rxt")
    expect(status).to_have_text("1 suggestion is available. Use the up and down arrow keys to choose one.")
    box = page.get_by_role("combobox", name="Describe the problem in your own words")
    assert box.get_attribute("aria-autocomplete") == "list"
    assert page.get_by_role("listbox", name="Suggestions").get_attribute("id") == box.get_attribute("aria-controls")


def test_the_box_is_still_the_one_the_page_came_with(visit, paths):
    described = visit(paths["problem with the search"], status=422).locator("#q")
    assert described.get_attribute("aria-describedby") == "q-error"
    page = visit("/")
    box = page.locator("#q")
    typed(page, "restr")
    kept = {name: box.get_attribute(name) for name in ("name", "type", "maxlength", "aria-describedby")}
    assert kept == {"name": "q", "type": "search", "maxlength": "500", "aria-describedby": "q-hint"}


def test_what_was_typed_before_the_script_came_stays(visit):
    page = visit("/")
    held = []

    def hold(route):
        held.append(route)

    page.route("**/js/suggestions.js*", hold)
    with page.expect_request("**/js/suggestions.js*"):
        page.goto("/", wait_until="commit")
    page.locator("#q").focus()
    page.keyboard.type("rest")
    assert page.locator(LIST).count() == 0
    held[0].continue_()
    page.locator(LIST).wait_for(state="attached")
    page.keyboard.type("r")
    page.locator(LIST).wait_for(state="visible")
    assert page.locator("#q").input_value() == "restr"
    page.wait_for_load_state("networkidle")  # the icon, which a page with a route fetches anew


@pytest.mark.parametrize("how", ["cut off", "not found", "no JSON"])
def test_an_answer_that_fails_shows_nothing(visit, how):
    page = visit("/")
    watch = visit.watches[-1]
    typed(page, "restr")
    answers = {
        "cut off": lambda r: r.abort(),
        "not found": lambda r: r.fulfill(status=404),
        "no JSON": lambda r: r.fulfill(body="<html>"),
    }
    page.route("**/search/suggestions?*", answers[how])
    with page.expect_event("request", lambda request: "/search/suggestions?" in request.url):
        page.keyboard.type("a")
    expect(page.locator(LIST)).to_be_hidden()
    assert page.locator("#q").input_value() == "restra"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=restra")
    # The browser itself reports the failed request; our script adds no error to that.
    assert [
        p
        for p in watch.problems
        if "script error" in p or ("suggestions?" not in p and "Failed to load resource" not in p)
    ] == []
    watch.problems.clear()


def test_only_the_last_words_are_asked_for(visit):
    page = visit("/")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/search/suggestions?" in request.url else None)
    typed(page, "restraint")
    assert len(asked) < len("restraint")
    assert asked[-1].endswith("?q=restraint")
    for text in ("r", "x" * 101):
        page.locator("#q").fill(text)
        expect(page.locator(LIST)).to_be_hidden()
    assert asked[-1].endswith("?q=restraint")


def test_without_scripts_the_box_is_a_plain_one(visit):
    page = visit("/", java_script_enabled=False)
    box = page.get_by_role("searchbox", name="Describe the problem in your own words")
    assert box.get_attribute("role") is None
    box.fill("missed appointments")
    box.press("Enter")
    assert page.locator(".kb-hits > li").count()
