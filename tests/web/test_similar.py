"""Published work like a draft: found by the real model, remembered, and nothing where nothing can be searched."""

import pytest

from kb.content.case_study import CaseStudy
from kb.errors import IndexMissing
from kb.search import problem
from kb.search.index import IndexStore
from kb.search.searcher import Searcher
from kb.web.similar import SHOWN, Similar

DRAFT = CaseStudy(
    title="Fewer missed appointments",
    summary="Text messages and a call the day before.",
    body="## Problem\n\nOne in five people did not attend their first appointment with the community team.\n",
)


def test_what_is_like_it_is_found_and_found_once(published, embedder, monkeypatch):
    similar = Similar(published, embedder)
    found = similar.to(DRAFT)
    assert 1 <= len(found) <= SHOWN
    assert found[0].facts
    monkeypatch.setattr(problem, "find", lambda *_: pytest.fail("it was looked for again"))
    assert similar.to(DRAFT) == found


def test_its_own_published_version_is_left_out(published, embedder):
    index = published.store.current()
    slug = next(iter(index.catalogue.slugs()))
    own = index.case_study(slug)
    similar = Similar(published, embedder)
    assert slug in [one.case_study.slug for one in similar.to(own)]
    assert slug not in [one.case_study.slug for one in similar.to(own, slug)]


def test_what_is_like_nothing_finds_nothing(published, embedder):
    assert Similar(published, embedder).to(CaseStudy(title="Sourdough", body="## Starter\n\nFlour and water.\n")) == ()


def test_without_an_index_there_is_none(tmp_path, embedder):
    similar = Similar(Searcher(IndexStore(tmp_path, embedder.id), embedder), embedder)
    assert similar.to(DRAFT) == ()
    with pytest.raises(IndexMissing):
        similar.looked_for(DRAFT)
