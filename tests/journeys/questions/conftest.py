"""Somebody who writes, a draft with answers, and what is saved of it."""

import pytest

from kb.editorial import drafts
from kb.editorial.models import AnswerRow
from kb.web.cookies import SESSION
from tests.journeys.questions.waiting import HOME


@pytest.fixture(scope="module")
def writer(app, people):
    return people(app, f"contributor@{HOME}", name="Wanda Writer")


@pytest.fixture
def state(app, writer, session_token):
    """What a browser that is signed in holds."""
    cookie = {
        "name": SESSION,
        "value": session_token(app, writer),
        "domain": "127.0.0.1",
        "path": "/",
        "httpOnly": True,
        "secure": False,
        "sameSite": "Lax",
        "expires": -1,
    }
    return {"cookies": [cookie], "origins": []}


@pytest.fixture
def start(app, writer):
    """Begins a draft with answers; gives its address."""

    def make(**answers):
        with app.state.database.writing() as session:
            return f"/drafts/{drafts.start(session, writer, HOME, {name.replace('_', '-'): data for name, data in answers.items()})}"

    return make


@pytest.fixture
def stored(app):
    """What is saved for a question."""

    def read(address, question):
        with app.state.database.reading() as session:
            row = session.get(AnswerRow, (address.split("/")[2], question))
            return row.data if row else {}

    return read


@pytest.fixture
def wait_until():
    import time

    def wait(holds, seconds=5):
        until = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < until, "it did not happen in time"
            time.sleep(0.05)

    return wait
