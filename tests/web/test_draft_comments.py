"""Remarks on a draft for those who write it: added, answered, dealt with; an empty one is kept on the page and said to be empty."""

import pytest

from kb.editorial import comments, drafts, steps

EVIL = "<script>alert(1)</script>"


def words(element):
    return " ".join(element.get_text(" ").split())


@pytest.fixture
def reviewed(publishing_site):
    """A draft in review with a remark of its reviewer: the site, the draft's id, the remark's number."""
    site = publishing_site
    id_ = site.draft(to="in-review")
    with site.publisher.database.writing() as session:
        opened = drafts.open_(session, site.editor, id_, site.words)
        number = comments.add(session, site.editor, opened, "results", f"How many beds?\n{EVIL}", site.publisher.house)
    return site, id_, number


def remarks(site, id_):
    with site.publisher.database.reading() as session:
        return comments.of_draft(session, id_)


def test_a_remark_is_answered_and_dealt_with(reviewed, checked):
    site, id_, number = reviewed
    mine = site.by(site.writer)
    page = checked(mine.get(f"/drafts/{id_}"))
    comment = page.find(id=f"comment-{number}")
    assert "What happened? Edith Editor" in words(comment)
    assert EVIL in words(comment)
    answer = mine.post(f"/drafts/{id_}/comments", data={"parent": number, "text": "Twelve.\r\nIn two bays."})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/drafts/{id_}#comment-{number}")
    (remark,) = remarks(site, id_)
    assert [reply.text for reply in remark.replies] == ["Twelve.\nIn two bays."]
    form = page.find("form", action=f"/drafts/{id_}/comments/{number}")
    assert words(form.button).startswith("Mark as dealt with")
    answer = mine.post(form["action"], data={form.button["name"]: form.button["value"], "back": "results"})
    assert answer.headers["location"] == f"/drafts/{id_}/questions/results#comment-{number}"
    assert remarks(site, id_)[0].resolved_by == "Wanda Writer"
    page = checked(mine.get(f"/drafts/{id_}"))
    assert "Dealt with, says Wanda Writer." in words(page.find(id=f"comment-{number}"))
    mine.post(form["action"], data={"do": "open"})
    assert not remarks(site, id_)[0].resolved_by


def test_a_remark_on_a_question_or_on_the_whole_is_added(reviewed, checked):
    site, id_, _ = reviewed
    mine = site.by(site.writer)
    for question, back, there in (
        ("whole", "", ""),
        ("aim", "aim", "/questions/aim"),
        ("aim", "//evil.example", ""),
        ("aim", "no-such", ""),
    ):
        answer = mine.post(f"/drafts/{id_}/comments", data={"question": question, "text": "A remark.", "back": back})
        newest = remarks(site, id_)[-1]
        assert answer.headers["location"] == f"/drafts/{id_}{there}#comment-{newest.id}"
        assert newest.question == question
    assert checked(mine.get(f"/drafts/{id_}")).find(id="comment-on-whole")


def test_an_empty_or_endless_remark_stays_on_the_page(reviewed, checked):
    site, id_, number = reviewed
    mine = site.by(site.writer)
    page = checked(mine.post(f"/drafts/{id_}/comments", data={"question": "aim", "text": "  "}), 422)
    assert page.select_one("[role=alert] a")["href"] == "#comment-on-aim"
    assert "What did you aim for?" in words(page.main)
    long = f"{EVIL} " + "x" * 5_000
    page = checked(mine.post(f"/drafts/{id_}/comments", data={"parent": number, "text": long, "back": "results"}), 422)
    assert "Keep a comment to 5,000 characters." in words(page.select_one("[role=alert]"))
    area = page.find("textarea", id=f"answer-{number}")
    assert area.get_text().strip() == long
    fields = {one["name"]: one["value"] for one in page.main.form.select("input")}
    assert (
        mine.post(f"/drafts/{id_}/comments", data={**fields, "text": "Short."}).headers["location"]
        == f"/drafts/{id_}/questions/results#comment-{number}"
    )


@pytest.mark.parametrize("number", ["0", "99", "x", "1" * 30, "-1", "%31", "\u0661"])
def test_what_is_no_remark_of_this_draft_is_not_found(reviewed, number):
    site, id_, _ = reviewed
    mine = site.by(site.writer)
    if number != "%31":  # that is 1, which may be there
        assert mine.post(f"/drafts/{id_}/comments/{number}", data={"do": "resolve"}).status_code == 404
    assert mine.post(f"/drafts/{id_}/comments", data={"parent": number, "text": "x"}).status_code == 404
    assert mine.post(f"/drafts/{id_}/comments", data={"question": number, "text": "x"}).status_code == 404


def test_what_is_closed_takes_no_more(reviewed, checked):
    site, id_, _ = reviewed
    with site.publisher.database.writing() as session:
        steps.take(
            session,
            site.editor,
            drafts.open_(session, site.editor, id_, site.words),
            "decline",
            site.publisher.house,
            "Told before.",
        )
    mine = site.by(site.writer)
    assert not checked(mine.get(f"/drafts/{id_}")).select("main textarea")
    checked(mine.post(f"/drafts/{id_}/comments", data={"question": "whole", "text": "Why?"}), 409)
