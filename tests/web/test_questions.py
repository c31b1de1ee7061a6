"""The pages of a draft's questions, as a browser without scripts uses them: everything typed is saved and comes back."""

import datetime
import re
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from kb.content import markdown
from kb.content.questions import BY_ID, QUESTIONS
from kb.editorial import comments, drafts
from kb.editorial.db import Database
from kb.editorial.models import AnswerRow, Draft
from kb.editorial.steps import House
from kb.settings import Settings
from kb.web.app import create_app
from kb.web.fields import inputs
from tests.conftest import REPOSITORY

HOME = "organisation:RWK"
NHS_NUMBER = "943 476 5919"  # of nobody: it is the one that the NHS uses in examples


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A site over the real vocabulary, without an index: these pages need none."""
    folder = tmp_path_factory.mktemp("questions")
    chosen = Settings(
        content=REPOSITORY / "content",
        index=folder / "index",
        follow=False,
        database_url=f"sqlite:///{folder}/exchange.sqlite",
    )
    return TestClient(create_app(chosen), raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture(scope="module")
def writer(reader, people):
    return people(reader, f"contributor@{HOME}", name="Wanda Writer")


@pytest.fixture(scope="module")
def client(reader, writer, signed_in):
    return signed_in(reader, writer)


@pytest.fixture
def draft(reader, writer):
    """The address of a new draft."""
    return f"/drafts/{start(reader, writer)}"


def start(reader, writer, answers=None, **more):
    with reader.app.state.database.writing() as session:
        return drafts.start(session, writer, HOME, answers, **more)


def stored(reader, address, question):
    with reader.app.state.database.reading() as session:
        row = session.get(AnswerRow, (address.split("/")[2], question))
        return (row.data, row.revision) if row else ({}, 0)


def form(soup):
    """What a browser sends of the form on a page: the names and values of its controls, without its buttons."""
    found = []
    for control in soup.select("form.kb-form")[0].select("input, textarea, select"):
        if control.name == "textarea":
            found.append((control["name"], control.text.removeprefix("\n")))
        elif control.name == "select":
            chosen = control.select_one("option[selected]") or control.select_one("option")
            found.append((control["name"], chosen["value"]))
        elif control["type"] not in ("checkbox", "radio") or control.has_attr("checked"):
            found.append((control["name"], control.get("value", "")))
    return found


def filled(soup, do="continue", **values):
    """The form with some controls filled in; a list is several choices. A name is written with _ for every -."""
    names = {name.replace("_", "-"): value for name, value in values.items()}
    names |= {name: value for name, value in values.items() if name in ("not_reached", "source_licence")}
    pairs = [(name, value) for name, value in form(soup) if name not in names]
    for name, value in names.items():
        pairs += [(name, one) for one in value] if isinstance(value, list) else [(name, value)]
    return encoded([*pairs, ("do", do)])


def encoded(pairs):
    data = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value.replace("\n", "\r\n"))
    return data


# What is typed on each page, and where to find it afterwards: the same names.
ANSWERS = {
    "what-you-improved": {"title": "Fewer falls at night", "summary": "We asked everyone at risk. Falls went from 11 to 6."},
    "who-did-it": {"organisations": ["RWK", "RVN"], "collaboratives": ["impact"], "partners": "A charity\nA council"},
    "where": {"settings": ["inpatient", "older-adult-ward"], "regions": ["midlands"]},
    "for-whom": {"populations": ["adults-18-64"], "population": "Adults over 65", "not_reached": "People who\nneeded an interpreter"},
    "problem": {"text_problem": "The ward had 11 falls a month.\n\n- one\n- two"},
    "aim": {"text_aim": "To halve falls at night by March 2026."},
    "what-was-done": {"text_what_was_done": "We asked.", "started_month": "4", "started_year": "2025", "ended_month": "", "ended_year": "2026", "stage": "testing"},
    "measures": {
        "measures_0_name": "Falls at night", "measures_0_kind": "outcome", "measures_0_baseline": "11", "measures_0_result": "6",
        "measures_0_unit": "falls a month", "measures_0_period": "2024 against 2026", "measures_0_direction": "lower-is-better", "measures_0_note": "Counted\nby hand",
    },
    "results": {"text_results": "Falls fell.", "verdict": "improved"},
    "learning": {"text_what_was_learned": "Ask at 9pm."},
    "involvement": {"involvement_level": "co-designed", "involvement_people": "Service users\nCarers", "text_involvement": "They wrote the question."},
    "declarations-and-contact": {"contact_email": "falls@example.nhs.uk", "contact_role": "Falls team", "interests": "None", "approval": "None was needed"},
    "topics-and-methods": {"topics": ["restrictive-practice"], "methods": ["lean"], "equity": ["age"], "outcomes": ["safe", "timely"]},
    "equity": {"text_equity": "Falls fell by half among people who speak English."},
    "helped-and-hindered": {"text_what_helped_and_what_got_in_the_way": "A ward manager."},
    "keep-and-change": {"text_what_to_keep_and_what_to_change": "Keep the question."},
    "cost": {"text_cost_and_resources": "\u00a3900 for lights."},
    "spread": {"text_spread": "Two other wards."},
    "guidance-used": {"text_guidance_and_evidence_used": "NICE guidance."},
    "sources": {"sources_0_title": "A poster", "sources_0_publisher": "The trust", "sources_0_url": "https://a.example/poster", "source_licence": "CC BY 4.0"},
    "other": {"other": "## The card\n\nIts wording."},
}  # fmt: skip


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


def clean(text):
    from kb.content.outline import clean as cleaned

    return cleaned(text)


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


# Rows


def test_measures_are_added_and_removed_without_scripts(reader, client, checked, draft):
    here = f"{draft}/questions/measures"
    sent = client.post(here, data=filled(checked(client.get(here)), "add:measures", **ANSWERS["measures"]))
    assert sent.headers["location"] == f"{here}?rows=2#measures-1-name"
    two = checked(client.get(sent.headers["location"]))
    assert [legend.text for legend in two.select(".kb-row > legend")] == ["Measure 1", "Measure 2"]
    assert dict(form(two))["measures-0-note"] == "Counted\nby hand"
    sent = client.post(
        here, data=filled(two, "add:measures", measures_1_name="Observation", measures_1_kind="balancing")
    )
    assert sent.headers["location"] == f"{here}?rows=3#measures-2-name"
    three = checked(client.get(sent.headers["location"]))
    sent = client.post(here, data=filled(three, "remove:measures:0", measures_2_name="Near misses"))
    assert sent.headers["location"] == f"{here}?rows=2#measures-add"
    names = [measure["name"] for measure in stored(reader, draft, "measures")[0]["measures"]]
    assert names == ["Observation", "Near misses"]
    # An error in a row keeps the empty ones beside it.
    page = checked(client.get(f"{here}?rows=4"))
    wrong = checked(client.post(here, data=filled(page, measures_2_baseline="5")), 422)
    assert len(wrong.select(".kb-row")) == 4
    assert [a["href"] for a in wrong.select(".nhsuk-error-summary a")] == ["#measures-2-name"]
    assert wrong.title.text.startswith("Error: ")


def test_there_are_at_most_twenty_rows(reader, client, writer, checked):
    full = {"measures": {"measures": [{"name": f"Measure {number}"} for number in range(20)]}}
    here = f"/drafts/{start(reader, writer, full)}/questions/measures"
    page = checked(client.get(f"{here}?rows=99"))
    assert len(page.select(".kb-row")) == 20
    assert page.select_one("button[value='add:measures']") is None
    assert client.post(here, data=filled(page, "add:measures")).headers["location"].startswith(f"{here}?rows=20#")
    assert len(checked(client.get(f"{here}?rows=-1")).select(".kb-row")) == 20


def test_more_rows_than_that_from_a_file_are_kept(reader, client, writer, checked):
    full = {"measures": {"measures": [{"name": f"Measure {number}"} for number in range(25)]}}
    address = f"/drafts/{start(reader, writer, full)}"
    page = checked(client.get(f"{address}/questions/measures"))
    assert client.post(f"{address}/questions/measures", data=filled(page, "stay")).status_code == 303
    assert len(stored(reader, address, "measures")[0]["measures"]) == 25


# Pickers


def boxes(soup, name, ticked=None):
    found = soup.select(f"input[type=checkbox][name={name}]")
    return [box["value"] for box in found if ticked is None or box.has_attr("checked") == ticked]


def test_an_organisation_is_found_and_chosen_without_scripts(reader, client, checked, draft):
    here = f"{draft}/questions/who-did-it"
    page = checked(client.get(here))
    assert boxes(page, "organisations") == ["RWK"]  # whose draft it is, to tick
    sent = client.post(here, data=filled(page, "find:organisations", find_organisations="lypft", partners="A charity"))
    assert sent.headers["location"] == f"{here}?find=organisations&q=lypft#organisations"
    found = checked(client.get(sent.headers["location"]))
    assert boxes(found, "organisations", ticked=False) == ["RGD"]
    assert "1 found for \u201clypft\u201d" in found.select_one("[data-count]").text
    assert dict(form(found))["partners"] == "A charity"
    sent = client.post(here, data=filled(found, "find:organisations", organisations=["RGD"], find_organisations="awp"))
    more = checked(client.get(sent.headers["location"]))
    assert (boxes(more, "organisations", True), boxes(more, "organisations", False)) == (["RGD"], ["RVN"])
    client.post(here, data=filled(more, "stay", organisations=["RVN"]))  # one was ticked, the other unticked
    assert stored(reader, draft, "who-did-it")[0] == {"organisations": ["RVN"], "partners": ["A charity"]}


def test_enter_in_the_search_finds_and_does_not_leave_the_page(client, checked, draft):
    """Enter presses the first button of a form, which is the one that goes on."""
    here = f"{draft}/questions/who-did-it"
    page = checked(client.get(here))
    first = page.select_one("form.kb-form button")
    assert (first["value"], first["tabindex"]) == ("continue", "-1")
    sent = client.post(here, data=filled(page, find_organisations="no such body"))
    assert sent.headers["location"].startswith(f"{here}?find=organisations")
    found = checked(client.get(sent.headers["location"]))
    assert "Nothing new found" in found.text
    assert "Anybody else" in found.select_one("[data-count]").text
    assert client.post(here, data=filled(found)).headers["location"] == f"{draft}/questions/where"  # looked for already


def test_the_main_topic_is_moved_to_the_front(reader, client, writer, checked):
    address = f"/drafts/{start(reader, writer, {'topics-and-methods': {'topics': ['missed-appointments', 'restrictive-practice']}})}"
    here = f"{address}/questions/topics-and-methods"
    page = checked(client.get(here))
    assert "Main topic" in page.select_one("label[for=topics-chosen-1]").text
    assert client.post(here, data=filled(page, "first:topics:restrictive-practice")).status_code == 303
    assert stored(reader, address, "topics-and-methods")[0]["topics"] == ["restrictive-practice", "missed-appointments"]
    assert boxes(checked(client.get(here)), "topics", True) == ["restrictive-practice", "missed-appointments"]


def test_what_is_not_in_the_vocabulary_is_kept_and_told(reader, client, checked, draft):
    for question, name in (("who-did-it", "organisations"), ("where", "settings")):
        here = f"{draft}/questions/{question}"
        sent = client.post(here, data=filled(checked(client.get(here)), **{name: ["no-such-thing"]}))
        wrong = checked(sent, 422)
        assert boxes(wrong, name, ticked=True) == ["no-such-thing"]
        assert "no-such-thing is not in our list" in wrong.select_one(".nhsuk-error-summary").text
        assert stored(reader, draft, question)[0][name] == ["no-such-thing"]


# What cannot be used


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


# Two windows


@pytest.fixture
def colleague(reader, people, signed_in):
    person = people(reader, f"contributor@{HOME}", name="Colin Colleague")
    return signed_in(reader, person)


def test_two_windows_that_change_different_things_keep_both(reader, client, colleague, checked, draft):
    here = f"{draft}/questions/what-you-improved"
    mine, theirs = checked(client.get(here)), checked(colleague.get(here))
    assert colleague.post(here, data=filled(theirs, "stay", summary="Falls fell.")).status_code == 303
    assert client.post(here, data=filled(mine, "stay", title="Fewer falls")).status_code == 303
    assert stored(reader, draft, "what-you-improved") == ({"title": "Fewer falls", "summary": "Falls fell."}, 2)
    again = checked(client.get(here))
    assert "by you" in again.select_one("[data-status]").text
    assert "by Wanda Writer" in checked(colleague.get(here)).select_one("[data-status]").text


def test_two_windows_that_change_the_same_see_both_and_nothing_is_lost(reader, client, colleague, checked, draft):
    here = f"{draft}/questions/what-you-improved"
    mine, theirs = checked(client.get(here)), checked(colleague.get(here))
    colleague.post(here, data=filled(theirs, "stay", title="Safer nights", summary="Falls fell."))
    both = checked(client.post(here, data=filled(mine, title="Fewer falls")), 409)
    assert stored(reader, draft, "what-you-improved") == ({"title": "Safer nights", "summary": "Falls fell."}, 1)
    told = both.select(".kb-theirs")
    assert len(told) == 1  # only the title differs: the summary was taken
    assert "Saved meanwhile by Colin Colleague" in told[0].text
    assert "Safer nights" in told[0].text
    assert dict(form(both))["title"] == "Fewer falls"
    assert dict(form(both))["summary"] == "Falls fell."
    assert "nothing is lost" in both.select_one(".nhsuk-error-summary").text.lower()
    # Saving again keeps mine; the other button theirs.
    keep, take = filled(both, "stay"), filled(both, "theirs:title")
    assert client.post(here, data=take).headers["location"] == f"{here}#title"
    assert stored(reader, draft, "what-you-improved")[0] == {"title": "Safer nights", "summary": "Falls fell."}
    assert client.post(here, data=keep).status_code == 303
    assert stored(reader, draft, "what-you-improved") == ({"title": "Fewer falls", "summary": "Falls fell."}, 2)
    # A third save meanwhile is a conflict again.
    colleague.post(here, data=filled(checked(colleague.get(here)), "stay", title="Third title"))
    assert client.post(here, data=keep).status_code == 409


def test_choices_and_rows_of_two_windows_are_shown_in_words(client, colleague, checked, draft):
    here = f"{draft}/questions/topics-and-methods"
    mine, theirs = checked(client.get(here)), checked(colleague.get(here))
    colleague.post(here, data=filled(theirs, "stay", topics=["missed-appointments"]))
    both = checked(client.post(here, data=filled(mine, topics=["restrictive-practice"])), 409)
    assert "Missed appointments" in both.select_one(".kb-theirs").text
    assert boxes(both, "topics", True) == ["restrictive-practice"]
    here = f"{draft}/questions/measures"
    mine, theirs = checked(client.get(here)), checked(colleague.get(here))
    colleague.post(here, data=filled(theirs, "stay", measures_0_name="Falls", measures_0_baseline="11"))
    both = checked(client.post(here, data=filled(mine, measures_0_name="Near misses")), 409)
    assert "What was measured: Falls; Before: 11" in both.select_one(".kb-theirs").text


def test_a_form_that_only_knows_the_count_of_saves_overwrites_nothing(reader, client, draft):
    here = f"{draft}/questions/aim"
    assert client.post(here, data={"text-aim": "First.", "revision": "0", "do": "stay"}).status_code == 303
    assert client.post(here, data={"text-aim": "Second.", "revision": "0", "do": "stay"}).status_code == 409
    assert client.post(here, data={"text-aim": "Second.", "revision": "x", "do": "stay"}).status_code == 409
    assert client.post(here, data={"text-aim": "Second.", "revision": "1", "do": "stay"}).status_code == 303
    assert stored(reader, draft, "aim") == ({"Aim": "Second."}, 2)


# Saving by itself


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
    assert refused.json()["message"] == "Saved by Colin Colleague in another window."
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


# Who may


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


# What others say, and what others try


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


HOSTILE = (
    "<script>alert(1)</script>", "</textarea><img src=x onerror=alert(1)>", "{{ 7 * 7 }}{% raw %}", "\"' autofocus onfocus=alert(1) x='",
    "!!python/object/apply:os.system ['id']", "---\ntitle: Another\n---", "*alias &anchor", "javascript:alert(1)", "=HYPERLINK(\"x\")",
    "\u202eevil", "[x](javascript:alert(1))", "%0d%0aSet-Cookie: a=b", "'; DROP TABLE drafts; --", "\ufffe\x1b[31m",
)  # fmt: skip


@pytest.mark.parametrize("question", sorted(ANSWERS))
def test_hostile_text_in_every_field_is_text(reader, client, writer, checked, question):
    address = f"/drafts/{start(reader, writer)}"
    here = f"{address}/questions/{question}"
    page = checked(client.get(here))
    attack = " ".join(HOSTILE)
    names = {
        control["name"]
        for control in page.select("form.kb-form")[0].select("input:not([type=hidden]), textarea, select")
    }
    sent = client.post(
        here, data=encoded([(name, attack) for name in sorted(names)] + [("revision", "0"), ("do", "stay")])
    )
    assert sent.status_code == 303
    again = checked(client.get(here))
    assert again.select("main script, main img, [autofocus], [onfocus]") == []
    with reader.app.state.database.reading() as session:
        opened = drafts.open_(session, writer, address.split("/")[2], reader.app.state.vocabulary.current())
    found = opened.parsed().case_study
    shown = markdown.render(found.body).html
    assert not re.search(r"<script|<img src=x|<[^>]*\son\w+=|href=.javascript:", shown, re.IGNORECASE)
    # A second window shows it in words, too.
    wrong = checked(
        client.post(here, data=encoded([(name, "mine") for name in sorted(names)] + [("revision", "0")])), 409
    )
    assert wrong.select("main script, main img, [autofocus], [onfocus]") == []


# Drafts that began as a file

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
