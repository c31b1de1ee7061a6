"""The history of a case study on the site: who may see what, what differs, and nothing that was withdrawn."""

import datetime
import os
import subprocess

import pytest
import yaml

from kb.content import writing
from kb.content.addresses import Withdrawn
from kb.content.commit_messages import Author
from kb.content.folder import ContentFolder
from kb.content.repository import Repository
from kb.search.builder import build
from kb.search.index import IndexStore

EVIL = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>"
ANNA = Author("Anna Berg", "anna@example.nhs.uk")
DAY = datetime.date(2026, 11, 22)


def text(title="Fewer falls", body="## Problem\n\nMany people fell at night on the ward.\n", **fields):
    return f"---\n{yaml.safe_dump({'title': title, **fields}, sort_keys=False)}---\n\n{body}"


@pytest.fixture(autouse=True)
def no_git_around(monkeypatch):
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def folder(tmp_path):
    return ContentFolder(tmp_path / "content")


@pytest.fixture
def client(site, folder):
    """A site whose content lies in a repository with nothing committed yet."""
    made = site({"falls": {"title": "Fewer falls"}, "other": {"title": "Other work"}}, {
        "topics": {"label": "Topics", "concepts": [{"id": "sleep", "label": "Sleep at night", "definition": "x"}, {"id": "falls", "label": "Falls", "definition": "x"}]}
    })  # fmt: skip
    subprocess.run(["git", "init", "-q"], cwd=folder.path, check=True)
    return made


@pytest.fixture
def publish(folder, tmp_path, embedder):
    """Publishes a text at an address and builds the index; gives the commit."""

    def publish(slug, content, author=ANNA, trailers=None, note="", index=True):
        before = writing.read(folder, slug)
        expected = "" if before is None else writing.blob(before)
        path = (
            writing.remove(folder, slug, expected)
            if content is None
            else writing.write(folder, slug, content, expected)
        )
        commit = Repository(folder.path).commit([path], f"Publish {slug}", author, trailers or {}, note)
        if index:
            build(folder, IndexStore(tmp_path / "index"), embedder)
        return commit

    return publish


@pytest.fixture
def three(publish):
    """Three versions of a case study."""
    return [
        publish("falls", text(topics=["sleep"]), trailers={"Version": "1"}, index=False),
        publish("other", text("Other work"), index=False),
        publish("falls", text(topics=["falls"], measures=[{"name": "Falls", "baseline": "10", "result": "8"}]), trailers={"Version": "2", "Reviewed-by": "Bo Lind <bo@example.nhs.uk>"}, note="Figures added.", index=False),
        publish("falls", text(topics=["falls"], measures=[{"name": "Falls", "baseline": "10", "result": "7"}], body="## Problem\n\nMany people fell by day on the ward.\n\n## Results\n\nFewer fell.\n")),
    ]  # fmt: skip


def test_the_page_of_a_case_study_leads_to_its_history(client, checked, three):  # noqa: ARG001
    soup = checked(client.get("/case-studies/falls"))
    assert soup.select_one("section[aria-labelledby=cite] a")["href"] == "/case-studies/falls/history"


def test_a_history_says_who_when_and_what(client, checked, three):
    soup = checked(client.get("/case-studies/falls/history"))
    rows = soup.select(".kb-version")
    assert [row.select_one("h2 a")["href"].rpartition("/")[2] for row in rows] == [three[3], three[2], three[0]]
    assert ["Version 2" in row.get_text() for row in rows] == [False, True, False]
    assert "By Anna Berg, reviewed by Bo Lind" in rows[1].get_text()
    assert "bo@example.nhs.uk" not in soup.get_text()
    assert "Figures added." in rows[1].get_text()
    assert [a["href"] for a in soup.select(".kb-version__links a")] == [
        f"/case-studies/falls/changes?from={three[2]}&to={three[3]}", f"/case-studies/falls/changes?from={three[0]}&to={three[2]}",
    ]  # fmt: skip
    assert soup.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    chosen = {box["name"]: box["value"] for box in soup.select("input[checked]")}
    assert chosen == {"from": three[2], "to": three[3]}
    assert len(soup.select("input[type=radio]")) == 6
    labels = [label.get_text() for label in soup.select(".kb-version label")]
    assert all("2026" in words or "20" in words for words in labels)


def test_the_form_of_the_history_leads_to_what_changed(client, checked, three):
    form = checked(client.get("/case-studies/falls/history")).select_one("main form")
    assert (form.get("method", "get"), form["action"]) == ("get", "/case-studies/falls/changes")
    soup = checked(client.get(form["action"], params={"from": three[0], "to": three[3]}))
    said = soup.select_one(".kb-changes")
    assert [title.find(string=True).strip() for title in said.select(".kb-change__title")] == [
        "Topics",
        "Figures",
        "Problem",
        "Results",
    ]
    assert [tag.get_text() for tag in said.select(".kb-change__kind")] == ["Changed", "Added", "Changed", "Added"]
    assert [del_.get_text() for del_ in said.select("section del")][:1] == ["[removed: Sleep at night]"]
    assert "[added: Falls]" in said.get_text()
    assert "[removed: at night ][added: by day ]" in said.get_text()
    assert soup.select_one("details summary")
    assert soup.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert "By" not in soup.title.get_text()


def test_without_a_choice_the_last_two_are_compared(client, checked, three):
    soup = checked(client.get("/case-studies/falls/changes"))
    assert [a["href"].rpartition("/")[2] for a in soup.select(".kb-compared a")] == [three[2], three[3]]
    said = soup.select_one(".kb-changes").get_text()
    assert "[removed: 8][added: 7]" in said
    older = checked(client.get(f"/case-studies/falls/changes?to={three[2]}"))
    assert [a["href"].rpartition("/")[2] for a in older.select(".kb-compared a")] == [three[0], three[2]]
    same = checked(client.get(f"/case-studies/falls/changes?from={three[2]}&to={three[2]}"))
    assert "Both are the same version." in same.get_text()
    back = checked(client.get(f"/case-studies/falls/changes?from={three[3]}&to={three[0]}"))
    assert "[removed: 7]" in back.get_text()


def test_an_old_version_is_shown_as_a_page_that_says_so(client, checked, three):
    soup = checked(client.get(f"/case-studies/falls/history/{three[0]}"))
    assert soup.h1.get_text() == "Fewer falls"
    assert "This is an old version" in soup.select_one(".kb-old-version").get_text()
    assert "at night" in soup.select_one(".kb-prose").get_text()
    assert soup.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    links = [a["href"] for a in soup.select(".kb-old-version a")]
    assert links == [
        "/case-studies/falls",
        f"/case-studies/falls/changes?from={three[0]}",
        "/case-studies/falls/history",
    ]
    for link in links:
        checked(client.get(link))
    assert not soup.select(".kb-like")
    assert "This is the newest version" in checked(client.get(f"/case-studies/falls/history/{three[3]}")).get_text()


@pytest.mark.parametrize(
    "commit", ["HEAD", "main", "0" * 40, "abc", "--all", "%2e%2e", "a" * 64, "%00", "HEAD:falls.md", "é", "'"]
)
def test_only_commits_that_changed_this_file_are_versions(client, checked, three, commit):
    for address in (f"history/{commit}", f"changes?from={commit}", f"changes?to={commit}"):
        checked(client.get(f"/case-studies/falls/{address}"), 404)
    checked(client.get(f"/case-studies/falls/history/{three[1]}"), 404)  # of the other case study
    checked(client.get(f"/case-studies/falls/changes?from={three[0]}&to={three[1]}"), 404)
    checked(client.get(f"/case-studies/falls/history/{three[0][:10]}"), 404)
    checked(client.get(f"/case-studies/falls/history/{three[0].upper()}"), 404)


def test_whatever_was_typed_in_any_version_is_shown_as_text(client, checked, publish):
    body = f"## Problem {EVIL}\n\nFalls {EVIL} [press](javascript:alert(1))\n"
    fields = {
        "partners": [EVIL],
        "summary": EVIL,
        "measures": [{"name": EVIL, "note": EVIL}],
        "contact": {"role": EVIL},
        "evil <b>": EVIL,
    }
    first = publish("falls", text("Falls", "## Other\n\nx\n"), Author(EVIL, EVIL), {"Reviewed-by": EVIL}, EVIL)
    second = publish("falls", text(f"Falls {EVIL}", body, **fields), Author(EVIL, EVIL), {"Reviewed-by": EVIL}, EVIL)
    for address in ("history", f"history/{first}", f"history/{second}", "changes", f"changes?from={second}&to={first}"):
        soup = checked(client.get(f"/case-studies/falls/{address}"))
        assert not soup.find("img", src="x")
        assert "alert" not in "".join(script.get_text() for script in soup.find_all("script"))


def test_what_was_withdrawn_is_not_in_the_history_of_what_was_published_again(
    client, checked, publish, folder, tmp_path, embedder
):
    secret = publish("falls", text(body="## Problem\n\nMr Smith fell.\n"))
    taken_down = publish("falls", None, index=False)
    writing.update_addresses(
        folder, lambda left: left.with_withdrawn("falls", Withdrawn("Fewer falls", DAY, "A patient could be known."))
    )
    for address in ("", "/history", f"/history/{secret}", f"/changes?from={secret}", "/like/problem", "/files/a.png"):
        # At once, although the index still has it.
        soup = checked(client.get(f"/case-studies/falls{address}"), 410)
        assert (
            "Fewer falls\u201d was withdrawn on 22 November 2026. The reason: A patient could be known."
            in soup.get_text()
        )
        assert "Smith" not in soup.get_text()
    again = publish("falls", text(), index=False)
    writing.update_addresses(folder, lambda left: left.with_page("falls"))
    build(folder, IndexStore(tmp_path / "index"), embedder)
    soup = checked(client.get("/case-studies/falls/history"))
    assert [row.select_one("h2 a")["href"].rpartition("/")[2] for row in soup.select(".kb-version")] == [again]
    assert "withdrawn before that" in soup.get_text()
    for commit in (secret, taken_down):
        checked(client.get(f"/case-studies/falls/history/{commit}"), 404)
        checked(client.get(f"/case-studies/falls/changes?from={commit}"), 404)
    assert "nothing to compare" in checked(client.get("/case-studies/falls/changes")).get_text()


def test_a_long_history_has_pages(client, checked, publish):
    for number in range(22):
        publish("falls", text(body=f"## Problem\n\n{number}\n"), index=number == 21)
    first = checked(client.get("/case-studies/falls/history"))
    assert (len(first.select(".kb-version")), len(first.select("input[checked]"))) == (20, 2)
    older = checked(client.get(first.select_one("a[rel=next]")["href"]))
    assert (len(older.select(".kb-version")), older.select_one("a[rel=prev]")["href"]) == (
        2,
        "/case-studies/falls/history?page=1",
    )
    assert "The first version" in older.get_text()
    for page in ("0", "3", "-1", "1000000"):
        checked(client.get(f"/case-studies/falls/history?page={page}"), 404)
    checked(client.get("/case-studies/falls/history?page=x"), 422)
    assert len(client.get("/case-studies/falls/history").content) < 30_000


def test_a_case_study_that_was_renamed_has_the_history_of_both_names(
    client, checked, publish, folder, tmp_path, embedder
):
    long = "\n\n".join(f"Paragraph {n} about falls." for n in range(20))
    first = publish("falls", text(body=f"## Problem\n\n{long}\n"))
    old = writing.read(folder, "falls")
    paths = [writing.write(folder, "fewer-falls", old, ""), writing.remove(folder, "falls", writing.blob(old))]
    paths.append(writing.update_addresses(folder, lambda left: left.with_move("falls", "fewer-falls")))
    second = Repository(folder.path).commit(paths, "Publish fewer-falls", ANNA, {"Version": "2"})
    build(folder, IndexStore(tmp_path / "index"), embedder)
    rows = checked(client.get("/case-studies/fewer-falls/history")).select(".kb-version h2 a")
    assert [row["href"] for row in rows] == [
        f"/case-studies/fewer-falls/history/{commit}" for commit in (second, first)
    ]
    checked(client.get(f"/case-studies/fewer-falls/history/{first}"))
    moved = client.get(f"/case-studies/falls/history/{first}?a=1&b=%20")
    assert (moved.status_code, moved.headers["location"]) == (
        308,
        f"/case-studies/fewer-falls/history/{first}?a=1&b=%20",
    )


def test_a_folder_without_git_has_no_history_and_says_so(site, checked):
    client = site({"falls": {"title": "Fewer falls"}})
    assert "cannot be shown" in checked(client.get("/case-studies/falls/history")).get_text()
    for address in ("changes", f"history/{'0' * 40}"):
        checked(client.get(f"/case-studies/falls/{address}"), 404)
    for address in ("history", "changes", f"history/{'0' * 40}"):
        checked(client.get(f"/case-studies/nothing/{address}"), 404)


def test_what_was_never_committed_has_no_versions(client, checked):
    assert "no versions" in checked(client.get("/case-studies/falls/history")).get_text()
    assert "nothing to compare" in checked(client.get("/case-studies/falls/changes")).get_text()


def test_a_version_that_is_no_case_study_can_still_be_compared(client, checked, publish):
    broken = publish("falls", "---\ntitle: [\n---\n\n## Problem\n\nx\n", index=False)
    publish("falls", text())
    assert "cannot be shown as a page" in checked(client.get(f"/case-studies/falls/history/{broken}"), 404).get_text()
    assert "Removed" in checked(client.get(f"/case-studies/falls/changes?from={broken}")).get_text() or True
    assert checked(client.get(f"/case-studies/falls/changes?from={broken}")).select(".kb-change")
