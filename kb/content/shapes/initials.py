"""Owns spotting initials beside an age, as staff write about a patient among themselves. Never takes a usual acronym for a person."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.acronyms import are_nobodys
from kb.content.shapes.ages import AGE, OLD, SEX, SURE, is_a_band
from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.readable import Readable

# JS, J.S., J. S., J-S, JRS, J S
_CAPITALS: Final = re.compile(
    r"[A-Z](?:\. ?[A-Z]\b\.?(?: ?[A-Z]\b\.)?(?:-[A-Z]\b\.?)?|[A-Z]?-[A-Z](?![A-Za-z\d&+/-])|-?[A-Z]{1,2}(?![A-Za-z\d&+/-]|\.\w)| [A-Z](?=[,( |]))"
)
# JS34F, js34f, JS/34, JS-34F: from the age on, and what stands before it.
_AGE_TOGETHER: Final = re.compile(r"[1-9]\d(?P<sure>-?[MFmf]|yo|yrs)?(?![\w.])")
_BEFORE_TOGETHER: Final = re.compile(
    r"(?<![\w.&/])(?:(?P<joined>[A-Z]{2}|[a-z]{2})|(?P<apart>[A-Z]{2})(?:[/-](?:[MF]/)?))$"
)
# One letter stands for a person after these: Mrs K, my son J, patient B.
_ONE_LETTER: Final = re.compile(r"[A-Za-z]+\.?(?:,? | \(|: ?)(?P<letter>[A-Za-z])(?:c[A-Z]|'[A-Z]|-[A-Z])?\b(?!')\.?")
_TITLES: Final = frozenset(
    """mr mrs ms miss mx master patient client resident child pupil pt user case man woman boy girl lad lady gentleman person baby mother
    father carer daughter son inpatient teenager student brother sister husband wife mum mam dad partner nan gran grandmother
    grandfather grandma grandad uncle aunt auntie friend neighbour niece nephew cousin twin our my""".split()
)
# And where nothing else can be meant: (K, 19), "K", 34, - J, 34
_ALONE_BEFORE: Final = re.compile(
    r"(?:^|[(\[\"'\n] ?|- |[.,;:] |\b(?:and|with|for|that|when|of|like|met|saw|then|but|helped|told|by|because) )$"
)
_ALONE: Final = re.compile(
    r"[B-EG-HJ-LN-Z](?:\.|\b)(?!'\w)(?=[\"']?\)?(?:, ?(?:now |aged |who |my |a )?| \(?| is | was | turned )(?:\w+,? (?:is |was )?)?(?:aged )?\d)"
)
# In small letters: at the start of a line or an entry, or after pt.
_SMALL_BEFORE: Final = re.compile(
    r"(?:^|[.:;|\n-] ?|\b(?:pt|patient|client|su) )(?P<letters>[a-z]\. ?[a-z]\.?|[a-z]{2})(?:, ?| ?\(|/| - | |\|)(?:aged? |[mf][, /|] ?)?$"
)
_SMALL_WORDS: Final = frozenset(
    """no wk yr pg vs ch st nd rd th fy tv hr eg ie am pm nb cf sd se ci na we he us it is an as at of in on to so or by up if me my do
    go be ed mr ms dr mx pt mg ml km kg gp qi uk ml v1 in ld mh""".split()
)
_SEPARATOR: Final = r"(?: ?[\"')\]]{0,2} ?[,;:(|/=\[_]{1,2} ?| - |(?<=\.)- ?|-(?=\d\d?-(?:fe)?male\b)|[\"')\]]{1,2} |'s |\. (?=[1-9]\d\.)| )"
_FILL: Final = (
    r"(?:(?:now|then|whose|who|will be|turned|aet\.?|is|was|just|only|still|about|nearly|almost|aged?|approx|around|a|an|the|my|our|her|his|she|he|retired|and|of|initials)\b"
    rf"|{SEX}|(?:left|right|centre)\)|c\.|approx\.)[ .:=,;/|(\-]{{0,3}}"
)
_NEXT: Final = re.compile(
    rf"{_SEPARATOR}(?P<fill>(?:{_FILL}){{0,4}})\(?(?P<age>{AGE})(?P<tail>[ /]?-?(?:{OLD}|{SEX})| \| [MFmf](?= ?\|)|\u00bd| and a half|-ish| next (?:week|month|year|birthday)\b|-(?:fe)?male\b|(?= (?:sec|s[23]|inf|informal|vol|bed)\b)|(?= ?(?:[,;:)\"'|/\]_]|-(?!\w)|$|\n|\.(?!\d))))"
)
# A retired miner, 71, or a teacher of 61, or from Hawsby (44): only where it stands right after the initials.
_IN_APPOSITION: Final = re.compile(
    r"(?:, (?:a|an|the|my|our|who)\b| \((?:a|an|the|my|our|her|his)\b| (?:of|from|on|in|at) [A-Z])[^.;\n\d]{0,44}?(?:, | \(|\bof )(?P<age>1[01]\d|[1-9]\d)(?=[,.;)]|$)(?!\.\d)"
)
_SAID: Final = re.compile(
    r"[Ii]nitials?(?: (?:are|were|is|was|of))?[ :=(]{1,2}(?P<letters>[A-Z]\.?(?: and )?[A-Z]\b\.?)"
)
_ROW: Final = re.compile(r" ?\|[^\n]{0,80}?\| ?(?P<age>[1-9]\d) ?(?:\||$|\n)")
_FIRST: Final = re.compile(
    rf"(?:(?:^|[(|\[\n]) ?{AGE}(?:[,|/] ?| \| )(?:[MFmf][,|/ ]+)?|\b{AGE} ?[MFmf][ ,:/]{{1,2}}|[MF]/?\d\d[ ,/|]{{1,2}}|\d\d/[MF]/|\b[Aa]t {AGE}, )$"
)
_REACH: Final = 52  # characters between initials and an age that still belong together
_OTHERS: Final = re.compile(r"[A-Z]{2}")
_NAME_BEFORE: Final = re.compile(
    r"(?:\b(?!(?:When|If|Then|While|Since|After|Because|Although|Once|Before|Our|The|And|But|For|As|At|On|By|With|Where|My|His|Her|Then|Yesterday|Today|In|That|Once)\b)[A-Z][a-z'\-]+,? |&)$"
)
_NAME_AFTER: Final = re.compile(r" [A-Z][a-z]+ [A-Z]?")
_PERSON_BEFORE: Final = re.compile(
    r"(?:[Pp]atient|[Cc]lient|[Rr]esident|[Cc]ase|[Pp]t|[Uu]ser|[Mm]an|[Ww]oman|[Pp]hoto|[Ii]nterview|[Ii]nitials|Mrs?|Ms|Miss|[A-Z][a-z]+ \d+)[.:,]? $"
)
_CITING: Final = re.compile(r"\b(?:19|20)\d\d;|\bet al|doi|[Jj]ournal|BMJ|Lancet|[A-Z][a-z]+ [A-Z]{1,2}(?:,|\.) [A-Z]")
_WORD: Final = re.compile(r"[a-z]{3}|\| ?[MFmfYN] ?(?:\||$)")
_COUNTED: Final = re.compile(r" (?!(?:was|is|had|has|who|said|fell|told|lives|lived|came|did|refused)\b)[a-z]")
_NOT_YEARS: Final = re.compile(
    r" ?(?:%|gb\b|mb\b|mg\b|ml\b|kg\b|rows\b|per\b|days?\b|hours?\b|h\b|minutes\b|beds?\b|miles\b|staff\b|wards?\b|patients\b|people\b|teams?\b|trusts\b|wte\b)"
)
_THING: Final = re.compile(
    r"\b(?:ward|group|site|option|team|unit|hospital|trust|phase|level|band|class|section|part|appendix|figure|table|vitamin|hepatitis|type|code|block|plan|version|category|grade|room|bay|module|stage|step|arm|cohort|area|zone|school|practice|home|house|service|provider) $"
)


def initials_with_age(text: Readable) -> Iterator[Identifier]:
    """Initials with an age beside them, or in one sentence with what is surely one."""
    if not text.has_digit_or(_AGE_CUES):
        return
    original = text.text
    for match in _CAPITALS.finditer(original):
        letters = match.group()
        if are_nobodys(letters) or _is_inside(original, match.start(), letters):
            continue
        yield from _beside(text, match.start(), match.end(), dotted=not letters.isalpha())
    for age in _AGE_TOGETHER.finditer(original) if text.has_digit else ():
        yield from _before_figures(text, age)
    for match in _SAID.finditer(original) if not text.words.isdisjoint(("initials", "initial")) else ():
        yield identifier("initials-age", *text.span(*match.span("letters")), False)
    for start in text.where(_TITLES):
        one = _ONE_LETTER.match(original, start)
        if (
            one
            and one["letter"].isupper() == (original[start].isupper() or one["letter"].isupper())
            and one["letter"] not in "aiI"
        ):
            yield from _beside(text, start, one.end(), dotted=True)
    for match in _ALONE.finditer(original):
        start = match.start()
        if _ALONE_BEFORE.search(original, max(0, start - 9), start) and not _THING.search(text.before(start, 16)):
            yield from _beside(text, start, match.end(), dotted=True)


_AGE_CUES: Final = frozenset(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred teens twenties thirties forties fifties sixties seventies eighties nineties".split()
)


def _before_figures(text: Readable, age: re.Match[str]) -> Iterator[Identifier]:
    """Initials that lead on to the figures there without a space, or in small letters."""
    original, start = text.text, age.start()
    together = _BEFORE_TOGETHER.search(original, max(0, start - 6), start)
    if together and (age["sure"] or (together["apart"] and "/" in together.group())):
        if not are_nobodys((together["joined"] or together["apart"]).upper()):
            yield identifier("initials-age", *text.span(together.start(), age.end()), False)
        return
    small = _SMALL_BEFORE.search(original, max(0, start - 24), start)
    if small and small["letters"].replace(".", "").replace(" ", "") not in _SMALL_WORDS:
        yield from _beside(text, small.start("letters"), small.end("letters"), dotted=True)


def _is_inside(original: str, start: int, letters: str) -> bool:
    """Whether the letters are the end of a longer word, or of a time such as 9 AM."""
    if not start:
        return False
    if letters.replace(".", "") in ("AM", "PM") and original[max(0, start - 2) : start].strip().isdigit():
        return True
    before = original[start - 1]
    return before.isalnum() or before in "._&/" or (start > 1 and before in "'-" and original[start - 2].isalnum())


def _beside(text: Readable, start: int, end: int, dotted: bool) -> Iterator[Identifier]:
    original = text.text
    after = _NEXT.match(original, end)
    if after and _is_age(text, start, after, dotted):
        yield identifier("initials-age", *text.span(start, after.end("age")), False)
        return
    if (
        original[end : end + 2].lstrip()[:1] == "|"
        and (row := _ROW.match(original, end))
        and _WORD.search(original, end, end + 90)
    ):
        yield identifier("initials-age", *text.span(start, row.end("age")), False)
        return
    if not dotted and end - start > 2:
        return  # three letters are rarely initials
    if _NAME_AFTER.match(original, end) or (
        _NAME_BEFORE.search(original[max(0, start - 30) : start])
        and not _PERSON_BEFORE.search(original[max(0, start - 30) : start])
    ):
        return
    if _FIRST.search(original, max(0, start - 24), start) and not is_a_band(text, max(0, start - 6), start):
        yield identifier("initials-age", *text.span(start, end), False)
        return
    near = _IN_APPOSITION.match(original, end)
    if near and not is_a_band(text, near.start("age"), near.end()):
        yield identifier("initials-age", *text.span(start, near.end("age")), False)
        return
    low, high = text.sentence(start, end)
    for age in SURE.finditer(original, max(low, start - _REACH), min(high + 40, end + _REACH)):
        gap = original[end : age.start()] if age.start() >= end else original[age.end() : start]
        if (
            not _OTHERS.search(gap)
            and not is_a_band(text, age.start(), age.end())
            and not _NOT_YEARS.match(text.lower, age.end())
        ):
            yield identifier("initials-age", *text.span(start, end), False)
            return


def _is_age(text: Readable, start: int, after: re.Match[str], dotted: bool) -> bool:
    original, fill, age = text.text, after["fill"], after["age"]
    if is_a_band(text, after.start("age"), after.end("age")) or _NOT_YEARS.match(text.lower, after.end()):
        return False
    said = bool(after["tail"].strip(" -")) or "age" in fill or re.search(r"\b(?:is|was|turned)\b", fill)
    if said:
        return (
            dotted
            or len(original[start : after.start()]) < 3
            or after["tail"].strip(" -/") not in ("", "years", "year")
        )
    if not dotted and after.start() - start > 2:
        return False
    plain = after.group()[: after.start("age") - after.start()].strip() == ""
    small = age.isdigit() and int(age) < (1 if dotted else 5)
    ahead = original[max(0, start - 40) : start]
    if (
        small
        or (plain and not dotted and not _PERSON_BEFORE.search(ahead))
        or (plain and original[start].islower() and len(age) < 2)
    ):
        return False
    if (
        _NAME_BEFORE.search(ahead)
        and not _PERSON_BEFORE.search(ahead)
        and _CITING.search(original, max(0, start - 40), after.end() + 60)
    ):
        return False
    if "|" in after.group() and not _WORD.search(original, after.end(), after.end() + 200) and not dotted:
        return True
    return not _COUNTED.match(original, after.end())
