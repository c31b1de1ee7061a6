"""Measures writing and publishing beside 5,000 case studies in git: `python tests/benchmarks/publishing.py [COUNT]`. Prints, never asserts.

The case studies are synthetic: sentences put together from a list of words, under the usual headings. Autosave and
publishing go through the whole site in this process, without the network. The peers are /healthz of the same site, and
what it takes to commit one file by hand in the same repository.
"""

import datetime
import itertools
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import machine
from sqlalchemy import event
from starlette.testclient import TestClient

from kb.content import case_study
from kb.content.case_study import CaseStudy
from kb.content.vocabulary import Vocabulary
from kb.editorial import accounts, answers, comments, drafts, sign_ins, steps
from kb.editorial.audit import Operator
from kb.editorial.models import Draft
from kb.editorial.roles import Actor, Role, Scoped
from kb.settings import Settings
from kb.web import cookies, visitors
from kb.web.app import create_app
from kb.web.editing import publisher

REPOSITORY = Path(__file__).resolve().parents[2]
COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
HOME = "organisation:RWK"
WORDS = [
    "ward",
    "team",
    "people",
    "falls",
    "night",
    "waiting",
    "staff",
    "family",
    "review",
    "restraint",
    "clinic",
    "patients",
    "measured",
    "weekly",
    "nurse",
    "plan",
    "change",
    "asked",
    "visits",
    "medication",
    "safety",
    "training",
    "support",
    "months",
    "fewer",
    "cost",
    "tested",
    "cycle",
    "monthly",
    "crisis",
    "community",
    "sleep",
    "physical",
    "health",
    "checks",
    "shared",
]
dice = random.Random(7)  # noqa: S311 - the same texts each time


def sentences(number: int) -> str:
    """So many sentences of 12 words."""
    return " ".join(f"{' '.join(dice.choices(WORDS, k=12)).capitalize()}." for _ in range(number))


def made(number: int, title: str = "") -> CaseStudy:
    """A case study of about 600 words."""
    body = "\n\n".join(f"## {heading}\n\n{sentences(4)}" for heading in case_study.SECTIONS)
    return CaseStudy(
        title=title or f"{sentences(1)[:60]} {number}", summary=sentences(2), verdict="improved", organisations=("RWK",), settings=("acute-adult-ward",),
        regions=("london",), population=sentences(1), topics=("restrictive-practice",), body=f"{body}\n",
    )  # fmt: skip


def main() -> None:
    """Makes everything in a folder of its own, then measures."""
    print(f"# Writing and publishing beside {COUNT:,} synthetic case studies\n{machine.describe()}\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content = folder / "content"
        (content / "case_studies").mkdir(parents=True)
        (content / "vocabulary").symlink_to(REPOSITORY / "content" / "vocabulary")
        for number in range(COUNT):
            (content / "case_studies" / f"text-{number:05}.md").write_text(made(number).dump(), "utf-8")
        git(content, "init", "-q", "-b", "main")
        git(content, "add", "case_studies")
        git(content, "commit", "-q", "-m", "Begin")
        settings = Settings(
            content=content, index=folder / "index", follow=False, database_url=f"sqlite:///{folder}/exchange.sqlite", search_log=""
        )  # fmt: skip
        app = create_app(settings)
        client = TestClient(app, follow_redirects=False)
        writer, editor = person(client, "writer", Role.CONTRIBUTOR), person(client, "editor", Role.EDITOR)
        measure(client, writer, editor, content)
        count_statements(client, writer, editor)


def measure(client: TestClient, writer: Actor, editor: Actor, content: Path) -> None:
    """Times of saving while somebody types and of publishing."""
    vocabulary = client.app.state.vocabulary.current()
    one = begin(client, writer, made(0))
    typing, number = signed_in(client, writer), itertools.count()
    sent = {"revision": "1", "seen": ""}

    def save() -> None:
        text = {"text-problem": f"{sentences(4)} {next(number)}"}
        answer = typing.post(f"/drafts/{one}/questions/problem/save", data={**text, **sent})
        assert answer.status_code == 200, answer.text
        sent.update(revision=str(answer.json()["revision"]), seen=answer.json()["seen"])

    machine.repeat(save, 5)
    peer = machine.repeat(lambda: client.get("/healthz"), 100)
    print(machine.HEADER)
    print(machine.row("/healthz", peer))
    save_times = machine.repeat(save, 110)  # one person may save 120 times a minute
    print(machine.row("autosave of one answer", save_times, machine.statistics.median(peer)))

    by_hand, shop = itertools.count(), content / "case_studies"

    def commit() -> None:
        path = shop / f"hand-{next(by_hand)}.md"
        path.write_text(made(1).dump(), "utf-8")
        git(content, "add", str(path))
        git(content, "commit", "-q", "-m", "By hand", "--", str(path))

    peer = machine.repeat(commit, 30)
    print(machine.row("git add and git commit of one file, by hand", peer))
    started = time.perf_counter()
    publisher(client.app).repository.history(shop / "text-00001.md")
    print(f"{'the whole history, read once a process':<58} {(time.perf_counter() - started) * 1e3:9.1f}")
    pressing = signed_in(client, editor)
    ready = [approved(client, writer, editor, made(0, f"Newly published {n}"), vocabulary) for n in range(60)]
    queue = iter(ready)

    def publish() -> None:
        answer = pressing.post(f"/reviews/{next(queue)}/publish")
        assert answer.headers.get("location", "").endswith("done=published"), answer.text

    machine.repeat(publish, 5)
    times = machine.repeat(publish, 50)
    print(machine.row("publish a new case study, with commit", times, machine.statistics.median(peer)))
    again = iter([new_version(client, writer, editor, n, vocabulary) for n in range(30)])

    def replace() -> None:
        answer = pressing.post(f"/reviews/{next(again)}/publish")
        assert answer.headers.get("location", "").endswith("done=published"), answer.text

    print(
        machine.row("publish a new version, with commit", machine.repeat(replace, 30), machine.statistics.median(peer))
    )


def count_statements(client: TestClient, writer: Actor, editor: Actor) -> None:
    """SQL statements of each page with 10 and with 1,000 rows to tell of."""
    counted: list[str] = []
    event.listen(
        client.app.state.database.engine, "before_cursor_execute", lambda *said: counted.append(str(said[2]))
    )  # fmt: skip

    def statements(person: Actor, address: str) -> int:
        browser = signed_in(client, person)
        counted.clear()
        answer = browser.get(address)
        assert answer.status_code == 200, answer.text
        return len(counted)

    found: dict[str, list[int]] = {}
    watched = begin(client, writer, made(0), "submit")
    for rows in (10, 1_000):
        fill(client, writer, editor, watched, rows)
        for person, address, name in (
            (writer, "/drafts", "/drafts: drafts"), (editor, "/reviews", "/reviews: drafts that wait"),
            (editor, f"/reviews/{watched}", "/reviews/{id}: comments"), (writer, f"/drafts/{watched}", "/drafts/{id}: comments"),
        ):  # fmt: skip
            found.setdefault(name, []).append(statements(person, address))
    print(f"\n{'SQL statements':<58} {'10 rows':>9} {'1,000':>9}")
    for name, (few, many) in found.items():
        print(f"{name:<58} {few:>9} {many:>9}")


def fill(client: TestClient, writer: Actor, editor: Actor, watched: str, rows: int) -> None:
    """Makes it so many drafts that wait, and so many comments on one."""
    with client.app.state.database.writing() as session:
        have = session.query(Draft).filter(Draft.state == "submitted").count()
        opened = drafts.open_(session, editor, watched, Vocabulary())
        said = len(comments.of_draft(session, watched))
        for number in range(rows - said):
            comments.add(session, editor, opened, "results", f"Remark {number}", publisher(client.app).house)
    for _ in range(rows - have):
        begin(client, writer, made(0), "submit")


def person(client: TestClient, name: str, role: Role) -> Actor:
    """Somebody with a role for the organisation."""
    with client.app.state.database.writing() as session:
        user = accounts.add(
            session, Operator("benchmark"), f"{name}@example.nhs.uk", name.title(), [Scoped(role, HOME)]
        )
        return accounts.actor(session, user.id)


def signed_in(client: TestClient, person: Actor) -> TestClient:
    """A browser that is signed in."""
    app = client.app
    with app.state.database.writing() as session:
        token = sign_ins.begin(session, person.id, "A benchmark", visitors.lifetimes(app.state.settings))
    browser = TestClient(app, follow_redirects=False)
    browser.cookies.set(f"__Host-{cookies.SESSION}", token)
    return browser


def begin(client: TestClient, writer: Actor, found: CaseStudy, *then: str, base: tuple[str, str] = ("", "")) -> str:
    """A draft with this text, after the writer's steps."""
    with client.app.state.database.writing() as session:
        id_ = drafts.start(session, writer, HOME, *answers.from_case_study(found), base)
        for name in then:
            opened = drafts.open_(session, writer, id_, Vocabulary())
            steps.take(session, writer, opened, name, publisher(client.app).house, tell=False)
    return id_


def approved(
    client: TestClient,
    writer: Actor,
    editor: Actor,
    found: CaseStudy,
    vocabulary: Vocabulary,
    base: tuple[str, str] = ("", ""),
) -> str:
    """The same, after an editor has approved it."""
    id_ = begin(client, writer, found, "submit", base=base)
    for name in ("review", "approve"):
        with client.app.state.database.writing() as session:
            opened = drafts.open_(session, editor, id_, vocabulary)
            steps.take(session, editor, opened, name, publisher(client.app).house, tell=False)
    return id_


def new_version(client: TestClient, writer: Actor, editor: Actor, number: int, vocabulary: Vocabulary) -> str:
    """An approved new version of one of the case studies."""
    slug = f"text-{number:05}"
    text = (publisher(client.app).folder.case_studies / f"{slug}.md").read_text("utf-8")
    found = CaseStudy.parse(text).model_copy(update={"summary": f"Put right on {datetime.date.today()}."})
    return approved(client, writer, editor, found, vocabulary, (slug, text))


def git(folder: Path, *words: str) -> None:
    """Runs git there, as somebody with a name."""
    who = ["-c", "user.name=By Hand", "-c", "user.email=hand@example.org"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


if __name__ == "__main__":
    main()
