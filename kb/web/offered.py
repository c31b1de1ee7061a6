"""Owns what the file that a draft began as offers on a question's page: showing it in words, and what is left of it. Never takes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kb.content.vocabulary import Vocabulary
from kb.editorial.answers import Answer
from kb.editorial.drafts import Opened
from kb.web import pickers
from kb.web.fields import Input

_MOST: Final = 5  # shown at one input: the plainest come first


@dataclass(frozen=True, slots=True)
class ShownOffer:
    """A value that was found in the file: in words, with the file's own. `place` is its number among all of the draft."""

    place: int
    words: str
    quote: str


def offers(
    opened: Opened, asked: tuple[Input, ...], answer: Answer, vocabulary: Vocabulary
) -> dict[str, tuple[ShownOffer, ...]]:
    """By control, what the file offers that is not in the answer yet."""
    if "imported" not in opened.row.origin:
        return {}
    from kb.editorial import imports  # noqa: PLC0415 - only for drafts that began as a file

    left = imports.origin(opened)
    inputs = {one.path[0]: one for one in reversed(asked)}
    found: dict[str, tuple[ShownOffer, ...]] = {}
    for place, offer in enumerate(left.imported.offers if left else ()):
        one = inputs.get(offer.field)
        if one is None or (left and place in left.taken) or not _adds(answer.get(offer.field), offer.value):
            continue
        here = found.get(one.name, ())
        words = imports.shown(offer, lambda id_, one=one: _name(one, id_, vocabulary))  # type: ignore[misc]
        if len(here) < _MOST:
            found[one.name] = (*here, ShownOffer(place, words, offer.quote))
    return found


def _adds(typed: Any, value: Any) -> bool:
    """Whether taking it would change anything: what somebody has typed is never replaced."""
    if typed in (None, "", [], {}):
        return True
    if isinstance(typed, list) and isinstance(value, list | tuple):
        return any((dict(one) if isinstance(one, Mapping) else one) not in typed for one in value)
    if isinstance(typed, Mapping) and isinstance(value, Mapping):
        return any(not typed.get(name) for name in value)
    return False


def _name(one: Input, id_: str, vocabulary: Vocabulary) -> str:
    if one.scheme:
        return next(iter(pickers.picked(one.scheme, [id_], vocabulary))).label
    return next((choice.label for choice in one.choices if choice.value == id_), id_)
