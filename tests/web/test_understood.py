"""The account of a search: what is said of it, in what order, and how little room it takes."""

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
