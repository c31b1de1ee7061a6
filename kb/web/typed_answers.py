"""Owns the way between a page's form and an answer, both ways: what was typed is what is stored. Never judges or stores it.

A value of the form is text; several texts for a list of choices; month and year; a text for each column of each row. One
that is shown and sent back unchanged leaves the stored value as it is, also where a form cannot say all of it.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from kb.content.outline import clean
from kb.editorial.answers import Answer
from kb.web.fields import Input, keys
from kb.web.forms import Fields

Raw = str | tuple[str, ...] | tuple[dict[str, str], ...]
"""What a control holds: a text, the chosen ids, month and year, or the rows."""

_MOST_CHOSEN: Final = 100  # of one list: nobody ticks more, and a page must stay a page
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug", "september sept sep",
         "october oct", "november nov", "december dec"), 1,
    )
    for name in names.split()
}  # fmt: skip
_DATE: Final = re.compile(r"((?:19|20)\d\d)(?:-(\d\d)(?:-\d\d)?)?")
_ROW: Final = re.compile(r"(\d{1,6})-(\w+)")


def read(fields: Fields, asked: tuple[Input, ...], stored: Answer) -> Answer:
    """The answer that a form gives; what these inputs do not ask for stays as it is stored."""
    found = {name: value for name, value in stored.items() if name not in keys(asked)}
    for one in asked:
        raw = _sent(fields, one)
        before = _at(stored, one.path)
        value = before if before is not None and raw == _sent_back(one, before) else _value(one, raw, before)
        if value not in (None, "", [], {}):
            _put(found, one.path, value)
    return found


def shown(one: Input, answer: Mapping[str, Any]) -> Raw:
    """What an input shows of an answer."""
    return _shown(one, _at(answer, one.path))


def rows_sent(fields: Fields, one: Input) -> tuple[dict[str, str], ...]:
    """The rows of a form, the empty ones too: whoever asked for one more wants to fill it in."""
    found: dict[str, dict[str, str]] = {}
    columns = {column.name: column for column in one.columns}
    for rest, typed in fields.under(f"{one.name}-"):
        place = _ROW.fullmatch(rest)
        if place and place[2] in columns:
            found.setdefault(place[1], {})[place[2]] = _text(columns[place[2]], typed)
    return tuple(found.values())


def digests(asked: tuple[Input, ...], answer: Mapping[str, Any]) -> str:
    """What each field and section of the page held, as short as an address: so two windows notice what each has changed."""
    return ".".join(_digest(answer.get(key)) for key in keys(asked))


def together(asked: tuple[Input, ...], seen: str, mine: Answer, theirs: Answer) -> tuple[Answer, tuple[str, ...]]:
    """Both answers in one, and the fields and sections that both have changed, in which `mine` stands.

    Args:
        seen: the `digests` of what both began with.
    """
    base = dict(zip(keys(asked), seen.split("."), strict=False))
    found, conflicts = dict(mine), []
    for key in keys(asked):
        ours, other = _digest(mine.get(key)), _digest(theirs.get(key))
        if ours == other or base.get(key) == other:
            continue
        if base.get(key) == ours:
            found.pop(key, None)
            found |= {key: theirs[key]} if key in theirs else {}
        else:
            conflicts.append(key)
    return found, tuple(conflicts)


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False) if value is not None else ""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _sent(fields: Fields, one: Input) -> Raw:
    if one.kind == "picker":
        chosen = (_text(one, value).strip() for value in fields.all(one.name))
        return tuple(dict.fromkeys(value for value in chosen if value))[:_MOST_CHOSEN]
    if one.kind == "month":
        return tuple(_text(one, fields.typed(f"{one.name}-{part}")).strip() for part in ("month", "year"))
    if one.kind == "rows":
        return tuple(row for row in rows_sent(fields, one) if any(cell.strip() for cell in row.values()))
    return _text(one, fields.typed(one.name))


def _text(one: Input, typed: str) -> str:
    """What was typed, without what no text can hold; on one line where the control has one."""
    text = clean(typed)
    return text if one.kind in ("text", "words", "list") else text.replace("\n", " ")


def _shown(one: Input, value: Any) -> Raw:
    if one.kind == "picker":
        return tuple(map(str, _listed(value)))
    if one.kind == "month":
        return _month_shown(value)
    if one.kind == "rows":
        rows = [row for row in _listed(value) if isinstance(row, dict)]
        return tuple({column.name: _plain(row.get(column.path[0])) for column in one.columns} for row in rows)
    if one.kind == "list":
        return "\n".join(map(str, _listed(value)))
    return _plain(value)


def _sent_back(one: Input, value: Any) -> Raw:
    """What a browser sends when a shown value was left as it is: it changes the ends of lines, and we drop what cannot be seen."""
    raw = _shown(one, value)
    if isinstance(raw, str):
        return _text(one, raw)
    if one.kind == "rows":
        columns = {column.name: column for column in one.columns}
        return tuple(
            {name: _text(columns[name], cell) for name, cell in row.items()} for row in raw if isinstance(row, dict)
        )
    return tuple(_text(one, str(part)).strip() for part in raw)


def _value(one: Input, raw: Raw, before: Any) -> Any:
    if one.kind == "picker":  # in the order they were picked in, wherever they stand on the page
        kept = [id_ for id_ in map(str, _listed(before)) if id_ in raw]
        return [*kept, *(id_ for id_ in raw if id_ not in kept)]
    if one.kind == "month":
        month, year = (str(part) for part in raw)
        return _month(month, year)
    if one.kind == "rows":
        return [{name: cell for name, cell in row.items() if cell.strip()} for row in raw if isinstance(row, dict)]
    text = str(raw)
    if one.kind == "list":
        return [line.strip() for line in text.split("\n") if line.strip()]
    if one.kind in ("email", "address"):  # a space that was pasted with it is no part of it
        return text.strip()
    return text if text.strip() else None


def _month(month: str, year: str) -> Any:
    """YYYY-MM or YYYY; what is neither as it was typed, part by part."""
    number = _MONTHS.get(month.lower(), int(month) if re.fullmatch(r"[0-9]{1,2}", month) else 0)
    if re.fullmatch(r"(19|20)[0-9]{2}", year) and (not month or 1 <= number <= 12):
        return f"{year}-{number:02d}" if month else year
    return {"month": month, "year": year} if month or year else None


def _month_shown(value: Any) -> tuple[str, str]:
    if isinstance(value, dict):
        return _plain(value.get("month")), _plain(value.get("year"))
    found = _DATE.fullmatch(_plain(value))
    if not found:
        return "", _plain(value)  # whatever it is, it is shown where it can be put right
    return str(int(found[2])) if found[2] else "", found[1]


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else [] if value in (None, "") else [value]


def _plain(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else str(value)


def _at(answer: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = answer
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _put(answer: Answer, path: tuple[str, ...], value: Any) -> None:
    for name in path[:-1]:
        answer = answer.setdefault(name, {})
    answer[path[-1]] = value
