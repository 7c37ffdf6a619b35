"""The potter who shows the bowl: body, head with its expressions, arms. Drawn, nobody real."""

from functools import cache

from PIL import Image

from laotie.lab.clip_shapes import Layer, Shade, colour

BODY_TOP = 520
HEAD_SIZE = (300, 400)
HEAD_ORIGIN = (-150, -230)  # Of the head's own drawing; the face is around (0, 0).
ARM_BOX = (20, 740, 300, 960)  # Of the left arm in the scene; the right one is its mirror image.
ELBOW = (92, 868)

_SKIN = Shade(colour("#f8d7bc"), colour("#e9b592"), angle=250)
_SKIN_PLAIN = colour("#f2c8a8")
_SKIN_DARK = colour("#b9785a")
_HAIR = Shade(colour("#3a2a27"), colour("#17100f"), angle=30)
_HAIR_LIGHT = colour("#8a6a58")
_INK = colour("#2b1d18")
_LINEN = Shade(colour("#f7f0e4"), colour("#c6b59a"), angle=40)
_LINEN_DARK = colour("#8f7c62")
_APRON = Shade(colour("#477468"), colour("#1f3d35"), angle=24)
_JADE = colour("#8fd0bd")

_FACE = "M-84 -22 C-86 -98 86 -98 84 -22 C84 38 50 102 0 107 C-50 102 -84 38 -84 -22Z"
_SHIRT = (
    "M36 1000 C40 800 84 676 190 634 C262 606 300 606 322 586 L398 586 C420 606 458 606 530 634"
    " C636 676 680 800 684 1000Z"
)


def body() -> Image.Image:
    """Neck, linen shirt and apron, drawn at twice its size; its top is `BODY_TOP`."""
    layer = Layer(720, 480, origin=(0, BODY_TOP))
    layer.shape(_SHIRT, _LINEN)
    _folds(layer)
    neck = "M322 500 L322 588 C330 626 390 626 398 588 L398 500Z"
    layer.shape(neck, _SKIN)
    layer.shape("M318 520 L402 520 L402 560 C390 588 330 588 318 560Z", _SKIN_DARK,
                opacity=0.5, blur=7, inside=neck)  # fmt: skip
    _collar(layer)
    _apron(layer)
    layer.shape("M560 640 C650 690 676 800 682 1000 L640 1000 C640 820 620 720 560 640Z",
                colour("#ffd9a1"), opacity=0.6, blur=9, inside=_SHIRT)  # fmt: skip
    return layer.small(2)


@cache
def head(eyes: str, mouth: str) -> Image.Image:
    """The head, twice `HEAD_SIZE`. eyes: open, half, closed, happy; mouth: smile, small, open."""
    layer = Layer(*HEAD_SIZE, origin=HEAD_ORIGIN)
    _back_hair(layer)
    for side in (-1, 1):
        layer.ellipse(84 * side, 2, 12, 19, _SKIN)
        layer.ellipse(82 * side, 3, 6, 11, _SKIN_DARK, opacity=0.35, blur=2)
        layer.ellipse(87 * side, 32, 6, 8, _JADE)
        layer.ellipse(85.5 * side, 29.5, 1.8, 2.4, (255, 255, 255), opacity=0.8)
    layer.shape(_FACE, _SKIN)
    _face_light(layer)
    for side in (-1, 1):
        _eye(layer, side, eyes)
        _brow(layer, side, eyes)
    _nose(layer)
    _mouth(layer, mouth)
    _front_hair(layer)
    return layer.small(2)


def left_arm() -> Image.Image:
    """Forearm and a hand that holds the bowl's side; twice the size of `ARM_BOX`."""
    left, top, right, bottom = ARM_BOX
    layer = Layer(right - left, bottom - top, origin=(left, top))
    arm = "M84 842 C120 846 160 852 206 842 C232 838 242 862 232 884 C196 906 140 914 84 904Z"
    layer.shape(arm, Shade(colour("#f6d0b2"), colour("#d99d78")))
    layer.shape("M84 892 C140 902 196 896 236 872 L236 920 L84 920Z", _SKIN_DARK,
                opacity=0.45, blur=7, inside=arm)  # fmt: skip
    hand = "M196 842 C222 826 250 832 256 852 C262 876 250 904 226 908 C200 906 190 870 196 842Z"
    layer.shape(hand, Shade(colour("#f6d0b2"), colour("#e0a884"), angle=60))
    for number, (y, reach) in enumerate(((848, 282), (866, 287), (884, 285), (901, 278))):
        _finger(layer, f"M224 {y} C244 {y - 3} 262 {y + 1} {reach} {y + 7}", 17 - number)
    _finger(layer, "M214 846 C214 824 228 806 247 800", 16)
    return layer.small(2)


def left_sleeve() -> Image.Image:
    """The cuff rolled up to the elbow, over the arm; its colours continue the shirt's sleeve."""
    left, top, right, bottom = ARM_BOX
    layer = Layer(right - left, bottom - top, origin=(left, top))
    _sleeve(layer)
    return layer.small()


def _folds(layer: Layer) -> None:
    """What separates the sleeves from the body, and the folds of soft cloth."""
    for mirror in (False, True):
        for path, width, strength in (
            ("M206 690 C180 760 178 830 190 930", 12, 0.5),
            ("M120 720 C150 740 176 760 190 800", 7, 0.3),
            ("M92 790 C124 800 150 820 168 850", 8, 0.3),
            ("M228 640 C214 668 208 690 208 720", 8, 0.28),
        ):
            placed = _mirrored(path) if mirror else path
            layer.stroke(placed, _LINEN_DARK, width, opacity=strength, blur=6)
    layer.shape("M36 1000 C40 800 84 676 190 634 L150 700 C100 780 84 880 84 1000Z",
                _LINEN_DARK, opacity=0.4, blur=14, inside=_SHIRT)  # fmt: skip


def _collar(layer: Layer) -> None:
    """A crossed collar, the left side over the right."""
    right = "M398 578 C400 640 372 690 330 734 L308 716 C350 676 374 636 376 584Z"
    left = "M322 578 C320 640 352 700 412 756 L434 736 C376 690 350 640 346 584Z"
    for path in (right, left):
        layer.shape(path, colour("#5b4a3a"), opacity=0.35, blur=5)
        layer.shape(path, Shade(colour("#fdf8ee"), colour("#dacbb2"), angle=30))
    layer.stroke("M334 584 C336 644 364 696 422 748", colour("#a8927a"), 1.6, opacity=0.6)


def _apron(layer: Layer) -> None:
    for path in ("M262 716 C268 680 276 650 292 616", "M458 716 C452 680 444 650 428 616"):
        layer.stroke(path, colour("#2b5047"), 21)
        layer.stroke(path, colour("#47756a"), 17)
    bib = "M246 708 C282 728 320 734 360 734 C400 734 438 728 474 708 L500 1000 L220 1000Z"
    layer.shape(bib, colour("#1c120d"), opacity=0.3, blur=8)
    layer.shape(bib, _APRON)
    layer.stroke("M252 720 C286 738 322 744 360 744 C398 744 434 738 468 720",
                 colour("#9cc4b6"), 1.8, opacity=0.5)  # fmt: skip
    layer.shape("M246 708 L292 724 L276 1000 L220 1000Z", colour("#0f241f"),
                opacity=0.4, blur=12, inside=bib)  # fmt: skip
    layer.stroke("M318 800 L402 800 L402 866 L318 866 L318 800", colour("#9cc4b6"), 1.8,
                 opacity=0.45)  # fmt: skip


def _sleeve(layer: Layer) -> None:
    cloth = "M96 742 C58 776 36 836 44 888 C58 924 108 926 130 914 C142 884 144 842 134 808"
    cloth += " C126 776 112 752 96 742Z"
    layer.shape(cloth, Shade(colour("#e3d6c0"), colour("#bdab8f")))
    layer.shape("M96 742 C40 790 30 860 60 926 L20 930 L20 742Z", _LINEN_DARK,
                opacity=0.45, blur=9, inside=cloth)  # fmt: skip
    roll = "M112 826 C132 822 146 838 147 870 C148 902 136 918 120 916 C106 896 104 850 112 826Z"
    layer.shape(roll, colour("#4a3826"), opacity=0.35, blur=4)
    layer.shape(roll, Shade(colour("#f6eddd"), colour("#c3b193")))
    layer.stroke("M70 800 C90 820 98 850 96 890", _LINEN_DARK, 5, opacity=0.35, blur=4)


def _finger(layer: Layer, path: str, width: float) -> None:
    layer.stroke(path, colour("#9c6044"), width + 3, opacity=0.5, blur=0.8)
    layer.stroke(path, _SKIN_PLAIN, width)
    layer.stroke(path, colour("#fbe3cf"), width * 0.34, opacity=0.55, blur=2)


def _back_hair(layer: Layer) -> None:
    layer.ellipse(0, -146, 45, 42, _HAIR)
    layer.stroke("M-26 -160 C-12 -184 22 -182 30 -152", _HAIR_LIGHT, 5, opacity=0.45, blur=2.5)
    layer.stroke("M-30 -140 C-14 -166 18 -164 28 -138", _HAIR_LIGHT, 4, opacity=0.3, blur=2.5)
    layer.stroke("M-70 -136 L66 -158", colour("#3f7d6d"), 8)
    layer.stroke("M-70 -138 L66 -160", _JADE, 3.4)
    layer.ellipse(-72, -136, 9, 9, _JADE)
    layer.ellipse(-75, -139, 2.6, 2.6, (255, 255, 255), opacity=0.85)
    layer.shape(
        "M-95 -20 C-108 -140 108 -140 95 -20 C96 16 88 44 66 62 L-66 62 C-88 44 -96 16 -95 -20Z",
        _HAIR,
    )


def _face_light(layer: Layer) -> None:
    """Warm from the right, shade on the left, colour on the cheeks."""
    layer.shape("M-90 -60 L-52 -70 C-66 0 -56 60 -20 110 L-90 110Z", _SKIN_DARK,
                opacity=0.34, blur=13, inside=_FACE)  # fmt: skip
    layer.shape("M40 104 L92 40 L92 -70 L66 -70 C76 0 70 60 20 108Z", colour("#fff0d8"),
                opacity=0.5, blur=9, inside=_FACE)  # fmt: skip
    layer.shape("M-92 -22 C-70 -74 70 -74 92 -22 L92 -100 L-92 -100Z", _SKIN_DARK,
                opacity=0.5, blur=8, inside=_FACE)  # fmt: skip
    for side in (-1, 1):
        layer.ellipse(53 * side, 36, 19, 12, colour("#f0705a"), opacity=0.3, blur=7)
    layer.ellipse(0, 84, 22, 8, (255, 255, 255), opacity=0.18, blur=5)


def _front_hair(layer: Layer) -> None:
    """Parted in the middle and drawn back."""
    for mirror in (False, True):
        lock = "M4 -102 C-52 -104 -98 -74 -94 12 C-88 24 -84 20 -82 6 C-80 -30 -62 -54 -28 -68"
        lock += " C-10 -76 2 -88 4 -102Z"
        layer.shape(_mirrored(lock, about=0) if mirror else lock, _HAIR)
        for strand, width in (
            ("M-4 -94 C-40 -92 -78 -66 -84 -16", 3.2),
            ("M-10 -84 C-42 -78 -70 -54 -78 -22", 2.0),
        ):
            placed = _mirrored(strand, about=0) if mirror else strand
            layer.stroke(placed, _HAIR_LIGHT, width, opacity=0.5 if mirror else 0.25, blur=1.4)
    layer.shape("M-92 -20 C-100 -128 100 -128 92 -20 C84 -84 46 -104 0 -104 C-46 -104 -84 -84"
                " -92 -20Z", _HAIR)  # fmt: skip
    layer.stroke("M14 -112 C50 -106 76 -84 84 -48", _HAIR_LIGHT, 6, opacity=0.5, blur=4)


def _eye(layer: Layer, side: int, state: str) -> None:
    x = 37 * side
    if state == "happy":
        layer.stroke(f"M{x - 21} 6 Q{x} -17 {x + 21} 6", _INK, 4.6)
        return
    if state == "closed":
        layer.stroke(f"M{x - 21} 2 Q{x} 14 {x + 21} 2", _INK, 4.4)
        return
    height = 19.0 if state == "open" else 9.0
    almond = f"M{x - 21} 4 C{x - 13} {1 - height} {x + 13} {1 - height} {x + 21} 4"
    almond += f" C{x + 13} {4 + height * 0.72} {x - 13} {4 + height * 0.72} {x - 21} 4Z"
    layer.shape(almond, colour("#fffaf2"))
    layer.ellipse(x, -10, 22, 8, _INK, opacity=0.16, blur=3, inside=almond)
    layer.ellipse(x, 2, 12, 12.5, colour("#5a3522"), inside=almond)
    layer.ellipse(x, 2, 6.4, 6.8, colour("#150c09"), inside=almond)
    layer.ellipse(x + 4, -2.5, 3.6, 3.6, (255, 255, 255), inside=almond)
    layer.ellipse(x - 4, 7, 1.9, 1.9, (255, 255, 255), opacity=0.7, inside=almond)
    lid = 3 - height * 0.98
    layer.stroke(f"M{x - 22} 4 C{x - 13} {lid} {x + 13} {lid} {x + 22} 4", _INK, 4.2)
    outer = x + 21 * side
    layer.stroke(f"M{outer} 3 L{outer + 6 * side} -2", _INK, 2.6)


def _brow(layer: Layer, side: int, state: str) -> None:
    lift = -3 if state == "happy" else 0
    path = f"M{18 * side} {-27 + lift} Q{40 * side} {-37 + lift} {61 * side} {-25 + lift}"
    layer.stroke(path, colour("#3b2620"), 4.2, opacity=0.7)


def _nose(layer: Layer) -> None:
    layer.ellipse(-6, 26, 7, 11, _SKIN_DARK, opacity=0.2, blur=4)
    layer.ellipse(2, 24, 4, 8, colour("#fff4e4"), opacity=0.6, blur=3)
    layer.stroke("M-6 35 Q0 40 6 35", _SKIN_DARK, 2.4, opacity=0.7)


def _mouth(layer: Layer, state: str) -> None:
    lip, inner = colour("#cf5449"), colour("#5f1d1c")
    if state == "smile":
        layer.shape("M-21 59 Q-7 55 0 58 Q7 55 21 59 Q0 77 -21 59Z", lip)
        layer.stroke("M-23 58 Q0 69 23 58", colour("#9a352f"), 2.0)
        layer.ellipse(0, 69, 7, 2.0, (255, 255, 255), opacity=0.35, blur=1.4)
        return
    depth = 75 if state == "small" else 84
    opening = f"M-21 58 Q0 55 21 58 Q16 {depth} 0 {depth} Q-16 {depth} -21 58Z"
    layer.shape(opening, inner)
    layer.shape("M-18 55 L18 55 L14 63 Q0 66 -14 63Z", colour("#fffaf3"), inside=opening)
    if state == "open":
        layer.ellipse(0, depth, 11, 8, colour("#d96a62"), inside=opening)
    layer.stroke(
        f"M-22 58 Q-8 53 0 56 Q8 53 22 58 Q16 {depth + 1} 0 {depth + 1}"
        f" Q-16 {depth + 1} -22 58", lip, 3.4,
    )  # fmt: skip


def _mirrored(path: str, *, about: float = 360) -> str:
    """The same outline with left and right changed."""
    words, result, is_x = path.split(), [], True
    for word in words:
        letter, number = (word[0], word[1:]) if word[0].isalpha() else ("", word)
        tail = "Z" if number.endswith("Z") else ""
        value = float(number.rstrip("Z"))
        result.append(f"{letter}{2 * about - value if is_x else value}{tail}")
        is_x = not is_x
    return " ".join(result)
