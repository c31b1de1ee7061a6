"""Owns taking in a form without files: its fields as text, within bounds of size and number. Never decides what they mean."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

MOST_FIELDS: Final = 2_000  # of one form: a question with 100 measures has 800
MOST_BYTES: Final = 1_000_000  # of one field; the app refuses a longer body anyway


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a form. Lines end as they are stored, whatever browser sent them."""

    form: FormData

    def text(self, name: str) -> str:
        """The value of a field, without spaces around it; "" when it was not sent."""
        return self.typed(name).strip()

    def typed(self, name: str) -> str:
        """The value of a field as it was typed; "" when it was not sent."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may be there several times."""
        return tuple(_plain(value) for value in self.form.getlist(name) if isinstance(value, str))

    def under(self, prefix: str) -> Iterator[tuple[str, str]]:
        """The rest of the name and the value of each field whose name begins so."""
        for name in dict.fromkeys(name for name in self.form if name.startswith(prefix)):
            yield name.removeprefix(prefix), self.typed(name)

    def __contains__(self, name: str) -> bool:
        return name in self.form


def _plain(value: str) -> str:
    """Without what no text holds: null characters, halves of characters, line ends of another system."""
    text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text.encode("utf-8", "ignore").decode()


async def _fields(request: Request) -> Fields:
    _, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    if "charset" in parameters and "utf-8" not in parameters:
        raise HTTPException(400)  # no browser does that, and some encodings take quadratic time to read
    return Fields(await request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=MOST_BYTES))


FieldsDep = Annotated[Fields, Depends(_fields)]
