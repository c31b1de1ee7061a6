"""What a form says becomes the answer and comes back as it was typed, and two answers come together without a loss."""

from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from kb.content import front_matter
from kb.content.case_study import HEAD_FIELDS
from kb.content.questions import BY_ID, QUESTIONS
from kb.editorial import answers
from kb.web.fields import inputs, keys
from kb.web.forms import Fields
from kb.web.typed_answers import digests, read, shown, together

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
PAGES = [inputs(question) for question in QUESTIONS if inputs(question)]


def sent(asked, answer, line_end="\r\n"):
    """The form that a browser sends for a page that shows this answer."""
    pairs = []
    for one in asked:
        raw = shown(one, answer)
        if one.kind == "picker":
            pairs += [(one.name, id_) for id_ in raw]
        elif one.kind == "month":
            pairs += zip((f"{one.name}-month", f"{one.name}-year"), raw, strict=True)
        elif one.kind == "rows":
            pairs += [
                (f"{one.name}-{n}-{name}", cell.replace("\n", line_end))
                for n, row in enumerate(raw)
                for name, cell in row.items()
            ]
        else:
            pairs.append((one.name, raw.replace("\n", line_end)))
    return Fields(FormData(pairs))


@st.composite
def typed_forms(draw):
    asked = draw(st.sampled_from(PAGES))
    pairs = []
    for one in asked:
        if one.kind == "picker":
            pairs += [(one.name, value) for value in draw(st.lists(TEXT, max_size=3))]
        elif one.kind == "month":
            parts = st.one_of(TEXT, st.sampled_from(["", "4", "04", "13", "April", "2025", "25", "19999"]))
            pairs += [(f"{one.name}-month", draw(parts)), (f"{one.name}-year", draw(parts))]
        elif one.kind == "rows":
            for number in range(draw(st.integers(0, 3))):
                pairs += [(f"{one.name}-{number}-{column.name}", draw(TEXT)) for column in one.columns]
        else:
            pairs.append((one.name, draw(TEXT)))
    return asked, Fields(FormData(pairs))


@given(typed_forms())
def test_an_answer_that_is_shown_and_sent_back_is_the_same(form):
    asked, fields = form
    answer = read(fields, asked, {})
    assert read(sent(asked, answer), asked, answer) == answer
    assert read(sent(asked, answer), asked, {}) == answer
    assert set(answer) <= set(keys(asked))
    assert digests(asked, answer) == digests(asked, read(sent(asked, answer), asked, {}))


def pruned(value):
    if isinstance(value, dict):
        return {key: pruned(item) for key, item in value.items() if item}
    return [pruned(item) for item in value] if isinstance(value, list) else value


@given(typed_forms())
def test_a_file_holds_every_answer_as_it_was_typed(form):
    asked, fields = form
    question = next(question for question in QUESTIONS if inputs(question) == asked)
    answer = read(fields, asked, {})
    file = front_matter.read(answers.text({}, {question.id: answer}))
    for key, value in answer.items():
        if key in HEAD_FIELDS:
            assert file.values[key] == pruned(value)
        else:
            assert value.strip() in file.body or "#" in value or "<!--" in value or "~~~" in value or "```" in value


def page(question):
    return inputs(BY_ID[question])


def test_texts_keep_every_letter_and_line():
    typed = "  First.\r\n\r\n- one\r\n- two\t \r\n\r\n<b>&amp;</b> {{ 7 * 7 }} \U0001f600\r\n"
    answer = read(Fields(FormData([("text-problem", typed)])), page("problem"), {})
    assert answer == {"Problem": typed.replace("\r\n", "\n")}


def test_what_cannot_be_seen_or_stored_is_dropped():
    answer = read(
        Fields(FormData([("title", "Fal\0ls\x07\r\nat night"), ("summary", "a\x0bb")])), page("what-you-improved"), {}
    )
    assert answer == {"title": "Falls at night", "summary": "a\nb"}


def test_months_are_taken_as_people_write_them_and_kept_when_they_are_none():
    def started(month, year):
        fields = Fields(FormData([("started-month", month), ("started-year", year)]))
        return read(fields, page("what-was-done"), {}).get("started")

    assert [started(*typed) for typed in (("4", "2025"), ("04", "2025"), ("Apr", "2025"), ("september", "2024"), ("", "2025"))] == [
        "2025-04", "2025-04", "2025-04", "2024-09", "2025",
    ]  # fmt: skip
    assert started("", "") is None
    assert started("13", "2025") == {"month": "13", "year": "2025"}
    assert started("4", "") == {"month": "4", "year": ""}
    month = next(one for one in page("what-was-done") if one.name == "started")
    assert shown(month, {"started": {"month": "13", "year": "2o25"}}) == ("13", "2o25")
    assert shown(month, {"started": "in spring"}) == ("", "in spring")


def test_a_day_that_a_file_knows_stays_while_its_month_does():
    stored = {"started": "2025-04-17", "stage": "testing"}
    asked = page("what-was-done")
    assert read(sent(asked, stored), asked, stored) == stored
    changed = Fields(FormData([("started-month", "5"), ("started-year", "2025")]))
    assert read(changed, asked, stored)["started"] == "2025-05"


def test_what_a_page_does_not_ask_for_stays():
    stored = {"data": [{"file": "falls.csv", "title": "Falls"}], "Problem": "Old."}
    assert read(Fields(FormData([("text-problem", "New.")])), page("problem"), stored) == {**stored, "Problem": "New."}


def test_choices_stay_in_the_order_they_were_made():
    asked = page("topics-and-methods")
    stored = {"topics": ["safety", "falls"]}
    form = [("topics", "falls"), ("topics", "waits"), ("topics", "safety"), ("topics", "waits"), ("topics", "")]
    assert read(Fields(FormData(form)), asked, stored)["topics"] == ["safety", "falls", "waits"]
    assert "topics" not in read(Fields(FormData([])), asked, stored)


def test_lists_have_one_thing_on_each_line_and_empty_rows_are_none():
    assert read(Fields(FormData([("partners", " A charity \r\n\r\nA council")])), page("who-did-it"), {}) == {
        "partners": ["A charity", "A council"]
    }
    form = [
        ("measures-7-name", " "),
        ("measures-3-name", "Falls"),
        ("measures-3-baseline", "11"),
        ("measures-3-shoe", "x"),
    ]
    assert read(Fields(FormData(form)), page("measures"), {}) == {"measures": [{"name": "Falls", "baseline": "11"}]}


def test_two_answers_come_together_by_what_each_has_changed():
    asked = page("what-you-improved")
    base = {"title": "Falls", "summary": "Old."}
    seen = digests(asked, base)
    mine, theirs = {"title": "Fewer falls", "summary": "Old."}, {"title": "Falls", "summary": "New."}
    assert together(asked, seen, mine, theirs) == ({"title": "Fewer falls", "summary": "New."}, ())
    assert together(asked, seen, base, {"title": "Falls"}) == ({"title": "Falls"}, ())  # they took it out, I left it
    both = {**theirs, "title": "No falls"}
    assert together(asked, seen, mine, both) == ({"title": "Fewer falls", "summary": "New."}, ("title",))
    assert together(asked, seen, both, both) == (both, ())
    assert together(asked, "", mine, base)[1] == ("title",)  # a page that does not say what it began with
    assert together(asked, "x", mine, base)[1] == ("title",)
