"""Owns spotting names in lists of patients: rows of a table, beds, entries with a section or a date of birth. Never stops lists of staff."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.given_names import is_given_name, is_only_a_name
from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.name_words import FULL, INITIAL, SURNAME, WORD, is_name, is_shouted_name, longer_words, stands
from kb.content.shapes.readable import Readable

_THINGS: Final = frozenset(
    """
    factor type world chapter book volume grade mark king queen vitamin hepatitis class block zone gate room bay
    influenza vaccine schedule article core module gene blood wave cohort arm box chart paper drug ward site team
    group hospital trust borough area region part phase cycle band level unit plan option table figure
    """.split()
)
_ENTRY: Final = rf"(?P<name>{WORD},? [A-Z]\b\.?|{INITIAL}|{WORD} {WORD})"
# The word after the name, and what goes before it from the name on.
_AFTER: Final = frozenset("bed room rm sec section dob detained admitted informal nhs".split())
_CLINICAL: Final = re.compile(
    r"(?:(?:bed|room|rm) \d|sec(?:tion)? ?[23]\b|dob\b|nhs (?:no|num)|(?<=\d, )(?:detained|admitted|informal))"
)
_BEFORE: Final = re.compile(rf"(?<![\w.]){_ENTRY},? (?:\d\d, )?(?:\((?:in )?|in )?$")
_BED: Final = re.compile(rf"(?<![\w.])(?P<name>{FULL})(?: \((?:in )?|,? (?:in )?)$")
_PEOPLE: Final = frozenset(
    "patient pt user carer client resident inpatient daughter son wife husband mother father mum dad sister brother".split()
)
_AS_ONE: Final = re.compile(
    rf"(?<![\w.])(?:(?P<name>{WORD},? [A-Z]\b\.?|{INITIAL})(?:,| \() ?|(?P<full>{FULL}) \()(?:an? |the |our |her |his |patient's )?(?:former )?(?:service )?$"
)
_PART: Final = re.compile(r"[,(] ?(?:an? |the |our |her |his |patient's )?(?:former )?(?:service )?$")
_CLOSED: Final = re.compile(r"\w+(?: of [\w ]{1,20})?\)")
_LAY: Final = re.compile(r"[a-z]+ (?:rep|lead|governor|member)")
_FAMILIES: Final = frozenset("family families household brothers sisters twins boys girls lads".split())
_FAMILY_BEFORE: Final = re.compile(rf"\b(?:[Tt]he|[Bb]oth|[Aa]ll|[Mm]r and [Mm]rs) (?P<name>{WORD})s? $")
_NOT_OF_PEOPLE: Final = re.compile(
    r"[a-z]+ (?:therap|support|service|test|centre|hub|group|intervention|court|law|doctor)"
)
_NO_FAMILY: Final = frozenset(
    """
    royal patient trust nhs carer young roma traveller travellers gypsy somali pakistani bangladeshi afghan syrian
    ukrainian polish chinese indian black asian white muslim jewish iraqi same whole think first strengthening
    """.split()
)
_SAID: Final = frozenset("said told added explained recalled remembers remembered".split())
_SPEAKER_BEFORE: Final = re.compile(rf"[.,?!][\"'] (?P<name>{WORD}) $")
# "It helped me." - Dean
_QUOTED: Final = re.compile(rf"[.!?,]\" ?(?:- ?|, ?|\(|\n)?(?P<name>{WORD}(?: [A-Z]\b\.?)?)(?=[.,)\n]|$)")
_SIGNED: Final = re.compile(rf"(?:^|\n)(?:- ?)?(?P<name>{WORD}), [A-Z][a-z]+ (?:Ward|Unit|House|Lodge)(?=\.?(?:\n|$))")
_ROW: Final = re.compile(
    rf"(?:\||^|\n) ?(?P<name>{SURNAME} ?\| ?{WORD}|{WORD},? [A-Z]\b\.?|{INITIAL}|{WORD} {WORD}) ?\|"
    r"(?:[^\n|]{0,24}\|){0,3}? ?(?P<fact>CTO|inf(?:ormal)?|s[23]|[Ss]ec\w* \d|[MFmf]|1:1|depot|\d{1,2}[A-Z]|\d\d?|\d\d?/\d\d?/\d+) ?(?=\||$|\n)"
)
_CELL: Final = re.compile(rf"(?:\||^|\n) ?(?P<name>(?P<last>{SURNAME}),? (?P<first>{WORD})) ?(?=\|)")
# TENNANT Rosemary, side room: as records write a patient.
_RECORDED: Final = re.compile(
    r"(?<![\w.&] )(?<![\w&'-])(?P<last>[A-Z][A-Z'\-]{2,}),? (?P<first>[A-Z][a-z\-]+)(?=,| -|;|:| ?\|| ?\()"
)
_OF_STAFF: Final = re.compile(
    r"(?i)\b(?:lead|manager|nurse|consultant|director|officer|author|coach|sponsor|matron|chair|psychologist|role|team)\b"
)


def listed_people(text: Readable) -> Iterator[Identifier]:
    """Names before what lists of patients say of each: a bed, a section, a date of birth, a relation."""
    for start, end in _candidates(text):
        if stands(text, start, end):
            yield identifier("name", *text.span(start, end), False)
    for quoted in _QUOTED.finditer(text.text) if '"' in text.text else ():
        if is_given_name(quoted["name"].split()[0]) and stands(text, *quoted.span("name")):
            yield identifier("name", *text.span(*quoted.span("name")), False)
    for recorded in _RECORDED.finditer(text.text):
        if (
            is_shouted_name(recorded["last"])
            and is_given_name(recorded["first"])
            and not text.text[max(0, recorded.start() - 12) : recorded.end() + 12].isupper()
            and stands(text, recorded.start(), recorded.end())
        ):
            yield identifier("name", *text.span(*recorded.span()), False)
    for signed in _SIGNED.finditer(text.text):
        if is_only_a_name(signed["name"]):
            yield identifier("name", *text.span(*signed.span("name")), False)
    for start in text.where(_FAMILIES):
        found = _FAMILY_BEFORE.search(text.text, max(0, start - 34), start)
        if (
            found
            and not _NOT_OF_PEOPLE.match(text.lower, start)
            and is_name(found["name"])
            and found["name"].lower() not in _NO_FAMILY
        ):
            yield identifier("name", *text.span(found.start("name"), start - 1), False)


def _candidates(text: Readable) -> Iterator[tuple[int, int]]:
    original = text.text
    for start in text.where(_AFTER):
        if _CLINICAL.match(text.lower, start):
            for pattern in (_BEFORE, _BED):
                found = pattern.search(original, max(0, start - 50), start)
                if found and _is_listed(found["name"]):
                    yield found.span("name")
    for start in text.where(_PEOPLE):
        if _PART.search(text.lower, max(0, start - 26), start) and not _LAY.match(text.lower, start):
            found = _AS_ONE.search(original, max(0, start - 60), start)
            name = found and ("name" if found["name"] else "full")
            if found and name and _is_listed(found[name]) and (name == "name" or _CLOSED.match(original, start)):
                yield found.span(name)
    for start in text.where(_SAID):
        found = _SPEAKER_BEFORE.search(original, max(0, start - 34), start)
        if found and is_name(found["name"]):
            yield found.span("name")
    if "|" in original:
        yield from _in_rows(text)


def _is_listed(name: str) -> bool:
    words = longer_words(name)
    return bool(words) and (is_name(" ".join(words)) or is_shouted_name(words[0])) and words[0].lower() not in _THINGS


def _in_rows(text: Readable) -> Iterator[tuple[int, int]]:
    original = text.text
    for row in _ROW.finditer(original):
        parts = longer_words(row["name"].replace("|", " "))
        figures = row["fact"].isdigit() and " " in row["name"] and "|" not in row["name"] and len(parts) > 1
        if (
            parts
            and not figures
            and all(is_name(part) or is_shouted_name(part) for part in parts)
            and parts[0].lower() not in _THINGS
        ):
            yield row.span("name")
    for cell in _CELL.finditer(original):
        first, last = cell["first"], cell["last"].split()
        if "," in cell["name"]:
            person = is_given_name(first) and is_name(last[-1])
        else:
            person = is_only_a_name(last[0]) and is_name(first)
        begin, end = original.rfind("\n", 0, cell.start("name")) + 1, original.find("\n", cell.end())
        row_end = end if end >= 0 else len(original)
        if person and not _OF_STAFF.search(original, max(begin, cell.start() - 300), min(row_end, cell.end() + 300)):
            yield cell.span("name")
