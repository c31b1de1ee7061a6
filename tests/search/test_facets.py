import pytest

from kb.content.case_study import CaseStudy
from kb.content.vocabulary import Vocabulary
from kb.search import facets
from kb.search.facets import BY_NAME, FACETS


@pytest.fixture
def vocabulary(folder):
    return Vocabulary.load(folder.vocabulary)


@pytest.fixture
def case_study(folder):
    return CaseStudy.parse((folder.case_studies / "falls-on-a-ward.md").read_text("utf-8"), "falls-on-a-ward")


def test_each_facet_reads_a_field_that_a_case_study_has(case_study):
    assert len(BY_NAME) == len(FACETS)
    assert [facet.name for facet in FACETS if not hasattr(case_study, facet.field)] == []


def test_a_case_study_has_its_values_with_parents_and_todays_organisations(case_study, vocabulary):
    found = facets.values(case_study, vocabulary)
    assert {name: values for name, values in found.items() if values} == {
        "topic": ("falls",),
        "setting": ("inpatient", "older-ward"),
        "verdict": ("improved",),
        "organisation": ("NEW1",),
        "year": ("2023",),
        "kind": ("signpost",),
    }


@pytest.mark.parametrize(
    ("name", "typed", "stands_for"),
    [
        ("setting", "older-ward", ("inpatient", "older-ward")),
        ("topic", "tumbles", ("falls",)),
        ("topic", "nobody-knows", ("nobody-knows",)),
        ("organisation", "SPLIT", ("NEW1", "NEW2")),
        ("organisation", "NOBODY", ("NOBODY",)),
        ("verdict", "mixed", ("mixed",)),
        ("method", "pdsa", ("pdsa",)),
    ],
)
def test_a_typed_value_stands_for(vocabulary, name, typed, stands_for):
    assert facets.resolve(BY_NAME[name], typed, vocabulary) == stands_for


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("verdict", "no-change", "No change"),
        ("verdict", "other", "other"),
        ("kind", "signpost", "Signpost to published work"),
        ("organisation", "NEW1", "Northern Trust"),
        ("organisation", "NOBODY", "NOBODY"),
        ("collaborative", "north", "North Collaborative"),
        ("collaborative", "south", "south"),
        ("topic", "waiting", "Waiting times"),
        ("topic", "tumbles", "Falls"),
        ("topic", "other", "other"),
        ("year", "2023", "2023"),
    ],
)
def test_a_value_has_words(vocabulary, name, value, words):
    assert facets.label(BY_NAME[name], value, vocabulary) == words


@pytest.mark.parametrize(
    ("name", "typed", "ids"),
    [
        ("topic", "waiting", ("waiting",)),
        ("topic", "DELAYS", ("waiting",)),
        ("topic", "delay", ()),
        ("setting", "Older people's ward", ("older-ward",)),
        ("organisation", "not", ("NEW1",)),
        ("organisation", "dale trust", ("OLD1",)),
        ("collaborative", "North Collaborative", ("north",)),
        ("verdict", "mixed results", ("mixed",)),
        ("kind", "signpost", ("signpost",)),
        ("year", "2023", ()),
        ("method", "pdsa", ()),
    ],
)
def test_what_people_call_it(vocabulary, name, typed, ids):
    assert facets.named(BY_NAME[name], typed, vocabulary) == ids


@pytest.mark.parametrize(
    ("name", "typed", "near"),
    [
        ("topic", "waitin", ["waiting"]),
        ("topic", "delay", ["waiting"]),
        ("organisation", "northern trsut", "NEW1"),
        ("collaborative", "norht", ["north"]),
        ("verdict", "improve", []),
        ("topic", "zzzz", []),
    ],
)
def test_a_mistyped_value_has_near_ones(vocabulary, name, typed, near):
    found = facets.nearest(BY_NAME[name], typed, vocabulary)
    assert found == near or found[0] == near
    assert len(found) <= 3
