"""Owns how people write an age: 34, thirty-four, 34yo, 34F, aged 34, in her thirties. Never says whose it is."""

import re
from typing import Final

from kb.content.shapes.readable import Readable

_UNITS: Final = "(?:one|two|three|four|five|six|seven|eight|nine)"
AGE_WORDS: Final = (
    rf"(?:eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ \-]{_UNITS})?"
    rf"|(?:a|one) hundred(?: and {_UNITS})?)"
)
# Not part of a longer number or a decimal.
AGE: Final = rf"(?:(?<!\d)(?<!\d[.,])(?:1[01]\d|[1-9]?\d)(?![\d%]|[.,]\d)|\b{AGE_WORDS})"
SEX: Final = r"(?:[MFmf]|male|female|man|woman|boy|girl|lady|gentleman)(?![A-Za-z])"
OLD: Final = (
    r"(?:y\.?o\b\.?|y/?o\b|yrs?\b\.?(?:[ -]old)?|years?\b(?:[ \-](?:old|of age)\b)?|[- ]?y(?:ea)?r[- ]old\b|y\b)"
)
_SURELY_OLD: Final = (
    r"(?:y\.?o\b\.?|y/?o\b|yrs?\b\.?|years?(?:\ |-)(?:old|of\ age)\b|-?\ ?y(?:ea)?r[- ]old\b|years?(?=[),;.]|$)|y\b)"
)
# Words that can hardly be of anything but a person's age.
_AGE: Final = AGE.replace(" ", r"\ ")  # a space counts in the pattern below only when marked
SURE: Final = re.compile(
    rf"""\b[Aa]ge(?:d|\ of|:)?\ ?:?\ ?(?:just\ |only\ )?{_AGE}|{_AGE}(?:\ ?-?{_SURELY_OLD}|/?(?:[MFmf]\b)|\ [MF]\b)|\b[MFmf]/?(?:1[01]\d|[1-9]\d)\b
    | \b(?:is|was|are|were|turned|turns|reached|be|'s)\ (?:only\ |just\ |now\ |still\ |nearly\ |about\ |both\ )?{_AGE}(?=[,.;:)"']|$|\ (?:when|and|at|on|then|now|in|with|but|by|years|today|last|this|next|just|two|a|he|she|they)\b)
    | \b(?:man|woman|boy|girl|lady|gentleman)\ of\ {_AGE}(?![\d%])
    | \b(?:{_UNITS}|ten)[ \-]years?[ \-]old\b | \b(?:turned|nearly|not\ yet|almost)\ (?:{_UNITS}|ten)\b(?=[,.;)]|$)
    | \bat\ {_AGE}\ (?:she|he|they)\b
    | (?:1[01]\d|[1-9]\d)(?:st|nd|rd|th)\ (?:birthday|year)\b
    | \bin\ (?:his|her|their)\ (?:early\ |mid[- ]|late\ )?(?:[1-9]0s|teens|\w+ties)\b
    | \b[Yy]ear\ (?:[1-9]|1[0-3])\b | \b\d{{1,2}}/(?:12|52)\b | \b\d{{1,2}}\ (?:weeks?|months?)[ -]old\b""",
    re.VERBOSE,
)
_BAND_BEFORE: Final = re.compile(
    r"\b(?:over|under|than|between|least|most|from|up to|average|mean|median|range|those|people|patients|adults|children|everyone|anyone) ?\(?$"
    r"|(?:\d|teen|ty) (?:to|and|or) ?$|\d-$|[<>\u2264\u2265] ?$"
)
_BAND_AFTER: Final = re.compile(
    r" ?(?:(?:years )?(?:and|or) (?:over|above|under|older|younger|more)|to \d|-\d|\+|\u00b1)"
)


def is_a_band(text: Readable, start: int, end: int) -> bool:
    """Whether that age is one end of a range or an average: aged 18 to 65, over 90, 34 ± 6."""
    return bool(_BAND_BEFORE.search(text.before(start, 16)) or _BAND_AFTER.match(text.lower, end))
