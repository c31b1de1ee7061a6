"""Owns the results page: a query from the address, its answer with facets, chips and pages. Never ranks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from kb.content.vocabulary import Vocabulary
from kb.errors import QueryError
from kb.search.facets import BY_NAME, FACETS
from kb.search.filters import FacetValue
from kb.search.query import MAX_CHARACTERS, PAGE_SIZE, Query, Sort, clean
from kb.search.searcher import Hit, Results
from kb.web import payloads
from kb.web.advice import Advice, advice
from kb.web.deps import IndexDep, SearcherDep, SettingsDep
from kb.web.listing import Listed, listed
from kb.web.pages import Page, address, render
from kb.web.searched import NoteDep
from kb.web.understood import Account, account

router = APIRouter(include_in_schema=False)

_SORTS: tuple[tuple[Sort, str], ...] = (("relevance", "Most relevant"), ("newest", "Newest"))
_MORE = 3  # values behind one press; a longer list has a page of its own to browse
_SHOWN = 5  # values of a facet in view; the rest are one press away
# Bytes of HTML for the values of all facets, so that twenty results and their facets stay under 30,000. Each link
# repeats the question, as do others on the page: the longer that is, the fewer facets and values are offered.
_ROOM, _LINK, _REPEATS = 5_400, 105, 10
_FEWEST, _ALWAYS = 3, 2  # values of a facet, and facets, however long the question
_FOLDERS = {
    "topic": "/topics",
    "setting": "/settings",
    "population": "/populations",
    "organisation": "/organisations",
    "method": "/methods",
}
# Offered beside the results, in this order; the others still work as filters in an address.
_OFFERED = ("topic", "setting", "verdict", "population", "organisation", "region", "method", "equity", "year")


@dataclass(frozen=True, slots=True)
class FacetLink:
    """A value to narrow by: its words, how many it leaves, where it leads, and whether it is on now."""

    label: str
    count: int
    href: str
    applied: bool


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """A facet beside the results: the values in view and those behind "more"."""

    name: str
    label: str
    first: tuple[FacetLink, ...]
    more: tuple[FacetLink, ...]
    rest: str  # where the values beyond those are listed; "" when there are none
    opened: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, with the address without it."""

    facet: str
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class PageLink:
    """A numbered page of results."""

    number: int
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit in the list. `why` is why it was found where its marked words do not say so themselves."""

    hit: Hit
    listed: Listed
    why: str


@dataclass(frozen=True, slots=True)
class ResultsPage(Page):
    """Everything the results page shows."""

    template = "search/results.html"
    query: Query
    typed: str
    clear_href: str = "/search"
    heading: str = ""
    results: Results | None = None
    account: Account | None = None
    advice: Advice | None = None
    hits: tuple[Shown, ...] = ()
    groups: tuple[FacetGroup, ...] = ()
    chips: tuple[Chip, ...] = ()
    sorts: tuple[FacetLink, ...] = ()
    page_links: tuple[PageLink, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)
    pasted: str = ""  # what was typed when it is too long to search for: kept for the page that takes long texts


@router.get("/search")
def results(
    request: Request, searcher: SearcherDep, index: IndexDep, settings: SettingsDep, note: NoteDep
) -> HTMLResponse:
    """Search results, or everything when no words are given."""
    params = request.query_params.multi_items()
    whole = clean(request.query_params.get("q", ""))
    typed = whole[:600]
    try:
        query = Query.from_params([(name, value) for name, value in params if name not in ("limit", "offset")])
        found = searcher.search(query, index)
    except QueryError as error:
        pasted = whole if len(whole) > MAX_CHARACTERS else ""
        page = ResultsPage(
            "There is a problem with your search", Query(), typed, problems=error.problems, pasted=pasted
        )
        return render(request, page, 422)
    note(found)
    heading = payloads.heading(found)
    title = f"{query.text}: search results" if query.text else "All case studies"
    past_the_end = found.total > 0 and query.offset >= found.total
    if past_the_end:
        last = (found.total - 1) // PAGE_SIZE + 1
        problem = {"page": f"There is no page {query.page:,}. The results have {payloads.plural(last, 'page')}."}
        page = ResultsPage(
            title, query, typed, heading=heading, page_links=_page_links(query, found.total), problems=problem
        )
        return render(request, page, 404)
    told = account(found, lambda text, exactly: _href(replace(query, text=text, exactly=exactly, offset=0)))
    page = ResultsPage(
        title,
        query,
        typed,
        _href(replace(query, filters={}, offset=0)),
        heading,
        found,
        told if told.told else None,
        advice(found, index.vocabulary, settings.contact_email) if found.verdict == "none" and found.reading else None,
        _hits(found, index.vocabulary),
        tuple(_groups(query, found, _ROOM - told.size)),
        tuple(_chips(query, found)),
        tuple(_sorts(query, found)),
        _page_links(query, found.total),
    )
    return render(request, page)


def _hits(found: Results, vocabulary: Vocabulary) -> tuple[Shown, ...]:
    if found.verdict == "none" and found.understood.vague:
        return ()
    facts = listed((hit.case_study for hit in found.hits), vocabulary)
    return tuple(
        Shown(hit, one, ". ".join(reason for reason in hit.why if not reason.startswith("Mentions")))
        for hit, one in zip(found.hits, facts, strict=True)
    )


def _href(query: Query, page: int = 1) -> str:
    """The one address of a query: words first, then filters in the order of the facets, then what differs from usual.

    It starts at the question mark where there is one: the page is /search already, and has a hundred such links.
    """
    filters = [(facet.name, value) for facet in FACETS for value in query.filters.get(facet.name, ())]
    exactly = "1" if query.exactly else ""
    sort = query.sort if query.sort != "relevance" else ""
    rest = [("exactly", exactly), ("sort", sort), ("page", page if page > 1 else "")]
    return address("", [("q", query.text), *filters, *rest]) or "/search"


def _toggled(query: Query, name: str, value: str) -> Query:
    """The query with this filter on if it was off, and off if it was on."""
    held = query.filters.get(name, ())
    values = tuple(other for other in held if other != value) if value in held else (*held, value)
    filters = {other: kept for other, kept in {**query.filters, name: values}.items() if kept}
    return replace(query, filters=filters, offset=0)


def _groups(query: Query, found: Results, room: int) -> "list[FacetGroup]":
    if found.verdict == "none":
        return []  # narrowing what is about something else helps nobody
    groups: list[FacetGroup] = []
    size = len(_href(query))
    left = (room - _REPEATS * size) // (size + _LINK)
    each = max(_FEWEST, left // len(_OFFERED))
    typed = payloads.marks(found)  # these come off in the search box
    for name in _OFFERED:
        held = query.filters.get(name, ())
        if left <= 0 and not held and len(groups) >= _ALWAYS:
            continue
        values = [value for value in found.alternatives.get(name, ()) if value.value not in typed.get(name, ())]
        links = [
            FacetLink(value.label, value.count, _href(_toggled(query, name, value.value)), value.value in held)
            for value in values
            if _useful(value, found, held)
        ]
        if links:
            shown = max(min(_SHOWN, each), sum(link.applied for link in links))
            links.sort(key=lambda link: not link.applied)
            folder = _FOLDERS.get(name, "")
            more = links[shown : min(shown + _MORE, each)] if folder or each < _SHOWN else links[shown:]
            left -= shown + len(more)
            rest = folder if shown + len(more) < len(links) else ""
            opened = bool(held) or name in ("topic", "setting", "verdict")
            groups.append(FacetGroup(name, BY_NAME[name].label, tuple(links[:shown]), tuple(more), rest, opened))
    return groups


def _useful(value: FacetValue, found: Results, held: tuple[str, ...]) -> bool:
    """A value that every result has narrows nothing, unless it is on."""
    return value.value in held or (value.count > 0 and (value.count < found.total or bool(held)))


def _chips(query: Query, found: Results) -> "list[Chip]":
    labels = {(name, value.value): value.label for name, values in found.alternatives.items() for value in values}
    return [
        Chip(BY_NAME[name].label, labels.get((name, value), value), _href(_toggled(query, name, value)))
        for name, values in query.filters.items() for value in values
    ]  # fmt: skip


def _sorts(query: Query, found: Results) -> "list[FacetLink]":
    if found.reading is None:
        return []
    return [
        FacetLink(label, 0, _href(replace(query, sort=sort, offset=0)), query.sort == sort)
        for sort, label in _SORTS
    ]  # fmt: skip


def _page_links(query: Query, total: int) -> tuple[PageLink, ...]:
    last = max((total - 1) // PAGE_SIZE + 1, 1)
    if last == 1:
        return ()
    near = sorted({1, last, *range(query.page - 2, query.page + 3)})
    return tuple(PageLink(number, _href(query, number), number == query.page) for number in near if 1 <= number <= last)
