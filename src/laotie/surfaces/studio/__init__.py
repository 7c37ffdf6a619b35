"""The console of creators and merchants: rooms and their stage, goods, orders, money."""
