"""Owns fields that are words: what stands under a heading for them, and mailboxes of teams. Never shortens or rewrites them."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from kb.content.case_study import SUMMARY_WORDS
from kb.content.offered.offer import Offer, Told, quoted
from kb.content.shapes.mailboxes import personal

# How many words each takes; longer texts stay where they are.
_FIELDS: Final = {
    "Summary": ("summary", SUMMARY_WORDS), "Population": ("population", 30), "Interests": ("interests", 60), "Approval": ("approval", 80),
}  # fmt: skip
_FEWEST: Final = {"summary": 3}  # words
_MOST_PARTNERS: Final = 8
_MOST_MAILBOXES: Final = 2
_ADDRESS: Final = re.compile(
    r"(?<![\w.+-])([A-Za-z0-9][\w.+-]{0,63})@((?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,10})(?![\w-])", re.ASCII
)
_ROLE: Final = re.compile(
    r"((?:[A-Z][\w&'-]*|the|of|and|for|in|to)(?: [\w&'-]+){0,6}? (?:[Tt]eam|[Ss]ervice|[Dd]epartment|[Oo]ffice|[Hh]ub|[Uu]nit|[Ll]ead|[Mm]anager))\s*[,:(\u2013-]*\s*(?:at|on|e-?mail:?)?\s*[<(]?$"
)


def words(told: Sequence[Told]) -> Iterator[Offer]:
    """Offers for summary, population, interests, approval, partners and contact."""
    for label, (field, most) in _FIELDS.items():
        under = [one for one in told if one.part == label]
        text = " ".join(one.text for one in under)
        if under and _FEWEST.get(field, 1) <= len(text.split()) <= most and len({one.heading for one in under}) == 1:
            value = " ".join(text.split())
            yield Offer(field, value, value, f"It stands {under[0].where}.", sure=True, whole=True)
    yield from _partners(told)
    yield from _mailboxes(told)


def _partners(told: Sequence[Told]) -> Iterator[Offer]:
    """The partners, where a form asks for them and they are listed."""
    for one in told:
        names = [name.strip(" .") for name in re.split(r"[;\n]|,\s|\.\s", one.text)] if one.part == "Partners" else []
        kept = [name for name in names if name]
        if kept and all(len(name.split()) <= 8 for name in kept):
            for name in kept[:_MOST_PARTNERS]:
                yield Offer(
                    "partners",
                    (name,),
                    quoted(one.text, 0, len(one.text)),
                    f"It stands {one.where}.",
                    sure=True,
                    whole=True,
                )
            return


def _mailboxes(told: Sequence[Told]) -> Iterator[Offer]:
    """Mailboxes of teams and roles; those of a person are never offered."""
    found: dict[str, tuple[Told, re.Match[str]]] = {}
    ranked = sorted(told, key=lambda one: one.part != "Contact")
    for one in ranked:
        for address in _ADDRESS.finditer(one.text):
            if not personal(address[1].lower(), address[2].lower()):
                found.setdefault(address[0].lower(), (one, address))
    for one, address in list(found.values())[:_MOST_MAILBOXES]:
        value = {"email": address[0]}
        role = _ROLE.search(one.text[max(0, address.start() - 80) : address.start()])
        if role:
            value = {"role": role[1], **value}
        sure = len(found) == 1 and one.part == "Contact"
        reason = f"The mailbox of a team: it stands {one.where}."
        yield Offer("contact", value, quoted(one.text, *address.span()), reason, sure, whole=True)
