"""Owns spotting given names that stand without a role: alone, or with a surname in a sentence about one patient. Never stops citations."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.given_names import GIVEN_NAMES, WORDS_TOO, is_given_name
from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.name_words import FULL, is_inside_a_word, is_name, stands
from kb.content.shapes.readable import Readable
from kb.content.shapes.said_of_people import CLOSE, STATE

_NAMES: Final = GIVEN_NAMES - WORDS_TOO
_FULL: Final = re.compile(FULL)
_CITED_AFTER: Final = re.compile(
    r"'s (?!Mum|Dad|Mother|Father|Nan|Gran|Sister|Brother|Wife|Husband|Son|Daughter|Family|Care|Story)[A-Z][a-z]{3,}|'s(?:,| and| or) [A-Z]|,? [A-Z]{1,3}\b(?!['a-z])(?! (?:said|told|was|is|had|has|did|wrote)\b)|,? [A-Z]\.|'s (?:\w+ )?(?:law|rule|act|principles?|training|campaign|legacy|bill|amendment|fund|test|report|review|model|law|inquiry|scale|method|list|syndrome|disease|criteria|theory|day|place|house|trust|charity|legacy|army)\b| et al| the [A-Z]| ?& ?[A-Z]| and [A-Z][a-z]+,? \(?(?:19|20)\d\d| \(?(?:19|20)\d\d\b"
)
_CAPITAL_BEFORE: Final = re.compile(r"(?:\b(?P<word>[A-Z](?:[a-z][\w'\-]*|\.?)) |[A-Z][\w'\-]*-|[&@/#_])$")
# Sentences begin with them, and people are called big Al: the next word is no second half of a name.
_ORDINARY: Final = frozenset(
    """Big Little Old Young Wee Mad Meet Since When After Before Did Does Has Had Was Is If Then While Both Unlike Like That Because
    Although Though Once Until Whenever Where Whether Whereas Perhaps Maybe Soon Later Eventually Instead Also Still Again Through During
    Under Over Let Every Each Behind Beside Between Against Despite Except Into Outside Within Who What Why How Are Do Have Not Never
    Always Often Sometimes Usually Yes No Please Hello Hi Goodbye Happy Bless Good Help Visit Watch Ring Give Take Bring Move Seeing Getting Giving
    Introducing Meeting Remembering Watching Supporting Involving Including Asking Helping Letting Taking Moving Although Could Would Can Will May Should See Ask Tell Thank Thanks Remember Twins Brothers Sisters Only Even And But So
    Sadly Happily Finally Luckily Poor Dear Today Yesterday Last Next Now Here With Without For From To By Of On In At As About""".split()
)
_AS_IN_A_FAMILY: Final = re.compile(
    r"\b(?:My|Our|Uncle|Aunt(?:ie|y)?|Nann?a?|Granny|Grandma|Grandad|Grandpa|Gran|Baby) $"
)
_SURNAME_BEFORE: Final = re.compile(r"(?P<surname>[A-Z][A-Z'\-]{2,}),? $")
# Work on the project, not care: where nothing is said of a patient.
_AT_WORK: Final = re.compile(
    r"(?:(?:, [A-Z][\w'\-]+){0,4},? and (?:I|[A-Z][\w'\-]+))?,? (?:also |then |first |later |kindly )?(?:built|created|designed|set up|(?:ran|runs|run) (?:the|our|a)|introduced|piloted|audited|timed|compiled|plotted|coded|programmed"
    r"|joined (?:the|our) (?:\w+ )?(?:team|project|service|department|trust|ward|unit|group)|make up the|took (?:the )?(?:minutes|notes)|work(?:s|ed)? (?:in|at|for) (?:the|our))\b"
    r"|(?: and [A-Z][\w'\-]+)? for (?:the|their|his|her) (?:photo\w*|advice|data|design\w*|charts?|analysis|editing|statistic\w*|artwork|posters?|coaching|expertise|supervision|technical)\b"
)
# Alexandra and Kidderminster: sites, where nothing is said of a patient.
_WITH_A_PLACE: Final = re.compile(r",? (?:and|or) (?P<other>[A-Z][a-z]{3,})\b(?! [A-Z]|')")
# What a sentence or a row of a list has in it that is about one patient.
_OF_ONE_PATIENT: Final = re.compile(
    r"\b(?:admitted|detained|sectioned|depot|discharged|bed \d|sec \d|s\.? ?\d|mha|section \d+|dob|carer|mum|mother|dad|father|son|daughter|obs|aged|care plan|diagnos\w+|clozapine|lithium|psychosis|schizophrenia|bipolar|dementia|autistic|self-harm\w*"
    r"|overdose|fell|restrained|secluded|missed|did not attend|dna'?d?|appointment|consent\w*|photo(?:graph)?|picture[ds]?|caption|patient|inpatient|resident|lives|lived|relapse\w*|delusion\w*|hears voices|leave|rang|wrote to us|story|refus\w+|waiting|referral|nhs no|rio|bedroom|clinic letter|re:)\b"
)


_AS_IN_NOTES: Final = re.compile(r"(?:: (?=[A-Z\"])| \(?[1-9]\d(?![\d%.]))")  # KIRSTY: I felt; JAYDEN 16
# Typed without capitals: jean fell again, daniel's mum.
_SMALL: Final = re.compile(
    rf"(?P<name>[a-z]+)(?: [a-z]+)??(?:(?P<close>'?s {CLOSE}\b)| (?:was|is|had been|has been|got) (?:\w+ly |then |being |not |very )?{STATE}\b| (?:fell|died|refused|absconded|wants|wanted|told us|self-harmed|relapsed|went home|came in|did not get|needs|said|told|asked|rang|phoned|cried|slept|sleeps|hates|likes|loves|lives|lived|felt|has been|in bed \d|unsettled|settled|slept|on leave)\b|'?s (?:care plan|tribunal|medication|diagnosis|admission|section|discharge)\b|, [1-9]\d,)"
)
_REFERENCE: Final = re.compile(r"[A-Z][\w'-]+ [A-Z]{1,2}[.,] [A-Z][a-z]+ (?:[a-z]+ )?[a-z]+")
_SEEN: Final = re.compile(
    r"\b(?:I (?:saw|met|reviewed|assessed|visited)|referring(?: this (?:lady|gentleman|man|woman),)?|seeing|seen|interviewed|case of|death of|inquest into|murder of|funeral of|the late|care of|story of|[Ll]etter (?:to|from|about)|about|regarding|photo of|picture of) $"
)
_CITING: Final = re.compile(r"\b(?:19|20)\d\d\b|\bet al|[A-Z][a-z]+ [A-Z]{1,2}[,.;]|doi|[Jj]ournal|BMJ|Lancet")


# Names of people that are towns as well, where no surname follows: services are named by place all the time.
_TOWNS: Final = frozenset(
    """ashley beverley chelsea chester clyde craven devon dudley florence grange kent kimberley lincoln melton milton paisley preston ross
    selby shirley stafford stanley sutton telford verona victoria warwick wells whitby winston york""".split()
)
# The Albert and Edward wings; Fraser guidelines; Rosie, the therapy dog.
_SAID_BY: Final = re.compile(r"\b(?:said|says|asked|replied|told|cried) $")
_NAMES_A_THING: Final = re.compile(
    r"(?:(?:, [A-Z][\w'\-]+)*(?:,? and [A-Z][\w'\-]+)? (?:wings?|wards?|units?|houses|rooms?|suites?|teams?|hubs?|clinics?|guidelines?|competenc[ey]|criteria|scales?|checklists?|tests?|models?|methods?|index|scores?|inventory|questionnaires?|pathways?|apps?|systems?)\b"
    r"| is the name of |,? (?:the|our|a|an|their) (?:[\w-]+ )?(?:[\w-]+ )?(?:dog|cat|pony|horse|rabbit|parrot|robot|app|system|platform|tool|chatbot|avatar|guinea pig|machine|trolley|van|bus|manikin|mannequin|dummy|simulator|doll|puppet|mascot|character|text messag\w+|bot|scheme|programme|service|clown|bear)\b)"
)
_A_THING_CALLED: Final = re.compile(
    r"\b(?:apps?|system|record|records|platform|tool|software|chatbot|avatar|robot|dog|cat|pony|horse|rabbit|guinea pig|project|programme|database|dashboard|server|helpline|website|newsletter)(?: (?:is|was|which is|that is))?(?:,| called| named) $"
)


def lone_names(text: Readable) -> Iterator[Identifier]:
    """Given names that nothing makes staff, an author, a place or a law; typed in small letters, with what is said of patients."""
    for start in text.where(_NAMES):
        if is_inside_a_word(text.text, start):
            continue
        if text.text[start].isupper():
            yield from _capital(text, start)
        elif (small := _SMALL.match(text.lower, start)) and (len(small["name"]) > 3 or small["close"]):
            yield identifier("name", *text.span(*small.span("name")), False)


def _capital(text: Readable, start: int) -> Iterator[Identifier]:
    original = text.text
    full = _FULL.match(original, start)
    if not full or not is_name(full.group().split()[0]):
        return
    name, end = full.group(), full.end()
    words = name.split()
    surname = _SURNAME_BEFORE.search(original, max(0, start - 24), start)
    if name.isupper() and len(words) == 1 and not surname and not _AS_IN_NOTES.match(original, end):
        return  # ISAAC, a study
    if _is_cited(original, start, end, name):
        return
    said = _SAID_BY.search(original, max(0, start - 12), start)
    if len(words) == 1 and not surname and not said and name.lower() in _TOWNS:
        return
    if _NAMES_A_THING.match(original, end) or _A_THING_CALLED.search(original, max(0, start - 48), start):
        return
    if len(words) == 1 and _is_at_work_or_a_site(text, start, end):
        return
    ahead = original[max(0, start - 24) : start]
    before = None if surname or _AS_IN_A_FAMILY.search(ahead) else _CAPITAL_BEFORE.search(ahead)
    if before and before["word"] not in _ORDINARY:
        return
    alone = len(words) == 1 or (len(words) == 2 and len(words[1].rstrip(".")) == 1)
    shouted = len(words) > 1 and words[-1].isupper() and len(words[-1]) > 2  # Brian HILL, as records write it
    if not (alone or surname or shouted or _SEEN.search(original, max(0, start - 30), start)):
        low, high = text.sentence(start, end)
        if not _OF_ONE_PATIENT.search(text.lower, low, high):
            return
    if stands(text, start, end):
        yield identifier("name", *text.span(surname.start() if surname else start, end), False)


def _is_at_work_or_a_site(text: Readable, start: int, end: int) -> bool:
    place = _WITH_A_PLACE.match(text.text, end)
    if not _AT_WORK.match(text.text, end) and (not place or is_given_name(place["other"])):
        return False
    return not _OF_ONE_PATIENT.search(text.lower, *text.sentence(start, end))


def _is_cited(original: str, start: int, end: int, name: str) -> bool:
    """Whether a law, a study or a reference is called so, or written by somebody called so."""
    if _CITED_AFTER.match(original, end) or _REFERENCE.match(original, start):
        return True
    if len(name.split()) != 2 or len(name.split()[1].rstrip(".")) > 1:
        return False
    # Smith J, James A, Thomas B.
    return bool(_CITING.search(original, max(0, start - 60), start) or _CITING.search(original, end, end + 60))
