"""Searches random texts for as many seconds as given, then times long ones: `python tests/benchmarks/fuzz_search.py 300`.

The strategies and what is checked are those of tests/search/test_fuzz.py. It stops at the first text that breaks
something, made as short as can be. Then: milliseconds for texts of 1,000 to 20,000 characters; they should double with
the length and not quadruple.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "search"))
import machine
import test_fuzz

from kb.content.folder import ContentFolder
from kb.search import syntax
from kb.search.builder import build
from kb.search.embedders import Embedder
from kb.search.index import Index, IndexStore
from kb.search.lexical import terms
from kb.search.onnx_embedder import embedder_for
from kb.search.query import clean
from kb.search.searcher import Searcher
from kb.search.snippets import highlight
from kb.search.understanding import understand
from kb.settings import Settings

CONTENT = Path(__file__).resolve().parents[2] / "content"
LENGTHS = (1_000, 2_000, 4_000, 8_000, 16_000, 20_000)
TEXTS = {
    "one word repeated": "ED ",
    "one long word": "x",
    "misspelt words, all different": "",
    "quotes and minus signs": ' "a -b" org:"',
    "prefixes": "org:x ",
    "mixed scripts": "falls \u7b49\u5f85 \u0639\u0631\u0628 \u0939\u093f\u0928\u094d\u0926\u0940 \U0001f642 e\u0301 ",
    "Markdown and HTML": "# **bold** <b>x</b> [a](b) | - ",
}


def fuzz(searcher: Searcher, embedder: Embedder, seconds: float) -> int:
    """Checks random texts until the time is up; how many there were."""
    index, count, end = searcher.store.current(), 0, time.monotonic() + seconds
    options = settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    while time.monotonic() < end:

        @seed(random.randrange(2**32))  # noqa: S311 - any will do
        @options
        @given(text=test_fuzz.TYPED, exactly=st.booleans())
        def check(text: str, exactly: bool) -> None:
            nonlocal count
            count += 1
            test_fuzz.check_reading(index, embedder.is_word, clean(text))
            test_fuzz.check_search(searcher, text, exactly)

        check()
    return count


def long_text(name: str, length: int) -> str:
    """A text of one kind, this many characters long."""
    draw = random.Random(length)  # noqa: S311 - the same texts each time
    if name.startswith("misspelt"):
        return " ".join("".join(draw.choices("aeiourstln", k=9)) for _ in range(length // 10))[:length]
    return (TEXTS[name] * length)[:length]


def growth(index: Index, embedder: Embedder) -> None:
    """Prints milliseconds by kind of text and length."""
    works: dict[str, Callable[[str], object]] = {
        "syntax.read": syntax.read,
        "thesaurus.readings": index.thesaurus.readings,
        "understand": lambda text: understand(text, index.thesaurus, index.lexicon, embedder.is_word),
        "lexicon.nearest": lambda text: [index.lexicon.nearest(word) for word in text.split()],
        "highlight": lambda text: highlight(text, set(terms(text[:200]))),
    }
    print(f"\n{'milliseconds by characters':<52}" + "".join(f"{length:>9,}" for length in LENGTHS))
    for kind in TEXTS:
        for name, work in works.items():
            times = []
            for length in LENGTHS:
                text = long_text(kind, length)
                times.append(min(machine.repeat(partial(work, text), 3)))
            print(f"{f'{kind}: {name}':<52}" + "".join(f"{one * 1e3:9.1f}" for one in times))


def main() -> None:
    """Builds an index of the published content, fuzzes it, and measures."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    print(f"# Random searches\n{machine.describe()}\n")
    embedder = embedder_for(Settings())
    with tempfile.TemporaryDirectory() as folder:
        store = IndexStore(Path(folder), embedder.id)
        build(ContentFolder(CONTENT), store, embedder)
        count = fuzz(Searcher(store, embedder), embedder, seconds)
        print(f"{count:,} texts in {seconds:.0f} seconds: each read, understood and answered")
        growth(store.current(), embedder)


if __name__ == "__main__":
    main()
