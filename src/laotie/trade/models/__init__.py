"""Tables of trade. Orders carry ids of people, shops, goods and rooms, and keys to none of them."""

from laotie.trade.models.carts import CartLine, RestockWish
from laotie.trade.models.coupons import Coupon, CouponClaim
from laotie.trade.models.goods import OfferStock, Stock, StockMovement
from laotie.trade.models.invoices import Invoice, InvoiceFile
from laotie.trade.models.orders import Checkout, Order, OrderLine
from laotie.trade.models.quotes import LineTerms, Quote, QuoteCoupon, QuoteLine, QuoteOrder
from laotie.trade.models.refunds import LostPayment, Refund, RefundLine, RefundPicture
from laotie.trade.models.reviews import Review, ReviewReport
from laotie.trade.models.saved_views import SavedView

__all__ = [
    "CartLine",
    "Checkout",
    "Coupon",
    "CouponClaim",
    "Invoice",
    "InvoiceFile",
    "LineTerms",
    "LostPayment",
    "OfferStock",
    "Order",
    "OrderLine",
    "Quote",
    "QuoteCoupon",
    "QuoteLine",
    "QuoteOrder",
    "Refund",
    "RefundLine",
    "RefundPicture",
    "RestockWish",
    "Review",
    "ReviewReport",
    "SavedView",
    "Stock",
    "StockMovement",
]
