"""Draws a picture that somebody sent again, in a few widths: run as a file, with limits.

    python -I drawer.py SOURCE FOLDER PREFIX WIDTH...

Writes `FOLDER/PREFIX<width>.webp` and one line: its upright width and height, or the cause why it
cannot be drawn.
"""

import sys
from pathlib import Path

from laotie.kernel import drawn


def main(source: Path, folder: Path, prefix: str, widths: list[int]) -> str:
    try:
        picture = drawn.again(source)
    except drawn.NotDrawable as no:
        return no.cause
    drawn.write(picture, folder, widths=widths, prefix=prefix)
    return f"{picture.width} {picture.height}"


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], [*map(int, sys.argv[4:])]))  # noqa: T201 - its answer.
