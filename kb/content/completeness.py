"""Owns how far a case study answers the questions: done, started or empty, what is missing, and one figure for all. Never stops anybody.

It looks for answers, not for good ones: a reviewer judges those. What it asks for can always be given honestly, so "not
measured" counts where a figure is wanted, and "None" where interests are.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from kb.content.case_study import SECTIONS, SUMMARY_WORDS, CaseStudy
from kb.content.questions import UNTITLED, Question, questions
from kb.content.section_words import section_of

State = Literal["done", "started", "empty"]

# The required answers make most of the figure, the others the rest: nobody gets to 100 without both, and a case study
# with all that is required is never shown as half finished.
REQUIRED_SHARE: Final = 70

# Fewer words than this under a required heading are a note to oneself. "Falls at night had doubled since 2023" has seven.
_ENOUGH_WORDS: Final = 6

_FIGURE: Final = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|half|third|quarter|twice|double|doubled"
    r"|dozen|hundred|thousand|none|nobody|every|per cent)\b"
    r"|\b(?:not|never|cannot|could not|did not|didn't|was not|were not)\s+(?:be\s+|been\s+)?(?:measured?|counted?|recorded|known|collected)\b"
    r"|\bno\s+(?:baseline|figures?|data|measures?|records?)\b",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """How far one question is answered; `missing` is a sentence unless it is done."""

    state: State
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Completeness:
    """How far all are: `percent` from 0 to 100; what is still required, and what would help readers, each with a sentence."""

    percent: int
    required_done: int
    required_total: int
    missing: tuple[tuple[Question, str], ...]
    nudges: tuple[tuple[Question, str], ...]

    @property
    def ready(self) -> bool:
        """Whether everything required is answered."""
        return self.required_done == self.required_total


def answered(question: Question, case_study: CaseStudy) -> Answer:
    """How far the case study answers the question. Never raises."""
    return _answered(question, _Told(case_study))


def completeness(case_study: CaseStudy) -> Completeness:
    """How far it answers all that is asked of its kind; half a point for what is started. Never raises."""
    told = _Told(case_study)
    required, nudged = 0.0, 0.0
    missing: list[tuple[Question, str]] = []
    nudges: list[tuple[Question, str]] = []
    asked = questions(case_study.kind)
    total, worth = sum(question.required for question in asked), sum(question.nudge for question in asked)
    for question in asked:
        answer = _answered(question, told)
        points = {"done": 1.0, "started": 0.5, "empty": 0.0}[answer.state]
        if question.required:
            required += points
            missing += [(question, answer.missing)] if answer.missing else []
        elif question.nudge:
            nudged += points
            nudges += [(question, question.why)] if answer.missing else []
    percent = int(REQUIRED_SHARE * required / total + (100 - REQUIRED_SHARE) * nudged / worth)
    return Completeness(percent, total - len(missing), total, tuple(missing), tuple(nudges))


class _Told:
    """A case study with the words of its sections by their usual heading; read once for all questions."""

    def __init__(self, case_study: CaseStudy) -> None:
        self.found = case_study
        self.signpost = case_study.kind == "signpost"
        self.words: dict[str, str] = {}
        self.others = False
        for section in case_study.sections:
            usual = section_of(section.heading)
            if usual in SECTIONS:
                self.words[usual] = f"{self.words.get(usual, '')}\n{section.text}".strip()
            else:
                self.others = self.others or bool(section.blocks)

    def begun(self, question: Question) -> bool:
        """Whether anything at all is there."""
        values = [getattr(self.found, name) for name in question.fields if name != "title"]
        title = "title" in question.fields and self.found.title != UNTITLED
        return title or any(values) or any(self.words.get(name) for name in question.sections)

    def short(self, section: str) -> bool:
        return len(self.words.get(section, "").split()) < _ENOUGH_WORDS


def _answered(question: Question, told: _Told) -> Answer:
    missing = _MISSING[question.id](told)
    if not missing:
        return Answer("done")
    begun = told.begun(question) or (question.id == "pictures" and bool(_pictures(told)))
    return Answer("started" if begun else "empty", missing)


def _what_you_improved(told: _Told) -> str:
    if told.found.title == UNTITLED:
        return "Give it a title that says what was improved, and where."
    if not told.found.summary:
        return "Add a summary: one or two sentences on what was done and what happened."
    words = len(told.found.summary.split())
    return f"Shorten the summary to {SUMMARY_WORDS} words. It has {words}." if words > SUMMARY_WORDS else ""


def _who(told: _Told) -> str:
    named = told.found.organisations or told.found.collaboratives or told.found.partners
    return "" if named else "Name at least one organisation, collaborative or partner."


def _where(told: _Told) -> str:
    if not told.found.settings:
        return "Choose at least one setting."
    return "" if told.found.regions or told.signpost else "Choose the region, or the nation."


def _for_whom(told: _Told) -> str:
    if not (told.found.populations or told.found.population):
        return "Say whom it was for."
    if told.found.not_reached or told.signpost:
        return ""
    return 'Say whom it did not reach. "Nobody that we know of" is an answer.'


def _problem(told: _Told) -> str:
    if told.short("Problem"):
        return "Say what was wrong, for whom, and how big it was."
    if told.signpost or _FIGURE.search(told.words["Problem"]) or any(m.baseline for m in told.found.measures):
        return ""
    return "Give a figure from before you began, or say that it was not measured."


def _done(told: _Told) -> str:
    if told.short("What was done"):
        return "Say what you did, so that another team could do it."
    if told.signpost:
        return ""
    if not told.found.stage:
        return "Choose how far the work has got."
    begun = told.found.started or told.found.when or told.found.stage == "idea"
    return "" if begun else "Say when the work started."


def _measures(told: _Told) -> str:
    measures = told.found.measures
    if any(measure.baseline or measure.result for measure in measures):
        return ""
    if measures and (told.found.verdict == "too-early" or told.found.stage == "idea"):
        return ""  # what will be measured is all there is to tell yet
    return "Add at least one measure with a figure before or after."


def _results(told: _Told) -> str:
    if told.short("Results"):
        return "Say what happened, in numbers with dates where you have them."
    known = told.found.verdict and (told.signpost or told.found.verdict != "not-stated")
    return "" if known else "Choose how it went."


def _involvement(told: _Told) -> str:
    involvement = told.found.involvement
    if involvement is None or involvement.level is None:
        return 'Choose how far people who use the service took part. "None" is an answer.'
    if involvement.level == "none" or involvement.people or told.words.get("Involvement"):
        return ""
    return "Say who took part, such as service users or carers."


def _declarations(told: _Told) -> str:
    if not (told.found.contact and told.found.contact.email):
        return "Give an e-mail address for questions, best one that a team reads."
    if not told.found.interests:
        return 'Declare interests and sponsorship. "None" is an answer.'
    return "" if told.found.approval else 'Say what approval the work had. "None was needed" is an answer.'


def _pictures(told: _Told) -> list[str]:
    """The alternative text of each picture."""
    return [text.partition("](")[0] for text in told.found.body.split("![")[1:] if "](" in text]


def _picture(told: _Told) -> str:
    texts = _pictures(told)
    if not texts:
        return "There is no picture."
    return (
        "" if all(text.strip() for text in texts) else "Describe each picture in words, for people who cannot see it."
    )


def _section(name: str, sentence: str) -> Callable[[_Told], str]:
    return lambda told: "" if told.words.get(name) else sentence


_MISSING: Final[dict[str, Callable[[_Told], str]]] = {
    "what-you-improved": _what_you_improved,
    "who-did-it": _who,
    "where": _where,
    "for-whom": _for_whom,
    "problem": _problem,
    "aim": lambda told: "Say what was to change, by how much and by when." if told.short("Aim") else "",
    "what-was-done": _done,
    "measures": _measures,
    "results": _results,
    "learning": lambda told: "Say what you would do differently." if told.short("What was learned") else "",
    "involvement": _involvement,
    "declarations-and-contact": _declarations,
    "topics-and-methods": lambda told: "" if told.found.topics else "Choose at least one topic.",
    "equity": _section("Equity", "Say who benefited less, or that you did not look."),
    "helped-and-hindered": _section("What helped and what got in the way", "Say what helped and what got in the way."),
    "keep-and-change": _section("What to keep and what to change", "Say what to keep and what can be changed."),
    "cost": _section("Cost and resources", "Give the people, time and money it took."),
    "spread": _section("Spread", "Say whether it is still going, and who else does it."),
    "guidance-used": _section("Guidance and evidence used", "Name the guidance or evidence that you built on."),
    "data": lambda told: "" if told.found.data else "Add a data file (CSV) with the figures over time.",
    "pictures": _picture,
    "sources": lambda told: "" if told.found.sources else "Say where it was published.",
    "other": lambda told: "" if told.others else "There is nothing else yet.",
}
