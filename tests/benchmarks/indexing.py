"""Measures building with 5,000 case studies made from public abstracts: `python tests/benchmarks/indexing.py`. Never asserts.

The texts come from CISI and PubMedQA, halves of two abstracts joined so that no two are the same; labelled synthetic.
The peer is building everything from nothing, in the same run.
"""

import itertools
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import machine

from kb.content.folder import ContentFolder
from kb.search.builder import Built, build
from kb.search.embedders import Embedder
from kb.search.follower import Follower
from kb.search.index import IndexStore
from kb.search.onnx_embedder import embedder_for
from kb.search.query import Query
from kb.search.searcher import Searcher
from kb.settings import Settings

SHARED = Path(__file__).resolve().parents[3] / "shared" / "relevance"


def texts() -> Iterator[tuple[str, str]]:
    """Titles and texts without end, each different."""
    rows = [
        json.loads(row)
        for name in ("cisi", "pubmedqa")
        for row in (SHARED / name / "corpus.jsonl").read_text("utf-8").splitlines()
    ]
    for shift in itertools.count():
        for number, one in enumerate(rows):
            other = rows[(number + shift * 7) % len(rows)]
            first, second = one["text"].split(". "), other["text"].split(". ")
            body = one["text"] if shift == 0 else ". ".join(first[: len(first) // 2] + second[len(second) // 2 :])
            yield one["title"] or " ".join(one["text"].split()[:10]), body


def main() -> None:
    """Builds, builds again, edits one file, and prints how long each took."""
    if not SHARED.is_dir():
        sys.exit(f"Skipped: the public test collections are not at {SHARED}.")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    with tempfile.TemporaryDirectory() as name:
        folder = ContentFolder(Path(name) / "content")
        folder.case_studies.mkdir(parents=True)
        for number, (title, text) in enumerate(itertools.islice(texts(), count)):
            head = json.dumps(f"{title} {number}"[:200])
            (folder.case_studies / f"text-{number:05}.md").write_text(
                f"---\ntitle: {head}\n---\n\n## Abstract\n\n{text}\n", "utf-8"
            )
        embedder = embedder_for(Settings())
        store = IndexStore(Path(name) / "index", embedder.id)
        print(f"# Indexing {count:,} synthetic case studies made from CISI and PubMedQA\n{machine.describe()}\n")
        loading = machine.repeat(embedder.load, 1)
        nothing: list[float] = []
        with machine.timed(nothing):
            first = build(folder, store, embedder)
        peer = nothing[0]
        print(
            f"Peer: building from nothing ({first.case_studies:,} case studies, {first.passages:,} passages, {first.case_studies / peer:.1f} a second)"
        )
        print(
            f"{machine.HEADER}\n{machine.row('loading the model', loading, peer)}\n{machine.row('build from nothing', nothing, peer)}"
        )
        print(machine.row("build, nothing changed", machine.repeat(lambda: build(folder, store, embedder), 5), peer))
        edited = folder.case_studies / "text-00042.md"
        edits = itertools.count()

        def edit() -> Built:
            edited.write_text(
                edited.read_text("utf-8") + f"\nOne more sentence about zebrafish number {next(edits)}.\n", "utf-8"
            )
            return build(folder, store, embedder)

        print(machine.row("build, one file edited", machine.repeat(edit, 5), peer))
        print(machine.row("edit until the following site finds it", follow(folder, store, embedder, edited), peer))


def follow(folder: ContentFolder, store: IndexStore, embedder: Embedder, edited: Path) -> list[float]:
    """Seconds from saving a file until a search finds its new word, with a follower as the running site has one."""
    searcher = Searcher(store, embedder)
    built = threading.Event()
    follower = Follower(folder, store, embedder, lambda _: built.set())
    follower.start()
    built.wait()
    time.sleep(1)  # the watch begins after the first build
    found: list[float] = []
    for word in ("quokka", "axolotl", "capybara"):
        with machine.timed(found):
            edited.write_text(edited.read_text("utf-8") + f"\nA word nobody wrote before: {word}.\n", "utf-8")
            while not any(
                part == word
                for hit in searcher.search(Query(word)).hits
                for part, matched in hit.passage.parts
                if matched
            ):
                time.sleep(0.02)
        time.sleep(1)
    follower.stop()
    return found


if __name__ == "__main__":
    main()
