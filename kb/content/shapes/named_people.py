"""Owns spotting names right after a word for a patient, a relative or a name. Never stops staff and authors in their role."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from kb.content.shapes.given_names import is_given_name, is_only_a_name
from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.name_words import FULL, INITIAL, PERSON, WORD, is_name, is_shouted_name, longer_words, stands
from kb.content.shapes.readable import Readable
from kb.content.shapes.titled_names import DID

_QUOTE: Final = r"[\"'(]?"
_PATIENTS: Final = frozenset("patient pt client resident inpatient user detainee pupil prisoner inmate lodger".split())
_PEOPLE: Final = _PATIENTS | frozenset(
    "carer person child tenant lady gentleman kin nok man woman girl boy teenager veteran".split()
)
_RELATIVES: Final = frozenset(
    """
    son daughter wife husband mother mum mummy mam father dad daddy brother sister partner grandson granddaughter
    grandmother grandfather grandma grandad gran nan nana aunt auntie uncle niece nephew cousin neighbour friend
    boyfriend girlfriend stepson stepdaughter stepmother stepfather stepdad stepmum twin baby parent parents law
    flatmate housemate widow widower lad lass keyworker carer kin family
    """.split()
)
_CORE: Final = frozenset(
    "son daughter wife husband mother mum mam father dad brother sister gran nan grandmother grandfather".split()
)
_AFTER_A_PERSON: Final = re.compile(
    rf"[A-Za-z]+(?P<gap>'s name(?: is| was|:)? ?|,? (?:was|is|called|named) |: ?| \| |, | - | ?\(|=| (?:of|to) (?:the late )?| ){_QUOTE}"
    rf"(?P<name>{FULL}|{INITIAL}|[a-z]\b\.? [a-z][a-z'\-]{{2,}}|[a-z][a-z\-]+(?: [a-z][a-z'\-]*)?)(?P<next>.?)"
)
_WHOSE: Final = re.compile(
    r"(?:\b(?:my|her|his|their|whose|our|your|a|the)|'s) (?:(?:own|late|elderly|only|older|younger|eldest|youngest|little|big|best|adult|teenage|baby|then|former|foster|step"
    r"|new|twin|unpaid|main|dear|\d+-year-old|mother-in|father-in|sister-in|brother-in)[ \-]){0,2}$"
)
_OWN: Final = re.compile(r"\b(?:my|her|his|whose|our|your)\b|'s")
_RANG: Final = re.compile(
    r"\)? (?:rang|says|said|is|was|visits|visited|called|phoned|lives|told|wants|has|had|came|asked|cares|looks)\b"
)
_FORMER: Final = re.compile(r"\b(?:former|our|this|ex-|another|fellow|late|your|my|new) ?$")
_END: Final = re.compile(r"[.,;)]|$| and\b| who\b")
_NATIONS: Final = ("ish", "ian", "ese")

_CUES: Final = frozenset("answers called named known call calls nicknamed nickname goes aka referred name".split())
_CUE: Final = re.compile(
    rf"(?:(?P<him>call(?:s|ed)? (?:him|her|them|me|myself)|called)|named|known (?:[\w']+ ){{0,5}}?as|calls?|referred to as|goes by|answers to|nicknamed|nickname:?|aka|name of)"
    rf"(?: (?:here|him|her|only|the name|to))* {_QUOTE}(?P<name>{FULL})"
)
_PERSON_BEFORE: Final = re.compile(
    rf"\b(?:{PERSON}|she|he)\b(?!-)(?:,|'s)?(?: (?!group|project|network|team|service|app|tool|dog|charity|forum|story|record|portal|line|unit|ward|house|video|leaflet|book)[\w'\-]+){{0,4}},? ?\(?$"
)
_TO_BE: Final = re.compile(r"(?:likes?|liked|prefers?|preferred|asked|wants?) to be $")
_STAFF_CALL: Final = re.compile(
    r"\b(?:we(?:'ll| will| shall)?|everyone|everybody|staff|nurses|friends|they|people|family) $"
)
_THE_ONE: Final = re.compile(r"\b(?:the|her|his|my|one|who|each|every|she|he)\b")

_LABELS: Final = frozenset(("name", "names", "surname", "forename", "surnames", "forenames"))
_LABEL_BEFORE: Final = re.compile(
    r"\b(?P<whose>(?:first|full|last|middle|preferred|given|family|real|maiden|patient'?s?|client'?s?|resident'?s?|user'?s?|carer'?s?|child'?s?|mother'?s?|his|her|their|my) )"
    r"(?:real |full |first |last |legal |given )?$"
)
_LABEL: Final = re.compile(
    rf"(?P<word>[A-Za-z]+)(?P<of> of (?:the )?(?:patient|service user|client|carer|resident|child|next of kin))?"
    rf"(?P<gap> (?:is|was)(?: really| recorded as| spelt| given as| changed to)? ?| ?[:=] ?| ?\| ?| - | ?\(?|, |'s )[\"']?"
    rf"(?P<name>{FULL}|{INITIAL}|[A-Z]{{2,}}|[A-Z]\b\.? [A-Z]{{3,}}|[a-z][a-z'\-]+(?:,? [a-z][a-z'\-]+)?)"
)

# What else stands right before a name: the words, the pattern from the last of them on, and what the name has to be.
_KNOWN, _TWO, _ANY = "known", "two words or known", "any name"
_RULES: Final[tuple[tuple[frozenset[str], re.Pattern[str], str], ...]] = (
    (
        frozenset(("dear", "hi", "hello", "signed")),
        re.compile(rf"[A-Za-z]+(?: by)?:?,? (?P<name>{FULL}|{INITIAL})"),
        _KNOWN,
    ),
    (
        frozenset(("re", "regarding")),
        re.compile(rf"[A-Za-z]+:? (?P<name>{FULL}|{INITIAL})(?=[,.;]|$|\n| \(| - | DOB| dob)"),
        _TWO,
    ),
    (
        frozenset(
            "my our uncle aunt auntie aunty nan nana nanna granny grandma grandad grandpa gran baby poor lovely little wee".split()
        ),
        re.compile(rf"[A-Za-z]+ (?P<name>{WORD})"),
        _KNOWN,
    ),
    (
        frozenset("saw met reviewed assessed visited".split()),
        re.compile(rf"(?<=\bI )[a-z]+ (?P<name>{FULL})"),
        _TWO,
    ),
    (
        frozenset(
            "referring seeing death inquest murder funeral killing late memory tribute dedicated justice rip case".split()
        ),
        re.compile(
            rf"(?i:referring|seeing|death of|inquest into|murder of|funeral of|killing of|(?<=the )late|memory of|tribute to|dedicated to|justice for|rip|case of)(?: this (?:lady|gentleman|man|woman),)? (?P<name>{FULL})"
        ),
        _TWO,
    ),
    (
        frozenset("look looked looks looking care cared caring visit visited married lost nursed".split()),
        re.compile(rf"[A-Za-z]+(?: after| for| to)? (?P<name>{FULL})"),
        _KNOWN,
    ),
    (
        frozenset("left right above below portrait photo photograph picture pictured caption".split()),
        re.compile(rf"[A-Za-z]+(?: of)?(?: here)?(?: is| are)?:? (?P<name>{WORD} {WORD}|{INITIAL})(?! [A-Z])"),
        _TWO,
    ),
    (frozenset(("am", "m")), re.compile(rf"(?:(?<=\bI )am|(?<=\bI')m) (?P<name>{FULL})(?=[.,;]| and\b|$)"), _ANY),
    (
        frozenset(("wishes", "regards", "yours", "love", "sincerely")),
        re.compile(rf"[A-Za-z]+,? (?:from )?(?P<name>{FULL})(?=$|\n| x|\.)"),
        _ANY,
    ),
    (
        frozenset(("bed", "bay", "room", "cell")),
        re.compile(rf"[A-Za-z]+ \d{{1,2}}[ab]?(?: ?[:,\-|] ?| )(?P<name>{FULL})(?=[ ,:;.|]|$)(?! [A-Z])"),
        _ANY,
    ),
)


def named_people(text: Readable) -> Iterator[Identifier]:
    """Names that the words right before them make a patient's, a carer's or a relative's."""
    finders: tuple[Callable[[Readable], Iterator[tuple[int, int, bool]]], ...] = (
        _people,
        _called,
        _labelled,
        _by_rules,
    )
    for finder in finders:
        for start, end, certain in finder(text):
            if stands(text, start, end):
                yield identifier("name", *text.span(start, end), certain)


def _known(name: str) -> bool:
    return is_only_a_name(name.split(maxsplit=1)[0].strip(","))


def _people(text: Readable) -> Iterator[tuple[int, int, bool]]:
    for start in text.where(_PEOPLE | _RELATIVES):
        match = _AFTER_A_PERSON.match(text.text, start)
        if match and (_is_a_patient(match) or _is_a_relative(text, match)):
            yield *match.span("name"), _known(match["name"])


def _is_a_patient(match: re.Match[str]) -> bool:
    noun, gap, name = match.string[match.start() : match.start("gap")], match["gap"], match["name"]
    words = name.split()
    if name[0].islower():
        if len(words[0].rstrip(".")) == 1:
            return ":" in gap or "name" in gap or (gap == " " and "." in name)
        return gap in (" ", ": ", ":", ", ", " (") and is_only_a_name(words[0])
    if len(words[0].rstrip(".")) == 1:
        return is_name(words[1]) and (gap in (": ", ":") or (gap == " " and (noun.islower() or "." in words[0])))
    if not is_name(name) or " of " in gap or " to " in gap:
        return False
    if gap == " | ":
        return len(words) > 1 and is_given_name(words[0])
    if is_only_a_name(words[0]) or (len(words) > 1 and is_given_name(words[0])):
        return gap != ", " or match["next"] in (",", ")", ".", " ", "")
    after = match.end("name")
    if gap == " ":
        if len(words) > 1 or not noun.islower() or noun not in _PATIENTS or words[0].isupper():
            return len(words) > 1 and noun.islower() and not words[0].isupper()
        return noun == "pt" or bool(
            DID.match(match.string, after) or _FORMER.search(match.string, max(0, match.start() - 9), match.start())
        )
    if gap in (", ", " (", " - "):
        return len(words) > 1 and match["next"] in (",", ")") and noun.lower() not in ("mother", "father", "person")
    return "name" in gap or (
        gap.strip() in ("called", "named", ":", "=") and (len(words) > 1 or match["next"] in ("", ",", ";", "|"))
    )


def _is_a_relative(text: Readable, match: re.Match[str]) -> bool:
    relation, gap, name = match.string[match.start() : match.start("gap")].lower(), match["gap"], match["name"]
    long = longer_words(name)
    if relation not in _RELATIVES or name[0].islower() or not long or not is_name(" ".join(long)):
        return False
    if " of " in gap or " to " in gap:
        return (
            relation in _CORE | {"parent", "parents", "carer", "friend", "partner", "widow", "baby", "twin"}
            and len(long[0]) > 2
        ) or (relation == "family" and (is_only_a_name(long[0]) or name != long[0] or "'" in gap))
    whose = _WHOSE.search(text.lower, max(0, match.start() - 40), match.start())
    if not whose:
        return relation in _CORE and ("(" in gap or bool(_RANG.match(match.string, match.end("name"))))
    if gap.strip() in ("is", "was"):
        return (
            not long[0].endswith(_NATIONS) and not name.isupper() and bool(_END.match(match.string, match.end("name")))
        )
    own = bool(_OWN.search(whose.group()))
    return is_given_name(long[0]) or (
        own and relation not in ("partner", "parent", "friend", "baby", "law", "keyworker")
    )


def _called(text: Readable) -> Iterator[tuple[int, int, bool]]:
    for start in text.where(_CUES):
        match = _CUE.match(text.text, start)
        if not match or not is_name(match["name"]):
            continue
        ahead, name = text.before(start, 60), match["name"]
        given = is_given_name(name.split()[0])
        by_name = (match["him"] or "").count(" ") or _TO_BE.search(ahead)
        if ahead.endswith("we ") or ahead.endswith("we will ") or ahead.endswith("we'll "):
            ahead = ahead[: ahead.rindex("we")]
        elif staff := _STAFF_CALL.search(ahead):
            ahead = ahead[: staff.start()]
        person = _PERSON_BEFORE.search(ahead)
        known_to = match.group().startswith("known to")
        if (
            by_name
            or (person and not _telephoned(text, match, person, given))
            or (known_to and not given)
            or (given and person)
        ):
            yield *match.span("name"), _known(name)


def _telephoned(text: Readable, match: re.Match[str], person: re.Match[str], given: bool) -> bool:
    """ "The patient called Samaritans" is no name; "a patient called Sarah" and "she was called Bev" are."""
    if match["him"] != "called" or given or person.group().endswith((" was ", " is ")):
        return False
    return bool(_THE_ONE.search(text.before(match.start(), 72)[-len(person.group()) - 12 :]))


def _labelled(text: Readable) -> Iterator[tuple[int, int, bool]]:
    for start in text.where(_LABELS):
        match = _LABEL.match(text.text, start)
        if match and _is_labelled(text, match):
            yield *match.span("name"), _known(match["name"])


def _is_labelled(text: Readable, match: re.Match[str]) -> bool:
    gap, name, word = match["gap"], match["name"], match["word"].lower()
    first = name.split()[0].strip(",")
    whose = _LABEL_BEFORE.search(text.before(match.start(), 40))
    sure = bool(whose or match["of"]) or word.startswith(("sur", "fore"))
    if name[0].islower():
        return sure and (":" in gap or "=" in gap)
    if len(first.rstrip(".")) > 1 and not is_name(name) and not (is_shouted_name(name) and sure):
        return False
    if gap.strip() in ("", "(", "|", ",", "-") or not sure:
        owned = whose and whose["whose"].strip() in ("his", "her", "their", "my") and gap.strip() == ","
        plain = sure or gap.strip() in (":", "=", "'s")
        return bool(owned) or (plain and is_given_name(first)) or (word.startswith(("sur", "fore")) and gap == " ")
    return True


def _by_rules(text: Readable) -> Iterator[tuple[int, int, bool]]:
    for words, pattern, wanted in _RULES:
        for start in text.where(words):
            match = pattern.match(text.text, start)
            if match and _is_wanted(match["name"], wanted):
                yield *match.span("name"), False


def _is_wanted(name: str, wanted: str) -> bool:
    long = longer_words(name)
    if not long or not is_name(" ".join(long)) or long[0].endswith(_NATIONS):
        return False
    if wanted == _KNOWN:
        return is_given_name(long[0])
    return wanted == _ANY or is_only_a_name(long[0]) or " " in name
