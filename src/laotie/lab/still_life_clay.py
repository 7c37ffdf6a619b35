"""What the kiln sells: bowls, vases, pots and cups, drawn."""

from laotie.lab.clip_shapes import Layer, Shade, colour
from laotie.lab.still_life import BLACK, WHITE, finished, gleam, lit, shadow, stage


def tea_bowl() -> bytes:
    """A celadon tea bowl, plum green."""
    layer = stage("#f8f2e7", "#dfd0b6")
    shadow(layer, 0, 112, 112)
    lit(layer, "M-44 92 L44 92 L38 114 L-38 114Z", "#8fb5a8", "#456a62")
    body = "M-138 -34 C-130 56 -78 98 -46 100 L46 100 C78 98 130 56 138 -34Z"
    lit(layer, body, "#b9dacd", "#5f8f85")
    gleam(layer, "M-122 -20 C-112 44 -78 80 -52 88 C-86 60 -98 20 -100 -20Z", body, opacity=0.55)
    layer.shape("M40 100 C96 84 128 40 136 -30 L150 -30 L150 110Z", colour("#2f5a52"),
                opacity=0.35, blur=10, inside=body)  # fmt: skip
    _petals(layer, body)
    _mouth(layer, 138, -34, "#cfe6db", "#4f7c73", "#7fae9f")
    return finished(layer)


def rice_bowls() -> bytes:
    """Four blue-and-white bowls in a stack of two."""
    layer = stage("#eff3fc", "#c3cfec")
    shadow(layer, 0, 122, 108)
    for lift, light, dark in ((46, "#ffffff", "#c9d3ec"), (-34, "#5a7fce", "#2b4a8f")):
        foot = f"M-36 {lift + 54} L36 {lift + 54} L32 {lift + 74} L-32 {lift + 74}Z"
        lit(layer, foot, light, dark)
        body = f"M-118 {lift - 32} C-110 {lift + 34} -66 {lift + 60} -38 {lift + 62}"
        body += f" L38 {lift + 62} C66 {lift + 60} 110 {lift + 34} 118 {lift - 32}Z"
        lit(layer, body, light, dark)
        gleam(layer, f"M-104 {lift - 20} C-98 {lift + 24} -70 {lift + 46} -48 {lift + 52}"
              f" C-76 {lift + 30} -84 {lift + 4} -86 {lift - 20}Z", body)  # fmt: skip
        _mouth(layer, 118, lift - 32, "#f6f8ff", "#8ea7db", "#dfe7f8")
    for x in (-74, -28, 20, 66):
        layer.stroke(f"M{x - 14} 62 Q{x} 44 {x + 14} 62", colour("#4063b5"), 3.2, opacity=0.75)
        layer.ellipse(x, 72, 4, 4, colour("#4063b5"), opacity=0.75)
    return finished(layer)


def plum_vase() -> bytes:
    """A tall white vase with a plum branch."""
    layer = stage("#eef4ef", "#bfd2c6")
    shadow(layer, 0, 158, 66)
    layer.stroke("M4 -120 C-6 -150 -40 -166 -66 -186", colour("#5b3f31"), 4.2)
    layer.stroke("M-16 -152 C-6 -170 22 -178 46 -188", colour("#5b3f31"), 3.2)
    for x, y in ((-66, -184), (-44, -170), (-24, -156), (18, -178), (46, -188), (-52, -158)):
        _blossom(layer, x, y)
    body = "M-25 -122 L25 -122 C27 -88 76 -70 76 -6 C76 66 46 150 34 158 L-34 158"
    body += " C-46 150 -76 66 -76 -6 C-76 -70 -27 -88 -25 -122Z"
    lit(layer, body, "#fbf6ea", "#c4b190")
    gleam(layer, "M-18 -112 C-22 -78 -62 -58 -60 -6 C-60 40 -50 90 -42 120"
          " C-46 60 -44 -10 -30 -44Z", body, opacity=0.7)  # fmt: skip
    layer.shape("M30 158 C60 100 80 40 70 -40 L100 -40 L100 160Z", colour("#7d6743"),
                opacity=0.28, blur=10, inside=body)  # fmt: skip
    layer.ellipse(0, -122, 26, 7, colour("#b8a47f"))
    layer.ellipse(0, -120.5, 20, 4.6, colour("#6d5a3e"))
    return finished(layer)


def teapot() -> bytes:
    """A purple-clay teapot."""
    layer = stage("#f6ece3", "#dcc3ac")
    shadow(layer, 4, 104, 112)
    layer.stroke("M96 -22 C158 -40 162 58 92 62", colour("#6f3f2b"), 15)
    layer.stroke("M97 -24 C150 -38 154 48 94 56", colour("#a4654a"), 5, opacity=0.7)
    spout = "M-86 40 C-126 36 -132 -6 -162 -38 L-142 -46 C-116 -30 -108 -2 -84 -6Z"
    lit(layer, spout, "#b57457", "#7c4730")
    body = "M-104 18 C-104 -52 -58 -74 0 -74 C58 -74 108 -52 108 18 C108 78 62 102 0 102"
    body += " C-62 102 -104 78 -104 18Z"
    lit(layer, body, "#c58466", "#6a3a27")
    gleam(layer, "M-84 -4 C-76 -50 -36 -62 -10 -64 C-50 -44 -66 -10 -68 30Z", body, opacity=0.4)
    lit(layer, "M-60 -66 C-40 -96 40 -96 60 -66 C40 -56 -40 -56 -60 -66Z", "#cf9172", "#80492f")
    layer.ellipse(0, -98, 14, 12, Shade(colour("#d59a7c"), colour("#7c4730"), 68))
    layer.ellipse(-4, -102, 5, 4, WHITE, opacity=0.4, blur=1.5)
    layer.stroke("M-30 26 Q0 44 30 26", colour("#5d321f"), 2.6, opacity=0.5)
    return finished(layer)


def lidded_cup() -> bytes:
    """A gaiwan with its saucer and lid."""
    layer = stage("#f4f5ee", "#ccd3ba")
    shadow(layer, 0, 116, 122)
    layer.ellipse(0, 92, 132, 28, Shade(colour("#ffffff"), colour("#c9cfba"), 68))
    layer.ellipse(0, 88, 86, 16, colour("#b9c1a6"), opacity=0.7)
    body = "M-92 -30 C-88 40 -54 84 -36 90 L36 90 C54 84 88 40 92 -30Z"
    lit(layer, body, "#ffffff", "#c8cfbb")
    layer.stroke("M-60 30 C-36 4 -20 44 4 18 C24 0 40 30 62 10", colour("#6c9a63"), 4, opacity=0.8)
    for x, y in ((-40, 14), (-6, 30), (30, 12)):
        layer.shape(f"M{x} {y} Q{x + 12} {y - 16} {x + 24} {y - 6} Q{x + 10} {y + 6} {x} {y}Z",
                    colour("#7fae70"), opacity=0.9)  # fmt: skip
    gleam(layer, "M-82 -20 C-76 30 -58 62 -44 74 C-64 40 -66 10 -66 -20Z", body, opacity=0.8)
    lid = "M-84 -34 C-76 -74 -40 -88 0 -88 C40 -88 76 -74 84 -34 C50 -22 -50 -22 -84 -34Z"
    lit(layer, lid, "#ffffff", "#bfc7b0")
    layer.ellipse(0, -92, 22, 9, Shade(colour("#ffffff"), colour("#b4bca4"), 68))
    gleam(layer, "M-66 -46 C-54 -70 -30 -78 -8 -80 C-40 -66 -48 -50 -50 -40Z", lid, opacity=0.9)
    return finished(layer)


def incense_set() -> bytes:
    """A celadon incense burner with a thread of smoke."""
    layer = stage("#eef0f2", "#b9c2c6")
    shadow(layer, 0, 118, 96)
    for x in (-52, 0, 52):
        lit(layer, f"M{x - 12} 86 L{x + 12} 86 L{x + 7} 120 L{x - 7} 120Z", "#a9c6bd", "#507a72")
    body = "M-96 -8 C-104 58 -66 96 0 96 C66 96 104 58 96 -8 C60 6 -60 6 -96 -8Z"
    lit(layer, body, "#c6dfd5", "#5c8a80")
    gleam(layer, "M-82 8 C-80 46 -60 70 -38 78 C-62 50 -64 26 -62 10Z", body, opacity=0.6)
    layer.ellipse(0, -10, 96, 20, colour("#d8ebe3"))
    layer.ellipse(0, -7, 82, 14, colour("#6f6a60"))
    layer.ellipse(0, -6, 74, 11, colour("#cfc8bb"))
    layer.stroke("M4 -8 L22 -70", colour("#8a4a34"), 3.4)
    layer.ellipse(22, -71, 3.4, 3.4, colour("#ff8a3c"))
    layer.stroke("M22 -74 C4 -102 44 -120 22 -150 C8 -168 30 -182 26 -196", WHITE, 5,
                 opacity=0.6, blur=2.5)  # fmt: skip
    return finished(layer)


def _petals(layer: Layer, body: str) -> None:
    """Carved lotus petals under the glaze."""
    for x in (-92, -46, 0, 46, 92):
        narrow = 1 - abs(x) / 260
        left, right = x - 24 * narrow, x + 24 * narrow
        path = f"M{left} 2 C{left} 44 {x * 0.78 - 6} 78 {x * 0.6} 92"
        path += f" C{x * 0.78 + 6} 78 {right} 44 {right} 2"
        layer.stroke(path, colour("#3f6f65"), 2.2, opacity=0.35)
    layer.shape("M-150 -34 L150 -34 L150 -10 L-150 -10Z", BLACK, opacity=0.06, blur=4, inside=body)


def _mouth(layer: Layer, width: float, y: float, rim: str, deep: str, floor: str) -> None:
    """The open top of a bowl: rim, inside and the light on its floor."""
    height = width * 0.24
    layer.ellipse(0, y, width, height, colour(rim))
    layer.ellipse(0, y + 3, width * 0.93, height * 0.84, Shade(colour(deep), colour(floor), 24))
    layer.ellipse(width * 0.16, y + height * 0.42, width * 0.5, height * 0.3, WHITE,
                  opacity=0.22, blur=5)  # fmt: skip


def _blossom(layer: Layer, x: float, y: float) -> None:
    for dx, dy in ((0, -6), (6, -2), (4, 5), (-4, 5), (-6, -2)):
        layer.ellipse(x + dx, y + dy, 5.4, 5.4, Shade(colour("#ffe9ee"), colour("#f29bb0"), 68))
    layer.ellipse(x, y, 2.6, 2.6, colour("#e9b13f"))
