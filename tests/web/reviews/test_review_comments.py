"""Comments on a part, answered and dealt with; nothing that was typed runs."""

import re

import pytest

from kb.editorial import comments
from tests.web.reviews.reading import post, words


def test_comments_on_a_part_with_answers_and_dealt_with(publishing_site, checked, as_editor):
    site = publishing_site
    id_ = site.draft(to="in-review")
    there = post(as_editor, f"/reviews/{id_}/comments", question="results", text="How many beds?")
    assert there.status_code == 303
    number = re.search(r"#comment-(\d+)$", there.headers["location"])[1]
    page = checked(as_editor.get(f"/reviews/{id_}"))
    assert "How many beds?" in words(page.find(id=f"comment-{number}"))
    post(as_editor, f"/reviews/{id_}/comments", question="results", parent=number, text="Twelve, I was told.")
    post(as_editor, f"/reviews/{id_}/comments", question="whole", text="Well told.")
    post(as_editor, f"/reviews/{id_}/comments", question="where", text="Which ward?")
    page = checked(as_editor.get(f"/reviews/{id_}"))
    assert "Twelve, I was told." in words(page.find(id=f"comment-{number}"))
    assert "3 comments are not dealt with yet" in words(page.main)
    post(as_editor, f"/reviews/{id_}/comments/{number}", do="resolve")
    assert "Dealt with" in words(checked(as_editor.get(f"/reviews/{id_}")).find(id=f"comment-{number}"))
    post(as_editor, f"/reviews/{id_}/comments/{number}", do="open")
    with site.publisher.database.reading() as session:
        assert [remark.resolved_by for remark in comments.of_draft(session, id_)] == ["", "", ""]


@pytest.mark.parametrize("question", ["results", "whole", "where"])
def test_an_empty_comment_is_said_where_it_was_to_be(publishing_site, checked, as_editor, question):
    id_ = publishing_site.draft(to="in-review")
    page = checked(post(as_editor, f"/reviews/{id_}/comments", question=question, text=" "), 422)
    link = page.select_one(".nhsuk-error-summary a")
    assert words(link) == "Write your comment."
    field = page.find(id=link["href"][1:])
    assert field.name == "textarea"
    assert field.find_parent("details").has_attr("open")


def test_a_comment_on_nothing_is_not_found(publishing_site, as_editor):
    id_ = publishing_site.draft(to="in-review")
    assert post(as_editor, f"/reviews/{id_}/comments", question="nothing", text="x").status_code == 404
    assert post(as_editor, f"/reviews/{id_}/comments/99", do="resolve").status_code == 404
    assert post(as_editor, f"/reviews/{id_}/nothing").status_code == 404


HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


def test_nothing_that_was_typed_runs(publishing_site, checked, as_editor):
    site = publishing_site
    id_ = site.draft(to="in-review")
    post(as_editor, f"/reviews/{id_}/comments", question="results", text=HOSTILE)
    for answer in (
        post(as_editor, f"/reviews/{id_}/settings", slug=HOSTILE, on_day=HOSTILE),
        as_editor.get(f"/reviews/{id_}", params={"done": HOSTILE}),
    ):
        page = checked(answer, answer.status_code)
        assert page.find("img") is None
        assert "alert(1)" not in "".join(script.get_text() for script in page.find_all("script"))
