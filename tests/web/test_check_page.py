"""What is looked at before a draft is sent: patients' details and the reasons why words are none, files, similar work, wording."""

import re

from kb.editorial import attachments, drafts
from kb.editorial.models import AuditEntry, Confirmation
from kb.errors import SearchUnavailable
from tests.web.drafting import complaint, form_of, results, save, words

EVIL = "<script>alert(1)</script>"
NHS_NUMBER = "943 476 5919"  # as in every textbook: it belongs to nobody
LIKELY = "One nurse can be reached at jane.smith@example.com in the evening."


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
