"""Owns the addresses that case studies have left: moved to another, or taken down. Never answers a request.

They are kept in `addresses.yaml` in the content folder, so that they outlive the database and go with the content::

    moved:
      old-slug: new-slug
    withdrawn:
      slug:
        title: What it was called
        on: 2026-11-22
        reason: Why it was taken down, in words for readers
"""

import datetime
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from kb.content import front_matter
from kb.content.findings import Finding, Severity
from kb.content.stored_names import is_slug

FILE: Final = "addresses.yaml"
MAX_BYTES: Final = 1_000_000  # ten thousand entries; more is a mistake
_HEAD: Final = (
    "# Addresses that case studies have left. Publishing keeps this file; comments of your own are not kept.\n"
)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What readers are told at the address of a case study that was taken down."""

    title: str
    on: datetime.date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Addresses:
    """`moved` leads from each old slug to the next; `withdrawn` has what was taken down. Never changed: copied."""

    moved: Mapping[str, str] = field(default_factory=dict)
    withdrawn: Mapping[str, Withdrawn] = field(default_factory=dict)

    def resolve(self, slug: str) -> str:
        """Where the case study of this slug is now: the slug itself when it did not move, or went round in a circle."""
        here, seen = slug, {slug}
        while (following := self.moved.get(here)) is not None:
            if following in seen:
                return slug
            seen.add(following)
            here = following
        return here

    def with_move(self, old: str, new: str) -> "Addresses":
        """After a case study has moved from one address to another."""
        left = self.with_page(new).with_page(old)
        return replace(left, moved={**left.moved, old: new}) if old != new else left

    def with_withdrawn(self, slug: str, left: Withdrawn) -> "Addresses":
        """After a case study was taken down."""
        moved = {old: new for old, new in self.moved.items() if old != slug}
        return Addresses(moved, {**self.withdrawn, slug: left})

    def with_page(self, slug: str) -> "Addresses":
        """After a case study was published at this address: whatever was said there before no longer holds."""
        moved = {old: new for old, new in self.moved.items() if old != slug}
        return Addresses(moved, {old: left for old, left in self.withdrawn.items() if old != slug})


@dataclass(frozen=True, slots=True)
class Loaded:
    """The addresses that could be read, what is wrong with the file, and the line of each entry."""

    addresses: Addresses = field(default_factory=Addresses)
    findings: tuple[Finding, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def broken(self) -> bool:
        """Whether something in the file could not be read, so that writing it anew would lose that."""
        return bool(self.findings)


def load(folder: Path) -> Loaded:
    """What `addresses.yaml` of a content folder says; a missing file says nothing. Never raises."""
    try:
        with (folder / FILE).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            return _unreadable(0, "it has more than 1 MB. Take out what does not belong there.")
        return read(data.decode("utf-8"))
    except FileNotFoundError:
        return Loaded()
    except UnicodeDecodeError:
        return _unreadable(0, "it is not UTF-8 text. Save it again with the encoding UTF-8.")
    except OSError as error:
        return _unreadable(0, f"{error.strerror}. Check its permissions.")


class AddressBook:
    """The addresses of a content folder as they are now; the file is read again when it has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: tuple[tuple[int, ...], Addresses] = ((), Addresses())

    def current(self) -> Addresses:
        """What could be read of them; `kb check` tells what could not."""
        try:
            found = (self._folder / FILE).stat()
            stamp: tuple[int, ...] = (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)
        except OSError:
            stamp = ()
        known, addresses = self._known
        if stamp != known:
            addresses = load(self._folder).addresses
            self._known = (stamp, addresses)
        return addresses


def read(text: str) -> Loaded:
    """The addresses in a text."""
    text = re.sub(r"\A\ufeff?---[ \t]*$", "#", text, count=1, flags=re.MULTILINE)  # as YAML files may begin
    try:
        head = front_matter.read(f"---\n{text}\n---\n")
    except front_matter.FrontMatterError as error:
        reason = str(error).removeprefix("The front matter cannot be read here: ")
        line = min(max(error.line - 1, 1), text.count("\n") + 1)
        return _unreadable(line, reason.replace("front matter", "file"))
    if head.body.strip():
        return _unreadable(head.body_line - 2, "it has a line with only ---. Delete that line.")
    moved: dict[str, str] = {}
    withdrawn: dict[str, Withdrawn] = {}
    findings: list[Finding] = []
    lines = {path: line - 1 for path, line in head.lines.items()}

    def wrong(path: str, message: str) -> None:
        findings.append(Finding(FILE, lines.get(path, 1), path, Severity.ERROR, "addresses-entry", message))

    for name, entries in head.values.items():
        if name not in ("moved", "withdrawn") or not isinstance(entries, dict | None):
            wrong(name, "This part is not read. The parts are moved and withdrawn, each with an address a line.")
            continue
        for slug, value in (entries or {}).items():
            path = f"{name}.{slug}"
            left = _withdrawal(value)
            if not is_slug(slug):
                wrong(path, f"{slug!r} cannot be an address. Use small letters, digits and hyphens.")
            elif name == "moved" and isinstance(value, str) and is_slug(value):
                moved[slug] = value
            elif name == "withdrawn" and left is not None:
                withdrawn[slug] = left
            elif name == "moved":
                wrong(path, "Write where it is now, as old-address: new-address.")
            else:
                wrong(path, "Give a title, the day as on: YYYY-MM-DD, and if you like a reason.")
    return Loaded(Addresses(moved, withdrawn), tuple(findings), lines)


def dump(addresses: Addresses) -> str:
    """The text of the file: in order, so that two who add an entry change different lines."""
    import yaml  # noqa: PLC0415 - only publishing writes

    values: dict[str, Any] = {}
    if addresses.moved:
        values["moved"] = dict(addresses.moved)
    if addresses.withdrawn:
        values["withdrawn"] = {
            slug: {"title": left.title, "on": left.on.isoformat(), **({"reason": left.reason} if left.reason else {})}
            for slug, left in addresses.withdrawn.items()
        }
    return _HEAD + (yaml.safe_dump(_sorted(values), sort_keys=False, allow_unicode=True, width=100) if values else "")


def problems(loaded: Loaded, present: Collection[str]) -> list[Finding]:
    """What is wrong with the addresses, given the slugs of the case studies that are there."""
    found = list(loaded.findings)
    moved, withdrawn = loaded.addresses.moved, loaded.addresses.withdrawn

    def wrong(path: str, severity: Severity, code: str, message: str) -> None:
        found.append(Finding(FILE, loaded.lines.get(path, 0), path, severity, code, message))

    for old in moved:
        now = loaded.addresses.resolve(old)
        if now == old:
            wrong(
                f"moved.{old}",
                Severity.ERROR,
                "addresses-loop",
                f"{old} leads round in a circle. Say where the case study is now.",
            )
        elif now not in present and now not in withdrawn:
            advice = f"{old} leads to {now}, where no case study is. Correct the address, or delete the line."
            wrong(f"moved.{old}", Severity.ERROR, "addresses-target", advice)
        if old in present:
            advice = (
                f"{old} is said to have moved, but there is a case study at that address. Delete the line, or the file."
            )
            wrong(f"moved.{old}", Severity.ERROR, "addresses-both", advice)
    for slug in withdrawn:
        if slug in present:
            advice = f"{slug} is said to be taken down, but the case study is there. Delete the entry to publish it again, or the file."
            wrong(f"withdrawn.{slug}", Severity.ERROR, "addresses-both", advice)
    return found


def _withdrawal(value: front_matter.Value) -> Withdrawn | None:
    if not isinstance(value, dict) or not value.keys() <= {"title", "on", "reason"}:
        return None
    title, on, reason = value.get("title"), value.get("on"), value.get("reason") or ""
    if not (isinstance(title, str) and isinstance(on, str) and isinstance(reason, str)):
        return None
    try:
        return Withdrawn(title, datetime.date.fromisoformat(on), reason)
    except ValueError:
        return None


def _unreadable(line: int, reason: str) -> Loaded:
    message = f"The addresses cannot be read: {reason} Until then no old address leads on."
    return Loaded(findings=(Finding(FILE, line, "", Severity.ERROR, "addresses-yaml", message),))


def _sorted(values: dict[str, Any]) -> dict[str, Any]:
    return {name: dict(sorted(entries.items())) for name, entries in values.items()}
