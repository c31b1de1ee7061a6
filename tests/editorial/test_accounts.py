"""Accounts: who is added with which roles, what is refused, and that every change names who made it."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select

from kb.editorial import accounts, links, sign_ins
from kb.editorial.audit import Operator
from kb.editorial.models import AuditEntry, Device, Grant, SignIn, User
from kb.editorial.roles import EVERYWHERE, Role, Scoped
from kb.editorial.sign_ins import Lifetimes
from kb.errors import AccountError

JO = Operator("jo")
HASHED = "$argon2id$some-hash"
HERE = Scoped(Role.REVIEWER, "organisation:RWK")
ADMIN = Scoped(Role.ADMIN, EVERYWHERE)
DAY = Lifetimes(datetime.timedelta(hours=12), datetime.timedelta(hours=3))


def audited(database):
    with database.reading() as session:
        return [
            (row.actor, row.action, row.object, row.detail)
            for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        ]


def listed(database):
    with database.reading() as session:
        return {one.email: one for one in accounts.listed(session)}


def refused(database, change, match):
    """Whether a change is refused with these words, and leaves nothing behind."""

    def attempt():
        with database.writing() as session:
            change(session)

    before = (listed(database), audited(database))
    with pytest.raises(AccountError, match=match) as caught:
        attempt()
    assert (listed(database), audited(database)) == before
    return caught.value


def test_somebody_is_added_found_and_listed(database):
    with database.writing() as session:
        accounts.add(session, JO, " Ada.Love@Example.NHS.uk ", " Ada  Love ", [HERE, ADMIN, HERE])
    with database.reading() as session:
        user = accounts.found(session, "ADA.love@example.nhs.uk ")
        actor = accounts.actor(session, user.id)
    assert (actor.name, actor.email, actor.grants) == ("Ada Love", "ada.love@example.nhs.uk", (ADMIN, HERE))
    (one,) = listed(database).values()
    assert (one.sign_in, one.disabled, one.grants) == ("", False, (ADMIN, HERE))
    assert one.actor == actor
    assert audited(database) == [
        ("jo (command line)", "user.add", f"user:{user.id}", {"email": "ada.love@example.nhs.uk", "grants": ["reviewer@organisation:RWK", "admin@everywhere", "reviewer@organisation:RWK"]})
    ]  # fmt: skip


@pytest.mark.parametrize(
    "email",
    [
        "", "ada", "ada@", "@example.org", "ada@example", "ada love@example.org", "ada@example.org\nBcc: x@y.org", "ada@exa mple.org",
        "ada@example..org", "Ada <ada@example.org>", "ada@example.org,b@example.org", "ad\u00e4@example.org", "ada@-example.org",
        '"ada"@example.org', "ada@[127.0.0.1]", "a" * 65 + "@example.org", "ada@" + "a" * 250 + ".org", "ada@example.org\x00",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(database, email):
    assert refused(database, lambda s: accounts.add(s, JO, email, "Ada", [HERE]), "not an e-mail").field == "email"


@given(st.emails())
def test_ordinary_addresses_are_taken(email):
    if email.isascii() and "'" not in email.split("@")[0] and email.rpartition(".")[2].isalpha():
        assert accounts.address(email) == email.lower()


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "Ada\x07Love", "Ada <ada@example.org>", "a\u202eb"])
def test_what_is_no_name_is_refused(database, name):
    assert refused(database, lambda s: accounts.add(s, JO, "a@example.org", name, [HERE]), "A name has").field == "name"


@pytest.mark.parametrize(
    "name", ["Siobh\u00e1n O\u2019Connor", "\u738b\u5c0f\u660e", "Dr J. Smith-Jones (East)", "x" * 100]
)
def test_names_are_as_people_have_them(database, name):
    with database.writing() as session:
        assert accounts.add(session, JO, "a@example.org", name, [HERE]).name == name


def test_nobody_is_added_twice_or_without_a_role(database, person):
    ada = person("reviewer@organisation:RWK")
    refused(database, lambda s: accounts.add(s, JO, ada.email.upper(), "Other", [HERE]), "has an account already")
    refused(database, lambda s: accounts.add(s, JO, "b@example.org", "B", []), "needs a role")
    with database.reading() as session, pytest.raises(AccountError, match="has no account"):
        accounts.found(session, "nobody@example.org")


def test_roles_are_given_and_taken_away(database, person):
    ada = person("reviewer@organisation:RWK")
    west = Scoped(Role.EDITOR, "organisation:RXX")
    with database.writing() as session:
        user = accounts.found(session, ada.email)
        assert accounts.change_grants(session, ada, user, [west, west, HERE], []) == (HERE, west)
    assert listed(database)[ada.email].grants == (west, HERE)
    with database.writing() as session:
        user = accounts.found(session, ada.email)
        accounts.change_grants(session, ada, user, [], [HERE])
    assert listed(database)[ada.email].grants == (west,)
    assert audited(database)[-1] == (
        f"{ada.name} <{ada.email}>", "user.role", f"user:{ada.id}",
        {"added": [], "removed": ["reviewer@organisation:RWK"], "now": ["editor@organisation:RXX"]},
    )  # fmt: skip

    def take(*grants):
        return lambda s: accounts.change_grants(s, JO, accounts.found(s, ada.email), [], grants)

    refused(database, take(HERE), "does not have the role reviewer")
    refused(database, take(west), "needs a role")


def test_the_last_admin_stays(database, person):
    ada, other = person("admin"), person("contributor@organisation:RWK")
    local = person("admin@organisation:RWK")  # an admin of one organisation looks after nothing else

    def user(session, who):
        return accounts.found(session, who.email)

    refused(database, lambda s: accounts.disable(s, JO, user(s, ada)), "only admin")
    refused(database, lambda s: accounts.change_grants(s, JO, user(s, ada), [HERE], [ADMIN]), "only admin")
    with database.writing() as session:
        assert accounts.has_admin(session)
        accounts.change_grants(session, JO, user(session, other), [ADMIN])
        accounts.disable(session, JO, user(session, ada))
        accounts.disable(session, JO, user(session, local))
    refused(database, lambda s: accounts.disable(s, JO, user(s, other)), "only admin")  # who is closed does not count
    with database.writing() as session:
        accounts.change_grants(session, JO, user(session, ada), [HERE], [ADMIN])  # nothing is lost by that
    with database.reading() as session:
        assert accounts.has_admin(session)
        assert not accounts.has_admin(session, but=other.id)


def test_a_closed_account_is_shut_out_at_once_and_can_be_opened_again(database, person):
    person("admin")
    ada = person("contributor@organisation:RWK")
    with database.writing() as session:
        user = accounts.found(session, ada.email)
        token = sign_ins.begin(session, ada.id, "A browser", DAY)
        device = sign_ins.remember_device(session, ada.id, "")
        link = links.make(session, user, links.RESET)
    assert sign_ins.look_up(database, token, DAY).actor == ada
    with database.writing() as session:
        user = accounts.found(session, ada.email)
        accounts.disable(session, JO, user)
        accounts.disable(session, JO, user)  # a second time does nothing
    assert sign_ins.look_up(database, token, DAY).actor is None
    with database.reading() as session:
        assert not sign_ins.knows_device(session, ada.id, device)
        assert links.holder(session, link, links.RESET) is None
        assert not session.scalars(select(SignIn)).all() + session.scalars(select(Device)).all()
        assert session.scalars(select(Grant).where(Grant.user_id == ada.id)).all()  # the roles are kept
    with database.writing() as session:
        user = accounts.found(session, ada.email)
        accounts.enable(session, JO, user)
        accounts.enable(session, JO, user)
    assert sign_ins.look_up(database, token, DAY).actor is None  # what was ended stays ended
    actions = [action for _, action, _, _ in audited(database)]
    assert (actions.count("user.disable"), actions.count("user.enable")) == (1, 1)


def test_another_password_signs_everybody_out_and_voids_links(database, person):
    ada, ben = person("contributor@organisation:RWK"), person("contributor@organisation:RWK")
    with database.writing() as session:
        hers, his = (sign_ins.begin(session, who.id, "A browser", DAY) for who in (ada, ben))
        link = links.make(session, accounts.found(session, ada.email), links.RESET)
    with database.writing() as session:
        accounts.set_password(session, ada, accounts.found(session, ada.email), HASHED)
    assert sign_ins.look_up(database, hers, DAY).actor is None
    assert sign_ins.look_up(database, his, DAY).actor == ben
    with database.reading() as session:
        assert links.holder(session, link, links.RESET) is None
        assert accounts.found(session, ada.email).password == HASHED
    assert HASHED not in str(audited(database))


def test_an_identity_finds_its_account_by_address_once_and_by_itself_from_then_on(database, person):
    ada = person("contributor@organisation:RWK", email="ada@example.nhs.uk")

    def enter(key, email, verified=True):
        with database.writing() as session:
            return accounts.of_identity(session, key, email, verified).id

    with database.writing() as session:
        link = links.make(session, accounts.found(session, ada.email), links.INVITATION)
    refused(database, lambda s: accounts.of_identity(s, "issuer 1", ada.email, False), "does not confirm")
    refused(
        database,
        lambda s: accounts.of_identity(s, "issuer 1", "who@example.org", True),
        "who@example.org has no account",
    )
    refused(database, lambda s: accounts.of_identity(s, "issuer 1", "", True), "You have no account")
    assert enter("issuer 1", ada.email) == ada.id
    assert audited(database)[-1][1] == "user.bind"
    with database.reading() as session:
        assert links.holder(session, link, links.INVITATION) is None  # nobody needs it any more
    assert enter("issuer 1", "renamed@example.nhs.uk", False) == ada.id
    # Somebody else who is given the same address over there does not get her account.
    refused(database, lambda s: accounts.of_identity(s, "issuer 2", ada.email, True), "bound to another")
    with database.writing() as session:
        accounts.unbind(session, JO, accounts.found(session, ada.email))
    assert enter("issuer 2", ada.email) == ada.id
    with database.writing() as session:
        accounts.disable(session, JO, accounts.found(session, ada.email))
    refused(database, lambda s: accounts.of_identity(s, "issuer 2", ada.email, True), "closed")


def test_listing_takes_two_statements_however_many_there_are(database, person):
    counts = []
    for number in (1, 20):
        for _ in range(number):
            person("contributor@organisation:RWK", "reviewer@organisation:RXX")
        statements = []
        event.listen(database.engine, "before_cursor_execute", lambda *args, s=statements: s.append(args[2]))
        with database.reading() as session:
            accounts.listed(session)
        counts.append(len([one for one in statements if one.startswith("SELECT")]))
    assert counts == [2, 2]
    with database.reading() as session:
        assert len(session.scalars(select(User)).all()) == 21
