"""Owns runs of digits in a text, however they are grouped or spelt, and the word that says what a run is. Never decides what is a finding."""

import re
from dataclasses import dataclass
from typing import Final

from kb.content.shapes.readable import Readable

_CLUSTER: Final = re.compile(r"\d[\d \-./|(),_:\[\]+=]{2,}\d")
_GROUP: Final = re.compile(r"\d+")
# Typed for 0 and 1: 0 7700 9OO 123
_LIKE_DIGITS: Final = re.compile(r"\d[OoIl][OoIl\d \n]|\d [OoI]\d|[Oo][17]\d{3}")
_LETTERS: Final = re.compile(
    r"(?<=\d)[OoIl](?![A-Za-z])|(?<![A-Za-z\d])[Oo](?=[17]\d{3})|(?<=\d)[Oo](?=[Oo] ?\d)|(?<=\d[Oo])[Oo](?= ?\d)|(?<=\d )[OoI](?=\d\d)"
)
_FIGURES: Final = ["zero", "oh", "nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS: Final = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES: Final = {word: "000123456789"[n] for n, word in enumerate(_FIGURES)} | {
    word: str(10 + n) for n, word in enumerate(_TEENS)
}
_WORDS: Final = "|".join([*_FIGURES, *_TEENS, *_TENS, "hundred"])
_TOKEN: Final = re.compile(r"[a-z]+|\d+")
_FIGURE: Final = f"(?:(?:double|treble|triple)[ -](?:{'|'.join(_FIGURES)})|{_WORDS}|\\d{{1,4}})"
_SPELT: Final = re.compile(
    rf"(?<![a-z\d]){_FIGURE}(?:[ ,.\-/]{{1,6}}(?:(?:then|and|um|dash|space|followed by),? )?{_FIGURE}){{3,20}}(?![a-z])"
)
_MANY: Final = frozenset(_FIGURES[3:])
_FIRST_WORDS: Final = frozenset((*_FIGURES, *_TEENS, *_TENS, "double", "treble", "triple"))
_FIGURES_BEFORE: Final = re.compile(r"(?<![a-z\d])\d{1,4}[ ,.\-]{1,3}$")

# Numbers of things, not of people: said so right before the number.
_OF_A_THING: Final = re.compile(
    r"""(?:\b(?:isbn|issn|doi|pmid|pmcid|pmc|isrctn|nct|prospero|crd|iras|cpms|orcid|arxiv|barcode|ean|gtin|sku|snomed(?:[ ]?ct)?|dm\+d|opcs|icd|
        grants?|awards?|charity|company|vat|purchase[ ]order|order|po|invoices?|contracts?|tenders?|gateway|tickets?|projects?|serials?|models?|assets?|
        licen[cs]es?|versions?|batch|lot|parts?|product|registrations?|registered|stud(?:y|ies)|trials?|protocol|reports?|posters?|documents?|
        budget|cost|codes?|uuid|commit|build|firmware|ods|sic|dataset|concepts?|items?|gmc|nmc|hcpc|pin|meeting|zoom|teams|dial-in|access|passcode|extension|bleep|pager|imei|sim|mac|ip|
        rows?|records?[ ]of|population|pixels?|seconds?|bytes?|timestamp|unix|epoch)\b
      | [\#&?=]p=|[\u00a3$\u20ac])
      [\w()'\-]{0,12}[ ]?(?:ct[ ])?(?:(?:concept|identifier|id|code|no|nr|number|numbers|num|ref|reference|registration|grant|award|13|10|in[ ]england|is|was|ending|called|,|:|\#|\.|=|-|\(|\|)[ ,:.\#]{0,3}){0,5}$""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Run:
    """Groups of digits that belong together: their digits, the signs between them and where each begins."""

    groups: tuple[str, ...]
    joints: tuple[str, ...]
    starts: tuple[int, ...]

    @property
    def digits(self) -> str:
        """All of them in a row."""
        return "".join(self.groups)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many digits each group has."""
        return tuple(map(len, self.groups))

    @property
    def start(self) -> int:
        """Where the first digit stands."""
        return self.starts[0]

    @property
    def end(self) -> int:
        """One past the last digit."""
        return self.starts[-1] + len(self.groups[-1])

    def part(self, first: int, last: int) -> "Run":
        """The groups from `first` up to and without `last`."""
        return Run(self.groups[first:last], self.joints[first : last - 1], self.starts[first:last])


@dataclass(frozen=True, slots=True)
class Digits:
    """All digits of a text: `runs` of at least four, in order, and those `spelt` out: from where to where, and which."""

    runs: list[Run]
    spelt: list[tuple[int, int, str]]


def digits(text: Readable) -> Digits:
    """The digits of a text, however they are grouped or spelt."""
    return Digits(_runs(text) if text.has_digit else [], _spelt(text))


def _runs(text: Readable) -> list[Run]:
    original = text.text
    if _LIKE_DIGITS.search(original):
        original = _LETTERS.sub(lambda found: "0" if found.group() in "Oo" else "1", original)
    found: list[Run] = []
    for cluster in _CLUSTER.finditer(original):
        written, base = cluster.group(), cluster.start()
        if written.isdigit():
            found.append(Run((written,), (), (base,)))
            continue
        groups: list[str] = []
        joints: list[str] = []
        starts: list[int] = []
        end = 0
        for group in _GROUP.finditer(written):
            joint = written[end : group.start()]
            if groups and not _joins(joint):
                found += _whole(groups, joints, starts)
                groups, joints, starts = [], [], []
            elif groups:
                joints.append(joint)
            groups.append(group.group())
            starts.append(base + group.start())
            end = group.end()
        found += _whole(groups, joints, starts)
    return found


def _joins(joint: str) -> bool:
    """A space, a dash or a table's line joins; what ends a sentence, lists or nests brackets does not."""
    if len(joint) > 4:
        return False
    core = joint.strip(" ()[]")
    return core in ("", "-", "|", "||") or (
        core in "./_:+=," and len(core) == 1 and (len(joint) == 1 or joint == " / ")
    )


def _whole(groups: list[str], joints: list[str], starts: list[int]) -> list[Run]:
    return [Run(tuple(groups), tuple(joints), tuple(starts))] if sum(map(len, groups)) >= 4 else []


def _spelt(text: Readable) -> list[tuple[int, int, str]]:
    """Where figures are spelt out one by one, and the digits they mean: nine four three, double seven, nine hundred."""
    if len(text.words & _MANY) < 2 and not (text.words & _MANY and text.has_digit):
        return []
    found: list[tuple[int, int, str]] = []
    end = 0
    for anchor in sorted(text.where(_FIRST_WORDS)):
        figures = _FIGURES_BEFORE.search(text.lower, max(end, anchor - 8), anchor)
        match = _SPELT.match(text.lower, figures.start() if figures else anchor) if anchor >= end else None
        words = _TOKEN.findall(match.group()) if match else []
        if match and sum(word in _VALUES or word in _TENS for word in words) > 2:
            found.append((match.start(), match.end(), _digits(words)))
            end = match.end()
    return found


def _digits(words: list[str]) -> str:
    digits, times, ten = "", 1, False
    for number, word in enumerate(words):
        if word in _TENS:
            digits, ten = digits + str(20 + 10 * _TENS.index(word)), True
        elif word in _VALUES:
            unit = ten and len(_VALUES[word]) == 1 and _VALUES[word] != "0"  # forty-one
            digits = (digits[:-1] if unit else digits) + _VALUES[word] * times
            times, ten = 1, False
        elif word == "hundred":
            digits += "" if words[number + 1 : number + 2] == ["and"] else "00"
        elif word.isdigit():
            digits += word
        else:
            times = {"double": 2, "treble": 3, "triple": 3}.get(word, 1)
    return digits


_SURELY_A_THING: Final = re.compile(
    r"\b(?:isbn|issn|doi|zoom|meeting|teams|order|invoice|company|charity|registered|barcode|snomed|pmid)\b[^\n\d]{0,16}$"
)


_COUNTS_THINGS: Final = re.compile(
    r" ?(?:bytes|kb|mb|gb|rows|lines|items|pixels|steps|seconds|milliseconds|ticks|tokens|entries|events|visits|views|clicks|cells|base pairs|characters|units|doses|observations|data points|records)\b"
)
_TAG_FAR: Final = re.compile(
    r"\b(?:asset|inventory|serial|purchase order|po|order|barcode|invoice|catalogue|part|stock|licence|contract|tender|ticket|tag|equipment|supplier)\b(?:'s)?(?: (?:number|no|code|id|tag|label))?\b"
    r"(?:(?! (?:patient|resident|man|woman|lady|person|her|his))[ \w'\-]){0,34}[ :=(|#]{1,3}$"
)


def counts_things(text: Readable, start: int, end: int) -> bool:
    """Whether the figure is how many there are of something, or the words a little before call it the number of a thing."""
    return bool(_COUNTS_THINGS.match(text.lower, end) or _TAG_FAR.search(text.before(start)))


def surely_numbers_a_thing(text: Readable, start: int) -> bool:
    """The same, said so that no doubt is left."""
    return bool(_SURELY_A_THING.search(text.before(start, 40)))


def numbers_a_thing(text: Readable, start: int) -> bool:
    """Whether the words before say that it is the number of a book, grant, study, order and the like."""
    return bool(_OF_A_THING.search(text.before(start)))
