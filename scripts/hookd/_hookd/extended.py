"""The extended dialect: JSON payloads, and a call is one line from the client."""

import os
import sys

from . import VERSION, request
from .errors import HookError
from .names import INVALID_ACTION


class Extended:
    """As Classic; made when the client has said hello, which it answers."""

    def __init__(self, sender, client, calls):
        self._sender = sender
        self._client = client
        self._calls = calls
        sender.extended = True
        client.understands_cancel = True
        sender.hello(_description())

    def next_action(self):
        """Raises HookError for a call that is refused before it is made."""
        self._sender.ready()
        self._sender.flush()
        action = ""
        # A cancel that comes now has crossed the answer to its call.
        while action in ("", "cancel"):
            action = self._client.next_text(self._calls.idle).strip()
        if action in ("run", "features"):
            self._calls.run(request.from_json(self._client.next_line(), is_run=action == "run"))
            return self
        if action == "shutdown":
            return None
        raise HookError(
            INVALID_ACTION, "%r is not an action; the actions are run, features, cancel and shutdown" % action
        )


def _description():
    can_fork = hasattr(os, "fork")
    return {
        "protocol": 1,
        "daemon": "hookd.py",
        "version": VERSION,
        "pid": os.getpid(),
        "python": {
            "implementation": sys.implementation.name,
            "version": ".".join(map(str, sys.version_info[:3])),
            "executable": sys.executable,
        },
        "platform": sys.platform,
        "features": ["run", "features", "cancel"]
        + (["fork"] if can_fork else [])
        + ["fresh", "environ", "usage", "warnings"],
    }
