"""A day in three fields, as people type it."""

import datetime

import pytest

from kb.web.typed_dates import day


@pytest.mark.parametrize("typed", [("3", "12", "2026"), ("03", "12", "2026")])
def test_a_day_in_numbers(typed):
    assert day(*typed) == datetime.date(2026, 12, 3)


def test_nothing_is_no_day():
    assert day("", "", "") is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("", "12", "2026"), "must have a day"),
        (("3", "", ""), "must have a month and a year"),
        (("31", "2", "2026"), "no date"),
        (("0", "1", "2026"), "no date"),
        (("three", "12", "2026"), "no date"),
        (("3", "12", "-1"), "no date"),
        (("3", "12", "26"), "four digits"),
        (("3", "12", "9999"), "four digits"),
        (("3", "12", "20261"), "no date"),
        (("\u0663", "12", "2026"), "no date"),
    ],
)
def test_what_is_no_day_is_said(typed, sentence):
    with pytest.raises(ValueError, match=sentence):
        day(*typed)
