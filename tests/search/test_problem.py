"""A whole document finds the case studies like it, says why and what differs, and knows when there is nothing like it."""

import numpy as np
import pytest

from kb.content.documents import Document, Part
from kb.errors import EmbedderUnavailable, NotFound
from kb.search.document_parts import CHANGE, MOST, OTHER, PROBLEM, RESULTS, SETTING, SUMMARY, cut, kind_of
from kb.search.passages import MAX_WORDS
from kb.search.problem import MAX_CHARACTERS, SHOWN, find, like

FALLS = Document(
    "Reducing falls on Beech Ward",
    (
        Part("Setting", "Beech is a 20 bed older adult ward."),
        Part("", "Stage: planning"),
        Part("Problem", "Our patients with dementia fall too often at night, and half of the falls are not witnessed."),
        Part("What we want to try", "We are thinking about sensors in bedrooms and grip socks."),
        Part("Contact", "Jo Smith, jo@example.nhs.uk"),
    ),
)
OFF_TOPIC = {
    "recipe": (
        "Mix 50 g of strong wholemeal flour with 50 g of lukewarm water in a clean jar and stir well. Cover loosely and "
        "leave in a warm place. Each day, discard half of the mixture and feed it with flour and water. To bake, fold the "
        "dough every half hour, let it rise overnight, and bake in a very hot oven until the crust is deep brown."
    ),
    "car": (
        "The car would not start on Monday. When you turn the key there is a clicking noise and the lights go dim. The "
        "mechanic suspects the starter motor, but the part will take three weeks to arrive and costs more than the car."
    ),
    "words": "umbrella granite velocity trombone cactus ledger harbour violet drizzle compass marble turbine saffron pigeon",
    "keyboard": "asdf jkl qwerty zxcv poiu lkjh mnbv fdsa rewq uiop hjkl vbnm tyui ghjk dfgh cvbn " * 5,
}
PASTED = {
    "night-falls": (
        "Patients with dementia on our ward get up in the night to use the toilet and are found on the floor. We have three "
        "on 1:1 every night and cannot staff it. Are there sensors or anything else that has been shown to reduce harm?"
    ),
    "clozapine": (
        "I'm a pharmacist in the general hospital. Twice this month somebody under the mental health trust came in, their "
        "clozapine wasn't charted as the GP system doesn't show it, and they went more than 48 hours without."
    ),
}


@pytest.fixture(scope="module")
def index(published):
    return published.store.current()


def slugs(results):
    return [hit.case_study.slug for hit in results.hits]


def test_parts_are_cut_by_kind_and_weigh_by_kind():
    made = cut(FALLS)
    assert [part.kind for part in made.parts] == [SETTING, PROBLEM, OTHER]
    assert made.parts[1].text.startswith("Reducing falls on Beech Ward\nStage: planning\nOur patients")
    assert sum(part.weight for part in made.parts) == pytest.approx(1)
    assert "jo@example" not in " ".join(part.text for part in made.parts)  # whom to ask says nothing about the work
    by_kind = {kind: sum(p.weight for p in made.parts if p.kind == kind) for kind in (PROBLEM, SETTING)}
    assert by_kind[PROBLEM] > by_kind[SETTING]


@pytest.mark.parametrize(
    ("heading", "anchor", "kind"),
    [
        ("Our aim", "", PROBLEM),
        ("What we did", "", CHANGE),
        ("Findings", "", RESULTS),
        ("Patients", "", SETTING),
        ("Beech Ward", "", OTHER),
        ("At a glance", "at-a-glance", SETTING),
        ("Summary", "summary", SUMMARY),
        ("Figures", "figures", RESULTS),
    ],
)
def test_kind_of_a_heading(heading, anchor, kind):
    assert kind_of(heading, anchor) == kind


def test_a_long_document_is_thinned_evenly():
    sentences = [f"Sentence number {number} says something about waiting times here." for number in range(2_000)]
    made = cut(Document("", (Part("Problem", " ".join(sentences)),)))
    assert len(made.parts) == MOST < made.passages
    assert made.thinned
    assert all(len(part.text.split()) <= MAX_WORDS for part in made.parts)
    numbers = [int(part.text.split()[2]) for part in made.parts]
    steps = np.diff(numbers)
    assert numbers[0] == 0
    assert numbers[-1] > 1_900
    assert steps.max() - steps.min() <= MAX_WORDS / 9 + 1


@pytest.mark.parametrize("text", ["", "   \n\t ", "!!! ??? ...", "1 2 3", "# \n\n---\n"])
def test_what_has_no_words_finds_nothing(index, embedder, text):
    found = find(index, embedder, text)
    assert (found.hits, found.verdict, found.read) == ((), "none", 0)


def test_a_document_finds_work_on_the_same_problem_and_says_why_and_what_differs(index, embedder):
    found = find(index, embedder, FALLS, this_year=2026)
    assert found.verdict == "strong"
    assert 3 <= len(found.hits) <= SHOWN
    assert "falls" in found.hits[0].case_study.title.lower()
    pair = found.hits[0].pairs[0]
    assert pair.yours in FALLS.text
    text = " ".join(" ".join(section.text.split()) for section in found.hits[0].case_study.sections)
    assert pair.theirs in f"{text} {found.hits[0].case_study.summary}"
    for hit in found.hits:
        settings = index.vocabulary.schemes["settings"]
        labels = [settings.resolve(id_).label for id_ in hit.case_study.settings]
        for difference in hit.differences:
            if difference.name == "setting":
                assert difference.sure
                assert (difference.yours, list(difference.theirs)) == (("Older adult ward",), labels)
                assert "older-adult-ward" not in hit.case_study.settings
            if difference.name == "year":
                assert 2026 - hit.case_study.year > 5
            if difference.name == "stage":
                assert difference.yours == ("Idea",)
    assert any(difference.name == "setting" for hit in found.hits for difference in hit.differences)


@pytest.mark.parametrize(("words", "text"), PASTED.items(), ids=PASTED)
def test_a_pasted_problem_finds_its_like(index, embedder, words, text):
    found = find(index, embedder, text)
    assert found.verdict != "none"
    assert any(words in slug for slug in slugs(found)[:2])


@pytest.mark.parametrize("name", OFF_TOPIC)
def test_off_topic_documents_are_told_so(index, embedder, name):
    found = find(index, embedder, OFF_TOPIC[name])
    assert (found.verdict, found.close) == ("none", 0)
    assert len(found.hits) == 3  # the nearest, offered as such


def test_the_problem_of_a_case_study_finds_others(index, embedder):
    own = index.case_study("bsmhft-clozapine-blood-tests")
    text = next(section.text for section in own.sections if section.heading == "Problem")
    assert slugs(find(index, embedder, text))[0] == own.slug
    others = find(index, embedder, text, leave_out=own.slug)
    assert own.slug not in slugs(others)
    assert "clozapine" in slugs(others)[0]


@pytest.mark.parametrize(
    "text",
    [
        "restraint " * 2_000,
        "a" * MAX_CHARACTERS,
        "\u0440\u0435\u0447\u044c \u4e2d\u6587 \u0639\u0631\u0628\u064a \u092e\u093f\u0936\u094d\u0930 falls \U0001f600 "
        * 600,
        "# Problem\n\n* **falls**\n1. [x](javascript:alert(1))\n\n| a | b |\n|---|---|\n" * 300,
        "<div onclick=alert(1)><script>alert('falls')</script><!-- x --></div>\n" * 280,
        "\n\n".join(f"Problem {n}:\nfalls" for n in range(1_200)),
        "\x00\ufeff\u202e\ud800" * 4_000 + "falls",
        "DNA ED PICU LD CTO " * 1_000,
    ],
    ids=["one word", "one letter", "scripts", "markdown", "html", "headings", "controls", "acronyms"],
)
def test_bad_input_gets_an_answer(index, embedder, text):
    found = find(index, embedder, text[:MAX_CHARACTERS])
    assert found.read <= MOST
    assert len(found.hits) <= SHOWN


class WithoutModel:
    """What stands in for a model that is not there."""

    id = "none"

    def encode_pieces(self, _):
        raise EmbedderUnavailable("The model cannot be loaded.")


def test_without_a_model_words_alone_are_compared(index):
    found = find(index, WithoutModel(), PASTED["night-falls"])
    assert found.degraded
    assert any("falls" in slug for slug in slugs(found)[:3])
    assert not any(hit.pairs for hit in found.hits)
    assert find(index, WithoutModel(), OFF_TOPIC["keyboard"]).verdict == "none"


def test_two_runs_give_the_same(index, embedder):
    assert find(index, embedder, FALLS, this_year=2026) == find(index, embedder, FALLS, this_year=2026)


def test_like_a_part_leaves_itself_out_and_needs_no_model(index):
    heading, found = like(index, "cnwl-nile-ward-violence-reduction", "problem")
    assert heading == "Problem"
    assert "cnwl-nile-ward-violence-reduction" not in slugs(found)
    assert any("violence" in slug for slug in slugs(found)[:3])
    assert all(hit.passage.parts for hit in found.hits)


def test_every_section_of_every_case_study_has_its_like(index):
    for slug in index.catalogue.slugs()[::12]:
        for section in index.case_study(slug).sections:
            answer = like(index, slug, section.anchor)
            assert (answer is None) == (not section.text or not section.anchor), (slug, section.anchor)


@pytest.mark.parametrize("anchor", ["", "nope", "problem' OR 1=1", "\x00", "a" * 5_000])
def test_like_an_unknown_part_is_nothing(index, anchor):
    assert like(index, "cnwl-nile-ward-violence-reduction", anchor) is None
    with pytest.raises(NotFound):
        like(index, "nope", "problem")
