"""Owns spotting counts under five of people beside a small place. Never counts wards, staff, weeks or ratios."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.readable import Readable
from kb.content.shapes.small_places import LARGE, named_small_place, near_small_place

_COUNT: Final = r"(?:one|two|three|four|[1-4]|a single|a couple of|a lone|a solitary|a pair of|a trio of|both|the only|the sole|its only|their only|our only|only|sole)"
_COUNT_WORDS: Final = frozenset(
    """
    one two three four single couple lone solitary pair trio only sole both
    """.split()
)
_LEADS_IN: Final = re.compile(r"(?:a|the|its|their|our) $")
_DIGIT: Final = re.compile(r"[1-4](?![\d%]|[.,:\-]\d|/\d+/)")
_PEOPLE: Final = (
    r"(?:patients?|pts?|res(?= )|friends|in-?patients?|residents?|service[ \-]users?|sus?|clients?|people|persons?|individuals?|adults?|children|child|kids?|pupils?|students?|young people|young person|teenagers?|teens?|adolescents?"
    r"|men|man|women|woman|boys?|girls?|mothers?|fathers?|mums?|dads?|parents?|carers?|famil(?:y|ies)|households?|couples?|siblings?|brothers?|sisters?|sons?|daughters?|babies|baby|detainees?|prisoners?|tenants?|veterans?|travellers?|refugees?"
    r"|asylum seekers?|deaths?|suicides?|attempted suicides?|suicide attempts?|lads?|lasses|ladies|lady|gents?|chaps?|blokes?|gentlem[ae]n|males?|females?|villagers?|islanders?|inhabitants?|users?|(?:of )?(?:them|whom|us)|twins|toddlers?|infants?"
    r"|widows?|widowers?|pensioners?|pregnanc(?:y|ies)|cases|\d{1,2}-year-olds?|(?:under|over)-?\d\ds|nonagenarians?|centenarians?|wheelchair users?|learners?|boarders?|speakers?|muslims?|sikhs?|hindus?|jews?|smokers?|diabetics?|amputees?|yps?|cyp|ones?(?= (?:who|with|in|on|at|there)\b)|under-\d\ds)"
)
_NOT_A_HEAD: Final = (
    r"(?!['\-](?!s\b)|'s\b| (?:representatives?|reps?|leads?|leaders?|safety|advocates?|experience|groups?|story|stories|surveys?|feedback|records?|journey|panel|governors?|council|rooms?|beds?|areas?|information|forum|network|days?"
    r"|meetings?|champions?|consultants?|volunteers?|ambassadors?|leaflets?|flow|notes|files|workers?|educators?|researchers?|partners?|interviews|posters|centres?|hubs?|therapists?|friendly|led|support|nurses?|nurse|doctors?|social|peer"
    r"|teams?|services?|projects?|placements?|studies|series|managers?|staff|coordinators?|wards?|units?|homes?|schools?|practices?|bathrooms?|lounges?|gardens?)\b)"
)
_NEVER_QUALITY: Final = (
    r"(?!(?:nurses?|doctors?|staff|managers?|consultants?|beds?|wards?|teams?|bedrooms?|of|for|and|to|with|per|in|on|from|at|groups?|months?|weeks?|years?|days?|hours?|trusts?|services?|units?|times?|cycles?|schools?"
    r"|homes?|practices?|projects?|steps?|ways|sessions?|visits|more|other than|things|types|kinds|reasons|hundred|thousand|million|percent|per cent|points|by|the|a|an|that|which|were|was|is|are|had|have|has|or|who|did|as|than"
    r"|hospitals?|sites?|peer|student|psychologists?|matrons?|workers?|members?|questions?|changes?|ideas?|rooms?|bathrooms?|lounges?|meals?|phases?|waves?|villages?|towns?|counties|boroughs?)\b)"
)
_FEW: Final = re.compile(
    rf"(?P<count>{_COUNT})(?:/\d{{1,2}}(?![\d/]))?(?: ?x)?(?: \([^()\n]{{1,14}}\))? (?P<of>(?:out )?of (?:(?:the|our|its|their|these|those|his|her|all|\w+) )?(?:[\w']+ )?)?(?:{_NEVER_QUALITY}[\w'\-]+ ){{0,3}}?(?P<people>{_PEOPLE})(?![\w]){_NOT_A_HEAD}(?P<rest>[^\n.;]{{0,40}})"
)
_SINGULAR: Final = frozenset(
    """
    patient pt inpatient resident client person individual adult child kid pupil student teenager man woman boy girl
    mother father mum dad parent carer family household sibling brother sister son daughter baby user death suicide
    lady gent
    """.split()
) | {"service user", "young person"}
_SEVERAL: Final = frozenset(("two", "three", "four", "2", "3", "4", "both", "a couple of", "a pair of", "a trio of"))
_LABEL_BEFORE: Final = re.compile(
    r"(?:(?<!')\b(?:levels?|sections?|s|clusters?|wards?|bands?|groups?|types?|tiers?|phases?|stages?|steps?|cycles?|waves?|grades?|categor(?:y|ies)|room|bed|year|week|month|day|tables?|figures?|units?|sites?|versions?|options?|standards?"
    r"|cohorts?|pods?|zones?|appendix|chapters?|pages?|no|number|parts?|recommendations?|principles?|domains?|drivers?|aims?|objectives?|priorit(?:y|ies)|indicators?|items?|questions?|schedule|line|class|pdsa|every|each|per|least|any|ratio of|fewer than"
    r"|less than|under|below|up to|more than|over|and a|at most|for every|to every|cluster|key stage|quarter|q|round|step|<|>|\+)\.? "
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+) (?:in|out of) |[<>\u2264\u2265+\u00d7=#] ?)$"
)
_PLACE_BEFORE: Final = re.compile(r"[A-Z][\w']+ (?:Ward|Unit|House) $")
_RATE: Final = re.compile(
    r"^ ?(?:at a time|per |each\b|every\b|an? (?:day|week|month|shift|year|night|hour|time|bay|room|ward)\b|in (?:\d+|five|ten|four|three|a hundred|every)\b|in each|on each|on every|in every|from each|from every|at each|at every|to a )"
    r"|\b(?:per (?:day|week|month|shift|ward|bay|room|year)|at a time|on each|from each|in each|at each|to each|every (?:day|week|month|shift|ward))\b"
)
# People who take part in the work, not in its figures.
_WORK: Final = re.compile(
    r"\b(?:joined the|steering|project team|working group|co-?design\w*|co-?produc\w*|interview panel|facilitat\w*|co-?facilitat\w*|led the|lead the|lived experience|peer support|experts? by experience"
    r"|sat on|improvement team|committee|helped to (?:plan|write|design|run|choose)|were paid|project group|board)\b"
)
_THEM: Final = re.compile(r"\b(?:them|whom|us)$")
_SAID_BEFORE: Final = re.compile(
    r"\b(?:patients|residents|people|men|women|children|pupils|service users|young people|clients|adults|families|ward|home|school|practice|village)\b"
)
_FROM: Final = re.compile(
    rf"(?P<count>(?i:{_COUNT})) (?:{_NEVER_QUALITY}[\w'\-]+ ){{0,3}}?(?:patients?|pts?|residents?|pupils?|child|children|boys?|girls?|m[ae]n|wom[ae]n|lad(?:y|ies)|gents?|gentlem[ae]n|teenagers?|siblings|famil(?:y|ies)|brothers|sisters|sons|daughters|young (?:people|men|women|person)"
    r"|people|households?|couples?|mothers?|fathers?|carers?|deaths?|suicides?)"
    rf" (?P<how>who lives? in|who lived in|from|living in|of|in|at|on) (?:the )?(?P<place>[A-Z][\w'\-]+(?: [A-Z][\w'\-]+)?)(?! (?:NHS|Trust|University|Hospital|Council|County|Borough|City))"
)
_AT: Final = re.compile(
    r"\b(?:[Aa]t|[Ii]n|[Oo]n|[Ff]rom) (?P<place>[A-Z][a-z'\-]+(?: [A-Z][a-z'\-]+)?),? (?:only |just |there (?:is|are|was|were) (?:only |just )?)?$"
)
_ONE_OF_FEW: Final = re.compile(
    rf"\b(?:one|two|three) of (?:only |just |the |our |the only )?(?:two|three|four|[2-4]) {_NEVER_QUALITY}[a-z\-]+(?:s|ics|iacs)\b(?= (?:at|in|on|with|registered|from|there|who)\b)"
)
_PAIRS: Final = re.compile(
    r"(?P<place>[A-Z][a-z]{2,})(?: Ward| Unit| House| Lodge)?(?: x ?| )(?P<count>\d+|one|two|three|four)(?=,|;| and |\.(?!\d)|$)"
)
_STATISTIC: Final = re.compile(
    r"(?:\b[nN] ?= ?(?P<n>[1-4]|one|two|three|four)\b(?![.,]\d)"
    r"|\b(?:figure|number|count|total)s?(?: there| here)? (?:was|is|were|fell to|rose to|of)(?: only| just)? (?P<figure>one|two|three|four|[1-4])\b(?![.,%]\d|%)"
    r"|(?:[a-zA-Z)][,:]? |[\-:=|] ?)(?P<listed>[1-4]|one|two|three|four)(?=[;,](?: |$)|\.(?!\d)|$|\)| \(| at [A-Z]| on [A-Z]| ?\|)"
    r"|(?:Ward|Unit|House|Lodge|School|Practice|Surgery|Home|Cottage) \((?P<bracket>one|two|three|four|[1-4])\)"
    r"|\((?P<any>one|two|three|four|[1-4])\)|% \((?:n ?= ?)?(?P<percent>one|two|three|four|[1-4])\)"
    r"|\b(?P<who>one|two|three|four|[1-4]) (?:who|of whom)\b|(?<![\w.,/:-])(?P<sex>[1-4]) ?[MF]\b(?! ?\d)|\b[MF] ?[:=]? ?(?P<sexes>[1-4])(?=[,;.)]|$)"
    r"|(?<![\w.,/:-])(?P<on>one|two|three|four|[1-4]) (?:of (?:them|whom|these|those) )?(?:on|at|from|in) (?:the )?(?=[A-Z])"
    r"|, (?P<word>one|two|three|four)(?=[;.,]|$)|(?<![\d/.])(?P<part>[1-4])/\d{1,2}(?![\d/])| x ?(?P<times>[1-4])\b"
    r"|(?<![\w.,/-])(?P<adjective>one|two|three|four|[1-4]) (?:(?:were|was|is|are) )?(?:deaf|blind|autistic|pregnant|trans|transgender|muslim|sikh|jewish|detained|informal|secluded|restrained|diabetic|hiv(?:\+|-positive| positive| pos\b)?|hep(?:atitis)? ?[bc]|mrsa|epileptic|with (?:hiv|dementia|epilepsy|anorexia|psychosis|tb)|black|asian|white|male|female|under-18|homeless|gay|bisexual|lesbian)(?!\w)"
    r"|(?<![\w.,/:-])(?P<later>one|two|three|four|[1-4]) (?:are|were|is|was|have|had|did|died|fell|lives?|lived|needed|refused|chose|declined|left|took|asked)\b"
    r"|(?<![\w.,/:-])(?P<both>one|two|three|four|[1-4]),? \(?(?:both|all)\b)"
)
_OF_PEOPLE: Final = re.compile(
    rf"\b(?:{_PEOPLE}|restrained|secluded|detained|hiv|self-harm\w*|suicid\w*|ethnicity|diagnos\w+|pregnan\w+|white british|pakistani|bangladeshi|roma|gypsy|black (?:african|caribbean|british)|trans(?:gender)?|non-binary|hepatitis|positive"
    r"|epilepsy|down's syndrome|asian|somali|muslim|jewish|died|male|female|s[23]|sectioned|under section|cto|lithium|clozapine|depot|smi|dementia|autis\w*|psychosis|schizophrenia|bipolar|anorexia|learning disabilit\w*|blind|deaf)\b"
)
_MONTH_BEFORE: Final = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december) $"
)
_LIST: Final = re.compile(r": |= |, n ?= ?| - |\|")
_TABLE: Final = re.compile(
    r"(?:ward|unit|village|practice|surgery|school|home|gp practice|site|house|place|care home)s?(?: name)? ?\|[^\n]{0,200}?\b(?:patients|residents|people|pupils|service users|children|clients|women|men|deaths|detained|secluded|restrained|admissions|pts)\b[^\n|]{0,60}(?:\||\n)(?P<rows>(?:[^\n]{0,400}\n?){0,40})"
)
_ROW: Final = re.compile(
    r"(?:\| ?|^|\n)(?P<place>[A-Z][\w' ]{1,40}?) ?\|(?:[^|\n]{0,40}\|){0,6}? ?(?P<count>[1-4]|one|two|three|four) ?(?=\||\n|$)"
)
_ROW_ALONE: Final = re.compile(
    r"(?:\| ?|^|\n)(?P<place>[A-Z][a-z]{2,})(?: [Ww]ard)? ?\|(?=[^\n]{0,120}[a-z]{4})(?:[^|\n]{0,40}\|){0,6}? ?(?P<count>[1-4]|one|two|three|four) ?(?=\||\n|$)"
)
_OF_ONES: Final = re.compile(
    r"suicid|death|died|hiv|hepatitis|pregnan|secluded|restrained|detained|trans\b|roma\b|patients|residents|pupils|under-18|self-harm"
)


def small_numbers(text: Readable) -> Iterator[Identifier]:
    """Counts of one to four people in a sentence that names a ward, a home, a school, a practice or a village."""
    lower, original = text.lower, text.text
    counts = {*text.where(_COUNT_WORDS), *(match.start() for match in _DIGIT.finditer(lower))}
    counted: list[int] = []
    for position in sorted(counts):
        if position and (lower[position - 1].isalnum() or lower[position - 1] in ".,:/\u00a3$-#"):
            continue
        lead = _LEADS_IN.search(lower, max(0, position - 6), position)
        start = lead.start() if lead else position
        few = _FEW.match(lower, start) or (_FEW.match(lower, position) if lead else None)
        if not few:
            continue
        start = few.start()
        if few["count"] == "both" and few["rest"].startswith(" and "):
            continue
        if few["people"] in _SINGULAR and few["count"] in _SEVERAL:
            continue
        if few["count"] in ("only", "sole") and not text.before(start, 3).endswith("'s "):
            continue
        if _label_before(text, start) or _RATE.search(few["rest"]):
            continue
        low, high = text.sentence(start, few.start("rest"))
        if _THEM.search(lower[start : few.start("rest")]) and not _SAID_BEFORE.search(lower, low, start):
            continue
        if near_small_place(text, low, high) and not _WORK.search(lower, start, high):
            counted.append(low)
            yield identifier("small-number", *text.span(start, few.start("rest")), False)
        elif (
            (origin := _FROM.match(original, start))
            and origin["place"].split()[0].lower() not in LARGE
            and not _WORK.search(lower, start, high)
        ):
            yield identifier("small-number", *text.span(*origin.span()), False)
        elif (
            (at := _AT.search(original, max(0, start - 44), start))
            and at["place"].split()[0].lower() not in LARGE
            and not _WORK.search(lower, start, high)
        ):
            yield identifier("small-number", *text.span(at.start("place"), few.start("rest")), False)
    yield from _statistics(text, set(counted))
    yield from _by_place(text)
    for match in _ONE_OF_FEW.finditer(lower):
        low, high = text.sentence(*match.span())
        if near_small_place(text, low, high) and not _WORK.search(lower, match.start(), high):
            yield identifier("small-number", *text.span(*match.span()), False)
    if "|" in original:
        for table in _TABLE.finditer(lower):
            for row in _ROW.finditer(original, max(0, table.start("rows") - 1), table.end("rows")):
                yield identifier("small-number", *text.span(row.start("place"), row.end("count")), False)
        for row in _ROW_ALONE.finditer(original):
            if row["place"].lower() not in LARGE and _OF_ONES.search(row.group().lower()):
                yield identifier("small-number", *text.span(row.start("place"), row.end("count")), False)


def _by_place(text: Readable) -> Iterator[Identifier]:
    """Patients secluded: Larch 3, Beech 1, Oak 14."""
    rows: dict[tuple[int, int], list[re.Match[str]]] = {}
    for pair in _PAIRS.finditer(text.text):
        if pair["place"].lower() not in LARGE:
            rows.setdefault(text.sentence(*pair.span()), []).append(pair)
    for (low, high), pairs in rows.items():
        few = [pair for pair in pairs if pair["count"] in ("1", "2", "3", "4", "one", "two", "three", "four")]
        if len(pairs) > 1 and few and _OF_PEOPLE.search(text.lower, low, high):
            yield identifier("small-number", *text.span(*few[0].span()), False)


def _label_before(text: Readable, start: int) -> bool:
    """Level 3, section 2, at least four, 1 in 4: no count of people in this place."""
    return bool(_LABEL_BEFORE.search(text.before(start, 24))) and not _PLACE_BEFORE.search(
        text.text[max(0, start - 40) : start]
    )


def _statistics(text: Readable, counted: set[int]) -> Iterator[Identifier]:
    """Counts whose people stand elsewhere in the sentence: Larch Ward, n=2; on Elder Ward the figure was 3."""
    for one in _STATISTIC.finditer(text.text):
        name = one.lastgroup or "n"
        start = one.start(name)
        low, high = text.sentence(start, one.end(name))
        if low in counted or not named_small_place(text, low, high):
            continue
        if name not in ("adjective", "who", "sex", "sexes") and not _OF_PEOPLE.search(text.lower, low, high):
            continue
        if name in ("later", "both", "who", "sex", "on") and _label_before(text, start):
            continue
        if name == "listed" and (
            _MONTH_BEFORE.search(text.before(start, 12))
            or not _LIST.search(text.text, low, start)
            or _label_before(text, start)
        ):
            continue
        yield identifier("small-number", *text.span(*one.span(name)), False)
