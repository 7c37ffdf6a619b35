"""Which consumers listen, jobs tick, invariants hold, what is known of a person, and what ages.

A context declares its own in `handlers.py`, `jobs.py`, `invariants.py`, `personal.py` and
`retention.py`; this is the one place that reads them. Needs Django set up.
"""

import importlib
import importlib.util
from types import ModuleType
from typing import cast

from django.conf import settings

from laotie.kernel.event_log import Consumer
from laotie.kernel.personal import Keeper
from laotie.kernel.retention import Rule


def consumers() -> list[Consumer]:
    """Every named reader of the event log, lowest context first."""
    found = [
        value
        for module in _modules("handlers")
        for value in vars(module).values()
        if isinstance(value, Consumer)
    ]
    names = [consumer.name for consumer in found]
    assert len(names) == len(set(names)), f"two consumers share a name: {sorted(names)}"
    return found


def invariants() -> dict[str, str]:
    """Statements by name; each must return no row."""
    found: dict[str, str] = {}
    for module in _modules("invariants"):
        declared: dict[str, str] = module.INVARIANTS
        assert not found.keys() & declared.keys()
        found |= declared
    return found


def personal() -> dict[str, Keeper]:
    """What each context knows of a person, by its name."""
    return {
        module.__name__.split(".")[1]: cast("Keeper", module) for module in _modules("personal")
    }


def retention() -> list[Rule]:
    """What goes with age, by each context."""
    return [rule for module in _modules("retention") for rule in module.RULES]


def register_jobs() -> None:
    """Make every job and every tick of the contexts known; `upkeep` holds the runtime's own."""
    _modules("jobs")


def _modules(role: str) -> list[ModuleType]:
    """The files of one role, in the order of the contexts."""
    names = [f"laotie.{context}.{role}" for context in settings.CONTEXTS]
    return [importlib.import_module(name) for name in names if _is_there(name)]


def _is_there(name: str) -> bool:
    parent = name.rpartition(".")[0]
    return (
        importlib.util.find_spec(parent) is not None and importlib.util.find_spec(name) is not None
    )
