"""Owns how people write a day: 12/3/80, 12 March 1980, March 12th, the twelfth of the third. Never says what happened on it."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.readable import Readable

MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_ORDINAL: Final = (
    r"(?:(?:twenty|thirty)[- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|first|second|third|fourth|fifth|sixth"
    r"|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth"
    r"|twentieth|thirtieth)"
)
_YEAR: Final = r"(?:(?:19|20)\d\d|'?\d\d(?!\d))"
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_NUMBER: Final = (
    r"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ \-](?:one|two|three|four|five|six|seven|eight|nine))?"
    r"|(?:(?:oh|zero) )?(?:one|two|three|four|five|six|seven|eight|nine)|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen)"
)
# Told with figures: 12/3/80, 1980-03-12, 12 03 1980, 12 March 1980, 12th of March, 12Mar80; 12:3:80 and 12.iii.80 are rarer.
# One sign throughout: in a row of a table, what stands in the cell before is no day.
_IN_FIGURES: Final = re.compile(
    rf"{_DAY} ?(?P<same>[./|\-]) ?(?:0?[1-9]|1[0-2]|{MONTH}) ?(?P=same) ?{_YEAR}"
    rf"|(?:19|20)\d\d ?[./|\- ] ?(?:0?[1-9]|1[0-2]) ?[./|\- ] ?{_DAY}(?!\d)"
    rf"|{_DAY} (?:0?[1-9]|1[0-2]) {_YEAR}"
    rf"|{_DAY}(?:st|nd|rd|th)? ?(?:day )?(?:of )?[\-./]?{MONTH}(?![a-z])(?:[ ,.\-/]{{0,3}}{_YEAR})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th) of the \d{{1,2}}(?:st|nd|rd|th),? (?:(?:19|20)\d\d|\d\d)"
    rf"|\d{{1,2}} ?(?P<sign>[./|\\\-_:]) ?(?:\d{{1,2}}|[ivx]{{1,4}}) ?(?P=sign) ?{_YEAR}|\d{{1,2}} [ivx]{{1,4}} (?:19|20)\d\d"
    rf"|(?:19|20)\d\d,? {MONTH}\.? \d{{1,2}}(?!\d)"
)
# What all of them begin with: most figures are none, and this tells so at once.
_HINT: Final = re.compile(
    r"(?<!\d)(?=\d{1,4}(?:st|nd|rd|th)?,?(?: ?[./|\\\-_:,] ?| )?(?:of |day of |day )?(?:[ivx\d]{1,4}(?: ?[./|\\\-_:] ?| )'?\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|the \d))"
)
# Or with words first: March 12th 1980, the fourth of July, the third of the fifth eighty.
_IN_WORDS: Final = re.compile(
    rf"{MONTH}\.? (?:the )?{_DAY}(?:st|nd|rd|th)?(?![\d%])(?:,? ?{_YEAR})?"
    rf"|{_ORDINAL} ?(?:day )?(?:of )?(?:{MONTH}(?![a-z])|the {_ORDINAL})(?:[ ,]{{1,2}}(?:{_YEAR}|(?:nineteen |twenty )?{_NUMBER}))?"
    rf"|{_NUMBER}[ ,/\-]{{1,2}}{_NUMBER}[ ,/\-]{{1,2}}(?:nineteen )?(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ \-]\w+)?"
)
_WORDS: Final = frozenset(
    """jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september october
    november december first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
    fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth""".split()
)
_NUMBERS: Final = frozenset(
    """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
    twenty thirty oh""".split()
)
_YEAR_FIRST: Final = re.compile(r"(?:19|20)\d\d(?!\d)")
_LONG_AGO: Final = re.compile(r"(?:^|\D)(?:19\d\d|200[0-5])(?!\d)|(?:^|\D)[3-9]\d$")
_BEFORE_TODAYS_WORK: Final = re.compile(r"(?:^|\D)(?:19\d\d|200\d|201[0-5])(?!\d)|(?:^|\D)(?:[03-9]\d|1[0-5]|2[7-9])$")


def dates(text: Readable, spelt: bool) -> Iterator[tuple[int, int]]:
    """From where to where each day goes that is written out in the text.

    Args:
        text: where to look.
        spelt: whether to look for days told in three numbers, too: fourteen two forty-one.
    """
    lower = text.lower
    for hint in _HINT.finditer(lower):
        start = hint.start()
        match = _IN_FIGURES.match(lower, start)
        if match and not (
            start
            and (lower[start - 1].isdigit() or (lower[start - 1] in "./-" and lower[start - 2 : start - 1].isdigit()))
        ):
            yield start, match.end()
    for start in text.where(_WORDS | _NUMBERS if spelt else _WORDS):
        if found := _IN_WORDS.match(lower, start):
            yield found.span()


def is_long_ago(date: str) -> bool:
    """Whether hardly any improvement work took place in that year: until 2005, or a year of two figures from 30 on."""
    return bool(_LONG_AGO.search(_year_last(date)))


def _year_last(date: str) -> str:
    """The date up to its year: in 2024-09-30 the last figures are a day."""
    year = _YEAR_FIRST.match(date)
    return year.group() if year else date


def is_before_todays_work(date: str) -> bool:
    """The same, less surely: until 2015."""
    return bool(_BEFORE_TODAYS_WORK.search(_year_last(date)))
