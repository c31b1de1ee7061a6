"""Owns where the buttons of a question's page lead once it is saved: on, back, or to the same page with more on it. Never saves."""

from typing import Final

from kb.content.vocabulary import Vocabulary
from kb.editorial.drafts import Opened
from kb.web import answer_problems, answer_texts, typed_answers
from kb.web.answer_saving import Outcome, asked_in, button
from kb.web.fields import MOST_ROWS, Input
from kb.web.forms import Fields
from kb.web.pages import address
from kb.web.question_page import next_question

# What some buttons are about; one that is about something else saves, and no more.
_ABOUT: Final = {"find": "picker", "first": "picker", "add": "rows", "remove": "rows"}


def leads_to(fields: Fields, opened: Opened, id_: str, outcome: Outcome, vocabulary: Vocabulary) -> str | None:
    """The address that the pressed button leads to; None for the same page at once, with what is wrong on it.

    Args:
        opened: the draft with the answer as it was saved.
    """
    do, name, _ = button(fields)
    draft, here = f"/drafts/{opened.row.id}", f"/drafts/{opened.row.id}/questions/{id_}"
    asked = asked_in(opened, id_)
    one = next((one for one in asked if one.name == name), None)
    if do in _ABOUT and (one is None or one.kind != _ABOUT[do]):
        do = "stay"
    if do == "continue" and (typed := _typed_to_find(asked, fields)):
        do, name = "find", typed
    rows = sum(len(typed_answers.rows_sent(fields, one)) for one in asked if one.kind == "rows")
    if do == "continue":
        return _on(fields, opened, id_, outcome, vocabulary)
    if do == "list":
        return draft
    if do == "preview":
        return f"{draft}/preview"
    if do == "find":
        return f"{address(here, [('find', name), ('q', fields.text(f'find-{name}'))])}#{name}"
    if do == "add" and one:
        rows = min(rows + 1, max(MOST_ROWS, rows))
        return f"{address(here, [('rows', rows)])}#{name}-{rows - 1}-{one.columns[0].name}"
    if do == "remove":
        return f"{address(here, [('rows', max(rows - 1, 1))])}#{name}-add"
    if do == "wording":
        return f"{address(here, [('wording', 'yes'), ('rows', rows or '')])}#wording"
    same = address(here, [("rows", rows or "")])
    return f"{same}#{name}" if one else same


def _on(fields: Fields, opened: Opened, id_: str, outcome: Outcome, vocabulary: Vocabulary) -> str | None:
    """To the next question, unless there is something to look at on this page first."""
    asked = asked_in(opened, id_)
    certain, likely = answer_texts.identifiers(asked, outcome.answer)
    if certain or answer_problems.problems(asked, outcome.answer, vocabulary):
        return None
    draft, shown = f"/drafts/{opened.row.id}", set(fields.text("warned").split())
    for name, said in likely.items():
        if not answer_texts.digest({name: said}) <= shown:
            return f"{draft}/questions/{id_}#{name}"
    following = next_question(opened, id_)
    return f"{draft}/questions/{following}" if following else draft


def _typed_to_find(asked: tuple[Input, ...], fields: Fields) -> str:
    """The picker in which somebody typed and pressed Enter: without scripts that presses the first button of the page."""
    for one in asked:
        typed = fields.text(f"find-{one.name}")
        if one.kind == "picker" and typed and typed != fields.text(f"found-{one.name}"):
            return one.name
    return ""
