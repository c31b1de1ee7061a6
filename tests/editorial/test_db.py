"""The database: made at first use, brought up to date once, whole or not at all, and a sentence for whatever goes wrong with it."""

import datetime
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from kb.editorial.db import Database
from kb.editorial.models import Base, Grant, User
from kb.errors import DatabaseBusy, DatabaseUnavailable

NOW = datetime.datetime(2026, 11, 24, 9, 30, tzinfo=datetime.UTC)


def user(email="ada@example.nhs.uk"):
    return User(email=email, name="Ada", created_at=NOW)


def emails(database):
    with database.reading() as session:
        return sorted(session.scalars(select(User.email)))


def test_it_is_made_at_its_first_use_for_its_owner_alone(tmp_path):
    path = tmp_path / "data" / "exchange.sqlite"
    database = Database(f"sqlite:///{path}")
    assert not database.exists()
    assert not path.parent.exists()
    assert emails(database) == []
    assert database.exists()
    for found in path.parent.iterdir():
        assert stat.S_IMODE(found.stat().st_mode) == 0o600, found
    assert Database(f"sqlite:///{path}?timeout=3").exists()
    assert Database("postgresql+psycopg://somewhere/exchange").exists()  # nobody can tell without asking
    database.close()


def test_it_survives_a_power_cut_and_lets_readers_read_while_somebody_writes(database):
    with database.reading() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA synchronous")) == 2  # FULL
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
    with database.writing() as session:
        session.add(user())
        session.flush()
        assert emails(database) == []  # what is not committed is not there
    assert emails(database) == ["ada@example.nhs.uk"]


def test_the_tables_are_those_of_the_models(database):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, Base.metadata) == []
        names = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")))
        # Each of them, so that a table that the comparison overlooked would be missed here.
        for table in Base.metadata.sorted_tables:
            assert table.name in names
            for column in connection.execute(text(f"PRAGMA table_info({table.name})")):
                assert column.name in table.c
                assert bool(column.notnull) is not table.c[column.name].nullable, f"{table.name}.{column.name}"


def test_what_fails_halfway_leaves_nothing(database):
    def fail():
        with database.writing() as session:
            session.add(user())
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert emails(database) == []
    with pytest.raises(IntegrityError), database.writing() as session:  # our own mistake is not dressed up
        session.add(Grant(user_id=99, role="admin", scope="everywhere"))
    with database.writing() as session:
        session.add(user())
    assert emails(database) == ["ada@example.nhs.uk"]


def test_reading_changes_nothing(database):
    with database.reading() as session:
        session.add(user())
        session.flush()
    assert emails(database) == []


def test_a_moment_comes_back_as_it_was_with_its_zone(database):
    summer = datetime.datetime(2026, 7, 1, 10, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
    with database.writing() as session:
        session.add(User(email="a@example.nhs.uk", name="A", created_at=summer))
    with database.reading() as session:
        found = session.scalars(select(User)).one()
        assert found.created_at == summer
        assert found.created_at.utcoffset() == datetime.timedelta(0)
        assert session.scalar(select(func.count()).where(User.created_at == summer)) == 1


def test_writers_take_turns_and_none_decides_on_what_another_has_changed(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/exchange.sqlite", wait=20_000)
    with database.writing() as session:
        session.add(user("0@example.nhs.uk"))

    def count():
        for _ in range(5):
            with database.writing() as session:
                row = session.scalars(select(User)).one()
                row.email = f"{int(row.email.partition('@')[0]) + 1}@example.nhs.uk"

    threads = [threading.Thread(target=count) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert emails(database) == ["30@example.nhs.uk"]
    database.close()


def test_a_writer_that_waits_too_long_is_told_that_nothing_is_lost(database):
    with database.writing() as first:
        first.add(user())
        with pytest.raises(DatabaseBusy, match="Nothing is lost"), database.writing():
            pytest.fail("two writers at once")
        assert emails(database) == []  # readers are not kept waiting
    with database.writing() as second:
        second.add(user("b@example.nhs.uk"))
    assert len(emails(database)) == 2


def test_several_processes_that_start_at_once_make_the_tables_once(tmp_path):
    url = f"sqlite:///{tmp_path}/exchange.sqlite"
    script = f"from kb.editorial.db import Database\nwith Database({url!r}, 30_000).reading(): print('open')"
    started = [
        subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for process in started:
        said, wrong = process.communicate(timeout=60)
        assert (said, process.returncode) == ("open\n", 0), wrong


def test_a_process_that_is_killed_while_it_writes_leaves_what_was_committed(database):
    with database.writing() as session:
        session.add(user())
    script = f"""
import os, signal
from kb.editorial.db import Database
from kb.editorial.models import User
import datetime
with Database({database.url!r}).writing() as session:
    session.add(User(email="lost@example.nhs.uk", name="L", created_at=datetime.datetime.now(datetime.UTC)))
    session.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert emails(database) == ["ada@example.nhs.uk"]
    with database.writing() as session:  # its lock went with it
        session.add(user("b@example.nhs.uk"))


def test_a_database_of_a_newer_version_is_left_alone(tmp_path, database):
    assert emails(database) == []
    database.close()
    path = tmp_path / "exchange.sqlite"
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(DatabaseUnavailable, match=r"newer version.*Install that version"):
        emails(Database(database.url))
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "address cannot be used.*KB_DATABASE_URL"),
        ("nosuch://host/name", "kind nosuch cannot be used.*KB_DATABASE_URL"),
        ("mysql://host/name", "kind mysql cannot be used"),
        ("sqlite:///{folder}/file/exchange.sqlite", "cannot be opened"),
        ("sqlite:///{folder}", "cannot be used"),
        ("sqlite:///{folder}/words.sqlite", "cannot be used.*not a database"),
    ],
)
def test_an_address_that_cannot_work_is_a_sentence(tmp_path, url, said):
    (tmp_path / "file").write_text("a file where a folder should be")
    (tmp_path / "words.sqlite").write_text("no database at all, but long enough to be looked at " * 40)
    with pytest.raises(DatabaseUnavailable, match=rf"(?s){said}") as caught:
        emails(Database(url.format(folder=tmp_path)))
    assert "Traceback" not in str(caught.value)


def test_a_database_that_is_damaged_later_is_a_sentence_and_works_again_once_it_is_restored(tmp_path, database):
    with database.writing() as session:
        session.add(user())
    database.close()
    path = tmp_path / "exchange.sqlite"
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * 8_000)
    with pytest.raises(DatabaseUnavailable):
        emails(database)
    path.write_bytes(whole)
    assert emails(database) == ["ada@example.nhs.uk"]


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 600 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", place], capture_output=True, check=False, text=True
    )
    if done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", place], check=True, capture_output=True)


def test_a_full_disk_is_a_sentence_and_what_was_saved_before_is_there(small_disk):
    database = Database(f"sqlite:///{small_disk}/exchange.sqlite")
    with database.writing() as session:
        session.add(user())
    filler = small_disk / "filler"
    with filler.open("wb") as file:
        try:
            while True:
                os.write(file.fileno(), b"x" * 4096)
        except OSError:
            pass
    with pytest.raises(DatabaseUnavailable, match="disk"), database.writing() as session:
        session.add(User(email="big@example.nhs.uk", name="x" * 200_000, created_at=NOW))
    assert emails(database) == ["ada@example.nhs.uk"]
    filler.unlink()
    with database.writing() as session:
        session.add(user("after@example.nhs.uk"))
    assert emails(database) == ["ada@example.nhs.uk", "after@example.nhs.uk"]
    database.close()


ROWS = {
    "audit": "INSERT INTO audit (at, actor, action, object, detail) VALUES ('2026-01-01', 'A', 'x', 'y', '{}')",
    "transitions": "INSERT INTO transitions (draft_id, name, before, after, user_id, at, note) VALUES ('d', 'submit', 'draft', 'submitted', 1, '2026-01-01', '')",
}


@pytest.mark.parametrize("table", ROWS)
@pytest.mark.parametrize("change", ["UPDATE {} SET at = '2000-01-01'", "DELETE FROM {}"])
def test_history_cannot_be_rewritten(tmp_path, database, table, change):
    assert emails(database) == []
    raw = sqlite3.connect(tmp_path / "exchange.sqlite")
    with raw:
        raw.execute(ROWS[table])
    with pytest.raises(IntegrityError, match="never changed"), database.writing() as session:
        session.execute(text(change.format(table)))
    assert raw.execute(f"SELECT at FROM {table}").fetchall() == [("2026-01-01",)]  # noqa: S608 - our own names
    raw.close()
