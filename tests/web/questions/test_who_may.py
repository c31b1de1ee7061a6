"""Who knows of a draft's questions, when they can be answered, and what reviewers say about them."""

import datetime
import re

from kb.editorial import comments, drafts
from kb.editorial.models import Draft
from kb.editorial.steps import House
from tests.web.questions.forms import filled, form, start, stored


def test_only_those_who_write_a_draft_know_of_its_questions(reader, people, signed_in, draft):
    strangers = [
        signed_in(reader, people(reader, *grants))
        for grants in (
            ["contributor@organisation:RXX"],
            ["editor@organisation:RXX"],
            ["reviewer@collaborative:impact"],
        )
    ]
    for stranger in strangers:
        for method, path in (("GET", ""), ("POST", ""), ("POST", "/save")):
            there = stranger.request(
                method, f"{draft}/questions/aim{path}", data={"text-aim": "x"} if method == "POST" else None
            )
            nowhere = stranger.request(
                method, f"/drafts/nosuch/questions/aim{path}", data={"text-aim": "x"} if method == "POST" else None
            )
            assert (there.status_code, nowhere.status_code) == (404, 404)
            assert re.sub(r"nonce-\S+|nonce=\"[^\"]+\"", "", there.text) == re.sub(
                r"nonce-\S+|nonce=\"[^\"]+\"", "", nowhere.text
            )
    assert stored(reader, draft, "aim") == ({}, 0)
    assert reader.get(f"{draft}/questions/aim").headers["location"].startswith("/sign-in?next=")
    assert reader.post(f"{draft}/questions/aim", data={"text-aim": "x"}).status_code == 401


def test_there_is_no_other_question(client, checked, draft, reader, writer):
    checked(client.get(f"{draft}/questions/shoe-size"), 404)
    assert client.post(f"{draft}/questions/shoe-size", data={"a": "b"}).status_code == 404
    signpost = f"/drafts/{start(reader, writer, carried={'kind': 'signpost'})}"
    checked(client.get(f"{signpost}/questions/declarations-and-contact"), 404)
    page = checked(client.get(f"{signpost}/questions/results"))
    assert "not-stated" in [radio["value"] for radio in page.select("input[name=verdict]")]


def test_a_draft_that_was_handed_in_is_not_changed_and_what_was_typed_stays(reader, client, checked, draft):
    here = f"{draft}/questions/aim"
    data = filled(checked(client.get(here)), text_aim="To halve falls.")
    with reader.app.state.database.writing() as session:
        row = session.get(Draft, draft.split("/")[2])
        row.state, row.submitted_at = "submitted", datetime.datetime.now(datetime.UTC)
    assert client.get(here).headers["location"] == draft
    closed = checked(client.post(here, data=data), 409)
    assert dict(form(closed))["text-aim"] == "To halve falls."
    assert "cannot be changed" in closed.select_one(".nhsuk-error-summary").text
    assert closed.select_one("[data-autosave]") is None
    assert [button["value"] for button in closed.select("form.kb-form button")] == ["continue"]
    answer = client.post(f"{here}/save", data=data)
    assert (answer.status_code, answer.json()["problem"]) == (409, "StepImpossible")
    assert stored(reader, draft, "aim") == ({}, 0)


def test_a_form_of_another_site_is_refused(client, reader, draft):
    for path in ("", "/save"):
        sent = client.post(
            f"{draft}/questions/aim{path}", data={"text-aim": "x"}, headers={"sec-fetch-site": "cross-site"}
        )
        assert sent.status_code == 403
    assert stored(reader, draft, "aim") == ({}, 0)


def test_what_reviewers_say_stands_beside_the_question(reader, client, writer, people, checked, draft):
    reviewer = people(reader, "reviewer", name="Rita Reviewer")
    with reader.app.state.database.writing() as session:
        session.get(Draft, draft.split("/")[2]).submitted_at = datetime.datetime.now(datetime.UTC)
    with reader.app.state.database.writing() as session:
        opened = drafts.open_(session, reviewer, draft.split("/")[2], reader.app.state.vocabulary.current())
        house = House("http://localhost", "Exchange")
        said = comments.add(session, reviewer, opened, "aim", "By when?\n<b>Please say.</b>", house)
        comments.add(session, writer, opened, "", "By March.", house, parent=said)
        comments.add(session, reviewer, opened, "cost", "How much?", house)
    remarks = checked(client.get(f"{draft}/questions/aim")).select_one(".kb-remarks")
    for words in ("By when?", "<b>Please say.</b>", "Rita Reviewer", "By March."):
        assert words in remarks.text
    assert "How much?" not in remarks.text
