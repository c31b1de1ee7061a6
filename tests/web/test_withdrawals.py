"""Taking a published case study off the site: by an editor of those who did the work, with a reason, and a page that stays."""

import subprocess

import pytest

from kb.content import addresses, writing
from kb.content.repository import Repository
from kb.errors import RepositoryUnavailable

HERE = "/case-studies/fewer-falls/withdraw"


def words(element):
    return " ".join(element.get_text(" ").split())


@pytest.fixture
def as_editor(publishing_site):
    return publishing_site.by(publishing_site.editor)


def test_a_page_stays_that_says_why(publishing_site, checked, as_editor):
    site = publishing_site
    page = checked(as_editor.get("/case-studies/fewer-falls"))
    assert words(page.find("a", href=HERE)) == "Withdraw it"
    page = checked(as_editor.get(HERE))
    assert words(page.h1) == "Fewer falls Withdraw this case study"
    answer = as_editor.post(HERE, data={"reason": "The figures\r\nwere wrong."})
    assert (answer.status_code, answer.headers["location"]) == (303, "/case-studies/fewer-falls")
    page = checked(site.client.get("/case-studies/fewer-falls"), 410)
    assert "The reason: The figures were wrong." in words(page.main)
    assert page.find("a", href="/case-studies/fewer-falls/restore") is None
    page = checked(as_editor.get("/case-studies/fewer-falls"), 410)
    assert page.find("a", href="/case-studies/fewer-falls/restore") is not None
    assert writing.read(site.content, "fewer-falls") is None
    assert site.git("log", "-1", "--format=%s|%an") == "Withdraw fewer-falls|Edith Editor"
    assert as_editor.get(HERE).status_code == 404


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("  ", "Say in a sentence why"),
        ("x" * 1_001, "Keep the reason to 1,000 characters"),
        ("It names 943 476 5919.", "holds a patient\u2019s detail"),
    ],
)
def test_a_reason_that_cannot_be_shown_is_said_and_kept(publishing_site, checked, as_editor, reason, sentence):
    page = checked(as_editor.post(HERE, data={"reason": reason}), 422)
    assert sentence in words(page.find(id="reason-error"))
    assert page.title.string.startswith("Error: ")
    assert page.find("textarea").get_text().strip() == reason.strip()
    assert writing.read(publishing_site.content, "fewer-falls") is not None


def test_others_cannot_withdraw_it_nor_see_that_one_could(publishing_site, checked):
    site = publishing_site
    for person in (site.other, site.reviewer, site.writer):
        client = site.by(person)
        for method in ("GET", "POST"):
            assert client.request(method, HERE, data={"reason": "Because."}).status_code == 404
        assert checked(client.get("/case-studies/fewer-falls")).find("a", href=HERE) is None
    assert site.client.get(HERE).status_code == 303
    assert site.client.post(HERE, data={"reason": "Because."}).status_code == 401
    page = site.client.get("/case-studies/fewer-falls")
    assert checked(page).find("a", href=HERE) is None
    assert "no-store" not in page.headers["cache-control"]
    assert writing.read(site.content, "fewer-falls") is not None


def test_what_is_not_there_is_not_found(as_editor):
    for slug in ("nothing-here", "..", "CON"):
        assert as_editor.get(f"/case-studies/{slug}/withdraw").status_code == 404


def test_git_that_fails_is_said_and_the_same_again_completes_it(publishing_site, checked, as_editor, monkeypatch):
    site = publishing_site

    def fails(*_, **__):
        raise RepositoryUnavailable("/srv/content/.git is held.", "Wait.")

    with monkeypatch.context() as patched:
        patched.setattr(Repository, "commit", fails)
        answer = as_editor.post(HERE, data={"reason": "The figures were wrong."})
    page = checked(answer, 503)
    assert "cannot write at the moment" in words(page.find(id="reason-error"))
    assert "/srv/content" not in answer.text
    assert page.find("textarea").get_text().strip() == "The figures were wrong."
    assert as_editor.post(HERE, data={"reason": "The figures were wrong."}).status_code == 303
    assert site.git("log", "--format=%s").splitlines() == ["Withdraw fewer-falls", "Begin"]
    assert (site.publisher.unfinished(), site.git("status", "--porcelain")) == ([], "")


def test_an_edit_in_the_same_moment_is_not_taken_away(publishing_site, checked, as_editor, monkeypatch):
    site = publishing_site
    there = site.content.case_studies / "fewer-falls.md"
    lock = Repository.lock

    def edited_first(self):
        there.write_text(there.read_text("utf-8") + "\nPut right by hand.\n", "utf-8")
        return lock(self)

    with monkeypatch.context() as patched:
        patched.setattr(Repository, "lock", edited_first)
        page = checked(as_editor.post(HERE, data={"reason": "The figures were wrong."}), 409)
    assert "was changed while you were on this page" in words(page.find(id="reason-error"))
    assert "Put right by hand." in there.read_text("utf-8")
    assert addresses.load(site.content.path).addresses.withdrawn == {}


def test_the_text_stays_in_git(publishing_site, as_editor):
    as_editor.post(HERE, data={"reason": "The figures were wrong."})
    show = ["git", "show", "HEAD~1:case_studies/fewer-falls.md"]
    kept = subprocess.run(show, cwd=publishing_site.content.path, check=True, capture_output=True, text=True)
    assert "People fell at night." in kept.stdout
