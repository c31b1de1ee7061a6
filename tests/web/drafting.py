"""What the tests of beginning, checking and sending a draft share: reading the site's database, and what a page says."""

import re

from kb.editorial import drafts
from kb.editorial.models import Draft

ID = re.compile(r"/drafts/([a-z0-9]{10})(/import)?")


def words(element):
    return " ".join(element.get_text(" ").split())


def begun(site, response):
    """The id of the draft that the answer leads to."""
    assert response.status_code == 303, response.text[:3000]
    found = ID.fullmatch(response.headers["location"])
    assert found, response.headers["location"]
    assert site.row(found[1])
    return found[1]


def opened(site, id_, actor=None):
    with site.publisher.database.reading() as session:
        return drafts.open_(session, actor or site.writer, id_, site.words)


def count(site):
    with site.publisher.database.reading() as session:
        return session.query(Draft).count()


def complaint(soup, field):
    """What the summary and the field both say."""
    link = soup.select_one(f"[role=alert] a[href='#{field}']")
    assert link.get_text() in soup.find(id=f"{field}-error").get_text()
    assert soup.title.get_text().strip().startswith("Error: ")
    return link.get_text()


def save(site, actor, id_, question, data):
    with site.publisher.database.writing() as session:
        opened = drafts.open_(session, actor, id_, site.words)
        return drafts.save(session, actor, opened, question, data, opened.answer(question).revision)


def results(site, id_, sentence):
    with site.publisher.database.reading() as session:
        data = drafts.open_(session, site.writer, id_, site.words).answer("results").data
    save(site, site.writer, id_, "results", {**data, "Results": f"{data['Results']} {sentence}".strip()})


def form_of(page):
    """The fields of the form as a browser would send them."""
    found = {}
    for one in page.main.form.select("input[name], textarea[name]"):
        if one.get("type") != "checkbox" or one.has_attr("checked"):
            found[one["name"]] = one["value"] if one.name == "input" else one.get_text().removeprefix("\n")
    return found
