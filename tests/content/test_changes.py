"""What changed between two files of a case study, as people see it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.case_study import CaseStudy
from kb.content.changes import compare

PUBLISHED = sorted((Path(__file__).resolve().parents[2] / "content" / "case_studies").glob("*.md"))[:6]

OLD = """\
---
title: Fewer falls
summary: Falls fell from 10 to 8 a month.
topics: [falls, older-people]
partners: [Mind, Age UK]
involvement: {level: consulted, people: [Patients]}
measures:
- {name: Falls, baseline: '10', result: '8', unit: a month}
- {name: Injuries, baseline: '3', result: '3'}
contact: {role: Falls lead, email: falls@example.nhs.uk}
colour: blue
published: 2026-01-02
---

## Problem

Many people fell.

They fell at night.

## Aim

Fewer falls on two wards by March.

## Spread

None.
"""
NEW = """\
---
title: Fewer falls
summary: Falls fell from 10 to 7 a month.
topics: [older-people, falls]
partners: [Age UK, Scope]
involvement: {level: co-designed, people: [Patients]}
measures:
- {name: Falls, baseline: '10', result: '7', unit: a month}
- {name: Staff days, baseline: '1', result: '2'}
verdict: improved
colour: blue
published: 2026-01-02
---

## Problem

Many people fell.

They fell at night.

## What we wanted

Fewer falls on two wards by June.

## Results

Seven falls.
"""


def part(changes, key):
    return next(part for part in (*changes.fields, *changes.sections) if part.key == key)


def entries(found):
    return [(block.kind, "".join(piece.text for piece in block.pieces)) for block in found.blocks]


def test_each_field_and_section_says_what_happened_to_it():
    found = compare(OLD, NEW)
    assert not found.equal
    assert {p.key: p.kind for p in found.changed} == {
        "field:summary": "changed", "field:verdict": "added", "field:topics": "changed", "field:partners": "changed", "field:involvement": "changed",
        "field:measures": "changed", "field:contact": "removed", "section:What we wanted": "changed", "section:Results": "added", "section:Spread": "removed",
    }  # fmt: skip
    assert [p.key for p in found.sections] == [
        "section:Problem",
        "section:What we wanted",
        "section:Results",
        "section:Spread",
    ]
    assert (part(found, "section:What we wanted").was, part(found, "section:Results").was) == ("Aim", "")
    assert [
        p.kind for p in (part(found, "field:title"), part(found, "field:colour"), part(found, "section:Problem"))
    ] == ["same"] * 3
    assert part(found, "field:verdict").label == "How it went"
    assert part(found, "field:colour").label == "Colour"


def test_lists_have_their_entries_and_another_order_is_a_change():
    found = compare(OLD, NEW)
    assert entries(part(found, "field:partners")) == [("removed", "Mind"), ("same", "Age UK"), ("added", "Scope")]
    assert [kind for kind, _ in entries(part(found, "field:topics"))] == ["removed", "removed", "added", "added"]


def test_figures_are_compared_row_by_row():
    rows = part(compare(OLD, NEW), "field:measures").rows
    assert [(row.label, row.kind, row.was) for row in rows] == [
        ("Falls", "changed", ""),
        ("Staff days", "changed", "Injuries"),
    ]
    assert [(cell.label, cell.kind) for cell in rows[0].rows] == [
        ("Name", "same"),
        ("Before", "same"),
        ("After", "changed"),
        ("Unit", "same"),
    ]
    (contact,) = [p for p in compare(OLD, NEW).fields if p.key == "field:contact"]
    assert [(row.label, row.kind) for row in contact.rows] == [("Role", "removed"), ("E-mail", "removed")]


def test_a_row_that_was_taken_out_or_moved():
    rows = "---\ntitle: A\nmeasures:\n- name: a\n- name: b\n- name: c\n---\n"
    found = part(compare(rows, rows.replace("- name: b\n", "")), "field:measures")
    assert [(row.label, row.kind) for row in found.rows] == [("b", "removed"), ("a", "same"), ("c", "same")]
    moved = part(compare(rows, rows.replace("- name: a\n- name: b\n", "- name: b\n- name: a\n")), "field:measures")
    assert (moved.kind, {row.kind for row in moved.rows}) == ("changed", {"same"})


def test_ids_are_shown_as_people_call_them():
    found = compare(OLD, NEW, lambda field, value: f"{field}/{value}")
    assert entries(part(found, "field:topics"))[0] == ("removed", "topics/falls")
    assert entries(part(found, "field:verdict")) == [("added", "verdict/improved")]


def test_a_file_that_was_not_there_is_all_new_and_one_that_is_gone_all_taken_out():
    assert {p.kind for p in compare("", NEW).changed} == {"added"}
    assert {p.kind for p in compare(OLD, "").changed} == {"removed"}
    assert len(compare("", NEW).changed) == len(compare("", NEW).fields) + len(compare("", NEW).sections)
    assert compare("", "").equal


def test_another_layout_of_the_same_is_no_change_but_its_lines_are():
    other = OLD.replace("topics: [falls, older-people]", "topics:\n  - falls\n  - older-people").replace(
        "## Problem\n\n", "## Problem\n"
    )
    found = compare(OLD, other)
    assert (found.changed, found.equal) == ((), False)
    assert found.lines
    assert compare(OLD, OLD.replace("\n", "\r\n")).equal


@pytest.mark.parametrize(
    "broken",
    [
        "---\ntitle: [\n---\n\n## Problem\n\nA\n",
        "---\nsummary: none\n",
        "no head\n",
        "---\ntopics: a\nmeasures: b\ncontact: c\ntitle: [x]\n---\n",
    ],
)
def test_a_file_that_cannot_be_read_is_still_compared(broken):
    for found in (compare(broken, NEW), compare(OLD, broken)):
        assert found.changed
        assert found.lines
    assert compare(broken, broken).equal


@given(st.text(), st.text())
def test_no_two_texts_are_a_crash(old, new):
    found = compare(old, new)
    assert found.equal or found.lines or old.split() == new.split()
    head = "---\ntitle: A\n---\n\n"
    compare(head + old, head + new)


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_published_case_studies(path):
    text = path.read_text("utf-8")
    assert compare(text, text).changed == ()
    found = CaseStudy.parse(text, path.stem)
    edited = found.model_copy(
        update={"title": "Another", "body": found.body.replace("## Results", "## Outcome")}
    ).dump()
    keys = [p.key for p in compare(text, edited).changed]
    assert keys == ["field:title", *(["section:Outcome"] if "## Results" in found.body else [])]
