"""Owns the case study: its fields, reading it from text and writing it back. Never looks anything up in the vocabulary.

A file is never refused for a wrong field. What the model cannot take stays, as it was typed, in `extra`, with a
finding, so that reading and writing lose nothing; only a file without a usable head or title is not a case study.
"""

import datetime
import re
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import PydanticCustomError

from kb.content import front_matter, markdown
from kb.content.findings import Finding, Severity, has_errors
from kb.errors import CaseStudyInvalid

Kind = Literal["case-study", "signpost"]
Verdict = Literal["improved", "mixed", "no-change", "stopped", "too-early", "not-stated"]
Direction = Literal["lower-is-better", "higher-is-better", "neutral"]
MeasureKind = Literal["outcome", "process", "balancing"]
InvolvementLevel = Literal["none", "informed", "consulted", "co-designed", "co-led"]

SUMMARY_WORDS: Final = 60  # a summary is read in a list of twenty: one glance, two sentences

# The sections of the template, in the order a person tells the story. A file may have others; they are shown as typed.
SECTIONS: Final = (
    "Problem", "Guidance and evidence used", "Aim", "What was done", "Results", "Equity", "Involvement",
    "What helped and what got in the way", "What was learned", "What to keep and what to change", "Cost and resources",
    "Spread",
)  # fmt: skip


_BLANK_LINES: Final = re.compile(r"\A(?:[ \t]*\n)*")


def _real_date(value: str) -> str:
    year, *rest = (int(part) for part in value.split("-"))
    datetime.date(year, *[*rest, 1, 1][:2])
    return value


def _body(text: str) -> str:
    """The body without blank lines around it; one line end at the close."""
    text = _BLANK_LINES.sub("", text.replace("\r\n", "\n").replace("\r", "\n"), count=1).rstrip()
    return f"{text}\n" if text else ""


def _iso_day(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise PydanticCustomError("date", "not a date")
    return value


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Month = Annotated[
    str, StringConstraints(pattern=r"^(19|20)[0-9]{2}(-[0-9]{2}(-[0-9]{2})?)?$"), AfterValidator(_real_date)
]
Body = Annotated[str, AfterValidator(_body)]
# Pydantic alone would take 0 as a number of seconds since 1970.
Day = Annotated[datetime.date, BeforeValidator(_iso_day)]
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
# Letters, digits and hyphens: it is a part of an address and of a path, and leads nowhere else on any system.
DataFileName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,79}\.csv$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Measure(_Part):
    """One figure before and after. `baseline` and `result` are text: a number or words such as "8% reduction"."""

    name: Line
    kind: MeasureKind | None = None
    baseline: Line | None = None
    result: Line | None = None
    unit: Line | None = None
    period: Line | None = None
    direction: Direction | None = None
    note: Line | None = None


class Source(_Part):
    """Where the work was published. Without an address the title still lets a librarian find it."""

    title: Line
    publisher: Line | None = None
    url: Address | None = None


class Involvement(_Part):
    """Who took part in the work and how far."""

    level: InvolvementLevel | None = None
    people: tuple[Line, ...] = ()


class Contact(_Part):
    """Whom to ask: a role's mailbox outlives the person."""

    role: Line | None = None
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None


class Data(_Part):
    """A data file kept beside the case study: `file` is its name, `title` says what its rows are."""

    file: DataFileName
    title: Line


class CaseStudy(BaseModel):
    """One piece of improvement work. The order of the fields is the order in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="Case study")

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] = Field(
        description="What was improved, and where."
    )
    reference: Line | None = Field(None, description="A number or code this case study is known by elsewhere.")
    kind: Kind = Field(
        "case-study",
        description="case-study: written by the team that did the work. signpost: the editors' summary of work published elsewhere.",
    )
    summary: Line | None = Field(None, description="What was done and what happened, in at most 60 words.")
    verdict: Verdict | None = Field(None, description="How it went.")
    organisations: tuple[Id, ...] = Field((), description="Ids (ODS codes) of the organisations that did the work.")
    collaboratives: tuple[Id, ...] = Field((), description="Ids of the provider collaboratives or alliances.")
    partners: tuple[Line, ...] = Field(
        (), description="Other bodies, in words: councils, charities, universities, teams."
    )
    regions: tuple[Id, ...] = Field((), description="Ids of the regions or nations.")
    settings: tuple[Id, ...] = Field((), description="Ids of the settings and services.")
    populations: tuple[Id, ...] = Field((), description="Ids of the groups the work was for.")
    population: Line | None = Field(None, description="Whom the work was for, in words.")
    not_reached: Line | None = Field(None, description="Whom the work did not reach, in words.")
    topics: tuple[Id, ...] = Field((), description="Ids of the topics, the main one first, at most five.")
    methods: tuple[Id, ...] = Field((), description="Ids of the improvement methods.")
    equity: tuple[Id, ...] = Field(
        (), description="Ids of the equity groups the work was about or split its results by."
    )
    outcomes: tuple[Id, ...] = Field((), description="Ids of the kinds of outcome.")
    stage: Id | None = Field(None, description="Id of the stage: how far the work has got.")
    started: Month | None = Field(None, description="YYYY, YYYY-MM or YYYY-MM-DD.")
    ended: Month | None = Field(None, description="YYYY, YYYY-MM or YYYY-MM-DD; left out while the work goes on.")
    when: Line | None = Field(None, description="The period in words.")
    involvement: Involvement | None = Field(None, description="Who took part, and how far.")
    measures: tuple[Measure, ...] = Field(
        (), description="Figures before and after, the one that tells the story first."
    )
    data: tuple[Data, ...] = Field((), description="Data files (CSV) kept beside this file.")
    contact: Contact | None = Field(None, description="Whom to ask.")
    interests: Line | None = Field(None, description='Interests and sponsorship of those who did the work, or "None".')
    approval: Line | None = Field(
        None, description='The approval and consent the work had, such as "Registered as QI; no ethics review needed".'
    )
    editors_note: Line | None = Field(None, description="What a reader should know about the source.")
    source_licence: Line | None = Field(None, description="The licence of the original work.")
    sources: tuple[Source, ...] = Field((), description="Where the work was published.")
    published: Day | None = Field(None, description="When this page was first published: YYYY-MM-DD.")
    reviewed: Day | None = Field(None, description="When somebody last confirmed that it is still true.")
    extra: dict[str, Any] = Field(
        default_factory=dict, description="Fields of the file that are not in this schema, as typed."
    )
    body: Body = Field("", description="The Markdown under the head.")
    slug: str = Field("", description="The file's name without .md: its address on the site.")

    @classmethod
    def parse(cls, text: str, slug: str = "") -> "CaseStudy":
        """The case study in a file's text.

        Raises:
            CaseStudyInvalid: the head cannot be read, or there is no title.
        """
        parsed = read(text, slug=slug)
        if parsed.case_study is None:
            raise CaseStudyInvalid(
                " ".join(finding.message for finding in parsed.findings if has_errors([finding])), parsed.findings
            )
        return parsed.case_study

    def dump(self) -> str:
        """The file's text. `CaseStudy.parse(c.dump(), c.slug) == c`, and dumping that again gives the same text."""
        values = self.model_dump(mode="python", exclude_defaults=True, exclude={"extra", "body", "slug"})
        head = {name: _plain(values[name]) for name in HEAD_FIELDS if name in values}
        return front_matter.write({**head, **self.extra}, self.body)

    @property
    def sections(self) -> tuple[markdown.Section, ...]:
        """The body by level-2 heading, as searched; the page's anchors are the same."""
        return markdown.sections(self.body)

    @property
    def year(self) -> int | None:
        """The year the work ended, else began: what readers mean by "how old is this"."""
        found = self.ended or self.started
        return int(found[:4]) if found else None


HEAD_FIELDS: Final = tuple(name for name in CaseStudy.model_fields if name not in ("extra", "body", "slug"))


@dataclass(slots=True)
class Parsed:
    """What a file's text gave: no case study when it cannot be one, then `findings` say why."""

    case_study: CaseStudy | None
    findings: list[Finding] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    body_line: int = 1


def read(text: str, slug: str = "", file: str = "") -> Parsed:
    """The case study in a file's text with every finding about its fields; never raises."""
    try:
        head = front_matter.read(text)
    except front_matter.FrontMatterError as error:
        return Parsed(None, [Finding(file, error.line, "", Severity.ERROR, error.code, str(error))])
    blank = _BLANK_LINES.match(head.body)
    found = Parsed(None, lines=head.lines, body_line=head.body_line + (blank.group().count("\n") if blank else 0))
    known: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for name, value in head.values.items():
        if value is None or value in ("", []):
            continue
        if name in HEAD_FIELDS:
            known[name] = _lists(name, _pruned(value))
        else:
            extra[name] = value
            advice = f"There is no field called {name}{_nearest(name)}. It is kept but not used."
            found.findings.append(
                Finding(file, head.lines.get(name, 1), name, Severity.WARNING, "unknown-field", advice)
            )
    try:
        CaseStudy.model_validate({"title": "-", **known})
    except ValidationError as error:
        for problem in error.errors()[:20]:
            path = ".".join(map(str, problem["loc"]))
            line = head.lines.get(path) or head.lines.get(str(problem["loc"][0]), 1)
            reason = f"{path} cannot be read: {_reason(problem)} It is kept but not used."
            found.findings.append(Finding(file, line, path, Severity.ERROR, "field-invalid", reason))
        wrong = {str(problem["loc"][0]) for problem in error.errors()}
        extra |= {name: value for name, value in head.values.items() if name in wrong}
        known = {name: value for name, value in known.items() if name not in wrong}
    if "title" not in known:
        advice = (
            "There is no title. Add a line to the front matter, such as: title: Fewer missed appointments in Leeds."
        )
        found.findings.append(
            Finding(file, head.lines.get("title", 1), "title", Severity.ERROR, "title-missing", advice)
        )
        return found
    found.case_study = CaseStudy.model_validate({**known, "extra": extra, "body": head.body, "slug": slug})
    return found


def schema() -> dict[str, Any]:
    """The JSON Schema of the front matter, for editors' tools."""
    made = CaseStudy.model_json_schema()
    for name in ("extra", "body", "slug"):
        made["properties"].pop(name)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "additionalProperties": True}


def _pruned(value: Any) -> Any:
    """Without empty entries, which mean the same as none."""
    if isinstance(value, dict):
        return {
            key: kept
            for key, kept in ((key, _pruned(item)) for key, item in value.items())
            if kept not in (None, "", [], {})
        }
    if isinstance(value, list):
        return [kept for kept in map(_pruned, value) if kept not in (None, "", [], {})]
    return value


def _lists(name: str, value: Any) -> Any:
    """`topics: falls` means a list of one: people write it so, and it is plain what they mean."""
    takes_texts = name in (
        "organisations",
        "collaboratives",
        "partners",
        "regions",
        "settings",
        "populations",
        "topics",
        "methods",
        "equity",
        "outcomes",
    )
    return [value] if takes_texts and isinstance(value, str) else value


def _plain(value: Any) -> Any:
    """Tuples as lists and nothing empty, ready for YAML."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _nearest(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only for a mistake

    near = get_close_matches(name.lower(), HEAD_FIELDS, n=1, cutoff=0.6)
    return f" (did you mean {near[0]}?)" if near else ""


def _reason(problem: Any) -> str:
    kind, field = problem["type"], problem["loc"][0]
    if kind == "literal_error":
        return f"{problem['input']!r} is not one of {problem['ctx']['expected']}."
    if kind == "missing":
        return f"its {problem['loc'][-1]} is missing."
    if kind == "extra_forbidden":
        return f"there is no {problem['loc'][-1]} in it."
    if kind.startswith("date"):
        return "write a date as YYYY-MM-DD, such as 2026-11-22."
    if field in ("started", "ended"):
        return "write YYYY, YYYY-MM or YYYY-MM-DD, such as 2024-03."
    if problem["loc"][-1] == "url":
        return "an address starts with https:// and has no spaces."
    if problem["loc"][-1] == "email":
        return "write one e-mail address, such as improvement@example.nhs.uk."
    return f"{problem['msg'][0].lower()}{problem['msg'][1:]}."
