"""Owns public test collections: documents made into an index of their own, so that search is measured on them as on ours.

Never touches the index of the site.
"""

import hashlib
import re
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from kb.content.folder import ContentFolder
from kb.errors import EvaluationError
from kb.search.builder import build
from kb.search.embedders import Embedder
from kb.search.embedding import Report
from kb.search.index import IndexStore
from kb.search.judged import Judged, read, read_documents
from kb.search.query import clean
from kb.search.searcher import Searcher

_MARKS: Final = re.compile(r"([\\`*_\[\]<>&#|~$])")  # what Markdown would read as more than a letter
_LIST: Final = re.compile(r"^(\s*)(\d+)([.)])|^(\s*)([-+=])")  # what it reads as a list or a line under a heading
_TITLE_WORDS: Final = 12  # that stand for a missing title
_TITLE: Final = 200  # characters of the longest


@dataclass(frozen=True, slots=True)
class Corpus:
    """A collection in the BEIR layout: its name, documents and judged queries."""

    name: str
    documents: Path
    judged: Judged

    def searcher(self, cache: Path, embedder: Embedder, report: Report = lambda *_: None) -> Searcher:
        """A searcher over an index of these documents below `cache`: made once, brought up to date after that.

        Raises:
            EvaluationError: the documents cannot be read, or the folder cannot be written.
            EmbedderUnavailable: the model cannot be loaded.
        """
        documents = read_documents(self.documents)
        digest = hashlib.sha256(repr(documents).encode()).hexdigest()[:12]
        folder = cache / f"{self.documents.parent.name}-{digest}"
        try:
            if not (folder / "content").is_dir():
                _write(documents, folder)
        except OSError as error:
            raise EvaluationError(
                f"The folder {cache} cannot be written: {error.strerror or error}.", "Give another with --cache."
            ) from None
        store = IndexStore(folder / "index", embedder.id)
        build(ContentFolder(folder / "content"), store, embedder, report, wait=600)
        return Searcher(store, embedder)


def open_corpus(folder: Path) -> Corpus:
    """The collection in a folder with corpus.jsonl, queries.jsonl, and qrels.tsv or qrels/test.tsv.

    Raises:
        EvaluationError: a file is missing or cannot be read.
    """
    qrels = next((path for path in (folder / "qrels.tsv", folder / "qrels" / "test.tsv") if path.is_file()), None)
    if qrels is None or not (folder / "corpus.jsonl").is_file() or not (folder / "queries.jsonl").is_file():
        raise EvaluationError(
            f"{folder} is not a test collection.", "It needs the files corpus.jsonl, queries.jsonl and qrels.tsv."
        )
    return Corpus(folder.resolve().name, folder.resolve() / "corpus.jsonl", read(folder / "queries.jsonl", qrels))


def _write(documents: list[tuple[str, str, str]], folder: Path) -> None:
    """One case study a document, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f".content-{uuid.uuid4().hex[:8]}"
    try:
        (made / "case_studies").mkdir(parents=True)
        for number, (name, title, text) in enumerate(documents, 1):
            words = clean(title) or " ".join(clean(text).split()[:_TITLE_WORDS]) or name
            head = yaml.safe_dump({"title": words[:_TITLE], "reference": name}, allow_unicode=True, width=1_000)
            body = "\n".join(_plain(clean(line)) for line in text.splitlines())
            path = made / "case_studies" / f"document-{number:06}.md"
            path.write_text(f"---\n{head}---\n\n## Abstract\n\n{body}\n", "utf-8")
        made.replace(folder / "content")
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _plain(line: str) -> str:
    """The line so that Markdown shows it as it is."""
    return _LIST.sub(
        lambda found: f"{found[1]}{found[2]}\\{found[3]}" if found[2] else f"{found[4]}\\{found[5]}",
        _MARKS.sub(r"\\\1", line),
    )
