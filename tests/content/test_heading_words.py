"""What people call the parts of their work is understood when it is a heading or a question in a form."""

import pytest

from kb.content.case_study import SECTIONS
from kb.content.heading_words import Meaning, meaning


@pytest.mark.parametrize("section", SECTIONS)
def test_our_own_headings_mean_themselves(section):
    assert meaning(section) == Meaning(section)


@pytest.mark.parametrize(
    ("heading", "part", "exact"),
    [
        ("1. Background", "Problem", True),
        ("2.1 Baseline measurement", "Problem", True),
        ("The challenge (maximum 250 words)", "Problem", True),
        ("Please describe the problem", "Problem", True),
        ("What was the problem you wanted to solve?", "Problem", False),
        ("Background and aims", "Problem", False),
        ("Aim (SMART)", "Aim", True),
        ("What are we trying to accomplish?", "Aim", True),
        ("Overall aim", "Aim", True),
        ("The solution", "What was done", True),
        ("PDSA cycle 2: the letter", "What was done", False),
        ("Methods/Intervention", "What was done", True),
        ("What did we do, and how?", "What was done", False),
        ("How will we know that a change is an improvement?", "Results", True),
        ("The impact (including cost savings/income generated if applicable)", "Results", True),
        ("Results of the re-audit", "Results", False),
        ("Results and discussion", "Results", False),
        ("Adding value: better outcomes", "", False),
        ("How is the new approach being sustained?", "Spread", True),
        ("Lessons learnt", "What was learned", True),
        ("Tips for adoption", "What was learned", True),
        ("Strengths and limitations", "What helped and what got in the way", True),
        ("Were people who use services involved?", "Involvement", False),
        ("How did carers take part in the co-design", "Involvement", False),
        ("Better use of resources", "Cost and resources", True),
        ("Project title:", "Title", True),
        ("Name of trust", "Organisation", True),
        ("Start date", "Started", True),
        ("Ethical considerations", "Approval", True),
        ("Conflicts of interest", "Interests", True),
        ("Abstract", "Summary", True),
        ("Want to know more?", "Contact", True),
        ("References", "Sources", True),
        ("Study", "Study", True),
    ],
)
def test_words_of_papers_posters_and_forms(heading, part, exact):
    assert meaning(heading) == (Meaning(part, exact) if part else None)


@pytest.mark.parametrize(
    "heading",
    [
        "",
        "Ward 6",
        "Learning from deaths",
        "Project lead",
        "Spread of infection",
        "Figure 1",
        "Aims" * 60,
        "Appendix",
        "Authors",
        "12",
        "?",
    ],
)
def test_other_words_mean_nothing(heading):
    assert meaning(heading) is None
