"""Networks that operators add, and addresses that are theirs or only look like it."""

import pytest
from tests import builders
from tests.builders import NOW

from laotie.kernel.errors import Invalid, NotAllowed, NotFound
from laotie.kernel.outbound import AddressRefused
from laotie.links import models, networks
from laotie.links.networks import CodeTaken, DomainTaken, UnknownNetwork

pytestmark = pytest.mark.usefixtures("db")


def test_a_network_is_known_by_its_hosts_the_nearest_domain_first() -> None:
    operator = builders.an_operator()
    networks.add(
        actor=operator, code="tmall_global", name={"zh": "天猫国际", "en": "Tmall Global"},
        domains=["Global.Tmall.com", "tmallglobal.example"], now=NOW,
    )  # fmt: skip

    known = {
        "https://item.taobao.com/item.htm?id=1#sku": "taobao",
        "https://detail.tmall.com/": "taobao",
        "http://m.global.tmall.com/a": "tmall_global",
        "https://item.jd.com/1.html": "jd",
        "https://3.cn/x": "jd",
    }
    for url, code in known.items():
        assert networks.recognise(url).code == code
    assert networks.recognise(" https://item.jd.com/1#x ").url == "https://item.jd.com/1"


@pytest.mark.parametrize(
    "url",
    [
        "https://taobao.com.evil.example/", "https://eviltaobao.com/", "https://evil.example/taobao.com",
        "https://evil.example/?u=https://taobao.com", "https://taobao.com:8443/", "https://taobao.com./",
        "https://xn--tobao-3ve.com/", "https://127.0.0.1/", "https://com/",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_network_is_none(url: str) -> None:
    with pytest.raises(UnknownNetwork):
        networks.recognise(url)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://taobao.com@evil.example/", "credentials"), ("javascript:alert(1)", "scheme"),
        ("https://t\u0430obao.com/", "form"), ("https://evil.example\\@taobao.com/", "form"),
        ("https://taobao.com/\r\nX: y", "form"), ("taobao.com", "scheme"), (None, "form"),
        (["https://taobao.com"], "form"), ("https://taobao.com/" + "x" * 2000, "form"),
    ],
)  # fmt: skip
def test_addresses_of_another_form_are_refused(url: object, reason: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        networks.recognise(url)
    assert refused.value.facts["reason"] == reason


def test_a_domain_belongs_to_one_network() -> None:
    operator = builders.an_operator()
    with pytest.raises(DomainTaken) as taken:
        networks.set_domains(actor=operator, code="jd", domains=["jd.com", "taobao.com"], now=NOW)
    assert taken.value.facts["domain"] == "taobao.com"
    with pytest.raises(CodeTaken):
        add(code="jd")
    assert networks.card("jd").domains == ("3.cn", "jd.com", "jd.hk")
    moved = networks.set_domains(actor=operator, code="jd", domains=["jd.com"], now=NOW)
    assert moved.domains == ("jd.com",)
    with pytest.raises(UnknownNetwork):
        networks.recognise("https://3.cn/x")


def add(**changes: object) -> networks.NetworkCard:
    wanted: dict[str, object] = {
        "actor": builders.an_operator(), "code": "shop2", "name": {"zh": "二", "en": "Two"},
        "domains": ["two.example"], "now": NOW,
    }  # fmt: skip
    return networks.add(**{**wanted, **changes})  # type: ignore[arg-type]


def test_a_network_that_is_not_well_described_is_not_added() -> None:
    before = models.Network.objects.count()
    for changes, field in (
        ({"code": "Shop"}, "code"), ({"code": "*"}, "code"), ({"name": {"zh": "", "en": "x"}}, "name_zh"),
        ({"domains": []}, "domains"), ({"domains": ["com"]}, "domains"), ({"domains": ["1.2.3.4"]}, "domains"),
        ({"click_parameter": "a&b"}, "click_parameter"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            add(**changes)
        assert refused.value.facts["field"] == field
    for actor in (builders.a_person(), builders.a_shop().owner):
        with pytest.raises(NotAllowed):
            add(actor=actor)
    with pytest.raises(NotFound):
        networks.set_domains(
            actor=builders.an_operator(), code="nowhere", domains=["a.cn"], now=NOW
        )
    assert models.Network.objects.count() == before


def test_an_operator_names_the_field_that_takes_our_click() -> None:
    operator = builders.an_operator()
    named = networks.set_click_parameter(actor=operator, code="jd", click_parameter="sub", now=NOW)
    assert (named.click_parameter, networks.card("taobao").click_parameter) == ("sub", "")

    for actor, code, field, refusal in (
        (builders.a_shop().owner, "jd", "other", NotAllowed),
        (operator, "jd", "a&b", Invalid),
        (operator, "nowhere", "other", NotFound),
    ):
        with pytest.raises(refusal):
            networks.set_click_parameter(actor=actor, code=code, click_parameter=field, now=NOW)
    assert networks.card("jd").click_parameter == "sub"
    gone = networks.set_click_parameter(actor=operator, code="jd", click_parameter="", now=NOW)
    assert gone.click_parameter == ""
