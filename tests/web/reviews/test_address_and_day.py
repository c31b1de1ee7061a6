"""The address and day of what is published, and edits by hand meanwhile."""

import datetime

import pytest

from kb.content import addresses, writing
from kb.editorial.models import Draft
from tests.web.reviews.reading import buttons, post, words


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
