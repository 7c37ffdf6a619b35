"""Soft shapes with Pillow: curves, gradients and blur, all drawn large and made small."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Point = tuple[float, float]
Colour = tuple[int, int, int]

FINE = 4  # Everything is drawn four times as large; the edges become smooth when it is made small.
_STEPS = 24


@dataclass(frozen=True, slots=True)
class Shade:
    """From one colour to another across a shape's box. angle: 0 down, 90 to the right."""

    start: Colour
    end: Colour
    angle: int = 0


Paint = Colour | Shade


def colour(text: str) -> Colour:
    """`#rrggbb` as numbers."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def outline(path: str) -> list[Point]:
    """The corners of an SVG path; M, L, C, Q and Z with absolute coordinates."""
    corners: list[Point] = []
    for command, rest in re.findall(r"([MLCQZ])([^MLCQZ]*)", path):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", rest)]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        size = {"M": 1, "L": 1, "C": 3, "Q": 2, "Z": 1}[command]
        for start in range(0, len(points), size):
            piece = points[start : start + size]
            corners += _curve([corners[-1], *piece]) if size > 1 else piece
    return corners


def _curve(controls: Sequence[Point]) -> list[Point]:
    """De Casteljau, for any number of controls."""
    corners = []
    for step in range(1, _STEPS + 1):
        part = step / _STEPS
        points = list(controls)
        while len(points) > 1:
            points = [
                (a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part)
                for a, b in itertools.pairwise(points)
            ]
        corners.append(points[0])
    return corners


class Layer:
    """A transparent picture of width x height units, its origin at `origin`."""

    def __init__(self, width: int, height: int, *, origin: Point = (0, 0), fine: int = FINE):
        self._fine = fine
        self._origin = origin
        self.picture = Image.new("RGBA", (width * fine, height * fine))

    def shape(
        self,
        path: str | Sequence[Point],
        paint: Paint,
        *,
        opacity: float = 1.0,
        blur: float = 0.0,
        inside: str | None = None,
    ) -> None:
        """Fill an outline. blur: units; inside: another outline that cuts it off."""
        corners = self._placed(outline(path) if isinstance(path, str) else path)
        box = self._box(corners, blur)
        if box is None:
            return
        mask = self._mask(corners, box)
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * self._fine))
        if inside is not None:
            mask = ImageChops.multiply(mask, self._mask(self._placed(outline(inside)), box))
        self._lay(mask, box, paint, opacity)

    def ellipse(
        self, x: float, y: float, rx: float, ry: float, paint: Paint, **how: object
    ) -> None:
        """An ellipse around (x, y), painted as `shape` does."""
        k = 0.5523
        path = (
            f"M{x - rx} {y} C{x - rx} {y - ry * k} {x - rx * k} {y - ry} {x} {y - ry}"
            f" C{x + rx * k} {y - ry} {x + rx} {y - ry * k} {x + rx} {y}"
            f" C{x + rx} {y + ry * k} {x + rx * k} {y + ry} {x} {y + ry}"
            f" C{x - rx * k} {y + ry} {x - rx} {y + ry * k} {x - rx} {y}Z"
        )
        self.shape(path, paint, **how)  # type: ignore[arg-type]

    def stroke(
        self, path: str, paint: Colour, width: float, *, opacity: float = 1.0, blur: float = 0.0
    ) -> None:
        """A line along an open path, with round ends."""
        corners = self._placed(outline(path))
        box = self._box(corners, blur + width)
        if box is None:
            return
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
        draw = ImageDraw.Draw(mask)
        moved = [(x - box[0], y - box[1]) for x, y in corners]
        draw.line(moved, fill=255, width=round(width * self._fine))
        radius = width * self._fine / 2
        for x, y in moved:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * self._fine))
        self._lay(mask, box, paint, opacity)

    def small(self, by: int = FINE) -> Image.Image:
        """The finished picture, `by` times smaller than it was drawn."""
        return self.picture.reduce(by)

    def _placed(self, corners: Sequence[Point]) -> list[Point]:
        left, top = self._origin
        return [((x - left) * self._fine, (y - top) * self._fine) for x, y in corners]

    def _box(self, corners: Sequence[Point], margin: float) -> tuple[int, int, int, int] | None:
        extra = round(margin * 3 * self._fine) + 2
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        box = (
            max(0, round(min(xs)) - extra),
            max(0, round(min(ys)) - extra),
            min(self.picture.width, round(max(xs)) + extra),
            min(self.picture.height, round(max(ys)) + extra),
        )
        return box if box[0] < box[2] and box[1] < box[3] else None

    def _mask(self, corners: Sequence[Point], box: tuple[int, int, int, int]) -> Image.Image:
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
        moved = [(x - box[0], y - box[1]) for x, y in corners]
        ImageDraw.Draw(mask).polygon(moved, fill=255)
        return mask

    def _lay(
        self, mask: Image.Image, box: tuple[int, int, int, int], paint: Paint, opacity: float
    ) -> None:
        if opacity < 1:
            mask = mask.point(lambda value: round(value * opacity))
        filled = painted(mask.size, paint)
        filled.putalpha(mask)
        self.picture.alpha_composite(filled, (box[0], box[1]))


def painted(size: tuple[int, int], paint: Paint) -> Image.Image:
    """A full rectangle of this paint."""
    if not isinstance(paint, Shade):
        return Image.new("RGB", size, paint)
    ramp = _ramp(paint.angle).resize(size, Image.Resampling.BILINEAR)
    return Image.composite(
        Image.new("RGB", size, paint.end), Image.new("RGB", size, paint.start), ramp
    )


@cache
def _ramp(angle: int) -> Image.Image:
    """Black to white, turned about the middle and cropped so that corners are filled."""
    ramp = Image.linear_gradient("L")
    if angle == 0:
        return ramp
    return ramp.resize((384, 384)).rotate(angle, Image.Resampling.BILINEAR).crop((64, 64, 320, 320))


@cache
def glow(radius: int) -> Image.Image:
    """A mask that is white in the middle and fades to nothing at `radius` pixels."""
    ramp = ImageChops.invert(Image.radial_gradient("L")).resize((radius * 2, radius * 2))
    # The gradient of the library reaches black only in the corners of its square.
    return ramp.point(lambda value: round(max(0.0, (value - 75) / 180) ** 1.7 * 255))


@cache
def disc(radius: int) -> Image.Image:
    """A mask of a light out of focus: even, with a soft edge."""
    size = radius * 2
    mask = Image.new("L", (size * 2, size * 2))
    inner = size * 0.2
    ImageDraw.Draw(mask).ellipse((inner, inner, size * 2 - inner, size * 2 - inner), fill=255)
    return mask.filter(ImageFilter.GaussianBlur(size * 0.1)).reduce(2)
