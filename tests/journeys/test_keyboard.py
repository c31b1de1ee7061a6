"""Everything with the keyboard alone, with the focus always to be seen."""

import pytest

pytestmark = pytest.mark.browser

# What is drawn around the focused element with and without the focus, and whether anything covers it. A transparent
# outline is for forced colours only and marks nothing here; in a summary the words inside carry the mark.
FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const drawn = () => [e, ...e.children].map(node => {
    const s = getComputedStyle(node), none = s.outlineStyle === "none" || s.outlineColor === "rgba(0, 0, 0, 0)";
    return [none ? "" : s.outlineWidth + s.outlineColor, s.boxShadow, s.backgroundColor].join();
  }).join();
  const focused = drawn();
  const box = e.getBoundingClientRect();
  const inView = box.width > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
  // Long elements and links over two lines are seen where they are inside the window.
  const line = [...e.getClientRects()].find(r => r.bottom > 0 && r.top < innerHeight) ?? box;
  const x = Math.min(Math.max(line.left, 0) + Math.min(line.width, 20) / 2, innerWidth - 1);
  const y = Math.min(Math.max(line.top, 0) + Math.min(line.height, 20) / 2, innerHeight - 1);
  const onTop = document.elementFromPoint(x, y);
  const covered = !(onTop && (e.contains(onTop) || onTop.contains(e)));
  e.blur();
  const blurred = drawn();
  e.focus({preventScroll: true});
  return {what: e.tagName + " " + (e.id || e.textContent.trim().slice(0, 40)), marked: focused !== blurred, inView, covered,
    zone: zone(e)};
  function zone(e) {
    if (e.matches(".nhsuk-skip-link")) return e.hash === "#results" ? "skip to results" : "skip link";
    if (e.closest(".kb-search")) return "search";
    if (e.closest(".kb-facets")) return "filters";
    if (e.closest(".kb-hits")) return "hits";
    return e.closest("header, footer, nav, main").tagName.toLowerCase();
  }
}"""
MOST = 400  # presses; more means that the focus is caught


def walk(page):
    """Every stop of the tab key from the top of the page to the end."""
    stops = []
    while len(stops) < MOST:
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            return stops
        stops.append(stop)
    raise AssertionError(f"the focus went round without an end: {stops[-5:]}")


def press_tab_until(page, selector):
    """Presses Tab until the focus is on the element."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"Tab never reached {selector}")


@pytest.mark.parametrize("width", [1100, 320])
@pytest.mark.parametrize("kind", ["home", "results, filtered", "case study with figures", "organisations"])
def test_focus_is_always_seen_and_never_caught(visit, paths, kind, width):
    page = visit(paths[kind], width, 700)
    stops = walk(page)
    assert stops[0]["zone"] == "skip link"
    assert stops[-1]["zone"] == "footer"
    assert [stop["what"] for stop in stops if not stop["marked"]] == []
    assert [stop["what"] for stop in stops if not stop["inView"] or stop["covered"]] == []


def test_skip_link_moves_focus_to_the_main_content(visit):
    for path in ("/", "/search", "/about"):
        page = visit(path)
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to main content")
        assert skip.evaluate("e => e === document.activeElement")
        assert skip.bounding_box()["y"] >= 0
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.matches('main')")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_search_by_typing_and_enter(visit, check_page):
    page = visit("/")
    press_tab_until(page, "#q")
    page.keyboard.type("missed appointments")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=missed+appointments")
    assert page.locator(".kb-hits > li").count()
    check_page(page)


def test_order_on_the_results_page(visit, paths):
    page = visit(paths["results"])
    zones = list(dict.fromkeys(stop["zone"] for stop in walk(page)))
    assert zones == ["skip link", "header", "nav", "search", "skip to results", "filters", "main", "hits", "footer"]


def test_skip_to_results_passes_over_the_filters(visit, paths):
    page = visit(paths["results"])
    press_tab_until(page, "a[href='#results']")
    assert page.get_by_role("link", name="Skip to results").bounding_box()["width"] > 24
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#results'")
    page.keyboard.press("Tab")
    assert page.evaluate(
        "!document.activeElement.closest('.kb-facets') && !!document.activeElement.closest('.kb-results')"
    )


def test_phone_menu_opens_and_closes(visit, check_page):
    page = visit("/", 320)
    about = page.get_by_label("Menu").get_by_role("link", name="About")
    assert not about.is_visible()
    press_tab_until(page, "#toggle-menu")
    page.keyboard.press("Enter")
    about.wait_for(state="visible")
    check_page(page)
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('.nhsuk-header__navigation')")
    page.keyboard.press("Escape")
    about.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.id") == "toggle-menu"
    page.keyboard.press("Space")
    about.wait_for(state="visible")
    page.keyboard.press("Space")
    about.wait_for(state="hidden")


def test_filters_open_choose_and_close(visit, paths, check_page):
    page = visit(paths["results"], 320)
    facet = page.locator(".kb-facet__list a").first
    assert not facet.is_visible()
    press_tab_until(page, ".kb-facets > summary")
    page.keyboard.press("Enter")
    facet.wait_for(state="visible")
    page.keyboard.press("Enter")
    facet.wait_for(state="hidden")
    page.keyboard.press("Space")
    press_tab_until(page, ".kb-facet__list a")
    page.keyboard.press("Enter")
    page.locator(".kb-chip").first.wait_for()
    check_page(page)


def test_back_after_filtering_returns_to_the_unfiltered_results(visit, paths):
    page = visit(paths["results"])
    before, count = page.url, page.locator("#results").inner_text()
    press_tab_until(page, ".kb-facet__list a")
    page.keyboard.press("Enter")
    page.locator(".kb-chip").first.wait_for()
    assert page.locator("#results").inner_text() != count
    page.go_back()
    assert page.url == before
    assert page.locator("#results").inner_text() == count
    assert not page.locator(".kb-chip").count()
