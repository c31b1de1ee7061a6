"""A published case study that was changed while a new version of it was written: shown side by side, chosen part by part, nothing lost."""

import pytest

from kb.editorial import drafts, steps

BASE = "---\ntitle: Fewer falls\nsummary: Falls fell.\norganisations: [RWK]\n---\n\n## Problem\n\nPeople fell at night.\n\n## Results\n\nFewer fell.\n"
EVIL = "<script>alert(1)</script>"


def words(element):
    return " ".join(element.get_text(" ").split())


@pytest.fixture
def version(publishing_site):
    """`version(theirs, to="draft", **mine)`: a new version whose published text is then changed by hand; "" deletes it."""

    def make(theirs, to="draft", **mine):
        site = publishing_site
        place = site.content.case_studies / "fewer-falls.md"
        place.write_text(BASE)
        id_ = site.draft(BASE, base="fewer-falls", to="draft")
        for question, data in mine.items():
            with site.publisher.database.writing() as session:
                opened = drafts.open_(session, site.writer, id_, site.words)
                drafts.save(session, site.writer, opened, question, data, opened.answer(question).revision)
        for actor, step in [(site.writer, "submit"), (site.editor, "review"), (site.editor, "approve")][
            : ["draft", "submitted", "in-review", "approved"].index(to)
        ]:
            with site.publisher.database.writing() as session:
                steps.take(session, actor, drafts.open_(session, actor, id_, site.words), step, site.publisher.house)
        place.write_text(theirs) if theirs else place.unlink()
        return id_

    return make


def answer(site, id_, question):
    with site.publisher.database.reading() as session:
        return drafts.open_(session, site.writer, id_, site.words).answer(question).data


def fields_of(page, choose=""):
    found = {"seen": page.find("input", {"name": "seen"})["value"]}
    return found | {one["name"]: choose for one in page.select("input[type=radio]") if choose}


def test_the_draft_says_so_and_both_sides_are_shown(publishing_site, version, checked):
    site = publishing_site
    id_ = version(
        BASE.replace("Fewer fell.", "Half as many fell.").replace("organisations: [RWK]", "organisations: [RWK, RXX]"),
        results={"Results": f"Fewer fell, by a third. {EVIL}"}, problem={"Problem": "People fell at night, and by day."},
    )  # fmt: skip
    mine = site.by(site.writer)
    page = checked(mine.get(f"/drafts/{id_}"))
    assert "The published case study has changed" in words(page.main)
    assert page.find("a", href=f"/drafts/{id_}/merge")
    page = checked(mine.get(f"/drafts/{id_}/merge"))
    (part,) = page.select(".kb-merge")
    assert words(part.h2) == "Results"
    ours, theirs = (words(side) for side in part.select(".kb-merge__side"))
    assert "by a third" in ours
    assert EVIL in ours
    assert "Half as many" in theirs
    assert [label.get_text() for label in part.select(".nhsuk-radios label")] == [
        "Yours",
        "Published now",
        "Both, one after the other",
    ]
    taken = [words(one.summary) for one in page.select(".kb-merge__taken details")]
    assert taken == ["Organisations", "Problem"]
    assert "West Trust" in words(page.select(".kb-merge__taken details")[0])


@pytest.mark.parametrize(
    ("choice", "results"), [("ours", "A third."), ("theirs", "Half."), ("both", "A third.\n\nHalf.")]
)  # fmt: skip
def test_what_was_chosen_is_kept_and_the_rest_taken(publishing_site, version, checked, choice, results):
    site = publishing_site
    id_ = version(
        BASE.replace("Fewer fell.", "Half.").replace("People fell at night.", "People fell."),
        results={"Results": "A third."},
    )
    mine = site.by(site.writer)
    page = checked(mine.get(f"/drafts/{id_}/merge"))
    missing = checked(mine.post(f"/drafts/{id_}/merge", data=fields_of(page)), 422)
    assert words(missing.select_one("[role=alert] a")) == "Results: choose which text to keep."
    assert answer(site, id_, "results") == {"Results": "A third."}
    for _ in range(2):  # a second click finds it done
        done = mine.post(f"/drafts/{id_}/merge", data=fields_of(page, choice))
        assert (done.status_code, done.headers["location"]) == (303, f"/drafts/{id_}")
    assert answer(site, id_, "results") == {"Results": results}
    assert answer(site, id_, "problem") == {"Problem": "People fell."}
    assert "has changed" not in words(checked(mine.get(f"/drafts/{id_}")).main)
    assert mine.get(f"/drafts/{id_}/merge").headers["location"] == f"/drafts/{id_}"


def test_fields_cannot_be_kept_both(publishing_site, version, checked):
    id_ = version(
        BASE.replace("summary: Falls fell.", "summary: Theirs."),
        **{"what-you-improved": {"title": "Fewer falls", "summary": "Mine."}},
    )
    page = checked(publishing_site.by(publishing_site.writer).get(f"/drafts/{id_}/merge"))
    assert [one["value"] for one in page.select("input[type=radio]")] == ["ours", "theirs"]
    answer_ = publishing_site.by(publishing_site.writer).post(f"/drafts/{id_}/merge", data=fields_of(page, "both"))
    checked(answer_, 422)


def test_with_nothing_to_choose_one_button_is_enough(publishing_site, version, checked):
    site = publishing_site
    id_ = version(BASE.replace("Fewer fell.", "Half."), learning={"What was learned": "Ask early."})
    mine = site.by(site.writer)
    page = checked(mine.get(f"/drafts/{id_}/merge"))
    assert "there is nothing to choose" in words(page.main)
    assert mine.post(f"/drafts/{id_}/merge", data=fields_of(page)).status_code == 303
    assert answer(site, id_, "results") == {"Results": "Half."}
    assert answer(site, id_, "learning") == {"What was learned": "Ask early."}


def test_what_changed_again_meanwhile_is_shown_again_with_what_was_chosen(publishing_site, version, checked):
    site = publishing_site
    id_ = version(BASE.replace("Fewer fell.", "Half."), results={"Results": "A third."})
    mine = site.by(site.writer)
    page = checked(mine.get(f"/drafts/{id_}/merge"))
    (site.content.case_studies / "fewer-falls.md").write_text(BASE.replace("Fewer fell.", "Two thirds."))
    again = checked(mine.post(f"/drafts/{id_}/merge", data=fields_of(page, "theirs")), 422)
    assert "changed since you opened this page" in words(again.select_one("[role=alert]"))
    assert "Two thirds" in words(again.main)
    assert again.select_one("input[type=radio][checked]")["value"] == "theirs"
    assert answer(site, id_, "results") == {"Results": "A third."}
    assert mine.post(f"/drafts/{id_}/merge", data=fields_of(again, "theirs")).status_code == 303
    assert answer(site, id_, "results") == {"Results": "Two thirds."}


def test_in_review_it_is_the_reviewers_and_an_approval_is_taken_back(publishing_site, version, checked):
    site = publishing_site
    id_ = version(BASE.replace("Fewer fell.", "Half."), to="approved")
    mine, theirs = site.by(site.writer), site.by(site.editor)
    page = checked(mine.get(f"/drafts/{id_}"))
    assert "Your reviewer can do this." in words(page.main)
    assert not page.find("a", href=f"/drafts/{id_}/merge")
    assert mine.get(f"/drafts/{id_}/merge").status_code == 403
    assert mine.post(f"/drafts/{id_}/merge").status_code in (403, 422)
    page = checked(theirs.get(f"/drafts/{id_}/merge"))
    assert "It goes back into review" in words(page.main)
    done = theirs.post(f"/drafts/{id_}/merge", data=fields_of(page))
    assert (done.status_code, done.headers["location"]) == (303, f"/reviews/{id_}")
    assert site.row(id_).state == "in-review"
    assert answer(site, id_, "results") == {"Results": "Half."}


def test_what_waits_is_taken_back_first(publishing_site, version, checked):
    site = publishing_site
    id_ = version(BASE.replace("Fewer fell.", "Half."), to="submitted")
    page = checked(site.by(site.writer).get(f"/drafts/{id_}"))
    assert "Take the draft back first, or leave it to your reviewer." in words(page.main)
    checked(site.by(site.writer).get(f"/drafts/{id_}/merge"), 409)


def test_when_the_published_one_is_gone_the_draft_goes_on_alone(publishing_site, version, checked):
    site = publishing_site
    id_ = version("", results={"Results": "A third."})
    mine = site.by(site.writer)
    assert "no longer there" in words(checked(mine.get(f"/drafts/{id_}")).main)
    page = checked(mine.get(f"/drafts/{id_}/merge"))
    assert words(page.main.form.find("button")) == "Go on as a case study of its own"
    assert mine.post(f"/drafts/{id_}/merge", data=fields_of(page)).status_code == 303
    row = site.row(id_)
    assert (row.base_slug, row.base_text) == ("", "")
    assert answer(site, id_, "results") == {"Results": "A third."}
    assert "no longer there" not in words(checked(mine.get(f"/drafts/{id_}")).main)


def test_a_draft_that_is_behind_nothing_has_nothing_to_bring_together(publishing_site, version):
    site = publishing_site
    id_ = version(BASE)
    mine = site.by(site.writer)
    for method in ("GET", "POST"):
        answer_ = mine.request(method, f"/drafts/{id_}/merge")
        assert (answer_.status_code, answer_.headers["location"]) == (303, f"/drafts/{id_}")
    new = site.draft(to="draft")
    assert mine.get(f"/drafts/{new}/merge").headers["location"] == f"/drafts/{new}"
