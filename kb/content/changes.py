"""Owns what changed between two files of a case study: field by field, section by section, line by line. Never decides what to do about it."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from kb.content import case_study, front_matter, sections, text_changes
from kb.content.text_changes import Block, Effort, Kind, Line, Piece

# What people call a field, where it is not its name.
LABELS: Final = {
    "kind": "Kind of page", "verdict": "How it went", "population": "For whom", "populations": "Populations", "not_reached": "Whom it did not reach",
    "outcomes": "Kinds of outcome", "when": "When, in words", "involvement": "Who was involved", "measures": "Figures", "editors_note": "Note by the editors",
    "source_licence": "Licence of the original", "published": "First published", "reviewed": "Last confirmed", "data": "Data files", "url": "Web address",
    "email": "E-mail", "baseline": "Before", "result": "After", "people": "People", "level": "How far", "interests": "Interests", "approval": "Approval",
}  # fmt: skip
_NEAR: Final = 10  # sections among which the one that was given another heading is looked for
_ALIKE: Final = 0.5  # of two sections: with less in common one was taken out and another put in

Named = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Part:
    """A field or section. `key` is "field:summary" or "section:Problem".

    A text has `blocks`; a list has one for each entry; what is made of named parts, such as a figure, has `rows`.
    `was` is the heading or name that it had before, when that was another.
    """

    key: str
    label: str
    kind: Kind
    blocks: tuple[Block, ...] = ()
    rows: tuple["Part", ...] = ()
    was: str = ""

    @property
    def runs(self) -> tuple[tuple[bool, tuple[Block, ...]], ...]:
        """The blocks as they follow one another, by whether they stayed the same."""
        return tuple(
            (same, tuple(found)) for same, found in itertools.groupby(self.blocks, lambda block: block.kind == "same")
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that differs between two files; `lines` are those of the files themselves, in groups."""

    fields: tuple[Part, ...]
    sections: tuple[Part, ...]
    lines: tuple[tuple[Line, ...], ...]
    equal: bool

    @property
    def runs(self) -> tuple[tuple[bool, tuple[Part, ...]], ...]:
        """The sections as they follow one another, by whether they stayed the same."""
        return tuple(
            (same, tuple(found)) for same, found in itertools.groupby(self.sections, lambda p: p.kind == "same")
        )

    @property
    def changed(self) -> tuple[Part, ...]:
        """The fields and sections that are not the same."""
        return tuple(part for part in (*self.fields, *self.sections) if part.kind != "same")


def compare(old: str, new: str, named: Named = lambda _, value: value) -> Changes:
    """What changed from one text of a file to another; an empty text is no file yet, or none any more.

    Args:
        named: what people call a value of a field, for those that are ids: `named("topics", "falls")`.
    """
    old, new = (text.replace("\r\n", "\n").replace("\r", "\n") for text in (old, new))
    effort = Effort()
    (before, body_before), (after, body_after) = _taken(old), _taken(new)
    fields = []
    for name in dict.fromkeys([*after, *before]):
        part = _field(name, f"field:{name}", before.get(name), after.get(name), named, effort)
        fields.append(part)
    found = _sections(sections.split(body_before), sections.split(body_after), effort)
    return Changes(tuple(fields), found, text_changes.lines(old, new, effort), old == new)


def _taken(text: str) -> tuple[dict[str, Any], str]:
    """The fields, as the software writes them where it can, and the body."""
    if not text:
        return {}, ""
    parsed = case_study.read(text).case_study
    try:
        head = front_matter.read(parsed.dump() if parsed else text)
    except front_matter.FrontMatterError:
        return {}, text  # a head that cannot be read is shown as it is
    return {name: value for name, value in head.values.items() if value not in (None, "", [], {})}, head.body


def _field(name: str, key: str, old: Any, new: Any, named: Named, effort: Effort) -> Part:
    if any(isinstance(value, dict) for value in (old, new)):
        return _record(name, key, _as(dict, old), _as(dict, new), named, effort)
    lists = [value for value in (old, new) if isinstance(value, list)]
    if lists and any(isinstance(item, dict) for value in lists for item in value):
        return _table(name, key, _as(list, old), _as(list, new), named, effort)
    if lists:
        return _list(name, key, _as(list, old), _as(list, new), named)
    before, after = (named(name, value) if isinstance(value, str) else "" for value in (old, new))
    return _text(key, _label(name), before, after, effort)


def _text(key: str, label: str, old: str, new: str, effort: Effort) -> Part:
    found = text_changes.blocks(old, new, effort)
    return Part(key, label, _kind(bool(old), bool(new), any(block.kind != "same" for block in found)), found)


def _list(name: str, key: str, old: list[Any], new: list[Any], named: Named) -> Part:
    """Entries taken out come before those that are there now; another order alone is told as such."""
    before, after = ([named(name, str(item)) for item in value] for value in (old, new))
    was, now = set(before), set(after)
    entries: list[tuple[Kind, str]] = [("removed", item) for item in before if item not in now]
    entries += [("same" if item in was else "added", item) for item in after]
    if before != after and all(kind == "same" for kind, _ in entries):
        entries = [("removed", item) for item in before] + [("added", item) for item in after]
    made = tuple(Block(kind, (Piece(kind, item),)) for kind, item in entries)
    return Part(key, _label(name), _kind(bool(old), bool(new), before != after), made)


def _record(name: str, key: str, old: dict[str, Any], new: dict[str, Any], named: Named, effort: Effort) -> Part:
    rows = tuple(
        _field(inner, f"{key}.{inner}", old.get(inner), new.get(inner), named, effort)
        for inner in dict.fromkeys([*new, *old])
    )
    return Part(key, _label(name), _kind(bool(old), bool(new), any(row.kind != "same" for row in rows)), (), rows)


def _table(name: str, key: str, old: list[Any], new: list[Any], named: Named, effort: Effort) -> Part:
    """Rows by their name; one whose name was changed is the one that stands at the same place, if it is left over."""
    before, after = (
        [item if isinstance(item, dict) else {"name": str(item)} for item in value] for value in (old, new)
    )
    partner = _pairs([_title(row) for row in before], [_title(row) for row in after])
    free = set(range(len(before))) - set(partner.values())
    partner |= {place: place for place in range(len(after)) if place not in partner and place in free}
    waiting = sorted(free - set(partner.values()))
    rows = []
    for place, row in enumerate(after):
        was = before[partner[place]] if place in partner else {}
        rows.append(_row(f"{key}.{place}", was, row, named, effort))
    gone = [_row(f"{key}.was.{place}", before[place], {}, named, effort) for place in waiting]
    moved = [partner[place] for place in range(len(after)) if place in partner]
    differs = bool(gone) or any(row.kind != "same" for row in rows) or moved != sorted(moved)
    return Part(key, _label(name), _kind(bool(old), bool(new), differs), (), (*gone, *rows))


def _row(key: str, old: dict[str, Any], new: dict[str, Any], named: Named, effort: Effort) -> Part:
    part = _record("", key, old, new, named, effort)
    was = _title(old) if old and new and _title(old) != _title(new) else ""
    return Part(key, _title(new or old), part.kind, (), part.rows, was)


def _sections(old: list[tuple[str, str]], new: list[tuple[str, str]], effort: Effort) -> tuple[Part, ...]:
    """In the order of the new text; a section that was taken out stands where it stood."""
    partner = _pairs([heading.casefold() for heading, _ in old], [heading.casefold() for heading, _ in new])
    left = sorted(set(range(len(old))) - set(partner.values()))
    for place, (_, text) in enumerate(new):
        if place not in partner:  # perhaps it only has another heading
            alike = (n for n in left[:_NEAR] if text_changes.likeness(old[n][1], text, effort) >= _ALIKE)
            if (found := next(alike, None)) is not None:
                partner[place] = found
                left.remove(found)
    found_parts: list[Part] = []

    def put_gone(until: int) -> None:
        while left and left[0] < until:
            heading, text = old[left.pop(0)]
            found_parts.append(_section(heading, text, None, "", effort))

    for place, (heading, text) in enumerate(new):
        if place in partner:
            put_gone(partner[place])
            was, words = old[partner[place]]
            found_parts.append(_section(heading, words, text, was if was != heading else "", effort))
        else:
            found_parts.append(_section(heading, None, text, "", effort))
    put_gone(len(old))
    return tuple(found_parts)


def _section(heading: str, old: str | None, new: str | None, was: str, effort: Effort) -> Part:
    found = text_changes.blocks(old or "", new or "", effort)
    differs = bool(was) or any(block.kind != "same" for block in found)
    kind = _kind(old is not None, new is not None, differs)
    return Part(f"section:{heading}", heading or "Before the first heading", kind, found, (), was)


def _pairs(old: list[str], new: list[str]) -> dict[int, int]:
    """For each place of the new ones the place of the old one with the same name; the first of several goes first."""
    waiting: dict[str, list[int]] = {}
    for place in reversed(range(len(old))):
        waiting.setdefault(old[place], []).append(place)
    return {place: waiting[name].pop() for place, name in enumerate(new) if waiting.get(name)}


def _kind(before: bool, after: bool, differs: bool) -> Kind:
    if before != after:
        return "added" if after else "removed"
    return "changed" if differs else "same"


def _title(row: dict[str, Any]) -> str:
    return str(row.get("name") or row.get("title") or row.get("file") or "")


def _label(name: str) -> str:
    return LABELS.get(name, name.replace("_", " ").capitalize())


def _as(kind: type, value: Any) -> Any:
    """The value as a list or record, whatever was typed."""
    if value is None:
        return kind()
    if isinstance(value, kind):
        return value
    return [value] if kind is list else {"": value}
