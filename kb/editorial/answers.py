"""Owns the way between answers, question by question, and the text of a case study's file, both ways. Never stores them.

What was typed is never lost on the way: a value that no field takes stays in the text as it is, with a finding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kb.content import case_study, front_matter, sections
from kb.content.case_study import SECTIONS, CaseStudy
from kb.content.questions import BY_ID, UNTITLED, questions
from kb.content.section_words import section_of

Answer = dict[str, Any]
"""What was typed for a question: fields of the front matter by name, sections by heading."""

OTHER: Final = "other"  # the question, and the key in its answer, for what fits under none of the others


@dataclass(frozen=True, slots=True)
class File:
    """A picture or table of a draft, without its bytes. `section` is the heading that a picture is shown under."""

    id: int
    name: str
    kind: str
    alt: str
    section: str
    metadata_text: str = ""

    @property
    def is_picture(self) -> bool:
        """Whether it is shown, not linked."""
        return self.kind != "csv"

    @property
    def markdown(self) -> str:
        """What shows it in a text."""
        words = self.alt.replace("[", "(").replace("]", ")").replace("\\", "/")
        return f"{'!' if self.is_picture else ''}[{words}]({self.name})"


def from_case_study(found: CaseStudy) -> tuple[dict[str, Answer], Answer]:
    """The answers that a case study gives, and what no question asks for: other fields and the order of its sections."""
    values = found.model_dump(mode="json", exclude_defaults=True, exclude={"body", "slug", "extra"})
    parts = sections.split(found.body)
    answers: dict[str, Answer] = {}
    placed: set[str] = set()
    texts: dict[str, list[str]] = {}
    for heading, text in parts:
        if heading in SECTIONS:
            texts.setdefault(heading, []).append(text)
    for question in questions(found.kind):
        data: Answer = {name: values[name] for name in question.fields if name in values}
        data |= {name: "\n\n".join(texts[name]) for name in question.sections if name in texts}
        placed |= set(question.sections)
        if data:
            answers[question.id] = data
    rest = [(heading, text) for heading, text in parts if heading not in placed]
    if rest:
        answers[OTHER] = {**answers.get(OTHER, {}), OTHER: sections.join(rest)}
    asked = {name for question in questions(found.kind) for name in question.fields}
    carried: Answer = {name: value for name, value in values.items() if name not in asked}
    if found.extra:
        carried["extra"] = found.extra
    carried["order"] = [heading for heading, _ in parts]
    return answers, carried


def text(carried: Mapping[str, Any], answers: Mapping[str, Answer], files: Sequence[File] = ()) -> str:
    """The text of the file that these answers make; pictures that no section shows yet stand at the end of theirs."""
    values: Answer = {name: value for name, value in carried.items() if name not in ("extra", "order")}
    texts: dict[str, str] = {}
    for question in questions(carried.get("kind", "case-study")):
        data = answers.get(question.id, {})
        values |= {name: data[name] for name in question.fields if data.get(name) not in (None, "", [], {})}
        texts |= {name: data[name] for name in question.sections if str(data.get(name) or "").strip()}
    rest = sections.split(str(answers.get(OTHER, {}).get(OTHER, "")))
    _show(files, texts, rest)
    if tables := [{"file": file.name, "title": file.alt} for file in files if not file.is_picture]:
        values["data"] = tables
    if not str(values.get("title") or "").strip():
        values["title"] = UNTITLED
    head = {name: _typed(values[name]) for name in case_study.HEAD_FIELDS if name in values}
    return front_matter.write({**head, **carried.get("extra", {})}, sections.join(_ordered(texts, rest, carried)))


def _show(files: Sequence[File], texts: dict[str, str], rest: list[tuple[str, str]]) -> None:
    for file in files:
        if file.is_picture and file.alt:  # a picture that came without words has some by now
            bare = f"![]({file.name})"
            texts.update({heading: words.replace(bare, file.markdown) for heading, words in texts.items()})
            rest[:] = [(heading, words.replace(bare, file.markdown)) for heading, words in rest]
    shown = "\n".join([*texts.values(), *(words for _, words in rest)])
    for file in files:
        if file.is_picture and f"]({file.name})" not in shown:
            heading = file.section if file.section in SECTIONS else "Results"
            texts[heading] = f"{texts.get(heading, '').rstrip()}\n\n{file.markdown}".strip()


def _typed(value: Any) -> Any:
    """What was typed, as the head of a file holds it: text, and lists and fields without what is empty."""
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items() if item not in (None, "", [], {})}
    if isinstance(value, list):
        return [_typed(item) for item in value if item not in (None, "", [], {})]
    return value if value is None else str(value)


def _ordered(
    texts: Mapping[str, str], rest: list[tuple[str, str]], carried: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """The sections in the order that the file had, new ones where the template has them, others at the end."""
    order = {heading: place for place, heading in enumerate(carried.get("order", []))}
    template = {heading: place for place, heading in enumerate(SECTIONS)}
    parts = [(heading, texts[heading]) for heading in SECTIONS if heading in texts]

    def place(part: tuple[str, str]) -> tuple[float, float]:
        heading = part[0]
        if heading in order:
            return order[heading], 0
        if heading == "":
            return -1, 0
        if heading not in template:
            return len(order) + len(template), 0
        # After the last of those that stand before it in the template.
        before = [order[other] for other in SECTIONS[: template[heading]] if other in order]
        return max(before, default=-0.5), 1 + template[heading]

    return sorted([*parts, *rest], key=place)


def title(answers: Mapping[str, Answer]) -> str:
    """The title that was typed, else the one that stands for none."""
    found = next((data["title"] for data in answers.values() if data.get("title")), "")
    return str(found).strip() or UNTITLED


def question_of(field: str, section: str = "") -> str:
    """The question that a field such as "measures.0.note" or a section belongs to; `other` when none asks for it."""
    name = field.split(".", maxsplit=1)[0]
    for question in BY_ID.values():
        if (section and section_of(section) in question.sections) or (not section and name in question.fields):
            return question.id
    return OTHER
