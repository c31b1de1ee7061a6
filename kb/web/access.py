"""Owns the access table: every route of the site and who may use it. A route that is not listed stops the start.

The gate stands before every handler. A role in the table means: in some scope at all; whether it is the right one for
the object asked for, the handler asks `roles` and `workflow`.
"""

from typing import Final

from fastapi import FastAPI, HTTPException, Request
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path

from kb.editorial.roles import Role
from kb.errors import NotSignedIn
from kb.web import visitors

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed-in"  # anybody with an account; else a Role
_UNGUARDED: Final = frozenset({"/static", "/api/openapi.json"})  # no handlers of ours: public, or verify() refuses them

# (path, method): who may use it.
ACCESS: Final[dict[tuple[str, str], str]] = {
    (path, "GET"): PUBLIC
    for path in (
        "/", "/about", "/accessibility-statement", "/cookies",
        "/search", "/search/problem", "/search/suggestions", "/case-studies/{slug}", "/case-studies/{slug}/files/{name}", "/case-studies/{slug}/like/{anchor}",
        "/case-studies/{slug}/history", "/case-studies/{slug}/history/{commit}", "/case-studies/{slug}/changes",
        "/topics", "/topics/{id}", "/settings", "/settings/{id}", "/populations", "/populations/{id}", "/methods", "/methods/{id}",
        "/organisations", "/organisations/{id}", "/collaboratives", "/collaboratives/{id}",
        "/api/v1/search", "/api/v1/case-studies/{slug}", "/api/v1/facets", "/api/docs", "/api/openapi.json",
        "/healthz", "/readyz", "/robots.txt", "/sitemap.xml", "/static",
    )
} | {("/search/problem", "POST"): PUBLIC} | {
    # Ways in, for people with an account.
    (path, method): PUBLIC
    for path, methods in {
        "/sign-in": "GET POST", "/sign-out": "POST", "/sign-in/openid": "GET", "/sign-in/openid/callback": "GET",
        "/invitation/{token}": "GET POST", "/reset": "GET POST", "/reset/{token}": "GET POST",
    }.items()
    for method in methods.split()
} | {
    ("/account", "GET"): SIGNED_IN, ("/account/password", "POST"): SIGNED_IN,
    ("/account/sign-out", "POST"): SIGNED_IN, ("/account/sign-out-everywhere", "POST"): SIGNED_IN,
    **{
        (path, method): Role.CONTRIBUTOR
        for path, methods in {
            "/drafts": "GET POST", "/drafts/new": "GET", "/drafts/new/version": "GET", "/drafts/{id}": "GET", "/drafts/{id}/import": "GET POST",
            "/drafts/{id}/preview": "GET", "/drafts/{id}/check": "GET POST", "/drafts/{id}/submit": "POST", "/drafts/{id}/sent": "GET",
            "/drafts/{id}/recall": "POST", "/drafts/{id}/discard": "GET POST", "/drafts/{id}/merge": "GET POST",
            "/drafts/{id}/comments": "POST", "/drafts/{id}/comments/{number}": "POST",
        }.items()
        for method in methods.split()
    },
    ("/drafts/{id}/questions/{question}", "GET"): Role.CONTRIBUTOR, ("/drafts/{id}/questions/{question}", "POST"): Role.CONTRIBUTOR,
    ("/drafts/{id}/questions/{question}/save", "POST"): Role.CONTRIBUTOR,
    ("/reviews", "GET"): Role.REVIEWER, ("/reviews/{id}", "GET"): Role.REVIEWER, ("/reviews/{id}/settings", "POST"): Role.REVIEWER,
    ("/reviews/{id}/comments", "POST"): Role.REVIEWER, ("/reviews/{id}/comments/{number}", "POST"): Role.REVIEWER,
    ("/reviews/{id}/{step}", "POST"): Role.REVIEWER,
    ("/case-studies/{slug}/withdraw", "GET"): Role.EDITOR, ("/case-studies/{slug}/withdraw", "POST"): Role.EDITOR,
    ("/case-studies/{slug}/restore", "GET"): Role.CONTRIBUTOR, ("/case-studies/{slug}/restore", "POST"): Role.CONTRIBUTOR,
    ("/drafts/{id}/files", "POST"): Role.CONTRIBUTOR, ("/drafts/{id}/files/{name}", "GET"): Role.CONTRIBUTOR,
}  # fmt: skip

# (path, method): the limit that its requests count under, for each network or, when signed in, each person.
LIMITS: Final[dict[tuple[str, str], str]] = {
    ("/search", "GET"): "search", ("/api/v1/search", "GET"): "search", ("/api/v1/facets", "GET"): "search",
    ("/search/suggestions", "GET"): "suggestions", ("/search/problem", "POST"): "upload", ("/drafts", "POST"): "upload",
    ("/sign-in/openid", "GET"): "sign-in",
    ("/drafts/{id}/questions/{question}/save", "POST"): "save", ("/drafts/{id}/files", "POST"): "upload",
}  # fmt: skip


async def gate(request: Request) -> None:
    """Lets a request through to its handler, or not; stands before every handler (`app.py`).

    Raises:
        NotSignedIn: this takes an account.
        HTTPException: 404 for somebody whose account may not do this: an address they may not use looks like one that
            is not there.
        DatabaseUnavailable: nobody can tell at the moment.
        TooManyTries: this was done too often from there, or by this person.
    """
    asked = (request.scope["route"].path, request.method)
    needed = ACCESS.get(asked)
    actor = visitors.visitor(request).actor
    if limit := LIMITS.get(asked):
        request.app.state.throttle.hit(limit, f"user:{actor.id}" if actor else visitors.network(request))
    if needed == PUBLIC:
        return
    if needed is None:
        raise HTTPException(404)
    if problem := visitors.failure(request):
        raise problem
    if actor is None:
        raise NotSignedIn("Sign in to go on.", "Ask the people who run this service if you have no account.")
    if isinstance(needed, Role) and not actor.has(needed):
        raise HTTPException(404)


def takes_forms(path: str) -> bool:
    """Whether this is an address of drafts, reviews or publishing that forms are sent to: what is typed there is worth keeping."""
    return any(
        compile_path(route)[0].match(path)
        for (route, method), needed in ACCESS.items()
        if method == "POST" and isinstance(needed, Role)
    )


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
    if open_ := _unguarded(app):
        raise RuntimeError(f"The gate does not stand before these routes: {sorted(open_)}")


def _unguarded(app: FastAPI) -> set[str]:
    """The paths that the gate does not stand before and that are not known to be like that."""
    found = set()
    for context in iter_route_contexts(app.routes):
        dependant = getattr(context, "dependant", None)
        if dependant is None or gate not in [dependency.call for dependency in dependant.dependencies]:
            found.add(str(context.path))
    return {path for path in found if path not in _UNGUARDED or ACCESS[path, "GET"] != PUBLIC}
