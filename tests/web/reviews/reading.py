"""Posting forms and reading pages as reviewers do."""


def post(client, address, **fields):
    return client.post(address, data={name.replace("_", "-"): value for name, value in fields.items()})


def words(element):
    return " ".join(element.get_text(" ").split())


def buttons(page):
    return [words(button) for button in page.select(".kb-review__buttons button")]
