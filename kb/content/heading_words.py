"""Owns what a heading of somebody's document means: a section of ours, or a part that goes into a field. Never reads the text under it.

`section_words.py` knows words that mean a part wherever they stand on a line of their own. Here the words are known to be
a heading, or a question in a form, so that more can be read from them: "Results of the audit", "Aim (max. 100 words)".
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from kb.content import section_words

# Parts that go into fields, beside those that `section_words` has (Summary, Setting, Population, Contact, Sources).
TITLE, ORGANISATION, PARTNERS, COLLABORATIVE, DATES, STARTED, ENDED, STAGE, TOPICS, METHODS, INTERESTS, APPROVAL = (
    "Title", "Organisation", "Partners", "Collaborative", "Dates", "Started", "Ended", "Stage", "Topics", "Methods",
    "Interests", "Approval",
)  # fmt: skip
CYCLE: Final = ("Plan", "Do", "Study", "Act")  # what each means depends on how many cycles there are

MAX_LENGTH: Final = 150  # characters: questions in forms are long

# In lower case, without "the" and "our" before them.
_WORDS: Final = {
    TITLE: """title|project title|project name|title of project|title of the project|name of project|name of the project
        title of case study|case study title|poster title|title of initiative|name of initiative|initiative""",
    ORGANISATION: """organisation|organisation name|name of organisation|name of your organisation|your organisation|trust
        trust name|name of trust|provider|organisations|organisation and team|trust and service|lead organisation|organisations involved
        ods code""",
    PARTNERS: """partners|partner organisations|partner organisation|in partnership with|collaborators|who we worked with
        partners involved|stakeholders involved""",
    COLLABORATIVE: "provider collaborative|collaborative|alliance|name of collaborative|name of alliance",
    DATES: "dates|date of project|project dates|timescale|timescales|timeline|duration|project period|period|timeframe|time frame",
    STARTED: "start|start date|date started|started|project start date|when did it start|date of start",
    ENDED: "end|end date|date ended|ended|project end date|completion date|date completed|finish date",
    STAGE: "stage|status|current status|stage of project|project status|project stage",
    TOPICS: "topic|topics|theme|themes|keywords|key words|category|tags",
    METHODS: "improvement method|improvement methods|qi method|qi methods|qi methodology|improvement methodology|methodology used",
    INTERESTS: """interests|conflicts of interest|conflict of interest|competing interests|declaration of interests
        declarations of interest|declarations|declaration of interest|disclosures|sponsorship""",
    APPROVAL: """ethics|ethical considerations|ethics approval|ethical approval|approval|approvals|approvals needed
        information governance|ethics and governance|governance""",
    "Summary": "plain english summary|lay summary|short summary|brief summary|summary of the project|project summary|in brief|in a nutshell",
    "Setting": "context and setting|care setting|clinical setting|service area|department|name of team|name of service|location|where it was done",
    "Population": "patient group|patient population|target population|people involved in the study|inclusion criteria|who was it for|who is it for",
    "Contact": """contact name|contact email|contact person|contact us|for more information|further information|find out more
        want to know more|want to know more?|for further information|e-mail|email|email address|contact information|project contact
        key contact|contact details for further information|lead contact""",
    "Sources": "bibliography|links|link to relevant documents|links to relevant documents|reference list|useful links",
    "Problem": """opportunity|baseline measurement|baseline measurements|baseline data|current conditions|current state|case for improvement
        looking back|what was happening before|need for change|reason for change|reasons for change|diagnosis of the problem
        what were we trying to solve|what problem were we trying to solve|what problem were you trying to solve|why was it needed
        reasons for implementing your project|understanding the problem|business case|why change was needed|the need|burning platform
        what is the problem you are trying to solve|what were the challenges|local problem|leading change|where to look|root cause
        root cause analysis|root causes|problem being addressed|what issue were you trying to address|drivers for change|background to the project""",
    "Aim": """what are we trying to accomplish|what were we trying to accomplish|what are you trying to achieve|what did we want to achieve
        what we wanted|what we wanted to do|what we hoped for|what we hoped to achieve|what did we want|our ambition
        what did you want to achieve|what we wanted to achieve|what we set out to do|smart aim|aim and objectives|ambition|vision
        target|targets|goal statement|project aims|mission|what were we aiming for|objective of this cycle|aims of the project""",
    "Guidance and evidence used": "theory of change|rationale and theory|nice guidance|best practice|standards|driver diagram and theory",
    "What was done": """pdsa cycle|tests and changes|what changes can we make that will result in improvement
        what change can we make that will result in improvement|what changes did we make|what changes did you make|how we did it
        how did we do it|how did you implement the project|how did you do it|how we made the change|how to change|what to change|countermeasures
        the project|the initiative|initiative description|description|description of the project|project description|what happened next
        driver diagram|our change ideas|change theory|strategy|plan of action|action plan|actions and changes|tests|test of change|procedure
        materials and methods|improvement strategy|what is the innovation|the innovation|implementation process|how it works|what it is
        how we tested it|the service|new model|the model|model|activities|key activities|activity|delivery|what was tested""",
    "Results": """how will we know that a change is an improvement|how did we know that a change was an improvement|effects|effect
        how will we know a change is an improvement|outcome measures|process measures|balancing measures|family of measures|measurement plan
        measurement strategy|run chart|run charts|spc chart|spc charts|data and results|analysis of data|adding value|better outcomes
        better experience|evaluation and results|what were the results|what was the impact|what has been the impact|what difference has it made
        what difference did we make|impact so far|outcomes so far|results so far|benefits realised|benefits and outcomes|feedback
        patient feedback|staff feedback|service user feedback|progress|progress to date|headline results|main results|effect confirmation
        achievements|success|successes|post-intervention data|re-audit|measuring impact|impact and evaluation|difference made""",
    "Equity": "health equity|equality and diversity|equality, diversity and inclusion|edi|reducing inequalities|addressing inequalities|equality impact",
    "Involvement": """lived experience|experts by experience|engagement|patient and carer involvement|stakeholder engagement|user involvement
        involving people|how people were involved|who was involved|co-design|codesign|patient involvement and co-production|ppi|people participation
        patient engagement|service user and carer co-production|coproduction and involvement|working with people with lived experience""",
    "What helped and what got in the way": """challenges faced|obstacles|facilitators|barriers and facilitators|enablers and barriers
        strengths and limitations|lessons and limitations|challenges and solutions|difficulties|risks and issues|what went wrong
        what worked well|what worked|success factors|critical success factors|challenges encountered|problems encountered|unintended consequences
        what were the barriers""",
    "What was learned": """learning points|key learning points|lessons and learning|lessons learned and next steps|key messages|take home messages
        take-home messages|learning and reflection|reflection|what did you learn|what have we learned|what have we learnt|advice to others
        what would we do differently|what would you do differently|what we would do differently|top tips|tips for adoption|tips for others
        challenges and lessons learnt for implementation|challenges and lessons learnt|challenges and learning|summary and conclusions
        discussion and conclusions|implications|implications for practice|conclusion and next steps|conclusions and next steps|key points""",
    "Cost and resources": """better use of resources|cost benefit|cost effectiveness|economic impact|financial impact|finance|value|value for money
        resources needed|resources required|budget|return on investment|income generated|cost saving|savings and benefits|funding and resources""",
    "Spread": """sustaining the change|sustaining change|sustaining improvement|how is the new approach being sustained|how will it be sustained
        how is it being sustained|what happens next|plans for spread|spread and scale|scale and spread|scalability|adoption and spread
        sharing|next cycle|future work|future|where next|embedding the change|follow up|follow-up actions|plans for the future|roll out|rollout""",
}  # fmt: skip

_LISTED: Final = re.compile(r"\s*[|\n]\s*")
_MEANING: Final = {words: part for part, listed in _WORDS.items() for words in _LISTED.split(listed.strip())} | {
    name.lower(): name for name in CYCLE
}
# A heading that goes on after one of these is still about it: "Results of the audit", "Impact on patients", "Cycle 2".
_BEGIN: Final = """results|findings|aim|aims|aims and objectives|objectives|background|problem|impact|outcomes|lessons|lessons learned
    lessons learnt|learning points|challenges|evaluation|involvement|costs|benefits|changes|change ideas|interventions|intervention
    next steps|barriers|conclusions|conclusion|tips|pdsa cycle|cycle|pdsa|test of change|actions"""
_GOES_ON: Final = re.compile(
    rf"({'|'.join(_LISTED.split(_BEGIN))})\s*(?:\b(?:of|on|from|in|for|to|with|at|during|after|so far|and|\d{{1,2}}|one|two|three|four)\b"
    r"|[:#\u2013\u2014-]).*"
)
_QUESTION: Final = re.compile(r"(?:what|how|why|who|where)\b")
# People whose part in the work a question is about, however it is put.
_INVOLVED: Final = re.compile(
    r".*\b(?:involve[ds]?|involving|involvement|co-?produced?|co-?designed?)\b.*\b(?:people|patients|service users|carers|families|experts)\b.*"
    r"|.*\b(?:people|patients|service users|carers|families|experts)\b.*\b(?:involved|involvement|co-?produc\w+|co-?design\w*|take part|took part)\b.*"
)
_BEFORE: Final = re.compile(
    r"^(?:(?:the|our|your|project|key|main|overall|primary|specific|initial|local|brief|qi|smart|please describe|describe)\s+)+"
)
_NUMBER: Final = re.compile(
    r"^(?:section|part|step|question|q)?\s*(?:\d{1,2}(?:\.\d{1,2}){0,3}|[a-z](?=[.):])|[ivx]{1,4}(?=[.):]))[.):]?\s+"
)
_ASIDE: Final = re.compile(r"\s*[(\[][^()\[\]]{0,150}[)\]]\s*")
_AROUND: Final = " \t\n:.-*_?!\N{EN DASH}\N{EM DASH}\N{BULLET}"
_AND: Final = re.compile(r"\s*(?:/|&|,|\+|\band\b)\s*")
# Questions go on in many ways: "What did we do, and how?" The longest that fits counts.
_QUESTIONS: Final = sorted(
    (words for words in (*_MEANING, *section_words.known()) if len(words.split()) > 2 and _QUESTION.match(words)),
    key=len,
    reverse=True,
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """`part` is one of `case_study.SECTIONS` or a part that goes into a field; `exact`: the heading says no more than that."""

    part: str
    exact: bool = True


def meaning(words: str) -> Meaning | None:
    """What a heading means, or nothing."""
    return _meant(words) if len(words) <= MAX_LENGTH else None


@lru_cache(maxsize=2_000)  # a heading is looked at several times
def _meant(words: str) -> Meaning | None:
    plain = " ".join(words.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())
    without = _ASIDE.sub(" ", plain).strip(_AROUND)
    for text in dict.fromkeys((plain.strip(_AROUND), without, _NUMBER.sub("", without, count=1))):
        if found := _known(text) or _known(_BEFORE.sub("", text)):
            return Meaning(found)
    text = _NUMBER.sub("", without, count=1)
    parts = [_known(_BEFORE.sub("", piece)) for piece in _AND.split(text)]
    if len(parts) > 1 and all(parts):
        return Meaning(parts[0], exact=len(set(parts)) == 1)
    if _INVOLVED.fullmatch(text):
        return Meaning("Involvement", exact=False)
    if question := next(
        (begin for begin in _QUESTIONS if text.startswith(begin) and not text[len(begin) :][:1].isalnum()), ""
    ):
        return Meaning(_MEANING.get(question) or section_words.section_of(question), exact=False)
    if goes_on := _GOES_ON.fullmatch(_BEFORE.sub("", text)):
        found = _known(goes_on[1]) or _known(f"pdsa {goes_on[1]}")
        return Meaning(found, exact=False) if found else None
    return None


def _known(text: str) -> str:
    return _MEANING.get(text.strip(_AROUND), "") or section_words.section_of(text)
