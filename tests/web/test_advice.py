"""What to try when nothing is close, and how the results page says it."""

from urllib.parse import parse_qsl

import pytest

from kb.search.query import Query
from kb.web.advice import advice


def told(searcher, text, **asked):
    return advice(searcher.search(Query(text, **asked)), searcher.store.current().vocabulary, "editors@example.nhs.uk")


def test_two_things_to_try_and_at_most_five_topics(published):
    for text in ("sourdough starter", "ZZQX", "what is this", "how do volcanoes form under the sea in winter"):
        found = told(published, text)
        assert len(found.ways) == 2
        assert len(found.topics) <= 5
        assert len({topic.href for topic in found.topics}) == len(found.topics)


def test_filters_come_off_first(published):
    first = told(published, "sourdough starter", filters={"year": ("1999",)}).ways[0]
    assert [(link.words, link.href) for link in first.links] == [("search without filters", "?q=sourdough+starter")]


def test_known_words_among_many_are_offered_alone(published):
    ways = told(published, '"restraint of volcanoes" -lava').ways
    assert [link.words for way in ways for link in way.links] == ["restraint of volcanoes", "restraint"]


def test_nobody_writes_a_letter_about_nothing(published):
    assert told(published, "what is this").ask == ""
    assert told(published, "sourdough starter").ask.startswith("mailto:editors@example.nhs.uk?subject=")


def test_what_nobody_has_tried_says_so_kindly(page):
    soup = page("/search?q=sourdough+starter+recipe")
    assert soup.find(id="results").get_text() == "Nothing like this yet"
    assert "close to “sourdough starter recipe”" in soup.select_one(".kb-none").get_text()
    assert len(soup.select(".kb-none > ul > li")) == 3
    assert soup.find("h2", string="The nearest we have")
    assert 1 <= len(soup.select(".kb-hits > li h3")) <= 3
    assert soup.select(".kb-facet__list a") == []
    assert soup.select_one(".kb-sort") is None


def test_the_nearest_topics_are_those_of_the_nearest_case_studies(page, client):
    hits = client.get("/api/v1/search?q=sourdough+starter+recipe").json()["hits"]
    held = [topic for hit in hits for topic in hit["topics"]]
    links = page("/search?q=sourdough+starter+recipe").select(".kb-none__topics a")
    offered = [link["href"].removeprefix("/topics/") for link in links]
    assert 1 <= len(offered) <= 5
    assert set(offered) <= set(held)
    assert [held.count(topic) for topic in offered] == sorted(map(held.count, offered), reverse=True)
    for link in links:
        assert page(link["href"]).h1.get_text() == link.get_text()


def test_where_nothing_is_close_the_editors_can_be_asked(site, checked):
    asked = site({"falls": {"title": "Fewer falls"}}, contact_email="editors@example.nhs.uk")
    letter = checked(asked.get("/search?q=sourdough+%26+%3Cyeast%3E")).select_one(".kb-none a[href^=mailto]")["href"]
    address, _, rest = letter.partition("?")
    assert address == "mailto:editors@example.nhs.uk"
    assert "sourdough & <yeast>" in dict(parse_qsl(rest))["body"]


def test_without_a_mailbox_nobody_is_asked(page):
    assert page("/search?q=sourdough+starter").select(".kb-none a[href^=mailto]") == []


@pytest.mark.parametrize("question", ["what is this", "help", "any ideas please?"])
def test_words_that_say_nothing_are_told_that_more_would_help(page, question):
    soup = page(f"/search?q={question.replace(' ', '+').replace('?', '%3F')}")
    assert "few more words would help" in soup.select_one(".kb-results__list").get_text()
    assert "few more words" not in page("/search?q=help+with+restraint").select_one(".kb-results__list").get_text()


@pytest.mark.parametrize(
    ("question", "way", "href"),
    [
        ("sourdough+ZZQX", "spell out ZZQX", ""), ('"sourdough+starter"+-bread', "the words alone: sourdough starter", "?q=sourdough+starter"),
        ("sourdough+starter+kept+alive+in+the+fridge+through+winter", "use fewer words", ""),
        ("sourdough", "say more", ""),
    ],
)  # fmt: skip
def test_what_to_try_depends_on_what_was_asked(page, question, way, href):
    tips = page(f"/search?q={question}").select(".kb-none > ul > li")
    assert any(way in " ".join(tip.get_text().split()) for tip in tips), tips
    assert not href or href in [tip.a["href"] for tip in tips if tip.a]
