"""What may say who a patient is, and what only looks like it. How often that is right on many sentences: test_identifier_sets.py."""

import itertools

import nhs_number
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kb.content.patient_identifiers import find, in_name

NUMBER = "943 476 5919"


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        (f"Her NHS number is {NUMBER}.", "nhs-number", NUMBER),
        ("NHS no: 943 476 5910 was typed wrongly.", "nhs-number", "943 476 5910"),
        ("The patient (DOB 12/03/1981) agreed.", "date-of-birth", "12/03/1981"),
        ("He was born on 4 May 1962 in Leeds.", "date-of-birth", "4 May 1962"),
        ("Her mobile is 07700 900123.", "phone", "07700 900123"),
        ("The family lives at LS6 3PX.", "postcode", "LS6 3PX"),
        ("Write to jane.smith82@gmail.com.", "email", "jane.smith82@gmail.com"),
        ("RiO number 1048823 was opened.", "hospital-number", "1048823"),
        ("JS, a 34-year-old woman, was admitted.", "initials-age", "JS"),
        ("We thank Mr Jones, who was a patient here.", "name", "Mr Jones"),
        ("A patient called Sarah Holt told us.", "name", "Sarah Holt"),
        ("Three patients on Nostell Ward were restrained.", "small-number", "Three patients"),
        ("Forename: Xanthe", "name", "Xanthe"),
        ("| 8 | 06.12.58 (DOB) | falls |", "date-of-birth", "06.12.58"),
    ],
)
def test_a_patients_detail_is_found_where_it_stands(text, kind, words):
    found = [one for one in find(text) if one.kind == kind]
    assert found
    assert any(words in text[one.start : one.end] or text[one.start : one.end] in words for one in found)
    assert all(one.reason.endswith(".") for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "On 12 March 2024 we launched the huddle on two wards.",
        "Dr Amar Shah, chief quality officer, led the collaborative.",
        "Call NHS 111, the Samaritans on 116 123, or 0300 123 4567.",
        "Detained under section 136 of the Mental Health Act 1983.",
        "See NICE guideline CG178 and doi:10.1136/bmjqs-2019-009484.",
        "Contact improvement@elft.nhs.uk for the driver diagram.",
        "People aged 18 to 65; 1 in 4 did not attend (n=1,204; p=0.03).",
        "Two nurses and three wards took part in four cycles.",
        "Lucy Wade Unit and Bluebird House are in Hampshire.",
        "Patients from Ashley, Beverley and Stanley were seen in one hub.",
        "Gillick competence and Fraser guidelines were part of the training.",
        "Rosie, the therapy dog, comes on Wednesdays.",
        "The app is called Clara and was built by a university.",
    ],
)
def test_what_only_looks_like_one_passes(text):
    assert find(text) == []


GROUPS = st.sampled_from(
    ["{0}{1}{2}", "{0} {1} {2}", "{0}-{1}-{2}", "{0}\xa0{1}\xa0{2}", "{0}\u2013{1}\u2013{2}", "**{0}** {1} {2}"]
)


@given(st.integers(400_000_000, 499_999_999), GROUPS, st.sampled_from(["", "The patient ", "\u2022 ", "| a | "]))
def test_any_valid_nhs_number_is_found_in_any_grouping(nine, grouping, before):
    check = nhs_number.calculate_checksum(str(nine))
    assume(check != 10)  # such a number is never given out
    digits = f"{nine}{check}"
    assert nhs_number.is_valid(digits)
    text = f"{before}{grouping.format(digits[:3], digits[3:6], digits[6:])} was seen."
    found = [one for one in find(text) if one.kind == "nhs-number"]
    assert ["".join(c for c in text[one.start : one.end] if c.isdigit()) for one in found] == [digits]


PIECES = st.sampled_from(
    [
        NUMBER,
        "Mr Jones ",
        "DOB ",
        "12/3/80 ",
        "| ",
        "\n",
        "&nbsp;",
        "**",
        "\u200b",
        "two patients on the ward ",
        "AB, 34 ",
        "\uff19",
        "x@y.z ",
    ]
)


@given(st.lists(PIECES | st.text(max_size=6), max_size=20).map("".join))
def test_places_are_of_the_text_as_given_in_order_and_never_overlap(text):
    found = find(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(before.end <= after.start for before, after in itertools.pairwise(found))


@pytest.mark.parametrize("name", [f"{NUMBER.replace(' ', '')}.png", "Mr_Jones_chart.jpg", "DOB_12-03-1981.csv"])
def test_a_files_name_can_tell_too(name):
    assert in_name(name)


@pytest.mark.parametrize(
    "name", ["falls-per-month-2.png", "chart-2024-03.png", "ward-restraint-run-chart.csv", "picture-1.png"]
)
def test_a_usual_files_name_passes(name):
    assert in_name(name) == []


@pytest.mark.usefixtures("never_hangs")
@pytest.mark.parametrize(
    "piece", ["1 ", "Mr ", "DOB ", NUMBER + " ", "patient ", "12/", "J. ", "(", "Ward", "**", "two patients "]
)
def test_a_long_text_made_of_anything_ends(piece):
    text = piece * (50_000 // len(piece))
    assert all(one.end <= len(text) for one in find(text))
