"""Gather every text that people see into the catalogues, and compile them.

`python tools/messages.py` rewrites `locale/*/LC_MESSAGES/django.po` and `.mo`, keeping what is
translated; `--check` writes nothing and fails when a text has no translation, is fuzzy, or the
files are behind the code; `--from FILE.json` takes translations `{english: translation}` in, where a
context stands before the English and a U+0004.
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
from typing import NamedTuple

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
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
_CALL = re.compile(r"(?<![\w.])(_|gettext|ngettext|pgettext)\(")


class Text(NamedTuple):
    """What is translated as one. many: of a plural pair. context: tells it from the same words said
    of something else.
    """

    one: str
    many: str = ""
    context: str = ""

    @property
    def key(self) -> str:
        """As a file of translations names it, and as a catalogue in use does."""
        return f"{self.context}\x04{self.one}" if self.context else self.one


def texts() -> dict[Text, set[str]]:
    """Every text with the files it stands in."""
    found: dict[Text, set[str]] = {}
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


def _from_python(source: str) -> Iterator[Text]:
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
            yield Text(literals[0])
        elif name in PLURAL and len(literals) >= 2:
            yield Text(literals[0], many=literals[1])
        elif name in WITH_CONTEXT and len(literals) == 2:
            yield Text(literals[1], context=literals[0])


def _from_template(source: str) -> Iterator[Text]:
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
            yield Text(literals[0], many=literals[1])
        elif match.group(1) == "pgettext":
            yield Text(literals[1], context=literals[0])
        elif literals:
            yield Text(literals[0])


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


def catalogue(language: str, found: dict[Text, set[str]], extra: dict[str, str]) -> Catalog:
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
    for text in sorted(found, key=_order):
        old = known.get(text.one, text.context or None)
        said = old.string if old and old.string and not old.fuzzy else ""
        if text.key in extra and (not said or not any(said)):
            said = extra[text.key]
        if text.many:
            said = (said,) if isinstance(said, str) else tuple(said)[:1]
        fresh.add(
            (text.one, text.many) if text.many else text.one,
            said,
            locations=[(name, None) for name in sorted(found[text])],
            flags=["python-format"] if "%(" in text.one else [],
            context=text.context or None,
        )
    return fresh


def _order(text: Text) -> tuple[str, str]:
    """By the words; of the same words, what has no context first."""
    return str((text.one, text.many)) if text.many else text.one, text.context


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
