"""Owns figures before and after, as a document tells them: "fell from 22% to 14%", or a row of a table. Never computes one.

A figure is offered where the words say what changed and what it was before and after. Directions, kinds and what is good
are left to the person: the text does not say them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kb.content.offered.dates import period
from kb.content.offered.offer import Offer, Told, quoted, sentences

_MOST: Final = 6
_MOST_READ: Final = 60  # found before the best are chosen
_NAME_WORDS: Final = 12
_SENTENCE: Final = 1_000  # characters; what is longer is no sentence
# Where figures are of what was hoped for, of others' work, or of how bad it was.
_ELSEWHERE: Final = ("Aim", "Problem", "Guidance and evidence used", "Spread", "Sources")

_FIGURE: Final = r"(?:\u00a3\s?)?\d[\d,]*(?:\.\d+)?(?:\s?(?:million|m|k)\b)?"
_TIME: Final = "seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?"
_UNIT: Final = rf"(?:\s?%|\s?per cent\b|(?:\s|-)(?:{_TIME})\b)?"
_RATE: Final = r"(?:\s(?:per|a|each|every)\s(?:[\d,]+\s)?[a-z]+(?:\s(?:bed[- ]days?|days?))?)?"
_CHANGED: Final = (
    r"(?:fell|fallen|falling|rose|risen|rising|dropped|drop(?:ping)?|decreased?|decreasing|increased?|increasing|reduced|reducing|reduction|improved|improving"
    r"|improvement|went|gone|declined?|grew|grown|shortened|lowered|climbed|came down|cut|halved|doubled|changed|change|moved|reduce|improve)"
)
_FROM_TO: Final = re.compile(
    rf"\bfrom\s+(?:an?\s+(?:average|mean|median|baseline)\s+of\s+|about\s+|around\s+|over\s+|nearly\s+)?(?P<before>{_FIGURE})(?P<unit1>{_UNIT})(?P<rate1>{_RATE})(?P<aside>\s*\([^()]{{0,60}}\))?"
    rf"(?P<noun1>(?:\s[a-z]+){{0,3}}?)(?:,?\s+(?:in|at|before|during)\s+[^,.;]{{1,40}}?)?,?\s+(?:down\s+|up\s+)?to\s+(?:an?\s+(?:average|mean|median)\s+of\s+|about\s+|around\s+|just\s+|under\s+|over\s+)?"
    rf"(?P<after>{_FIGURE})(?P<unit2>{_UNIT})(?P<rate2>{_RATE})(?P<noun2>(?:\s(?!in\b|by\b|and\b|or\b|at\b|to\b|for\b|with\b|over\b|within\b|after\b|during\b|from\b|which\b|between\b|across\b|on\b|as\b|since\b|while\b|but\b|of\b|among\b|per\b|a\b)[a-z]+)?)(?P<rate3>{_RATE})",
    re.IGNORECASE,
)
_SUBJECT: Final = re.compile(
    rf"(?P<name>[^;:()]*?)\s*(?:\([^()]*\)\s*)?,?\s*\b(?:(?:has|have|had|was|were|is|are|been|being)\s+)*(?:(?:also|then|steadily|significantly|slightly|sharply|further)\s+)*{_CHANGED}\b[^;:]{{0,40}}$",
    re.IGNORECASE,
)
_OBJECT: Final = re.compile(
    r"\b(?:reduced|reducing|reduce|cut|cutting|increased|increasing|improved|improving|lowered|shortened|halved|doubled|brought|moved|(?:reduction|decrease|increase|fall|drop|rise|improvement|change) (?:in|of))\s+"
    r"(?P<name>[^,;:]{3,90}?)\s*(?:\([^()]*\)\s*)?$",
    re.IGNORECASE,
)
_BY: Final = re.compile(
    rf"(?:^|(?<=[,;:(]))\s*(?P<name>[^;:()]{{3,160}}?)\s+(?:(?:has|have|had|was|were|been)\s+)*(?P<verb>fell|dropped|decreased|declined|was reduced|were reduced|reduced|rose|increased|grew|improved|went up|went down|came down)\s+by\s+(?:about\s+|around\s+|over\s+|nearly\s+|almost\s+)?(?P<share>{_FIGURE}(?:\s?%|\s?per cent\b))",
    re.IGNORECASE,
)
_SHARE_IN: Final = re.compile(
    rf"\b(?:an?\s+|the\s+)(?P<share>{_FIGURE}(?:\s?%|\s?per cent))\s+(?P<noun>reduction|decrease|increase|fall|drop|rise|improvement)\s+in\s+(?P<name>[a-z][^,;:.()]{{2,80}}?)(?=\s+(?:over|within|in the|between|during|from|by|after|since|across|compared|and)\b|[,;:.()]|$)",
    re.IGNORECASE,
)
_NO_NAME: Final = frozenset("this that it they these those which who he she we i there what both all ours".split())  # noqa: SIM905 - words in a row read better
_LEADING: Final = re.compile(
    r"^(?:(?:the|our|their|its|an?|and|but|so|as a result|overall|also|however|since then|the (?:number|rate|percentage|proportion|share)(?= of)|of|in total|we saw"
    r"|we found that|there was|there were|with|while|when|where|that)\s+)+",
    re.IGNORECASE,
)
_WHEN: Final = re.compile(
    r"^(?:in|over|during|after|within|by|since|at|from|between|for)\s+(?:the\s+)?(?:(?:first|last|same|final|following|next|past|\d+|one|two|three|six|twelve)\s+)*"
    r"(?:(?:year|month|week|quarter|period|day)s?|(?:(?:january|february|march|april|may|june|july|august|september|october|november|december)\s+)?(?:19|20)\d\d)"
    r"(?:\s+(?:and|to|of)\s+(?:(?:[a-z]+)\s+)?(?:19|20)\d\d)?\s+",
    re.IGNORECASE,
)
_ASIDE: Final = re.compile(r"^(?:also\s+)?(?:for|in|across|at|over|on|among|during|including|within)\s", re.IGNORECASE)
_PLANNED: Final = re.compile(
    r"\b(?:aim(?:s|ed)?|target|goal|plan(?:s|ned)?|intend(?:ed)?|hope[ds]?|want(?:ed)?|will|would|should|expect(?:ed)?|by (?:january|february|march|april|may|june|july|august|september|october|november|december|the end of))\b",
    re.IGNORECASE,
)
# Figures that are no measure: ages, scales, years, bands, times of day.
_NO_FIGURE: Final = re.compile(
    r"\b(?:aged?|ages|scale|score range|ranging|range[sd]?|likert)\b[^.;]{0,25}$|\b(?:bands?|wards?|grades?|pages?|years? old)\s*,?\s*$",
    re.IGNORECASE,
)
_BEFORE_HEAD: Final = re.compile(
    r"\b(?:before|baseline|pre|pre-intervention|start|initial|previous|first audit|audit 1|cycle 1|at start)\b",
    re.IGNORECASE,
)
_AFTER_HEAD: Final = re.compile(
    r"\b(?:after|result|results|post|post-intervention|now|current|end|re-audit|second audit|audit 2|cycle 2|latest|final|follow-up)\b",
    re.IGNORECASE,
)
_CELL: Final = re.compile(rf"(?P<figure>{_FIGURE})(?P<unit>\s?%|\s?[a-z][a-z ]{{0,30}})?", re.IGNORECASE)


def measures(told: Sequence[Told]) -> Iterator[Offer]:
    """Offers for measures: rows of tables first, then what is told in Results, then elsewhere; each figure once."""
    found: list[tuple[int, Offer]] = []
    for one in told:
        if len(found) < _MOST_READ and one.part not in _ELSEWHERE:
            rank = 0 if one.row else 1 if one.part == "Results" else 2 if one.part in ("Summary", "Title") else 3
            found += [(rank, offer) for offer in (_of_row(one) if one.row else _of_text(one))]
    seen: set[tuple[tuple[str, str], ...]] = set()
    kept = 0
    for _, offer in sorted(found, key=lambda one: one[0]):
        figures = tuple(
            (one["name"] if "baseline" not in one else one["baseline"], one["result"])
            for one in offer.value
            if isinstance(one, Mapping)
        )
        if figures not in seen and kept < _MOST:
            seen.add(figures)
            kept += 1
            yield offer


def _of_row(one: Told) -> Iterator[Offer]:
    """A row under a head such as "Measure, Before, After"."""
    before = next((place for place, words in enumerate(one.head) if place and _BEFORE_HEAD.search(words)), 0)
    after = next((place for place, words in enumerate(one.head) if place > before and _AFTER_HEAD.search(words)), 0)
    if not before or not after or len(one.row) <= max(before, after) or not one.row[0].strip():
        return
    cells = _CELL.fullmatch(one.row[before].strip()), _CELL.fullmatch(one.row[after].strip())
    if not cells[0] or not cells[1]:
        return
    units = [(cell["unit"] or "").strip() for cell in cells if cell]
    same = units[0].lower() == units[1].lower() or not units[0]
    value = {
        "name": one.row[0].strip()[:200],
        "baseline": cells[0]["figure"] if same else one.row[before].strip(),
        "result": cells[1]["figure"] if same else one.row[after].strip(),
    }
    if same and units[1]:
        value["unit"] = units[1]
    reason = f"{value['name']}: from a row of the table {one.where}."
    yield Offer("measures", (value,), quoted(one.text, 0, len(one.text)), reason, sure=True)


def _of_text(one: Told) -> Iterator[Offer]:
    for start, sentence in sentences(one.text):
        if len(sentence) > _SENTENCE:
            continue
        if "from" in sentence.lower():
            yield from _from_to(one, start, sentence)
        yield from _shares(one, start, sentence)


def _from_to(one: Told, start: int, sentence: str) -> Iterator[Offer]:
    for found in _FROM_TO.finditer(sentence):
        clause = _clause(sentence[: found.start()])
        if (
            _NO_FIGURE.search(sentence[: found.start()])
            or _PLANNED.search(clause)
            or _is_year(found["before"], found["unit1"])
        ):
            continue
        name = _named(clause)
        if not name:
            continue
        value = {"name": name, "baseline": _plain(found["before"]), "result": _plain(found["after"])}
        if not _unite(value, found):
            continue
        yield _offer(one, start, sentence, found, value)


def _offer(one: Told, start: int, sentence: str, found: re.Match[str], value: dict[str, str]) -> Offer:
    """The offer, with the period that the sentence gives for both figures together."""
    if told := period(f"{sentence[: found.start()]} ... {sentence[found.end() :]}"):
        value["period"] = told
    return Offer(
        "measures",
        (value,),
        quoted(one.text, start + found.start(), start + found.end()),
        f"{value['name']}: told {one.where}.",
    )


def _unite(value: dict[str, str], found: re.Match[str]) -> bool:
    """Puts the unit in, when both figures have one or only one says it; whether they go together."""
    first = (found["unit1"] + found["rate1"] or found["noun1"]).strip(" -")
    second = (found["unit2"] + found["rate2"] or found["noun2"] + found["rate3"]).strip(" -")
    if first and second and first.lower().rstrip("s") != second.lower().rstrip("s"):
        if found["unit1"] or found["unit2"]:
            value["baseline"], value["result"] = (
                f"{value['baseline']}{_joined(found['unit1'] + found['rate1'])}",
                f"{value['result']}{_joined(found['unit2'] + found['rate2'])}",
            )
        return bool(found["unit1"].strip()) == bool(found["unit2"].strip())
    unit = second or first
    if "\u00a3" in value["baseline"] or "\u00a3" in value["result"]:
        return True
    if unit:
        value["unit"] = "%" if unit.lower() in ("%", "per cent") else unit
    return True


def _joined(unit: str) -> str:
    return unit if unit.startswith((" ", "%")) or not unit else f" {unit}"


def _shares(one: Told, start: int, sentence: str) -> Iterator[Offer]:
    """Figures that only say by how much: "complaints fell by 64%"."""
    for found in (*_BY.finditer(sentence), *_SHARE_IN.finditer(sentence)):
        if _PLANNED.search(sentence[: found.end()]):
            continue
        name = _trimmed(_clause(found["name"]))
        if not name:
            continue
        words = found.groupdict()
        noun = words.get("noun") or (
            "increase"
            if re.match(r"(?:rose|increased|grew|went up)", words["verb"], re.IGNORECASE)
            else "improvement"
            if words["verb"].lower() == "improved"
            else "reduction"
        )
        value = {"name": name, "result": f"{_plain(found['share'])} {noun.lower()}"}
        yield _offer(one, start, sentence, found, value)


def _clause(before: str) -> str:
    """The clause that leads to a figure."""
    return re.split(r"[;:\u2013\u2014]|,\s+(?:and|but|while|whereas)\s|\.\s", before)[-1].strip()


def _named(clause: str) -> str:
    """What changed, from the clause before the figures."""
    if found := _OBJECT.search(clause):
        return _trimmed(found["name"])
    if found := _SUBJECT.fullmatch(clause):
        return _trimmed(found["name"])
    return ""


def _trimmed(name: str) -> str:
    """The name without what only leads to it; empty when it names nothing, or runs on."""
    pieces = re.split(r",\s+", " ".join(name.split()))
    while len(pieces) > 1 and _ASIDE.match(pieces[-1]):
        pieces.pop()
    name = pieces[-1]
    if len(pieces) > 1 and " and " in name and len(pieces[-2].split()) <= 3 and not _ASIDE.match(pieces[-2]):
        name = f"{pieces[-2]}, {name}"
    name = _LEADING.sub("", _WHEN.sub("", _LEADING.sub("", name))).strip(" .,-")
    words = name.split()
    if (
        not words
        or len(words) > _NAME_WORDS
        or words[-1].lower() in _NO_NAME
        or words[0].lower() in _NO_NAME
        or not any(map(str.isalpha, name))
    ):
        return ""
    if re.search(r"\b(?:fell|rose|dropped|because|although|is|are|was|were)\b", name, re.IGNORECASE):
        return ""
    return name[0].upper() + name[1:]


def _is_year(figure: str, unit: str) -> bool:
    return re.fullmatch(r"(?:19|20)\d\d", figure) is not None and not unit.strip()


def _plain(figure: str) -> str:
    return " ".join(figure.replace("per cent", "%").replace(" %", "%").split())
