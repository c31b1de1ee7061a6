"""The wheel alone is enough: built, unpacked and run in an empty folder, it makes a case study, an index and a site."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the contents of a freshly built wheel."""
    made = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(made), str(REPOSITORY)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = made.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(made / "unpacked")
    return made / "unpacked"


def test_the_wheel_has_what_the_site_needs_and_nothing_else(unpacked: Path):
    names = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert {"kb/web/templates/site/home.html", "kb/web/static/css/site.css", "kb/web/static/nhsuk/nhsuk.css"} <= names
    assert {name.split("/")[0] for name in names} - {"kb"} == {
        next(n.split("/")[0] for n in names if ".dist-info" in n)
    }


def test_it_runs_in_an_empty_folder(unpacked: Path, tmp_path: Path):
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    environment.pop("KB_SEARCH_LOG", None)  # as it comes: searches are counted in this folder

    def kb(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kb", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    where = subprocess.run(
        [sys.executable, "-c", "import kb; print(kb.__file__)"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(unpacked))
    nothing = kb("index")
    assert nothing.returncode == 2
    assert "kb new" in nothing.stderr
    assert kb("new", "Fewer falls at night").returncode == 0
    indexed = kb("index")
    assert indexed.returncode == 0, indexed.stderr
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "kb", "serve", "--port", str(port)],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        assert "Fewer falls at night" in _get(f"http://127.0.0.1:{port}/case-studies/fewer-falls-at-night")
        assert "--nhsuk-frontend-version" in _get(f"http://127.0.0.1:{port}/static/nhsuk/nhsuk.css")
        assert "Fewer falls at night" in _get(f"http://127.0.0.1:{port}/search?q=falls")
    finally:
        server.terminate()
        server.wait(timeout=20)  # it finishes what it has begun, the count of the last search too
    counted = kb("searches", "--json")
    assert [search["words"] for search in json.loads(counted.stdout)] == ["falls"]
    assert (tmp_path / "data" / "searches.sqlite").stat().st_mode & 0o777 == 0o600


def _get(address: str) -> str:
    """The page, once the server answers; at most a minute."""
    end = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own server
                return answer.read().decode()
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
