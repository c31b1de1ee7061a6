"""What cannot be used, what may say who a patient is and what could be said more plainly: saved, and told where it stands."""

import pytest

from tests.web.questions.forms import filled, form, stored

NHS_NUMBER = "943 476 5919"  # of nobody: it is the one that the NHS uses in examples


@pytest.mark.parametrize(
    ("question", "values", "problem"),
    [
        ("what-was-done", {"started_month": "13", "started_year": "2025"}, "#started-month"),
        ("declarations-and-contact", {"contact_email": "falls team"}, "#contact-email"),
        ("what-you-improved", {"title": "Falls " * 50}, "#title"),
        ("problem", {"text_problem": f"Mr Smith, NHS number {NHS_NUMBER}, fell."}, "#text-problem"),
    ],
)
def test_what_cannot_be_used_is_saved_and_shown_with_what_is_wrong(
    reader, client, checked, draft, question, values, problem
):
    here = f"{draft}/questions/{question}"
    wrong = checked(client.post(here, data=filled(checked(client.get(here)), **values)), 422)
    assert problem in [a["href"] for a in wrong.select(".nhsuk-error-summary a")]
    assert wrong.title.text.startswith("Error: ")
    assert "What you typed is saved" in wrong.select_one(".nhsuk-error-summary").text
    assert wrong.select_one(f"[id='{problem[1:].removesuffix('-month')}-error']")
    assert stored(reader, draft, question)[1] == 1
    for page in (wrong, checked(client.get(here))):
        held = dict(form(page))
        assert all(held[name.replace("_", "-")] == value for name, value in values.items())
    # Nobody is kept from the list by it, and the title of the draft is what was typed.
    assert client.post(here, data=filled(wrong, "list")).headers["location"] == draft


def test_what_may_be_a_patients_detail_is_shown_once_and_then_passed(client, checked, draft):
    here = f"{draft}/questions/problem"
    typed = "Only 3 patients in Little Snoring fell and nobody had asked them why."
    sent = client.post(here, data=filled(checked(client.get(here)), text_problem=typed))
    assert sent.headers["location"] == f"{here}#text-problem"
    page = checked(client.get(here))
    assert "Could this say who a patient is?" in page.select_one("#text-problem-warning").text
    assert "text-problem-warning" in page.select_one("textarea")["aria-describedby"]
    assert client.post(here, data=filled(page)).headers["location"] == f"{draft}/questions/aim"
    more = filled(page, text_problem=f"{typed} Then 2 patients in Great Snoring did.")
    assert client.post(here, data=more).headers["location"] == f"{here}#text-problem"


def test_wording_is_looked_at_when_somebody_asks(client, checked, draft):
    here = f"{draft}/questions/aim"
    page = checked(client.get(here))
    sent = client.post(here, data=filled(page, "wording", text_aim="To utilise the CRHT."))
    assert sent.headers["location"] == f"{here}?wording=yes#wording"
    told = checked(client.get(sent.headers["location"])).select_one(".kb-wording")
    assert "Suggestions for your wording (2)" in told.text
    assert "CRHT" in told.text
    assert checked(client.get(here)).select_one(".kb-wording") is None
    sent = client.post(here, data=filled(checked(client.get(here)), "wording", text_aim="To halve falls."))
    assert "There are no suggestions" in checked(client.get(sent.headers["location"])).main.text
