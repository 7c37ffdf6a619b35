"""The buyer's pages: feed, room, bag, buying, paying, orders, me. They decide nothing."""
