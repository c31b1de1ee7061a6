import dataclasses
import json
import shutil

import numpy as np
import pytest

from kb.errors import EmbedderUnavailable, IndexDamaged, IndexMismatch, IndexMissing, NotFound
from kb.search.calibration import Calibration
from kb.search.embedders import SentenceTransformerEmbedder
from kb.search.index import Index, IndexStore, Manifest, is_stale, versions
from kb.search.query import Query
from kb.search.searcher import Searcher

MANIFEST = Manifest("generation-1", "print", "model", 3, versions(), 1, 2, Calibration().to_dict(), "2026", 0.5)


@pytest.mark.parametrize(
    ("fingerprint", "embedder", "found", "stale"),
    [
        ("print", "model", versions(), False),
        ("other", "model", versions(), True),
        ("print", "other", versions(), True),
        ("print", "model", {**versions(), "passages": 0}, True),
        ("print", "model", {**versions(), "lexical": 0}, True),
        ("print", "model", {**versions(), "background": 0}, True),
        ("print", "model", {**versions(), "format": 0}, True),
        ("print", "model", {}, True),
        ("other", "other", {}, True),
    ],
)
def test_an_index_is_stale_when_content_model_or_software_differ(fingerprint, embedder, found, stale):
    assert is_stale(dataclasses.replace(MANIFEST, versions=found), fingerprint, embedder) is stale


def test_a_manifest_comes_back_as_written(tmp_path):
    written = dataclasses.replace(MANIFEST, files={"lexical/meta.json": (12, "ab")})
    written.write(tmp_path)
    assert Manifest.read(tmp_path) == written


def live(store):
    return store.path / store.current_name()


def change_manifest(store, **fields):
    path = live(store) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **fields}), "utf-8")


def in_place(path, start, data):
    with path.open("r+b") as stream:
        stream.seek(start)
        stream.write(data)


def half(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


DAMAGE = {
    "nothing was built": (lambda s: shutil.rmtree(s.path), IndexMissing),
    "the folder is empty": (lambda s: (shutil.rmtree(s.path), s.path.mkdir()), IndexMissing),
    "CURRENT is gone": (lambda s: (s.path / "CURRENT").unlink(), IndexMissing),
    "CURRENT is empty": (lambda s: (s.path / "CURRENT").write_text("", "utf-8"), IndexMissing),
    "CURRENT is not text": (lambda s: (s.path / "CURRENT").write_bytes(b"\xff\x00"), IndexMissing),
    "CURRENT names nothing": (lambda s: (s.path / "CURRENT").write_text("generation-x\n", "utf-8"), IndexDamaged),
    "CURRENT leads out": (lambda s: (s.path / "CURRENT").write_text("generation-/../..\n", "utf-8"), IndexDamaged),
    "the generation is gone": (lambda s: shutil.rmtree(live(s)), IndexDamaged),
    "no manifest": (lambda s: (live(s) / "manifest.json").unlink(), IndexDamaged),
    "half a manifest": (lambda s: half(live(s) / "manifest.json"), IndexDamaged),
    "a manifest that is a list": (lambda s: (live(s) / "manifest.json").write_text("[]", "utf-8"), IndexDamaged),
    "a manifest without files": (lambda s: change_manifest(s, files=None), IndexDamaged),
    "a manifest of sizes only": (lambda s: change_manifest(s, files={"vectors.faiss": 3}), IndexDamaged),
    "a manifest with something new": (lambda s: change_manifest(s, news=1), IndexDamaged),
    "a calibration of another shape": (lambda s: change_manifest(s, calibration={"x": 1}), IndexDamaged),
    "another format": (lambda s: change_manifest(s, versions={**versions(), "format": 0}), IndexMismatch),
    "a later version": (lambda s: change_manifest(s, versions={**versions(), "passages": 99}), IndexMismatch),
    "another model": (lambda s: change_manifest(s, embedder="another@model"), IndexMismatch),
    "vectors cut short": (lambda s: half(live(s) / "vectors.faiss"), IndexDamaged),
    "vectors gone": (lambda s: (live(s) / "vectors.faiss").unlink(), IndexDamaged),
    "vectors overwritten": (lambda s: in_place(live(s) / "vectors.faiss", 0, bytes(64)), IndexDamaged),
    "catalogue empty": (lambda s: (live(s) / "catalogue.sqlite").write_bytes(b""), IndexDamaged),
    "catalogue overwritten": (lambda s: in_place(live(s) / "catalogue.sqlite", 5000, bytes(9000)), IndexDamaged),
    "arrays overwritten": (lambda s: in_place(live(s) / "arrays.npz", 400, b"\xff" * 64), IndexDamaged),
    "words gone": (lambda s: shutil.rmtree(live(s) / "lexical"), IndexDamaged),
    "words overwritten": (lambda s: in_place(next((live(s) / "lexical").glob("*.term")), 9, b"\xff" * 40), IndexDamaged),
    "words as written gone": (lambda s: (live(s) / "lexicon.json").unlink(), IndexDamaged),
    "words as written changed": (lambda s: in_place(live(s) / "lexicon.json", 2, b"zz"), IndexDamaged),
    "background cut short": (lambda s: half(live(s) / "background.npz"), IndexDamaged),
    "background gone": (lambda s: (live(s) / "background.npz").unlink(), IndexDamaged),
    "background overwritten": (lambda s: in_place(live(s) / "background.npz", 4000, b"\xff" * 64), IndexDamaged),
    "pieces gone": (lambda s: shutil.rmtree(live(s) / "pieces"), IndexDamaged),
    "vectors of pieces cut short": (lambda s: half(live(s) / "pieces" / "codes.npy"), IndexDamaged),
    "vectors of pieces changed": (lambda s: in_place(live(s) / "pieces" / "codes.npy", 300, b"\x7f"), IndexDamaged),
    "numbers of pieces changed": (lambda s: in_place(live(s) / "pieces" / "numbers.npy", 140, b"\xff"), IndexDamaged),
    "starts of pieces changed": (lambda s: in_place(live(s) / "pieces" / "starts.npy", 140, b"\xff"), IndexDamaged),
    "holders of pieces changed": (lambda s: in_place(live(s) / "pieces" / "holders.npy", 140, b"\xff"), IndexDamaged),
    "vocabulary changed": (lambda s: in_place(live(s) / "vocabulary" / "topics.yaml", 0, b"LABEL"), IndexDamaged),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_whatever_is_wrong_is_named_with_a_cure_and_the_cure_works(searcher, rebuild, store, quick, damage):
    before = searcher.search(Query("falls")).hits
    harm, error = DAMAGE[damage]
    harm(store)
    fresh = Searcher(IndexStore(store.path, quick.id), quick)
    with pytest.raises(error) as caught:
        fresh.search(Query("falls"))
    assert type(caught.value) is error
    assert "kb index" in caught.value.cure
    assert rebuild().changed
    assert fresh.search(Query("falls")).hits == before
    assert rebuild().changed is False


@pytest.mark.parametrize("file", ["vectors.faiss", "catalogue.sqlite", "lexical/meta.json", "pieces/codes.npy"])
def test_a_file_cut_while_the_index_is_open_is_noticed(searcher, rebuild, store, file):
    searcher.search(Query("falls"))
    half(live(store) / file)
    with pytest.raises(IndexDamaged, match="kb index"):
        searcher.search(Query("falls"))
    rebuild()
    assert searcher.search(Query("falls")).total


@pytest.mark.usefixtures("searcher")
def test_every_file_of_a_generation_is_checked(store):
    """Whatever is added to a generation, damage to it is found by its checksum."""
    files = {path.relative_to(live(store)).as_posix() for path in live(store).rglob("*") if path.is_file()}
    assert files - set(store.current().manifest.files) == {"manifest.json"} | {f for f in files if f.endswith(".lock")}


def test_what_is_open_is_read_on_when_its_files_are_deleted(searcher, store):
    before = searcher.search(Query("falls")).hits
    shutil.rmtree(live(store))
    assert searcher.search(Query("falls")).hits == before


@pytest.mark.usefixtures("searcher")
def test_a_generation_is_opened_once_until_the_next(rebuild, store, put):
    first = store.current()
    assert store.current() is first
    put("new", "---\ntitle: New work\n---\n")
    rebuild()
    assert store.current() is not first
    assert first.catalogue.slug_position("new") is None  # who holds the old one reads on from the same moment


@pytest.mark.usefixtures("searcher")
def test_an_index_of_another_model_is_refused_to_searchers_and_still_of_use_to_builders(store):
    with pytest.raises(IndexMismatch, match="another/model"):
        IndexStore(store.path, "another/model").current()
    assert IndexStore(store.path, "another/model").usable() is not None


def test_a_model_that_cannot_be_loaded_is_told_from_an_index_that_is_missing(folder, store):
    from kb.search.builder import build

    with pytest.raises(EmbedderUnavailable):
        build(folder, store, SentenceTransformerEmbedder("/no/such/model"))
    assert [path.name for path in store.path.iterdir()] == [".lock"]
    with pytest.raises(IndexMissing):
        store.current()


@pytest.mark.usefixtures("searcher")
def test_a_case_study_is_found_by_its_slug(store):
    index = store.current()
    assert index.case_study("bees").title == "Keeping bees in the hospital garden"
    with pytest.raises(NotFound, match="nobody"):
        index.case_study("nobody")
    with pytest.raises(NotFound):
        index.related("nobody")


@pytest.mark.usefixtures("searcher")
def test_related_case_studies_are_the_nearest_others(store):
    index = store.current()
    slugs = index.catalogue.slugs()
    here = slugs.index("bees")
    cosines = index.centroids @ index.centroids[here]
    expected = sorted((slug for slug in slugs if slug != "bees"), key=lambda slug: -cosines[slugs.index(slug)])
    assert [found.slug for found in index.related("bees", 10)] == expected
    assert [found.slug for found in index.related("bees", 1)] == expected[:1]
    assert np.linalg.norm(index.centroids, axis=1) == pytest.approx(1, abs=1e-5)


def test_the_only_case_study_has_no_relatives(folder, rebuild, store):
    for path in folder.case_studies.glob("[!b]*.md"):
        path.unlink()
    rebuild()
    assert store.current().related("bees") == []


@pytest.mark.usefixtures("searcher")
def test_tallies_count_verdicts_by_value(store):
    index = store.current()
    assert index.tallies("organisation") == {"NEW1": {"improved": 2}, "NEW2": {"improved": 1, "mixed": 1}}
    assert index.tallies("kind")["case-study"] == {"improved": 1, "mixed": 1, "": 1}
    assert index.tallies("nothing") == {}


def test_an_index_without_verdicts_has_tallies_too(folder, rebuild, store):
    for path in folder.case_studies.glob("[!o]*.md"):
        path.unlink()
    rebuild()
    assert store.current().tallies("kind") == {"case-study": {"": 1}}


def test_opening_a_folder_that_is_no_generation_is_damage(tmp_path):
    with pytest.raises(IndexDamaged):
        Index(tmp_path)
