"""Owns which organisations and collaboratives a document says did the work. Never takes one that is only mentioned in passing.

Whoever writes about a trust names it in the title, under the title, or where a form asks; elsewhere people name others
whose work they know.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kb.content.offered.names import Names, is_acronym
from kb.content.offered.offer import Offer, Told, quoted
from kb.content.vocabulary import Collaborative, Organisation, Vocabulary

_MOST: Final = 3
_LABELS: Final = ("Organisation", "Contact", "Setting", "Collaborative")
# Bodies that provide care. Others write guidance, fund or inspect, and everybody names them: only a form makes them doers.
_PROVIDERS: Final = (
    "nhs-trust", "health-board", "special-health-board", "hsc-trust", "independent-company", "independent-charity", "community-interest-company",
)  # fmt: skip

_TRUST: Final = re.compile(
    r"\s+(?:NHS Foundation Trust|NHS Trust|Foundation Trust|NHS and Social Care Partnership Trust|Trust)$"
)
_ENDINGS: Final = ("NHS Foundation Trust", "NHS Trust", "Foundation Trust", "NHS FT", "NHSFT", "FT", "Trust")
_HEALTH_WORDS: Final = frozenset(
    ("health", "healthcare", "care", "partnership", "nhs", "trust", "ft", "hospital", "collaborative", "alliance")
)
_ODS: Final = re.compile(r"\b[A-Z0-9]{3,5}\b")


@dataclass(slots=True)
class _Found:
    """Where a body is named best."""

    score: int
    told: Told
    name: str
    span: tuple[int, int]
    times: int = 1


def bodies(told: Sequence[Told], vocabulary: Vocabulary) -> Iterator[Offer]:
    """Offers for organisations and collaboratives, the plainest first."""
    organisations = vocabulary.organisations
    found = _found(told, _organisation_names(vocabulary), lambda id_: organisations[id_].kind not in _PROVIDERS)
    _add_codes(found, told, organisations)
    today: dict[str, _Found] = {}
    for id_, hit in found.items():
        now = [one.id for one in vocabulary.current(id_)]
        known = now[0] if len(now) == 1 else id_
        if known not in today or hit.score > today[known].score:
            today[known] = hit
    for id_, hit in _best(today):
        name = organisations[id_].name
        reason = f"{name}: \u201c{hit.name}\u201d stands {hit.told.where}."
        sure = hit.score >= 4 and len(hit.name.split()) > 2 and len(today) == 1
        yield Offer(
            "organisations",
            (id_,),
            quoted(hit.told.text, *hit.span),
            reason,
            sure,
            whole=hit.told.text.strip(" .") == hit.name,
        )
    named = _found(told, _collaborative_names(vocabulary), lambda _: False)
    for id_, hit in _best(named):
        name = vocabulary.collaboratives[id_].name
        reason = f"{name}: \u201c{hit.name}\u201d stands {hit.told.where}."
        yield Offer(
            "collaboratives", (id_,), quoted(hit.told.text, *hit.span), reason, hit.told.part == "Collaborative"
        )


def _best(found: dict[str, _Found]) -> list[tuple[str, _Found]]:
    """Those named where the doers are named; else the only one that is named at all."""
    ranked = sorted(found.items(), key=lambda one: (-one[1].score, -one[1].times, one[0]))
    plain = [one for one in ranked if one[1].score >= 3][:_MOST]
    return plain or (ranked if len(ranked) == 1 else [])


def _found(told: Sequence[Told], names: Names, needs_label: Callable[[str], bool]) -> dict[str, _Found]:
    found: dict[str, _Found] = {}
    for one in told:
        score = _score(one)
        for named in names.find(one.text):
            id_ = named.ids[0]
            weak = _is_weak(named.name)
            labelled = one.part in _LABELS
            if (len(named.ids) > 1 or needs_label(id_) or (weak and not _goes_on(one.text, named.end))) and not (
                labelled and len(named.ids) == 1
            ):
                continue
            hit = found.get(id_)
            if hit is None:
                found[id_] = _Found(score, one, named.name, (named.start, named.end))
            else:
                hit.times += 1
                if (score, len(named.name)) > (hit.score, len(hit.name)):
                    hit.score, hit.told, hit.name, hit.span = score, one, named.name, (named.start, named.end)
    return found


def _score(one: Told) -> int:
    if one.part in _LABELS:
        return 5
    if one.part == "Title" or (not one.part and not one.heading):
        return 4
    return 1


def _is_weak(name: str) -> bool:
    """Whether a name may be only that of a place: "Humber", "West London"."""
    return not is_acronym(name) and not _HEALTH_WORDS & set(name.lower().split())


def _goes_on(text: str, end: int) -> bool:
    return re.match(r"(?:'s|\u2019s)?\s+(?:NHS|Trust|FT\b|Foundation|Healthcare)", text[end : end + 20]) is not None


def _organisation_names(vocabulary: Vocabulary) -> Names:
    taken = _acronyms_of_other_things(vocabulary)
    pairs: list[tuple[str, str]] = []
    for one in vocabulary.organisations.values():
        for name in _called(one):
            if not (is_acronym(name) and name in taken):
                pairs.append((name, one.id))
    return Names(_one_body(pairs, vocabulary))


def _one_body(pairs: Sequence[tuple[str, str]], vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """The names; one that a body shares with its own successor belongs to the successor."""
    owners: dict[str, set[str]] = {}
    for name, id_ in pairs:
        owners.setdefault(name.lower(), set()).add(id_)
    for name, id_ in pairs:
        others = owners[name.lower()] - {id_}
        if not any(id_ in {old.id for old in vocabulary.predecessors.get(other, ())} for other in others):
            yield name, id_


def _called(one: Organisation) -> Iterator[str]:
    """Every name, and the ways in which people end that of a trust."""
    for name in one.names:
        yield name
        core = _TRUST.sub("", name)
        if core != name:
            yield from (f"{core} {ending}" for ending in _ENDINGS)
            if len(core.split()) > 1 and _HEALTH_WORDS & set(core.lower().split()):
                yield core


def _collaborative_names(vocabulary: Vocabulary) -> Names:
    taken = _acronyms_of_other_things(vocabulary)
    return Names(
        (name, one.id)
        for one in vocabulary.collaboratives.values()
        for name in _names(one)
        if not (is_acronym(name) and (name in taken or (name.isalpha() and name.isupper() and len(name) > 4)))
    )


def _names(one: Collaborative) -> Iterator[str]:
    """Names of more than one word, and acronyms; "Empower" and "Toucan" alone are words."""
    for name in (one.name, re.sub(r"\s*\([^)]*\)", "", one.name), *one.aliases):
        if " " in name or is_acronym(name):
            yield name


def _acronyms_of_other_things(vocabulary: Vocabulary) -> frozenset[str]:
    """Acronyms that mean something else as well: CFT is a team, IMPACT a programme."""
    concepts = (
        name
        for scheme in vocabulary.schemes.values()
        for one in scheme.concepts.values()
        for name in (one.label, *one.alt_labels)
    )
    terms = (term.term for term in vocabulary.terms if "trust" not in term.expansion.lower())
    return frozenset(word for name in (*concepts, *terms) for word in name.split() if is_acronym(word))


def _add_codes(found: dict[str, _Found], told: Sequence[Told], organisations: dict[str, Organisation]) -> None:
    """Codes, where a form asks for the organisation or the text says that it is an ODS code."""
    for one in told:
        for code in _ODS.finditer(one.text) if one.part == "Organisation" or "ODS" in one.text else ():
            before = one.text[max(0, code.start() - 20) : code.start()]
            if code[0] in organisations and (
                "ODS" in before or "ods" in one.heading.lower() or one.text.strip() == code[0]
            ):
                found.setdefault(code[0], _Found(5, one, code[0], code.span()))
