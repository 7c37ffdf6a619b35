"""The lab's hands on the provider: pay as a bank, carry parcels, move its clock, count effects."""

from datetime import timedelta
from typing import Any, Protocol

import httpx

from laotie.lab.provider.control import KEY_HEADER
from laotie.lab.provider.settings import control_key


class Config(Protocol):
    """The part of the configuration that names the lab."""

    @property
    def lab(self) -> bool: ...
    @property
    def lab_url(self) -> str: ...
    @property
    def lab_payment_key(self) -> str: ...


class Hands:
    """Speaks to the provider's control door. raises: httpx.HTTPError from every verb."""

    def __init__(self, config: Config) -> None:
        assert config.lab, "only a lab has hands"
        self._url = config.lab_url
        self._headers = {KEY_HEADER: control_key(config.lab_payment_key)}

    def pay(self, out_no: str) -> bool:
        """Capture a payment as the buyer's bank would; whether this call did."""
        return bool(self._post(f"/payments/{out_no}/pay", {})["captured"])

    def carry(self, out_no: str, to: str) -> str:
        """Carry a parcel on to a state; the state it is in."""
        return str(self._post(f"/waybills/{out_no}/advance", {"to": to})["state"])

    def script(self, target: str, kind: str) -> None:
        """The provider's next answer of this sort fails in this way, once."""
        self._post("/faults", {"target": target, "kind": kind})

    def move_clock(self, ahead: timedelta) -> None:
        self._post("/clock", {"ahead_s": ahead.total_seconds()})

    def effects(self, ref: str) -> dict[str, int]:
        """How often each thing happened to a payment, refund, payout or waybill."""
        found: dict[str, int] = self._get(f"/effects?ref={ref}")
        return found

    def callbacks(self, subject: str) -> list[dict[str, Any]]:
        """What was or is still owed to be told about a number of ours."""
        found: list[dict[str, Any]] = self._get(f"/callbacks?subject={subject}")
        return found

    def _get(self, path: str) -> Any:
        return self._read(httpx.get(f"{self._url}/control{path}", headers=self._headers))

    def _post(self, path: str, message: Any) -> Any:
        url = f"{self._url}/control{path}"
        return self._read(httpx.post(url, json=message, headers=self._headers))

    def _read(self, answer: httpx.Response) -> Any:
        answer.raise_for_status()
        return answer.json()
