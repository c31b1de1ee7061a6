"""Large print and wide spacing: 400% zoom of a 1280 by 1024 window, and the spacing of WCAG 1.4.12."""

import pytest

pytestmark = pytest.mark.browser

KINDS = ["home", "results, filtered", "nothing like it", "case study with figures", "collaborative"]
SPACING = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }
"""
# Not Playwright's add_style_tag: it waits without limit for an event that the browser may owe it.
ADD_STYLE = (
    "css => { const style = document.createElement('style'); style.textContent = css; document.head.append(style); }"
)
# Words that stick out of a box that hides what does not fit, or out of a box with an edge to be seen.
CLIPPED = """() => [...document.body.querySelectorAll("*")].filter(e => {
  if (!e.checkVisibility({visibilityProperty: true}) || e.matches("input, .kb-scroll")) return false;
  if (e.closest(".nhsuk-u-visually-hidden, .nhsuk-skip-link")) return false;
  const s = getComputedStyle(e);
  const hides = ["hidden", "clip"].includes(s.overflowX) || ["hidden", "clip"].includes(s.overflowY);
  if (hides && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)) return true;
  if (s.display === "inline" || s.borderTopWidth === "0px" || s.borderLeftWidth === "0px") return false;
  const range = document.createRange();
  range.selectNodeContents(e);
  const words = range.getBoundingClientRect(), box = e.getBoundingClientRect();
  return words.right > box.right + 1 || words.bottom > box.bottom + 1 || words.left < box.left - 1;
}).map(e => `${e.tagName} ${e.className}: ${e.textContent.trim().slice(0, 60)}`)"""


@pytest.mark.parametrize("kind", KINDS)
def test_zoomed_to_400_percent(visit, paths, kind):
    page = visit(paths[kind], 320, 256)
    assert page.evaluate(CLIPPED) == []
    # Nothing stays put over a window this small.
    assert (
        page.evaluate(
            "[...document.body.querySelectorAll('*')].filter(e => ['fixed', 'sticky'].includes(getComputedStyle(e).position)).length"
        )
        == 0
    )
    page.locator("#toggle-menu").click()
    page.get_by_label("Menu").get_by_role("link", name="About").scroll_into_view_if_needed()
    assert page.get_by_label("Menu").get_by_role("link", name="About").is_visible()


@pytest.mark.parametrize("kind", KINDS)
def test_wide_spacing_clips_nothing(visit, check_page, paths, kind):
    page = visit(paths[kind], bypass_csp=True)  # as a reader's own style sheet would
    before = page.locator("main").bounding_box()["height"]
    page.evaluate(ADD_STYLE, SPACING)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.locator("main").bounding_box()["height"] > before
    assert page.evaluate(CLIPPED) == []
    check_page(page)
    page.set_viewport_size({"width": 320, "height": 700})
    page.locator("#toggle-menu").wait_for()
    assert page.evaluate(CLIPPED) == []
    check_page(page)
