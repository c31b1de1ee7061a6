"""Where a draft stands, in the words that its writer reads."""

import dataclasses
import datetime

import pytest

from kb.editorial.workflow import State
from kb.web.standing import Facts, standing

TODAY = datetime.datetime.now(datetime.UTC).date()
SOON, LATE = TODAY + datetime.timedelta(days=9), TODAY - datetime.timedelta(days=2)
FACTS = Facts(State.DRAFT, True, "Wanda", "", datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=3))


def words(day):
    return f"{day.day} {day:%B %Y}"


@pytest.mark.parametrize(
    ("changes", "waits"),
    [
        ({}, "It waits for you."),
        ({"own": False}, "Wanda began it. You can write on it too."),
        ({"state": State.CHANGES_REQUESTED, "reviewer": "Rita"}, "Rita asked for changes 3 days ago."),
        ({"state": State.SUBMITTED, "promised_on": SOON}, f"It has been waiting 3 days for a reviewer. An answer is promised by {words(SOON)}."),
        ({"state": State.SUBMITTED, "promised_on": LATE}, f"It has been waiting 3 days for a reviewer. An answer was promised by {words(LATE)}. It is late."),
        ({"state": State.SUBMITTED}, "It has been waiting 3 days for a reviewer."),
        ({"state": State.IN_REVIEW, "reviewer": "Rita", "promised_on": SOON}, f"Rita began to review it 3 days ago. An answer is promised by {words(SOON)}."),
        ({"state": State.APPROVED}, "Approved. It has been waiting 3 days for an editor to publish it."),
        ({"state": State.APPROVED, "publish_on": SOON, "scheduled": True}, f"Approved. It will be published on {words(SOON)}."),
        ({"state": State.APPROVED, "publish_on": SOON}, f"Approved. An editor can publish it from {words(SOON)} on."),
        ({"state": State.PUBLISHED, "slug": "a"}, "Published 3 days ago."),
        ({"state": State.SUPERSEDED, "slug": "a"}, "A newer version took its place 3 days ago."),
        ({"state": State.WITHDRAWN, "slug": "a"}, "Withdrawn from the site 3 days ago."),
        ({"state": State.WITHDRAWN}, "Closed without being published 3 days ago."),
    ],
)  # fmt: skip
def test_for_whom_it_waits_and_since_when(changes, waits):
    assert standing(dataclasses.replace(FACTS, **changes), TODAY).waits == waits


@pytest.mark.parametrize("state", State)
def test_every_state_that_is_open_says_what_comes_next(state):
    ended = state in (State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN)
    assert bool(standing(dataclasses.replace(FACTS, state=state), TODAY).following) is not ended
