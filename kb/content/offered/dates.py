"""Owns when the work was done, as a document says it: a month it began, a month it ended. Never reads a date of something else.

Documents are full of dates: of the audit before, of guidelines, of plans. One is offered where a form asks for it, where
the sentence says that something began or ran then, or where results are told of that period.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kb.content.offered.offer import Offer, Told, quoted, sentences

_MOST: Final = 2  # offers for each end
_SENTENCE: Final = 1_000  # characters; what is longer is no sentence
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = r"(?P<{0}m>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_YEAR: Final = r"(?P<{0}y>(?:19|20)\d\d)"
_DAY: Final = r"(?:(?P<{0}d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?"
_POINT: Final = rf"(?:{_DAY}{_MONTH}(?:,?\s+{_YEAR})?)"
_FULL: Final = rf"(?:{_DAY}{_MONTH},?\s+{_YEAR})"
_TO: Final = r"\s*(?:to|until|till|through(?: to)?|and|[-\u2013\u2014])\s*"

_RANGE: Final = re.compile(rf"\b{_POINT.format('a')}{_TO}{_FULL.format('b')}", re.IGNORECASE)
_YEARS: Final = re.compile(r"\b(?P<ay>(?:19|20)\d\d)\s*(?:to|until|[-\u2013\u2014])\s*(?P<by>(?:19|20)\d\d)\b(?![-/])")
_SINGLE: Final = re.compile(rf"\b{_FULL.format('a')}", re.IGNORECASE)
_NUMERIC: Final = re.compile(r"\b(?:(?P<ad>\d{1,2})[./])?(?P<an>\d{1,2})[./](?P<ay>(?:19|20)\d\d)\b")
_ONLY_YEAR: Final = re.compile(r"\b(?P<ay>(?:19|20)\d\d)\b")
_BEGAN: Final = re.compile(
    r"\b(?:began|begun|started|start(?:ing)? (?:in|on|from)|launched|introduced|opened|set up|established|went live|commenced|kicked off|piloted|rolled out)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_ENDED: Final = re.compile(r"\b(?:ended|finished|completed|concluded|came to an end)\b[^.;]{0,40}$", re.IGNORECASE)
_RAN: Final = re.compile(
    r"\b(?:project|pilot|programme|work|trial|initiative|collaborative|intervention|improvement|ran|run|took place|tested|implemented|delivered|we)\b",
    re.IGNORECASE,
)
# Periods of something else.
_OTHER: Final = re.compile(
    r"\b(?:baseline|published|guidance|guideline|literature|previous|prior|before the|plan(?:s|ned)? to|will|aim(?:s|ed)? to|intend|hope to|report of|act of|retrospective"
    r"|compared with|strategy|deadline)\b",
    re.IGNORECASE,
)
_PARTS: Final = frozenset(("What was done", "Results", "Summary", "Aim", "Spread", "What was learned", "Title", ""))


@dataclass(frozen=True, slots=True)
class _Hit:
    field: str
    value: str
    score: int
    told: Told
    span: tuple[int, int]
    sure: bool = False


def dates(told: Sequence[Told]) -> Iterator[Offer]:
    """Offers for `started` and `ended`, the plainest first."""
    hits = [hit for one in told for hit in _hits(one)]
    for name in ("started", "ended"):
        ranked = sorted((hit for hit in hits if hit.field == name), key=lambda hit: -hit.score)
        seen: dict[str, _Hit] = {}
        for hit in ranked:
            seen.setdefault(hit.value, hit)
        sure = [hit for hit in seen.values() if hit.sure]
        for hit in list(seen.values())[:_MOST]:
            verb = "began" if name == "started" else "ended"
            reason = f"Read as when the work {verb}: it stands {hit.told.where}."
            whole = hit.told.text.strip(" .") == hit.told.text[slice(*hit.span)]
            yield Offer(name, hit.value, quoted(hit.told.text, *hit.span), reason, hit.sure and len(sure) == 1, whole)


def period(sentence: str) -> str:
    """The period that a sentence names, such as "April 2023 to March 2024"; empty when it names none."""
    found = _RANGE.search(sentence) or _YEARS.search(sentence)
    return re.sub(r"\s+(?:and|until|till)\s+", " to ", " ".join(found[0].split())) if found else ""


def _hits(one: Told) -> Iterator[_Hit]:
    if one.part in ("Started", "Ended", "Dates"):
        yield from _labelled(one)
    elif one.part in _PARTS:
        for start, sentence in sentences(one.text):
            if len(sentence) <= _SENTENCE:
                yield from _in_sentence(one, start, sentence)


def _labelled(one: Told) -> Iterator[_Hit]:
    """What stands under a heading that asks for a date."""
    found = _RANGE.search(one.text) or _YEARS.search(one.text)
    if found:
        for name, key in (("started", "a"), ("ended", "b")):
            if value := _value(found, key):
                yield _Hit(name, value, 9, one, found.span(), sure=True)
        return
    single = _SINGLE.search(one.text) or _NUMERIC.search(one.text) or _ONLY_YEAR.search(one.text)
    if single and (value := _value(single, "a")):
        yield _Hit(
            "ended" if one.part == "Ended" else "started",
            value,
            9 if one.part != "Dates" else 5,
            one,
            single.span(),
            one.part != "Dates",
        )


def _in_sentence(one: Told, start: int, sentence: str) -> Iterator[_Hit]:
    ranges = [*_RANGE.finditer(sentence), *_YEARS.finditer(sentence)]
    for found in ranges:
        around = sentence[max(0, found.start() - 80) : found.end() + 80]
        score = (
            2 * bool(_RAN.search(sentence))
            + (one.part in ("What was done", "Results"))
            - 4 * bool(_OTHER.search(around))
        )
        if score >= 1 + (found.re is _YEARS):
            for name, key in (("started", "a"), ("ended", "b")):
                if value := _value(found, key):
                    yield _Hit(name, value, score, one, (start + found.start(), start + found.end()))
    for found in () if ranges else _SINGLE.finditer(sentence):
        before = sentence[: found.start()]
        for name, verbs in (("started", _BEGAN), ("ended", _ENDED)):
            if verbs.search(before) and not _OTHER.search(sentence) and (value := _value(found, "a")):
                yield _Hit(name, value, 3, one, (start + found.start(), start + found.end()))


def _value(found: re.Match[str], key: str) -> str:
    """YYYY, YYYY-MM or YYYY-MM-DD of one end of a period; the first month of two may leave its year to the second."""
    parts = found.groupdict()
    year = parts.get(f"{key}y") or parts.get("by")
    name, numeric, day = parts.get(f"{key}m"), parts.get(f"{key}n"), parts.get(f"{key}d")
    if name:
        month = _MONTHS.index(name.lower()[:3]) + 1
    elif numeric and 1 <= int(numeric) <= 12:
        month = int(numeric)
    else:
        return "" if numeric else str(year)
    if key == "a" and not parts.get("ay") and parts.get("bm") and month > _MONTHS.index(parts["bm"].lower()[:3]) + 1:
        return ""  # "November to March 2024": which November is not said
    return f"{year}-{month:02d}-{int(day):02d}" if day and 1 <= int(day) <= 28 else f"{year}-{month:02d}"
