"""Pictures and tables of a draft: taken in cleaned, with their words, shown to those who may see the draft and nobody else."""

import io
import re

import pytest
from PIL import Image

from kb.editorial import attachments, drafts
from kb.editorial.models import Draft

HOME = "organisation:RWK"
CSV = "month,falls\n" + "".join(f"2025-{month:02d},{20 - month}\n" for month in range(1, 13))


def png(colour="navy", side=40):
    made = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(made, "PNG")
    return made.getvalue()


def files(reader, address):
    with reader.app.state.database.reading() as session:
        return drafts.files(session, address.split("/")[2])


def sent(soup, do, **values):
    """The form on the page as a browser sends it, with some fields filled in."""
    found = {}
    for control in soup.select_one("form.kb-form").select("input:not([type=file]), textarea, select"):
        if control.name == "select":
            found[control["name"]] = control.select_one("option[selected]")["value"]
        else:
            found[control["name"]] = control.text.removeprefix("\n") if control.name == "textarea" else control["value"]
    return {**found, **{name.replace("_", "-"): value for name, value in values.items()}, "do": do}


def upload(client, checked, draft, question="pictures", data=None, name="Ward map.png", **values):
    here = f"{draft}/questions/{question}"
    soup = checked(client.get(here))
    action = soup.select_one("form.kb-form")["action"]
    return client.post(
        action, data=sent(soup, "upload", **values), files={"file": (name, png() if data is None else data)}
    )


def test_a_picture_is_added_with_its_words_and_shown(reader, client, checked, draft):
    here = f"{draft}/questions/pictures"
    page = checked(client.get(here))
    assert page.h1.string == "Have you got pictures?"
    assert page.select_one("form.kb-form")["enctype"] == "multipart/form-data"
    answer = upload(client, checked, draft, alt="A card beside a bed", section="What was done")
    [file] = files(reader, draft)
    assert answer.headers["location"] == f"{here}#file-{file.id}"
    assert (file.name, file.alt, file.section, file.kind) == (
        "ward-map.png",
        "A card beside a bed",
        "What was done",
        "png",
    )
    shown = checked(client.get(here)).select_one(f"#file-{file.id}")
    assert (shown.img["src"], shown.img["alt"]) == (f"{draft}/files/ward-map.png", "A card beside a bed")
    assert shown.select_one("option[selected]")["value"] == "What was done"
    picture = client.get(shown.img["src"])
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["cache-control"] == "private, no-store"
    assert picture.headers["x-content-type-options"] == "nosniff"
    assert picture.headers["content-security-policy"].startswith("default-src 'none'")
    assert Image.open(io.BytesIO(picture.content)).size == (40, 40)


def test_a_table_is_added_and_its_beginning_is_shown(reader, client, checked, draft):
    answer = upload(client, checked, draft, "data", CSV.encode(), "Falls.csv", alt="Falls by month")
    [file] = files(reader, draft)
    here = f"{draft}/questions/data"
    assert answer.headers["location"] == f"{here}#file-{file.id}"
    table = checked(client.get(here)).select_one(".kb-file__table")
    assert table.caption.string == "The first 5 of 12 rows"
    assert [th.string for th in table.select("th[scope=col]")] == ["month", "falls"]
    assert [td.string for td in table.select("td")][:2] == ["2025-01", "19"]
    assert len(table.select("tbody tr")) == 5
    data = client.get(f"{draft}/files/falls.csv")
    assert data.text == CSV
    assert data.headers["content-type"] == "text/csv; charset=utf-8"
    assert data.headers["content-disposition"] == 'attachment; filename="falls.csv"'


def test_words_are_changed_and_what_is_blank_is_told(reader, client, checked, draft):
    upload(client, checked, draft, alt="A card")
    upload(client, checked, draft, alt="A lamp", name="lamp.png")
    card, lamp = files(reader, draft)
    here = f"{draft}/questions/pictures"
    page = checked(client.get(here))
    action = page.select_one("form.kb-form")["action"]
    values = {f"alt-{card.id}": "A card with a drawing", f"section-{card.id}": "Spread", f"alt-{lamp.id}": " "}
    wrong = checked(client.post(action, data={**sent(page, "continue"), **values}), 422)
    assert [a["href"] for a in wrong.select(".nhsuk-error-summary a")] == [f"#alt-{lamp.id}"]
    assert wrong.title.text.startswith("Error: ")
    saved = [(file.alt, file.section) for file in files(reader, draft)]
    assert saved == [("A card with a drawing", "Spread"), ("A lamp", "Results")]
    there = client.post(action, data={**sent(checked(client.get(here)), "continue")}).headers["location"]
    assert there == f"{draft}/questions/sources"
    assert client.post(action, data=sent(checked(client.get(here)), "list")).headers["location"] == draft
    assert (
        client.post(action, data=sent(checked(client.get(here)), "preview")).headers["location"] == f"{draft}/preview"
    )


def test_two_windows_never_overwrite_words_unseen(reader, client, checked, draft):
    upload(client, checked, draft, alt="A card")
    [file] = files(reader, draft)
    here, name = f"{draft}/questions/pictures", f"alt-{file.id}"
    mine, theirs = checked(client.get(here)), checked(client.get(here))
    action = mine.select_one("form.kb-form")["action"]
    client.post(action, data={**sent(theirs, "stay"), name: "Their words"})
    both = checked(client.post(action, data={**sent(mine, "stay"), name: "My words"}), 422)
    assert "changed this to \u201cTheir words\u201d meanwhile" in both.select_one(f"[id='{name}-error']").text
    assert both.select_one(f"[id='{name}']").text.strip() == "My words"
    assert files(reader, draft)[0].alt == "Their words"
    client.post(action, data=sent(both, "stay"))
    assert files(reader, draft)[0].alt == "My words"
    client.post(action, data=sent(mine, "stay"))  # a page that changes nothing puts nothing back
    assert files(reader, draft)[0].alt == "My words"


def test_words_save_themselves(reader, client, checked, draft):
    upload(client, checked, draft, alt="A card")
    [file] = files(reader, draft)
    page = checked(client.get(f"{draft}/questions/pictures"))
    autosave = page.select_one("form.kb-form")["data-autosave"]
    said = client.post(autosave, data={**sent(page, ""), f"alt-{file.id}": "A card by the bed"})
    assert said.status_code == 200
    assert said.json()["fields"] == {f"was-{file.id}": "A card by the bed"}
    assert files(reader, draft)[0].alt == "A card by the bed"
    refused = client.post(autosave, data={**sent(page, ""), f"alt-{file.id}": "Something else"})
    assert (refused.status_code, "meanwhile" in refused.json()["message"]) == (422, True)


def test_a_file_is_deleted_after_a_second_look(reader, client, checked, draft):
    upload(client, checked, draft, alt="A card")
    [file] = files(reader, draft)
    page = checked(client.get(f"{draft}/questions/pictures"))
    button = page.select_one("button.nhsuk-button--warning")
    assert button["value"] == f"remove:{file.id}"
    assert button.find_parent("details")
    assert client.post(page.select_one("form.kb-form")["action"], data=sent(page, button["value"])).status_code == 303
    assert files(reader, draft) == ()
    assert client.get(f"{draft}/files/{file.name}").status_code == 404
    assert client.post(page.select_one("form.kb-form")["action"], data=sent(page, button["value"])).status_code == 404


@pytest.mark.parametrize(
    ("question", "data", "name", "status", "words"),
    [
        ("pictures", b"GIF89a nothing", "a.gif", 422, "damaged"),
        ("pictures", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.svg", 422, ""),
        ("pictures", b"x" * 10_500_000, "a.png", 413, "MB"),
        ("pictures", CSV.encode(), "falls.csv", 422, "This is a table"),
        ("data", png(), "map.png", 422, ""),
        ("data", b"PK\x03\x04 and so on", "book.xlsx", 422, "Save As"),
        ("data", b"a,b\n", "empty.csv", 422, ""),
        ("pictures", b"", "empty.png", 422, ""),
    ],
)
def test_what_cannot_be_taken_is_told_in_a_sentence_and_the_words_stay(
    reader, client, checked, draft, question, data, name, status, words
):
    wrong = checked(upload(client, checked, draft, question, data, name, alt="What I typed"), status)
    said = wrong.select_one("#file-error").text
    assert words in said
    assert said.strip().removeprefix("Error:").strip()
    assert wrong.select_one("#alt").text.strip() == "What I typed"
    assert files(reader, draft) == ()


def test_words_are_required_and_so_is_a_file(reader, client, checked, draft):
    wrong = checked(upload(client, checked, draft, alt=" "), 422)
    assert "Say in words what it shows" in wrong.select_one("#alt-error").text
    assert "choose the file again" in wrong.select_one("#alt-error").text
    page = checked(client.get(f"{draft}/questions/pictures"))
    action = page.select_one("form.kb-form")["action"]
    wrong = checked(client.post(action, data=sent(page, "continue", alt="A card")), 422)
    assert "Choose a file." in wrong.select_one("#file-error").text
    assert wrong.select_one("#alt").text.strip() == "A card"
    assert files(reader, draft) == ()


def test_a_file_that_was_chosen_is_taken_whatever_button_is_pressed(reader, client, checked, draft):
    page = checked(client.get(f"{draft}/questions/pictures"))
    action = page.select_one("form.kb-form")["action"]
    answer = client.post(action, data=sent(page, "continue", alt="A card"), files={"file": ("a.png", png())})
    [file] = files(reader, draft)
    assert answer.headers["location"].endswith(f"#file-{file.id}")


def test_there_are_at_most_twenty(reader, client, writer, checked, draft):
    with reader.app.state.database.writing() as session:
        opened = drafts.open_(session, writer, draft.split("/")[2], reader.app.state.vocabulary.current())
        made = attachments.prepared(png(), "a.png")
        for number in range(attachments.MOST):
            attachments.add(session, writer, opened, made, made.name, f"Picture {number}")
    page = checked(client.get(f"{draft}/questions/pictures"))
    assert page.select_one("input[type=file]") is None
    assert "no room for more" in page.select_one("#new").text
    action = page.select_one("form.kb-form")["action"]
    full = {**sent(page, "upload"), "alt": "One more"}
    wrong = checked(client.post(action, data=full, files={"file": ("b.png", png())}), 422)
    assert "Delete one first" in wrong.select_one(".nhsuk-error-summary").text
    assert len(files(reader, draft)) == attachments.MOST


def test_names_of_files_lead_nowhere_else(reader, client, checked, draft):
    for name in ("../../etc/passwd.png", 'a"; filename="x.html', "<b>.png", "CON.png", "\u202egnp.exe", "." * 300):
        answer = upload(client, checked, draft, name=name, alt="A card")
        assert answer.status_code == 303, name
    for file in files(reader, draft):
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]*\.png", file.name)
        assert client.get(f"{draft}/files/{file.name}").headers["content-type"] == "image/png"
    for name in ("..%2f..%2fetc%2fpasswd", "nothing.png", "%00"):
        assert client.get(f"{draft}/files/{name}").status_code == 404


def test_a_body_that_is_no_form_or_too_large_is_refused(client, checked, draft):
    action = f"{draft}/files?question=pictures"
    wrong = checked(client.post(action, content=b"{}", headers={"content-type": "application/json"}), 422)
    assert "could not be read" in wrong.select_one(".nhsuk-error-summary").text
    large = checked(client.post(action, data={"do": "upload"}, files={"file": ("a.png", b"x" * 12_000_000)}), 413)
    assert "too large" in large.select_one(".nhsuk-error-summary").text
    assert client.post(f"{draft}/files?question=aim", data={"do": "stay"}).status_code == 404
    assert client.post(f"{draft}/files", data={"do": "stay"}).status_code == 404


def test_only_those_who_may_see_the_draft_see_its_files(reader, client, people, signed_in, checked, draft):
    upload(client, checked, draft, alt="A card")
    stranger = signed_in(reader, people(reader, "editor@organisation:RXX"))
    reviewer = signed_in(reader, people(reader, "reviewer@collaborative:impact"))
    for someone in (stranger, reviewer):
        for there in (draft, "/drafts/nosuch"):
            assert someone.get(f"{there}/files/ward-map.png").status_code == 404
            assert someone.post(f"{there}/files?question=pictures", data={"do": "stay"}).status_code == 404
    assert reader.get(f"{draft}/files/ward-map.png").status_code == 303
    assert reader.post(f"{draft}/files?question=pictures", data={"do": "stay"}).status_code == 401


def test_files_of_a_draft_that_was_handed_in_are_not_changed(reader, client, checked, draft):
    upload(client, checked, draft, alt="A card")
    page = checked(client.get(f"{draft}/questions/pictures"))
    with reader.app.state.database.writing() as session:
        session.get(Draft, draft.split("/")[2]).state = "submitted"
    [file] = files(reader, draft)
    action = page.select_one("form.kb-form")["action"]
    for do in ("stay", f"remove:{file.id}"):
        closed = checked(client.post(action, data={**sent(page, do), f"alt-{file.id}": "Changed"}), 409)
        assert "cannot be changed" in closed.select_one(".nhsuk-error-summary").text
        assert closed.select_one(f"#alt-{file.id}").text.strip() == "Changed"
    assert closed.select_one("[data-autosave], input[type=file], details button") is None
    assert files(reader, draft) == (file,)
    assert client.get(f"{draft}/files/{file.name}").status_code == 200


def test_hostile_words_are_text(client, checked, draft):
    attack = '</textarea><script>alert(1)</script> ](javascript:alert(1)) " onerror=alert(1)'
    assert upload(client, checked, draft, alt=attack).status_code == 303
    assert (
        upload(
            client, checked, draft, "data", b"<script>,=1+1\n</td><script>alert(1)</script>,@x\n", "a.csv", alt=attack
        ).status_code
        == 303
    )
    for question in ("pictures", "data"):
        page = checked(client.get(f"{draft}/questions/{question}"))
        assert page.select("main script, [onerror]") == []
        assert page.select_one("textarea[id^='alt-']").text.strip() == attack
