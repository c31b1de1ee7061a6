"""Saving while somebody types, and what stands in the way of any save: nothing typed is lost."""

import re

from kb.editorial.db import Database
from tests.web.questions.forms import filled, form, stored


def test_saving_by_itself_answers_a_program(reader, client, colleague, checked, draft):
    here = f"{draft}/questions/aim"
    page = checked(client.get(here))
    autosave = page.select_one("form.kb-form")["data-autosave"]
    answer = client.post(autosave, data=filled(page, text_aim="To halve falls."))
    said = answer.json()
    assert answer.status_code == 200
    assert (said["revision"], said["state"]) == (1, "draft")
    assert re.fullmatch(r"\d\d:\d\d:\d\d( \(UTC\))?", said["saved_at"])
    assert stored(reader, draft, "aim") == ({"Aim": "To halve falls."}, 1)
    # The same again, whose answer may have been lost, is saved already; what is typed next knows the first.
    assert client.post(autosave, data=filled(page, text_aim="To halve falls.")).json()["revision"] == 1
    following = filled(page, text_aim="To halve falls by March.", seen=said["seen"], revision="1")
    assert client.post(autosave, data=following).json()["revision"] == 2
    colleague.post(autosave, data=filled(checked(colleague.get(here)), text_aim="To stop falls."))
    refused = client.post(autosave, data=filled(page, text_aim="To halve falls by May.", seen=said["seen"]))
    assert (refused.status_code, refused.json()["problem"]) == (409, "SavedElsewhere")
    assert refused.json()["message"] == "Colin Colleague saved something else here in another window."
    assert stored(reader, draft, "aim")[0] == {"Aim": "To stop falls."}
    assert answer.headers["cache-control"] == "private, no-store"


def test_what_another_saved_meanwhile_is_not_put_back_by_a_page_that_saves_itself(
    reader, client, colleague, checked, draft
):
    here = f"{draft}/questions/what-you-improved"
    page = checked(client.get(here))
    said = client.post(f"{here}/save", data=filled(page, title="Fewer")).json()
    colleague.post(f"{here}/save", data=filled(checked(colleague.get(here)), summary="Falls fell."))
    for title in ("Fewer falls", "Fewer falls at night"):
        form_ = filled(page, title=title, seen=said["seen"], revision=str(said["revision"]))
        said = client.post(f"{here}/save", data=form_).json()
    assert stored(reader, draft, "what-you-improved")[0] == {"title": "Fewer falls at night", "summary": "Falls fell."}


def test_too_long_is_refused_and_stays_on_the_page(reader, client, checked, draft):
    here = f"{draft}/questions/aim"
    long = "To halve falls. " * 15_000
    data = filled(checked(client.get(here)), text_aim=long)
    refused = checked(client.post(here, data=data), 422)
    assert dict(form(refused))["text-aim"] == long
    assert "This answer is too long" in refused.select_one(".nhsuk-error-summary").text
    assert "What you typed is saved" not in refused.text
    assert client.post(f"{here}/save", data=data).status_code == 422
    assert stored(reader, draft, "aim") == ({}, 0)
    for path in (here, f"{here}/save"):
        assert client.post(path, data={"text-aim": "a" * 2_000_000}).status_code == 413


def test_a_busy_database_loses_nothing(reader, client, checked, draft):
    here = f"{draft}/questions/aim"
    data = filled(checked(client.get(here)), text_aim="To halve falls.")
    database = reader.app.state.database
    impatient = Database(database.url, wait=50)
    reader.app.state.database = impatient
    try:
        with database.writing():
            busy = checked(client.post(here, data=data), 503)
            assert client.post(f"{here}/save", data=data).status_code == 503
    finally:
        reader.app.state.database = database
        impatient.close()
    assert dict(form(busy))["text-aim"] == "To halve falls."
    assert "Somebody else is saving" in busy.select_one(".nhsuk-error-summary").text
    assert client.post(here, data=data).status_code == 303
