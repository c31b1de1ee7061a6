"""Owns what `kb import` does and says: a case study beside the document, its pictures, what was placed and what is open. Never overwrites a file.

An offer is taken when the document says so under a heading or question for it ("Start date"), or in a way that leaves no
doubt, and says nothing else for the same field. Every other offer is written into the head as a comment.
"""

import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from kb.console import count
from kb.errors import CaseStudyExists, ContentUnreadable, DocumentUnreadable

if TYPE_CHECKING:
    from kb.content.case_study import CaseStudy
    from kb.content.importing import Imported, Offer
    from kb.content.vocabulary import Vocabulary
    from kb.settings import Settings

_QUOTE: Final = 120  # characters of the document's words in a comment


def run(file: Path, to: Path | None, settings: "Settings") -> None:
    """Reads the document, writes the case study and says what is in it.

    Raises:
        CaseStudyExists: something has the name of the case study or of its folder of pictures.
        ContentUnreadable: the document cannot be read, or the case study not be written.
        DocumentUnreadable: the document is of another kind, damaged, locked, too large or hostile.
    """
    from kb.content import importing
    from kb.content.folder import ContentFolder
    from kb.content.markdown import slugify
    from kb.content.vocabulary import Vocabulary

    path = to or file.with_name(f"{slugify(file.stem)}.md")
    if to is None and path.exists() and file.exists() and path.samefile(file):
        path = file.with_name(f"{slugify(file.stem)}-case-study.md")
    _refuse_taken(path)
    vocabulary = Vocabulary.load(ContentFolder(settings.content).vocabulary)
    imported, problems = _cleaned(importing.read(_data(file), file.name, vocabulary))
    if imported.pictures:
        _refuse_taken(path.with_suffix(""))
    taken = _unambiguous(imported.offers)
    case_study = importing.to_case_study(imported, taken, file.stem.replace("_", " "))
    left = [offer for offer in imported.offers if offer not in taken]
    _write(path, _text(case_study, left), imported)
    _say(file, path, imported, case_study, taken, left, [*imported.notes, *problems], vocabulary)


def _data(file: Path) -> bytes:
    from kb.content import importing

    try:
        with file.open("rb") as stream:
            return stream.read(importing.MAX_BYTES + 1)
    except OSError as error:
        raise ContentUnreadable(
            f"{file} cannot be read: {error.strerror}.", "Give the name of a Word, Markdown or text file."
        ) from None


def _cleaned(imported: "Imported") -> "tuple[Imported, list[str]]":
    """The document with pictures that are safe to publish, and a sentence for each that could not be made so."""
    from dataclasses import replace

    from kb.content import images, importing

    names: dict[str, str] = {}
    made: dict[str, bytes] = {}
    problems: list[str] = []
    for picture in imported.pictures:
        try:
            clean = images.clean(picture.data, picture.name)
        except DocumentUnreadable as error:
            names[picture.name] = ""
            problems.append(f"{picture.name} was left out. {error}")
            continue
        names[picture.name] = clean.name
        made[clean.name] = clean.data
    renamed = importing.with_pictures(imported, names)
    return replace(renamed, pictures=tuple(replace(one, data=made[one.name]) for one in renamed.pictures)), problems


def _unambiguous(offers: "Sequence[Offer]") -> "list[Offer]":
    """The offers that are taken: those that are sure, of a field with one value only when nothing else is offered for it."""
    alone = {offer.field for offer in offers if sum(other.field == offer.field for other in offers) == 1}
    return [offer for offer in offers if offer.sure and (isinstance(offer.value, tuple) or offer.field in alone)]


def _text(case_study: "CaseStudy", left: "Sequence[Offer]") -> str:
    """The file: each field in its order, under it what else is offered for it, as comments."""
    from kb.content import front_matter
    from kb.content.case_study import HEAD_FIELDS

    whole = front_matter.read(case_study.dump())
    lines = ["---"]
    for name in (*HEAD_FIELDS, *(name for name in whole.values if name not in HEAD_FIELDS)):
        if name in whole.values:
            lines += _yaml({name: whole.values[name]})
        lines += [f"# {line}" for line in _comments(name, whole.values.get(name), [o for o in left if o.field == name])]
    return "\n".join([*lines, "---", "", case_study.body])


def _comments(name: str, there: object, offers: "Sequence[Offer]") -> list[str]:
    """Lines that may be taken as they are: a list as a whole with what is there already, measures one by one."""
    made: list[str] = []
    ids = [one for offer in offers if isinstance(offer.value, tuple) for one in offer.value if isinstance(one, str)]
    if ids:
        made += _yaml({name: [*(there if isinstance(there, list) else []), *ids]})
        made += [f"# {_words_of(offer)}: {_quote(offer)}" for offer in offers]
        return made
    for number, offer in enumerate(offers):
        if isinstance(offer.value, tuple):
            items = _yaml({name: [dict(one) for one in offer.value if not isinstance(one, str)]})
            made += items[1 if there or number else 0 :]
        else:
            made += _yaml({name: offer.value if isinstance(offer.value, str) else dict(offer.value)})
        made.append(f"# from: {_quote(offer)}")
    return made


def _words_of(offer: "Offer") -> str:
    return ", ".join(one for one in offer.value if isinstance(one, str))


def _quote(offer: "Offer") -> str:
    return json.dumps(_short(offer.quote), ensure_ascii=False)


def _yaml(values: dict[str, object]) -> list[str]:
    from kb.content import front_matter

    return front_matter.write(values, "").splitlines()[1:-1]


def _refuse_taken(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise CaseStudyExists(f"There is already {path}.", "Name another file with --to, or move that one away.")


def _write(path: Path, text: str, imported: "Imported") -> None:
    """Writes pictures and case study, both or neither, and never over anything."""
    from kb.content import atomic

    folder = path.with_suffix("")
    placed = False
    try:
        if imported.pictures:
            with tempfile.TemporaryDirectory(dir=path.parent, prefix=".import-") as made:
                for picture in imported.pictures:
                    (Path(made) / picture.name).write_bytes(picture.data)
                folder.mkdir()  # fails when the name is taken
                placed = True
                for picture in imported.pictures:
                    (Path(made) / picture.name).rename(folder / picture.name)
        atomic.put(path, text.encode(), new=True)
    except FileExistsError as error:
        if placed:
            shutil.rmtree(folder, ignore_errors=True)
        _refuse_taken(Path(error.filename2 or error.filename or path))
        raise CaseStudyExists(
            f"There is already {path}.", "Name another file with --to, or move that one away."
        ) from None
    except OSError as error:
        if placed:
            shutil.rmtree(folder, ignore_errors=True)
        raise ContentUnreadable(
            f"{path} cannot be written: {error.strerror}.",
            "Check the folder's permissions and the space on the disk, or name another file with --to.",
        ) from None


def _say(
    file: Path, path: Path, imported: "Imported", case_study: "CaseStudy", taken: "Sequence[Offer]", left: "Sequence[Offer]",
    notes: Sequence[str], vocabulary: "Vocabulary",
) -> None:  # fmt: skip
    """What was done, in sentences."""
    from kb.content import sections
    from kb.content.case_study import SECTIONS
    from kb.content.completeness import completeness

    typer.echo(f"Wrote {path} from {file}.")
    if imported.pictures:
        typer.echo(
            f"Put {count(len(imported.pictures), 'picture')} into {path.with_suffix('')}, without what was hidden in them."
        )
    typer.echo(f"Title: {case_study.title}")
    _list(
        "Placed by the document's headings:",
        (
            f"{heading}, {_from(imported, heading)}{count(len(text.split()), 'word')}"
            for heading, text in imported.sections.items()
        ),
    )
    _list(
        "Not placed. It stands at the end of the file under:",
        (words for words, _ in sections.split(case_study.body) if words not in SECTIONS),
    )
    _list(
        "Read from the text and written into fields:",
        (f"{offer.field}: {_named(offer, vocabulary)}" for offer in taken),
    )
    _list(
        "Offered as comments in the head, to take by deleting the #:",
        (f"{offer.field}: {_named(offer, vocabulary)}" for offer in left),
    )
    _list("Please look:", notes)
    _list(
        "Still to answer before it can be published:",
        (f"{question.title} {sentence}" for question, sentence in completeness(case_study).missing),
    )
    typer.echo("Read it through. In a content folder, kb check then says what else would help.")


def _list(title: str, lines: Iterable[str]) -> None:
    listed = list(lines)
    if listed:
        typer.echo(f"\n{title}")
        for line in listed:
            typer.echo(f"  {line}")


def _named(offer: "Offer", vocabulary: "Vocabulary") -> str:
    """An offer's value as people read it."""
    from kb.content.vocabulary import SCHEMES

    value = offer.value
    if isinstance(value, str):
        return _short(value)
    if not isinstance(value, tuple):
        return ", ".join(value.values())
    words: list[str] = []
    for one in value:
        if not isinstance(one, str):
            figures = " to ".join(text for key in ("baseline", "result") if (text := one.get(key)))
            words.append(f"{one['name']}, {figures} {one.get('unit', '')}".strip())
            continue
        bodies = vocabulary.organisations.get(one) or vocabulary.collaboratives.get(one)
        scheme = vocabulary.schemes.get(offer.field) if offer.field in SCHEMES else None
        concept = scheme.concepts.get(one) if scheme else None
        words.append(f"{one} ({bodies.name})" if bodies else f"{one} ({concept.label})" if concept else one)
    return ", ".join(words)


def _from(imported: "Imported", section: str) -> str:
    headings = [heading for heading in imported.headings.get(section, ()) if heading != section]
    named = " and ".join(f"\u201c{heading}\u201d" for heading in headings)
    return f"from {named}: " if headings else ""


def _short(text: str) -> str:
    return text if len(text) <= _QUOTE else f"{text[: _QUOTE - 1].rstrip()}\u2026"
