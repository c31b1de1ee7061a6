import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.content.vocabulary import Vocabulary
from kb.search.thesaurus import SAME, SYNONYM, Thesaurus

GLOSSARY = """\
terms:
  - {term: ED, expansion: eating disorder, other_senses: [emergency department, erectile dysfunction]}
  - {term: DNA, expansion: did not attend, other_senses: [deoxyribonucleic acid]}
  - {term: CTO, expansion: community treatment order (law)}
  - {term: A&E, expansion: accident and emergency}
  - {term: SEND, expansion: special educational needs and disabilities, case_sensitive: true}
  - {term: NICE, expansion: National Institute for Health and Care Excellence, case_sensitive: true}
synonyms:
  - {preferred: restraint, terms: [physical intervention, holding down]}
  - {preferred: did not attend, terms: [DNA, missed appointments]}
  - {preferred: emergency department, terms: [casualty]}
  - {preferred: falls, terms: [slips]}
spellings:
  - {uk: behaviour, us: behavior}
  - {uk: organise, us: organize}
"""
TOPICS = """\
concepts:
  - {id: waiting, label: Waiting times, alt_labels: [delays, ED (department)]}
  - {id: old, label: Old words, alt_labels: [bygones], replaced_by: waiting}
"""
ORGANISATIONS = """\
organisations:
  - {id: RV5, name: South London and Maudsley NHS Foundation Trust, short_name: SLaM}
  - {id: RW5, name: Lancashire and South Cumbria NHS Foundation Trust, short_name: LSCFT, former_names: [{name: Lancashire Care NHS Foundation Trust}]}
  - {id: RW1, name: Hampshire Healthcare NHS Foundation Trust}
  - {id: RWX, name: Southern Health NHS Foundation Trust, closed: '2024-10-01', successors: [RW1]}
  - {id: mind, name: Mind}
  - {id: nice, name: National Institute for Health and Care Excellence, short_name: NICE}
"""


@pytest.fixture(scope="module")
def thesaurus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("vocabulary")
    for name, text in (("glossary", GLOSSARY), ("topics", TOPICS), ("organisations", ORGANISATIONS)):
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    found = Vocabulary.load(folder)
    assert not found.findings
    return Thesaurus(found)


@pytest.fixture(scope="module")
def published_thesaurus(published):
    return published.store.current().thesaurus


def others(thesaurus, text, reading=0):
    """What else each span of a text is called, with its weight."""
    return {
        span.typed: {other.text: other.weight for other in span.others}
        for span in thesaurus.readings(text)[reading].spans
        if span.others
    }


def organisations(thesaurus, text):
    return {o.organisation for span in thesaurus.readings(text)[0].spans for o in span.others if o.organisation}


def test_an_acronym_has_a_reading_for_each_sense_the_usual_first(thesaurus):
    readings = thesaurus.readings("waits in ED, today")
    assert [reading.text for reading in readings] == [
        "waits in eating disorder, today",
        "waits in emergency department, today",
        "waits in erectile dysfunction, today",
    ]
    span = next(span for span in readings[1].spans if span.typed == "ED")
    assert (span.expansion, span.senses) == ("emergency department", ("eating disorder", "erectile dysfunction"))
    assert others(thesaurus, "ED", 1) == {"ED": {"emergency department": SAME, "casualty": SYNONYM}}


def test_letters_and_what_they_stand_for_are_the_same_even_where_a_list_calls_them_synonyms(thesaurus):
    assert others(thesaurus, "DNA")["DNA"] == {"did not attend": SAME, "DNA": SAME, "missed appointments": SYNONYM}
    assert others(thesaurus, "did not attend")["did not attend"]["DNA"] == SAME


def test_letters_have_the_same_sense_wherever_they_stand_in_a_text(thesaurus):
    texts = [reading.text for reading in thesaurus.readings("ED staff sent to ED")]
    assert texts[:2] == ["eating disorder staff sent to eating disorder", "emergency department staff sent to emergency department"]  # fmt: skip
    assert len(texts) == 3


def test_every_acronym_of_a_text_is_read_in_its_second_sense_before_any_in_its_third(thesaurus):
    texts = [reading.text for reading in thesaurus.readings("ED DNA")]
    assert texts == [
        "eating disorder did not attend",
        "emergency department did not attend",
        "eating disorder deoxyribonucleic acid",
        "erectile dysfunction did not attend",
    ]


@pytest.mark.parametrize("typed", ["CTO", "cto", "CTOs", "ctos", "Ctos"])
def test_acronyms_may_be_plural_and_in_lower_case(thesaurus, typed):
    assert thesaurus.readings(typed)[0].text == "community treatment order"


@pytest.mark.parametrize("typed", ["A&E", "a&e"])
def test_letters_with_an_ampersand_are_one_acronym(thesaurus, typed):
    assert thesaurus.readings(f"to {typed} by ambulance")[0].text == "to accident and emergency by ambulance"


@pytest.mark.parametrize(
    ("text", "spelt_out"),
    [
        ("SEND", "special educational needs and disabilities"),
        ("send letters", "send letters"),
        ("Send letters", "Send letters"),
        ("NICE food", "National Institute for Health and Care Excellence food"),
        ("nice food", "nice food"),
    ],
)
def test_acronyms_that_are_also_words_need_capitals(thesaurus, text, spelt_out):
    assert thesaurus.readings(text)[0].text == spelt_out


def test_an_organisation_whose_letters_are_also_a_word_needs_capitals_too(thesaurus):
    assert organisations(thesaurus, "NICE guidance") == {"nice"}
    assert organisations(thesaurus, "nice food on the ward") == set()


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("SLaM", {"RV5"}),
        ("slam", {"RV5"}),
        ("SLaM's wards", {"RV5"}),
        ("South London and Maudsley", {"RV5"}),
        ("Lancashire Care", {"RW5"}),
        ("lscft", {"RW5"}),
        ("Southern Health", {"RW1", "RWX"}),  # the old id and today's
        ("southern health nhs foundation trust", {"RW1", "RWX"}),
        ("Mind", {"mind"}),
        ("mindfulness", set()),  # has the same stem
        ("slamming doors", set()),
        ("health and care", set()),
    ],
)
def test_organisations_are_known_by_short_and_former_names(thesaurus, typed, ids):
    assert organisations(thesaurus, typed) == ids


def test_synonyms_go_both_ways_and_count_for_less(thesaurus):
    assert others(thesaurus, "restraint")["restraint"] == {"physical intervention": SYNONYM, "holding down": SYNONYM}
    assert others(thesaurus, "less physical interventions")["physical interventions"] == {"restraint": SYNONYM}
    assert SYNONYM < SAME


def test_labels_are_synonyms_but_those_of_a_replaced_concept_are_not(thesaurus):
    assert others(thesaurus, "delays")["delays"] == {"Waiting times": SYNONYM}
    assert others(thesaurus, "bygones") == {}
    assert "Waiting times" not in others(thesaurus, "ED")["ED"]  # one sense of it, in brackets


@pytest.mark.parametrize(
    ("typed", "other"),
    [("behavioral", "behaviour"), ("behaviours", "behavior"), ("organizations", "organise"), ("organised", "organize")],
)
def test_british_and_american_spellings_are_the_same(thesaurus, typed, other):
    assert others(thesaurus, typed)[typed][other] == SAME


def test_a_longer_name_comes_before_the_words_in_it(thesaurus):
    assert [span.typed for span in thesaurus.readings("ED did not attend falls")[0].spans] == ["ED", "did not attend", "falls"]  # fmt: skip


@pytest.mark.parametrize(("word", "known"), [("CTOs", True), ("slips", True), ("Mind", True), ("send", False), ("x", False)])  # fmt: skip
def test_it_says_whether_it_knows_a_word(thesaurus, word, known):
    assert thesaurus.knows(word) is known


@pytest.mark.parametrize("text", ["", " ", "?!", "\U0001f642", "x" * 500, "ward"])
def test_what_nothing_is_known_about_is_read_as_typed(thesaurus, text):
    assert [reading.text for reading in thesaurus.readings(text)] == [text]
    assert others(thesaurus, text) == {}


SOUP = st.lists(st.one_of(st.text(), st.sampled_from(["ED", "dna", "DNA", " ", "-", "A&E", "'s", "RC", "OAPs", "Southern Health", *string.punctuation])), max_size=60).map("".join)  # fmt: skip


@given(SOUP)
@example("ED " * 160)
@example(" ".join(["ED DNA RC LD CTO SCR PICU"] * 20))
def test_readings_are_few_and_hold_the_words_typed_whatever_they_are(published_thesaurus, text):
    readings = published_thesaurus.readings(text)
    assert 1 <= len(readings) <= 4
    assert len({reading.text for reading in readings}) == len(readings)
    for reading in readings:
        assert len(reading.spans) <= len(text.split()) + len(text)
        place = 0
        for span in reading.spans:  # in order, and none overlaps another
            place = text.index(span.typed, place) + len(span.typed)
        assert all(other.weight in (SAME, SYNONYM) for span in reading.spans for other in span.others)
