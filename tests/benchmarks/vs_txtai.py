"""Measures this project beside txtai in one run: `python tests/benchmarks/vs_txtai.py`. Prints, never asserts.

Same model, same texts, same questions in the same order, turn and turn about, one client, both warm. txtai searches by
words and meaning, as ours does; ours also corrects, widens, judges, cuts passages and counts facets, and has to be asked
over HTTP where the row says so. Questions differ from row to row, because ours remembers those it was asked.

Threads of PyTorch that wait for each other sleep here: by default they spin, and beside any other work a search of txtai
then takes ten times as long, which tells of the machine. OMP_WAIT_POLICY=active in the environment brings that back.
"""

import argparse
import http.client
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote_plus

sys.path.insert(0, str(Path(__file__).resolve().parent))
os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read when the first of the libraries below is loaded
import machine
import peer_corpus
import peer_start
import peer_table
import peer_txtai
import uvicorn
from fastapi import FastAPI

from kb.content.folder import ContentFolder
from kb.search.builder import build
from kb.search.query import Query
from kb.serve_command import listen
from kb.settings import Settings, load
from kb.web.app import create_app

PARTS = ("query", "html", "indexing", "start")
PEER = "txtai"
PAUSE = 0.01  # seconds before each turn: threads of the other side still spin for work when theirs is done


def main() -> None:
    """Makes both indexes, then prints a table for each part asked for."""
    chosen = arguments()
    peer = f"txtai {peer_txtai.version()}"
    if not peer_corpus.SHARED.is_dir():
        sys.exit(f"The public test collections are not at {peer_corpus.SHARED}.")
    documents = peer_corpus.documents(chosen.documents)
    print(
        f"# Beside {peer}, {len(documents):,} documents made from CISI and PubMedQA, all-MiniLM-L6-v2\n"
        f"{machine.describe()}, load at the start {_load()}, "
        f"threads wait {os.environ['OMP_WAIT_POLICY']}",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as temporary:
        kept = chosen.keep or Path(temporary)
        folder = kept.resolve() / str(chosen.documents)
        os.environ.update(  # for `kb serve` too
            KB_MODELS=str(kept.resolve() / "models"),
            KB_SEARCH_LOG=f"{temporary}/searches.sqlite",
            KB_DATABASE_URL=f"sqlite:///{temporary}/exchange.sqlite",
        )
        settings = load(content=folder / "content", index=folder / "index")
        if not settings.content.is_dir():
            peer_corpus.write(documents, ContentFolder(settings.content))
        app = create_app(settings)
        index(app, documents, folder / PEER, "indexing" in chosen.only)
        if {"query", "html"} & set(chosen.only):
            ask(app, folder / PEER, chosen)
        if "start" in chosen.only:
            start(settings, folder / PEER, chosen.starts)


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--documents", type=int, default=5_000, help="how many (5,000)")
    parser.add_argument(
        "--queries", type=int, default=200, help=f"how many for each row (200, at most {peer_corpus.MOST_QUERIES})"
    )
    parser.add_argument("--starts", type=int, default=5, help="how many of each side (5)")
    parser.add_argument("--only", default=",".join(PARTS), help=f"parts, with commas between: {','.join(PARTS)}")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the indexes for the next run")
    chosen = parser.parse_args()
    chosen.only = chosen.only.split(",")
    if unknown := set(chosen.only) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; the parts are {', '.join(PARTS)}")
    if not 1 <= chosen.queries <= peer_corpus.MOST_QUERIES:
        parser.error(f"--queries takes 1 to {peer_corpus.MOST_QUERIES}")
    return chosen


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def index(app: FastAPI, documents: list[peer_corpus.Document], saved: Path, measured: bool) -> None:
    """Both indexes: from nothing and with a table when that is measured, else only what is missing."""
    settings: Settings = app.state.settings
    if measured:
        shutil.rmtree(settings.index, ignore_errors=True)
        shutil.rmtree(saved, ignore_errors=True)
    app.state.embedder.encode(["warm up"])  # loads the model, and the first time writes it down
    ours: list[float] = []
    theirs: list[float] = []
    with machine.timed(ours):
        built = build(ContentFolder(settings.content), app.state.searcher.store, app.state.embedder)
    if not saved.is_dir():
        texts = [document.plain() for document in documents]
        embeddings = peer_txtai.fresh()
        with machine.timed(theirs):
            embeddings.index(texts)
            embeddings.save(str(saved))
        embeddings.close()
    if measured:
        print(
            f"\nIndexing with the model loaded: files of Markdown to an index that is served ({built.case_studies:,} case "
            f"studies, {built.passages:,} passages); {PEER}: texts in memory to a saved index"
        )
        print(peer_table.heading("from nothing, once", PEER))
        print(peer_table.figure("seconds", ours[0], theirs[0]))
        print(peer_table.figure("documents a second", len(documents) / ours[0], len(documents) / theirs[0]), flush=True)


def ask(app: FastAPI, saved: Path, chosen: argparse.Namespace) -> None:
    """The rows of one question after another: ours behind a real server in this process, theirs in a process of its own."""

    def searcher(question: str) -> object:
        return app.state.searcher.search(Query(question, limit=peer_txtai.HITS))

    with served(app) as get, peer_txtai.Process(saved) as theirs:
        rows: list[tuple[str, str, Callable[[str], object]]] = [
            ("query", "Searcher.search(), in the process", searcher),
            ("query", "GET /api/v1/search?q=…", lambda q: get(f"/api/v1/search?limit={peer_txtai.HITS}&q={quote_plus(q)}")),
            ("html", "GET /search?q=… (page of results in HTML)", lambda q: get(f"/search?q={quote_plus(q)}")),
        ]  # fmt: skip
        print(
            f"\nOne question, {chosen.queries} different ones a row; {PEER}: Embeddings.search(), hybrid, in the process"
        )
        print(peer_table.times_heading(PEER))
        for number, (part, name, ours) in enumerate(rows):
            if part in chosen.only:
                alternate(ours, theirs, peer_corpus.warm_up())
                times = alternate(ours, theirs, peer_corpus.queries(number, chosen.queries))
                print(peer_table.times(name, *times), flush=True)


def alternate(
    ours: Callable[[str], object], theirs: peer_txtai.Process, questions: list[str]
) -> tuple[list[float], list[float]]:
    """Seconds of each side for each question. Who comes first changes from question to question."""
    our_times: list[float] = []
    their_times: list[float] = []
    for number, question in enumerate(questions):
        for our_turn in (True, False) if number % 2 == 0 else (False, True):
            time.sleep(PAUSE)
            if our_turn:
                with machine.timed(our_times):
                    ours(question)
            else:
                their_times.append(theirs.search(question))
    return our_times, their_times


@contextmanager
def served(app: FastAPI) -> Iterator[Callable[[str], bytes]]:
    """What gets a page of the app, from a server on a free port in a thread of this process."""
    listening = listen("127.0.0.1", 0)
    # The connection outlasts the peer's turns, however long: while txtai loads its model the usual five seconds go by.
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False, timeout_keep_alive=600))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    connection = http.client.HTTPConnection("127.0.0.1", listening.getsockname()[1])

    def get(address: str) -> bytes:
        connection.request("GET", address)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{address} was answered with {answer.status}: {body[:200]!r}")
        return body

    try:
        yield get
    finally:
        connection.close()
        server.should_exit = True
        thread.join()


def start(settings: Settings, saved: Path, times: int) -> None:
    """The table of starting. One start of each comes first and is not counted: it brings the files into memory."""
    question = peer_corpus.warm_up()[0]
    found: dict[str, list[peer_start.Start]] = {"ours": [], PEER: []}
    for number in range(times + 1):
        for side, started in (
            ("ours", peer_start.ours(settings, question)),
            (PEER, peer_start.theirs(saved, question)),
        ):
            if number:
                found[side].append(started)
    print(f"\nFrom starting the process to its first answer, medians of {times}; ours is `kb serve`, asked over HTTP")
    print(peer_table.heading("", PEER))
    for name, measure in (
        ("seconds to an answer (ours: by words, until the model is there)", "any_answer"),
        ("seconds to an answer by words and meaning", "full_answer"),
        ("MB of memory then", "memory"),
    ):
        ours, theirs = (statistics.median(getattr(one, measure) for one in found[side]) for side in ("ours", PEER))
        print(peer_table.figure(name, ours, theirs))


if __name__ == "__main__":
    main()
