from datetime import UTC, datetime, timedelta

import pytest

from laotie.accounts import people, phones, regions, rules
from laotie.accounts.rules import Limit
from laotie.kernel.errors import Invalid

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("13800138000", "+8613800138000"),
        ("138 0013 8000", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("+852 5123 4567", "+85251234567"),
        ("+1 415 555 2671", "+14155552671"),
    ],
)
def test_a_number_has_one_written_form(typed: str, e164: str) -> None:
    assert phones.read(typed).e164 == e164


@pytest.mark.parametrize(
    "typed",
    [
        "", "1", "12345678901", "１３８００１３８０００", "138001380001", "010-12345678",
        "13800138000;ext=1", "+86 138 0013 8000 x12", "13800138000\x00", "\u202e13800138000",
        "' OR 1=1 --", "1" * 10_000, "+99913800138000", None, True, 13800138000, ["13800138000"],
    ],
)  # fmt: skip
def test_what_is_no_mobile_number_is_refused(typed: object) -> None:
    with pytest.raises(Invalid) as refused:
        phones.read(typed)
    assert refused.value.facts == {"field": "phone", "reason": "phone"}


def test_a_number_is_masked_everywhere_but_in_its_e164() -> None:
    phone = phones.read("13800138000")
    assert phone.masked == str(phone).removeprefix("Phone(").removesuffix(")") == "138****8000"
    assert "0013" not in repr(phone)
    assert rules.mask_phone("+85251234567") == "+852****67"


@pytest.mark.parametrize(
    ("name", "masked"), [("王小明", "王**"), ("王", "王*"), ("Christopher", "C**"), ("李白", "李*")]
)
def test_names_are_masked(name: str, masked: str) -> None:
    assert rules.mask_name(name) == masked


def test_a_line_never_shows_more_than_half() -> None:
    assert rules.mask_line("文三路 100 号 3 幢") == "文三路 10****"
    assert rules.mask_line("ab") == "a****"
    assert rules.mask_line("a") == "****"


def test_a_limit_tells_how_long_to_wait() -> None:
    limit = Limit(2, timedelta(minutes=1))
    assert limit.wait_s([], NOW) == 0
    assert limit.wait_s([NOW - timedelta(seconds=50)], NOW) == 0
    two = [NOW - timedelta(seconds=50), NOW - timedelta(seconds=10)]
    assert limit.wait_s(two, NOW) == 11
    assert limit.wait_s([*two, NOW], NOW) == 51
    assert limit.wait_s([NOW - timedelta(seconds=60), NOW], NOW) == 0


@pytest.mark.parametrize("url", ["", "/media/pictures/ab12/320.webp", "/static/look/a1.svg"])
def test_own_pictures_are_taken(url: str) -> None:
    assert people.clean_picture_url(url, field="avatar_url") == url


@pytest.mark.parametrize(
    "url",
    [
        "//evil.example/x.png", "https://evil.example/x.png", "javascript:alert(1)",
        "/media/../../etc/passwd", "/static/%00", "/other/x.png", "/media/" + "a" * 200, None, 1,
    ],
)  # fmt: skip
def test_other_addresses_are_no_pictures(url: object) -> None:
    with pytest.raises(Invalid):
        people.clean_picture_url(url, field="avatar_url")


def test_regions_have_a_province_each_and_a_name_in_both_languages() -> None:
    every = regions.every()
    assert len(regions.provinces()) == 34
    for region in every.values():
        assert region.province in every
        assert region.name["zh"]
        assert region.name["en"]
    assert regions.full_name("330100", "zh") == "浙江省杭州市"
    assert regions.full_name("330100", "en") == "Hangzhou, Zhejiang"
    assert regions.full_name("110000", "zh") == "北京市"
    assert [city.name["zh"] for city in regions.cities("460000")] == ["海口市", "三亚市"]


@pytest.mark.parametrize("code", ["000000", "33", "330100 ", "", None, 330100, "33010０"])
def test_unknown_regions_are_refused(code: object) -> None:
    with pytest.raises(Invalid):
        regions.clean_code(code)
