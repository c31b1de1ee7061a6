"""Filters, and the counts beside them, against a brute-force filter and count over all pages."""

import itertools
from collections import Counter

import pytest

from kb.errors import QueryError
from kb.search import facets
from kb.search.query import Query


def slugs(results):
    return [hit.case_study.slug for hit in results.hits]


def everything(searcher, query):
    """All hits of a query, page by page."""
    pages = []
    while True:
        page = searcher.search(Query(query.text, query.filters, query.sort, 20, 20 * len(pages)))
        if not page.hits:
            return list(itertools.chain.from_iterable(pages)), page
        pages.append(page.hits)


def values(results, facet):
    return {value.value: value.count for value in results.facets[facet]}


FILTERS = [
    {},
    {"topic": ("restrictive-practice",)},
    {"verdict": ("improved", "mixed")},
    {"region": ("london",), "verdict": ("improved",)},
    {"kind": ("case-study",)},
    {"topic": ("missed-appointments", "falls-and-frailty"), "year": ("2018", "2019", "2020", "2021")},
]
TEXTS = ["", "violence on wards", "waits for ADHD assessment", "physical health checks", "sourdough starter recipe"]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("filters", FILTERS)
def test_filters_and_counts_are_those_of_a_brute_force_count_over_all_pages(published, text, filters):
    hits, last = everything(published, Query(text, filters))
    index = published.store.current()
    held = [facets.values(hit.case_study, index.vocabulary) for hit in hits]

    assert len(hits) == len({hit.case_study.slug for hit in hits})
    if last.verdict == "none" and text:  # the nearest there are, which answer nothing: not counted
        assert len(hits) <= 3
        assert last.total == 0
        assert {facet: values(last, facet) for facet in last.facets if last.facets[facet]} == {
            name: dict.fromkeys(wanted, 0) for name, wanted in filters.items()
        }
        return
    assert len(hits) == last.total
    for name, wanted in filters.items():
        assert all(set(wanted) & set(one[name]) for one in held)
    for facet in facets.FACETS:
        counted = Counter(value for one in held for value in one[facet.name])
        expected = dict(counted) | {value: counted[value] for value in filters.get(facet.name, ())}
        assert values(last, facet.name) == expected


@pytest.mark.parametrize("filters", FILTERS)
def test_a_filter_without_words_gives_every_case_study_that_has_the_value(published, filters):
    index = published.store.current()
    catalogue = index.catalogue
    studies = catalogue.case_studies(range(catalogue.case_study_count))
    expected = {
        study.slug for study in studies
        if all(set(wanted) & set(facets.values(study, index.vocabulary)[name]) for name, wanted in filters.items())
    }  # fmt: skip
    assert {hit.case_study.slug for hit in everything(published, Query("", filters))[0]} == expected


@pytest.mark.parametrize("text", TEXTS)
def test_a_filter_never_hides_what_the_search_without_it_shows(published, text):
    wide = everything(published, Query(text))[0]
    vocabulary = published.store.current().vocabulary
    for value in ("improved", "mixed", "no-change"):
        narrow = {hit.case_study.slug for hit in everything(published, Query(text, {"verdict": (value,)}))[0]}
        kept = {h.case_study.slug for h in wide if facets.values(h.case_study, vocabulary)["verdict"] == (value,)}
        assert kept <= narrow


def test_alternatives_count_a_facet_as_if_it_had_no_filter(published):
    asked = Query("violence on wards", {"verdict": ("improved",), "region": ("london",)})
    found = published.search(asked)
    for facet, other in (("verdict", "region"), ("region", "verdict")):
        without = published.search(Query(asked.text, {other: asked.filters[other]}))
        expected = {value.value: value.count for value in without.facets[facet]} | {
            value: values(without, facet).get(value, 0) for value in asked.filters[facet]
        }
        assert {value.value: value.count for value in found.alternatives[facet]} == expected
    assert found.alternatives["topic"] == found.facets["topic"]


def test_a_filter_finds_all_of_its_own_though_more_match_than_are_scored_in_full(searcher, rebuild, put):
    """The best hundred of all hold only some of what passes a filter; the filter leaves none of them out."""
    for number in range(120):
        more = "And more falls. " * (number % 4)
        verdict = "improved" if number % 2 else "mixed"
        put(f"falls-{number}", f"---\ntitle: Falls on ward {number}\nverdict: {verdict}\n---\n\nFalls fell. {more}\n")
    rebuild()
    whole, found = everything(searcher, Query("falls on wards"))
    assert found.total == 100
    for value in found.facets["verdict"]:
        narrowed, _ = everything(searcher, Query("falls on wards", {"verdict": (value.value,)}))
        kept = {hit.case_study.slug for hit in narrowed}
        before = {hit.case_study.slug for hit in whole if hit.case_study.verdict == value.value}
        assert before <= kept
        assert len(kept) >= 60 > value.count - 1


@pytest.mark.parametrize(
    ("typed", "stands_for"),
    [
        ("org:NOT", {"organisation": ("NEW1",)}), ("organisation:new1", {"organisation": ("NEW1",)}),
        ('trust:"Dale Trust"', {"organisation": ("NEW1",)}), ('topic:"Waiting times"', {"topic": ("waiting",)}),
        ("topic:delays", {"topic": ("waiting",)}), ("topic:TUMBLES", {"topic": ("falls",)}),
        ('setting:"older people\'s ward"', {"setting": ("older-ward",)}), ("collaborative:north", {"collaborative": ("north",)}),
        ("verdict:mixed", {"verdict": ("mixed",)}), ('kind:"signpost to published work"', {"kind": ("signpost",)}),
        ("year:2021 topic:falls", {"year": ("2021",), "topic": ("falls",)}),
    ],
)  # fmt: skip
def test_a_filter_can_be_typed_by_any_name(searcher, typed, stands_for):
    found = searcher.search(Query(typed))
    assert found.filters == stands_for
    assert {hit.case_study.slug for hit in found.hits} == set(slugs(searcher.search(Query("", stands_for))))


def test_a_filter_typed_and_one_pressed_add_up(searcher):
    found = searcher.search(Query("topic:falls", {"topic": ("waiting",), "verdict": ("improved",)}))
    assert found.filters == {"topic": ("waiting", "falls"), "verdict": ("improved",)}
    assert set(slugs(found)) == {"falls-on-a-ward", "waits-for-therapy"}


@pytest.mark.parametrize(("typed", "near"), [("topic:fals", "falls"), ("org:nobody", ""), ("year:soon", "")])
def test_a_typed_filter_that_nobody_knows_is_a_problem_at_the_box(searcher, typed, near):
    with pytest.raises(QueryError) as caught:
        searcher.search(Query(f"waits {typed}"))
    assert list(caught.value.problems) == ["q"]
    assert typed.partition(":")[2] in caught.value.problems["q"]
    assert near in caught.value.problems["q"]


@pytest.mark.parametrize(
    ("facet", "typed", "near"),
    [("topic", "fallz", "falls"), ("organisation", "East London NHS Foundation Trsut", "RWK"), ("verdict", "good", "")],
)
def test_a_value_nobody_knows_is_a_problem_with_the_nearest_known(published, facet, typed, near):
    with pytest.raises(QueryError) as caught:
        published.search(Query("", {facet: (typed,), "region": ("london",)}))
    assert list(caught.value.problems) == [facet]
    assert typed in caught.value.problems[facet]
    assert near in caught.value.problems[facet]


@pytest.mark.parametrize("value", ["x" * 10_000, "\x00", "😀", "' OR 1=1 --", "<b>"])
def test_any_value_of_any_facet_is_a_sentence_of_bounded_length(published, value):
    for facet in facets.FACETS:
        with pytest.raises(QueryError) as caught:
            published.search(Query("", {facet.name: (value,)}))
        assert len(caught.value.problems[facet.name]) < 300


def test_a_known_value_that_no_case_study_has_is_no_problem(published):
    index = published.store.current()
    unused = next(id_ for id_ in index.vocabulary.schemes["topics"].concepts if id_ not in index.facets["topic"])
    found = published.search(Query("", {"topic": (unused,)}))
    assert (found.total, found.verdict) == (0, "none")
    assert [(value.value, value.count) for value in found.facets["topic"]] == [(unused, 0)]
    assert published.search(Query("", {"year": ("1066",)})).total == 0


def test_a_parent_finds_what_its_children_hold_and_a_closed_organisation_its_successors(searcher):
    assert set(slugs(searcher.search(Query("", {"setting": ("inpatient",)})))) == {"falls-on-a-ward"}
    assert set(slugs(searcher.search(Query("", {"topic": ("tumbles",)})))) == {"falls-on-a-ward"}
    everyone = {"falls-on-a-ward", "waits-for-therapy", "bees"}
    assert set(slugs(searcher.search(Query("", {"organisation": ("SPLIT",)})))) == everyone
    assert set(slugs(searcher.search(Query("", {"organisation": ("OLD1",)})))) == everyone - {"bees"}
