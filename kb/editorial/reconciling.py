"""Owns bringing a new version up to date with its published text, when that was changed meanwhile: who may, and doing it. Never drops a text.

The parts and the choices are `merging.py`'s. What the published text shows beside it comes into the draft as well.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from kb.content import writing
from kb.content.case_study import CaseStudy
from kb.content.folder import ContentFolder
from kb.editorial import attachments, audit, copies, drafts, merging, steps
from kb.editorial.drafts import Opened
from kb.editorial.merging import Choice, MergedPart
from kb.editorial.roles import Actor, Role
from kb.editorial.steps import House
from kb.editorial.workflow import State
from kb.errors import NotAllowed, StepImpossible

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kb.editorial.models import Draft

REOPENED: Final = "The published text was changed meanwhile, so the two were brought together. Please look at it again."
_PICTURE: Final = re.compile(r"!\[([^\]\n]*)\]\(<?([A-Za-z0-9][\w-]*\.[A-Za-z0-9]+)>?")


def published_now(folder: ContentFolder, draft: "Draft") -> str | None:
    """The published text that this new version is behind: "" when there is none any more, None when it is behind nothing.

    Raises:
        ContentUnreadable: it cannot be read.
    """
    if not draft.base_slug:
        return None
    there = writing.read(folder, draft.base_slug)
    if there is None:
        return ""
    return None if writing.blob(there) == writing.blob(draft.base_text) else there


def may(opened: Opened, actor: Actor) -> bool:
    """Whether this person may bring the two together now: its writers while they write, then its reviewers."""
    if opened.editable:
        return True
    reviewing = opened.state in (State.IN_REVIEW, State.APPROVED) and not opened.part.author
    return reviewing and actor.may(Role.REVIEWER, opened.reach)


def bring_together(
    session: "Session",
    actor: Actor,
    opened: Opened,
    folder: ContentFolder,
    theirs: str,
    choices: Mapping[str, Choice],
    house: House,
) -> tuple[MergedPart, ...]:
    """Makes the draft a new version of the published text as it is now. Gives the parts that need a choice, if any: then nothing was done.

    An approved draft goes back into review, because it is no longer what was approved.

    Args:
        theirs: that text.
        choices: which text to keep, for each part that both sides changed.

    Raises:
        NotAllowed: this person may not, or not now.
        StepImpossible: it is being published at this moment.
        CaseStudyInvalid: what was put together is no case study, such as one without a title.
    """
    require(opened, actor)
    merged = merging.merge(opened.row.base_text, opened.text(), theirs, choices)
    if isinstance(merged, tuple):
        return merged
    if opened.state is State.APPROVED:
        steps.take(session, actor, opened, "reopen", house, REOPENED)
    slug = opened.row.base_slug
    merged = _with_files(session, actor, opened, merged, copies.beside(folder, slug))
    drafts.replace(session, opened, merged, (slug, theirs))
    audit.record(session, actor, "draft.merge", f"draft:{opened.row.id}", slug=slug, choices=dict(choices))
    return ()


def go_on_as_new(session: "Session", actor: Actor, opened: Opened, house: House) -> None:
    """Makes the draft a case study of its own, when what it was a new version of is no longer published.

    Raises:
        NotAllowed, StepImpossible: as in `bring_together`.
    """
    require(opened, actor)
    if opened.state is State.APPROVED:
        steps.take(session, actor, opened, "reopen", house, REOPENED)
    slug = opened.row.base_slug
    drafts.rebase(session, opened, ("", ""))
    audit.record(session, actor, "draft.merge", f"draft:{opened.row.id}", slug=slug, choices={})


def require(opened: Opened, actor: Actor) -> None:
    """Raises NotAllowed, or StepImpossible with what to do first, when this person may not bring the two together now."""
    if may(opened, actor):
        return
    if opened.part.writer and opened.state is State.SUBMITTED:
        raise StepImpossible("It waits for a reviewer.", "Take it back first, then bring the two together.")
    raise NotAllowed("The two can be brought together by those who write the draft, and in its review by a reviewer.")


def _with_files(
    session: "Session", actor: Actor, opened: Opened, merged: CaseStudy, beside: Mapping[str, bytes]
) -> CaseStudy:
    """Takes in what the merged text shows and the draft does not have yet; gives the text with the names they got."""
    words = {name: " ".join(alt.split()) or name for alt, name in _PICTURE.findall(merged.body)}
    words |= {table.file: table.title for table in merged.data}
    have = {file.name for file in opened.files}
    body, data = merged.body, list(merged.data)
    for name, said in words.items():
        if name in have or name not in beside:
            continue
        made = attachments.keep(session, actor, opened, beside[name], name, said[: attachments.MAX_WORDS]).name
        body = body.replace(f"]({name}", f"]({made}")
        data = [table.model_copy(update={"file": made}) if table.file == name else table for table in data]
    return merged.model_copy(update={"body": body, "data": tuple(data)})
