"""Text that tries to be something else is text in every field, on the page and in the file."""

import re

import pytest

from kb.content import markdown
from kb.editorial import drafts
from tests.web.questions.forms import ANSWERS, encoded, start

HOSTILE = (
    "<script>alert(1)</script>", "</textarea><img src=x onerror=alert(1)>", "{{ 7 * 7 }}{% raw %}", "\"' autofocus onfocus=alert(1) x='",
    "!!python/object/apply:os.system ['id']", "---\ntitle: Another\n---", "*alias &anchor", "javascript:alert(1)", "=HYPERLINK(\"x\")",
    "\u202eevil", "[x](javascript:alert(1))", "%0d%0aSet-Cookie: a=b", "'; DROP TABLE drafts; --", "\ufffe\x1b[31m",
)  # fmt: skip


@pytest.mark.parametrize("question", sorted(ANSWERS))
def test_hostile_text_in_every_field_is_text(reader, client, writer, checked, question):
    address = f"/drafts/{start(reader, writer)}"
    here = f"{address}/questions/{question}"
    page = checked(client.get(here))
    attack = " ".join(HOSTILE)
    names = {
        control["name"]
        for control in page.select("form.kb-form")[0].select("input:not([type=hidden]), textarea, select")
    }
    sent = client.post(
        here, data=encoded([(name, attack) for name in sorted(names)] + [("revision", "0"), ("do", "stay")])
    )
    assert sent.status_code == 303
    again = checked(client.get(here))
    assert again.select("main script, main img, [autofocus], [onfocus]") == []
    with reader.app.state.database.reading() as session:
        opened = drafts.open_(session, writer, address.split("/")[2], reader.app.state.vocabulary.current())
    found = opened.parsed().case_study
    shown = markdown.render(found.body).html
    assert not re.search(r"<script|<img src=x|<[^>]*\son\w+=|href=.javascript:", shown, re.IGNORECASE)
    preview = checked(client.get(f"{address}/preview"))
    assert (
        preview.select("main script, main img[src=x], [onerror], [autofocus], [onfocus], a[href^='javascript']") == []
    )
    # A second window shows it in words, too.
    wrong = checked(
        client.post(here, data=encoded([(name, "mine") for name in sorted(names)] + [("revision", "0")])), 409
    )
    assert wrong.select("main script, main img, [autofocus], [onfocus]") == []
