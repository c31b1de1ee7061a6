"""An index is a function of the content: whatever way led there, it answers as one built from nothing."""

import itertools
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.content.folder import ContentFolder
from kb.search.builder import build
from kb.search.index import IndexStore
from kb.search.query import Query
from kb.search.searcher import Searcher

SLUGS = st.sampled_from(["a", "b", "c", "d"])
WORDS = st.sampled_from(["Falls on wards.", "Waits for therapy.", "Bees and hives.", "Long waits after falls."])
TEXTS = st.builds(
    lambda title, summary, topic, body: f"---\ntitle: {title}\nsummary: {summary}\ntopics: [{topic}]\n---\n\n## Aim\n\n{body}\n",
    WORDS, WORDS, st.sampled_from(["old", "new", "none"]), WORDS,
)  # fmt: skip
BAD = st.just("---\nsummary: no title\n---\n")
EDITS = st.one_of(
    st.tuples(st.just("write"), SLUGS, st.one_of(TEXTS, TEXTS, BAD)),
    st.tuples(st.just("rename"), SLUGS, SLUGS),
    st.tuples(st.just("delete"), SLUGS, st.none()),
    st.tuples(st.just("vocabulary"), st.none(), st.sampled_from(["old", "new"])),
)


def apply(folder, kind, first, second):
    path = folder.case_studies / f"{first}.md"
    if kind == "write":
        path.write_text(second, "utf-8")
    elif kind == "rename" and path.exists():
        path.rename(folder.case_studies / f"{second}.md")
    elif kind == "delete":
        path.unlink(missing_ok=True)
    elif kind == "vocabulary":
        text = f"concepts:\n  - {{id: top, label: Top}}\n  - {{id: {second}, label: The {second} topic, parent: top}}\n"
        (folder.vocabulary / "topics.yaml").write_text(text, "utf-8")


def answers(store, quick):
    searcher = Searcher(store, quick)
    asked = [
        Query(text, filters, sort)
        for text, filters, sort in itertools.product(
            ("", "waits", "falls on wards", "bicycle"), ({}, {"topic": ("top",)}), ("relevance", "newest")
        )
        if not filters or "top" in store.current().vocabulary.schemes["topics"].concepts
    ]
    found = [searcher.search(query) for query in asked]
    shown = [([(hit.case_study, hit.score, hit.passage) for hit in r.hits], r.total, r.verdict, r.facets, r.alternatives) for r in found]  # fmt: skip
    index = store.current()
    pieces = [[part.tolist() for part in index.pieces.passage(n)] for n in range(index.manifest.passages)]
    words = [(word, index.lexicon.holders(word)) for word in index.lexicon]
    return shown, index.calibration, index.vectors.vectors().tolist(), pieces, words, list(map(str, index.catalogue.findings()))  # fmt: skip


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, TEXTS, st.lists(EDITS, min_size=1, max_size=6))
def test_an_index_built_step_by_step_answers_as_one_built_from_nothing(quick, first, second, edits):
    root = Path(tempfile.mkdtemp())
    try:
        folder = ContentFolder(root / "content")
        folder.case_studies.mkdir(parents=True)
        folder.vocabulary.mkdir()
        stepwise, fresh = IndexStore(root / "stepwise"), IndexStore(root / "fresh")
        apply(folder, "vocabulary", None, "old")
        for edit in [("write", "a", first), ("write", "b", second), *edits]:
            apply(folder, *edit)
            build(folder, stepwise, quick)
        build(folder, fresh, quick)
        assert answers(stepwise, quick) == answers(fresh, quick)
    finally:
        shutil.rmtree(root)
