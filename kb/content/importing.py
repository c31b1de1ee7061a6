"""Owns bringing a document in as a case study to be: its title, sections, pictures, and what it offers for fields. Never publishes, invents or loses a word.

What a file is, is decided by its content, as in `documents.py`. Whatever it holds, reading takes a few seconds at most.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from kb.content import case_study, documents, front_matter, markdown, sections
from kb.content.case_study import HEAD_FIELDS, SECTIONS, CaseStudy
from kb.content.documents import Part
from kb.content.offers import Offer, offers
from kb.content.questions import UNTITLED
from kb.content.section_mapping import MAX_TITLE, Placed, place
from kb.content.vocabulary import Vocabulary
from kb.content.word_parts.pictures import MAX_PICTURES, ImportedPicture
from kb.errors import DocumentTooLarge, DocumentUnreadable

__all__ = ["MAX_BYTES", "Imported", "ImportedPicture", "Offer", "Part", "read", "to_case_study", "with_pictures"]

MAX_BYTES: Final = 25_000_000  # of a file as it comes: a report with photographs that nobody made smaller
MAX_LINES: Final = 20_000  # of Markdown or plain text: 400 pages; reading takes about 50 microseconds for each
MAX_CHARACTERS: Final = 500_000  # of the same: 160 pages without a line end

NOT_PLACED: Final = "Not yet placed"  # the heading over text that stood under none

_PICTURE: Final = re.compile(r"!\[((?:[^\[\]\\]|\\.)*)\]\(([^()\s]+)\)")
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Imported:
    """A document that was read. Every word of it is in `title`, `sections` (by heading of ours) or `unplaced`.

    `offers` are for the person to take or leave, of one field the plainest first; `pictures` are as they lay in the file:
    `images.clean` makes them safe. `notes` are sentences about what was left out or needs a look. `headings` are the
    document's own by section; `fields` is what the head of a case study's own file said.
    """

    title: str
    sections: dict[str, str]
    unplaced: tuple[Part, ...]
    offers: tuple[Offer, ...] = ()
    pictures: tuple[ImportedPicture, ...] = ()
    notes: tuple[str, ...] = ()
    headings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    fields: CaseStudy | None = None


def read(data: bytes, name: str, vocabulary: Vocabulary) -> Imported:
    """What is in a Word, Markdown or text file. `name` tells Markdown from text, and which file cannot be read.

    Raises:
        DocumentTooLarge: more than MAX_BYTES bytes, or more than can be read when unpacked.
        DocumentUnreadable: it is of another kind, damaged, locked, empty or hostile.
    """
    try:
        found = _read(data, name)
    except DocumentUnreadable as error:
        file = documents.shown(name)
        raise type(error)(f"{file}: {error.message}" if file else error.message, error.cure) from error
    offered = offers(Placed(found.title, found.sections, found.unplaced, found.headings), vocabulary)
    filled = {name for name in HEAD_FIELDS if found.fields and getattr(found.fields, name)}
    return replace(found, offers=tuple(offer for offer in offered if offer.field not in filled))


def to_case_study(imported: Imported, accepted: Collection[Offer] = (), title: str = "") -> CaseStudy:
    """The case study with these offers taken; `title` is for a document that has none.

    What is not placed follows the sections under its own headings, but for parts that an accepted offer says in full.
    """
    values: dict[str, Any] = imported.fields.model_dump(exclude_defaults=True) if imported.fields else {}
    values["title"] = imported.title or title.strip()[:MAX_TITLE].strip() or UNTITLED
    for offer in accepted:
        if isinstance(offer.value, tuple):
            there = values.get(offer.field, ())
            values[offer.field] = (*there, *(one for one in offer.value if one not in there))
        else:
            values[offer.field] = offer.value
    parts = [(section, text) for section in SECTIONS if (text := imported.sections.get(section))]
    rest = [part for part in imported.unplaced if not _covered(part, accepted)]
    parts += [(_escaped(part.heading), part.text) for part in rest if part.heading]
    if loose := [part.text for part in rest if not part.heading]:
        parts.append((NOT_PLACED, "\n\n".join(loose)))
    return CaseStudy.model_validate({**values, "body": sections.join(parts)})


def with_pictures(imported: Imported, names: Mapping[str, str]) -> Imported:
    """The same with pictures under other names, in text and list alike; one whose new name is empty is taken out."""

    def renamed(text: str) -> str:
        return _PICTURE.sub(_by_name, text).strip("\n") if "![" in text else text

    def _by_name(found: re.Match[str]) -> str:
        new = names.get(found[2], found[2])
        return f"![{found[1]}]({new})" if new else ""

    return replace(
        imported,
        sections={heading: renamed(text) for heading, text in imported.sections.items()},
        unplaced=tuple(Part(part.heading, renamed(part.text)) for part in imported.unplaced),
        pictures=tuple(replace(one, name=new) for one in imported.pictures if (new := names.get(one.name, one.name))),
    )


def _read(data: bytes, name: str) -> Imported:
    if len(data) > MAX_BYTES:
        raise DocumentTooLarge(
            f"This file has {len(data) / 1e6:.1f} MB; at most {MAX_BYTES // 1_000_000} MB can be read.",
            "Make its pictures smaller, or take them out and add them later.",
        )
    from kb.content import markdown_blocks, word_blocks, word_full  # noqa: PLC0415 - their libraries are only for those who bring a file

    if data.startswith(b"PK\x03\x04"):
        told = word_full.to_html(data)
        found = _placed(place(word_blocks.of_html(told.html)), told.pictures, _told(told.counted, told.pictures))
    else:
        text = documents.decoded(data)
        if len(text) > MAX_CHARACTERS or len(text.splitlines()) > MAX_LINES:
            raise DocumentTooLarge(
                f"This text has {len(text):,} characters in {len(text.splitlines()):,} lines; at most {MAX_CHARACTERS:,} and"
                f" {MAX_LINES:,} can be read.",
                "Take out what does not belong to the case study.",
            )
        if (own := _case_study(text)) is not None:
            return own
        if name.lower().endswith((".md", ".markdown")) or markdown_blocks.looks_like_markdown(text):
            found = _placed(place(markdown_blocks.of_markdown(text)), (), _missing_pictures(text))
        else:
            found = _placed(place(word_blocks.of_html(markdown_blocks.html_of_text(text))), (), ())
    if not (found.title or found.sections or found.unplaced):
        raise DocumentUnreadable("There is no text in this file.", "If it holds pictures of text, type what matters.")
    return found


def _placed(placed: Placed, pictures: Sequence[ImportedPicture], notes: Iterable[str]) -> Imported:
    more = [] if placed.title else ["No title was found."]
    if not placed.sections:
        more.append("No heading was recognised as one of ours, so that nothing could be placed by it.")
    return Imported(
        placed.title, placed.sections, placed.unplaced, (), tuple(pictures), (*more, *notes), placed.headings
    )


def _case_study(text: str) -> Imported | None:
    """A file of ours, whose head says what its fields are; nothing when the text has no such head."""
    if not text.startswith("---"):
        return None
    try:
        head = front_matter.read(text)
    except front_matter.FrontMatterError as error:
        if not re.search(r"^(?:" + "|".join(HEAD_FIELDS) + r"):", text[:2_000], re.MULTILINE):
            return None  # a line of dashes, and no head
        raise DocumentUnreadable(f"Line {error.line}: {error}", "Put it right and try again.") from None
    if not set(head.values) & set(HEAD_FIELDS):
        return None
    untitled = not head.values.get("title")
    parsed = case_study.read(front_matter.write({**head.values, "title": UNTITLED}, head.body) if untitled else text)
    fields = parsed.case_study
    if fields is None:
        raise DocumentUnreadable(
            " ".join(finding.message for finding in parsed.findings), "Put it right and try again."
        )
    told: dict[str, str] = {}
    unplaced: list[Part] = []
    for heading, body in sections.split(fields.body):
        if heading in SECTIONS and heading not in told:
            told[heading] = body
        elif heading or body:
            unplaced.append(Part(heading, body))
    notes = [finding.message for finding in parsed.findings if finding.code != "title-missing"]
    return Imported(
        "" if untitled else fields.title,
        told,
        tuple(unplaced),
        notes=(*notes, *_missing_pictures(fields.body)),
        fields=fields,
    )


def _covered(part: Part, accepted: Iterable[Offer]) -> bool:
    """Whether accepted offers say all that stands in a part."""
    whole = [offer for offer in accepted if offer.whole]
    plain = " ".join(" ".join(one.text for one in markdown.sections(part.text)).split()) if whole else ""
    whole = [offer for offer in whole if offer.quote.strip(" .") == plain.strip(" .")]
    if any(offer.field in ("organisations", "started", "ended") for offer in whole):
        return True
    said = {word.lower() for offer in whole for word in _WORD.findall(str(offer.value))}
    return bool(whole) and all(word.lower() in said for word in _WORD.findall(plain))


def _escaped(heading: str) -> str:
    from kb.content.markdown_writer import escape  # noqa: PLC0415 - its libraries are only for those who bring a file

    return escape(heading)


def _missing_pictures(text: str) -> tuple[str, ...]:
    count = sum(not found[2].startswith(("http:", "https:")) for found in _PICTURE.finditer(text))
    return (
        (
            f"{_counted(count, 'picture is', 'pictures are')} named in the text but not in this file. Add them beside it.",
        )
        if count
        else ()
    )


def _told(counted: Counter[str], pictures: Sequence[ImportedPicture]) -> list[str]:
    """Sentences about what was left out of a Word file, or needs a look."""
    silent = sum(not picture.alt for picture in pictures)
    deleted, inserted = counted["deletions"], counted["insertions"]
    said = [
        (silent, f"{_counted(silent, 'picture has', 'pictures have')} no alternative text. Say in words what each shows."),
        (counted["boxes"], f"The words of {_counted(counted['boxes'], 'text box', 'text boxes')} stand in the order in which Word keeps them. Check that they are where they belong."),
        (deleted + inserted, f"Tracked changes were taken as accepted: {_counted(deleted, 'deletion', 'deletions')} left out, {_counted(inserted, 'insertion', 'insertions')} kept."),
        (counted["comments"], f"{_counted(counted['comments'], 'comment was', 'comments were')} left out."),
        (counted["hidden"], "Text that is hidden in Word was left out."),
        (counted["running"], "The header and footer of the pages were left out."),
        (counted["charts"], f"{_counted(counted['charts'], 'chart was', 'charts were')} left out, because Word itself draws them. Save each as a picture and add it, or give its figures."),
        (counted["diagrams"], f"{_counted(counted['diagrams'], 'diagram was', 'diagrams were')} left out with the words in it, because Word itself draws them. Save each as a picture and add it."),
        (counted["embedded"], f"{_counted(counted['embedded'], 'embedded file was', 'embedded files were')} left out."),
        (counted["too_many"], f"{_counted(counted['too_many'], 'picture was', 'pictures were')} left out: a case study can have {MAX_PICTURES}."),
        (counted["too_large"], f"{_counted(counted['too_large'], 'picture was', 'pictures were')} left out as too large. Make them smaller and add them."),
        (counted["other_kinds"], f"{_counted(counted['other_kinds'], 'picture was', 'pictures were')} left out, of a kind that browsers do not show. Save them as PNG and add them."),
        (counted["outside"], f"{_counted(counted['outside'], 'picture was', 'pictures were')} left out that the file only links to."),
        (counted["links"], f"{_counted(counted['links'], 'link was', 'links were')} left out for leading to no web page or mailbox, such as to a shared drive. The words are kept."),
        (counted["macros"], "Macros were left out."),
    ]  # fmt: skip
    return [sentence for number, sentence in said if number]


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
