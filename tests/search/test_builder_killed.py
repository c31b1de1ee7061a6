import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kb.content.folder import ContentFolder
from kb.search.builder import build
from kb.search.index import IndexStore
from kb.search.query import Query
from kb.search.searcher import Searcher

# What happens while a generation is made, in order, with what the index answers when the builder is killed there.
MOMENTS = [
    ("stage", "Reading case studies", "before"),
    ("os.mkdir", "/.building-", "before"),
    ("sqlite3.connect", "/.building-", "before"),
    ("shutil.copytree", "vocabulary", "before"),
    ("stage", "Embedding passages", "before"),
    ("stage", "Writing the index", "before"),
    ("open", "/.building-.*background.npz", "before"),
    ("open", "/.building-.*pieces/holders.npy", "before"),
    ("open", "/.building-.*lexicon.json", "before"),
    ("open", "/.building-.*arrays.npz", "before"),
    ("open", "/.building-.*manifest.json", "before"),
    ("os.rename", "/.building-", "before"),
    ("open", "/.CURRENT-", "before"),
    ("os.rename", "/.CURRENT-", "before"),
    ("shutil.rmtree", "/generation-", "after"),
]


@pytest.fixture
def two_generations(folder, store, quick, put):
    put("old", "---\ntitle: Older than the rest\n---\n")
    build(folder, store, quick)
    (folder.case_studies / "old.md").unlink()
    build(folder, store, quick)
    # Nothing to embed, so that no builder has to load the model; a new generation all the same.
    (folder.case_studies / "bees.md").unlink()


def slugs(index, quick):
    return sorted(hit.case_study.slug for hit in Searcher(IndexStore(index, quick.id), quick).search(Query()).hits)


@pytest.mark.usefixtures("two_generations")
def test_a_builder_killed_at_any_moment_leaves_a_whole_index(folder, store, quick, tmp_path):
    before = slugs(store.path, quick)
    after = [slug for slug in before if slug != "bees"]
    script = Path(__file__).with_name("killed_build.py")
    running = {}
    for moment, name, _ in MOMENTS:
        index = tmp_path / str(len(running))
        shutil.copytree(store.path, index)
        command = [sys.executable, str(script), str(folder.path), str(index), moment, name]
        running[index] = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        if len(running) % 4 == 0:  # a few at a time: each takes a second to import what it needs
            for process in running.values():
                process.wait(60)
    for (moment, name, served), (index, process) in zip(MOMENTS, running.items(), strict=True):
        where = f"killed at {moment} of {name}"
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (-signal.SIGKILL, ""), where
        assert slugs(index, quick) == (before if served == "before" else after), where
        build(ContentFolder(folder.path), IndexStore(index), quick)
        assert slugs(index, quick) == after, where
        left = sorted(path.name.partition("-")[0] for path in index.iterdir())
        assert left == [".lock", "CURRENT", "generation", "generation"], where


def test_a_first_build_that_is_killed_leaves_no_index_and_the_next_one_makes_it(folder, store, quick):
    script = Path(__file__).with_name("killed_build.py")
    command = [sys.executable, str(script), str(folder.path), str(store.path), "stage", "Embedding passages"]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert store.current_name() == ""
    build(folder, store, quick)
    assert len(slugs(store.path, quick)) == 4
    assert sorted(path.name.partition("-")[0] for path in store.path.iterdir()) == [".lock", "CURRENT", "generation"]
