"""An earlier version as a new draft: of what is published and of what was withdrawn, for those who may."""

import datetime
import io

import pytest
from PIL import Image

from kb.content.case_study import CaseStudy
from kb.editorial import attachments, drafts
from kb.editorial.models import Draft

HERE = "/case-studies/fewer-falls"


def picture():
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(made, "PNG")
    return made.getvalue()


def words(element):
    return " ".join(element.get_text(" ").split())


@pytest.fixture
def two_versions(publishing_site):
    """The published text had a picture and other words before; gives the commits, the newest first."""
    site = publishing_site
    there = site.content.case_studies / "fewer-falls.md"
    now = there.read_text("utf-8")
    there.write_text(now.replace("Fewer fell.", "Fewer fell.\n\n![A chart](chart.png)\n"), "utf-8")
    there.with_suffix("").mkdir()
    (there.with_suffix("") / "chart.png").write_bytes(picture())
    site.git("add", ".")
    site.git("commit", "-q", "-m", "With a chart")
    there.write_text(now, "utf-8")
    (there.with_suffix("") / "chart.png").unlink()
    site.git("add", ".")
    site.git("commit", "-q", "-m", "Without it")
    return site.git("log", "--format=%H").splitlines()


def restored(site, answer):
    assert answer.status_code == 303
    id_ = answer.headers["location"].removeprefix("/drafts/")
    with site.publisher.database.reading() as session:
        return drafts.open_(session, site.writer, id_, site.words)


def test_a_writer_starts_a_draft_from_the_history(publishing_site, checked, two_versions):
    site, (_, chart, _) = publishing_site, two_versions
    client = site.by(site.writer)
    page = checked(client.get(f"{HERE}/history"))
    links = [link["href"] for link in page.find_all("a") if "Start a draft" in link.get_text()]
    assert links == [f"{HERE}/restore?commit={commit}" for commit in two_versions]
    page = checked(client.get(links[1]))
    assert page.find("input", checked=True)["value"] == chart
    assert "What is published stays as it is" in words(page.main)
    form = {field["name"]: field["value"] for field in page.find_all("input", type="hidden")}
    opened = restored(site, client.post(f"{HERE}/restore", data={**form, "commit": chart}))
    assert "![A chart](chart.png)" in opened.text()
    assert (opened.row.base_slug, opened.row.owner_id) == ("fewer-falls", site.writer.id)
    assert opened.row.base_text == site.content.case_studies.joinpath("fewer-falls.md").read_text("utf-8")
    with site.publisher.database.reading() as session:
        assert attachments.read(session, opened.row.id, "chart.png")[0] == "png"
    again = client.post(f"{HERE}/restore", data={**form, "commit": chart})
    assert again.headers["location"] == f"/drafts/{opened.row.id}"


def test_what_was_withdrawn_is_brought_back_by_an_editor_at_its_address(publishing_site, checked):
    site = publishing_site
    editor = site.by(site.editor)
    site.publisher.withdraw(site.editor, "fewer-falls", "Wrong.", site.words, datetime.date(2026, 11, 24))
    page = checked(editor.get(f"{HERE}/restore"))
    assert "It stays withdrawn until the draft is published" in words(page.main)
    commit = page.find("input", checked=True)["value"]
    answer = editor.post(f"{HERE}/restore", data={"commit": commit})
    id_ = answer.headers["location"].removeprefix("/drafts/")
    row = site.row(id_)
    assert (row.slug, row.base_slug, row.home, row.title) == ("fewer-falls", "", "collaborative:impact", "Fewer falls")
    for person in (site.writer, site.reviewer, site.other):
        assert site.by(person).get(f"{HERE}/restore").status_code == 404


def test_others_cannot_restore(publishing_site, checked, two_versions):
    site = publishing_site
    for person in (site.other,):
        client = site.by(person)
        assert client.get(f"{HERE}/restore").status_code == 404
        assert client.post(f"{HERE}/restore", data={"commit": two_versions[0]}).status_code == 404
        assert "Start a draft" not in words(checked(client.get(f"{HERE}/history")).main)
    assert "Start a draft" not in words(checked(site.client.get(f"{HERE}/history")).main)
    assert site.client.post(f"{HERE}/restore", data={"commit": two_versions[0]}).status_code == 401
    with site.publisher.database.reading() as session:
        assert session.query(Draft).count() == 0


@pytest.mark.parametrize("commit", ["", "HEAD", "0" * 40, "--all"])
def test_only_a_version_of_this_case_study_is_one(publishing_site, commit):
    site = publishing_site
    client = site.by(site.writer)
    assert client.post(f"{HERE}/restore", data={"commit": commit}).status_code == 404
    assert client.get("/case-studies/..%2f..%2fetc/restore").status_code == 404
    assert client.get("/case-studies/nothing-here/restore").status_code == 404


def test_a_commit_of_another_file_is_no_version(publishing_site):
    site = publishing_site
    (site.content.case_studies / "shorter-waits.md").write_text(CaseStudy(title="Shorter waits").dump(), "utf-8")
    site.git("commit", "-q", "-a", "-m", "Another")
    other = site.git("log", "-1", "--format=%H")
    assert site.by(site.writer).post(f"{HERE}/restore", data={"commit": other}).status_code == 404
