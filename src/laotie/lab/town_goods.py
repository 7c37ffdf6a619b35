"""What the demo town's two shops sell, in both languages, with prices in fen."""

from collections.abc import Callable
from dataclasses import dataclass

from laotie.lab import still_life_clay as clay
from laotie.lab import still_life_farm as farm

Texts = dict[str, str]


@dataclass(frozen=True, slots=True)
class Variant:
    """A SKU. floor_fen: how low a host may go in a room."""

    spec: Texts
    price_fen: int
    floor_fen: int
    stock: int


@dataclass(frozen=True, slots=True)
class Goods:
    """A product with its drawing, its shelf and what its open plan pays creators."""

    title: Texts
    about: Texts
    draw: Callable[[], bytes]
    category: str
    creator_bps: int
    variants: tuple[Variant, ...]


def _texts(zh: str, en: str) -> Texts:
    return {"zh": zh, "en": en}


def _one(zh: str, en: str, price_fen: int, floor_fen: int, stock: int) -> Variant:
    return Variant(_texts(zh, en), price_fen, floor_fen, stock)


KILN: tuple[Goods, ...] = (
    Goods(
        _texts("龙泉青瓷 梅子青手拉坯茶盏", "Longquan celadon tea bowl, plum green"),
        _texts(
            "整只手拉坯，1310 度还原焰烧成，釉厚如玉。每只口径约 9 厘米，纹路略有不同。",
            "Thrown by hand and fired at 1,310 °C; a glaze as thick as jade. About 9 cm across,"
            " no two alike.",
        ),
        clay.tea_bowl,
        "teaware",
        1500,
        (
            _one("梅子青 180ml", "Plum green, 180 ml", 8999, 3900, 600),
            _one("礼盒装 两只", "Gift box of two", 16900, 9900, 200),
        ),
    ),
    Goods(
        _texts("青花饭碗 4 只装 釉下彩", "Blue-and-white rice bowls, set of four"),
        _texts(
            "釉下手绘青花，可进微波炉与洗碗机。",
            "Painted by hand under the glaze; safe in microwave and dishwasher.",
        ),
        clay.rice_bowls,
        "kitchen",
        1200,
        (_one("4 只装", "Set of four", 7900, 4900, 400),),
    ),
    Goods(
        _texts("影青刻花梅瓶 高 22cm 匠人签名", "Shadow-blue plum vase, 22 cm, signed"),
        _texts(
            "老师傅刻花，瓶底有签名与年份，附证书。",
            "Carved by a master; signed and dated on the foot, with a certificate.",
        ),
        clay.plum_vase,
        "ceramics",
        1000,
        (_one("高 22cm", "22 cm", 39900, 26800, 60),),
    ),
    Goods(
        _texts("紫砂小壶 220ml 全手工", "Purple-clay teapot, 220 ml, made by hand"),
        _texts("一壶一泡不串味，出水利落。", "Keeps the taste of one tea, and pours clean."),
        clay.teapot,
        "teaware",
        1200,
        (_one("220ml", "220 ml", 25900, 16900, 120),),
    ),
    Goods(
        _texts("甜白釉盖碗 兰草纹", "Sweet-white gaiwan with orchid leaves"),
        _texts(
            "薄胎透光，翻口不烫手。", "Thin enough to let light through; a rim that stays cool."
        ),
        clay.lidded_cup,
        "teaware",
        1200,
        (_one("150ml", "150 ml", 6800, 3900, 300),),
    ),
    Goods(
        _texts("粉青三足香炉 附线香", "Powder-green incense burner with sticks"),
        _texts(
            "三足稳当，附沉香味线香一筒。",
            "Stands firm on three feet; a tube of sticks comes along.",
        ),
        clay.incense_set,
        "decoration",
        1000,
        (_one("香炉 + 线香", "Burner and sticks", 12800, 7900, 150),),
    ),
)

FARM: tuple[Goods, ...] = (
    Goods(
        _texts("明前龙井 特级 100g 罐装", "Longjing green tea before Qingming, 100 g tin"),
        _texts(
            "清明前手采一芽一叶，当季炒制。",
            "One bud and one leaf, picked by hand in early spring.",
        ),
        farm.spring_tea,
        "tea",
        1800,
        (_one("100g", "100 g", 19900, 12800, 240),),
    ),
    Goods(
        _texts("高山脐橙 5 斤装 现摘现发", "Mountain navel oranges, 2.5 kg, picked to order"),
        _texts("海拔六百米，坏果包赔。", "Grown at 600 m; spoilt ones are replaced."),
        farm.oranges,
        "fruit",
        1000,
        (
            _one("5 斤 中果", "2.5 kg, medium", 3990, 2990, 800),
            _one("10 斤 大果", "5 kg, large", 6990, 5490, 500),
        ),
    ),
    Goods(
        _texts("土蜂百花蜜 500g 一年一取", "Wild-flower honey, 500 g, one harvest a year"),
        _texts(
            "中蜂冬蜜，冬天会结晶，正常现象。",
            "From native bees; it sets in winter, as honey does.",
        ),
        farm.honey,
        "grain",
        1500,
        (_one("500g", "500 g", 8800, 5900, 260),),
    ),
    Goods(
        _texts("秋月梨 6 枚礼盒", "Autumn-moon pears, gift box of six"),
        _texts("脆甜多汁，单果 300 克以上。", "Crisp and sweet, over 300 g each."),
        farm.pears,
        "fruit",
        1000,
        (_one("6 枚", "Six", 4980, 3680, 400),),
    ),
    Goods(
        _texts("庆元花菇 250g 厚肉干货", "Dried flower mushrooms, 250 g"),
        _texts(
            "冬菇裂花，泡发后肉厚弹牙。", "Winter mushrooms with cracked caps, thick when soaked."
        ),
        farm.mushrooms,
        "grain",
        1500,
        (_one("250g", "250 g", 6600, 4200, 300),),
    ),
    Goods(
        _texts("当季新米 5kg 布袋装", "This year's rice, 5 kg linen bag"),
        _texts("下单后现碾，七日内到家。", "Milled after you order, at your door within a week."),
        farm.new_rice,
        "grain",
        800,
        (_one("5kg", "5 kg", 7500, 5900, 300),),
    ),
)
