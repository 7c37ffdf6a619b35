"""Every setting in one frozen dataclass, read once from `LAOTIE_*`.

A name that is not a setting is an error that tells the nearest one; a wrong value says what to
write. Secrets may come from a file (`..._FILE`), or are made once in the data folder.
"""

import dataclasses
import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from laotie.runtime import account, config_secrets, database, network
from laotie.runtime import config_readers as read
from laotie.runtime.config_readers import Reader, WrongValue
from laotie.runtime.problems import NotReady, WrongUse

PREFIX = "LAOTIE_"
_DAYS_BY_LAW = 1096  # Three years, one of them a leap year.
_SYSTEM_DATA = Path("/var/lib/laotie")
# Read by the tests alone.
_FOR_DEVELOPERS = re.compile(r"LAOTIE_(SOAK|TEST_[A-Z_]+)")
# What Kubernetes puts into every container for a service whose name begins with `laotie`.
_INJECTED_NAME = re.compile(
    r"LAOTIE(_[A-Z0-9_]+)?_("
    r"SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)"
)
_INJECTED_VALUE = re.compile(r"(tcp|udp|sctp)://\S+")


def setting(
    default: Any, reader: Reader, meaning: str, *, unit: str = "", secret: bool = False
) -> Any:
    """A field of `Config`. `default` is described in words by `else` where it is made."""
    described = {"read": reader, "meaning": meaning, "unit": unit, "secret": secret}
    return field(default=default, repr=not secret, metadata=described)


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting. `laotie config` prints the values and where each came from."""

    data: Path = setting(  # noqa: RUF009 - a path does not change.
        Path("var"), read.folder, "Where everything lies: database, pictures, video, keys, logs.",
        unit="folder",
    )  # fmt: skip
    profile: str = setting(
        "cn", read.choice(("cn", "neutral")), "Law, windows, carriers and words of which country."
    )
    currency: str = setting(
        "CNY", read.choice(("CNY", "EUR", "GBP", "HKD", "JPY", "SGD", "USD")),
        "The one currency of this installation; amounts are whole minor units of it.",
        unit="ISO 4217",
    )  # fmt: skip
    territory: str = setting(
        "", read.territory,
        "Where events are shown, as rights see it; else CN under profile cn, the WORLD otherwise.",
        unit="ISO 3166 or WORLD",
    )  # fmt: skip
    language: str = setting(
        "zh-hans", read.choice(("zh-hans", "en")), "What a visitor reads who has chosen nothing."
    )

    host: str = setting("127.0.0.1", read.host, "Where web, gateway and media listen.")
    port: int = setting(8000, read.port(8000), "Port of the pages and the API.")
    gateway_port: int = setting(8001, read.port(8001), "Port of the live rooms' sockets.")
    media_port: int = setting(8002, read.port(8002), "Port of video files and browser go-live.")
    rtmp_port: int = setting(1935, read.port(1935), "Port that encoders such as OBS publish to.")
    lab_port: int = setting(8003, read.port(8003), "Port of the lab's payment provider.")
    public_url: str = setting(
        "", read.address("https", "http"), "How visitors reach the pages; else host and port."
    )
    gateway_url: str = setting(
        "", read.address("wss", "ws"),
        "How browsers reach the gateway; else its port, or /gateway below a given public URL.",
    )  # fmt: skip
    media_url: str = setting(
        "", read.address("https", "http"),
        "How browsers reach video; else its port, or /media below a given public URL.",
    )  # fmt: skip
    rtmp_url: str = setting(
        "", read.address("rtmp", "rtmps"), "What a host types into an encoder; else its port."
    )
    lab_url: str = setting(
        "", read.address("https", "http"),
        "Where the lab's payment provider answers; else its port.",
    )  # fmt: skip
    trusted_proxies: tuple[str, ...] = setting(
        (), read.networks, "Proxies whose word on the visitor's address is taken.", unit="networks"
    )
    sign_ins_per_address: int = setting(
        60, read.whole(1, 1_000_000, 60), "Codes or passwords that one address may ask for.",
        unit="per hour",
    )  # fmt: skip
    sign_ins_per_loopback: int = setting(
        6000, read.whole(1, 1_000_000, 6000), "The same for this machine itself.", unit="per hour"
    )
    leaves_per_address: int = setting(
        1200, read.whole(1, 1_000_000, 1200),
        "Ways out to other networks that guests of one address may ask for.", unit="per hour",
    )  # fmt: skip
    leaves_per_loopback: int = setting(
        120_000, read.whole(1, 1_000_000, 120_000), "The same for this machine.", unit="per hour"
    )

    database_url: str = setting(
        "", read.database, "The app role on a PostgreSQL 18 server; else the embedded one.",
        secret=True,
    )  # fmt: skip
    owner_database_url: str = setting(
        "", read.database, "The owner role, for migrations; else the embedded one's.", secret=True
    )
    secret_key: str = setting(
        "", read.secret, "Signs sessions and tickets; else made once in the data folder.",
        secret=True,
    )  # fmt: skip
    field_key: str = setting(
        "", read.hex_key, "Seals phones and addresses; else made once. Lost, they are lost.",
        unit="64 hex digits", secret=True,
    )  # fmt: skip
    metrics_token: str = setting(
        "", read.secret, "Opens /metrics to others than this machine; else nobody else may.",
        secret=True,
    )  # fmt: skip

    push_key: str = setting(
        "", read.hex_key, "Signs web push messages; else made once. Changed, all subscribe anew.",
        unit="64 hex digits", secret=True,
    )  # fmt: skip
    mail_url: str = setting(
        "", read.mail_server, "The SMTP server that takes our mail; else no mail is sent.",
        secret=True,
    )  # fmt: skip
    mail_from: str = setting(
        "",
        read.mail_address,
        "The address that our mail comes from, and that push services may ask.",
    )
    sms_url: str = setting(
        "", read.text_message_provider,
        "The provider of text messages; else they go to the console, in a lab to its outbox.",
        secret=True,
    )  # fmt: skip
    outbound_networks: tuple[str, ...] = setting(
        (), read.networks,
        "Networks of one's own that webhooks may reach, on any port; else public addresses alone.",
        unit="networks",
    )  # fmt: skip

    links_default: str = setting(
        "deny", read.choice(("deny", "allow")),
        "What holds for links to other networks where no rule is in force.",
    )  # fmt: skip
    links_warn_days: int = setting(
        7, read.whole(1, 90, 7), "How long before links stop by a rule their owners are told.",
        unit="days",
    )  # fmt: skip

    order_sources: tuple[str, ...] = setting(
        (), read.order_sources,
        "Alliances whose orders are fetched, one address a word; else none are.", secret=True,
    )  # fmt: skip
    order_recheck_days: int = setting(
        60, read.whole(1, 90, 60), "How far back their orders are looked over each night.",
        unit="days",
    )  # fmt: skip

    nats_url: str = setting(
        "", read.nats_servers,
        "NATS, by which gateways tell each other what is new; else each asks the database.",
        secret=True,
    )  # fmt: skip
    gateway_processes: int = setting(
        1, read.whole(1, 64, 2), "Gateway processes that share the port; about one per core."
    )
    web_processes: int = setting(1, read.whole(1, 64, 2), "Web worker processes.")
    web_threads: int = setting(8, read.whole(1, 128, 8), "Requests that each works on at a time.")
    worker_jobs: int = setting(4, read.whole(2, 64, 4), "Jobs that a worker does at a time.")
    start_timeout_s: int = setting(
        120, read.whole(5, 3600, 120), "How long a start may take until it is given up.",
        unit="seconds",
    )  # fmt: skip
    space_floor_mb: int = setting(
        512, read.whole(0, 1_000_000, 512), "Free disk space below which nothing is started.",
        unit="MB",
    )  # fmt: skip
    recordings_days: int = setting(
        1096, read.whole(1, 36_500, 1096), "How long shows can be looked back at.", unit="days"
    )
    recordings_room_gb: int = setting(
        20, read.whole(1, 100_000, 20), "Video kept of one show.", unit="GB"
    )
    recordings_creator_gb: int = setting(
        100, read.whole(1, 1_000_000, 100), "Video kept of one creator; the oldest goes first.",
        unit="GB",
    )  # fmt: skip
    recordings_total_gb: int = setting(
        200, read.whole(1, 1_000_000, 200), "Video kept of all; the oldest show goes first.",
        unit="GB",
    )  # fmt: skip
    log_file_mb: int = setting(
        10, read.whole(1, 10_000, 10), "A log file of this size is rotated.", unit="MB"
    )
    log_files: int = setting(5, read.whole(1, 1000, 5), "Rotated log files kept of each part.")
    ffmpeg: str = setting("", read.program, "The FFmpeg program; else the one installed with us.")
    log_format: str = setting(
        "auto", read.choice(("auto", "json", "human")),
        "What goes to the terminal; log files are JSON always.",
    )  # fmt: skip

    lab: bool = setting(
        False,
        read.flag,
        "Play payment provider, carrier, encoder and clock. Never with real money.",
    )
    lab_payment_key: str = setting(
        "", read.hex_key, "Signs between us and the lab's payment provider; else made once.",
        unit="64 hex digits", secret=True,
    )  # fmt: skip
    lab_carrier_key: str = setting(
        "", read.hex_key, "Signs between us and the lab's carrier; else made once.",
        unit="64 hex digits", secret=True,
    )  # fmt: skip
    crash_at: str = setting(
        "", read.crash_point, "End the process at a named point the n-th time; in a lab only.",
        unit="name:n",
    )  # fmt: skip

    sources: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_embedded(self) -> bool:
        """Whether the database is ours to start."""
        return self.sources.get("database_url", "default") in {"default", "embedded"}

    def ports(self) -> tuple[str, ...]:
        """Names of the ports in use: the lab's only in a lab."""
        return PORTS if self.lab else PORTS[:-1]

    def is_given(self, name: str) -> bool:
        """Whether a person set it, so that we may not choose another value."""
        return self.sources.get(name, "").startswith(("LAOTIE_", "file "))


MADE_ONCE = ("secret_key", "field_key", "push_key", "lab_payment_key", "lab_carrier_key")
PORTS = ("port", "gateway_port", "media_port", "rtmp_port", "lab_port")


def settings_fields() -> list[dataclasses.Field[Any]]:
    return [each for each in dataclasses.fields(Config) if each.metadata]


def variable(name: str) -> str:
    return PREFIX + name.upper()


def load(environment: Mapping[str, str] | None = None) -> Config:
    """Read the environment; nothing is written, and keys not made yet are empty.

    raises: WrongUse that lists everything wrong at once.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    wrong = _unknown_names(environment)
    for each in settings_fields():
        try:
            found = _given(each, environment)
        except WrongValue as error:
            wrong.append(f"{variable(each.name)} {error.what}. {error.write}.")
            continue
        sources[each.name] = "default"
        if found is not None:
            values[each.name], sources[each.name] = found
    config = Config(**values, sources=sources)
    wrong += _contradictions(config)
    if wrong:
        lines = "\n".join(f"  - {line}" for line in wrong)
        raise WrongUse(f"The configuration cannot be used:\n{lines}", "`laotie config` lists all.")
    return _complete(config)


def _complete(config: Config) -> Config:
    return with_derived(_with_embedded(_with_kept_secrets(_with_folder(config))))


def ready() -> Config:
    """`load`, and the keys that were not given are made in the data folder, once and for all."""
    config = load()
    missing = [name for name in MADE_ONCE if not getattr(config, name)]
    if not missing:
        return config
    keep = config.data / "secrets"
    keep.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in missing:
        config_secrets.make(keep / name)
    return _with_kept_secrets(config)


def owner_url(config: Config) -> str:
    """Where migrations connect.

    raises: NotReady when a server of one's own was named without its owner.
    """
    if config.is_embedded:
        return database.embedded(config.data).url(database.OWNER, database.NAME)
    if not config.owner_database_url:
        raise NotReady(
            "Migrations run as the owner of the tables, and LAOTIE_OWNER_DATABASE_URL is not set.",
            f"Set it to the role that owns the tables, such as {database.OWNER}.",
        )
    return config.owner_database_url


def _given(each: dataclasses.Field[Any], environment: Mapping[str, str]) -> tuple[Any, str] | None:
    """A value with its source; None when the setting was left out (or left empty)."""
    name = variable(each.name)
    text = environment.get(name, "").strip()
    if _INJECTED_VALUE.fullmatch(text) and name.endswith("_PORT"):
        text = ""
    source = name
    path = environment.get(f"{name}_FILE", "").strip() if each.metadata["secret"] else ""
    if path and text:
        raise WrongValue(f"and {name}_FILE are both set", "Set one of them")
    if path:
        try:
            text = Path(path).read_text("utf-8").strip()
        except (OSError, UnicodeError) as error:
            raise WrongValue(
                f"cannot be read from the file {path} ({type(error).__name__})",
                f"Correct {name}_FILE or the file's rights",
            ) from None
        if not text:
            raise WrongValue(f"is empty in the file {path}", "Write the value into it")
        source = f"file {path}"
    if not text:
        return None
    try:
        return each.metadata["read"](text), source
    except WrongValue as error:
        shown = "" if each.metadata["secret"] else f"({text!r}) "
        raise WrongValue(shown + error.what, error.write) from None


def _unknown_names(environment: Mapping[str, str]) -> list[str]:
    known = [variable(each.name) for each in settings_fields()]
    known += [
        f"{variable(each.name)}_FILE" for each in settings_fields() if each.metadata["secret"]
    ]
    wrong = []
    for name in sorted(environment):
        if not name.startswith(PREFIX) or name in known or _is_injected(name, environment[name]):
            continue
        if _FOR_DEVELOPERS.fullmatch(name):
            continue
        nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
        wrong.append(f"{name} is not a setting. Did you mean {nearest}?")
    return wrong


def _is_injected(name: str, value: str) -> bool:
    if name.endswith("_PORT") and _INJECTED_VALUE.fullmatch(value):
        return True
    return _INJECTED_NAME.fullmatch(name) is not None


def _contradictions(config: Config) -> list[str]:
    wrong = []
    if config.owner_database_url and not config.database_url:
        wrong.append(
            "LAOTIE_OWNER_DATABASE_URL is set without LAOTIE_DATABASE_URL."
            " Set both for a server of your own, or neither for the embedded one."
        )
    if config.crash_at and not config.lab:
        wrong.append("LAOTIE_CRASH_AT is set without LAOTIE_LAB. Unset it; it ends processes.")
    if config.profile == "cn" and config.recordings_days < _DAYS_BY_LAW:
        wrong.append(
            f"LAOTIE_RECORDINGS_DAYS is below {_DAYS_BY_LAW}: in China live records are kept for"
            " three years."
        )
    taken: dict[int, str] = {}
    for name in config.ports():
        number = getattr(config, name)
        if number in taken and (config.is_given(name) or config.is_given(taken[number])):
            wrong.append(
                f"{variable(name)} and {variable(taken[number])} are both {number}."
                " Give each its own port."
            )
        taken[number] = name
    return wrong


def _with_folder(config: Config) -> Config:
    """The data folder, absolute; root gets a system one when its own is closed to the database."""
    here = config.data.absolute()
    if config.is_given("data") or not account.for_folder(here).closed_parent(here):
        return dataclasses.replace(config, data=here)
    sources = {**config.sources, "data": f"for root, as {here} is closed to others"}
    return dataclasses.replace(config, data=_SYSTEM_DATA, sources=sources)


def _with_kept_secrets(config: Config) -> Config:
    changes: dict[str, Any] = {}
    sources = dict(config.sources)
    for name in MADE_ONCE:
        if getattr(config, name):
            continue
        path = config.data / "secrets" / name
        changes[name] = config_secrets.kept(path)
        sources[name] = f"made once: {path}" if changes[name] else "made at the first start"
    return dataclasses.replace(config, **changes, sources=sources)


def _with_embedded(config: Config) -> Config:
    """The app role's address on the embedded server, once there is one."""
    if not config.is_embedded:
        return config
    sources = {**config.sources, "database_url": "embedded"}
    cluster = database.embedded(config.data)
    url = cluster.url(database.APP, database.NAME) if cluster.exists() else ""
    return dataclasses.replace(config, database_url=url, sources=sources)


def with_derived(config: Config) -> Config:
    """Fill in the addresses that nobody gave; safe to repeat when a port has moved."""
    shown_host = network.shown_host(config.host)
    shown_host = f"[{shown_host}]" if ":" in shown_host else shown_host
    below = urlsplit(config.public_url if config.is_given("public_url") else "")
    secure = "s" if below.scheme == "https" else ""
    rest = f"{below.netloc}{below.path}"
    derived: dict[str, Any] = {
        "public_url": f"http://{shown_host}:{config.port}",
        "gateway_url": (
            f"ws{secure}://{rest}/gateway" if rest else f"ws://{shown_host}:{config.gateway_port}"
        ),
        "media_url": (
            f"http{secure}://{rest}/media" if rest else f"http://{shown_host}:{config.media_port}"
        ),
        "rtmp_url": f"rtmp://{below.hostname or shown_host}:{config.rtmp_port}/live",
        "lab_url": f"http://{shown_host}:{config.lab_port}",
    }
    changes = {name: value for name, value in derived.items() if not config.is_given(name)}
    sources = {**config.sources, **dict.fromkeys(changes, "follows from others")}
    return dataclasses.replace(config, **changes, sources=sources)
