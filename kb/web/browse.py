"""Owns browsing: lists of topics, settings, populations, methods, organisations and collaboratives, and a page for each.

Never decides what a concept means: that is the vocabulary's.
"""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from kb.content.vocabulary import Collaborative, Concept, Organisation, Scheme
from kb.errors import NotFound
from kb.search.facets import BY_NAME, Facet
from kb.search.index import Index
from kb.search.query import Query
from kb.search.searcher import Results
from kb.web import payloads
from kb.web.deps import IndexDep, SearcherDep
from kb.web.listing import Listed, listed
from kb.web.pages import Page, render

router = APIRouter(include_in_schema=False)

_LISTED: Final = 50  # case studies on a page of their own; the rest by a link to the results


@dataclass(frozen=True, slots=True)
class Branch:
    """A concept with its tally and those under it."""

    concept: Concept
    count: int
    tally: str
    children: tuple["Branch", ...]


@dataclass(frozen=True, slots=True)
class SchemePage(Page):
    """All concepts of a scheme as a tree."""

    template = "browse/scheme.html"
    scheme: Scheme
    branches: tuple[Branch, ...]
    intro: str


@dataclass(frozen=True, slots=True)
class ConceptPage(Page):
    """One concept: what it is, what has been tried, what is near."""

    template = "browse/concept.html"
    concept: Concept
    scheme: Scheme
    facet: Facet
    parents: tuple[Concept, ...]
    branches: tuple[Branch, ...]
    related: tuple[Branch, ...]
    tally: str
    found: tuple[Listed, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Counted:
    """An organisation or collaborative with how many case studies it has."""

    id: str
    name: str
    detail: str
    count: int


@dataclass(frozen=True, slots=True)
class OrganisationsPage(Page):
    """Organisations: those with case studies, then the others."""

    template = "browse/organisations.html"
    sharing: tuple[Counted, ...]
    others: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class OrganisationPage(Page):
    """One organisation and what it shared."""

    template = "browse/organisation.html"
    organisation: Organisation
    successors: tuple[Organisation, ...]
    predecessors: tuple[Organisation, ...]
    collaboratives: tuple[Collaborative, ...]
    region: str
    boards: tuple[Organisation, ...]
    tally: str
    found: tuple[Listed, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CollaborativesPage(Page):
    """Collaboratives by region."""

    template = "browse/collaboratives.html"
    regions: tuple[tuple[str, tuple[Counted, ...]], ...]


@dataclass(frozen=True, slots=True)
class CollaborativePage(Page):
    """One collaborative, its members, and their case studies."""

    template = "browse/collaborative.html"
    collaborative: Collaborative
    kind: str
    region: str
    services: tuple[str, ...]
    lead: Organisation | None
    members: tuple[Organisation, ...]
    tally: str
    found: tuple[Listed, ...]
    total: int
    by_members: int


# Path, facet, and a sentence for the top of the list.
_SCHEMES: Final = (
    ("topics", "topic", "What the improvement is about."),
    ("settings", "setting", "Where the work took place: the kind of ward, team or service."),
    ("populations", "population", "Whom the work was for."),
    ("methods", "method", "How the team went about it."),
)


def _scheme_pages(path: str, facet: Facet, intro: str) -> None:
    """Adds the list of a scheme at /path and the page of each concept at /path/id."""

    def scheme(request: Request, index: IndexDep) -> Response:
        found = index.vocabulary.schemes[facet.scheme]
        return render(request, SchemePage(found.label, found, _branches(found, index, facet), intro))

    def concept(request: Request, id: str, index: IndexDep, searcher: SearcherDep) -> Response:
        found = index.vocabulary.schemes[facet.scheme].resolve(id)
        if found is None:
            raise _unknown(facet, id, index.vocabulary.schemes[facet.scheme].nearest(id))
        if found.id != id:
            return RedirectResponse(f"/{path}/{found.id}", 301)
        return render(request, _concept_page(found, index, searcher.search(_everything(facet, id), index), facet))

    router.add_api_route(f"/{path}", scheme, name=path)
    router.add_api_route(f"/{path}/{{id}}", concept, name=facet.name)


def _listed(results: Results, index: Index) -> tuple[Listed, ...]:
    return listed((hit.case_study for hit in results.hits), index.vocabulary)


def _unknown(facet: Facet, typed: str, near: list[str]) -> NotFound:
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return NotFound(f"There is no {facet.label.lower()} {typed[:60]!r}.{hint}")


def _everything(facet: Facet, value: str) -> Query:
    return Query(filters={facet.name: (value,)}, sort="newest", limit=_LISTED)


def _concept_page(concept: Concept, index: Index, results: Results, facet: Facet) -> ConceptPage:
    scheme = index.vocabulary.schemes[facet.scheme]
    parents = tuple(scheme.concepts[id_] for id_ in scheme.path(concept.id)[:-1])
    family = {concept.id, *scheme.path(concept.id), *(child.id for child in scheme.children.get(concept.id, ()))}
    near = [
        value
        for value in results.facets.get(facet.name, ())
        if value.value not in family and value.value in scheme.concepts
    ]
    related = tuple(Branch(scheme.concepts[value.value], value.count, "", ()) for value in near[:6])
    tally = payloads.tally(index.tallies(facet.name).get(concept.id, {}))
    return ConceptPage(
        concept.label, concept, scheme, facet, parents, _branches(scheme, index, facet, concept.id), related, tally,
        _listed(results, index), results.total,
    )  # fmt: skip


def _branches(scheme: Scheme, index: Index, facet: Facet, parent: str = "") -> tuple[Branch, ...]:
    tallies = index.tallies(facet.name)

    def branch(concept: Concept) -> Branch:
        counts = tallies.get(concept.id, {})
        children = tuple(branch(child) for child in scheme.children.get(concept.id, ()))
        return Branch(concept, sum(counts.values()), payloads.tally(counts), children)

    return tuple(branch(concept) for concept in scheme.children.get(parent, ()))


def top_topics(index: Index) -> tuple[Branch, ...]:
    """The broadest topics that have case studies, most first: for the home page."""
    scheme = index.vocabulary.schemes.get("topics")
    branches = _branches(scheme, index, BY_NAME["topic"]) if scheme else ()
    return tuple(sorted((b for b in branches if b.count), key=lambda b: -b.count))


for _path, _name, _intro in _SCHEMES:
    _scheme_pages(_path, BY_NAME[_name], _intro)


@router.get("/organisations")
def organisations(request: Request, index: IndexDep) -> Response:
    """Every organisation of today."""
    held = index.facets.get("organisation", {})
    listed = [
        Counted(o.id, o.name, o.short_name, len(held.get(o.id, ())))
        for o in sorted(index.vocabulary.organisations.values(), key=lambda o: o.name.lower()) if not o.closed
    ]  # fmt: skip
    sharing = sorted((o for o in listed if o.count), key=lambda o: o.name.lower())
    return render(request, OrganisationsPage("Organisations", tuple(sharing), tuple(o for o in listed if not o.count)))


@router.get("/organisations/{id}")
def organisation(request: Request, id: str, index: IndexDep, searcher: SearcherDep) -> Response:
    """One organisation; a closed one leads to what it is today."""
    vocabulary = index.vocabulary
    found = vocabulary.organisations.get(id)
    if found is None:
        if upper := vocabulary.organisations.get(id.upper()):
            return RedirectResponse(f"/organisations/{upper.id}", 301)
        near = [vocabulary.organisations[other].name for other in vocabulary.nearest_organisations(id)]
        raise _unknown(BY_NAME["organisation"], id, near)
    today = [other for other in vocabulary.current(id) if other.id != id]
    if len(today) == 1:
        return RedirectResponse(f"/organisations/{today[0].id}", 301)
    results = searcher.search(_everything(BY_NAME["organisation"], id), index) if not today else None
    return render(request, OrganisationPage(
        found.name, found, tuple(today), tuple(vocabulary.predecessors.get(id, ())), tuple(vocabulary.memberships.get(id, ())),
        _region(index, found.region), tuple(vocabulary.organisations[code] for code in found.icbs if code in vocabulary.organisations),
        payloads.tally(index.tallies("organisation").get(id, {})), _listed(results, index) if results else (), results.total if results else 0,
    ))  # fmt: skip


@router.get("/collaboratives")
def collaboratives(request: Request, index: IndexDep) -> Response:
    """Every collaborative, by region."""
    held = index.facets.get("collaborative", {})
    regions: dict[str, list[Counted]] = {}
    for found in sorted(index.vocabulary.collaboratives.values(), key=lambda c: c.name.lower()):
        kind = index.vocabulary.kinds.get(found.kind, "")
        regions.setdefault(_region(index, found.region) or "Elsewhere", []).append(
            Counted(found.id, found.name, kind, len(held.get(found.id, ())))
        )
    return render(
        request,
        CollaborativesPage(
            "Provider collaboratives and alliances",
            tuple((name, tuple(listed)) for name, listed in sorted(regions.items())),
        ),
    )


@router.get("/collaboratives/{id}")
def collaborative(request: Request, id: str, index: IndexDep, searcher: SearcherDep) -> Response:
    """One collaborative."""
    vocabulary = index.vocabulary
    found = vocabulary.collaboratives.get(id)
    if found is None:
        raise _unknown(BY_NAME["collaborative"], id, vocabulary.nearest_collaboratives(id))
    results = searcher.search(_everything(BY_NAME["collaborative"], id), index)
    members = tuple(vocabulary.organisations[code] for code in found.members if code in vocabulary.organisations)
    by_members = (
        searcher.search(Query(filters={"organisation": found.members}, limit=1), index).total if found.members else 0
    )
    return render(request, CollaborativePage(
        found.name, found, vocabulary.kinds.get(found.kind, ""), _region(index, found.region), tuple(vocabulary.services.get(name, name) for name in found.services),
        vocabulary.organisations.get(found.lead), members, payloads.tally(index.tallies("collaborative").get(id, {})),
        _listed(results, index), results.total, by_members,
    ))  # fmt: skip


def _region(index: Index, id_: str) -> str:
    scheme = index.vocabulary.schemes.get("regions")
    concept = scheme.resolve(id_) if scheme else None
    return concept.label if concept else ""
