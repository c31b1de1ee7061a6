"""Owns who and what a commit names: authors, subject, trailers. Never lets a text that somebody gave pass for another field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_LONGEST: Final = 200  # characters of a subject, name or trailer: what a log shows in a line


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote what is committed."""

    name: str
    email: str


def identity(role: str, who: Author) -> dict[str, str]:
    """What git is to be told about its AUTHOR or COMMITTER, whatever is set up for git on this computer."""
    email = re.sub(r"\s", "", _plain(who.email))
    name = _plain(who.name).strip(" .,:;\"'\\") or email.partition("@")[0] or "Unknown"
    return {f"GIT_{role}_NAME": name, f"GIT_{role}_EMAIL": email or "unknown@localhost"}


def message(subject: str, body: str, trailers: Mapping[str, str]) -> bytes:
    """A commit's text: the subject in one line, the body, and a trailer for each pair that has a value."""
    lines = [re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", line).rstrip() for line in body.strip().splitlines()]
    # Indented, a line is no trailer.
    told = "\n".join(f" {line}" if re.match(r"[\w-]+\s*:|\(cherry", line) else line for line in lines)
    kept = []
    for key, value in trailers.items():
        if not re.fullmatch(r"[A-Za-z]+(-[A-Za-z]+)*", key):
            raise ValueError(f"{key!r} is no name of a trailer")
        if plain := _with_address(value):
            kept.append(f"{key}: {plain}")
    parts = [_plain(subject) or "Change content", told, "\n".join(kept)]
    return ("\n\n".join(part for part in parts if part) + "\n").encode("utf-8", "replace")


def _plain(text: str) -> str:
    """One line without control characters and angle brackets."""
    words = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029<>]+", " ", text.encode("utf-8", "replace").decode())
    return " ".join(words.split())[:_LONGEST].strip()


def _with_address(value: str) -> str:
    """A line, in which one address in angle brackets at the end is kept."""
    found = re.fullmatch(r"(.*)<([^<>\s]+@[^<>\s]+)>", value.strip(), re.DOTALL)
    return f"{_plain(found[1])} <{_plain(found[2])}>".strip() if found else _plain(value)
