import inspect
import re

import pytest

from kb import errors
from kb.errors import CaseStudyInvalid, IndexMissing, KbError, QueryError

CLASSES = [found for _, found in inspect.getmembers(errors, inspect.isclass) if found.__module__ == errors.__name__]


def drawn() -> dict[str, str]:
    """Each class in the docstring's tree with the class it hangs on."""
    parents: dict[str, str] = {}
    above: list[str] = []
    for branch, name in re.findall(r"^    ((?:[│ ]   )*(?:[├└]── )?)(\w+)  +\S", inspect.getdoc(errors) or "", re.M):
        depth = len(branch) // 4
        parents[name] = above[depth - 1] if depth else "Exception"
        above[depth:] = [name]
    return parents


def test_the_tree_in_the_docstring_is_that_of_the_classes():
    assert drawn() == {found.__name__: found.__base__.__name__ for found in CLASSES}
    assert len(CLASSES) > 10


def test_every_error_says_what_it_means_and_is_ours():
    assert all(issubclass(found, KbError) for found in CLASSES)
    assert [found.__name__ for found in CLASSES if not (found.__doc__ or "").endswith(".")] == []


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (KbError("It broke."), "It broke."),
        (IndexMissing("There is no index.", "Build it."), "There is no index. Build it."),
        (QueryError({"q": "Too long.", "page": "Too high."}), "Too long. Too high."),
        (CaseStudyInvalid("No title.", ["finding"]), "No title."),
    ],
)
def test_an_error_is_a_sentence_with_its_cure(error, sentence):
    assert str(error) == sentence


def test_errors_carry_what_a_page_needs():
    assert QueryError({"q": "Too long."}).problems == {"q": "Too long."}
    assert CaseStudyInvalid("No title.", ["finding"]).findings == ("finding",)
    assert (IndexMissing("a", "b").message, IndexMissing("a", "b").cure) == ("a", "b")
