"""Owns the access table: every route of the site and who may use it. A route that is not listed stops the start.

Later roles (contributor, reviewer, editor, admin) are added here, never in a handler.
"""

from typing import Final

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

PUBLIC: Final = "public"

# (path, method): who may use it.
ACCESS: Final[dict[tuple[str, str], str]] = {
    (path, "GET"): PUBLIC
    for path in (
        "/", "/about", "/accessibility-statement", "/cookies",
        "/search", "/search/problem", "/search/suggestions", "/case-studies/{slug}", "/case-studies/{slug}/like/{anchor}",
        "/topics", "/topics/{id}", "/settings", "/settings/{id}", "/populations", "/populations/{id}", "/methods", "/methods/{id}",
        "/organisations", "/organisations/{id}", "/collaboratives", "/collaboratives/{id}",
        "/api/v1/search", "/api/v1/case-studies/{slug}", "/api/v1/facets", "/api/docs", "/api/openapi.json",
        "/healthz", "/readyz", "/robots.txt", "/sitemap.xml", "/static",
    )
} | {("/search/problem", "POST"): PUBLIC}  # fmt: skip


def routes(app: FastAPI) -> set[tuple[str, str]]:
    """Every (path, method) that the app answers; HEAD goes with GET, and a mounted folder counts as GET."""
    found: set[tuple[str, str]] = set()
    for context in iter_route_contexts(app.routes):
        methods = getattr(context, "methods", None) or {"GET"}
        found |= {(str(context.path), method) for method in methods if method != "HEAD"}
    return found


def verify(app: FastAPI) -> None:
    """Raises RuntimeError when a route is not in the table or the table lists one that is gone."""
    have = routes(app)
    if not have:
        raise RuntimeError("The access check saw no routes at all, so it proves nothing.")
    if unlisted := have - ACCESS.keys():
        raise RuntimeError(f"These routes are in no access table: {sorted(unlisted)}")
    if gone := ACCESS.keys() - have:
        raise RuntimeError(f"The access table lists routes that do not exist: {sorted(gone)}")
