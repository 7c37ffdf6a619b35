"""Where a text leads people away to contacts outside: numbers, chat names, links and codes to scan.

Everything is looked for in the normal form of `kernel.wording`, in which separators, full-width,
dressed and look-alike letters are gone. What ordinary texts say (a v-neck, V60, WeChat Pay, prices
in a row) is spared by what must stand beside a match, since a lure without an address is none.
Pure functions: no database, no clock.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

from laotie.kernel.wording import Spelling, normal, spelled

Place = tuple[int, int]

_PLUS = str.maketrans(dict.fromkeys("+＋➕✚﹢", "加"))

# Chinese figures as people write them in numbers; `o` counts as zero among digits.
_FIGURES = str.maketrans(
    "零〇洞一壹幺二贰两三叁四肆五伍六陆七柒拐八捌九玖勾o", "00011122233445566777889990"
)
_MOBILE = re.compile(r"(?<!\d)(?:0?0?86)?1[3-9]\d{9}(?!\d)")
_PRICES = re.compile(r"\s*\d+[.,]\d{1,2}(?:[\s/、,]+\d+(?:[.,]\d{1,2})?)+\s*")

_ADD = r"(?:[加伽咖佳]|联[系络繫絡]|聯[繫系絡]|(?<![隐隱走自])私)"
_WHOM = r"(?:个|個|一下|下|我们|我們|我|俺|咱|老师|老師|主播|客服|店主|小编|本人|的|们)*"
_WECHAT = r"(?:[微薇威徽葳溦维維v][信芯伈訊讯]|wechat|weixin|[vw]x)"
_QQ = r"(?:qq|扣扣)"
# These are names of things, not of a contact.
_NO_WECHAT = r"(?!支付|小程序|读书|讀書|表情|付款|红包|紅包|pay|小商店)"
_NO_QQ = r"(?!糖|弹|彈|音乐|音樂|星|车|浏|邮|表情|软|滑)"
_ID = r"(?P<id>[a-z0-9]{5,20})"

_ADD_WECHAT = re.compile(rf"{_ADD}{_WHOM}(?:{_WECHAT}{_NO_WECHAT}|{_QQ}{_NO_QQ})")
# `V` and `微` alone: only with what makes them a contact.
_ADD_V = re.compile(rf"(?:{_ADD}{_WHOM}|add(?:me|us|my|our|on|at|to|the)*)v")
_AFTER_V = re.compile(
    r"(?:neck|shape|cut|belt|line|\d{1,3}(?!\d)"
    r"|[型字形脸臉口沟溝]|[领領](?![取券福優优红紅资資样樣]))"
)
_ADD_WEI = re.compile(
    rf"{_ADD}{_WHOM}[微薇](?:$|(?=[a-z0-9]{{4}}|我|聊|领|領|送|咨|了解|私|拉|进|進|好友|获|獲|看|号|號|发|發))"
)
_NAMED = re.compile(
    rf"(?:{_WECHAT}|{_QQ}|whatsapp|telegram)(?P<sure>号是?|號是?|账号|帐号|搜索?|id)?"
    rf"(?:群|码|碼|是|为|為|就是|咨询|联系|加|number|is|no|me|at)*{_ID}"
)
_APPS = r"(?:wechat|weixin|whatsapp|telegram|kakaotalk|qq|vx|wx)"
_ENGLISH = re.compile(
    rf"(?:(?:add|contact|message|text|find|reach|dm|ping)(?:me|us|my|our|the|host)"
    rf"(?:on|at|to|in|via|through)*|add){_APPS}"
)

_QR = re.compile(
    r"(?:扫|掃|识别|識別|长按|長按)(?:一扫|一掃|描)?.{0,6}?(?:二维码|二維碼|[码碼](?![枪槍机機器])|qr)"
    r".{0,4}?(?:加(?!购|載|载|入购)|进群|進群|入群|联系|聯繫|私信|好友|微信(?!支付|付款))"
    r"|(?:二维码|二維碼).{0,3}?(?:加(?!购|载|入购)|进群|進群|联系|聯繫|好友)"
    r"|scan(?:the|my|our|this|below)*qr(?:code)?(?:below)?(?:to|and)?(?:add|join|contact|chat)"
)

_SCHEME = re.compile(r"\bh(?:tt|xx)ps?\s*[:：]\s*[/／]{1,2}", re.IGNORECASE)
_DOTS = frozenset(".。．｡·•∙‧・⋅․﹒٠۔")
_ENDINGS = "com|cn|net|org|top|xyz|cc|vip|shop|info|tv|me|io|ly|link|site|store|club|ltd|tk|ru|gg"
_HOST = re.compile(
    rf"(?<![a-z0-9.])(?!asp\.net)(?:t|[a-z0-9-]{{2,63}})(?:\.[a-z0-9-]{{1,63}})*\.(?:{_ENDINGS})(?![a-z0-9.])"
)
_APART = re.compile(
    r"(?<![a-z0-9])[a-z0-9-]{2,63}(?:(?: \. |[点點]| [点點] )(?:com|cn|net)"
    r"| ?\(dot\) ?(?:com|cn|net)| dot (?:com|cn))(?![a-z0-9])"
)
_MAY_HAVE_DOTS = re.compile(rf"[{''.join(_DOTS)}点點]|d.?o.?t", re.IGNORECASE)
_WWW = re.compile(r"www[a-z0-9]{2,40}?(?:com|net|cn|org)")


def phones(text: str) -> Iterator[Place]:
    """Mobile numbers of the mainland, in figures of any kind and with separators anywhere."""
    spelling = spelled(text)
    for match in _MOBILE.finditer(spelling.letters.translate(_FIGURES)):
        start, end = spelling.span(*match.span())
        figures = sum(each.isdigit() for each in spelling.letters[slice(*match.span())])
        is_written_out = figures == 0 or figures >= 6
        if is_written_out and not _PRICES.fullmatch(text[start:end]):
            yield start, end


def chat_names(text: str) -> Iterator[Place]:
    """WeChat, QQ and the like: "add V", and names that are given."""
    spelling = spelled(text.translate(_PLUS))
    letters = spelling.letters
    for match in (*_ADD_WECHAT.finditer(letters), *_ADD_WEI.finditer(letters)):
        yield spelling.span(*match.span())
    for match in _ADD_V.finditer(letters):
        if not _is_glued_before(spelling, match) and _is_v_alone(spelling, match.end()):
            yield spelling.span(*match.span())
    for match in _NAMED.finditer(letters):
        if not _is_glued_before(spelling, match) and _is_name(match, text, spelling):
            yield spelling.span(*match.span())
    for match in _ENGLISH.finditer(letters):
        if not _is_glued_before(spelling, match) and not spelling.is_glued_after(match.end()):
            yield spelling.span(*match.span())


def links(text: str) -> Iterator[Place]:
    """Addresses of pages, also written apart or with a word for the dot."""
    for match in _SCHEME.finditer(text):
        yield match.span()
    letters, places = _with_dots(text) if _MAY_HAVE_DOTS.search(text) else ("", [])
    for pattern in (_HOST, _APART):
        for match in pattern.finditer(letters):
            ending = text[places[match.start() + match.group().rfind(".") + 1]]
            if ending.isupper() and not match.group().endswith(("com", "cn", "net")):
                continue  # "Great.Me too": a space is missing.
            yield places[match.start()], places[match.end() - 1] + 1
    spelling = spelled(text)
    for match in _WWW.finditer(spelling.letters):
        if not _is_glued_before(spelling, match):
            yield spelling.span(*match.span())


def codes_to_scan(text: str) -> Iterator[Place]:
    """Calls to scan a code that leads to a contact."""
    spelling = spelled(text.translate(_PLUS))
    for match in _QR.finditer(spelling.letters):
        if not _is_glued_before(spelling, match):
            yield spelling.span(*match.span())


LURES: dict[str, Callable[[str], Iterator[Place]]] = {
    "CONTACT_PHONE": phones,
    "CONTACT_NAME": chat_names,
    "CONTACT_LINK": links,
    "CONTACT_CODE": codes_to_scan,
}


def _is_glued_before(spelling: Spelling, match: re.Match[str]) -> bool:
    """Whether the match begins within a Latin word."""
    start = match.start()
    return spelling.letters[start].isascii() and spelling.is_glued_before(start)


def _is_v_alone(spelling: Spelling, end: int) -> bool:
    """Whether the `v` before `end` stands for the app: it is no size, no cut, no word's beginning.

    Glued to letters it may still begin a name, which has figures in it.
    """
    letters = spelling.letters
    if _AFTER_V.match(letters, end):
        return False
    if not spelling.is_glued_after(end):
        return True
    word = end
    while spelling.is_glued_after(word):
        word += 1
    return word - end >= 4 and any(each.isdigit() for each in letters[end:word])


def _is_name(match: re.Match[str], text: str, spelling: Spelling) -> bool:
    """Whether what follows the app's name is a name in it, and no other word."""
    name = match["id"]
    figures = sum(each.isdigit() for each in name)
    if match["sure"] or figures >= 5:
        return True
    before = spelling.places[match.start("id")]
    is_told = text[:before].rstrip()[-1:] in (":", "：", "@", "=")
    return is_told or (figures >= 3 and not name[0].isdigit())


def _with_dots(text: str) -> tuple[str, list[int]]:
    """The text with every kind of dot as one, and other separators as a space."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if letter in _DOTS:
            plain = "."
        elif letter in "-()（）":
            plain = {"（": "(", "）": ")"}.get(letter, letter)
        else:
            plain = normal(letter) or (" " if _draws(letter) else "")
        if plain == " " and letters[-1:] == [" "]:
            continue
        letters.extend(plain)
        places.extend([place] * len(plain))
    return "".join(letters), places


def _draws(letter: str) -> bool:
    """Whether a character that is no letter takes room; zero-width ones do not."""
    return letter.isspace() or (letter.isprintable() and unicodedata.category(letter)[0] != "M")
