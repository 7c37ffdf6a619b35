"""The look that all surfaces share: tokens, parts, custom elements, template tags, vendored files.

Owns: nothing in the database; `static/look`, `templates/look`, `templates/account`, `vendor.toml`.
Promises: no inline script or style; white text on a gradient keeps 4.5:1; a number reads the same
    whether the server or the page wrote it; a vendored file is the one its hash names.
May import: accounts, for who is asking in `consoles.py`.
Publishes: nothing.
"""
