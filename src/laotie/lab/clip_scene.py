"""The potter's studio around the host: shelves out of focus, warm light, bench, wheel and bowl."""

import math
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from laotie.lab.clip_shapes import Colour, Layer, Shade, colour, disc, glow, painted

WIDTH, HEIGHT = 720, 1280
SEAL_COLOUR: Colour = (200, 50, 30)
SEAL_BOX = (104, 236, 168, 300)  # Left, top, right, bottom: flat, still, and in no blur.
BENCH_Y = 890
BOWL_AT = (360.0, 842.0)
BOWL_SIZE = (400, 250)
CUP_AT = (604, BENCH_Y + 146)
_BOWL_ORIGIN = (-200, -90)

_CLAY = [colour(text) for text in ("#b4694a", "#c58f62", "#d9c3a5", "#f0e2cb")]
_GLAZE = [colour(text) for text in ("#a9b9ac", "#7fa9a0", "#7f8f86", "#8fb3bd")]
_LIGHT = colour("#ffd9a1")


def backdrop() -> Image.Image:
    """Wall, shelves and lamp light behind the host, RGB."""
    wall = painted((WIDTH, HEIGHT), Shade(colour("#8f5f41"), colour("#2c1b16"), angle=18))
    shelves = Layer(WIDTH, 900, fine=1)
    chance = random.Random(7)  # noqa: S311 - a drawing, not a secret.
    for board in (150, 372, 600):
        _board(shelves, board, chance)
    far = shelves.picture.filter(ImageFilter.GaussianBlur(6.5))
    picture = wall.convert("RGBA")
    picture.alpha_composite(far)
    _window(picture)
    lit = _lit(picture, (560, 210), 620, _LIGHT, 0.62)
    lit = _lit(lit, (120, 60), 360, colour("#ffb36b"), 0.28)
    lit = _lit(lit, (360, 520), 380, colour("#ffc98a"), 0.16)
    return lit


def bench() -> Image.Image:
    """The bench with all that stands still on it: bowls, tools, cup, shadows; transparent above."""
    layer = Layer(WIDTH, HEIGHT - BENCH_Y + 130, origin=(0, BENCH_Y - 130), fine=2)
    top = f"M0 {BENCH_Y} L{WIDTH} {BENCH_Y} L{WIDTH} {HEIGHT} L0 {HEIGHT}Z"
    layer.shape(top, Shade(colour("#a9764e"), colour("#3b2419")))
    chance = random.Random(3)  # noqa: S311 - a drawing, not a secret.
    for number in range(26):
        y = BENCH_Y + 8 + number * 15 + chance.uniform(-4, 4)
        bend, dark = chance.uniform(-9, 9), number % 3 != 0
        layer.stroke(
            f"M-9 {y} C240 {y + bend} 480 {y - bend} 729 {y + bend / 2}",
            colour("#2b170e") if dark else colour("#d6a273"),
            chance.uniform(0.8, 2.2),
            opacity=0.16 if dark else 0.12,
        )
    layer.shape(
        f"M0 {BENCH_Y} L720 {BENCH_Y} L720 {BENCH_Y + 5} L0 {BENCH_Y + 5}Z",
        colour("#ffe6c4"),
        opacity=0.35,
    )
    layer.ellipse(360, BENCH_Y + 92, 300, 46, colour("#1a0d07"), opacity=0.5, blur=16)
    for x in (150, 570):
        layer.ellipse(x, BENCH_Y + 22, 96, 15, (18, 9, 5), opacity=0.4, blur=8)
    _small_bowl(layer, 108, BENCH_Y + 176, 1.0)
    _cup(layer, *CUP_AT)
    _tools(layer)
    return layer.small(2)


def wheel() -> Image.Image:
    """The potter's wheel under the bowl, 420 x 130, its middle in the picture's middle."""
    layer = Layer(420, 130, origin=(-210, -65))
    layer.ellipse(0, 12, 196, 42, colour("#20120b"), opacity=0.55, blur=7)
    layer.ellipse(0, 8, 188, 40, Shade(colour("#6b4a36"), colour("#2a1910")))
    layer.ellipse(0, 0, 188, 40, Shade(colour("#b58a66"), colour("#7d563a"), angle=30))
    for radius in (164, 132, 98):
        layer.ellipse(0, 0, radius, radius * 0.212, colour("#5a3a26"), opacity=0.28)
        layer.ellipse(
            0, 1.6, radius, radius * 0.212, Shade(colour("#c29a77"), colour("#8a6044"), 30)
        )
    return layer.small()


def bowl() -> Image.Image:
    """The celadon bowl without its painting, `BOWL_SIZE`."""
    layer = Layer(*BOWL_SIZE, origin=_BOWL_ORIGIN)
    body = "M-150 -30 C-142 66 -88 116 -56 121 L56 121 C88 116 142 66 150 -30Z"
    layer.ellipse(0, 122, 62, 11, colour("#3d6a62"))
    layer.shape(body, Shade(colour("#a5cabf"), colour("#5f8f86"), angle=68))
    layer.shape(
        "M60 -30 L150 -30 C142 66 88 116 56 121 L20 121 C70 96 84 40 84 -30Z",
        colour("#2f5a53"), opacity=0.42, blur=17, inside=body,
    )  # fmt: skip
    layer.shape(
        "M-150 44 C-90 120 90 120 150 44 L150 130 L-150 130Z",
        colour("#2c514a"), opacity=0.35, blur=14, inside=body,
    )  # fmt: skip
    layer.shape(
        "M-122 -14 C-120 34 -98 76 -72 98 C-84 70 -98 34 -98 -14Z",
        colour("#ffffff"), opacity=0.42, blur=4, inside=body,
    )  # fmt: skip
    layer.ellipse(0, -30, 150, 35, Shade(colour("#d3e8e0"), colour("#9fc5ba"), angle=80))
    layer.ellipse(0, -27, 136, 28, Shade(colour("#4d7a72"), colour("#8dbab0")))
    layer.ellipse(26, -16, 92, 13, colour("#c5e2d9"), opacity=0.35, blur=6)
    return layer.small()


def painting(turn: float) -> Image.Image:
    """The lotus band on the bowl after so many turns; `BOWL_SIZE`, transparent.

    Ten petals: the picture is the same again after each tenth of a turn.
    """
    fine = 3
    picture = Image.new("RGBA", (BOWL_SIZE[0] * fine, BOWL_SIZE[1] * fine))
    draw = ImageDraw.Draw(picture)
    petals = 10
    left, top = _BOWL_ORIGIN
    for number in range(petals):
        around = (number / petals + turn) * math.tau
        if math.cos(around) > 0.06:
            _petal(draw, around, fine, left, top)
    return picture.reduce(fine)


def lights() -> list[tuple[int, int, int, Colour, float, int]]:
    """Lights out of focus: x, y, radius, colour, strength 0 to 1, twinkles in one loop."""
    chance = random.Random(21)  # noqa: S311 - a drawing, not a secret.
    left, top, right, bottom = SEAL_BOX
    kinds = [_LIGHT, colour("#ffe9c9"), colour("#ffb877"), colour("#bfe0d6")]
    found: list[tuple[int, int, int, Colour, float, int]] = []
    while len(found) < 16:
        x, y = chance.randint(20, WIDTH - 20), chance.randint(60, 640)
        radius = chance.choice((16, 22, 30, 40))
        light, strength = kinds[len(found) % len(kinds)], chance.uniform(0.14, 0.34)
        reach = radius + 10
        if left - reach < x < right + reach and top - reach < y < bottom + reach:
            continue  # The seal keeps its colour.
        found.append((x, y, radius, light, strength, chance.choice((1, 2, 3))))
    return found


def light_mask(radius: int, strength: float) -> Image.Image:
    """A light's mask at this strength."""
    return disc(radius).point(lambda value: round(value * strength))


def puff(radius: int, strength: float) -> Image.Image:
    """A puff of steam's mask at this strength."""
    return glow(radius).point(lambda value: round(value * strength))


def vignette() -> Image.Image:
    """Darkness at the edges, as a mask over the whole picture."""
    ramp = Image.radial_gradient("L").resize((WIDTH * 2, HEIGHT * 2 - 400))
    left, top = WIDTH // 2, (ramp.height - HEIGHT) // 2
    middle = ramp.crop((left, top, left + WIDTH, top + HEIGHT))
    return middle.point(lambda value: round(max(0.0, (value - 70) / 185) ** 1.5 * 120))


def _board(layer: Layer, y: int, chance: random.Random) -> None:
    """A shelf with pots of all kinds; left and right of the host, since the host hides the rest."""
    layer.shape(f"M-20 {y} L740 {y} L740 {y + 20} L-20 {y + 20}Z", colour("#5d3a28"))
    layer.shape(f"M-20 {y + 20} L740 {y + 20} L740 {y + 36} L-20 {y + 36}Z", (0, 0, 0), opacity=0.3)
    x = -14.0
    while x < WIDTH:
        width, height = chance.uniform(46, 82), chance.uniform(66, 140)
        shade = chance.choice(_CLAY + _GLAZE)
        dark: Colour = tuple(round(part * 0.62) for part in shade)  # type: ignore[assignment]
        paint = Shade(shade, dark, angle=72)
        right, middle, top = x + width, x + width / 2, y - height
        match chance.randrange(3):
            case 0:
                layer.ellipse(middle, y - height * 0.33, width / 2, height * 0.36, paint)
                layer.shape(
                    f"M{middle - 11} {top + 8} L{middle + 11} {top + 8}"
                    f" L{middle + 14} {y - height * 0.5} L{middle - 14} {y - height * 0.5}Z", paint
                )  # fmt: skip
            case 1:
                layer.shape(
                    f"M{x} {y} Q{x - 4} {top + 20} {x + width * 0.3} {top}"
                    f" L{right - width * 0.3} {top} Q{right + 4} {top + 20} {right} {y}Z", paint
                )  # fmt: skip
            case _:
                layer.shape(
                    f"M{x - 6} {y - height * 0.5} L{right + 6} {y - height * 0.5}"
                    f" Q{right} {y} {middle + 14} {y} L{middle - 14} {y} Q{x} {y} {x - 6}"
                    f" {y - height * 0.5}Z", paint
                )  # fmt: skip
        x += width + chance.uniform(14, 34)


def _window(picture: Image.Image) -> None:
    """Evening light that falls in from the right, in three soft beams."""
    beams = Layer(WIDTH, HEIGHT, fine=1)
    for start, wide in ((610, 70), (720, 90), (840, 60)):
        beams.shape(
            f"M{start} -20 L{start + wide} -20 L{start - 430 + wide} 1000 L{start - 520} 1000Z",
            colour("#ffe2b0"), opacity=0.17, blur=16,
        )  # fmt: skip
    picture.alpha_composite(beams.picture)


def _lit(
    picture: Image.Image, at: tuple[int, int], radius: int, light: Colour, strength: float
) -> Image.Image:
    """The picture with a lamp's light screened over it."""
    lamp = Image.new("RGB", picture.size)
    mask = glow(radius).point(lambda value: round(value * strength))
    lamp.paste(light, (at[0] - radius, at[1] - radius), mask)
    return ImageChops.screen(picture.convert("RGB"), lamp)


def paper() -> tuple[Image.Image, tuple[int, int], Image.Image]:
    """A strip of paper on the wall with the workshop's red seal; what `paste` takes."""
    left, top, right, bottom = SEAL_BOX
    origin = (left - 30, top - 150)
    layer = Layer(right - left + 60, 290, origin=origin)
    strip = f"M{left - 14} {top - 120} L{right + 14} {top - 120} L{right + 14} {bottom + 22}"
    strip += f" L{left - 14} {bottom + 22}Z"
    moved = [(x + 5, y + 7) for x, y in ((left - 14, top - 120), (right + 14, top - 120),
             (right + 14, bottom + 22), (left - 14, bottom + 22))]  # fmt: skip
    layer.shape(moved, (20, 10, 6), opacity=0.4, blur=4)
    layer.shape(strip, Shade(colour("#f3e7d0"), colour("#dcc9a6"), angle=20))
    for row, length in enumerate((64, 56, 40)):
        x = left + 6 + row * 23
        layer.stroke(f"M{x} {top - 100} Q{x + 3} {top - 70} {x} {top - 100 + length}",
                     colour("#3c2c22"), 4, opacity=0.62)  # fmt: skip
    layer.shape([(left, top), (right, top), (right, bottom), (left, bottom)], SEAL_COLOUR)
    picture = layer.small()
    return picture.convert("RGB"), (int(origin[0]), int(origin[1])), picture.getchannel("A")


def _petal(draw: ImageDraw.ImageDraw, around: float, fine: int, left: int, top: int) -> None:
    """One petal and the dot beside it, narrower and paler towards the bowl's edge."""
    seen = math.cos(around)
    x = math.sin(around) * 137
    sag = 17 * seen  # The band follows the roundness of the bowl.
    alpha = round(70 + 130 * seen)
    half = 25 * seen

    def at(along: float, down: float) -> tuple[float, float]:
        narrow = 1 - 0.0021 * (down - 8)
        return ((x * narrow + along - left) * fine, (down + sag - top) * fine)

    rounds = [(math.sin(part / 24 * math.tau), part / 24) for part in range(24)]
    petal = [
        at(half * wave, 36 - 30 * math.cos(part * math.tau) * (0.82 + 0.18 * abs(1 - 2 * part)))
        for wave, part in rounds
    ]
    draw.polygon(petal, fill=(226, 243, 236, alpha // 2))
    draw.line([*petal, petal[0]], fill=(44, 92, 84, alpha), width=fine * 2, joint="curve")
    draw.line([at(0, 14), at(0, 58)], fill=(44, 92, 84, alpha // 2), width=fine)
    next_x = math.sin(around + math.tau / 20) * 137
    if math.cos(around + math.tau / 20) > 0.1:
        cx, cy = (next_x * 0.97 - left) * fine, (24 + sag - top) * fine
        size = 4.5 * fine
        draw.ellipse((cx - size * seen, cy - size, cx + size * seen, cy + size),
                     fill=(200, 70, 48, alpha))  # fmt: skip


def _small_bowl(layer: Layer, x: float, y: float, scale: float) -> None:
    """A brown bowl that waits to be glazed."""
    w, h = 92 * scale, 74 * scale
    layer.ellipse(x, y + 4, w * 0.9, 17 * scale, (16, 8, 4), opacity=0.5, blur=7)
    body = f"M{x - w} {y - h} C{x - w} {y - 14} {x - w * 0.5} {y} {x - w * 0.36} {y}"
    body += f" L{x + w * 0.36} {y} C{x + w * 0.5} {y} {x + w} {y - 14} {x + w} {y - h}Z"
    layer.shape(body, Shade(colour("#c98f66"), colour("#7c4a2e"), angle=62))
    layer.shape(
        f"M{x - w * 0.85} {y - h} C{x - w * 0.8} {y - 30} {x - w * 0.6} {y - 12}"
        f" {x - w * 0.5} {y - 8} C{x - w * 0.62} {y - 30} {x - w * 0.66} {y - 50}"
        f" {x - w * 0.66} {y - h}Z", (255, 255, 255), opacity=0.25, blur=3, inside=body,
    )  # fmt: skip
    layer.ellipse(x, y - h, w, 20 * scale, Shade(colour("#e0ae86"), colour("#b57b54"), angle=70))
    layer.ellipse(x, y - h + 3, w * 0.88, 15 * scale, Shade(colour("#6d4029"), colour("#9a6444")))


def _cup(layer: Layer, x: float, y: float) -> None:
    """A cup of hot tea; the steam above it is drawn frame by frame."""
    layer.ellipse(x, y + 6, 64, 13, (16, 8, 4), opacity=0.5, blur=6)
    layer.ellipse(x, y, 60, 12, Shade(colour("#e9dcc4"), colour("#b79f80")))
    layer.stroke(f"M{x + 36} {y - 62} C{x + 80} {y - 70} {x + 76} {y - 14} {x + 30} {y - 18}",
                 colour("#c9b28f"), 9)  # fmt: skip
    body = f"M{x - 44} {y - 78} C{x - 44} {y - 20} {x - 32} {y - 4} {x - 20} {y - 2}"
    body += f" L{x + 20} {y - 2} C{x + 32} {y - 4} {x + 44} {y - 20} {x + 44} {y - 78}Z"
    layer.shape(body, Shade(colour("#f6eddc"), colour("#bfa684"), angle=66))
    layer.ellipse(x, y - 78, 44, 11, colour("#fdf6e8"))
    layer.ellipse(x, y - 76, 38, 8, Shade(colour("#8a5a2c"), colour("#c08a4a")))


def _tools(layer: Layer) -> None:
    """A brush and a wooden knife at the bench's front."""
    layer.stroke("M470 1190 C540 1168 600 1162 690 1140", (12, 6, 3), 10, opacity=0.4, blur=4)
    layer.stroke("M468 1182 C540 1160 600 1154 690 1132", colour("#d9b07c"), 8)
    layer.stroke("M468 1182 C488 1176 500 1173 516 1169", colour("#3a2a22"), 11)
    layer.shape("M470 1176 L436 1194 L470 1190Z", colour("#efe2cc"))
    layer.stroke("M60 1160 C130 1170 200 1180 270 1180", (12, 6, 3), 12, opacity=0.4, blur=4)
    layer.stroke("M62 1152 C130 1162 200 1172 270 1172", colour("#8a5d3b"), 10)
