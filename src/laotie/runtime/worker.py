"""The worker: readers of the event log, jobs, ticks, and the retry of what a dead worker left.

Each consumer has a thread of its own; jobs run in procrastinate's loop, which polls each second.
A database that goes away stops nothing: every loop says so once and goes on when it is back.
"""

import asyncio
import contextlib
import gc
import importlib
import logging
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from asgiref.sync import async_to_sync, sync_to_async
from django.db import DatabaseError, close_old_connections, connections
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Status
from psycopg_pool import AsyncConnectionPool

from laotie.kernel import event_log, jobs
from laotie.kernel.event_log import Consumer
from laotie.kernel.outage import is_outage
from laotie.runtime import wiring
from laotie.runtime.config import Config

log = structlog.get_logger()

_SHORTEST_WAIT_S = 0.05
_LONGEST_WAIT_S = 0.5
_APART_S = 0.04
_AFTER_TROUBLE_S = 1.0
_OPEN_S = 3.0
_STEADY_S = 5.0
_STALLED_EVERY_S = 3.0
_STALLED_AFTER_S = 10.0
_HEARTBEAT_S = 2.0
_GRACE_S = 6.0
# However much else has piled up, money and orders are never behind it.
_MONEY_LANE = ["money", "trade"]
_OTHER_LANE = [queue for queue in jobs.QUEUES if queue not in _MONEY_LANE]


def run(config: Config) -> None:
    """Work until SIGTERM or SIGINT; what is under way is finished first."""
    for name in ("worker.worker", "utils"):
        logging.getLogger(f"procrastinate.{name}").addFilter(_is_news)
    wiring.register_jobs()
    importlib.import_module("laotie.runtime.upkeep")
    (config.data / "run").mkdir(parents=True, exist_ok=True)
    stop = threading.Event()
    threads = [
        threading.Thread(
            target=_read, args=(consumer, stop, number * _APART_S), name=consumer.name, daemon=True
        )
        for number, consumer in enumerate(wiring.consumers())
    ]
    threads.append(threading.Thread(target=_retry_stalled, args=(stop,), daemon=True))
    # What was imported stays. Sets of events make and drop objects by the thousand, and each search
    # for garbage among all that was loaded took a quarter of the readers' processor time.
    gc.collect()
    gc.freeze()
    for thread in threads:
        thread.start()
    log.info("worker.ready", consumers=len(threads) - 1, jobs=len(app.tasks))
    try:
        asyncio.run(_work(config, stop))
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=_GRACE_S)
    log.info("worker.stopped")


def _is_news(record: logging.LogRecord) -> bool:
    """Not what `Trouble` tells once, and the library each second with its trace."""
    return getattr(record, "action", "") not in {"side_task_failed", "deferrer_error"}


async def _work(config: Config, stop: threading.Event) -> None:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    beat = asyncio.create_task(_beat(config.data / "run" / "worker.beat"))
    jobs_done = asyncio.create_task(_jobs(config.worker_jobs))
    await asyncio.wait(
        [jobs_done, asyncio.create_task(asked.wait())], return_when=asyncio.FIRST_COMPLETED
    )
    stop.set()
    jobs_done.cancel()
    beat.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await jobs_done


async def _beat(path: Path) -> None:
    """Show the supervisor that the loop turns."""
    while True:
        path.touch()  # noqa: ASYNC240 - one system call on a local file.
        await asyncio.sleep(1)


async def _jobs(at_a_time: int) -> None:
    trouble = Trouble("jobs")
    while True:
        # Jobs keep Django's connector, so that what they enqueue is in their own transaction.
        pool = AsyncConnectionPool(
            kwargs=connector_params(),
            min_size=1,
            max_size=4,
            timeout=5,
            reconnect_timeout=1,
            check=AsyncConnectionPool.check_connection,
            open=False,
        )
        steady = asyncio.get_running_loop().call_later(_STEADY_S, trouble.over)
        try:
            # What ticks is queued in this loop's own thread, on Django's connection; one that broke
            # is never replaced there, and every new run would end on it at once.
            await sync_to_async(connections.close_all)()
            # A pool that gave up its first connection would be waited for in vain: not for long.
            await pool.open(wait=True, timeout=_OPEN_S)
            async with app.with_connector(PsycopgConnector()).open_async(pool) as working:
                await _work_in_lanes(working, at_a_time)
            # It ends by itself when a part of it has failed.
            trouble.say(ConnectorException())
        except Exception as error:  # noqa: BLE001 - whatever it was, jobs must go on.
            trouble.say(error)
        finally:
            steady.cancel()
            await pool.close()
        await asyncio.sleep(_AFTER_TROUBLE_S)


async def _work_in_lanes(working: App, at_a_time: int) -> None:
    """Until one of the lanes ends, which it does by itself only when a part of it has failed."""
    of_money = at_a_time // 2
    lanes = [
        asyncio.create_task(
            working.run_worker_async(
                queues=queues,
                concurrency=size,
                fetch_job_polling_interval=1.0,
                abort_job_polling_interval=30.0,
                listen_notify=False,
                delete_jobs="successful",
                install_signal_handlers=False,
                shutdown_graceful_timeout=_GRACE_S,
                update_heartbeat_interval=_HEARTBEAT_S,
                stalled_worker_timeout=_STALLED_AFTER_S,
                task_middleware=[_lend_connection, _note_failure],
            )
        )
        for queues, size in ((_MONEY_LANE, of_money), (_OTHER_LANE, at_a_time - of_money))
    ]
    try:
        ended, _ = await asyncio.wait(lanes, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)
    for lane in ended:
        lane.result()


def _lend_connection(do: Callable[[], Any], _context: JobContext, _worker: object) -> Any:
    """Each job has a connection of the pool's, looked at before; its thread keeps none.

    One that broke would else be kept by the thread, and every later job there would fail on it.
    """
    close_old_connections()
    try:
        return do()
    finally:
        close_old_connections()


def _note_failure(do: Callable[[], Any], context: JobContext, _worker: object) -> Any:
    try:
        return do()
    except Exception as error:
        if context.job.id is not None and not is_outage(error):
            with contextlib.suppress(DatabaseError):
                jobs.note_failure(context.job.id, error)
        raise


def _read(consumer: Consumer, stop: threading.Event, after_s: float) -> None:
    """Read on as long as there is something; look less often the longer there is nothing.

    after_s: when to begin. Readers that look at different moments share a connection or two of the
    pool; all at once they would open one each, 3 MB of the database's memory apiece, for good.
    """
    stop.wait(after_s)
    wait, limit = _SHORTEST_WAIT_S, event_log.BATCH

    def once() -> float:
        nonlocal wait, limit
        try:
            passed = event_log.read_on(consumer, limit=limit)
            passed += event_log.retry_due(consumer, limit=limit)
        except Exception:
            # A batch that the server ended for its length would never get through as it is.
            limit = max(1, limit // 4)
            raise
        limit = min(limit * 2, event_log.BATCH)
        wait = _SHORTEST_WAIT_S if passed else min(wait * 2, _LONGEST_WAIT_S)
        return 0.0 if passed else wait

    _keep_doing(once, stop, Trouble(f"consumer {consumer.name}"))


def _retry_stalled(stop: threading.Event) -> None:
    """Queue again what a dead worker had begun. Not a job itself: it could stall as well."""

    def once() -> float:
        found = async_to_sync(app.job_manager.get_stalled_jobs)(
            seconds_since_heartbeat=_STALLED_AFTER_S
        )
        for job in found:
            log.warning("job_stalled", task=job.task_name, job=job.id)
            try:
                async_to_sync(app.job_manager.retry_job)(job)
            except UniqueViolation:
                # The next tick of its name waits already, and for the lock that this one holds.
                async_to_sync(app.job_manager.finish_job)(
                    job, status=Status.ABORTED, delete_job=True
                )
        return _STALLED_EVERY_S

    _keep_doing(once, stop, Trouble("stalled jobs"))


def _keep_doing(once: Callable[[], float], stop: threading.Event, trouble: "Trouble") -> None:
    """Do it again and again, each time after the seconds it returns, whatever happens."""
    while not stop.is_set():
        try:
            wait = once()
            trouble.over()
        except Exception as error:  # noqa: BLE001 - a loop that ended would read no more events.
            trouble.say(error)
            wait = _AFTER_TROUBLE_S
        if wait:
            connections.close_all()
            stop.wait(wait)
    connections.close_all()


class Trouble:
    """One line when something begins to fail and one when it works again, none in between."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._since = 0.0

    def say(self, error: Exception) -> None:
        if is_outage(error) or isinstance(error, ConnectorException):
            if not self._since:
                log.warning("database_away", what=self._what)
        else:
            log.error("worker_trouble", what=self._what, exc_info=error)
        self._since = self._since or time.monotonic()

    def over(self) -> None:
        if self._since:
            log.warning(
                "works_again", what=self._what, after_s=round(time.monotonic() - self._since, 1)
            )
            self._since = 0.0
