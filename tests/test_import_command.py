"""kb import writes a case study beside the document, both or nothing, over nothing, and says what is where."""

import re

import pytest
from PIL import Image

from kb.content.case_study import CaseStudy
from tests.conftest import REPOSITORY
from tests.content import word_files
from tests.content.word_making import picture

CONTENT = ("--content", REPOSITORY / "content")


@pytest.fixture
def put(tmp_path):
    def write(name: str, data: bytes):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


def test_a_form_becomes_a_file_beside_it_with_what_is_sure_in_fields_and_the_rest_as_comments(kb, put, tmp_path):
    file = put("Handover Form (final).docx", word_files.form())
    code, said, wrong = kb("import", file, *CONTENT)
    assert (code, wrong) == (0, "")
    path = tmp_path / "handover-form-final.md"
    text = path.read_text("utf-8")
    assert text.startswith(
        "---\ntitle: Safer handover on older adult wards\norganisations: [RX2]\n# settings: [older-adult-ward]\n"
    )
    assert (
        '\n# topics: [older-people-and-dementia, falls-and-frailty]\n# # older-people-and-dementia: "Safer handover'
        in text
    )
    assert (
        "\n# measures:\n# - name: Falls\n#   baseline: '41'\n#   result: '19'\n# # from: \"Falls reduced from 41 to 19 in six months.\"\n"
        in text
    )
    found = CaseStudy.parse(text)
    assert (found.started, found.ended, found.settings, found.measures) == ("2023-06", "2024-05", (), ())
    assert f"Wrote {path} from {file}." in said
    for line in (
        "Problem, from \u201cThe challenge (maximum 250 words)\u201d: 21 words", "Team and service", "organisations: RX2 (Sussex Partnership NHS Foundation Trust)",
        "topics: falls-and-frailty (Falls and frailty)", "measures: Falls, 41 to 19", "What happened? Choose how it went.",
    ):  # fmt: skip
        assert f"\n  {line}\n" in said


def test_every_comment_can_be_taken_by_deleting_its_mark(kb, put, tmp_path):
    for name in word_files.ALL:
        assert kb("import", put(f"{name}.docx", word_files.ALL[name]()), *CONTENT)[0] == 0
        head, _, body = (
            (tmp_path / f"{name.replace('_', '-')}.md").read_text("utf-8").removeprefix("---\n").partition("\n---\n")
        )
        taken = re.sub(r"^# ", "", head, flags=re.MULTILINE)
        study = CaseStudy.parse(f"---\n{taken}\n---\n{body}")
        assert study.extra == {}
        if name == "squire":
            assert (study.topics, study.methods, len(study.measures), study.started) == (
                ("community-mental-health", "peer-support"), ("spc",), 3, "2023-04",
            )  # fmt: skip


def test_pictures_lie_cleaned_in_a_folder_of_the_same_name(kb, put, tmp_path):
    code, said, _ = kb("import", put("Report.docx", word_files.report()), "--to", tmp_path / "adhd.md", *CONTENT)
    assert code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Report.docx", "adhd", "adhd.md"]
    names = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", (tmp_path / "adhd.md").read_text("utf-8"))
    assert sorted(names) == sorted(path.name for path in (tmp_path / "adhd").iterdir())
    for name in names:
        with Image.open(tmp_path / "adhd" / name) as picture:
            assert picture.size == (60, 40)
    assert "1 picture has no alternative text." in said
    assert "1 comment was left out." in said


def test_a_picture_that_cannot_be_made_safe_is_left_out_and_told(kb, put, tmp_path, docx):
    body = (
        '<w:p><w:r><w:t>Falls fell.</w:t></w:r></w:p><w:p><w:r><w:drawing><wp:inline><wp:docPr descr="x"/><a:graphic><a:graphicData><pic:pic><pic:blipFill>'
        '<a:blip r:embed="r1"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    )
    rels = '<Relationships><Relationship Id="r1" Type="x/image" Target="media/a.png"/></Relationships>'
    data = docx(body, {"word/_rels/document.xml.rels": rels, "word/media/a.png": picture().getvalue()[:40]})
    code, said, _ = kb("import", put("falls.docx", data), *CONTENT)
    assert code == 0
    assert "picture-1.png was left out. This" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["falls.docx", "falls.md"]
    assert "![" not in (tmp_path / "falls.md").read_text("utf-8")


def test_nothing_is_overwritten(kb, put, tmp_path):
    file = put("report.docx", word_files.report())
    for taken in ("report.md", "report"):
        there = tmp_path / taken
        there.write_text("mine", "utf-8") if taken.endswith(".md") else there.mkdir()
        code, _, wrong = kb("import", file, *CONTENT)
        assert code == 2
        assert wrong.startswith(f"Error: There is already {there}. Name another file with --to")
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["report.docx", taken])
        there.unlink() if taken.endswith(".md") else there.rmdir()
    (tmp_path / "report.md").symlink_to(tmp_path / "nowhere")
    assert kb("import", file, *CONTENT)[0] == 2


def test_a_markdown_file_is_not_its_own_result(kb, put, tmp_path):
    code, _, _ = kb("import", put("falls.md", b"# Fewer falls\n\n## Background\n\nMany falls.\n"), *CONTENT)
    assert code == 0
    assert "## Problem\n\nMany falls." in (tmp_path / "falls-case-study.md").read_text("utf-8")


def test_a_document_without_a_title_takes_that_of_its_file(kb, put, tmp_path):
    kb("import", put("Waits_on Ward 6.txt", b"Problem\nWe had long waits on the ward.\n"), *CONTENT)
    assert CaseStudy.parse((tmp_path / "waits-on-ward-6.md").read_text("utf-8")).title == "Waits on Ward 6"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "cannot be read: No such file or directory. Give the name of"),
        (b"%PDF-1.7", "x.docx: This is a PDF"),
        (bytes(26_000_000), "at most 25 MB"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(kb, put, tmp_path, data, said):
    file = tmp_path / "x.docx" if data is None else put("x.docx", data)
    code, out, wrong = kb("import", file, *CONTENT)
    assert (code, out) == (2, "")
    assert said in wrong
    assert not (tmp_path / "x.md").exists()


def test_a_folder_that_cannot_be_written_leaves_nothing(kb, put, tmp_path):
    code, _, wrong = kb("import", put("report.docx", word_files.report()), "--to", tmp_path / "none" / "x.md", *CONTENT)
    assert code == 2
    assert "cannot be written: No such file or directory." in wrong
    assert [path.name for path in tmp_path.iterdir()] == ["report.docx"]


def test_a_content_folder_without_a_vocabulary_offers_no_names(kb, put, tmp_path):
    code, said, _ = kb("import", put("form.docx", word_files.form()), "--content", tmp_path)
    assert code == 0
    assert "organisations:" not in said
    assert "started: 2023-06" in said
