"""Takes a step of a draft and is killed in the middle, as by SIGKILL or a power cut.

Standard input has a job a line, as JSON: `folder` with content and database, `do` with what is done, `by` whom, and the
moment as `at` (module:function), `when` (before or after that is called) and `nth`. Each is done by a child of its own,
so that what takes long to import is imported once; how each one ended is printed.
"""

import datetime
import functools
import importlib
import json
import os
import signal
import sys
from pathlib import Path

from kb.content.folder import ContentFolder
from kb.content.repository import Repository
from kb.content.vocabulary import Collaborative, Organisation, Vocabulary
from kb.editorial import accounts, drafts, steps
from kb.editorial.db import Database
from kb.editorial.publishing import Publisher
from kb.editorial.steps import House

WORDS = Vocabulary(
    organisations={"RWK": Organisation("RWK", "East Trust")},
    collaboratives={"impact": Collaborative("impact", "Impact", members=("RWK",))},
)
TODAY = datetime.date(2026, 11, 24)


def kill_at(place: str, when: str, nth: int) -> None:
    """Wraps the function at this place so that the process dies before or after its n-th call."""
    module, _, name = place.partition(":")
    *owners, last = name.split(".")
    owner = functools.reduce(getattr, owners, importlib.import_module(module))
    true, calls = getattr(owner, last), 0

    def wrapped(*arguments: object, **more: object) -> object:
        nonlocal calls
        calls += 1
        now = calls == nth
        if now and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        try:
            return true(*arguments, **more)
        finally:
            if now:
                os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, last, wrapped)


def do(job: dict[str, str]) -> None:
    folder = Path(job["folder"])
    database = Database(f"sqlite:///{folder}/exchange.sqlite")
    content = ContentFolder(folder / "content")
    house = House("https://exchange.example.nhs.uk", "Improvement Exchange")
    publisher = Publisher(database, content, Repository(content.path), house)
    with database.reading() as session:
        actor = accounts.actor(session, accounts.found(session, job["by"]).id)
    kill_at(job["at"], job["when"], int(job["nth"]))
    name, id_ = job["do"], job["draft"]
    if name == "publish":
        publisher.publish(actor, id_, WORDS, TODAY)
    elif name == "withdraw":
        publisher.withdraw(actor, "fewer-falls", "The figures were wrong.", WORDS, TODAY)
    elif name == "save":
        with database.writing() as session:
            opened = drafts.open_(session, actor, id_, WORDS)
            drafts.save(session, actor, opened, "problem", {"Problem": "Typed just now."}, 1)
    else:
        with database.writing() as session:
            steps.take(session, actor, drafts.open_(session, actor, id_, WORDS), name, house)


for line in sys.stdin:
    child = os.fork()
    if not child:
        do(json.loads(line))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
