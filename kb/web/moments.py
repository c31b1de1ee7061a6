"""Owns how moments and waits are put into words: UK local time, days that have gone by. Never decides what is late.

The database holds UTC; people in the NHS read their watch.
"""

import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_LONG_AGO: Final = 60  # days: from here on the date says more than a count


def _uk() -> datetime.tzinfo:
    try:
        return ZoneInfo("Europe/London")
    except ZoneInfoNotFoundError:  # a machine without a table of time zones: told as what it is
        return datetime.UTC


UK: Final = _uk()
_ZONE: Final = " (UTC)" if UK is datetime.UTC else ""


def moment(at: datetime.datetime | None) -> str:
    """Such as "24 November 2026 at 13:05"; "" for none."""
    if at is None:
        return ""
    local = at.astimezone(UK)
    return f"{local.day} {local:%B %Y} at {local:%H:%M}{_ZONE}"


def clock(at: datetime.datetime | None = None) -> str:
    """The time of day with seconds, such as "13:05:09"; of now without a moment."""
    return f"{(at or datetime.datetime.now(datetime.UTC)).astimezone(UK):%H:%M:%S}{_ZONE}"


def days(at: datetime.datetime, now: datetime.datetime | None = None) -> str:
    """How long it is since then, as days on a calendar: "less than a day", "1 day", "6 days"."""
    gone = _gone(at, now)
    return "less than a day" if gone < 1 else "1 day" if gone == 1 else f"{gone} days"


def ago(at: datetime.datetime, now: datetime.datetime | None = None) -> str:
    """When it was: "today at 13:05", "yesterday at 09:10", "6 days ago", then "on 3 September 2026"."""
    local, gone = at.astimezone(UK), _gone(at, now)
    if gone <= 1:
        return f"{'yesterday' if gone == 1 else 'today'} at {local:%H:%M}{_ZONE}"
    return f"{gone} days ago" if gone <= _LONG_AGO else f"on {local.day} {local:%B %Y}"


def _gone(at: datetime.datetime, now: datetime.datetime | None) -> int:
    now = now or datetime.datetime.now(datetime.UTC)
    return (now.astimezone(UK).date() - at.astimezone(UK).date()).days
