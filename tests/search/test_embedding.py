import json

import numpy as np
import pytest

from kb.search.catalogue import Record, StoredPassage
from kb.search.embedding import embed
from kb.search.late_interaction import Pieces, projection
from kb.search.passages import Passage


class Counting:
    """The real model; it notes which texts it is given."""

    def __init__(self, embedder):
        self.id, self.encode, self.pieces, self.is_word = (
            embedder.id,
            embedder.encode,
            embedder.pieces,
            embedder.is_word,
        )
        self.seen, self._embedder = [], embedder

    def encode_pieces(self, texts):
        self.seen += texts
        return self._embedder.encode_pieces(texts)


def record(title, *texts):
    passages = [Passage("Problem", "problem", text, title) for text in texts]
    stored = [StoredPassage(one.section, one.anchor, one.text, one.digest, "") for one in passages]
    return Record(f"{title}.md", "", "", slug=title, data=json.dumps({"title": title}), passages=stored)


@pytest.fixture
def model(quick):
    return Counting(quick)


@pytest.fixture(scope="module")
def matrix(quick):
    return projection(quick.encode_pieces(["People fell at night on the ward, and nobody knew why."])[0].vectors)


def silent(*_):
    pass


def test_every_passage_is_embedded_with_its_title_and_heading_in_order(model, matrix):
    found = embed([record("falls", "Short.", "A longer text about wards."), record("bees", "Hives.")], model, matrix, None, silent)  # fmt: skip
    texts = ["falls. Problem: Short.", "falls. Problem: A longer text about wards.", "bees. Problem: Hives."]
    assert sorted(model.seen) == sorted(texts)
    assert found.count == 3
    for text, vector, (numbers, codes) in zip(texts, found.vectors, found.pieces, strict=True):
        encoded = model.encode_pieces([text])[0]
        pieces = Pieces.of(text, encoded, matrix)
        assert vector.tolist() == encoded.vector.tolist()
        assert (numbers.tolist(), codes.tolist()) == (pieces.numbers.tolist(), pieces.codes.tolist())


def test_the_same_text_is_embedded_once(model, matrix):
    found = embed([record("falls", "Same.", "Same."), record("falls", "Same.")], model, matrix, None, silent)
    assert (found.count, len(model.seen), found.vectors.shape) == (1, 1, (3, 384))
    assert found.vectors[0].tolist() == found.vectors[1].tolist() == found.vectors[2].tolist()


def test_what_an_index_has_is_taken_over_unchanged(rebuild, store, model):
    rebuild()
    previous = store.current()
    title = previous.catalogue.titles()[0]
    stored = [passage for _, passage in previous.catalogue.passages([0])[0]]
    new = Record("new.md", "", "", slug="new", data=json.dumps({"title": title}), passages=stored)
    added = record("bees", "Hives by the river.")
    found = embed([added, new], model, previous.background.projection, previous, silent)
    assert (found.count, model.seen) == (1, ["bees. Problem: Hives by the river."])
    rows = np.flatnonzero(previous.passage_case_study == 0)
    assert found.vectors[1:].tolist() == previous.vectors.vectors(rows).tolist()
    for (numbers, codes), row in zip(found.pieces[1:], rows.tolist(), strict=True):
        assert [part.tolist() for part in (numbers, codes)] == [part.tolist() for part in previous.pieces.passage(row)]


def test_progress_is_told_from_none_to_all(model, matrix):
    said = []
    records = [record(f"number {number}", "Hives.") for number in range(70)]
    embed(records, model, matrix, None, lambda *progress: said.append(progress))
    assert said == [("Embedding passages", done, 70) for done in (0, 64, 70)]


def test_a_case_study_as_a_whole_is_the_unit_mean_of_its_passages(model, matrix):
    found = embed([record("falls", "One.", "Two."), record("bees", "Three.")], model, matrix, None, silent)
    centroids = found.centroids(np.array([0, 0, 2]), 3)
    mean = (found.vectors[0] + found.vectors[1]) / 2
    assert centroids[0] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-6)
    assert centroids[1].tolist() == [0] * 384  # one without passages is about nothing
    assert centroids[2] == pytest.approx(found.vectors[2], abs=1e-6)


def test_nothing_to_embed_asks_nothing_of_the_model(model, matrix):
    found = embed([], model, matrix, None, silent)
    assert (found.count, found.vectors.shape, found.pieces, model.seen) == (0, (0, 384), [], [])
