"""Fetch the third-party files of `look/vendor.toml` again, by package name through `npm pack`.

    python tools/vendor.py            write files and hashes for the versions named there
    python tools/vendor.py --icons    redraw the sprite only (after adding a name to `icons`)

A changed version is a line in `vendor.toml`; a changed hash shows up in the diff of a review.
"""

import argparse
import hashlib
import re
import subprocess
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

LOOK = Path(__file__).resolve().parent.parent / "src" / "laotie" / "look"
MANIFEST = LOOK / "vendor.toml"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--icons", action="store_true", help="redraw the sprite only")
    arguments = parser.parse_args()

    manifest = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))
    entries = manifest["sprite"] + ([] if arguments.icons else manifest["file"])
    text = MANIFEST.read_text(encoding="utf-8")
    for entry in entries:
        with tempfile.TemporaryDirectory() as folder:
            package = fetch(entry["name"], entry["version"], Path(folder))
            body = sprite(package, entry) if "icons" in entry else plain(package, entry)
            (LOOK / entry["file"]).write_bytes(body)
            (LOOK / entry["licence_file"]).write_bytes((package / "LICENSE").read_bytes())
        text = with_hash(text, entry["file"], hashlib.sha256(body).hexdigest())
        print(f"{entry['name']} {entry['version']}: {entry['file']}, {len(body):,} bytes")
    MANIFEST.write_text(text, encoding="utf-8")


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


def with_hash(text: str, file: str, digest: str) -> str:
    """The manifest with the hash of the entry that writes `file`."""
    start = text.index(f'file = "{file}"')
    head, tail = text[:start], text[start:]
    return head + re.sub(r'sha256 = "[0-9a-f]*"', f'sha256 = "{digest}"', tail, count=1)


if __name__ == "__main__":
    main()
