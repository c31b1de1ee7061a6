"""Builds an index and is killed, as by SIGKILL or a power cut, at a given moment: CONTENT INDEX EVENT PATTERN.

EVENT is one that Python's audit hooks report, such as os.rename, or "stage" for a report of progress; the moment has
come when PATTERN is found in what it is about.
"""

import os
import re
import signal
import sys
from pathlib import Path

from kb.content.folder import ContentFolder
from kb.search.builder import build
from kb.search.embedders import SentenceTransformerEmbedder
from kb.search.index import IndexStore

content, index, moment, pattern = sys.argv[1:]


def happened(event: str, about: object) -> None:
    if event == moment and re.search(pattern, str(about)):
        os.kill(os.getpid(), signal.SIGKILL)


sys.addaudithook(happened)
build(
    ContentFolder(Path(content)),
    IndexStore(Path(index)),
    SentenceTransformerEmbedder(),
    lambda stage, *_: happened("stage", stage),
)
