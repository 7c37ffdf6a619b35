"""The configuration as people read it: the values in force, and the reference page."""

from typing import Any

from laotie.runtime import config
from laotie.runtime.config import Config

_HEAD = """# Settings

Every setting is an environment variable. `laotie config` prints the values in force and where each
came from. A name that begins with `LAOTIE_` and is not on this page stops the start, so that a
typing error cannot go unseen; what Kubernetes injects for a service is passed over.

A secret can be read from a file instead: `LAOTIE_SECRET_KEY_FILE=/run/secrets/key`.

This page is generated: `laotie config --reference > docs/reference/config.md`.

| Variable | Default | Unit | Meaning |
| --- | --- | --- | --- |
"""


def reference() -> str:
    """docs/reference/config.md."""
    rows = []
    for each in config.settings_fields():
        name = f"`{config.variable(each.name)}`"
        if each.metadata["secret"]:
            name += " (secret)"
        default = "" if each.default in ("", ()) else f"`{_plain(each.default)}`"
        rows.append(
            f"| {name} | {default} | {each.metadata['unit']} | {each.metadata['meaning']} |"
        )
    return _HEAD + "\n".join(rows) + "\n"


def values(found: Config) -> list[dict[str, Any]]:
    """One entry per setting, with its source; secrets hidden."""
    return [
        {
            "name": config.variable(each.name),
            "value": _shown(getattr(found, each.name), is_secret=each.metadata["secret"]),
            "source": found.sources[each.name],
        }
        for each in config.settings_fields()
    ]


def table(found: Config) -> str:
    """The same for a terminal."""
    lines = values(found)
    widths = [max(len(line[key]) for line in lines) for key in ("name", "value")]
    return "\n".join(
        f"{line['name']:<{widths[0]}}  {line['value']:<{widths[1]}}  {line['source']}"
        for line in lines
    )


def _shown(value: Any, *, is_secret: bool) -> str:
    if is_secret:
        return "(hidden)" if value else "(none)"
    return _plain(value) or "-"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return ",".join(value) if isinstance(value, tuple) else str(value)
