"""Each step a reviewer takes, once and at once, up to a published page."""

import threading

from kb.content.repository import Repository
from kb.editorial.models import Publication, TransitionRow
from kb.errors import RepositoryUnavailable
from tests.web.reviews.reading import buttons, post, words


def test_the_whole_way_to_a_published_page(publishing_site, checked, as_editor):
    site = publishing_site
    id_ = site.draft()
    here = f"/reviews/{id_}"
    there = post(as_editor, f"{here}/review")
    assert (there.status_code, there.headers["location"]) == (303, f"{here}?done=review")
    page = checked(as_editor.get(there.headers["location"]))
    assert "You have begun the review" in words(page.main)
    assert buttons(page) == ["Approve and publish", "Approve", "Ask for changes", "Decline"]
    post(as_editor, f"{here}/approve")
    page = checked(as_editor.get(here))
    assert buttons(page) == ["Publish", "Take the approval back", "Decline"]
    there = post(as_editor, f"{here}/publish")
    assert there.headers["location"] == f"{here}?done=published"
    page = checked(as_editor.get(there.headers["location"]))
    assert (
        page.find("a", string="Read it as readers do")["href"] == "/case-studies/safer-nights-on-an-older-peoples-ward"
    )
    assert buttons(page) == []
    assert site.git("log", "-1", "--format=%s|%an") == "Publish safer-nights-on-an-older-peoples-ward|Wanda Writer"
    assert site.git("status", "--porcelain") == ""


def test_a_reviewer_who_is_no_editor_approves_and_does_not_publish(publishing_site, checked):
    site = publishing_site
    client, id_ = site.by(site.reviewer), site.draft()
    post(client, f"/reviews/{id_}/review")
    assert buttons(checked(client.get(f"/reviews/{id_}"))) == ["Approve", "Ask for changes", "Decline"]
    post(client, f"/reviews/{id_}/approve")
    assert buttons(checked(client.get(f"/reviews/{id_}"))) == ["Take the approval back", "Decline"]
    page = checked(post(client, f"/reviews/{id_}/publish"), 403)
    assert "This takes the role of editor" in words(page.main)
    assert site.row(id_).state == "approved"


def test_asking_for_changes_and_declining_take_a_note_and_keep_what_was_typed(publishing_site, checked, as_editor):
    site = publishing_site
    id_ = site.draft(to="in-review")
    for step in ("request", "decline"):
        page = checked(post(as_editor, f"/reviews/{id_}/{step}", note="  "), 409)
        assert page.title.string.startswith("Error: ")
        assert page.select_one(".nhsuk-error-summary a")["href"] == "#note"
        assert (
            words(page.find(id="note_error"))
            == "Error: A reason is missing. Write in a sentence why, so that everybody can follow it."
        )
    assert post(as_editor, f"/reviews/{id_}/request", note="Say how many beds.").status_code == 303
    assert site.row(id_).state == "changes-requested"
    page = checked(as_editor.get(f"/reviews/{id_}"))
    assert "Edith Editor asked for changes" in words(page.main)
    assert "Say how many beds." in words(page.main)
    assert buttons(page) == []


def test_nobody_reviews_their_own_work(publishing_site, people, checked):
    site = publishing_site
    both = people(site.client, "editor@organisation:RWK", name="Olive Own")
    id_ = site.draft(writer=both, to="in-review")
    client = site.by(both)
    page = checked(client.get(f"/reviews/{id_}"))
    assert buttons(page) == []
    assert "This is your own work, so somebody else has to review it." in words(page.main)
    for step in ("approve", "approve-and-publish", "request", "decline"):
        page = checked(post(client, f"/reviews/{id_}/{step}", note="Because."), 403)
        assert "This is your own work" in words(page.select_one(".nhsuk-error-summary"))
    assert site.row(id_).state == "in-review"


def test_a_step_that_was_taken_meanwhile_is_said_with_the_page_as_it_is_now(publishing_site, checked, as_editor):
    site = publishing_site
    id_ = site.draft(to="in-review")
    post(as_editor, f"/reviews/{id_}/decline", note="Not for us.")
    page = checked(post(as_editor, f"/reviews/{id_}/approve", note="Good work."), 409)
    assert "is marked “Withdrawn”" in words(page.select_one(".nhsuk-error-summary"))


def test_twenty_at_once_publish_once_and_everybody_gets_a_page(publishing_site, as_editor):
    site = publishing_site
    id_ = site.draft(to="in-review")
    came = []
    clients = [site.by(site.editor) for _ in range(20)]

    def press(client):
        came.append(post(client, f"/reviews/{id_}/approve-and-publish"))

    threads = [threading.Thread(target=press, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(answer.status_code, answer.headers.get("location")) for answer in came} == {
        (303, f"/reviews/{id_}?done=published")
    }
    assert site.git("log", "--format=%s").splitlines() == ["Publish safer-nights-on-an-older-peoples-ward", "Begin"]
    with site.publisher.database.reading() as session:
        assert session.query(Publication).count() == 1
        taken = [row.name for row in session.query(TransitionRow).order_by(TransitionRow.id)]
    assert taken == ["submit", "review", "approve", "publish"]
    assert as_editor.get(f"/reviews/{id_}").status_code == 200


def test_git_that_fails_keeps_the_approval_and_says_what_to_do(publishing_site, checked, as_editor, monkeypatch):
    site = publishing_site
    id_ = site.draft(to="in-review")

    def fails(*_, **__):
        raise RepositoryUnavailable("/srv/content/.git is held.", "Wait.")

    with monkeypatch.context() as patched:
        patched.setattr(Repository, "commit", fails)
        answer = post(as_editor, f"/reviews/{id_}/approve-and-publish")
    page = checked(answer, 503)
    assert "is approved, and stays so" in words(page.main)
    assert "/srv/content" not in answer.text
    assert answer.headers["retry-after"] == "60"
    assert site.row(id_).state == "approved"
    page = checked(as_editor.get(f"/reviews/{id_}"))
    assert "Publishing it was begun and has not ended" in words(page.main)
    assert "Publishing it was begun" in words(checked(as_editor.get("/reviews")).main)
    assert post(as_editor, f"/reviews/{id_}/publish").headers["location"].endswith("done=published")
    assert site.git("log", "--format=%s").splitlines() == ["Publish safer-nights-on-an-older-peoples-ward", "Begin"]
