"""Owns the JSON interface and its documentation. Never decides anything that the pages do not."""

import time
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from kb.search.facets import FACETS
from kb.search.query import MAX_CHARACTERS, MAX_OFFSET, Query
from kb.web import addresses
from kb.web.deps import IndexDep, SearcherDep
from kb.web.pages import Page, render
from kb.web.payloads import case_study_payload, facets_payload, results_payload
from kb.web.searched import NoteDep

router = APIRouter()


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


_FILTERS = [
    _parameter(facet.name, f"Filter by {facet.label.lower()}. Repeat it for any of several.", {"type": "array", "items": {"type": "string"}})
    for facet in FACETS
]  # fmt: skip
_WORDS = _parameter(
    "q",
    "What you are looking for, in your own words. Empty for everything, newest first.",
    {"type": "string", "maxLength": MAX_CHARACTERS},
)
_EXACTLY = _parameter(
    "exactly",
    "Look for the words as typed: no slip put right, no synonyms, no acronyms spelt out.",
    {"type": "boolean", "default": False},
)
_PAGING = [
    _parameter("sort", "The order.", {"type": "string", "enum": ["relevance", "newest"], "default": "relevance"}),
    _parameter("limit", "How many hits.", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}),
    _parameter(
        "offset", "How many hits to pass over.", {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0}
    ),
]
_PROBLEM = {
    "description": "A problem document (RFC 9457) that says what to change.",
    "content": {"application/problem+json": {"schema": {"type": "object"}}},
}
_ANSWERS: dict[int | str, dict[str, Any]] = {422: _PROBLEM, 503: _PROBLEM}


@router.get(
    "/api/v1/search",
    summary="Search the case studies",
    responses=_ANSWERS,
    openapi_extra={"parameters": [_WORDS, _EXACTLY, *_PAGING, *_FILTERS]},
)
def search(request: Request, searcher: SearcherDep, note: NoteDep) -> JSONResponse:
    """Hits with the passage that matched, why, and the counts of every facet value over the whole filtered result.

    With the verdict "none" nothing answers: `total` is 0, nothing is counted, and the hits are the nearest there are.
    """
    started = time.perf_counter()
    results = searcher.search(Query.from_params(request.query_params.multi_items(), strict=True))
    note(results)
    return JSONResponse(results_payload(results, (time.perf_counter() - started) * 1000))


@router.get(
    "/api/v1/case-studies/{slug}", summary="One case study", responses={404: _PROBLEM, 410: _PROBLEM, 503: _PROBLEM}
)
def case_study(request: Request, slug: str, index: IndexDep) -> JSONResponse:
    """Every field of a case study, its sections and its Markdown. One that has moved is answered with 308."""
    return JSONResponse(case_study_payload(addresses.at(request, index, slug)))


@router.get(
    "/api/v1/facets",
    summary="Facets with counts",
    responses=_ANSWERS,
    openapi_extra={"parameters": [_WORDS, _EXACTLY, *_FILTERS]},
)
def facets(request: Request, searcher: SearcherDep) -> JSONResponse:
    """Every facet value with its label and count, over all case studies or over a search."""
    results = searcher.search(Query.from_params(request.query_params.multi_items(), strict=True))
    return JSONResponse({"total": results.total, "facets": facets_payload(results)})


@dataclass(frozen=True, slots=True)
class Operation:
    """One address of the interface, for people."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class DocsPage(Page):
    """The interface in words."""

    template = "api/docs.html"
    operations: tuple[Operation, ...]
    openapi_url: str


@router.get("/api/docs", include_in_schema=False)
def docs(request: Request) -> Response:
    """The OpenAPI document as a page: the usual viewers load scripts from other hosts, which this site never does."""
    document = request.app.openapi()
    operations = tuple(
        Operation(method.upper(), path, found["summary"], found.get("description", ""), tuple(found.get("parameters", ())))
        for path, methods in document["paths"].items() for method, found in methods.items()
    )  # fmt: skip
    return render(request, DocsPage("Using the data", operations, request.app.openapi_url))
