"""Reading an address as Chinese people send it to each other: one block of text into its fields.

Pure: what is found is offered for a person to check, and what is not found stays empty. Names are
told from streets by length and by the letters that places end in; a phone number by its form.
"""

import re
import unicodedata
from dataclasses import dataclass

from laotie.accounts import regions
from laotie.accounts.regions import Region

LONGEST_TEXT = 400
_PHONE = re.compile(r"(?<!\d)(?:(?:\+|00)?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
_POSTCODE = re.compile(r"(?<![\d\-])\d{6}(?![\d号\-])")
_LABEL = re.compile(
    r"(?:收货人|收件人|联系人|姓名|收货地址|详细地址|所在地区|所在区域|地址|地区|联系电话|手机号码"
    r"|手机号|手机|电话|邮政编码|邮编|recipient|name|phone|mobile|tel|address)\s*[:=]",
    re.IGNORECASE,
)
_BREAKS = re.compile(r"[\s,;、|/。]+")
_PLACE_LETTERS = frozenset("省市区县镇乡村路街道巷弄号楼室栋幢层座里园苑厦院户组队旗州盟")
_TITLES = ("先生", "女士", "小姐", "老师", "收")
_NAME = re.compile(r"[\u3400-\u9fff·]{2,6}|[A-Za-z][A-Za-z .'\-]{1,29}")
_ENDINGS = (
    "维吾尔自治区",
    "壮族自治区",
    "回族自治区",
    "特别行政区",
    "自治区",
    "自治州",
    "地区",
    "省",
    "市",
    "盟",
)


@dataclass(frozen=True, slots=True)
class AddressParts:
    """What was found in a text; empty where nothing was."""

    name: str
    phone: str
    region_code: str
    line: str


def read(text: str) -> AddressParts:
    """The parts of a pasted block; at most its first 400 letters are looked at. Never fails."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST_TEXT])
    plain = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in plain)
    plain = _LABEL.sub(" , ", plain)
    phone = ""
    if found := _PHONE.search(plain):
        phone = "".join(found.groups())
        plain = f"{plain[: found.start()]} , {plain[found.end() :]}"
    plain = _POSTCODE.sub(" ", plain)
    pieces = [piece for piece in _BREAKS.split(plain) if piece]
    region_code, pieces = _region(pieces)
    name, pieces = _name(pieces)
    return AddressParts(name, phone, region_code, _joined(pieces))


def _region(pieces: list[str]) -> tuple[str, list[str]]:
    """The region that the pieces begin a place with, and the pieces without it."""
    for at in range(len(pieces)):
        rest = pieces[at:]
        province, after = _begun(rest, regions.provinces())
        if province is not None:
            again, beyond = _begun(after, (province,))  # 北京市 北京市 朝阳区.
            city, last = _begun(after, regions.cities(province.code))
            if city is not None:
                return city.code, pieces[:at] + last
            last = beyond if again is not None else after
            # A province that has cities is not enough to send to: a person chooses the city.
            code = "" if regions.cities(province.code) else province.code
            return code, pieces[:at] + (last if code else rest)
        city, last = _begun(rest, _all_cities(), whole=True)
        if city is not None:
            return city.code, pieces[:at] + last
    return "", pieces


def _all_cities() -> tuple[Region, ...]:
    return tuple(region for region in regions.every().values() if region.code != region.province)


def _begun(
    pieces: list[str], known: tuple[Region, ...], *, whole: bool = False
) -> tuple[Region | None, list[str]]:
    """The region that the first piece begins with, and the pieces after it.

    whole: the short form (杭州 for 杭州市) is not enough.
    """
    if not pieces:
        return None, pieces
    first, others = pieces[0], pieces[1:]
    for region in known:
        full = region.name["zh"]
        short = full if whole else _short(full)
        for form in (full, short):
            if first.startswith(form) and not _is_a_street(first, form, full):
                left = first[len(form) :]
                return region, [left, *others] if left else others
    return None, pieces


def _is_a_street(piece: str, form: str, full: str) -> bool:
    """上海路 and 吉林大街 are streets, not where they are."""
    after = piece[len(form) : len(form) + 2]
    return form != full and after.startswith(("路", "街", "大街", "大道", "巷"))


def _short(full: str) -> str:
    return next((full.removesuffix(end) for end in _ENDINGS if full.endswith(end)), full)


def _name(pieces: list[str]) -> tuple[str, list[str]]:
    """The piece that can be a person's name: the shortest at either end of the text."""
    fitting = [
        (len(bare), at, bare)
        for at, piece in enumerate(pieces)
        if at in {0, 1, len(pieces) - 1}
        and _NAME.fullmatch(bare := _bare(piece))
        and not _PLACE_LETTERS & set(bare[1:])
    ]
    if not fitting:
        return "", pieces
    _length, at, bare = min(fitting)
    # English names come in two pieces: the break between them was a space.
    if (
        bare.isascii()
        and at == 0
        and len(pieces) > 2
        and pieces[1].isascii()
        and pieces[1].isalpha()
    ):
        return f"{bare} {pieces[1]}", pieces[2:]
    return bare, pieces[:at] + pieces[at + 1 :]


def _bare(piece: str) -> str:
    return next(
        (piece.removesuffix(end) for end in _TITLES if piece.endswith(end) and len(piece) > 2),
        piece,
    )


def _joined(pieces: list[str]) -> str:
    """Chinese pieces without spaces between them, others with one."""
    line = ""
    for piece in pieces:
        is_latin = bool(line) and (line[-1].isascii() and piece[0].isascii())
        line += f" {piece}" if is_latin else piece
    return line
