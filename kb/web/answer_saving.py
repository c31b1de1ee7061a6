"""Owns saving the answer on a page beside what others saved meanwhile: what each has changed is kept. Never answers a request.

A form carries what its page began with. What only one side has changed since is taken from that side; where both did,
nothing is saved, and somebody sees both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData

from kb.content.questions import BY_ID, Question, questions
from kb.editorial import drafts
from kb.editorial.answers import Answer
from kb.editorial.drafts import Opened
from kb.editorial.roles import Actor
from kb.errors import NotFound, SavedElsewhere
from kb.web import typed_answers
from kb.web.fields import Input, inputs
from kb.web.forms import Fields

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a form: the answer that its page holds now, and the fields and sections in which both sides differ.

    With any of those nothing was saved. `seen` is what the page began with, for its next save.
    """

    answer: Answer
    revision: int
    seen: str
    conflicts: tuple[str, ...] = ()


def question_of(opened: Opened, id_: str) -> Question:
    """The question, if this kind of case study is asked it.

    Raises:
        NotFound: it is not.
    """
    kind = opened.row.carried.get("kind", "case-study")
    found = next((one for one in questions(kind) if one.id == id_), None)
    if found is None:
        raise NotFound("There is no such question.")
    return found


def asked_in(opened: Opened, id_: str) -> tuple[Input, ...]:
    """The inputs of a question's page."""
    return inputs(BY_ID[id_], signpost=opened.row.carried.get("kind") == "signpost")


def typed(opened: Opened, id_: str, fields: Fields) -> Answer:
    """What a form says, put together with what it does not ask for; with what its button does to rows and choices."""
    asked, (do, name, value) = asked_in(opened, id_), button(fields)
    stored = opened.answer(id_).data
    if do == "remove":
        row = f"{name}-{value}-"
        fields = Fields(FormData([(key, text) for key, text in fields.form.multi_items() if not key.startswith(row)]))
    answer = typed_answers.read(fields, asked, stored)
    if do == "first" and value in answer.get(name, []):
        answer[name] = [value, *(other for other in answer[name] if other != value)]
    if do == "theirs":
        for key in [one.path[0] for one in asked if one.name == name]:
            answer.pop(key, None)
            answer |= {key: stored[key]} if key in stored else {}
    return answer


def button(fields: Fields) -> tuple[str, str, str]:
    """What the pressed button does, and to what: "remove", "measures", "2". Enter in a text presses "continue"."""
    do, _, rest = fields.text("do").partition(":")
    name, _, value = rest.partition(":")
    return do or "continue", name, value


def save(session: "Session", actor: Actor, opened: Opened, id_: str, fields: Fields) -> Outcome:
    """Saves what a form says, in the caller's writing transaction, in which `opened` was opened.

    Raises:
        StepImpossible: the draft cannot be changed now.
        FormInvalid: the answer is too long to be one.
    """
    asked, stored = asked_in(opened, id_), opened.answer(id_)
    mine, seen = typed(opened, id_, fields), fields.text("seen")
    own = typed_answers.digests(asked, mine)
    if not seen:  # not from our page: all that it knows is the count of saves
        return _by_count(session, actor, opened, id_, mine, fields)
    if button(fields)[0] == "theirs":
        seen = typed_answers.digests(asked, stored.data)
    answer, conflicts = typed_answers.together(asked, seen, mine, stored.data)
    if conflicts and opened.editable:  # else the next line says why not
        return Outcome(answer, stored.revision, typed_answers.digests(asked, stored.data), conflicts)
    revision = drafts.save(session, actor, opened, id_, answer, stored.revision)
    return Outcome(answer, revision, own)


def _by_count(session: "Session", actor: Actor, opened: Opened, id_: str, mine: Answer, fields: Fields) -> Outcome:
    asked, stored = asked_in(opened, id_), opened.answer(id_)
    count = fields.text("revision")
    seen = int(count) if count.isdecimal() and len(count) < 10 else 0
    try:
        revision = drafts.save(session, actor, opened, id_, mine, seen)
    except SavedElsewhere:
        differ = tuple(key for key in dict.fromkeys([*mine, *stored.data]) if _differs(key, mine, stored.data))
        return Outcome(mine, stored.revision, typed_answers.digests(asked, stored.data), differ)
    return Outcome(mine, revision, typed_answers.digests(asked, mine))


def _differs(key: str, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    return bool(mine.get(key) != theirs.get(key))
