"""Owns running the git program: safely, without asking anybody anything, and never for longer than a minute. Never knows what for.

Nothing that a person has set up for their own use may stop it: no hook, pager, editor, signature or question.
"""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kb.errors import RepositoryUnavailable

_TIMEOUT: Final = 60.0  # seconds; the slowest call, the history of 10,000 commits, takes 6
_GRACE: Final = 2.0  # seconds to clean up in
_SETTINGS: Final = {
    "core.hooksPath": os.devnull,  # a hook may ask, or take minutes
    "core.fsmonitor": "false",
    "core.pager": "cat",
    "core.editor": "true",
    "core.askPass": "true",
    "core.quotePath": "false",
    "core.autocrlf": "false",
    "core.fsync": "committed",  # what was published is on the disk, not only on its way there
    "core.filesRefLockTimeout": "3000",  # milliseconds that another git may hold a branch
    "commit.gpgSign": "false",
    "color.ui": "false",
    "log.showSignature": "false",
    "log.showRoot": "true",
    "log.mailmap": "false",
    "trailer.separators": ":",
    "i18n.commitEncoding": "UTF-8",
    "i18n.logOutputEncoding": "UTF-8",
    "maintenance.autoDetach": "true",
    "gc.autoDetach": "true",
}
_FIRST: Final = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]


class GitFailed(Exception):
    """Git ended with an error; `said` is what it said."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


def run(folder: Path, *arguments: str, data: bytes = b"", environment: Mapping[str, str] | None = None) -> bytes:
    """What git writes to its standard output when it runs in this folder.

    Raises:
        GitFailed: it ended with an error.
        RepositoryUnavailable: there is no git on this computer, or it did not end in time.
    """
    # Whatever another git has set for its own children, a hook for instance, is not about this call.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    clean |= {
        "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_LITERAL_PATHSPECS": "1", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1", **(environment or {}),
    }  # fmt: skip
    try:
        process = subprocess.Popen(  # noqa: S603 - never a shell; every path follows a --
            ["git", *_FIRST, *arguments],  # noqa: S607 - the git of whoever runs this
            cwd=folder, env=clean, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
    except FileNotFoundError as error:
        if not folder.is_dir():
            raise GitFailed(f"there is no folder {folder}") from error
        raise RepositoryUnavailable("Git is not installed here.", "Install git, then try again.") from None
    except OSError as error:
        raise RepositoryUnavailable(
            f"Git cannot be started: {error.strerror}.", "Check the permissions and the memory of this computer."
        ) from None
    with process:
        try:
            written, said = process.communicate(data, timeout=_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.terminate()  # it takes its locks away then
            try:
                process.wait(timeout=_GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
            raise RepositoryUnavailable(
                f"Git did not finish within {_TIMEOUT:.0f} seconds.",
                "Look whether the disk is very slow, then try again.",
            ) from None
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise GitFailed(said.decode("utf-8", "replace").strip())
    return written


def line(folder: Path, *arguments: str, data: bytes = b"", environment: Mapping[str, str] | None = None) -> str:
    """The first line of what git writes."""
    return run(folder, *arguments, data=data, environment=environment).decode("utf-8", "surrogateescape").split("\n")[0]


def head(folder: Path) -> str:
    """The id of the commit that is checked out; "" before the first one.

    Raises:
        GitFailed, RepositoryUnavailable: as for `run`.
    """
    try:
        return line(folder, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except GitFailed as error:
        if error.said:
            raise
        return ""
