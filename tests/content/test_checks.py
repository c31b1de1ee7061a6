import datetime

import pytest

from kb.content.checks import check_folder
from kb.content.findings import Finding, Severity, has_errors
from kb.content.folder import ContentFolder
from kb.errors import ContentFolderMissing

TODAY = datetime.date(2026, 11, 22)
LONG = "word " * 61


@pytest.fixture
def check(folder, put):
    """The findings about bad.md beside a good file, with a small vocabulary."""
    put(
        "vocabulary/topics.yaml",
        "concepts: [{id: missed-appointments, label: DNA}, {id: dna, label: Old, replaced_by: missed-appointments}]",
    )
    put("vocabulary/settings.yaml", "concepts: [{id: memory-clinic, label: Memory clinic}]")
    put("vocabulary/stages.yaml", "concepts: [{id: tested, label: Tested}]")
    put("vocabulary/organisations.yaml", "organisations: [{id: RWK, name: East London NHS Foundation Trust}]")

    def run(text: str | bytes) -> tuple[list[Finding], int]:
        put("case_studies/bad.md", text)
        checked = check_folder(folder, TODAY)
        assert {finding.file for finding in checked.findings} <= {"case_studies/bad.md"}
        return checked.findings, checked.case_studies - 1

    return run


def places(findings):
    return [(finding.line, finding.field, finding.code) for finding in findings]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"", (1, "title", "title-missing")),
        (b"Only words.\n", (1, "title", "title-missing")),
        (b"---", (1, "", "front-matter-open")),
        (b"---\n---\n", (1, "title", "title-missing")),
        (b"---\ntitle: x\n\nNever closed.\n", (1, "", "front-matter-open")),
        (b"---\ntitle: x\nsummary: a: b\n---\n", (3, "", "front-matter-yaml")),
        (b"---\nsummary: x\ntitle:\n---\n", (3, "title", "title-missing")),
        (b"---\ntitle: x\nkind: y\ntitle: z\n---\n", (4, "", "front-matter-duplicate")),
        (b"---\ntitle: x\ntopics: &t [a]\nsettings: *t\n---\n", (3, "", "front-matter-alias")),
        (b"---\ntitle: x\nsummary: " + b"[" * 50_000 + b"\n---\n", (3, "", "front-matter-yaml")),
        (b"---\ntitle: caf\xe9\n---\n", (2, "", "not-utf-8")),
        ("---\ntitle: x\n---\n".encode("utf-16"), (1, "", "not-utf-8")),
        (b"x" * 1_000_001, (0, "", "too-large")),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_file_that_is_no_case_study_is_an_error_and_the_others_work(check, text, place):
    findings, count = check(text)
    assert places(findings) == [place]
    assert has_errors(findings)
    assert count == 0


@pytest.mark.parametrize(
    "change", [lambda text: f"\ufeff{text}", lambda text: text.replace("\n", "\r\n"), lambda text: text.rstrip()]
)
def test_how_an_editor_saved_the_file_makes_no_difference(check, good, change):
    assert check(change(good)) == ([], 1)


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (("topics:", "topic:"), [(8, "topic", "unknown-field"), (1, "topics", "missing")], "did you mean topics?"),
        (
            ("population:", "colour:"),
            [(1, "population", "missing"), (7, "colour", "unknown-field")],
            "no field called colour.",
        ),
        (
            ("verdict: improved", "verdict: great"),
            [(4, "verdict", "field-invalid")],
            "'great' is not one of",
        ),
        (("verdict: improved\n", ""), [(1, "verdict", "missing")], "There is no verdict"),
        (("---\n\n##", "published: 22/11/2026\n---\n\n##"), [(9, "published", "field-invalid")], "YYYY-MM-DD"),
        (("---\n\n##", "started: 2020-13\n---\n\n##"), [(9, "started", "field-invalid")], "such as 2024-03"),
        (
            ("---\n\n##", "measures:\n- kind: outcome\n---\n\n##"),
            [(9, "measures.0.name", "field-invalid")],
            "its name is missing",
        ),
        (
            ("---\n\n##", "measures:\n- name: x\n  size: 2\n---\n\n##"),
            [(11, "measures.0.size", "field-invalid")],
            "no size in it",
        ),
        (
            ("---\n\n##", "sources:\n- title: x\n  url: www\n---\n\n##"),
            [(11, "sources.0.url", "field-invalid")],
            "https://",
        ),
        (
            ("---\n\n##", "contact: {email: me}\n---\n\n##"),
            [(9, "contact.email", "field-invalid")],
            "one e-mail address",
        ),
        (
            ("---\n\n##", "started: '2021'\nended: 2020-05\n---\n\n##"),
            [(10, "ended", "dates-order")],
            "before it started (2021)",
        ),
        (("---\n\n##", "reviewed: 2026-11-23\n---\n\n##"), [(9, "reviewed", "date-future")], "in the future"),
        (
            ("---\n\n##", "kind: signpost\n---\n\n##"),
            [(1, "sources", "sources-missing")],
            "where the work was published",
        ),
        (("---\n\n##", "stage: testd\n---\n\n##"), [(9, "stage", "unknown-id")], "Did you mean tested?"),
        (("---\n\n##", "organisations: [XXXX]\n---\n\n##"), [(9, "organisations.0", "unknown-id")], "under partners"),
        (
            ("[missed-appointments]", "[missed-apointments]"),
            [(8, "topics.0", "unknown-id")],
            "Did you mean missed-appointments?",
        ),
        (
            ("[missed-appointments]", "[missed-appointments, dna]"),
            [(8, "topics.1", "replaced-id")],
            "replaced by missed-appointments",
        ),
        (
            ("[missed-appointments]", f"[{', '.join(['missed-appointments'] * 6)}]"),
            [(8, "topics", "too-many-topics")],
            "more than five",
        ),
        (("partners: [Leeds memory service]\n", ""), [(1, "organisations", "missing")], "Nobody is named"),
        (("summary: ", f"summary: {LONG}"), [(3, "summary", "summary-long")], "words. Keep it to 60."),
        (("## Results", "# Results"), [(19, "body", "heading-level")], "'Results' has one #"),
        (("---\n\n##", "---\n##"), [], ""),
        (("## Results", "## Findings"), [(11, "body", "section-missing")], "no section Results."),
    ],
    ids=lambda value: str(value)[:40],
)
def test_each_mistake_is_found_where_it_is_and_hides_nothing(check, good, change, place, words):
    old, new = change
    assert good.count(old) == 1
    findings, count = check(good.replace(old, new))
    assert sorted(places(findings)) == sorted(place)
    assert words in " ".join(finding.message for finding in findings)
    assert count == 1


def test_a_case_study_without_text_says_so(check, good):
    findings, count = check(good[: good.index("\n## Problem")])
    assert [finding.code for finding in findings] == ["body-empty"]
    assert count == 1


def test_without_a_vocabulary_no_id_is_unknown(folder, put, good):
    put("case_studies/other.md", good.replace("missed-appointments", "anything"))
    assert check_folder(folder, TODAY).findings == []


def test_a_broken_vocabulary_is_a_finding_of_the_folder(folder, put):
    put("vocabulary/topics.yaml", "concepts: {")
    checked = check_folder(folder, TODAY)
    assert [(finding.file, finding.code) for finding in checked.findings] == [
        ("vocabulary/topics.yaml", "vocabulary-yaml")
    ]
    assert checked.case_studies == 1


def test_findings_stand_in_order_of_file_and_line(folder, put, good):
    put("case_studies/b.md", good.replace("verdict: improved", "verdict: great").replace("topics:", "tpcs:"))
    put("case_studies/a.md", b"\xff")
    findings = check_folder(folder, TODAY).findings
    assert [(f.file[-4:], f.line) for f in findings] == [
        ("a.md", 1),
        ("b.md", 1),
        ("b.md", 4),
        ("b.md", 8),
    ]


def test_a_missing_folder_cannot_be_checked(tmp_path):
    with pytest.raises(ContentFolderMissing):
        check_folder(ContentFolder(tmp_path), TODAY)


def test_a_finding_reads_well_for_people_and_for_programs():
    found = Finding("a.md", 3, "verdict", Severity.WARNING, "missing", "There is no verdict.")
    assert str(found) == "a.md:3: warning: verdict: There is no verdict. [missing]"
    assert str(Finding("a.md", 0, "", Severity.ERROR, "unreadable", "No.")) == "a.md: error: No. [unreadable]"
    assert found.to_dict() == {
        "file": "a.md",
        "line": 3,
        "field": "verdict",
        "severity": "warning",
        "code": "missing",
        "message": "There is no verdict.",
    }
    assert type(found.to_dict()["severity"]) is str
    assert not has_errors([found])
