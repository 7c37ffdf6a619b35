"""What `laotie retention` and `laotie hold` do."""

import json
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from laotie.runtime.commands import say, with_database
from laotie.runtime.problems import OK

if TYPE_CHECKING:  # It needs Django set up.
    from laotie.runtime.retention import Due


def show_retention(options: Namespace) -> int:
    """Count what would go, or let it go now; the worker does so every ten minutes by itself."""

    def act() -> int:
        from laotie.kernel import clock
        from laotie.runtime import retention

        now = clock.now()
        if options.dry_run:
            _show_due(retention.due(now), as_json=options.json)
        elif options.json:
            say(json.dumps(retention.run(now)))
        else:
            retention.run(now, said=lambda name, rows: say(f"{rows:>9}  {name}"))
        return OK

    code: int = with_database(act)
    return code


def _show_due(found: "Sequence[Due]", *, as_json: bool) -> None:
    if as_json:
        say(json.dumps([{"name": each.name, "rows": each.rows} for each in found]))
        return
    for each in found:
        say(f"{each.rows:>9}  {each.name:<20} {each.meaning}")


def change_hold(options: Namespace) -> int:
    """`laotie hold place` and `laotie hold lift`."""

    def act() -> None:
        from laotie.kernel import clock, holds

        change = {"place": holds.place, "lift": holds.lift}[options.what]
        change(subject=options.subject, reason=options.reason, now=clock.now())

    with_database(act)
    say(f"{options.subject} is {'held' if options.what == 'place' else 'held no longer'}.")
    return OK


def list_holds(_: Namespace) -> int:
    def act() -> None:
        from laotie.kernel import holds

        for each in holds.listed():
            lifted = f"{each.lifted_at:%Y-%m-%d}: {each.lifted_because}" if each.lifted_at else "-"
            say(f"{each.subject}  {each.placed_at:%Y-%m-%d}  {each.reason}  lifted: {lifted}")

    with_database(act)
    return OK
