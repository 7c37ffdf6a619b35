"""Buy something over the API with a token: python buy.py http://127.0.0.1:8000 lt_… [title]

The token needs the scopes me:write and buy:write. In a lab the payment is made at its provider.
"""

import sys
import time
import uuid
from typing import Any

import httpx


class Refused(Exception):
    """The API said no; `code` is stable."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(f"{problem['code']}: {problem['detail']}")
        self.code = str(problem["code"])


class Shop:
    """The API as one person's program sees it."""

    def __init__(self, origin: str, token: str) -> None:
        self._http = httpx.Client(
            base_url=f"{origin}/api/v1",
            headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"},
            timeout=20,
            trust_env=False,
        )

    def get(self, path: str) -> Any:
        return self._answer(self._http.get(path))

    def post(self, path: str, body: object = None) -> Any:
        # A new key for each wish; a retry after a lost answer would send the same one again.
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        return self._answer(self._http.post(path, json=body or {}, headers=headers))

    def _answer(self, answer: httpx.Response) -> Any:
        if answer.is_success:
            return answer.json()
        raise Refused(answer.json())


def find(shop: Shop, title: str) -> tuple[str, str | None]:
    """A SKU on sale and the room that shows it, by a part of its title."""
    for slide in shop.get("/feed"):
        room = slide["room"]["id"]
        for item in shop.get(f"/rooms/{room}/bag"):
            product = item["product"]
            names = " ".join(product["title"].values()).lower()
            if title.lower() in names and product["sku_id"] and product["available"] > 0:
                return product["sku_id"], room
    raise SystemExit(f"nothing on sale is called {title!r}")


def my_address(shop: Shop) -> str:
    known = shop.get("/me/addresses")
    if known:
        return str(known[0]["id"])
    new = {"name": "Lin", "phone": "13800138000", "region_code": "330100", "line": "Wensan Lu 100"}
    return str(shop.post("/me/addresses", new)["id"])


def buy(origin: str, token: str, title: str = "") -> dict[str, Any]:
    """Find, quote, order and pay; the checkout as it stands at the end."""
    shop = Shop(origin, token)
    sku, room = find(shop, title)
    basket = {
        "lines": [{"sku_id": sku, "quantity": 1}],
        "room_id": room,
        "address_id": my_address(shop),
    }
    quote = shop.post("/quotes", basket)
    print(f"{quote['total_fen'] / 100:.2f} with freight {quote['freight_fen'] / 100:.2f}")  # noqa: T201
    placed = shop.post("/orders", {"quote_id": quote["quote_id"], "version": quote["version"]})
    group = placed["group_id"]
    link = shop.post(f"/checkouts/{group}/pay", {"return_path": "/orders"})
    # A person would follow the link; the lab's provider takes the choice as its page sends it.
    paid = httpx.post(link["url"], data={"choice": "pay"}, timeout=20, trust_env=False)
    if paid.status_code != 303:
        raise SystemExit(f"the provider did not take it: {paid.status_code}")
    shop.post(f"/checkouts/{group}/payment/refresh")
    checkout: dict[str, Any] = shop.get(f"/checkouts/{group}")
    ends_at = time.monotonic() + 30
    while checkout["state"] == "OPEN" and time.monotonic() < ends_at:
        time.sleep(0.5)  # The order hears of its payment a moment later.
        checkout = shop.get(f"/checkouts/{group}")
    print(f"order {checkout['orders'][0]['number']} is {checkout['state']}")  # noqa: T201
    return checkout


if __name__ == "__main__":
    if len(sys.argv) not in {3, 4}:
        raise SystemExit(__doc__)
    buy(*sys.argv[1:])
