"""Owns bringing an earlier version of a case study back as a draft, also of one that was withdrawn. Never changes what is published."""

from kb.content import case_study, writing
from kb.content.case_study import CaseStudy
from kb.content.history import Version
from kb.content.vocabulary import Vocabulary
from kb.editorial import copies, drafts
from kb.editorial.publishing import Publisher, case_study_reach
from kb.editorial.roles import Actor, Role
from kb.errors import NotFound

_MOST = 1_000  # versions that can be chosen from


def versions(publisher: Publisher, slug: str) -> list[Version]:
    """Every version that had a text, newest first, through the names it had and whatever was withdrawn in between.

    Raises:
        CaseStudyInvalid: the slug cannot be an address.
        RepositoryUnavailable: the history cannot be read.
    """
    found = publisher.repository.history(writing.place(publisher.folder, slug), _MOST)
    return [version for version in found if not version.removed]


def at(publisher: Publisher, actor: Actor, slug: str, version: Version, vocabulary: Vocabulary) -> CaseStudy:
    """The case study as it was in a version, for somebody who may bring it back.

    While it is published that is whoever may write a new version; once it was withdrawn it takes an editor.

    Raises:
        NotFound: this person may not, or the version cannot be read as a case study.
    """
    found = case_study.read(publisher.repository.text_at(version.commit, version.name), slug).case_study
    if found is None:
        raise NotFound("This version cannot be brought back: it cannot be read as a case study.")
    now = writing.read(publisher.folder, slug)
    if now is None:
        allowed = actor.may(Role.EDITOR, case_study_reach(found, vocabulary))
    else:
        present = case_study.read(now, slug).case_study
        allowed = present is not None and copies.may(present, actor, vocabulary)
    if not allowed:
        raise NotFound("There is no such case study.")
    return found


def start(
    actor: Actor, publisher: Publisher, slug: str, version: Version, vocabulary: Vocabulary, form: str = ""
) -> str:
    """The id of a new draft with the text, pictures and tables of a version. It is a new version of what is published now.

    Args:
        form: what names the form that asked for it; the same form begins one draft, however often it is sent.

    Raises:
        NotFound: this person may not.
        NotAllowed: they are no contributor for any of those who did the work.
        DocumentUnreadable, FormInvalid: as in `copies.ready` and `copies.start`.
    """
    from kb.editorial.models import Draft  # noqa: PLC0415 - SQLAlchemy is loaded by those who write

    found = at(publisher, actor, slug, version, vocabulary)
    home = copies.home(found, actor, vocabulary)
    files = copies.ready(publisher.database, found, publisher.repository.files_at(version.commit, version.name))
    now = writing.read(publisher.folder, slug)
    base = (slug, now) if now is not None else ("", "")
    origin = {"form": form, "restored": version.commit}
    with publisher.database.writing() as session:
        if begun := drafts.begun_by(session, actor, form):
            return begun
        id_ = copies.start(session, actor, found, home, vocabulary, base, files, origin)
        if now is None:  # it comes back where it was
            session.get_one(Draft, id_).slug = slug
    return id_
