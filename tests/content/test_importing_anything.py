"""Whatever document comes, no word of it is lost, and what cannot be read is refused in a sentence."""

import random
import re
from collections import Counter

from docx import Document
from docx.shared import Pt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.content import importing
from kb.content.heading_words import meaning
from kb.content.vocabulary import Vocabulary
from kb.errors import DocumentUnreadable
from tests.content import word_files
from tests.content.test_documents import changed
from tests.content.word_making import link, saved, table

WORDS = st.lists(
    st.sampled_from(
        ["alpha", "beta", "*gamma*", "#delta", "1.", "-", "<eta>", "[theta]", "iota_kappa", "|", "\\mu", "&", "nu's", "22%", "\u2022", "A&E:", "Aim", "Results"]
    ),
    min_size=1, max_size=6,
).map(" ".join)  # fmt: skip
PARTS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["heading1", "heading2", "heading3", "bold", "plain", "bullet", "number", "deep", "title", "link", "large"]), WORDS),
        st.tuples(st.just("table"), st.lists(st.lists(WORDS, min_size=2, max_size=2), min_size=1, max_size=3)),
        st.tuples(st.sampled_from(["heading1", "bold", "plain"]), st.sampled_from(["Aim", "Results", "What we did", "Problem", "Our team", "Abstract"])),
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip
STYLES = {
    "heading1": "Heading 1",
    "heading2": "Heading 2",
    "heading3": "Heading 3",
    "bullet": "List Bullet",
    "number": "List Number",
    "deep": "List Bullet 2",
    "title": "Title",
}


def written(parts: list) -> tuple[bytes, list[str]]:
    """A Word file of these parts, and all its texts but headings that only name a section."""
    file, texts = Document(), list[str]()
    for kind, told in parts:
        if kind == "table":
            table(file, told)
            texts += [cell for row in told for cell in row]
            continue
        if kind == "link":
            link(file.add_paragraph(), told.replace("&", "&amp;").replace("<", "&lt;"), "https://x.uk")
        else:
            run = file.add_paragraph(style=STYLES.get(kind)).add_run(told)
            run.bold = kind == "bold" or None
            run.font.size = Pt(20) if kind == "large" else None
        texts.append(told)
    return saved(file), texts


def letters(text: str) -> Counter[str]:
    return Counter(re.findall(r"[A-Za-z]{2,}", text))


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(PARTS)
def test_no_word_of_a_document_is_lost(parts):
    data, texts = written(parts)
    # A heading that says no more than the name of its section is replaced by it; "Aim:" before a text is one, too.
    exact = [
        words for text in texts for words in (text, text.partition(":")[0]) if (found := meaning(words)) and found.exact
    ]
    expected = letters(" ".join(texts)) - letters(" ".join(exact))
    try:
        found = importing.read(data, "x.docx", Vocabulary())
    except DocumentUnreadable:
        assert not expected
        return
    kept = " ".join(
        [
            found.title,
            *(word for part in found.unplaced for word in (part.heading, part.text)),
            *found.sections.values(),
        ]
    )
    assert not expected - letters(kept), expected - letters(kept)
    body = importing.to_case_study(found).body
    assert not expected - letters(f"{found.title} {body}")


def outcome(data: bytes, name: str) -> str:
    """The case study that was made of a file, or what to do about one that cannot be read."""
    try:
        found = importing.read(data, name, Vocabulary())
    except DocumentUnreadable as error:
        return error.cure if error.message.startswith(f"{name}: ") else ""
    return importing.to_case_study(found, found.offers).dump()


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**32),
    kind=st.sampled_from(["bytes", "cut", "xml"]),
    name=st.sampled_from(["report", "poster", "form"]),
)
def test_a_good_file_that_was_changed_is_read_or_refused_in_a_sentence(seed, kind, name):
    data = changed(ORIGINALS[name], random.Random(seed), kind)  # noqa: S311
    assert outcome(data, "x.docx")


ORIGINALS = {name: word_files.ALL[name]() for name in ("report", "poster", "form")}


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    assert outcome(data, "x.md")
