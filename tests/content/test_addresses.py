"""Addresses that were left: read from a file that anybody may have edited, followed without going round in circles."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content import addresses
from kb.content.addresses import Addresses, Withdrawn, dump, problems, read

DAY = datetime.date(2026, 11, 22)
SLUGS = st.from_regex(r"[a-z0-9]{1,3}(-[a-z0-9]{1,3})?", fullmatch=True)
LINES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40)
WITHDRAWN = st.builds(Withdrawn, LINES, st.dates(), st.just("") | LINES)
MADE = st.builds(Addresses, st.dictionaries(SLUGS, SLUGS, max_size=8), st.dictionaries(SLUGS, WITHDRAWN, max_size=4))


@given(MADE)
def test_what_is_written_is_read_again_and_is_always_the_same_text(made):
    text = dump(made)
    assert read(text) == addresses.Loaded(made, (), read(text).lines)
    turned = Addresses(dict(reversed(made.moved.items())), dict(reversed(made.withdrawn.items())))
    assert dump(turned) == text
    assert text.startswith("#")


@given(st.dictionaries(SLUGS, SLUGS, max_size=8), SLUGS)
def test_an_address_leads_to_one_that_did_not_move_or_to_itself(moved, slug):
    now = Addresses(moved).resolve(slug)
    assert now == slug or now not in moved


@given(MADE, SLUGS, SLUGS)
def test_after_a_move_the_old_address_leads_to_the_new_one(made, old, new):
    after = made.with_move(old, new)
    assert after.resolve(old) == new
    assert after.resolve(new) == new
    assert not {old, new} & after.withdrawn.keys()
    assert after.with_move(old, new) == after


@given(MADE, SLUGS)
def test_what_is_taken_down_or_published_again_is_no_longer_what_it_was(made, slug):
    left = Withdrawn("Falls", DAY, "A reason.")
    down = made.with_withdrawn(slug, left)
    assert down.withdrawn[slug] == left
    assert down.resolve(slug) == slug
    up = down.with_page(slug)
    assert slug not in up.withdrawn
    assert up.resolve(slug) == slug


def test_chains_are_followed():
    made = Addresses().with_move("a", "b").with_move("b", "c")
    assert (made.resolve("a"), made.resolve("b"), made.resolve("c"), made.resolve("x")) == ("c", "c", "c", "x")
    back = made.with_move("c", "a")
    assert (back.resolve("a"), back.resolve("b"), back.resolve("c")) == ("a", "a", "a")


def test_no_file_says_nothing(tmp_path):
    assert addresses.load(tmp_path) == addresses.Loaded()
    assert addresses.load(tmp_path / "nowhere") == addresses.Loaded()


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "moved:\nwithdrawn:\n", "\ufeff", "moved: {}\n", "\r\n"])
def test_an_empty_file_says_nothing(text):
    assert (read(text).addresses, read(text).findings) == (Addresses(), ())


@pytest.mark.parametrize(
    ("text", "line", "code", "said"),
    [
        ("moved: [", 1, "addresses-yaml", "expected"), ("moved:\n  a: b\n  a: c\n", 3, "addresses-yaml", "twice"), ("moved: &a {}\n", 0, "", ""),
        ("moved: {}\n---\nb\n", 2, "addresses-yaml", "---"), ("---\nmoved: {}\n", 0, "", ""), ("- a\n", 1, "addresses-yaml", "fields"),
        ("moved:\n  a: &x b\n  c: *x\n", 2, "addresses-yaml", "anchor"), ("moved: a\n", 1, "addresses-entry", "not read"), ("gone: {}\n", 1, "addresses-entry", "not read"),
        ("moved:\n  a: [b]\n", 2, "addresses-entry", "Write where"), ("moved:\n  a: B!\n", 2, "addresses-entry", "Write where"), ("moved:\n  ../a: b\n", 2, "addresses-entry", "cannot be an address"),
        ("withdrawn:\n  a: gone\n", 2, "addresses-entry", "Give a title"), ("withdrawn:\n  a: {title: A, on: soon}\n", 2, "addresses-entry", "YYYY-MM-DD"),
        ("withdrawn:\n  a: {title: A, on: 2026-11-22, by: me}\n", 2, "addresses-entry", "Give a title"), ("withdrawn:\n  a: {on: 2026-11-22}\n", 2, "addresses-entry", "Give a title"),
    ],
)  # fmt: skip
def test_a_mistake_is_a_finding_at_its_line_and_the_rest_is_read(text, line, code, said):
    loaded = read(text)
    assert [(f.file, f.line, f.code) for f in loaded.findings] == ([("addresses.yaml", line, code)] if code else [])
    assert all(said in f.message for f in loaded.findings)
    if code == "addresses-entry" and text.startswith("withdrawn"):
        assert read(f"{text}moved:\n  x: y\n").addresses.moved == {"x": "y"}


@pytest.mark.parametrize(
    "data", [b"\xff\xfe", b"moved: {}\n" + b"#" * 1_000_000, b"moved:\n" + b" " * 5 + b"[" * 5000, b"a: \x00"]
)
def test_a_broken_file_is_a_finding_and_never_a_crash(tmp_path, data):
    (tmp_path / "addresses.yaml").write_bytes(data)
    loaded = addresses.load(tmp_path)
    assert [f.code for f in loaded.findings] == ["addresses-yaml"]
    assert loaded.broken


def test_a_folder_in_its_place_is_a_finding(tmp_path):
    (tmp_path / "addresses.yaml").mkdir()
    assert [f.code for f in addresses.load(tmp_path).findings] == ["addresses-yaml"]


@given(st.text())
def test_no_text_is_a_crash(text):
    read(text)


def test_a_day_written_with_or_without_quotes():
    for day in ("2026-11-22", "'2026-11-22'", '"2026-11-22"'):
        for key in ("on", "'on'"):
            loaded = read(f"withdrawn:\n  a:\n    title: 2026\n    {key}: {day}\n")
            assert (loaded.findings, loaded.addresses.withdrawn) == ((), {"a": Withdrawn("2026", DAY)})


def test_circles_dead_ends_and_contradictions_are_found():
    text = "moved:\n  a: b\n  b: a\n  old: good\n  older: old\n  lost: nowhere\n  down: gone\n  good: other\nwithdrawn:\n  gone: {title: G, on: 2026-11-22}\n  other: {title: O, on: 2026-11-22}\n"
    found = problems(read(text), {"good", "other"})
    assert [(f.line, f.field, f.code) for f in found] == [
        (2, "moved.a", "addresses-loop"),
        (3, "moved.b", "addresses-loop"),
        (6, "moved.lost", "addresses-target"),
        (8, "moved.good", "addresses-both"),
        (11, "withdrawn.other", "addresses-both"),
    ]
    assert problems(read("moved:\n  old: good\n"), {"good"}) == []
    assert [f.code for f in problems(read("moved:\n  a: a\n"), {"b"})] == ["addresses-loop"]
