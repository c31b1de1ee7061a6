import pytest

from kb.search.function_words import ASKING_WORDS, FUNCTION_WORDS


@pytest.mark.parametrize("words", [FUNCTION_WORDS, ASKING_WORDS])
def test_the_words_are_as_they_are_looked_up(words):
    assert [word for word in words if word != word.lower() or not word.replace("'", "").isalpha()] == []


@pytest.mark.parametrize(
    "words", ["the of and", "what can we do about it", "don't dont can't cant i'm im what's whats"]
)
def test_words_that_say_nothing_about_a_subject_are_there(words):
    assert set(words.split()) <= FUNCTION_WORDS


@pytest.mark.parametrize("word", ["staff", "ward", "patient", "risk", "need", "no-show", "safe"])
def test_words_that_name_a_subject_are_none(word):
    assert word not in FUNCTION_WORDS


def test_no_word_is_of_both_kinds():
    assert not FUNCTION_WORDS & ASKING_WORDS
