"""Owns putting together the list of questions of a draft: in groups, each with how far it is and what to look at. Never saves."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from kb.content import completeness
from kb.content.questions import questions
from kb.editorial.comments import Remark
from kb.editorial.drafts import Opened
from kb.editorial.submission import Readiness

Status = Literal["done", "started", "empty", "comment", "problem"]

_WORDS: Final[dict[Status, str]] = {
    "done": "Done", "started": "Started", "empty": "Not started", "comment": "Has a comment", "problem": "Has a problem",
}  # fmt: skip
_COLOURS: Final[dict[Status, str]] = {"started": "blue", "empty": "white", "comment": "yellow", "problem": "red"}


@dataclass(frozen=True, slots=True)
class Task:
    """A question in the list. `href` is empty when it cannot be opened now; `hint` says what is missing or why it is asked."""

    id: str
    title: str
    href: str
    status: Status
    hint: str = ""

    @property
    def words(self) -> str:
        """The status in words."""
        return _WORDS[self.status]

    @property
    def colour(self) -> str:
        """The colour of its tag; "" for none, as what is done needs no attention."""
        return _COLOURS.get(self.status, "")


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """Questions that belong together. `required` of them must be answered, of which `done` are."""

    title: str
    tasks: tuple[Task, ...]
    required: int
    done: int


def task_groups(opened: Opened, readiness: Readiness, remarks: Collection[Remark]) -> tuple[TaskGroup, ...]:
    """The questions in the order they are asked."""
    found = opened.parsed().case_study
    problems = {problem.question: problem.message for problem in reversed(readiness.problems)}
    problems |= {one.question: "There is a patient\u2019s detail in it. Take it out." for one in readiness.blocking}
    waiting = Counter(remark.question for remark in remarks if not remark.resolved_by)
    groups: dict[str, list[Task]] = {}
    done: Counter[str] = Counter()
    required: Counter[str] = Counter()
    for question in questions(opened.row.carried.get("kind", "case-study")):
        answer = completeness.answered(question, found) if found else completeness.Answer("empty")
        required[question.group] += question.required
        done[question.group] += question.required and answer.state == "done"
        status: Status = answer.state
        hint = (
            answer.missing if answer.state == "started" else question.why if question.nudge and answer.missing else ""
        )
        if question.id in problems:
            status, hint = "problem", problems[question.id]
        elif waiting[question.id]:
            status = "comment"
        hint = hint if opened.editable else ""  # what could be done better is for when it can be done
        href = f"/drafts/{opened.row.id}/questions/{question.id}" if opened.editable else ""
        groups.setdefault(question.group, []).append(Task(question.id, question.title, href, status, hint))
    return tuple(TaskGroup(title, tuple(tasks), required[title], done[title]) for title, tasks in groups.items())
