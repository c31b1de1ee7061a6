"""A site over the real vocabulary without an index, which these pages need not, somebody who writes, and a draft of theirs."""

import pytest
from starlette.testclient import TestClient

from kb.settings import Settings
from kb.web.app import create_app
from tests.conftest import REPOSITORY
from tests.web.questions.forms import HOME, start


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A site over the real vocabulary, without an index: these pages need none."""
    folder = tmp_path_factory.mktemp("questions")
    chosen = Settings(
        content=REPOSITORY / "content",
        index=folder / "index",
        follow=False,
        database_url=f"sqlite:///{folder}/exchange.sqlite",
    )
    return TestClient(create_app(chosen), raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture(scope="module")
def writer(reader, people):
    return people(reader, f"contributor@{HOME}", name="Wanda Writer")


@pytest.fixture(scope="module")
def client(reader, writer, signed_in):
    return signed_in(reader, writer)


@pytest.fixture
def draft(reader, writer):
    """The address of a new draft."""
    return f"/drafts/{start(reader, writer)}"


@pytest.fixture
def colleague(reader, people, signed_in):
    person = people(reader, f"contributor@{HOME}", name="Colin Colleague")
    return signed_in(reader, person)
