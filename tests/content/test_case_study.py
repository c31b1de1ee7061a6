import datetime
import typing

import jsonschema
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from kb.content import case_study, front_matter
from kb.content.case_study import HEAD_FIELDS, CaseStudy, Contact, Involvement, Measure, Source
from kb.errors import CaseStudyInvalid

ODD = st.sampled_from(
    ["no", "1e5", "008", "~", "null", "- a", "{x}", "[y", "&a", "*a", "a: b", "# c", "---", "...", "a\n---\nb", "'", '"', "| x", "%", "é 日本 😀", "x\r\ny"]
)  # fmt: skip
LINES = ODD | st.text(min_size=1, max_size=200).map(str.strip).filter(bool)
MAYBE = st.none() | LINES
IDS = st.lists(LINES.filter(lambda text: len(text) <= 120), max_size=4).map(tuple)
DATES = st.none() | st.dates()
MONTHS = st.none() | st.builds(
    lambda day, size: day.isoformat()[:size],
    st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)),
    st.sampled_from([4, 7, 10]),
)
BODIES = st.lists(
    ODD | st.sampled_from(["", " ", "\t", "    code", "## Results", "\r", "\ufeff", "\x0c", "\u2028"]) | st.text(),
    max_size=6,
).map("\n".join)
NESTED = st.recursive(
    LINES | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LINES, inner, max_size=3),
    max_leaves=5,
)
EXTRAS = st.dictionaries(
    LINES.filter(lambda name: name not in HEAD_FIELDS),
    NESTED.filter(lambda value: value not in (None, "", [])),
    max_size=3,
)


def any_of(alias):
    return st.none() | st.sampled_from(typing.get_args(alias))


MEASURES = st.builds(
    Measure,
    name=LINES,
    kind=any_of(case_study.MeasureKind),
    baseline=MAYBE,
    result=MAYBE,
    unit=MAYBE,
    period=MAYBE,
    direction=any_of(case_study.Direction),
)
CASE_STUDIES = st.builds(
    CaseStudy,
    title=LINES,
    reference=MAYBE,
    kind=st.sampled_from(typing.get_args(case_study.Kind)),
    summary=MAYBE,
    verdict=any_of(case_study.Verdict),
    organisations=IDS,
    partners=IDS,
    topics=IDS,
    stage=st.none() | st.just("tested"),
    started=MONTHS,
    ended=MONTHS,
    involvement=st.none() | st.builds(Involvement, level=any_of(case_study.InvolvementLevel), people=IDS),
    measures=st.lists(MEASURES, max_size=3).map(tuple),
    contact=st.none() | st.builds(Contact, role=MAYBE, email=st.sampled_from([None, "a@b.nhs.uk"])),
    sources=st.lists(
        st.builds(Source, title=LINES, url=st.sampled_from([None, "https://x.org/?a=b#c:d"])), max_size=2
    ).map(tuple),
    published=DATES,
    reviewed=DATES,
    extra=EXTRAS,
    body=BODIES,
    slug=st.sampled_from(["", "leeds"]),
)


@given(CASE_STUDIES)
@example(CaseStudy(title="x", published=(day := datetime.date(2026, 11, 22)), reviewed=day))
@example(CaseStudy(title="x", body="\r\n \n    code\r\n\n"))
@example(CaseStudy(title="x", reference="null", involvement=Involvement(), body="---\n"))
def test_a_case_study_survives_writing_and_reading(made):
    text = made.dump()
    assert CaseStudy.parse(text, made.slug) == made
    assert CaseStudy.parse(text, made.slug).dump() == text


@given(
    st.dictionaries(
        st.sampled_from(HEAD_FIELDS) | LINES,
        NESTED | st.sampled_from(["case-study", "improved", "2024-02", "2024-02-30"]),
    ),
    BODIES,
)
@example(
    {
        "verdict": "great",
        "started": "2020-13",
        "ended": "soon",
        "contact": {"email": "x"},
        "sources": "x",
        "colour": "red",
    },
    "",
)
def test_any_head_is_read_without_loss_and_writing_it_is_stable(values, body):
    parsed = case_study.read(front_matter.write({"title": "x", **values}, body), "x", "x.md")
    assert all(finding.file == "x.md" and finding.message and finding.line >= 1 for finding in parsed.findings)
    assume(parsed.case_study is not None)
    text = parsed.case_study.dump()
    assert CaseStudy.parse(text, "x") == parsed.case_study
    assert CaseStudy.parse(text, "x").dump() == text
    for name, value in values.items():
        if name not in HEAD_FIELDS and value not in (None, "", []):
            assert parsed.case_study.extra[name] == value


@given(st.text())
@example("")
@example("---")
def test_no_text_makes_reading_fail(text):
    parsed = case_study.read(text)
    assert (parsed.case_study is None) == any(
        finding.code.startswith(("front-matter", "title")) for finding in parsed.findings
    )


def test_fields_are_read_and_written_in_their_own_order(good):
    found = CaseStudy.parse(good, "good")
    assert (found.title, found.verdict, found.kind) == ("Fewer missed appointments in Leeds", "improved", "case-study")
    assert (found.partners, found.topics, found.slug) == (("Leeds memory service",), ("missed-appointments",), "good")
    assert [section.heading for section in found.sections] == ["Problem", "What was done", "Results"]
    assert found.dump() == good
    assert (
        CaseStudy(topics=("a",), title="T", extra={"colour": "red"}).dump()
        == "---\ntitle: T\ntopics: [a]\ncolour: red\n---\n"
    )


def test_what_cannot_be_read_is_kept_as_typed_in_the_order_of_the_file():
    text = "---\ntitle: T\nsources: nobody knows\nended: soon\ncolour: red\nverdict: great\npublished: 008\n---\n"
    found = CaseStudy.parse(text)
    assert (found.ended, found.verdict, found.sources, found.published) == (None, None, (), None)
    assert list(found.extra.items()) == [
        ("colour", "red"), ("sources", "nobody knows"), ("ended", "soon"), ("verdict", "great"), ("published", "008"),
    ]  # fmt: skip


def test_empty_fields_are_the_same_as_none():
    text = (
        "---\ntitle: T\nsummary:\nverdict: ~\ntopics: ['', falls, null]\nmeasures: [{}]\nstarted: null\ncolour:\n---\n"
    )
    parsed = case_study.read(text)
    assert parsed.findings == []
    assert parsed.case_study == CaseStudy(title="T", topics=("falls",))


def test_one_word_is_a_list_of_one():
    assert CaseStudy.parse("---\ntitle: T\ntopics: falls\n---\n").topics == ("falls",)


@pytest.mark.parametrize(
    ("started", "ended", "year"),
    [("2019-05", "2021", 2021), ("2019-05-31", None, 2019), (None, "2020-02", 2020), (None, None, None)],
)
def test_the_year_is_that_of_the_end_else_of_the_start(started, ended, year):
    assert CaseStudy(title="T", started=started, ended=ended).year == year


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "There is no title"), ("---\ntitle: x\n", "never ends"), (f"---\ntitle: {'x' * 201}\n---\n", "no title")],
)
def test_a_text_that_is_no_case_study_is_refused_with_its_findings(text, words):
    with pytest.raises(CaseStudyInvalid, match=words) as caught:
        CaseStudy.parse(text)
    assert caught.value.findings
    assert words in str(caught.value.findings[-1])


def test_the_line_of_the_body_is_that_of_its_first_words():
    assert case_study.read("---\ntitle: T\n---\n\n \n# Words\n").body_line == 6
    assert case_study.read("---\ntitle: T\n---\nWords\n").body_line == 4


def test_the_schema_describes_the_head():
    made = case_study.schema()
    validator = jsonschema.Draft202012Validator(made)
    validator.check_schema(made)
    assert tuple(made["properties"]) == HEAD_FIELDS
    assert made["required"] == ["title"]
    assert validator.is_valid(
        {"title": "T", "verdict": "mixed", "started": "2024-02", "measures": [{"name": "n"}], "colour": "red"}
    )
    assert not validator.is_valid({"verdict": "mixed"})
    assert not validator.is_valid({"title": "T", "verdict": "great"})
    assert not validator.is_valid({"title": "T", "started": "20٢٣"})
