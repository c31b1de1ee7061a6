"""A document becomes a case study to be: everything in it is somewhere, in the shape that a clinician would want to find it."""

import re

import pytest

from kb.content import importing, markdown
from kb.content.case_study import SECTIONS, CaseStudy
from kb.content.documents import Part
from kb.content.importing import Imported
from kb.content.vocabulary import Vocabulary
from kb.errors import DocumentTooLarge, DocumentUnreadable
from tests.conftest import REPOSITORY
from tests.content import word_files


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.load(REPOSITORY / "content" / "vocabulary")


@pytest.fixture(scope="module")
def brought(vocabulary):
    """Each of the Word files, read once."""
    made: dict[str, Imported] = {}

    def read(name: str) -> Imported:
        if name not in made:
            made[name] = importing.read(word_files.ALL[name](), f"{name}.docx", vocabulary)
        return made[name]

    return read


def offered(found: Imported, field: str) -> list:
    return [offer.value for offer in found.offers if offer.field == field]


def test_a_paper_after_squire(brought):
    paper = brought("squire")
    assert (
        paper.title
        == "Reducing missed first appointments in a community mental health team: a quality improvement project"
    )
    assert list(paper.sections) == [
        "Problem", "Guidance and evidence used", "Aim", "What was done", "Results", "What helped and what got in the way", "What was learned",
        "Cost and resources",
    ]  # fmt: skip
    assert paper.sections["Problem"].startswith(
        "### Problem description\n\nIn 2022 the community mental health team offered 1,240"
    )
    assert paper.sections["Aim"] == "To reduce missed first appointments from 22% to 12% by March 2024."
    assert (
        "### Interventions\n\nWe tested three changes, each in its own plan-do-study-act cycle:\n\n1. a phone call"
        in paper.sections["What was done"]
    )
    assert "fell from 22% to 14% (p<0.05)." in paper.sections["Results"]
    assert (
        "| Measure | Before | After |\n| --- | --- | --- |\n| First appointments missed | 22% | 14% |"
        in paper.sections["Results"]
    )
    assert [part.heading for part in paper.unplaced] == ["", "Abstract", "References"]
    assert paper.unplaced[1].text.startswith("**Background:** One in five")
    assert offered(paper, "organisations") == [("RHA",)]
    assert offered(paper, "started") == ["2023-04"]
    assert offered(paper, "ended") == ["2024-03"]
    assert offered(paper, "measures")[0] == (
        {"name": "First appointments missed", "baseline": "22", "result": "14", "unit": "%"},
    )


def test_a_filled_in_form(brought):
    form = brought("form")
    assert form.title == "Safer handover on older adult wards"
    assert form.sections["What was done"] == (
        "We changed three things:\n\n- a huddle at 8am\n- a falls board in the office\n- a named nurse for each bay\n\nThe huddle takes six minutes."
    )
    assert list(form.sections) == [
        "Problem",
        "Aim",
        "What was done",
        "Results",
        "Involvement",
        "What was learned",
        "Spread",
    ]
    assert form.headings["Results"] == ("The impact (including cost savings/income generated if applicable)",)
    assert offered(form, "contact") == [
        {"role": "Quality improvement team", "email": "qi.team@sussexpartnership.example.nhs.uk"}
    ]
    case_study = importing.to_case_study(form, [offer for offer in form.offers if offer.sure])
    assert (case_study.organisations, case_study.started, case_study.ended) == (("RX2",), "2023-06", "2024-05")
    left = [section.heading for section in case_study.sections if section.heading not in SECTIONS]
    assert left == [
        "Case study template",
        "Team and service",
        importing.NOT_PLACED,
    ]  # what a field says is not said twice


def test_a_poster_of_text_boxes(brought):
    poster = brought("poster")
    assert poster.title == "Sleep well, restrain less: a bedtime routine on an acute ward"
    assert poster.sections == {
        "Problem": "Prone restraint was used 31 times on our acute ward in 2022.",
        "Aim": "To reduce prone restraint by half within 12 months.",
        "What was done": "- lights down at 10pm\n- a quiet room with a nurse\n- no medication round after 9.30pm",
        "Results": "Prone restraint fell from 31 to 12 a year.",
        "Spread": "Two more wards begin in September.",
    }
    assert poster.unplaced == (Part("", "Dr P. Example, Ward Manager; Nile Ward, CNWL"),)
    assert any("7 text boxes" in note for note in poster.notes)


def test_bold_lines_and_typed_lists(brought):
    bold = brought("bold")
    assert bold.title == "Physical health checks in the clozapine clinic"
    assert list(bold.sections) == ["Problem", "What was done", "Results", "What was learned"]
    assert bold.sections["What was done"].endswith(
        "books the blood test.\n\n1. First we asked patients.\n2. Then we changed the clinic's times."
    )
    assert bold.sections["What was learned"].startswith("**Ask GPs first.** They had")
    assert bold.unplaced == (Part("Who did it", "A nurse, a pharmacist and two peer workers."),)


def test_lists_tables_pictures_links_changes_and_comments(brought):
    report = brought("report")
    assert report.sections["What was done"].startswith(
        "- Letters\n  - with a named contact\n  - in plain English\n- Groups\n\n1. Plan\n2. Try\n\nThen a pause, and after it:\n\n3. Review\n\n"
        "![Poster that says: while you wait, we are here](picture-1.png)\n\n*Figure 1"
    )
    assert (
        "[national taskforce's report](https://www.example.nhs.uk/adhd_%282025%29/report.pdf), <adhd@example.nhs.uk>"
        in report.sections["Problem"]
    )
    assert "We had 1,912 people on the list." in report.sections["Problem"]
    assert "| A\\|B * test_1 | \\<b>1\\</b> | 2 |" in report.sections["Results"]
    everything = f"{report}"
    assert "Bloggs" not in everything
    assert "many hundred" not in everything
    assert "not for circulation" not in everything
    assert [(picture.name, picture.alt) for picture in report.pictures] == [
        ("picture-1.png", "Poster that says: while you wait, we are here"), ("picture-2.png", ""),
    ]  # fmt: skip
    assert len(report.notes) == 6


def test_a_charter_with_two_cycles(brought):
    charter = brought("charter")
    assert list(charter.sections) == ["Aim", "What was done", "Results"]
    assert charter.sections["What was done"].count("#### Plan\n\n") == 2
    assert charter.unplaced == (Part("Stakeholders", "Matron, estates, the carers' group."),)


def test_a_letter_and_a_page_laid_out_as_a_table(brought):
    letter = brought("letter")
    assert letter.title == "Text reminders in the memory service"
    assert letter.sections == {}
    assert "nothing could be placed" in letter.notes[0]
    assert [part.heading for part in letter.unplaced] == [""]
    assert list(brought("laid_out").sections) == ["Problem", "What was done", "Results", "What was learned"]


@pytest.mark.parametrize("name", word_files.ALL)
def test_the_markdown_has_no_html_and_no_headings_above_those_of_its_section(brought, name):
    found = brought(name)
    for text in [*found.sections.values(), *(part.text for part in found.unplaced)]:
        assert all(level > 2 for level, _, _ in markdown.headings(text))
        assert not re.search(r"(?<!\\)<(?!\S+@\S+>|https?:)[A-Za-z/!]", text)
    case_study = importing.to_case_study(found, found.offers)
    assert CaseStudy.parse(case_study.dump()) == case_study
    assert all(offer.quote and offer.reason for offer in found.offers)


@pytest.mark.parametrize(
    "path", sorted((REPOSITORY / "content" / "case_studies").glob("*.md"))[::12], ids=lambda path: path.stem[:20]
)
def test_a_case_study_of_ours_comes_back_as_it_was(path, vocabulary):
    text = path.read_text("utf-8")
    found = importing.read(text.encode(), path.name, vocabulary)
    assert importing.to_case_study(found) == CaseStudy.parse(text)
    filled = {field for field in CaseStudy.model_fields if getattr(found.fields, field)}
    assert {offer.field for offer in found.offers} & filled == set()


def test_front_matter_is_taken_as_it_is_and_said_where_it_cannot_be(vocabulary):
    found = importing.read(
        b"---\ntopics: [falls-and-frailty]\ncolour: blue\n---\n\nBefore\n\n## Problem\n\n<!-- why -->\nFalls\n\n## Problem\n\nAgain\n",
        "x.md",
        vocabulary,
    )
    assert (found.title, found.sections, found.unplaced) == (
        "",
        {"Problem": "<!-- why -->\nFalls"},
        (Part("", "Before"), Part("Problem", "Again")),
    )
    assert any("colour" in note for note in found.notes)
    case_study = importing.to_case_study(found, title="falls_on_ward 6")
    assert (case_study.title, case_study.topics, case_study.extra) == (
        "falls_on_ward 6",
        ("falls-and-frailty",),
        {"colour": "blue"},
    )
    with pytest.raises(DocumentUnreadable, match=r"x\.md: Line 1: The front matter starts"):
        importing.read(b"---\ntitle: x\n\nno end", "x.md", vocabulary)
    assert (
        importing.read(b"---\n\nOnly a line, and words.\n", "x.md", vocabulary)
        .unplaced[0]
        .text.endswith("Only a line, and words.")
    )


def test_markdown_and_text_without_a_head(vocabulary):
    text = "# Fewer falls\n\n## Background\n\nMany *falls*.\n\n![the ward](ward.png)\n\n## Results\n\n| a | b |\n| - | - |\n| 1 | 2 |\n"
    found = importing.read(text.encode(), "x.md", vocabulary)
    assert found.title == "Fewer falls"
    assert found.sections == {
        "Problem": "Many *falls*.\n\n![the ward](ward.png)",
        "Results": "| a | b |\n| - | - |\n| 1 | 2 |",
    }
    assert found.notes == ("1 picture is named in the text but not in this file. Add them beside it.",)
    assert importing.read(text.encode(), "x.txt", vocabulary).sections == found.sections
    plain = importing.read(
        "Fewer falls at night\r\n\r\nProblem\r\nMany *falls* <b>.\r\n".encode("utf-16"), "x.txt", vocabulary
    )
    assert (plain.title, plain.sections) == ("Fewer falls at night", {"Problem": "Many \\*falls\\* \\<b>."})


def test_pictures_get_new_names_everywhere_or_are_taken_out(brought):
    renamed = importing.with_pictures(brought("report"), {"picture-1.png": "poster.jpg", "picture-2.png": ""})
    assert "![Poster that says: while you wait, we are here](poster.jpg)" in renamed.sections["What was done"]
    assert "picture-2" not in f"{renamed.sections}"
    assert [picture.name for picture in renamed.pictures] == ["poster.jpg"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "There is no text"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"PK\x03\x04 words", "damaged"),
        (b"\x00" * 50, "not text"),
        (b"<!DOCTYPE html><p>", "web page"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_name(data, said):
    with pytest.raises(DocumentUnreadable, match=said) as caught:
        importing.read(data, "my/Falls.docx", Vocabulary())
    assert caught.value.message.startswith("Falls.docx: ")


def test_too_large_is_told_before_it_is_opened():
    with pytest.raises(DocumentTooLarge, match=r"26\.0 MB; at most 25 MB"):
        importing.read(bytes(26_000_000), "x.docx", Vocabulary())
    for text in (b"a" * 600_000, b"- a\n" * 30_000):
        with pytest.raises(DocumentTooLarge, match=r"x\.txt: This text has [\d,]+ characters in [\d,]+ lines"):
            importing.read(text, "x.txt", Vocabulary())
