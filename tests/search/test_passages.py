import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.case_study import CaseStudy, Measure
from kb.content.markdown import render
from kb.content.vocabulary import Vocabulary
from kb.search.passages import MAX_WORDS, Passage, figure, sentences, split, with_unit

NONE = Vocabulary()


def passages(body, **fields):
    return split(CaseStudy(title="Title", body=body, **fields), NONE)


def places(found):
    return [(passage.section, passage.anchor) for passage in found]


def test_a_case_study_is_cut_in_reading_order(folder):
    text = (folder.case_studies / "falls-on-a-ward.md").read_text("utf-8")
    found = split(CaseStudy.parse(text), Vocabulary.load(folder.vocabulary))
    assert places(found) == [
        ("Summary", "summary"),
        ("Figures", "figures"),
        ("What was done", "what-was-done"),
        ("What was done", "night-staff"),
        ("At a glance", "at-a-glance"),
    ]
    assert {passage.title for passage in found} == {"Fewer falls on an older people's ward"}
    assert found[1].text == "Falls: 20 a month to 10 a month."
    assert found[3].text == "Night staff: Night staff used soft lights in the corridor."


def test_tags_are_in_the_words_people_use(folder):
    text = (folder.case_studies / "waits-for-therapy.md").read_text("utf-8")
    facts = split(CaseStudy.parse(text), Vocabulary.load(folder.vocabulary))[-1].text
    assert facts == "Topic: Waiting times. Setting: Community. Organisation: Great Trust."
    known = CaseStudy(title="T", organisations=("NEW1", "X9"), partners=("A council",), population="Men", stage="trial")
    (only,) = split(known, Vocabulary.load(folder.vocabulary))
    assert only.text == "Organisation: Northern Trust (NOT), X9. Stage: trial. Partners: A council. For: Men."


def test_words_that_people_type_without_meaning_a_tag_are_no_tags():
    found = passages("", verdict="improved", kind="signpost", ended="2020", outcomes=("effective",))
    assert [(passage.section, passage.text) for passage in found] == [("", "Title")]


def test_a_title_alone_can_be_found():
    (only,) = passages("")
    assert (only.section, only.anchor, only.text, only.embedded) == ("", "", "Title", "Title. Title")


def test_text_before_the_first_heading_belongs_to_the_page():
    assert places(passages("First.\n\n## Then\n\nMore.")) == [("", ""), ("Then", "then")]


def test_a_heading_of_a_name_the_page_uses_has_an_anchor_of_its_own():
    assert places(passages("## Summary\n\nA.\n\n## Summary\n\nB.")) == [
        ("Summary", "summary-2"),
        ("Summary", "summary-3"),
    ]


def test_long_text_is_cut_at_sentences():
    text = " ".join(f"Sentence {number} has exactly seven words here." for number in range(60))
    found = passages(f"## Long\n\n{text}")
    assert len(found) == 3
    assert " ".join(passage.text for passage in found) == text
    assert all(passage.text.endswith("here.") for passage in found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two! Three? “four”.", ["One.", "Two!", "Three? “four”."]),
        ("It fell by 3.5 points, e.g. on wards. (Then) it rose.", ["It fell by 3.5 points, e.g. on wards.", "(Then) it rose."]),
        ("No full stop", ["No full stop"]),
        ("", [""]),
    ],
)  # fmt: skip
def test_sentences(text, found):
    assert sentences(text) == found


BODIES = st.lists(
    st.sampled_from(["## Aim", "### More", "# Top", "Short.", "- one\n- two", "| a | b |\n|---|---|\n| 1 | 2 |"])
    | st.integers(1, 2 * MAX_WORDS).map(lambda n: " ".join(f"word{i}" for i in range(n)))
    | st.text("abc. !?-'\"A1é\n", max_size=60)
).map("\n\n".join)


@given(BODIES)
def test_no_word_is_lost_and_no_passage_is_longer_than_the_model_reads(body):
    found = passages(body)
    page = render(body)
    ids = set(re.findall(r' id="([^"]+)"', page.html))
    for passage in found:
        assert len(passage.text.split()) <= MAX_WORDS
        assert passage.text.strip()
        assert not passage.anchor or passage.anchor in ids
    words = [word for section in page.sections for word in section.text.split()]
    assert [word for passage in found for word in passage.text.split()] == (words or ["Title"])


def test_the_digest_is_that_of_what_is_embedded():
    base = Passage("Aim", "aim", "Text", "Title")
    assert base.embedded == "Title. Aim: Text"
    assert Passage("Aim", "elsewhere", "Text", "Title").digest == base.digest
    others = [
        Passage("Aim", "aim", "Text", "Other"),
        Passage("Aims", "aim", "Text", "Title"),
        Passage("Aim", "aim", "text", "Title"),
    ]
    assert base.digest not in {other.digest for other in others}


@pytest.mark.parametrize(
    ("measure", "sentence"),
    [
        ({"baseline": "22", "result": "14", "unit": "%", "period": "2019 to 2020"}, "DNA: 22% to 14% (2019 to 2020)."),
        ({"baseline": "20", "result": "6", "unit": "weeks"}, "DNA: 20 weeks to 6 weeks."),
        ({"result": "8% reduction", "unit": "%", "note": "Not tested"}, "DNA: 8% reduction (Not tested)."),
        ({"baseline": "3", "period": "2020", "note": "Small"}, "DNA: 3 (2020; Small)."),
        ({}, "DNA: no figure given."),
    ],
)
def test_a_measure_is_a_sentence(measure, sentence):
    assert figure(Measure(name="DNA", **measure)) == sentence


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [("22", "%", "22%"), ("22", "% of people", "22% of people"), ("14", "days", "14 days"), ("few", "days", "few"), ("3", None, "3")],
)  # fmt: skip
def test_a_figure_with_its_unit(value, unit, words):
    assert with_unit(value, unit) == words
