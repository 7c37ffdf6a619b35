"""What a first look weighs, gzipped: the document, its styles, its scripts and what those import.

Pictures and video are not counted, and neither is the player's engine, which comes with the video.
"""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from tests.surfaces.shop.conftest import Sale, SignIn

_REFERENCES = re.compile(
    r"""<(?:link[^>]+rel="stylesheet"[^>]+href|script[^>]+src)="(?P<address>[^"]+)\""""
)
_SPRITE = re.compile(r'href="(?P<address>[^"#]+icons[^"#]*\.svg)#')
_IMPORTS = re.compile(
    r"""(?:^|\n)\s*(?:import|export)\s(?:[^"';]*from\s*)?["'](?P<address>[^"']+)["']"""
)
_WITH_VIDEO = "hls"


def weight(page: bytes) -> dict[str, int]:
    """Gzipped bytes by address, the document itself under an empty one."""
    text = page.decode()
    sizes = {"": len(gzip.compress(page, 6))}
    waiting = [found["address"] for found in _REFERENCES.finditer(text)]
    waiting += [found["address"] for found in _SPRITE.finditer(text)]
    while waiting:
        address = waiting.pop().split("?")[0]
        if address in sizes or _WITH_VIDEO in address:
            continue
        file = finders.find(address.removeprefix("/static/"))
        assert isinstance(file, str), address
        body = Path(file).read_bytes()
        sizes[address] = len(gzip.compress(body, 6))
        if address.endswith(".js"):
            base = address.rpartition("/")[0]
            for found in _IMPORTS.finditer(body.decode()):
                waiting.append(resolved(base, found["address"]))
    return sizes


def resolved(base: str, address: str) -> str:
    parts = base.split("/")
    for part in address.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


@pytest.mark.parametrize(
    ("place", "most_kb"),
    [("/", 60), ("/live/{room}", 80), ("/product/{product}", 80), ("/search", 60)],
)
def test_a_first_look_is_light(sale: Sale, signed_in: SignIn, place: str, most_kb: int) -> None:
    client: Client = signed_in(language="zh-hans")
    address = place.format(room=sale.room, product=sale.scene.product.public_id)

    sizes = weight(client.get(address).content)

    heaviest = sorted(sizes.items(), key=lambda each: -each[1])[:6]
    assert len(sizes) > 8, sizes  # It is this page that was weighed, with what it needs.
    assert sum(sizes.values()) <= most_kb * 1024, (sum(sizes.values()), heaviest)
