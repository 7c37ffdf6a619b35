"""Chinese provinces and cities with their official codes (GB/T 2260), a small bundled list."""

import functools
import json
from dataclasses import dataclass
from importlib import resources

from laotie.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Region:
    """A province (`province` is itself) or a city in one. `name` has the keys zh and en."""

    code: str
    province: str
    name: dict[str, str]


@functools.cache
def every() -> dict[str, Region]:
    """All regions by code, provinces before their cities."""
    text = (resources.files("laotie.accounts") / "data" / "regions.json").read_text("utf-8")
    return {
        code: Region(code, code[:2] + "0000", {"zh": zh, "en": en})
        for code, zh, en in json.loads(text)
    }


def provinces() -> tuple[Region, ...]:
    return tuple(region for region in every().values() if region.code == region.province)


def cities(province: str) -> tuple[Region, ...]:
    """The listed cities of a province; without one, the province itself is chosen."""
    return tuple(
        region
        for region in every().values()
        if region.province == province and region.code != province
    )


def clean_code(code: object, *, field: str = "region_code") -> str:
    """raises: Invalid for a code that is not in the list."""
    if not isinstance(code, str) or code not in every():
        raise Invalid(field=field, reason="choice")
    return code


def full_name(code: str, language: str) -> str:
    """`浙江省杭州市` or `Hangzhou, Zhejiang`; a municipality is named once."""
    region = every()[code]
    if region.code == region.province:
        return region.name[language]
    province = every()[region.province].name[language]
    own = region.name[language]
    return f"{province}{own}" if language == "zh" else f"{own}, {province}"
