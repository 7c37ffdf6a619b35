"""Hosts that are a network's, and everything that only looks like one."""

import pytest

from laotie.links import rules


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://item.taobao.com/item.htm?id=1", "item.taobao.com"),
        ("http://ITEM.JD.COM:80/1.html", "item.jd.com"),
        ("https://item.jd.com:443/1.html", "item.jd.com"),
        ("https://taobao.com", "taobao.com"),
    ],
)
def test_a_plain_host_is_read(url: str, host: str) -> None:
    assert rules.bare_host(url) == host


@pytest.mark.parametrize(
    "url",
    [
        "https://taobao.com@evil.example/", "https://taobao.com:pass@evil.example/",
        "https://@taobao.com/", "https://item.taobao.com:8443/", "https://item.taobao.com:80/",
        "http://item.taobao.com:443/", "https://item.taobao.com./", "https://taobao/",
        "https://xn--tobao-3ve.com/", "https://t\u0430obao.com/", "https://taobao%2ecom/",
        "https://127.0.0.1/", "https://2130706433/", "https://[::1]/", "ftp://taobao.com/",
        "javascript:alert(1)//taobao.com", "//taobao.com/", "https:///taobao.com", "",
        "https://-taobao.com/", "https://taobao.com:99999/", "https://taobao.com:x/",
    ],
)  # fmt: skip
def test_a_host_that_may_deceive_is_none(url: str) -> None:
    assert rules.bare_host(url) is None


def test_a_host_is_known_by_whole_labels() -> None:
    assert rules.parents("item.taobao.com") == ["item.taobao.com", "taobao.com", "com"]
    assert "taobao.com" not in rules.parents("eviltaobao.com")
    assert "taobao.com" not in rules.parents("taobao.com.evil.example")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("TaoBao.com", "taobao.com"), (" jd.com ", "jd.com"), ("com", None), ("a..b", None),
        ("-a.com", None), ("1.2.3.4", None), ("t\u0430obao.com", None), ("a.com/x", None),
        ("*.a.com", None), (None, None), ("a" * 64 + ".com", None), ("a." * 130 + "com", None),
    ],
)  # fmt: skip
def test_domains_are_kept_in_one_form(given: object, kept: str | None) -> None:
    assert rules.clean_domain(given) == kept


def test_a_click_id_goes_into_the_networks_own_field_alone() -> None:
    url = "https://u.example.cn/t?e=a%2Fb&sub=old"
    assert rules.with_click(url, "", "clk_1") == url
    assert rules.with_click(url, "sub", "clk_1") == "https://u.example.cn/t?e=a%2Fb&sub=clk_1"
    assert rules.with_click("https://u.example.cn/t", "sub", "c") == "https://u.example.cn/t?sub=c"


@pytest.mark.parametrize(
    "url",
    [
        "https://s.taobao.com/search?q=%C1%AC%D2%C2%C8%B9",  # A dress, in GBK.
        "https://u.example.cn/t?e=%e8%bf%9e+a~b;c&&x&y=&sign=a/b==",
    ],
)
def test_what_else_an_address_says_keeps_every_byte(url: str) -> None:
    assert rules.with_click(url, "sub", "clk_1") == f"{url}&sub=clk_1"
