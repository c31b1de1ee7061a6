"""Owns spotting NHS numbers, and those of Scotland and Northern Ireland, with and without a valid check digit. Never looks one up."""

import re
from collections.abc import Iterator
from typing import Final

from nhs_number.validate import is_valid

from kb.content.shapes.digit_runs import Digits, Run, counts_things, numbers_a_thing, surely_numbers_a_thing
from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.readable import Readable

_GROUPED: Final = (3, 3, 4)  # how an NHS number is written
_NUMBER: Final = r"(?:no|nos|num|number|numbers|nbr|nr|id|identifier|\#)(?![a-z])"
_CALLED: Final = re.compile(
    rf"(?:n\.? ?h\.? ?s\.?|(?:national )?health service|chi|h ?& ?c|h and c|hcn|hsc|health (?:and|&) care)(?:'s)?[ _\-]?{_NUMBER}"
    r"|nhs(?=[ :.)#\-=|\]]{0,3}\d{3,})|chi(?=[ :]{1,2}\d{6})|hcn(?=[ :]{1,2}\d{3})"
)
_FIRST_WORDS: Final = frozenset(
    """
    nhs chi hcn hsc health h n
    """.split()
)
_CALLED_AFTER: Final = re.compile(rf"[^.\d\n]{{0,34}}\b(?:nhs|chi|health service|h&c)[ _\-]?{_NUMBER}")
_REACH: Final = 48  # "The NHS number was split over two cells, 959 057 and 2030."
_LOOSE: Final = re.compile(
    r"[\dOoIl](?:[\s\-./|,()\[\]_:+]|(?:and|then|plus|followed by|the|last|first|next|four|six|three|digits|are|is|ending|cell|line|column|part)(?![a-z])){0,12}"
)
_PERSON: Final = re.compile(
    r"\b(?:patients?|pt|service user|client|resident|inpatient|carer|his|her|their|she|he|record|notes|wristband|consent|identifier|referral|lady|man|woman|case|letter|label)\b"
)
_CALL_OR_BOOK: Final = re.compile(r"\b(?:zoom|meeting|teams|webinar|dial|isbn|issn|doi|pmid)\b")
_OF_WORK: Final = re.compile(
    r"\b(?:ledger|software|budget|account|stock|store|supplier|equipment|software|system log|server|file size|total|sum|turnover|spend|licences?|server|database|website|link|page|url|download|update|device|machine|scanner|pump|monitor)\b"
)
_YEARS: Final = re.compile(r"(?:(?:19|20)\d\d(?:[ ./|,\-]{1,3}\d\d(?!\d))?[ ./|,\-]{0,3})+")
_DATE_FIRST: Final = re.compile(
    r"(?:[0-3]?\d[./ \-][01]?\d[./ \-](?:19|20)\d\d|(?:19|20)\d\d[./ \-][01]\d[./ \-][0-3]\d)\b"
)
_ISSUED: Final = "4679"  # the first digit of those issued in England, Wales and the Isle of Man, and of test numbers
_APART: Final = frozenset("/|,:+=_")  # between groups of other things too


def nhs_numbers(text: Readable, digits: Digits) -> Iterator[Identifier]:
    """NHS numbers: with a valid check digit however grouped, grouped as they are written, or called so."""
    yield from _called_so(text)
    for run in digits.runs:
        size = sum(run.sizes)
        if size < 10 or (size > 10 and len(run.groups) == 1):
            continue
        for part in _candidates(run):
            said = surely_numbers_a_thing if part.sizes == _GROUPED else numbers_a_thing
            thing = counts_things(text, part.start, part.end)
            sure = (
                part.sizes == _GROUPED
                and is_valid(part.digits)
                and not _CALL_OR_BOOK.search(text.before(part.start, 40))
            )
            if sure or (not said(text, part.start) and not (thing and "nhs" not in text.before(part.start))):
                yield from _one(text, part)
    for start, end, spelt in digits.spelt:
        if len(spelt) == 10:
            yield identifier("nhs-number", *text.span(start, end), is_valid(spelt))


def _one(text: Readable, part: Run) -> Iterator[Identifier]:
    digits, sizes, signs = part.digits, part.sizes, set("".join(part.joints)) & _APART
    written, place = text.text[part.start : part.end], text.span(part.start, part.end)
    if _CALLED_AFTER.match(text.lower, part.end):
        yield identifier("nhs-number", *place, True)
        return
    if _YEARS.fullmatch(written) or _DATE_FIRST.match(written):
        return
    if text.in_address(part.start) and not (sizes == (10,) and digits[0] in _ISSUED and is_valid(digits)):
        return
    if ("." in part.joints and set(part.joints) != {"."}) or (signs - {"/", "|"} and sizes != _GROUPED):
        return  # 4,010,232,137
    low, high = text.sentence(part.start, part.end)
    if is_valid(digits):
        sure = not signs and not text.in_address(part.start) and max(map(len, part.joints), default=0) < 4
        yield identifier("nhs-number", *place, sure and (len(sizes) < 6 or len(sizes) == 10))
    elif (
        (sizes == _GROUPED and digits[0] != "0" and (not signs or (signs == {"|"} and " " in part.joints)))
        or (_CALLED.search(text.lower, low, high) and not signs)
        or (
            sizes == (10,)
            and digits[0] != "0"
            and (
                (digits[0] in _ISSUED and not _OF_WORK.search(text.lower, low, high))
                or _PERSON.search(text.before(part.start, 40))
            )
        )
        or (
            digits[0] in _ISSUED
            and not signs
            and sizes != (10,)
            and (len(sizes) < 4 or (len(sizes) < 6 and _PERSON.search(text.before(part.start, 40))))
        )
    ):
        yield identifier("nhs-number", *place, False)


def _candidates(run: Run) -> Iterator[Run]:
    """The whole run when it has ten digits, however grouped; else what in it looks like one."""
    sizes = run.sizes
    if sum(sizes) == 10:
        yield run
        return
    for first, size in enumerate(sizes):
        if size == 10:
            yield run.part(first, first + 1)
        elif sizes[first : first + 3] == _GROUPED:
            yield run.part(first, first + 3)


def _called_so(text: Readable) -> Iterator[Identifier]:
    lower = text.lower
    for begin in text.where(_FIRST_WORDS):
        label = _CALLED.match(lower, begin)
        if not label:
            continue
        limit = min(len(lower), label.end() + _REACH)
        start = next((n for n in range(label.end(), limit) if lower[n].isdigit() or lower[n] == "\n"), limit)
        if start == limit or lower[start] == "\n" or re.search(r"[.?!] +[A-Z]", text.text[label.end() : start]):
            continue
        close = last = start
        count = 0
        while count < 12 and (digit := _LOOSE.match(text.text, last)):
            count, last, close = count + 1, digit.end(), digit.start() + 1
        if count in (9, 10) or (count == 11 and lower[start:close].isdigit()):
            yield identifier("nhs-number", *text.span(start, close), count == 10)
