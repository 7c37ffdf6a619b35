"""What goes in at the front door in races, and what comes out of it."""

from collections import Counter

import httpx
import psycopg
from tests.surfaces.apps import app_of
from tests.web_process import Wish

from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.trade.quotes import Quote


def take_guard(owner_url: str, *statements: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for statement in statements:
            owner.execute(statement.encode())


def placing(buyer: Actor, quote: Quote, key: str) -> Wish:
    body = {"quote_id": quote.public_id, "version": quote.version}
    return Wish(app_of(buyer).token, "/orders", body, key)


def endings(answers: list[httpx.Response]) -> Counter[tuple[int, str]]:
    return Counter(
        (answer.status_code, answer.json().get("code", "") if answer.is_error else "")
        for answer in answers
    )


def rows(table: str) -> int:
    ((count,),) = sql.rows(f"SELECT count(*) FROM {table}")
    return int(count)
