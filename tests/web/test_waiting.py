"""How long a draft has waited and what was promised, in words."""

import datetime

import pytest

from kb.editorial.workflow import State
from kb.web.waiting import publishing, waiting

TODAY = datetime.date(2026, 11, 24)


def on(days):
    return TODAY + datetime.timedelta(days=days)


@pytest.mark.parametrize(
    ("waited", "promised", "words"),
    [
        (6, 9, "Waiting 6 days, promised by 3 December 2026"),
        (14, 0, "Waiting 14 days, promised by today"),
        (15, -1, "Waiting 15 days, promised by 23 November 2026: 1 day late"),
        (20, -6, "Waiting 20 days, promised by 18 November 2026: 6 days late"),
        (0, None, "Waiting less than a day"),
    ],
)
def test_a_wait_is_told_with_what_was_promised(waited, promised, words):
    since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=waited)
    assert waiting(since, None if promised is None else on(promised), TODAY) == words


@pytest.mark.parametrize(
    ("state", "day", "scheduled", "begun", "words"),
    [
        (State.IN_REVIEW, None, False, False, ""),
        (State.IN_REVIEW, 9, False, False, "Not to be published before 3 December 2026."),
        (State.APPROVED, 9, False, False, "Not to be published before 3 December 2026."),
        (State.APPROVED, 9, True, False, "It will be published by itself on 3 December 2026."),
        (State.APPROVED, -1, True, False, "It was to be published on 23 November 2026, and will be within a minute."),
        (State.APPROVED, -1, False, False, ""),
        (State.APPROVED, None, False, True, "Publishing it was begun and has not ended. It is completed within a minute, or publish it again."),
    ],
)  # fmt: skip
def test_when_it_is_published(state, day, scheduled, begun, words):
    assert publishing(state, None if day is None else on(day), scheduled, begun, TODAY) == words
