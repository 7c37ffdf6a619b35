"""Every setting in one frozen dataclass, read once from `LAOTIE_*`."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Config:
    """See `laotie config` for where each value came from."""

    data: Path = Path("var")
    database_url: str = ""
    owner_database_url: str = ""
    secret_key: str = field(default="", repr=False)
    field_key: str = field(default="", repr=False)
    lab: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    gateway_port: int = 8001
    media_port: int = 8002
    rtmp_port: int = 1935
    lab_port: int = 8003
    public_url: str = ""
    gateway_url: str = ""
    media_url: str = ""
    lab_url: str = ""
    language: str = "zh-hans"
    currency: str = "CNY"


def load() -> Config:
    """Read the environment once."""
    environment = os.environ
    return Config(
        data=Path(environment.get("LAOTIE_DATA", "var")),
        database_url=environment.get("LAOTIE_DATABASE_URL", ""),
        owner_database_url=environment.get("LAOTIE_OWNER_DATABASE_URL", ""),
        secret_key=environment.get("LAOTIE_SECRET_KEY", "") or secrets.token_hex(32),
        field_key=environment.get("LAOTIE_FIELD_KEY", "") or secrets.token_hex(32),
        lab=environment.get("LAOTIE_LAB", "") in {"1", "true", "yes"},
    )
