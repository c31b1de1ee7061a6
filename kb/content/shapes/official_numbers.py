"""Owns spotting numbers that the state, a bank or the police gave to one person, and their accounts on networks. Never looks one up."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.given_names import is_only_a_name
from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.readable import Readable

_INSURANCE: Final = re.compile(r"\d[ .\-]?\d[ .\-]?\d[ .\-]?\d[ .\-]?\d[ .\-]?\d[ .\-]?[a-d](?![a-z\d])")
_INSURANCE_LETTERS: Final = re.compile(r"(?:^|[^a-z\d])(?P<letters>[a-z]{2}[ .\-]?)$")
_INSURANCE_CALLED: Final = re.compile(r"\b(?:n\.? ?i\.?|nino|national insurance|insurance)\b[^\n]{0,30}$")
_CALLED: Final = re.compile(
    r"""passports?(?:\ (?:no|number|num))?\b[^\n\d]{0,25}?(?P<passport>[a-z]?\d{8,9})
    | smart[ -]?card\b[^\n\d]{0,25}?(?P<card>\d[\d -]{7,16}\d)
    | (?:driving|driver'?s?)\ licen[cs]e\b[^\n]{0,25}?\b(?P<licence>[a-z9]{2,5}\d{6}[ -]?[a-z\d]{3,5}|[a-z9]{5}[ -]\d{6}[ -]?[a-z\d]{5})
    | sort[ -]?code\b[^\n\d]{0,12}(?P<sort>\d\d[ -]?\d\d[ -]?\d\d)
    | account\ (?:no|num|number)\b[^\n\d]{0,12}(?P<account>\d{8})
    | (?:upn|uln|unique\ pupil\ number|pupil\ number)\b[^\n\d]{0,12}?(?P<pupil>[a-z]?\d{10,12})
    | (?:reg|registration|number\ ?plate|car|vehicle|van|motorbike|scooter)\b[^\n]{0,30}?\b(?P<plate>[a-z]{2}\d{2}\ ?[a-z]{3}|[a-z]\d{1,3}\ [a-z]{3}|[a-z]{3}\ ?\d{1,3}[a-z])
    | (?:prison(?:er)?|inmate|noms|nomis)(?:\ (?:no|num|number|id))?\b[^\n\d]{0,10}?(?P<prison>[a-z]\d{4}[a-z]{2})
    | (?:custody|crime|probation|pnc|cro|utr|blue\ badge|bus\ pass|library\ card|council\ tax|tenancy|housing|benefits?|claim|tenant|student|regimental|oyster)(?:\ (?:record|reference|ref|number|no|card|account|id))+\b[^\n\d]{0,10}?(?P<other>[a-z]{0,3}/?\d[\d/\-]{3,14}[a-z]?)
    )(?![a-z\d])""".replace("passports?", "(?:passports?", 1),
    re.VERBOSE,
)
_CALLED_WORDS: Final = frozenset(
    """
    passport passports smart smartcard licence license sort account upn uln pupil reg registration plate numberplate
    car vehicle van motorbike scooter prison prisoner inmate noms nomis custody crime probation pnc cro utr badge
    pass library tax tenancy housing benefit benefits claim tenant student regimental oyster
    """.split()
)
_BY_WORD: Final = frozenset(("sort", "account", "other", "plate"))
_NETWORKS: Final = frozenset(
    """
    instagram insta facebook fb twitter tiktok snapchat snap handle gamertag username xbox discord linkedin youtube
    reddit
    """.split()
)
_ACCOUNT: Final = re.compile(
    r"(?:\b(?:her|his|their|patient'?s?|whose|mum'?s?|son'?s?|daughter'?s?|user'?s?|on|as|is)\b[^\n.]{0,40})?(?:(?P<at>@[a-z\d_.]{3,30})|(?:facebook|instagram|linkedin|tiktok|twitter|x)\.com/(?:in/)?(?P<path>[a-z\d_.\-]{4,40}))"
)
_WHOSE: Final = re.compile(
    r"\b(?:her|his|their|patient'?s?|whose|mum'?s?|son'?s?|daughter'?s?|service user'?s?|she|he|posts as|posted as)\b"
)
_OURS: Final = re.compile(r"\b(?:our|us|we|trust|team|service|follow|tag)\b")


_LETTERS: Final = re.compile(r"[a-z]+")


def official_numbers(text: Readable) -> Iterator[Identifier]:
    """National Insurance numbers, and passports, licences, cards, accounts and cars that are called so."""
    lower = text.lower
    for match in _INSURANCE.finditer(lower):
        letters = _INSURANCE_LETTERS.search(lower[max(0, match.start() - 4) : match.start()])
        if not letters:
            continue
        start = match.start() - len(letters["letters"])
        called = bool(_INSURANCE_CALLED.search(text.before(start, 40)))
        if called or text.text[start : match.end()].isupper():
            yield identifier("official-number", *text.span(start, match.end()), called)
    for at in text.where(_CALLED_WORDS):
        found = _CALLED.search(lower, max(0, at - 12), at + 70)
        if found:
            name = found.lastgroup or ""
            if name != "plate" or text.text[found.start(name) : found.end(name)].isupper():
                yield identifier("official-number", *text.span(*found.span(name)), name not in _BY_WORD)
    if text.words & _NETWORKS:
        for account in _ACCOUNT.finditer(lower):  # her account, or one called like a person
            name = account.lastgroup or "at"
            ahead = text.before(account.start(name), 70)
            named = any(map(is_only_a_name, _LETTERS.findall(account[name]))) and (
                name == "path" or account[name][-2:].isdigit()
            )
            if (named or _WHOSE.search(ahead)) and not _OURS.search(ahead):
                yield identifier("official-number", *text.span(*account.span(name)), False)
