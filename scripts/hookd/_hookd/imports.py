"""Tells, at the end of a hook, which modules it imported that a process could have imported ahead for it."""

import sys
import types

# More names than a hook of any known backend imports; what is over is left out.
LIMIT = 2000


class Imports:
    """Made before the fork; `stash` holds what was imported ahead, or is None."""

    def __init__(self, stash):
        self._stash = stash
        self._known = frozenset(sys.modules)

    def report(self, source_tree):
        """As a dict: `imported` are names of modules of the environment and the standard library whose bodies ran in this process,
        `preloaded` is how many did not have to, and `saved` the seconds that these took when they were imported ahead."""
        used = () if self._stash is None else self._stash.used
        known = self._known.union(used)
        imported = [
            name
            for name, module in list(sys.modules.items())
            if name not in known and _is_permanent(module, name, source_tree)
        ]
        seconds = 0.0 if self._stash is None else self._stash.seconds_saved()
        return {"imported": imported[:LIMIT], "preloaded": len(used), "saved": seconds}


def _is_permanent(module, name, source_tree):
    """Whether it seems to come from a file that is there for good. Whoever imports it ahead looks again."""
    if type(module) is not types.ModuleType:
        return False
    spec = vars(module).get("__spec__")
    origin = getattr(spec, "origin", None)
    if getattr(spec, "name", None) != name or not isinstance(origin, str):
        return False
    if origin in ("built-in", "frozen"):
        return True
    return bool(spec.has_location) and not origin.startswith(source_tree + "/")
