"""Owns spotting dates of birth among all dates, by the words around. Never stops a date that is only a date."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.acronyms import are_nobodys
from kb.content.shapes.dates import MONTH, dates, is_before_todays_work, is_long_ago
from kb.content.shapes.given_names import is_only_a_name
from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.readable import Readable

_LABEL: Final = (
    r"(?<![a-z])(?:d[. /]{0,2}o[. /]{0,2}b(?![a-z])\.?|(?:date|day|year|month|dt|d)[ _\-]?of[ _\-]?b(?:irth)?(?![a-z])"
    r"|birth[ \-]?dates?(?![a-z])|date birth|birth certificate|birth(?=[:=]| \d))"
)
_LABELS: Final = frozenset(("dob", "birth", "birthdate", "birthdates", "o"))
_LABEL_BEFORE: Final = re.compile(rf"{_LABEL}(?P<gap>[^\n;]{{0,48}})$")
_LABEL_AFTER: Final = re.compile(rf"(?P<gap>[^\n;.\d]{{0,28}}?){_LABEL}")
# A verb of project work between the words and the date makes it another date.
_OTHER_DATE: Final = re.compile(
    r"\b(?:fields?|columns?|added|began|start(?:ed|s)?|chang(?:e|ed|es)|remov\w+|collect\w*|audit\w*|introduc\w*|launch\w*|format|until|since"
    r"|from|before|after|review\w*|go-live|updat\w*|admitted|referred|discharged|deleted|missing|mandatory|pseudonymi\w+|anonymi\w+)\b|[.?!] [a-z]"
)
_FROM_WHEN: Final = re.compile(r"\b(?:from|since|until|after|before) (?:the )?$")
# What people write for a date of birth right after the words, that is no date elsewhere: 120380, 12/03, March 1980.
_AS_WRITTEN: Final = re.compile(
    rf"{_LABEL}[ :=,.;|()\[\]\"'_\-]{{0,4}}(?:(?:is|was|on|as|form|the) ){{0,2}}(?P<date>\d{{8}}(?!\d)|\d{{6}}(?!\d)|\d{{4}} \d{{4}}(?!\d)|\d\d \d{{4}}(?!\d)"
    rf"|\d{{1,2}}[./]\d{{1,2}}(?![\d./])|(?:{MONTH}\.? )?(?:19|20)\d\d(?!\d))"
)
_BORN_BEFORE: Final = re.compile(
    r"(?<![a-z])(?:born(?![a-z])(?P<gap>[^\n;.]{0,42})|(?:^|[(\[,;|] ?)b[.:]? ?|(?<![a-z\d])b[.:] ?)$"
)
_BORN_AFTER: Final = re.compile(r"[^\n.;]{0,40}? (?:he|she|they|who|baby \w+) (?:was|were) born")
_BORN_MONTH: Final = re.compile(
    rf"(?<![a-z])(?:born(?: in| around)?(?: early| late| about)?|b\.) (?P<date>{MONTH} (?:19|20)\d\d)(?!\d)"
)
_BORN_DAY: Final = re.compile(
    r"born:?(?: in [a-z' ]{2,24}?)?(?: on)? (?P<date>(?:christmas|new year's|boxing|valentine's|midsummer's|ve|leap|st [a-z]+'s) (?:day|eve)(?:,? (?:19|20)\d\d)?|easter (?:sunday|monday)|halloween)"
)
_INITIALS_BORN: Final = re.compile(r"(?P<date>(?:[A-Z]\.?){2,3},? \(?(?:b\.?|born)(?: in)? ?(?:19|20)\d\d)(?!\d)")
_COHORT: Final = re.compile(r"\b(?:before|after|between|since|until|earlier|later|too|out of|into)\b")
_COHORT_AFTER: Final = re.compile(r" ?(?:-|to|and|until|or) (?:later|earlier|after|before|\d|the \d)")
_BIRTHDAY_BEFORE: Final = re.compile(
    r"(?:birthdays? (?:(?:with|at|in|by|together|here|there|quietly)\b[^.;\n\d]{0,30} )?on (?:the )?"
    r"|(?:birth|b'?)days?(?:'s)?(?:[ :,(=\-]|\b(?:is|was|on|falls|fell|being|the|party|boy|girl)\b){1,7}"
    r"|(?<![a-z])(?:turn(?:ed|s|ing)?|becomes?|became|(?:(?<=he )|(?<=she )|(?<=who ))(?:was|is|(?:will|would) (?:be|have been|have turned)|should have been|reached|reaches))(?: only| just)? (?:\d{1,3}|[a-z]{3,9}(?:teen|ty|een)?)(?: years old)?(?: on|[^\n.;\d]{1,28}?,) (?:the )?"
    r"|(?:her|his|their|my) (?:\d{1,3}(?:st|nd|rd|th)|[a-z]{4,12}th) (?:(?:is|was|falls|fell) )?(?:on )?\(?"
    r"|(?:gave birth|giving birth|came into the world|(?:baby|son|daughter|boy|girl|twins?|triplets)[a-z ,]{0,24} (?:arrived|was delivered|came)|delivered[^\n.;]{0,24}?\b(?:baby|boy|girl|son|daughter|twins)\b)[^\n.;]{0,24}? on (?:the )?)$"
)
_BIRTHDAY_AFTER: Final = re.compile(
    r"[ ,(\-]{1,3}(?:(?:is|was|which|on|for) ){0,3}(?:her|his|my|their|the patient'?s?)(?: \d{1,3}(?:st|nd|rd|th)| [a-z]{4,12}th)? birthday|[ ,(\-]{1,3}(?:(?:which|that) (?:was|is) )?(?:on )?the day (?:that |on which )?(?:she|he|they|the (?:patient|resident|man|woman|boy|girl|child|baby)) (?:was born|turned)|,? weighing\b| by (?:emergency |elective |planned |c-? ?|caesarean )?(?:section|forceps|ventouse)\b"
)
_BIRTHDAYS: Final = frozenset(
    "birthday birthdays bday day days turned turns turning turn becomes became be been reached was is her his their my birth world delivered arrived came".split()
)
_THING: Final = (
    r"(?:service|trust|team|project|idea|collaborative|network|unit|ward|programme|initiative|charity|organisation|group|hub|clinic|centre|college"
    r"|alliance|partnership|scheme|model|pathway|campaign|nhs|movement|act|company|website|tool|app|policy|framework|hospital)"
)
_THING_BEFORE: Final = re.compile(
    rf"\b(?:{_THING}(?: [a-z]+){{0,2}},?|it|which|this) (?:was |were |is |being |been )?$"
)
_THINGS_BIRTHDAY: Final = re.compile(
    rf"\b(?:its|our|{_THING}(?:'?s'?)?) (?:(?:own|first|second|third|\w+(?:st|nd|rd|th)) )?$"
)
_THING_FAR_BEFORE: Final = re.compile(
    rf"\b(?:{_THING}|huddle|form|checklist|plan|dream|vision|partnership|club|forum|society|practice|library)"
    r"(?:(?! (?:patient|she|he|who|whose|man|woman|lady|resident|child|baby|mother|father|son|daughter|client|user|person|was|were|is|for|with|his|her))[ \w'\-]){0,50} (?:was|were|is|had been|being) $"
)
_MANY_BEFORE: Final = re.compile(
    r"\b(?:people|children|babies|infants|those|everyone|everybody|anyone|anybody|all|patients|adults|men|women|users|cohort|boys|girls|pupils|individuals|residents"
    r"|mothers|veterans|students|staff|participants|births|persons)(?: who| that)?(?: (?:were|was|are|is|had been|being))? $"
)
# Right beside the date, as in a list of people: initials, a name, a sex, an age.
_WHO_BEFORE: Final = re.compile(
    r"(?:(?<![\w.])(?P<initials>(?:[A-Z]\.?){2,3})|\b[MF]|\b(?:fe)?male|\b\d\d ?(?:yrs?|years?(?: old)?|yo|y)|\b[Aa]ged? \d{1,3}|\b(?:is|was|only|just) \d\d|\b(?:[Pp]t|[Pp]atient|[Cc]lient|[Rr]esident)"
    r"|(?P<name>[A-Z][\w'\-]+,? (?:\((?:Mrs?|Ms|Miss)\) )?[A-Z][\w'\-]+))[ ,:]{0,2}[ ,(|\[/\-]{1,3}$"
)
_WHO_AFTER: Final = re.compile(
    r"[ ,(/|\-]{1,3}(?:(?:m|f|male|female)(?![a-z'])|(?:aged? )?\d\d ?(?:yrs?|y/?o|years old)(?![a-z]))"
)
_IN_A_CELL: Final = re.compile(r" ?(?:\||\n|$)")
_HISTORY: Final = re.compile(
    r"\b(?:act|law|founded|opened|established|closed|dissolved|created|merged|edition|published|retrieved|accessed|nhs|trust|hospital|asylum"
    r"|from|since|until|between|to|version|dated?|updated)\b[^\n]{0,30}$"
)
_NUMERIC: Final = re.compile(r"[\d./\-]+")
_ABOUT_ONE: Final = re.compile(
    rf"{_LABEL}|\b(?:he|she|his|her|him|the patient|patient's|my (?:mum|mother|dad|father|son|daughter|husband|wife)|this (?:lady|gentleman))\b|\bborn(?! (?:(?:on|in) or )?(?:before|after|between|since|in the))\b"
)


def birth_dates(text: Readable) -> Iterator[Identifier]:
    """Dates that the words around call a date of birth or a birthday, or that stand where one stands."""
    words = text.words
    labelled = not words.isdisjoint(_LABELS) or "dob" in text.lower
    for start, end in dates(text, spelt=labelled):
        certain = _is_of_birth(text, start, end, labelled)
        if certain is not None:
            yield identifier("date-of-birth", *text.span(start, end), certain)
    if labelled:
        for match in _AS_WRITTEN.finditer(text.lower):
            yield identifier("date-of-birth", *text.span(*match.span("date")), len(match["date"]) > 4)
    if "born" in words or "b" in words:
        for pattern, where in ((_BORN_MONTH, text.lower), (_BORN_DAY, text.lower), (_INITIALS_BORN, text.text)):
            for match in pattern.finditer(where):
                if not _of_many(text, match.start()):
                    yield identifier("date-of-birth", *text.span(*match.span("date")), False)


def _is_of_birth(text: Readable, start: int, end: int, labelled: bool) -> bool | None:
    """Whether it is certain; None when the date is another."""
    lower, words = text.lower, text.words
    date, ahead = lower[start:end], text.before(start, 64)
    if labelled:
        before, after = _LABEL_BEFORE.search(ahead), _LABEL_AFTER.match(lower, end)
        if (before and not _OTHER_DATE.search(before["gap"])) or (
            after and not _OTHER_DATE.search(after["gap"]) and not _FROM_WHEN.search(ahead)
        ):
            return True
        if before and is_long_ago(date):
            return False  # changed from 3/6/88
    if born := _BORN_BEFORE.search(ahead):
        gap = born["gap"] or ""
        plain = start - len(ahead) + born.start() if len(ahead) == 64 else born.start()
        if not (_COHORT.search(gap) or _COHORT_AFTER.match(lower, end) or _of_many(text, max(0, plain))):
            return date[-1].isdigit() and len(date) > 5
    if not words.isdisjoint(_BIRTHDAYS):
        birthday = _BIRTHDAY_BEFORE.search(ahead)
        if birthday and not _THINGS_BIRTHDAY.search(ahead[: birthday.start()]):
            return False
        if _BIRTHDAY_AFTER.match(lower, end) or ("born" in words and _BORN_AFTER.match(lower, end)):
            return False
    return False if _stands_for_one(text, start, end) else None


def _of_many(text: Readable, start: int) -> bool:
    ahead = text.before(start, 80)
    return bool(_THING_BEFORE.search(ahead) or _THING_FAR_BEFORE.search(ahead) or _MANY_BEFORE.search(ahead))


def _stands_for_one(text: Readable, start: int, end: int) -> bool:
    """Whether the date stands where lists of people have the date of birth, or is long ago in a sentence about one person."""
    date = text.lower[start:end]
    if not is_before_todays_work(date):
        return False
    who = _WHO_BEFORE.search(text.text, max(0, start - 44), start)
    if who:
        name, initials = who["name"], who["initials"]
        if not (initials and are_nobodys(initials)) and (
            not name or any(map(is_only_a_name, re.findall(r"[A-Za-z\-]+", name)))
        ):
            return True
    if _WHO_AFTER.match(text.lower, end):
        return True
    if not is_long_ago(date) or _HISTORY.search(text.before(start, 50)):
        return False
    cell = text.text[max(0, start - 2) : start].strip(" ") in ("", "|", "\n", "(") and start > 1
    numeric = bool(_NUMERIC.fullmatch(date)) and len(date) > 7 and "," not in date
    if (numeric and date.count(".") != 1) or ("|" in text.text and cell and _IN_A_CELL.match(text.text, end)):
        return True
    low, high = text.sentence(start, end)
    return len(date) > 7 and bool(_ABOUT_ONE.search(text.lower, low, high))
