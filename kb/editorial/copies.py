"""Owns starting a draft from a case study that is, was or could be published: whose it is, its answers, what lies beside it. Never changes what is published."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from kb.content.case_study import CaseStudy
from kb.content.folder import ContentFolder
from kb.content.stored_names import file_type
from kb.content.vocabulary import Vocabulary
from kb.editorial import answers, attachments, drafts
from kb.editorial.answers import Answer
from kb.editorial.attachments import Prepared
from kb.editorial.roles import Actor, Role, reach
from kb.errors import ContentUnreadable, NotAllowed

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kb.editorial.db import Database

_PICTURE: Final = re.compile(r"!\[([^\]\n]*)\]\((?:<([^>\n/:]+)>|([^\s()/:<>]+))(?:\s+\"[^\"\n]*\")?\)")
_LINK: Final = r"(\]\(<?){name}(>?[\s)])"


def home(found: CaseStudy, actor: Actor, vocabulary: Vocabulary) -> str:
    """The scope that a draft of this case study belongs to: of those who did the work, the first that the actor writes for.

    Raises:
        NotAllowed: the actor writes for none of them.
    """
    theirs = [f"organisation:{id_}" for id_ in found.organisations]
    theirs += [f"collaborative:{id_}" for id_ in found.collaboratives]
    within = [*theirs, *(scope for one in theirs for scope in reach(one, vocabulary))]
    for scope in within:
        if actor.may(Role.CONTRIBUTOR, [scope]):
            return scope
    if not theirs and actor.scopes(Role.CONTRIBUTOR):
        return actor.scopes(Role.CONTRIBUTOR)[0]
    raise NotAllowed("You cannot share work for the organisations of this case study.", "Ask somebody of theirs.")


def may(found: CaseStudy, actor: Actor, vocabulary: Vocabulary) -> bool:
    """Whether somebody may write a new version of a published case study: they write for one of those that did the work.

    What names nobody of the vocabulary, such as an editors' summary, is for those who may write for all.
    """
    theirs = [f"organisation:{id_}" for id_ in found.organisations]
    theirs += [f"collaborative:{id_}" for id_ in found.collaboratives]
    return actor.may(Role.CONTRIBUTOR, [scope for one in theirs for scope in (one, *reach(one, vocabulary))])


def beside(folder: ContentFolder, slug: str) -> dict[str, bytes]:
    """The pictures and tables that lie beside a published case study, by name.

    Raises:
        ContentUnreadable: they cannot be read.
    """
    place = folder.case_studies / slug
    try:
        names = sorted(entry.name for entry in place.iterdir()) if place.is_dir() else []
        return {name: (place / name).read_bytes() for name in names if file_type(name)}
    except OSError as error:
        raise ContentUnreadable(f"{place} cannot be read: {error.strerror}.", "Check its permissions.") from error


def ready(database: "Database", found: CaseStudy, files: Mapping[str, bytes]) -> dict[str, Prepared]:
    """The files that a case study names, each made safe: that takes a second or more, so it is done before anything is locked.

    Raises:
        DocumentUnreadable: a file is neither picture nor table, or damaged.
    """
    with database.reading() as session:
        return {name: attachments.ready(session, files[name], name) for name in named(found) if name in files}


def named(found: CaseStudy) -> dict[str, str]:
    """The pictures and tables that a case study names, each with its words."""
    pictures = {angled or plain: " ".join(alt.split()) for alt, angled, plain in _PICTURE.findall(found.body)}
    return {name: alt or name for name, alt in pictures.items()} | {table.file: table.title for table in found.data}


def start(
    session: "Session",
    actor: Actor,
    found: CaseStudy,
    home: str,
    vocabulary: Vocabulary,
    base: tuple[str, str] = ("", ""),
    files: Mapping[str, Prepared] | None = None,
    origin: Answer | None = None,
) -> str:
    """The id of a new draft with everything that the case study says, and the files that it names.

    A file gets another name where its own is no safe one.

    Args:
        base: slug and text of the published case study that the draft is a new version of.
        files: what lies beside it, by name, as `ready` has made it.

    Raises:
        NotAllowed: the actor is no contributor there.
        FormInvalid: there are too many files.
    """
    files = files or {}
    words = named(found)
    id_ = drafts.start(session, actor, home, *answers.from_case_study(found), base, origin)
    renamed = {
        name: _attach(session, actor, id_, name, files[name], words[name], vocabulary)
        for name in words
        if name in files
    }
    if any(old != new for old, new in renamed.items()):
        opened = drafts.open_(session, actor, id_, vocabulary)
        drafts.replace(session, opened, _with_names(found, renamed), base)
    return id_


def _attach(
    session: "Session", actor: Actor, id_: str, name: str, data: Prepared, words: str, vocabulary: Vocabulary
) -> str:
    opened = drafts.open_(session, actor, id_, vocabulary)
    return attachments.add(session, actor, opened, data, name, words[: attachments.MAX_WORDS]).name


def _with_names(found: CaseStudy, renamed: Mapping[str, str]) -> CaseStudy:
    body = found.body
    for old, new in renamed.items():
        body = re.sub(_LINK.format(name=re.escape(old)), rf"\g<1>{new}\g<2>", body)
    return found.model_copy(update={"body": body})
