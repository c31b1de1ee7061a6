"""kb users: the first admin and everybody after, in sentences, with links that work; and what kb serve says about accounts."""

import json
import re

import pytest
import yaml
from sqlalchemy import select

from kb.editorial import links
from kb.editorial.db import Database
from kb.editorial.models import AuditEntry
from kb.settings import load
from kb.users_command import serve_notes


@pytest.fixture(autouse=True)
def url(plain, tmp_path, monkeypatch):  # noqa: ARG001 - before the variables are set
    """A database and a small vocabulary of this test's own."""
    monkeypatch.setenv("KB_DATABASE_URL", f"sqlite:///{tmp_path}/data/exchange.sqlite")
    monkeypatch.setenv("KB_CONTENT", str(tmp_path / "content"))
    vocabulary = tmp_path / "content" / "vocabulary"
    vocabulary.mkdir(parents=True)
    (tmp_path / "content" / "case_studies").mkdir()
    vocabulary.joinpath("organisations.yaml").write_text(
        yaml.safe_dump({"organisations": [{"id": "RWK", "name": "East Trust"}]}), "utf-8"
    )
    vocabulary.joinpath("collaboratives.yaml").write_text(
        yaml.safe_dump({"collaboratives": [{"id": "impact", "name": "Impact", "members": ["RWK"]}]}), "utf-8"
    )
    return f"sqlite:///{tmp_path}/data/exchange.sqlite"


def audited(url):
    database = Database(url)
    with database.reading() as session:
        found = [(row.actor, row.action) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    database.close()
    return found


def listed(kb):
    code, out, _ = kb("users", "list", "--json")
    assert code == 0
    return {one["email"]: one for one in json.loads(out)}


def test_the_first_admin_and_the_link_to_begin_with(kb, url):
    assert "kb users add EMAIL --name NAME --role admin" in kb("users", "list")[1]
    code, out, err = kb("users", "add", "Ada@Example.nhs.uk", "--name", "Ada Love", "--role", "admin")
    assert (code, err) == (0, "")
    assert out.startswith("Added Ada Love <ada@example.nhs.uk>: admin.\n")
    token = re.search(r"\nhttp://127\.0\.0\.1:8000/invitation/([\w-]{43})\n", out)[1]
    assert "KB_BASE_URL" in out
    database = Database(url)
    with database.reading() as session:
        assert links.holder(session, token, links.INVITATION).email == "ada@example.nhs.uk"
    database.close()
    assert listed(kb) == {
        "ada@example.nhs.uk": {
            "email": "ada@example.nhs.uk", "name": "Ada Love", "roles": ["admin@everywhere"], "sign_in": "", "disabled": False,
            "created_at": listed(kb)["ada@example.nhs.uk"]["created_at"],
        }
    }  # fmt: skip


def test_with_a_mail_server_the_invitation_is_sent(kb, mailbox, monkeypatch):
    for name, value in mailbox.settings.items():
        monkeypatch.setenv(f"KB_{name.upper()}", str(value))
    monkeypatch.setenv("KB_BASE_URL", "https://exchange.example/")
    code, out, _ = kb(
        "users",
        "add",
        "ada@example.nhs.uk",
        "--name",
        "Ada",
        "--role",
        "reviewer",
        "--scope",
        "RWK",
        "--scope",
        "impact",
    )
    assert code == 0
    assert "Sent a link to ada@example.nhs.uk" in out
    assert "invitation/" not in out
    assert re.search(r"https://exchange\.example/invitation/[\w-]{43}\r?\n", mailbox.wait().get_content())
    assert listed(kb)["ada@example.nhs.uk"]["roles"] == ["reviewer@collaborative:impact", "reviewer@organisation:RWK"]
    monkeypatch.setenv("KB_SMTP_PORT", "9")
    code, out, err = kb("users", "reset", "ada@example.nhs.uk")
    assert code == 0
    assert "could not be sent" in err
    assert "https://exchange.example/invitation/" in out  # nobody is left without


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "ada", "--name", "A", "--role", "admin"], "not an e-mail address"),
        (["add", "a@b.org", "--name", "", "--role", "admin"], "A name has"),
        (["add", "a@b.org", "--name", "A", "--role", "boss"], "no role 'boss'. Choose one of: contributor, reviewer, editor, admin"),
        (["add", "a@b.org", "--name", "A", "--role", "reviewer"], "not said where"),
        (["add", "a@b.org", "--name", "A", "--role", "reviewer", "--scope", "RWQ"], "no organisation or collaborative 'RWQ'"),
        (["role", "a@b.org", "--grant", "admin"], "has no account"), (["role", "a@b.org"], "nothing to change"),
        (["disable", "a@b.org"], "has no account"), (["enable", "a@b.org"], "has no account"), (["reset", "a@b.org"], "has no account"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_a_sentence(kb, arguments, said):
    code, out, err = kb("users", *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.startswith("Error: ")
    assert listed(kb) == {}


def test_roles_closing_opening_and_resetting(kb, url, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "jo")
    kb("users", "add", "ada@example.nhs.uk", "--name", "Ada", "--role", "admin")
    kb("users", "add", "ben@example.nhs.uk", "--name", "Ben [Smith]", "--role", "contributor", "--scope", "everywhere")
    assert "only admin" in kb("users", "disable", "ada@example.nhs.uk")[2]
    assert (
        kb(
            "users",
            "role",
            "ben@example.nhs.uk",
            "--grant",
            "editor@RWK",
            "--grant",
            "admin",
            "--remove",
            "contributor@everywhere",
        )[0]
        == 0
    )
    assert listed(kb)["ben@example.nhs.uk"]["roles"] == ["admin@everywhere", "editor@organisation:RWK"]
    _, out, _ = kb("users", "disable", "ada@example.nhs.uk")
    assert "kb users enable ada@example.nhs.uk" in out
    assert listed(kb)["ada@example.nhs.uk"]["disabled"]
    assert "is closed" in kb("users", "reset", "ada@example.nhs.uk")[2]
    assert kb("users", "enable", "ada@example.nhs.uk")[0] == 0
    assert "/invitation/" in kb("users", "reset", "ada@example.nhs.uk")[1]
    out = kb("users", "list")[1]
    assert "Ben [Smith]" in out
    assert "editor" in out
    assert audited(url) == [
        ("jo (command line)", f"user.{what}") for what in ("add", "add", "role", "disable", "enable", "reset")
    ]


def test_a_role_in_an_organisation_that_left_the_vocabulary_can_be_taken_away(kb, tmp_path):
    kb(
        "users",
        "add",
        "ben@example.nhs.uk",
        "--name",
        "Ben",
        "--role",
        "reviewer",
        "--scope",
        "RWK",
        "--scope",
        "everywhere",
    )
    (tmp_path / "content" / "vocabulary" / "organisations.yaml").write_text("organisations: []", "utf-8")
    assert kb("users", "role", "ben@example.nhs.uk", "--grant", "editor@RWK")[0] == 2
    assert kb("users", "role", "ben@example.nhs.uk", "--remove", "reviewer@organisation:RWK")[0] == 0
    assert listed(kb)["ben@example.nhs.uk"]["roles"] == ["reviewer@everywhere"]


def test_somebody_without_a_name_on_the_machine_is_still_named(kb, url, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: (_ for _ in ()).throw(KeyError("uid not found")))
    kb("users", "add", "ada@example.nhs.uk", "--name", "Ada", "--role", "admin")
    ((actor, _),) = audited(url)
    assert re.fullmatch(r"user \d+ \(command line\)", actor)


def test_what_is_said_at_the_start_of_the_site(kb, tmp_path, monkeypatch):
    assert serve_notes(load()) == [
        "Nobody can write or review yet. Make the first admin with: kb users add EMAIL --name NAME --role admin"
    ]
    assert not (tmp_path / "data").exists()  # looking makes nothing
    kb("users", "add", "ben@example.nhs.uk", "--name", "Ben", "--role", "contributor", "--scope", "RWK")
    no_admin, no_mail = serve_notes(load())
    assert "Nobody is an admin" in no_admin
    assert "KB_SMTP_HOST" in no_mail
    kb("users", "add", "ada@example.nhs.uk", "--name", "Ada", "--role", "admin")
    assert serve_notes(load(smtp_host="mail", mail_from="x@y.org")) == []
    (tmp_path / "words").write_text("no database " * 1_000)
    monkeypatch.setenv("KB_DATABASE_URL", f"sqlite:///{tmp_path}/words")
    (note,) = serve_notes(load())
    assert note.startswith("Accounts and drafts are not available: ")
