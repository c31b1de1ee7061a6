import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kb import __version__, serve_command
from kb.content.case_study import CaseStudy, schema
from kb.content.markdown import render
from kb.editorial.search_log import SearchLog

REPOSITORY = Path(__file__).resolve().parent.parent
GOOD = "---\ntitle: Fewer falls\nsummary: Falls halved.\n---\n"


pytestmark = pytest.mark.usefixtures("plain")


@pytest.fixture
def content(tmp_path):
    (tmp_path / "content" / "case_studies").mkdir(parents=True)
    (tmp_path / "content" / "case_studies" / "falls.md").write_text(GOOD, "utf-8")
    return tmp_path / "content"


def test_help_names_every_command_of_the_contract(kb):
    code, out, _ = kb("--help")
    assert code == 0
    for command in ("serve", "index", "search", "check", "new", "schema", "evaluate", "searches"):
        assert re.search(rf"\b{command}\b", out)
        assert kb(command, "--help")[0] == 0


def test_version_and_the_way_to_run_it_as_a_module(kb):
    assert kb("--version") == (0, f"{__version__}\n", "")
    done = subprocess.run([sys.executable, "-m", "kb", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == __version__


@pytest.mark.parametrize(
    "arguments", [(), ("nonsense",), ("search",), ("evaluate",), ("search", "x", "--limit", "many")]
)
def test_a_command_that_makes_no_sense_is_exit_2(kb, arguments):
    assert kb(*arguments)[0] == 2


def test_schema_prints_the_json_schema(kb):
    code, out, _ = kb("schema")
    assert (code, json.loads(out)) == (0, json.loads(json.dumps(schema())))


def test_new_writes_a_template_once(kb, content):
    code, out, _ = kb("new", "Safer leave from Ward 5", "--content", content)
    path = content / "case_studies" / "safer-leave-from-ward-5.md"
    assert (code, "kb check" in out, str(path) in out.replace("\n", "")) == (0, True, True)
    assert path.read_text("utf-8").startswith("---")
    code, _, err = kb("new", "Safer leave from Ward 5", "--content", content)
    assert code == 2
    assert err.startswith("Error: There is already a file")


@pytest.mark.parametrize("title", ["", "?!", "日本語"])
def test_new_refuses_a_title_that_gives_no_address(kb, content, title):
    before = sorted(content.rglob("*"))
    code, _, err = kb("new", title, "--content", content)
    assert (code, sorted(content.rglob("*"))) == (2, before)
    assert err.startswith("Error: The title needs a letter")


def test_a_new_template_shows_no_comments_and_says_what_is_empty(kb, content):
    kb("new", "Safer leave", "--content", content)
    text = (content / "case_studies" / "safer-leave.md").read_text("utf-8")
    assert "<!--" in text
    page = render(CaseStudy.parse(text).body)
    assert "!--" not in page.html
    assert all(not section.blocks for section in page.sections)
    _, out, _ = kb("check", "--content", content)
    assert "section-empty" in out


def test_serve_on_a_port_in_use_says_so_before_it_says_that_it_serves(kb, content, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = kb("serve", "--content", content, "--index", tmp_path / "none", "--port", port)
    assert (code, out) == (2, "")
    assert f"cannot listen on 127.0.0.1, port {port}" in err
    assert "--port" in err


def test_serve_with_neither_content_nor_index_does_not_start(kb, tmp_path):
    code, out, err = kb("serve", "--content", tmp_path / "nothing", "--index", tmp_path / "none")
    assert (code, out) == (2, "")
    assert "There is no folder" in err


def test_check_prints_findings_and_exits_1_on_errors(kb, content):
    code, out, _ = kb("check", "--content", content)
    assert (code, out.splitlines()[-1].startswith("1 case study, 0 errors, ")) == (0, True)
    (content / "case_studies" / "bad.md").write_text("---\nsummary: No title\n---\n", "utf-8")
    code, out, _ = kb("check", "--content", content)
    assert code == 1
    assert "case_studies/bad.md" in out
    code, out, _ = kb("check", "--content", content, "--json")
    assert code == 1
    assert {"file", "line", "field", "message"} <= set(json.loads(out)[0])


@pytest.mark.parametrize("command", [("check",), ("index",)])
def test_a_missing_content_folder_is_a_sentence_and_exit_2(kb, tmp_path, command):
    code, out, err = kb(*command, "--content", tmp_path / "nowhere", *(["--index", tmp_path / "index"] * (command == ("index",))))  # fmt: skip
    assert (code, out) == (2, "")
    assert err.startswith("Error: There is no folder")
    assert "--content" in err


def test_search_without_an_index_says_how_to_build_one(kb, tmp_path):
    code, _, err = kb("search", "falls", "--index", tmp_path / "index")
    assert (code, err) == (2, "Error: There is no search index yet. Build it with: kb index\n")


def test_index_search_and_index_again(kb, content, tmp_path):
    places = ("--content", content, "--index", tmp_path / "index")
    code, out, err = kb("index", *places)
    assert code == 0
    assert re.match(r"Built generation-\S+: 1 case study in 1 passage; 1 file read, 1 passage embedded, ", out)
    assert err.splitlines()[0] == "Reading case studies: 1 of 1"  # plain lines where there is no terminal
    code, out, _ = kb("index", *places)
    assert (code, out.startswith("Nothing to do: the index is up to date with 1 case study")) == (0, True)

    (content / "case_studies" / "bad.md").write_text("---\nsummary: No title\n---\n", "utf-8")
    code, out, err = kb("index", *places)
    assert (code, "case_studies/bad.md" in err) == (1, True)
    code, out, err = kb("index", *places, "--json")
    found = json.loads(out)
    assert (code, err, found["changed"], found["case_studies"], len(found["findings"])) == (1, "", False, 1, 1)
    code, out, _ = kb("search", "falls", "--index", tmp_path / "index")
    assert code == 0
    assert "Fewer falls" in out

    code, _, err = kb("search", "falls", "--index", tmp_path / "index", "--model", "/no/such/model")
    assert (code, "made with the model" in err, "kb index" in err) == (2, True, True)
    code, _, err = kb("index", *places, "--model", "/no/such/model")
    assert (code, "KB_MODEL" in err) == (2, True)


def test_search_prints_a_table_and_json(kb, published_index):
    code, out, _ = kb("search", "waits for ADHD assessment", "--index", published_index)
    assert code == 0
    assert "city-hackney-camhs-adhd-pathway" in re.sub(r"\s", "", out)
    assert re.match(r"\d+ case studies", out)
    asked = (
        "search",
        "waits",
        "--filter",
        "verdict=improved",
        "--filter",
        "verdict=mixed",
        "--sort",
        "newest",
        "--limit",
        "3",
    )
    code, out, _ = kb(*asked, "--index", published_index, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["filters"] == {"verdict": ["improved", "mixed"]}
    assert (len(found["hits"]), found["sort"], found["degraded"]) == (3, "newest", False)
    assert {hit["verdict"] for hit in found["hits"]} <= {"improved", "mixed"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("?!",), "no words"),
        (("x" * 501,), "501 characters"),
        (("falls", "--limit", "0"), "whole number from 1 to 100"),
        (("falls", "--sort", "oldest"), "relevance or newest"),
        (("falls", "--filter", "topic=falls-and-fraility"), "Did you mean falls-and-frailty"),
        (("falls", "--filter", "colour=red"), "facet=value"),
        (("falls", "--filter", "verdict"), "facet=value"),
        (("falls", "--filter", "q=other"), "facet=value"),
    ],
)
def test_what_cannot_be_searched_is_a_sentence_and_exit_2(kb, published_index, arguments, said):
    code, out, err = kb("search", *arguments, "--index", published_index)
    assert (code, out) == (2, "")
    assert err.startswith("Error: ")
    assert said in err


def test_search_says_in_a_line_what_it_searched_for(kb, published_index):
    code, out, _ = kb("search", "restrant CMHT -prone", "--index", published_index)
    (line,) = [line for line in out.splitlines() if line.startswith("Searched for: ")]
    assert code == 0
    assert "“restrant” put right to “restraint”; “CMHT” taken as community mental health team; also " in line
    assert line.endswith("; without “prone”")
    _, out, _ = kb("search", "restrant CMHT", "--exactly", "--index", published_index)
    assert "Searched for: exactly as typed\n" in out
    assert kb("search", "restrant", "--exactly", "--json", "--index", published_index)[1].count('"repaired"') == 0


def test_search_says_when_there_is_nothing_like_it(kb, published_index):
    code, out, _ = kb("search", "sourdough starter", "--index", published_index)
    assert (code, out.splitlines()[:2]) == (0, ["Nothing like this yet", "The nearest we have:"])
    assert "Searched for" not in out


@pytest.mark.parametrize(
    "words", ["[bold]falls[/] [link=x]", "'; DROP TABLE case_study; --", "<script>", "falls 😀", ""]
)
def test_any_words_can_be_searched(kb, published_index, words):
    assert kb("search", words, "--index", published_index)[0] == 0


def test_a_setting_that_cannot_work_is_a_sentence(kb, monkeypatch):
    monkeypatch.setenv("KB_PORT", "eighty")
    code, _, err = kb("check")
    assert (code, "KB_PORT" in err) == (2, True)


def test_searches_lists_what_was_not_found_first(kb, tmp_path, monkeypatch):
    monkeypatch.setenv("KB_SEARCH_LOG", str(tmp_path / "searches.sqlite"))
    assert kb("searches") == (0, "No searches are kept for these days.\n", "")
    log = SearchLog(str(tmp_path / "searches.sqlite"), 365)
    for words, found, verdict in (("falls", 9, "strong"), ("falls", 9, "strong"), ("[gambling] clinic", 0, "none")):
        log.add(words, found, verdict, {"setting": ("ward",)})
    log.close()
    code, out, _ = kb("searches")
    rows = [line.split() for line in out.splitlines()[2:] if line.strip()]
    assert code == 0
    assert [row[:4] for row in rows] == [["1", "none", "0", "[gambling]"], ["2", "strong", "9", "falls"]]
    code, out, _ = kb("searches", "--weak", "--days", "1", "--json")
    assert [(search["words"], search["times"]) for search in json.loads(out)] == [("[gambling] clinic", 1)]
    assert kb("searches", "--days", "0")[0] == 2
    monkeypatch.setenv("KB_SEARCH_LOG", "")
    code, _, err = kb("searches")
    assert (code, "KB_SEARCH_LOG" in err) == (2, True)


def test_index_watch_follows_edits_until_it_is_interrupted(content, tmp_path):
    shutil.copy(content / "case_studies" / "falls.md", content / "case_studies" / "again.md")
    command = [sys.executable, "-m", "kb", "index", "--watch", "--content", str(content), "--index", str(tmp_path / "index")]  # fmt: skip
    watching = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - a test that runs in the background may have it ignored
    )  # fmt: skip
    end = threading.Timer(60, watching.kill)  # readline has no time limit of its own
    end.start()
    try:
        assert "2 case studies" in watching.stdout.readline()
        assert watching.stdout.readline().startswith("Watching ")
        (content / "case_studies" / "again.md").unlink()
        assert "1 case study" in watching.stdout.readline()
        (content / "case_studies" / "bad.md").write_text("no title", "utf-8")
        assert "1 case study" in watching.stdout.readline()
        watching.send_signal(signal.SIGINT)
        assert watching.wait(30) == 130
    finally:
        end.cancel()
        watching.kill()
        watching.communicate()


def test_answers_are_sent_at_once():
    """asyncio sets this only on sockets that say they are TCP, which those of create_server do not: 40 ms an answer."""
    with serve_command.listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        connection, _ = listening.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
