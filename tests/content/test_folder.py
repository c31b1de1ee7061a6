import datetime
import hashlib
import os

import pytest

from kb.content.checks import check_folder
from kb.content.folder import MAX_BYTES, ContentFolder, read_text
from kb.errors import ContentFolderMissing, ContentUnreadable

needs_permissions = pytest.mark.skipif(
    os.geteuid() == 0, reason="root may read every file, so access cannot be denied here"
)


def findings(folder):
    return [(f.file, f.line, f.field, f.code) for f in folder.listing().findings]


def files(folder):
    return [entry.file for entry in folder.listing().entries]


def test_case_studies_are_listed_in_order_with_those_of_sub_folders(folder, put):
    put("case_studies/zeta.md")
    put("case_studies/2024/Été at Ward 5.md")
    put("case_studies/x.md/inside.md")  # a folder that looks like a file
    found = folder.listing()
    assert found.findings == []
    assert [(entry.file, entry.slug) for entry in found.entries] == [
        ("case_studies/2024/Été at Ward 5.md", "t-at-ward-5"),
        ("case_studies/good.md", "good"),
        ("case_studies/x.md/inside.md", "inside"),
        ("case_studies/zeta.md", "zeta"),
    ]


@pytest.mark.parametrize(
    "name", [".hidden.md", ".git/a.md", "README.md", "sub/Readme.md", "a.txt", "a.md~", "a.md.swp", "md"]
)
def test_files_that_are_no_case_studies_are_passed_over(folder, put, name):
    put(f"case_studies/{name}")
    assert files(folder) == ["case_studies/good.md"]
    assert findings(folder) == []


def test_a_pipe_is_never_opened(folder):
    os.mkfifo(folder.case_studies / "pipe.md")
    assert files(folder) == ["case_studies/good.md"]
    assert check_folder(folder, datetime.date(2026, 11, 22)).case_studies == 1


def outside(folder):
    secret = folder.path.parent / "secret.md"
    secret.write_text("---\ntitle: Secret\n---\n", "utf-8")
    (folder.case_studies / "bad.md").symlink_to(secret)


def beside(folder):
    (folder.path / "note.md").write_text("---\ntitle: Note\n---\n", "utf-8")
    (folder.case_studies / "bad.md").symlink_to("../note.md")


def broken(folder):
    (folder.case_studies / "bad.md").symlink_to("nowhere.md")


def loop(folder):
    (folder.case_studies / "bad.md").symlink_to("bad.md")


def large(folder):
    (folder.case_studies / "bad.md").write_text("x" * (MAX_BYTES + 1), "utf-8")


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (outside, "link-outside"),
        (beside, "link-outside"),
        (broken, "unreadable"),
        (loop, "unreadable"),
        (large, "too-large"),
    ],
)
def test_a_file_that_is_left_out_is_a_finding_and_the_others_work(folder, make, code):
    make(folder)
    assert files(folder) == ["case_studies/good.md"]
    assert findings(folder) == [("case_studies/bad.md", 0, "", code)]
    checked = check_folder(folder, datetime.date(2026, 11, 22))
    assert [(f.file, f.line, f.field, f.code) for f in checked.findings] == [("case_studies/bad.md", 0, "", code)]
    assert checked.case_studies == 1


def test_a_linked_folder_is_not_entered(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.md").write_text("---\ntitle: A\n---\n", "utf-8")
    (folder.case_studies / "linked").symlink_to(tmp_path / "elsewhere")
    assert files(folder) == ["case_studies/good.md"]


def test_a_link_inside_the_folder_is_followed(folder):
    (folder.case_studies / "same.md").symlink_to("good.md")
    assert files(folder) == ["case_studies/good.md", "case_studies/same.md"]


def test_the_content_folder_may_itself_be_a_link(folder, tmp_path):
    (tmp_path / "link").symlink_to(folder.path)
    assert files(ContentFolder(tmp_path / "link")) == ["case_studies/good.md"]


def test_a_file_of_exactly_the_limit_is_read(folder, put):
    put("case_studies/long.md", "x" * MAX_BYTES)
    assert files(folder) == ["case_studies/good.md", "case_studies/long.md"]


@pytest.mark.parametrize("name", ["sub/good.md", "sub/Good!.md"])
def test_an_address_used_twice_is_a_finding(folder, put, name):
    put(f"case_studies/{name}")
    assert files(folder) == ["case_studies/good.md"]
    assert findings(folder) == [(f"case_studies/{name}", 0, "", "duplicate-slug")]
    assert "case_studies/good.md" in folder.listing().findings[0].message


@needs_permissions
def test_a_file_that_may_not_be_read_is_a_finding(folder, put):
    put("case_studies/bad.md").chmod(0)
    checked = check_folder(folder, datetime.date(2026, 11, 22))
    assert [(f.file, f.line, f.code) for f in checked.findings] == [("case_studies/bad.md", 0, "unreadable")]
    assert checked.case_studies == 1


@needs_permissions
def test_a_folder_that_may_not_be_read_is_a_finding_or_an_error(folder, put):
    closed = put("case_studies/sub/a.md").parent
    closed.chmod(0)
    assert findings(folder) == [("case_studies/sub", 0, "", "unreadable")]
    assert files(folder) == ["case_studies/good.md"]
    folder.case_studies.chmod(0)
    with pytest.raises(ContentUnreadable, match="cannot be read"):
        folder.listing()
    folder.case_studies.chmod(0o755)
    closed.chmod(0o755)


def test_a_missing_folder_says_what_to_do(tmp_path):
    with pytest.raises(ContentFolderMissing, match="There is no folder") as caught:
        ContentFolder(tmp_path).listing()
    assert "--content" in caught.value.cure


def test_the_stamp_changes_with_the_file(folder, put):
    before = folder.listing().entries[0].stamp
    assert folder.listing().entries[0].stamp == before
    put("case_studies/good.md", "---\ntitle: Other\n---\n")
    assert folder.listing().entries[0].stamp != before


def test_a_text_comes_with_the_digest_of_its_bytes(folder, good):
    assert read_text(folder.listing().entries[0]) == (good, hashlib.sha256(good.encode()).hexdigest(), None)


def test_bytes_that_are_not_utf_8_are_a_finding_at_their_line(folder, put):
    put("case_studies/good.md", b"---\ntitle: caf\xe9\n---\n")
    text, digest, found = read_text(folder.listing().entries[0])
    assert text is None
    assert len(digest) == 64
    assert (found.file, found.line, found.code) == ("case_studies/good.md", 2, "not-utf-8")


def test_a_file_that_vanished_after_listing_is_a_finding(folder):
    (entry,) = folder.listing().entries
    entry.path.unlink()
    text, digest, found = read_text(entry)
    assert (text, digest, found.file, found.code) == (None, "", "case_studies/good.md", "unreadable")


def test_the_file_of_an_address_is_the_one_that_is_listed(folder, put):
    put("case_studies/2024/Été at Ward 5.md", b"\xff")
    put("case_studies/sub/good.md")
    put("case_studies/.hidden.md")
    for entry in folder.listing().entries:
        assert folder.find(entry.slug) == entry.path
    assert (folder.find("t-at-ward-5") or folder.path).name == "Été at Ward 5.md"
    assert folder.find("hidden") is None
