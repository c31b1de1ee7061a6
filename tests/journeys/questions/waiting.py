"""What the page says of saving."""

import re

HOME = "organisation:RWK"


SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d")


def status(page):
    return page.locator("[data-status]")
