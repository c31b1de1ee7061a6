"""What changed between two texts: nothing lost, nothing made up, readable, and in bounded time."""

import itertools
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.content.text_changes import Effort, blocks, lines, opcodes, pieces

WORDS = st.sampled_from(["a", "b", "the", "ward", "falls", "\n", "\n\n", " ", "- x", "## y", "\t", "é", "<b>"])
TEXTS = st.lists(WORDS, max_size=40).map(" ".join) | st.text(max_size=60)


def side(found, kind):
    """The words of one of the two texts."""
    return "".join(f"{piece.text} " for piece in found if piece.kind in ("same", kind)).split()


@given(TEXTS, TEXTS)
def test_pieces_have_every_word_of_both_texts_in_order(old, new):
    found = pieces(old, new, Effort())
    assert side(found, "removed") == old.split()
    assert side(found, "added") == new.split()
    assert all(one.kind != other.kind for one, other in itertools.pairwise(found))


@given(TEXTS, TEXTS)
@example("a\n\nb", "b\n\na")
def test_blocks_have_every_word_of_both_texts_in_order(old, new):
    found = blocks(old, new, Effort())
    all_pieces = [piece for block in found for piece in block.pieces]
    assert side(all_pieces, "removed") == old.split()
    assert side(all_pieces, "added") == new.split()
    for block in found:
        kinds = {piece.kind for piece in block.pieces}
        assert kinds == {block.kind} if block.kind != "changed" else kinds & {"added", "removed"}
    assert {block.kind for block in blocks(new, new, Effort())} <= {"same"}


@given(TEXTS, TEXTS)
def test_lines_have_their_numbers_and_every_change(old, new):
    before, after = old.splitlines(), new.splitlines()
    groups = lines(old, new, Effort())
    shown = [line for group in groups for line in group]
    for line in shown:
        assert line.kind == "added" or before[line.before - 1] == line.text
        assert line.kind == "removed" or after[line.after - 1] == line.text
    assert [line.before for line in shown if line.before] == sorted({line.before for line in shown if line.before})
    assert [line.after for line in shown if line.after] == sorted({line.after for line in shown if line.after})
    removed, added = (
        {getattr(line, side) for line in shown if line.kind == kind}
        for kind, side in (("removed", "before"), ("added", "after"))
    )
    assert [text for n, text in enumerate(before, 1) if n not in removed] == [
        text for n, text in enumerate(after, 1) if n not in added
    ]
    assert bool(groups) == (before != after)


@given(
    st.lists(st.integers(0, 3), max_size=20), st.lists(st.integers(0, 3), max_size=20), st.sampled_from([0, 5, 1000])
)
def test_opcodes_lead_from_one_to_the_other_whatever_may_be_spent(old, new, pairs):
    made, at = [], (0, 0)
    for tag, a, b, c, d in opcodes(old, new, Effort(pairs)):
        assert (a, c) == at
        at = (b, d)
        made += old[a:b] if tag == "equal" else new[c:d]
    assert at == (len(old), len(new))
    assert made == new


def shown(found):
    return "".join({"same": "{}", "added": "+{}+", "removed": "-{}-"}[piece.kind].format(piece.text) for piece in found)


@pytest.mark.parametrize(
    ("old", "new", "seen"),
    [
        ("Falls fell by 8%.", "Falls fell by 9%.", "Falls fell by -8%.-+9%.+"),
        ("one two three", "one three", "one -two -three"),
        ("", "new", "+new+"),
        ("a  b", "a b", "a b"),  # white space alone is no change of words
        ("red the blue here", "green the brown here", "-red the blue -+green the brown +here"),
        (
            "we asked staff and families",
            "we asked many staff and all families",
            "we asked +many +staff and +all +families",
        ),
    ],
)
def test_words(old, new, seen):
    assert shown(pieces(old, new, Effort())) == seen


def test_a_paragraph_is_compared_with_the_one_it_was_made_of():
    old = "The ward had many falls in winter.\n\nStaff counted them each week.\n\nNothing else changed."
    new = "A new first paragraph about the aim.\n\nStaff counted them each day.\n\nNothing else changed.\n\nThe end."
    assert [(block.kind, shown(block.pieces)) for block in blocks(old, new, Effort())] == [
        ("removed", "-The ward had many falls in winter.-"),
        ("added", "+A new first paragraph about the aim.+"),
        ("changed", "Staff counted them each -week.-+day.+"),
        ("same", "Nothing else changed."),
        ("added", "+The end.+"),
    ]


def test_lines_around_a_change_are_shown_and_others_are_not():
    old = "\n".join(f"line {n}" for n in range(1, 31))
    new = old.replace("line 10\n", "line ten\n").replace("line 14\n", "").replace("line 30", "line 30\nline 31")
    first, second = lines(old, new, Effort())
    assert [(line.kind, line.before, line.after) for line in first] == [
        ("same", 7, 7), ("same", 8, 8), ("same", 9, 9), ("removed", 10, 0), ("added", 0, 10), ("same", 11, 11), ("same", 12, 12), ("same", 13, 13),
        ("removed", 14, 0), ("same", 15, 14), ("same", 16, 15), ("same", 17, 16),
    ]  # fmt: skip
    assert [(line.kind, line.before, line.after) for line in second] == [
        ("same", 28, 27),
        ("same", 29, 28),
        ("same", 30, 29),
        ("added", 0, 30),
    ]


@pytest.mark.parametrize("unit", [" ", "\n", "\n\n"])
@pytest.mark.usefixtures("never_hangs")
def test_texts_made_to_keep_it_busy_do_not(unit):
    chance = random.Random(1)  # noqa: S311 - the same words every time
    old, new = (unit.join(chance.choice("ab") for _ in range(30_000)) for _ in range(2))
    effort = Effort()
    assert blocks(old, new, effort)
    assert lines(old, new, effort)


def test_ten_thousand_words_of_english_are_compared_word_by_word():
    chance = random.Random(1)  # noqa: S311 - the same words every time
    words = ["".join(chance.choices("abcdefghij", k=chance.randint(1, 8))) for _ in range(3000)]
    weights = [1 / (n + 1) for n in range(3000)]
    old = [" ".join(chance.choices(words, weights, k=100)) for _ in range(100)]
    new = [text if n % 3 else text.replace(" ", " new ", 1) for n, text in enumerate(old)]
    found = blocks("\n\n".join(old), "\n\n".join(new), Effort())
    assert sum(block.kind == "changed" for block in found) == 34
    assert sum(piece.kind == "added" for block in found for piece in block.pieces) == 34
    assert not any(piece.kind == "removed" for block in found for piece in block.pieces)
