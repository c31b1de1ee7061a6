"""Owns the template that a new case study starts from: every field with a comment. Never writes a file."""

import datetime
import json

from kb.content.case_study import SECTIONS

_HINTS = {
    "Problem": "What was wrong, for whom, and how big it was: give the figure before you began.",
    "Guidance and evidence used": "What you built on: a guideline, research, or another team's work.",
    "Aim": "What you wanted to change, by how much, by when.",
    "What was done": "What you did, in the order you did it, so that another team could do it.",
    "Results": "What happened, in numbers with dates. Say so if it did not work: that helps others as much.",
    "Equity": "Who benefited less, or was not reached.",
    "Involvement": "Who helped to shape the work, and what changed because of them.",
    "What helped and what got in the way": "What about your place made it easier or harder.",
    "What was learned": "What you would do differently. Up to five points.",
    "What to keep and what to change": "Which parts made it work, and which another team may change.",
    "Cost and resources": "People, time and money, to set up and to run.",
    "Spread": "Whether it is still going, how it is kept up, and who else does it now.",
}


def template(title: str) -> str:
    """The text of a new file, with `title` in place; it reads without findings that are errors."""
    head = f"""---
# Only the title is required. Lines that begin with # are comments: take the # away to use a field.
title: {json.dumps(title, ensure_ascii=False)}
kind: case-study            # case-study: your own work. signpost: a summary of work published elsewhere
# summary: What was done and what happened, in one or two sentences, at most 60 words.
# verdict: improved         # improved, mixed, no-change, stopped, too-early or not-stated
# organisations: [RWK]      # ODS codes from vocabulary/organisations.yaml
# collaboratives: []        # ids from vocabulary/collaboratives.yaml
# partners: []              # other bodies, in words
# regions: [london]         # ids from vocabulary/regions.yaml
# settings: [acute-adult-ward]       # ids from vocabulary/settings.yaml
# populations: [adults-18-64]        # ids from vocabulary/populations.yaml
# population: Whom the work was for, in a few words
# not_reached: Whom it did not reach, in a few words
# topics: [missed-appointments]      # ids from vocabulary/topics.yaml, the main one first, at most five
# methods: [model-for-improvement]   # ids from vocabulary/methods.yaml
# stage: testing            # id from vocabulary/stages.yaml
# started: 2025-04          # YYYY, YYYY-MM or YYYY-MM-DD
# ended: 2026-03            # leave out while the work goes on
# involvement:
#   level: co-designed      # none, informed, consulted, co-designed or co-led
#   people: [Service users, Carers]
# measures:                 # the one that tells the story first
#   - name: Missed appointments
#     kind: outcome         # outcome, process or balancing
#     baseline: "22"
#     result: "14"
#     unit: "%"
#     period: April 2025 to March 2026
#     direction: lower-is-better     # lower-is-better, higher-is-better or neutral
# data:                     # CSV files kept beside this one
#   - file: falls-per-month.csv
#     title: Falls per month on each ward
# contact:
#   role: Quality improvement team
#   email: improvement@example.nhs.uk
# interests: None           # interests and sponsorship of those who did the work
# approval: Registered as quality improvement. No ethics review was needed.
# sources:                  # where it was published, if it was
#   - title: Title of the report or paper
#     url: https://www.example.nhs.uk/report
published: {datetime.datetime.now(datetime.UTC).date()}
---
"""
    body = "\n".join(f"\n## {name}\n\n<!-- {_HINTS[name]} -->" for name in SECTIONS)
    return f"{head}{body}\n"
