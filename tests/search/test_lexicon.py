import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.vocabulary import Vocabulary
from kb.errors import IndexDamaged
from kb.search.builder import build
from kb.search.lexical import terms
from kb.search.lexicon import Lexicon, names, words

TEXTS = [
    "Falls on wards for older people: falls, falls.",
    "Waiting lists for therapy. The café on the ward opened.",
    "Restraint on wards fell; children's wards too. Section S136 and A&E.",
    "The ward round started at 9.",
]


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon.of(TEXTS, known=["Clozapine clinic", "PICU", "wards"])


@pytest.mark.parametrize(
    ("word", "holders"),
    [
        ("falls", 1),  # three times in one case study
        ("wards", 2),
        ("ward", 2),  # as written, not its stem
        ("WARD", 2),
        ("café", 1),
        ("cafe", 1),
        ("children's", 1),
        ("children\u2019s", 1),
        ("a&e", 1),
        ("clozapine", 0),
        ("unheard", 0),
        ("9", 0),  # one character is no word
        ("", 0),
    ],
)
def test_holders(lexicon, word, holders):
    assert lexicon.holders(word) == holders


def test_words_of_the_vocabulary_are_known_though_no_case_study_holds_them(lexicon):
    assert [word for word in ("clozapine", "Picu", "falls", "unheard", "9", "") if word in lexicon] == [
        "clozapine",
        "Picu",
        "falls",
    ]
    assert 3 not in lexicon


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("clozopine", "clozapine"),
        ("restriant", "restraint"),  # two letters swapped are one slip
        ("Therpy", "therapy"),
        ("watiing", "waiting"),
        ("ward", "ward"),
        ("wadr", "ward"),
        ("estraint", "restraint"),  # the first letter may be wrong too
        ("CAFÉS", "cafe"),
    ],
)
def test_the_nearest_word(lexicon, typed, first):
    found = lexicon.nearest(typed)
    assert found[0][0] == first
    assert (found[0][1] == 1.0) == (first == typed)


@pytest.mark.parametrize(
    "typed", ["", "wrd", "war", "a&e", "s117", "sourdough", "xqzjkvw", "two words", "x" * 61, "\x00"]
)
def test_nothing_is_near_to_a_short_word_a_number_or_rubbish(lexicon, typed):
    assert lexicon.nearest(typed) == []


def test_of_words_alike_the_one_that_more_case_studies_hold_comes_first():
    lexicon = Lexicon.of(["wards", "warms warts", "warms", "harps warps"])
    assert [word for word, _ in lexicon.nearest("waras", limit=9)] == ["warms", "wards", "warps", "warts"]
    assert [word for word, _ in lexicon.nearest("waras", limit=2)] == ["warms", "wards"]


def test_another_first_letter_costs_more():
    lexicon = Lexicon.of(["making making", "making", "barking"])
    assert [word for word, _ in lexicon.nearest("baking")] == ["barking", "making"]
    assert lexicon.nearest("baking", cutoff=0.8) == [("barking", pytest.approx(5 / 6))]


@given(st.text(max_size=70), st.floats(0.5, 1))
def test_any_word_can_be_asked_for(typed, cutoff):
    lexicon = Lexicon.of(TEXTS)
    likeness = [value for _, value in lexicon.nearest(typed, limit=20, cutoff=cutoff)]
    assert likeness == sorted(likeness, reverse=True)
    assert all(cutoff - 1e-6 <= value <= 1 for value in likeness)
    assert lexicon.holders(typed) >= 0
    assert set(lexicon.starting(typed)) <= set(lexicon)


def test_how_words_go_on(lexicon):
    assert lexicon.starting("WAR") == ["ward", "wards"]
    assert lexicon.starting("wa") == ["ward", "wards", "waiting"]
    assert lexicon.starting("wa", limit=1) == ["ward"]
    assert lexicon.starting("cloz") == []  # no case study holds it
    assert lexicon.starting("") == []


def test_saved_and_opened_it_is_the_same(lexicon, tmp_path):
    lexicon.save(tmp_path / "lexicon.json")
    Lexicon.of(reversed(TEXTS), known=["wards", "PICU", "Clozapine clinic"]).save(tmp_path / "again.json")
    assert (tmp_path / "lexicon.json").read_bytes() == (tmp_path / "again.json").read_bytes()
    opened = Lexicon.load(tmp_path / "lexicon.json")
    assert list(opened) == list(lexicon)
    assert [opened.holders(word) for word in opened] == [lexicon.holders(word) for word in lexicon]
    assert len(opened) == len(list(opened))


@pytest.mark.parametrize("content", [None, "", "[]", "{", '{"a": "b"}', '{"a": null}'])
def test_a_broken_file_says_what_to_do(tmp_path, content):
    if content is not None:
        (tmp_path / "lexicon.json").write_text(content)
    with pytest.raises(IndexDamaged, match="kb index"):
        Lexicon.load(tmp_path / "lexicon.json")


def test_an_empty_corpus_has_no_words():
    lexicon = Lexicon.of([])
    assert (len(lexicon), lexicon.nearest("ward"), lexicon.starting("w"), "ward" in lexicon) == (0, [], [], False)


def test_words_are_cut_as_in_the_word_index():
    text = "Café's A&E co-design, 28-day CRISES 🙂"
    assert words(text) == ["cafe's", "a&e", "co", "design", "28", "day", "crises"]
    assert terms(" ".join(words(text))) == terms(text)


def test_every_generation_has_the_words_of_its_case_studies_and_its_vocabulary(folder, store, quick):
    build(folder, store, quick)
    index = store.current()
    assert index.lexicon.holders("footwear") == 1
    assert index.lexicon.holders("weekly") == 1
    assert ("tumbles" in index.lexicon, index.lexicon.holders("tumbles")) == (True, 0)  # a replaced topic's label
    known = {word for name in names(Vocabulary.load(folder.vocabulary)) for word in words(name) if len(word) > 1}
    assert [word for word in known if word not in index.lexicon] == []
