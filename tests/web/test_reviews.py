"""What reviewers see and do: the queue, a draft with everything they decide by, each step, and who may do none of it."""

import datetime
import re
import threading

import pytest

from kb.content import addresses, writing
from kb.content.repository import Repository
from kb.editorial import attachments, comments, drafts, steps, submission
from kb.editorial.models import Draft, Publication, TransitionRow
from kb.errors import RepositoryUnavailable


def post(client, address, **fields):
    return client.post(address, data={name.replace("_", "-"): value for name, value in fields.items()})


def words(element):
    return " ".join(element.get_text(" ").split())


@pytest.fixture
def as_editor(publishing_site):
    return publishing_site.by(publishing_site.editor)


def buttons(page):
    return [words(button) for button in page.select(".kb-review__buttons button")]


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


def test_an_edit_by_hand_leads_to_bringing_the_two_together(publishing_site, checked, as_editor):
    site = publishing_site
    id_ = site.draft(base="fewer-falls", to="in-review")
    there = site.content.case_studies / "fewer-falls.md"
    there.write_text(there.read_text("utf-8") + "\nPut right by hand.\n", "utf-8")
    page = checked(as_editor.get(f"/reviews/{id_}"))
    assert "The published text was changed since this draft began" in words(page.main)
    assert page.find("a", href=f"/drafts/{id_}/merge") is not None
    assert buttons(page) == ["Ask for changes", "Decline"]
    page = checked(post(as_editor, f"/reviews/{id_}/approve-and-publish"), 409)
    assert "changed elsewhere" in words(page.select_one(".nhsuk-error-summary"))
    assert page.find("a", href=f"/drafts/{id_}/merge") is not None
    assert "Put right by hand." in there.read_text("utf-8")


def test_address_and_day(publishing_site, checked, as_editor):
    site = publishing_site
    id_ = site.draft(to="in-review")
    later = datetime.date.today() + datetime.timedelta(days=9)
    day = {"on_day": str(later.day), "on_month": str(later.month), "on_year": str(later.year)}
    assert post(as_editor, f"/reviews/{id_}/settings", slug="safer-nights", **day).status_code == 303
    page = checked(as_editor.get(f"/reviews/{id_}?done=settings"))
    assert "Now /case-studies/safer-nights." in words(page.find(id="slug_hint"))
    assert [page.find("input", attrs={"name": name})["value"] for name in ("slug", "on-day")] == [
        "safer-nights",
        str(later.day),
    ]
    assert buttons(page)[0].startswith("Approve, and publish on ")
    there = post(as_editor, f"/reviews/{id_}/approve-and-publish")
    assert there.headers["location"].endswith("done=scheduled")
    page = checked(as_editor.get(there.headers["location"]))
    assert "It will be published by itself on" in words(page.main)
    assert buttons(page) == ["Take the approval back", "Decline"]
    assert writing.read(site.content, "safer-nights") is None


@pytest.mark.parametrize(
    ("fields", "place", "sentence"),
    [
        ({"slug": "Not One"}, "slug", "Use small letters"),
        ({"slug": "shorter-waits"}, "slug", "Another case study has this address"),
        ({"on_day": "31", "on_month": "2", "on_year": "2027"}, "on", "no date"),
        ({"on_day": "1", "on_month": "1", "on_year": "2020"}, "on", "This day is over"),
    ],
)
def test_an_address_or_day_that_cannot_be_is_said_and_kept(
    publishing_site, checked, as_editor, fields, place, sentence
):
    site = publishing_site
    id_ = site.draft(to="in-review")
    page = checked(post(as_editor, f"/reviews/{id_}/settings", **fields), 422)
    assert sentence in words(page.find(id=f"{place}_error"))
    assert page.select_one(".nhsuk-error-summary a")["href"] == f"#{place}"
    for name, value in fields.items():
        assert page.find("input", attrs={"name": name.replace("_", "-")})["value"] == value
    assert (site.row(id_).slug, site.row(id_).publish_on) == ("", None)


def test_a_new_address_leaves_the_old_one_leading_to_it(publishing_site, as_editor):
    site = publishing_site
    text = site.content.case_studies.joinpath("fewer-falls.md").read_text("utf-8")
    id_ = site.draft(text, base="fewer-falls", to="in-review")
    post(as_editor, f"/reviews/{id_}/settings", slug="far-fewer-falls")
    assert post(as_editor, f"/reviews/{id_}/approve-and-publish").headers["location"].endswith("done=published")
    assert addresses.load(site.content.path).addresses.resolve("fewer-falls") == "far-fewer-falls"


def test_a_title_whose_address_is_taken_is_said_at_the_address(publishing_site, checked, as_editor):
    site = publishing_site
    from kb.content.case_study import CaseStudy

    text = CaseStudy.parse(site.content.case_studies.joinpath("fewer-falls.md").read_text("utf-8")).dump()
    id_ = site.draft(text, to="in-review")
    with site.publisher.database.writing() as session:  # what stands in its way otherwise
        session.get(Draft, id_).state = "approved"
    page = checked(post(as_editor, f"/reviews/{id_}/publish"), 409)
    assert "already a case study at the address fewer-falls" in words(page.find(id="slug_error"))


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
