"""On paper: what was read, without what was pressed, and with the addresses of the sources."""

import pytest

pytestmark = pytest.mark.browser

ON_SCREEN_ONLY = (".nhsuk-header", ".nhsuk-footer", ".nhsuk-breadcrumb", ".kb-search", ".kb-facets", ".kb-contents", ".kb-sort")  # fmt: skip


def test_case_study_on_paper(visit, paths):
    page = visit(paths["case study with figures"])
    page.emulate_media(media="print")
    shown = [name for name in ON_SCREEN_ONLY if page.locator(name).locator("visible=true").count()]
    assert shown == []
    for kept in ("h1", ".kb-glance", ".kb-figures", ".kb-prose", "#sources", ".kb-cite"):
        assert page.locator(kept).is_visible(), kept
    links = page.locator("section[aria-labelledby=sources] a")
    assert links.count()
    for link in links.all():
        printed = link.evaluate("a => getComputedStyle(a, '::after').content")
        assert link.get_attribute("href") in printed
    inside = page.locator(".kb-glance a[href^='/']").first
    assert inside.evaluate("a => getComputedStyle(a, '::after').content") == "none"


def test_results_on_paper(visit, paths):
    page = visit(paths["results, filtered"])
    assert page.locator(".kb-facets").is_visible()
    page.emulate_media(media="print")
    shown = [name for name in ON_SCREEN_ONLY if page.locator(name).locator("visible=true").count()]
    assert shown == []
    assert page.locator("#results").is_visible()
    assert page.locator(".kb-hits > li").first.is_visible()


def test_paper_is_filled_from_edge_to_edge(visit, paths):
    """A page of A4 at 96 dots an inch: the results have no empty column where the filters were."""
    page = visit(paths["results"], 794)
    page.emulate_media(media="print")
    assert page.locator(".kb-results__list").bounding_box()["width"] > 600
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
