"""`kb publish`: a file that two people answer for, what was left unfinished, what is due; and what kb check says of it."""

import io
import json
import subprocess
from types import SimpleNamespace

import pytest
from PIL import Image

from kb.content.case_study import CaseStudy
from kb.content.repository import Repository
from kb.editorial import accounts
from kb.editorial.audit import Operator
from kb.editorial.db import Database
from kb.editorial.models import AuditEntry, Confirmation, Draft, Message, Publication
from kb.editorial.roles import Role, Scoped
from kb.errors import RepositoryUnavailable
from tests.publishing_site import COMPLETE

FILE = COMPLETE.replace("Safer nights on", "Fewer falls at night on").replace(
    "\n\n## Involvement", "\n\n![Falls went from 11 to 6](<Falls Chart.png>)\n\n## Involvement"
)


@pytest.fixture
def place(tmp_path, plain, monkeypatch):  # noqa: ARG001 - settings from outside go first
    """A content folder in git, a database with three people, and a file to publish beside them."""
    content = tmp_path / "content"
    (content / "case_studies").mkdir(parents=True)
    (content / "case_studies" / "other.md").write_text("---\ntitle: Other\norganisations: [RWK]\n---\n", "utf-8")
    words = content / "vocabulary"
    words.mkdir()
    (words / "organisations.yaml").write_text(
        "organisations:\n- {id: RWK, name: East Trust}\n- {id: RXX, name: West Trust}\n", "utf-8"
    )

    def git(*arguments):
        who = ["-c", "user.name=By Hand", "-c", "user.email=hand@example.org"]
        done = subprocess.run(["git", *who, *arguments], cwd=content, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "Begin")
    monkeypatch.setenv("KB_CONTENT", str(content))
    monkeypatch.setenv("KB_DATABASE_URL", f"sqlite:///{tmp_path}/exchange.sqlite")
    database = Database(f"sqlite:///{tmp_path}/exchange.sqlite")
    people = (
        ("wanda", Role.CONTRIBUTOR, "organisation:RWK"), ("edith", Role.EDITOR, "organisation:RWK"),
        ("rita", Role.REVIEWER, "organisation:RWK"), ("stan", Role.EDITOR, "organisation:RXX"),
    )  # fmt: skip
    with database.writing() as session:
        for name, role, scope in people:
            accounts.add(session, Operator("tests"), f"{name}@example.nhs.uk", name.title(), [Scoped(role, scope)])
    file = tmp_path / "fewer-falls-at-night.md"
    file.write_text(FILE, "utf-8")
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(picture, "PNG")
    file.with_suffix("").mkdir()
    (file.with_suffix("") / "Falls Chart.png").write_bytes(picture.getvalue())
    yield SimpleNamespace(content=content, database=database, file=file, git=git)
    database.close()


@pytest.fixture
def publish(kb, place):
    """`publish(file, ...)` by Wanda with Edith as the reviewer, unless somebody else is given."""

    def run(*more, file=place.file, author="wanda", reviewer="edith"):
        people = ("--author", f"{author}@example.nhs.uk", "--reviewer", f"{reviewer}@example.nhs.uk", "--declare")
        return kb("publish", file, *people, *more)

    return run


def count(place, table):
    with place.database.reading() as session:
        return session.query(table).count()


SLUG = "fewer-falls-at-night"


def test_a_file_is_checked_approved_written_and_committed(publish, kb, place):
    code, out, err = publish("--note", "The first nine months.")
    assert (code, err) == (0, "")
    assert out.startswith(f"Published {SLUG} as version 1, commit ")
    assert out.strip().endswith(f"http://127.0.0.1:8000/case-studies/{SLUG}")
    found = CaseStudy.parse((place.content / "case_studies" / f"{SLUG}.md").read_text("utf-8"))
    assert found.title == "Fewer falls at night on an older people's ward"
    assert found.published is not None
    assert "![Falls went from 11 to 6](<falls-chart.png>)" in found.body
    assert [path.name for path in (place.content / "case_studies" / SLUG).iterdir()] == ["falls-chart.png"]
    told = place.git("log", "-1", "--format=%an|%s|%b")
    assert told.startswith(f"Wanda|Publish {SLUG}|The first nine months.")
    assert "Reviewed-by: Edith <edith@example.nhs.uk>" in told
    assert place.git("status", "--porcelain") == ""
    code, out, _ = kb("check", "--json")
    assert not {"unfinished", "uncommitted"} & {finding["code"] for finding in json.loads(out)}


def test_what_was_done_in_somebodys_name_is_told_and_kept(publish, place):
    publish()
    with place.database.reading() as session:
        told = {m.to: m.subject for m in session.query(Message)}
        entry = session.query(AuditEntry).filter_by(action="draft.fast-track").one()
    assert told["edith@example.nhs.uk"].startswith("Approved in your name: ")
    assert told["wanda@example.nhs.uk"].startswith("Published: ")
    assert entry.detail == {"author": "wanda@example.nhs.uk", "reviewer": "edith@example.nhs.uk"}
    assert entry.actor.endswith("(command line)")


def test_doing_it_again_changes_nothing_and_an_edit_makes_the_next_version(publish, place):
    first = publish()[1]
    assert publish()[1] == first
    assert (count(place, Draft), count(place, Publication)) == (1, 1)
    place.file.write_text(FILE.replace("nine months", "a year"), "utf-8")
    assert publish()[1].startswith(f"Published {SLUG} as version 2, commit ")
    with place.database.reading() as session:
        assert sorted(row.state for row in session.query(Draft)) == ["published", "superseded"]
    assert (place.content / "case_studies" / SLUG / "falls-chart.png").exists()


def test_a_file_that_lies_in_the_content_folder_already(publish, place):
    there = place.content / "case_studies" / f"{SLUG}.md"
    there.write_text(FILE.replace("<Falls Chart.png>", "chart.png"), "utf-8")
    there.with_suffix("").mkdir()
    (place.file.with_suffix("") / "Falls Chart.png").rename(there.with_suffix("") / "chart.png")
    code, out, err = publish(file=there)
    assert (code, err, out.split(",")[0]) == (0, "", f"Published {SLUG} as version 1")
    assert place.git("status", "--porcelain") == ""
    assert CaseStudy.parse(there.read_text("utf-8")).published is not None
    assert publish(file=there)[1] == out


def test_what_is_missing_is_listed_and_nothing_is_kept(publish, place):
    place.file.write_text("---\ntitle: Fewer falls\norganisations: [RWK]\n---\n\n## Problem\n\nFalls.\n", "utf-8")
    code, out, _ = publish()
    assert code == 1
    assert "What did you learn?" in out
    assert out.strip().endswith("Nothing was published.")
    assert (count(place, Draft), count(place, Message)) == (0, 0)


def test_a_patients_detail_stops_it_whatever_is_said(publish, place):
    place.file.write_text(FILE.replace("In 2024 the ward", "For 943 476 5919 the ward"), "utf-8")
    code, out, _ = publish("--confirm", "This is nobody's number at all.")
    assert code == 1
    assert "Patient's detail. Problem: " in out
    assert count(place, Draft) == 0


def test_what_may_be_a_patients_detail_needs_a_reason_which_is_kept(publish, place):
    place.file.write_text(FILE.replace("In 2024 the ward", "As J.S., 84, said, the ward"), "utf-8")
    code, out, _ = publish()
    assert code == 1
    assert "Perhaps a patient's detail. Problem: " in out
    assert "--confirm" in out
    reason = "J.S. is the ward manager, who agreed to be named."
    assert publish("--confirm", reason)[0] == 0
    with place.database.reading() as session:
        assert session.query(Confirmation).first().reason == reason


def test_a_picture_that_is_not_there_is_missed(publish, place):
    (place.file.with_suffix("") / "Falls Chart.png").unlink()
    code, _, err = publish()
    assert (code, "The text names Falls Chart.png" in err, count(place, Draft)) == (2, True, 0)


@pytest.mark.parametrize(
    ("author", "reviewer", "sentence"),
    [
        ("wanda", "wanda", "Nobody reviews their own work"),
        ("wanda", "stan", "stan@example.nhs.uk does not review for East Trust"),
        ("wanda", "rita", "Neither of the two is an editor for East Trust"),
        ("stan", "edith", "You cannot share work"),
        ("nobody", "edith", "has no account"),
    ],
)
def test_two_people_with_the_roles_for_it(publish, place, author, reviewer, sentence):
    code, _, err = publish(author=author, reviewer=reviewer)
    assert (code, count(place, Draft)) == (2, 0)
    assert sentence in err


def test_an_author_who_is_an_editor_may_publish_what_a_reviewer_approved(publish):
    assert publish(author="edith", reviewer="rita")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Give a FILE"),
        (["x.md", "--due"], "Give a FILE"),
        (["x.docx", "--declare"], "kb import"),
        (["x.md"], "With --declare you say"),
        (["missing.md", "--declare"], "cannot be read"),
        (["x.md", "--declare", "--slug", "Not One"], "cannot be an address"),
        (["--resume", "7"], "no unfinished publication"),
    ],
)
@pytest.mark.usefixtures("place")
def test_what_cannot_be_done_is_a_sentence(kb, arguments, sentence):
    code, _, err = kb("publish", *arguments)
    assert (code, sentence in err) == (2, True), err


def test_without_a_database_it_says_how_to_get_one_and_makes_none(kb, place, tmp_path, monkeypatch):
    monkeypatch.setenv("KB_DATABASE_URL", f"sqlite:///{tmp_path}/none.sqlite")
    code, _, err = kb("publish", place.file, "--declare")
    assert (code, "kb users add" in err) == (2, True)
    assert kb("check")[0] in (0, 1)
    assert not (tmp_path / "none.sqlite").exists()


def test_git_that_fails_keeps_the_approval_and_the_same_again_completes_it(publish, place, monkeypatch):
    def fails(*_, **__):
        raise RepositoryUnavailable("Git is held.", "Wait.")

    with monkeypatch.context() as patched:
        patched.setattr(Repository, "commit", fails)
        code, _, err = publish()
    assert (code, "nothing is lost" in err, "Git is held." in err) == (2, True, True)
    code, _, err = publish()
    assert (code, err, count(place, Draft)) == (0, "", 1)
    assert place.git("log", "--format=%s").splitlines() == [f"Publish {SLUG}", "Begin"]


def test_what_was_begun_is_named_by_kb_check_and_completed_by_its_number(publish, kb, place, monkeypatch):
    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Repository, "commit", killed)
        assert publish()[0] == 130
    code, out, _ = kb("check", "--json")
    (finding,) = [found for found in json.loads(out) if found["code"] == "unfinished"]
    assert (code, finding["file"], finding["severity"]) == (1, f"case_studies/{SLUG}.md", "error")
    command = finding["message"].partition("or run: ")[2].split()
    assert command[:3] == ["kb", "publish", "--resume"]
    assert kb(*command[1:])[1].startswith(f"Published {SLUG} as version 1")
    assert kb(*command[1:])[0] == 2
    assert "unfinished" not in {found["code"] for found in json.loads(kb("check", "--json")[1])}
    assert place.git("log", "--format=%s").splitlines() == [f"Publish {SLUG}", "Begin"]


@pytest.mark.usefixtures("place")
def test_what_is_due_when_nothing_is(kb):
    assert kb("publish", "--due")[:2] == (0, "Nothing is due.\n")
