"""The account of a search: what is said of it, in what order, and how little room it takes."""

import re

import pytest

from kb.search.query import Query
from kb.web.understood import account

LETTERS = "ED LD PD OT DNA PICU CTO SMI CPA "


def told(searcher, text, exactly=False):
    return account(searcher.search(Query(text, exactly=exactly)), lambda words, exact: f"?q={words}&exactly={exact:d}")


def test_other_words_are_counted_not_all_listed(published):
    one = told(published, "restraint")
    assert len(one.also) == 6
    assert one.more > 0
    everything = len({other.text.lower() for other in published.search(Query("restraint")).reading.spans[0].others})
    assert len(one.also) + one.more <= everything


def test_every_span_has_a_say_in_the_other_words(published):
    also = told(published, "waiting list for carers").also
    words = {text: set(told(published, text).also) for text in ("waiting list", "carers")}
    assert all(set(also) & found for found in words.values())


def test_a_short_search_offers_every_other_sense(published):
    span = published.search(Query("ED")).reading.spans[0]
    (taken,) = told(published, "ED").taken
    assert (taken.typed, taken.sense) == ("ED", span.expansion)
    assert [sense.words for sense in taken.others] == list(span.senses)
    assert [sense.href for sense in taken.others] == [f"?q={words}&exactly=0" for words in span.senses]


@pytest.mark.parametrize("text", [(LETTERS * 20)[:495], f"ED LD {'é' * 480}"])
def test_a_long_search_has_a_short_account(published, text):
    one = told(published, text)
    assert one.told
    assert sum(len(sense.href) for taken in one.taken for sense in taken.others) <= 1_500
    assert len({taken.typed for taken in one.taken}) == len(one.taken)
    assert one.size < 4_000


def test_there_and_back(published):
    usual, exactly = told(published, "restrant"), told(published, "restrant", exactly=True)
    assert (usual.other_way, exactly.other_way) == ("?q=restrant&exactly=1", "?q=restrant&exactly=0")
    assert usual.widened
    assert not exactly.widened
    assert exactly.told


@pytest.mark.parametrize("text", ["", "sourdough starter"])
def test_nothing_to_say(published, text):
    one = told(published, text)
    assert (one.told, one.size, list(one.lines())) == (False, 0, [])


def test_no_words_are_not_exact(published):
    assert not told(published, "", exactly=True).told


def shown(soup):
    """What the page says that it searched for, and the links there."""
    block = soup.select_one(".kb-account")
    if block is None:
        return [], {}
    lines = [" ".join(item.get_text().split()) for item in block.find_all("li")]
    return lines, {" ".join(a.get_text().split()): a["href"] for a in block.find_all("a")}


def test_a_slip_is_put_right_with_the_way_back(page):
    lines, links = shown(page("/search?q=restrant&verdict=improved"))
    assert "restraint instead of restrant" in lines
    back = links["Search for exactly restrant"]
    assert back == "?q=restrant&verdict=improved&exactly=1"
    exactly = page(f"/search{back}")
    lines, links = shown(exactly)
    assert any(line.startswith("Searched exactly as typed") for line in lines)
    assert not any("restraint" in line for line in lines)
    assert list(links.values()) == ["?q=restrant&verdict=improved"]


def test_links_on_the_page_keep_the_words_exact_and_the_box_forgets_it(page):
    soup = page("/search?q=restraint&exactly=1")
    for selector in (".kb-facet__list a[href*='?']", ".kb-sort a"):
        assert soup.select(selector)
        assert all("exactly=1" in link["href"] for link in soup.select(selector))
    assert soup.select("form.kb-search input[name=exactly]") == []


def test_an_acronym_says_its_sense_and_leads_to_the_others(page):
    lines, links = shown(page("/search?q=same+people+in+ED+every+week"))
    taken = next(line for line in lines if line.startswith("ED taken as "))
    others = [words for words, href in links.items() if f"people+in+{words.replace(' ', '+')}+every+week" in href]
    assert len(others) >= 1
    senses = {"eating disorder", "emergency department"}
    assert len([sense for sense in senses if taken.startswith(f"ED taken as {sense}")]) == 1
    assert senses & set(others)
    again, _ = shown(page(f"/search{links[others[0]]}"))
    assert not any("ED taken as" in line for line in again)


def test_what_else_was_looked_for_is_at_most_six_and_never_the_words_typed(page):
    lines, links = shown(page("/search?q=DNA+rates+in+the+CMHT"))
    also = next(line for line in lines if line.startswith("Also looked for: "))
    words = re.sub(r" and \d+ more$", "", also.removeprefix("Also looked for: ")).split(", ")
    assert len(words) == 6 == len({word.lower() for word in words})
    assert "missed appointments" in words
    assert not {"DNA", "rates", "CMHT", "did not attend"} & set(words)
    assert "Search for exactly DNA rates in the CMHT" in links


def test_marks_are_said_in_words(page):
    soup = page('/search?q="positive+behaviour+support"+-prone+org:ELFT+violence')
    lines, _ = shown(soup)
    assert "Must say “positive behaviour support”" in lines
    assert "Must not say “prone”" in lines
    assert "Only organisation: East London NHS Foundation Trust" in lines
    assert soup.select(".kb-chip") == []  # it comes off where it was typed


def test_plain_words_need_no_account(page):
    assert shown(page("/search"))[0] == []
    assert shown(page("/search?q=sourdough+starter"))[0] == []


def test_what_is_unclear_is_asked(page):
    lines, links = shown(page("/search?q=asesment+of+pain+org:ELFT"))
    assert "Did you mean assessment of pain org:ELFT?" in lines
    assert links["assessment of pain org:ELFT"] == "?q=assessment+of+pain+org%3AELFT"
