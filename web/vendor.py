"""Owns copying the NHS styles and scripts from node_modules to web/static/nhsuk. Never changes what they do.

Two things are taken out: the Frutiger font, which only registered NHS organisations may use, with its request to another
host; and the pictures of the NHS logo, which this service does not carry unless its owner puts it there.
"""

import re
import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parent / "node_modules" / "nhsuk-frontend" / "dist" / "nhsuk"
TARGET = HERE / "static" / "nhsuk"
LICENCE = "nhsuk-frontend is copyright (c) 2019 NHS England and used under the MIT licence: https://github.com/nhsuk/nhsuk-frontend\n"


def styles(text: str) -> str:
    """The style sheet with pictures beside it, without the font and without any address on another host."""
    text = re.sub(r"@font-face\{[^}]*\}", "", text)
    text = text.replace("Frutiger W01,", "").replace("/assets/images/", "images/")
    text = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text)
    if found := re.search(r"url\(\s*['\"]?(https?:)?//", text):
        raise SystemExit(
            f"The style sheet still asks another host for something, near: {text[found.start() : found.start() + 80]}"
        )
    return text


def main() -> None:
    """Copies everything anew."""
    version = re.search(r"nhsuk-frontend-([\d.]+)\.min\.css", " ".join(path.name for path in SOURCE.glob("*.min.css")))
    if version is None:
        raise SystemExit(f"{SOURCE} has no style sheet. Run: make setup")
    shutil.rmtree(TARGET, ignore_errors=True)
    (TARGET / "images").mkdir(parents=True)
    css = (SOURCE / f"nhsuk-frontend-{version[1]}.min.css").read_text("utf-8")
    (TARGET / "nhsuk.css").write_text(styles(css), "utf-8")
    script = (SOURCE / f"nhsuk-frontend-{version[1]}.min.js").read_text("utf-8")
    (TARGET / "nhsuk.js").write_text(re.sub(r"//# sourceMappingURL=.*", "", script), "utf-8")
    for picture in (SOURCE / "assets" / "images").glob("nhsuk-icon-*.svg"):
        if picture.stem != "nhsuk-icon-mask":
            shutil.copyfile(picture, TARGET / "images" / picture.name)
    (TARGET / "LICENCE.txt").write_text(LICENCE, "utf-8")


if __name__ == "__main__":
    main()
