"""Bringing a draft and a text changed elsewhere together: one-sided changes are taken, the rest is asked."""

from hypothesis import given
from hypothesis import strategies as st

from kb.content.case_study import CaseStudy
from kb.editorial import merging

BASE = CaseStudy(
    title="Fewer falls", summary="Falls fell.", topics=("falls",), body="## Problem\n\nFalls.\n\n## Results\n\nFewer.\n"
)


def changed(**values):
    return BASE.model_copy(update=values).dump()


def test_what_one_side_changed_is_taken():
    ours = changed(summary="Falls fell by half.")
    theirs = changed(topics=("falls", "older-adults"), body="## Problem\n\nFalls.\n\n## Results\n\nFar fewer.\n")
    merged = merging.merge(BASE.dump(), ours, theirs, {})
    assert (merged.summary, merged.topics) == ("Falls fell by half.", ("falls", "older-adults"))
    assert merged.body == "## Problem\n\nFalls.\n\n## Results\n\nFar fewer.\n"


def test_what_both_changed_is_asked_and_both_of_a_section_can_stay():
    ours = changed(title="Far fewer falls", body="## Problem\n\nFalls at night.\n\n## Results\n\nFewer.\n")
    theirs = changed(title="Fewer falls at night", body="## Problem\n\nFalls by day.\n\n## Results\n\nFewer.\n")
    open_ = merging.merge(BASE.dump(), ours, theirs, {})
    assert [(part.key, part.status) for part in open_] == [("field:title", "conflict"), ("section:Problem", "conflict")]
    assert (open_[1].base, open_[1].ours, open_[1].theirs) == ("Falls.", "Falls at night.", "Falls by day.")
    merged = merging.merge(BASE.dump(), ours, theirs, {"field:title": "theirs", "section:Problem": "both"})
    assert merged.title == "Fewer falls at night"
    assert merged.body.startswith("## Problem\n\nFalls at night.\n\nFalls by day.\n")


def test_a_title_cannot_be_both():
    open_ = merging.merge(BASE.dump(), changed(title="A"), changed(title="B"), {"field:title": "both"})
    assert [part.key for part in open_] == ["field:title"]


def test_a_section_that_one_side_deleted_stays_deleted_and_a_new_one_comes():
    ours = changed(body="## Results\n\nFewer.\n")
    theirs = changed(body="## Problem\n\nFalls.\n\n## Results\n\nFewer.\n\n## Spread\n\nTwo wards.\n")
    merged = merging.merge(BASE.dump(), ours, theirs, {})
    assert merged.body == "## Results\n\nFewer.\n\n## Spread\n\nTwo wards.\n"


def test_another_layout_of_the_same_head_is_no_difference():
    theirs = BASE.dump().replace("topics: [falls]", "topics:\n  - falls")
    assert theirs != BASE.dump()
    assert {part.status for part in merging.parts(BASE.dump(), BASE.dump(), theirs)} == {"same"}


TEXTS = st.sampled_from(["", "Falls.", "Falls at night.", "Many falls."])


@given(st.lists(TEXTS, min_size=9, max_size=9), st.sampled_from(["ours", "theirs", "both"]))
def test_any_three_texts_merge_to_words_that_one_of_them_had(texts, choice):
    names = ("Problem", "Aim", "Results")
    bodies = [
        "".join(f"## {name}\n\n{text}\n\n" for name, text in zip(names, texts[n : n + 3], strict=True) if text)
        for n in (0, 3, 6)
    ]
    base, ours, theirs = (changed(body=body) for body in bodies)
    choices = {part.key: choice for part in merging.parts(base, ours, theirs)}
    merged = merging.merge(base, ours, theirs, choices)
    assert isinstance(merged, CaseStudy)
    for part in merging.parts(base, ours, theirs):
        if part.status == "conflict" and choice in ("ours", "theirs"):
            wanted = getattr(part, choice)
            assert wanted in merged.body
    assert merging.merge(ours, ours, ours, {}) == CaseStudy.parse(ours)
