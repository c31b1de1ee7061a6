"""Owns a draft that began as a file: what was made of it, what it offers for fields, and taking what somebody accepts. Never reads a file.

What was read is kept with the draft, without its pictures, until that is handed in or given up (`steps.py`).
"""

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from kb.content import importing
from kb.content.importing import Imported, Offer
from kb.content.questions import BY_ID, UNTITLED
from kb.editorial import answers, attachments, audit, drafts
from kb.editorial.answers import OTHER
from kb.editorial.attachments import Prepared
from kb.editorial.drafts import Opened
from kb.editorial.roles import Actor
from kb.editorial.workflow import Part
from kb.errors import DocumentUnreadable, StepImpossible

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_TITLED: Final = "what-you-improved"


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that was read and its pictures, made safe, with the words that came with each: everything slow is over."""

    name: str
    imported: Imported
    pictures: tuple[tuple[Prepared, str], ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """What a draft's file left: what was read, and which of the offers were taken, by their places."""

    name: str
    imported: Imported
    taken: frozenset[int]
    decided: bool

    @property
    def waiting(self) -> int:
        """How many offers nobody has decided about yet."""
        return 0 if self.decided else len(self.imported.offers)


def ready(imported: Imported, name: str) -> Ready:
    """A file that was read, with its pictures cleaned; one that cannot be is taken out and told of in a note."""
    names: dict[str, str] = {}
    pictures: list[tuple[Prepared, str]] = []
    notes = list(imported.notes)
    for picture in imported.pictures:
        names[picture.name] = ""
        if len(pictures) >= attachments.MOST:
            notes.append(f"A picture was left out: a case study can have {attachments.MOST} files.")
            continue
        try:
            made = attachments.prepared(picture.data, picture.name)
        except DocumentUnreadable as error:
            notes.append(f"A picture was left out. {error}")
            continue
        made = replace(made, name=attachments.free(made.name, [one.name for one, _ in pictures]))
        names[picture.name] = made.name
        pictures.append((made, " ".join(picture.alt.split())[: attachments.MAX_WORDS]))
    renamed = importing.with_pictures(imported, names)
    return Ready(name, replace(renamed, notes=tuple(dict.fromkeys(notes))), tuple(pictures))


def start(session: "Session", actor: Actor, home: str, found: Ready, form: str = "") -> str:
    """The id of a new draft with everything that the file says; offers wait for somebody to take them.

    Args:
        form: names the form that was sent, so that sending it twice begins one draft.

    Raises:
        NotAllowed: the actor is no contributor there.
    """
    from kb.editorial.models import Draft  # noqa: PLC0415

    typed, carried = answers.from_case_study(importing.to_case_study(found.imported))
    if typed.get(_TITLED, {}).get("title") == UNTITLED:
        typed[_TITLED].pop("title")
    origin = {
        "form": form,
        "file": found.name,
        "imported": _adapter().dump_python(replace(found.imported, pictures=()), mode="json"),
    }
    id_ = drafts.start(session, actor, home, typed, carried, origin=origin)
    row = session.get_one(Draft, id_)
    opened = Opened(row, {}, Part(True, True), (home,))
    for made, words in found.pictures:
        attachments.keep(session, actor, opened, made, made.name, words)
    return id_


def origin(opened: Opened) -> Origin | None:
    """What the file of a draft left to decide; None for a draft that did not begin as a file."""
    kept = opened.row.origin
    if "imported" not in kept:
        return None
    imported = _adapter().validate_python(kept["imported"])
    return Origin(str(kept.get("file", "")), imported, frozenset(kept.get("taken", ())), "taken" in kept)


def accept(session: "Session", actor: Actor, opened: Opened, places: Collection[int]) -> None:
    """Takes the offers at these places into the answers. What somebody has typed meanwhile is never replaced.

    Raises:
        StepImpossible: the draft did not begin as a file, or was handed in since.
    """
    left = origin(opened)
    if left is None:
        raise StepImpossible("This draft did not begin as a file, or was sent for review since.")
    offers = left.imported.offers
    chosen = [offer for place, offer in enumerate(offers) if place in places]
    taken = left.taken | {place for place in places if 0 <= place < len(offers)}
    rest, rest_before = (
        _rest(left.imported, [offers[place] for place in sorted(some)]) for some in (taken, left.taken)
    )
    for question in BY_ID.values():
        stored = opened.answer(question.id)
        data = dict(stored.data)
        for name in question.fields:
            if (offered := _value([offer for offer in chosen if offer.field == name])) is not None:
                data[name] = _joined(data.get(name), offered)
        # A part that is said in full by what was accepted need not stand among the rest, unless somebody worked on it.
        if question.id == OTHER and data.get(OTHER, "") == rest_before:
            data[OTHER] = rest
        data = {name: value for name, value in data.items() if value not in (None, "", [], {})}
        if data != stored.data:
            drafts.save(session, actor, opened, question.id, data, stored.revision)
    draft = session.merge(opened.row)
    draft.origin = {**draft.origin, "taken": sorted(taken)}
    # Their values are in the answers: an audit that never forgets is no place for somebody's text.
    audit.record(session, actor, "import.accept", f"draft:{opened.row.id}", offers=[offer.field for offer in chosen])


def shown(offer: Offer, name: Callable[[str], str] = str) -> str:
    """The value of an offer in words; `name` gives what people call an id."""
    return _words(offer.value, name)


def _rest(imported: Imported, accepted: Collection[Offer]) -> str:
    """What is placed nowhere and said by none of these offers."""
    found = answers.from_case_study(importing.to_case_study(imported, accepted))[0]
    return str(found.get(OTHER, {}).get(OTHER, ""))


def _value(offered: Sequence[Offer]) -> Any:
    """What all of these offer for one field: everything of a list, of a record the first for each part, else the first."""
    if not offered:
        return None
    first = offered[0].value
    if isinstance(first, tuple):
        return _distinct([item for offer in offered for item in offer.value])
    if isinstance(first, Mapping):
        return {
            name: value
            for offer in reversed(offered)
            if isinstance(offer.value, Mapping)
            for name, value in offer.value.items()
        }
    return first


def _distinct(items: Sequence[Any]) -> list[Any]:
    plain = [dict(item) if isinstance(item, Mapping) else item for item in items]
    return [item for place, item in enumerate(plain) if item not in plain[:place]]


def _joined(typed: Any, offered: Any) -> Any:
    """What was typed, with what was offered where that adds to it."""
    if typed in (None, "", [], {}):
        return offered
    if isinstance(typed, list) and isinstance(offered, list):
        return [*typed, *(one for one in offered if one not in typed)]
    if isinstance(typed, dict) and isinstance(offered, dict):
        return {**offered, **{name: value for name, value in typed.items() if value not in (None, "", [])}}
    return typed


def _words(value: Any, name: Callable[[str], str]) -> str:
    if isinstance(value, Mapping):
        figures = [
            f"{value[key]} {when}" for key, when in (("baseline", "before"), ("result", "after")) if value.get(key)
        ]
        rest = [str(part) for key, part in value.items() if key not in ("name", "baseline", "result")]
        said = ", ".join([*figures, *rest])
        return ": ".join(filter(None, (str(value.get("name", "")), said)))
    return ", ".join(_words(one, name) for one in value) if isinstance(value, tuple) else name(str(value))


@functools.cache
def _adapter() -> Any:
    from pydantic import TypeAdapter  # noqa: PLC0415 - built for those who bring a file

    return TypeAdapter(Imported)
