"""Checking and sending: what is open, what may say who a patient is, what was typed stays, and one click or two send it once."""

import datetime
import io
import threading

import docx

from kb.content.case_study import CaseStudy
from kb.editorial import answers, drafts, steps, submission
from kb.editorial.models import AuditEntry, Draft, Message, TransitionRow
from tests.web.drafting import complaint, form_of, results, save, words

EVIL = "<script>alert(1)</script>"
LIKELY = "One nurse can be reached at jane.smith@example.com in the evening."
NHS_NUMBER = "943 476 5919"  # as in every textbook: it belongs to nobody


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


def test_eight_browsers_at_once_send_it_once(publishing_site, mine, checked):
    site = publishing_site
    id_ = site.draft(to="draft")
    fields = form_of(checked(mine.get(f"/drafts/{id_}/check"))) | {"declared": "yes"}
    answers = []
    clients = [site.by(site.writer) for _ in range(8)]
    threads = [
        threading.Thread(target=lambda c=c: answers.append(c.post(f"/drafts/{id_}/submit", data=fields)))
        for c in clients
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(answer.status_code, answer.headers["location"]) for answer in answers} == {(303, f"/drafts/{id_}/sent")}
    assert len(history(site, id_)) == 1


def test_from_a_word_file_to_the_reviewer(publishing_site, mine, checked, complete):
    """Brought, answered, stopped by a number that is a patient's, explained where it is nobody's, sent."""
    site = publishing_site
    made = docx.Document()
    made.add_heading("Safer nights", 0)
    made.add_heading("Background", 1)
    made.add_paragraph(
        f"In 2024 the ward had 11 falls a month at night. One person, NHS number {NHS_NUMBER}, broke a hip."
    )
    made.add_heading("Results", 1)
    made.add_paragraph(f"Falls went from 11 a month to 6 within a year. {LIKELY}")
    data = io.BytesIO()
    made.save(data)
    answer = mine.post("/drafts", data={"how": "file"}, files={"file": ("Safer nights.docx", data.getvalue())})
    id_ = answer.headers["location"].split("/")[2]
    assert mine.post(f"/drafts/{id_}/import").headers["location"] == f"/drafts/{id_}"
    typed, _ = answers.from_case_study(CaseStudy.parse(complete))
    with site.publisher.database.reading() as session:
        have = {name: saved.data for name, saved in drafts.open_(session, site.writer, id_, site.words).answers.items()}
    for question, given in typed.items():
        save(site, site.writer, id_, question, {**given, **have.get(question, {})})
    page = checked(mine.get(f"/drafts/{id_}/check"))
    assert "Everything that is required is there." in words(page.main)
    assert NHS_NUMBER in [mark.get_text() for mark in page.select(".kb-concern--certain mark")]
    checked(mine.post(f"/drafts/{id_}/submit", data=form_of(page) | {"declared": "yes"}), 409)
    save(
        site,
        site.writer,
        id_,
        "problem",
        {"Problem": "In 2024 the ward had 11 falls a month at night. One person broke a hip."},
    )
    page = checked(mine.get(f"/drafts/{id_}/check"))
    assert not page.select(".kb-concern--certain")
    reasons = {
        area["name"]: "It is the address of a nurse, who agreed to be asked."
        for area in page.select(".kb-concern textarea")
    }
    assert reasons
    answer = mine.post(f"/drafts/{id_}/submit", data=form_of(page) | reasons | {"declared": "yes"})
    assert answer.headers["location"] == f"/drafts/{id_}/sent"
    review = checked(site.by(site.editor).get(f"/reviews/{id_}"))
    assert "It is the address of a nurse, who agreed to be asked." in words(review.main)
    assert NHS_NUMBER not in review.get_text()
    with site.publisher.database.reading() as session:
        assert NHS_NUMBER not in str(session.get(Draft, id_).origin)  # nor in what was read from the file
