"""Measures search with every judged set: `python tests/benchmarks/relevance.py [FOLDER ...]`. Never asserts.

Our own queries over the published content, and public collections: those named (corpus.jsonl, queries.jsonl, qrels.tsv),
else those in ../shared/relevance. Their indexes take minutes the first time; they are kept below the temporary folder.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import machine

REPOSITORY = Path(__file__).resolve().parents[2]
OWN = REPOSITORY / "tests" / "relevance"
SHARED = REPOSITORY.parent / "shared" / "relevance"
KB = (sys.executable, "-m", "kb")


def main() -> None:
    """Brings an index of the content up to date, then prints what `kb evaluate` says."""
    print(f"# Relevance\n{machine.describe()}\n", flush=True)
    cache = Path(tempfile.gettempdir()) / "kb-relevance"
    index = ("--index", str(cache / "index"))
    named = [Path(name) for name in sys.argv[1:]]
    folders = named or sorted(path.parent for path in SHARED.glob("*/corpus.jsonl"))
    subprocess.run([*KB, "index", "--content", str(REPOSITORY / "content"), *index], check=True, capture_output=True)
    corpora = [part for folder in folders for part in ("--corpus", str(folder))]
    own = ("--queries", str(OWN / "staff.tsv"), "--nothing", str(OWN / "nothing.tsv"))
    compared = ("--baseline", str(OWN / "baseline.json"), "--losses", "10", "--cache", str(cache))
    subprocess.run([*KB, "evaluate", *own, *compared, *corpora, *index], check=False)
    if (SHARED / "queries.tsv").is_file():
        print("\n../shared/relevance/queries.tsv", flush=True)
        subprocess.run([*KB, "evaluate", "--queries", str(SHARED / "queries.tsv"), *index], check=False)


if __name__ == "__main__":
    main()
