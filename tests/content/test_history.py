"""The versions of a file as git's log tells them: through other names, branches and rewritten pasts, each read once."""

import os
import subprocess

import pytest

from kb.content import git, history
from kb.content.commit_messages import Author
from kb.content.folder import ContentFolder
from kb.content.repository import Repository

ANNA = Author("Anna", "anna@example.nhs.uk")
LONG = "".join(f"line {n}\n" for n in range(30))


def run(folder, *arguments):
    who = [
        "-c",
        "user.name=A person",
        "-c",
        "user.email=person@example.org",
        "-c",
        "init.defaultBranch=main",
        "-c",
        "merge.renames=true",
    ]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    made = ContentFolder(tmp_path / "content")
    made.case_studies.mkdir(parents=True)
    run(made.path, "init", "-q")
    return made


@pytest.fixture
def repo(folder):
    return Repository(folder.path)


@pytest.fixture
def publish(folder, repo):
    """Publishes a text at an address, or takes it away."""

    def publish(slug, text, number=None, note=""):
        path = folder.case_studies / f"{slug}.md"
        if text is None:
            path.unlink()
        else:
            path.write_text(text, "utf-8")
        trailers = {"Version": str(number), "Reviewed-by": "Bo Berg <bo@example.nhs.uk>"} if number else {}
        return repo.commit([path], f"Publish {slug}", ANNA, trailers, note)

    return publish


@pytest.fixture
def versions(folder, repo):
    """What the history of an address tells: the part that is asked about, newest first."""
    return lambda slug, what="commit", limit=1000: [
        getattr(version, what) for version in repo.history(folder.case_studies / f"{slug}.md", limit)
    ]


def test_each_version_has_its_author_reviewer_number_and_note(folder, repo, publish):
    first = publish("a", "one\n", 1)
    publish("b", "other\n", 1)
    second = publish("a", "two\n", 2, "Clearer.\n\nFigures for\n2026: added.")
    newest, oldest = repo.history(folder.case_studies / "a.md")
    assert (newest.commit, newest.number, newest.reviewer, newest.author) == (second, 2, "Bo Berg", "Anna")
    assert newest.note == "Clearer.\nFigures for 2026: added."
    assert (oldest.commit, oldest.note, oldest.removed) == (first, "Publish a", False)
    assert repo.text_at(newest.commit, newest.name) == "two\n"
    assert git.run(folder.path, "cat-file", "blob", oldest.blob) == b"one\n"
    assert repo.history(folder.case_studies / "never.md") == []
    assert len(repo.history(folder.case_studies / "a.md", 1)) == 1


def test_what_was_committed_by_hand_is_a_version_too(folder, repo, publish):
    publish("a", "one\n", 1)
    (folder.case_studies / "a.md").write_text("by hand\n", "utf-8")
    run(
        folder.path,
        "commit",
        "-q",
        "-a",
        "-m",
        "Typo\n\nSaid at the\nward round.\n\nVersion: many\nSigned-off-by: X <x@example.org>",
    )
    newest = repo.history(folder.case_studies / "a.md")[0]
    assert (newest.author, newest.number, newest.reviewer, newest.note) == (
        "A person",
        None,
        "",
        "Said at the ward round.",
    )


def test_a_file_is_followed_through_its_names(folder, publish, versions):
    one = publish("a", LONG)
    two = publish("a", f"{LONG}two\n")
    run(folder.path, "mv", "case_studies/a.md", "case_studies/b.md")
    run(folder.path, "commit", "-q", "-m", "Renamed")
    renamed = run(folder.path, "rev-parse", "HEAD")
    three = publish("b", f"{LONG}three\n")
    assert versions("b") == [three, renamed, two, one]
    assert versions("b", "name") == ["case_studies/b.md"] * 2 + ["case_studies/a.md"] * 2
    assert versions("a") == [two, one]  # what it was before it moved
    # Another case study at the old address has a history of its own.
    other = publish("a", "something else\n")
    again = publish("a", "something else again\n")
    assert versions("a") == [again, other]
    assert versions("b") == [three, renamed, two, one]
    assert versions("b", limit=3) == [three, renamed, two]


@pytest.mark.parametrize("told", ["old", "other", ""])
def test_a_move_with_many_changes_is_followed_when_the_commit_tells_of_it(folder, repo, publish, versions, told):
    one = publish("old", LONG)
    (folder.case_studies / "old.md").unlink()
    (folder.case_studies / "new.md").write_text("all of it anew\n", "utf-8")
    paths = [folder.case_studies / "old.md", folder.case_studies / "new.md"]
    two = repo.commit(paths, "Publish new", ANNA, {"Moved-from": told})
    assert versions("new") == ([two, one] if told == "old" else [two])


def test_there_and_back_again(folder, publish, versions):
    one = publish("a", LONG)
    commits = [one]
    for old, new in (("a", "b"), ("b", "a"), ("a", "b")):
        run(folder.path, "mv", f"case_studies/{old}.md", f"case_studies/{new}.md")
        run(folder.path, "commit", "-q", "-m", "Renamed")
        commits.append(run(folder.path, "rev-parse", "HEAD"))
    assert versions("b") == commits[::-1]


def test_a_case_study_taken_down_and_published_again_keeps_its_history(publish, versions):
    one, two, three = publish("a", "one\n"), publish("a", None), publish("a", "three\n")
    assert versions("a") == [three, two, one]
    assert versions("a", "removed") == [False, True, False]


def test_versions_of_a_branch_are_there_and_so_is_what_a_merge_made_of_two(folder, publish, versions):
    one = publish("a", LONG)
    run(folder.path, "checkout", "-q", "-b", "side")
    side = publish("a", LONG.replace("line 1\n", "side\n"))
    run(folder.path, "checkout", "-q", "main")
    main = publish("a", LONG.replace("line 1\n", "main\n"))
    with pytest.raises(subprocess.CalledProcessError):
        run(folder.path, "merge", "-q", "side")
    (folder.case_studies / "a.md").write_text(LONG.replace("line 1\n", "both\n"), "utf-8")
    run(folder.path, "add", ".")
    run(folder.path, "commit", "-q", "-m", "Merged")
    merged = run(folder.path, "rev-parse", "HEAD")
    found = versions("a")
    assert (found[0], found[-1], set(found)) == (merged, one, {one, side, main, merged})


def test_only_what_is_new_is_read_again(folder, repo, publish, versions, monkeypatch):
    publish("a", "one\n")
    assert len(versions("a")) == 1
    asked = []
    true = git.run

    def watch(where, *arguments, **more):
        asked.append(arguments)
        return true(where, *arguments, **more)

    monkeypatch.setattr(git, "run", watch)
    assert len(versions("a")) == 1
    assert not any(arguments[0] == "log" for arguments in asked)
    two = publish("a", "two\n")
    del asked[:]
    assert versions("a")[0] == two
    (log,) = [arguments for arguments in asked if arguments[0] == "log"]
    assert any(".." in argument for argument in log)
    assert Repository(folder.path).history(folder.case_studies / "a.md") == repo.history(folder.case_studies / "a.md")


def test_a_past_that_was_rewritten_is_read_anew(folder, publish, versions):
    one, _ = publish("a", "one\n"), publish("a", "two\n")
    assert len(versions("a")) == 2
    run(folder.path, "reset", "-q", "--hard", one)
    assert versions("a") == [one]
    three = publish("a", "three\n")
    assert versions("a") == [three, one]
    run(folder.path, "checkout", "-q", "--orphan", "fresh")
    run(folder.path, "commit", "-q", "-m", "Anew")
    assert versions("a") == [run(folder.path, "rev-parse", "HEAD")]


@pytest.mark.parametrize("name", ["a b", "Été", "a\tb", 'a"b', "-a", ":(glob)*", "a*"])
def test_any_name_of_a_file_has_its_history(folder, repo, name):
    path = folder.case_studies / f"{name}.md"
    path.write_text("one\n", "utf-8")
    made = repo.commit([path], "One", ANNA)
    (folder.case_studies / "ab.md").write_text("other\n", "utf-8")
    repo.commit([folder.case_studies / "ab.md"], "Other", ANNA)
    assert [version.commit for version in repo.history(path)] == [made]
    assert repo.text_at(made, path) == "one\n"


def test_a_commit_s_text_cannot_be_taken_for_another_entry(folder, repo, publish):
    publish("a", "one\n")
    (folder.case_studies / "a.md").write_text("two\n", "utf-8")
    run(folder.path, "commit", "-q", "-a", "-m", f"\n:100644 100644 {'a' * 40} {'b' * 40} M\n\n{'c' * 40}\n\x01\x1f")
    found = repo.history(folder.case_studies / "a.md")
    assert [version.author for version in found] == ["A person", "Anna"]
    assert found[0].note.startswith("c" * 40)


def test_a_log_that_is_cut_off_gives_what_is_whole():
    assert list(history._entries("")) == []
    assert list(history._entries("a\0b")) == []
