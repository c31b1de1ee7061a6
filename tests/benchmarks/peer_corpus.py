"""Makes what both sides of a comparison get: the same public texts and the same questions. Never measures.

A case study has the title, the first sentence as its summary, and the rest as its one section; the peer gets the same words.
"""

import itertools
import json
from dataclasses import dataclass
from pathlib import Path

import indexing

from kb.content.case_study import SUMMARY_WORDS
from kb.content.folder import ContentFolder
from kb.search.corpora import open_corpus

SHARED = Path(__file__).resolve().parents[3] / "shared" / "relevance"
MOST_QUERIES = 320  # so that three measurements and the warm-up share no question: an answer may be remembered
_WARM_UP = 20


@dataclass(frozen=True, slots=True)
class Document:
    """An abstract: its title, its first sentence ("" when that is too long for a summary) and the rest."""

    title: str
    summary: str
    text: str

    def markdown(self) -> str:
        """The file of a case study."""
        summary = f"summary: {json.dumps(self.summary)}\n" if self.summary else ""
        return f"---\ntitle: {json.dumps(self.title)}\n{summary}---\n\n## Abstract\n\n{self.text}\n"

    def plain(self) -> str:
        """The same words as one text."""
        return "\n".join(part for part in (self.title, self.summary, self.text) if part)


def documents(count: int) -> list[Document]:
    """So many abstracts of CISI and PubMedQA, joined from halves when there are no more; no two the same."""
    found = []
    for number, (title, text) in enumerate(itertools.islice(indexing.texts(), count)):
        first, stop, rest = text.partition(". ")
        short = bool(rest.strip()) and len(first.split()) <= SUMMARY_WORDS
        found.append(
            Document(f"{title} {number}"[:200], first.strip() + stop.strip() if short else "", rest if short else text)
        )
    return found


def write(found: list[Document], folder: ContentFolder) -> None:
    """One file of Markdown a document."""
    folder.case_studies.mkdir(parents=True)
    for number, document in enumerate(found):
        (folder.case_studies / f"text-{number:05}.md").write_text(document.markdown(), "utf-8")


def queries(part: int, count: int) -> list[str]:
    """So many questions of PubMedQA (at most 320), others for each part 0, 1, 2."""
    return _questions()[part * count : (part + 1) * count]


def warm_up() -> list[str]:
    """Questions that no part has."""
    return _questions()[-_WARM_UP:]


def _questions() -> list[str]:
    return list(open_corpus(SHARED / "pubmedqa").judged.queries.values())
