"""What a commit holds and who made it, whatever a person has set up, staged or left behind."""

import datetime
from pathlib import Path

import pytest

from kb.content import writing
from kb.content.folder import ContentFolder
from kb.content.repository import Author, Repository
from kb.errors import NotFound, RepositoryUnavailable
from tests.content.repository.by_hand import ANNA, put, run

BOTH = pytest.mark.parametrize(
    "folder", ["content", "."], indirect=True
)  # below another folder, or a repository itself


@BOTH
def test_new_changed_and_deleted_files_are_committed_with_their_author(folder, top, repo):
    before = run(top, "rev-parse", "HEAD")
    paths = [put(folder, "new", "new\n"), put(folder, "good", "better\r\n")]
    paths.append(writing.write_file(folder, "good", "chart.png", b"\x89PNG\r\n"))
    made = repo.commit(
        paths, "Publish two", ANNA, {"Version": "2", "Reviewed-by": "Bo <bo@example.org>"}, "Clearer.\n\nNew figure."
    )
    assert made == run(top, "rev-parse", "HEAD")
    assert run(top, "rev-parse", "HEAD^") == before
    assert (
        run(top, "log", "-1", "--format=%an <%ae> %cn <%ce>")
        == "Anna Ölund <anna@example.nhs.uk> Improvement Exchange <publishing@localhost>"
    )
    assert (
        run(top, "log", "-1", "--format=%B")
        == "Publish two\n\nClearer.\n\nNew figure.\n\nVersion: 2\nReviewed-by: Bo <bo@example.org>"
    )
    assert run(top, "status", "--porcelain") == ""
    assert repo.text_at(made, paths[1]) == "better\r\n"
    second = repo.commit([writing.remove(folder, "good", writing.blob("better\r\n")), paths[2]], "Withdraw it", ANNA)
    assert run(top, "show", "--format=", "--name-status", "HEAD").split("\t")[0] == "D"
    assert run(top, "rev-parse", "HEAD") == second
    assert run(top, "status", "--porcelain") == ""
    assert run(top, "fsck", "--strict") == ""


@BOTH
def test_what_a_person_has_staged_and_changed_stays_as_it_was(folder, top, repo):
    put(folder, "staged", "staged\n")
    put(folder, "good", "half done\n")
    (top / "notes.txt").write_text("notes", "utf-8")
    run(top, "add", str(folder.case_studies / "staged.md"))
    put(folder, "staged", "and changed again\n")
    before = run(top, "status", "--porcelain").splitlines()
    diff = run(top, "diff", "--cached")
    repo.commit([put(folder, "new", "new\n")], "Publish", ANNA)
    assert run(top, "status", "--porcelain").splitlines() == before
    assert run(top, "diff", "--cached") == diff
    assert run(top, "show", "--format=", "--name-only", "HEAD").endswith("case_studies/new.md")
    assert len(run(top, "show", "--format=", "--name-only", "HEAD").splitlines()) == 1
    # What was staged of a file that is published now is what was published.
    repo.commit([folder.case_studies / "staged.md"], "Publish", ANNA)
    assert (
        run(top, "show", "HEAD:./" + str((folder.case_studies / "staged.md").relative_to(top))) == "and changed again"
    )
    assert run(top, "diff", "--cached") == ""


def test_nothing_to_commit_gives_the_last_commit_of_these_files(folder, top, repo):
    first = repo.commit([put(folder, "a", "a\n")], "A", ANNA)
    repo.commit([put(folder, "b", "b\n")], "B", ANNA)
    assert repo.commit([folder.case_studies / "a.md"], "A again", ANNA) == first
    assert repo.commit([folder.case_studies / "never.md"], "Never", ANNA) == ""
    assert run(top, "rev-list", "--count", "HEAD") == "3"


def test_the_first_commit_of_all(tmp_path):
    folder = ContentFolder(tmp_path / "empty")
    folder.case_studies.mkdir(parents=True)
    run(folder.path, "init", "-q")
    repo = Repository(folder.path)
    assert repo.history(put(folder, "a", "a\n")) == []
    assert repo.uncommitted() == [folder.case_studies / "a.md"]
    made = repo.commit([folder.case_studies / "a.md"], "First", ANNA)
    assert run(folder.path, "rev-list", "HEAD") == made
    assert run(folder.path, "status", "--porcelain") == ""
    assert [version.commit for version in repo.history(folder.case_studies / "a.md")] == [made]


@BOTH
def test_paths_may_be_relative_and_the_folder_a_link(folder, tmp_path, monkeypatch):
    (tmp_path / "link").symlink_to(folder.path)
    monkeypatch.chdir(tmp_path)
    linked = ContentFolder(Path("link"))
    repo = Repository(linked.path)
    made = repo.commit([writing.write(linked, "a", "a\n", "")], "A", ANNA)
    assert [version.commit for version in repo.history(Path("link/case_studies/a.md"))] == [made]
    assert repo.uncommitted() == []
    with pytest.raises(RepositoryUnavailable, match="outside"):
        repo.commit([tmp_path / "elsewhere.md"], "Elsewhere", ANNA)


HOSTILE = [
    "Eve <eve@evil>\nReviewed-by: Boss", "\n\nReviewed-by: Boss <boss@example.org>", "Eve\r\nauthor Boss <boss@example.org> 1 +0000", "<>", "", "\x00\x1b[31m", "\ud800",
    "--amend", "$(touch pwned)", "Eve\u2028Reviewed-by: Boss", "x" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_or_text_forges_a_header_or_trailer(folder, top, repo, text):
    path = put(folder, "a", "a\n")
    repo.commit([path], text, Author(text, text), {"Version": "7", "Note": text}, f"{text}\n\n{text}")
    raw = run(top, "cat-file", "commit", "HEAD")
    head, _, message = raw.partition("\n\n")
    assert [line.split(" ")[0] for line in head.splitlines()] == ["tree", "parent", "author", "committer"]
    assert "committer Improvement Exchange <publishing@localhost>" in head
    assert run(top, "log", "-1", "--format=%(trailers:key=Reviewed-by)") == ""
    assert run(top, "log", "-1", "--format=%(trailers:key=Version,valueonly)") == "7"
    assert max(map(len, message.splitlines())) < 5_010
    (version,) = repo.history(path)
    assert (version.reviewer, version.number) == ("", 7)
    assert version.author
    put(folder, "a", "b\n")
    repo.commit([path], text, ANNA, {}, f"First.\n\n{text}")  # with nothing after it
    assert run(top, "log", "-1", "--format=%(trailers)") == ""
    assert repo.history(path)[0].reviewer == ""
    assert not (top / "pwned").exists()


def test_a_reviewer_s_name_cannot_name_two(folder, top, repo):
    path = put(folder, "a", "a\n")
    repo.commit([path], "A", ANNA, {"Reviewed-by": "Bo> <x\nReviewed-by: Boss <bo@example.org>"})
    assert run(top, "log", "-1", "--format=%(trailers)") == "Reviewed-by: Bo x Reviewed-by: Boss <bo@example.org>"
    with pytest.raises(ValueError, match="trailer"):
        repo.commit([path], "A", ANNA, {"Reviewed-by: Boss\nX": "y"})


def test_the_settings_of_a_person_keep_nothing_up(folder, top, tmp_path):
    for name, value in {
        "commit.gpgSign": "true", "gpg.program": "/bin/false", "core.hooksPath": str(tmp_path / "hooks"), "core.pager": "sleep 100", "core.editor": "sleep 100",
        "core.autocrlf": "true", "commit.template": "/nowhere", "user.useConfigOnly": "true", "core.fsmonitor": "/bin/false", "log.showSignature": "true", "color.ui": "always",
        "diff.noprefix": "true", "diff.renames": "false", "log.follow": "true", "core.quotePath": "true", "i18n.logOutputEncoding": "latin1", "trailer.separators": "%",
    }.items():  # fmt: skip
        run(top, "config", name, value)
    (tmp_path / "hooks").mkdir()
    for folder_of in (tmp_path / "hooks", top / ".git" / "hooks"):
        folder_of.mkdir(exist_ok=True)
        for name in (
            "pre-commit",
            "commit-msg",
            "post-commit",
            "prepare-commit-msg",
            "reference-transaction",
            "post-index-change",
        ):
            (folder_of / name).write_text("#!/bin/sh\nexit 1\n", "utf-8")
            (folder_of / name).chmod(0o755)
    (top / ".gitattributes").write_text("*.md filter=never text eol=crlf\n", "utf-8")
    run(top, "config", "filter.never.clean", "/bin/false")
    repo = Repository(folder.path)
    path = put(folder, "a", "a\nÖ\n")
    made = repo.commit([path], "A", ANNA, {"Version": "1"})
    assert repo.text_at(made, path) == "a\nÖ\n"
    (version,) = repo.history(path)
    assert (version.author, version.number) == ("Anna Ölund", 1)


def test_another_git_around_it_does_not_lead_it_astray(folder, top, tmp_path, monkeypatch):
    run(tmp_path, "init", "-q", "other")
    for name, value in (
        ("GIT_DIR", tmp_path / "other" / ".git"),
        ("GIT_INDEX_FILE", tmp_path / "other-index"),
        ("GIT_WORK_TREE", tmp_path / "other"),
    ):
        monkeypatch.setenv(name, str(value))
    made = Repository(folder.path).commit([put(folder, "a", "a\n")], "A", ANNA)
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name)
    assert run(top, "rev-parse", "HEAD") == made
    assert not (tmp_path / "other-index").exists()


@BOTH
def test_only_content_counts_as_not_committed(folder, top, repo):
    assert repo.uncommitted() == []
    (top / "notes.txt").write_text("notes", "utf-8")
    (folder.case_studies / ".writing-x").write_text("x", "utf-8")
    (folder.path / "vocabulary").mkdir()
    (folder.path / "vocabulary" / "topics.yaml").write_text("x", "utf-8")
    assert repo.uncommitted() == []
    changed = [put(folder, "Ö new", "x"), writing.write_file(folder, "good", "a.csv", b"x")]
    addresses = folder.path / "addresses.yaml"
    addresses.write_text("x", "utf-8")
    (folder.case_studies / "good.md").unlink()
    assert repo.uncommitted() == sorted([*changed, addresses, folder.case_studies / "good.md"])
    repo.commit([*changed, addresses, folder.case_studies / "good.md"], "All", ANNA)
    assert repo.uncommitted() == []


def test_a_folder_without_git_is_fine_for_reading(tmp_path):
    folder = ContentFolder(tmp_path / "plain")
    folder.case_studies.mkdir(parents=True)
    repo = Repository(folder.path)
    assert repo.uncommitted() == []
    assert "git -C" in str(repo.problem())
    with pytest.raises(RepositoryUnavailable, match="no git repository"):
        repo.history(put(folder, "a", "a"))
    assert Repository(tmp_path / "nowhere").uncommitted() == []


@pytest.mark.parametrize(
    "commit", ["", "HEAD", "main", "--all", "zzzzzzz", "0" * 40, "abc", "HEAD:x", "a" * 65, "12345678\n"]
)
def test_only_a_commit_s_id_names_a_version(folder, repo, commit):
    with pytest.raises(NotFound):
        repo.text_at(commit, folder.case_studies / "good.md")


def test_an_author_may_have_the_time_zone_of_the_server(folder, repo):
    path = put(folder, "a", "a\n")
    before = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    repo.commit([path], "A", ANNA)
    (version,) = repo.history(path)
    assert version.when.tzinfo is not None
    assert before <= version.when <= datetime.datetime.now(datetime.UTC)


def test_what_lay_beside_a_case_study_in_a_version(folder, repo):
    path = put(folder, "a", "a\n")
    first = repo.commit([path, writing.write_file(folder, "a", "chart.png", b"one")], "A", ANNA)
    changed = [writing.write_file(folder, "a", "chart.png", b"two"), writing.write_file(folder, "a", "b.csv", b"x")]
    second = repo.commit(changed, "B", ANNA)
    assert repo.files_at(first, path) == {"chart.png": b"one"}
    assert repo.files_at(second, path) == {"chart.png": b"two", "b.csv": b"x"}
    assert repo.files_at(first, repo.history(path)[0].name) == {"chart.png": b"one"}
    assert repo.files_at(first, folder.case_studies / "good.md") == {}
    for commit in ("0" * 40, "HEAD", "--all"):
        with pytest.raises(NotFound):
            repo.files_at(commit, path)
