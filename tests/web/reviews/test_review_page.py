"""The queue and the page of a draft: what reviewers see, and who may not."""

import datetime
import re

import pytest

from kb.editorial import attachments, comments, drafts, steps, submission
from kb.editorial.models import Draft
from tests.web.reviews.reading import buttons, post, words


def test_the_queue_says_what_waits_since_when_and_for_whom(publishing_site, checked):
    site = publishing_site
    new, update = site.draft(), site.draft(base="fewer-falls", to="in-review")
    with site.publisher.database.writing() as session:
        row = session.get(Draft, new)
        row.submitted_at -= datetime.timedelta(days=16)
        row.promised_on = row.submitted_at.date() + datetime.timedelta(days=14)
    page = checked(site.by(site.reviewer).get("/reviews"))
    first, second = page.select(".kb-queue__item")
    assert first.a["href"] == f"/reviews/{new}"
    assert re.search(r"Waiting 16 days, promised by .+ 2 days late\.", words(first))
    assert "Waiting for review Late" in words(first)
    assert "East Trust · Wanda Writer · New case study · Nobody reviews it yet" in words(first)
    assert second.a["href"] == f"/reviews/{update}"
    assert "Waiting less than a day, promised by" in words(second)
    assert "New version · Edith Editor reviews it" in words(second)


def test_an_empty_queue_is_calm(publishing_site, checked):
    assert "Nothing waits for you." in words(checked(publishing_site.by(publishing_site.reviewer).get("/reviews")).main)


def test_the_queue_has_pages(publishing_site, checked, monkeypatch):
    monkeypatch.setattr("kb.editorial.queue.PAGE", 1)
    site = publishing_site
    site.draft()
    site.draft()
    client = site.by(site.reviewer)
    page = checked(client.get("/reviews"))
    assert len(page.select(".kb-queue__item")) == 1
    page = checked(client.get(page.find("a", rel="next")["href"]))
    assert page.find("a", rel="prev")["href"] == "/reviews?page=1"
    for number in ("0", "3", "x"):
        assert client.get(f"/reviews?page={number}").status_code in (404, 422)


ADDRESSES = [
    ("GET", "/reviews/{}"), ("POST", "/reviews/{}/settings"), ("POST", "/reviews/{}/comments"), ("POST", "/reviews/{}/comments/1"),
    *(("POST", f"/reviews/{{}}/{step}") for step in ("review", "request", "approve", "publish", "approve-and-publish", "reopen", "decline")),
]  # fmt: skip


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
def test_others_cannot_tell_that_there_is_a_draft(publishing_site, method, address):
    site = publishing_site
    id_ = site.draft()
    for person in (site.other, site.writer):
        client = site.by(person)
        sent = [client.request(method, address.format(name), data={"note": "x"}) for name in (id_, "nosuchdraft")]
        assert [answer.status_code for answer in sent] == [404, 404]
        shown = [re.sub(r'nonce="[^"]+"', "", answer.text).replace(id_, "nosuchdraft") for answer in sent]
        assert shown[0] == shown[1]
    assert site.client.request(method, address.format(id_)).status_code == (303 if method == "GET" else 401)
    assert site.row(id_).state == "submitted"


def test_a_draft_that_was_not_handed_in_is_nobody_elses_business(publishing_site):
    site = publishing_site
    assert site.by(site.editor).get(f"/reviews/{site.draft(to='draft')}").status_code == 404


def test_a_reviewer_sees_everything_on_one_page(publishing_site, checked):
    site = publishing_site
    page = checked(site.by(site.reviewer).get(f"/reviews/{site.draft()}"))
    assert words(page.h1) == "Review Safer nights on an older people's ward"
    assert [words(heading) for heading in page.main.select("h2")] == [
        "What to look at", "What changed", "The case study", "Similar work already here", "Comments on the whole",
        "Address and day", "Your decision", "What happened so far",
    ]  # fmt: skip
    assert "100% complete" in words(page.main) or "% complete: 12 of 12" in words(page.main)
    assert "This is a new case study" in words(page.main)
    text = page.select_one(".kb-review__text")
    assert [words(heading) for heading in text.select("h3")][:3] == ["At a glance", "Figures", "Problem"]
    assert "In 2024 the ward had 11 falls a month" in words(text)
    assert "Wanda Writer sent it for review" in words(page.main)
    assert buttons(page) == ["Begin the review", "Decline"]


def test_what_changed_is_shown_against_what_is_published(publishing_site, checked):
    site = publishing_site
    text = (
        site.content.case_studies.joinpath("fewer-falls.md").read_text("utf-8").replace("Fewer fell", "Far fewer fell")
    )
    page = checked(site.by(site.reviewer).get(f"/reviews/{site.draft(text, base='fewer-falls')}"))
    changes = page.select_one(".kb-changes")
    assert [words(mark) for mark in changes.select("ins")]
    assert "Results Changed" in words(changes)
    assert changes.select_one(".kb-source") is not None
    assert page.find("a", href="/case-studies/fewer-falls") is not None


def test_a_page_needs_the_same_number_of_statements_however_much_there_is(publishing_site, as_editor):
    from sqlalchemy import event

    site = publishing_site
    few, many = site.draft(to="in-review"), site.draft(to="in-review")
    for id_, remarks in ((few, 1), (many, 30)):
        with site.publisher.database.writing() as session:
            opened = drafts.open_(session, site.editor, id_, site.words)
            for number in range(remarks):
                comments.add(session, site.editor, opened, "results", f"Remark {number}", site.publisher.house)

    def statements(address):
        counted = []

        def count(*arguments):
            counted.append(arguments[2])

        event.listen(site.publisher.database.engine, "before_cursor_execute", count)
        assert as_editor.get(address).status_code == 200
        event.remove(site.publisher.database.engine, "before_cursor_execute", count)
        return len(counted)

    assert statements(f"/reviews/{few}") == statements(f"/reviews/{many}")


def test_words_that_may_be_a_patients_come_with_the_contributors_reason(publishing_site, complete, checked, as_editor):
    site = publishing_site
    text = complete.replace("In 2024 the ward", "As J.S., 84, said, the ward")
    id_ = site.draft(text, to="draft")
    with site.publisher.database.writing() as session:
        opened = drafts.open_(session, site.writer, id_, site.words)
        (concern,) = submission.readiness(session, opened, site.words, datetime.date.today()).unconfirmed
        submission.confirm(session, site.writer, opened, concern.digest, "J.S. is the ward manager, who agreed.")
    for step, actor in (("submit", site.writer), ("review", site.editor)):
        with site.publisher.database.writing() as session:
            steps.take(session, actor, drafts.open_(session, actor, id_, site.words), step, site.publisher.house)
    page = checked(as_editor.get(f"/reviews/{id_}"))
    told = words(page.select_one(".kb-concern--confirmed"))
    assert "says Wanda Writer: J.S. is the ward manager, who agreed." in told
    assert post(as_editor, f"/reviews/{id_}/approve").status_code == 303


def test_a_patients_detail_keeps_it_from_being_approved(publishing_site, complete, checked, as_editor):
    site = publishing_site
    id_ = site.draft(complete.replace("In 2024 the ward", "For 943 476 5919 the ward"), to="in-review")
    page = checked(as_editor.get(f"/reviews/{id_}"))
    assert "Patients\u2019 details that have to go" in words(page.main)
    page = checked(post(as_editor, f"/reviews/{id_}/approve-and-publish"), 409)
    assert "There is a patient\u2019s detail in it." in words(page.select_one(".nhsuk-error-summary"))
    assert site.row(id_).state == "in-review"


def test_pictures_come_with_their_words_and_what_was_hidden_in_them(publishing_site, checked, as_editor):
    site = publishing_site
    id_ = site.draft(to="draft")
    made = attachments.Prepared("chart.png", "png", b"a picture", "Taken by a camera on 3 May 2025")
    with site.publisher.database.writing() as session:
        opened = drafts.open_(session, site.writer, id_, site.words)
        attachments.add(session, site.writer, opened, made, made.name, "Falls went down")
    with site.publisher.database.writing() as session:
        opened = drafts.open_(session, site.writer, id_, site.words)
        steps.take(session, site.writer, opened, "submit", site.publisher.house)
    page = checked(as_editor.get(f"/reviews/{id_}"))
    link = page.find("a", href=f"/drafts/{id_}/files/chart.png")
    told = words(link.parent)
    assert told.startswith("chart.png : Falls went down")
    assert "Was hidden in the file, and is taken out: Taken by a camera on 3 May 2025" in told
    assert page.select_one(".kb-review__text img")["src"] == f"/drafts/{id_}/files/chart.png"
    assert as_editor.get(f"/drafts/{id_}/files/chart.png").content == b"a picture"
