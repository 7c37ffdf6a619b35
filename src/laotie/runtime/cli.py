"""The `laotie` command.

Exit codes: 0 done; 1 a check failed or the business refused; 2 wrong arguments or configuration;
3 the database, a port, the disk or a part is not ready; 130 interrupted.
"""

import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from datetime import timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

from laotie.runtime import commands, network_commands, retention_commands, sim_command
from laotie.runtime.problems import Problem

_EPILOG = """exit codes:
  0  done
  1  a check failed, or the business refused
  2  wrong arguments or configuration
  3  the database, a port, the disk or a part is not ready
"""
_SPAN = re.compile(r"([0-9]{1,6})(s|m|h|d)", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    options = parser().parse_args(arguments)
    try:
        code: int = options.act(options)
    except Problem as problem:
        sys.stderr.write(f"laotie: {problem}\n")
        return problem.exit_code
    except KeyboardInterrupt:
        return 130
    return code


def parser() -> ArgumentParser:
    """Every command with its help."""
    top = ArgumentParser(
        prog="laotie",
        description="Live commerce you own: live rooms, trade, alliance and ledger in one.",
        epilog=_EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=metadata.version("laotie"))
    add = _Adder(top.add_subparsers(title="commands", metavar="COMMAND", required=True))

    _add_parts(add)
    _add_care(add)
    _add_checks(add)
    operator = add.group("operator", "People who run the platform.")
    create = operator("create", commands.create_operator, "Make (or name) an operator.")
    create.add_argument("--phone", required=True, help="mobile number to sign in with")
    create.add_argument("--name", required=True, help="as others see it")
    create.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )

    unlock = operator("unlock", commands.unlock_operator, "For one who lost phone and keys.")
    unlock.add_argument("--phone", required=True, help="the number they sign in with")

    network = add.group("network", "Other marketplaces that links lead to.")
    click = network(
        "click-field", network_commands.set_click_field, "Which field of its links takes our click."
    )
    click.add_argument("network", help="its code, such as jd")
    click.add_argument("field", help="the field's name; '' for none")

    search = add.group("search", "The index by which goods, shops, creators and posts are found.")
    search("rebuild", commands.search_rebuild, "Make every entry anew, while the shops go on.")

    _add_lab(add.group("lab", "Act as provider, carrier, encoder or clock; needs LAOTIE_LAB=1."))
    return top


def _add_parts(add: "_Adder") -> None:
    demo = add("demo", _demo, "One live sale on embedded parts, with a simulated audience.")
    demo.add_argument("--reset", action="store_true", help="empty the demo's data first")
    demo.add_argument("--check", action="store_true", help="do the main job once, then exit 0 or 1")
    demo.add_argument("--play", action="store_true", help="only the people; the parts must run")
    demo.add_argument(
        "--no-audience", action="store_true", help="on air, but nobody presents, talks or buys"
    )
    demo.add_argument("--seconds", type=int, default=0, help="how long (default: until stopped)")
    demo.add_argument(
        "--host", help="where to listen; 0.0.0.0 lets phones on the same network in (default: here)"
    )
    demo.add_argument("--port", type=int, help="of the pages (default: 8000, or a free one)")

    add("up", commands.up, "Serve everything on this machine: the self-hosting default.")
    add("web", commands.web, "Only the pages and the API.")
    gateway = add("gateway", commands.gateway, "Only the live rooms' sockets.")
    gateway.add_argument(
        "--number", type=_count, help="which of LAOTIE_GATEWAY_PROCESSES this is, from 1"
    )
    add("media", commands.media, "Only video: RTMP, browser go-live, files.")
    add("worker", commands.worker, "Only the jobs and the readers of the event log.")


def _add_care(add: "_Adder") -> None:
    add("migrate", commands.migrate, "Bring the tables up to date, as their owner.")
    doctor = add("doctor", commands.show_doctor, "Look for what is wrong, and say what to do.")
    doctor.add_argument("--json", action="store_true", help="for machines")
    verify = add("verify", commands.verify, "Replay the ledger and ask every invariant.")
    verify.add_argument("--json", action="store_true", help="for machines")
    backup = add("backup", commands.backup, "Write database, files and keys into one file.")
    backup.add_argument("folder", type=Path, help="where to write it; better on another disk")
    backup.add_argument("--keep", type=_count, default=0, help="how many stay there (default: all)")
    backup.add_argument("--without-media", action="store_true", help="no pictures, no recordings")
    backup.add_argument(
        "--without-secrets", action="store_true", help="no keys: keep those in a place of their own"
    )
    restore = add("restore", commands.restore, "Bring a backup back into an empty data folder.")
    restore.add_argument("file", type=Path, help="the .tar that `laotie backup` wrote")
    restore.add_argument(
        "--verify", action="store_true", help="in a scratch folder that is removed again"
    )
    upgrade = add("upgrade", commands.show_upgrade, "What starting this release would change.")
    upgrade.add_argument(
        "--check", action="store_true", required=True, help="only look; `up` does it"
    )
    retention = add(
        "retention", retention_commands.show_retention, "Drop what is older than its rule allows."
    )
    retention.add_argument("--dry-run", action="store_true", help="only count what would go")
    retention.add_argument("--json", action="store_true", help="for machines")
    _add_holds(add.group("hold", "What must stay although its time is over."))
    config = add("config", commands.show_config, "Every setting, its value and its source.")
    config.add_argument("--json", action="store_true", help="for machines")
    config.add_argument("--reference", action="store_true", help="print docs/reference/config.md")
    add("openapi", commands.openapi, "Print the REST API's OpenAPI description.")
    add("errors", commands.errors, "Print the codes of the API's refusals.")


def _add_checks(add: "_Adder") -> None:
    bench = add("bench", commands.bench, "Speed as ratios against the raw limit; in a checkout.")
    add_bench_options(bench)
    played = add("sim", sim_command.sim, "Play a random world against its model, with crashes.")
    played.add_argument("--seed", type=int, help="plays the same world again (default: any)")
    played.add_argument("--steps", type=_count, default=200, help="how far (default: 200)")
    played.add_argument("--json", action="store_true", help="for machines")
    played.add_argument("--verbose", action="store_true", help="say each step")


def add_bench_options(bench: ArgumentParser) -> None:
    """Which benches run and how long; `python -m bench` takes the same."""
    bench.add_argument("names", nargs="*", metavar="NAME", help="which ones (default: all)")
    bench.add_argument("--json", action="store_true", help="one JSON object a line")
    bench.add_argument("--seconds", type=float, help="of one run")
    bench.add_argument("--pairs", type=_count, help="runs of the raw limit and of ours")
    bench.add_argument("--small", action="store_true", help="a smoke run; no figure means a thing")


def _add_holds(hold: "_Adder") -> None:
    for name, help in (("place", "Keep it until the hold is lifted."), ("lift", "Let age decide.")):
        one = hold(name, retention_commands.change_hold, help)
        one.add_argument("subject", help="public id of a room, an order or a person")
        one.add_argument("--reason", required=True, help="who asked for it, and which file it is")
        one.set_defaults(what=name)
    hold("list", retention_commands.list_holds, "Standing holds, then lifted ones.")


def _add_lab(lab: "_Adder") -> None:
    lab("provider", commands.lab, "The payment provider and carrier, as a process.").set_defaults(
        what="provider"
    )
    pay = lab("pay", commands.lab, "Pay an order or a checkout as its buyer's bank would.")
    pay.add_argument("ref", help="public id of an order, checkout or payment")
    pay.set_defaults(what="pay")
    ship = lab("ship", commands.lab, "Carry an order's parcels on to a state.")
    ship.add_argument("ref", help="public id of an order or shipment")
    ship.add_argument("--to", default="DELIVERED", help="state to reach (default: DELIVERED)")
    ship.set_defaults(what="ship")
    stream = lab("stream", commands.lab, "Publish the test clip to a room, as OBS would.")
    stream.add_argument("room", help="public id of the room")
    stream.add_argument("--seconds", type=int, default=0, help="how long (default: until stopped)")
    stream.set_defaults(what="stream")
    digits = lab("digits", commands.lab, "The second step of one of the town's people, for now.")
    digits.add_argument("phone", help="their number, as the demo prints it")
    digits.set_defaults(what="digits")
    alliances = lab("alliances", commands.lab, "Stand in for alliances whose orders are fetched.")
    alliances.add_argument("--port", type=int, default=8004, help="where (default: 8004)")
    alliances.set_defaults(what="alliances")
    advance = lab("advance", commands.lab, "Move the business clock forward.")
    advance.add_argument("by", type=_span, help="how far: 90s, 16m, 3h or 8d")
    advance.set_defaults(what="advance")


class _Adder:
    """Adds commands in one line each."""

    def __init__(self, subparsers: Any) -> None:
        self._subparsers = subparsers

    def __call__(self, name: str, act: Callable[[Namespace], int], help: str) -> ArgumentParser:
        added: ArgumentParser = self._subparsers.add_parser(name, help=help, description=help)
        added.set_defaults(act=act)
        return added

    def group(self, name: str, help: str) -> "_Adder":
        added = self._subparsers.add_parser(name, help=help, description=help)
        return _Adder(added.add_subparsers(metavar="WHAT", required=True))


def _demo(options: Namespace) -> int:
    return commands.play_demo(options) if options.play else commands.demo(options)


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text, re.ASCII):
        raise ArgumentTypeError(f"{text!r} is not a number from 0 to 9999")
    return int(text)


def _span(text: str) -> timedelta:
    found = _SPAN.fullmatch(text)
    if not found:
        raise ArgumentTypeError(f"{text!r} is not a span; write 90s, 16m, 3h or 8d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


if __name__ == "__main__":
    sys.exit(main())
