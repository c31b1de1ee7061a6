"""Owns the address that the search boxes ask for suggestions. Never decides what is suggested."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from kb.search.facets import BY_NAME
from kb.search.names import CASE_STUDY, WORD, Suggestion
from kb.search.query import clean
from kb.search.suggestions import Suggestions
from kb.web.deps import IndexDep
from kb.web.pages import address

router = APIRouter(include_in_schema=False)

MAX_TYPED: Final = 100  # characters; who has typed more is writing a sentence that nothing can complete
_KEPT: Final = {"Cache-Control": "private, max-age=60"}  # going back a letter asks nothing; an edit shows in a minute
_PAGES: Final = {
    "topic": "/topics",
    "setting": "/settings",
    "population": "/populations",
    "method": "/methods",
    "organisation": "/organisations",
    "collaborative": "/collaboratives",
    CASE_STUDY: "/case-studies",
}


@router.get("/search/suggestions")
def suggestions(request: Request, index: IndexDep) -> JSONResponse:
    """What may be meant by `q`: a list of label, kind and address; empty when nothing is or it is too long."""
    typed = clean(request.query_params.get("q", "")[: 10 * MAX_TYPED])
    found = Suggestions.of(index).for_text(typed) if len(typed) <= MAX_TYPED else []
    return JSONResponse([_shown(suggestion) for suggestion in found], headers=_KEPT)


def _shown(suggestion: Suggestion) -> dict[str, str]:
    label = f"{suggestion.label} ({suggestion.also})" if suggestion.also else suggestion.label
    if suggestion.kind == WORD:
        return {"label": label, "kind": "Search", "url": address("/search", [("q", suggestion.target)])}
    kind = "Case study" if suggestion.kind == CASE_STUDY else BY_NAME[suggestion.kind].label
    page = _PAGES.get(suggestion.kind)
    url = f"{page}/{suggestion.target}" if page else address("/search", [(suggestion.kind, suggestion.target)])
    return {"label": label, "kind": kind, "url": url}
