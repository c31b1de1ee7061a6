"""The line of facts under a case study in a list."""

import pytest

from kb.content.case_study import CaseStudy
from kb.web.listing import listed


@pytest.fixture(scope="module")
def facts(published):
    vocabulary = published.store.current().vocabulary
    return lambda **fields: listed([CaseStudy(slug="a", title="A", **fields)], vocabulary)[0].facts


def test_who_where_and_when(facts):
    assert facts(organisations=("RWX",), settings=("acute-adult-ward",), ended="2021-03") == (
        "Berkshire Healthcare NHS Foundation Trust", "Adult acute ward", "2021",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("organisations", "who"),
    [
        (("RWX", "RVN"), "Berkshire Healthcare NHS Foundation Trust and 1 other"),
        (("RWX", "RVN", "RV3"), "Berkshire Healthcare NHS Foundation Trust and 2 others"),
    ],
)
def test_several_organisations_are_counted(facts, organisations, who):
    assert facts(organisations=organisations) == (who,)


def test_a_closed_organisation_keeps_the_name_it_had(facts):
    assert facts(organisations=("RRP",)) == ("Barnet, Enfield and Haringey Mental Health NHS Trust",)


def test_without_an_organisation_the_collaborative_or_a_partner_stands_for_it(facts, published):
    name = published.store.current().vocabulary.collaboratives["impact"].name
    assert facts(collaboratives=("impact",), partners=("Mind",)) == (name,)
    assert facts(partners=("Mind", "A council")) == ("Mind and 1 other",)
    assert facts(organisations=("XXX",), settings=("nowhere",)) == ()
