"""Owns how it is told how long a draft has waited, and by when an answer was promised. Never decides what waits."""

import datetime

from kb.editorial.workflow import State
from kb.web.moments import days
from kb.web.pages import date


def waiting(since: datetime.datetime, promised_on: datetime.date | None, today: datetime.date) -> str:
    """Such as "Waiting 6 days, promised by 3 December 2026", or that it is late."""
    waits = f"Waiting {days(since)}"
    if promised_on is None:
        return waits
    late = (today - promised_on).days
    if late > 0:
        return f"{waits}, promised by {date(promised_on)}: {'1 day' if late == 1 else f'{late} days'} late"
    return f"{waits}, promised by {'today' if late == 0 else date(promised_on)}"


def publishing(
    state: State, publish_on: datetime.date | None, scheduled: bool, begun: bool, today: datetime.date
) -> str:
    """What is to be said about when it is published; "" for nothing."""
    if begun:
        return "Publishing it was begun and has not ended. It is completed within a minute, or publish it again."
    if publish_on is None:
        return ""
    if scheduled and state is State.APPROVED:
        if publish_on <= today:
            return f"It was to be published on {date(publish_on)}, and will be within a minute."
        return f"It will be published by itself on {date(publish_on)}."
    return f"Not to be published before {date(publish_on)}." if publish_on > today else ""
