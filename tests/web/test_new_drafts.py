"""Beginning a draft: for whom, with questions, with a file, as a new version of what is published. Whatever is sent, nothing is lost and a sentence says what to do."""

from PIL import Image

from tests.web.drafting import begun, complaint, count, opened, words

EVIL = "<script>alert(1)</script>"
FILE = b"# Safer nights\n\n## Background\n\nPeople fell at night.\n\n## The card\n\nA drawing of a lamp.\n"


def test_whoever_writes_for_one_organisation_is_only_asked_how(publishing_site, mine, checked, send):
    page = checked(mine.get("/drafts/new"))
    assert [legend.get_text() for legend in page.select("legend")] == ["How do you want to begin?"]
    assert "about 20 minutes" in words(page.main)
    assert "At most 25 MB" in words(page.main)
    form = page.main.form
    assert (form["action"], form["method"], form["enctype"]) == ("/drafts", "post", "multipart/form-data")
    id_ = begun(publishing_site, send(mine, how="questions", form=page.find("input", {"name": "form"})["value"]))
    row = publishing_site.row(id_)
    assert (row.home, row.owner_id, row.state) == ("organisation:RWK", publishing_site.writer.id, "draft")
    checked(mine.get(f"/drafts/{id_}"))


def test_whoever_writes_for_several_says_for_which(publishing_site, people, checked, send):
    site = publishing_site
    both = people(site.client, "contributor@organisation:RWK", "contributor@collaborative:impact")
    client = site.by(both)
    page = checked(client.get("/drafts/new"))
    assert [words(label) for label in page.select("fieldset")[0].select("label")] == ["East Trust", "Impact"]
    answer = checked(send(client, how="questions"), 422)
    assert complaint(answer, "home") == "Choose whose work it is."
    assert answer.select_one("input[value=questions]").has_attr("checked")
    id_ = begun(site, send(client, how="questions", home="collaborative:impact"))
    assert site.row(id_).home == "collaborative:impact"
    for home in ("organisation:RXX", "everywhere", "another", "collaborative:nowhere"):
        complaint(checked(send(client, how="questions", home=home, name="West Trust"), 422), "home")


def test_whoever_writes_for_all_names_the_organisation(publishing_site, people, checked, send):
    site = publishing_site
    client = site.by(people(site.client, "contributor"))
    page = checked(client.get("/drafts/new"))
    assert page.find("input", id="name")
    assert (
        complaint(checked(send(client, how="questions"), 422), "name")
        == "Give the name of the organisation or collaborative."
    )
    said = complaint(checked(send(client, how="questions", home="another", name=EVIL), 422), "name")
    assert said.startswith(f"We know no organisation or collaborative called \u201c{EVIL}\u201d.")
    several = checked(send(client, how="questions", home="another", name="trust"), 422)
    assert complaint(several, "home") == "Several go by this name. Choose one."
    assert [one["value"] for one in several.select("input[name=home]")] == [
        "organisation:RWK",
        "organisation:RXX",
        "another",
    ]
    assert several.find("input", id="name")["value"] == "trust"
    for fields in (
        {"home": "organisation:RXX", "name": "trust"}, {"home": "another", "name": "west trust"}, {"home": "another", "name": "RXX"}, {"name": "rxx"},
    ):  # fmt: skip
        assert site.row(begun(site, send(client, how="questions", **fields))).home == "organisation:RXX"
    assert (
        site.row(begun(site, send(client, how="questions", home="another", name="impact"))).home
        == "collaborative:impact"
    )


def test_how_must_be_chosen_but_a_file_speaks_for_itself(publishing_site, mine, checked, send):
    assert complaint(checked(send(mine), 422), "how") == "Choose how you want to begin."
    assert complaint(checked(send(mine, how="file"), 422), "file") == "Choose a file."
    assert complaint(checked(send(mine, ("a.md", b""), how="file"), 422), "file").startswith(
        "There is nothing in this file."
    )
    begun(publishing_site, send(mine, ("a.md", FILE)))
    begun(publishing_site, mine.post("/drafts", data={"how": "questions"}))  # as a browser sends a form without files


def test_a_form_that_is_sent_twice_begins_one_draft(publishing_site, mine, send):
    for how, file in (("questions", None), ("file", ("a.md", FILE)), ("version", None)):
        before = count(publishing_site)
        first, second = (
            send(mine, file, how=how, slug="fewer-falls" if how == "version" else "", form=f"f-{how}") for _ in range(2)
        )
        assert first.headers["location"] == second.headers["location"]
        assert count(publishing_site) == before + 1
    before = count(publishing_site)
    send(mine, how="questions"), send(mine, how="questions")
    assert count(publishing_site) == before + 2  # a program that names no form


def test_a_new_version_has_everything_that_is_published_and_what_lies_beside_it(publishing_site, mine, checked, send):
    site = publishing_site
    place = site.content.case_studies / "fewer-falls.md"
    text = place.read_text().replace("Fewer fell.", "Fewer fell.\n\n![Falls by month](chart.png)")
    place.write_text(text)
    beside = site.content.case_studies / "fewer-falls"
    beside.mkdir()
    Image.new("RGB", (30, 20), "navy").save(beside / "chart.png")
    id_ = begun(site, send(mine, how="version", slug="fewer-falls"))
    found = opened(site, id_)
    assert (found.row.base_slug, found.row.base_text, found.row.home) == ("fewer-falls", text, "organisation:RWK")
    assert found.answer("problem").data == {"Problem": "People fell at night."}
    assert [(file.name, file.alt) for file in found.files] == [("chart.png", "Falls by month")]
    assert found.row.origin["form"] == ""
    page = checked(mine.get("/drafts/new/version?slug=fewer-falls"))
    assert page.find("a", href=f"/drafts/{id_}", string="the one begun by Wanda Writer")
    other = checked(site.by(site.reviewer).get("/drafts/new/version?slug=fewer-falls"))
    assert other.find("a", href=f"/drafts/{id_}")


def test_only_what_somebody_may_write_for_is_offered_as_a_new_version(publishing_site, people, mine, checked, send):
    site = publishing_site
    page = checked(mine.get("/drafts/new/version"))
    assert [a["href"] for a in page.select(".kb-choices a")] == ["/drafts/new/version?slug=fewer-falls"]
    assert "1 case study" in words(page.main)
    assert "None that you can write for" in words(checked(mine.get("/drafts/new/version?q=waits")).main)
    assert checked(mine.get(f"/drafts/new/version?q={EVIL}")).find("input", id="q")["value"] == EVIL
    for slug in ("shorter-waits", "no-such", "../vocabulary", "CON"):
        checked(mine.get("/drafts/new/version", params={"slug": slug}), 404)
        assert send(mine, how="version", slug=slug).status_code == 404
    assert send(mine, how="version").headers["location"] == "/drafts/new/version"
    everything = checked(site.by(people(site.client, "contributor")).get("/drafts/new/version?q=S"))
    assert len(everything.select(".kb-choices a")) == 2
    alliance = checked(site.by(people(site.client, "contributor@collaborative:impact")).get("/drafts/new/version"))
    assert [a.get_text() for a in alliance.select(".kb-choices a")] == ["Fewer falls"]
    confirm = checked(mine.get("/drafts/new/version?slug=fewer-falls"))
    assert confirm.h1.get_text() == "Improve \u201cFewer falls\u201d"


def test_the_page_of_a_case_study_leads_those_who_may_to_a_new_version(publishing_site, mine, checked):
    site = publishing_site
    link = checked(mine.get("/case-studies/fewer-falls")).find("a", string="Improve this page")
    assert link["href"] == "/drafts/new/version?slug=fewer-falls"
    assert not checked(mine.get("/case-studies/shorter-waits")).find("a", string="Improve this page")
    assert not checked(site.client.get("/case-studies/fewer-falls")).find("a", string="Improve this page")


def test_titles_cannot_be_searched_without_an_index_but_all_else_goes_on(
    publishing_site, mine, checked, send, tmp_path
):
    site = publishing_site
    (tmp_path / "index" / "CURRENT").write_text("gone\n")
    site.client.app.state.searcher.store.close() if hasattr(site.client.app.state.searcher.store, "close") else None
    page = checked(mine.get("/drafts/new/version"))
    assert page.select_one("[role=status]")
    begun(site, send(mine, how="version", slug="fewer-falls"))


def test_visitors_are_asked_to_sign_in_and_told_who_gets_an_account(publishing_site, checked):
    client = publishing_site.client
    response = client.get("/drafts/new")
    assert response.status_code == 303
    assert response.headers["location"] == "/sign-in?next=%2Fdrafts%2Fnew"
    page = checked(client.get(response.headers["location"]))
    assert "You have no account?" in words(page.main)
    assert client.post("/drafts", data={"how": "questions"}).status_code == 401
