"""A stage for drawn products: soft ground, one light from the upper left, one shadow."""

from io import BytesIO

from PIL import Image

from laotie.lab.clip_shapes import Layer, Shade, colour

SIZE = 800  # Pixels of a finished square.
_UNITS = 400
_FINE = 4
WHITE = (255, 255, 255)
BLACK = (20, 16, 14)


def stage(light: str, dark: str) -> Layer:
    """A ground from light to dark, with (0, 0) in its middle; 400 units wide and high."""
    layer = Layer(_UNITS, _UNITS, origin=(-200, -200), fine=_FINE)
    layer.shape("M-200 -200 L200 -200 L200 200 L-200 200Z", Shade(colour(light), colour(dark), 20))
    layer.ellipse(-40, -70, 190, 150, WHITE, opacity=0.35, blur=26)
    layer.shape("M-200 118 L200 118 L200 200 L-200 200Z", BLACK, opacity=0.045, blur=6)
    return layer


def shadow(layer: Layer, x: float, y: float, width: float) -> None:
    """What a thing that stands here throws."""
    layer.ellipse(x + 8, y, width, width * 0.16, BLACK, opacity=0.20, blur=5)
    layer.ellipse(x + 2, y - 1, width * 0.72, width * 0.09, BLACK, opacity=0.28, blur=2.5)


def lit(layer: Layer, path: str, light: str, dark: str) -> None:
    """A round body: light on the left, dark on the right, a soft edge of light far right."""
    layer.shape(path, Shade(colour(light), colour(dark), 68))


def gleam(layer: Layer, path: str, inside: str, *, opacity: float = 0.4) -> None:
    """Light on a glaze."""
    layer.shape(path, WHITE, opacity=opacity, blur=4, inside=inside)


def finished(layer: Layer) -> bytes:
    """The square as JPEG, 800 pixels."""
    return as_jpeg(layer.small(_UNITS * _FINE // SIZE))


def as_jpeg(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=90, optimize=True)
    return out.getvalue()
