"""What a search is taken to mean."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.errors import QueryError
from kb.search.lexicon import Lexicon
from kb.search.query import Query
from kb.search.understanding import understand, wanted


@pytest.fixture(scope="module")
def understood(published, embedder):
    """What a search of the published content is taken to mean."""
    index = published.store.current()
    return lambda text, **how: understand(text, index.thesaurus, index.lexicon, embedder.is_word, **how)


@pytest.mark.parametrize(
    "text", ["help", "what is this", "any ideas please?", "Can you help me", "NHS improvement projects", "IDEAS", "12"]
)
def test_words_that_say_nothing_are_vague(published, text):
    assert published.search(Query(text)).understood.vague
    assert published.search(Query(text, exactly=True)).understood.vague


@pytest.mark.parametrize(
    "text", ["", "org:ELFT", "-help", "helping with restraint", "IT", "ED", "等待", "restrant", "sourdough"]
)
def test_words_that_say_something_are_not(published, text):
    assert not published.search(Query(text)).understood.vague


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("restrant", "restraint"),
        ("seculsion on the ward", "seclusion on the ward"),
        ("open dialouge", "open dialogue"),
        ("assesment waits", "assessment waits"),
        ("Violnce and restrant", "violence and restraint"),
        ("clozpine -restrant", "clozapine"),
    ],
)
def test_slips_are_put_right(understood, typed, meant):
    found = understood(typed)
    assert found.text == meant
    assert found.doubts == ()
    assert found.readings[0].text == meant
    assert {right for _, right in found.repairs} <= set(meant.split())


@pytest.mark.parametrize(
    "typed",
    [
        "prune", "pivot", "gambling", "parking", "ukulele", "restraint", "Maudsley", "behavioral", "organizations", "OAPs",
        "RSTRNT", "the patients' café", "what\u2019s", "don't", "s136", "等待", "xqzjkvw", "\u0639\u0631\u0628",
    ],
)  # fmt: skip
def test_words_that_the_language_has_are_never_put_right(understood, typed):
    assert (understood(typed).text, understood(typed).repairs) == (typed, ())


def test_phrases_are_looked_for_letter_by_letter(understood):
    found = understood('"restrant" and restrant free')
    assert found.text == "restrant and restrant free"
    assert understood('"seculsion" restrant').text == "seculsion restraint"


def test_a_doubt_is_offered_and_not_acted_on(understood):
    found = understood("prune restrant")
    assert (found.doubts, found.repairs) == ((("prune", "prone"),), (("restrant", "restraint"),))
    assert found.text == "prune restraint"
    assert found.suggestion == "prone restraint"
    assert understood("restraint").suggestion == ""


def test_of_words_equally_near_none_is_sure(published):
    thesaurus = published.store.current().thesaurus
    lexicon = Lexicon({"glimmering": 3, "glittering": 3})
    found = understand("glitmering", thesaurus, lexicon, lambda _: False)
    assert (found.repairs, found.doubts[0][0]) == ((), "glitmering")


@pytest.mark.parametrize("typed", ["restrant", "OAPs in ED", "behavioral", "SLaM", "falls"])
def test_exactly_changes_and_widens_nothing(understood, typed):
    found = understood(typed, exactly=True)
    assert (found.text, found.repairs, found.doubts) == (typed, (), ())
    assert [reading.text for reading in found.readings] == [typed]
    assert not any(span.others or span.expansion for span in found.readings[0].spans)
    assert not any(one.others or one.organisations for one in wanted(found.readings[0]))


def test_exactly_still_heeds_marks(understood):
    found = understood('"long stay" -adult org:ELFT', exactly=True)
    assert (found.typed.phrases, found.typed.excluded, found.typed.filters) == (("long stay",), ("adult",), {"organisation": ("ELFT",)})  # fmt: skip
    assert found.text == "long stay"


def test_exactly_finds_the_words_as_typed(published):
    widened, exact = (published.search(Query("restrant", exactly=exactly)) for exactly in (False, True))
    assert (widened.understood.text, exact.understood.text) == ("restraint", "restrant")
    assert widened.verdict == "strong"
    assert exact.total < widened.total


def test_marks_alone_have_nothing_to_read(understood):
    assert understood("org:ELFT -adult").readings == ()
    assert understood("").readings == ()


def test_function_words_are_not_looked_for(understood):
    sought = wanted(understood("what can we do about the falls").readings[0])
    assert [one.stems for one in sought] == [("fall",)]


def test_other_ways_to_say_it_are_looked_for_as_rows_of_stems(understood):
    one = next(one for one in wanted(understood("restraint").readings[0]) if one.stems == ("restraint",))
    assert dict(one.others)["physic", "intervent"] < 1
    assert wanted(understood("slam").readings[0])[0].organisations == ("RV5",)


@pytest.mark.parametrize(
    ("text", "sense"),
    [
        ("mealtimes on ED ward", "eating disorder"),
        ("ED attendances by people in crisis", "emergency department"),
        ("SCR access for clozapine", "summary care record"),
        ("DNA appointments", "did not attend"),
        ("LD annual health checks", "learning disability"),
        ("PICU", "psychiatric intensive care unit"),
    ],
)
def test_the_other_words_choose_the_sense_of_an_acronym(published, text, sense):
    found = published.search(Query(text))
    assert found.reading is not None
    assert sense in found.reading.text
    assert found.verdict == "strong"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("org:ELTF falls", "There is no organisation 'ELTF'. Did you mean East London NHS Foundation Trust (RWK)?"),
        ("topic:fals", "Did you mean falls-and-frailty"),
        ("org:qqqq topic:zzzz", "There is no topic 'zzzz'."),
        ("year:20", "There is no year '20'."),
    ],
)
def test_a_prefix_with_a_name_that_nobody_has_is_said_at_the_search_box(published, text, said):
    with pytest.raises(QueryError) as caught:
        published.search(Query(text))
    assert list(caught.value.problems) == ["q"]
    assert said in caught.value.problems["q"]


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("org:ELFT", {"organisation": ("RWK",)}),
        ("trust:slam", {"organisation": ("RV5",)}),
        ('org:"East London"', {"organisation": ("RWK",)}),
        ('org:"Southern Health"', {"organisation": ("RW1",)}),  # the trust that it is now part of
        ("org:\u201cLancashire Care\u201d", {"organisation": ("RW5",)}),
        ("setting:inpatient year:2023", {"setting": ("inpatient",), "year": ("2023",)}),
        ('topic:"falls and frailty"', {"topic": ("falls-and-frailty",)}),
    ],
)
def test_a_prefix_takes_any_name_that_people_use(published, text, filters):
    assert published.search(Query(text)).filters == filters


@given(st.text(max_size=300))
@example("a" * 5_000)
@example("restrant " * 100)
@example("'" * 100 + "x")
def test_whatever_is_typed_is_understood_in_some_way(understood, text):
    for exactly in (False, True):
        found = understood(text, exactly=exactly)
        assert bool(found.readings) == bool(found.text)
        assert len(found.readings) <= 4
        assert all(one.stems and all(row for row, _ in one.others) for r in found.readings for one in wanted(r))
        assert found.vague in (True, False)
        assert {word for word, _ in found.repairs}.isdisjoint(word for word, _ in found.doubts)
