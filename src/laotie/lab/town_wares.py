"""What the four further shops of the town sell: names, prices in fen, colours and sizes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from laotie.lab import still_life_home as home

Texts = dict[str, str]
Draw = Callable[[], bytes]

_GREY = ("#f2f0ea", "#cfcabb")
_BLUE = ("#eef2f7", "#c3cedd")
_SAND = ("#f8f0e2", "#e0cdab")
_SAGE = ("#f0f4ec", "#c7d4bd")
_ROSE = ("#f9efec", "#e3c6bd")

_CREAM = ("#fdf6e6", "#d3c199")
_CELADON = ("#a9c6bd", "#507a72")
_CLAY = ("#e8b9a8", "#a9624e")
_INDIGO = ("#6f8fc4", "#2c4576")
_INK = ("#6b7078", "#2b2e34")
_KRAFT = ("#e9d6b0", "#a5824a")
_RED = ("#d4583f", "#8a2417")
_AMBER = ("#f0c277", "#b06f20")
_PLUM = ("#b58ab0", "#6b3f66")
_MOSS = ("#a5bd86", "#567040")


@dataclass(frozen=True, slots=True)
class Look:
    """One colour or taste with its drawing."""

    name: Texts
    draw: Draw


@dataclass(frozen=True, slots=True)
class Size:
    """One size, and what it costs more than the first, in fen."""

    name: Texts
    more_fen: int


@dataclass(frozen=True, slots=True)
class Ware:
    """A product. Two looks or more make an axis, two sizes or more another."""

    title: Texts
    about: Texts
    category: str
    price_fen: int
    looks: tuple[Look, ...]
    sizes: tuple[Size, ...] = ()
    stock: int = 120


def _texts(zh: str, en: str) -> Texts:
    return {"zh": zh, "en": en}


def _look(zh: str, en: str, draw: Draw) -> Look:
    return Look(_texts(zh, en), draw)


def _ware(
    zh: str, en: str, about_zh: str, about_en: str, category: str, price_fen: int,
    *looks: Look | Draw, sizes: tuple[Size, ...] = (),
) -> Ware:  # fmt: skip
    drawn = tuple(
        each if isinstance(each, Look) else _look("标准款", "Standard", each) for each in looks
    )
    return Ware(_texts(zh, en), _texts(about_zh, about_en), category, price_fen, drawn, sizes)


def _towels(first: home.Pair, second: home.Pair, third: home.Pair, ground: home.Pair) -> Draw:
    return partial(home.towels, first, second, third, ground=ground)


def _tote(cloth: home.Pair, print_in: str, ground: home.Pair) -> Draw:
    return partial(home.tote, cloth, print_in, ground=ground)


def _notebook(cover: home.Pair, band: str, ground: home.Pair) -> Draw:
    return partial(home.notebook, cover, band, ground=ground)


def _bottle(glass: home.Pair, label: str, ground: home.Pair) -> Draw:
    return partial(home.bottle, glass, label, ground=ground)


def _candle(wax: home.Pair, label: str, ground: home.Pair) -> Draw:
    return partial(home.candle, wax, label, ground=ground)


def _packet(paper: home.Pair, print_in: str, ground: home.Pair) -> Draw:
    return partial(home.packet, paper, print_in, ground=ground)


def _box(paper: home.Pair, ribbon: str, ground: home.Pair) -> Draw:
    return partial(home.gift_box, paper, ribbon, ground=ground)


_TOWEL_SIZES = (
    Size(_texts("面巾 34×75", "Hand, 34 × 75 cm"), 0),
    Size(_texts("浴巾 70×140", "Bath, 70 × 140 cm"), 4000),
)
_BAG_SIZES = (Size(_texts("小号", "Small"), 0), Size(_texts("大号", "Large"), 2000))
_CANDLE_SIZES = (Size(_texts("120g", "120 g"), 0), Size(_texts("220g", "220 g"), 3000))

CLOTH: tuple[Ware, ...] = (
    _ware("精梳棉毛巾 三条装", "Combed-cotton towels, set of three",
          "长绒棉精梳纺纱，吸水不掉毛。", "Long-staple cotton; thirsty, and it does not shed.",
          "bedding", 5900,
          _look("青粉", "Sage and rose", _towels(_CELADON, _CREAM, _CLAY, _GREY)),
          _look("靛蓝", "Indigo", _towels(_INDIGO, _CREAM, _INDIGO, _BLUE)),
          _look("素色", "Plain", _towels(_CREAM, _KRAFT, _CREAM, _SAND)), sizes=_TOWEL_SIZES),
    _ware("亚麻手提袋 草木印", "Linen tote with a printed sprig",
          "厚实亚麻，内里有袋。", "Heavy linen with a pocket inside.", "bags", 6900,
          _look("本色", "Natural", _tote(_CREAM, "#3f6f4f", _SAGE)),
          _look("藏青", "Navy", _tote(_INDIGO, "#f3e9d2", _BLUE)), sizes=_BAG_SIZES),
    _ware("棉麻茶席布", "Tea runner of cotton and linen",
          "洗过更软，卷起就走。", "Softer with each wash; rolls up and goes along.",
          "teaware", 4500, _towels(_MOSS, _CREAM, _MOSS, _SAGE)),
    _ware("老粗布枕巾 一对", "Hand-woven pillow covers, a pair",
          "木机织造，夏凉冬暖。", "Woven on a wooden loom; cool in summer.", "bedding", 7900,
          _towels(_CLAY, _CREAM, _CLAY, _ROSE)),
    _ware("植物染买菜袋", "Shopping bag dyed with plants",
          "板蓝根染色，越用越有味。", "Dyed with indigo root; the colour grows with you.",
          "bags", 5200, _tote(_CELADON, "#2f5a52", _GREY)),
    _ware("亚麻厨房擦布 五条", "Linen tea towels, set of five",
          "擦杯子不留毛。", "No lint on the glasses.", "kitchen", 3900,
          _towels(_CREAM, _INDIGO, _CREAM, _GREY)),
    _ware("新婚棉巾礼盒", "Cotton towels in a wedding box",
          "红盒金带，附手写卡。", "A red box, a gold ribbon and a card.", "bedding", 16800,
          _box(_RED, "#ecd08a", _ROSE)),
)  # fmt: skip

INK: tuple[Ware, ...] = (
    _ware("线装手账本 宣纸内页", "Thread-bound notebook of rice paper",
          "安徽泾县宣纸，正反可写。", "Paper from Jing county, good on both sides.",
          "stationery", 4800,
          _look("靛青", "Indigo", _notebook(_INDIGO, "#b2483a", _BLUE)),
          _look("竹青", "Bamboo", _notebook(_MOSS, "#7d5427", _SAGE)),
          _look("绛紫", "Plum", _notebook(_PLUM, "#ecd08a", _ROSE))),
    _ware("兼毫毛笔 大中小三支", "Mixed-hair brushes in three sizes",
          "狼羊兼毫，初学顺手。", "Weasel and goat; kind to beginners.", "stationery", 8800,
          partial(home.brushes, _CREAM, "#b2483a", ground=_GREY)),
    _ware("油烟墨汁 500ml", "Oil-soot ink, 500 ml",
          "墨色乌亮，不臭不凝。", "Deep black; neither smells nor clots.", "stationery", 3600,
          _bottle(_INK, "#3b342b", _GREY)),
    _ware("狼毫小楷笔 两支", "Fine weasel-hair brushes, a pair",
          "锋颖挺健，写经合用。", "A firm tip for small letters.", "stationery", 5600,
          partial(home.brushes, _AMBER, "#3f6f4f", ground=_SAND)),
    _ware("朱砂印泥 30g", "Cinnabar seal paste, 30 g",
          "鲜红不褪，天热不走油。", "A red that stays, also in summer.", "stationery", 6800,
          _candle(_RED, "#8a2417", _ROSE)),
    _ware("牛皮纸速写本", "Kraft sketchbook",
          "厚 120 克，铅笔钢笔都行。", "120 g paper for pencil and pen.", "stationery", 2900,
          _notebook(_KRAFT, "#3b342b", _SAND)),
    _ware("文房入门礼盒", "A calligrapher's first set",
          "笔墨纸砚一盒齐。", "Brush, ink, paper and stone in one box.", "stationery", 19800,
          _box(_INK, "#c99a63", _GREY)),
)  # fmt: skip

SCENT: tuple[Ware, ...] = (
    _ware("大豆蜡香薰蜡烛", "Scented soy candle",
          "棉芯无黑烟，可燃 40 小时。", "A cotton wick without soot; burns 40 hours.",
          "decoration", 6800,
          _look("桂花", "Osmanthus", _candle(_AMBER, "#9a6a3c", _SAND)),
          _look("雪松", "Cedar", _candle(_MOSS, "#567040", _SAGE)),
          _look("白茶", "White tea", _candle(_CREAM, "#9a8a5c", _GREY)), sizes=_CANDLE_SIZES),
    _ware("茶籽洗手液 300ml", "Tea-seed hand wash, 300 ml",
          "山茶籽皂基，洗后不干。", "Camellia-seed soap; hands stay soft.", "cleaning", 3900,
          _bottle(_CELADON, "#4f7f6f", _SAGE)),
    _ware("玫瑰纯露 200ml", "Rose water, 200 ml",
          "清晨采花，当天蒸馏。", "Picked at dawn, distilled the same day.", "skin", 7900,
          _bottle(_CLAY, "#a9624e", _ROSE)),
    _ware("生姜洗发水 400ml", "Ginger shampoo, 400 ml",
          "小黄姜汁，无硅油。", "Young ginger, no silicone.", "hair", 5900,
          _bottle(_AMBER, "#b06f20", _SAND)),
    _ware("艾草驱蚊蜡", "Mugwort candle against mosquitoes",
          "院子里点一盏就够。", "One is enough for a yard.", "outdoor", 4200,
          _candle(_MOSS, "#3f6f4f", _SAGE)),
    _ware("茉莉香囊 两只", "Jasmine sachets, a pair",
          "挂衣柜，三个月留香。", "For the wardrobe; lasts three months.", "decoration", 2900,
          _packet(_PLUM, "#6b3f66", _ROSE)),
    _ware("山居香氛礼盒", "Hill-house scents in a box",
          "蜡烛、纯露、香囊各一。", "A candle, a water and a sachet.", "decoration", 18800,
          _box(_MOSS, "#fdf6e6", _SAGE)),
)  # fmt: skip

SNACK: tuple[Ware, ...] = (
    _ware("炭烤核桃 500g", "Charcoal-roasted walnuts, 500 g",
          "薄皮一捏就开。", "Thin shells that open in the hand.", "snacks", 4900,
          _look("原味", "Plain", _packet(_KRAFT, "#8a4a2a", _SAND)),
          _look("奶香", "Milk", _packet(_CREAM, "#b06f20", _GREY)),
          _look("椒盐", "Salt and pepper", _packet(_MOSS, "#567040", _SAGE))),
    _ware("手打麻酥糖 20 只", "Sesame crumble sweets, twenty",
          "入口即化，黑芝麻现磨。", "Melts in the mouth; sesame ground that day.", "snacks", 3200,
          _packet(_INK, "#3b342b", _GREY)),
    _ware("古法酸梅汤 浓缩", "Sour-plum drink, concentrated",
          "乌梅山楂甘草，一瓶冲两升。", "Plum, hawthorn and liquorice; makes two litres.",
          "drinks", 3600, _bottle(_PLUM, "#6b3f66", _ROSE)),
    _ware("桂花米酿 500ml", "Osmanthus rice drink, 500 ml",
          "糯米慢发，甜而不腻。", "Slowly fermented; sweet, not heavy.", "drinks", 4200,
          _bottle(_AMBER, "#b06f20", _SAND)),
    _ware("红薯干 软糯 400g", "Soft dried sweet potato, 400 g",
          "自晒不加糖。", "Dried in the sun, no sugar added.", "snacks", 2600,
          _packet(_AMBER, "#b06f20", _SAND)),
    _ware("辣味笋干 袋装", "Spicy dried bamboo shoots",
          "开袋即食，微辣。", "Ready to eat, mildly hot.", "snacks", 1900,
          _packet(_RED, "#8a2417", _ROSE)),
    _ware("老街点心年货盒", "Old Street new-year box",
          "六样点心，过年送礼。", "Six kinds of sweets to give away.", "snacks", 12800,
          _box(_RED, "#fdf6e6", _ROSE)),
)  # fmt: skip
