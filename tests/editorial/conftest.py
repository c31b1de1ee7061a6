"""A database of its own for each test, people in it, and a content folder in git to publish to."""

import datetime
import subprocess

import pytest

from kb.content import writing
from kb.content.case_study import CaseStudy
from kb.content.folder import ContentFolder
from kb.content.repository import Repository
from kb.content.vocabulary import Collaborative, Organisation, Vocabulary
from kb.editorial import accounts, answers, drafts, steps
from kb.editorial.audit import Operator
from kb.editorial.db import Database
from kb.editorial.models import Draft
from kb.editorial.publishing import Publisher
from kb.editorial.roles import EVERYWHERE, Role, Scoped
from kb.editorial.steps import House

HOME = "organisation:RWK"
WORDS = Vocabulary(
    organisations={"RWK": Organisation("RWK", "East Trust"), "RXX": Organisation("RXX", "West Trust")},
    collaboratives={"impact": Collaborative("impact", "Impact", members=("RWK",))},
)
OLD = CaseStudy(
    title="Fewer falls", summary="Falls fell.", organisations=("RWK",), published=datetime.date(2025, 1, 2),
    body="## Problem\n\nFalls.\n\n## Results\n\nFewer.\n",
)  # fmt: skip


@pytest.fixture
def database(tmp_path):
    made = Database(f"sqlite:///{tmp_path}/exchange.sqlite", wait=300)
    yield made
    made.close()


@pytest.fixture
def person(database):
    """`person("reviewer@organisation:RWK", name="", email="")`: somebody with these roles; without @, everywhere."""
    count = iter(range(1, 1_000))

    def make(*grants, name="", email=""):
        number = next(count)
        scoped = [Scoped(Role(role), scope or EVERYWHERE) for role, _, scope in (g.partition("@") for g in grants)]
        with database.writing() as session:
            email = email or f"person{number}@example.nhs.uk"
            user = accounts.add(session, Operator("tests"), email, name or f"Person {number}", scoped)
            return accounts.actor(session, user.id)

    return make


@pytest.fixture
def git():
    """`git(folder, "log", ...)`: what git says there, as somebody who commits by hand."""
    who = ["-c", "user.name=By Hand", "-c", "user.email=hand@example.org"]

    def run(folder, *words):
        done = subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    return run


@pytest.fixture
def publisher(tmp_path, database, git):
    """Publishes to a content folder in git with one case study, fewer-falls."""
    folder = ContentFolder(tmp_path / "content")
    folder.case_studies.mkdir(parents=True)
    folder.case_studies.joinpath("fewer-falls.md").write_text(OLD.dump(), "utf-8")
    git(folder.path, "init", "-q", "-b", "main")
    git(folder.path, "add", ".")
    git(folder.path, "commit", "-q", "-m", "Begin")
    house = House("https://exchange.example.nhs.uk", "Improvement Exchange")
    return Publisher(database, folder, Repository(folder.path), house)


@pytest.fixture
def people(person):
    """Somebody who writes for East Trust, and an editor of its collaborative."""
    writer = person(f"contributor@{HOME}", name="Wanda Writer", email="wanda@example.nhs.uk")
    return writer, person("editor@collaborative:impact", name="Edith Editor", email="edith@example.nhs.uk")


@pytest.fixture
def approved(publisher, people):
    """`approved(title=..., base=True)`: an approved draft, new or of the case study that is there."""

    def make(title="Safer nights", base=False, publish_on=None):
        writer, editor = people
        typed, carried = answers.from_case_study(OLD if base else CaseStudy(title=title, body=OLD.body))
        if base:
            typed["what-you-improved"]["title"] = title
        before = writing.read(publisher.folder, "fewer-falls") if base else ""
        with publisher.database.writing() as session:
            id_ = drafts.start(session, writer, HOME, typed, carried, ("fewer-falls", before) if base else ("", ""))
            session.get(Draft, id_).publish_on = publish_on
        for actor, step in ((writer, "submit"), (editor, "review"), (editor, "approve")):
            with publisher.database.writing() as session:
                opened = drafts.open_(session, actor, id_, WORDS)
                note = "Adds the second year." if step == "submit" else ""
                steps.take(session, actor, opened, step, publisher.house, note)
        return id_

    return make
