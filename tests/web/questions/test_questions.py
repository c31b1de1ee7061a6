"""The pages of a draft's questions, as a browser without scripts uses them: everything typed is saved and comes back."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.content.outline import clean
from kb.content.questions import BY_ID, QUESTIONS
from kb.web.fields import inputs
from tests.web.questions.forms import ANSWERS, encoded, filled, form, start, stored


def test_there_is_an_answer_to_every_question_in_these_tests():
    assert set(ANSWERS) == {question.id for question in QUESTIONS if inputs(question)}


@pytest.mark.parametrize("question", [question.id for question in QUESTIONS if inputs(question)])
def test_a_question_says_what_it_asks_and_keeps_what_is_typed(reader, client, checked, draft, question):
    here = f"{draft}/questions/{question}"
    empty = checked(client.get(here))
    asked = BY_ID[question]
    assert empty.h1.get_text(strip=True) == asked.title
    text = empty.main.get_text(" ", strip=True)
    assert asked.why in text
    assert asked.example in empty.select_one("details").get_text()
    assert "Not saved yet" in text
    assert empty.select_one(".nhsuk-back-link")["href"] == draft
    saved = client.post(here, data=filled(empty, "stay", **ANSWERS[question]))
    assert (saved.status_code, urlsplit(saved.headers["location"]).path) == (303, here)
    again = checked(client.get(here))
    assert "by you" in again.select_one("[data-status]").text
    assert again.select_one(".nhsuk-error-summary") is None
    for name, value in ANSWERS[question].items():
        held = [text for control, text in form(again) if control in (name, name.replace("_", "-"))]
        assert held == (value if isinstance(value, list) else [value]), name
    # Sending the page as it is changes nothing.
    before = stored(reader, draft, question)
    assert before[1] == 1
    assert client.post(here, data=filled(again, "stay")).status_code == 303
    assert stored(reader, draft, question) == before


TYPED = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=40)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_typed_comes_back(reader, client, writer, checked, data):
    question = data.draw(st.sampled_from(sorted(ANSWERS)))
    here = f"/drafts/{start(reader, writer)}/questions/{question}"
    soup = checked(client.get(here))
    values = {}
    for control in soup.select("form.kb-form")[0].select(
        "input[type=text], input[type=email], input[type=url], textarea"
    ):
        text = data.draw(TYPED)
        values[control["name"]] = text if control.name == "textarea" else text.replace("\n", "")
    pairs = [(name, values.get(name, value)) for name, value in form(soup)]
    assert client.post(here, data=encoded([*pairs, ("do", "stay")])).status_code == 303
    held = dict(form(checked(client.get(here))))
    rows = {
        name.split("-")[0]
        for name in values
        if re.search(r"-0-", name) and any(v.strip() for n, v in values.items() if n.startswith(name.split("-")[0]))
    }
    for name, text in values.items():
        if re.search(r"-0-", name) and name.split("-")[0] not in rows:
            continue
        wanted = clean(text)
        if name in ("partners", "involvement-people"):
            wanted = "\n".join(line.strip() for line in wanted.split("\n") if line.strip())
        elif name.endswith(("-month", "-year", "email", "-url")):
            wanted = wanted.strip()
        assert held[name] == (wanted if wanted.strip() else ""), name


def test_continue_leads_to_the_next_that_is_open_and_then_to_the_list(client, checked, draft):
    def go(question, do="continue", **values):
        here = f"{draft}/questions/{question}"
        return client.post(here, data=filled(checked(client.get(here)), do, **values)).headers["location"]

    assert go("problem", **ANSWERS["problem"]) == f"{draft}/questions/aim"
    assert go("aim", **ANSWERS["aim"]) == f"{draft}/questions/what-was-done"
    assert go("for-whom", **ANSWERS["for-whom"]) == f"{draft}/questions/what-was-done"  # what is done is passed over
    assert go("what-you-improved", "list", title="Fewer falls") == draft
    assert go("what-you-improved", "preview") == f"{draft}/preview"
    assert go("sources") == f"{draft}/questions/other"
    assert go("other") == draft
    text = checked(client.get(f"{draft}/questions/what-you-improved")).main.get_text(" ", strip=True)
    assert "About the work: question 1 of 12" in text
    assert "Still open: Add a summary" in text


def test_a_button_that_nobody_knows_saves_and_stays(reader, client, checked, draft):
    here = f"{draft}/questions/aim"
    for do in (
        "shoe",
        "find:shoe:x",
        "add:shoe",
        "remove:shoe:1",
        "first:shoe:x",
        "theirs:shoe",
        "find://evil.example\r\nX: y",
    ):
        sent = client.post(here, data=filled(checked(client.get(here)), do, text_aim=f"To halve falls, {do!r}."))
        assert (sent.status_code, urlsplit(sent.headers["location"]).path) == (303, here), do
        assert "x" not in {name.lower() for name in sent.headers}
        assert stored(reader, draft, "aim")[0]["Aim"] == f"To halve falls, {do!r}."
