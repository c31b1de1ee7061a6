"""Hints say where, what instead and why; they are few, quick, and silent about good writing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content import hints, plain_words
from kb.content.hints import MAX_HINTS, acronyms, plain_english
from kb.content.vocabulary import Collaborative, Organisation, Term, Vocabulary

VOCABULARY = Vocabulary(
    terms=(
        Term("DNA", "did not attend"), Term("CMHT", "community mental health team"), Term("ED", "eating disorder", other_senses=("emergency department",)),
        Term("DoLS", "Deprivation of Liberty Safeguards"), Term("ACT", "assertive community treatment", case_sensitive=True), Term("CBT-E", "enhanced cognitive behaviour therapy"),
        Term("CBT", "cognitive behaviour therapy"), Term("S5(2)", "section 5(2) doctor's holding power"), Term("GP", "general practitioner"), Term("NHS IMPACT", "NHS improvement approach"),
        Term("TTO", "to take out (medicines to take home)"), Term("SNOMED CT", "a list of clinical terms"), Term("CT", "core trainee"), Term("PDSA", "plan, do, study, act"),
        Term("STOMP", "stopping over-medication of people with a learning disability, autism or both"), Term("CLA", "child looked after"), Term("QoF", "quality framework"),
    ),
    organisations={"RWK": Organisation("RWK", "East London NHS Foundation Trust", short_name="ELFT", aliases=("East London",))},
    collaboratives={
        "impact": Collaborative("impact", "IMPACT (East Midlands secure care)", aliases=("IMPACT",)),
        "nlfc": Collaborative("nlfc", "North London Forensic Collaborative", aliases=("NLFC",)),
    },
)  # fmt: skip


def told(text):
    found = acronyms(text, VOCABULARY)
    check(text, found)
    return [(hint.words, hint.suggestion) for hint in found]


def worded(text, kind=None):
    found = plain_english(text)
    check(text, found)
    return [
        (hint.words, hint.suggestion)
        for hint in found
        if hint.kind == kind or (not kind and hint.kind != "long-sentence")
    ]


def check(text, found):
    assert len(found) <= MAX_HINTS
    assert [hint.start for hint in found] == sorted(hint.start for hint in found)
    for hint in found:
        assert text[hint.start : hint.end] == hint.words
        assert hint.words.strip()
        assert hint.reason.endswith((".", '"'))


# Acronyms


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("The DNA rate fell.", ("DNA", "did not attend (DNA)")),
        ("Two CMHTs took part.", ("CMHTs", "community mental health teams (CMHTs)")),
        ("The CMHT's work", ("CMHT", "community mental health team (CMHT)")),
        ("A DoLS request", ("DoLS", "Deprivation of Liberty Safeguards (DoLS)")),
        ("CMHT-led groups", ("CMHT", "community mental health team (CMHT)")),
        ("the CMHT/CRHTT link", ("CMHT", "community mental health team (CMHT)")),
        ("We gave CBT-E first.", ("CBT-E", "enhanced cognitive behaviour therapy (CBT-E)")),
        ("held under S5(2) twice", ("S5(2)", "section 5(2) doctor's holding power (S5(2))")),
        ("with the TTO ready", ("TTO", "to take out (TTO)")),
        ("with ELFT and others", ("ELFT", "East London NHS Foundation Trust (ELFT)")),
        ("with NLFC and others", ("NLFC", "North London Forensic Collaborative (NLFC)")),
        ("**DNA** rate", ("DNA", "did not attend (DNA)")),
        ("the XKQZ tool", ("XKQZ", "")),
        ("(DNA) stood alone", ("DNA", "did not attend (DNA)")),
        ("Falls went up (DNA)", ("DNA", "did not attend (DNA)")),
        ("DNA (see below)", ("DNA", "did not attend (DNA)")),
    ],
)
def test_an_acronym_that_is_not_spelt_out_is_offered_in_full(text, hint):
    assert hint in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "People who did not attend (DNA) were rung. The DNA rate fell.",
        "Those who Did Not Attend (\u201cDNA\u201d)",
        "The community mental health teams (CMHTs) and later a CMHT",
        "DNA (did not attend) rates",
        "DNA: did not attend",
        "our plan-do-study-act (PDSA) cycles",
        "PDSA (Plan, Do, Study, Act)",
        "the stopping over-medication (STOMP) campaign of stopping over-medication of people with a learning disability, autism or both",
        "the trust's own falls safety huddle (FSH) began; the FSH went on",
        "a children looked after (CLA) nurse",
        "The NHS, a GP, the UK, A&E, HIV, TV and IT",
        "NHS IMPACT and SNOMED CT, with IMPACT",
        "act on it, and fact is that an ed. said so",
        "KEY MESSAGES FROM THE CMHT AND OTHERS",
        "Part II, Table IV and XII",
        "see https://example.nhs.uk/DNA/CMHT or DNA@CMHT.nhs.uk or [this](DNA.pdf) and `CMHT`",
        "<!-- the DNA rate -->",
        "In May 2025 we began. I was there. B6, 3M",
        "",
    ],
)
def test_what_is_spelt_out_or_known_to_all_is_left_alone(text):
    assert [words for words, _ in told(text) if words in ("DNA", "CMHT", "CMHTs", "PDSA", "STOMP", "FSH", "CLA", "NHS", "GP", "CT", "ACT", "ED", "II", "IV", "XII", "UK", "IMPACT")] == []  # fmt: skip


def test_an_acronym_with_several_senses_lists_them():
    hint = acronyms("The ED was full.", VOCABULARY)[0]
    assert hint.suggestion == "eating disorder (ED)"
    assert hint.others == ("emergency department",)
    assert "It can also mean emergency department." in hint.reason
    assert hint.kind == "acronym"


def test_an_acronym_is_told_once_where_it_is_first_used():
    text = "DNA fell. The DNA rate, DNA again. CMHTs and a CMHT."
    assert [hint.start for hint in acronyms(text, VOCABULARY)] == [0, text.index("CMHTs")]


def test_the_glossary_that_is_published_is_understood():
    from pathlib import Path

    vocabulary = Vocabulary.load(Path(__file__).parents[2] / "content" / "vocabulary")
    text = "The CAMHS crisis team rang the CMHT. Everybody on section 17 (S17) leave had a care programme approach (CPA) review."
    assert [(hint.words, hint.suggestion) for hint in acronyms(text, vocabulary)][1:] == [
        ("CMHT", "community mental health team (CMHT)")
    ]


# Plain English


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("We utilised it.", ("utilised", "used")),
        ("In order to begin", ("In order to", "To")),
        ("It commenced in May", ("commenced", "began")),
        ("a large number of people", ("a large number of", "many")),
        ("in  order\nto begin", ("in  order\nto", "to")),
        (
            "service user pathway optimisation",
            ("service user pathway optimisation", "making the pathway better for people"),
        ),
        ("work whilst waiting", ("whilst", "while")),
        ("audits were undertaken", ("were undertaken", "we did")),
    ],
)
def test_a_word_with_a_plainer_one_is_offered_it(text, hint):
    assert worded(text, "plain-word") == [hint]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("He committed suicide.", ("committed suicide", "died by suicide")),
        ("She suffers from psychosis", ("suffers from", "has")),
        ("for the mentally ill", ("the mentally ill", "people with mental health problems")),
        ("The elderly fell", ("The elderly", "Older people")),
        ("challenging behaviour", ("challenging behaviour", "behaviour that challenges")),
        ("people with autism", ("people with autism", "autistic people")),
        ("patients failed to attend", ("failed to attend", "did not attend")),
        ("hard-to-reach groups", ("hard-to-reach", "people we have not reached")),
        ("a BAME group", ("BAME", "name the groups")),
    ],
)
def test_a_word_about_people_has_a_kinder_one_and_a_reason(text, hint):
    found = [hint for hint in plain_english(text) if hint.kind == "people"]
    assert [(hint.words, hint.suggestion) for hint in found] == [hint]
    assert len(found[0].reason.split()) >= 4


@pytest.mark.parametrize(
    "text",
    [
        "We used it to begin. Falls fell from 11 a month to 6.",
        "Alcoholics Anonymous came each week.",
        '"I suffer from voices and I utilise a radio," one person said.',
        "\u201cI was sectioned.\u201d",
        "> I suffered from it for years.",
        "reutilised, commencements, the-elderly-care",
        "see https://example.org/utilise/in-order-to",
        "<!-- utilise -->",
    ],
)
def test_good_writing_and_peoples_own_words_are_left_alone(text):
    assert worded(text) == []


WORDS_25 = "On the ward we asked everyone at nine each evening what they might get up for in the night and we planned for it together."
WORDS_26 = WORDS_25.replace("together.", "all together.")


def test_a_sentence_of_more_than_25_words_is_told():
    assert len(WORDS_25.split()) == 25
    assert plain_english(WORDS_25) == []
    text = f"Short one. {WORDS_26} Another short one."
    (hint,) = plain_english(text)
    assert (hint.words, hint.suggestion, hint.kind) == (WORDS_26, "", "long-sentence")
    assert "26 words" in hint.reason


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"- item {number} of a list without full stops" for number in range(8)),
        "\n\n".join(["A heading without a full stop and then"] * 5),
        "\n".join(f"{number}. item of a list" for number in range(1, 12)),
        "| " + " | ".join(["cell"] * 30) + " |",
        f"{WORDS_25} {WORDS_25}",
        f"## Heading\n{WORDS_25}",
        'He said no? She said yes! We asked why. (It was 3.5 a month.) "Really." 12 people came. Then 9 left. All was well. It went on.',
        "word " * 25 + "https://example.org/a.b.c?d=e",
        "",
    ],
)
def test_lists_headings_and_tables_are_no_long_sentences(text):
    assert [hint for hint in plain_english(text) if hint.kind == "long-sentence"] == []


def test_a_line_end_inside_a_paragraph_ends_no_sentence():
    (hint,) = plain_english(WORDS_26.replace(" and we ", "\nand we "))
    assert "26 words" in hint.reason


@pytest.mark.parametrize("short", ["e.g.", "i.e.", "Dr.", "approx.", "vs."])
def test_a_full_stop_behind_a_short_form_ends_no_sentence(short):
    text = f"We met many people on the ward, {short} Smith's group and all of those who come to it every week on Mondays, and talked with them for long about it all."
    (hint,) = plain_english(text)
    assert hint.words == text


def test_hints_are_few():
    assert len(plain_english("We utilise it. " * 500)) == MAX_HINTS
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    assert len(acronyms(" ".join(f"the {a}{b}QZ group" for a in letters for b in letters), VOCABULARY)) == MAX_HINTS


def test_the_lists_are_sound():
    plainer, people = plain_words.plainer(), plain_words.about_people()
    assert len(plainer) > 120
    assert len(people) > 60
    assert plainer.keys() & people.keys() == set()
    for word, instead in plainer.items():
        assert word == word.strip().lower() != ""
        assert instead.strip()
        assert instead not in plainer
    for instead, reason in people.values():
        assert instead.strip()
        assert reason.endswith(".")
    # Nothing that is offered is itself hinted at
    offered = list(plainer.values()) + [instead for instead, _ in people.values()]
    assert [(text, worded(text)) for text in offered if worded(text)] == []


@given(
    st.lists(
        st.sampled_from(
            ["DNA", "(DNA)", "did not attend", "CMHTs", "S5(2)", "utilise", "In order to", "\n\n", "\n- ", "| a", "> q", '"', "\u201c", "`", "<!--", "-->", "https://x.y", "a@b.c", "](x)", ".", "(", "- ", "ELFT/CMHT"]
        )
        | st.text(max_size=8),
        max_size=40,
    ).map(" ".join)
)  # fmt: skip
def test_any_text_gives_hints_that_point_at_it(text):
    check(text, acronyms(text, VOCABULARY))
    check(text, plain_english(text))


@pytest.mark.parametrize(
    "piece", ["word ", "A. ", "DNA (", "(", "<!-- ", "a@", "`", '"', "\n", "\n- ", "AB1 ", "utilise ", "in order ", " ", "A&", "\u201c", "](", "e.g. ", "the ", "AB-", "- "]
)  # fmt: skip
@pytest.mark.usefixtures("never_hangs")
def test_a_long_text_made_of_anything_ends(piece):
    text = piece * (200_000 // len(piece))
    assert len(hints.acronyms(text, VOCABULARY)) <= hints.MAX_HINTS
    assert len(hints.plain_english(text)) <= hints.MAX_HINTS
