"""docs/settings.md, made from the settings themselves: `personsvar settings --markdown`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic.fields import FieldInfo

from personsvar.settings.all_settings import Settings
from personsvar.settings.group import variable

_HEAD = """# Settings

Everything is set by environment variables; each is checked at start, with one line for each mistake. An empty
one counts as not set. A number is its digits alone, with a decimal point where it may have one; an address is
`host:port`, an IPv6 host in brackets, and no two of ours are the same. A secret (marked *secret*) may also
come from a file, named by the same variable with `_FILE` behind it; an empty secret, or an empty file, is a
mistake, and nothing starts. In the name or password of a URL `,` `/` `?` `#` and `@` are written
`%2C` `%2F` `%3F` `%23` and `%40`; an `@` behind the host is too.
`personsvar settings` checks them all, what only one service opens (recordings, templates, certificates,
addresses) too. What is marked *switch* is read by `python -m dialplan.switch` too: give it both. Made by
`personsvar settings --markdown`; a test holds it to the program.
"""


def markdown() -> str:
    return "\n".join([_HEAD, *_sections()])


def _sections() -> Iterator[str]:
    for group in Settings.groups():
        yield f"## {(group.__doc__ or '').strip()}\n"
        yield "| setting | default | unit | what it is |"
        yield "|---|---|---|---|"
        for name, field in group.model_fields.items():
            yield _row(name, field)
        yield ""


def _row(name: str, field: FieldInfo) -> str:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    marks = "".join(f" *{mark}*" for mark in ("secret", "switch") if extra.get(mark))
    what = f"{field.description}{marks}"
    cells = (f"`{variable(name)}`", _default(name, field), str(extra.get("unit", "")), what)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(name: str, field: FieldInfo) -> str:
    value = field.default
    if name == "prompts":
        return "`prompts` beside the program"
    if value in (None, (), ""):
        return ""
    if value == Path("var"):
        return "`./var`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"
