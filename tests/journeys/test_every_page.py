"""Every kind of page, at desktop and phone width, folded and unfolded: no complaint, no sideways scroll, accessible."""

import pytest

pytestmark = pytest.mark.browser

# Each kind of page with the status it answers and something that only this kind has.
PAGES = {
    "home": (200, "h1:text('What are you trying to improve?')"),
    "all case studies": (200, "nav[aria-label='Pages of results']"),
    "a later page": (200, "a[rel=prev]"),
    "results": (200, "mark"),
    "results, filtered": (200, ".kb-chip"),
    "all case studies, filtered": (200, ".kb-chip"),
    "results, put right and widened": (200, ".kb-account"),
    "nothing like it": (200, ".kb-none"),
    "too few words": (200, ".kb-none"),
    "case study with figures": (200, ".kb-figures"),
    "case study without figures": (200, "article:not(:has(.kb-figures))"),
    "history": (200, "h1:text('History of')"),
    "paste a problem": (200, "#text"),
    "others like a part": (200, ".kb-hits"),
    "topics": (200, ".kb-tree"),
    "topic": (200, ".kb-hits"),
    "empty topic": (200, "text=There is no case study about this yet"),
    "settings": (200, ".kb-tree"),
    "setting": (200, ".kb-hits"),
    "populations": (200, ".kb-tree"),
    "methods": (200, ".kb-tree"),
    "organisations": (200, ".nhsuk-details"),
    "organisation": (200, ".kb-hits"),
    "collaboratives": (200, "h2:text('Midlands')"),
    "collaborative": (200, "dt:text('Members')"),
    "about": (200, "#verdicts"),
    "accessibility statement": (200, "h2:text('Enforcement')"),
    "cookies": (200, "text=no cookies"),
    "using the data": (200, "a:text('OpenAPI document')"),
    "no such page": (404, "h1:text('Page not found')"),
    "no such case study": (404, "h1:text('Page not found')"),
    "problem with the search": (422, "[role=alert]"),
}
MAX_BYTES = 30_000  # of HTML, before compression: what an old phone on a ward's network shows at once


@pytest.mark.parametrize("kind", PAGES)
def test_page(visit, check_page, paths, kind):
    status, landmark = PAGES[kind]
    page = visit(paths[kind], 1100, status=status)
    assert page.locator(landmark).count()
    fold = "open => document.querySelectorAll('details').forEach(d => d.open = open)"
    folds = page.locator("details").count()
    if folds:
        page.evaluate(fold, True)
        check_page(page)
    page.set_viewport_size({"width": 320, "height": 700})
    page.locator("#toggle-menu").wait_for()  # the header has taken in the new width
    check_page(page)
    if folds:
        page.evaluate(fold, False)
        check_page(page)


def test_every_kind_of_page_is_listed(paths):
    assert paths.keys() == PAGES.keys()


@pytest.mark.parametrize("kind", PAGES)
def test_page_is_small(client, paths, kind):
    assert len(client.get(paths[kind]).content) < MAX_BYTES


def test_long_unbroken_word_does_not_scroll_sideways(visit):
    for word in ("a" * 200, "https://example.org/" + "x" * 300):
        for width in (1100, 320):
            visit(f"/search?q={word}", width)
            visit(f"/search?q=waiting+times+{word}", width)
