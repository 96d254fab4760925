"""How long the daemon waits for a process that imports modules ahead."""

import time


class Late:
    """The limit of `limit` seconds is exceeded, by `module`; None when it is the limit for everything: then nobody is to blame."""

    def __init__(self, module, limit):
        self.module = module
        self.limit = limit


class Patience:
    """Two limits, in seconds: for each module, and for everything together.

    Only the time counts in which the daemon was there to hear the process: while a hook runs, that may be waiting for the daemon to
    read its reports, or for the processors that the hook keeps busy. So look() is to be called at least every STEP seconds, and
    whatever passes between two calls counts as that much at most: with somebody who always has a hook to run, the end still comes.
    """

    STEP = 1.0

    def __init__(self, each, together):
        self._each = each
        self._together = together
        self._waited = 0.0
        self._of_module = 0.0
        self._module = None
        self._looked = time.monotonic()

    def look(self, module):
        """Says which module is being imported now, None for none: returns what is Late, or None."""
        now = time.monotonic()
        passed = min(self.STEP, now - self._looked)
        self._looked = now
        self._waited += passed
        self._of_module += passed
        if module != self._module:
            self._module = module
            self._of_module = 0.0
        if self._module is not None and self._of_module >= self._each:
            return Late(module, self._each)
        return Late(None, self._together) if self._waited >= self._together else None

    @property
    def deadline(self):
        """When to look again, of the monotonic clock."""
        left = self._together - self._waited
        if self._module is not None:
            left = min(left, self._each - self._of_module)
        return self._looked + max(0.0, min(self.STEP, left))
