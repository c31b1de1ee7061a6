"""Owns putting bytes in their place whole or not at all, and the turn of one writer among several. Never knows what they mean.

A file is written beside its place, flushed to the disk and renamed. What a killed process leaves beside it has a name
that begins with a dot, which nothing reads.
"""

import contextlib
import errno
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import filelock

_PREFIX: Final = ".writing-"
_WAIT: Final = 10.0  # seconds for other writers, each of whom takes some milliseconds
_LOOK: Final = 0.01  # seconds between two looks at whether they are done
_NO_LINKS: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})


class Busy(Exception):
    """Somebody else has been writing for longer than one waits."""


@contextlib.contextmanager
def locked(folder: Path, wait: float = _WAIT) -> Iterator[None]:
    """The turn of one writer in this folder; the folder itself is locked, so that no file of a lock lies about in it.

    Raises:
        Busy: another writer did not finish in time.
    """
    until = time.monotonic() + wait
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:  # Windows opens no folders
        handle = -1
    try:
        try:
            while not filelock.lock_descriptor(handle, blocking=False):
                if time.monotonic() >= until:
                    raise Busy
                time.sleep(_LOOK)
        except OSError:  # some network drives lock files only
            try:
                with filelock.FileLock(folder / f"{_PREFIX}lock", timeout=max(until - time.monotonic(), 0)):
                    yield
            except filelock.Timeout:
                raise Busy from None
        else:
            yield
    finally:
        if handle >= 0:
            os.close(handle)  # which unlocks it


def put(path: Path, data: bytes, new: bool = False) -> None:
    """Puts the bytes there; the file is the old one or the new one at every moment, and on the disk when this returns.

    Raises:
        FileExistsError: it was to be `new`, and something is there.
        OSError: it cannot be written; nothing has changed.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=_PREFIX)
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        made.chmod(path.stat().st_mode & 0o777 if not new and path.exists() else 0o644)
        if new:
            _link(made, path)
        else:
            made.replace(path)
    finally:
        made.unlink(missing_ok=True)
    sync(path.parent)


def _link(made: Path, path: Path) -> None:
    try:
        os.link(made, path)  # fails when the name is taken: nothing is ever overwritten
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        made.rename(path)


def is_unfinished(name: str) -> bool:
    """Whether a file of this name was never finished."""
    return name.startswith(_PREFIX) and name != f"{_PREFIX}lock"


def clean(*folders: Path) -> None:
    """Takes away what killed writers have left in these folders; only for one whose turn it is."""
    for folder in folders:
        with os.scandir(folder) as found:
            for entry in found:
                if is_unfinished(entry.name):
                    Path(entry.path).unlink(missing_ok=True)


def sync(folder: Path) -> None:
    """Flushes the names in a folder to the disk, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
