"""Owns putting an approved draft into the content folder, and taking a case study out. Never knows that an index exists.

What is to be written is noted first, in a transaction of its own. Then files and commit follow, each a step that may be
repeated, then the end is noted. Wherever the process dies, `unfinished` names what is left and one repeat completes it
with the very same text.
"""

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kb.content import addresses, case_study, writing
from kb.content.case_study import CaseStudy
from kb.content.commit_messages import Author
from kb.content.findings import Finding, Severity, has_errors
from kb.content.folder import ContentFolder
from kb.content.questions import UNTITLED
from kb.content.repository import Repository
from kb.content.vocabulary import Vocabulary
from kb.editorial import attachments, audit, destination, drafts, placing, publications, steps, workflow
from kb.editorial.drafts import Opened
from kb.editorial.roles import EVERYWHERE, Actor, Role, Scoped, reach
from kb.editorial.workflow import State
from kb.errors import CaseStudyExists, EditConflict, NotAllowed, NotFound, StepImpossible

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kb.editorial.db import Database
    from kb.editorial.models import Publication

CODE: Final = "unfinished"


@dataclass(frozen=True, slots=True)
class Published:
    """What came of it: the address, the version, the commit. Without a commit it is published later, `on` that day."""

    slug: str
    version: int
    commit: str = ""
    on: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Publisher:
    """Publishing to one content folder from one database."""

    database: "Database"
    folder: ContentFolder
    repository: Repository
    house: steps.House

    def publish(self, actor: Actor, draft_id: str, vocabulary: Vocabulary, today: datetime.date) -> Published:
        """Publishes an approved draft, or notes that it is to be published on its day. Doing it again changes nothing.

        Raises:
            NotFound: there is no such draft, or this person may not know of it.
            NotAllowed: this person may not publish it.
            StepImpossible: it is not approved, or a field of it cannot be read.
            EditConflict: the file was changed since the draft began; nothing was written.
            CaseStudyExists: a new case study would take the address of another.
            RepositoryUnavailable: git cannot take a commit; the publication is noted and can be repeated.
            ContentUnreadable: the folder cannot be written; likewise.
        """
        self.repository.ready()
        with self.database.writing() as session:
            opened = drafts.open_(session, actor, draft_id, vocabulary)
            last = publications.last(session, draft_id)
            if last is not None and last.finished_at is not None and opened.state is State.PUBLISHED:
                return Published(last.slug, last.version, last.commit or "")
            workflow.check("publish", opened.state, actor, opened.part, opened.reach, "")
            if opened.row.publish_on is not None and opened.row.publish_on > today:
                opened.row.scheduled_by = actor.id
                audit.record(
                    session, actor, "draft.schedule", f"draft:{draft_id}", on=opened.row.publish_on.isoformat()
                )
                return Published(destination.address(opened.row), 0, on=opened.row.publish_on)
            again = last is not None and last.finished_at is None
            if last is None or not again:
                last = self._intend(session, actor, opened, today)
            noted = last.id
        return self._carry_out(noted, actor, vocabulary, today, again)

    def withdraw(self, actor: Actor, slug: str, note: str, vocabulary: Vocabulary, today: datetime.date) -> Published:
        """Takes a published case study off the site, with a page that says so. Doing it again changes nothing.

        Raises:
            NotFound: nothing is published there.
            NotAllowed: this person is no editor for it.
            StepImpossible: the reason is missing.
            RepositoryUnavailable, ContentUnreadable: as in `publish`.
        """
        self.repository.ready()
        if not note.strip():
            raise StepImpossible(
                "A reason is missing.", "Say in a sentence why: the page that stays will show it.", "note"
            )
        text = writing.read(self.folder, slug)
        with self.database.writing() as session:
            last = publications.unfinished_at(session, slug)
            again = last is not None
            if last is None:
                if text is None:
                    raise NotFound("No case study is published at this address.")
                draft = publications.published(session, slug)
                if not may_withdraw(session, actor, CaseStudy.parse(text, slug), vocabulary):
                    raise NotAllowed("This takes the role of editor for this organisation.")
                last = publications.note(
                    session, actor, draft_id=draft.id if draft else None, kind="withdraw", slug=slug, old_slug="", text="",
                    expected=writing.blob(text), note=note.strip(), version=0,
                )  # fmt: skip
            noted = last.id
        return self._carry_out(noted, actor, vocabulary, today, again)

    def unfinished(self) -> list[Finding]:
        """A finding for each publication that was begun and not ended."""
        with self.database.reading() as session:
            rows = publications.unfinished(session)
        found = []
        for row, title in rows:
            verb = "Publishing" if row.kind == "publish" else "Withdrawing"
            repeat = f"kb publish --resume {row.id}"
            message = f"{verb} {title or row.slug} was begun on {row.started_at:%d %B %Y at %H:%M} (UTC) and not ended. Nothing is lost. Do it again on the site, or run: {repeat}"
            found.append(Finding(f"case_studies/{row.slug}.md", 0, "", Severity.ERROR, CODE, message))
        return found

    def resume(self, publication_id: int, actor: Actor, vocabulary: Vocabulary, today: datetime.date) -> Published:
        """Completes what `unfinished` names.

        Raises:
            NotFound: there is nothing with this number left to do.
        """
        from kb.editorial.models import Publication  # noqa: PLC0415

        with self.database.reading() as session:
            row = session.get(Publication, publication_id)
            if row is None or row.finished_at is not None:
                raise NotFound("There is no unfinished publication with this number.")
        return self._carry_out(publication_id, actor, vocabulary, today, again=True)

    def _intend(self, session: "Session", actor: Actor, opened: Opened, today: datetime.date) -> "Publication":
        """Notes what is to be written, after everything that could be wrong with it was looked at."""
        draft = opened.row
        parsed = opened.parsed()
        if parsed.case_study is None or has_errors(parsed.findings):
            raise StepImpossible("A field cannot be read.", " ".join(finding.message for finding in parsed.findings))
        if parsed.case_study.title == UNTITLED:
            raise StepImpossible("It has no title yet.", "Ask for one.")
        slug = destination.address(draft)
        expected = ""
        if draft.base_slug:
            there = writing.read(self.folder, draft.base_slug)
            if there is None or writing.blob(there) != writing.blob(draft.base_text):
                raise placing.changed(there or "")
            expected = writing.blob(draft.base_text) if slug == draft.base_slug else ""
        if not expected and writing.read(self.folder, slug) is not None:
            raise CaseStudyExists(
                f"There is already a case study at the address {slug}.",
                "Give this one another address, on its review page.",
            )
        if addresses.load(self.folder.path).addresses.moved.get(slug, draft.base_slug) != draft.base_slug:
            raise CaseStudyExists(
                f"The address {slug} leads to another case study, which once had it.",
                "Give this one another address, on its review page.",
            )
        before = case_study.read(draft.base_text).case_study if draft.base_text else None
        changed = {
            "published": before.published if before and before.published else today,
            "reviewed": today,
            "slug": slug,
        }
        text = parsed.case_study.model_copy(update=changed).dump()
        file = f"case_studies/{draft.base_slug or slug}.md"
        versions = self.repository.history(self.folder.path / file)
        numbers = [version.number for version in versions if version.number]
        return publications.note(
            session, actor, draft_id=draft.id, kind="publish", slug=slug, old_slug=draft.base_slug if slug != draft.base_slug else "",
            text=text, expected=expected, note=publications.summary(session, draft.id), version=max(numbers, default=len(versions)) + 1,
        )  # fmt: skip

    def _carry_out(
        self, publication_id: int, actor: Actor, vocabulary: Vocabulary, today: datetime.date, again: bool
    ) -> Published:
        """Files, addresses and commit, then the end: each step sees what is done already."""
        from kb.editorial.models import Draft, Publication, User  # noqa: PLC0415

        with self.database.reading() as session:
            row = session.get_one(Publication, publication_id)
            if row.finished_at is not None:
                return Published(row.slug, row.version, row.commit or "")
            draft = session.get(Draft, row.draft_id) if row.draft_id else None
            listed = drafts.files(session, draft.id) if draft else ()
            files = {file.name: attachments.read(session, str(row.draft_id), file.name)[1] for file in listed}
            owner = session.get(User, draft.owner_id) if draft else None
            reviewer = session.get(User, draft.reviewer_id) if draft and draft.reviewer_id else None
            doer = session.get_one(User, row.user_id)
        author = owner if owner and row.kind == "publish" else doer
        try:
            with self.repository.lock():
                if row.kind == "publish":
                    paths = placing.put(self.folder, row, draft.base_text if draft else "", files)
                else:
                    paths = placing.take_out(self.folder, row, today)
                if again:  # what was deleted before the process died is seen by git alone
                    beside = [self.folder.case_studies / slug for slug in (row.slug, row.old_slug) if slug]
                    paths += [path for path in self.repository.uncommitted() if path.parent in beside]
                subject = f"Publish {row.slug}" if row.kind == "publish" else f"Withdraw {row.slug}"
                trailers = {"Version": str(row.version)} if row.version else {}
                trailers |= {"Moved-from": row.old_slug} if row.old_slug else {}
                trailers |= (
                    {"Reviewed-by": f"{reviewer.name} <{reviewer.email}>"} if reviewer and row.kind == "publish" else {}
                )
                trailers |= {"Published-by" if row.kind == "publish" else "Withdrawn-by": f"{doer.name} <{doer.email}>"}
                commit = self.repository.commit(
                    paths, subject, Author(author.name, author.email), trailers, body=row.note
                )
        except EditConflict:
            with self.database.writing() as session:  # nothing was written: the draft is as it was before
                session.delete(session.get_one(Publication, publication_id))
                audit.record(session, actor, "draft.conflict", f"draft:{row.draft_id}", slug=row.slug)
            raise
        return self._finish(publication_id, commit, vocabulary)

    def _finish(self, publication_id: int, commit: str, vocabulary: Vocabulary) -> Published:
        from kb.editorial import accounts  # noqa: PLC0415
        from kb.editorial.models import Publication  # noqa: PLC0415

        with self.database.writing() as session:
            row = session.get_one(Publication, publication_id)
            if row.finished_at is None:
                # Who may do this was decided when it was noted; roles may have changed since, the commit is there.
                actor = replace(accounts.actor(session, row.user_id), grants=(Scoped(Role.EDITOR, EVERYWHERE),))
                row.finished_at, row.commit = datetime.datetime.now(datetime.UTC), commit
                if row.draft_id is not None:
                    name = "publish" if row.kind == "publish" else "withdraw"
                    if row.kind == "publish":
                        self._supersede(session, actor, row, vocabulary)
                    opened = drafts.open_(session, actor, row.draft_id, vocabulary)
                    opened.row.slug = row.slug
                    steps.take(session, actor, opened, name, self.house, row.note if name == "withdraw" else "")
                audit.record(
                    session,
                    actor,
                    f"case-study.{row.kind}",
                    f"case-study:{row.slug}",
                    commit=commit,
                    version=row.version,
                )
            return Published(row.slug, row.version, row.commit or "")

    def _supersede(self, session: "Session", actor: Actor, row: "Publication", vocabulary: Vocabulary) -> None:
        for slug in {row.slug, row.old_slug} - {""}:
            older = publications.published(session, slug)
            if older is not None and older.id != row.draft_id:
                opened = drafts.open_(session, actor, older.id, vocabulary)
                steps.take(session, actor, opened, "supersede", self.house)


def may_withdraw(session: "Session", actor: Actor, found: CaseStudy, vocabulary: Vocabulary) -> bool:
    """Whether somebody is an editor for those who did the published work, or for those it came from."""
    draft = publications.published(session, found.slug)
    within = [*case_study_reach(found, vocabulary), *(reach(draft.home, vocabulary) if draft else ())]
    return actor.may(Role.EDITOR, within)


def case_study_reach(found: CaseStudy, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The scopes whose editors look after a published case study: all of those that did the work."""
    homes = [f"organisation:{id_}" for id_ in found.organisations] + [
        f"collaborative:{id_}" for id_ in found.collaboratives
    ]
    return tuple(dict.fromkeys(scope for home in homes for scope in reach(home, vocabulary)))
