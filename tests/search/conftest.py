"""A tiny content folder with a vocabulary of its own, and the real model made quick by remembering what it has embedded."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from kb.content.folder import ContentFolder
from kb.search.builder import Built, build
from kb.search.embedders import Embedder, Encoded, Piece, Vectors
from kb.search.index import IndexStore
from kb.search.searcher import Searcher

VOCABULARY = {
    "topics": """\
label: Topics
concepts:
  - {id: access, label: Access}
  - {id: waiting, label: Waiting times, parent: access, alt_labels: [delays]}
  - {id: falls, label: Falls, alt_labels: [slips]}
  - {id: tumbles, label: Tumbles, replaced_by: falls}
""",
    "settings": """\
label: Settings
concepts:
  - {id: inpatient, label: Inpatient}
  - {id: older-ward, label: Older people's ward, parent: inpatient}
  - {id: community, label: Community}
""",
    "organisations": """\
organisations:
  - {id: NEW1, name: Northern Trust, short_name: NOT}
  - {id: NEW2, name: Southern Trust}
  - {id: OLD1, name: Dale Trust, closed: '2020-01-01', successors: [NEW1]}
  - {id: SPLIT, name: Great Trust, closed: '2019-01-01', successors: [NEW1, NEW2]}
""",
    "collaboratives": """\
collaboratives:
  - {id: north, name: North Collaborative, lead: NEW1, members: [NEW1]}
""",
}

CASE_STUDIES = {
    "falls-on-a-ward": """\
---
title: Fewer falls on an older people's ward
kind: signpost
summary: Staff checked footwear each morning. Falls halved in a year.
verdict: improved
organisations: [OLD1]
settings: [older-ward]
topics: [tumbles]
ended: '2023'
measures:
- {name: Falls, baseline: '20', result: '10', unit: a month}
published: 2026-01-02
---

## What was done

Staff checked footwear each morning and put a sign on the door.

### Night staff

Night staff used soft lights in the corridor.
""",
    "waits-for-therapy": """\
---
title: Shorter waits for talking therapy
summary: A weekly clinic cut the waiting time from 20 weeks to 6.
verdict: improved
organisations: [SPLIT]
settings: [community]
topics: [waiting]
ended: '2021'
published: 2026-03-04
---

## Problem

People waited twenty weeks for their first appointment.
""",
    "bees": """\
---
title: Keeping bees in the hospital garden
verdict: mixed
organisations: [NEW2]
collaboratives: [north]
settings: [community]
started: '2022'
---

Patients look after four hives with the gardener.
""",
    "only-a-title": "---\ntitle: Staff rotas on paper\n---\n",
}


class RememberingEmbedder:
    """The real model; what it makes of a text is kept for the whole run, so that it is quick and always the same."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Encoded] = {}
        self.id = embedder.id
        self.is_word = cache(embedder.is_word)

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.stack([encoded.vector for encoded in self.encode_pieces(texts)])

    def encode_pieces(self, texts: Sequence[str]) -> list[Encoded]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= zip(new, self._embedder.encode_pieces(new), strict=True) if new else ()
        return [self._known[text] for text in texts]

    def pieces(self, text: str) -> tuple[Piece, ...]:
        return self.encode_pieces([text])[0].pieces


@pytest.fixture(scope="session")
def quick(embedder) -> RememberingEmbedder:
    """The real model, quick for texts it has seen."""
    return RememberingEmbedder(embedder)


@pytest.fixture
def folder(tmp_path) -> ContentFolder:
    """A content folder with four case studies and a vocabulary."""
    made = ContentFolder(tmp_path / "content")
    made.case_studies.mkdir(parents=True)
    made.vocabulary.mkdir()
    for name, text in VOCABULARY.items():
        (made.vocabulary / f"{name}.yaml").write_text(text, "utf-8")
    for slug, text in CASE_STUDIES.items():
        (made.case_studies / f"{slug}.md").write_text(text, "utf-8")
    return made


@pytest.fixture
def put(folder) -> Callable[[str, str | bytes], Path]:
    """Writes a case study by slug."""

    def write(slug: str, text: str | bytes) -> Path:
        path = folder.case_studies / f"{slug}.md"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture
def store(tmp_path) -> IndexStore:
    """An index folder with nothing in it."""
    return IndexStore(tmp_path / "index")


@pytest.fixture
def rebuild(folder, store, quick) -> Callable[[], Built]:
    """Brings the index in step with the folder."""
    return lambda: build(folder, store, quick)


@pytest.fixture
def searcher(rebuild, store, quick) -> Searcher:
    """A searcher over the built tiny folder."""
    rebuild()
    return Searcher(store, quick)
