"""Owns spotting dates of birth, in every way that people write a date. Never stops a date that is only a date."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.acronyms import are_nobodys
from kb.content.shapes.given_names import is_only_a_name
from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.readable import Readable

MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_ORDINAL_WORD: Final = (
    r"(?:(?:twenty|thirty)[- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|first|second|third|fourth|fifth|sixth"
    r"|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth"
    r"|twentieth|thirtieth)"
)
_YEAR: Final = r"(?:(?:19|20)\d\d|'?\d\d(?!\d))"
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
# With a day in it, and with or without the year: 12/3/80, 1980-03-12, 12 03 1980, 12th of March 1980, March 12th, the fourth of July.
DATE: Final = (
    rf"(?:{_DAY} ?[./|\-] ?(?:0?[1-9]|1[0-2]|{MONTH}) ?[./|\-] ?{_YEAR}"
    rf"|(?:19|20)\d\d ?[./|\- ] ?(?:0?[1-9]|1[0-2]) ?[./|\- ] ?{_DAY}(?!\d)"
    rf"|{_DAY} (?:0?[1-9]|1[0-2]) {_YEAR}"
    rf"|(?:the )?(?:{_DAY}(?:st|nd|rd|th)?|{_ORDINAL_WORD}) ?(?:day )?(?:of )?[\-./]?{MONTH}(?![a-z])(?:[ ,.\-/]{{0,3}}{_YEAR})?"
    rf"|{MONTH}\.? (?:the )?{_DAY}(?:st|nd|rd|th)?(?![\d%])(?:,? ?{_YEAR})?)"
)
_WORDS: Final = frozenset(
    """
    birth dob birthdate day born svd lscs weighing aged exactly forceps delivered arrived d o b
    """.split()
)
_BIRTHDAY_WORDS: Final = frozenset(
    """
    birthday birthdays bday turned turns turning turn becomes became he she
    """.split()
)
_THEIR_WORDS: Final = frozenset(("her", "his", "my", "their"))
_ORDINALS: Final = frozenset(("th", "st", "nd", "rd", "eighteenth", "sixteenth"))
_LABEL: Final = r"(?<![a-z])(?:d[. /]{0,2}o[. /]{0,2}b(?![a-z])\.?|(?:date|day|year|month|dt|d)[ _\-]?of[ _\-]?b(?:irth)?(?![a-z])|birth[ \-]?dates?(?![a-z])|date birth|birth(?=[:=]| \d)|date (?:he|she|they) (?:was|were) born|birth certificate)"
_NAMED_DAY: Final = r"(?:christmas (?:day|eve)|new year's (?:day|eve)|boxing day|valentine's day|halloween|bonfire night|leap day|easter (?:sunday|monday)|midsummer's day|ve day|st [a-z]+'s day)(?:,? (?:19|20)\d\d)?"
_COUNTED: Final = r"(?:(?:oh|zero|nought)[ \-])?(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ \-](?:one|two|three|four|five|six|seven|eight|nine))?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
_TENS: Final = r"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ \-](?:one|two|three|four|five|six|seven|eight|nine))?)"
_NUMERIC: Final = (
    r"(?:\d{1,2}(?: ?[./|\-_:,] ?| )(?:\d{1,2}|[ivx]{1,4})(?: ?[./|\-_:,] ?| )(?:(?:19|20)\d\d|'?\d\d(?!\d))|\d{1,2}(?:st|nd|rd|th) of the \d{1,2}(?:st|nd|rd|th),? (?:(?:19|20)\d\d|\d\d)"
    rf"|(?:19|20)\d\d,? {MONTH}\.? \d{{1,2}}|(?:the )?{_ORDINAL_WORD} of the {_ORDINAL_WORD}|{_COUNTED}[ ,/\-]{{1,2}}{_COUNTED}[ ,/\-]{{1,2}}(?:nineteen )?{_TENS})"
)
# After the label: what a form or a sentence puts between; a verb of project work there makes it another date.
_LABELLED: Final = re.compile(
    rf"{_LABEL}(?P<gap>[^\n;]{{0,36}}?)(?<!\d)(?<!\d[/.])(?P<date>{DATE}|{_NUMERIC}|\d{{8}}(?!\d)|\d{{4}} \d{{4}}(?!\d)|\d\d \d{{4}}(?!\d)|\d{{6}}(?!\d)|(?:0?[1-9]|[12]\d|3[01])[./](?:0?[1-9]|1[0-2])(?![\d./])"
    rf"|(?:{MONTH}\.? )?(?:19|20)\d\d(?!\d)|(?:the )?{_ORDINAL_WORD} of the {_ORDINAL_WORD}|{_COUNTED}[ ,/\-]{{1,2}}{_COUNTED}[ ,/\-]{{1,2}}(?:nineteen )?{_COUNTED})"
)
_OTHER_DATE: Final = re.compile(
    r"\b(?:fields?|columns?|added|began|start(?:ed|s)?|chang(?:e|ed|es)|remov\w+|collect\w*|audit\w*|introduc\w*|launch\w*|format|until|since|from|before|after|review\w*|go-live|updat\w*"
    r"|admitted|referred|discharged|deleted|missing|mandatory|pseudonymi\w+|anonymi\w+)\b|[.?!] [a-z]"
)
_REVERSED: Final = re.compile(rf"(?P<date>{DATE}|{_NUMERIC})(?P<gap>[^\n;.\d]{{0,28}}?){_LABEL}")
_FROM_WHEN: Final = re.compile(r"\b(?:from|since|until|after|before) $")
_BORN: Final = re.compile(
    rf"born(?![a-z])(?P<gap>[^\n;.]{{0,40}}?)(?<![\d/.])(?P<date>{DATE}|{_NUMERIC}|{_NAMED_DAY}|\d{{1,2}}/\d{{1,2}}(?![\d./])|(?:19|20)\d\d(?=\)))"
)
_BORN_MONTH: Final = re.compile(
    rf"(?:\bborn(?: in| around)?(?: early| late| about)?|\bb\.) (?P<date>{MONTH} (?:19|20)\d\d)(?!\d)"
)
_BORN_YEAR: Final = re.compile(r"(?P<date>(?:[A-Z]\.?){2,3},? \(?(?:b\.?|born)(?: in)? ?(?:19|20)\d\d)(?!\d)")
_FAR_LABEL: Final = re.compile(rf"{_LABEL}|(?<![a-z])born(?! (?:before|after|between|since|in the)\b)(?![a-z])")
_ANY_DATE: Final = re.compile(rf"(?<![\d/.\-])(?P<date>{DATE}|{_NUMERIC})(?![\d])")
_B: Final = re.compile(rf"(?:(?:^|(?<=[(\[,;|])) ?b[.:]? ?|(?<![a-z\d])b[.:] ?)(?P<date>{DATE}|{_NUMERIC})")
_BIRTHDAY: Final = re.compile(
    rf"(?:birth|b'?)days?(?:[ :,(=\-]|\b(?:is|was|on|falls|fell|being|the|party|boy|girl)\b){{1,7}}(?P<after>{DATE}|{_NAMED_DAY}|\d{{1,2}}[./]\d{{1,2}}(?![\d./]))"
    rf"|(?P<before>{DATE})[ ,(\-]{{1,3}}(?:(?:is|was|which|on|for) ){{0,3}}(?:her|his|my|their|the patient'?s?)(?: \d{{1,3}}(?:st|nd|rd|th)| [a-z]{{4,12}}th)? birthday"
    rf"|(?<![a-z])(?:turn(?:ed|s|ing)?|becomes?|became|(?:(?<=he )|(?<=she )|(?<=who ))(?:was|is|will be|reached|reaches))(?: only| just)? (?:\d{{1,3}}|[a-z]{{3,9}}(?:teen|ty|een)?)(?: years old)?(?: on|[^\n.;\d]{{1,28}}?,) (?P<turned>{DATE})"
    rf"|(?:her|his|their|my) (?:\d{{1,3}}(?:st|nd|rd|th)|[a-z]{{4,12}}th) (?:(?:is|was|falls|fell) )?(?:on )?\(?(?P<nth>{DATE})"
)
_ARRIVED: Final = re.compile(
    rf"(?P<day>{DATE}|{_NUMERIC})[^\n.;]{{0,40}}? (?:he|she|they|who|baby \w+) (?:was|were) born|(?:arrived|came) (?:on )?(?P<weighed>{DATE}),? weighing|(?:svd|lscs|c-section|forceps)[ :,]{{1,3}}(?:on )?(?P<del>{DATE}|{_NUMERIC})|(?:exactly \d\d|just \d\d|aged \d\d years and \d+ (?:days?|weeks?|months?)) on (?P<exactly>{DATE})|(?:gave birth|giving birth|came into the world|(?:baby|son|daughter|boy|girl|twins?)[a-z ,]{{0,24}} (?:arrived|was delivered|came))[^\n.;]{{0,24}}? on (?P<date>{DATE})|(?:delivered[^\n.;]{{0,24}}?\b(?:baby|boy|girl|son|daughter|twins)\b[^\n.;]{{0,16}}? on|(?:baby|boy|girl|son|daughter) (?:was )?delivered(?: on)?) (?P<later>{DATE}|{_NUMERIC})"
)
_AGE_OR_SEX: Final = re.compile(
    rf"(?:(?<![\w.])(?P<initials>(?:[A-Z]\.?){{2,3}})|\b[MF]\b|\b(?:fe)?male\b|\b\d\d ?(?:yrs?|years?(?: old)?|yo|y)\b|\b[Aa]ged? \d{{1,3}}|(?P<name>[A-Z][\w'\-]+,? (?:\((?:Mrs?|Ms|Miss)\) )?[A-Z][\w'\-]+))[ ,:]{{0,2}}[ ,(|\[/\-]{{1,3}}(?P<date>(?i:{DATE}))(?=[ )\],;|.]|$)"
)
# So long ago that it is hardly the project's.
_LONG_AGO: Final = re.compile(
    rf"(?<![\d./\-])(?P<date>\d{{1,2}}[./\-]\d{{1,2}}[./\-]19\d\d|19\d\d-\d\d-\d\d|{_DAY}/(?:0?[1-9]|1[0-2])/[3-9]\d|(?<=[(|,;]) ?{_DAY}(?:st|nd|rd|th)? {MONTH} 19[0-8]\d(?= ?[)|,;]))(?![\d])"
)
_HISTORY: Final = re.compile(
    r"\b(?:act|law|founded|opened|established|closed|dissolved|created|merged|edition|published|retrieved|accessed|nhs|trust|hospital|asylum|from|since|until|between|to)\b[^\n]{0,30}$"
)
# A year in which hardly any project of today took place: 1900 to 2015, or two figures of such a year.
_BEFORE_WORK: Final = re.compile(r"(?:^|\D)(?:19\d\d|200\d|201[0-5])(?!\d)|(?:^|\D)(?:[03-9]\d|1[0-5]|2[7-9])$")
_THEN_AGE_OR_SEX: Final = re.compile(
    rf"(?<![\d/.\-])(?P<date>{DATE})[ ,(/|\-]{{1,3}}(?:(?:m|f|male|female)(?![a-z'])|(?:aged? )?\d\d ?(?:yrs?|y/?o|years old)(?![a-z]))"
)
_FULL_DATE: Final = re.compile(rf"(?<![\d/.\-])(?P<date>{DATE})(?![\d.%])")
_ONE_PERSON: Final = frozenset(
    ("he", "she", "his", "her", "him", "patient", "mum", "mother", "son", "daughter", "lady", "gentleman", "resident")
)
_ABOUT_ONE: Final = re.compile(
    r"\b(?:he|she|his|her|him|the patient|patient'?s|my (?:mum|mother|dad|father|son|daughter|husband|wife)|this (?:lady|gentleman)|resident)\b"
)
_IN_A_CELL: Final = re.compile(rf"(?:^|\n|\|) ?(?P<date>{DATE})(?= ?(?:\||\n|$))")
_LONG_BEFORE_WORK: Final = re.compile(r"(?:^|\D)(?:19\d\d|200[0-5])(?!\d)|(?:^|\D)(?:[3-9]\d)$")
_THING: Final = (
    r"(?:service|trust|team|project|idea|collaborative|network|unit|ward|programme|initiative|charity|organisation|group|hub|clinic|centre|college"
    r"|alliance|partnership|scheme|model|pathway|campaign|nhs|movement|act|company|website|tool|app|policy|framework|hospital)"
)
_THING_BEFORE: Final = re.compile(
    rf"\b(?:{_THING}(?: [a-z]+){{0,2}},?|it|which|this) (?:was |were |is |being |been )?$"
)
_THINGS_BIRTHDAY: Final = re.compile(rf"\b{_THING}(?:'?s'?)? (?:(?:own|first|\w+(?:st|nd|rd|th)) )?$")
_MANY_BEFORE: Final = re.compile(
    r"\b(?:people|children|babies|infants|those|everyone|everybody|anyone|anybody|all|patients|adults|men|women|users|cohort|boys|girls|pupils|individuals|residents"
    r"|mothers|veterans|students|staff|participants|births|persons)(?: who| that)?(?: (?:were|was|are|is|had been|being))? $"
)
_COHORT: Final = re.compile(r"\b(?:before|after|between|since|until|earlier|later|too|out of|into)\b")
_COHORT_AFTER: Final = re.compile(r" ?(?:-|to|and|until|or) (?:later|earlier|after|before|\d|the \d)")


def birth_dates(text: Readable) -> Iterator[Identifier]:
    """Dates that the words around call a date of birth or a birthday, or that stand where one stands."""
    lower, words = text.lower, text.words
    if words & _BIRTHDAY_WORDS or (words & _THEIR_WORDS and words & _ORDINALS):
        yield from _birthdays(text)
    if words & _WORDS or "dob" in lower:
        if words & {"birth", "dob", "birthdate", "o"} or "dob" in lower:
            for match in (*_LABELLED.finditer(lower), *_REVERSED.finditer(lower)):
                if not _OTHER_DATE.search(match["gap"]) and not _FROM_WHEN.search(text.before(match.start("date"), 8)):
                    yield _dated(text, match, "date", len(match["date"]) > 4)
        if "born" in words:
            yield from _born(text)
        for match in _ARRIVED.finditer(lower):
            yield _dated(text, match, match.lastgroup or "date", False)
        for match in _BORN_YEAR.finditer(text.text):
            yield _dated(text, match, "date", False)
        yield from _in_the_same_sentence(text)
    if "b." in lower or "b:" in lower or ("b " in lower and "b" in words):
        for match in _B.finditer(lower):
            if match["date"][-1].isdigit() or match["date"][0].isalpha():
                yield _dated(text, match, "date", True)
    for match in _LONG_AGO.finditer(lower):
        if not _HISTORY.search(text.before(match.start(), 50)):
            yield _dated(text, match, "date", False)
    if words & _ONE_PERSON:
        for match in _FULL_DATE.finditer(lower):
            if _LONG_BEFORE_WORK.search(match["date"]) and not _HISTORY.search(text.before(match.start(), 50)):
                low, high = text.sentence(*match.span())
                if _ABOUT_ONE.search(lower, low, high):
                    yield _dated(text, match, "date", False)
    for match in _IN_A_CELL.finditer(lower) if "|" in lower else ():
        if _LONG_BEFORE_WORK.search(match["date"]):
            yield _dated(text, match, "date", False)
    for match in _THEN_AGE_OR_SEX.finditer(lower) if _SHORT_DATE.search(lower) else ():
        if _BEFORE_WORK.search(match["date"]):
            yield _dated(text, match, "date", False)
    for match in _AGE_OR_SEX.finditer(text.text) if _SHORT_DATE.search(lower) else ():
        name, initials = match["name"], (match["initials"] or "").replace(".", "")
        if (
            not (initials and are_nobodys(initials))
            and _BEFORE_WORK.search(match["date"])
            and (not name or any(map(is_only_a_name, re.findall(r"[A-Za-z\-]+", name))))
        ):
            yield _dated(text, match, "date", False)


_SHORT_DATE: Final = re.compile(rf"\d[./\- ]\d{{1,2}}[./\- ]\d\d|{MONTH}")


def _in_the_same_sentence(text: Readable) -> Iterator[Identifier]:
    """A date of long ago in a sentence about a date of birth, however far from those words."""
    for label in _FAR_LABEL.finditer(text.lower):
        ahead = text.before(label.start(), 50)
        if _THING_BEFORE.search(ahead) or _MANY_BEFORE.search(ahead):
            continue
        low, high = text.sentence(*label.span())
        for match in _ANY_DATE.finditer(text.lower, low, high):
            if _BEFORE_WORK.search(match["date"]) and not _FROM_WHEN.search(text.before(match.start(), 8)):
                yield _dated(text, match, "date", False)


def _dated(text: Readable, match: re.Match[str], name: str, certain: bool) -> Identifier:
    return identifier("date-of-birth", *text.span(*match.span(name)), certain)


def _born(text: Readable) -> Iterator[Identifier]:
    lower = text.lower
    for match in _BORN.finditer(lower):
        ahead = text.before(match.start(), 50)
        if (
            _THING_BEFORE.search(ahead)
            or _MANY_BEFORE.search(ahead)
            or _COHORT.search(match["gap"])
            or _COHORT_AFTER.match(lower, match.end())
        ):
            continue
        yield _dated(text, match, "date", match["date"][-1].isdigit() and len(match["date"]) > 4)
    for match in _BORN_MONTH.finditer(lower):
        ahead = text.before(match.start(), 50)
        if not (_THING_BEFORE.search(ahead) or _MANY_BEFORE.search(ahead)):
            yield _dated(text, match, "date", False)


def _birthdays(text: Readable) -> Iterator[Identifier]:
    for match in _BIRTHDAY.finditer(text.lower):
        if not _THINGS_BIRTHDAY.search(text.before(match.start(), 40)):
            yield _dated(text, match, match.lastgroup or "after", False)
