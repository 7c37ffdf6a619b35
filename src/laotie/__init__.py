"""Live and short-video commerce you own."""
