"""The pages about the service, and what machines ask of it."""

import re

import pytest

from kb.search.query import Query
from kb.web.site import EXAMPLES


def test_home_has_one_box_examples_topics_and_the_newest(page, published):
    soup = page("/")
    assert soup.h1.get_text() == "What are you trying to improve?"
    assert len(soup.select("input[type=search]")) == 1
    assert [a.get_text() for a in soup.select(".kb-welcome__examples a")] == list(EXAMPLES)
    assert len(soup.select("section[aria-labelledby=newest] h3")) == 6
    newest = published.search(Query(sort="newest", limit=6)).hits
    assert [h3.get_text() for h3 in soup.select("section[aria-labelledby=newest] h3")] == [
        hit.case_study.title for hit in newest
    ]
    topics = soup.select(".kb-topics__item")
    assert len(topics) > 5
    for topic in topics:
        assert re.search(r"\d+ case stud(y|ies)", topic.get_text())
    counts = [int(re.search(r"(\d+) case stud", topic.get_text())[1]) for topic in topics]
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_finds_a_close_match(page, published, example):
    assert published.search(Query(example)).verdict == "strong"
    href = next(a["href"] for a in page("/").select(".kb-welcome__examples a") if a.get_text() == example)
    soup = page(href)
    assert "close to what you asked" in soup.find(id="results").get_text()
    assert soup.find("input", id="q")["value"] == example


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/about", "About this service"),
        ("/accessibility-statement", "Accessibility statement"),
        ("/cookies", "Cookies"),
    ],
)
def test_pages_of_settled_words(page, address, heading):
    soup = page(address)
    assert soup.h1.get_text() == heading
    assert any(a["href"] == address for a in soup.select("footer a"))


def test_about_counts_what_is_there(page, published):
    total = published.store.current().manifest.case_studies
    assert f"It holds {total} case studies, all of them signposts." in page("/about").get_text()


def test_the_page_you_are_on_is_marked_in_the_menu(page):
    marked = page("/topics").select("header nav [aria-current]")
    assert [(a["href"], a["aria-current"]) for a in marked] == [("/topics", "page")]
    marked = page("/topics/restrictive-practice").select("header nav [aria-current]")
    assert [(a["href"], a["aria-current"]) for a in marked] == [("/topics", "true")]


def test_health_and_readiness(client, published):
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    manifest = published.store.current().manifest
    assert ready.keys() == {"status", "generation", "built", "case_studies", "passages", "model", "findings"}
    assert (ready["status"], ready["generation"], ready["findings"]) == ("ready", manifest.generation, [])
    assert (ready["case_studies"], ready["passages"]) == (manifest.case_studies, manifest.passages)


def test_every_address_in_the_sitemap_is_there(client, published):
    response = client.get("/sitemap.xml")
    assert response.headers["content-type"].startswith("application/xml")
    addresses = re.findall(r"<loc>http://testserver(/[^<]*)</loc>", response.text)
    assert len(addresses) == len(set(addresses)) == response.text.count("<loc>") > 200
    slugs = published.store.current().catalogue.slugs()
    assert {f"/case-studies/{slug}" for slug in slugs} <= set(addresses)
    assert [(address, status) for address in addresses if (status := client.get(address).status_code) != 200] == []


def test_robots_are_kept_from_endless_results(client):
    lines = client.get("/robots.txt").text.splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /search", "Sitemap: http://testserver/sitemap.xml"} <= set(lines)
