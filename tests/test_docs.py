"""The documentation names every command, flag, setting, address, facet and finding, and no others."""

import re
from pathlib import Path

import typer.main

from kb import __version__
from kb.cli import app as cli
from kb.content import located_identifiers
from kb.content.questions import NOT_ASKED, QUESTIONS
from kb.content.shapes.identifier import REASONS
from kb.editorial import publishing
from kb.search.facets import FACETS
from kb.settings import Settings
from kb.web.access import ACCESS

REPOSITORY = Path(__file__).resolve().parent.parent
REFERENCE = (REPOSITORY / "docs" / "reference.md").read_text("utf-8")
README = (REPOSITORY / "README.md").read_text("utf-8")


def _section(title: str) -> str:
    """The reference's section of this title."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", REFERENCE, re.M | re.S)
    assert found, f"docs/reference.md has no section {title}"
    return found[1]


def test_every_command_and_flag_is_documented():
    commands = {}
    for name, command in typer.main.get_command(cli).commands.items():
        below = getattr(command, "commands", None)
        commands |= {f"{name} {inner}": found for inner, found in below.items()} if below else {name: command}
    assert len(commands) >= 7
    rows = dict(re.findall(r"^\| `kb (\w+(?: [a-z]+)?)[^`]*` \|(.*)$", _section("Commands"), re.M))
    assert set(rows) == set(commands)
    for name, command in commands.items():
        assert command.help, f"kb {name} has no help"
        flags = {flag for parameter in command.params for flag in (*parameter.opts, *parameter.secondary_opts)}
        documented = set(re.findall(r"--[a-z-]+", rows[name]))
        assert documented == {flag for flag in flags if flag.startswith("--")}, f"flags of kb {name}"


def test_every_setting_is_documented():
    documented = set(re.findall(r"^\| `KB_(\w+)`", _section("Settings"), re.M))
    assert documented == {name.upper() for name in Settings.model_fields}


def test_every_address_is_documented():
    documented = {
        path
        for row in re.findall(r"^\|([^|]*)\|", _section("Addresses"), re.M)
        for path in re.findall(r"`(/[^`]*)`", row)
    }
    assert documented == {path for path, _ in ACCESS}


def test_every_facet_is_documented():
    listed = re.search(r"Facets: ((?:`\w+`\s*)+)", _section("Addresses"))
    assert listed
    assert re.findall(r"`(\w+)`", listed[1]) == [facet.name for facet in FACETS]


def test_every_question_is_documented_with_what_it_fills():
    section = _section("Questions")
    rows = re.findall(r"^\| `([a-z-]+)` \| ([^|]+) \| ([a-z ]+) \| ([^|]+) \|$", section, re.M)
    assert [(id_, title) for id_, title, _, _ in rows] == [(question.id, question.title) for question in QUESTIONS]
    for question, (_, _, level, fills) in zip(QUESTIONS, rows, strict=True):
        assert level == ("required" if question.required else "counts" if question.nudge else "as you like")
        assert re.findall(r"`(\w+)`", fills) == list(question.fields)
        assert all(f"section {name}" in fills for name in question.sections)
    listed = re.search(r"Nobody is asked for (.+?):", section, re.S)
    assert listed
    assert re.findall(r"`(\w+)`", listed[1]) == list(NOT_ASKED)


def test_every_finding_is_documented():
    """Codes are the only hyphenated words in quotes that stand where a finding is made."""
    listed = re.findall(r"^\| `([a-z0-9-]+)` \| (?:error|warning)", _section("Findings of `kb check`"), re.M)
    identifiers = {f"{located_identifiers.CODE}-{kind}" for kind in REASONS}
    assert identifiers <= set(listed)
    documented = set(listed) - identifiers - {publishing.CODE}
    assert publishing.CODE in listed
    source = "\n".join(path.read_text("utf-8") for path in (REPOSITORY / "kb" / "content").glob("*.py"))
    for code in documented:
        assert f'"{code}"' in source, f"{code} is documented but never made"
    made = set(re.findall(r'Severity\.(?:ERROR|WARNING),\s*"([a-z0-9-]+)"', source))
    made |= set(re.findall(r'leave_out\(\s*"([a-z0-9-]+)"', source))
    made |= set(re.findall(r'"((?:front-matter|vocabulary)-[a-z]+)"', source))
    assert len(made) > 15
    assert made == documented


def test_the_readme_gives_both_commands_and_its_links_lead_somewhere():
    assert "make run" in README
    assert "make test" in README
    links = re.findall(r"\]\((?!https?:)([^)#]+)", README + REFERENCE)
    assert links
    for link in links:
        assert (REPOSITORY / link).exists() or (REPOSITORY / "docs" / link).exists(), link


def test_the_changelog_has_this_version():
    assert f"## [{__version__}]" in (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
