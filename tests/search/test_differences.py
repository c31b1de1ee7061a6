"""What differs is said only where both sides name it, in words of the vocabulary."""

import pytest

from kb.content.case_study import CaseStudy
from kb.content.documents import from_text
from kb.search.differences import Difference, differences, facts


@pytest.fixture(scope="module")
def index(published):
    return published.store.current()


def told(index, text, **fields):
    other = CaseStudy(title="Other", **fields)
    return list(differences(facts(from_text(text), index), other, index.vocabulary, 2026))


def test_a_setting_under_its_heading_is_certain(index):
    text = "Setting: a PICU in Leeds\n\nProblem: too many assaults after people come from the emergency department"
    assert told(index, text, settings=("community-mental-health-team",)) == [
        Difference("setting", ("Psychiatric intensive care unit",), ("Community mental health team",), sure=True)
    ]


def test_a_setting_that_is_only_mentioned_is_called_that(index):
    (found,) = told(index, "People on our rehab ward wait for a flat", settings=("secure-ward",))
    assert (found.name, found.yours, found.sure) == ("setting", ("Rehabilitation unit",), False)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Assaults on our ward", {"settings": ("picu",)}),  # part of the same
        ("Assaults on a PICU", {"settings": ("inpatient",)}),
        ("Assaults on a PICU", {}),  # theirs is not known
        ("Too many assaults", {"settings": ("picu",)}),  # ours is not known
        ("A PICU, a memory clinic and a crisis house", {"settings": ("secure-ward",)}),  # which is ours?
        ("Older people with dementia", {"populations": ("people-with-dementia",)}),
        ("Older people fall", {"populations": ("people-with-dementia",)}),  # age and condition are never compared
        ("A problem", {"ended": "2021"}),
        ("A AED is a device", {"settings": ("secure-ward",)}),
        ("", {"settings": ("picu",), "stage": "testing"}),
    ],
)
def test_nothing_is_made_up(index, text, fields):
    assert told(index, text, **fields) == []


def test_ages_and_conditions(index):
    assert told(index, "Older people fall", populations=("young-people-12-17",)) == [
        Difference("people", ("Older adults 65 and over",), ("Young people 12 to 17",))
    ]
    assert told(index, "Waits for autism assessment", populations=("people-with-adhd",)) == [
        Difference("people", ("Autistic people",), ("People with ADHD",))
    ]
    assert told(index, "Waits for autism/ADHD assessment", populations=("people-with-adhd",)) == []


def test_kind_of_organisation_by_its_own_name_and_not_by_a_town(index):
    trust = next(o for o in index.vocabulary.organisations.values() if o.kind == "nhs-trust")
    charity = next(o for o in index.vocabulary.organisations.values() if o.kind == "charity")
    assert told(index, f"We are {trust.name}.", organisations=(charity.id,)) == [
        Difference("organisation", ("nhs-trust",), ("charity",))
    ]
    assert told(index, "We are in Oxford and Sussex.", organisations=(charity.id,)) == []


def test_stage_and_age_of_the_work(index):
    found = told(index, "Stage: testing\n\nProblem: falls", stage="sustained", ended="2017-03")
    assert found == [
        Difference("stage", ("Testing",), ("Sustained",), sure=True),
        Difference("year", (), ("2017",)),
    ]


def test_an_acronym_with_the_stem_of_a_function_word_is_no_other_way_to_say_it(index):
    """ "AED" and "a" have one stem."""
    spans = index.thesaurus.readings("a ward")[0].spans
    assert [(span.typed, span.others) for span in spans if span.typed == "a"] == [("a", ())]
