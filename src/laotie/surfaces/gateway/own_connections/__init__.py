"""Django's backend for PostgreSQL without a pool: each thread keeps a connection of its own."""
