import pytest

from kb.content.case_study import CaseStudy
from kb.content.findings import Finding, Severity
from kb.errors import IndexDamaged
from kb.search.catalogue import Catalogue, Record, StoredPassage, write

BAD = Finding("case_studies/bad.md", 3, "title", Severity.ERROR, "title-missing", "There is no title.")


def record(slug, title, *texts, **facets):
    data = CaseStudy(title=title, slug=slug, extra={"typed": ["as", 1]}).model_dump_json(exclude_defaults=True)
    passages = [StoredPassage("Aim", "aim", text, f"digest of {text}", f"stems of {text}") for text in texts]
    return Record(f"case_studies/{slug}.md", "1-2-3", "ab", [], slug, data, facets, passages)


RECORDS = [
    record("a", "First", "one", "two", topic=("falls", "access")),
    Record("case_studies/bad.md", "", "cd", [BAD]),
    record("c", "Third \x00 “quoted” 😀"),
    record("d", "Fourth", "three", topic=("falls",)),
]


@pytest.fixture
def path(tmp_path):
    write(tmp_path / "catalogue.sqlite", RECORDS)
    return tmp_path / "catalogue.sqlite"


@pytest.fixture
def catalogue(path):
    opened = Catalogue(path)
    yield opened
    opened.close()


def test_records_come_back_as_written(catalogue):
    assert list(catalogue.records()) == RECORDS
    assert [found.title for found in catalogue.records() if found.data][1] == "Third \x00 “quoted” 😀"


def test_case_studies_and_passages_are_numbered_without_those_left_out(catalogue):
    assert (catalogue.case_study_count, catalogue.passage_count) == (3, 3)
    assert catalogue.slugs() == ["a", "c", "d"]
    assert [catalogue.slug_position(slug) for slug in ("a", "d", "bad", "'; --")] == [0, 2, None, None]
    assert [found.title for found in catalogue.case_studies([2, 0])] == ["Fourth", "First"]
    assert catalogue.case_studies([0])[0].extra == {"typed": ["as", 1]}
    assert catalogue.case_studies([]) == []
    assert catalogue.titles() == ["First", "Third \x00 “quoted” 😀", "Fourth"]
    assert catalogue.headings() == [("Aim", "aim")] * 3
    assert catalogue.digests() == ["digest of one", "digest of two", "digest of three"]
    assert catalogue.passages([2, 1]) == {2: [(2, RECORDS[3].passages[0])], 1: []}
    assert list(catalogue.facets()) == [(0, {"topic": ["falls", "access"]}), (1, {}), (2, {"topic": ["falls"]})]
    assert catalogue.findings() == [BAD]


def test_reading_leaves_nothing_beside_the_file(catalogue, path):
    list(catalogue.records())
    assert [found.name for found in path.parent.iterdir() if found.is_file()] == ["catalogue.sqlite"]


def test_a_path_may_hold_any_character(path):
    path = path.rename(path.with_name("cat?a#log %41.sqlite"))
    opened = Catalogue(path)
    assert opened.slugs() == ["a", "c", "d"]
    opened.close()


@pytest.mark.parametrize("data", [None, b"", b"not a database" * 100])
def test_a_file_that_is_no_catalogue_says_what_to_do(tmp_path, data):
    if data is not None:
        (tmp_path / "catalogue.sqlite").write_bytes(data)
    with pytest.raises(IndexDamaged, match="kb index"):
        Catalogue(tmp_path / "catalogue.sqlite")
