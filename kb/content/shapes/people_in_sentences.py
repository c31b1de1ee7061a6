"""Owns spotting names by what the sentence says of them: admitted, detained, aged 34, somebody's mother. Never stops staff in their role."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.given_names import GIVEN_NAMES, WORDS_TOO, is_given_name, is_only_a_name
from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.name_words import FULL, PERSON, is_name, stands
from kb.content.shapes.named_people import as_in_a_family
from kb.content.shapes.readable import Readable

_CLOSE: Final = r"(?:mother|mum|mam|father|dad|wife|husband|sons?|daughters?|brothers?|sisters?|gran|nan|grandmother|grandfather|aunt|uncle|widow|foster (?:mother|carers?)|girlfriend|boyfriend|next of kin)"
_CARED: Final = (
    r"(?:parents?|family|carers?|partner|children|care(?: plan| coordinator)?|recovery|discharge|admissions?|medication|diagnosis|illness|stay|journey|case|needs|behaviour|seclusion|bed(?:room)?|death|notes|record|treatment"
    r"|mental health|psychosis|depression|dementia|autism|seizures|symptoms|crisis plan|risk|section|leave|first (?:admission|episode|appointment)|last (?:admission|appointment)|story|experience|GP|psychiatrist|nurse|social worker"
    r"|consultant|support worker|school|flat|house|home|placement|self-harm|anxiety|weight|bloods|tribunal|distress|words|own words|wishes|birthday|voice|file|chart|letter|life)"
)
_SURE: Final = r"(?:re-?admitted|admitted|detained|sectioned|discharged|secluded|restrained|sedated|arrested|hospitali[sz]ed|tube-fed|tasered|handcuffed)"
_STATE: Final = (
    rf"(?:{_SURE}|diagnosed|prescribed|assessed|referred|transferred|nursed|placed|found|treated|moved|seen|given|sent|taken|offered|born|ill|unwell|afraid|frightened"
    r"|anxious|depressed|autistic|pregnant|homeless|non-verbal|suicidal|in hospital|in crisis|on the ward|living|able to go home|told|asked|late for)"
)
_DOES: Final = (
    r"(?:fell|died|self-harmed|absconded|refused|overdosed|attempted|relapsed|lives|lived|needs|needed|hears|heard|takes|took|tells|told|says|said|felt|wanted|wants|waited|spent|stayed|stopped|tried"
    r"|remember(?:s|ed)|describe[sd]|recall(?:s|ed)|struggled|hopes|likes|liked|hated|loved|became|suffer(?:s|ed)|has (?:been|had|a|lived|used|schizophrenia|bipolar|autism|dementia|epilepsy|psychosis|not)"
    r"|had (?:been|a|no|to|not|schizophrenia|two|three)|went (?:home|missing|into|to)|came (?:home|to|in|back)|missed|cried|left (?:hospital|the ward)|now (?:lives|has|goes|works)|could not|did not|does not|would not|never|asked|thanked|got better|recovered|wrote to|rang|doesn't|didn't|won't|can't|couldn't|wouldn't|cannot)"
)
_SAYS: Final = re.compile(
    r" (?:tells|told|says|said|remember|describe|recall|asked|thanked|felt|wanted|hopes|likes|liked|loved|tried|took|had|never|did not|could not|would not|stayed|spent|became|stopped)"
)
# What may follow a name, each under its own name in the match.
_PART: Final = r"(?:,| \(| -) ?"
_NOT_LAY: Final = (  # a patient representative, a carer governor and the like speak for patients: they are named as such
    r"(?![-'])(?! (?:rep|lead|govern|advoca|consult|involve|engage|exper|safety|member|network|champ|ambass|educat|research|organi|chari|group|forum|panel|voice|council|story"
    r"|record|portal|survey|feedback|information|led|and carer))"
)
_FOLLOWED: Final = {
    "pronoun": r" (?:said|told (?:us|me|the \w+|her|him|staff)|felt|says|thinks|thought|hopes|wants|wished|knew|feared) (?:that )?(?:she|he)\b",
    "with_close": r" (?:and|with) (?:her|his)\b",
    "been": r"'s (?:been|had|got|gone|still|always|never|not been)\b",
    "status": r"(?:, bless (?:her|him)\b| (?:s(?:ec(?:tion)?)?\.? ?\d|CTO|cto|informal(?=[ ,.;]*(?:$|[,.;]))|did not attend|DNA'?d|was not brought|failed to attend|took (?:her|his) own life|died (?:by|on the|in (?:hospital|seclusion|custody|her|his)|after|at home)|turned \d\d|has (?:autism|dementia|schizophrenia|bipolar|epilepsy|psychosis|a learning disability|anorexia|ADHD|OCD|diabetes)|loves|enjoys|dislikes|fell (?:out of bed|over|asleep|down the)|self-harmed|absconded|overdosed|attended (?:with|clinic|alone|today)|presented (?:with|to|in)|denied (?:any|suicid\w+)|complained of|reports? (?:low|poor|hearing)|was (?:alert|orientated|tearful|settled|unsettled|agitated|distressed|restless|pleasant)|unsettled|on leave|slept|awake|asleep|(?:is|was) (?:my|our|her|his) (?:[\w-]+ ){0,2}(?:son|daughter|wife|husband|mother|mum|father|dad|brother|sister|nan|gran|uncle|aunt|partner|cousin|niece|nephew|friend|lad|twin))\b)",
    "close": rf"'s?(?: (?:late|elderly|own|two|older|younger|adult))? {_CLOSE}\b",
    "sure": rf" (?:was|is|were|had been|has been|got|being|remains|remained) (?:(?:\w+ly|then|being|first|not|twice|again) ){{0,2}}{_SURE}\b",
    "person": rf"{_PART}(?:(?:was|is|then|now|herself|himself) )?(?:an?|one of (?:our|the)|our|their|her|his|my) (?:[\w\-]+ ){{0,3}}?{PERSON}\b{_NOT_LAY}",
    "plain": rf"{_PART}(?:former |ex-|current )?(?:patient|service user|inpatient|resident|client|carer|in-patient|son|daughter|wife|husband|mother|father|mum|dad|sister|brother)(?=[,.;)\"\n]|$| (?:on|of|at|since|for)\b)",
    "who": rf"{_PART}(?:who|whose|whom) (?P<clause>[^\n.]{{3,60}})",
    "aged": r",? \(?(?:aged \d{1,3}\b(?![.%])|age \d{1,3}\b(?=[,;)]|\.? |\.?$))",
    "now": r"(?:,? \((?:now|then|aged|age) \d{1,3}\)|, (?:now|then) \d{1,3}\b(?=[,.;)]|$))",
    "old": rf",? \(?(?:(?:is|was|who is|who was|now|then) )?(?:an? )?\d{{1,3}}[- ]years?[- ]old\b(?: (?:[\w\-]+ ){{0,2}}{PERSON}\b)?",
    "age_does": rf"(?:, (?:1[01]\d|[1-9]\d|[5-9]),| \((?:1[01]\d|[1-9]\d|[5-9])\)) (?:was|is|had|has|{_DOES})\b",
    "age": r"(?:, (?:1[01]\d|[1-9]\d|[5-9])(?=,|\)|;|\.(?!\d)|$|\n| from\b)| \((?:1[01]\d|[1-9]\d|[5-9])\))",
    "cared": rf"'s? {_CARED}\b",
    "verb": rf" (?:(?:was|is|had been|has been|got|felt|became) (?:(?:\w+ly|then|being|first|not|very|once) ){{0,2}}{_STATE}|{_DOES})\b",
}
_SUBJECT: Final = re.compile(
    rf"(?P<name>(?:[A-Z]\b\.? )?{FULL})(?:" + "|".join(f"(?P<{key}>{part})" for key, part in _FOLLOWED.items()) + ")"
)
# What has to stand there before it is worth looking for names that are in no list.
_CUES: Final = frozenset(
    """
    who whose whom mother mum mam father dad wife husband son sons daughter daughters brother brothers sister
    sisters gran nan grandmother grandfather aunt uncle widow girlfriend boyfriend readmitted admitted attended
    presented denied complained reports settled unsettled leave slept awake asleep my our tearful agitated restless
    hears cried remembers hated likes liked felt lives lived refused she he her his been had got gone loves enjoys
    dislikes cto sec informal attend dna brought absconded overdosed tribunal medication diagnosis parents family
    seizures detained sectioned discharged secluded restrained sedated arrested hospitalised hospitalized tasered
    handcuffed aged now then old woman man lady gentleman girl boy teenager inpatient pensioner kin
    """.split()
)
_FREQUENT: Final = frozenset(
    ("patient", "user", "resident", "client", "carer", "service", "care", "section", "died", "fell", "has", "turned")
)
_AFTER_A_NAME: Final = re.compile(
    r"(?:(?:,| \(| -) ?(?:an? |the |our |former |ex-|current )?(?:service )?|'s |[a-z] )$"
)
_REACH: Final = 70  # characters before such a word in which the name stands
_CLAUSE: Final = re.compile(
    rf"(?:is|was|has been|had been|were) (?:\w+ly |then |still |now |not |being )?(?:{_STATE}|an? (?:\w+ )?{PERSON}|in (?:his|her|their)|\d\d)|{_DOES}|(?:mother|father|son|daughter|family|care|illness|admission|discharge|first|last|mum|dad|story) "
    r"|we (?:met|cared|saw)|(?:could|can|cannot|would|does|did|has|had) (?:not |no |a |been |to |never |only |several |two |three |four |an |severe )|do(?:es)? not|lost|kept|moved|used (?:to|the|services)|uses (?:the|services)|sleeps|walks|falls|wanders|eats|cannot|can't"
    r"|speaks|wrote to us|rang us|called us"
)
_SEASONS: Final = frozenset(("may", "june", "april", "august", "summer", "winter", "autumn"))
_HUMAN: Final = re.compile(
    r" (?:hears|heard|cried|remember(?:s|ed)|recall(?:s|ed)|struggled|hated|loved|likes|liked|felt|suffer(?:s|ed)|lives|lived|refused|slept|wanders|wandered|doesn't like|didn't like)\b"
)
_PRONOUN: Final = re.compile(r"\b(?:she|he|her|his|him|herself|himself)\b")
_SURELY_CARED: Final = re.compile(
    r"'s? (?:care plan|tribunal|medication|diagnosis|wishes|bed(?:room)?|admission|seclusion|section|death|illness|psychosis|seizures|self-harm|family|parents|GP|social worker|psychiatrist)\b"
)
_SURE_CLAUSE: Final = re.compile(
    rf"(?:is|was|has been|had been) (?:only |then |now )?(?:\d\d\b|{_SURE})|(?:lives|lived) (?:at|in|alone|with)|has (?:autism|dementia|schizophrenia|bipolar|epilepsy|psychosis|a learning)|hears voices|fell\b|died\b"
)
_AT: Final = re.compile(
    r"\b(?:[Ii]n|[Aa]t|[Ff]rom|[Nn]ear|[Oo]f|[Aa]cross|[Tt]o|[Aa]round|[Oo]utside|[Bb]eyond|[Oo]n|[Vv]ia|[Uu]sing|[Tt]he)(?: [A-Z][\w'\-]+(?:,| and|, and))? $"
)


_NAMES: Final = GIVEN_NAMES - WORDS_TOO
_FULL: Final = re.compile(FULL)
_CITED_AFTER: Final = re.compile(
    r",? [A-Z]{1,3}\b(?!['a-z])(?! (?:said|told|was|is|had|has|did|wrote)\b)|,? [A-Z]\.|'s (?:\w+ )?(?:law|rule|act|principles?|training|campaign|legacy|bill|amendment|fund|test|report|review|model|law|inquiry|scale|method|list|syndrome|disease|criteria|theory|day|place|house|trust|charity|legacy|army)\b| et al| the [A-Z]| ?& ?[A-Z]| and [A-Z][a-z]+,? \(?(?:19|20)\d\d| \(?(?:19|20)\d\d\b"
)
_CAPITAL_BEFORE: Final = re.compile(
    r"(?<!Big )(?<!Little )(?<!Old )(?<!Young )(?<!Wee )(?<!Mad )(?:[A-Z]\.? |[A-Z][a-z][\w'\-]* |[A-Z][\w'\-]*-|[&@/#_])$"
)
_SURNAME_BEFORE: Final = re.compile(r"(?P<surname>[A-Z][A-Z'\-]{2,}),? $")
# What a sentence or a row of a list has in it that is about one patient.
_OF_ONE_PATIENT: Final = re.compile(
    r"\b(?:admitted|detained|sectioned|depot|discharged|bed \d|sec \d|s\.? ?\d|mha|section \d+|dob|carer|mum|mother|dad|father|son|daughter|obs|aged|care plan|diagnos\w+|clozapine|lithium|psychosis|schizophrenia|bipolar|dementia|autistic|self-harm\w*"
    r"|overdose|fell|restrained|secluded|missed|did not attend|dna'?d?|appointment|consent\w*|photo(?:graph)?|picture[ds]?|caption|patient|inpatient|resident|lives|lived|relapse\w*|delusion\w*|hears voices|leave|rang|wrote to us|story|refus\w+|waiting|referral|nhs no|rio|bedroom|clinic letter|re:)\b"
)


def people_in_sentences(text: Readable) -> Iterator[Identifier]:
    """Names of which the sentence says what is only said of patients and those close to them; and names without surname or role."""
    for start in text.where(_NAMES):
        if _inside(text.text, start):
            continue
        if text.text[start].isupper():
            yield from _given(text, start)
        elif (small := _SMALL.match(text.lower, start)) and (len(small["name"]) > 3 or small["close"]):
            yield identifier("name", *text.span(*small.span("name")), False)
    for low, high in _windows(text):
        for match in _SUBJECT.finditer(text.text, low, high):
            if not _inside(text.text, match.start()):
                yield from _subject(text, match)


def _inside(original: str, start: int) -> bool:
    return start > 0 and (original[start - 1].isalnum() or original[start - 1] in "'-@/._")


def _windows(text: Readable) -> Iterator[tuple[int, int]]:
    """Stretches of text around the cues, those that overlap as one."""
    low = high = -1
    lower = text.lower
    after = (start for start in text.where(_FREQUENT) if _AFTER_A_NAME.search(lower, max(0, start - 24), start))
    for position in sorted({*text.where(_CUES), *text.where(WORDS_TOO), *after}):
        if position - _REACH > high:
            if high > 0:
                yield low, high
            low = max(0, position - _REACH)
        high = position + _REACH
    if high > 0:
        yield low, min(high, len(text.text))


def _subject(text: Readable, match: re.Match[str]) -> Iterator[Identifier]:
    name = match["name"] if len(match["name"].split()[0].rstrip(".")) > 1 else match["name"].partition(" ")[2]
    words = name.split()
    given = is_given_name(words[0])
    known = is_only_a_name(words[0]) or (given and len(words) > 1)
    if is_name(name) and _is_person(text, match, known, given) and stands(text, *match.span("name")):
        certain = known and not (match["cared"] or match["verb"] or match["age"])
        yield identifier("name", *text.span(*match.span("name")), certain)


def _given(text: Readable, start: int) -> Iterator[Identifier]:
    """A given name: with what is said of it, alone, or with a surname in a sentence about one patient."""
    original = text.text
    if subject := _SUBJECT.match(original, start):
        found = list(_subject(text, subject))
        if found:
            yield from found
            return
    full = _FULL.match(original, start)
    if not full or not is_name(full.group().split()[0]):
        return
    if (
        full.group().isupper()
        and " " not in full.group()
        and not _SURNAME_BEFORE.search(original, max(0, start - 24), start)
    ):
        return  # ISAAC, a study
    end, alone = full.end(), not full.group()[len(full.group().split()[0]) :].rstrip(".")[2:]
    surname = _SURNAME_BEFORE.search(original, max(0, start - 24), start)
    ahead = original[max(0, start - 24) : start]
    if _CITED_AFTER.match(original, end):
        return
    if _REFERENCE.match(original, full.start()):
        return
    if (
        " " in full.group()
        and alone
        and (_CITING.search(original, max(0, start - 60), start) or _CITING.search(original, end, end + 60))
    ):
        return  # Smith J, James A, Thomas B.
    if not surname and _CAPITAL_BEFORE.search(ahead) and not as_in_a_family(text, start):
        return
    if not stands(text, start, end):
        return
    shouted = (
        " " in full.group() and full.group().split()[-1].isupper() and len(full.group().split()[-1]) > 2
    )  # Brian HILL, as records write it
    if not alone and not surname and not shouted and not _SEEN.search(original, max(0, start - 30), start):
        low, high = text.sentence(start, end)
        if not _OF_ONE_PATIENT.search(text.lower, low, high):
            return
    yield identifier("name", *text.span(surname.start() if surname else start, end), False)


# Typed without capitals: jean fell again, daniel's mum.
_SMALL: Final = re.compile(
    rf"(?P<name>[a-z]+)(?: [a-z]+)??(?:(?P<close>'?s {_CLOSE}\b)| (?:was|is|had been|has been|got) (?:\w+ly |then |being |not |very )?{_STATE}\b| (?:fell|died|refused|absconded|wants|wanted|told us|self-harmed|relapsed|went home|came in|did not get|needs|said|told|asked|has been|in bed \d|unsettled|settled|slept|on leave)\b)"
)
_REFERENCE: Final = re.compile(r"[A-Z][\w'-]+ [A-Z]{1,2}[.,] [A-Z][a-z]+ (?:[a-z]+ )?[a-z]+")
_SEEN: Final = re.compile(
    r"\b(?:I (?:saw|met|reviewed|assessed|visited)|referring(?: this (?:lady|gentleman|man|woman),)?|seeing|seen|interviewed|case of|death of|inquest into|murder of|funeral of|the late|care of|story of|letter (?:to|from|about)|about|regarding|photo of|picture of) $"
)
_CITING: Final = re.compile(r"\b(?:19|20)\d\d\b|\bet al|[A-Z][a-z]+ [A-Z]{1,2}[,.;]|doi|[Jj]ournal|BMJ|Lancet")


def _is_person(text: Readable, match: re.Match[str], sure_name: bool, given: bool) -> bool:
    name = match["name"]
    words = [word for word in name.split() if len(word.rstrip(".")) > 1]
    placed = bool(_AT.search(text.text[max(0, match.start() - 40) : match.start()]))
    shouted = (
        name.isupper()
        and len(words) > 1
        and min(map(len, words)) > 2
        and not text.text[max(0, match.start() - 20) : match.end() + 20].isupper()
    )
    shape = (
        not placed
        and (not name.isupper() or shouted)
        and not words[0].endswith(("ing", "ly", "ian", "ish", "ese"))
        and (not words[-1].endswith("s") or len(words) > 1)
    )
    if match["close"]:
        return sure_name or given or (not placed and not name.isupper() and not words[0].endswith("ing"))
    if match["sure"]:
        return sure_name or (shape and " were " not in match["sure"])
    if match["verb"] and given and not sure_name:  # Rose has been here since she was 15
        high = text.sentence(*match.span())[1]
        return not placed and bool(_PRONOUN.search(text.lower, match.end(), high))
    if match["cared"] and given and not sure_name:
        return not placed and bool(_SURELY_CARED.match(match["cared"]))
    if match["verb"] and not given:
        high = text.sentence(*match.span())[1]
        return (
            shape
            and len(words) == 1
            and bool(_HUMAN.match(match["verb"]))
            and bool(_PRONOUN.search(text.lower, match.end(), high))
        )
    if match["verb"]:
        said = bool(_SAYS.match(match["verb"]))
        return sure_name and not (said and len(words) > 1 and len(words[-1].rstrip(".")) > 1)
    if match["cared"] and not given:
        return shape and bool(_SURELY_CARED.match(match["cared"]))
    if match["person"] or match["plain"]:
        return sure_name or given or shape
    if match["who"]:
        sure = bool(_SURE_CLAUSE.match(match["clause"]))
        return bool(_CLAUSE.match(match["clause"])) and (sure_name or (shape and (sure or len(words) > 1)))
    if match["status"]:
        return sure_name or given or shape
    if match["age_does"]:
        return sure_name or shape
    if match["pronoun"] or match["with_close"]:
        return sure_name or given or shape
    if match["been"]:
        high = text.sentence(*match.span())[1]
        return (given and words[0].lower() not in _SEASONS) or (
            shape and len(words) == 1 and bool(_PRONOUN.search(text.lower, match.end(), high))
        )
    if match["aged"] or match["now"]:
        return sure_name or shape
    if match["old"]:
        return sure_name or (shape and match["old"].rstrip()[-3:] != "old")
    return sure_name and not placed
