"""Owns the links under the parts of a case study's text to others like that part. Never reads Markdown."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from markupsafe import escape

from kb.content.markdown import Page

_HEADING: Final = re.compile(r'(?=<h2 id="([^"]+)")')


def with_links(slug: str, page: Page) -> str:
    """The page's HTML, with a link at the end of each part that has words."""
    headings = {section.anchor: section.heading for section in page.sections if section.anchor and section.text}
    return "".join(_parts(slug, page.html, headings))


def _parts(slug: str, html: str, headings: dict[str, str]) -> Iterator[str]:
    # What stands before the first heading, then anchor and HTML of each part in turn.
    first, *rest = _HEADING.split(html)
    yield first
    for anchor, part in zip(rest[::2], rest[1::2], strict=True):
        yield part
        if anchor in headings:
            href = f"/case-studies/{quote(slug)}/like/{quote(anchor)}"
            about = f'<span class="nhsuk-u-visually-hidden">: {escape(headings[anchor])}</span>'
            yield f'<p class="kb-like"><a href="{href}">Find others like this part{about}</a></p>\n'
