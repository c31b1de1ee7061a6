"""Word files as NHS teams write them, made with python-docx, with XML by hand where it has no words for it. All is made up."""

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt

from tests.content.word_making import described, link, saved, table, text_box


def squire_paper() -> bytes:
    """A paper after SQUIRE 2.0 with an abstract, footnotes, a table of measures and references."""
    file = Document()
    file.add_heading(
        "Reducing missed first appointments in a community mental health team: a quality improvement project", 0
    )
    file.add_paragraph("A. Author, B. Writer and the Ashfield CMHT, Nottinghamshire Healthcare NHS Foundation Trust")
    file.add_heading("Abstract", 1)
    for label, text in (
        ("Background: ", "One in five first appointments was missed."),
        ("Methods: ", "We used the Model for Improvement."),
        ("Results: ", "Missed first appointments fell from 22% to 14%."),
        ("Conclusions: ", "A phone call in the week before works."),
    ):
        paragraph = file.add_paragraph()
        paragraph.add_run(label).bold = True
        paragraph.add_run(text)
    file.add_heading("Introduction", 1)
    file.add_heading("Problem description", 2)
    file.add_paragraph(
        "In 2022 the community mental health team offered 1,240 first appointments, and 22% were missed. Clinicians lost "
        "about 270 hours. People who missed one waited another eight weeks."
    )
    file.add_heading("Available knowledge", 2)
    file.add_paragraph(
        "Reminders by text reduce missed appointments in general hospitals.[1] In mental health, less is known."
    )
    file.add_heading("Rationale", 2)
    file.add_paragraph(
        "Staff thought that people had forgotten. People told us that they did not know what would happen."
    )
    file.add_heading("Specific aims", 2)
    file.add_paragraph("To reduce missed first appointments from 22% to 12% by March 2024.")
    file.add_heading("Methods", 1)
    file.add_heading("Context", 2)
    file.add_paragraph(
        "The team serves 120,000 working age adults in a former mining area. Half of the wards are among the most deprived fifth in England."
    )
    file.add_heading("Interventions", 2)
    file.add_paragraph("We tested three changes, each in its own plan-do-study-act cycle:")
    for text in (
        "a phone call in the week before, made by a peer support worker",
        "a one-page letter that says what will happen",
        "appointments after 5pm on Tuesdays",
    ):
        file.add_paragraph(text, style="List Number")
    file.add_heading("Study of the interventions", 2)
    file.add_paragraph("We plotted the weekly percentage on a statistical process control (SPC) chart.")
    file.add_heading("Measures", 2)
    file.add_paragraph(
        "The outcome measure was the percentage of first appointments missed. Phone time was the balancing measure."
    )
    file.add_heading("Analysis", 2)
    file.add_paragraph("Rules of special cause variation were set beforehand.")
    file.add_heading("Ethical considerations", 2)
    file.add_paragraph("The trust registered the work as quality improvement. No ethics review was needed.")
    file.add_heading("Results", 1)
    file.add_paragraph(
        "Between April 2023 and March 2024, missed first appointments fell from 22% to 14% (p<0.05). The phone call made most of the difference."
    )
    table(
        file,
        [
            ["Measure", "Before", "After"],
            ["First appointments missed", "22%", "14%"],
            ["Wait for a first appointment", "45 days", "38 days"],
            ["Phone time per week", "0 hours", "6 hours"],
        ],
    )
    file.add_heading("Discussion", 1)
    file.add_heading("Summary", 2)
    file.add_paragraph("We did not reach our aim of 12%, but the change has lasted.")
    file.add_heading("Interpretation", 2)
    file.add_paragraph("People value knowing who they will meet.")
    file.add_heading("Limitations", 2)
    file.add_paragraph("One team took part. We did not split the results by ethnicity.")
    file.add_heading("Conclusions", 2)
    file.add_paragraph("We would begin with the letter next time, because it costs nothing.")
    file.add_heading("Funding", 1)
    file.add_paragraph("The trust paid for six hours of a peer support worker each week.")
    file.add_heading("References", 1)
    file.add_paragraph(
        "Robotham D, and others. Using digital notifications to improve attendance. BMJ Open. 2016.",
        style="List Number 2",
    )
    return saved(file)


def form() -> bytes:
    """A filled-in form of two columns, as councils and trusts send out, with guidance in brackets and lists in cells."""
    file = Document()
    file.add_paragraph("Case study template").runs[0].bold = True
    table(
        file,
        [
            ["Title of project", "Safer handover on older adult wards"],
            ["Organisation", "Sussex Partnership NHS Foundation Trust"],
            ["Team and service", "Two older adult wards in Brighton"],
            ["Start date", "June 2023"],
            ["End date", "May 2024"],
            [
                "The challenge (maximum 250 words)",
                "Falls went unreported at handover.\nNight staff told day staff by memory. In 2022 we had 41 falls in six months.",
            ],
            ["Aim (SMART)", "To halve falls by May 2024"],
            [
                "The solution",
                "We changed three things:\n* a huddle at 8am\n* a falls board in the office\n* a named nurse for each bay\nThe huddle takes six minutes.",
            ],
            [
                "The impact (including cost savings/income generated if applicable)",
                "Falls reduced from 41 to 19 in six months.",
            ],
            ["How is the new approach being sustained?", "The huddle is in the ward's standing orders."],
            ["Lessons learned", "Start with the night staff."],
            ["Were people who use services involved?", "Two carers came to every meeting."],
            ["Contact", "Quality improvement team, qi.team@sussexpartnership.example.nhs.uk"],
        ],
        bold_labels=True,
    )
    file.add_paragraph("Please return this form by the end of the month.")
    return saved(file)


def poster() -> bytes:
    """A poster: all of it in text boxes, with large letters for the title and bold ones for the headings."""
    file = Document()
    paragraph = file.add_paragraph()
    boxes = [
        ([("Background", True), ("Prone restraint was used 31 times on our acute ward in 2022.", False)], 24),
        ([("Sleep well, restrain less: a bedtime routine on an acute ward", True)], 72),
        ([("Dr P. Example, Ward Manager; Nile Ward, CNWL", False)], 24),
        ([("Aims", True), ("To reduce prone restraint by half within 12 months.", False)], 24),
        (
            [
                ("Method", True),
                ("\u2022 lights down at 10pm", False),
                ("\u2022 a quiet room with a nurse", False),
                ("\u2022 no medication round after 9.30pm", False),
            ],
            24,
        ),
        ([("Results", True), ("Prone restraint fell from 31 to 12 a year.", False)], 24),
        ([("Next steps", True), ("Two more wards begin in September.", False)], 24),
    ]
    for paragraphs, size in boxes:
        paragraph._p.append(parse_xml(text_box(paragraphs, size)))
    return saved(file)


def bold_lines() -> bytes:
    """No styles at all: bold lines for headings, bullets and numbers typed by hand, a second-hand template's words."""
    file = Document()
    title = file.add_paragraph().add_run("Physical health checks in the clozapine clinic")
    title.bold, title.font.size = True, Pt(16)

    def heading(words: str) -> None:
        file.add_paragraph().add_run(words).bold = True

    heading("What was the problem?")
    file.add_paragraph("Only 48% of people had all checks recorded. Nobody knew whose task it was.")
    heading("What did we do?")
    file.add_paragraph("- We put the checks into one visit.")
    file.add_paragraph("- The pharmacist books the blood test.")
    file.add_paragraph("1. First we asked patients.")
    file.add_paragraph("2. Then we changed the clinic's times.")
    heading("Who did it")
    file.add_paragraph("A nurse, a pharmacist and two peer workers.")
    heading("What difference did it make?")
    file.add_paragraph("Complete checks rose from 48% to 91% between January 2023 and December 2023.")
    heading("What would we do differently?")
    paragraph = file.add_paragraph()
    paragraph.add_run("Ask GPs first. ").bold = True
    paragraph.add_run("They had half of the results already.")
    return saved(file)


def report() -> bytes:
    """Nested lists, a table, pictures, links, tracked changes, a comment, hidden words, a header and a footer."""
    file = Document()
    file.sections[0].header.paragraphs[0].text = "DRAFT - not for circulation"
    file.sections[0].footer.paragraphs[0].text = "Page 1"
    file.add_heading("Waiting well for an ADHD assessment", 0)
    file.add_heading("1. Background", 1)
    paragraph = file.add_paragraph("People wait ")
    run = paragraph.add_run("27 months")
    run.bold = True
    paragraph.add_run(" on average. See the ")
    link(paragraph, "national taskforce's report", "https://www.example.nhs.uk/adhd_(2025)/report.pdf")
    paragraph.add_run(", ")
    link(paragraph, "adhd@example.nhs.uk", "mailto:adhd@example.nhs.uk")
    paragraph.add_run(" or the ")
    link(paragraph, "shared drive", "file:///S:/adhd/list.xlsx")
    paragraph.add_run(".")
    paragraph._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:commentReference w:id="0"/></w:r>'))
    tracked = file.add_paragraph("We had ")
    tracked._p.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>many hundred</w:delText></w:r></w:del>"))
    tracked._p.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>1,912</w:t></w:r></w:ins>"))
    tracked.add_run(" people on the list.")
    hidden = tracked.add_run(" Ask Jane Bloggs about this.")
    hidden.font.hidden = True
    file.add_heading("2. What we did", 1)
    for text, style in (
        ("Letters", "List Bullet"), ("with a named contact", "List Bullet 2"), ("in plain English", "List Bullet 2"), ("Groups", "List Bullet"),
        ("Plan", "List Number"), ("Try", "List Number"),
    ):  # fmt: skip
        file.add_paragraph(text, style=style)
    file.add_paragraph("Then a pause, and after it:")
    file.add_paragraph("Review", style="List Number")
    described(file.add_paragraph(), "Poster that says: while you wait, we are here")
    file.add_paragraph("Figure 1: the poster in the waiting room").runs[0].italic = True
    file.add_heading("3. Outcomes", 1)
    table(file, [["Group", "2023", "2024"], ["Complaints", "14", "5"], ["A|B * test_1", "<b>1</b>", "2"]])
    described(file.add_paragraph(), "", "navy")
    file.add_paragraph("Complaints dropped by 64%.")
    return saved(file)


def charter() -> bytes:
    """A project charter with two Plan-Do-Study-Act cycles, each a table, and questions of the Model for Improvement."""
    file = Document()
    file.add_heading("Reducing restraint on Maple Ward", 1)
    file.add_heading("What are we trying to accomplish?", 2)
    file.add_paragraph("A ward where nobody is held down. We want to reduce restraint by 30% by December 2024.")
    file.add_heading("How will we know that a change is an improvement?", 2)
    file.add_paragraph("Restraints per 1,000 occupied bed days; injuries to staff.")
    file.add_heading("What changes can we make that will result in improvement?", 2)
    file.add_paragraph("Safewards; a calm box in each bay.")
    for number, (plan, did, study, act) in enumerate(
        (
            (
                "Try the calm box with one patient.",
                "Two nurses made a box with her.",
                "She used it four times in a week.",
                "Make six more.",
            ),
            (
                "Six boxes, one for each bay.",
                "Boxes were ready on 4 March.",
                "Restraint fell from 9 to 6 a month.",
                "Keep them and tell Birch Ward.",
            ),
        ),
        1,
    ):
        file.add_heading(f"PDSA cycle {number}", 2)
        table(file, [["Plan", plan], ["Do", did], ["Study", study], ["Act", act]])
    file.add_heading("Stakeholders", 2)
    file.add_paragraph("Matron, estates, the carers' group.")
    return saved(file)


def letter() -> bytes:
    """No headings at all."""
    file = Document()
    file.add_paragraph("Text reminders in the memory service")
    file.add_paragraph(
        "Our memory service in Exeter began to send text reminders in May 2022. Missed appointments fell from 12% to 7% within a year."
    )
    file.add_paragraph("We would do it again. Write to memory.service@devonpartnership.example.nhs.uk to hear more.")
    return saved(file)


def laid_out() -> bytes:
    """A page laid out with a table: each cell a part of the poster, with its heading in it."""
    file = Document()
    file.styles.add_style("Poster heading", WD_STYLE_TYPE.PARAGRAPH).font.bold = True
    file.add_paragraph("Fewer ligature incidents after a daily environment walk", style="Title")
    made = file.add_table(2, 2)
    cells = [
        ("Introduction", "There were 18 ligature incidents on two wards in 2022."),
        ("Method", "A nurse and a patient walked the ward every morning."),
        ("Findings", "There were 7 incidents in 2023."),
        ("Conclusion", "Patients see what staff do not."),
    ]
    for cell, (heading, text) in zip([cell for row in made.rows for cell in row.cells], cells, strict=True):
        cell.paragraphs[0].text = heading
        cell.paragraphs[0].style = file.styles["Poster heading"]
        cell.add_paragraph(text)
    return saved(file)


ALL = {
    "squire": squire_paper, "form": form, "poster": poster, "bold": bold_lines, "report": report, "charter": charter,
    "letter": letter, "laid_out": laid_out,
}  # fmt: skip
