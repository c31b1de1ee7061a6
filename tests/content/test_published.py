"""The files of content/ as they are published, and where the records they were made from are at hand, against those."""

import datetime
import re
from pathlib import Path

import pytest
import yaml

from kb.content.case_study import CaseStudy
from kb.content.checks import check_folder
from kb.content.folder import ContentFolder, read_text
from kb.content.vocabulary import Vocabulary

REPO = Path(__file__).parents[2]
FOLDER = ContentFolder(REPO / "content")
RECORDS = REPO.parent / "shared" / "cases"
TODAY = max(datetime.date.today(), datetime.date(2026, 11, 22))  # the day of publication, should a clock be slow
NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
WORDS = {word: str(number) for number, word in enumerate(NUMBERS.split())} | {"half": "2", "third": "3", "quarter": "4"}

needs_records = pytest.mark.skipif(
    not RECORDS.is_dir(), reason="../shared/cases, the records behind the pages, is not on this computer"
)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    found = {entry.slug: read_text(entry)[0] or "" for entry in FOLDER.listing().entries}
    assert len(found) >= 97
    return found


@pytest.fixture(scope="module")
def published(texts) -> dict[str, CaseStudy]:
    return {slug: CaseStudy.parse(text, slug) for slug, text in texts.items()}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    loaded = Vocabulary.load(FOLDER.vocabulary)
    assert loaded.findings == ()
    return loaded


@pytest.fixture(scope="module")
def records() -> dict[str, dict]:
    found = {
        path.stem.partition("-")[2]: yaml.safe_load(path.read_text("utf-8")) for path in sorted(RECORDS.glob("*.yaml"))
    }
    assert len(found) >= 97
    return found


def test_no_file_has_any_finding():
    checked = check_folder(FOLDER, TODAY)
    # Somebody who works on the content commits it when it is good; until then that is no mistake.
    assert [str(found) for found in checked.findings if not found.code.startswith("uncommitted")] == []
    assert checked.case_studies >= 97


def test_every_file_is_as_this_software_would_write_it(texts, published):
    assert [slug for slug, found in published.items() if found.dump() != texts[slug]] == []


def test_references_are_there_once_and_the_first_three_are_among_them(published):
    references = [found.reference for found in published.values() if found.reference]
    assert len(references) == len(set(references))
    assert {"001", "002", "003"} <= set(references)


def test_every_id_resolves(published, vocabulary):
    unknown, count = [], 0
    for slug, found in published.items():
        used = [(name, id_) for name in vocabulary.schemes if name != "stages" for id_ in getattr(found, name)]
        used += [("stages", found.stage)] if found.stage else []
        count += len(used)
        unknown += [(slug, name, id_) for name, id_ in used if vocabulary.schemes[name].resolve(id_) is None]
        unknown += [(slug, id_) for id_ in found.organisations if not vocabulary.current(id_)]
        unknown += [(slug, id_) for id_ in found.collaboratives if id_ not in vocabulary.collaboratives]
    assert unknown == []
    assert count > 500


def test_every_scheme_holds_together(vocabulary):
    for scheme in vocabulary.schemes.values():
        assert scheme.concepts, scheme.name
        assert [c.id for c in scheme.concepts.values() if scheme.resolve(c.id) is None] == []
        assert [c.id for c in scheme.concepts.values() if c.parent and c.parent not in scheme.concepts] == []
        listed = [concept.id for concepts in scheme.children.values() for concept in concepts]
        assert sorted(listed) == sorted(c.id for c in scheme.concepts.values() if not c.replaced_by)


def test_every_organisation_that_others_name_is_there(vocabulary):
    successors = [id_ for organisation in vocabulary.organisations.values() for id_ in organisation.successors]
    members = [id_ for found in vocabulary.collaboratives.values() for id_ in (*found.members, found.lead) if id_]
    assert successors
    assert members
    assert set(successors) - set(vocabulary.organisations) == set()
    assert set(members) - set(vocabulary.organisations) == set()
    assert [id_ for id_ in vocabulary.organisations if not vocabulary.current(id_)] == []


def figures(text: str) -> set[str]:
    """Every number in it, without commas and leading or trailing noughts; addresses hold none."""
    found = re.findall(r"\d[\d,]*(?:\.\d+)?", re.sub(r"https?://\S+", " ", text))
    return {number.replace(",", "").lstrip("0") or "0" for number in found}


def in_words(text: str) -> set[str]:
    return {
        WORDS[word]
        for word in re.findall(r"[a-z]+", text.lower().replace("thirds", "third").replace("quarters", "quarter"))
        if word in WORDS
    }


def test_figures_are_found_in_digits_and_words():
    assert figures("1,234 of 2.50, from 08 to 0 (https://x.org/99)") == {"1234", "2.50", "8", "0"}
    assert in_words("Twelve, two thirds and a half") == {"12", "2", "3"}


@needs_records
def test_every_record_has_its_page(records, published):
    assert {slug: str(record["id"]) for slug, record in records.items()} == {
        slug: published[slug].reference if slug in published else None for slug in records
    }


@needs_records
def test_every_source_address_of_a_record_is_on_its_page(records, published):
    missing, count = [], 0
    for slug, record in records.items():
        wanted = {source["url"] for source in record["sources"] if source.get("url")}
        count += len(wanted)
        missing += [(slug, url) for url in wanted - {source.url for source in published[slug].sources}]
    assert missing == []
    assert count > 50


@needs_records
def test_every_figure_of_a_record_is_on_its_page(records, texts):
    missing, count = [], 0
    for slug, record in records.items():
        page = re.sub(r"^(reference|published|reviewed): .*$", "", texts[slug], flags=re.MULTILINE)
        measures = record.get("measures") or []
        wanted = figures(" ".join(str(measure.get(key, "")) for measure in measures for key in ("baseline", "result")))
        count += len(wanted)
        missing += [(slug, figure) for figure in sorted(wanted - figures(page) - in_words(page))]
    assert missing == []
    assert count > 100
