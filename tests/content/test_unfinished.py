"""`kb check` names what was left unfinished: half-written files, files not committed, addresses that lead nowhere."""

import datetime
import os
import shutil
import subprocess

import pytest

from kb.content import atomic, writing
from kb.content.addresses import Withdrawn
from kb.content.checks import check_folder
from kb.content.commit_messages import Author
from kb.content.repository import Repository

TODAY = datetime.date(2026, 11, 24)


@pytest.fixture
def found(folder):
    return lambda: [(f.file, f.code, str(f.severity)) for f in check_folder(folder, TODAY).findings]


@pytest.fixture
def repo(folder):
    subprocess.run(["git", "init", "-q"], cwd=folder.path, check=True)
    made = Repository(folder.path)
    made.commit([folder.case_studies / "good.md"], "First", Author("A", "a@example.org"))
    return made


def test_a_folder_without_git_has_nothing_unfinished(folder, found):
    assert found() == []
    assert not (folder.path / ".git").exists()


def test_what_is_not_committed_is_named_until_it_is(folder, found, repo, good):
    assert found() == []
    paths = [
        writing.write(folder, "falls", good, ""),
        writing.write_file(folder, "falls", "a.csv", b"a"),
        writing.update_addresses(folder, lambda left: left.with_withdrawn("x", Withdrawn("X", TODAY))),
        writing.remove(folder, "good", writing.blob(good)),
    ]
    assert found() == [
        ("addresses.yaml", "uncommitted", "warning"),
        ("case_studies/falls.md", "uncommitted", "warning"),
        ("case_studies/falls/a.csv", "uncommitted", "warning"),
        ("case_studies/good.md", "uncommitted", "warning"),
    ]
    said = [f.message for f in check_folder(folder, TODAY).findings]
    assert ["deleted" in message for message in said] == [False, False, False, True]
    repo.commit(paths, "All", Author("A", "a@example.org"))
    assert found() == []


def test_what_a_killed_writer_left_is_named(folder, found):
    left = folder.case_studies / f"{atomic._PREFIX}abc"
    left.write_text("half", "utf-8")
    assert found() == [(f"case_studies/{left.name}", "unfinished-write", "warning")]
    with atomic.locked(folder.case_studies):
        assert found() == []  # somebody is writing at this moment
    writing.write(folder, "falls", (folder.case_studies / "good.md").read_text("utf-8"), "")
    assert found() == []


def test_a_repository_that_git_does_not_touch_is_told(folder, found, repo, tmp_path, monkeypatch):
    real = shutil.which("git")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text(f'#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {real} "$@"\n', "utf-8")
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    assert found() == [(".", "uncommitted-unknown", "warning")]
    assert "safe.directory" in check_folder(folder, TODAY).findings[0].message
    assert repo.problem() is not None


def test_addresses_are_checked_against_the_case_studies_that_are_there(found, put):
    put("addresses.yaml", "moved:\n  old: good\n  lost: nowhere\n")
    assert found() == [("addresses.yaml", "addresses-target", "error")]
    put("addresses.yaml", "moved: [")
    assert found() == [("addresses.yaml", "addresses-yaml", "error")]


def test_a_check_writes_nothing(folder, found, repo):
    before = sorted((path, path.stat().st_mtime_ns) for path in folder.path.rglob("*") if path.is_file())
    (folder.path / ".git" / "index.lock").touch()
    assert found() == []
    (folder.path / ".git" / "index.lock").unlink()
    assert sorted((path, path.stat().st_mtime_ns) for path in folder.path.rglob("*") if path.is_file()) == before
    assert repo.problem() is None
