"""Writers who are killed at any step, and several at once: whole files, and one repeat completes it."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest

from kb.content import atomic, writing
from kb.content.folder import ContentFolder
from kb.errors import ContentUnreadable, EditConflict
from tests.content.writing.whole import everything

# A writer that stops, to be killed, at a chosen call: (the name of a function of os, which call of it).
KILLED = """
import os, signal, sys
from pathlib import Path
from kb.content import writing
from kb.content.folder import ContentFolder

name, number = sys.argv[2], int(sys.argv[3])
true, calls = getattr(os, name), []

def stop(*arguments, **named):
    calls.append(1)
    if len(calls) == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return true(*arguments, **named)

setattr(os, name, stop)
folder = ContentFolder(Path(sys.argv[1]))
writing.write(folder, "good", "new good", sys.argv[4])
writing.write_file(folder, "good", "chart.png", b"picture")
writing.write(folder, "falls", "new falls", "")
writing.update_addresses(folder, lambda found: found.with_move("old", "good"))
"""


STEPS = [("fsync", n) for n in range(1, 10)] + [("replace", n) for n in range(1, 4)] + [("link", 1), ("unlink", 1)]


@pytest.mark.parametrize(("name", "number"), STEPS)
def test_a_writer_killed_at_any_step_leaves_whole_files_and_one_repeat_completes_it(folder, good, name, number):
    arguments = [sys.executable, "-c", KILLED, str(folder.path), name, str(number), writing.blob(good)]
    killed = subprocess.run(arguments, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert writing.read(folder, "good") in (good, "new good")
    assert writing.read(folder, "falls") in (None, "new falls")
    found = [path.relative_to(folder.path).as_posix() for path in writing.leftovers(folder)]
    wanted = {"case_studies/good.md", "case_studies/good/chart.png", "case_studies/falls.md", "addresses.yaml"}
    assert set(everything(folder)) - set(found) <= wanted
    assert len(folder.listing().entries) <= 2  # what was left over is no case study
    subprocess.run([*arguments[:5], "99", arguments[6]], check=True)
    assert set(everything(folder)) == wanted
    assert writing.leftovers(folder) == []
    assert (writing.read(folder, "good"), writing.read(folder, "falls")) == ("new good", "new falls")


def test_some_of_the_killed_writers_did_leave_something(folder, good):
    subprocess.run([sys.executable, "-c", KILLED, str(folder.path), "fsync", "1", writing.blob(good)], check=False)
    assert len(writing.leftovers(folder)) == 1


def add(path, slug, start):
    folder = ContentFolder(path)
    start.wait()
    try:
        writing.write(folder, slug, f"written by {os.getpid()}", "")
    except EditConflict:
        sys.exit(1)


def test_of_several_who_write_a_new_case_study_one_succeeds(folder):
    context = multiprocessing.get_context("fork")
    start = context.Event()
    writers = [context.Process(target=add, args=(folder.path, "falls", start)) for _ in range(6)]
    for writer in writers:
        writer.start()
    start.set()
    for writer in writers:
        writer.join()
    assert sorted(writer.exitcode for writer in writers) == [0, 1, 1, 1, 1, 1]
    winner = next(writer for writer in writers if writer.exitcode == 0)
    assert writing.read(folder, "falls") == f"written by {winner.pid}"


def test_one_who_never_finishes_does_not_keep_others_for_ever(folder, good, monkeypatch):
    monkeypatch.setattr(atomic.locked, "__defaults__", (0.05,), raising=False)
    monkeypatch.setattr(atomic.locked.__wrapped__, "__defaults__", (0.05,))
    with atomic.locked(folder.case_studies, wait=1):
        started = time.monotonic()
        with pytest.raises(ContentUnreadable, match="Another process"):
            writing.write(folder, "good", "new", writing.blob(good))
        assert time.monotonic() - started < 5
        assert writing.leftovers(folder) == []
    writing.write(folder, "good", "new", writing.blob(good))
