"""The categories that an installation begins with; operators change them as they like."""

from uuid import UUID, uuid5

_OURS = UUID("6f1d0c52-7d7e-5c1c-9d1a-2f0a5f0c9a11")

# (slug, zh, en, below it)
TREE = (
    ("food", "食品生鲜", "Food", (
        ("tea", "茶叶", "Tea"),
        ("fruit", "水果", "Fruit"),
        ("snacks", "零食糕点", "Snacks"),
        ("grain", "粮油调味", "Grain and seasoning"),
        ("drinks", "酒水饮料", "Drinks"),
    )),
    ("home", "家居日用", "Home", (
        ("teaware", "茶具", "Teaware"),
        ("kitchen", "厨房用品", "Kitchen"),
        ("bedding", "床上用品", "Bedding"),
        ("cleaning", "清洁洗护", "Cleaning"),
        ("decoration", "家居装饰", "Decoration"),
    )),
    ("clothes", "服饰鞋包", "Clothes", (
        ("women", "女装", "Women"),
        ("men", "男装", "Men"),
        ("shoes", "鞋靴", "Shoes"),
        ("bags", "箱包", "Bags"),
    )),
    ("beauty", "美妆个护", "Beauty", (
        ("skin", "护肤", "Skin care"),
        ("makeup", "彩妆", "Make-up"),
        ("hair", "洗发护发", "Hair care"),
    )),
    ("family", "母婴玩具", "Family", (
        ("baby", "母婴用品", "Baby"),
        ("toys", "玩具", "Toys"),
    )),
    ("digital", "数码家电", "Electronics", (
        ("phones", "手机配件", "Phones"),
        ("appliances", "小家电", "Appliances"),
    )),
    ("craft", "手作文玩", "Craft", (
        ("ceramics", "陶瓷", "Ceramics"),
        ("jade", "玉石珠宝", "Jade and jewellery"),
        ("stationery", "文房四宝", "Stationery"),
    )),
    ("sports", "运动户外", "Sports", (
        ("outdoor", "户外", "Outdoor"),
        ("fitness", "健身", "Fitness"),
    )),
    ("books", "图书文娱", "Books", ()),
)  # fmt: skip


def id_of(slug: str) -> UUID:
    """The id that a category of the first tree has in every installation."""
    return uuid5(_OURS, slug)
