"""Owns the finding: one thing about a file that a person should know, and where it is. Never decides what to check."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding matters: an error must be put right, a warning should be."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """`message` says what is wrong and what to do. `line` counts from 1; 0 means the whole file."""

    file: str
    line: int
    field: str
    severity: Severity
    code: str
    message: str

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dict with exactly the keys of this class."""
        return asdict(self) | {"severity": str(self.severity)}

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        field = f" {self.field}:" if self.field else ""
        return f"{place}: {self.severity}:{field} {self.message} [{self.code}]"


def has_errors(findings: list[Finding]) -> bool:
    """Whether any of these must be put right."""
    return any(finding.severity is Severity.ERROR for finding in findings)
