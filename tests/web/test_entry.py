"""Where somebody goes after signing in is always on this site, and what is said of their browser."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.requests import Request

from kb.web.entry import START, browser_words, local


@pytest.mark.parametrize(
    "wanted", ["/", "/topics", "/drafts/k3x9/problem?saved=1#end", "/search?q=a%20b&q=/x//y", "/caf\u00e9"]
)
def test_addresses_of_this_site_are_kept(wanted):
    assert local(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "", "topics", "https://evil.example", "http:evil.example", "//evil.example", "///evil.example", "////evil.example/x",
        "/\\evil.example", "\\\\evil.example", "/topics\\..\\x", "/\t/evil.example", "/\n/evil.example", "\t//evil.example", " //evil.example",
        "/\r\nSet-Cookie: a=b", "javascript:alert(1)", "data:text/html,x", "/\u2028/evil.example", "/\x00/evil.example", "//evil.example@site/",
        "/sign-in", "/sign-in?next=/sign-in", "/sign-out", "/reset/abc", "/invitation/abc", "/" + "x" * 2_001, "//[", "/\ufeff/evil.example",
    ],
    ids=repr,
)  # fmt: skip
def test_addresses_that_could_lead_elsewhere_lead_to_the_start(wanted):
    assert local(wanted) == START


@given(st.text(alphabet=st.sampled_from("/\\:@?#.\t\n\r evil[]%2f5c\u2028"), max_size=20))
@example("/%2f/evil.example")
@example("/%5cevil.example")
@example("/.//evil.example")
def test_whatever_is_wanted_the_browser_stays_here(wanted):
    """As a browser reads it: line ends and tabs left out, a backslash taken for a slash."""
    read = local(wanted)
    for letter in "\t\n\r":
        read = read.replace(letter, "")
    assert (
        urlsplit(urljoin("https://exchange.example/sign-in", read.strip().replace("\\", "/"))).netloc
        == "exchange.example"
    )


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36", "Chrome on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15", "Safari on Mac"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/130.0 Mobile Safari/604.1", "Chrome on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26 Chrome/122 Mobile Safari/537.36", "Samsung Internet on Android"),
        ("", "A browser"), ("curl/8.0 <script>alert(1)</script>", "A browser"), ("x" * 100_000, "A browser"),
    ],
)  # fmt: skip
def test_a_browser_in_words(agent, words):
    headers = [(b"user-agent", agent.encode())] if agent else []
    assert browser_words(Request({"type": "http", "headers": headers})) == words
