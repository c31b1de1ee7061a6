"""Owns what a person's name looks like in a sentence, and the capital words that are none. Never says whose name it is."""

import re
from typing import Final

from kb.content.shapes.acronyms import ACRONYMS
from kb.content.shapes.given_names import is_given_name, is_only_a_name
from kb.content.shapes.readable import Readable
from kb.content.shapes.staff import in_a_role, is_a_place_or_thing

_UP: Final = "A-Z"  # accents are read away before
WORD: Final = rf"[{_UP}](?:[\w\-]|'(?!s\b))*[^\W_\-]"
_JOINED: Final = (
    r"(?:(?:van|von|de|der|den|da|dos|del|della|di|du|la|le|el|al|bin|ibn|bint|ap|ab|ter|ten|Mac|Mc|O')[ '\-]){0,2}"
)
SURNAME: Final = rf"{_JOINED}{WORD}"
FULL: Final = rf"{WORD}(?: [{_UP}]\b(?!'[A-Z])\.?)?(?: {SURNAME}){{0,2}}"  # Sarah, Sarah J Smith, Ana de la Cruz

INITIAL: Final = rf"[{_UP}]\b\.? [{_UP}][a-z][\w'\-]+"  # S Hill, S. Hill

PERSON: Final = (
    r"(?:patient|service[ -]user|client|resident|inpatient|in-patient|outpatient|man|woman|lady|gentleman|girl|boy|teenager|person|someone|somebody"
    r"|mother|mum|mam|father|dad|son|daughter|sister|brother|wife|husband|child|adult|veteran|student|tenant|pensioner|widow|widower|individual|lad|lass|toddler|youngster"
    r"|adolescent|pupil|carer|detainee|prisoner|baby|grandmother|grandfather|gran|nan|refugee|asylum seeker|user|guy|chap|survivor)"
)
# Sentences and labels start with them, wards and papers are full of them: no given name is among them.
_STOPS: Final = frozenset(
    """
    a an and the i we he she they it you this that these those there here who what when where why how all any some
    each every one two three four five six seven eight nine ten no not nobody none everyone everybody anyone anybody
    someone somebody if in on at by of for from with as to but or so because while since after before during once
    then than here today yesterday tomorrow later afterwards meanwhile instead sometimes often next last second
    third perhaps eventually overall again further elsewhere together thus hence indeed north south east west
    northern southern eastern western central greater new old upper lower great little black asian african caribbean
    white our my his her their its your both many most more few several other another such only also even still
    however therefore although though yes thanks thank please dear patient patients service services user users
    client clients resident residents carer carers family families staff nurse nurses doctor doctors ward wards unit
    units people person adults adult children child parents parent men women man woman boys girls young older mother
    father mothers fathers trust trusts hospital hospitals nhs cqc nice gp gps rio healthwatch mind rethink
    samaritans childline crisis shout mencap police council england scotland wales ireland britain london papyrus
    safety experience group groups participation reported activation advice liaison information administration knows
    know record records portal care flow journey transport public involvement voice voices stories opinion centred
    held initiated led access line choice charter environment engagement feedback survey status network forum panel
    outcome outcomes measure measures report reports review reviews act plan plans programme project improvement
    quality health mental protection friendly reference monday tuesday wednesday thursday friday saturday sunday
    january february march may july september october november december spring summer autumn winter figure table
    section appendix phase cycle stage step level tier band cluster part chapter version option age aged english
    welsh irish scottish british european muslim christian parkinson alzheimer down asperger huntington crohn lewy
    korsakoff tourette hodgkin raynaud maudsley sainsbury king guy bartholomew children's women's team teams
    depression psychosis anxiety dementia autism medication treatment clozapine lorazepam olanzapine haloperidol
    risperidone lithium sertraline fluoxetine melatonin advocacy activity activities consent data date details
    demand detention discharge education equality face first freedom handover help home house id identity incident
    seclusion restraint journeys knowledge leaflet letter library local lead leaders list management medical meeting
    member members number numbers officer online parliament passport pathway perspective pharmacy pilot policy
    practice priority profile question questionnaire race rating registration representative representatives
    research respite rights satisfaction search self sheet signature space story support symptom test tracker trial
    view website week welcome welfare wellbeing white work worker workers workshop years zone minister secretary
    christmas easter mean median minimum maximum range god lord lady master court hub café cafe centre clinic
    sister matron professor prof dr sir dame college university school academy allowance assessment attendance average bed beds benefit budget case
    """.split()
)
_PLAINLY: Final = re.compile(
    r"\bas (?:a|an) (?:in)?patient\b|\bwhen (?:she|he) was (?:a patient|an inpatient|detained|admitted)\b|\b(?:her|his) own (?:admission|illness|psychosis)\b|\b(?:is|was) (?:also )?an? (?:in)?patient\b|\bformer patient\b"
)
_PLAINLY_BEFORE: Final = re.compile(
    r"\b(?:our|the|this|another|one|a|former) (?:in)?(?:patient|service user|resident|client|tenant|carer)(?:,| called| named)? $"
)
_OF_SOMEBODY: Final = re.compile(
    r"'s (?:late |elderly |own )?(?:mother|mum|father|dad|wife|husband|sons?|daughters?|brothers?|sisters?|gran|nan|widow)\b"
    r"|,? \((?:her |his |the |patient's )?(?:mother|mum|father|dad|wife|husband|son|daughter|brother|sister|partner|niece|nephew|carer|patient)\)"
)
_NOT_REAL: Final = re.compile(
    r"not (?:his|her|their|the|a|my)?(?: ?(?:patient|person)'?s?)? ?real names?|names? (?:has|have|had|was|were) (?:all )?(?:been )?changed|(?:all|some) names (?:are|have)|pseudonym|fictional|fictitious|made[- ]up (?:patient|name|person|case)"
    r"|imaginary|composite|persona\b|personas\b|invented|names? changed|\balias\b|not real (?:people|names)|case vignette|names? (?:is|are) not real"
)


def is_name(found: str) -> bool:
    """Whether these capital words can be somebody's name: no acronym, month, service, title or first word of a sentence."""
    words = found.split()
    first = words[0].lower().removesuffix("'s")
    if first in _STOPS or not _is_word_of_a_name(words[0]):
        return False
    if len(words) > 1 and words[1].isupper() and is_only_a_name(words[0]):
        return words[1] not in ACRONYMS
    if len(words) > 1 and (words[1].lower() in _STOPS or not _is_word_of_a_name(words[1])):
        return is_given_name(words[0]) and words[1].lower() in (
            "case",
            "story",
            "i",
            "we",
            "he",
            "she",
            "in",
            "at",
            "on",
        )
    return True


def _is_word_of_a_name(word: str) -> bool:
    if any(char.isdigit() for char in word):
        return False
    return not (word.isupper() and 2 < len(word) < 6 and not is_given_name(word))


def is_inside_a_word(text: str, start: int) -> bool:
    """Whether the word that seems to begin there goes on from before: an address, a double name, a path."""
    return start > 0 and (text[start - 1].isalnum() or text[start - 1] in "'-@/._")


def longer_words(name: str) -> list[str]:
    """The words of a name without commas and initials."""
    return [word for word in name.replace(",", " ").split() if len(word.rstrip(".")) > 1]


def is_shouted_name(word: str) -> bool:
    """Whether a word in capitals, as records write a surname, can be one: HILL, but not NHS or SBAR."""
    return (
        word.isupper()
        and len(word) > 2
        and word.isalpha()
        and word not in ACRONYMS
        and word.lower() not in _STOPS
        and any(char in "AEIOUY" for char in word)
    )


def stands(text: Readable, start: int, end: int, titled: bool = False) -> bool:
    """Whether the name there may be a patient's: not staff, author, ward or thing, and not said to be invented."""
    if is_a_place_or_thing(text, start, end, titled):
        return False
    if in_a_role(text, start, end) and not (
        _OF_SOMEBODY.match(text.lower, end)
        or _PLAINLY.search(text.lower, start, end + 160)
        or _PLAINLY_BEFORE.search(text.before(start, 32))
    ):
        return False
    low, high = text.sentence(start, end)
    return not _NOT_REAL.search(text.lower, max(0, low - 80), min(len(text.lower), high + 80))
