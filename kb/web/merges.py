"""Owns the page on which a draft is brought together with its published text that was changed meanwhile. Never chooses for anybody."""

import hashlib
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from kb.content.changes import Part, compare
from kb.content.folder import ContentFolder
from kb.content.text_changes import Effort, blocks
from kb.content.vocabulary import Vocabulary
from kb.content.writing import blob
from kb.editorial import drafts, merging, reconciling
from kb.editorial.drafts import Opened
from kb.editorial.merging import Choice, MergedPart
from kb.web import case_study_page
from kb.web.deps import ActorDep, DatabaseDep, SettingsDep
from kb.web.editing import HouseDep, VocabularyDep
from kb.web.forms import Fields, FieldsDep
from kb.web.pages import Page, render

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Sides:
    """A part that was changed: what it was, and what each side changed in it. `name` is its control's."""

    part: MergedPart
    name: str
    ours: Part
    theirs: Part
    choice: str


@dataclass(frozen=True, slots=True)
class MergePage(Page):
    """Every part of the two texts that differs. `gone`: there is no published text any more."""

    template = "drafts/merge.html"
    id: str
    draft_title: str
    slug: str
    gone: bool
    approved: bool
    conflicts: tuple[Sides, ...]
    from_ours: tuple[Sides, ...]
    from_theirs: tuple[Sides, ...]
    seen: str
    back: str
    problems: tuple[tuple[str, str], ...] = ()


@router.get("/drafts/{id}/merge")
def show(
    request: Request, id: str, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep, settings: SettingsDep
) -> Response:
    """What differs, part by part."""
    with database.reading() as session:
        opened = drafts.open_(session, actor, id, vocabulary)
    theirs = reconciling.published_now(ContentFolder(settings.content), opened.row)
    if theirs is None:
        return RedirectResponse(_back(opened), 303)
    reconciling.require(opened, actor)
    return render(request, _page(opened, theirs, vocabulary, {}, ()))


@router.post("/drafts/{id}/merge")
def bring_together(
    request: Request, id: str, fields: FieldsDep, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep,
    settings: SettingsDep, house: HouseDep,
) -> Response:  # fmt: skip
    """Brings the two together with what was chosen. When one of them has changed since the page was opened, it is shown again."""
    folder = ContentFolder(settings.content)
    with database.writing() as session:
        opened = drafts.open_(session, actor, id, vocabulary)
        theirs = reconciling.published_now(folder, opened.row)
        if theirs is None:  # it was done already, in another window or by somebody else
            return RedirectResponse(_back(opened), 303)
        if not theirs:
            reconciling.go_on_as_new(session, actor, opened, house)
            return RedirectResponse(_back(opened), 303)
        choices = _choices(fields, opened, theirs)
        if fields.text("seen") == _seen(opened, theirs):
            open_ = reconciling.bring_together(session, actor, opened, folder, theirs, choices, house)
            problems = tuple((_name(part.key), f"{part.label}: choose which text to keep.") for part in open_)
        else:
            reconciling.require(opened, actor)
            problems = (
                (
                    "",
                    "One of the two texts was changed since you opened this page. Look at what differs now. What you chose is kept.",
                ),
            )
        if not problems:
            return RedirectResponse(_back(opened), 303)
        page = _page(opened, theirs, vocabulary, choices, problems)
    return render(request, page, 422)


def _page(
    opened: Opened,
    theirs: str,
    vocabulary: Vocabulary,
    choices: dict[str, Choice],
    problems: tuple[tuple[str, str], ...],
) -> MergePage:
    base, ours = opened.row.base_text, opened.text()
    parts = merging.parts(base, ours, theirs) if theirs else ()
    named = case_study_page.named(vocabulary)
    changed = (
        [{one.key: one for one in compare(base, text, named).changed} for text in (ours, theirs)]
        if theirs
        else [{}, {}]
    )
    effort = Effort()

    def sides(part: MergedPart) -> Sides:
        # A section that was only given another heading is one part for whoever compares and two for whoever merges.
        mine, other = (
            by_key.get(part.key) or Part(part.key, part.label, "changed", blocks(part.base, text, effort))
            for by_key, text in zip(changed, (part.ours, part.theirs), strict=True)
        )
        return Sides(part, _name(part.key), mine, other, choices.get(part.key, ""))

    groups = {
        status: tuple(sides(part) for part in parts if part.status == status)
        for status in ("conflict", "ours", "theirs")
    }
    title = "Bring the two texts together" if theirs else "The published case study is no longer there"
    return MergePage(
        title, opened.row.id, opened.row.title, opened.row.base_slug, not theirs, opened.state == "approved",
        groups["conflict"], groups["ours"], groups["theirs"], _seen(opened, theirs), _back(opened), problems,
    )  # fmt: skip


def _choices(fields: Fields, opened: Opened, theirs: str) -> dict[str, Choice]:
    """What was chosen, for each part that needs it now."""
    known: dict[str, Choice] = {"ours": "ours", "theirs": "theirs", "both": "both"}
    parts = merging.parts(opened.row.base_text, opened.text(), theirs)
    chosen = {part.key: known.get(fields.text(_name(part.key))) for part in parts if part.status == "conflict"}
    return {key: choice for key, choice in chosen.items() if choice}


def _name(key: str) -> str:
    """The name of the control for a part: a heading may hold anything."""
    return f"part-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def _seen(opened: Opened, theirs: str) -> str:
    """What stands for the two texts that somebody chooses between."""
    return f"{blob(opened.text())[:20]}-{blob(theirs)[:20]}"


def _back(opened: Opened) -> str:
    return f"/{'drafts' if opened.part.writer else 'reviews'}/{opened.row.id}"
