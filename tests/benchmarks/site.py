"""Measures the running site over the published content: `python tests/benchmarks/site.py`. Prints, never asserts.

The peer is /healthz of the same server in the same run: what one request costs when the answer costs nothing.
"""

import http.client
import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote_plus

sys.path.insert(0, str(Path(__file__).resolve().parent))
import machine

REPOSITORY = Path(__file__).resolve().parents[2]
KB = [sys.executable, "-m", "kb"]
SUBJECTS = [
    "waits",
    "restraint",
    "falls",
    "missed-appointments",
    "physical-health-checks",
    "out-of-area-beds",
    "self-harm",
    "violence",
    "caseloads",
    "discharge",
    "crisis-care",
    "medication",
]
PLACES = [
    "acute wards",
    "community teams",
    "CAMHS",
    "secure services",
    "older people's services",
    "learning disability services",
    "perinatal teams",
    "primary care",
]
ACTS = ["reducing", "how did others cut", "evidence for improving", "staff struggle with"]
ROUNDS = 200


def main() -> None:
    """Starts the site on a free port, asks it, prints a table."""
    print(f"# Site, published content\n{machine.describe()}\n")
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        index = ["--content", str(REPOSITORY / "content"), "--index", f"{folder}/index"]
        subprocess.run([*KB, "index", *index], check=True, capture_output=True)
        command = [*KB, "serve", *index, "--port", str(port)]
        environment = {**os.environ, "KB_SEARCH_LOG": f"{folder}/searches.sqlite"}
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
        try:
            measure(port)
        finally:
            server.terminate()
            server.wait()
    start = machine.repeat(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True), 10)
    plain = statistics.median(start)
    print(f"\nPeer: python -c pass\n{machine.HEADER}\n{machine.row('python -c pass', start)}")
    print(
        machine.row(
            "kb --help",
            machine.repeat(lambda: subprocess.run([*KB, "--help"], check=True, capture_output=True), 10),
            plain,
        )
    )


def measure(port: int) -> None:
    """Median times and sizes of each kind of page, with distinct queries, one client."""
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def get(path: str) -> bytes:
        connection.request("GET", path)
        return connection.getresponse().read()

    for _ in range(240):
        try:
            if not json.loads(get("/api/v1/search?q=warm+up"))["degraded"]:
                break
        except (OSError, http.client.HTTPException, KeyError):
            connection.close()
        time.sleep(0.25)
    queries = [
        quote_plus(f"{act} {subject} in {place}") for act, subject, place in itertools.product(ACTS, SUBJECTS, PLACES)
    ][:ROUNDS]
    slugs = [path.stem for path in sorted((REPOSITORY / "content" / "case_studies").glob("*.md"))]
    pages = {
        "/search?q=… (distinct queries)": [f"/search?q={query}" for query in queries],
        "/search?q=…&topic=…&verdict=… (filtered)": [
            f"/search?q={query}&topic=access-and-waiting-times&verdict=improved" for query in queries
        ],
        "/api/v1/search?q=… (distinct queries)": [f"/api/v1/search?q={query}+team" for query in queries],
        "/search (everything)": ["/search"] * ROUNDS,
        "/": ["/"] * ROUNDS,
        "/case-studies/… (each once, then again)": [f"/case-studies/{slug}" for slug in slugs * 2],
        "/topics": ["/topics"] * ROUNDS,
        "/topics/access-and-waiting-times": ["/topics/access-and-waiting-times"] * ROUNDS,
        "/organisations": ["/organisations"] * ROUNDS,
        "/organisations/RWK": ["/organisations/RWK"] * ROUNDS,
        "/collaboratives/impact": ["/collaboratives/impact"] * ROUNDS,
        "/about": ["/about"] * ROUNDS,
        "/no-such-page": ["/no-such-page"] * ROUNDS,
    }
    for path in ("/healthz", "/", "/topics"):
        get(path)
    nothing = machine.repeat(lambda: get("/healthz"), ROUNDS)
    peer = statistics.median(nothing)
    print(
        f"Peer: /healthz, {ROUNDS} requests each, one client\n{machine.HEADER}     largest\n{machine.row('/healthz', nothing)}"
    )
    for name, paths in pages.items():
        sizes: list[int] = []
        waiting = iter(paths)
        times = machine.repeat(lambda: sizes.append(len(get(next(waiting)))), len(paths))  # noqa: B023 - used at once
        print(f"{machine.row(name, times, peer)} {max(sizes):>9,} bytes")


if __name__ == "__main__":
    main()
