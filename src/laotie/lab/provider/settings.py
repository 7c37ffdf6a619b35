"""What the provider must know to run: where it keeps its books, its keys, its pace."""

from dataclasses import dataclass
from pathlib import Path

from laotie.kernel import signed_http

MERCHANT_NO = "laotie"
MERCHANT_NAME = "Laotie 老铁"
# After each unanswered callback, as the large networks do it: 24 h in all.
CALLBACK_WAITS_S = (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800)


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """One provider.

    folder:          its store lives here; the platform's outbox of text messages lies beside it.
    payment_key, carrier_key: shared with the client, one for each port.
    public_url:      how a buyer's browser reaches the pages.
    hurry:           callback waits are divided by this.
    outgoing_s:      how long a refund or payout is under way, seconds.
    later_s:         how long "pay later" takes, seconds.
    track_step_s:    a parcel moves by itself this often, seconds; 0 moves it on demand only.
    """

    folder: Path
    payment_key: str
    carrier_key: str
    host: str = "127.0.0.1"
    port: int = 8003
    public_url: str = ""
    hurry: float = 30.0
    outgoing_s: float = 1.0
    later_s: float = 20.0
    track_step_s: float = 0.0

    @property
    def origin(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    def client_keys(self, port: str) -> dict[str, bytes]:
        """Who may ask us at the port `payment` or `carrier`."""
        return {"laotie": signed_http.derive(self._shared(port), "to lab")}

    def callback_key(self, port: str) -> bytes:
        """What callbacks of a port are signed with, as key `lab`."""
        return signed_http.derive(self._shared(port), "from lab")

    def _shared(self, port: str) -> str:
        return self.carrier_key if port == "carrier" else self.payment_key

    @property
    def control_key(self) -> str:
        return control_key(self.payment_key)


def control_key(payment_key: str) -> str:
    """The word that opens the control door, for tests and the command line."""
    return signed_http.derive(payment_key, "lab control").hex()
