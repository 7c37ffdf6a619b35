"""Faces and signs of the demo town: its creators and shops. Drawn, nobody real."""

from PIL import Image

from laotie.lab import clip_host
from laotie.lab.clip_shapes import Layer, Shade, colour, painted
from laotie.lab.still_life import WHITE, as_jpeg

_SIZE = 640
_CLOSE = 0.8  # How near the face comes, of its own drawing.


def potter() -> bytes:
    """The host of the kiln's room, as in the clip."""
    ground = painted((_SIZE, _SIZE), Shade(colour("#ffe3cf"), colour("#f0a582"), 30)).convert(
        "RGBA"
    )
    shoulders = Layer(160, 160, origin=(0, 0))
    shoulders.shape("M2 162 C8 140 38 132 62 124 L98 124 C122 132 152 140 158 162Z",
                    Shade(colour("#f7f0e4"), colour("#c6b59a"), 40))  # fmt: skip
    shoulders.shape("M62 100 L98 100 L100 126 C92 138 68 138 60 126Z", colour("#e9b592"))
    return _portrait(ground, shoulders, clip_host.head("happy", "smile"))


def farmer() -> bytes:
    """The host of the hill farm, in a straw hat."""
    ground = painted((_SIZE, _SIZE), Shade(colour("#e2f0d5"), colour("#8fb67a"), 30)).convert(
        "RGBA"
    )
    shoulders = Layer(160, 160, origin=(0, 0))
    shoulders.shape("M2 162 C8 140 38 132 62 124 L98 124 C122 132 152 140 158 162Z",
                    Shade(colour("#4f7fb0"), colour("#284a73"), 40))  # fmt: skip
    shoulders.shape("M62 100 L98 100 L100 126 C92 138 68 138 60 126Z", colour("#e9b592"))
    hat = Layer(160, 160, origin=(0, 0))
    straw = Shade(colour("#f6dc9a"), colour("#c6923f"), 40)
    hat.shape("M42 50 C44 12 58 5 80 5 C102 5 116 12 118 50Z", straw)
    hat.shape(
        "M41.5 42 C60 36 100 36 118.500 42 L118.500 51 C100 45 60 45 41.5 51Z", colour("#b2483a")
    )
    hat.shape("M6 62 C26 38 134 38 154 62 C132 52 28 52 6 62Z", straw)
    for x in range(54, 104, 9):
        hat.stroke(f"M{x} 34 C{x + 1} 22 {x + 2} 16 {x + 4} 10", colour("#a9772e"), 1, opacity=0.4)
    return _portrait(ground, shoulders, clip_host.head("open", "open"), hat)


def seated(ground: str, cloth: str, *, mouth: str) -> bytes:
    """Another face of the town, before a ground and in cloth of these colours."""
    behind = painted((_SIZE, _SIZE), Shade(WHITE, colour(ground), 30)).convert("RGBA")
    shoulders = Layer(160, 160, origin=(0, 0))
    shoulders.shape("M2 162 C8 140 38 132 62 124 L98 124 C122 132 152 140 158 162Z",
                    Shade(colour(cloth), colour(ground), 40))  # fmt: skip
    shoulders.shape("M62 100 L98 100 L100 126 C92 138 68 138 60 126Z", colour("#e9b592"))
    shoulders.stroke("M62 122 C70 138 90 138 98 122", WHITE, 4, opacity=0.8)
    return _portrait(behind, shoulders, clip_host.head("happy", mouth))


def sign(light: str, dark: str, mark: str) -> bytes:
    """A shop's sign: a white mark (an SVG path within 160 units) on its colours."""
    layer = _sign(light, dark)
    layer.ellipse(80, 80, 62, 62, WHITE, opacity=0.14)
    layer.shape(mark, WHITE)
    return as_jpeg(layer.small(1))


def kiln_sign() -> bytes:
    """The kiln's seal: a bowl on vermilion."""
    layer = _sign("#c8442f", "#93261a")
    layer.shape("M28 62 C32 100 58 118 68 120 L92 120 C102 118 128 100 132 62Z", WHITE)
    layer.ellipse(80, 62, 52, 11, colour("#f3d9cf"))
    layer.stroke("M66 38 C58 30 74 24 66 14", WHITE, 4, opacity=0.85)
    layer.stroke("M92 40 C84 32 100 26 92 16", WHITE, 4, opacity=0.85)
    return as_jpeg(layer.small(1))


def farm_sign() -> bytes:
    """The farm's sign: a leaf over hills."""
    layer = _sign("#5f9a4f", "#2f6636")
    layer.shape("M0 124 C30 92 54 96 80 116 C104 92 132 88 160 112 L160 160 L0 160Z",
                colour("#214d2a"))  # fmt: skip
    layer.shape("M80 20 C124 44 120 92 80 112 C40 92 36 44 80 20Z", WHITE)
    layer.stroke("M80 32 L80 120", colour("#5f9a4f"), 4)
    for y in (52, 70, 88):
        layer.stroke(f"M80 {y + 8} L{62} {y - 6}", colour("#5f9a4f"), 3)
        layer.stroke(f"M80 {y + 8} L{98} {y - 6}", colour("#5f9a4f"), 3)
    return as_jpeg(layer.small(1))


def _sign(light: str, dark: str) -> Layer:
    layer = Layer(160, 160, origin=(0, 0))
    layer.shape("M0 0 L160 0 L160 160 L0 160Z", Shade(colour(light), colour(dark), 30))
    return layer


def _portrait(
    ground: Image.Image, shoulders: Layer, head: Image.Image, hat: Layer | None = None
) -> bytes:
    ground.alpha_composite(shoulders.small(1))
    face = head.resize((round(head.width * _CLOSE), round(head.height * _CLOSE)))
    ground.alpha_composite(face, ((_SIZE - face.width) // 2, 0), (0, 38))
    if hat is not None:
        ground.alpha_composite(hat.small(1))
    return as_jpeg(ground)
