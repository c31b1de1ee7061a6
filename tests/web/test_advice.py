"""What to try when nothing is close; the pages' own tests see it on the page."""

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
