"""The private half of hookd.py. Nothing here is an interface; hookd.py's docstring and docs/protocol.md are."""

VERSION = "0.1.0"
