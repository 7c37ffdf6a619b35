"""What the hill farm sells: tea, fruit, honey and what keeps through the winter, drawn."""

from laotie.lab.clip_shapes import Layer, Shade, colour
from laotie.lab.still_life import BLACK, WHITE, finished, gleam, lit, shadow, stage


def spring_tea() -> bytes:
    """A tin of green tea with leaves before it."""
    layer = stage("#f3f3e6", "#cfcdab")
    shadow(layer, 0, 140, 82)
    body = "M-76 -74 L76 -74 L76 132 C50 146 -50 146 -76 132Z"
    lit(layer, body, "#6b9160", "#2c4a2c")
    gleam(layer, "M-66 -66 L-48 -66 L-48 134 L-66 128Z", body, opacity=0.3)
    lit(layer, "M-82 -104 C-50 -118 50 -118 82 -104 L82 -70 C50 -58 -50 -58 -82 -70Z",
        "#ecd08a", "#a5793a")  # fmt: skip
    layer.ellipse(0, -106, 80, 12, colour("#f2dca3"))
    layer.shape("M-44 -30 L44 -30 L44 92 L-44 92Z", colour("#f8f2e0"))
    layer.shape(
        "M0 -16 Q34 10 0 56 Q-34 10 0 -16Z", Shade(colour("#8fb672"), colour("#4a7a3f"), 60)
    )
    layer.stroke("M0 -8 L0 52", colour("#e9f2d8"), 2, opacity=0.8)
    layer.stroke("M-26 74 L26 74", colour("#b2483a"), 5)
    for x, y, turn in ((-118, 134, 1), (-92, 148, -1), (96, 144, 1), (126, 132, -1), (70, 156, 1)):
        _leaf(layer, x, y, 30 * turn)
    return finished(layer)


def oranges() -> bytes:
    """Navel oranges, one cut open."""
    layer = stage("#fff4e2", "#f3cf95")
    for x, y, size in ((-66, 20, 78), (70, 6, 82), (0, -54, 74)):
        shadow(layer, x, y + size * 0.94, size * 0.8)
        _orange(layer, x, y, size)
    shadow(layer, -8, 134, 84)
    layer.ellipse(-8, 78, 86, 82, Shade(colour("#ffb347"), colour("#e8791a"), 68))
    layer.ellipse(-8, 76, 79, 75, colour("#fff1cf"))
    layer.ellipse(-8, 76, 71, 67, Shade(colour("#ffc35c"), colour("#f58a1f"), 40))
    for dx, dy in ((0, -66), (57, -33), (57, 33), (0, 66), (-57, 33), (-57, -33)):
        layer.stroke(f"M-8 76 L{-8 + dx * 1.02} {76 + dy}", colour("#fff1cf"), 4.5, opacity=0.9)
    layer.ellipse(-8, 76, 9, 9, colour("#fff1cf"))
    layer.ellipse(-34, 48, 18, 10, WHITE, opacity=0.4, blur=4)
    return finished(layer)


def honey() -> bytes:
    """A jar of honey with a dipper."""
    layer = stage("#fff6de", "#efd79b")
    shadow(layer, 0, 140, 92)
    body = "M-82 -58 C-98 -40 -98 112 -78 130 C-60 142 60 142 78 130 C98 112 98 -40 82 -58Z"
    lit(layer, body, "#ffd25e", "#b8690f")
    layer.shape("M-98 -58 L98 -58 L98 -30 C40 -18 -40 -18 -98 -30Z", WHITE, opacity=0.35,
                blur=3, inside=body)  # fmt: skip
    gleam(layer, "M-74 -40 C-84 0 -84 80 -70 116 C-62 60 -62 0 -58 -42Z", body, opacity=0.55)
    lit(layer, "M-80 -94 C-50 -104 50 -104 80 -94 L80 -58 C50 -48 -50 -48 -80 -58Z",
        "#9a6a3c", "#573617")  # fmt: skip
    layer.ellipse(0, -95, 79, 11, colour("#b98551"))
    layer.shape("M-52 14 L52 14 L52 92 L-52 92Z", colour("#fff8e6"))
    for x, y in ((-20, 40), (0, 40), (20, 40), (-10, 58), (10, 58), (0, 76)):
        layer.shape(f"M{x} {y - 10} L{x + 9} {y - 5} L{x + 9} {y + 5} L{x} {y + 10}"
                    f" L{x - 9} {y + 5} L{x - 9} {y - 5}Z", colour("#e2a12c"),
                    opacity=0.85)  # fmt: skip
    layer.stroke("M150 -150 L96 56", colour("#8a5a2b"), 7)
    for step in range(5):
        layer.ellipse(94 - step * 1.6, 62 + step * 11, 20 - abs(step - 2) * 3, 6,
                      Shade(colour("#c58a4c"), colour("#7a4a1d"), 68))  # fmt: skip
    layer.ellipse(88, 126, 8, 16, colour("#e8a021"), opacity=0.9)
    return finished(layer)


def pears() -> bytes:
    """Three autumn pears."""
    layer = stage("#fbf7da", "#e4d58c")
    for x, y, scale in ((-78, 6, 0.94), (82, 10, 0.94), (2, 34, 1.12)):
        _pear(layer, x, y, scale)
    return finished(layer)


def mushrooms() -> bytes:
    """Dried flower mushrooms in a bamboo basket."""
    layer = stage("#f5efe6", "#d6c4ac")
    shadow(layer, 0, 136, 128)
    for x, y, size in ((-74, -10, 46), (-14, -36, 54), (58, -22, 50), (-40, 22, 44), (30, 18, 48),
                       (92, 18, 38), (-102, 30, 34)):  # fmt: skip
        _mushroom(layer, x, y, size)
    body = "M-146 36 C-140 92 -112 128 -96 132 L96 132 C112 128 140 92 146 36"
    body += " C80 62 -80 62 -146 36Z"
    lit(layer, body, "#dcb878", "#8d6330")
    for row in range(5):
        y = 54 + row * 17
        half = 138 - row * 10
        layer.stroke(f"M{-half} {y} Q0 {y + 30} {half} {y}", colour("#7a5222"), 2.4, opacity=0.5)
    for x in range(-120, 121, 24):
        layer.stroke(f"M{x} {62 - abs(x) * 0.1} L{x * 0.8} 130", colour("#f0d6a0"), 3, opacity=0.45)
    return finished(layer)


def new_rice() -> bytes:
    """A linen bag of this year's rice."""
    layer = stage("#f1f0ea", "#cbc7b6")
    shadow(layer, 0, 144, 112)
    body = "M-60 -92 C-86 -70 -118 20 -112 92 C-110 138 -70 146 0 146 C70 146 110 138 112 92"
    body += " C118 20 86 -70 60 -92 C30 -80 -30 -80 -60 -92Z"
    lit(layer, body, "#f3e9d2", "#b39a6c")
    gleam(layer, "M-78 -40 C-104 20 -104 90 -92 122 C-84 70 -76 10 -56 -50Z", body, opacity=0.6)
    lit(layer, "M-62 -92 C-80 -126 -50 -142 -30 -124 C-10 -146 16 -146 32 -124 C54 -142 80 -124"
        " 62 -92 C30 -82 -30 -82 -62 -92Z", "#f6eedb", "#bda67a")  # fmt: skip
    layer.stroke("M-66 -90 Q0 -72 66 -90", colour("#b2483a"), 9)
    layer.ellipse(0, 40, 50, 50, colour("#fbf6e8"))
    layer.stroke("M-4 76 C-4 50 4 30 18 6", colour("#7c8a3a"), 3.4)
    for x, y in ((0, 52), (8, 34), (14, 18), (-12, 60), (-14, 40), (-4, 22)):
        layer.ellipse(x + (9 if x > -10 else -2), y, 5, 9, colour("#d9ad3f"))
    for x, y in ((-120, 152), (-104, 158), (-88, 154), (104, 158), (118, 152), (90, 160)):
        layer.ellipse(x, y, 7, 3.4, colour("#fdfaf0"))
        layer.ellipse(x + 2, y + 2, 6, 2, BLACK, opacity=0.12)
    return finished(layer)


def _leaf(layer: Layer, x: float, y: float, reach: float) -> None:
    path = f"M{x} {y} Q{x + reach * 0.5} {y - 20} {x + reach} {y - 4}"
    path += f" Q{x + reach * 0.5} {y + 8} {x} {y}Z"
    layer.shape(path, Shade(colour("#9dbf76"), colour("#4f7c3f"), 60))
    layer.stroke(f"M{x} {y} L{x + reach * 0.9} {y - 5}", colour("#dfeccb"), 1.3, opacity=0.7)


def _orange(layer: Layer, x: float, y: float, size: float) -> None:
    layer.ellipse(x, y, size, size * 0.96, Shade(colour("#ffb64d"), colour("#df6b12"), 60))
    layer.ellipse(x - size * 0.36, y - size * 0.4, size * 0.34, size * 0.22, WHITE,
                  opacity=0.45, blur=7)  # fmt: skip
    layer.ellipse(x + size * 0.1, y - size * 0.72, 6, 4, colour("#7d8f36"))
    for dx, dy in ((-0.4, 0.2), (0.1, 0.4), (0.4, 0.1), (-0.1, -0.1), (0.5, 0.45), (-0.5, 0.5)):
        layer.ellipse(x + size * dx, y + size * dy, 1.8, 1.4, colour("#c45d0c"), opacity=0.4)


def _pear(layer: Layer, x: float, y: float, scale: float) -> None:
    def at(text: str) -> str:
        words = []
        for word in text.split():
            if word[0].isalpha():
                words.append(word)
                continue
            px, _, py = word.partition(",")
            words.append(f"{x + float(px) * scale} {y + float(py) * scale}")
        return " ".join(words)

    shadow(layer, x, y + 98 * scale, 66 * scale)
    body = at("M -8,-92 C 34,-96 38,-50 46,-24 C 60,12 84,24 80,56 C 74,92 32,100 0,100"
              " C -32,100 -74,92 -80,56 C -84,24 -60,12 -46,-24"
              " C -38,-50 -42,-88 -8,-92 Z")  # fmt: skip
    lit(layer, body, "#f4e27a", "#b99b2b")
    light = at(
        "M -20,-70 C -40,-40 -66,10 -66,50 C -60,74 -50,84 -40,88 C -54,40 -34,-10 -20,-70 Z"
    )
    gleam(layer, light, body, opacity=0.6)
    for dx, dy in ((20, 20), (40, 50), (10, 64), (-10, 30), (30, -10), (52, 30)):
        layer.ellipse(x + dx * scale, y + dy * scale, 1.7, 1.7, colour("#8a6d1c"), opacity=0.5)
    layer.stroke(at("M 0,-90 Q 2,-116 18,-124"), colour("#6b4a25"), 6.5)
    layer.shape(at("M 12,-112 Q 44,-138 66,-110 Q 36,-94 12,-112 Z"),
                Shade(colour("#95bb58"), colour("#557f2f"), 60))  # fmt: skip


def _mushroom(layer: Layer, x: float, y: float, size: float) -> None:
    layer.ellipse(x, y + size * 0.34, size * 0.3, size * 0.3, colour("#e9dcc4"))
    layer.ellipse(x, y, size, size * 0.62, Shade(colour("#9b6a43"), colour("#4f2f1b"), 60))
    for dx, dy, turn in ((-0.4, -0.1, 12), (0.0, -0.28, -10), (0.36, -0.06, 12), (0.02, 0.16, 8)):
        cx, cy = x + size * dx, y + size * dy
        layer.stroke(f"M{cx - 9} {cy} L{cx} {cy + turn * 0.4} L{cx + 9} {cy - turn * 0.2}",
                     colour("#ead9bd"), 3, opacity=0.75)  # fmt: skip
    layer.ellipse(x - size * 0.34, y - size * 0.26, size * 0.26, size * 0.12, WHITE,
                  opacity=0.25, blur=4)  # fmt: skip
