import itertools
import re
from collections import Counter

import numpy as np
import pytest
from starlette.testclient import TestClient

from kb.content.folder import ContentFolder
from kb.content.vocabulary import Vocabulary
from kb.search.builder import build
from kb.search.embedders import SentenceTransformerEmbedder
from kb.search.index import IndexStore
from kb.search.query import Query
from kb.search.searcher import Searcher
from kb.search.understanding import wanted
from kb.settings import Settings
from kb.web.app import create_app


def slugs(results):
    return [hit.case_study.slug for hit in results.hits]


def everything(searcher, query):
    """All hits of a query, page by page."""
    pages = []
    while True:
        page = searcher.search(Query(query.text, query.filters, query.sort, 20, 20 * len(pages)))
        if not page.hits:
            return list(itertools.chain.from_iterable(pages)), page
        pages.append(page.hits)


def values(results, facet):
    return {value.value: value.count for value in results.facets[facet]}


TEXTS = ["", "violence on wards", "waits for ADHD assessment", "physical health checks", "sourdough starter recipe"]


@pytest.mark.parametrize("text", ["", "waiting times"])
def test_newest_first(published, text):
    hits, _ = everything(published, Query(text, sort="newest"))
    dates = [(str(h.case_study.published or ""), h.case_study.ended or h.case_study.started or "") for h in hits]
    assert dates == sorted(dates, reverse=True)
    by_relevance, _ = everything(published, Query(text))
    assert {h.case_study.slug for h in hits} == {h.case_study.slug for h in by_relevance}


def test_scores_fall_from_hit_to_hit(published):
    hits, _ = everything(published, Query("violence on wards"))
    scores = [hit.score for hit in hits]
    assert len(scores) > 5
    assert scores == sorted(scores, reverse=True)


def test_a_page_beyond_the_end_is_empty_and_counts_all(published):
    first, beyond = published.search(Query("falls")), published.search(Query("falls", offset=10_000))
    assert beyond.hits == ()
    assert (beyond.total, beyond.facets, beyond.verdict) == (first.total, first.facets, first.verdict)


def test_the_best_passage_is_a_place_on_the_page_and_its_words_are_those_of_the_case_study(published, client):
    index = published.store.current()
    seen = Counter()
    for text in (*TEXTS, "how many patients", "NHS trust in London", "what staff learned", "figures before and after"):
        for hit in published.search(Query(text)).hits:
            page = client.get(f"/case-studies/{hit.case_study.slug}").text
            assert f'id="{hit.passage.anchor}"' in page
            seen[hit.passage.section] += 1
            if text:
                position = index.catalogue.slug_position(hit.case_study.slug)
                texts = [" ".join(p.text.split()) for _, p in index.catalogue.passages([position])[position]]
                shown = "".join(words for words, _ in hit.passage.parts).removeprefix("… ").removesuffix(" …")
                assert any(shown in whole for whole in texts)
                assert hit.why
    assert len(seen) > 3


ODD_PAGES = {
    "only-a-title": "---\ntitle: Hives one\n---\n",
    "no-heading": "---\ntitle: Hives two\n---\n\nHoney from hives.\n",
    "small-headings": "---\ntitle: Hives three\n---\n\n### Honey\n\nHives.\n\n# Top\n\nBees.\n\n##### Deep\n\nComb.\n",
    "same-names": "---\ntitle: Hives four\n---\n\n## Summary\n\nBees.\n\n## Figures\n\nBees.\n\n## At a glance\n\nBees.\n",
    "figures-only": "---\ntitle: Hives five\nmeasures:\n- {name: Honey, result: '3'}\n---\n",
    "facts-only": "---\ntitle: Hives six\ntopics: [bees]\npopulation: Bees\n---\n",
    "odd-headings": '---\ntitle: Hives seven\n---\n\n## "Été" & <b>\n\nBees.\n\n## 蜂\n\nBees.\n\n## \n\nBees.\n',
    "in-a-list": "---\ntitle: Hives eight\n---\n\n- ## Listed\n\n  Bees.\n\n> ## Quoted\n>\n> Bees.\n",
}


def test_every_link_from_a_hit_leads_to_a_place_whatever_the_page_is_made_of(tmp_path, quick):
    folder, store = ContentFolder(tmp_path / "content"), IndexStore(tmp_path / "index")
    folder.case_studies.mkdir(parents=True)
    for slug, text in ODD_PAGES.items():
        (folder.case_studies / f"{slug}.md").write_text(text, "utf-8")
    build(folder, store, quick)
    searcher = Searcher(store, quick)
    reached = set()
    with TestClient(create_app(Settings(content=folder.path, index=store.path, follow=False))) as client:
        for text in ("hives", "honey", "bees", "comb", "top", ""):
            for hit in searcher.search(Query(text)).hits:
                page = client.get(f"/case-studies/{hit.case_study.slug}").text
                assert not hit.passage.anchor or f'id="{hit.passage.anchor}"' in page, (text, hit.case_study.slug)
                reached.add(hit.case_study.slug)
    assert reached == set(ODD_PAGES)


@pytest.mark.parametrize(
    "text",
    ["'; DROP TABLE case_study; --", "<script>alert(1)</script>", '"falls" AND (c OR d:*) ^2 ~3 [a TO b] -zebra "', "😀 falls", "%00", "the of and", "等待 名单", "x" * 500, "falls " * 80, "0"],
)  # fmt: skip
def test_any_words_get_an_answer(published, text):
    found = published.search(Query.from_params([("q", text)]))
    assert found.hits or found.understood.typed.phrases  # a phrase that no case study has leaves none
    assert found.verdict in ("strong", "possible", "none")
    assert not found.degraded


def test_what_the_library_has_is_told_from_what_it_has_not(published):
    assert published.search(Query("waits for ADHD assessment")).verdict == "strong"
    assert published.search(Query("sourdough starter recipe")).verdict == "none"
    nothing = published.search(Query("sourdough starter recipe"))
    assert (nothing.total, nothing.close, len(nothing.hits)) == (0, 0, 3)
    assert not any(nothing.facets.values())


def test_why_names_the_words_that_match(published):
    hit = published.search(Query("clozapine blood tests")).hits[0]
    assert hit.case_study.slug == "bsmhft-clozapine-blood-tests"
    assert any("clozapine" in why for why in hit.why)


def test_an_answer_says_what_was_looked_for(published):
    found = published.search(Query("-prone restrant org:ELFT", {"verdict": ("improved",)}))
    assert found.understood.repairs == (("restrant", "restraint"),)
    assert found.understood.typed.excluded == ("prone",)
    assert found.reading.text == "restraint"
    assert found.filters == {"verdict": ("improved",), "organisation": ("RWK",)}
    assert found.query.filters == {"verdict": ("improved",)}
    exactly = published.search(Query("restrant", exactly=True))
    assert (exactly.understood.repairs, exactly.reading.text) == ((), "restrant")
    nothing = published.search(Query())
    assert (nothing.reading, nothing.filters, nothing.understood.readings) == (None, {}, ())


def test_a_phrase_must_be_said_and_what_is_excluded_must_not(searcher):
    assert slugs(searcher.search(Query('"soft lights"'))) == ["falls-on-a-ward"]
    assert searcher.search(Query('"lights soft"')).hits == ()
    assert searcher.search(Query('"lights soft"')).verdict == "none"
    assert "falls-on-a-ward" not in slugs(searcher.search(Query("ward staff -footwear")))
    assert set(slugs(searcher.search(Query("-footwear")))) == {"waits-for-therapy", "bees", "only-a-title"}
    assert "bees" not in slugs(searcher.search(Query("garden hives -gardener")))


def test_without_words_the_newest_come_first_with_their_summary(searcher):
    found = searcher.search(Query())
    assert slugs(found) == ["waits-for-therapy", "falls-on-a-ward", "bees", "only-a-title"]
    assert found.hits[0].passage.parts == (("A weekly clinic cut the waiting time from 20 weeks to 6.", False),)
    assert (found.verdict, found.hits[0].why) == ("strong", ())


@pytest.mark.usefixtures("searcher")
def test_search_goes_on_by_words_when_the_model_cannot_be_loaded(store):
    broken = Searcher(IndexStore(store.path), SentenceTransformerEmbedder("/no/such/model"))
    found = broken.search(Query("twenty weeks' wait"))
    assert found.degraded
    assert slugs(found) == ["waits-for-therapy"]
    assert [words for words, matched in found.hits[0].passage.parts if matched]
    assert values(found, "topic") == {"access": 1, "waiting": 1}
    assert broken.search(Query("twenty weeks", {"topic": ("falls",)})).total == 0
    nothing = broken.search(Query("zebra"))
    assert (nothing.total, nothing.verdict, nothing.degraded) == (0, "none", True)
    assert not broken.search(Query()).degraded  # browsing needs no model
    assert slugs(broken.search(Query('"soft lights" -garden'))) == ["falls-on-a-ward"]
    assert not any(hit.passage.in_meaning for hit in found.hits)
    assert slugs(broken.search(Query("delays"))) == ["waits-for-therapy"]  # the vocabulary's other words help still


@pytest.mark.usefixtures("searcher")
def test_warming_up_leaves_nothing_to_wait_for_and_says_what_is_off(store, tmp_path, caplog):
    class Counted(IndexStore):
        opened = 0

        def _open(self, name):
            self.opened += 1
            return super()._open(name)

    warm = Searcher(Counted(store.path), SentenceTransformerEmbedder("/no/such/model"))
    warm.warm_up()
    assert [record.levelname for record in caplog.records if "meaning is off" in record.message] == ["ERROR"]
    assert warm.search(Query("wait")).degraded
    assert warm.store.opened == 1
    Searcher(IndexStore(tmp_path / "none"), SentenceTransformerEmbedder("/no/such/model")).warm_up()


def test_ranks_for_evaluation_are_by_words_by_meaning_or_both(published, embedder):
    index = published.store.current()
    text = "reminders by text for people who miss appointments"
    (reading,) = index.thesaurus.readings(text)
    vector = embedder.encode([text])[0]
    cosines = index.vectors.vectors() @ vector
    best = np.array([cosines[index.passage_case_study == n].max() for n in range(index.manifest.case_studies)])
    expected = np.argsort(-(best + index.centroids @ vector))
    names = index.catalogue.slugs()
    dense = published.rank(text, "dense", limit=10)
    assert [slug for slug, _ in dense] == [names[position] for position in expected[:10]]
    words = published.rank(text, "lexical", limit=10)
    lexical = index.lexical.search(wanted(reading), {}, 10).positions
    assert [slug for slug, _ in words] == [names[position] for position in lexical]
    for stage in ("fused", "late"):
        found = published.rank(text, stage)
        assert len(found) == len({slug for slug, _ in found}) == min(index.manifest.case_studies, 100)
        assert found[0][0] in {dense[0][0], words[0][0]}
        assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert published.rank(text) == published.rank(text, "late")


def test_a_generation_that_is_given_is_the_one_that_answers(searcher, rebuild, store, put):
    held = store.current()
    put("new", "---\ntitle: New work about falls\n---\n")
    rebuild()
    assert "new" in slugs(searcher.search(Query("")))
    assert "new" not in slugs(searcher.search(Query(""), held))


def test_the_vocabulary_of_the_answer_is_that_of_the_index(searcher, folder, rebuild):
    path = folder.vocabulary / "topics.yaml"
    path.write_text(path.read_text("utf-8").replace("label: Falls", "label: Tripping"), "utf-8")
    assert "Tripping" not in re.findall(r"\w+", str(searcher.search(Query()).facets["topic"]))
    rebuild()
    assert "Tripping" in re.findall(r"\w+", str(searcher.search(Query()).facets["topic"]))
    assert Vocabulary.load(folder.vocabulary) == searcher.store.current().vocabulary


def test_one_rare_word_finds_the_case_study_that_has_it(tmp_path, quick):
    """Found in use: the exact word was in one of many case studies, and nearer ones in meaning pushed it out."""
    folder = ContentFolder(tmp_path / "content")
    folder.case_studies.mkdir(parents=True)
    for number, text in enumerate(
        [
            "Zoo animals came to the ward.",
            "A small furry animal visited patients.",
            "Pets and wildlife in the garden helped.",
        ]
        * 4
    ):
        head = f"---\ntitle: Animal visits number {number}\n---\n\n## Problem\n\n"
        (folder.case_studies / f"visits-{number}.md").write_text(f"{head}{text} They were calm.\n", "utf-8")
    (folder.case_studies / "rota.md").write_text(
        "---\ntitle: Staff rotas\n---\n\n## Problem\n\nThe rota was late each month. The new tool was called Quokka.\n",
        "utf-8",
    )
    store = IndexStore(tmp_path / "index", quick.id)
    build(folder, store, quick)
    found = Searcher(store, quick).search(Query("quokka"))
    assert "rota" in slugs(found)
    assert found.verdict != "none"
