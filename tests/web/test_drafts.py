"""Somebody's drafts: the list, one of them with its questions, taking it back, giving it up, and who may do none of it."""

import datetime

import pytest
from sqlalchemy import event

from kb.editorial import attachments, comments, drafts, steps
from kb.editorial.models import Draft

EVIL = "<script>alert(1)</script>"


def words(element):
    return " ".join(element.get_text(" ").split())


@pytest.fixture
def mine(publishing_site):
    """A browser of the writer."""
    return publishing_site.by(publishing_site.writer)


def say(site, actor, id_, question, text):
    with site.publisher.database.writing() as session:
        return comments.add(
            session, actor, drafts.open_(session, actor, id_, site.words), question, text, site.publisher.house
        )


def take(site, actor, id_, name, note=""):
    with site.publisher.database.writing() as session:
        steps.take(session, actor, drafts.open_(session, actor, id_, site.words), name, site.publisher.house, note)


def test_without_a_draft_the_list_says_how_to_begin_and_how_long_it_takes(mine, checked):
    page = checked(mine.get("/drafts"))
    assert "about 20 minutes" in words(page.main)
    assert "within 14 days" in words(page.main)
    assert page.select_one("main a.nhsuk-button")["href"] == "/drafts/new"


def test_the_list_says_where_each_stands_and_what_comes_next(publishing_site, mine, checked):
    site = publishing_site
    writing, waiting = site.draft(to="draft"), site.draft(base="fewer-falls")
    ended = site.draft(to="draft")
    take(site, site.writer, ended, "discard")
    colleague = site.draft(f"---\ntitle: {EVIL!r}\n---\n\nWords.\n", to="draft", writer=site.reviewer)
    say(site, site.writer, writing, "aim", "By when?")
    with site.publisher.database.writing() as session:
        row = session.get(Draft, waiting)
        row.changed_at = row.submitted_at = row.submitted_at - datetime.timedelta(days=3)
    page = checked(mine.get("/drafts"))
    rows = {row.a["href"].rpartition("/")[2]: words(row) for row in page.select(".kb-draft")}
    assert "Draft It waits for you. 12 of 12 required questions begun. Last saved today at" in rows[writing]
    assert "1 comment not dealt with." in rows[writing]
    assert "Answer the questions, then send it for review." in rows[writing]
    assert "Waiting for review It has been waiting 3 days for a reviewer. An answer is promised by" in rows[waiting]
    assert "East Trust · New version of a published case study" in rows[waiting]
    assert "Begun by Rita Reviewer" in rows[colleague]
    assert EVIL in rows[colleague]  # as text
    assert "Closed without being published today at" in rows[ended]
    assert page.select_one("details .kb-draft a")["href"] == f"/drafts/{ended}"
    assert [h2.get_text() for h2 in page.select("main h2")] == ["On their way", "Of your colleagues"]


def test_the_list_asks_the_database_no_more_for_more_drafts(publishing_site, mine):
    site, said, counts = publishing_site, [], []
    engine = site.publisher.database.engine
    listener = event.listens_for(engine, "before_cursor_execute")(lambda *told: said.append(told[2]))
    for number in (1, 5):
        for _ in range(number):
            site.draft(to="draft")
        said.clear()
        assert mine.get("/drafts").status_code == 200
        counts.append(len(said))
    event.remove(engine, "before_cursor_execute", listener)
    assert counts[0] == counts[1], said


def test_a_draft_lists_its_questions_with_how_far_each_is(publishing_site, mine, checked):
    site = publishing_site
    text = "---\ntitle: Fewer falls\nverdict: great\n---\n\n## Problem\n\nFalls.\n\n## Aim\n\nTo halve falls at night by March 2026.\n"
    id_ = site.draft(text, to="draft")
    say(site, site.writer, id_, "involvement", "Who was it?")
    done = say(site, site.writer, id_, "learning", "What was it?")
    with site.publisher.database.writing() as session:
        comments.resolve(session, site.writer, drafts.open_(session, site.writer, id_, site.words), done)
    page = checked(mine.get(f"/drafts/{id_}"))
    assert page.h1.get_text() == "Fewer falls"
    tasks = {item.a["href"].rpartition("/")[2]: item for item in page.select(".nhsuk-task-list__item")}
    status = {name: words(item.select_one(".nhsuk-task-list__status")) for name, item in tasks.items()}
    assert len(tasks) == 23
    assert status["problem"] == "Started"
    assert status["aim"] == "Done"
    assert status["what-was-done"] == "Not started"
    assert status["involvement"] == "Has a comment"
    assert status["learning"] == "Not started"
    assert status["results"] == "Has a problem"
    assert "'great' is not one of" in words(tasks["results"])
    assert "Say what was wrong, for whom, and how big it was." in words(tasks["problem"])
    assert "It is what a manager asks first" in words(tasks["cost"])
    meter = page.find("meter")
    assert 0 < int(meter["value"]) < 30
    assert (
        f"1 of 12 required questions are done. Together with what helps readers, it is {meter['value']}% complete."
        in words(page.find("label", {"for": meter["id"]}))
    )
    assert page.select_one(".kb-draft__buttons .nhsuk-button")["href"] == f"/drafts/{id_}/check"
    assert "What did you learn?" in words(page.select_one(".kb-comments"))


def test_while_it_waits_nothing_is_changed_and_it_can_be_taken_back(publishing_site, mine, checked):
    site = publishing_site
    id_ = site.draft()
    page = checked(mine.get(f"/drafts/{id_}"))
    assert not page.select(".nhsuk-task-list a")
    assert "An answer is promised by" in words(page.main)
    assert "Wanda Writer sent it for review" in words(page.select_one(".kb-steps"))
    recall = page.find("form", action=f"/drafts/{id_}/recall")
    assert words(recall.button) == "Take it back to change it"
    for _ in range(2):  # the second click of two finds it done
        response = mine.post(f"/drafts/{id_}/recall")
        assert (response.status_code, response.headers["location"]) == (303, f"/drafts/{id_}")
    assert site.row(id_).state == "draft"
    page = checked(mine.get(f"/drafts/{id_}"))
    assert len(page.select(".nhsuk-task-list a")) == 23
    with site.publisher.database.reading() as session:
        assert [event.words for event in steps.history(session, id_)] == [
            "took it back to change it",
            "sent it for review",
        ]


def test_what_a_reviewer_has_begun_to_read_is_not_taken_back(publishing_site, mine, checked):
    site = publishing_site
    id_ = site.draft(to="in-review")
    page = checked(mine.get(f"/drafts/{id_}"))
    assert "Edith Editor began to review it today at" in words(page.main)
    assert not page.find("form", action=f"/drafts/{id_}/recall")
    answer = checked(mine.post(f"/drafts/{id_}/recall"), 409)
    assert "This cannot be done now" in words(answer.main)
    assert site.row(id_).state == "in-review"


def test_changes_that_were_asked_for_are_told_with_their_reason(publishing_site, mine, checked):
    site = publishing_site
    id_ = site.draft(to="in-review")
    take(site, site.editor, id_, "request", f"Say how many beds.\n{EVIL}")
    page = checked(mine.get(f"/drafts/{id_}"))
    assert "Edith Editor asked for changes today at" in words(page.main)
    assert f"Say how many beds. {EVIL}" in words(page.select_one(".kb-steps"))
    assert (
        words(page.find("div", {"aria-labelledby": "said_title"}))
        == f"What Edith Editor says Say how many beds. {EVIL}"
    )
    assert page.select(".nhsuk-task-list a")


def test_giving_up_is_asked_about_first_and_keeps_the_text(publishing_site, mine, checked):
    site = publishing_site
    id_ = site.draft(to="draft")
    page = checked(mine.get(f"/drafts/{id_}/discard"))
    assert page.h1.get_text() == "Do you want to give this draft up?"
    assert page.main.form["action"] == f"/drafts/{id_}/discard"
    for _ in range(2):
        response = mine.post(f"/drafts/{id_}/discard", data={"note": "Somebody else tells it."})
        assert (response.status_code, response.headers["location"]) == (303, "/drafts")
    assert site.row(id_).state == "withdrawn"
    page = checked(mine.get(f"/drafts/{id_}"))
    assert "Somebody else tells it." in words(page.select_one(".kb-steps"))
    assert not page.select(".kb-draft__buttons, .nhsuk-task-list a, textarea")
    assert checked(mine.get(f"/drafts/{id_}/preview")).h1.get_text() == "Safer nights on an older people's ward"
    checked(mine.get(f"/drafts/{id_}/discard"), 409)


def test_what_was_published_leads_to_its_page(publishing_site, mine, checked):
    site = publishing_site
    id_ = site.draft(to="approved")
    page = checked(mine.get(f"/drafts/{id_}"))
    assert "waiting less than a day for an editor to publish it" in words(page.main)
    site.publisher.publish(site.editor, id_, site.words, datetime.date(2026, 11, 24))
    page = checked(mine.get(f"/drafts/{id_}"))
    assert (
        page.find("a", string="Read it as readers do")["href"] == "/case-studies/safer-nights-on-an-older-peoples-ward"
    )
    assert not page.find("meter")


def test_whoever_only_reviews_it_is_led_to_the_review(publishing_site):
    site = publishing_site
    id_ = site.draft()
    response = site.by(site.editor).get(f"/drafts/{id_}")
    assert (response.status_code, response.headers["location"]) == (303, f"/reviews/{id_}")


ADDRESSES = [
    ("GET", ""), ("GET", "/import"), ("POST", "/import"), ("GET", "/preview"), ("GET", "/check"), ("POST", "/check"), ("POST", "/submit"),
    ("GET", "/sent"), ("POST", "/recall"), ("GET", "/discard"), ("POST", "/discard"), ("GET", "/merge"), ("POST", "/merge"),
    ("POST", "/comments"), ("POST", "/comments/1"),
]  # fmt: skip


def test_others_cannot_tell_that_there_is_a_draft(publishing_site):
    site = publishing_site
    id_ = site.draft(to="draft")
    for person in (site.other, site.editor):  # of another organisation; and its reviewers, before it was handed in
        client = site.by(person)
        for method, address in ADDRESSES:
            known = client.request(method, f"/drafts/{id_}{address}", data={"text": "x"} if method == "POST" else None)
            unknown = client.request(
                method, f"/drafts/zzzzzzzzzz{address}", data={"text": "x"} if method == "POST" else None
            )
            assert known.status_code == unknown.status_code == 404, (method, address)
    assert site.row(id_).state == "draft"


def test_a_reviewer_changes_nothing_of_what_is_the_writers(publishing_site):
    site = publishing_site
    id_ = site.draft(to="in-review")
    client = site.by(site.editor)
    for method, address in [
        ("POST", "/recall"),
        ("POST", "/discard"),
        ("GET", "/discard"),
        ("POST", "/submit"),
        ("POST", "/import"),
    ]:
        assert client.request(method, f"/drafts/{id_}{address}").status_code in (403, 409), address
    assert site.row(id_).state == "in-review"


def test_pages_of_drafts_are_kept_by_nobody(publishing_site, mine):
    id_ = publishing_site.draft(to="draft")
    for address in ("/drafts", "/drafts/new", f"/drafts/{id_}", f"/drafts/{id_}/preview", f"/drafts/{id_}/check"):
        assert mine.get(address).headers["cache-control"] == "private, no-store"


def test_a_draft_asks_the_database_no_more_however_much_is_in_it(publishing_site, mine):
    site, said, counts = publishing_site, [], []
    id_ = site.draft(to="draft")
    engine = site.publisher.database.engine
    listener = event.listens_for(engine, "before_cursor_execute")(lambda *told: said.append(told[2]))
    for _ in range(2):
        for number in range(3):
            remark = say(site, site.writer, id_, "aim", f"Remark {number}")
            with site.publisher.database.writing() as session:
                opened = drafts.open_(session, site.writer, id_, site.words)
                comments.add(session, site.writer, opened, "", "An answer.", site.publisher.house, remark)
                table = attachments.Prepared("falls.csv", "csv", b"month,falls\n2026-01,11\n")
                attachments.keep(session, site.writer, opened, table, "falls.csv", "Falls a month")
        said.clear()
        for page in ("", "/check", "/preview"):
            assert mine.get(f"/drafts/{id_}{page}").status_code == 200
        counts.append(len(said))
    event.remove(engine, "before_cursor_execute", listener)
    assert counts[0] == counts[1], said
