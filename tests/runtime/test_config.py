"""Settings: each has a place, and each wrong one an answer that says what to write."""

import json
from pathlib import Path

import pytest

from laotie.runtime import config, config_pages
from laotie.runtime.problems import WrongUse

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "80a", "LAOTIE_PORT ('80a') is not a whole number from 1 to 65535."),
        ("PORT", "0", "LAOTIE_PORT ('0') is not a whole number from 1 to 65535."),
        ("PORT", "８０００", "LAOTIE_PORT ('８０００') is not a whole number from 1 to 65535."),
        ("PORT", "-1", "LAOTIE_PORT ('-1') is not a whole number"),
        ("PORT", "8e3", "LAOTIE_PORT ('8e3') is not a whole number"),
        ("LAB", "perhaps", "LAOTIE_LAB ('perhaps') is neither yes nor no. Write 1 or 0."),
        ("HOST", "http://x", "LAOTIE_HOST ('http://x') is not a host or an IP address."),
        ("PROFILE", "us", "LAOTIE_PROFILE ('us') is not known. Write one of: cn, neutral."),
        ("CURRENCY", "cny", "LAOTIE_CURRENCY ('cny') is not known."),
        ("TERRITORY", "china", "is neither a country nor the world. Write two letters, or WORLD."),
        ("PUBLIC_URL", "shop.example", "Write it like https://shop.example."),
        ("PUBLIC_URL", "https://a:b@shop.example", "has more than scheme, host, port and path"),
        ("PUBLIC_URL", "http://[::1", "is not an address"),
        ("GATEWAY_URL", "http://x", "does not begin with wss:// or ws://"),
        ("DATABASE_URL", "mysql", "LAOTIE_DATABASE_URL is not a PostgreSQL address."),
        ("DATABASE_URL", "postgresql://h/laotie", "names no user or no database"),
        ("SECRET_KEY", "short", "LAOTIE_SECRET_KEY has 5 characters and could be guessed."),
        ("FIELD_KEY", "zz", "Write 64 digits 0-9a-f"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,me", "has 'me', which is no network"),
        ("OUTBOUND_NETWORKS", "inside", "has 'inside', which is no network"),
        ("MAIL_URL", "http://mail.example", "is no SMTP server"),
        ("MAIL_FROM", "nobody", "LAOTIE_MAIL_FROM ('nobody') is no mail address"),
        ("SMS_URL", "aliyun://key@host/?sign=a", "is no provider that we know"),
        ("ORDER_SOURCES", "jd://key@host", "LAOTIE_ORDER_SOURCES has an address without name, key"),
        ("DATA", "/etc/passwd", "LAOTIE_DATA ('/etc/passwd') is a file."),
        ("FFMPEG", "/nowhere/ffmpeg", "is not there"),
        ("LOG_FORMAT", "xml", "Write one of: auto, json, human."),
    ],
)
def test_wrong_value_says_what_to_write(name: str, value: str, said: str) -> None:
    with pytest.raises(WrongUse) as caught:
        config.load({f"LAOTIE_{name}": value})

    assert said in str(caught.value)


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(WrongUse) as caught:
        config.load({"LAOTIE_PORT": "x", "LAOTIE_LAB": "x", "LAOTIE_HSOT": "x"})

    assert str(caught.value).count("\n  - ") == 3


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("LAOTIE_PROT", "LAOTIE_PORT"),
        ("LAOTIE_DATABSE_URL", "LAOTIE_DATABASE_URL"),
        ("LAOTIE_LABS", "LAOTIE_LAB"),
        ("LAOTIE_SECRETKEY_FILE", "LAOTIE_SECRET_KEY_FILE"),
        ("LAOTIE_WEB_THREAD", "LAOTIE_WEB_THREADS"),
    ],
)
def test_unknown_name_is_an_error_that_names_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(WrongUse, match=f"{name} is not a setting. Did you mean {nearest}"):
        config.load({name: "1"})


def test_what_kubernetes_injects_is_passed_over() -> None:
    injected = {
        "LAOTIE_SERVICE_HOST": "10.0.0.1",
        "LAOTIE_SERVICE_PORT": "8000",
        "LAOTIE_SERVICE_PORT_HTTP": "8000",
        "LAOTIE_PORT": "tcp://10.0.0.1:8000",
        "LAOTIE_PORT_8000_TCP": "tcp://10.0.0.1:8000",
        "LAOTIE_PORT_8000_TCP_PROTO": "tcp",
        "LAOTIE_PORT_8000_TCP_PORT": "8000",
        "LAOTIE_PORT_8000_TCP_ADDR": "10.0.0.1",
        "LAOTIE_GATEWAY_SERVICE_HOST": "10.0.0.2",
        "LAOTIE_GATEWAY_PORT": "tcp://10.0.0.2:8001",
        "LAOTIE_WEB_SERVICE_PORT": "8000",
        "LAOTIE_WEB_PORT": "tcp://10.0.0.3:8000",
    }

    found = config.load(injected)

    assert (found.port, found.gateway_port) == (8000, 8001)
    assert not found.is_given("port")


def test_a_real_port_beside_injected_names_still_counts() -> None:
    found = config.load({"LAOTIE_SERVICE_HOST": "10.0.0.1", "LAOTIE_PORT": "9000"})

    assert found.port == 9000
    assert found.is_given("port")


def test_secret_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("ab" * 32 + "\n")

    found = config.load({"LAOTIE_FIELD_KEY_FILE": str(path)})

    assert found.field_key == "ab" * 32
    assert found.sources["field_key"] == f"file {path}"


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read from the file"), ("", "is empty in the file"), ("x", "64 digits")],
)
def test_bad_secret_file_is_named(tmp_path: Path, content: str | None, said: str) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_text(content)

    with pytest.raises(WrongUse, match=said):
        config.load({"LAOTIE_FIELD_KEY_FILE": str(path)})


def test_value_and_file_of_one_secret_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="LAOTIE_FIELD_KEY_FILE are both set"):
        config.load({"LAOTIE_FIELD_KEY": "ab" * 32, "LAOTIE_FIELD_KEY_FILE": str(tmp_path)})


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"OWNER_DATABASE_URL": "postgresql://o:p@h/d"}, "without LAOTIE_DATABASE_URL"),
        ({"CRASH_AT": "a.b:1"}, "LAOTIE_CRASH_AT is set without LAOTIE_LAB"),
        ({"PORT": "9000", "MEDIA_PORT": "9000"}, "are both 9000"),
        ({"PORT": "8001"}, "LAOTIE_GATEWAY_PORT and LAOTIE_PORT are both 8001"),
    ],
)
def test_contradictions_are_told(settings: dict[str, str], said: str) -> None:
    with pytest.raises(WrongUse, match=said):
        config.load({f"LAOTIE_{name}": value for name, value in settings.items()})


def test_empty_means_left_out() -> None:
    assert config.load({"LAOTIE_PORT": "", "LAOTIE_LAB": " "}).port == 8000


def test_addresses_follow_from_ports_or_from_the_public_one() -> None:
    local = config.load({"LAOTIE_GATEWAY_PORT": "9001"})
    public = config.load({"LAOTIE_PUBLIC_URL": "https://shop.example/"})

    assert local.public_url == "http://127.0.0.1:8000"
    assert local.gateway_url == "ws://127.0.0.1:9001"
    assert public.public_url == "https://shop.example"
    assert public.gateway_url == "wss://shop.example/gateway"
    assert public.media_url == "https://shop.example/media"
    assert public.rtmp_url == "rtmp://shop.example:1935/live"


def test_keys_are_made_once_for_the_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SECRET_KEY", "FIELD_KEY", "PUSH_KEY", "DATABASE_URL"):
        monkeypatch.delenv(f"LAOTIE_{name}", raising=False)
    monkeypatch.setenv("LAOTIE_DATA", str(tmp_path / "data"))

    first, second = config.ready(), config.ready()

    assert len(first.field_key) == 64
    assert (first.field_key, first.secret_key) == (second.field_key, second.secret_key)
    assert first.field_key != first.secret_key
    kept = sorted((tmp_path / "data" / "secrets").iterdir())
    assert [each.name for each in kept] == sorted(config.MADE_ONCE)
    assert {each.stat().st_mode & 0o777 for each in kept} == {0o600}


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    key = "cd" * 32
    url = "postgresql://app:hunter2hunter2@db/laotie"
    found = config.load({"LAOTIE_FIELD_KEY": key, "LAOTIE_DATABASE_URL": url})

    shown = config_pages.table(found) + json.dumps(config_pages.values(found)) + repr(found)

    assert key not in shown
    assert "hunter2" not in shown
    assert "(hidden)" in shown


def test_reference_page_is_in_step() -> None:
    page = (ROOT / "docs" / "reference" / "config.md").read_text("utf-8")

    assert page == config_pages.reference(), (
        "run: laotie config --reference > docs/reference/config.md"
    )


def test_every_setting_says_what_it_means() -> None:
    for each in config.settings_fields():
        assert each.metadata["meaning"].endswith("."), each.name
