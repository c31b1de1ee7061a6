"""Owns the database: opening it, bringing its tables up to date, reading and writing transactions. Never knows what a row means.

Content is files; here are only people and work in progress. A writing transaction takes its lock when it begins, so two
of them never decide on the same stale row, and it is committed inside the operation, before anybody is answered.
"""

import contextlib
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kb.errors import DatabaseBusy, DatabaseUnavailable

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine
    from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

_WAIT: Final = 5_000  # milliseconds for another writer to finish: a publication with its commit takes about a tenth
_WRITERS: Final = 20261124  # the number of PostgreSQL's lock for writers: any that nothing else in the database uses
MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"


class Database:
    """One database, opened at its first use: a site that is only read never needs it.

    Args:
        url: an SQLAlchemy address, such as sqlite:///data/exchange.sqlite.
        wait: milliseconds that a writer waits for another one.
    """

    def __init__(self, url: str, wait: int = _WAIT) -> None:
        self.url = url
        self._wait = wait
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    @property
    def engine(self) -> "Engine":
        """The engine, with all tables there and up to date.

        Raises:
            DatabaseUnavailable: the database cannot be opened or brought up to date.
        """
        if self._engine is None:
            with self._lock, _spoken(), _opened(self.url):
                if self._engine is None:
                    made = _engine(self.url, self._wait)
                    _migrate(made)
                    self._engine = made
        return self._engine

    def exists(self) -> bool:
        """Whether there is anything to read. Asking never makes a file where there is none, nor loads SQLAlchemy."""
        file = self.url.partition("///")[2].partition("?")[0] if self.url.startswith("sqlite") else ""
        return self._engine is not None or file in ("", ":memory:") or Path(file).exists()

    @contextlib.contextmanager
    def reading(self) -> "Iterator[Session]":
        """A session that sees one state of the database and changes nothing.

        Raises:
            DatabaseUnavailable: the database cannot be read.
        """
        from sqlalchemy.orm import Session  # noqa: PLC0415 - pages for readers do without it

        with _spoken(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextlib.contextmanager
    def writing(self) -> "Iterator[Session]":
        """A session whose changes are committed at the end of the block, or not at all.

        Raises:
            DatabaseBusy: another writer did not finish in time; nothing was changed.
            DatabaseUnavailable: the database cannot be written: a full disk, a folder without access.
        """
        from sqlalchemy.orm import Session  # noqa: PLC0415

        writer = self.engine.execution_options(writing=True)
        with _spoken(), Session(writer, expire_on_commit=False) as session, session.begin():
            session.connection()  # takes the lock now, before anything is read
            yield session

    def close(self) -> None:
        """Lets go of every connection."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
            self._engine = None


def _engine(url: str, wait: int) -> "Engine":
    from sqlalchemy.engine import make_url  # noqa: PLC0415

    address = make_url(url)
    kind = address.get_backend_name()
    if kind == "sqlite":
        return _sqlite(address, wait)
    if kind == "postgresql":
        return _postgresql(address, wait)
    raise DatabaseUnavailable(
        f"A database of the kind {kind} cannot be used.",
        "Give KB_DATABASE_URL an address that begins with sqlite:/// or postgresql+psycopg://.",
    )


def _sqlite(address: "URL", wait: int) -> "Engine":
    from sqlalchemy import create_engine, event  # noqa: PLC0415

    if address.database and address.database != ":memory:":
        path = Path(address.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):  # SQLite would make it readable by all; its side files follow suit
            path.touch(0o600, exist_ok=False)
    made = create_engine(address, connect_args={"timeout": wait / 1000, "check_same_thread": False})

    @event.listens_for(made, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # Python's own transactions would begin late, at the first write
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # what a person was told is saved survives a power cut
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(made, "begin")
    def begun(connection: "Connection") -> None:
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return made


def _postgresql(address: "URL", wait: int) -> "Engine":
    from sqlalchemy import create_engine, event  # noqa: PLC0415

    made = create_engine(address, pool_pre_ping=True)

    @event.listens_for(made, "begin")
    def begun(connection: "Connection") -> None:
        if connection.get_execution_options().get("writing"):  # one writer at a time, as SQLite has it
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(wait)}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")

    return made


def _migrate(engine: "Engine") -> None:
    """Brings the tables up to date in one transaction: several workers may start at once."""
    from alembic import command  # noqa: PLC0415 - takes a fifth of a second
    from alembic.config import Config  # noqa: PLC0415
    from alembic.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    head = scripts.get_current_head()
    with engine.begin() as connection:
        if MigrationContext.configure(connection).get_current_revision() == head:
            return
    with engine.execution_options(writing=True).begin() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
            raise DatabaseUnavailable(
                "The database was made by a newer version of this software.",
                "Install that version again, or restore the database from before it.",
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextlib.contextmanager
def _spoken() -> Iterator[None]:
    """Turns what the database says into a sentence; what the code around asked of it wrongly stays as it is."""
    from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError  # noqa: PLC0415

    try:
        yield
    except DBAPIError as error:
        said = str(error.orig).lower()
        if "lock" in said or "busy" in said or "deadlock" in said or "serialize" in said:
            raise DatabaseBusy(
                "Somebody else is saving at this moment.", "Nothing is lost: try again in a few seconds."
            ) from error
        # SQLite's plain DatabaseError: the file is damaged, or is no database at all.
        if isinstance(error, OperationalError) or error.connection_invalidated or type(error) is DatabaseError:
            log.exception("The database failed")
            raise DatabaseUnavailable(
                f"The database cannot be used: {error.orig}.", "Check the space on the disk and KB_DATABASE_URL."
            ) from error
        raise


@contextlib.contextmanager
def _opened(url: str) -> Iterator[None]:
    """Turns what the disk says while the database is opened into a sentence."""
    from sqlalchemy.engine import make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError  # noqa: PLC0415

    try:
        yield
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise DatabaseUnavailable(
            f"The database address cannot be used: {type(error).__name__}.",
            "Correct KB_DATABASE_URL, such as sqlite:///data/exchange.sqlite.",
        ) from error
    except OSError as error:
        raise DatabaseUnavailable(
            f"The database {make_url(url).database} cannot be opened: {error.strerror}.",
            "Check the folder, its permissions and the space on the disk.",
        ) from error
