"""Owns a small site to publish on, with people who write, review and edit, and what is on it at first. Never tests anything."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from starlette.testclient import TestClient

from kb.content.case_study import CaseStudy
from kb.content.folder import ContentFolder
from kb.content.vocabulary import Vocabulary
from kb.editorial import answers, drafts, steps
from kb.editorial.models import Draft
from kb.editorial.publishing import Publisher
from kb.editorial.roles import Actor
from kb.web.editing import publisher

# A case study that is complete enough to be handed in: every required question is answered.
COMPLETE = """---
title: Safer nights on an older people's ward
summary: We asked everyone at risk what they get up for at night. Falls went from 11 a month to 6.
verdict: improved
organisations: [RWK]
settings: [older-adult-ward]
regions: [midlands]
populations: [older-adults]
population: Adults over 65 who were at risk of falling
not_reached: People on the ward for less than two days
topics: [falls]
stage: sustained
started: 2025-04
measures:
- {name: Falls at night, baseline: "11", result: "6", unit: a month}
involvement: {level: co-designed, people: [People who had stayed on the ward]}
contact: {role: Falls team, email: falls@example.nhs.uk}
interests: None
approval: Registered as quality improvement
---

## Problem

In 2024 the ward had 11 falls a month between 10pm and 6am, twice as many as by day.

## Aim

To halve falls at night, from 11 a month to 5 or fewer, by March 2026.

## What was done

From April 2025 a healthcare assistant asked each person at 9pm what they might get up for.

## Results

Falls at night went from 11 a month to 6 and have stayed there for nine months.

## Involvement

People who had stayed on the ward wrote the question that is asked at 9pm.

## What was learned

Ask at 9pm, not at handover, because people are awake. Tell the night staff why.
"""


FEWER_FALLS = """---
title: Fewer falls
summary: Falls fell.
organisations: [RWK]
published: 2025-01-02
---

## Problem

People fell at night.

## Results

Fewer fell.
"""
SHORTER_WAITS = "---\ntitle: Shorter waits\norganisations: [RXX]\n---\n\n## Problem\n\nToo many people waited.\n"
VOCABULARY = {
    "organisations": "organisations:\n- {id: RWK, name: East Trust}\n- {id: RXX, name: West Trust}\n",
    "collaboratives": "collaboratives:\n- {id: impact, name: Impact, members: [RWK]}\n",
}


@dataclass
class PublishingSite:
    """A site over a content folder in git, with people who write, review and edit; `other` is of another organisation."""

    client: TestClient
    content: ContentFolder
    enter: Callable[[TestClient, Actor], TestClient]
    writer: Actor
    reviewer: Actor
    editor: Actor
    other: Actor

    def by(self, person: Actor) -> TestClient:
        """A browser that is signed in as somebody."""
        return self.enter(self.client, person)

    @property
    def publisher(self) -> Publisher:
        return publisher(self.client.app)

    @property
    def words(self) -> Vocabulary:
        return self.client.app.state.vocabulary.current()

    def git(self, *words: str) -> str:
        who = ["-c", "user.name=By Hand", "-c", "user.email=hand@example.org"]
        done = subprocess.run(["git", *who, *words], cwd=self.content.path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def draft(
        self, text: str = COMPLETE, base: str = "", to: str = "submitted", home: str = "organisation:RWK", writer: Actor | None = None
    ) -> str:  # fmt: skip
        """The id of a draft with this text, taken as far as a state: draft, submitted, in-review or approved."""
        writer, made = writer or self.writer, self.publisher
        base_text = (self.content.case_studies / f"{base}.md").read_text("utf-8") if base else ""
        with made.database.writing() as session:
            typed, carried = answers.from_case_study(CaseStudy.parse(text))
            id_ = drafts.start(session, writer, home, typed, carried, (base, base_text))
        taken = [("submit", writer), ("review", self.editor), ("approve", self.editor)]
        for name, actor in taken[: ["draft", "submitted", "in-review", "approved"].index(to)]:
            with made.database.writing() as session:
                steps.take(session, actor, drafts.open_(session, actor, id_, self.words), name, made.house)
        return id_

    def row(self, id_: str) -> Draft:
        """The draft as the database has it."""
        with self.publisher.database.reading() as session:
            return session.get_one(Draft, id_)
