"""The results page: facets, chips, order, pages, and what it says when there is nothing."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from kb.search.query import PAGE_SIZE

QUESTIONS = ("", "restraint", "long waits for ADHD assessment", "physical health")


def values(soup):
    """(label, count, href, in use) of every facet value on the page."""
    return [
        (a.find(string=True).strip(), int(a.find_next_sibling("span").get_text()), a["href"], a.has_attr("aria-current"))
        for a in soup.select(".kb-facet__list a") if a.find_next_sibling("span")
    ]  # fmt: skip


def total(soup):
    """How many the page says there are."""
    return int(re.match(r"([\d,]+) case stud", soup.find(id="results").get_text())[1].replace(",", ""))


def at(href):
    return href if href.startswith("/") else f"/search{href}"


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_facet_value_leads_to_as_many_as_it_says_and_back(page, question):
    start = at(f"?q={question.replace(' ', '+')}" if question else "/search")
    soup = page(start)
    offered = values(soup)
    assert len(offered) > 20
    for label, count, href, on in offered:
        assert not on
        narrowed = page(at(href))
        assert total(narrowed) == count > 0, (label, href)
        back = [(other, link) for other, _, link, on in values(narrowed) if on]
        assert back == [(label, start.removeprefix("/search") or "/search")]
        chips = narrowed.select(".kb-chip")
        assert [at(chip["href"]) for chip in chips] == [start, start]  # this one, and all of them


def test_filters_add_up_and_come_off_one_by_one(page):
    start = "/search?q=restraint&topic=restrictive-practice&verdict=improved&verdict=mixed"
    soup = page(start)
    chips = {" ".join(chip.get_text().split()): chip["href"] for chip in soup.select(".kb-chip")}
    assert chips == {
        "Remove filter: Topic: Restrictive practice ✕": "?q=restraint&verdict=improved&verdict=mixed",
        "Remove filter: How it went: Improved ✕": "?q=restraint&topic=restrictive-practice&verdict=mixed",
        "Remove filter: How it went: Mixed results ✕": "?q=restraint&topic=restrictive-practice&verdict=improved",
        "Clear all filters": "?q=restraint",
    }
    hidden = [(field["name"], field["value"]) for field in soup.select("form.kb-search input[type=hidden]")]
    assert hidden == [("topic", "restrictive-practice"), ("verdict", "improved"), ("verdict", "mixed")]
    apart = [
        total(page(f"/search?q=restraint&topic=restrictive-practice&verdict={value}"))
        for value in ("improved", "mixed")
    ]
    assert total(soup) == sum(apart)


def test_a_value_of_the_same_facet_widens(page):
    soup = page("/search?verdict=improved")
    _, count, href, _ = next(found for found in values(soup) if found[0] == "Mixed results")
    assert href == "?verdict=improved&verdict=mixed"
    assert total(page(at(href))) == total(soup) + count


def test_addresses_are_clean(page):
    empty = page("/search?q=&topic=&sort=&page=1&verdict=improved&utm_source=mail")
    soup = page("/search?verdict=improved")
    assert values(empty) == values(soup)
    for address in ("/search", "/search?q=restraint", "/search?verdict=improved&q=ward", "/search?sort=newest&q=ward"):
        hrefs = [a["href"] for a in page(address).select("main a[href*='?']")]
        assert len(hrefs) > 10
        for href in hrefs:
            pairs = parse_qsl(urlsplit(href).query, keep_blank_values=True)
            assert pairs, href
            assert all(value for _, value in pairs), href
            assert len(pairs) == len(set(pairs)), href
            assert "page=1&" not in f"{href}&", href
            assert "sort=relevance" not in href, href


def test_the_same_query_has_one_address_whatever_the_order_it_was_typed_in(page):
    either, other = (
        page(f"/search?{query}")
        for query in ("verdict=mixed&q=ward&topic=workforce", "topic=workforce&verdict=mixed&q=ward")
    )
    assert values(either) == values(other)


def test_results_can_be_sorted(page):
    soup = page("/search?q=restraint")
    link = soup.select_one(".kb-sort a")
    assert (link.get_text(), link["href"]) == ("Newest", "?q=restraint&sort=newest")
    assert soup.select_one(".kb-sort strong").get_text() == "Most relevant"
    newest = page("/search?q=restraint&sort=newest")
    assert newest.select_one(".kb-sort a")["href"] == "?q=restraint"
    assert total(newest) == total(soup)
    titles = [[a.get_text() for a in found.select(".kb-hits h2 a")] for found in (soup, newest)]
    assert titles[0] != titles[1]
    assert page("/search").select_one(".kb-sort") is None  # without words there is only newest


def test_pages_go_through_everything_once(page):
    first = page("/search")
    everything = total(first)
    seen, address = [], "/search"
    for number in range(1, (everything - 1) // PAGE_SIZE + 2):
        soup = page(address)
        assert soup.select_one("[aria-label='Pages of results'] [aria-current=page]").get_text() == str(number)
        assert soup.select_one("ol.kb-hits")["start"] == str((number - 1) * PAGE_SIZE + 1)
        seen += [a["href"] for a in soup.select(".kb-hits h2 a")]
        following = soup.find("a", attrs={"aria-label": f"Page {number + 1}"})
        address = at(following["href"]) if following else ""
    assert address == ""
    assert len(seen) == len(set(seen)) == everything


def test_a_page_past_the_end_leads_back(page):
    soup = page("/search?page=99", 404)
    assert "There is no page 99. The results have 5 pages." in soup.select_one("[role=alert]").get_text()
    links = {a.get_text(): at(a["href"]) for a in soup.select("[aria-label='Pages of results'] a")}
    assert total(page(links["5"])) > 80
    soup = page("/search?q=long+waits+for+ADHD+assessment&page=99", 404)
    back = soup.select_one("main p a") or soup.select_one("[aria-label='Pages of results'] a")
    page(at(back["href"]))


def test_one_page_of_results_has_no_numbers(page):
    soup = page("/search?q=long+waits+for+ADHD+assessment")
    assert total(soup) <= PAGE_SIZE
    assert soup.select_one("[aria-label='Pages of results']") is None


def test_no_words_show_everything_newest_first(page, published):
    soup = page("/search")
    assert soup.h1.get_text() == "All case studies"
    assert soup.title.get_text(strip=True).startswith("All case studies - ")
    assert total(soup) == published.store.current().manifest.case_studies
    assert len(soup.select(".kb-hits > li")) == PAGE_SIZE


def test_a_hit_shows_its_passage_with_the_words_marked_and_a_link_to_its_heading(page):
    soup = page("/search?q=reducing+restraint")
    hits = soup.select(".kb-hits > li")
    assert len(hits) > 5
    assert {mark.get_text().lower() for hit in hits[:5] for mark in hit.find_all("mark")} & {"restraint", "restraints"}
    for hit in hits[:5]:
        link = hit.select_one("a.kb-section")
        address, _, anchor = link["href"].partition("#")
        assert address == hit.h2.a["href"]
        assert page(address).find(id=anchor).get_text() == link.get_text()


def test_a_filter_typed_as_a_mark_is_enough_by_itself(page, client):
    soup = page("/search?q=org:ELFT")
    assert total(soup) == client.get("/api/v1/search?organisation=RWK").json()["total"] > 0
    assert [" ".join(item.get_text().split()) for item in soup.select(".kb-account li")] == [
        "Only organisation: East London NHS Foundation Trust"
    ]
    assert "East London NHS Foundation Trust" not in [label for label, *_ in values(soup)]
    for _, count, href, _ in values(soup)[:5]:
        assert total(page(at(href))) == count


def test_filters_that_leave_nothing_offer_a_way_out(page):
    soup = page("/search?verdict=no-change&year=1999")
    assert soup.find(id="results").get_text() == "No case studies match these filters"
    assert "?verdict=no-change" in {chip["href"] for chip in soup.select(".kb-chip")}
    soup = page("/search?q=restraint&year=1999")
    assert "no case study that matches “restraint” with these filters" in soup.select_one(".kb-none").get_text()
    assert soup.find("a", string="search without filters")["href"] == "?q=restraint"
    soup = page("/search?q=restraint+-ward+-wards&year=1999")
    assert "No case study matches all of the above and these filters" in soup.select_one(".kb-none").get_text()


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("q=" + "x" * 501, "Your search has 501 characters."), ("q=%3F%21", "Your search has no words in it."),
        ("topic=restrictive-practise", "Did you mean restrictive-practice"), ("sort=oldest", "cannot be sorted by 'oldest'"),
        ("page=0", "Page cannot be '0'."),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_said_above_the_box(page, query, told):
    soup = page(f"/search?{query}", 422)
    assert told in soup.select_one(".nhsuk-error-summary").get_text()
    assert soup.title.get_text(strip=True).startswith("Error: ")
    box = soup.find("input", id="q")
    if query.startswith("q="):
        assert told in soup.find(id="q-error").get_text()
        assert "q-error" in box["aria-describedby"]
        assert soup.select_one(".nhsuk-error-summary a")["href"] == "#q"
        assert box["value"]  # what was typed is kept
    assert soup.find("a", href="/search")


def test_a_script_as_a_question_is_only_words(page):
    typed = "<script>alert(1)</script>"
    soup = page("/search?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert soup.find("input", id="q")["value"] == typed
    assert typed in soup.title.get_text()
    assert [script for script in soup.find_all("script") if "alert" in script.get_text()] == []
    assert "alert(1)" not in "".join(str(script) for script in soup.find_all("script"))


def test_the_box_keeps_what_was_typed(page):
    soup = page("/search?q=%20%20Missed%20%20 appointments&topic=access-and-waiting-times")
    assert soup.find("input", id="q")["value"] == "Missed appointments"
    assert soup.title.get_text(strip=True).startswith("Missed appointments: search results - ")


@pytest.mark.parametrize("question", ["restraint", "long+waits+for+ADHD+assessment", "carers"])
def test_a_filter_only_takes_away(client, question):
    """What was too far from the question without a filter is not brought in by one."""
    found = client.get(f"/api/v1/search?q={question}&limit=100").json()
    whole = {hit["slug"] for hit in found["hits"]}
    assert len(found["facets"]["topic"]) > 3
    for name, offered in found["facets"].items():
        for value in offered:
            narrowed = client.get(f"/api/v1/search?q={question}&limit=100&{name}={value['value']}").json()
            assert narrowed["total"] == value["count"], (name, value)
            assert {hit["slug"] for hit in narrowed["hits"]} <= whole
