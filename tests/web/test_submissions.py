"""Checking and sending: what is open, what may say who a patient is, what was typed stays, and one click or two send it once."""

import datetime
import re

import pytest

from kb.editorial import attachments, drafts, steps, submission
from kb.editorial.models import AuditEntry, Confirmation, Message, TransitionRow
from kb.errors import SearchUnavailable

EVIL = "<script>alert(1)</script>"
NHS_NUMBER = "943 476 5919"  # as in every textbook: it belongs to nobody


def words(element):
    return " ".join(element.get_text(" ").split())


@pytest.fixture
def mine(publishing_site):
    return publishing_site.by(publishing_site.writer)


def save(site, actor, id_, question, data):
    with site.publisher.database.writing() as session:
        opened = drafts.open_(session, actor, id_, site.words)
        return drafts.save(session, actor, opened, question, data, opened.answer(question).revision)


def results(site, id_, sentence):
    with site.publisher.database.reading() as session:
        data = drafts.open_(session, site.writer, id_, site.words).answer("results").data
    save(site, site.writer, id_, "results", {**data, "Results": f"{data['Results']} {sentence}".strip()})


def form_of(page):
    """The fields of the form as a browser would send them."""
    found = {}
    for one in page.main.form.select("input[name], textarea[name]"):
        if one.get("type") != "checkbox" or one.has_attr("checked"):
            found[one["name"]] = one["value"] if one.name == "input" else one.get_text().removeprefix("\n")
    return found


def complaint(page, field):
    link = page.select_one(f"[role=alert] a[href='#{field}']")
    assert link.get_text() in page.find(id=f"{field}-error").get_text()
    assert page.title.get_text().strip().startswith("Error: ")
    return link.get_text()


def history(site, id_):
    with site.publisher.database.reading() as session:
        return session.query(TransitionRow).filter_by(draft_id=id_).all()


def test_a_complete_draft_is_declared_and_sent_and_told_what_happens_next(publishing_site, mine, checked):
    site = publishing_site
    id_ = site.draft(to="draft")
    page = checked(mine.get(f"/drafts/{id_}/check"))
    assert "Everything that is required is there." in words(page.main)
    assert "found nothing that may say who a patient is" in words(page.main)
    fields = form_of(page) | {
        "declared": "yes",
        "note": f"The first year.\n{EVIL}",
        "on-day": "3",
        "on-month": "12",
        "on-year": "2099",
    }
    answer = mine.post(f"/drafts/{id_}/submit", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/drafts/{id_}/sent")
    row = site.row(id_)
    assert (row.state, row.publish_on) == ("submitted", datetime.date(2099, 12, 3))
    (step,) = history(site, id_)
    assert step.note == f"The first year.\n{EVIL}"
    page = checked(mine.get(f"/drafts/{id_}/sent"))
    assert page.h1.get_text() == "Sent for review"
    promised = row.promised_on
    assert f"answers by {promised.day} {promised:%B %Y}" in words(page.main)
    assert "not before 3 December 2099" in words(page.main)
    with site.publisher.database.reading() as session:
        declared = session.query(AuditEntry).filter_by(action="draft.declare").one()
        assert declared.detail["text"] == submission.DECLARATION
        assert {message.to for message in session.query(Message)} >= {site.writer.email, site.reviewer.email}


def test_sent_twice_it_is_sent_once(publishing_site, mine, checked):
    site = publishing_site
    id_ = site.draft(to="draft")
    fields = form_of(checked(mine.get(f"/drafts/{id_}/check"))) | {"declared": "yes"}
    for _ in range(2):
        assert mine.post(f"/drafts/{id_}/submit", data=fields).headers["location"] == f"/drafts/{id_}/sent"
    assert len(history(site, id_)) == 1
    assert mine.get(f"/drafts/{id_}/check").headers["location"] == f"/drafts/{id_}"
    mine.post(f"/drafts/{id_}/recall")
    assert mine.get(f"/drafts/{id_}/sent").headers["location"] == f"/drafts/{id_}"


def test_what_is_open_is_named_and_stops_it(publishing_site, mine, checked):
    site = publishing_site
    id_ = site.draft(
        "---\ntitle: Fewer falls\nverdict: great\n---\n\n## Aim\n\nTo halve falls at night by March 2026.\n", to="draft"
    )
    page = checked(mine.get(f"/drafts/{id_}/check"))
    open_ = {a["href"].rpartition("/")[2]: words(a.parent) for a in page.select("section[aria-labelledby=answers] a")}
    assert open_["problem"].startswith("What was the problem? Say what was wrong")
    assert "aim" not in open_
    fields = form_of(page) | {"declared": "yes", "note": "Please look."}
    page = checked(mine.post(f"/drafts/{id_}/submit", data=fields), 409)
    assert "11 questions are still open. Answer what is listed below, then send it." in words(
        page.select_one("[role=alert]")
    )
    assert page.select_one("[role=alert] a")["href"] == "#answers"
    assert form_of(page) == fields
    assert site.row(id_).state == "draft"


def test_without_the_declaration_nothing_is_sent_and_nothing_typed_is_lost(publishing_site, mine, checked):
    id_ = publishing_site.draft(to="draft")
    fields = form_of(checked(mine.get(f"/drafts/{id_}/check"))) | {
        "note": "Why not",
        "on-day": "31",
        "on-month": "2",
        "on-year": "2026",
    }
    page = checked(mine.post(f"/drafts/{id_}/submit", data=fields), 422)
    assert "This is no date." in complaint(page, "on-day")
    assert form_of(page) == fields
    fields |= {"on-day": "1", "on-year": "2020", "on-month": "1"}
    page = checked(mine.post(f"/drafts/{id_}/submit", data=fields), 422)
    assert complaint(page, "on-day") == "This day is over. Give a day from today on, or none."
    assert complaint(page, "declared") == "Tick the box to say that you have checked it."
    fields |= {"on-day": "", "on-month": "", "on-year": "", "declared": "yes", "note": f"His number is {NHS_NUMBER}"}
    page = checked(mine.post(f"/drafts/{id_}/submit", data=fields), 422)
    assert complaint(page, "note") == "Your note holds a patient's detail. Write it without."
    assert form_of(page)["declared"] == "yes"
    page = checked(mine.post(f"/drafts/{id_}/submit", data=fields | {"note": "x" * 1_001}), 422)
    assert "It has 1,001." in complaint(page, "note")
    assert publishing_site.row(id_).state == "draft"


def test_a_patients_detail_is_shown_where_it_stands_and_stops_it_until_it_is_gone(publishing_site, mine, checked):
    site = publishing_site
    id_ = site.draft(to="draft")
    results(site, id_, f"Mr Bloggs, NHS number {NHS_NUMBER}, {EVIL} did not fall.")
    page = checked(mine.get(f"/drafts/{id_}/check"))
    concern = next(one for one in page.select(".kb-concern--certain") if one.mark.get_text() == NHS_NUMBER)
    marks = [one.mark.get_text() for one in page.select(".kb-concern")]
    assert NHS_NUMBER in marks, marks
    assert concern.find("a", href=f"/drafts/{id_}/questions/results")
    assert not concern.textarea
    fields = form_of(page) | {"declared": "yes"}
    page = checked(mine.post(f"/drafts/{id_}/submit", data=fields), 409)
    assert "There is a patient's detail in it." in words(page.select_one("[role=alert] a[href='#patients']"))
    assert "There is a patient\u2019s detail in it." in words(
        checked(mine.get(f"/drafts/{id_}")).select_one("#results-hint")
    )
    save(
        site,
        site.writer,
        id_,
        "results",
        {"verdict": "improved", "Results": "Falls at night went from 11 a month to 6 by March."},
    )
    page = checked(mine.get(f"/drafts/{id_}/check"))
    assert not page.select(".kb-concern--certain")
    assert (
        mine.post(f"/drafts/{id_}/submit", data=form_of(page) | {"declared": "yes"})
        .headers["location"]
        .endswith("/sent")
    )


LIKELY = "One nurse can be reached at jane.smith@example.com in the evening."


def test_what_may_be_one_needs_a_reason_that_the_reviewer_sees(publishing_site, mine, checked):
    site = publishing_site
    id_ = site.draft(to="draft")
    results(site, id_, LIKELY)
    page = checked(mine.get(f"/drafts/{id_}/check"))
    areas = page.select(".kb-concern textarea")
    assert areas, "nothing that may be a patient's detail was found in the sentence"
    names = [area["name"] for area in areas]
    fields = form_of(page) | {"declared": "yes", "note": "Kept"}
    page = checked(mine.post(f"/drafts/{id_}/submit", data=fields), 409)
    assert "Some words may say who a patient is." in words(page.select_one("[role=alert]"))
    assert form_of(page) == fields
    # Too short a reason is said at its place; whatever else was typed stays.
    page = checked(mine.post(f"/drafts/{id_}/check", data=fields | dict.fromkeys(names, "ok")), 422)
    assert complaint(page, names[0]) == "Say in a sentence why this cannot identify a patient."
    assert form_of(page)["note"] == "Kept"
    assert form_of(page)[names[0]] == "ok"
    reason = f"It is the address of a nurse, who agreed. {EVIL}"
    page = checked(mine.post(f"/drafts/{id_}/check", data=fields | dict.fromkeys(names, reason)))
    assert form_of(page) == fields | dict.fromkeys(names, reason)
    answer = mine.post(f"/drafts/{id_}/check", data=dict.fromkeys(names, reason))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/drafts/{id_}/check#patients")
    page = checked(mine.get(f"/drafts/{id_}/check"))
    assert "Given by Wanda Writer." in words(page.select_one(".kb-concern--confirmed"))
    assert (
        mine.post(f"/drafts/{id_}/submit", data=form_of(page) | {"declared": "yes"})
        .headers["location"]
        .endswith("/sent")
    )
    review = checked(site.by(site.editor).get(f"/reviews/{id_}"))
    assert reason in " ".join(review.get_text().split())
    with site.publisher.database.reading() as session:
        entries = session.query(AuditEntry).filter_by(action="identifier.confirm").all()
        assert {entry.detail["reason"] for entry in entries} == {reason}
        assert len(entries) == len(names)  # the same reason again is no news
        assert session.query(Confirmation).filter_by(draft_id=id_).count() == len(names)


def test_sending_takes_the_reasons_with_it(publishing_site, mine, checked):
    site = publishing_site
    id_ = site.draft(to="draft")
    results(site, id_, LIKELY)
    page = checked(mine.get(f"/drafts/{id_}/check"))
    names = [area["name"] for area in page.select(".kb-concern textarea")]
    fields = form_of(page) | {"declared": "yes"} | dict.fromkeys(names, "It is the address of a nurse, who agreed.")
    assert mine.post(f"/drafts/{id_}/submit", data=fields).headers["location"].endswith("/sent")
    assert site.row(id_).state == "submitted"


def test_a_reason_that_holds_a_detail_itself_is_not_kept(publishing_site, mine, checked):
    site = publishing_site
    id_ = site.draft(to="draft")
    results(site, id_, LIKELY)
    page = checked(mine.get(f"/drafts/{id_}/check"))
    name = page.select_one(".kb-concern textarea")["name"]
    page = checked(mine.post(f"/drafts/{id_}/check", data={name: f"It is not the patient {NHS_NUMBER}."}), 422)
    assert "Your reason itself holds a patient's detail." in complaint(page, name)
    with site.publisher.database.reading() as session:
        assert not session.query(Confirmation).count()


def test_what_somebody_changed_meanwhile_is_looked_at_again_before_it_is_declared(publishing_site, mine, checked):
    site = publishing_site
    id_ = site.draft(to="draft")
    fields = form_of(checked(mine.get(f"/drafts/{id_}/check"))) | {"declared": "yes", "note": "Kept"}
    results(site, id_, "We looked again in May.")
    page = checked(mine.post(f"/drafts/{id_}/submit", data=fields), 422)
    assert "The draft was changed since you opened this page." in complaint(page, "declared")
    again = form_of(page)
    assert again["note"] == "Kept"
    assert again["fingerprint"] != fields["fingerprint"]
    results(site, id_, f"NHS number {NHS_NUMBER}.")  # and what is certain stops it whatever was declared
    checked(mine.post(f"/drafts/{id_}/submit", data=again), 409)
    assert site.row(id_).state == "draft"


def test_names_and_cells_of_files_are_looked_at_and_pictures_need_words(publishing_site, mine, checked):
    site = publishing_site
    id_ = site.draft(to="draft")
    with site.publisher.database.writing() as session:
        opened = drafts.open_(session, site.writer, id_, site.words)
        made = attachments.Prepared("chart.png", "png", b"PNG", f"Taken of NHS number {NHS_NUMBER}")
        attachments.keep(session, site.writer, opened, made, "chart.png", "")
        table = attachments.Prepared("falls.csv", "csv", f"month,who\n2026-01,{NHS_NUMBER}\n".encode())
        attachments.keep(session, site.writer, opened, table, "falls.csv", "Falls")
    page = checked(mine.get(f"/drafts/{id_}/check"))
    places = [words(one.select_one(".kb-concern__where")) for one in page.select(".kb-concern--certain")]
    assert any("chart.png" in place for place in places), places
    assert any("falls.csv" in place for place in places), places
    assert "Say in words what chart.png shows" in words(page.select_one("section[aria-labelledby=answers]"))


def test_similar_work_is_shown_but_not_what_it_is_a_new_version_of(publishing_site, mine, checked, monkeypatch):
    site = publishing_site
    text = "---\ntitle: Fewer falls\nsummary: Falls fell.\norganisations: [RWK]\n---\n\n## Problem\n\nPeople fell at night.\n\n## Results\n\nFewer fell.\n"
    new, version = site.draft(text, to="draft"), site.draft(text, base="fewer-falls", to="draft")
    page = checked(mine.get(f"/drafts/{new}/check"))
    links = [a["href"] for a in page.select("section[aria-labelledby=similar] a")]
    assert links[:1] == ["/case-studies/fewer-falls"]
    assert "Is yours a new version of one of these, or does it add to it?" in words(page.main)
    page = checked(mine.get(f"/drafts/{version}/check"))
    assert "/case-studies/fewer-falls" not in [a["href"] for a in page.select("section[aria-labelledby=similar] a")]

    def broken(*_):
        raise SearchUnavailable("The index is gone.", "Build it.")

    monkeypatch.setattr(site.client.app.state.searcher.store, "current", broken)
    page = checked(mine.get(f"/drafts/{new}/check"))
    assert "Similar work cannot be looked for at the moment. You can go on without." in words(page.main)


def test_suggestions_for_the_wording_are_counted_by_question(publishing_site, mine, checked):
    id_ = publishing_site.draft(to="draft")
    results(publishing_site, id_, "We utilised XQZT in order to facilitate it.")
    page = checked(mine.get(f"/drafts/{id_}/check"))
    link = page.select_one("section[aria-labelledby=wording] a[href$='/questions/results?wording=yes']")
    assert int(re.search(r"\d+", words(link.parent).removeprefix(words(link)))[0]) >= 2


def test_a_draft_that_was_taken_away_meanwhile_is_not_sent(publishing_site, mine, checked):
    site = publishing_site
    id_ = site.draft(to="draft")
    fields = form_of(checked(mine.get(f"/drafts/{id_}/check"))) | {"declared": "yes"}
    with site.publisher.database.writing() as session:
        steps.take(
            session, site.writer, drafts.open_(session, site.writer, id_, site.words), "discard", site.publisher.house
        )
    checked(mine.post(f"/drafts/{id_}/submit", data=fields), 409)
    assert site.row(id_).state == "withdrawn"


def test_text_of_a_file_that_is_placed_nowhere_is_placed_first(publishing_site, mine, checked):
    site = publishing_site
    id_ = site.draft(to="draft")
    save(site, site.writer, id_, "other", {"other": "## Not yet placed\n\nOf the ward."})
    page = checked(mine.get(f"/drafts/{id_}/check"))
    assert "There is text from your file that is not placed yet." in words(
        page.select_one("section[aria-labelledby=answers]")
    )
    checked(mine.post(f"/drafts/{id_}/submit", data=form_of(page) | {"declared": "yes"}), 409)
    save(site, site.writer, id_, "other", {"other": "## About the ward\n\nOf the ward."})
    page = checked(mine.get(f"/drafts/{id_}/check"))
    assert (
        mine.post(f"/drafts/{id_}/submit", data=form_of(page) | {"declared": "yes"})
        .headers["location"]
        .endswith("/sent")
    )
