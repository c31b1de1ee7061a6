"""The main journey with scripts turned off: everything is links and forms."""

import re

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1100, 320])
def test_search_filter_unfilter_read(visit, width):
    page = visit("/", width, java_script_enabled=False)
    page.get_by_label("Describe the problem in your own words").fill("waits for ADHD assessment")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    assert page.locator("h1").inner_text() == "Search results"
    assert page.get_by_label("What are you trying to improve?").input_value() == "waits for ADHD assessment"
    unfiltered = page.locator("#results").inner_text()
    without_filter = page.url

    if width == 320:
        page.get_by_text("Filter these results").click()
    topic = page.locator(".kb-facet", has_text="Topic").locator(".kb-facet__list a").first
    chosen = topic.inner_text()
    expected = page.locator(".kb-facet", has_text="Topic").locator(".kb-facet__list li > span").first.inner_text()
    topic.click()
    chip = page.locator(".kb-chip", has_text=chosen)
    assert page.locator(".kb-hits > li").count() == int(re.search(r"\d+", page.locator("#results").inner_text())[0])
    assert page.locator("#results").inner_text().startswith(f"{expected} case stud")

    chip.click()
    assert page.url == without_filter
    assert page.locator("#results").inner_text() == unfiltered
    assert not page.locator(".kb-chip").count()

    title = page.locator(".kb-hits h2 a").first
    words = title.inner_text()
    title.click()
    assert page.locator("h1").inner_text() == words
    section = page.get_by_label("On this page").get_by_role("link", name="Results", exact=True)
    section.click()
    assert page.url.endswith("#results")
    assert page.locator("#results:target").is_visible()
    assert 0 <= page.locator("#results").bounding_box()["y"] <= 100


@pytest.mark.parametrize("width", [1100, 320])
@pytest.mark.parametrize("kind", ["home", "results", "case study with figures", "organisations"])
def test_page_fits_and_leads_everywhere(visit, paths, kind, width):
    page = visit(paths[kind], width, java_script_enabled=False)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for name in ("Topics", "Settings", "Organisations", "Collaboratives", "Methods", "About"):
        assert page.get_by_label("Menu").get_by_role("link", name=name).is_visible()
