"""What is found in texts, however it is dressed up, and what is left alone."""

import random
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import laotie
from laotie.content.judgement import findings
from laotie.content.judgement.findings import Findings, Rule, RuleSet, Severity
from laotie.kernel import wording
from laotie.kernel.screening import Where

RULES = RuleSet()
SOURCE = Path(laotie.__file__).parent

LURING = {
    Rule.CONTACT_NAME: (
        "加V：abc123", "加.V.信", "＋薇信领取优惠", "➕V", "加我微信 laowang88", "加微领资料",
        "V❤ x12345a", "vx:laowang", "微信号laowang", "QQ 123456789", "扣扣群：12345678",
        "add me on WeChat: tom_1", "add V now", "Add  v, tom", "contact us via telegram",
        "联系我微信", "加ⅤX", "加🆅", "加Ⓥ", "ᴡᴇᴄʜᴀᴛ: abc12345", "私我v", "加薇❤信", "聯繫我微信",
        "whatsapp +44 7911 123456",
    ),
    Rule.CONTACT_PHONE: (
        "电话138-0013-8000", "一三八零零一三八零零零", "１３８ ００１３ ８０００",
        "1.3.8.0.0.1.3.8.0.0.0", "①③⑧⓪⓪①③⑧⓪⓪⓪", "+86 138 0013 8000", "138oo138ooo",
    ),
    Rule.CONTACT_LINK: (
        "http://a.example", "hxxps：／／a", "看 abc点com", "shop。taobao.com 见",
        "w w w . a b c . c o m", "example dot com", "t.me/abcd", "ｓｈｏｐ．ｘｙｚ", "me@mail.com",
    ),
    Rule.CONTACT_CODE: (
        "扫码加我", "扫二维码进群", "长按识别二维码添加好友", "scan the QR code to add",
    ),
}  # fmt: skip
HARMLESS = (
    "修身加V领毛衣，显瘦", "加V60滤杯手冲咖啡", "微信支付和支付宝都可以", "加微波炉专用盖",
    "加威士忌和冰块", "加薇诺娜面霜一支", "价格 13.9 15.8 22.5 19.9", "尺码 160 165 170 175",
    "QQ糖和QQ弹弹的面条，加QQ糖", "订单号 1390000123456789", "今天 2026-11-23 18:30 开播",
    "扫码支付更方便", "扫码枪加固款", "The new xbox360s now on sale", "Add vanilla, add V-neck tee",
    "Polka dot net bag", "We catch fish. Net weight 5kg", "I love it. Me too.Me neither",
    "一二三四五六七八九十", "买三送一，满200减30", "add vitamin c 1000mg", "加热两分钟，加入购物车",
    "Node.js and asp.net course", "佳能V2相机", "第三点。上海的茶", "12V 加 V 型电池", "QQ音乐同款",
    "电压220V 功率1500W", "tv x1 10000 units", "版本 v1.2.3", "不是AI生成的，全手工", "非AI绘画",
    "AI生成工具评测", "这条裙子加了蕾丝", "拉坯、上釉、烧窑：三天", "Handmade in Longquan, 85 °C water.",
)  # fmt: skip


def found_in(text: str, where: Where = Where.COMMENT) -> Findings:
    return findings.in_text(text, where, RULES)


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule, texts in LURING.items() for text in texts]
)
def test_lures_are_found_and_their_place_is_told(rule: Rule, text: str) -> None:
    found = found_in(text)

    assert rule in {each.rule for each in found.found}
    for each in found.found:
        assert each.quote == text[each.start : each.end]
        assert each.quote
        assert (each.rule_version, each.source) == (0, "rules")
    assert not found.is_fit


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_alike_is_left_alone(text: str) -> None:
    judged = findings.in_post(text, text, label="ORGANIC", is_ai=False, rules=RULES)

    assert judged.found == ()


def test_every_sentence_of_our_own_pages_is_harmless() -> None:
    catalogue = (SOURCE / "locale/zh_Hans/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    said = [
        "".join(re.findall(r'"(.*)"', block)).replace("\\n", " ").replace('\\"', '"')
        for block in re.findall(r'msg(?:id|str)(?:_plural|\[\d\])? ((?:".*"\n?)+)', catalogue)
    ]
    said = [text for text in said if text and "http" not in text and "Content-Type" not in text]

    suspected = {text: found_in(text).found for text in said if found_in(text).found}

    assert len(said) > 2000
    # But for the made-up number that shows how one is written.
    assert {
        text: found
        for text, found in suspected.items()
        if "13800138000" not in text.replace(" ", "")
    } == {}


DRESSES = (
    lambda letter: letter,
    lambda letter: chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter,
    lambda letter: {"a": "а", "c": "с", "e": "е", "o": "о", "p": "р", "x": "х", "i": "і"}.get(
        letter, letter
    ),
    lambda letter: letter.upper(),
    lambda letter: chr(0x24D0 + ord(letter) - ord("a")) if "a" <= letter <= "z" else letter,
    lambda letter: chr(0x1D41A + ord(letter) - ord("a")) if "a" <= letter <= "z" else letter,
    lambda letter: letter + "\u0301" if "a" <= letter <= "z" else letter,
)
BETWEEN = ("", "", "\u200b", "\u200d", "\u2060", " ", ".", "-", "_", "*", "❤", "·", "|", "\ufe0f")


@given(
    word=st.sampled_from(
        ["加微信laowang88", "加v信", "vx13800x", "wechat:abc123", "13800138000", "代开发票", "加qq"]
    ),
    seed=st.integers(0, 2**32),
    before=st.sampled_from(["", "好茶！", "Nice tea. ", "今天 "]),
)
def test_what_is_hidden_by_letters_and_separators_is_still_found(
    word: str, seed: int, before: str
) -> None:
    dice = random.Random(seed)
    dressed = "".join(dice.choice(DRESSES)(letter) + dice.choice(BETWEEN) for letter in word)
    text = unicodedata.normalize("NFC", before + dressed)

    found = found_in(text)

    assert not found.is_fit, text
    assert all(each.quote == text[each.start : each.end][:80] for each in found.found)


@given(st.text(max_size=300))
def test_no_text_breaks_the_gate_and_every_place_lies_in_it(text: str) -> None:
    found = findings.in_post(text[:60], text, label="ORGANIC", is_ai=False, rules=RULES)

    assert len(found.found) <= findings.MOST_FINDINGS
    for each in found.found:
        source = text[:60] if each.field == "title" else text
        assert 0 <= each.start < each.end <= len(source)
        assert findings.of_row(each.as_row()) == each


def test_many_that_weigh_little_do_not_hide_one_that_weighs_more() -> None:
    found = found_in("shop.com " * 40 + "代开发票", Where.POST)

    assert len(found.found) == findings.MOST_FINDINGS
    assert (found.severity, found.found[-1].quote) == (Severity.REFUSE, "代开发票")


@pytest.mark.parametrize("before", [0, 1, 1_950, 1_990, 1_995, 2_000, 2_049, 3_999, 84_000])
def test_captions_are_read_to_their_end_and_the_moment_is_told(before: int) -> None:
    cues = [(at * 1_000, "茶" * 9) for at in range(before // 10)]
    said = [*cues, (65_432, "茶" * (before % 10) + "加微"), (70_000, "信领取优惠"), (80_000, "完")]

    judged = findings.in_post(
        "茶", "", label="AD", is_ai=False, rules=RULES, captions={"en": [], "zh-hans": said}
    )

    (found,) = judged.found
    assert (found.rule, found.field) == (Rule.CONTACT_NAME, "captions.zh-hans")
    text = "\n".join(words for _at_ms, words in said)
    assert text[found.start : found.end] == found.quote == "加微\n信"
    assert (found.at_ms, found.at) == (65_432, "1:05")
    assert findings.of_row(found.as_row()) == found


@given(st.text(max_size=80))
def test_the_normal_form_is_stable_and_its_letters_have_places(text: str) -> None:
    spelling = wording.spelled(text)

    assert spelling.letters == wording.normal(text)
    assert wording.normal(spelling.letters) == spelling.letters
    assert len(spelling.places) == len(spelling.letters)
    assert list(spelling.places) == sorted(spelling.places)


def test_labels_that_are_missing_are_missed() -> None:
    def rules_of(body: str, **post: object) -> set[Rule]:
        as_is = {"label": "ORGANIC", "is_ai": False, **post}
        judged = findings.in_post("茶", body, rules=RULES, **as_is)  # type: ignore[arg-type]
        return {each.rule for each in judged.found}

    selling, made = "喜欢就点击下方链接带走", "本视频由AI生成"
    assert rules_of(selling) == {Rule.AD_LABEL}
    assert rules_of(selling, label="AD") == rules_of(selling, label="PROMO") == set()
    assert rules_of(made) == {Rule.AI_LABEL}
    assert rules_of(made, is_ai=True) == set()
    assert rules_of("Made with Midjourney, link in bio") == {Rule.AD_LABEL, Rule.AI_LABEL}
    assert rules_of("Made by Aimee in Thai generation style") == set()


def test_a_rule_set_says_what_follows_from_a_word_and_from_a_lure() -> None:
    rules = RuleSet(
        version=7,
        words={"高仿": Severity.REVIEW, "ass": Severity.LIMIT},
        severities={Rule.CONTACT_LINK: Severity.NOTE},
    )

    found = findings.in_text("高~仿 class, a.s.s, shop.com", Where.CHAT, rules)

    assert [(each.rule, each.severity, each.quote) for each in found.found] == [
        (Rule.WORD, Severity.REVIEW, "高~仿"),
        (Rule.WORD, Severity.LIMIT, "a.s.s"),
        (Rule.CONTACT_LINK, Severity.NOTE, "shop.com"),
    ]
    assert (found.severity, found.rule_version, found.gravest) == (
        Severity.REVIEW, 7, found.found[0],
    )  # fmt: skip
    assert not found.is_fit
    assert findings.in_text("class", Where.CHAT, rules).is_fit
