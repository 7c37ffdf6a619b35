"""The live gateway: one asyncio process that carries rooms to their viewers over WebSockets."""
