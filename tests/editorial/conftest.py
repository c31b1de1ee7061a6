"""A database of its own for each test, and people in it."""

import pytest

from kb.editorial import accounts
from kb.editorial.audit import Operator
from kb.editorial.db import Database
from kb.editorial.roles import EVERYWHERE, Role, Scoped


@pytest.fixture
def database(tmp_path):
    made = Database(f"sqlite:///{tmp_path}/exchange.sqlite", wait=300)
    yield made
    made.close()


@pytest.fixture
def person(database):
    """`person("reviewer@organisation:RWK", name="", email="")`: somebody with these roles; without @, everywhere."""
    count = iter(range(1, 1_000))

    def make(*grants, name="", email=""):
        number = next(count)
        scoped = [Scoped(Role(role), scope or EVERYWHERE) for role, _, scope in (g.partition("@") for g in grants)]
        with database.writing() as session:
            email = email or f"person{number}@example.nhs.uk"
            user = accounts.add(session, Operator("tests"), email, name or f"Person {number}", scoped)
            return accounts.actor(session, user.id)

    return make
