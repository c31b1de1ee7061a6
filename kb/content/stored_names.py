"""Owns which names a case study and the files beside it may have in the content folder. Never touches the disk.

Names are checked for every system that a copy of the content may land on, so that a name that is fine here never becomes
a device, another folder or a second file elsewhere.
"""

import re
from typing import Final

from kb.content.markdown import slugify

# What may lie beside a case study, with the type it is served as.
FILE_TYPES: Final = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp", ".csv": "text/csv; charset=utf-8",
}  # fmt: skip
MOST_CHARACTERS: Final = 100  # of a file's name: with the folders above it far below the 260 that Windows takes

# Windows takes these for devices whatever their ending.
_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", "conin", "conout", "clock", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)  # fmt: skip
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9]+)", re.ASCII)


def is_slug(slug: str) -> bool:
    """Whether a case study may have this address: lower-case letters, digits and hyphens, and no name of a device.

    A file `readme.md` tells people about the folder and is no case study.
    """
    return bool(slug) and slugify(slug) == slug and slug not in _DEVICES and slug != "readme"


def file_type(name: str) -> str:
    """The type that a file beside a case study is served as; "" when a file may not have this name."""
    found = _NAME.fullmatch(name)
    if not found or len(name) > MOST_CHARACTERS or name.partition(".")[0].lower() in _DEVICES:
        return ""
    return FILE_TYPES.get(found[1].lower(), "")
