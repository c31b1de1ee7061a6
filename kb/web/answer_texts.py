"""Owns looking through the texts of an answer: what may say who a patient is, and how to say it more plainly. Never changes one."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kb.content.vocabulary import Vocabulary
from kb.editorial.answers import Answer
from kb.web.fields import Input
from kb.web.typed_answers import shown

_MOST: Final = 10  # said at one input: whoever has put those right sees the next
_LONGEST: Final = 80  # characters quoted
_READ: Final = 50_000  # characters of one text: a second's work; the rest is read before the draft is sent


def texts(asked: tuple[Input, ...], answer: Answer) -> Iterator[tuple[str, str]]:
    """The name of each control that holds text, and the text. Addresses are looked at where all of a draft is."""
    for one in asked:
        raw: Any = shown(one, answer)
        if one.kind in ("line", "words", "text", "list"):
            yield one.name, raw
        elif one.kind == "rows":
            for number, row in enumerate(raw):
                for column in one.columns:
                    if column.kind in ("line", "words"):
                        yield f"{one.name}-{number}-{column.name}", row.get(column.name, "")


def identifiers(asked: tuple[Input, ...], answer: Answer) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Sentences by control: what certainly is a patient's detail, and what may be one."""
    from kb.content import patient_identifiers  # noqa: PLC0415 - lists of names that other pages do without

    certain: dict[str, str] = {}
    likely: dict[str, tuple[str, ...]] = {}
    for name, text in texts(asked, answer):
        for found in patient_identifiers.find(text[:_READ])[:_MOST] if text.strip() else ():
            words = _quoted(text[found.start : found.end])
            if found.certain:
                before = certain.get(name, "")
                told = f"Also take out {words}." if before else f"Take this out before you send it: {words}."
                if words not in before:
                    certain[name] = f"{before} {told} {found.reason}".lstrip()
            else:
                told = f"Check {words}. {found.reason}"
                likely[name] = tuple(dict.fromkeys((*likely.get(name, ()), told)))
    return certain, likely


def digest(said: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """What was said, as short words: a page that comes back with them has been shown it."""
    return frozenset(
        hashlib.sha256(f"{name}\0{sentence}".encode()).hexdigest()[:10]
        for name, all_ in said.items()
        for sentence in all_
    )


def wording(asked: tuple[Input, ...], answer: Answer, vocabulary: Vocabulary) -> dict[str, tuple[tuple[str, str], ...]]:
    """Suggestions by control: the words, and what to write instead and why."""
    from kb.content import hints  # noqa: PLC0415 - only when somebody asks for them

    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for name, text in texts(asked, answer):
        said = sorted(
            [*hints.acronyms(text[:_READ], vocabulary), *hints.plain_english(text[:_READ])], key=lambda hint: hint.start
        )
        made = [
            (hint.words, f"Try \u201c{hint.suggestion}\u201d. {hint.reason}" if hint.suggestion else hint.reason)
            for hint in said
        ]
        if made:
            found[name] = tuple(dict.fromkeys(made))
    return found


def _quoted(words: str) -> str:
    plain = " ".join(words.split())
    return f"\u201c{plain[:_LONGEST]}{'...' if len(plain) > _LONGEST else ''}\u201d"
