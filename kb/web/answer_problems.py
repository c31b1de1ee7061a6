"""Owns what is wrong with the values on a question's page, in words that stand at the input. Never stops anything from being saved.

Missing answers are no problem here: a draft is on its way. How far it is answered is `content/completeness.py`'s.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from kb.content.case_study import HEAD_FIELDS, CaseStudy
from kb.content.vocabulary import Vocabulary
from kb.editorial.answers import Answer
from kb.web import pickers
from kb.web.fields import Input
from kb.web.typed_answers import shown

MOST_TITLE: Final = 200  # characters, as in `content/case_study.py`
MOST_TOPICS: Final = 5

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ADDRESS: Final = re.compile(r"https?://[^\s]+")


def problems(asked: tuple[Input, ...], answer: Answer, vocabulary: Vocabulary) -> dict[str, str]:
    """A sentence for each control that holds what cannot be used, by the control's name."""
    found: dict[str, str] = {}
    for one in asked:
        for name, sentence in _of_input(one, answer, vocabulary):
            found.setdefault(name, sentence)
    _dates_in_order(answer, found)
    _whatever_else(asked, answer, found)
    return found


def _of_input(one: Input, answer: Answer, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    raw: Any = shown(one, answer)
    if one.kind == "rows":
        for number, row in enumerate(raw):
            yield from _of_row(one, number, row)
    elif one.kind == "month":
        yield from _of_month(one, *raw)
    elif one.kind == "picker":
        unknown = [option.label for option in pickers.picked(one.scheme, raw, vocabulary) if not option.known]
        if unknown:
            them = "it" if len(unknown) == 1 else "them"
            yield (
                one.name,
                f"{' and '.join(unknown[:3])} {'is' if len(unknown) == 1 else 'are'} not in our list. Take {them} out, or find {them} by name.",
            )
    elif sentence := _of_text(one, raw, _values(one, vocabulary)):
        yield one.name, sentence


def _of_row(one: Input, number: int, row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    first = one.columns[0]
    if not row.get(first.name, "").strip():
        told = "Say what was measured." if one.one == "measure" else "Give its title."
        yield f"{one.name}-{number}-{first.name}", f"{one.one.capitalize()} {number + 1}: {told}"
    for column in one.columns:
        if sentence := _of_text(column, row.get(column.name, ""), [choice.value for choice in column.choices]):
            yield f"{one.name}-{number}-{column.name}", f"{one.one.capitalize()} {number + 1}: {sentence}"


def _of_month(one: Input, month: str, year: str) -> Iterator[tuple[str, str]]:
    if not (month or year):
        return
    if not re.fullmatch(r"(19|20)[0-9]{2}", year):
        told = (
            f"Write the year with four digits, such as 2025. \u201c{year}\u201d is not a year."
            if year
            else "Write the year as well."
        )
        yield f"{one.name}-year", told
    elif month and not re.fullmatch(r"[1-9]|1[0-2]", month):
        yield f"{one.name}-month", f"Write the month as a number from 1 to 12. \u201c{month}\u201d is not a month."


def _of_text(one: Input, text: str, values: list[str]) -> str:
    if not text.strip():
        return ""
    if one.kind in ("choice", "select") and text not in values:
        return "Choose one from the list."
    if one.kind == "email" and not _EMAIL.fullmatch(text):
        return "Write one e-mail address, such as improvement@example.nhs.uk."
    if one.kind == "address" and not _ADDRESS.fullmatch(text):
        return "Write a web address that begins with https:// and has no spaces."
    if one.name == "title" and one.kind == "line" and one.path == ("title",) and len(text.strip()) > MOST_TITLE:
        return f"Shorten the title to {MOST_TITLE} characters. It has {len(text.strip())}."
    return ""


def _values(one: Input, vocabulary: Vocabulary) -> list[str]:
    scheme = vocabulary.schemes.get(one.scheme)
    # A file may say for itself that no result is stated; a team that did the work is not offered that.
    also = ["not-stated"] if one.name == "verdict" else []
    return [*(scheme.concepts if scheme else ()), *(choice.value for choice in one.choices), *also]


def _dates_in_order(answer: Answer, found: dict[str, str]) -> None:
    started, ended = answer.get("started"), answer.get("ended")
    if not (isinstance(started, str) and isinstance(ended, str)) or any(
        name.startswith(("started", "ended")) for name in found
    ):
        return
    known = min(len(started), len(ended))  # a year alone is neither before nor after its months
    if ended[:known] < started[:known]:
        found["ended-year"] = "It ended before it started. Check both dates."


def _whatever_else(asked: tuple[Input, ...], answer: Answer, found: dict[str, str]) -> None:
    """What the case study's own model refuses and nothing above has named."""
    values = {name: value for name, value in answer.items() if name in HEAD_FIELDS and name != "title"}
    try:
        CaseStudy.model_validate({"title": "-", **values})
    except ValidationError as error:
        for problem in error.errors():
            names = [one.name for one in asked if one.path[0] == problem["loc"][0]]
            if names and not any(other.startswith(tuple(names)) for other in found):
                found[names[0]] = "This cannot be used as it is. Write it in another way."
