"""Owns building a generation from the content folder, doing again only what changed. Never touches a live one.

The answer does not depend on the history: whatever was reused, a generation equals the one built from nothing, but
for rounding: the last digits of a vector depend on the texts that were embedded beside it.
"""

import contextlib
import dataclasses
import datetime
import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import filelock
import numpy as np

from kb.content import case_study
from kb.content.findings import Finding
from kb.content.folder import ContentFolder, Entry, Listing, read_text
from kb.content.vocabulary import Vocabulary
from kb.errors import ContentUnreadable, IndexBusy
from kb.search import (
    background,
    calibration,
    catalogue,
    facets,
    late_interaction,
    lexical,
    lexicon,
    passages,
    ranking,
    vectors,
)  # fmt: skip
from kb.search.catalogue import Record, StoredPassage
from kb.search.embedders import Embedder
from kb.search.embedding import Embedded, Report, embed
from kb.search.index import Index, IndexStore, Manifest, file_digest, is_stale, sync_folder, versions

_SETTLED: Final = 2_000_000_000  # nanoseconds: the coarsest clock of a file system still in use ticks every 2 seconds


@dataclass(slots=True)
class Built:
    """What a build did. `changed` is False when the index was already what the content gives."""

    generation: str
    changed: bool
    case_studies: int
    passages: int
    parsed: int = 0
    embedded: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)


def build(
    content: ContentFolder, store: IndexStore, embedder: Embedder, report: Report = lambda *_: None, wait: float = 0
) -> Built:
    """Makes the index what the content folder gives, and that the live generation.

    Args:
        content: the folder to read.
        store: where generations lie.
        embedder: the model for passages; loaded only if something has to be embedded.
        report: called with progress.
        wait: seconds to wait for another builder.

    Raises:
        ContentError: the content folder is missing or unreadable.
        ContentUnreadable: the index folder cannot be written.
        IndexBusy: another builder is at work and did not finish in time.
        EmbedderUnavailable: the model cannot be loaded.
    """
    try:
        store.path.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(store.path / ".lock", timeout=wait):
            return _build(content, store, embedder, report)
    except filelock.Timeout:
        raise IndexBusy("Another process is building the index.", "Wait for it to finish, then try again.") from None
    except OSError as error:
        raise ContentUnreadable(
            f"The index folder {store.path} cannot be written: {error.strerror or error}.",
            "Check its permissions and the space on the disk.",
        ) from error


def _build(content: ContentFolder, store: IndexStore, embedder: Embedder, report: Report) -> Built:
    started = time.monotonic()
    listing = content.listing()
    previous = store.usable()
    words = _vocabulary_digest(content.vocabulary)
    same_rules = previous is not None and previous.manifest.fingerprint.split(":")[0] == words
    if previous is not None and same_rules and _untouched(listing, previous, embedder.id):
        found = [*Vocabulary.load(content.vocabulary).findings, *previous.catalogue.findings()]
        return _nothing_new(store, previous, 0, found, started)
    known = {record.file: record for record in previous.catalogue.records()} if previous else {}
    vocabulary = Vocabulary.load(content.vocabulary)
    # A file that is left out is part of what the content gives: readers of the health page see it named.
    records = [Record(f.file, "", f"{f.code} {f.message}", [f]) for f in listing.findings]
    parsed = 0
    for number, entry in enumerate(listing.entries, 1):
        old = known.get(entry.file)
        if old is not None and (record := _unchanged(entry, old, same_rules)):
            records.append(record)
        else:
            records.append(_parse(entry, vocabulary))
            parsed += 1
        if number % 100 == 0 or number == len(listing.entries):
            report("Reading case studies", number, len(listing.entries))
    fingerprint = f"{words}:{_content_digest(records)}"
    findings = [
        *vocabulary.findings,
        *(finding for record in records for finding in record.findings),
    ]
    counts = {
        "case_studies": sum(bool(record.data) for record in records),
        "passages": sum(len(record.passages) for record in records),
    }
    if previous is not None and not is_stale(previous.manifest, fingerprint, embedder.id):
        return _nothing_new(store, previous, parsed, findings, started)
    folder = store.path / f".building-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    try:
        folder.mkdir()
        embedded = _write(folder, content, records, embedder, previous, report)
        name = f"generation-{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
        manifest = Manifest(
            name, fingerprint, embedder.id, embedded.vectors.shape[1], versions(), **counts,
            calibration=calibration.Calibration().to_dict(),
            built=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"), seconds=0.0, files=_files(folder),
        )  # fmt: skip
        manifest.write(folder)
        # Opened as a reader will: what cannot be opened is never switched to.
        noise = _noise(Index(folder, embedder.id))
        seconds = round(time.monotonic() - started, 3)
        dataclasses.replace(manifest, calibration=noise.to_dict(), seconds=seconds).write(folder)
        sync_folder(folder)
        store.promote(folder, name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Built(
        name,
        True,
        **counts,
        parsed=parsed,
        embedded=embedded.count,
        findings=findings,
        seconds=time.monotonic() - started,
    )


def _nothing_new(store: IndexStore, previous: Index, parsed: int, findings: list[Finding], started: float) -> Built:
    """The index is already what the content gives."""
    store.prune({store.current_name(), *_before(store)})
    manifest = previous.manifest
    return Built(
        manifest.generation, False, manifest.case_studies, manifest.passages, parsed, 0, time.monotonic() - started, findings
    )  # fmt: skip


def _untouched(listing: Listing, previous: Index, embedder: str) -> bool:
    """Whether no file can have changed, by their stamps alone: what a site finds at each start, and every half minute."""
    if listing.findings or is_stale(previous.manifest, previous.manifest.fingerprint, embedder):
        return False
    here = {entry.file: _stamp(entry) for entry in listing.entries}
    return all(here.values()) and here == previous.catalogue.stamps()


def _before(store: IndexStore) -> set[str]:
    """The newest generation but the live one: kept, in case the live one is found damaged."""
    names = sorted(path.name for path in store.path.glob("generation-*") if path.name != store.current_name())
    return set(names[-1:])


def _unchanged(entry: Entry, old: Record, same_rules: bool) -> Record | None:
    """The old record if the file is still the same and was read under the same vocabulary; else None.

    The stamp (size, times, inode) settles most; a file that was only touched is known by its digest.
    """
    if not same_rules or (old.data and old.slug != entry.slug):
        return None
    if old.stamp and old.stamp == entry.stamp:
        return old
    _, digest, _ = read_text(entry)
    if digest != old.digest:
        return None
    old.stamp = _stamp(entry)
    return old


def _stamp(entry: Entry) -> str:
    """The file's stamp; "" when it changed so lately that a further edit might leave the same one."""
    return entry.stamp if entry.changed < time.time_ns() - _SETTLED else ""


def _parse(entry: Entry, vocabulary: Vocabulary) -> Record:
    stamp = _stamp(entry)
    text, digest, problem = read_text(entry)
    record = Record(entry.file, stamp, digest, [problem] if problem else [])
    if text is None:
        return record
    parsed = case_study.read(text, entry.slug, entry.file)
    found = parsed.case_study
    if found is None:
        record.findings = parsed.findings
        return record
    record.slug, record.data = entry.slug, found.model_dump_json(exclude_defaults=True)
    record.facets = facets.values(found, vocabulary)
    record.passages = [
        StoredPassage(p.section, p.anchor, p.text, p.digest, " ".join(lexical.stems(f"{p.section} {p.text}")))
        for p in passages.split(found, vocabulary)
    ]
    return record


def _noise(index: Index) -> calibration.Calibration:
    """The noise floor: what speaks for the best answers to questions that have none."""
    answers = []
    for text, vector, pieces in index.background:
        wanted = [lexical.Wanted((stem,)) for stem in dict.fromkeys(lexical.terms(text))]
        answers.append(ranking.rank(index, ranking.Asked(wanted, vector, (pieces,)), {}).signs)
    return calibration.Calibration.measure(answers)


def _write(
    folder: Path,
    content: ContentFolder,
    records: list[Record],
    embedder: Embedder,
    previous: Index | None,
    report: Report,
) -> Embedded:
    catalogue.write(folder / "catalogue.sqlite", records)
    if content.vocabulary.is_dir():
        readable = {path for path, _ in _vocabulary_files(content.vocabulary)}
        shutil.copytree(
            content.vocabulary,
            folder / "vocabulary",
            copy_function=shutil.copyfile,
            ignore=lambda folder, names: [n for n in names if Path(folder, n) not in readable],
        )
    kept = [record for record in records if record.data]
    same_model = previous is not None and previous.manifest.embedder == embedder.id
    # Carried on, so that taking a case study away needs no model.
    questions = previous.background if previous and same_model else background.Background.make(embedder)
    embedded = embed(kept, embedder, questions.projection, previous if same_model else None, report)
    report("Writing the index", 0, 1)
    questions.save(folder / "background.npz")
    vectors.save(embedded.vectors, folder / "vectors.faiss")
    owners = np.repeat(np.arange(len(kept)), [len(record.passages) for record in kept]).astype(np.int64)
    late_interaction.save(embedded.pieces, owners, questions.projection.shape[1], folder / "pieces")
    lexical.save(((_words(record), record.facets) for record in kept), folder / "lexical")
    known = lexicon.names(Vocabulary.load(folder / "vocabulary"))
    lexicon.Lexicon.of((_words(record) for record in kept), known).save(folder / "lexicon.json")
    np.savez(
        folder / "arrays.npz",
        passage_case_study=owners,
        newest_rank=_newest(kept),
        centroids=embedded.centroids(owners, len(kept)),
    )
    report("Writing the index", 1, 1)
    return embedded


def _words(record: Record) -> str:
    """All text of a case study for the word index, the title once."""
    return "\n".join([record.title, *(f"{passage.section}. {passage.text}" for passage in record.passages)])


def _newest(records: list[Record]) -> np.ndarray:
    """Each case study's place when the newest comes first: by date published, then year of the work, then title."""
    keys = []
    for position, record in enumerate(records):
        data = json.loads(record.data)
        when = str(data.get("ended") or data.get("started") or "")
        keys.append((str(data.get("published") or ""), when, position))
    order = sorted(range(len(keys)), key=lambda position: (keys[position][0], keys[position][1]), reverse=True)
    ranks = np.empty(len(keys), np.int64)
    ranks[order] = np.arange(len(keys))
    return ranks


def _files(folder: Path) -> dict[str, tuple[int, str]]:
    """Size and digest of every file, each flushed, so that a power cut cannot leave a named but empty generation."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.endswith(".lock"):
            found[path.relative_to(folder).as_posix()] = (path.stat().st_size, file_digest(path))
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
    return found


def _content_digest(records: Iterable[Record]) -> str:
    digest = hashlib.sha256()
    for record in records:
        digest.update(f"{record.file}\0{record.digest}\n".encode())
    return digest.hexdigest()


def _vocabulary_digest(folder: Path) -> str:
    """A digest of the vocabulary's files: when it changes, every case study is read again."""
    digest = hashlib.sha256()
    for path, data in _vocabulary_files(folder):
        digest.update(path.name.encode() + b"\0" + data)
    return digest.hexdigest()[:32]


def _vocabulary_files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """The vocabulary's files that can be read; editors leave broken links beside an open file."""
    for path in sorted(folder.glob("*.yaml")):
        with contextlib.suppress(OSError):
            yield path, path.read_bytes()
