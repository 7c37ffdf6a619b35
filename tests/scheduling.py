"""Which tests run on one worker: those that share something that takes long to start.

xdist's own `xdist_group` is read from an attribute that this pytest has no more, so that marks of
it are passed over in silence; a scheduler of ours keeps what belongs together together.
"""

from xdist.scheduler import LoadScopeScheduling

# Where a test stands, to the name of its group. Everything else goes wherever a worker is free.
_TOGETHER = {
    "tests/journeys/": "journeys",  # One installation with its town.
    "tests/runtime/test_supervisor.py": "installations",  # One whole installation at a time.
    "tests/runtime/test_backup.py": "installations",
    "tests/lab/test_demo.py": "installations",
    "tests/races/test_http_": "two web processes",
    "tests/surfaces/api/test_web_process.py": "a web process",
    "tests/surfaces/api/test_schema.py": "a town for whatever is asked",
    "tests/surfaces/test_bad_inputs.py": "a town for bad inputs",
    "tests/runtime/test_cli.py": "a command line",
    "tests/contract/test_encoder.py": "an encoder",
    "tests/faults/test_kills.py": "an installation that is killed",
}


class Together(LoadScopeScheduling):
    """Largest groups first, then one test at a time."""

    def _split_scope(self, nodeid: str) -> str:
        return next(
            (group for place, group in _TOGETHER.items() if nodeid.startswith(place)), nodeid
        )
