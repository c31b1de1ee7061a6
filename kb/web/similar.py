"""Owns finding published work that is like a draft, for those who write and review it. Never keeps a text: only which case studies were found."""

import hashlib
import threading
from collections import OrderedDict
from typing import Final

from kb.content.case_study import CaseStudy
from kb.errors import NotFound, SearchUnavailable
from kb.search import problem
from kb.search.embedders import Embedder
from kb.search.index import Index
from kb.search.searcher import Searcher
from kb.web.listing import Listed, listed

SHOWN: Final = 3
_KEPT: Final = 200  # answers of a process: the same page is opened several times, and finding takes a second

_Key = tuple[str, str, str]


class Similar:
    """Finds what is like a text, and remembers what it found."""

    def __init__(self, searcher: Searcher, embedder: Embedder) -> None:
        self._searcher, self._embedder = searcher, embedder
        self._lock = threading.Lock()
        self._found: OrderedDict[_Key, tuple[str, ...]] = OrderedDict()

    def to(self, found: CaseStudy, leave_out: str = "") -> tuple[Listed, ...]:
        """The nearest published case studies; none when nothing is close or nothing can be searched.

        Args:
            leave_out: the slug of the published version of the same work.
        """
        try:
            return self.looked_for(found, leave_out)
        except SearchUnavailable:
            return ()

    def looked_for(self, found: CaseStudy, leave_out: str = "") -> tuple[Listed, ...]:
        """The same, for a page that says so when it could not be looked for.

        Raises:
            SearchUnavailable: nothing can be searched at the moment.
        """
        index = self._searcher.store.current()
        try:
            slugs = self._slugs(index, found, leave_out)
            return listed((index.case_study(slug) for slug in slugs), index.vocabulary)
        except NotFound:
            return ()

    def _slugs(self, index: Index, found: CaseStudy, leave_out: str) -> tuple[str, ...]:
        text = "\n\n".join(filter(None, (f"# {found.title}", found.summary, found.body)))
        key = (index.manifest.generation, leave_out, hashlib.sha256(text.encode("utf-8", "replace")).hexdigest())
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        answer = problem.find(index, self._embedder, text, leave_out)
        slugs = tuple(hit.case_study.slug for hit in answer.hits[:SHOWN] if answer.verdict != "none")
        with self._lock:
            self._found[key] = slugs
            while len(self._found) > _KEPT:
                self._found.popitem(last=False)
        return slugs
