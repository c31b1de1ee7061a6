"""Where patients' details stand in a case study, in tables and in files beside it, and what `kb check` says of them."""

import datetime

import nhs_number
import pytest
from PIL import Image

from kb.content import case_study, checks
from kb.content.case_study import CaseStudy
from kb.content.folder import ContentFolder
from kb.content.located_identifiers import findings, findings_beside, in_case_study, in_cells

NUMBER = nhs_number.generate()[0]
TODAY = datetime.date(2026, 11, 24)


def test_each_field_and_section_is_looked_at():
    found = CaseStudy(
        title="Fewer falls", summary=f"Falls fell, see {NUMBER}.", not_reached="Mrs Patel, a patient on the ward.",
        measures=({"name": "Falls", "note": f"NHS number {NUMBER}"},), extra={"colour": f"blue {NUMBER}"},
        body=f"Before.\n\n## Problem\n\nMany fell.\n\nOne was NHS number {NUMBER}.\n\n## Results\n\n| a | b |\n| --- | --- |\n| 1 | {NUMBER} |\n",
    )  # fmt: skip
    told = {(one.field, one.section, one.line, one.identifier.kind) for one in in_case_study(found)}
    assert told >= {
        ("summary", "", 0, "nhs-number"),
        ("not_reached", "", 0, "name"),
        ("measures.0.note", "", 0, "nhs-number"),
        ("extra.colour", "", 0, "nhs-number"),
        ("body", "Problem", 6, "nhs-number"),
        ("body", "Results", 12, "nhs-number"),
    }
    assert all(one.words in one.excerpt for one in in_case_study(found))


def test_check_names_file_line_field_severity_and_code():
    text = f"---\ntitle: Fewer falls\nsummary: Falls fell, see NHS number {NUMBER}.\n---\n\n## Problem\n\nWrite to\njane.smith@example.com or {NUMBER}.\n"
    found = findings(case_study.read(text, "fewer-falls", "case_studies/fewer-falls.md"), "case_studies/fewer-falls.md")
    told = [(f.file, f.line, f.field, f.code) for f in found]
    assert told == [
        ("case_studies/fewer-falls.md", 3, "summary", "patient-identifier-nhs-number"),
        ("case_studies/fewer-falls.md", 9, "body", "patient-identifier-email"),
        ("case_studies/fewer-falls.md", 9, "body", "patient-identifier-nhs-number"),
    ]
    assert found[0].severity == "error"
    assert all("\u201c" in f.message and f.message.endswith(".") for f in found)


def test_authors_in_references_pass_and_a_patients_number_there_does_not():
    sources = (
        {
            "title": "Smith J, Jones A. Falls on wards. doi:10.1136/bmjqs-2019-009484",
            "url": "https://doi.org/10.1136/bmjqs-2019-009484",
        },
    )
    assert in_case_study(CaseStudy(title="Fewer falls", sources=sources)) == []
    sources = ({"title": f"Letter about NHS number {NUMBER}"},)
    assert [one.field for one in in_case_study(CaseStudy(title="Fewer falls", sources=sources))] == ["sources.0.title"]


def test_a_column_for_each_persons_detail_is_one_even_when_it_is_empty():
    rows = [["Month", "NHS Number", "DOB", "Falls"], ["April 2024", "", "", "3"], ["May 2024", "x", "y", "4"]]
    assert [(cell.row, cell.column, cell.identifier.kind) for cell in in_cells(rows)] == [
        (1, 1, "nhs-number"),
        (1, 2, "date-of-birth"),
    ]
    assert in_cells([["Month", "Falls"], ["2024-04", "1204"], ["2024-05", "987"]]) == []
    assert [(c.row, c.column) for c in in_cells([["Case"], [f"{NUMBER}"]])] == [(2, 0)]


def test_files_beside_a_case_study(tmp_path):
    folder = ContentFolder(tmp_path)
    beside = folder.case_studies / "fewer-falls"
    beside.mkdir(parents=True)
    folder.case_studies.joinpath("fewer-falls.md").write_text(
        "---\ntitle: Fewer falls\n---\n\n## Problem\n\nFalls.\n", "utf-8"
    )
    beside.joinpath("falls.csv").write_text(f"Month,Who\nApril,NHS number {NUMBER}\n", "utf-8")
    picture = Image.new("RGB", (8, 8))
    exif = Image.Exif()
    exif[270] = f"Patient NHS number {NUMBER}"
    picture.save(beside / "chart.jpg", exif=exif)
    Image.new("RGB", (8, 8)).save(beside / f"{NUMBER}.png")
    told = {(f.file, f.line, f.code) for f in findings_beside(beside, "case_studies/fewer-falls")}
    assert told == {
        ("case_studies/fewer-falls/falls.csv", 2, "patient-identifier-nhs-number"),
        ("case_studies/fewer-falls/chart.jpg", 0, "patient-identifier-nhs-number"),
        (f"case_studies/fewer-falls/{NUMBER}.png", 0, "patient-identifier-nhs-number"),
    }
    everything = checks.check_folder(folder, TODAY).findings
    assert told <= {(f.file, f.line, f.code) for f in everything}


def test_damaged_files_and_odd_bytes_are_passed_over(tmp_path):
    tmp_path.joinpath("a.csv").write_bytes(b"\xff\xfe\0\0,\x00\n" * 10)
    tmp_path.joinpath("b.png").write_bytes(b"\x89PNG nothing")
    assert findings_beside(tmp_path, "x") == []
    assert findings_beside(tmp_path / "missing", "x") == []


@pytest.mark.parametrize("code", ["patient-identifier-nhs-number"])
def test_kb_check_fails_on_one(kb, tmp_path, code):
    folder = tmp_path / "content" / "case_studies"
    folder.mkdir(parents=True)
    folder.joinpath("falls.md").write_text(
        f"---\ntitle: Falls\n---\n\n## Problem\n\nNHS number {NUMBER} fell.\n", "utf-8"
    )
    exit_code, out, _ = kb("check", "--content", tmp_path / "content", "--json")
    assert exit_code == 1
    assert code in out
