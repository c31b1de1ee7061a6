"""A file that somebody brings: everything in it arrives, what is offered is taken when it is ticked, and whatever cannot be read is refused with a sentence."""

import io
import re

import docx as python_docx
import pytest
from PIL import Image

from kb.content.importing import MAX_BYTES
from kb.editorial import imports
from tests.web.drafting import begun, complaint, count, opened, words

EVIL = "<script>alert(1)</script>"
FILE = b"# Safer nights\n\n## Background\n\nPeople fell at night.\n\n## The card\n\nA drawing of a lamp.\n"


def test_a_word_file_becomes_a_draft_with_its_pictures(publishing_site, mine, checked, send):
    made = python_docx.Document()
    made.add_heading("Safer nights", 0)
    made.add_heading("Background", 1)
    made.add_paragraph("People fell at night.")
    made.add_heading("Results", 1)
    picture = io.BytesIO()
    Image.new("RGB", (30, 20), "navy").save(picture, "PNG")
    made.add_picture(io.BytesIO(picture.getvalue()))
    made.add_paragraph("Fewer fell.")
    made.add_heading("The card by the bed", 1)
    made.add_paragraph("A drawing of a lamp.")
    data = io.BytesIO()
    made.save(data)
    response = send(mine, ("Safer nights.docx", data.getvalue()), how="file")
    assert response.headers["location"].endswith("/import")
    id_ = begun(publishing_site, response)
    found = opened(publishing_site, id_)
    assert found.row.title == "Safer nights"
    assert found.answer("problem").data == {"Problem": "People fell at night."}
    assert len(found.files) == 1
    assert f"]({found.files[0].name})" in found.answer("results").data["Results"]
    page = checked(mine.get(response.headers["location"]))
    assert page.h1.get_text() == "What we made of Safer nights.docx"
    assert "1 picture has no alternative text" in words(page.main)
    assert "The card by the bed : A drawing of a lamp." in words(page.main)
    preview = checked(mine.get(f"/drafts/{id_}/preview"))
    assert preview.select_one(".kb-prose img")["src"] == f"/drafts/{id_}/files/{found.files[0].name}"
    assert mine.get(f"/drafts/{id_}/files/{found.files[0].name}").headers["content-type"] == "image/png"
    tasks = words(checked(mine.get(f"/drafts/{id_}")).select_one("#pictures-hint"))
    assert tasks.startswith("Say in words what")


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("a.pdf", b"%PDF-1.7 no", 422), ("a.docx", b"PK\x03\x04 broken", 422), ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", 422),
        ("a.png", b"\x89PNG\r\n\x1a\n", 422), ("<b>a</b>.docx", b"", 422), ("a.md", b"---\ntitle: [\n---\n", 422),
        ("../../a.txt", b"\x00\x01\x02", 422), ("a.txt", b"x" * (MAX_BYTES + 200_000), 413),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_begins_nothing_and_says_what_to_do(
    publishing_site, mine, checked, send, name, data, status
):
    before = count(publishing_site)
    page = checked(send(mine, (name, data), how="file"), status)
    said = complaint(page, "file")
    assert re.search(r"(save|choose|type|make|put|send|copy|take)", said, re.IGNORECASE), said
    assert page.select_one("input[value=file]").has_attr("checked")
    assert not page.select("main b")
    assert "etc" not in said
    assert count(publishing_site) == before


def test_bombs_are_refused(mine, checked, send, docx):
    body = "<w:p><w:r><w:t>" + "a" * 60_000_000 + "</w:t></w:r></w:p>"
    complaint(checked(send(mine, ("bomb.docx", docx(body)), how="file"), 413), "file")
    xml = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>'
    complaint(checked(send(mine, ("entities.docx", docx(xml)), how="file"), 422), "file")


def test_html_in_a_file_stays_text_on_every_page(publishing_site, mine, checked, send):
    text = f"# {EVIL}\n\n## {EVIL} heading\n\n{EVIL}\n\n## Results\n\n{EVIL} and [a link](javascript:alert(1))\n"
    id_ = begun(publishing_site, send(mine, (f"{EVIL}.md", text.encode()), how="file"))
    for address in (
        f"/drafts/{id_}",
        f"/drafts/{id_}/import",
        f"/drafts/{id_}/preview",
        f"/drafts/{id_}/check",
        "/drafts",
        f"/drafts/{id_}/discard",
    ):
        page = checked(mine.get(address))
        assert EVIL in page.get_text(), address
        assert not [script for script in page.find_all("script") if "alert" in script.get_text()], address
        assert not page.find_all("a", href=re.compile("^javascript")), address


def test_our_own_file_fills_its_fields(publishing_site, mine, send, checked):
    text = b"---\ntitle: Safer nights\nverdict: improved\nstarted: 2025-04\n---\n\n## Results\n\nFewer fell.\n"
    response = send(mine, ("safer-nights.md", text), how="file")
    found = opened(publishing_site, begun(publishing_site, response))
    assert found.answer("results").data == {"verdict": "improved", "Results": "Fewer fell."}
    page = checked(mine.get(response.headers["location"]))
    assert page.select_one("a.nhsuk-button")["href"] == f"/drafts/{found.row.id}"


def test_while_others_send_files_nothing_is_begun_and_it_says_so(publishing_site, mine, checked, send):
    uploads = publishing_site.client.app.state.uploads
    uploads._wait = 0.01
    with uploads.turn(), uploads.turn():
        page = checked(send(mine, ("a.md", FILE), how="file"), 503)
    assert complaint(page, "file").startswith("Other people are sending documents")
    assert count(publishing_site) == 0


def test_what_is_offered_is_taken_when_it_is_ticked(publishing_site, mine, checked, send):
    text = b"# Safer nights\n\nTrust: East Trust\n\n## Results\n\n| Measure | Before | After |\n|---|---|---|\n| Falls at night | 11 | 6 |\n"
    response = send(mine, ("a.md", text), how="file")
    id_ = begun(publishing_site, response)
    page = checked(mine.get(response.headers["location"]))
    boxes = {words(item.label): item.input for item in page.select(".kb-offers .nhsuk-checkboxes__item")}
    assert {name for name, box in boxes.items() if box.has_attr("checked")} == {
        "Figures: Falls at night: 11 before, 6 after"
    }  # a row of a table
    assert words(page.select_one(".kb-offers q")) == "East Trust"
    assert f"{len(boxes)} suggestions from a.md wait for you." in words(checked(mine.get(f"/drafts/{id_}")).main)
    answer = mine.post(
        f"/drafts/{id_}/import", data={"offer": [boxes["Organisations: East Trust"]["value"], "999", "x", "-1"]}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"/drafts/{id_}")
    found = opened(publishing_site, id_)
    assert found.answer("who-did-it").data == {"organisations": ["RWK"]}
    assert "measures" not in found.answers
    assert imports.origin(found).decided
    assert "wait for you" not in words(checked(mine.get(f"/drafts/{id_}")).main)
    page = checked(mine.get(response.headers["location"]))
    used = page.select_one("input[disabled]")
    assert used["value"] == boxes["Organisations: East Trust"]["value"]
    assert not [
        box for box in page.select("input[name=offer]") if box.has_attr("checked") and not box.has_attr("disabled")
    ]


def test_a_draft_that_did_not_begin_as_a_file_has_no_such_page(publishing_site, mine, checked, send):
    id_ = begun(publishing_site, send(mine, how="questions"))
    checked(mine.get(f"/drafts/{id_}/import"), 404)
    assert mine.post(f"/drafts/{id_}/import").status_code == 409
