"""Owns spotting the numbers of patients and their records in hospitals and electronic records. Never looks one up."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.digit_runs import Digits, Run, numbers_a_thing
from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.readable import Readable

_SYSTEM: Final = (
    r"rio|systm[ _]?one|system[ _]?one|s1|emis(?:[ _]?web)?|vision|care[ _]?notes|paris|epjs|lorenzo|cerner|millennium|pcmis|iaptus|mosaic|liquidlogic|i\.?pm|tpp"
    r"|civica|nervecentre|meditech|medway|pas|epr|ehr|epic|careflow|maxims|trak(?:care)?|wristband"
)
_QUALIFIER: Final = r"(?:n[o0]|nos|nr|num|numbers?|id|ident|identifier|identity|ref|reference|\#)"
_WHOSE: Final = rf"(?:hospital|hosp|unit|case|case[ _]?notes?|case[ _]?sheets?|notes|(?:medical|clinical|health|electronic|patient)(?:[ _]?(?:record|notes?|file))?|patient|pt|client|service[ _]?user|resident|inpatient|in-patient|local[ _]?patient|{_SYSTEM})"
# No space stands alone there: a pattern below does not count it. What is counted, too: "the referral number was 4120".
_COUNTED_TOO: Final = "(?:record|chart|file|folder|clinic|episode|spell|admission|referral|pathway|specimen|sample|lab(?:oratory)?|accession|prescription|district|local|trust|care|x|k)"
# Right before the digits. The first says itself that a number follows; after the second only a long number counts.
_LABEL: Final = re.compile(
    rf"""(?<![a-z\d])(?:
      (?P<sure>m\.?\ ?r\.?\ ?n\.?|[dhk]\.\ ?no\.?|crn(?=[\ :]{{1,2}}[a-z]?\d*$)|u\.?h\.?i\.?d|ubrn|h/n|case[ _]?notes?|lpi|nomis|{_WHOSE}(?:'?s)?\.?(?:[ _\-]|[ ]?\()?(?:(?:system|record|patient|client|unit|hospital|local|unique)[ _\-])?{_QUALIFIER}(?![a-z])\.?
         |{_QUALIFIER}\ (?:on|in|from)\ (?:{_SYSTEM}))
    | (?P<weak>{_COUNTED_TOO}\.?[ _\-]?{_QUALIFIER}(?![a-z])\.?)
    | (?P<system>(?:{_SYSTEM})(?:\ (?:record|entry|file|profile|account|notes))?|hosp|(?:the|her|his|this|that)\ (?:record|case[ _]?notes?|notes|chart)|patients?|pt|client|service\ user|inpatient|(?:on|in)\ (?:{_SYSTEM})\ (?:as|under))
    )
    (?P<filler>\ (?:is|was|of|being|reads?|read|said|recorded|given|as|shown|ending)(?![a-z]))*
    [\ :=.\#(|\[\]/\-"',)]{{0,5}}
    (?P<letters>(?:\d{{1,2}}[a-z]|[a-z]{{0,4}})[/\-]?)$""",
    re.VERBOSE,
)
_FARTHER: Final = re.compile(
    rf"(?<![a-z\d])(?P<called>m\.?r\.?n|(?:hospital|hosp|unit|case ?note|patient|client|medical record|record|{_SYSTEM}) {_QUALIFIER})(?![a-z])[^.;\n\d]{{0,44}}[ :(\"'](?P<letters>[a-z]{{0,3}})$"
)
_NOT_THERE: Final = re.compile(
    r"\b(?:missing|empty|blank|absent|checked|recorded|matched|complete|removed|deleted|wrong|not|for all|for each|of all)\b[^.;\n]{0,24}$|\b(?:in|of|on) $"
)
_PLAIN_ID: Final = re.compile(
    r"(?:^|[.,;:(|\"] ?|\b(?:the|his|her|their|by|under|and|with|pt|reads?|sees?|seen|shows?|shown|says|visible) )id(?: no| number)?[ :.#=]{1,3}(?P<letters>[a-z]?)$"
)
# K number K882013, A-number A0192837
_LETTERED: Final = re.compile(
    r"(?<![a-z\d])(?P<one>[a-z])[ \-](?:number|num|no\.?)(?: (?:is|was))?[ ?:.,\"'(=]{1,5}(?P<letters>(?P=one))$"
)
# The chart labelled 0098123; his number on the list was H1234567: a long number, plainly of one person.
_OF_ONE: Final = re.compile(
    r"(?:\b(?:chart|label|labelled|sticker|wristband|notes|casenotes?|folder|blood bottle|sample|specimen)\b[^.;\n\d]{0,34}?(?:\b(?:labelled|said|says|reads?|for|of|was|is|named)|[:,(]) |\b(?:known as|she is|he is|she was|he was) (?:number |no\.? )?"
    r"|\b(?:his|her|patient's) number\b[^.;\n\d]{0,24} (?:is|was) |\b(?:i'm|i am|you are|you're|she's|he's) (?:not )?(?:a |just )?(?:number )?|\b(?:x-?ray|lab) number |\bvolume \d of )(?P<letters>[a-z]{0,3})$"
)
# A7710293 by itself, beside a word for one person.
_LETTERS_BEFORE: Final = re.compile(r"(?P<ends>(?:^|[ (\"'|]))(?P<letters>[A-Z]{0,3})$")
_ENDS_THERE: Final = re.compile(
    r"(?:[,.;)\"'?!]|$| (?:in|on|and|was|is|had|has|to|at|who|with|belongs|belonged|turned|led|for|under|by)\b)(?! ?\d)"
)
_ONE_PERSON: Final = re.compile(
    r"\b(?:the patient|a patient|patient's|her|his|she|he|him|wristband|this man|this woman|the man|the woman|the lady|resident's|mother's|baby's)\b"
)
_NUMBER_OF_WORK: Final = re.compile(
    r"\b(?:datix|incidents?|complaints?|steis|si|policy|sop|ref|reference|audit|bleep|pager|ext|extension|tel|phone|total|about|nearly|over|under|than|cost|costs|of|from|\u00a3|plate|claim|case law|section|form|register(?:ed)?|pin|gmc|nmc|hcpc|badge|staff|payroll|smartcard|key safe|code|pounds|centre|leaflet|poster|booklet|guide|document|invoice|order|report|item|version|page)\b[ ,:.#(]{0,3}(?:(?:no|number|was|is)\b[ .:]{0,2}){0,2}$|[\u00a3$]$"
)
_A_COUNT: Final = re.compile(
    r"\b(?:life qi|study|trial|research|project|audit|survey|ward|bed|room|participant|policy|site|practice|organisation|ods|staff|grant|funding|legal|court|business|per|every|all|each|of|for|by|check(?:ed|s)?|against|match(?:ed)?|missing|empty|without|wrong) (?:the )?(?:case|notes|referral|chart|admission|unit|local|trust|patients?|clinic|hospital) ?\w{0,10}[ .:]*$"
    r"|(?:missing|empty|blank|absent|checked|recorded|matched|complete)\b[^.;\n]{0,24}$"
)
_TAIL: Final = re.compile(r"[/\-\da-z]{0,10}")
_AFTERWARDS: Final = re.compile(
    rf"[ )\]]{{0,2}}[(,\[\-]? ?(?:(?:her|his|their|the|on|in|is|was|which|patient'?s?|that) ){{0,4}}(?:(?:{_SYSTEM}|mrn|hospital|unit|patient|case ?note|record)(?:'?s)?(?: {_QUALIFIER})\b|mrn\b|\((?:rio|mrn|emis|systmone)\)| ?(?:on (?:paris|carenotes)|(?:on|in) (?:rio|systmone|emis|epr|pas|lorenzo|cerner|careflow|nervecentre|epic|carenotes))\b)"
    rf"| ?\((?:{_SYSTEM}|mrn)\b"
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_ENOUGH: Final = 4  # digits in the shortest number of a record: "case no 4419/17"


def hospital_numbers(text: Readable, digits: Digits) -> Iterator[Identifier]:
    """Numbers that the words around call the number of a patient or of a record."""
    for start, end, spelt in digits.spelt:
        if len(spelt) >= 5 and _LABEL.search(text.before(start)):
            yield identifier("hospital-number", *text.span(start, end), False)
    for run in digits.runs:
        size = sum(run.sizes)
        ahead = text.before(run.start)
        label = _LABEL.search(ahead)
        if label and _counts(text, run, label, ahead):
            start = run.start - len(label["letters"])
            tail = _TAIL.match(text.lower, run.end) if label["sure"] else None
            end = tail.end() if tail else run.end
            while text.text[end - 1] in "/-":
                end -= 1
            yield identifier(
                "hospital-number", *text.span(start, end), not label["weak"] and (bool(label["sure"]) or size > 5)
            )
        elif size < 5 or size > 12 or text.in_address(run.start):
            continue
        elif (
            (far := _FARTHER.search(ahead) or _LETTERED.search(ahead))
            and not _A_COUNT.search(ahead[: far.end(1)])
            and not _NOT_THERE.search(far.group())
        ):
            yield identifier("hospital-number", *text.span(run.start - len(far["letters"]), run.end), False)
        elif (
            6 <= len(run.groups[0]) <= 9
            and len(run.groups) == 1
            and (one := _OF_ONE.search(ahead))
            and not numbers_a_thing(text, run.start)
        ):
            yield identifier("hospital-number", *text.span(run.start - len(one["letters"]), run.end), False)
        elif (letters := _is_of_somebody(text, run)) is not None:
            yield identifier("hospital-number", *text.span(run.start - letters, run.end), False)
        elif {",", ":", "."} & set(run.joints) or (size == 4 and _YEAR.fullmatch(run.digits)):
            continue
        elif ((near := _PLAIN_ID.search(ahead)) or _AFTERWARDS.match(text.lower, run.end)) and not numbers_a_thing(
            text, run.start
        ):
            yield identifier(
                "hospital-number", *text.span(run.start - len(near["letters"] if near else ""), run.end), not near
            )


def _is_of_somebody(text: Readable, run: Run) -> int | None:
    """How many letters stand before a long number in words about one person, if nothing makes it a thing's or a count."""
    letters = _LETTERS_BEFORE.search(text.text, max(0, run.start - 5), run.start)
    size = len(letters["letters"]) if letters else 0
    if (
        len(run.groups) > 1
        or not (6 if size else 7) <= len(run.digits) <= 8
        or not (letters and letters["ends"] is not None)
    ):
        return None
    ahead = text.before(run.start - size)
    if _NUMBER_OF_WORK.search(ahead) or numbers_a_thing(text, run.start) or not _ENDS_THERE.match(text.lower, run.end):
        return None
    return size if _ONE_PERSON.search(ahead[-50:]) or _ONE_PERSON.search(text.lower, run.end, run.end + 40) else None


def _counts(text: Readable, run: Run, label: re.Match[str], ahead: str) -> bool:
    """Whether the label and the number belong together; without the word "number" years and versions follow too."""
    size = sum(run.sizes)
    if _A_COUNT.search(ahead[: label.end()].rstrip()):
        return False
    if label["sure"]:
        return size >= _ENOUGH and "," not in run.joints
    if label["weak"]:
        return size >= 5 and not {",", ".", ":"} & set(run.joints)
    if len(run.groups[0]) < 5 and (size < 6 or {",", ":", "."} & set("".join(run.joints))):
        return False
    if run.digits[0] == "0" and size in (10, 11):
        return False  # a phone number
    return not (_YEAR.fullmatch(run.groups[0]) or text.text[run.end : run.end + 1] == "%")
