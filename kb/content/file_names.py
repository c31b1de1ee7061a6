"""Owns the names under which strangers' files are kept: safe on every system and in every address. Never looks at a disk."""

import re
import unicodedata
from typing import Final

MAX_LENGTH: Final = 60  # characters before the ending: with a folder and a number it stays under every system's limit

# Windows means a device by these, whatever ending they have.
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|conin|conout|clock|(?:com|lpt)[0-9])")
_ENDING: Final = re.compile(r"\.[A-Za-z0-9]{1,5}\Z")


def safe_name(name: str, ending: str) -> str:
    """A file name of small letters, digits and hyphens with this ending: "Falls (2).PNG" and "png" give "falls-2.png".

    Folders before the name and the ending it had are left out. When nothing is left, it is "picture", or "data" for CSV.
    """
    ending = ending.lower().lstrip(".")
    last = re.split(r"[/\\]", name[-1_000:])[-1]
    plain = unicodedata.normalize("NFKD", _ENDING.sub("", last)).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower().replace("'", ""))[:MAX_LENGTH].strip("-")
    kind = "data" if ending == "csv" else "picture"
    if _DEVICES.fullmatch(words):
        words = f"{kind}-{words}"
    return f"{words or kind}.{ending}"
