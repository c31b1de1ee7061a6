"""Offers stand in the text, name their words, and are few: a wrong one costs a reader more than a missing one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content import case_study
from kb.content.case_study import CaseStudy
from kb.content.documents import Part
from kb.content.offered.names import Names
from kb.content.offers import Offer, offers
from kb.content.section_mapping import Placed
from kb.content.vocabulary import Vocabulary

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.load(REPOSITORY / "content" / "vocabulary")


@pytest.fixture(scope="module")
def found(vocabulary):
    """The values offered for a field, of a title, sections by name, and other parts by heading."""

    def read(field: str, title: str = "", parts: dict[str, str] | None = None, **sections: str) -> list:
        names = {name.replace("_", " "): text for name, text in sections.items()}
        placed = Placed(title, names, tuple(Part(heading, text) for heading, text in (parts or {}).items()))
        return [offer.value for offer in offers(placed, vocabulary) if offer.field == field]

    return read


def test_names_are_whole_words_the_longest_first_and_acronyms_in_capitals():
    names = Names(
        [("ward", "a"), ("acute ward", "b"), ("CMHT", "c"), ("C&I", "d"), ("Children's unit", "e"), ("falls", "f")]
    )
    text = (
        "An acute ward, two wards, a steward; cmht, the CMHTs and CMHT's; C&I. A children\u2019s unit. Fall and falls."
    )
    assert [(one.ids, one.name) for one in names.find(text)] == [
        (("b",), "acute ward"), (("a",), "wards"), (("c",), "CMHTs"), (("c",), "CMHT's"), (("d",), "C&I"), (("e",), "children\u2019s unit"),
        (("f",), "falls"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "ids"),
    [
        ({"parts": {"": "A. Author, Sussex Partnership NHS Foundation Trust"}}, ["RX2"]),
        ({"title": "Fewer falls at ELFT"}, ["RWK"]),
        ({"parts": {"Organisation": "East London Foundation Trust"}}, ["RWK"]),
        ({"parts": {"ODS code": "RWK"}}, ["RWK"]),
        ({"parts": {"Organisation": "Humber"}}, ["RV9"]),
        ({"Results": "We at Mersey Care saw falls drop."}, ["RW4"]),
        ({"Results": "A person from Humber was moved to West London."}, []),
        ({"Results": "Oxleas began, then SLaM and CNWL took it up."}, []),
        ({"parts": {"": "Camden and Islington NHS Foundation Trust"}}, ["G6V2S"]),
        ({"Problem": "NICE guidance and the CQC asked for it. RAT is a team."}, []),
        ({"title": "Work in our CFT"}, []),
        ({"title": "East London NHS Foundation Trust and Sussex Partnership", "parts": {"": "Not: CNWL?"}}, ["RV3", "RWK", "RX2"]),
    ],
)  # fmt: skip
def test_organisations_are_those_named_where_the_doers_are_named(found, vocabulary, told, ids):
    values = [one for (one,) in found("organisations", **told)]
    if ids == ["G6V2S"]:
        ids = [vocabulary.current("TAF")[0].id]
    assert sorted(values) == sorted(ids)


def test_collaboratives_by_names_of_more_than_one_word(found):
    assert found("collaboratives", parts={"": "Part of the East Midlands Alliance"}) == [("east-midlands-alliance",)]
    assert found("collaboratives", title="A new rota in the South London Partnership") == [
        ("south-london-partnership",)
    ]
    assert found("collaboratives", title="The IMPACT of toucan on those we Reach Out to") == []


def test_concepts_that_are_plainly_named_and_none_in_passing(found):
    title = "Reducing restraint on an acute ward"
    assert found("settings", title) == [("acute-adult-ward",)]
    assert found("topics", title) == [("restrictive-practice",)]
    assert (
        found(
            "settings", "Fewer letters", Results="A patient went to A&E, a GP and the hospital. Staff on the ward knew."
        )
        == []
    )
    assert (
        found(
            "populations",
            "Fewer letters",
            Results="Staff, adults and the university took part. Staff liked it. Staff stayed.",
        )
        == []
    )
    assert found("populations", parts={"Population": "Older adults with dementia"}) == [("older-adults",)]
    assert found("methods", "A rota by lean six sigma", What_was_done="We used quality improvement (QI).") == [
        ("six-sigma",)
    ]
    assert found("stage", parts={"Stage": "Testing"}) == ["testing"]
    assert found("stage", Results="We piloted it; it is now sustained.") == []


@pytest.mark.parametrize(
    ("told", "started", "ended"),
    [
        ({"What_was_done": "The project ran from April 2023 to March 2024."}, ["2023-04"], ["2024-03"]),
        ({"Results": "Between April and September 2023, we saw fewer falls."}, ["2023-04"], ["2023-09"]),
        ({"parts": {"Project dates": "Apr 2023 \u2013 Mar 2024"}}, ["2023-04"], ["2024-03"]),
        ({"parts": {"Start date": "1 June 2023", "End date": "05/2024"}}, ["2023-06-01"], ["2024-05"]),
        ({"parts": {"Duration": "2021-2023"}}, ["2021"], ["2023"]),
        ({"What_was_done": "The pilot began in May 2022. It ended in June 2023."}, ["2022-05"], ["2023-06"]),
        ({"Results": "Our project ran from 2020 to 2022."}, ["2020"], ["2022"]),
        ({"Results": "Between November and March 2024 we saw fewer falls."}, [], ["2024-03"]),
        ({"Problem": "Between April 2020 and March 2021 there were 40 falls."}, [], []),
        ({"Results": "The baseline audit ran from April 2020 to March 2021."}, [], []),
        ({"What_was_done": "The guidance of May 2019 was published in June 2020."}, [], []),
        ({"Spread": "We plan to go on from May 2025 to June 2026."}, [], []),
        ({"Results": "It was 12/13/2020 or 2020 to 19."}, [], []),
        ({"parts": {"Start date": "soon"}}, [], []),
    ],
)
def test_dates_of_the_work_and_of_nothing_else(found, told, started, ended):
    assert found("started", **told) == started
    assert found("ended", **told) == ended


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("Missed appointments fell from 22% to 14%.", {"name": "Missed appointments", "baseline": "22", "result": "14", "unit": "%"}),
        ("The average wait was reduced from 45 days to 12 days.", {"name": "Average wait", "baseline": "45", "result": "12", "unit": "days"}),
        ("We cut waits for a first visit from 45 to 12 days.", {"name": "Waits for a first visit", "baseline": "45", "result": "12", "unit": "days"}),
        ("There was a reduction in restraints from 9 to 6 a month.", {"name": "Restraints", "baseline": "9", "result": "6", "unit": "a month"}),
        ("The wait fell from 4 months to 6 weeks.", {"name": "Wait", "baseline": "4 months", "result": "6 weeks"}),
        ("Falls went down from 9.5 to 4.6 falls per 1,000 bed days.", {"name": "Falls", "baseline": "9.5", "result": "4.6", "unit": "falls per 1,000 bed days"}),
        ("Agency spend dropped from \u00a31.2m to \u00a3800,000.", {"name": "Agency spend", "baseline": "\u00a31.2m", "result": "\u00a3800,000"}),
        ("Between May 2022 and June 2023 assaults fell from 30 to 11.", {"name": "Assaults", "baseline": "30", "result": "11", "period": "May 2022 to June 2023"}),
        ("Overall, A&E visits fell by 26%.", {"name": "A&E visits", "result": "26% reduction"}),
        ("We saw a 40% reduction in prone restraint over two years.", {"name": "Prone restraint", "result": "40% reduction"}),
    ],
)  # fmt: skip
def test_figures_before_and_after_with_their_noun(found, sentence, value):
    assert found("measures", Results=sentence) == [(value,)]


@pytest.mark.parametrize(
    "sentence",
    [
        "We aimed to reduce falls from 22% to 14%.",
        "It was for people aged from 18 to 65.",
        "It ran from 2021 to 2023.",
        "Scores ranged from 3 to 9.",
        "The clinic moved from 9am to 5pm.",
        "Which fell from 22% to 14%.",
        "This fell by 20%.",
        "Turn to page 12, from 3 to 4.",
        "Waits will fall from 45 to 12 days.",
        "We hope for a 40% reduction in restraint.",
    ],
)
def test_figures_of_hopes_ages_years_and_nothing_named_are_left(found, sentence):
    assert found("measures", Results=sentence) == []
    assert found("measures", Problem="Falls fell from 22% to 14%.") == []


def test_rows_of_tables_with_a_before_and_an_after_come_first(found):
    table = "| Measure | Baseline | Now |\n| --- | --- | --- |\n| Falls \\| trips | 12 | 6 |\n| Waits | 45 days | 38 days |\n| Calm | a lot | more |"
    values = found("measures", Results=f"Complaints fell from 9 to 2.\n\n{table}")
    assert values == [
        ({"name": "Falls | trips", "baseline": "12", "result": "6"},), ({"name": "Waits", "baseline": "45", "result": "38", "unit": "days"},),
        ({"name": "Complaints", "baseline": "9", "result": "2"},),
    ]  # fmt: skip
    assert found("measures", Results="| Measure | Ward 6 | Ward 7 |\n| --- | --- | --- |\n| Falls | 12 | 6 |") == []


def test_mailboxes_of_teams_and_never_of_a_person(found):
    told = {"Contact": "Quality improvement team: qi.team@trust.example.nhs.uk or jane.bloggs@trust.example.nhs.uk"}
    assert found("contact", parts=told) == [
        {"role": "Quality improvement team", "email": "qi.team@trust.example.nhs.uk"}
    ]
    assert found("contact", Results="Write to jane.bloggs@nhs.net") == []


def test_words_under_a_heading_for_a_field(found):
    parts = {
        "Abstract": "We halved falls.", "Who it is for": "Adults with psychosis", "Partners": "Mind; Age UK", "Conflicts of interest": "None declared.",
        "Ethics": "No review was needed.",
    }  # fmt: skip
    assert found("summary", parts=parts) == ["We halved falls."]
    assert found("population", parts=parts) == ["Adults with psychosis"]
    assert found("partners", parts=parts) == [("Mind",), ("Age UK",)]
    assert found("interests", parts=parts) == ["None declared."]
    assert found(
        "approval", What_was_done="w\n\n### Ethical considerations\n\nNo review was needed.\n\n### Next\n\nx"
    ) == ["No review was needed."]
    assert found("summary", parts={"Abstract": "word " * 61}) == []


def test_offers_are_bounded_in_number_and_order(vocabulary):
    names = ", ".join(
        name for one in vocabulary.schemes["topics"].concepts.values() for name in (one.label, *one.alt_labels)
    )
    figures = " ".join(f"Falls on ward {n} fell from {n} to {n + 1}." for n in range(300))
    bodies = ", ".join(one.name for one in vocabulary.organisations.values())
    made = offers(Placed("T", {"Results": f"{names}. {figures}"}, (Part("", bodies),)), vocabulary)
    counts = {field: sum(offer.field == field for offer in made) for field in ("topics", "measures", "organisations")}
    assert counts == {"topics": 5, "measures": 6, "organisations": 3}


PIECES = st.sampled_from(
    ["Results: ", "fell from ", "12% ", "to ", "4 ", "between ", "April 2023 ", "and ", "March 2024. ", "| a | before | after |\n| --- | --- | --- |\n| b | 1 | 2 |\n",
     "qi@x.nhs.uk ", "ELFT ", "acute ward ", "\n\n", "### Setting\n\n", "- ", "*", "[", "\u00a35", "Start date: ", "a 4% reduction in x. "]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25).map("".join), st.lists(PIECES, max_size=10).map("".join))
def test_every_offer_quotes_the_document_and_fits_its_field(vocabulary, text, other):
    placed = Placed(
        text[:80].replace("\n", " "), {"Results": text, "What was done": other}, (Part("Dates", other), Part("", text))
    )
    for offer in offers(placed, vocabulary):
        assert isinstance(offer, Offer)
        assert offer.reason.endswith(".")
        words = [word for word in offer.quote.replace("\u2026", " ").split() if word.isalnum()]
        assert all(word in f"{text} {other}" for word in words)
        CaseStudy.model_validate({"title": "T", offer.field: offer.value})


def test_what_our_own_case_studies_would_be_offered_is_nearly_always_right(vocabulary):
    """Measured on 97 case studies: their text against the fields their editors gave them."""
    right: dict[str, list[bool]] = {}
    for path in sorted((REPOSITORY / "content" / "case_studies").glob("*.md")):
        study = case_study.read(path.read_text("utf-8"), path.stem).case_study
        assert study is not None
        placed = Placed(study.title, {section.heading: section.text for section in study.sections}, ())
        for offer in offers(placed, vocabulary):
            if offer.field in ("topics", "settings", "populations", "methods"):
                scheme = vocabulary.schemes[offer.field]
                given_ids = {id_ for one in getattr(study, offer.field) for id_ in scheme.path(one)}
                right.setdefault(offer.field, []).append(offer.value[0] in given_ids)
            elif offer.field == "measures":
                figure = str(offer.value[0]["result"]).split("%")[0]
                right.setdefault("measures", []).append(any(figure in (one.result or "") for one in study.measures))
            elif offer.field == "organisations":
                right.setdefault("organisations", []).append(offer.value[0] in study.organisations)
    precision = {field: sum(one) / len(one) for field, one in right.items()}
    assert all(len(one) >= 4 for one in right.values())
    assert sum(map(len, right.values())) > 200
    assert {field for field, value in precision.items() if value < 0.8} == set(), precision
