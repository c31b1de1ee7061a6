"""Owns which searches count in the log of searches: the first page of what somebody typed. Never writes it.

The log is written after the answer was sent, so that no reader waits for it.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import BackgroundTasks, Depends, Request

from kb.editorial.search_log import SearchLog
from kb.search.searcher import Results


def note(log: SearchLog, results: Results) -> None:
    """Counts a search; not its next pages, its words again in another order or exactly, nor filters without words."""
    query = results.query
    again = query.offset > 0 or query.sort != "relevance" or query.exactly
    if not again and results.reading is not None:
        log.add(query.text, results.total, results.verdict, results.filters)


def _noting(request: Request, tasks: BackgroundTasks) -> Callable[[Results], None]:
    log: SearchLog = request.app.state.search_log
    return lambda results: tasks.add_task(note, log, results)


NoteDep = Annotated[Callable[[Results], None], Depends(_noting)]
