"""Shapes of JSON that several parts share: ids, moments, what goods and quotes look like."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict
from pydantic_core import CoreSchema, core_schema

from laotie.kernel import ids


class In(Schema):
    """What a client may send: exactly these fields, of exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Out(Schema):
    """What we answer, taken from a use case's result by name."""

    model_config = ConfigDict(from_attributes=True)


@dataclass(frozen=True, slots=True)
class Public:
    """An id that is `{kind}_…` outside and a UUID inside; a wrong one is simply not there."""

    kind: str

    def read(self, value: object) -> UUID:
        """raises: NotFound."""
        return value if isinstance(value, UUID) else ids.parse(self.kind, value)  # type: ignore[arg-type]

    def written(self, value: UUID) -> str:
        return ids.public(self.kind, value)

    def __get_pydantic_core_schema__(self, _source: object, _handler: object) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read,
            serialization=core_schema.plain_serializer_function_ser_schema(self.written),
        )

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: object
    ) -> dict[str, object]:
        return {"type": "string", "pattern": f"^{self.kind}_[0-9a-hjkmnp-tv-z]{{26}}$"}


PersonId = Annotated[UUID, Public("per")]
ShopId = Annotated[UUID, Public("shp")]
CreatorId = Annotated[UUID, Public("crt")]
ProductId = Annotated[UUID, Public("prd")]
SkuId = Annotated[UUID, Public("sku")]
OfferId = Annotated[UUID, Public("ofr")]
CouponId = Annotated[UUID, Public("cpn")]
ClaimId = Annotated[UUID, Public("clm")]
PlanId = Annotated[UUID, Public("pln")]
QuoteId = Annotated[UUID, Public("qte")]
OrderId = Annotated[UUID, Public("ord")]
CheckoutId = Annotated[UUID, Public("grp")]
PaymentId = Annotated[UUID, Public("pay")]
RefundId = Annotated[UUID, Public("rfd")]
ShipmentId = Annotated[UUID, Public("shi")]
RoomId = Annotated[UUID, Public("rom")]
PostId = Annotated[UUID, Public("pst")]
CommentId = Annotated[UUID, Public("cmt")]
WorkId = Annotated[UUID, Public("wrk")]
UploadId = Annotated[UUID, Public("upl")]
AddressId = Annotated[UUID, Public("adr")]
PictureId = Annotated[UUID, Public("pic")]
ClipId = Annotated[UUID, Public("clp")]
ProgrammeId = Annotated[UUID, Public("prg")]
BeltId = Annotated[UUID, Public("blt")]
GiveawayId = Annotated[UUID, Public("gaw")]
DropId = Annotated[UUID, Public("drp")]
PayoutId = Annotated[UUID, Public("pot")]
NoticeId = Annotated[UUID, Public("ntc")]
InvoiceId = Annotated[UUID, Public("inv")]
AppId = Annotated[UUID, Public("app")]
TokenId = Annotated[UUID, Public("tok")]
EndpointId = Annotated[UUID, Public("whe")]
DeliveryId = Annotated[UUID, Public("whd")]
CategoryId = Annotated[UUID, Public("cat")]
InvitationId = Annotated[UUID, Public("ivt")]
ReviewId = Annotated[UUID, Public("rvw")]
RunId = Annotated[UUID, Public("run")]
ViewId = Annotated[UUID, Public("viw")]
ExternalLinkId = Annotated[UUID, Public("lnk")]
LinkRuleId = Annotated[UUID, Public("lrl")]
ClickId = Annotated[UUID, Public("clk")]
EventId = Annotated[UUID, Public("evt")]
OccasionId = Annotated[UUID, Public("occ")]
GrantId = Annotated[UUID, Public("grt")]


def _moment(value: object) -> object:
    """ISO 8601 with an offset, as text; numbers are no moments."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not 20 <= len(value) <= 35:
        raise ValueError("a moment such as 2026-11-22T12:00:00Z")
    moment = datetime.fromisoformat(value)
    if moment.utcoffset() is None or not 2000 <= moment.year <= 2200:
        raise ValueError("a moment with its offset, in this century or the next")
    return moment


Moment = Annotated[datetime, BeforeValidator(_moment)]


def _sorted(value: Any) -> list[str]:
    return sorted(value)


Names = Annotated[list[str], BeforeValidator(_sorted)]


class Pair(In):
    """A text in both languages."""

    zh: str
    en: str


class PairOut(Out):
    zh: str
    en: str


class Done(Out):
    """Nothing to tell but that it is so."""

    done: bool = True


class WrongField(Out):
    field: str
    reason: str


class ProblemOut(Out):
    """Every no has this shape (RFC 9457); clients switch on `code`. `message` repeats `detail`."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    message: str
    facts: dict[str, Any]
    errors: list[WrongField] = []


class PersonOut(Out):
    id: PersonId
    name: str
    avatar_url: str


class CreatorOut(Out):
    id: CreatorId
    name: str
    avatar_url: str


class BeltOut(Out):
    """An industrial belt. about: a line in each language, perhaps empty. region: a place's code."""

    id: BeltId
    name: PairOut
    about: PairOut
    region: str
    fields: list[str]


class ShopOut(Out):
    id: ShopId
    name: PairOut
    logo_url: str
    is_open: bool


class OfferNow(Out):
    """What a SKU costs now. `quantity` is the offer's whole number; fen throughout."""

    offer_id: OfferId | None
    price_fen: int
    list_price_fen: int
    quantity: int | None
    limit_per_buyer: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    version: int
    is_flash: bool


class SkuNow(Out):
    sku_id: SkuId
    spec: PairOut
    list_price_fen: int
    offer: OfferNow | None


class ProductInList(Out):
    product_id: ProductId
    shop_id: ShopId
    title: PairOut
    picture_url: str
    list_price_fen: int
    is_on_sale: bool


class ProductNow(Out):
    card: ProductInList
    description: PairOut
    picture_urls: list[str]
    shop: ShopOut
    skus: list[SkuNow]
    category_id: CategoryId | None


class QuoteLineOut(Out):
    line_no: int
    sku_id: SkuId
    product_id: ProductId
    offer_id: OfferId | None
    title: PairOut
    spec: PairOut
    picture_url: str
    quantity: int
    unit_price_fen: int
    list_price_fen: int
    goods_fen: int
    merchant_coupon_fen: int
    platform_coupon_fen: int
    freight_fen: int


class QuoteOrderOut(Out):
    shop_id: ShopId
    lines: list[QuoteLineOut]
    goods_fen: int
    merchant_coupon_fen: int
    platform_coupon_fen: int
    freight_fen: int
    total_fen: int


class QuoteOut(Out):
    """What these goods cost until `expires_at`; `version` goes back with the order."""

    quote_id: QuoteId
    version: int
    orders: list[QuoteOrderOut]
    goods_fen: int
    merchant_coupon_fen: int
    platform_coupon_fen: int
    freight_fen: int
    total_fen: int
    address: dict[str, str] | None
    expires_at: datetime


def pair(text: Pair | None) -> dict[str, str] | None:
    """As use cases take it."""
    return None if text is None else {"zh": text.zh, "en": text.en}
