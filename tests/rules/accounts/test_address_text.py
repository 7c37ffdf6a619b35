"""Addresses as people paste them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laotie.accounts import address_text, regions
from laotie.accounts.address_text import AddressParts

HANGZHOU = AddressParts("王小明", "13800138000", "330100", "西湖区文三路100号3幢201室")


@pytest.mark.parametrize(
    "text",
    [
        "王小明 13800138000 浙江省杭州市西湖区文三路100号3幢201室",
        "浙江省杭州市西湖区文三路100号3幢201室，王小明，13800138000",
        "收货人：王小明\n手机号码：138-0013-8000\n所在地区：浙江省 杭州市 西湖区\n详细地址：文三路100号3幢201室",
        "王小明13800138000浙江省杭州市西湖区文三路100号3幢201室",
        "浙江杭州西湖区文三路１００号３幢２０１室 王小明收 +86 138 0013 8000",
        "王小明，电话：13800138000，地址：杭州市西湖区文三路100号3幢201室，邮编：310012",
        "13800138000；浙江省；杭州市；西湖区文三路100号3幢201室；王小明先生",
    ],
)
def test_one_address_in_the_ways_it_is_sent(text: str) -> None:
    assert address_text.read(text) == HANGZHOU


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "李雷 13900139000 北京市北京市朝阳区上海路8号",
            ("李雷", "13900139000", "110000", "朝阳区上海路8号"),
        ),
        ("欧阳娜娜 13900139000 上海浦东新区世纪大道1号", ("欧阳娜娜", "13900139000", "310000", "浦东新区世纪大道1号")),
        ("韩梅梅 吉林大街5号 13900139000", ("韩梅梅", "13900139000", "", "吉林大街5号")),
        ("浙江省 文三路100号", ("", "", "", "浙江省文三路100号")),
        ("Name: Li Lei Phone: 13900139000 Address: 浙江省杭州市 Wensan Road 100", ("Li Lei", "13900139000", "330100", "Wensan Road 100")),
        ("你好", ("你好", "", "", "")),
        ("", ("", "", "", "")),
    ],
)  # fmt: skip
def test_what_is_not_there_stays_empty(text: str, parts: tuple[str, str, str, str]) -> None:
    assert address_text.read(text) == AddressParts(*parts)


@given(st.text(max_size=600))
def test_any_text_is_read_without_fail(text: str) -> None:
    parts = address_text.read(text)

    assert not parts.region_code or parts.region_code in regions.every()
    assert not parts.phone or (len(parts.phone) == 11 and parts.phone.isdigit())


@given(st.sampled_from([r for r in regions.every().values() if r.code != r.province]))
def test_every_city_is_found_by_its_name(city: regions.Region) -> None:
    province = regions.every()[city.province].name["zh"]

    assert address_text.read(f"{province}{city.name['zh']}某某镇一号").region_code == city.code
