"""What the town's other shops sell, drawn: each form in whatever colours a product comes in."""

from laotie.lab.clip_shapes import Shade, colour
from laotie.lab.still_life import BLACK, WHITE, finished, gleam, lit, shadow, stage

Pair = tuple[str, str]  # Light and dark of one material.

_PAPER: Pair = ("#fdf8ea", "#d9ccae")
_WOOD: Pair = ("#c99a63", "#7d5427")


def towels(first: Pair, second: Pair, third: Pair, *, ground: Pair) -> bytes:
    """Three folded cloths, one on the other."""
    layer = stage(*ground)
    shadow(layer, 0, 122, 136)
    for lift, (light, dark) in ((64, first), (4, second), (-56, third)):
        path = f"M-122 {lift} C-140 {lift} -140 {lift + 58} -122 {lift + 58}"
        path += f" L122 {lift + 58} C138 {lift + 56} 138 {lift + 2} 122 {lift}Z"
        lit(layer, path, light, dark)
        gleam(layer, f"M-118 {lift + 4} L110 {lift + 4} L110 {lift + 16} L-118 {lift + 16}Z", path)
        for seam in (20, 38):
            layer.stroke(f"M-128 {lift + seam} L112 {lift + seam}", colour(dark), 1.8, opacity=0.5)
        for x in range(-110, 120, 22):
            layer.stroke(f"M{x} {lift + 46} L{x + 11} {lift + 50}", WHITE, 2.4, opacity=0.5)
    return finished(layer)


def tote(cloth: Pair, print_in: str, *, ground: Pair) -> bytes:
    """A cloth bag with long handles and a printed sprig."""
    layer = stage(*ground)
    shadow(layer, 0, 150, 104)
    layer.stroke("M-52 -50 C-56 -150 -8 -176 0 -176 C8 -176 56 -150 52 -50", colour(cloth[1]), 10)
    body = "M-106 -58 L106 -58 L118 142 C60 156 -60 156 -118 142Z"
    lit(layer, body, *cloth)
    gleam(layer, "M-92 -50 L-66 -50 L-76 142 L-104 138Z", body)
    layer.stroke("M-106 -42 L107 -42", colour(cloth[1]), 2, opacity=0.6)
    layer.stroke("M-52 -44 C-56 -140 -8 -160 0 -160 C8 -160 56 -140 52 -44", colour(cloth[0]), 10)
    layer.stroke("M0 118 C-4 80 4 50 0 4", colour(print_in), 4)
    for y, reach in ((92, 34), (66, 40), (40, 34), (20, 24)):
        for side in (-1, 1):
            layer.shape(
                f"M0 {y} Q{side * reach * 0.6} {y - 26} {side * reach} {y - 22}"
                f" Q{side * reach * 0.7} {y + 2} 0 {y}Z",
                colour(print_in),
                opacity=0.9,
            )
    return finished(layer)


def notebook(cover: Pair, band: str, *, ground: Pair) -> bytes:
    """A sewn notebook with a band and a title slip."""
    layer = stage(*ground)
    shadow(layer, 6, 146, 116)
    lit(layer, "M-92 -126 L112 -118 L112 148 L-92 140Z", *_PAPER)
    for y in range(126, 148, 5):
        layer.stroke(f"M-88 {y - 6} L110 {y}", BLACK, 1, opacity=0.15)
    front = "M-104 -136 L98 -128 L98 128 L-104 120Z"
    lit(layer, front, *cover)
    gleam(layer, "M-92 -128 L-60 -127 L-60 114 L-92 112Z", front, opacity=0.25)
    for y in (-110, -56, 0, 56, 100):
        layer.stroke(f"M-104 {y} L-84 {y + 1}", WHITE, 3, opacity=0.75)
    layer.stroke("M-84 -135 L-84 121", WHITE, 2, opacity=0.6)
    layer.shape("M-58 -104 L-18 -102 L-18 8 L-58 6Z", colour("#fbf5e4"))
    for y in (-84, -60, -36, -14):
        layer.stroke(f"M-46 {y} L-30 {y + 1}", colour("#3b342b"), 6, opacity=0.8)
    layer.stroke("M66 -129 L66 127", colour(band), 9)
    return finished(layer)


def brushes(hair: Pair, tassel: str, *, ground: Pair) -> bytes:
    """Three writing brushes over an ink stone."""
    layer = stage(*ground)
    shadow(layer, 0, 128, 126)
    lit(layer, "M-120 66 L120 66 L132 118 C60 134 -60 134 -132 118Z", "#5a5f66", "#23262b")
    layer.ellipse(0, 70, 116, 26, colour("#3a3e45"))
    layer.ellipse(16, 72, 78, 15, colour("#121417"))
    layer.ellipse(-8, 66, 34, 5, WHITE, opacity=0.25, blur=3)
    for x, lean in ((-70, -26), (0, 4), (72, 30)):
        layer.stroke(f"M{x + lean} -150 L{x} 0", colour(_WOOD[1]), 12)
        layer.stroke(f"M{x + lean - 2} -150 L{x - 2} 0", colour(_WOOD[0]), 5, opacity=0.9)
        layer.stroke(f"M{x + 1} -6 L{x} 8", colour("#f0e7d2"), 15)
        lit(layer, f"M{x - 9} 8 C{x - 14} 34 {x - 4} 52 {x - 1} 66 C{x + 4} 52 {x + 13} 34"
            f" {x + 9} 8Z", *hair)  # fmt: skip
        layer.stroke(f"M{x + lean} -152 C{x + lean - 12} -166 {x + lean + 8} -172 {x + lean} -184",
                     colour(tassel), 3)  # fmt: skip
    return finished(layer)


def bottle(glass: Pair, label: str, *, ground: Pair) -> bytes:
    """A round-shouldered bottle with a wooden stopper and a paper label."""
    layer = stage(*ground)
    shadow(layer, 0, 150, 80)
    lit(layer, "M-24 -176 L24 -176 L22 -138 L-22 -138Z", *_WOOD)
    body = "M-30 -142 L30 -142 C30 -104 80 -96 82 -44 L82 130 C60 152 -60 152 -82 130 L-82 -44"
    body += " C-80 -96 -30 -104 -30 -142Z"
    lit(layer, body, *glass)
    gleam(layer, "M-68 -50 C-64 -84 -40 -90 -26 -104 C-44 -70 -50 -40 -52 124 L-68 120Z", body)
    layer.shape("M60 -60 L90 -60 L90 140 L60 140Z", BLACK, opacity=0.2, blur=8, inside=body)
    layer.shape("M-62 -10 L62 -10 L62 100 L-62 100Z", colour("#fbf6e8"))
    layer.stroke("M-50 2 L50 2", colour(label), 3)
    layer.ellipse(0, 40, 22, 22, Shade(colour(label), colour(glass[1]), 50))
    layer.stroke("M0 58 C-2 44 4 34 0 22", WHITE, 3, opacity=0.9)
    layer.stroke("M-30 82 L30 82", colour(label), 4, opacity=0.7)
    return finished(layer)


def candle(wax: Pair, label: str, *, ground: Pair) -> bytes:
    """A burning candle in a glass."""
    layer = stage(*ground)
    layer.ellipse(0, -96, 96, 96, colour("#ffd98a"), opacity=0.35, blur=24)
    shadow(layer, 0, 132, 100)
    body = "M-92 -60 L92 -60 L86 118 C50 138 -50 138 -86 118Z"
    lit(layer, body, *wax)
    gleam(layer, "M-80 -50 L-58 -50 L-58 120 L-76 116Z", body, opacity=0.55)
    layer.ellipse(0, -60, 92, 20, colour("#fffaf0"))
    layer.ellipse(0, -58, 82, 15, Shade(colour(wax[0]), colour(wax[1]), 30))
    layer.stroke("M0 -58 L2 -84", colour("#4a3a2a"), 4)
    layer.shape("M2 -150 C26 -116 24 -86 2 -80 C-20 -86 -20 -116 2 -150Z",
                Shade(colour("#ffe9a8"), colour("#ff9d3c"), 0))  # fmt: skip
    layer.ellipse(2, -96, 7, 13, WHITE, opacity=0.8, blur=2)
    layer.shape("M-50 -6 L50 -6 L48 76 L-48 76Z", colour("#fbf6e8"))
    layer.stroke("M-34 18 L34 18", colour(label), 4)
    layer.stroke("M-22 38 L22 38", colour(label), 3, opacity=0.7)
    layer.ellipse(0, 58, 7, 7, colour(label))
    return finished(layer)


def packet(paper: Pair, print_in: str, *, ground: Pair) -> bytes:
    """A paper packet, folded over and tied, with what is in it before it."""
    layer = stage(*ground)
    shadow(layer, 0, 142, 104)
    body = "M-88 -96 L88 -96 L104 132 C50 146 -50 146 -104 132Z"
    lit(layer, body, *paper)
    gleam(layer, "M-76 -88 L-54 -88 L-62 132 L-88 128Z", body)
    lit(layer, "M-92 -134 L92 -134 L88 -84 L-88 -84Z", *paper)
    layer.stroke("M-90 -86 L90 -86", BLACK, 2, opacity=0.2)
    layer.stroke("M-96 -62 L96 -62", colour("#b2483a"), 4)
    layer.ellipse(0, 34, 58, 58, colour("#fbf6e8"))
    layer.ellipse(0, 34, 46, 46, Shade(colour(print_in), colour(paper[1]), 50), opacity=0.9)
    layer.stroke("M-20 34 C-10 14 10 14 20 34 C10 54 -10 54 -20 34Z", WHITE, 5, opacity=0.9)
    for x, y in ((-112, 136), (-90, 150), (-62, 156), (70, 156), (94, 148), (116, 138)):
        layer.ellipse(x, y, 13, 9, Shade(colour("#e9bf7a"), colour(print_in), 60))
    return finished(layer)


def gift_box(paper: Pair, ribbon: str, *, ground: Pair) -> bytes:
    """A square box with a ribbon."""
    layer = stage(*ground)
    shadow(layer, 0, 138, 124)
    lit(layer, "M-112 -34 L112 -34 L106 130 C50 140 -50 140 -106 130Z", *paper)
    layer.shape("M-17 -34 L17 -34 L16 136 L-16 136Z", colour(ribbon))
    lid = "M-122 -78 L122 -78 L122 -28 C60 -22 -60 -22 -122 -28Z"
    lit(layer, lid, *paper)
    gleam(layer, "M-112 -72 L-20 -72 L-20 -58 L-112 -58Z", lid)
    layer.shape("M-18 -78 L18 -78 L18 -25 L-18 -25Z", colour(ribbon))
    for side in (-1, 1):
        layer.shape(f"M0 -80 C{side * 20} -128 {side * 84} -138 {side * 78} -102"
                    f" C{side * 74} -80 {side * 30} -78 0 -80Z", colour(ribbon))  # fmt: skip
        layer.stroke(f"M0 -82 C{side * 24} -108 {side * 50} -116 {side * 62} -104", BLACK, 2,
                     opacity=0.25)  # fmt: skip
    layer.ellipse(0, -84, 15, 13, colour(ribbon))
    layer.ellipse(-4, -88, 6, 4, WHITE, opacity=0.4, blur=2)
    return finished(layer)
