"""Owns spotting counts under five of people beside a small place. Never counts wards, staff, weeks or ratios."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.given_names import is_given_name
from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.people_words import NO_PLURAL, NO_QUALITY, NOT_A_HEAD, OF_PEOPLE, PEOPLE, SINGULAR
from kb.content.shapes.readable import Readable
from kb.content.shapes.small_places import is_large, named_small_place, near_small_place

_FIGURE: Final = r"(?:one|two|three|four|[1-4])"
_COUNT: Final = rf"(?:{_FIGURE}|a single|a couple of|a lone|a solitary|a pair of|a trio of|both|the only|the sole|its only|their only|our only|only|sole)"
_COUNT_WORDS: Final = frozenset("one two three four single couple lone solitary pair trio only sole both".split())
_DIGIT: Final = re.compile(r"[1-4](?![\d%]|[.,:\-]\d|/\d+/)")
_NOT_BEFORE: Final = frozenset(".,:/\u00a3$-#")  # 3.4, 1:3, \u00a32
_LEADS_IN: Final = re.compile(r"(?:a|the|its|their|our) $")
_FEW: Final = re.compile(
    rf"(?P<count>{_COUNT})(?:/\d{{1,2}}(?![\d/]))?(?: ?x)?(?: \([^()\n]{{1,14}}\))? (?:(?:out )?of (?:(?:the|our|its|their|these|those|his|her|all|\w+) )?(?:[\w']+ )?)?"
    rf"(?:{NO_QUALITY}{NO_PLURAL}[\w'\-]+ ){{0,3}}?(?P<people>{PEOPLE})(?!\w){NOT_A_HEAD}(?P<rest>[^\n.;]{{0,40}})"
)
_SEVERAL: Final = frozenset(("two", "three", "four", "2", "3", "4", "both", "a couple of", "a pair of", "a trio of"))
# Level 3, section 2, at least four, 1 in 4: no count of people in this place.
_LABEL_BEFORE: Final = re.compile(
    r"(?:(?<!')\b(?:levels?|sections?|s|clusters?|wards?|bands?|groups?|types?|tiers?|phases?|stages?|steps?|cycles?|waves?|grades?|categor(?:y|ies)|room|bed|year|week|month|day"
    r"|tables?|figures?|units?|sites?|versions?|options?|standards?|cohorts?|pods?|zones?|appendix|chapters?|pages?|no|number|parts?|recommendations?|principles?|domains?|drivers?|aims?"
    r"|case|scenario|example|vignette|objectives?|priorit(?:y|ies)|indicators?|items?|questions?|schedule|line|class|pdsa|every|each|per|least|any|ratio of|fewer than|less than|under|below|up to|more than|over|and a"
    r"|at most|looks? after|allocated|for every|to every|key stage|quarter|q|round|<|>|\+|(?:beds?|bays?|rooms?|wards?|weeks?|items?|steps?|cycles?|cases?|levels?|stages?|grades?) \d+ ?(?:to|and|or|-))\.? "
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+) (?:in|out of) |[<>\u2264\u2265+x=#] ?)$"
)
_PLACE_BEFORE: Final = re.compile(r"[A-Z][\w']+ (?:[Ww]ard|[Uu]nit|House) $")  # on Larch Ward two of them
_RATE: Final = re.compile(
    r"^ ?(?:at a time|per |each\b|every\b|an? (?:day|week|month|shift|year|night|hour|time|bay|room|ward)\b|in (?:\d+|five|ten|four|three|a hundred|every)\b"
    r"|(?:in|on|from|at) (?:each|every)\b|to a )|\b(?:per (?:day|week|month|shift|ward|bay|room|year)|at a time|(?:on|from|in|at|to) each|(?:every|each) (?:day|week|month|shift|ward))\b"
)
# People who take part in the work, not in its figures.
_WORK: Final = re.compile(
    r"\b(?:joined the|steering|project team|working group|co-?design\w*|co-?produc\w*|interview panel|facilitat\w*|co-?facilitat\w*|led the|lead the|lived experience|peer support"
    r"|experts? by experience|sat on|improvement team|committee|helped to (?:plan|write|design|run|choose)|were paid|project group|board)\b"
)
_THEM: Final = re.compile(r"(?:them|whom|us)$")
_SAID_BEFORE: Final = re.compile(
    r"\b(?:patients|residents|people|men|women|children|pupils|service users|young people|clients|adults|families|ward|home|school|practice|village)\b"
)
# Four out of five patients: a share, unless the place has a name.
_SHARE: Final = re.compile(r"\w+ (?:out of|in) (?:three|four|five|ten|[345]|10) (?!(?:of|the)\b)")
_WHERE_AFTER: Final = re.compile(
    r"(?:,? (?:both|all|each))?(?: (?:with|w/|who|living|under|diagnosed|aged|over|having|suffering)\b[\w' \-]{0,44}?| (?:was|were|is|are|had been|has been|have been) (?:secluded|restrained|nursed|cared for|admitted|held|sectioned|detained|assaulted|infected|left|living|staying|moved|transferred|found))?"
    r" (?:who lives? in|who lived in|from|living in|of|in|at|on|to) (?:the )?(?P<place>[A-Z][\w'\-]+)(?: [A-Z][\w'\-]+)?(?! (?:NHS|Trust|University|Hospital|Council|County|Borough|City))"
)
_AT_AFTER: Final = re.compile(
    r" [\w' ,/\-]{1,44}?\bat (?:the )?(?P<place>[A-Z][a-z'\-]+)(?! (?:[A-Z][\w'\-]+ )?(?:NHS|Trust|University|Hospital|Council|County|Borough|City))"
)
# Larch's two patients; one of the Brookfield pupils; three of Larch's patients
_WHOSE: Final = re.compile(r"\b(?P<place>[A-Z][a-z]+)'s (?:only |other |remaining |sole )?$")
_OF_WHOM: Final = re.compile(r"\w+ of (?:(?:the|our) (?P<place>[A-Z][a-z]+) [a-z]|(?P<owner>[A-Z][a-z]+)'s )")
_WHERE_BEFORE: Final = re.compile(
    r"\b(?:[Aa]t|[Ii]n|[Oo]n|[Ff]rom) (?P<place>[A-Z][a-z'\-]+(?: [A-Z][a-z'\-]+)?),? (?:only |just |there (?:is|are|was|were) (?:only |just )?)?$"
)
_ANYBODY: Final = re.compile(
    r"(?:individuals?|persons?|students?|adults?|users?|service[ \-]users?|clients?|friends|them|us|ones?)$"
)
_ONE_OF_FEW: Final = re.compile(
    rf"(?:one|two|three) of (?:only |just |the |our |the only )?(?:two|three|four|[2-4]) {NO_QUALITY}[a-z\-]+s\b(?= (?:at|in|on|with|registered|from|there|who)\b)"
)
# The people stand elsewhere in the sentence: Larch Ward, n=2; of the women there, 3 were pregnant.
_AFTER_ALONE: Final = re.compile(
    r" (?:who|of whom)\b| ?[MF]\b(?! ?\d)| (?:of (?:them|whom|these|those) )?(?:on|at|from|in) (?:the )?(?=[A-Z])|/\d{1,2}(?![\d/])| (?:out )?of (?:the |our |its )?\d{1,2}\b(?= (?:on|at|in|from|were|was|had|have|are) )|,? \(?(?:both|all)\b"
    r"| (?:are|were|is|was|have|had|did|died|fell|lives?|lived|needed|refused|chose|declined|left|took|asked)\b"
    r"| (?:(?:were|was|is|are) )?(?:deaf|blind|autistic|pregnant|trans|transgender|muslim|sikh|jewish|detained|informal|secluded|restrained|diabetic|hiv\b|hep(?:atitis)? ?[bc]|mrsa|epileptic"
    r"|black|asian|white|male|female|under-18|homeless|gay|bisexual|lesbian|with (?:hiv|dementia|epilepsy|anorexia|psychosis|tb))(?!\w)(?! (?:bays?|beds?|wards?|units?|nurses?|staff|rooms?|corridors?)\b)"
)
_DO_AS_PEOPLE: Final = re.compile(
    r" (?:on|at|from|in) (?:the )?(?:[A-Z][\w'\-]+ ?){1,4}(?:\d+ ?)?(?:ward |unit |surgery |practice |care home |school |village )?(?:still |also |now |who |all |both )?"
    r"(?:needs?|has diabetes|have diabetes|lives?|lived|died|fell|refused|asked|could not|cannot|can't|take|took|uses?|had a fall|had falls|were (?:pregnant|admitted|ill|detained)|was (?:admitted|ill|detained))\b"
)
_OF_ALL_THERE: Final = re.compile(r"(?:/| (?:out )?of (?:the |our )?)\d{1,2}\)? (?:on|at) (?P<place>[A-Z][a-z]{2,})")
_BEFORE_ALONE: Final = re.compile(
    r"(?:\b(?:ward|unit|house|lodge|home|practice|surgery) ?= ?|\bn ?= ?|\b(?:figure|number|count|total)s?(?: there| here)? (?:was|is|were|fell to|rose to|of)(?: only| just)? |% \((?:n ?= ?)?| x ?|\b[mf] ?[:=]? ?)$"
)
_LISTED: Final = re.compile(r"(?:[a-z)][,:]? |\b(?:ward|unit|bay) \w{1,3}[,:]? |[\-:=|(] ?)$")
_LIST_ENDS: Final = re.compile(r"[;,](?: |$)|\.(?!\d)|$|\n|\)| \(| (?:at|on) [A-Z]| ?\|")
_LIST: Final = re.compile(r": |= |, n ?= ?| - |\|")
_MONTH_BEFORE: Final = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december) $"
)
_PLACE_AND: Final = re.compile(r"(?P<place>[A-Z][a-z]{2,})(?: Ward| Unit| House| Lodge)?(?: x ?| )$")
_OTHER_PAIR: Final = re.compile(
    r"[A-Z][a-z]{2,}(?: Ward| Unit| House| Lodge)?(?: x ?| )(?:\d+|one|two|three|four)(?=,|;| and |\.(?!\d)|$)"
)

_TABLE: Final = re.compile(
    r"(?:ward|unit|village|practice|surgery|school|home|site|house|place)s?(?: name)? ?\|[^\n]{0,200}?\b(?:patients|residents|people|pupils|service users|children|clients|women|men|deaths|detained|secluded|restrained|admissions|pts)\b"
    r"[^\n|]{0,60}(?:\||\n)(?P<rows>(?:[^\n]{0,400}\n?){0,40})"
)
_ROW: Final = re.compile(
    rf"(?:\| ?|^|\n)(?P<place>[A-Z][\w' ]{{1,40}}?) ?\|(?:[^|\n]{{0,40}}\|){{0,6}}? ?(?P<count>{_FIGURE}) ?(?=\||\n|$)"
)
_OF_ONES: Final = re.compile(
    r"suicid|death|died|hiv|hepatitis|pregnan|secluded|restrained|detained|trans\b|roma\b|patients|residents|pupils|under-18|self-harm"
)


def small_numbers(text: Readable) -> Iterator[Identifier]:
    """Counts of one to four people where the sentence names a ward, a home, a school, a practice or a village."""
    lower = text.lower
    anchors = {*text.where(_COUNT_WORDS), *(match.start() for match in _DIGIT.finditer(lower))}
    for start in sorted(anchors):
        if _goes_on(lower, start) and not (lower[start - 1] in ":-" and _LIST_ENDS.match(text.text, start + 1)):
            continue
        found = _count(text, start) or _alone(text, start)
        if found:
            yield identifier("small-number", *text.span(*found), False)
    if "|" in text.text:
        yield from _in_tables(text)


def _goes_on(lower: str, start: int) -> bool:
    """Whether a word, a number or a rate goes on there, that has begun before."""
    if not start or lower[start - 2 : start] == ": ":
        return False
    return lower[start - 1].isalnum() or lower[start - 1] in _NOT_BEFORE


def _count(text: Readable, start: int) -> tuple[int, int] | None:
    """Where a count of people goes that starts there, or right before."""
    lower = text.lower
    lead = _LEADS_IN.search(lower, max(0, start - 6), start)
    few = (_FEW.match(lower, lead.start()) if lead else None) or _FEW.match(lower, start)
    if not few:
        one = _ONE_OF_FEW.match(lower, start)
        if not one or not OF_PEOPLE.search(lower, *text.sentence(start, one.end())):
            return None
        return _in_a_place(text, start, one.end())
    start, end = few.start(), few.start("rest")
    if (few["count"] == "both" and few["rest"].startswith(" and ")) or (
        few["people"] in SINGULAR and few["count"] in _SEVERAL
    ):
        return None
    if few["count"] in ("only", "sole") and not text.before(start, 3).endswith("'s "):
        return None
    if _is_label(text, start) or _RATE.search(few["rest"]):
        return None
    low, _ = text.sentence(start, end)
    if _SHARE.match(lower, start) and not named_small_place(text, *text.sentence(start, end)):
        return None
    if _THEM.search(few["people"]) and not _SAID_BEFORE.search(lower, low, start):
        return None
    return _in_a_place(text, start, end, of_anybody=bool(_ANYBODY.search(few["people"])))


def _in_a_place(text: Readable, start: int, end: int, of_anybody: bool = False) -> tuple[int, int] | None:
    low, high = text.sentence(start, end)
    if _WORK.search(text.lower, start, high):
        return None
    if near_small_place(text, low, high):
        return start, end
    for pattern in () if of_anybody else (_WHERE_AFTER, _AT_AFTER):
        after = pattern.match(text.text, end)
        if after and not is_large(after["place"]):
            return start, after.end()
    before = _WHERE_BEFORE.search(text.text, max(0, start - 44), start)
    if before and not is_large(before["place"].split()[0]):
        return before.start("place"), end
    whose = _WHOSE.search(text.text, max(0, start - 44), start) or _OF_WHOM.match(text.text, start)
    place = whose and (whose.groupdict().get("owner") or whose["place"])
    if whose and place and not is_large(place) and not is_given_name(place):
        return min(start, whose.start()), end
    return None


def _is_label(text: Readable, start: int) -> bool:
    return bool(_LABEL_BEFORE.search(text.before(start, 24))) and not _PLACE_BEFORE.search(
        text.text, max(0, start - 40), start
    )


def _alone(text: Readable, start: int) -> tuple[int, int] | None:
    """A figure whose people stand elsewhere in the sentence."""
    original, lower = text.text, text.lower
    end = start + 1
    if lower[start].isalpha():
        word = next((word for word in ("one", "two", "three", "four") if lower.startswith(word, start)), "")
        if not word:
            return None
        end = start + len(word)
    ahead = text.before(start, 40)
    after, before = _AFTER_ALONE.match(original, end), _BEFORE_ALONE.search(ahead)
    listed = _LISTED.search(ahead) and _LIST_ENDS.match(original, end)
    if not (after or before or listed):
        return None
    low, high = text.sentence(start, end)
    pair = _PLACE_AND.search(original, max(0, start - 40), start)
    in_pairs = (
        pair
        and not is_large(pair["place"])
        and (_OTHER_PAIR.search(original, end, high) or _OTHER_PAIR.search(original, low, pair.start()))
    )
    of_all = _OF_ALL_THERE.match(original, end)
    there = of_all and not is_large(of_all["place"])
    if not in_pairs and not there and not named_small_place(text, low, high):
        return None
    if (
        not OF_PEOPLE.search(lower, low, high)
        and not (before and after and "n" in before.group())
        and not (after and after.group().strip()[:1].isalpha() and len(after.group()) > 6)
        and not _DO_AS_PEOPLE.match(original, end)
    ):
        return None
    if before:
        return start, end
    if _is_label(text, start):
        return None
    if after or in_pairs or ahead.endswith("("):
        return start, end
    return (start, end) if not _MONTH_BEFORE.search(ahead) and _LIST.search(original, low, start) else None


def _in_tables(text: Readable) -> Iterator[Identifier]:
    """Rows with a ward or a village and a small count, under a head that says so or with words that do."""
    original = text.text
    for table in _TABLE.finditer(text.lower):
        for row in _ROW.finditer(original, max(0, table.start("rows") - 1), table.end("rows")):
            yield identifier("small-number", *text.span(row.start("place"), row.end("count")), False)
    for row in _ROW.finditer(original):
        if (
            len(row["place"].split()) < 3
            and not is_large(row["place"].split()[0])
            and _OF_ONES.search(row.group().lower())
        ):
            yield identifier("small-number", *text.span(row.start("place"), row.end("count")), False)
