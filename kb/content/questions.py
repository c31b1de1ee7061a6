"""Owns the questions that a case study answers, in the order a person tells the story. Never knows what is typed or who may see it.

The answers are in `case_study.CaseStudy`: each question names the fields and sections that it fills. How far they are
answered is `completeness.py`'s.
"""

import dataclasses
from dataclasses import dataclass
from typing import Final

from kb.content.case_study import Kind

# A draft needs a title before anybody has thought of one; this one counts as none.
UNTITLED: Final = "Untitled case study"


@dataclass(frozen=True, slots=True)
class Question:
    """One page of the form. `title` is its heading, `why` is why it is asked, `example` a good answer.

    `fields` and `sections` are those of `CaseStudy` that the answer fills. An optional question with `nudge` counts
    towards completeness, and `why` is the reason given for answering it.
    """

    id: str
    group: str
    title: str
    why: str
    example: str
    required: bool = False
    nudge: bool = False
    fields: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


_ABOUT, _STORY, _OUTCOME, _SHARE, _MORE = (
    "About the work", "What you did", "What happened", "Before others use it", "More that helps others",
)  # fmt: skip

# All examples are of one piece of work, which we made up.
QUESTIONS: Final = (
    Question(
        "what-you-improved", _ABOUT, "What did you improve?",
        "People decide by the title and two sentences whether to read on.",
        "Fewer falls at night on an older people's ward. We asked everyone at risk what they get up for at night and "
        "planned for it. Falls at night went from 11 a month to 6 within a year.",
        required=True, fields=("title", "summary"),
    ),
    Question(
        "who-did-it", _ABOUT, "Who did the work?",
        "Readers look for their own trust and its partners, and want to know who has done this already.",
        "Exampleshire Partnership NHS Foundation Trust, with Exampleton Carers' Centre and the university's school of physiotherapy.",
        required=True, fields=("organisations", "collaboratives", "partners"),
    ),
    Question(
        "where", _ABOUT, "Where was it done?",
        "People look for work in a setting like theirs.",
        "An older adult ward, in the Midlands.",
        required=True, fields=("settings", "regions"),
    ),
    Question(
        "for-whom", _ABOUT, "Whom was it for, and whom did it not reach?",
        "Another team can only judge whether it would work for their people if it knows who yours were.",
        "Adults over 65 with dementia or depression who were at risk of falling. It did not reach people on the ward for "
        "less than two days, or those who needed an interpreter at night.",
        required=True, fields=("populations", "population", "not_reached"),
    ),
    Question(
        "problem", _STORY, "What was the problem?",
        "Readers recognise their own problem here. The figure from before you began shows how big it was.",
        "In 2024 the ward had 11 falls a month between 10pm and 6am, twice as many as by day. Two people broke a hip. "
        "Most had got up alone to go to the toilet.",
        required=True, sections=("Problem",),
    ),
    Question(
        "aim", _STORY, "What did you aim for?",
        "An aim says what was to change, by how much and by when, so that anyone can see whether it did.",
        "To halve falls at night, from 11 a month to 5 or fewer, by March 2026.",
        required=True, sections=("Aim",),
    ),
    Question(
        "what-was-done", _STORY, "What did you do, and when?",
        "This is what other teams copy. Write it so that they could.",
        "From April 2025 a healthcare assistant asked each person at 9pm what they might get up for. We tried it with "
        "one bay for two weeks, then added a night light and a drink within reach, then took it to the whole ward in June.",
        required=True, fields=("started", "ended", "stage"), sections=("What was done",),
    ),
    Question(
        "measures", _OUTCOME, "What did you measure?",
        "Figures from before and after are what readers look at first. One that could have got worse is worth the most.",
        "Falls at night: 11 a month before, 6 after, January to March 2026. Hours of one-to-one observation: no change.",
        required=True, fields=("measures",),
    ),
    Question(
        "results", _OUTCOME, "What happened?",
        "Work that did not go as planned helps others as much as work that did.",
        "Falls at night fell from 11 a month to 6 and have stayed there for nine months. We did not reach 5. Falls by "
        "day did not change, so people were not kept in bed.",
        required=True, fields=("verdict",), sections=("Results",),
    ),
    Question(
        "learning", _OUTCOME, "What did you learn?",
        "What you would do differently saves the next team months.",
        "Ask at 9pm, not at handover: people are awake. Tell the night staff why from the first day. We should have "
        "counted near misses from the start.",
        required=True, sections=("What was learned",),
    ),
    Question(
        "involvement", _SHARE, "Who took part in shaping it?",
        "Readers want to know whether people who use the service had a say. \"Nobody\" is an answer too.",
        "Co-designed with four people who had stayed on the ward and two carers, who were paid. They wrote the question "
        "that is asked at 9pm, and took out the bed alarms that we had planned.",
        required=True, fields=("involvement",), sections=("Involvement",),
    ),
    Question(
        "declarations-and-contact", _SHARE, "Whom can people ask, and what should they know?",
        "Readers have questions for years: a team's mailbox outlives its members. Saying that there are no interests "
        "to declare builds trust.",
        "Falls team, falls@example.nhs.uk. No interests to declare. Registered with the trust as quality improvement; "
        "no ethics review was needed.",
        required=True, fields=("contact", "interests", "approval"),
    ),
    Question(
        "topics-and-methods", _MORE, "Which topics and methods does it belong to?",
        "Without a topic nobody finds it by browsing.",
        "Topic: falls. Method: Model for Improvement.",
        nudge=True, fields=("topics", "methods", "equity", "outcomes"),
    ),
    Question(
        "equity", _MORE, "Did everyone benefit alike?",
        "Few case studies split their results by group, so readers cannot tell whether a change narrows or widens a gap.",
        "Falls fell by half among people who speak English at home and by a tenth among others: the question at 9pm "
        "was asked in English.",
        nudge=True, sections=("Equity",),
    ),
    Question(
        "helped-and-hindered", _MORE, "What helped, and what got in the way?",
        "A change that worked for you may need what your place has. This tells others what to look for.",
        "A ward manager who worked nights with us helped. Agency staff who did not know the routine got in the way.",
        nudge=True, sections=("What helped and what got in the way",),
    ),
    Question(
        "keep-and-change", _MORE, "What must another team keep, and what can it change?",
        "Teams that copy a change alter it. This tells them which parts made it work.",
        "Keep the question at 9pm and the person who asks it. The form, the lights and who does it can be your own.",
        nudge=True, sections=("What to keep and what to change",),
    ),
    Question(
        "cost", _MORE, "What did it cost?",
        "It is what a manager asks first, and few case studies say.",
        "£900 for night lights and 40 hours of the falls lead's time to set up. About ten minutes a night to run.",
        nudge=True, sections=("Cost and resources",),
    ),
    Question(
        "spread", _MORE, "Is it still going, and who else does it?",
        "Readers want to know whether it lasted once the project ended.",
        "The question is on the evening checklist, which the ward manager reviews each month. Two other wards began in 2026.",
        nudge=True, sections=("Spread",),
    ),
    Question(
        "guidance-used", _MORE, "What guidance or evidence did you build on?",
        "It shows which idea the change rests on, and lets others find the original.",
        "NICE guidance on falls in older people, and a sister ward's trial of evening rounds.",
        nudge=True, sections=("Guidance and evidence used",),
    ),
    Question(
        "data", _MORE, "Have you got the data over time?",
        "Monthly figures show whether the change came when you made it, and whether it lasted.",
        "A CSV file with a row for each month from April 2024: month, falls at night, occupied bed days.",
        nudge=True, fields=("data",),
    ),
    Question(
        "pictures", _MORE, "Have you got pictures?",
        "A chart or a photograph of the thing itself says at once what a paragraph cannot. Nobody may be recognisable.",
        "A photograph of the card by the bed. In words: a card with a drawing of a lamp, a glass and a walking frame.",
    ),
    Question(
        "sources", _MORE, "Has it been published elsewhere?",
        "A report, poster or paper gives readers the detail that there is no room for here.",
        "Poster at the trust's improvement day, 2026, with its web address.",
        fields=("sources", "source_licence"),
    ),
    Question(
        "other", _MORE, "Is there anything else?",
        "What fits under none of the questions goes here, under headings of your own.",
        "A section of its own with the wording of the card.",
    ),
)  # fmt: skip

BY_ID: Final = {question.id: question for question in QUESTIONS}

# Fields that nobody is asked for: editors and the software fill them, and a form carries them along unchanged. `when` is
# the period in words, for old sources that give no dates.
NOT_ASKED: Final = ("reference", "kind", "when", "editors_note", "published", "reviewed")

# A signpost is the editors' summary of somebody else's work: nobody could answer the rest from a published source.
_OF_SIGNPOSTS: Final = frozenset(
    ("what-you-improved", "who-did-it", "where", "for-whom", "what-was-done", "results", "sources")
)
_NOT_OF_SIGNPOSTS: Final = frozenset(("declarations-and-contact", "data"))


def questions(kind: Kind = "case-study") -> tuple[Question, ...]:
    """The questions asked of this kind, in order, with those required of it marked so."""
    if kind == "case-study":
        return QUESTIONS
    return tuple(
        dataclasses.replace(question, required=(required := question.id in _OF_SIGNPOSTS), nudge=not required and (question.nudge or question.required))
        for question in QUESTIONS
        if question.id not in _NOT_OF_SIGNPOSTS
    )  # fmt: skip
