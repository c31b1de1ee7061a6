"""What is pressed is at least 24 by 24 CSS pixels (WCAG 2.5.8); links inside sentences are exempt."""

import pytest

pytestmark = pytest.mark.browser

LEAST = 24
PRESSED = """button, summary, .nhsuk-header a, .nhsuk-breadcrumb a, .nhsuk-footer__list-item a, .kb-chip, .kb-facet__list a,
  .kb-sort a, .nhsuk-pagination a, .nhsuk-contents-list a, .kb-glance a, .kb-tree a, .kb-topics a, .kb-columns a, .kb-lines a,
  .kb-welcome__examples a, .kb-hits h2 a, .kb-hits h3 a, input:not([type=hidden])"""
SMALL = """([pressed, least]) => [...document.querySelectorAll(pressed)]
  .filter(e => e.checkVisibility({visibilityProperty: true}))
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.width < least || box.height < least)
  .map(([e, box]) => `${e.className || e.parentElement.className}: ${e.textContent.trim().slice(0, 40)} ${box.width}x${box.height}`)"""


KINDS = [
    "home",
    "a later page",
    "results, filtered",
    "case study with figures",
    "topics",
    "topic",
    "organisations",
    "organisation",
    "collaborative",
]


@pytest.mark.parametrize("kind", KINDS)
def test_targets_are_large_enough(visit, paths, kind):
    page = visit(paths[kind], 1100)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.locator(PRESSED).count() > 10
    assert page.evaluate(SMALL, [PRESSED, LEAST]) == []
    page.set_viewport_size({"width": 320, "height": 700})
    page.locator("#toggle-menu").click()
    assert page.evaluate(SMALL, [PRESSED, LEAST]) == []
