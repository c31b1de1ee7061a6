"""Answers in words and in JSON."""

import pytest

from kb.content.case_study import CaseStudy, Measure
from kb.search import syntax
from kb.search.query import Query
from kb.search.searcher import Hit, Results
from kb.search.snippets import Snippet
from kb.search.thesaurus import Reading, Span
from kb.search.understanding import Understood
from kb.web import payloads

HIT = Hit(CaseStudy(slug="a", title="A"), 1.0, Snippet("", "", ()), ())


def results(text="falls", total=0, close=0, verdict="strong", hits=(), **understood):
    typed = syntax.read(text)
    reading = Reading(tuple(map(Span, typed.words.split())), typed.words) if typed.words else None
    taken = Understood(typed, typed.words, (reading,) if reading else (), **understood)
    return Results(Query(text), hits, total, close, verdict, False, {}, {}, taken, reading)


def case_study(**measure):
    return CaseStudy(slug="a", title="A", measures=(Measure(name="Falls", **measure),))


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 case studies"), (1, "1 case study"), (1204, "1,204 case studies")]
)
def test_numbers_agree_with_their_nouns(number, words):
    assert payloads.case_studies(number) == words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (results("", 97), "97 case studies"),
        (results("", 0, 0, "none"), "No case studies match these filters"),
        (results(total=0, verdict="none"), "No case studies found"),
        (results(verdict="none", hits=(HIT,)), "Nothing like this yet"),
        (results("what is this", verdict="none", hits=(HIT,)), "We need a few more words"),
        (results("topic:falls", 7), "7 case studies"),
        (results("-falls", 0, 0, "none"), "No case studies match these filters"),
        (results(total=12, close=4), "12 case studies, 4 close to what you asked"),
        (results(total=12, close=12), "12 case studies, all close to what you asked"),
        (results(total=1, close=1), "1 case study, close to what you asked"),
        (results(total=5, close=0, verdict="possible"), "5 case studies that might help, none an exact match"),
        (results(total=1, close=0, verdict="possible"), "1 case study that might help, not an exact match"),
    ],
)
def test_the_heading_says_how_many_and_how_close(given, words):
    assert payloads.heading(given) == words


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        ({"baseline": "22", "result": "14", "unit": "%"}, "Falls: 22% to 14%"),
        ({"baseline": "22", "result": "14", "unit": "% of patients"}, "Falls: 22% to 14%"),
        ({"baseline": "76.4", "result": "25.2", "unit": "a month"}, "Falls: 76.4 to 25.2 a month"),
        ({"result": "42% reduction"}, "Falls: 42% reduction"),
        ({"result": "3", "unit": "for each thousand occupied bed days"}, "Falls: 3"),
        ({"baseline": "22"}, ""),
    ],
)
def test_the_outcome_in_one_line(measure, words):
    assert payloads.outcome(case_study(**measure)) == words


def test_no_figures_give_no_outcome():
    assert payloads.outcome(CaseStudy(slug="a", title="A")) == ""


def test_a_tally_keeps_the_order_of_the_verdicts():
    assert payloads.tally({"no-change": 2, "improved": 5, "": 1}) == "8 case studies: 5 improved, 2 no change"
    assert payloads.tally({"": 1}) == "1 case study"
    assert payloads.tally({}) == "0 case studies"


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Restrictive practice", "restrictive practice"),
        ("NHS 111", "NHS 111"),
        ("HbA1c tests", "HbA1c tests"),
        ("A", "A"),
    ],
)
def test_a_label_inside_a_sentence(label, words):
    assert payloads.inside(label) == words


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("people in ED every week", {"ED": "emergency department"}, "people in emergency department every week"),
        ('"ED" in CREDIT -ED', {"ED": "eating disorder"}, '"eating disorder" in CREDIT -eating disorder'),
        ("org:ED ED", {"ED": "eating disorder"}, "org:ED eating disorder"),
        (
            "S136 and A&E",
            {"A&E": "emergency department", "S136": "section 136"},
            "section 136 and emergency department",
        ),
        ("CT CTO", {"CT": "scan", "CTO": "order"}, "scan order"),
    ],
)
def test_words_of_a_search_are_replaced_and_its_marks_kept(text, words, found):
    assert payloads.reworded(text, words) == found


def test_a_suggestion_is_the_whole_search_put_right():
    slips = {"repairs": (("restrant", "restraint"),), "doubts": (("payn", "pain"),)}
    assert payloads.suggestion(results("restrant payn -prone org:ELFT", **slips)) == "restraint pain -prone org:ELFT"
    assert payloads.suggestion(results("restrant", repairs=slips["repairs"])) == ""


def test_a_verdict_in_a_word():
    assert [payloads.verdict_word(value) for value in ("no-change", None, "")] == ["No change", "", ""]


def test_marked_words_are_escaped_inside_and_out():
    parts = (("<b> & ", False), ("<i>", True), (' "x"', False))
    assert payloads.marked(parts) == "&lt;b&gt; &amp; <mark>&lt;i&gt;</mark> &#34;x&#34;"
