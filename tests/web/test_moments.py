"""Moments in the words that people use, by the clock in the UK."""

import datetime

import pytest

from kb.web.moments import ago, clock, days, moment

UTC = datetime.UTC


def test_a_moment_is_told_by_the_clock_in_the_uk_in_winter_and_in_summer():
    assert moment(datetime.datetime(2026, 11, 24, 13, 5, tzinfo=UTC)) == "24 November 2026 at 13:05"
    assert moment(datetime.datetime(2026, 7, 3, 23, 30, tzinfo=UTC)) == "4 July 2026 at 00:30"
    assert moment(None) == ""
    assert clock(datetime.datetime(2026, 7, 3, 12, 5, 9, tzinfo=UTC)) == "13:05:09"


@pytest.mark.parametrize(
    ("hours", "waiting", "when"),
    [
        (0, "less than a day", "today at 12:00"),
        (11, "less than a day", "today at 01:00"),
        (13, "1 day", "yesterday at 23:00"),
        (24 * 6, "6 days", "6 days ago"),
        (24 * 60, "60 days", "60 days ago"),
        (24 * 61, "61 days", "on 24 September 2026"),
    ],
)
def test_a_wait_is_counted_in_days_of_the_calendar(hours, waiting, when):
    now = datetime.datetime(2026, 11, 24, 12, tzinfo=UTC)
    at = now - datetime.timedelta(hours=hours)
    assert days(at, now) == waiting
    assert ago(at, now) == when
