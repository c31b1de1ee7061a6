"""Answers are found in a case study as it grows, each with the one sentence that says what is missing."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.case_study import SECTIONS, CaseStudy, Contact, Data, Involvement, Measure, Source
from kb.content.completeness import answered, completeness
from kb.content.questions import BY_ID, QUESTIONS, UNTITLED, questions

EMPTY = CaseStudy(title=UNTITLED)
WORDS = {
    "Problem": "In 2024 the ward had 11 falls a month at night.",
    "Aim": "To halve falls at night by March 2026.",
    "What was done": "A healthcare assistant asked everyone at 9pm.",
    "Results": "Falls at night fell from 11 to 6.",
    "What was learned": "Ask at 9pm, not at the handover.",
}
FULL = CaseStudy(
    title="Fewer falls at night", summary="We asked. Falls fell.", verdict="improved", partners=("A ward",), regions=("midlands",),
    settings=("older-adult-ward",), population="Older adults", not_reached="Nobody that we know of", stage="sustained", started="2025-04",
    involvement=Involvement(level="co-designed", people=("Service users",)), measures=(Measure(name="Falls", baseline="11", result="6"),),
    contact=Contact(role="Falls team", email="falls@example.nhs.uk"), interests="None", approval="None was needed", topics=("falls",),
    data=(Data(file="falls.csv", title="Falls by month"),), sources=(Source(title="Poster"),),
    body="\n\n".join(f"## {name}\n\n{WORDS.get(name, 'Some words.')}" for name in SECTIONS) + "\n\n![A card](card.png)\n\n## Wording\n\nHere.\n",
)  # fmt: skip


def answer(id_, found):
    return answered(BY_ID[id_], found)


def changed(**fields):
    return FULL.model_copy(update=fields)


def without(*names, **instead):
    """The full case study without these sections, or with other words in them."""
    kept = [name for name in SECTIONS if name not in names and instead.get(name.replace(" ", "_")) != ""]
    body = "\n\n".join(
        f"## {name}\n\n{instead.get(name.replace(' ', '_'), WORDS.get(name, 'Some words.'))}" for name in kept
    )
    return changed(body=body)


def test_nothing_is_answered_at_the_start():
    found = completeness(EMPTY)
    assert (found.percent, found.required_done, found.required_total, found.ready) == (0, 0, 12, False)
    assert [question.id for question, _ in found.missing] == [q.id for q in QUESTIONS if q.required]
    assert [question.id for question, _ in found.nudges] == [q.id for q in QUESTIONS if q.nudge]
    assert all(answered(question, EMPTY).state == "empty" for question in QUESTIONS)
    for question, sentence in found.missing:
        assert sentence.endswith((".", '"')), question.id
    assert all(reason == question.why for question, reason in found.nudges)


def test_everything_is_answered_at_the_end():
    found = completeness(FULL)
    assert (found.percent, found.missing, found.nudges, found.ready) == (100, (), (), True)
    assert [question.id for question in QUESTIONS if answered(question, FULL).state != "done"] == []
    assert all(answered(question, FULL).missing == "" for question in QUESTIONS)


def test_the_required_answers_make_seventy_of_the_hundred():
    optional = [name for question in QUESTIONS if question.nudge for name in question.sections]
    found = completeness(without(*optional, topics=()).model_copy(update={"topics": (), "data": ()}))
    assert (found.percent, found.ready) == (70, True)
    assert len(found.nudges) == sum(question.nudge for question in QUESTIONS)


@pytest.mark.parametrize(
    ("id_", "found", "state", "words"),
    [
        ("what-you-improved", changed(summary=None), "started", "Add a summary"),
        ("what-you-improved", changed(summary="word " * 61), "started", "Shorten the summary to 60 words. It has 61."),
        ("what-you-improved", changed(title=UNTITLED), "started", "Give it a title"),
        ("who-did-it", changed(partners=()), "empty", "at least one organisation"),
        ("where", changed(regions=()), "started", "region"),
        ("where", changed(settings=()), "started", "setting"),
        ("for-whom", changed(not_reached=None), "started", "did not reach"),
        ("for-whom", changed(population=None), "started", "whom it was for"),
        ("problem", without(Problem="Falls."), "started", "how big it was"),
        ("problem", without("Problem"), "empty", "how big it was"),
        (
            "problem",
            without(Problem="People fell at night again and again.").model_copy(update={"measures": ()}),
            "started",
            "figure from before",
        ),
        ("aim", without("Aim"), "empty", "by when"),
        ("what-was-done", without("What was done"), "started", "another team"),
        ("what-was-done", changed(stage=None), "started", "how far"),
        ("what-was-done", changed(started=None), "started", "when the work started"),
        ("measures", changed(measures=()), "empty", "at least one measure with a figure before or after."),
        ("measures", changed(measures=(Measure(name="Falls"),)), "started", "at least one measure with a figure"),
        ("results", changed(verdict=None), "started", "how it went"),
        ("results", changed(verdict="not-stated"), "started", "how it went"),
        ("results", without("Results"), "started", "what happened"),
        ("learning", without("What was learned"), "empty", "differently"),
        ("involvement", changed(involvement=None), "started", "how far"),
        ("involvement", changed(involvement=Involvement(people=("Carers",))), "started", "how far"),
        ("declarations-and-contact", changed(contact=Contact(role="Falls team")), "started", "e-mail"),
        ("declarations-and-contact", changed(interests=None), "started", "interests"),
        ("declarations-and-contact", changed(approval=None), "started", "approval"),
        ("topics-and-methods", changed(topics=(), methods=("pdsa",)), "started", "topic"),
        ("pictures", changed(body="![ ](card.png)"), "started", "in words"),
        ("sources", changed(sources=(), source_licence="CC BY 4.0"), "started", "published"),
        ("data", changed(data=()), "empty", "CSV"),
        ("other", without(), "empty", "nothing else"),
    ],
)
def test_an_answer_that_lacks_something_says_what(id_, found, state, words):
    given_ = answer(id_, found)
    assert given_.state == state
    assert words in given_.missing


@pytest.mark.parametrize(
    ("id_", "found"),
    [
        ("problem", without(Problem="It was not measured how often people fell at night.")),
        ("problem", without(Problem="Nobody knew: there was no baseline for any of it.")),
        ("problem", without(Problem="Half of those who fell did so at night.")),
        ("problem", without(Problem="People fell at night again and again.")),  # a measure has the figure
        ("measures", changed(measures=(Measure(name="Falls"),), verdict="too-early")),
        ("measures", changed(measures=(Measure(name="Falls", result="fewer"),))),
        ("what-was-done", changed(stage="idea", started=None)),
        ("what-was-done", changed(when="spring 2024", started=None)),
        ("involvement", changed(involvement=Involvement(level="none"), body="")),
        ("involvement", changed(involvement=Involvement(level="consulted"))),
        ("learning", changed(body="## Lessons learnt\n\nAsk at 9pm, not at the handover.\n")),
        ("pictures", changed(body="![A card](card.png)")),
        ("other", changed(body="Words before any heading.")),
    ],
)
def test_an_honest_answer_counts(id_, found):
    measures = () if "nobody knew" in found.body.lower() or "not measured" in found.body else found.measures
    assert answer(id_, found.model_copy(update={"measures": measures})).state == "done"


def test_a_signpost_needs_only_what_its_source_tells():
    found = completeness(
        changed(kind="signpost", not_reached=None, stage=None, started=None, contact=None, interests=None, verdict="not-stated")
    )  # fmt: skip
    assert found.ready
    assert found.required_total < 12
    assert completeness(changed(kind="signpost", sources=())).missing[0][0].id == "sources"


@given(
    st.sampled_from(["case-study", "signpost"]),
    st.lists(st.sampled_from(["## Problem", "## Aim", "## Our own", "![", "![a](b.png)", "<!-- ", "12 falls", "```"]) | st.text(max_size=30), max_size=12),
    st.lists(st.sampled_from(list(FULL.model_fields_set - {"body", "title"})), unique=True),
)  # fmt: skip
def test_whatever_is_there_the_figures_agree_with_the_answers(kind, lines, kept):
    fields = {name: getattr(FULL, name) for name in kept}
    made = CaseStudy(title=UNTITLED, body="\n\n".join(lines), **{**fields, "kind": kind})
    found = completeness(made)
    asked = questions(kind)
    done = [question for question in asked if answered(question, made).state == "done"]
    assert found.required_done == sum(question.required for question in done)
    assert found.required_total == sum(question.required for question in asked)
    assert {question.id for question, _ in found.missing} == {q.id for q in asked if q.required and q not in done}
    assert 0 <= found.percent < 100
    assert all(bool(answered(question, made).missing) == (question not in done) for question in asked)
    more = completeness(made.model_copy(update={"title": "A title"}))
    assert more.percent >= found.percent


def test_a_hostile_text_takes_no_longer_than_its_length():
    for text in ("![" * 20_000, "![a](b" * 10_000, "no " * 100_000, "not been " * 40_000):
        begun = time.perf_counter()
        completeness(FULL.model_copy(update={"body": f"## Problem\n\n{text}"}))
        assert time.perf_counter() - begun < 5
