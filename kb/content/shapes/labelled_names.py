"""Owns spotting names behind a label, as forms and records have them: Forename Xanthe, patient name: jones. Never looks without a label."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.readable import Readable

_LABELS: Final = frozenset("forename forenames surname name names".split())
_LABEL: Final = re.compile(
    r"(?:forenames?|surname|(?P<whose>(?:client|patient|service user|resident|carer|child|pt)(?:'?s)?)'? (?:full |first |last )?names?)"
    r"(?P<gap> ?[:=\-\u2013|] ?| is | )(?P<name>[A-Za-z][A-Za-z'\-]+)"
)
# What stands there when a form or a data set is told of, and nobody's name.
_NOT_A_NAME: Final = frozenset(
    """and or of is are was were the a an in on to for with by as field fields column columns surname forename first last date dob
    address nhs number not no removed redacted withheld tbc unknown blank here only if when where that which should must may
    can cannot will has have had known required optional missing plus from at each per name names badge badges bands band tag tags""".split()
)


def labelled_names(text: Readable) -> Iterator[Identifier]:
    """Names that a label says are a person's; after a bare label, and no sign, only in capitals."""
    for start in text.where(_LABELS):
        first = max(0, start - 16)
        for match in _LABEL.finditer(text.lower, first, start + 60):
            if match.start() > start:
                break
            if not match.start() <= start < match.end() or (match.start() and text.lower[match.start() - 1].isalnum()):
                continue
            name = text.text[match.start("name") : match.end("name")]
            signed = match["gap"].strip() not in ("", "is")
            if name.lower() in _NOT_A_NAME or not (name[0].isupper() or (signed and match["whose"])):
                continue
            yield identifier("name", *text.span(*match.span("name")), False)
