"""Owns the pages about the service itself, and what machines ask of it: health, robots, sitemap. Never searches for people."""

import logging
import math
from dataclasses import dataclass
from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from kb.errors import SearchUnavailable
from kb.search.query import Query
from kb.web.browse import Branch, top_topics
from kb.web.deps import IndexDep, SearcherDep, SettingsDep
from kb.web.errors import problem
from kb.web.listing import Listed, listed
from kb.web.pages import Page, render, site_address

router = APIRouter(include_in_schema=False)
log = logging.getLogger(__name__)

# Searches that show what the box can do; a test proves that each finds a close match in the published content.
EXAMPLES = (
    "Long waits for ADHD assessment",
    "Reducing restraint on acute wards",
    "Physical health checks for people with severe mental illness",
)


@dataclass(frozen=True, slots=True)
class HomePage(Page):
    """The home page: one question, one box."""

    template = "site/home.html"
    examples: tuple[str, ...]
    topics: tuple[Branch, ...]
    newest: tuple[Listed, ...]
    total: int


@dataclass(frozen=True, slots=True)
class AboutPage(Page):
    """What the place is for and how it works."""

    template = "site/about.html"
    total: int
    signposts: int


@dataclass(frozen=True, slots=True)
class StatementPage(Page):
    """A page of settled words: accessibility statement and cookies."""

    template = "site/accessibility_statement.html"


@dataclass(frozen=True, slots=True)
class CookiesPage(Page):
    """What is stored on the reader's device."""

    template = "site/cookies.html"
    session_hours: int
    openid: str  # whose accounts people may sign in with; empty for none


@router.get("/")
def home(request: Request, index: IndexDep, searcher: SearcherDep) -> Response:
    """The home page."""
    newest = searcher.search(Query(sort="newest", limit=6), index)
    return render(request, HomePage(
        "What are you trying to improve?", EXAMPLES if newest.total else (), top_topics(index), listed((hit.case_study for hit in newest.hits), index.vocabulary), newest.total,
    ))  # fmt: skip


@router.get("/about")
def about(request: Request, index: IndexDep) -> Response:
    """What this is."""
    signposts = len(index.facets.get("kind", {}).get("signpost", ()))
    return render(request, AboutPage("About this service", index.manifest.case_studies, signposts))


@router.get("/accessibility-statement")
def accessibility_statement(request: Request) -> Response:
    """The statement the law asks for."""
    return render(request, StatementPage("Accessibility statement"))


@router.get("/cookies")
def cookies(request: Request, settings: SettingsDep) -> Response:
    """What is stored."""
    provider = settings.openid_name if settings.openid_issuer else ""
    return render(request, CookiesPage("Cookies", math.ceil(settings.session_hours), provider))


@router.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
def readyz(searcher: SearcherDep) -> Response:
    """An index is open."""
    try:
        index = searcher.store.current()
    except SearchUnavailable as error:
        log.warning("Not ready: %s", error)  # with the folder, which is nobody else's business
        return problem(503, "Not ready", error.cure, reason=type(error).__name__)
    left_out = [str(finding) for finding in index.catalogue.findings() if finding.severity == "error"]
    manifest = index.manifest
    return JSONResponse({
        "status": "ready", "generation": manifest.generation, "built": manifest.built, "case_studies": manifest.case_studies,
        "passages": manifest.passages, "model": manifest.embedder, "findings": left_out,
    })  # fmt: skip


@router.get("/robots.txt")
def robots(request: Request) -> Response:
    """What crawlers may read: everything but the endless pages of results."""
    return PlainTextResponse(
        f"User-agent: *\nDisallow: /search\nDisallow: /api/v1/search\nSitemap: {site_address(request)}/sitemap.xml\n"
    )


@router.get("/sitemap.xml")
def sitemap(request: Request, index: IndexDep) -> Response:
    """Every lasting address."""
    base = site_address(request)
    paths = [
        "/",
        "/about",
        "/accessibility-statement",
        "/cookies",
        "/topics",
        "/settings",
        "/populations",
        "/methods",
        "/organisations",
        "/collaboratives",
    ]
    paths += [f"/case-studies/{slug}" for slug in index.catalogue.slugs()]
    for facet, folder in (
        ("topic", "topics"),
        ("setting", "settings"),
        ("population", "populations"),
        ("method", "methods"),
        ("organisation", "organisations"),
        ("collaborative", "collaboratives"),
    ):
        paths += [f"/{folder}/{value}" for value in sorted(index.facets.get(facet, {}))]
    urls = "".join(f"<url><loc>{escape(base + path)}</loc></url>\n" for path in paths)
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'
    return Response(xml, media_type="application/xml")
