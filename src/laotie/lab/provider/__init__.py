"""The outside world of a demo: a payment provider and a carrier, as a program of their own.

They keep their own books in their own store, know the platform only as a client with a key, and
can be told to fail in every way that real ones do. Nothing here is reachable without `LAOTIE_LAB`.
"""
