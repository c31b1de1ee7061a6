"""Owns what the form asks on each page: every input with its words, its kind and its place in the answer. Never holds a value.

The questions themselves are `content/questions.py`'s. An input without a label of its own is asked by its question.
"""

from dataclasses import dataclass
from typing import Final, Literal

from kb.content.case_study import SUMMARY_WORDS
from kb.content.markdown import slugify
from kb.content.questions import Question
from kb.editorial.answers import OTHER

Kind = Literal["line", "email", "address", "words", "text", "list", "choice", "select", "month", "picker", "rows"]

MOST_ROWS: Final = 20  # of measures or sources: a case study with more is a report, and nobody reads its table


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that can be chosen, with a line that says what it means."""

    value: str
    label: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to fill in. `name` is the control's, `path` the place of its value in the answer.

    `kind`: line, email and address are one line of text; words some lines, text Markdown, list one thing on each line;
    choice and select one of `choices` (or of the vocabulary's `scheme`); month a month and year; picker several of the
    `scheme`; rows a list of things that each have `columns`. `one` names a single row or thing, as in "Add a measure".
    """

    name: str
    kind: Kind
    path: tuple[str, ...]
    label: str = ""
    hint: str = ""
    height: int = 3  # lines of a text
    words: int = 0  # at most; counted as somebody types
    width: int = 0  # characters of a short line
    one: str = ""
    scheme: str = ""
    choices: tuple[Choice, ...] = ()
    columns: tuple["Input", ...] = ()
    folded: bool = False  # begins closed, on a page that would be long


VERDICTS: Final = (
    Choice("improved", "Improved", "The main result got better."),
    Choice("mixed", "Mixed results", "Some results got better and others did not, or the aim was missed."),
    Choice("no-change", "No change", "The main result stayed the same."),
    Choice("stopped", "Stopped", "The work ended early."),
    Choice("too-early", "Too early to say", "Results are still to come."),
)
NOT_STATED: Final = Choice("not-stated", "Result not stated", "The source does not give a result.")

LEVELS: Final = (
    Choice("none", "None", "Nobody who uses the service, and no carer, took part."),
    Choice("informed", "Informed", "They were told about the work and could ask about it."),
    Choice("consulted", "Consulted", "They were asked what they think, and it made a difference."),
    Choice("co-designed", "Co-designed", "They shaped the change together with staff."),
    Choice("co-led", "Co-led", "They led the work together with staff and had an equal say."),
)

_MARKDOWN: Final = "Leave a blank line between paragraphs. Begin a line with - for each point of a list."

_MEASURE: Final = (
    Input("name", "line", ("name",), "What was measured", "Such as \u201cFalls at night\u201d."),
    Input("kind", "select", ("kind",), "Kind of measure", choices=(
        Choice("outcome", "Outcome: what it was all for, such as falls or waits"),
        Choice("process", "Process: whether the change was made, such as checks done"),
        Choice("balancing", "Balancing: what could have got worse, such as staff time"),
    )),
    Input("baseline", "line", ("baseline",), "Before", "A number or words, such as \u201c11\u201d.", width=10),
    Input("result", "line", ("result",), "After", "Such as \u201c6\u201d.", width=10),
    Input("unit", "line", ("unit",), "Unit", "Such as \u201c% of people\u201d, \u201cdays\u201d or \u201cfalls a month\u201d.", width=20),
    Input("period", "line", ("period",), "When", "Such as \u201c2024 against January to March 2026\u201d."),
    Input("direction", "select", ("direction",), "Which way is better", choices=(
        Choice("lower-is-better", "Lower is better"), Choice("higher-is-better", "Higher is better"), Choice("neutral", "Neither"),
    )),
    Input("note", "words", ("note",), "Note", "What a reader should know about this figure.", height=2),
)  # fmt: skip

_SOURCE: Final = (
    Input("title", "line", ("title",), "Title"),
    Input("publisher", "line", ("publisher",), "Where it was published", "A journal, conference or website."),
    Input("url", "address", ("url",), "Web address", "It begins with https://. Leave it empty if there is none."),
)

_FIELDS: Final = {field.name: field for field in (
    Input("title", "line", ("title",), "Title", "What was improved, and where."),
    Input("summary", "words", ("summary",), "Summary", "One or two sentences: what was done, and what happened.", words=SUMMARY_WORDS),
    Input("organisations", "picker", ("organisations",), "Organisations", "Trusts and others that did the work.", one="organisation", scheme="organisations"),
    Input("collaboratives", "picker", ("collaboratives",), "Provider collaboratives and alliances", "Leave this empty if none took part.", one="collaborative or alliance", scheme="collaboratives", folded=True),
    Input("partners", "list", ("partners",), "Anybody else", "Councils, charities, universities, teams, and organisations that you did not find above. One on each line."),
    Input("settings", "picker", ("settings",), "Settings and services", "Choose all that fit.", one="setting", scheme="settings"),
    Input("regions", "picker", ("regions",), "Region or nation", "Choose all that fit.", one="region", scheme="regions"),
    Input("populations", "picker", ("populations",), "Groups that the work was for", "Choose all that fit.", one="group", scheme="populations"),
    Input("population", "words", ("population",), "Whom it was for, in your words", "Who they were and how you knew, such as age, condition or service.", height=2),
    Input("not_reached", "words", ("not_reached",), "Whom it did not reach", "Who missed out, and why. \u201cNobody that we know of\u201d is an answer.", height=2),
    Input("started", "month", ("started",), "When did the work start?", "Month and year, such as 4 2025. The year alone is fine."),
    Input("ended", "month", ("ended",), "When did it end?", "Leave this empty if it is still going on."),
    Input("stage", "choice", ("stage",), "How far has it got?", scheme="stages"),
    Input("measures", "rows", ("measures",), "Measures", "Put the one that tells the story first.", one="measure", columns=_MEASURE),
    Input("verdict", "choice", ("verdict",), "How did it go?", choices=VERDICTS),
    Input("interests", "words", ("interests",), "Interests and sponsorship", "Anything that could seem to have influenced the work, such as funding from a company. \u201cNone\u201d is an answer.", height=2),
    Input("approval", "words", ("approval",), "Approval and consent", "Such as \u201cRegistered as quality improvement; no ethics review was needed\u201d.", height=2),
    Input("topics", "picker", ("topics",), "Topics", "The main topic first, and up to four others.", one="topic", scheme="topics"),
    Input("methods", "picker", ("methods",), "Improvement methods", "How the change was made.", one="method", scheme="methods", folded=True),
    Input("equity", "picker", ("equity",), "Equity groups", "Only groups that you report on.", one="equity group", scheme="equity", folded=True),
    Input("outcomes", "picker", ("outcomes",), "What got better, or worse", "Choose all that fit.", one="outcome", scheme="outcomes", folded=True),
    Input("sources", "rows", ("sources",), "Publications", "Reports, posters, papers and web pages.", one="publication", columns=_SOURCE),
    Input("source_licence", "line", ("source_licence",), "Licence of the publication", "If you know it, such as CC BY 4.0."),
)}  # fmt: skip

_PARTS: Final = {
    "involvement": (
        Input("involvement-level", "choice", ("involvement", "level"), "How far did people who use the service take part?", choices=LEVELS),
        Input("involvement-people", "list", ("involvement", "people"), "Who took part?", "Such as service users, carers or a peer support worker. No names. One on each line."),
    ),
    "contact": (
        Input("contact-email", "email", ("contact", "email"), "E-mail address for questions", "Best one that a team reads, such as improvement@example.nhs.uk. It will be on the page for everybody."),
        Input("contact-role", "line", ("contact", "role"), "Whose address is it?", "A team or role rather than a name, such as \u201cFalls team\u201d."),
    ),
}  # fmt: skip

# What a section is called where its page asks for more than its text.
_SECTION_LABELS: Final = {
    "What was done": "What you did",
    "Results": "What happened, in numbers with dates where you have them",
    "Involvement": "What they did, and what changed because of them",
}
_AT_THE_END: Final = ("started", "ended", "stage", "verdict")  # the story first, then what it comes to


def inputs(question: Question, signpost: bool = False) -> tuple[Input, ...]:
    """The inputs of a question's page, in order; none for a question that files answer."""
    first: list[Input] = []
    last: list[Input] = []
    for name in question.fields:
        found = _PARTS.get(name) or ((_FIELDS[name],) if name in _FIELDS else ())
        (last if name in _AT_THE_END else first).extend(found)
    texts = [_section(name, alone=not (first or last)) for name in question.sections]
    if question.id == OTHER:
        texts.append(
            Input(
                OTHER,
                "text",
                (OTHER,),
                hint="Begin each part with a heading of its own: ## and a space before it. " + _MARKDOWN,
                height=12,
            )
        )
    if signpost:
        last = [_of_signposts(found) for found in last]
    return (*first, *texts, *last)


def keys(asked: tuple[Input, ...]) -> tuple[str, ...]:
    """The fields and sections of the answer that these inputs fill, each once, in order."""
    return tuple(dict.fromkeys(found.path[0] for found in asked))


def _section(heading: str, alone: bool) -> Input:
    label = "" if alone else _SECTION_LABELS.get(heading, heading)
    return Input(f"text-{slugify(heading)}", "text", (heading,), label, _MARKDOWN, height=10)


def _of_signposts(found: Input) -> Input:
    from dataclasses import replace  # noqa: PLC0415

    return replace(found, choices=(*found.choices, NOT_STATED)) if found.choices is VERDICTS else found
