import dataclasses
import os
import shutil
import threading

import filelock
import numpy as np
import pytest

from kb.content.folder import ContentFolder
from kb.errors import ContentFolderMissing, ContentUnreadable, IndexBusy
from kb.search.builder import build
from kb.search.embedders import Encoded
from kb.search.query import Query
from kb.search.searcher import Searcher


def counts(built):
    return (built.changed, built.case_studies, built.parsed, built.embedded)


def test_the_first_build_reads_and_embeds_everything(folder, store, quick):
    said = []
    built = build(folder, store, quick, lambda *progress: said.append(progress))
    assert counts(built) == (True, 4, 4, built.passages)
    assert built.findings == []
    assert built.generation == store.current_name()
    manifest = store.current().manifest
    assert (manifest.case_studies, manifest.passages, manifest.dimension) == (4, built.passages, 384)
    assert [said[0], said[-1]] == [("Reading case studies", 4, 4), ("Writing the index", 1, 1)]
    assert ("Embedding passages", built.passages, built.passages) in said


def test_nothing_new_is_nothing_done(rebuild):
    first = rebuild()
    again = rebuild()
    assert counts(again) == (False, 4, 0, 0)
    assert (again.generation, again.passages) == (first.generation, first.passages)


def test_only_a_changed_file_is_read_and_only_its_changed_passages_embedded(folder, rebuild, put):
    rebuild()
    text = (folder.case_studies / "falls-on-a-ward.md").read_text("utf-8")
    put("falls-on-a-ward", text.replace("soft lights", "red lights"))
    assert counts(rebuild()) == (True, 4, 1, 1)
    put("new", "---\ntitle: New\nsummary: Something new.\n---\n")
    assert counts(rebuild()) == (True, 5, 1, 1)


def test_a_renamed_file_is_read_again_and_nothing_embedded(folder, rebuild):
    rebuild()
    (folder.case_studies / "bees.md").rename(folder.case_studies / "honey.md")
    assert counts(rebuild()) == (True, 4, 1, 0)


def test_a_deleted_file_is_gone_and_nothing_read(folder, rebuild, store):
    rebuild()
    (folder.case_studies / "bees.md").unlink()
    assert counts(rebuild()) == (True, 3, 0, 0)
    assert store.current().catalogue.slug_position("bees") is None


def test_a_file_that_was_only_touched_is_not_read_again(folder, rebuild):
    rebuild()
    os.utime(folder.case_studies / "bees.md", (1, 1))
    assert counts(rebuild()) == (False, 4, 0, 0)


def test_an_edit_of_the_same_size_and_time_is_seen(folder, rebuild):
    path = folder.case_studies / "bees.md"
    rebuild()
    for old, new in (("four", "five"), ("five", "nine")):  # the second at once, within a tick of most disks' clocks
        before = path.stat()
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert counts(rebuild()) == (True, 4, 1, 1)


def test_the_stamp_of_a_file_written_just_now_is_not_relied_on(rebuild, store):
    rebuild()
    assert [record.stamp for record in store.current().catalogue.records()] == [""] * 4


def test_a_changed_vocabulary_is_read_into_every_case_study(folder, rebuild, store):
    rebuild()
    path = folder.vocabulary / "organisations.yaml"
    path.write_text(path.read_text("utf-8").replace("Southern Trust", "Sunny Trust"), "utf-8")
    assert counts(rebuild()) == (True, 4, 4, 1)  # only the bees name it
    assert store.current().vocabulary.organisations["NEW2"].name == "Sunny Trust"


def test_another_model_embeds_everything_again(folder, store, quick):
    first = build(folder, store, quick)
    renamed = type(quick)(quick)
    renamed.id = "another"
    assert counts(build(folder, store, renamed)) == (True, 4, 0, first.passages)
    assert store.current().manifest.embedder == "another"


def test_the_vector_of_a_text_may_be_shorter_than_those_of_its_pieces(folder, store, quick, put):
    class Short(type(quick)):
        def encode_pieces(self, texts):
            found = super().encode_pieces(texts)
            return [dataclasses.replace(one, vector=one.vector[:64] / np.linalg.norm(one.vector[:64])) for one in found]

    short = Short(quick)
    short.id = "short"
    build(folder, store, short)
    assert (store.current().manifest.dimension, store.current().vectors.dimension) == (64, 64)
    put("new", "---\ntitle: New work about hives\n---\n")
    build(folder, store, short)
    (folder.case_studies / "new.md").unlink()
    build(folder, store, short)
    assert store.current().vectors.dimension == 64
    assert Searcher(store, short).search(Query("hives")).hits[0].case_study.slug == "bees"


def test_a_model_without_pieces_is_searched_without_them(folder, store, quick):
    class Whole(type(quick)):
        def encode_pieces(self, texts):
            return [Encoded(one.vector, (), one.vectors[:0]) for one in super().encode_pieces(texts)]

    whole = Whole(quick)
    whole.id = "whole"
    build(folder, store, whole)
    assert not store.current().pieces.available
    found = Searcher(store, whole).search(Query("footwear each morning"))
    assert found.hits[0].case_study.slug == "falls-on-a-ward"
    assert found.verdict != "none"


def test_two_generations_are_kept_and_what_others_put_there_too(rebuild, store, put):
    (store.path / "notes").mkdir(parents=True)
    made = []
    for number in range(4):
        put("new", f"---\ntitle: New {number}\n---\n")
        made.append(rebuild().generation)
    assert sorted(p.name for p in store.path.iterdir()) == sorted([".lock", "CURRENT", "notes", *made[-2:]])


def test_what_a_killed_builder_left_is_cleared_even_when_nothing_changed(rebuild, store):
    rebuild()
    (store.path / ".building-1-abc").mkdir()
    (store.path / ".CURRENT-1").write_text("half", "utf-8")
    assert rebuild().changed is False
    assert not [*store.path.glob(".building*"), *store.path.glob(".CURRENT*")]


def test_a_second_builder_is_told_to_wait(folder, store, quick):
    store.path.mkdir()
    with filelock.FileLock(store.path / ".lock"), pytest.raises(IndexBusy, match="Wait"):
        build(folder, store, quick)
    assert build(folder, store, quick).changed


def test_a_builder_that_waits_finds_the_work_done(folder, store, quick):
    begun, go_on, built = threading.Event(), threading.Event(), []

    def slowly(*_):
        begun.set()
        go_on.wait(60)

    first = threading.Thread(target=lambda: built.append(build(folder, store, quick, slowly)))
    second = threading.Thread(target=lambda: built.append(build(folder, store, quick, wait=60)))
    first.start()
    assert begun.wait(60)
    with pytest.raises(IndexBusy):
        build(folder, store, quick)
    second.start()
    go_on.set()
    for thread in (first, second):
        thread.join(60)
    assert [one.changed for one in built] == [True, False]


def test_a_missing_content_folder_says_what_to_do_and_the_index_stays(folder, rebuild, store):
    rebuild()
    shutil.rmtree(folder.path)
    with pytest.raises(ContentFolderMissing, match="--content"):
        rebuild()
    assert store.current().manifest.case_studies == 4


def test_an_index_folder_that_cannot_be_written_says_so(folder, store, quick):
    store.path.write_text("a file", "utf-8")
    with pytest.raises(ContentUnreadable, match="index folder"):
        build(folder, store, quick)


def test_content_without_a_vocabulary_is_searched_by_its_ids(folder, rebuild, store, quick):
    shutil.rmtree(folder.vocabulary)
    assert counts(rebuild())[:2] == (True, 4)
    results = Searcher(store, quick).search(Query("hives", {"organisation": ("NEW2",)}))
    assert [hit.case_study.slug for hit in results.hits] == ["bees"]
    assert [(v.value, v.label, v.count) for v in results.facets["organisation"]] == [("NEW2", "NEW2", 1)]


def test_a_broken_vocabulary_is_a_finding_and_the_rest_works(folder, rebuild):
    (folder.vocabulary / "topics.yaml").write_text("concepts: [", "utf-8")
    (folder.vocabulary / "stages.yaml").mkdir()
    (folder.vocabulary / ".#settings.yaml").symlink_to("somebody@editing.1234")  # as Emacs leaves beside an open file
    built = rebuild()
    assert counts(built)[:2] == (True, 4)
    assert sorted({f.file for f in built.findings}) == ["vocabulary/stages.yaml", "vocabulary/topics.yaml"]
    assert rebuild().findings == built.findings


BAD = {
    "bad-yaml": b"---\ntitle: [unclosed\n---\n",
    "no-head": b"Only words.",
    "no-title": b"---\nsummary: Something\n---\n",
    "empty": b"",
    "latin": b"---\ntitle: caf\xe9\n---\n",
    "surrogate": b'---\ntitle: "a \\ud800 b"\n---\n',
    "control": b"---\ntitle: a\x07b\n---\n",
    "huge": b"---\ntitle: Huge\n---\n" + b"x" * 5_000_000,
}


def test_bad_files_are_findings_and_the_rest_is_searched(folder, rebuild, store, put, tmp_path):
    for slug, data in BAD.items():
        put(slug, data)
    (tmp_path / "secret.md").write_text("---\ntitle: Secret\n---\n", "utf-8")
    (folder.case_studies / "link.md").symlink_to(tmp_path / "secret.md")
    (folder.case_studies / "sub").mkdir()
    shutil.copy(folder.case_studies / "bees.md", folder.case_studies / "sub" / "Bees.md")
    built = rebuild()
    bad = {f"case_studies/{name}.md" for name in (*BAD, "link", "sub/Bees")}
    assert {finding.file for finding in built.findings if finding.severity == "error"} == bad
    assert built.case_studies == 4
    # readers of the health page learn of the same
    assert {str(finding) for finding in store.current().catalogue.findings()} == set(map(str, built.findings))
    again = rebuild()
    assert (again.changed, again.parsed) == (False, 0)
    assert sorted(map(str, again.findings)) == sorted(map(str, built.findings))
    for slug in BAD:
        put(slug, f"---\ntitle: Mended {slug}\n---\n")
    (folder.case_studies / "link.md").unlink()
    shutil.rmtree(folder.case_studies / "sub")
    mended = rebuild()
    assert (mended.case_studies, mended.findings) == (4 + len(BAD), [])


@pytest.mark.parametrize(
    "data",
    [
        '---\ntitle: "a \\0 b"\nfoo: .nan\nbar: {1: 2}\n---\n\nx\x00y\n',
        "---\ntitle: Odd\nx: !!binary aGVsbG8=\ny: !!set {a, b}\nz: 99999999999999999999999999\n---\n",
        f"---\ntitle: Deep\n---\n{'#' * 3000}\n\n{'>' * 5000}\n\n{'- ' * 2000}x\n\n{'[' * 3000}\n",
        "\ufeff---\r\ntitle: Windows\r\n---\r\n\r\n## Aim\r\n\r\nWords.\r\n",
    ],
)
def test_odd_files_do_no_harm(rebuild, store, quick, put, data):
    put("odd", data)
    assert rebuild().case_studies == 5
    assert Searcher(store, quick).search(Query("hives")).hits[0].case_study.slug == "bees"
    assert store.current().case_study("odd").title


def test_content_that_becomes_empty_is_an_empty_index_and_comes_back(folder, rebuild, store, quick, put):
    rebuild()
    for path in folder.case_studies.iterdir():
        path.unlink()
    assert counts(rebuild()) == (True, 0, 0, 0)
    searcher = Searcher(store, quick)
    for text in ("falls", ""):
        results = searcher.search(Query(text))
        assert (results.total, results.verdict, results.hits) == (0, "none", ())
    put("new", "---\ntitle: Falls again\n---\n")
    assert counts(rebuild()) == (True, 1, 1, 1)
    assert searcher.search(Query("falls")).total == 1


def test_an_empty_folder_can_be_the_beginning(tmp_path, store, quick):
    folder = ContentFolder(tmp_path / "empty")
    folder.case_studies.mkdir(parents=True)
    assert counts(build(folder, store, quick)) == (True, 0, 0, 0)
    assert store.current().vectors.count == 0
