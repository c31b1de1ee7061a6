"""Owns what sentences say of patients and those close to them, and what names need to be theirs. Never looks for a name."""

import re
from typing import Final

from kb.content.shapes.name_words import FULL, PERSON
from kb.content.shapes.readable import Readable

CLOSE: Final = r"(?:mother|mum|mam|father|dad|wife|husband|sons?|daughters?|brothers?|sisters?|gran|nan|grandmother|grandfather|aunt|uncle|widow|foster (?:mother|carers?)|girlfriend|boyfriend|next of kin)"
_CARED: Final = (
    r"(?:parents?|family|carers?|partner|children|care(?: plan| coordinator)?|recovery|discharge|admissions?|medication|diagnosis|illness|stay|journey|case|needs|behaviour|seclusion|bed(?:room)?|death|notes|record|treatment"
    r"|mental health|psychosis|depression|dementia|autism|seizures|symptoms|crisis plan|risk|section|leave|first (?:admission|episode|appointment)|last (?:admission|appointment)|story|experience|GP|psychiatrist|nurse|social worker"
    r"|consultant|support worker|school|flat|house|home|placement|self-harm|anxiety|weight|bloods|tribunal|distress|words|own words|wishes|birthday|voice|file|chart|letter|life)"
)
_SURE: Final = r"(?:re-?admitted|admitted|detained|sectioned|discharged|secluded|restrained|sedated|arrested|hospitali[sz]ed|tube-fed|tasered|handcuffed)"
STATE: Final = (
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
    "close": rf"'s?(?: (?:late|elderly|own|two|older|younger|adult))? {CLOSE}\b",
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
    "verb": rf" (?:(?:was|is|had been|has been|got|felt|became) (?:(?:\w+ly|then|being|first|not|very|once) ){{0,2}}{STATE}|{_DOES})\b",
}
SUBJECT: Final = re.compile(
    rf"(?P<name>(?:[A-Z]\b\.? )?{FULL})(?:" + "|".join(f"(?P<{key}>{part})" for key, part in _FOLLOWED.items()) + ")"
)
_CLAUSE: Final = re.compile(
    rf"(?:is|was|has been|had been|were) (?:\w+ly |then |still |now |not |being )?(?:{STATE}|an? (?:\w+ )?{PERSON}|in (?:his|her|their)|\d\d)|{_DOES}|(?:mother|father|son|daughter|family|care|illness|admission|discharge|first|last|mum|dad|story) "
    r"|we (?:met|cared|saw)|(?:could|can|cannot|would|does|did|has|had) (?:not |no |a |been |to |never |only |several |two |three |four |an |severe )|do(?:es)? not|lost|kept|moved|used (?:to|the|services)|uses (?:the|services)|sleeps|walks|falls|wanders|eats|cannot|can't"
    r"|speaks|wrote to us|rang us|called us"
)
_SURE_CLAUSE: Final = re.compile(
    rf"(?:is|was|has been|had been) (?:only |then |now )?(?:\d\d\b|{_SURE})|(?:lives|lived) (?:at|in|alone|with)|has (?:autism|dementia|schizophrenia|bipolar|epilepsy|psychosis|a learning)|hears voices|fell\b|died\b"
)
_SURELY_CARED: Final = re.compile(
    r"'s? (?:care plan|tribunal|medication|diagnosis|wishes|bed(?:room)?|admission|seclusion|section|death|illness|psychosis|seizures|self-harm|family|parents|GP|social worker|psychiatrist)\b"
)
_OF_A_WRITER: Final = re.compile(r"'s? (?:words|school|voice)\b")  # of full names: a writer's as well as a patient's
_HUMAN: Final = re.compile(
    r" (?:hears|heard|cried|remember(?:s|ed)|recall(?:s|ed)|struggled|hated|loved|likes|liked|felt|suffer(?:s|ed)|lives|lived|refused|slept|wanders|wandered|doesn't like|didn't like)\b"
)
_PRONOUN: Final = re.compile(r"\b(?:she|he|her|his|him|herself|himself)\b")
_SEASONS: Final = frozenset(("may", "june", "april", "august", "summer", "winter", "autumn"))
_SURNAME: Final = re.compile(r" [A-Z]\w")
# Said so, any word that looks like a name is one; after the others it has to be known as one, or to look the more so.
_ENOUGH: Final = frozenset(("status", "age_does", "pronoun", "with_close", "person", "plain", "aged", "now"))


def is_said_of_a_person(text: Readable, match: re.Match[str], known: bool, given: bool, shape: bool) -> bool:
    """Whether what follows the name in a match of `SUBJECT` makes it a patient's, or of somebody close to one.

    Args:
        text: where it stands.
        match: the match, with the name and what follows.
        known: whether it is surely somebody's name.
        given: whether people are called so, though it may be another word.
        shape: whether it looks like a name and stands where none of a place does.
    """
    key, one_word = match.lastgroup or "", " " not in match["name"].strip()
    said = match[key]
    if key in _ENOUGH:
        return known or shape or (given and key != "age_does")
    if key == "sure":
        return known or (shape and " were " not in said)
    if key == "who":
        sure = bool(_SURE_CLAUSE.match(match["clause"])) or not one_word
        return bool(_CLAUSE.match(match["clause"])) and (known or (shape and sure))
    if key == "old":
        return known or (shape and not said.rstrip().endswith("old"))
    if key == "been":
        sure = given and match["name"].lower() not in _SEASONS
        return sure or (shape and one_word and _of_her_or_him(text, match))
    if key == "verb":
        if known:  # "John Smith said" may be anybody; "John said" is hardly an author
            return not (_SAYS.match(said) and _SURNAME.search(match["name"]))
        return (given or (shape and one_word and bool(_HUMAN.match(said)))) and _of_her_or_him(text, match)
    if key == "cared":
        if not one_word and _OF_A_WRITER.match(said):
            return False
        return known or ((given or shape) and bool(_SURELY_CARED.match(said)))
    return known


def _of_her_or_him(text: Readable, match: re.Match[str]) -> bool:
    high = text.sentence(*match.span())[1]
    return bool(_PRONOUN.search(text.lower, match.end(), high))
