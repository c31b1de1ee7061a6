"""Owns turning a page dataclass into HTML: the template environment, filters, addresses. Never knows what a page says.

Each page is a dataclass that names its template; its fields are exactly the names the template may use.
"""

import dataclasses
import datetime
import functools
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from kb.editorial.roles import Role
from kb.editorial.workflow import WORDS, State
from kb.search.passages import with_unit
from kb.settings import Settings
from kb.web import moments, payloads
from kb.web.visitors import visitor

_HERE: Final = Path(__file__).resolve().parent
# In the wheel the files lie inside the package; in the repository, in web/ beside it.
WEB: Final = _HERE if (_HERE / "templates").is_dir() else _HERE.parent.parent / "web"


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """What a template needs. `title` is the page's h1 and, with the service's name, the browser's title."""

    template: ClassVar[str]
    title: str


class PageUndefined(jinja2.ChainableUndefined):
    """The NHS macros need missing names to be nothing; a missing field of one of our own classes is our mistake."""

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = jinja2.utils.missing,
        name: str | None = None,
        exc: type[jinja2.TemplateRuntimeError] = jinja2.UndefinedError,
    ) -> None:
        super().__init__(hint, obj, name, exc)
        if dataclasses.is_dataclass(obj) or isinstance(obj, BaseModel):
            raise jinja2.UndefinedError(f"{type(obj).__name__} has no field {name!r}")


def environment(settings: Settings) -> jinja2.Environment:
    """The environment that all pages are rendered in."""
    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.FileSystemLoader(WEB / "templates"), jinja2.PackageLoader("nhsuk_frontend_jinja")]
        ),
        autoescape=True,  # always: the NHS macros end in .jinja, which escaping by file name would miss
        undefined=PageUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals |= {
        "service_name": settings.service_name, "contact_email": settings.contact_email,
        "static": static, "address": address, "plural": payloads.plural, "case_studies": payloads.case_studies,
        "outcome": payloads.outcome, "verdict_word": payloads.verdict_word, "with_unit": with_unit,
        "navigation": NAVIGATION, "marked_words": payloads.marked_words, "state_words": lambda state: WORDS[State(state)],
        "search_log_days": settings.search_log_days if settings.search_log else 0,
    }  # fmt: skip
    made.filters |= {"date": date, "marked": _marked, "sentence_list": sentence_list, "words_for_kind": words_for_kind}
    made.filters |= {"moment": moments.moment, "ago": moments.ago, "days": moments.days}
    return made


NAVIGATION: Final = (
    ("/topics", "Topics"), ("/settings", "Settings"), ("/organisations", "Organisations"),
    ("/collaboratives", "Collaboratives"), ("/methods", "Methods"), ("/about", "About"),
)  # fmt: skip

# Of people with an account, with the role that each is for.
MY_PAGES: Final = (("/drafts", "Your drafts", Role.CONTRIBUTOR), ("/reviews", "Reviews", Role.REVIEWER))


def render(request: Request, page: Page, status: int = 200, headers: dict[str, str] | None = None) -> HTMLResponse:
    """The page as a response."""
    template = request.app.state.templates.get_template(page.template)
    fields = {field.name: getattr(page, field.name) for field in dataclasses.fields(page)}
    actor = visitor(request).actor
    html = template.render(
        fields, cspNonce=getattr(request.state, "nonce", ""), path=request.url.path, url=public_url(request),
        me=actor, my_pages=[(href, text) for href, text, role in MY_PAGES if actor and actor.has(role)],
    )  # fmt: skip
    return HTMLResponse(html, status, headers={"Cache-Control": "no-cache", **(headers or {})})


def public_url(request: Request) -> str:
    """The address of this page as people outside see it, without its query."""
    base = request.app.state.settings.base_url.rstrip("/")
    return f"{base}{request.url.path}" if base else str(request.url.replace(query="", fragment=""))


def site_address(request: Request) -> str:
    """The address of the site as people outside see it, without a slash at the end."""
    return request.app.state.settings.base_url.rstrip("/") or str(request.base_url).rstrip("/")


@functools.cache
def static(name: str) -> str:
    """The address of a static file, with a digest so that browsers may keep it for a year."""
    path = WEB / "static" / name
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else "0"
    return f"/static/{name}?v={digest}"


def address(path: str, pairs: Iterable[tuple[str, Any]] = ()) -> str:
    """A path with a query made of the pairs that have a value; short and the same for the same request."""
    query = urlencode([(name, value) for name, value in pairs if value not in ("", None)])
    return f"{path}?{query}" if query else path


def date(value: datetime.date | str | None) -> str:
    """As people write dates: 22 November 2026; "November 2026" and "2026" when no more is known."""
    if value is None:
        return ""
    if isinstance(value, datetime.date):
        return f"{value.day} {value:%B %Y}"
    parts = [int(part) for part in value.split("-")]
    day = datetime.date(parts[0], *[*parts[1:], 1, 1][:2])
    return (str(day.year), f"{day:%B %Y}", date(day))[len(parts) - 1]


def sentence_list(items: Iterable[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    listed = list(items)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}" if listed else ""


def words_for_kind(kind: str) -> str:
    """An organisation's kind in words: nhs-trust becomes "NHS trust"."""
    return (
        kind.replace("-", " ")
        .replace("nhs", "NHS")
        .replace("hsc", "HSC")
        .capitalize()
        .replace("Nhs", "NHS")
        .replace("Hsc", "HSC")
        .replace("Vcse", "VCSE")
    )


def _marked(parts: Any) -> Any:
    from markupsafe import Markup  # noqa: PLC0415

    return Markup(payloads.marked(parts))  # noqa: S704 - every part is escaped there
