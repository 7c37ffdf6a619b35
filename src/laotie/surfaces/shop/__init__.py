"""The buyer's pages: feed, room, bag, buying, paying, orders, me. They translate and never decide."""
