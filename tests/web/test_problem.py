"""Pasting a problem or bringing a file: an answer or a sentence for whatever is sent, and nothing of it is kept."""

import io
import logging
import tempfile
import zipfile
from pathlib import Path

import pytest

from kb.search.problem import MAX_CHARACTERS
from kb.web.uploads import MAX_FORM, Uploads

PROBLEM = "Patients with dementia on our older adult ward fall at night and nobody sees it. Would sensors help?"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def send(client, checked):
    """`send(text, file=(name, bytes), status=200)`: the page that answers the form."""

    def post(text="", file=None, status=200, **headers):
        files = {"file": file} if file else {"file": ("", b"")}
        response = client.post("/search/problem", data={"text": text}, files=files, headers=headers)
        assert response.headers["cache-control"] == "no-store"
        return checked(response, status)

    return post


def word_file(text, docx):
    return docx(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")


def complaint(soup, field):
    """What the summary and the field both say is wrong with the field."""
    link = soup.select_one(f"[role=alert] a[href='#{field}']")
    shown = soup.find(id=f"{field}-error").get_text()
    assert link.get_text() in shown
    assert f"{field}-error" in soup.find(id=field)["aria-describedby"].split()
    assert soup.title.get_text().strip().startswith("Error: ")
    return link.get_text()


def test_the_form_says_what_happens_with_what_is_pasted(page):
    soup = page("/search/problem")
    text = soup.get_text()
    assert "Nothing you paste is stored" in text
    assert "identify a patient" in text
    form = soup.select_one("form.kb-problem")
    assert (form["method"], form["enctype"]) == ("post", "multipart/form-data")
    assert not soup.select_one(".kb-hits")


def test_pasted_text_is_answered_with_reasons_and_stays_in_the_box(send):
    soup = send(PROBLEM)
    assert soup.find(id="text").get_text().strip() == PROBLEM
    assert "falls" in soup.select_one(".kb-hits h2").get_text()
    pair = soup.select_one(".kb-pair")
    assert pair.select("dd")[0].get_text(strip=True) in PROBLEM
    assert pair.select_one("a")["href"].startswith("/case-studies/")
    assert "You mention: Older adult ward. Theirs:" in soup.get_text()
    assert "close to yours" in soup.find(id="results").get_text()


def test_lines_are_counted_as_the_browser_counts_them(send):
    text = "fall\n" * (MAX_CHARACTERS // 5)
    assert not send(text.replace("\n", "\r\n")).select("[role=alert]")
    said = complaint(send(f"{text}x".replace("\n", "\r\n"), status=422), "text")
    assert said.startswith("Your text has 20,001 characters. Paste at most 20,000")


@pytest.mark.parametrize(
    "name", ["falls.docx", "falls.txt", "falls.pdf", "../../etc/passwd", "<b>x</b>.docx", "a" * 3_000]
)
def test_a_file_is_read_whatever_it_is_called(send, docx, name):
    soup = send(file=(name, word_file(PROBLEM, docx), WORD))
    assert "falls" in soup.select_one(".kb-hits h2").get_text()
    assert not soup.select("main b")
    assert "/etc" not in soup.get_text()
    assert len(soup.get_text()) < 12_000


def test_text_and_file_are_compared_together(send):
    soup = send("Violent incidents on our ward", ("falls.md", f"# Problem\n\n{PROBLEM}".encode()))
    text = soup.get_text()
    assert "We read falls.md and the text you pasted." in text
    assert "falls" in text.lower()
    assert soup.find(id="text").get_text().strip() == "Violent incidents on our ward"


def test_off_topic_text_is_told_so(send):
    soup = send("Mix flour and water in a jar and feed the sourdough starter every day until it is bubbling.")
    assert soup.find(id="results").get_text() == "Nothing like this yet"
    assert soup.select_one(".kb-none a[href='/topics']")
    assert not soup.select(".kb-pair")


def test_a_long_file_is_thinned_and_the_page_says_so(send):
    text = "\n\n".join(f"Person {n} waited {n} weeks for an autism assessment in our service." for n in range(3_000))
    assert "passages spread over the whole of it" in send(file=("long.txt", text.encode())).get_text()


@pytest.mark.parametrize("text", ["", "  \n\t ", "\r\n", "\x00\x01"])
def test_nothing_sent_is_asked_for(send, text):
    assert "Paste or type your problem" in complaint(send(text, status=422), "text")


@pytest.mark.parametrize("text", ["!!! ???", "1 2 3"])
def test_text_without_words_is_told_so(send, text):
    assert "no words" in complaint(send(text, status=422), "text")


@pytest.mark.parametrize(
    "text",
    [
        "restraint " * 2_000,
        "\u0440\u0435\u0447\u044c \u4e2d\u6587 \u0639\u0631\u0628\u064a falls \U0001f600 " * 800,
        "# Problem\n\n* **falls**\n\n[x](javascript:alert(1))\n" * 400,
        "<script>alert('falls')</script></textarea><img src=x onerror=alert(1)>" * 280,
        "{{7*7}} {% include 'x' %} falls on the ward at night",
    ],
    ids=["one word", "scripts", "markdown", "html", "template"],
)
def test_text_of_any_sort_is_answered_and_shown_as_text(send, text):
    soup = send(text[:MAX_CHARACTERS])
    assert soup.find(id="text").get_text().strip("\n") == text[:MAX_CHARACTERS].strip("\n")
    assert not soup.select("main script, main img")


def bomb():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"<w:document>" + b" " * 300_000_000)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("empty.txt", b"", 422),
        ("report.pdf", b"%PDF-1.7\n", 422),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), 422),
        ("broken.docx", b"PK\x03\x04 and then words", 422),
        ("random.docx", bytes(range(256)) * 8, 422),
        ("bomb.docx", bomb(), 413),
        ("11 MB.txt", b"falls " * 1_830_000, 413),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_read_gets_a_sentence_and_the_text_is_kept(send, name, data, status):
    soup = send("Falls on our ward", (name, data), status)
    assert len(complaint(soup, "file")) > 30
    assert soup.find(id="text").get_text().strip() == "Falls on our ward"


def test_macros_are_passed_over(send, docx):
    data = docx(f"<w:p><w:r><w:t>{PROBLEM}</w:t></w:r></w:p>", {"word/vbaProject.bin": b"Sub AutoOpen()"})
    assert "falls" in send(file=("macros.docm", data)).select_one(".kb-hits h2").get_text()


def test_what_is_far_too_large_is_taken_in_without_being_kept_and_answered(send):
    said = complaint(send(file=("50 MB.docx", b"x" * 50_000_000), status=413), "file")
    assert "too large" in said
    assert "10 MB" in said


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", ""),
        (b"{}", "application/json"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"anything", "multipart/form-data"),
        (b"--x\r\n\r\nx\r\n--x--\r\n", "multipart/form-data; boundary=x"),
        (b"text=" + b"a" * 1_200_000, "application/x-www-form-urlencoded"),
        (
            b"".join(b'--x\r\nContent-Disposition: form-data; name="t%d"\r\n\r\nx\r\n' % n for n in range(50))
            + b"--x--",
            "multipart/form-data; boundary=x",
        ),
        (
            b'--x\r\nContent-Disposition: form-data; name="text"; filename="t.txt"\r\n\r\nfalls\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
    ],
    ids=[
        "nothing",
        "json",
        "cut off",
        "no boundary",
        "no name",
        "too long",
        "many fields",
        "text as a file",
    ],
)
def test_a_form_that_is_none_gets_a_sentence(client, checked, body, kind):
    response = client.post("/search/problem", content=body, headers={"content-type": kind})
    assert complaint(checked(response, 422), "text")


def test_a_form_without_a_file_field_works(client, checked):
    response = client.post("/search/problem", data={"text": PROBLEM})
    assert "falls" in checked(response).select_one(".kb-hits h2").get_text()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"origin": "http://testserver"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
def test_forms_of_other_sites_are_refused(client, checked, headers, status):
    response = client.post("/search/problem", data={"text": PROBLEM}, headers=headers)
    soup = checked(response, status)
    assert ("another site" in soup.get_text()) == (status == 403)


def test_a_busy_site_says_so_and_keeps_the_text(client, checked, app):
    usual = app.state.uploads
    try:
        app.state.uploads = Uploads(places=1, workers=1, wait=0.01)
        with app.state.uploads.place():
            response = client.post("/search/problem", data={"text": PROBLEM})
            assert "Try again in a minute" in complaint(checked(response, 503), "text")
        with app.state.uploads.turn():
            response = client.post("/search/problem", data={"text": PROBLEM})
        soup = checked(response, 503)
        assert response.headers["retry-after"] == "60"
        assert soup.find(id="text").get_text().strip() == PROBLEM
        for _ in range(3):  # each gives its place back
            checked(client.post("/search/problem", data={"text": PROBLEM}))
            checked(client.post("/search/problem", data={"text": ""}), 422)
    finally:
        app.state.uploads = usual


def test_other_forms_stay_small(client):
    assert client.post("/search", content=b"x" * 2_000_000).status_code in (405, 413)
    assert MAX_FORM < 12_000_000


def test_nothing_that_is_pasted_is_stored_or_logged(site, checked, docx, tmp_path, monkeypatch, caplog, capfd):
    """A marker is sent every way there is; then every file written and every line logged is looked through for it."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.chdir(temporary)
    caplog.set_level(logging.DEBUG)
    client = site({"falls": {"title": "Fewer falls"}}, search_log=str(tmp_path / "searches.sqlite"))
    marker = "Zaphodmarker"
    assert tempfile.gettempdir() == str(temporary)
    opened: list[object] = []
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda *args, **_: opened.append(args))  # no file, not even unnamed
    for text, file in [
        (f"{marker} fell on the ward", None),
        ("", (f"{marker}.docx", word_file(f"{marker} fell. " * 200_000, docx))),
        ("", (f"{marker}.txt", f"{marker} fell. ".encode() * 200_000)),
        ("", (f"{marker}.docx", b"PK\x03\x04" + marker.encode())),
        (f"{marker} " * 3_000, None),
    ]:
        response = client.post("/search/problem", data={"text": text}, files={"file": file or ("", b"")})
        checked(response, response.status_code)
        assert response.status_code in (200, 413, 422)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 5
    for path in files:
        held = path.read_bytes().lower()
        assert marker.lower().encode() not in held, path
        assert marker.lower() not in path.name.lower()
    assert opened == []
    assert marker not in caplog.text
    assert marker not in "".join(capfd.readouterr())
    assert not [path for path in Path(temporary).rglob("*") if path.is_file()]


def test_a_search_that_is_too_long_is_offered_the_form_with_its_words(page):
    words = "waits for an autism assessment " * 20
    soup = page(f"/search?q={words.replace(' ', '+')}", 422)
    assert soup.select_one("form.kb-problem #text").get_text().strip() == words.strip()


def test_pages_with_a_search_box_lead_to_the_form(page):
    assert page("/").select_one("a[href='/search/problem']")
    assert page(f"/search?q={'+waiting+times' * 18}").select_one("a[href='/search/problem']")
    assert not page("/search?q=waiting+times").select_one("a[href='/search/problem']")


def test_each_part_of_a_case_study_leads_to_others_like_it(page):
    soup = page("/case-studies/cnwl-nile-ward-violence-reduction")
    links = soup.select(".kb-like a")
    headings = [h2.get_text() for h2 in soup.select(".kb-prose h2")]
    assert [link.get_text() for link in links] == [f"Find others like this part: {words}" for words in headings]
    for link in links:
        found = page(link["href"])
        assert found.select(".kb-hits h2 a")
        assert "cnwl-nile-ward-violence-reduction" not in " ".join(a["href"] for a in found.select(".kb-hits a"))


@pytest.mark.parametrize("anchor", ["nope", "%00", "a" * 3_000, "%3Cscript%3E"])
def test_an_unknown_part_is_not_found(page, anchor):
    assert "has no part" in page(f"/case-studies/cnwl-nile-ward-violence-reduction/like/{anchor}", 404).get_text()
    page("/case-studies/nope/like/problem", 404)
