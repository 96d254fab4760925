"""The classic dialect: the daemon asks for one line after the other."""

import os

from . import request
from .errors import HookError
from .names import HOOKS, INVALID_ACTION


class Classic:
    """Answers actions. `next_action` returns what answers the next one: itself, another dialect's name, or None to end."""

    def __init__(self, sender, client, calls, asks_backend_path):
        self._sender = sender
        self._client = client
        self._calls = calls
        self._asks_backend_path = asks_backend_path

    def next_action(self):
        """Raises HookError for a call that is refused before it is made."""
        self._sender.ready()
        self._sender.expect("action")
        self._sender.flush()
        action = ""
        while not action:
            action = self._client.next_text(self._calls.idle).strip()
        if action == "run":
            self._calls.run(self._read_job())
            return self
        if action == "hello":
            return "extended"
        if action == "shutdown":
            return None
        raise HookError(INVALID_ACTION, "%r is not an action; the actions are run and shutdown" % action)

    def _read_job(self):
        tree = os.getcwd()
        backend = request.backend_name(self._ask("build_backend"))
        entries = []
        if self._asks_backend_path:
            entry = self._ask("backend_path")
            while entry:
                entries.append(entry)
                entry = self._client.next_text()
        backend_path = request.backend_path(tree, entries)
        hook = request.hook_name(self._ask("hook_name"))
        arguments = []
        for name in HOOKS[hook]:
            value = self._ask(name)
            if name == "config_settings":
                value = request.parse_json(value, name) if value.strip() else None
            arguments.append(request.argument(tree, hook, name, value))
        return request.Job(tree, backend, backend_path, hook, arguments, {}, "fork")

    def _ask(self, name):
        self._sender.expect(name)
        self._sender.flush()
        return self._client.next_text()
