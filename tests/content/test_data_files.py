"""A table is read whatever spreadsheet saved it, and what is written runs nowhere."""

import csv
import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.content import data_files
from kb.content.data_files import DataFile, export, looks_like_table, read
from kb.errors import DocumentTooLarge, DocumentUnreadable

TABLE = 'Month,Falls,Note\nApril 2025,11,\nMay 2025,-3.5,"Café, ward 6"\n'
ROWS = (("April 2025", "11", ""), ("May 2025", "-3.5", "Café, ward 6"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_whatever_a_spreadsheet_saves_gives_the_same_table(encoding, delimiter, end):
    made = io.StringIO()
    writer = csv.writer(made, delimiter=delimiter, lineterminator=end)
    writer.writerows([("Month", "Falls", "Note"), *ROWS])
    found = read(made.getvalue().encode(encoding), "Falls per month.CSV")
    assert found == DataFile("falls-per-month.csv", ("Month", "Falls", "Note"), ROWS)
    assert found.text == TABLE


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        ("sep=;\nA;B\n1;2\n", ("A", "B"), (("1", "2"),)),
        ("Monat;Stürze\nJan;3,5\nFeb;4,25\n", ("Monat", "Stürze"), (("Jan", "3,5"), ("Feb", "4,25"))),
        ("Day\tFalls; all\n1\t2\n", ("Day", "Falls; all"), (("1", "2"),)),
        (" A , B \n\n 1 ,\xa02\n , \n\n", ("A", "B"), (("1", "2"),)),
        ('A,B\n"two\r\nlines","say ""so"""\n', ("A", "B"), (("two\nlines", 'say "so"'),)),
        ("A,B,,\n1,2,,\n", ("A", "B"), (("1", "2"),)),
        ("A\n1\n2\n", ("A",), (("1",), ("2",))),
        ("A,B\n1,2\x1a", ("A", "B"), (("1", "2"),)),
        ("A,B\n1,5\" nails\n", ("A", "B"), (("1", "5\" nails"),)),
    ],
)  # fmt: skip
def test_tables_as_people_keep_them(text, columns, rows):
    found = read(text.encode(), "x")
    assert (found.columns, found.rows, found.findings) == (columns, rows, ())


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("A,B\n1\n2,3\n4,5,6\n", ("Column 3 has no name. Give it one in the first line.", "Line 2 has 1 cells, and the first line has 2.", "Line 4 has 3 cells, and the first line has 2.")),
        ("A,,C\n1,2,3\n", ("Column 2 has no name. Give it one in the first line.",)),
        ("Falls,B,falls,FALLS\n1,2,3,4\n", ("Columns 1, 3 and 4 are called Falls. Give each a name of its own.",)),
        ('A,B\n"a\nb\nc",2\n\n3\n', ("Line 6 has 1 cells, and the first line has 2.",)),
        ("sep=;\nA;B\n1;2;3\n", ("Column 3 has no name. Give it one in the first line.", "Line 3 has 3 cells, and the first line has 2.")),
        ("A,B\n" + "1,2\n" * 200 + "\x07,2\n", ("Line 202 held a character that cannot be shown. It was left out.",)),
    ],
)  # fmt: skip
def test_what_to_look_at_is_said_with_its_line(text, findings):
    found = read(text.encode(), "x")
    assert found.findings == findings
    assert {len(row) for row in found.rows} == {len(found.columns)}


def test_findings_are_few():
    found = read(("A,B\n" + "1\n" * 500).encode(), "x")
    assert len(found.findings) == data_files.MAX_FINDINGS + 1
    assert found.findings[-1] == "There are 480 more such lines."


def test_nothing_of_a_ragged_row_is_lost():
    assert read(b"A,B\n1,2,3,4\n5\n", "x").rows == (("1", "2", "3", "4"), ("5", "", "", ""))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no table"),
        (b"\xef\xbb\xbf\r\n\r\n", "no table"),
        (b"A,B\n", "one line"),
        (b"PK\x03\x04[Content_Types].xml", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "picture"),
        (b"A,B\n1,\x00\n", "not text"),
        (bytes(range(1, 32)) * 20, "not text"),
        (b"A,B\n1,\x81\n", "letters"),
        (b"\xff\xfeA", "letters"),
        (b"<!DOCTYPE html><table><tr><td>1</td></tr></table>", "web page"),
        (b"A,B\n1,\"two\n3,4\n", "quotation mark in line 2"),
        (b"A,B\n1,\"two\"s\n", "quotation mark in line 2"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_what_to_do(data, words):
    with pytest.raises(DocumentUnreadable) as caught:
        read(data, "x.csv")
    assert words in caught.value.message
    assert caught.value.cure.endswith(".")


def test_a_workbook_is_told_how_to_become_a_csv_file():
    with pytest.raises(DocumentUnreadable, match=r"CSV UTF-8"):
        read(b"PK\x03\x04xl/workbook.xml", "falls.xlsx")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"A,B\n" + b"1,2\n" * 600_000, "2.4 MB"),
        (b"A,B\n" + b"1,2\n" * (data_files.MAX_ROWS + 1), "more than 10,000 rows"),
        (b"1," * 150 + b"1\n" + b"1,2\n", "Line 1 has 151 cells"),
        (b"A,B\n1," + b"x" * 1_001, "line 2 has more than 1,000 characters"),
        (b"A,B\n1," + b"x" * 200_000, "line 2 has more than 1,000 characters"),
    ],
)
def test_a_table_that_is_too_large_is_refused(data, words):
    with pytest.raises(DocumentTooLarge) as caught:
        read(data, "x")
    assert words in caught.value.message


def test_as_much_as_is_allowed_is_read():
    text = "A,B\n" + f"1,{'x' * 100}\n" * data_files.MAX_ROWS
    found = read(text.encode(), "x")
    assert len(found.rows) == data_files.MAX_ROWS
    assert read(found.text.encode(), "x") == found


@pytest.mark.parametrize(
    "data", [b"," * 1_999_999, b"\"" * 1_999_998, b";\n" * 900_000, b"a,\"\n" * 400_000, b"\r" * 1_900_000, b"A,B\n" + b" " * 1_900_000, b"\n\"\"" * 600_000]
)  # fmt: skip
@pytest.mark.usefixtures("never_hangs")
def test_a_file_made_to_take_long_ends(data):
    with pytest.raises(DocumentUnreadable):
        read(data, "x")


# Writing


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\xa0=1", "=HYPERLINK(\"http://x\",\"y\")",
        "-2+3+cmd|' /C calc'!D2", "\uff1d1+1", "\uff0b1", "\u200b=1", "-A1", "+", "@", "=", "--1", "-3.5e", "+44 (0)20",
    ],
)  # fmt: skip
def test_a_cell_that_a_spreadsheet_would_run_is_neutralised(cell):
    written = next(csv.reader(io.StringIO(export([[cell, "x"]]))))
    assert written == [f"'{cell}".replace("\r", "\n"), "x"]


@pytest.mark.parametrize(
    "cell", ["-3.5", "+4", "-3,5", "-1,234.5", "-12%", "-12 %", "-£3.50", "1e5", "-1e-5", "-1E+5", "3", "", "-", "--", "- 3", "-5 000", "a=b", "x@nhs.net", "'=1", "3-5"]
)  # fmt: skip
def test_numbers_and_words_stay_as_they_are(cell):
    assert next(csv.reader(io.StringIO(export([[cell, "x"]])))) == [cell, "x"]


def test_values_of_other_kinds_are_written_plainly():
    assert export([[None, -3.5, 4, True, "é"], ["a,b", 'say "so"', "two\r\nlines"]]) == (
        ',-3.5,4,True,é\n"a,b","say ""so""","two\nlines"\n'
    )
    assert export([]) == ""


CELLS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(list("=+-@,;\t\"'\n. 0159%")), max_size=20
)
TABLES = st.integers(1, 5).flatmap(
    lambda wide: st.lists(st.lists(CELLS, min_size=wide, max_size=wide), min_size=2, max_size=8)
)


@given(TABLES)
@example([["=A", "B"], ["\t", "-1"]])
@example([["A"], ["sep=;"]])
@example([["sep=;"], ["A;B"]])
def test_whatever_is_written_is_read_the_same_and_cannot_run(table):
    text = export(table)
    for row in csv.reader(io.StringIO(text)):
        for cell in row:
            if cell.strip()[:1] in ("=", "+", "-", "@") or cell[:1] in ("\t", "\r", "\n"):
                assert re.fullmatch(r"[+-] ?[\d., ]*\d ?%?|-+", cell), "only a number begins so"
    try:
        found = read(text.encode(), "x")
    except DocumentUnreadable:
        return  # nothing but empty cells, or one line with any
    again = read(found.text.encode(), "x")
    assert (again.columns, again.rows) == (found.columns, found.rows)
    assert again.text == found.text


@given(
    st.lists(st.text("abc xyz0123456789.é", min_size=1, max_size=9).filter(lambda s: s.strip() == s), min_size=2, max_size=4, unique_by=str.casefold),
    st.lists(st.lists(st.text("abc,;\"\n 0159-é", max_size=9), min_size=4, max_size=4), min_size=1, max_size=6),
)  # fmt: skip
def test_a_plain_table_is_read_as_it_was_meant(columns, rows):
    rows = [[cell.strip() for cell in row[: len(columns)]] for row in rows]
    kept = tuple(tuple(row) for row in rows if any(row))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    try:
        found = read(text.getvalue().encode(), "x")
    except DocumentUnreadable:
        assert not kept
        return
    if found.columns == tuple(columns):  # else another mark cut it as evenly
        assert found.rows == kept
        assert found.findings == ()


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
@example(b'a,"b\n')
@example(b"\xff\xfe")
def test_any_bytes_give_a_table_or_a_sentence(data):
    try:
        found = read(data, "x")
    except DocumentUnreadable:
        return
    assert {len(row) for row in found.rows} == {len(found.columns)}
    assert "\r" not in found.text
    assert "\0" not in found.text


@pytest.mark.parametrize(
    ("data", "name", "table"),
    [
        (b"A,B\n1,2\n", "falls.csv", True),
        (b"A,B\n1,2\n", "falls", True),
        (b"A;B\n1;2\n", "falls.dat", True),
        (b"PK\x03\x04", "falls.xlsx", True),
        (b"", "falls.csv", True),
        (b"\x89PNG\r\n\x1a\n", "falls.csv", False),
        (b"\xff\xd8\xff", "photo.jpg", False),
        (b"<svg>,\n,</svg>", "chart.svg", False),
        (b"words only", "notes", False),
        (b"PK\x03\x04", "report.docx", False),
    ],
)
def test_a_table_is_told_from_a_picture(data, name, table):
    assert looks_like_table(data, name) is table
