"""Fetch the third-party files of `look/vendor.toml` again, by package name through `npm pack`.

    python tools/vendor.py            write files and hashes for the versions named there
    python tools/vendor.py --icons    redraw the sprite only, with the icons that pages draw by now

A changed version is a line in `vendor.toml`; a changed hash shows up in the diff of a review.
"""

import argparse
import hashlib
import re
import subprocess
import tarfile
import tempfile
import textwrap
import tomllib
from pathlib import Path
from typing import Any

LAOTIE = Path(__file__).resolve().parent.parent / "src" / "laotie"
LOOK = LAOTIE / "look"
MANIFEST = LOOK / "vendor.toml"
# `{% icon "x" %}`, `icon="x"` for includes, `icons.svg#x`, and `icon("x")` in scripts.
_DRAWN = (
    r"""{%\s*icon\s+["']([a-z0-9-]+)["']""",
    r"""\bicon=["']([a-z0-9-]+)["']""",
    r"""icons\.svg["']\s*%}#([a-z0-9-]+)""",
    r"""\bicon\(["']([a-z0-9-]+)["']\)""",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--icons", action="store_true", help="redraw the sprite only")
    arguments = parser.parse_args()

    text = with_icons(MANIFEST.read_text(encoding="utf-8"), icons_drawn())
    manifest = tomllib.loads(text)
    entries = manifest["sprite"] + ([] if arguments.icons else manifest["file"])
    for entry in entries:
        with tempfile.TemporaryDirectory() as folder:
            package = fetch(entry["name"], entry["version"], Path(folder))
            body = sprite(package, entry) if "icons" in entry else plain(package, entry)
            (LOOK / entry["file"]).write_bytes(body)
            (LOOK / entry["licence_file"]).write_bytes((package / "LICENSE").read_bytes())
        text = with_hash(text, entry["file"], hashlib.sha256(body).hexdigest())
        print(f"{entry['name']} {entry['version']}: {entry['file']}, {len(body):,} bytes")
    MANIFEST.write_text(text, encoding="utf-8")


def icons_drawn() -> set[str]:
    """Names of all icons that templates, views and scripts draw."""
    paths = [
        *LAOTIE.rglob("templates/**/*.html"),
        *LAOTIE.rglob("static/**/*.js"),
        *LAOTIE.rglob("*.py"),
    ]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    return {name for text in texts for pattern in _DRAWN for name in re.findall(pattern, text)}


def fetch(name: str, version: str, folder: Path) -> Path:
    """The unpacked package, checked by npm against the registry's own integrity hash."""
    subprocess.run(
        ["npm", "pack", f"{name}@{version}", "--silent"],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    archive = next(folder.glob("*.tgz"))
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return folder / "package"


def plain(package: Path, entry: dict[str, Any]) -> bytes:
    """One file as it is, without the pointer to a source map that is not shipped."""
    body = (package / entry["from"]).read_text(encoding="utf-8")
    return re.sub(r"\n?//# sourceMappingURL=.*\s*$", "\n", body).encode()


def sprite(package: Path, entry: dict[str, Any]) -> bytes:
    """One SVG with a symbol per icon; stroke and width come from the page's `.i`."""
    symbols = []
    for name in sorted(entry["icons"]):
        drawing = (package / entry["from"] / f"{name}.svg").read_text(encoding="utf-8")
        body = drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.rindex("</svg>")]
        lines = "".join(line.strip() for line in body.strip().splitlines())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{lines}</symbol>')
    head = (
        f"<!-- {entry['name']} {entry['version']}, {entry['licence']} -->\n"
        '<svg xmlns="http://www.w3.org/2000/svg">\n'
    )
    return (head + "\n".join(symbols) + "\n</svg>\n").encode()


def with_icons(text: str, names: set[str]) -> str:
    """The manifest with this list of icons, in lines of 100 columns."""
    listed = textwrap.fill(
        ", ".join(f'"{name}"' for name in sorted(names)),
        width=100,
        initial_indent="  ",
        subsequent_indent="  ",
        break_on_hyphens=False,
    )
    return re.sub(r"icons = \[\n.*?\n\]", f"icons = [\n{listed},\n]", text, flags=re.DOTALL)


def with_hash(text: str, file: str, digest: str) -> str:
    """The manifest with the hash of the entry that writes `file`."""
    start = text.index(f'file = "{file}"')
    head, tail = text[:start], text[start:]
    return head + re.sub(r'sha256 = "[0-9a-f]*"', f'sha256 = "{digest}"', tail, count=1)


if __name__ == "__main__":
    main()
