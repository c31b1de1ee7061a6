"""Owns the words by which people name the parts of a case study, and which part each means. Never reads a document."""

import re
from typing import Final

from kb.content.case_study import SECTIONS

MAX_LENGTH: Final = 80  # characters of a line that may be a heading without being marked as one

# What people write for each section of our template, and for parts that the template asks for in its fields. In lower
# case; "our" and "the" before them are understood.
_WORDS: Final = {
    "Summary": "abstract|summary|executive summary|overview|at a glance",
    "Problem": """background|introduction|context|rationale|case for change|why we did it|why did we do it|why it matters
        problem|problem statement|problem description|issue|challenge|need|what was the problem|what is the problem
        what was wrong|baseline|current situation|why this matters""",
    "Guidance and evidence used": """available knowledge|evidence|evidence base|guidance|guidance used|guidelines
        evidence used|literature|literature review|what the evidence says|what we built on|evidence and guidance""",
    "Aim": "aim|aims|aim statement|aims and objectives|objective|objectives|goal|goals|purpose|specific aims|specific aim",
    "Setting": "setting|where|where we work|service|ward|team|local context|organisation",
    "Population": "population|patients|participants|who|who it is for|target group|sample|service users",
    "What was done": """change|changes|changes made|change idea|change ideas|what changed|intervention|interventions
        what we did|what we have done|what did we do|what we tried|what was tried|what you did|action|actions|actions taken
        approach|solution|implementation|tests of change|pdsa|pdsa cycles|strategy for change|design|what we changed
        method|methods|methodology|methods and measures|process""",
    "Results": """result|results|findings|outcome|outcomes|impact|benefits|effects of changes|what happened|evaluation
        what difference it made|difference it made|results and impact|outcomes and impact|key findings|measures|measurement
        data|data collection|study of the intervention|what difference did it make""",
    "Equity": "equity|inequalities|health inequalities|equality",
    "Involvement": """involvement|co-production|coproduction|patient involvement|service user involvement
        patient and public involvement|carer involvement|service user and carer involvement""",
    "What helped and what got in the way": """challenges|barriers|barriers and enablers|enablers|what helped
        what got in the way|what went well|what did not go well|what didn't go well|limitations""",
    "What was learned": """learning|lessons|lessons learned|lessons learnt|lesson learned|key learning|what we learned
        what we learnt|what did we learn|reflections|discussion|conclusion|conclusions|interpretation|messages for others
        tips|recommendations""",
    "What to keep and what to change": """what to keep|what to change|what to keep and what to adapt|core and adaptable parts|core components
        what must stay and what can change|adapting it|adaptation|adaptations|how to adapt it|essential parts""",
    "Cost and resources": "cost|costs|cost and savings|costs and savings|resources|funding|savings|cost savings",
    "Spread": "next steps|what next|what's next|future plans|spread|sustainability|spread and sustainability",
    "Contact": "contact|contacts|contact details",
    "Sources": "references|sources|acknowledgements|further reading",
}

_SECTION_OF: Final = {section.lower(): section for section in SECTIONS} | {
    words: section for section, listed in _WORDS.items() for words in re.split(r"\s*[|\n]\s*", listed)
}

_NUMBER: Final = re.compile(r"(?:[0-9]{1,2}|[a-zA-Z])(?:\.[0-9]{1,2}){0,3}[.):]?[ \t]+|[ivxIVX]{1,4}[.)][ \t]+")
_AROUND: Final = " \t:.-*_?\N{EN DASH}\N{EM DASH}"


def heading(line: str) -> str:
    """The line as a heading, without number and colon, when it names a part ("2. Our aim:"); else nothing."""
    if len(line) > MAX_LENGTH:
        return ""
    number = _NUMBER.match(line)
    for words in (line, line[number.end() :] if number else ""):
        if section_of(words):
            return words.strip(_AROUND.replace("?", ""))
    return ""


def known() -> tuple[str, ...]:
    """All words that mean a part, in lower case."""
    return tuple(_SECTION_OF)


def section_of(words: str) -> str:
    """The part that a heading means: one of `case_study.SECTIONS`, "Setting", "Population" ...; else nothing."""
    words = words.strip(_AROUND).lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return _SECTION_OF.get(words) or _SECTION_OF.get(words.removeprefix("our ").removeprefix("the "), "")
