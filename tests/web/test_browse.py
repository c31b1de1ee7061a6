"""Browsing: the trees, a page for each concept, and organisations as they are today."""

import re

import pytest

from kb.search.query import Query

SCHEMES = {"topics": "topic", "settings": "setting", "populations": "population", "methods": "method"}


@pytest.fixture(scope="module")
def vocabulary(published):
    return published.store.current().vocabulary


@pytest.mark.parametrize("path", SCHEMES)
def test_a_tree_lists_every_concept_with_its_count(page, vocabulary, published, path):
    soup = page(f"/{path}")
    scheme = vocabulary.schemes[path]
    concepts = [concept for concept in scheme.concepts.values() if not concept.replaced_by]
    links = {a["href"]: a for a in soup.select("main .kb-tree a")}
    assert links.keys() == {f"/{path}/{concept.id}" for concept in concepts}
    held = published.store.current().facets[SCHEMES[path]]
    for concept in concepts:
        count = links[f"/{path}/{concept.id}"].find_next_sibling("span").get_text()
        assert count == (str(len(held[concept.id])) if concept.id in held else "none yet")


@pytest.mark.parametrize("path", SCHEMES)
def test_the_page_of_each_concept_tells_what_has_been_tried(page, vocabulary, published, path):
    for concept in vocabulary.schemes[path].concepts.values():
        if concept.replaced_by:
            continue
        soup = page(f"/{path}/{concept.id}")
        assert soup.h1.get_text() == concept.label
        total = published.search(Query(filters={SCHEMES[path]: (concept.id,)})).total
        assert len(soup.select(".kb-hits > li")) == min(total, 50)
        if total:
            assert re.search(rf"\b{total} case stud", soup.main.get_text())
            assert soup.find("a", href=f"/search?{SCHEMES[path]}={concept.id}")
        else:
            assert "no case study about this yet" in soup.main.get_text()


def test_a_concept_shows_the_way_up_and_down(page, vocabulary):
    scheme = vocabulary.schemes["topics"]
    child = next(c for c in scheme.concepts.values() if c.parent and not c.replaced_by)
    crumbs = [a["href"] for a in page(f"/topics/{child.id}").select("nav[aria-label=Breadcrumb] a")]
    assert crumbs == ["/", "/topics", *(f"/topics/{id_}" for id_ in scheme.path(child.id)[:-1])]
    assert page(f"/topics/{scheme.resolve(child.parent).id}").main.find("a", href=f"/topics/{child.id}")


def test_a_concept_that_was_replaced_leads_to_its_replacement(site):
    concepts = [{"id": "old", "label": "Old", "replaced_by": "new"}, {"id": "new", "label": "New"}]
    client = site({"a": {"title": "A", "topics": ["old"]}}, {"topics": {"concepts": concepts}})
    response = client.get("/topics/old")
    assert (response.status_code, response.headers["location"]) == (301, "/topics/new")
    assert "1 case study" in client.get("/topics/new").text
    assert "1 case study" in client.get("/search?topic=old").text


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("/topics/restrictive-practise", "restrictive-practice"), ("/settings/acute-adult-wards", "acute-adult-ward"),
        ("/organisations/RWKX", None), ("/collaboratives/impcat", "impact"),
    ],
)  # fmt: skip
def test_an_unknown_id_gets_near_matches(page, address, near):
    soup = page(address, 404)
    typed = address.rpartition("/")[2]
    assert f"There is no {address.split('/')[1].rstrip('s')} '{typed}'." in soup.get_text()
    assert "Did you mean" in soup.get_text()
    assert near is None or near in soup.get_text()


def test_nothing_near_is_not_pretended(page):
    assert "Did you mean" not in page("/topics/qqqqqqqqqq", 404).get_text()


@pytest.mark.parametrize(
    ("typed", "today"),
    [
        ("RRP", "G6V2S"),
        ("TAF", "G6V2S"),
        ("RNK", "G6V2S"),
        ("R1C", "RW1"),
        ("RTV", "RW4"),
        ("rwk", "RWK"),
        ("rrp", "RRP"),
    ],
)
def test_an_old_or_small_code_leads_to_the_organisation_of_today(client, typed, today):
    response = client.get(f"/organisations/{typed}")
    assert (response.status_code, response.headers["location"]) == (301, f"/organisations/{today}")


def test_the_organisation_of_today_names_those_it_came_from(page):
    text = page("/organisations/G6V2S").main.get_text()
    assert "Barnet, Enfield and Haringey Mental Health NHS Trust" in text
    assert "Camden and Islington NHS Foundation Trust" in text


def test_a_closed_organisation_with_several_successors_shows_them(page, vocabulary):
    closed = [o for o in vocabulary.organisations.values() if len(vocabulary.current(o.id)) > 1]
    assert closed
    for organisation in closed:
        soup = page(f"/organisations/{organisation.id}")
        assert soup.h1.get_text() == organisation.name
        links = {a["href"] for a in soup.select("main .nhsuk-inset-text a")}
        assert links == {f"/organisations/{other.id}" for other in vocabulary.current(organisation.id)}


def test_organisations_are_those_of_today_with_case_studies_first(page, vocabulary, published):
    soup = page("/organisations")
    links = [a["href"].rpartition("/")[2] for a in soup.select("main li > a")]
    assert sorted(links) == sorted(o.id for o in vocabulary.organisations.values() if not o.closed)
    held = published.store.current().facets["organisation"]
    assert set(links[: len(held)]) == set(held)


def test_every_organisation_of_today_has_its_page(page, vocabulary, published):
    held = published.store.current().facets["organisation"]
    for organisation in vocabulary.organisations.values():
        if not organisation.closed:
            soup = page(f"/organisations/{organisation.id}")
            assert soup.h1.get_text() == organisation.name
            assert len(soup.select(".kb-hits > li")) == min(len(held.get(organisation.id, ())), 50)
            assert ("Not yet checked" in soup.get_text()) == bool(set(organisation.unverified) - {"code"})


def test_every_collaborative_has_its_page_and_is_listed_once(page, vocabulary):
    listed = [a["href"] for a in page("/collaboratives").select("main li > a")]
    assert sorted(listed) == sorted(f"/collaboratives/{id_}" for id_ in vocabulary.collaboratives)
    for found in vocabulary.collaboratives.values():
        soup = page(f"/collaboratives/{found.id}")
        assert soup.h1.get_text() == found.name
        links = {a["href"].rpartition("/")[2] for a in soup.select("main a[href^='/organisations/']")}
        assert {id_ for id_ in (*found.members, found.lead) if id_ in vocabulary.organisations} <= links
        assert ("checked with the collaborative yet" in soup.get_text()) == (found.verified != "yes")


def test_the_case_studies_of_members_are_as_many_as_it_says(page, vocabulary):
    told = 0
    for id_ in vocabulary.collaboratives:
        link = page(f"/collaboratives/{id_}").find("a", string=re.compile("from its members"))
        if link:
            told += 1
            count = re.match(r"[\d,]+ case stud(y|ies)", link.get_text())[0]
            assert page(link["href"]).find(id="results").get_text() == count
    assert told > 3
