"""A draft that began as a file: what it offers stands at the question it answers, what was placed nowhere can be moved."""

import pytest

from kb.editorial.models import Draft
from tests.web.questions.forms import HOME, boxes, filled, stored

DOCUMENT = """# Fewer falls at night

East London NHS Foundation Trust, April 2025 to March 2026

## Problem

Too many people fell at night.

## Results

Falls went from 11 a month to 6 a month.

## Thanks

To the night staff, who asked.

Contact: falls.team@example.nhs.uk
"""


@pytest.fixture
def imported(reader, writer):
    from kb.content import importing
    from kb.editorial import imports

    vocabulary = reader.app.state.vocabulary.current()
    found = imports.ready(importing.read(DOCUMENT.encode(), "falls.md", vocabulary), "falls.md")
    assert found.imported.offers
    with reader.app.state.database.writing() as session:
        return f"/drafts/{imports.start(session, writer, HOME, found)}"


def test_what_a_file_offers_is_shown_with_its_words_and_taken_by_a_button(reader, client, checked, imported):
    here = f"{imported}/questions/who-did-it"
    page = checked(client.get(here))
    [offer] = page.select(".kb-offer")
    assert offer.strong.string == "East London NHS Foundation Trust"
    pressed = offer.button["value"]
    sent = client.post(here, data=filled(page, pressed, partners="A charity"))
    assert sent.headers["location"] == f"{here}#organisations"
    assert stored(reader, imported, "who-did-it")[0] == {"organisations": ["RWK"], "partners": ["A charity"]}
    after = checked(client.get(here))
    assert after.select(".kb-offer") == []
    assert boxes(after, "organisations", ticked=True) == ["RWK"]
    assert client.post(here, data=filled(after, "accept:organisations:999")).status_code == 303
    assert stored(reader, imported, "who-did-it")[0]["organisations"] == ["RWK"]


def test_what_somebody_typed_is_never_replaced_by_what_a_file_offers(reader, client, checked, imported):
    here = f"{imported}/questions/declarations-and-contact"
    page = checked(client.get(here))
    offer = page.select_one(".kb-offer")
    assert "falls.team@example.nhs.uk" in offer.text
    client.post(here, data=filled(page, offer.button["value"], contact_email="qi@example.nhs.uk"))
    assert stored(reader, imported, "declarations-and-contact")[0]["contact"]["email"] == "qi@example.nhs.uk"
    assert "falls.team" not in checked(client.get(here)).main.text


def test_a_part_that_was_placed_nowhere_is_moved_to_a_question(reader, client, checked, imported):
    here = f"{imported}/questions/other"
    page = checked(client.get(here))
    rows = page.select(".kb-part-row")
    place = next(number for number, row in enumerate(rows) if "Thanks" in row.text)
    assert "To the night staff" in rows[place].text
    assert ("What was learned", "What did you learn?") in [
        (option["value"], option.text) for option in rows[place].select("option")
    ]
    before = stored(reader, imported, "other")[0]["other"]
    nowhere = filled(page, f"move:other:{place}")
    assert client.post(here, data=nowhere).status_code == 303
    assert stored(reader, imported, "other")[0]["other"] == before
    pairs = filled(page, f"move:other:{place}", other=before + "\n\nMore.") | {f"move-{place}": ["What was learned"]}
    assert client.post(here, data=pairs).status_code == 303
    left = stored(reader, imported, "other")[0].get("other", "")
    moved = stored(reader, imported, "learning")[0]["What was learned"]
    assert moved.startswith("### Thanks\n\nTo the night staff, who asked.")
    assert "night staff" not in left
    assert "More." in left + moved  # nothing is dropped on the way


def test_moving_says_when_a_draft_cannot_be_changed(reader, client, checked, imported):
    page = checked(client.get(f"{imported}/questions/other"))
    with reader.app.state.database.writing() as session:
        session.get(Draft, imported.split("/")[2]).state = "submitted"
    data = filled(page, "move:other:0") | {"move-0": ["Problem"]}
    closed = checked(client.post(f"{imported}/questions/other", data=data), 409)
    assert closed.select(".kb-part-row") == []
