import gc
import subprocess
import sys
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.index import IndexStore
from kb.search.names import CASE_STUDY, WORD, Suggestion
from kb.search.suggestions import Suggestions

TERMS = """\
terms:
  - {term: OAP, expansion: out of area placement (a bed far from home)}
  - {term: QWK, expansion: quality of waiting kits}
  - {term: BH, expansion: bee hives}
"""


@pytest.fixture(scope="module")
def suggestions(published):
    """Those of the published content."""
    return Suggestions.of(published.store.current())


@pytest.fixture
def small(folder, put, store, rebuild):
    """A small content folder with a glossary; gives what is suggested."""
    (folder.vocabulary / "glossary.yaml").write_text(TERMS, "utf-8")
    put(
        "bed",
        "---\ntitle: Bringing people home\n---\n\nOut-of-area placements fell. Waiting was shorter. Bees, not hives.\n",
    )
    rebuild()
    return lambda typed, limit=8: Suggestions.of(store.current()).for_text(typed, limit)


def targets(found):
    return [(suggestion.kind, suggestion.target) for suggestion in found]


def test_a_title_is_found_by_the_beginnings_of_any_of_its_words(small):
    case_study = Suggestion(CASE_STUDY, "Fewer falls on an older people's ward", "falls-on-a-ward")
    for typed in ("fewer fa", "FEW", "ward falls", "old peo", "péople's"):
        assert case_study in small(typed), typed
    assert case_study not in small("fewer waits")
    assert case_study not in small("alls on")


def test_concepts_are_found_by_any_name_but_only_if_case_studies_hold_them(small):
    assert ("topic", "falls") in targets(small("slip"))
    assert Suggestion("topic", "Falls", "falls", "slips") in small("slip")
    assert Suggestion("topic", "Falls", "falls", "Tumbles") in small("tumb")  # was replaced by falls
    assert Suggestion("topic", "Falls", "falls") in small("fall")
    assert ("topic", "access") in targets(small("acc"))  # by its child
    assert ("setting", "inpatient") in targets(small("inpa"))


def test_organisations_are_found_by_any_name_or_code_and_lead_to_todays(small):
    assert small("south")[0] == Suggestion("organisation", "Southern Trust", "NEW2")
    assert Suggestion("organisation", "Northern Trust", "NEW1", "NOT") in small("not")
    assert Suggestion("organisation", "Northern Trust", "NEW1", "Dale Trust") in small("dale")
    assert {s.target for s in small("great tr") if s.kind == "organisation"} == {"NEW1", "NEW2"}  # it was split
    assert small("new1") == [Suggestion("organisation", "Northern Trust", "NEW1")]
    assert ("collaborative", "north") in targets(small("north"))
    assert "OLD1" not in {target for _, target in targets([*small("old1"), *small("dale")])}


def test_an_acronym_is_spelt_out_only_if_a_case_study_says_so(small):
    assert small("oap") == [Suggestion(WORD, "out of area placement", "out of area placement", "OAP")]
    assert Suggestion(WORD, "out of area placement", "out of area placement") in small("out of ar")
    assert small("qwk") == []
    assert small("bh") == []  # both words are there, but not together


def test_words_are_completed_once_for_each_stem(small):
    assert [s.label for s in small("foot") if s.kind == WORD] == ["footwear"]
    assert [s.label for s in small("wai") if s.kind == WORD] in (["waiting"], ["waited"])
    assert [s.label for s in small("soft li") if s.kind == WORD] == ["soft lights"]
    assert [s for s in small("garden li") if s.kind == WORD] == []  # nobody wrote that
    assert [s for s in small("footwear") if s.kind == WORD] == []  # it is already there


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("restriant", ("topic", "restrictive-practice")),
        ("restriant", (WORD, "restraint")),
        ("clozop", (WORD, "clozapine")),
        ("waitng tim", ("topic", "access-and-waiting-times")),
        ("birmigham", ("organisation", "RXT")),
        ("anxei", (WORD, "anxiety")),
    ],
)
def test_a_slip_is_forgiven(suggestions, typed, expected):
    assert expected in targets(suggestions.for_text(typed))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("OAP", ("topic", "out-of-area-placements")),
        ("dna", ("topic", "missed-appointments")),
        ("wait", ("topic", "access-and-waiting-times")),
        ("ELFT", ("organisation", "RWK")),
        ("rxt", ("organisation", "RXT")),
        ("devon", ("organisation", "RWV")),
        ("picu", ("setting", "picu")),
    ],
)
def test_the_usual_things_come_first(suggestions, typed, first):
    assert targets(suggestions.for_text(typed))[0] == first


def test_what_begins_so_is_not_mixed_with_what_is_spelt_nearly_so(small):
    found = small("fals")  # nothing begins so
    assert ("topic", "falls") in targets(found)
    assert ("topic", "falls") not in targets(small("fewe"))
    assert targets(small("falls"))[0] == ("topic", "falls")


def test_no_kind_crowds_out_the_others(suggestions):
    for typed in ("res", "wa", "men", "nhs", "co"):
        kinds = [kind for kind, _ in targets(suggestions.for_text(typed))]
        assert len(kinds) == 8
        assert len(set(kinds)) > 2
        assert max(map(kinds.count, (CASE_STUDY, WORD))) <= 3
        assert kinds == sorted(kinds, key=kinds.index)  # each kind in one piece


@pytest.mark.parametrize("limit", [0, 1, 2, 5, 8, 20])
def test_never_more_than_asked_for(suggestions, limit):
    assert all(len(suggestions.for_text(typed, limit)) <= limit for typed in ("wait", "restriant", "clozop", "elft"))


@pytest.mark.parametrize("typed", ["", "w", " ", "?!", "\x00", "sourdough", "xqzjkvw", "the sourdough starter", "😀"])
def test_nothing_is_suggested_for_what_begins_nothing(suggestions, typed):
    assert suggestions.for_text(typed) == []


@given(st.text(max_size=100))
def test_any_text_can_be_typed_and_gets_the_same_answer_again(suggestions, typed):
    found = suggestions.for_text(typed)
    assert len(found) <= 8
    assert len(set(targets(found))) == len(found)
    assert suggestions.for_text(typed) == found


def test_each_generation_has_its_own_and_it_goes_with_it(put, store, rebuild):
    rebuild()
    first = store.current()
    assert Suggestions.of(first) is Suggestions.of(first)
    assert Suggestions.of(first).for_text("quokka") == []
    put("quokka", "---\ntitle: Quokkas on the ward\n---\n")
    rebuild()
    assert (CASE_STUDY, "quokka") in targets(Suggestions.of(store.current()).for_text("quokka"))
    gone = weakref.ref(first)
    del first
    gc.collect()
    assert gone() is None


def test_an_empty_index_suggests_nothing_but_organisations(folder, store, rebuild):
    for path in folder.case_studies.glob("*.md"):
        path.unlink()
    rebuild()
    made = Suggestions.of(store.current())
    assert made.for_text("falls") == []
    assert targets(made.for_text("southern")) == [("organisation", "NEW2")]


def test_no_model_is_touched(published_index):
    script = (
        "import sys; from pathlib import Path; from kb.search.index import IndexStore\n"
        "from kb.search.suggestions import Suggestions\n"
        "made = Suggestions.of(IndexStore(Path(sys.argv[1])).current())\n"
        "assert made.for_text('wait') and made.for_text('restriant')\n"
        "print([name for name in ('torch', 'faiss', 'sentence_transformers') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script, str(published_index)], capture_output=True, text=True, check=False)  # fmt: skip
    assert (done.stdout.strip(), done.stderr[-2000:]) == ("[]", "")


def test_titles_of_the_catalogue_are_in_order(store, rebuild):
    rebuild()
    catalogue = store.current().catalogue
    whole = [found.title for found in catalogue.case_studies(range(catalogue.case_study_count))]
    assert catalogue.titles() == whole


def test_an_index_store_opened_anew_suggests_the_same(published_index, suggestions):
    other = Suggestions.of(IndexStore(published_index).current())
    assert all(other.for_text(typed) == suggestions.for_text(typed) for typed in ("wait", "re", "clozop", "elft", "th"))
