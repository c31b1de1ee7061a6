"""Owns bringing together a draft and a published text that was changed elsewhere since: part by part, three texts. Never drops one.

A part is a field of the front matter or a section of the body. What only one side changed is taken from that side; where
both did, somebody has to choose, and may keep both of a section.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from kb.content import front_matter, sections
from kb.content.case_study import CaseStudy, read

Choice = Literal["ours", "theirs", "both"]
Status = Literal["same", "ours", "theirs", "conflict"]

_DATES: Final = ("published", "reviewed")  # the software sets these when it publishes: never a conflict


@dataclass(frozen=True, slots=True)
class MergedPart:
    """One part in three texts; empty text means that it is not there. `key` is "field:summary" or "section:Problem"."""

    key: str
    label: str
    base: str
    ours: str
    theirs: str
    status: Status

    @property
    def is_section(self) -> bool:
        """Whether both texts can be kept, one after the other."""
        return self.key.startswith("section:")


def parts(base: str, ours: str, theirs: str) -> tuple[MergedPart, ...]:
    """Every part of the three texts of a case study's file, in the order of ours."""
    texts = [_taken(text) for text in (base, ours, theirs)]
    found = []
    for key in dict.fromkeys([*texts[1], *texts[2], *texts[0]]):
        b, o, t = (taken.get(key, ("", None))[0] for taken in texts)
        status: Status = "same" if o == t else "theirs" if o == b else "ours" if t == b else "conflict"
        if key.removeprefix("field:") in _DATES and status == "conflict":
            status = "theirs"
        kind, _, name = key.partition(":")
        found.append(
            MergedPart(key, name if kind == "section" else name.replace("_", " ").capitalize(), b, o, t, status)
        )
    return tuple(found)


def merge(base: str, ours: str, theirs: str, choices: Mapping[str, Choice]) -> CaseStudy | tuple[MergedPart, ...]:
    """The merged case study; instead the parts that still need a choice, when there are any.

    Args:
        choices: for each part with a conflict, which text to keep.

    Raises:
        CaseStudyInvalid: what was put together is no case study any more, such as one without a title.
    """
    open_ = []
    kept: dict[str, tuple[str, Any]] = {}
    ours_, theirs_ = _taken(ours), _taken(theirs)
    for part in parts(base, ours, theirs):
        choice = part.status if part.status in ("ours", "theirs") else choices.get(part.key, "")
        if part.status == "same":
            choice = "ours"
        if choice == "both" and part.is_section:
            text = "\n\n".join(text for text in (part.ours, part.theirs) if text)
            kept[part.key] = (text, text)
        elif choice in ("ours", "theirs"):
            taken = (ours_ if choice == "ours" else theirs_).get(part.key)
            if taken is not None:
                kept[part.key] = taken
        else:
            open_.append(part)
    if open_:
        return tuple(open_)
    values = {key.removeprefix("field:"): value for key, (_, value) in kept.items() if key.startswith("field:")}
    body = [
        (key.removeprefix("section:"), str(value)) for key, (_, value) in kept.items() if key.startswith("section:")
    ]
    return CaseStudy.parse(front_matter.write(values, sections.join(body)))


def _taken(text: str) -> dict[str, tuple[str, Any]]:
    """Each part of a file's text: how it is shown, and its value."""
    if not text:
        return {}
    try:
        head = front_matter.read(text)
    except front_matter.FrontMatterError:
        head = front_matter.FrontMatter({}, text)
    found: dict[str, tuple[str, Any]] = {}
    parsed = read(text).case_study
    # As the software writes it where it can, so that another way to lay out the same YAML is no difference.
    values = front_matter.read(parsed.dump()).values if parsed else head.values
    for name, value in values.items():
        shown = value if isinstance(value, str) else front_matter.write({name: value}, "")[4:-4] if value else ""
        found[f"field:{name}"] = (str(shown or ""), value)
    for heading, words in sections.split(head.body):
        key = f"section:{heading}"
        whole = f"{found[key][0]}\n\n{words}" if key in found else words  # a heading that is there twice
        found[key] = (whole, whole)
    return found
