"""Carts, stock, coupons, quotes, orders, refunds: what was promised to whom, and what came of it.

Owns: carts, stock, coupons and who holds them, quotes, checkouts, orders, refunds,
    reviews, invoices, saved views of orders.
Promises: stock is never sold twice; one key makes one checkout; a price that was shown is the
    price that is paid; no more goes back to a buyer than came from them.
May import: accounts, oversight, ledger, payments, delivery, catalog, alliance.
Publishes: trade.order_placed, trade.order_paid, trade.post_sold, trade.order_closed,
    trade.order_shipped, trade.order_received, trade.order_completed,
    trade.refund_requested, trade.refund_done,
    trade.refund_granted, trade.refund_refused, trade.refund_withdrawn,
    trade.address_changed, trade.stock_returned.
"""
