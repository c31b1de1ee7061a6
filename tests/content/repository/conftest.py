"""A content folder in a repository of a real git, on a computer where nobody has set anything up."""

import os

import pytest

from kb.content.folder import ContentFolder
from kb.content.repository import Repository
from tests.content.repository.by_hand import run


@pytest.fixture(autouse=True)
def nobody(monkeypatch, tmp_path):
    """No name, no address and no setting of git's on this computer."""
    (tmp_path / "home").mkdir()
    for name in [name for name in os.environ if name.startswith(("GIT_", "EMAIL", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def folder(request, tmp_path):
    """A content folder with one committed case study, good.md, in a repository."""
    top = tmp_path / "repository"
    made = ContentFolder(top / getattr(request, "param", "content"))
    made.case_studies.mkdir(parents=True)
    (made.case_studies / "good.md").write_text("good\n", "utf-8")
    run(top, "init", "-q")
    run(top, "add", ".")
    run(top, "commit", "-q", "-m", "First")
    return made


@pytest.fixture
def top(tmp_path):
    return tmp_path / "repository"


@pytest.fixture
def repo(folder):
    return Repository(folder.path)
