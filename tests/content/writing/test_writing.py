"""Writing, changing and taking away case studies and their files: whole, or not at all."""

import datetime
import hashlib
import os
import subprocess

import filelock
import pytest

from kb.content import addresses, atomic, writing
from kb.content.addresses import Withdrawn
from kb.content.folder import MAX_BYTES, ContentFolder
from kb.errors import CaseStudyExists, CaseStudyInvalid, ContentUnreadable, EditConflict
from tests.content.writing.whole import everything


def test_the_id_of_a_text_is_the_one_that_git_gives(tmp_path):
    (tmp_path / "a").write_bytes("é\n".encode())
    given = subprocess.run(["git", "hash-object", "a"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert writing.blob("é\n") == writing.blob("é\n".encode()) == given.strip()


def test_a_new_text_is_written_where_nothing_was(folder):
    path = writing.write(folder, "falls", "---\ntitle: é\n---\n", "")
    assert path == folder.case_studies / "falls.md"
    assert path.read_bytes() == "---\ntitle: é\n---\n".encode()
    assert path.stat().st_mode & 0o777 == 0o644
    assert writing.read(folder, "falls") == "---\ntitle: é\n---\n"
    assert everything(folder) == ["case_studies/falls.md", "case_studies/good.md"]


def test_a_text_is_changed_by_whoever_has_read_it(folder, good):
    (folder.case_studies / "good.md").chmod(0o664)
    writing.write(folder, "good", "new\r\n", writing.blob(good))
    assert (folder.case_studies / "good.md").read_bytes() == b"new\r\n"
    assert (folder.case_studies / "good.md").stat().st_mode & 0o777 == 0o664
    assert everything(folder) == ["case_studies/good.md"]


@pytest.mark.parametrize(
    ("slug", "expected", "said"),
    [
        ("good", "", "already there"),
        ("good", writing.blob("older"), "changed"),
        ("gone", writing.blob("older"), "deleted"),
    ],
)
def test_what_changed_meanwhile_is_not_overwritten_and_is_told(folder, good, slug, expected, said):
    with pytest.raises(EditConflict, match=said) as caught:
        writing.write(folder, slug, "mine", expected)
    assert (caught.value.text, caught.value.blob) == (("", "") if slug == "gone" else (good, writing.blob(good)))
    assert (writing.read(folder, "good"), writing.read(folder, "gone")) == (good, None)
    if slug == "good":
        with pytest.raises(EditConflict) as caught:
            writing.remove(folder, slug, expected)
        assert caught.value.text == good
    assert everything(folder) == ["case_studies/good.md"]


@pytest.mark.parametrize("expected", ["", writing.blob("older"), "nonsense"])
def test_what_is_there_already_need_not_be_written_again(folder, good, expected):
    before = (folder.case_studies / "good.md").stat()
    writing.write(folder, "good", good, expected)
    after = (folder.case_studies / "good.md").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_case_study_is_taken_away_once(folder, good):
    path = writing.remove(folder, "good", writing.blob(good))
    assert path == folder.case_studies / "good.md"
    assert everything(folder) == []
    assert writing.remove(folder, "good", writing.blob(good)) == path


def test_a_case_study_stays_where_it_lies_in_the_folder(folder, good):
    inner = folder.case_studies / "2024" / "Fewer Falls!.md"
    inner.parent.mkdir()
    inner.write_text(good, "utf-8")
    assert writing.write(folder, "fewer-falls", "new", writing.blob(good)) == inner
    assert inner.read_text("utf-8") == "new"
    with pytest.raises(CaseStudyExists, match=r"Fewer Falls!\.md"):
        writing.write_new(folder, "Fewer falls", "other")
    writing.remove(folder, "fewer-falls", writing.blob("new"))
    assert everything(folder) == ["case_studies/good.md"]


NOT_SLUGS = [
    "", ".", "..", "a.b", "../good", "a/b", "/etc/passwd", "a\\b", "C:", "a b", "A", "é", "a\n", "a\0", "\x1b[2J", "con", "nul", "com1", "lpt9", "readme",
    "-a", "a-", "a--b", "a" * 81,
]  # fmt: skip


@pytest.mark.parametrize("slug", NOT_SLUGS)
def test_what_is_no_address_is_never_a_path(folder, good, slug):
    for use in (
        lambda: writing.read(folder, slug),
        lambda: writing.write(folder, slug, "x", ""),
        lambda: writing.remove(folder, slug, writing.blob(good)),
        lambda: writing.write_file(folder, slug, "a.png", b"x"),
        lambda: writing.remove_other_files(folder, slug, ()),
    ):
        with pytest.raises(CaseStudyInvalid, match="cannot be an address"):
            use()
    assert everything(folder) == ["case_studies/good.md"]


@pytest.mark.parametrize(
    "name",
    [
        "", ".png", "..png", "a.svg", "a.html", "a.md", "a", "a.png.html", "a.b.png", "../a.png", "a/b.png", "/a.png", "a\\b.png", "C:a.png", "a\n.png", "a.png\n",
        "a\0.png", "con.png", "NUL.csv", "Com1.jpg", "-a.png", "é.png", "a b.png", "a" * 97 + ".png", ".writing-a.png", "a.png:stream", "a.png ", "a.png.",
    ],
)  # fmt: skip
def test_what_is_no_name_of_a_file_is_never_a_path(folder, name):
    for use in (
        lambda: writing.write_file(folder, "good", name, b"x"),
        lambda: writing.remove_file(folder, "good", name),
    ):
        with pytest.raises(CaseStudyInvalid, match="cannot be the name"):
            use()
    assert everything(folder) == ["case_studies/good.md"]


def test_files_beside_a_case_study_come_and_go(folder):
    first = writing.write_file(folder, "good", "chart-1.png", b"one")
    assert first == folder.case_studies / "good" / "chart-1.png"
    writing.write_file(folder, "good", "Figures.CSV", b"a,b\n")
    writing.write_file(folder, "good", "chart-1.png", b"two")
    assert first.read_bytes() == b"two"
    (first.parent / "note.txt").write_text("by hand", "utf-8")
    assert writing.remove_other_files(folder, "good", ["Figures.CSV"]) == [first]
    assert everything(folder) == ["case_studies/good.md", "case_studies/good/Figures.CSV", "case_studies/good/note.txt"]
    (first.parent / "note.txt").unlink()
    writing.remove_other_files(folder, "good", [])
    assert not first.parent.exists()
    assert writing.remove_file(folder, "good", "chart-1.png") == first
    assert writing.remove_other_files(folder, "good", []) == []
    assert folder.listing().findings == []


def test_a_link_out_of_the_folder_is_not_followed(folder, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.md").write_text("secret", "utf-8")
    (folder.case_studies / "linked.md").symlink_to(tmp_path / "outside" / "secret.md")
    (folder.case_studies / "loop.md").symlink_to("loop.md")
    (folder.case_studies / "linked").symlink_to(tmp_path / "outside")
    for slug in ("linked", "loop"):
        with pytest.raises(ContentUnreadable, match="link"):
            writing.write(folder, slug, "mine", writing.blob("secret"))
    with pytest.raises(ContentUnreadable, match="link"):
        writing.write_file(folder, "linked", "a.png", b"x")
    assert [path.name for path in (tmp_path / "outside").iterdir()] == ["secret.md"]
    assert (tmp_path / "outside" / "secret.md").read_text("utf-8") == "secret"


def test_a_link_inside_the_folder_stays_a_link(folder, good):
    (folder.case_studies / "same.md").symlink_to("good.md")
    writing.write(folder, "same", "new", writing.blob(good))
    assert (folder.case_studies / "same.md").is_symlink()
    assert writing.read(folder, "good") == "new"


@pytest.mark.parametrize("text", ["x" * (MAX_BYTES + 1), "\ud800"])
def test_a_text_that_could_not_be_read_again_is_refused(folder, text):
    with pytest.raises(CaseStudyInvalid):
        writing.write(folder, "falls", text, "")
    assert everything(folder) == ["case_studies/good.md"]


def test_a_full_disk_changes_nothing(folder, good, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for use in (
        lambda: writing.write(folder, "good", "new", writing.blob(good)),
        lambda: writing.write(folder, "falls", "new", ""),
        lambda: writing.write_file(folder, "good", "a.png", b"x"),
        lambda: writing.update_addresses(folder, lambda found: found.with_move("a", "good")),
    ):
        with pytest.raises(ContentUnreadable, match="No space left on device") as caught:
            use()
        assert "space on the disk" in caught.value.cure
    assert everything(folder) == ["case_studies/good.md"]
    assert writing.read(folder, "good") == good


def test_a_new_case_study_is_named_after_its_title(tmp_path):
    folder = ContentFolder(tmp_path / "new")
    path = writing.write_new(folder, "Fewer falls at Ward 5!", "---\ntitle: é\n---\n")
    assert path == folder.case_studies / "fewer-falls-at-ward-5.md"
    assert path.read_bytes() == "---\ntitle: é\n---\n".encode()
    assert list(folder.case_studies.iterdir()) == [path]
    with pytest.raises(CaseStudyExists, match="already a file"):
        writing.write_new(folder, "Fewer falls, at ward 5", "other")
    with pytest.raises(CaseStudyExists, match="already a file"):
        writing.write_new(folder, "Fewer falls at Ward 5!", path.read_text("utf-8"))  # with the same text in it
    with pytest.raises(CaseStudyInvalid, match="letter"):
        writing.write_new(folder, "日本", "other")


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(ContentUnreadable, match="cannot be written"):
        writing.write_new(ContentFolder(tmp_path / "file"), "Title", "text")


def test_the_list_of_addresses_is_changed_under_the_same_lock(folder):
    path = writing.update_addresses(folder, lambda found: found)
    assert not path.exists()
    left = Withdrawn("Falls", datetime.date(2026, 11, 22), "A patient could be known.")
    writing.update_addresses(folder, lambda found: found.with_move("old", "good").with_withdrawn("falls", left))
    before = path.stat()
    writing.update_addresses(folder, lambda found: found.with_move("old", "good").with_withdrawn("falls", left))
    assert path.stat().st_ino == before.st_ino
    assert addresses.load(folder.path).addresses.withdrawn == {"falls": left}


def test_a_list_of_addresses_with_mistakes_is_not_overwritten(folder):
    path = folder.path / "addresses.yaml"
    path.write_text("moved:\n  a: [b]\n", "utf-8")
    with pytest.raises(ContentUnreadable, match=r"addresses\.yaml has mistakes") as caught:
        writing.update_addresses(folder, lambda found: found.with_move("old", "good"))
    assert "kb check" in caught.value.cure
    assert path.read_text("utf-8") == "moved:\n  a: [b]\n"


def test_a_drive_that_locks_no_folders_has_a_lock_that_is_a_file(folder, good, monkeypatch):
    def refuse(*_, **__):
        raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr(filelock, "lock_descriptor", refuse)
    monkeypatch.setattr(atomic.locked.__wrapped__, "__defaults__", (0.05,))
    writing.write(folder, "good", "new", writing.blob(good))
    with atomic.locked(folder.case_studies), pytest.raises(ContentUnreadable, match="Another process"):
        writing.write(folder, "good", "newer", writing.blob("new"))
    assert writing.read(folder, "good") == "new"
    assert writing.leftovers(folder) == []


def test_a_drive_without_hard_links_still_overwrites_nothing(folder, monkeypatch):
    def refuse(*_, **__):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    writing.write(folder, "falls", "one", "")
    assert writing.read(folder, "falls") == "one"
    with pytest.raises(FileExistsError):
        atomic.put(folder.case_studies / "falls.md", b"two", new=True)
    assert everything(folder) == ["case_studies/falls.md", "case_studies/good.md"]


def test_a_file_that_appears_at_the_last_moment_is_not_overwritten(folder, monkeypatch):
    true = os.link

    def slow(source, target):
        folder.case_studies.joinpath("falls.md").write_text("by hand", "utf-8")
        return true(source, target)

    monkeypatch.setattr(os, "link", slow)
    with pytest.raises(EditConflict) as caught:
        writing.write(folder, "falls", "mine", "")
    assert caught.value.text == "by hand"
    assert hashlib.sha1(b"blob 7\0by hand", usedforsecurity=False).hexdigest() == caught.value.blob
    assert writing.read(folder, "falls") == "by hand"
