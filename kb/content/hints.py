"""Owns the hints that help somebody write: acronyms to spell out, long sentences, plainer words, words about people. Never blocks or changes anything.

Each hint says where, what to write instead and why. Time grows with the length of the text only.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from kb.content import markdown, plain_words
from kb.content.vocabulary import Vocabulary

Kind = Literal["acronym", "long-sentence", "plain-word", "people"]

MAX_HINTS: Final = 40  # of one text: more are not read
MAX_SENTENCE: Final = 25  # words: the NHS and GOV.UK ask for at most so many

# What everybody knows, or knows better than what it stands for.
_KNOWN: Final = frozenset(
    (
        "NHS", "GP", "UK", "GB", "EU", "US", "USA", "A&E", "HIV", "AIDS", "COVID", "TV", "BBC", "IT", "PDF", "CSV", "URL", "USB", "DVD",
        "CD", "PC", "AM", "PM", "OK", "FAQ", "PIN", "ICT", "AI", "SMS", "CCTV", "ID", "MP", "CEO", "VAT", "BMI", "QR", "HM", "DOI",
        "ISBN", "MS", "BME", "BAME",  # of the last two, the words about people say more
    )
)  # fmt: skip
_ROMAN: Final = re.compile(r"[IVX]{1,5}")
_TOKEN: Final = re.compile(
    r"(?<![A-Za-z0-9_&])[A-Za-z][A-Za-z0-9]{0,19}(?:[&+-][A-Za-z0-9]{1,12}){0,2}(?:\([0-9]\)|\+)?"
)
_UNKNOWN: Final = re.compile(r"[A-Z][A-Z0-9&]{1,5}")

# What is no prose: addresses, what links lead to, code; and names.
_ASIDE: Final = re.compile(
    r"https?://\S+|www\.\S+|[^\s@]{1,64}@[^\s@]{1,255}|\]\([^()\s]{0,500}\)|`[^`\n]{1,500}`"
    r"|(?:Alcoholics|Narcotics) Anonymous"
)
# People's own words are theirs.
_QUOTED: Final = re.compile(r"^[ \t]{0,3}>.*$|\"[^\"\n]{1,500}\"|\u201c[^\u201d\n]{1,500}\u201d", re.MULTILINE)

# A blank line, or a line that begins an item, a heading or a row of a table.
_BREAK: Final = re.compile(r"\n[ \t]*(?=\n|[-*+#>|]|[0-9]{1,3}[.)][ \t])")
_LEAD: Final = re.compile(r"[ \t\n]*(?:[-*+>]|#{1,6}|[0-9]{1,3}[.)])?[ \t]+|[ \t\n]*")
_STOP: Final = re.compile(r"[.!?][\"')\]\u2019\u201d]{0,3}(?=\s+[\"'(\[\u2018\u201c]?[A-Z0-9])")
_NO_STOP: Final = re.compile(r"\b(?:e\.g|i\.e|etc|vs|no|nos|approx|dr|mr|mrs|ms|prof|st|fig|[a-z])\.$", re.IGNORECASE)
_SEEN: Final = re.compile(r"\S")
_WORD: Final = re.compile(r"[^\W_]\S*")


@dataclass(frozen=True, slots=True)
class Hint:
    """`text[start:end] == words`. `suggestion` is what to write instead, "" when there is no telling; `others` are other senses."""

    start: int
    end: int
    words: str
    suggestion: str
    reason: str
    kind: Kind
    others: tuple[str, ...] = ()


def acronyms(text: str, vocabulary: Vocabulary) -> list[Hint]:
    """The acronyms that are not spelt out where they are first used, in order, at most MAX_HINTS."""
    senses = _senses(vocabulary)
    plain = _prose(text)
    for term in senses:
        if " " in term:  # "SNOMED CT" is known by its own name, and its CT is no core trainee
            plain = plain.replace(term, " " * len(term))
    seen: set[str] = set()
    found: list[Hint] = []
    for match in _TOKEN.finditer(plain):
        for start, token in _pieces(match.start(), match[0], senses):
            plural = token not in senses and token.endswith("s") and len(token) > 2
            acronym = token[:-1] if plural else token
            known = senses.get(acronym, ())
            is_name = acronym in senses and not known
            if acronym in seen or acronym in _KNOWN or is_name or not (known or _looks_like_one(acronym)):
                continue
            seen.add(acronym)
            if _shouted(plain, start) or _spelt_out(plain, start, start + len(token), acronym, known):
                continue
            found.append(_acronym(start, text[start : start + len(token)], known, plural))
        if len(found) >= MAX_HINTS:
            break
    return found[:MAX_HINTS]


def plain_english(text: str) -> list[Hint]:
    """Long sentences, words that have a plainer one and words about people, in order, at most MAX_HINTS.

    Quotations are left alone but for their length.
    """
    plain = _prose(text)
    found = [*_long_sentences(text, plain), *_worded(text, _without(_QUOTED, plain))]
    return sorted(found, key=lambda hint: (hint.start, -hint.end))[:MAX_HINTS]


def _prose(text: str) -> str:
    """The text with blanks for comments and what is no prose: places stay the same."""
    pieces: list[str] = []
    position = 0
    for begin, end in markdown.comments(text):
        pieces += text[position:begin], re.sub(r"[^\n]", " ", text[begin:end])
        position = end
    return _without(_ASIDE, "".join([*pieces, text[position:]]))


def _without(shape: re.Pattern[str], text: str) -> str:
    """The text with blanks in place of what has this shape: places stay the same."""
    return shape.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def _senses(vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """What each acronym may stand for, the usual sense first: the glossary's, then whose short name it is.

    A name that is written so, such as IMPACT, stands for nothing else.
    """
    found: dict[str, list[str]] = {}
    for term in vocabulary.terms:
        found.setdefault(term.term, []).extend((term.expansion, *term.other_senses))
    bodies = [(one.name, (one.short_name, *one.aliases)) for one in vocabulary.organisations.values()]
    bodies += [(one.name, one.aliases) for one in vocabulary.collaboratives.values()]
    for name, shorter in bodies:
        for short in shorter:
            if _UNKNOWN.fullmatch(short):
                found.setdefault(short, []).extend([] if short in name else [name])
    return {acronym: tuple(dict.fromkeys(senses)) for acronym, senses in found.items()}


def _pieces(start: int, token: str, senses: dict[str, tuple[str, ...]]) -> Iterator[tuple[int, str]]:
    """The token whole when it is a term ("CBT-E"), else its parts: "CMHT-led" holds CMHT."""
    if token in senses or not re.search(r"[+(-]", token):
        yield start, token
        return
    for part in re.finditer(r"[A-Za-z0-9&]+", token):
        yield start + part.start(), part[0]


def _looks_like_one(token: str) -> bool:
    return bool(_UNKNOWN.fullmatch(token)) and not _ROMAN.fullmatch(token) and sum(map(str.isalpha, token)) >= 2


def _shouted(text: str, start: int) -> bool:
    """Whether the words around are all in capitals, as in "KEY MESSAGES FROM THE WARD"."""
    before, behind = text[max(0, start - 40) : start], text[start : start + 40]
    around = before.rpartition("\n")[2] + behind.partition("\n")[0]
    letters = [letter for letter in around if letter.isalpha()]
    return len(letters) > 12 and sum(map(str.isupper, letters)) > len(letters) * 0.8


def _spelt_out(text: str, start: int, end: int, acronym: str, senses: tuple[str, ...]) -> bool:
    """Whether its words stand before it, as in "did not attend (DNA)", or in brackets behind it."""
    before, behind = text[max(0, start - 150) : start], text[end : end + 150]
    if before.rstrip(" \"'\u2018\u201c*_").endswith("("):
        return _spells(before.rpartition("(")[0].split()[-len(acronym) - 6 :], acronym, senses)
    inside = re.match(r"['\u2019]?s?[\"'\u2019\u201d*_]{0,3}\s{0,2}(?:\(|[\u2013:=-]\s)([^()\n]{3,120})", behind)
    return inside is not None and _spells(inside[1].split()[: len(acronym) + 6], acronym, senses)


def _spells(words: list[str], acronym: str, senses: tuple[str, ...]) -> bool:
    words = " ".join(words).lower().replace("-", " ").replace(",", "").split()
    said = " ".join(words)
    for sense in (_bare(sense).lower().replace("-", " ").replace(",", "") for sense in senses):
        if sense in said or any(sense.startswith(" ".join(words[place:])) for place in range(len(words) - 1)):
            return True
    letters = [letter for letter in acronym.lower() if letter.isalnum()]
    return any(
        word.lstrip("(\"'*_\u201c")[:1] == letters[0] and _in_order(letters, words[place:])
        for place, word in enumerate(words)
    )


def _in_order(letters: list[str], words: list[str]) -> bool:
    """Whether the letters stand in the words in this order, at least half of them at the beginning of one."""
    rest = iter(" ".join(words))
    starts = sum(1 for word in words if word[:1] in letters)
    return all(letter in rest for letter in letters) and starts * 2 >= len(letters)


def _bare(sense: str) -> str:
    """Without remarks: "first-tier tribunal (mental health)"."""
    return re.sub(r"\s*\([^()]*\)\s*$", "", sense)


def _acronym(start: int, words: str, senses: tuple[str, ...], plural: bool) -> Hint:
    if not senses:
        reason = f"{words} is not in the glossary. Spell it out where it is first used, with {words} in brackets."
        return Hint(start, start + len(words), words, "", reason, "acronym")
    first, others = _bare(senses[0]), tuple(_bare(sense) for sense in senses[1:])
    reason = f"Not every reader knows {words}. Spell it out where it is first used."
    if others:
        reason += f" It can also mean {' or '.join(others)}."
    return Hint(
        start, start + len(words), words, f"{_plural(first) if plural else first} ({words})", reason, "acronym", others
    )


def _plural(words: str) -> str:
    if words.endswith("s") or not words[-1:].isalpha():
        return words
    return f"{words[:-1]}ies" if re.search(r"[^aeiou]y$", words) else f"{words}s"


def _long_sentences(text: str, plain: str) -> Iterator[Hint]:
    for start, end in _sentences(plain):
        count = sum(1 for _ in _WORD.finditer(plain, start, end))
        if count > MAX_SENTENCE:
            reason = f"This sentence has {count} words. Up to {MAX_SENTENCE} are easy to read: make two of it."
            yield Hint(start, end, text[start:end], "", reason, "long-sentence")


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends. Items of lists are sentences of their own; rows of tables are none."""
    begin = 0
    for edge in (*(match.start() for match in _BREAK.finditer(text)), len(text)):
        lead = _LEAD.match(text, begin, edge)
        start = lead.end() if lead else begin
        begin = edge
        if text.startswith("|", start):
            continue
        if lead and "#" in lead[0]:  # a heading ends with its line
            start = text.find("\n", start, edge) + 1 or edge
        for stop in _STOP.finditer(text, start, edge):
            if not _NO_STOP.search(text, max(start, stop.start() - 8), stop.start() + 1):
                yield start, stop.end()
                following = _SEEN.search(text, stop.end(), edge)
                start = following.start() if following else edge
        rest = text[start:edge].rstrip()
        if rest:
            yield start, start + len(rest)


@functools.cache
def _words() -> tuple[re.Pattern[str], dict[str, str], dict[str, tuple[str, str]]]:
    plainer, people = plain_words.plainer(), plain_words.about_people()
    longest_first = sorted({*plainer, *people}, key=len, reverse=True)
    spaced = "|".join(re.escape(words).replace(r"\ ", r"\s{1,3}") for words in longest_first)
    return re.compile(rf"(?<![\w-])(?:{spaced})(?![\w-])", re.IGNORECASE), plainer, people


def _worded(text: str, plain: str) -> Iterator[Hint]:
    shape, plainer, people = _words()
    for match in shape.finditer(plain):
        start, end = match.span()
        said = " ".join(match[0].lower().split())
        if said in people:
            instead, reason = people[said]
            kind: Kind = "people"
        else:
            instead, reason, kind = plainer[said], "A plainer word is quicker to read.", "plain-word"
        if match[0][0].isupper() and not match[0].isupper():
            instead = instead[0].upper() + instead[1:]
        yield Hint(start, end, text[start:end], instead, reason, kind)
