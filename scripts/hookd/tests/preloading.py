"""A daemon that imports ahead what its hooks import, and hooks that can be compared with those of a fresh process."""

import json
import os
import shutil
import time

from comparison import answer_of_daemon, answer_of_fresh, run_fresh
from harness import DEADLINE, ROOT, DaemonTest

# Imported by hooks, never by a backend: a package of the environment with a few dependencies among its modules.
PACKAGE = {
    "__init__": "from . import base\nNAME = __name__",
    "base": "import colorsys\nVALUE = 'of the environment'",
    "user": "from lazy_package.base import VALUE\nimport lazy_single\nSEEN = VALUE + ', ' + lazy_single.VALUE",
    "alone": "VALUE = 'alone'",
}
SINGLE = "VALUE = 'single of the environment'"


class PreloadTest(DaemonTest):
    """`learned` is a directory, not made yet, where a daemon may keep what it has learned."""

    def setUp(self):
        super().setUp()
        self.learned = os.path.join(self.folder, "kept", "learned")
        for name, text in PACKAGE.items():
            self.write(text + "\n", "backends", "lazy_package", name + ".py")
        self.write(SINGLE + "\n", "backends", "lazy_single.py")

    def keeping(self, *arguments, **keywords):
        """A daemon that keeps what it has learned."""
        return self.extended(["--learned=" + self.learned] + list(arguments), **keywords)

    def kept(self):
        """What such a daemon has kept about the tested backend."""
        with open(os.path.join(self.learned, "tested_backend.json")) as file:
            return json.load(file)

    def noted(self, daemon, text, backend="tested_backend", **request):
        """Calls until the daemon notes something; returns the notes."""
        deadline = time.monotonic() + DEADLINE
        notes = []
        while time.monotonic() < deadline:
            answer = self.sdist(daemon, backend, **request)
            notes += answer["DEBUG"]
            if any(text in note for note in notes):
                return notes
        raise AssertionError("%r was not noted: %s" % (text, notes))

    def limited(self, each=10.0, together=120.0):
        """A daemon with these time limits for importing ahead, which keeps what it has learned."""
        program = (
            "import sys; sys.path.insert(0, %r)\n"
            "import _hookd.daemon, _hookd.warm_servers\n"
            "_hookd.warm_servers._TIME_LIMIT = %r\n"
            "_hookd.warm_servers._WHOLE_TIME_LIMIT = %r\n"
            "sys.path.remove(%r)\n"
            "_hookd.daemon.main(sys.argv[1:], '')" % (ROOT, each, together, ROOT)
        )
        return self.keeping(options=["-c", program])

    def fresh(self):
        """What the hook answers and prints in a fresh process."""
        call = {
            "build_backend": "tested_backend",
            "hook": "build_sdist",
            "arguments": {"sdist_directory": os.path.join(self.tree, "dist"), "config_settings": None},
        }
        control = self.make("control")
        recorded, status, output, errors = run_fresh(call, control, self.tree, self.environ)
        shutil.rmtree(control)
        return answer_of_fresh(recorded, status), output.decode(), errors.decode()

    def assert_same(self, fresh, answer):
        self.assertEqual(fresh, (answer_of_daemon(answer), answer["output"], answer["errors"]))


class ComparedTest(PreloadTest):
    """The hook's answer in a fresh process is the reference; it is compared after everything has been imported ahead."""

    def compare(self, body, files=(), imports="", warm=None):
        """`files` are texts by path in the tree; `warm` is a body that imports what is to be imported ahead."""
        warm = warm or "import lazy_package.user, lazy_package.alone"
        self.backend(
            "if config_settings:\n %s\n return 'x'\n%s" % (warm.replace("\n", "\n "), body), imports=imports
        )
        daemon = self.extended()
        self.preloaded(daemon, arguments={"sdist_directory": "d", "config_settings": {"warm": "1"}})
        for path, text in dict(files).items():
            self.write(text, "tree", *path.split("/"))
        fresh = self.fresh()
        for _ in range(2):
            answer = self.sdist(daemon)
            self.assertEqual([], answer["DEBUG"])
            self.assert_same(fresh, answer)
        return answer
