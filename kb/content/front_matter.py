"""Owns the YAML head of a Markdown file: taking it off, reading it with line numbers, writing it. Never knows a field.

Why not python-frontmatter: it gives no line numbers, keeps the last of two equal keys without a word, and lets YAML
guess types (`008`, `no` and `1e5` stop being text). Here PyYAML's composer reads and every value stays text; the
case-study model, which knows what each field is, does the conversion.
"""

from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import yaml

try:
    from yaml import CSafeDumper as _Dumper
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml: the same answers, about ten times slower
    from yaml import SafeDumper as _Dumper  # type: ignore[assignment]
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"

_DEEPEST: Final = 20  # lists within lists; the schema has three, and libyaml ends the whole process at some thousands


class FrontMatterError(ValueError):
    """The head cannot be read. `line` counts from 1 in the file; `code` is the finding's."""

    def __init__(self, line: int, code: str, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.code = code


@dataclass(slots=True)
class FrontMatter:
    """`values` by key, all scalars as text (empty ones None); `lines` maps "measures.0.unit" and the like to a line."""

    values: dict[str, Value]
    body: str
    lines: dict[str, int] = field(default_factory=dict)
    body_line: int = 1


def read(text: str) -> FrontMatter:
    """The head and body of a file's text; a file without a head has empty values.

    Raises:
        FrontMatterError: the head is not closed, is not YAML, repeats a key, nests too deep, or uses anchors.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    rows = text.split("\n")
    if rows[0].rstrip() != "---":
        return FrontMatter({}, text)
    end = next((n for n, row in enumerate(rows[1:], 1) if row.rstrip() == "---"), None)
    if end is None:
        raise FrontMatterError(
            1,
            "front-matter-open",
            "The front matter starts with --- but never ends. Put a line with only --- under its last field.",
        )
    try:
        refuse_depth("\n".join(rows[1:end]))
        node = yaml.compose("\n".join(rows[1:end]), Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        problem = getattr(error, "problem", None) or "it is not valid YAML"
        raise FrontMatterError(
            line,
            "front-matter-yaml",
            f"The front matter cannot be read here: {problem}. Check the indentation, and put text that holds a colon or starts with a special sign in quotes.",
        ) from None
    except ValueError as error:  # libyaml refuses control characters this way
        raise FrontMatterError(
            1, "front-matter-yaml", f"The front matter cannot be read: {error}. Delete the special characters."
        ) from None
    found = FrontMatter({}, "\n".join(rows[end + 1 :]), body_line=end + 2)
    if node is not None:
        values = _value(node, "", found.lines, set())
        if not isinstance(values, dict):
            raise FrontMatterError(
                2,
                "front-matter-yaml",
                "The front matter must be fields, one a line, such as: title: Fewer missed appointments.",
            )
        found.values = values
    return found


def refuse_depth(text: str) -> None:
    """Raises a YAMLError where YAML nests deeper than anybody writes by hand: building it could end the process."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise yaml.MarkedYAMLError(problem="lists are nested too deep", problem_mark=event.start_mark)  # type: ignore[arg-type] # libyaml's mark does as well


def _value(node: yaml.Node, path: str, lines: dict[str, int], seen: set[int]) -> Value:
    line = node.start_mark.line + 2  # the mark counts from 0 and the opening --- is a line too
    if id(node) in seen:
        raise FrontMatterError(
            line,
            "front-matter-alias",
            "The front matter uses a YAML anchor (& and *). Write the value out in both places.",
        )
    seen.add(id(node))
    lines.setdefault(path, line)
    prefix = f"{path}." if path else ""
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Value] = {}
        for key_node, value_node in node.value:
            key_line = key_node.start_mark.line + 2
            if not isinstance(key_node, yaml.ScalarNode):
                raise FrontMatterError(
                    key_line,
                    "front-matter-yaml",
                    "A field's name must be text here, not a list. Put text that starts with [ or { in quotes.",
                )
            key = str(key_node.value)
            if key in values:
                raise FrontMatterError(key_line, "front-matter-duplicate", f"The field {key} is there twice. Keep one.")
            lines[prefix + key] = key_line
            values[key] = _value(value_node, prefix + key, lines, seen)
        return values
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, f"{prefix}{n}", lines, seen) for n, item in enumerate(node.value)]
    plain_null = not getattr(node, "style", None) and node.value in ("", "~", "null")
    return None if plain_null else str(node.value)


class _Writer(_Dumper):
    """Short lists of short words on one line, everything else one item a line, nothing by reference."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


def _list(dumper: Any, data: list[Any]) -> yaml.Node:
    short = all(isinstance(item, str) and len(item) < 40 for item in data) and sum(map(len, data)) < 90
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=short)  # type: ignore[no-any-return]


_Writer.add_representer(list, _list)


def write(values: dict[str, Any], body: str) -> str:
    """The file's text: the head in the given order of keys, a blank line, the body as it is."""
    head = yaml.dump(values, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=100) if values else ""
    return f"---\n{head}---\n\n{body}" if body else f"---\n{head}---\n"
