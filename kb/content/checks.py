"""Owns what is checked about content beyond reading it: ids, completeness, dates, headings, patients' details. Never changes a file."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from kb.content import addresses, case_study, located_identifiers, markdown, unfinished
from kb.content.case_study import SECTIONS, SUMMARY_WORDS, CaseStudy, Parsed
from kb.content.findings import Finding, Severity
from kb.content.folder import ContentFolder, read_text
from kb.content.vocabulary import Vocabulary

# What a reader misses most when it is not there, with the reason: findings, never grounds to hide a case study.
_RECOMMENDED: Final = {
    "summary": "People decide by the summary whether to read on. Say in one or two sentences what was done and what happened.",
    "verdict": "Readers want to know how it went. Choose improved, mixed, no-change, stopped, too-early or not-stated.",
    "settings": "People look for work in a setting like theirs. Give at least one id from settings.yaml.",
    "topics": "Without a topic nobody finds this by browsing. Give the main topic first, ids from topics.yaml.",
    "population": "Say in a few words whom the work was for.",
}
_SECTIONS_EXPECTED: Final = ("Problem", "What was done", "Results")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of a whole folder found, and how many files are case studies."""

    findings: list[Finding]
    case_studies: int


def check_folder(folder: ContentFolder, today: datetime.date) -> Checked:
    """Every finding about every file, in order of file and line.

    Raises:
        ContentError: the folder is missing or unreadable.
    """
    listing = folder.listing()
    vocabulary = Vocabulary.load(folder.vocabulary)
    findings = [*listing.findings, *vocabulary.findings]
    count = 0
    for entry in listing.entries:
        text, _, problem = read_text(entry)
        if text is None:
            findings += [problem] if problem else []
            continue
        parsed = case_study.read(text, entry.slug, entry.file)
        findings += [*parsed.findings, *check(parsed, vocabulary, entry.file, today)]
        findings += located_identifiers.findings_beside(folder.case_studies / entry.slug, f"case_studies/{entry.slug}")
        count += parsed.case_study is not None
    findings += addresses.problems(addresses.load(folder.path), {entry.slug for entry in listing.entries})
    findings += unfinished.findings(folder)
    return Checked(sorted(findings, key=lambda f: (f.file, f.line, f.field)), count)


def check(parsed: Parsed, vocabulary: Vocabulary, file: str, today: datetime.date) -> list[Finding]:
    """The findings about one file that could be read; `parsed.findings` are not repeated."""
    found = parsed.case_study
    if found is None:
        return []

    def finding(field: str, severity: Severity, code: str, message: str) -> Finding:
        line = parsed.lines.get(field) or parsed.lines.get(field.split(".", maxsplit=1)[0]) or 1
        return Finding(file, line, field, severity, code, message)

    make = finding
    return [
        *_ids(found, vocabulary, make),
        *_completeness(found, make),
        *_dates(found, today, make),
        *_headings(found, parsed, file),
        *located_identifiers.findings(parsed, file),
    ]


_Make = Callable[[str, Severity, str, str], Finding]


def _ids(found: CaseStudy, vocabulary: Vocabulary, make: _Make) -> Iterator[Finding]:
    lists: list[tuple[str, tuple[str, ...], Any, Callable[[str], list[str]]]] = [
        ("organisations", found.organisations, vocabulary.organisations, vocabulary.nearest_organisations),
        ("collaboratives", found.collaboratives, vocabulary.collaboratives, vocabulary.nearest_collaboratives),
    ]
    for name, scheme in vocabulary.schemes.items():
        value = getattr(found, "stage" if name == "stages" else name)
        lists.append((name, (value,) if isinstance(value, str) else value or (), scheme.concepts, scheme.nearest))
    for name, values, known, nearest in lists:
        field = "stage" if name == "stages" else name
        if not known:
            continue  # this content folder has no such vocabulary: nothing to check against
        for number, value in enumerate(values):
            place = field if field == "stage" else f"{field}.{number}"
            if value not in known:
                near = nearest(value)
                hint = (
                    f" Did you mean {' or '.join(near)}?"
                    if near
                    else " Look it up, or name it in words under partners."
                    if name == "organisations"
                    else ""
                )
                yield make(
                    place, Severity.ERROR, "unknown-id", f"{value!r} is not an id in vocabulary/{name}.yaml.{hint}"
                )
            elif getattr(known[value], "replaced_by", ""):
                yield make(
                    place,
                    Severity.WARNING,
                    "replaced-id",
                    f"{value} was replaced by {known[value].replaced_by}. Use that.",
                )
    if len(found.topics) > 5:
        yield make(
            "topics",
            Severity.WARNING,
            "too-many-topics",
            "There are more than five topics. Keep the five that matter most, the main one first.",
        )


def _completeness(found: CaseStudy, make: _Make) -> Iterator[Finding]:
    for field, reason in _RECOMMENDED.items():
        if not getattr(found, field) and field not in found.extra:  # what cannot be read is a finding already
            yield make(field, Severity.WARNING, "missing", f"There is no {field}. {reason}")
    if not (found.organisations or found.collaboratives or found.partners):
        yield make(
            "organisations",
            Severity.WARNING,
            "missing",
            "Nobody is named. Say who did the work under organisations, collaboratives or partners.",
        )
    if found.kind == "signpost" and not found.sources:
        yield make(
            "sources",
            Severity.ERROR,
            "sources-missing",
            "A signpost must say where the work was published. Add sources with at least a title.",
        )
    words = len((found.summary or "").split())
    if words > SUMMARY_WORDS:
        yield make(
            "summary", Severity.WARNING, "summary-long", f"The summary has {words} words. Keep it to {SUMMARY_WORDS}."
        )


def _dates(found: CaseStudy, today: datetime.date, make: _Make) -> Iterator[Finding]:
    if found.started and found.ended and found.ended[: len(found.started)] < found.started[: len(found.ended)]:
        yield make(
            "ended",
            Severity.ERROR,
            "dates-order",
            f"It ended ({found.ended}) before it started ({found.started}). Correct one of them.",
        )
    for field in ("published", "reviewed"):
        value = getattr(found, field)
        if value and value > today:
            yield make(field, Severity.WARNING, "date-future", f"{field} is in the future ({value}). Correct the date.")


def _headings(found: CaseStudy, parsed: Parsed, file: str) -> Iterator[Finding]:
    if not found.body:
        yield Finding(
            file,
            parsed.body_line,
            "body",
            Severity.WARNING,
            "body-empty",
            "There is no text under the front matter. Tell the story under headings such as ## Problem.",
        )
        return
    headings = markdown.headings(found.body)
    for level, words, line in headings:
        if level == 1:
            yield Finding(
                file,
                parsed.body_line + line,
                "body",
                Severity.WARNING,
                "heading-level",
                f"The heading {words!r} has one #. The title is the page's only main heading: use ## here.",
            )
    empty = [section.heading for section in found.sections if section.heading and not section.blocks]
    if empty:
        advice = f"There is nothing under {', '.join(empty)}. Write something, or delete the heading."
        yield Finding(file, parsed.body_line, "body", Severity.WARNING, "section-empty", advice)
    present = {words for level, words, _ in headings if level <= 2}
    missing = [name for name in _SECTIONS_EXPECTED if name not in present]
    if missing:
        yield Finding(
            file, parsed.body_line, "body", Severity.WARNING, "section-missing",
            f"There is no section {' or '.join(missing)}. The usual headings are: {', '.join(SECTIONS)}.",
        )  # fmt: skip
