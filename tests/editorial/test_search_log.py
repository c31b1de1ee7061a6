"""The log of searches: what is kept and what never is, for how long, and that it stops nobody."""

import datetime
import logging
import os
import sqlite3
import stat
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.editorial.search_log import LONG, MOST, WITHHELD, Search, SearchLog, kept
from kb.errors import SearchLogUnavailable

TODAY = datetime.datetime.now(datetime.UTC).date()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "searches.sqlite"


@pytest.fixture
def log(path):
    made = SearchLog(str(path), 30, pause=0)
    yield made
    made.close()


@pytest.fixture
def rows(path):
    """Every row as it lies in the file."""

    def read():
        db = sqlite3.connect(path)
        found = db.execute("SELECT * FROM searches").fetchall()
        db.close()
        return found

    return read


@pytest.fixture
def put(log, path):
    """Writes a row of so many days ago."""

    def write(days, words, verdict="none", found=0, times=1, filters=""):
        log.add("first", 0, "none", {})  # makes the file
        db = sqlite3.connect(path)
        day = (TODAY - datetime.timedelta(days=days)).isoformat()
        db.execute("INSERT INTO searches VALUES (?, ?, ?, ?, ?, ?)", (day, words, filters, verdict, found, times))
        db.execute("DELETE FROM searches WHERE words = 'first'")
        db.commit()
        db.close()

    return write


def test_a_row_is_a_day_words_filters_verdict_found_and_how_often(log, rows):
    log.add("  Long  WAITS for\tADHD ", 7, "strong", {"topic": ("waiting", "access"), "setting": ("community",)})
    log.add("long waits for adhd", 7, "strong", {"setting": ("community",), "topic": ("access", "waiting")})
    log.add("long waits for adhd", 0, "none", {})
    filters = "setting=community topic=access topic=waiting"
    assert rows() == [
        (TODAY.isoformat(), "long waits for adhd", "", "none", 0, 1),
        (TODAY.isoformat(), "long waits for adhd", filters, "strong", 7, 2),
    ]


def test_rows_lie_in_the_order_of_their_words_and_not_of_their_time(log, rows, path):
    for words in ("zebra", "apple", "mango"):
        log.add(words, 0, "none", {})
    assert [row[1] for row in rows()] == ["apple", "mango", "zebra"]
    db = sqlite3.connect(path)
    with pytest.raises(sqlite3.OperationalError, match="rowid"):  # a row number would tell the order
        db.execute("SELECT rowid FROM searches")
    db.close()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Falls", "falls"),
        ("", ""),
        ("x" * MOST, "x" * MOST),
        ("x " * MOST, LONG),
        ("Mr Jones keeps falling", WITHHELD),
        ("943 476 5919", WITHHELD),
        ("x " * 200 + "SE5 8AZ", WITHHELD),
    ],
)
def test_words_are_kept_in_one_form_or_not_at_all(typed, expected):
    assert kept(typed) == expected


def test_what_may_identify_somebody_is_nowhere_in_the_file(log, path):
    log.add("plain words", 1, "strong", {})
    log.add("Mrs Featherstonehaugh 943 476 5919", 1, "possible", {})
    log.close()
    data = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"plain words" in data
    assert b"featherstonehaugh" not in data.lower()
    assert b"5919" not in data


@given(st.text(max_size=200))
def test_any_words_can_be_kept(words):
    assert len(kept(words)) <= MOST


def test_the_file_is_made_at_the_first_search_and_is_its_owners_only(log, path):
    assert log.searches() == []
    assert not path.parent.exists()
    log.add("falls", 1, "strong", {})
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}  # side files too


def test_without_a_path_nothing_is_kept_and_nothing_can_be_listed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    log = SearchLog("", 30)
    log.add("falls", 1, "strong", {})
    assert (log.on, list(tmp_path.iterdir())) == (False, [])
    with pytest.raises(SearchLogUnavailable, match="KB_SEARCH_LOG"):
        log.searches()


def test_searches_are_listed_with_what_was_not_found_first(log):
    for words, found, verdict, times in (("a", 9, "strong", 5), ("b", 2, "possible", 3), ("c", 0, "none", 1), ("d", 0, "none", 2)):  # fmt: skip
        for _ in range(times):
            log.add(words, found, verdict, {})
    last = TODAY.isoformat()
    assert log.searches() == [
        Search("d", "", "none", 0, 2, last),
        Search("c", "", "none", 0, 1, last),
        Search("b", "", "possible", 2, 3, last),
        Search("a", "", "strong", 9, 5, last),
    ]
    assert [search.words for search in log.searches(weak=True)] == ["d", "c", "b"]


def test_the_answer_that_counts_is_that_of_the_last_day(log, put):
    put(3, "gambling clinic", "none", 0, times=4)
    put(1, "gambling clinic", "strong", 2, times=2)
    (found,) = log.searches()
    last = (TODAY - datetime.timedelta(days=1)).isoformat()
    assert found == Search("gambling clinic", "", "strong", 2, 6, last)


def test_only_the_days_asked_for_are_listed(log, put):
    put(0, "today")
    put(1, "yesterday")
    put(29, "long ago")
    assert {search.words for search in log.searches()} == {"today", "yesterday", "long ago"}
    assert {search.words for search in log.searches(2)} == {"today", "yesterday"}
    assert [search.words for search in log.searches(1)] == ["today"]


def test_searches_older_than_the_days_kept_are_removed_and_not_listed(path, log, put, rows):
    put(29, "kept")
    put(30, "old")
    assert [search.words for search in log.searches(1_000)] == ["kept"]
    again = SearchLog(str(path), 30)
    again.add("new", 0, "none", {})
    again.close()
    assert {row[1] for row in rows()} == {"kept", "new"}


def warnings(caplog):
    return [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_locked_log_loses_the_search_with_one_warning_and_goes_on_after_that(log, path, rows, caplog):
    log.add("before", 1, "strong", {})
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    for _ in range(3):
        log.add("lost", 1, "strong", {})
    other.execute("ROLLBACK")
    other.close()
    assert len(warnings(caplog)) == 1
    assert "not being logged" in caplog.text
    log.add("after", 1, "strong", {})
    assert {row[1] for row in rows()} == {"before", "after"}


def test_after_a_failure_the_log_is_left_alone_for_a_while(path, caplog):
    path.parent.write_text("a file where the folder should be")
    log = SearchLog(str(path), 30, pause=3_600)
    log.add("lost", 1, "strong", {})
    path.parent.unlink()
    log.add("lost too", 1, "strong", {})
    assert not path.exists()
    assert len(warnings(caplog)) == 1


@pytest.mark.parametrize("damage", ["not a database", "a folder", "another table", "no room"])
def test_a_log_that_cannot_be_written_is_one_warning(log, path, caplog, damage):
    if damage == "another table":
        path.parent.mkdir()
        db = sqlite3.connect(path)
        db.execute("CREATE TABLE searches (other)")
        db.close()
    elif damage == "a folder":
        path.mkdir(parents=True)
    elif damage == "no room":
        path.parent.symlink_to("/dev/full")
    else:
        path.parent.mkdir()
        path.write_bytes(b"words " * 2_000)
    for _ in range(3):
        log.add("lost", 1, "strong", {})
    assert len(warnings(caplog)) == 1
    assert str(path) in caplog.text
    if damage in ("not a database", "another table", "a folder"):
        with pytest.raises(SearchLogUnavailable, match="cannot be read"):
            log.searches()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_folder_that_may_only_be_read_is_one_warning(log, path, caplog):
    log.add("before", 1, "strong", {})
    log.close()
    path.chmod(0o400)
    path.parent.chmod(0o500)
    try:
        log.add("lost", 1, "strong", {})
    finally:
        path.parent.chmod(0o700)
    assert len(warnings(caplog)) == 1
    assert [search.words for search in log.searches()] == ["before"]


def test_a_read_only_database_is_one_warning(log, path, caplog):
    """As root too: the header says that only a newer SQLite may write here."""
    log.add("before", 1, "strong", {})
    log.close()
    with path.open("r+b") as file:
        file.seek(18)
        file.write(b"\x09")  # the version needed to write; the one to read stays
    for _ in range(2):
        log.add("lost", 1, "strong", {})
    assert len(warnings(caplog)) == 1


def test_a_log_taken_away_is_begun_again(log, path, rows):
    log.add("before", 1, "strong", {})
    for file in path.parent.iterdir():
        file.unlink()
    log.add("after", 1, "strong", {})
    assert [row[1] for row in rows()] == ["after"]


def test_threads_count_together(log, rows):
    def add():
        for _ in range(20):
            log.add("falls", 1, "strong", {})

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert rows() == [(TODAY.isoformat(), "falls", "", "strong", 1, 80)]


def test_several_processes_count_in_one_file(log, path, rows):
    other = SearchLog(str(path), 30)  # what another process would hold
    for _ in range(3):
        log.add("falls", 1, "strong", {})
        other.add("falls", 1, "strong", {})
    other.close()
    assert rows() == [(TODAY.isoformat(), "falls", "", "strong", 1, 6)]
