"""Owns what the page of a case study says, from the case study alone: facts, contents, text, citation. Never looks anything up in an index.

The page of a draft is made here too, so that its writer sees what readers will see.
"""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from kb.content import markdown
from kb.content.case_study import CaseStudy
from kb.content.stored_names import file_type
from kb.content.vocabulary import Vocabulary
from kb.search.facets import BY_NAME, FACETS, label, resolve
from kb.web.listing import Listed
from kb.web.pages import Page
from kb.web.parts import with_links

# An element with an address in the sanitised HTML, and in it the bare name of a file.
_ELEMENT: Final = re.compile(r'<(?:img|a)(?:\s[\w-]+="[^"]*")+')
_FILE: Final = re.compile(r'(?<=\ssrc=")[^"/:?#]+(?=")|(?<=\shref=")[^"/:?#]+(?=")')


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere; without an address they are only words."""

    text: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of the at-a-glance panel."""

    label: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """A similar case study and what it has in common with this one."""

    listed: Listed
    why: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that the page shows of the case study itself."""

    case_study: CaseStudy
    facts: tuple[Fact, ...]
    contents: tuple[Link, ...]
    body: Markup
    data: tuple[Link, ...]
    citation: str


@dataclass(frozen=True, slots=True)
class CaseStudyPage(Page):
    """A whole case study as shown. `preview` is the draft it is shown from, "" for what is published.

    `improve` leads whoever may write a new version to one, `withdraw` whoever may take it off the site to that.
    """

    template = "case_studies/case_study.html"
    shown: Shown
    related: tuple[Related, ...] = ()
    preview: str = ""
    improve: str = ""
    withdraw: str = ""


def shown(found: CaseStudy, vocabulary: Vocabulary, service: str, files: str, parts: bool = True) -> Shown:
    """What the page of this case study shows.

    Args:
        service: the site's name, for the citation.
        files: the address that pictures and tables beside it lie under, with a slash at the end.
        parts: whether each part of the text leads to others like it.
    """
    page = _rendered(found.body)
    contents = [Link("At a glance", "#at-a-glance")]
    contents += [Link("Figures", "#figures")] if found.measures else []
    contents += [Link(section.heading, f"#{section.anchor}") for section in page.sections if section.heading]
    contents += [Link("Data", "#data_files")] if found.data else []
    contents += [Link("Sources", "#sources")] if found.sources else []
    html = with_links(found.slug, page) if parts else page.html
    data = tuple(Link(table.title, files + quote(table.file), table.file) for table in found.data)
    body = Markup(with_files(html, files))  # noqa: S704 - sanitised
    return Shown(
        found, tuple(_facts(found, vocabulary)), tuple(contents), body, data, _citation(found, vocabulary, service)
    )


def named(vocabulary: Vocabulary) -> Callable[[str, str], str]:
    """What people call a value of a field, as `kb.content.changes.compare` asks for it."""
    facets = {facet.field: facet for facet in FACETS if facet.name != "year"}

    def name(field: str, value: str) -> str:
        return label(facets[field], value, vocabulary) if field in facets else value

    return name


def with_files(html: str, folder: str) -> str:
    """The HTML with every picture and link that names a file beside the case study leading into this folder."""

    def located(name: re.Match[str]) -> str:
        return folder + name[0] if file_type(name[0]) else name[0]

    return _ELEMENT.sub(lambda element: _FILE.sub(located, element[0]), html)


@functools.lru_cache(maxsize=512)
def _rendered(body: str) -> markdown.Page:
    return markdown.render(body)


def _facts(found: CaseStudy, vocabulary: Vocabulary) -> "list[Fact]":
    """The rows that have something to say, in the order a reader asks."""
    organisations = [_organisation(value, vocabulary) for value in found.organisations]
    rows = [
        ("Organisation" if len(organisations) == 1 else "Organisations", organisations),
        ("Collaborative", _links(found, "collaborative", "/collaboratives/", vocabulary)),
        ("Partners", [Link(partner) for partner in found.partners]),
        ("Region", _links(found, "region", "/search?region=", vocabulary)),
        ("Setting", _links(found, "setting", "/settings/", vocabulary)),
        (
            "For whom",
            [Link(found.population)] if found.population else _links(found, "population", "/populations/", vocabulary),
        ),
        ("Whom it did not reach", [Link(found.not_reached)] if found.not_reached else []),
        ("When", [Link(found.when)] if found.when else _period(found)),
        ("Stage", _links(found, "stage", "/search?stage=", vocabulary)),
        ("Topics", _links(found, "topic", "/topics/", vocabulary)),
        ("Method", _links(found, "method", "/methods/", vocabulary)),
        ("Equity", _links(found, "equity", "/search?equity=", vocabulary)),
        ("Who was involved", _involved(found)),
        ("Contact", _contact(found, vocabulary)),
        ("Interests", [Link(found.interests)] if found.interests else []),
        ("Approval", [Link(found.approval)] if found.approval else []),
    ]
    return [Fact(name, tuple(links)) for name, links in rows if links]


def _links(found: CaseStudy, name: str, path: str, vocabulary: Vocabulary) -> "list[Link]":
    facet = BY_NAME[name]
    raw = getattr(found, facet.field)
    values = (raw,) if isinstance(raw, str) else raw or ()
    links = []
    for value in values:
        known = label(facet, value, vocabulary)
        links.append(Link(known, f"{path}{resolve(facet, value, vocabulary)[-1]}" if known != value else ""))
    return links


def _organisation(id_: str, vocabulary: Vocabulary) -> Link:
    """The organisation by the name it had, leading to what it is today."""
    organisation = vocabulary.organisations.get(id_)
    if organisation is None:
        return Link(id_)
    today = [other for other in vocabulary.current(id_) if other.id != id_]
    note = f"now {' and '.join(other.name for other in today)}" if today else ""
    return Link(organisation.name, f"/organisations/{today[0].id if len(today) == 1 else id_}", note)


def _period(found: CaseStudy) -> "list[Link]":
    years = [value[:4] for value in (found.started, found.ended) if value]
    return [Link(" to ".join(dict.fromkeys(years)))] if years else []


def _involved(found: CaseStudy) -> "list[Link]":
    """Who took part, with how far; that nobody did is told as well."""
    if found.involvement is None:
        return []
    people, level = ", ".join(found.involvement.people), found.involvement.level or ""
    if not people:
        return [Link({"none": "Nobody who uses the service"}.get(level, level.capitalize()))] if level else []
    return [Link(people, note="" if level == "none" else level)]


def _contact(found: CaseStudy, vocabulary: Vocabulary) -> "list[Link]":
    """Whom to ask: the team's mailbox, else the organisation's own site for work we only point to."""
    if found.contact and found.contact.email:
        return [Link(found.contact.role or found.contact.email, f"mailto:{found.contact.email}")]
    today = [other for id_ in found.organisations for other in vocabulary.current(id_) if other.website]
    return [Link(f"{other.short_name or other.name} website", other.website) for other in today[:2]]


def _citation(found: CaseStudy, vocabulary: Vocabulary, service: str) -> str:
    """How to cite this page: who, what, where, when."""
    names = [
        vocabulary.organisations[id_].name for id_ in found.organisations if id_ in vocabulary.organisations
    ] or list(found.partners[:1])
    who = (
        f"{', '.join(names[:3])}{' and others' if len(names) > 3 else ''}. "
        if names and found.kind == "case-study"
        else ""
    )
    year = f" ({found.published.year})" if found.published else ""
    summary_of = " Summary of published work" if found.kind == "signpost" else ""
    return (
        f"{who}{found.title}{year}.{summary_of}{f' by {names[0]}' if summary_of and names else ''}. {service}.".replace(
            "..", "."
        )
    )
