"""Gather every text that people see into the catalogues, and compile them.

`python tools/messages.py` rewrites `locale/*/LC_MESSAGES/django.po` and `.mo`, keeping what is
translated; `--check` writes nothing and fails when a text has no translation, is fuzzy, or the
files are behind the code; `--from FILE.json` takes translations `{english: translation}` in.
"""

import argparse
import ast
import io
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "laotie"
LANGUAGES = ["zh_Hans"]
_DATE = datetime(2026, 1, 1, tzinfo=UTC)
_PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
SINGULAR = {"gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
_CALL = re.compile(r"(?<![\w.])(_|gettext|ngettext|pgettext)\(")


def texts() -> dict[str | tuple[str, str], set[str]]:
    """Every msgid (or plural pair) with the files it stands in."""
    found: dict[str | tuple[str, str], set[str]] = {}
    for path in sorted(SOURCE.rglob("*")):
        if "migrations" in path.parts or "vendor" in path.parts:
            continue
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py":
            messages = _from_python(path.read_text("utf-8"))
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            messages = _from_template(path.read_text("utf-8"))
        else:
            continue
        for message in messages:
            found.setdefault(message, set()).add(name)
    return found


def _from_python(source: str) -> Iterator[str | tuple[str, str]]:
    tree = ast.parse(source)
    known = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = ast.unparse(node.func).rsplit(".", 1)[-1]
        name = known.get(called, called)
        literals = [
            a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
        ]
        if name in SINGULAR and len(literals) == 1:
            yield literals[0]
        elif name in PLURAL and len(literals) >= 2:
            yield literals[0], literals[1]


def _from_template(source: str) -> Iterator[str | tuple[str, str]]:
    plain = templatize(source)
    for match in _CALL.finditer(plain):
        call = _balanced(plain, match.start(1), match.end())
        try:
            node = ast.parse(call.strip(), mode="eval").body
        except SyntaxError:
            continue
        assert isinstance(node, ast.Call)
        literals = [
            a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
        ]
        if match.group(1) == "ngettext":
            yield literals[0], literals[1]
        elif match.group(1) == "pgettext":
            yield literals[1]
        elif literals:
            yield literals[0]


def _balanced(text: str, start: int, opened: int) -> str:
    """The call from `start`, up to the bracket that closes it."""
    quote, index = "", opened
    while index < len(text):
        letter = text[index]
        if quote:
            if letter == "\\":
                index += 1
            elif letter == quote:
                quote = ""
        elif letter in "'\"":
            quote = letter
        elif letter == ")":
            return text[start : index + 1]
        index += 1
    return ""


def catalogue(
    language: str, found: dict[str | tuple[str, str], set[str]], extra: dict[str, str]
) -> Catalog:
    path = _folder(language) / "django.po"
    known = read_po(path.open("rb"), locale=language) if path.exists() else Catalog(locale=language)
    # One date for ever: the same texts make the same file.
    fresh = Catalog(
        locale=language,
        project="laotie",
        charset="utf-8",
        fuzzy=False,
        creation_date=_DATE,
        revision_date=_DATE,
    )
    for message in sorted(found, key=str):
        singular = message if isinstance(message, str) else message[0]
        old = known.get(singular)
        text = old.string if old and old.string and not old.fuzzy else ""
        if singular in extra and (not text or not any(text)):
            text = extra[singular]
        if isinstance(message, tuple):
            text = (text,) if isinstance(text, str) else tuple(text)[:1]
        flags = ["python-format"] if "%(" in singular else []
        fresh.add(
            message, text, locations=[(name, None) for name in sorted(found[message])], flags=flags
        )
    return fresh


def _folder(language: str) -> Path:
    return SOURCE / "locale" / language / "LC_MESSAGES"


def missing(book: Catalog) -> list[str]:
    """Texts without a translation, and translations that lost a place to fill."""
    rows = []
    for message in book:
        if not message.id:
            continue
        singular = message.id if isinstance(message.id, str) else message.id[0]
        text = message.string if isinstance(message.string, str) else (message.string or ("",))[0]
        if not text:
            rows.append(f"no translation: {singular}")
        elif set(re.findall(r"%\(\w+\)[sd]", singular)) != set(re.findall(r"%\(\w+\)[sd]", text)):
            rows.append(f"other places to fill: {singular}")
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--from", dest="sources", action="append", default=[], type=Path)
    arguments = parser.parse_args()
    extra: dict[str, str] = {}
    for source in arguments.sources:
        extra |= json.loads(source.read_text("utf-8"))
    found, failed = texts(), False
    for language in LANGUAGES:
        book = catalogue(language, found, extra)
        po, mo = io.BytesIO(), io.BytesIO()
        write_po(po, book, width=100, omit_header=False, include_lineno=False)
        write_mo(mo, book)
        folder = _folder(language)
        if arguments.check:
            behind = (
                not (folder / "django.po").exists()
                or (folder / "django.po").read_bytes() != po.getvalue()
                or (folder / "django.mo").read_bytes() != mo.getvalue()
            )
            if behind:
                print(f"{language}: the catalogue is behind the code; run `make messages`")
            failed |= behind
        else:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "django.po").write_bytes(po.getvalue())
            (folder / "django.mo").write_bytes(mo.getvalue())
        rows = missing(book)
        for row in rows:
            print(f"{language}: {row}")
        print(f"{language}: {len(book) - len(rows)} of {len(book)} texts translated")
        failed |= bool(rows)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
