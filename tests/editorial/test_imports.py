"""A draft that begins as a file: everything in it arrives, what is offered waits, and accepting replaces nothing that was typed."""

import io

import pytest
from PIL import Image

from kb.content import importing
from kb.content.importing import Imported, ImportedPicture, Offer, Part
from kb.content.questions import UNTITLED
from kb.content.vocabulary import Collaborative, Organisation, Vocabulary
from kb.editorial import drafts, imports, steps
from kb.editorial.models import AuditEntry
from kb.editorial.steps import House
from kb.errors import StepImpossible

HOME = "organisation:RWK"
HOUSE = House("https://exchange.example.nhs.uk", "Improvement Exchange")
WORDS = Vocabulary(
    organisations={"RWK": Organisation("RWK", "East Trust")},
    collaboratives={"impact": Collaborative("impact", "Impact", members=("RWK",))},
)
FILE = """# Fewer falls at night

Trust: East Trust

## Background

There were 11 falls a month at night.

## Results

| Measure | Before | After |
|---|---|---|
| Falls at night | 11 | 6 |

## The card by the bed

A drawing of a lamp.
"""


@pytest.fixture
def writer(person):
    return person(f"contributor@{HOME}")


@pytest.fixture
def bring(database, writer):
    """`bring(what was read or a text)`: the id of a draft that begins with it."""

    def make(found, form=""):
        imported = importing.read(found.encode(), "falls.md", WORDS) if isinstance(found, str) else found
        with database.writing() as session:
            return imports.start(session, writer, HOME, imports.ready(imported, "falls.md"), form)

    return make


def opened(database, actor, id_):
    with database.reading() as session:
        return drafts.open_(session, actor, id_, WORDS)


def accept(database, actor, id_, *places):
    with database.writing() as session:
        imports.accept(session, actor, drafts.open_(session, actor, id_, WORDS), places)


def picture(mode="RGB"):
    made = io.BytesIO()
    Image.new(mode, (20, 10), "navy").save(made, "PNG")
    return made.getvalue()


def test_everything_arrives_and_nothing_that_was_offered_is_taken_by_itself(database, writer, bring):
    found = opened(database, writer, bring(FILE))
    assert found.answer("what-you-improved").data == {"title": "Fewer falls at night"}
    assert found.answer("problem").data == {"Problem": "There were 11 falls a month at night."}
    assert "A drawing of a lamp." in found.answer("other").data["other"]
    assert "East Trust" in found.answer("other").data["other"]
    assert "measures" not in found.answers
    assert "who-did-it" not in found.answers
    left = imports.origin(found)
    assert (left.name, left.decided, left.waiting) == ("falls.md", False, len(left.imported.offers))
    assert {"organisations", "measures"} <= {offer.field for offer in left.imported.offers}


def test_what_is_accepted_goes_into_the_answers_and_need_not_stand_twice(database, writer, bring):
    id_ = bring(FILE)
    offers = imports.origin(opened(database, writer, id_)).imported.offers
    place = next(number for number, offer in enumerate(offers) if offer.field == "organisations")
    accept(database, writer, id_, place)
    found = opened(database, writer, id_)
    assert found.answer("who-did-it").data == {"organisations": ["RWK"]}
    assert "East Trust" not in found.answer("other").data["other"]
    assert "A drawing of a lamp." in found.answer("other").data["other"]
    left = imports.origin(found)
    assert (left.taken, left.decided, left.waiting) == ({place}, True, 0)
    rest = [number for number, offer in enumerate(offers) if offer.field == "measures"]
    accept(database, writer, id_, *rest, *rest)  # later, and twice
    found = opened(database, writer, id_)
    assert found.answer("measures").data == {"measures": [{"name": "Falls at night", "baseline": "11", "result": "6"}]}
    assert found.parsed().case_study.measures[0].result == "6"
    with database.reading() as session:
        entries = session.query(AuditEntry).filter_by(action="import.accept").all()
    assert [entry.detail["offers"] for entry in entries] == [["organisations"], ["measures"]]


def test_what_was_typed_meanwhile_is_never_replaced(database, writer, bring):
    offers = (
        Offer("contact", {"email": "falls@example.nhs.uk"}, "q", "r"), Offer("contact", {"role": "Falls team", "email": "b@example.nhs.uk"}, "q", "r"),
        Offer("started", "2025-04", "q", "r"), Offer("topics", ("falls",), "q", "r"), Offer("population", "Older adults", "q", "r"),
        Offer("population", "Adults", "q", "r"),
    )  # fmt: skip
    id_ = bring(Imported("Fewer falls", {"Problem": "Falls."}, (Part("Notes", "By hand."),), offers))
    with database.writing() as session:
        found = drafts.open_(session, writer, id_, WORDS)
        drafts.save(session, writer, found, "topics-and-methods", {"topics": ["safety"]}, 0)
        drafts.save(session, writer, found, "what-was-done", {"started": "2024", "What was done": "Much."}, 0)
        drafts.save(session, writer, found, "other", {"other": "## Notes\n\nRewritten."}, 1)
    accept(database, writer, id_, *range(len(offers)), 99, -1)
    found = opened(database, writer, id_)
    assert found.answer("topics-and-methods").data == {"topics": ["safety", "falls"]}
    assert found.answer("what-was-done").data == {"started": "2024", "What was done": "Much."}
    assert found.answer("for-whom").data == {"population": "Older adults"}
    assert found.answer("declarations-and-contact").data == {
        "contact": {"email": "falls@example.nhs.uk", "role": "Falls team"}
    }
    assert found.answer("other").data == {"other": "## Notes\n\nRewritten."}


def test_pictures_are_cleaned_before_anything_is_locked_and_what_is_none_becomes_a_note(database, writer, bring):
    pictures = (
        ImportedPicture("Bild 1.png", picture(), "Falls by month"), ImportedPicture("bild-1.gif", picture("L"), ""), ImportedPicture("evil.png", b"\x89PNG no", "x"),
    )  # fmt: skip
    text = "![Falls by month](Bild 1.png)\n\n![](bild-1.gif)\n\n![x](evil.png)\n\nWords."
    id_ = bring(Imported("Fewer falls", {"Results": text.replace("Bild 1.png", "a.png")}, (), (), tuple(
        ImportedPicture("a.png", one.data, one.alt) if one.name == "Bild 1.png" else one for one in pictures
    )))  # fmt: skip
    found = opened(database, writer, id_)
    assert [(file.name, file.alt) for file in found.files] == [("a.png", "Falls by month"), ("bild-1.png", "")]
    shown = found.answer("results").data["Results"]
    assert "![Falls by month](a.png)" in shown
    assert "![](bild-1.png)" in shown
    assert "evil" not in shown
    assert shown.endswith("Words.")
    assert any(note.startswith("A picture was left out.") for note in imports.origin(found).imported.notes)


def test_words_for_a_picture_that_came_without_are_shown_with_it(database, writer, bring):
    from kb.editorial import attachments

    id_ = bring(Imported("Fewer falls", {"Results": "![](a.png)"}, (), (), (ImportedPicture("a.png", picture(), ""),)))
    with database.writing() as session:
        found = drafts.open_(session, writer, id_, WORDS)
        attachments.describe(session, writer, found, found.files[0].id, "Falls by month")
    assert "![Falls by month](a.png)" in opened(database, writer, id_).text()


def test_a_file_without_a_title_begins_a_draft_without_one(database, writer, bring):
    found = opened(database, writer, bring("## Results\n\nFewer falls.\n"))
    assert found.row.title == UNTITLED
    assert "what-you-improved" not in found.answers


def test_a_file_of_ours_fills_its_fields(database, writer, bring):
    text = "---\ntitle: Fewer falls\nverdict: improved\nreference: '020'\nshoe_size: 9\n---\n\n## Results\n\nFewer.\n"
    found = opened(database, writer, bring(text))
    assert found.answer("results").data == {"verdict": "improved", "Results": "Fewer."}
    assert found.row.carried["reference"] == "020"
    assert found.row.carried["extra"] == {"shoe_size": "9"} or found.row.carried["extra"] == {"shoe_size": 9}


def test_only_a_draft_that_began_as_a_file_and_was_not_handed_in_takes_offers(database, writer, bring):
    with database.writing() as session:
        empty = drafts.start(session, writer, HOME)
    assert imports.origin(opened(database, writer, empty)) is None
    with pytest.raises(StepImpossible, match="did not begin as a file"):
        accept(database, writer, empty, 0)
    id_ = bring(FILE)
    with database.writing() as session:
        steps.take(session, writer, drafts.open_(session, writer, id_, WORDS), "submit", HOUSE)
    with pytest.raises(StepImpossible, match="did not begin as a file"):  # what was read is forgotten by then
        accept(database, writer, id_, 0)


def test_what_was_read_is_forgotten_once_the_draft_is_handed_in_or_given_up(database, writer, bring):
    for step in ("submit", "discard"):
        id_ = bring(FILE, form=step)
        with database.writing() as session:
            steps.take(session, writer, drafts.open_(session, writer, id_, WORDS), step, HOUSE)
        found = opened(database, writer, id_)
        assert imports.origin(found) is None
        assert found.row.origin == {"form": step, "file": "falls.md"}
        assert found.answer("problem").data == {"Problem": "There were 11 falls a month at night."}
