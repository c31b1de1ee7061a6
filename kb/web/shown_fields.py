"""Owns an input as a page shows it: its value, what can be chosen, what is wrong with it, what others saved. Never reads a request.

The template `components/fields.html` draws it.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kb.content.vocabulary import Vocabulary
from kb.editorial.answers import Answer
from kb.web import pickers
from kb.web.fields import MOST_ROWS, NOT_STATED, Choice, Input
from kb.web.offered import ShownOffer
from kb.web.pickers import Option
from kb.web.typed_answers import shown


@dataclass(frozen=True, slots=True)
class Searching:
    """What somebody looks for in one of the pickers of a page, and how many rows they want."""

    name: str = ""
    typed: str = ""
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Remarks:
    """What is said at the inputs of a page, by the name of the control.

    `problems` must be put right, `warnings` looked at; `theirs` is who saved something else meanwhile, and what.
    """

    problems: Mapping[str, str] = field(default_factory=dict)
    warnings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    theirs: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    advice: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)  # words, and what to do about them
    offers: Mapping[str, tuple[ShownOffer, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One of several things, with an input for each of its columns."""

    number: int
    legend: str
    cells: tuple["ShownInput", ...]


@dataclass(frozen=True, slots=True)
class ShownInput:
    """An input with everything that stands there. `name` is its control's: in a row it has the row's number.

    In a picker `chosen` stand above, `listed` are all others, or for `searched` ones those that were found; `more` were
    found besides.
    """

    input: Input
    name: str
    value: str = ""
    parts: tuple[str, str] = ("", "")
    choices: tuple[Choice, ...] = ()
    chosen: tuple[Option, ...] = ()
    listed: tuple[Option, ...] = ()
    ticked: frozenset[str] = frozenset()
    searched: bool = False
    typed: str = ""
    found: tuple[Option, ...] = ()
    more: int = 0
    rows: tuple[Row, ...] = ()
    full: bool = False
    problem: str = ""
    part_problems: tuple[str, str] = ("", "")
    warnings: tuple[str, ...] = ()
    theirs: tuple[str, str] | None = None
    advice: tuple[tuple[str, str], ...] = ()
    offers: tuple[ShownOffer, ...] = ()

    @property
    def described_by(self) -> str:
        """The ids of everything that describes the control."""
        there = {
            "hint": self.input.hint, "error": self.problem, "warning": self.warnings, "theirs": self.theirs is not None,
            "info": self.input.words,
        }  # fmt: skip
        return " ".join(f"{self.name}-{part}" for part, holds in there.items() if holds)

    @property
    def open(self) -> bool:
        """Whether one that begins folded is open: something is in it that has to be seen."""
        return bool(self.chosen or self.ticked or self.typed or self.problem or self.offers or self.theirs is not None)


def fields(
    asked: tuple[Input, ...], answer: Answer, vocabulary: Vocabulary, searching: Searching, remarks: Remarks,
    near: Mapping[str, tuple[str, ...]],
) -> tuple[ShownInput, ...]:  # fmt: skip
    """Every input of a page as it is shown.

    Args:
        near: for each scheme what is offered before anybody has typed.
    """
    return tuple(
        _field(one, one.name, shown(one, answer), vocabulary, searching, remarks, near.get(one.scheme, ()))
        for one in asked
    )


def _field(
    one: Input,
    name: str,
    raw: Any,
    vocabulary: Vocabulary,
    searching: Searching,
    remarks: Remarks,
    near: tuple[str, ...] = (),
) -> ShownInput:
    made = ShownInput(
        one, name, problem=remarks.problems.get(name, ""), warnings=remarks.warnings.get(name, ()),
        theirs=remarks.theirs.get(name), advice=remarks.advice.get(name, ()),
        offers=remarks.offers.get(name, ()),
    )  # fmt: skip
    if one.kind == "picker":
        return _picker(made, raw, vocabulary, searching, near)
    if one.kind == "rows":
        wanted = min(max(len(raw), searching.rows, 1), max(MOST_ROWS, len(raw)))
        filled = [*raw, *({} for _ in range(wanted - len(raw)))]
        rows = tuple(
            Row(number, f"{one.one.capitalize()} {number + 1}", tuple(
                _field(column, f"{name}-{number}-{column.name}", row.get(column.name, ""), vocabulary, searching, remarks) for column in one.columns
            ))
            for number, row in enumerate(filled)
        )  # fmt: skip
        return dataclasses.replace(made, rows=rows, full=len(rows) >= MOST_ROWS)
    if one.kind == "month":
        wrong = (remarks.problems.get(f"{name}-month", ""), remarks.problems.get(f"{name}-year", ""))
        return dataclasses.replace(made, parts=raw, problem=made.problem or wrong[0] or wrong[1], part_problems=wrong)
    return dataclasses.replace(made, value=raw, choices=_choices(one, raw, vocabulary))


def _choices(one: Input, value: str, vocabulary: Vocabulary) -> tuple[Choice, ...]:
    """What can be chosen, with whatever is stored among it."""
    if one.kind not in ("choice", "select"):
        return ()
    scheme = vocabulary.schemes.get(one.scheme)
    concepts = scheme.concepts.values() if scheme else ()
    known = [
        *one.choices,
        *(Choice(c.id, c.label, c.definition) for c in concepts if not c.replaced_by or c.id == value),
    ]
    if value and value not in {choice.value for choice in known}:
        known.append(NOT_STATED if value == NOT_STATED.value else Choice(value, value))
    return tuple(known)


def _picker(
    made: ShownInput, ids: tuple[str, ...], vocabulary: Vocabulary, searching: Searching, near: tuple[str, ...]
) -> ShownInput:
    one, ticked = made.input, frozenset(ids)
    everything = pickers.options(one.scheme, vocabulary)
    known = {option.id for option in everything}
    if one.scheme not in pickers.SEARCHED:
        others = pickers.picked(one.scheme, [id_ for id_ in ids if id_ not in known], vocabulary)
        return dataclasses.replace(made, listed=(*everything, *others), ticked=ticked)
    typed = searching.typed[: pickers.MAX_TYPED] if searching.name == one.name else ""
    near = tuple(id_ for id_ in near if id_ in known and not made.offers)
    offered = (
        pickers.find(one.scheme, typed, vocabulary) if typed.strip() else pickers.picked(one.scheme, near, vocabulary)
    )
    found = [option for option in offered if option.id not in ticked]
    listed = (
        tuple(option for option in everything if option.id not in ticked)
        if len(everything) <= pickers.MOST_LISTED
        else ()
    )
    return dataclasses.replace(
        made, chosen=pickers.picked(one.scheme, ids, vocabulary), listed=listed, searched=True, typed=typed,
        found=tuple(found[: pickers.MOST_FOUND]), more=max(0, len(found) - pickers.MOST_FOUND),
    )  # fmt: skip


def in_words(one: Input, answer: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    """A value in words, for somebody who compares it with their own."""
    raw: Any = shown(one, answer)
    if one.kind == "picker":
        return "\n".join(option.label for option in pickers.picked(one.scheme, raw, vocabulary))
    if one.kind == "month":
        return " ".join(filter(None, raw))
    if one.kind == "rows":
        return "\n".join(
            "; ".join(f"{column.label}: {row[column.name]}" for column in one.columns if row.get(column.name))
            for row in raw
        )
    choices = {choice.value: choice.label for choice in _choices(one, raw, vocabulary)}
    return choices.get(raw, str(raw))
