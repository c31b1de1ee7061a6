"""Shapes that may say who somebody is, and the words of the trade that must not be taken for one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.identifying import may_identify


@pytest.mark.parametrize(
    "text",
    [
        "seclusion john.smith@nhs.net", "943 476 5919", "943-476-5919", "leave of 9434765919", "RXT123456 notes", "NHS number 943",
        "07700 900123", "+44 7700 900123", "(020) 7946 0958", "0121.496.0000",
        "dob 3/4/80", "D.O.B. 1980", "date of birth", "3.4.1980", "03-04-1980", "1980-04-03", "3 4 1980", "3 April 1980", "3rd of April 80", "April 3rd, 1980",
        "falls at SE5 8AZ", "se58az", "b15 2tt",
        "Mr Jones", "mrs. o'brien leave", "Dr Patel", "dr patel clinic", "Prof A Lee", "Miss Khan", "Ms Green", "Nurse Okafor", "a patient called Sharon",
        "JS 34 yo seclusion", "J.S. (34)", "J.S., 34, self harm", "AB aged 34", "JS 34M", "34 year old J.S.", "j.s. 34", "JRS (34 F)",
    ],
)  # fmt: skip
def test_what_may_identify_somebody_is_spotted(text):
    assert may_identify(text)
    assert may_identify(f"how do we help {text} on the ward")


@pytest.mark.parametrize(
    "text",
    [
        "", "falls", "s17 leave", "S136 numbers coming down", "patients who miss appointments", "MS patients", "24/7 crisis line", "16-25 year olds",
        "2019-2020 covid", "2023/24 plan", "2019 to 2021", "covid 2020 2021 2022", "PHQ9 and GAD7", "1:1 obs", "over 65s", "18 week wait", "CAMHS 16-18 transition",
        "MHA s2 s3", "A&E 4 hour target", "reduce DNA by 50%", "ED 4 hour breaches", "named nurse", "PDSA cycle 3", "CTO 6 months", "15 steps",
        "6 12 18 month follow up", "doctor patient relationship", "LD 16 year olds", "aged 65 and over", "band 5 6 7 nurses", "NEWS2", "CPA 12 monthly", "born too soon",
    ],
)  # fmt: skip
def test_words_of_the_trade_pass(text):
    assert not may_identify(text)


def test_no_judged_query_is_taken_for_a_person():
    folder = Path(__file__).resolve().parents[1] / "relevance"
    rows = [
        row.split("\t")
        for name in ("staff", "nothing")
        for row in (folder / f"{name}.tsv").read_text("utf-8").splitlines()
    ]
    assert len(rows) > 400
    assert [query for _, query, kind in rows if kind != "mash" and may_identify(query)] == []


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text):
    assert may_identify(text) in (True, False)


@pytest.mark.parametrize("unit", ["1 ", "A.", "a", "A ", "1.", "19 ", "2019-", "a1 ", "mr ", "((((1", "jan 1 "])
def test_long_text_takes_no_longer_than_its_length(unit):
    """Twenty thousand characters: anything quadratic would not end while a person waits."""
    assert may_identify(unit * (20_000 // len(unit))) in (True, False)
