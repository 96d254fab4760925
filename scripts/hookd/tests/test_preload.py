"""What is imported ahead, what is not, and that a hook cannot tell."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

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
    def setUp(self):
        super().setUp()
        for name, text in PACKAGE.items():
            self.write(text + "\n", "backends", "lazy_package", name + ".py")
        self.write(SINGLE + "\n", "backends", "lazy_single.py")

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


class LearningTest(PreloadTest):
    def test_what_a_hook_imports_is_imported_ahead_of_the_next(self):
        self.backend("import lazy_package.user\nreturn lazy_package.user.SEEN")
        daemon = self.extended()
        first = self.sdist(daemon)
        self.assertEqual((0, 0.0), (first["USAGE"]["preloaded"], first["USAGE"]["saved"]))
        later = self.preloaded(daemon)
        self.assertEqual(first["OK"], later["OK"])
        self.assertEqual(5, later["USAGE"]["preloaded"])  # the package, three modules with it, and one of the standard library
        self.assertGreater(later["USAGE"]["saved"], 0.0)

    def test_more_is_learned_later(self):
        self.backend("__import__(config_settings['module'])\nreturn 'x'")

        def call(module):
            return {"arguments": {"sdist_directory": "d", "config_settings": {"module": module}}}

        daemon = self.extended()
        self.preloaded(daemon, **call("lazy_single"))
        self.preloaded(daemon, **call("lazy_package.alone"))
        self.assertEqual(1, self.sdist(daemon, **call("lazy_single"))["USAGE"]["preloaded"])

    def test_backends_learn_apart(self):
        self.backend("import lazy_single\nreturn 'x'", "one_backend")
        self.backend("import lazy_package.alone\nreturn sorted(m for m in sys.modules if 'lazy' in m)", "other_backend")
        daemon = self.extended()
        self.preloaded(daemon, "one_backend")
        answer = self.preloaded(daemon, "other_backend")
        self.assertEqual(["lazy_package", "lazy_package.alone", "lazy_package.base"], answer["OK"])

    def test_modules_of_the_tree_and_made_up_ones_are_not_learned(self):
        self.write("VALUE = 1\n", "tree", "of_the_tree.py")
        self.backend(
            "import types, lazy_single\nsys.path.insert(0, '')\nimport of_the_tree\n"
            "sys.path.insert(0, config_settings['temporary'])\nimport temporary_module\n"
            "sys.modules['made_up'] = types.ModuleType('made_up')\nsys.modules['hostile'] = Hostile()\nreturn 'x'",
            imports="class Hostile:\n  def __getattr__(self, name): raise SystemExit(name)",
        )
        folder = self.make("hook-temporary")
        self.write("VALUE = 1\n", "hook-temporary", "temporary_module.py")
        learned = self.make("learned")
        daemon = self.extended(["--learned=" + learned])
        request = {"arguments": {"sdist_directory": "d", "config_settings": {"temporary": folder}}}
        self.assertEqual("x", self.preloaded(daemon, **request)["OK"])
        with open(os.path.join(learned, "tested_backend.json")) as file:
            values = json.load(file)
        self.assertIn("lazy_single", values["modules"])
        for name in ("of_the_tree", "made_up", "hostile"):
            self.assertNotIn(name, values["modules"])
        self.assertIn("ModuleNotFoundError", values["refused"]["temporary_module"])

    def test_off(self):
        self.backend("import lazy_single\nreturn 'x'")
        daemon = self.extended(["--preload=off"])
        for _ in range(5):
            self.assertEqual(0, self.sdist(daemon)["USAGE"]["preloaded"])

    def test_a_backend_of_the_tree_is_not_preloaded(self):
        self.write("import lazy_single\ndef build_sdist(d, c): return lazy_single.VALUE\n", "tree", "in", "in_tree.py")
        daemon = self.extended()
        for _ in range(4):
            answer = self.sdist(daemon, "in_tree", backend_path=["in"])
            self.assertEqual(("single of the environment", 0), (answer["OK"], answer["USAGE"]["preloaded"]))


class KeptTest(PreloadTest):
    def setUp(self):
        super().setUp()
        self.learned = os.path.join(self.folder, "kept", "learned")
        self.file = os.path.join(self.learned, "tested_backend.json")
        self.backend("import lazy_single\nreturn lazy_single.VALUE")

    def kept(self):
        return self.extended(["--learned", self.learned])

    def test_the_next_daemon_knows(self):
        daemon = self.kept()
        self.preloaded(daemon)
        daemon.close()
        with open(self.file) as file:
            values = json.load(file)
        self.assertEqual((1, "tested_backend", sys.implementation.cache_tag), tuple(map(values.get, ("format", "backend", "python"))))
        self.assertGreater(values["modules"]["lazy_single"], 0.0)
        # What it knows is from the file alone: the module is not imported by this daemon's first hook.
        self.backend("if config_settings: import lazy_single\nreturn 'x'")
        daemon = self.kept()
        self.sdist(daemon)
        self.preloaded(daemon, arguments={"sdist_directory": "d", "config_settings": {"a": "b"}})

    def test_a_damaged_file_is_no_file(self):
        os.makedirs(self.learned)
        good = {"format": 1, "backend": "tested_backend", "python": sys.implementation.cache_tag}
        for text in (
            "",
            "{",
            "[1]",
            "\0" * 100,
            "[" * 100000,
            "1" * (2 << 20),
            json.dumps(dict(good, modules=[1], refused={})),
            json.dumps(dict(good, modules={"a b": 1, "..": 1, "": 1, "x" * 1000: 1}, refused={"os": 3})),
            json.dumps(dict(good, modules={"lazy_single": "fast"}, refused={})),
            json.dumps(dict(good, python="other", modules={}, refused={"lazy_single": "x"})),
            json.dumps(dict(good, format=99, modules={}, refused={"lazy_single": "x"})),
            json.dumps(dict(good, modules={"no_such_module": None, "lazy_single": 1}, refused={})),
        ):
            with self.subTest(text=text[:60]):
                with open(self.file, "w") as file:
                    file.write(text)
                daemon = self.kept()
                self.assertEqual("single of the environment", self.preloaded(daemon)["OK"])
                daemon.close()

    def test_a_directory_that_cannot_be_written_is_noted(self):
        os.makedirs(os.path.dirname(self.learned))
        with open(self.learned, "w"):
            pass
        daemon = self.kept()
        self.assertTrue(any("cannot be kept" in note for note in self.noted(daemon, "cannot be kept")))
        self.preloaded(daemon)

    def test_nothing_else_is_left_in_the_directory(self):
        daemons = [self.kept() for _ in range(3)]
        for daemon in daemons:
            self.preloaded(daemon)
        self.assertEqual(["tested_backend.json"], os.listdir(self.learned))

    def test_the_option(self):
        for arguments in (["--learned"], ["--learned="], ["--learned=relative"]):
            daemon = self.daemon(arguments)
            self.assertEqual(2, daemon.wait())
            self.assertIn(b"absolute path", daemon.process.stderr.read())


class RefusalTest(PreloadTest):
    def refused(self, body, reason, more=""):
        """A module with this body, imported by the hook, is refused for this reason, and works as it does in a fresh process."""
        with self.subTest(body=body):
            self.write(body + "\nVALUE = 'seen'\n", "backends", "unfit_module.py")
            self.write("import unfit_module\nVALUE = unfit_module.VALUE\n", "backends", "its_importer.py")
            self.backend("import its_importer, lazy_single\n%sreturn its_importer.VALUE" % more)
            folder = tempfile.mkdtemp(dir=self.folder)
            daemon = self.extended(["--learned=" + folder])
            answer = self.preloaded(daemon)
            self.assertTrue(any("unfit_module" in note and reason in note for note in answer["DEBUG"]), answer["DEBUG"])
            self.assert_same(self.fresh(), self.sdist(daemon))
            daemon.close()
            with open(os.path.join(folder, "tested_backend.json")) as file:
                values = json.load(file)
            self.assertIn(reason, values["refused"]["unfit_module"])
            self.assertEqual("it imports unfit_module", values["refused"]["its_importer"])
            self.assertGreater(values["modules"]["lazy_single"], 0.0)
            # And for good: the next daemon need not try.
            daemon = self.extended(["--learned=" + folder])
            self.assertEqual([], self.preloaded(daemon)["DEBUG"])
            daemon.close()

    def test_output(self):
        self.refused("print('hello')", "prints")
        self.refused("import os; os.write(2, b'hello')", "prints")
        self.refused("import warnings; warnings.warn('hello', DeprecationWarning)", "warns")

    def test_what_a_fork_does_not_copy(self):
        self.refused("import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()", "threads")
        self.refused("import socket; SOCKET = socket.socket()", "open descriptors")
        self.refused("import signal; signal.setitimer(signal.ITIMER_REAL, 1000)", "timers")
        self.refused("import atexit; atexit.register(str)", "exit handlers")

    def test_changes_of_the_process(self):
        self.refused("import os; os.chdir('/usr')", "current directory", "os.chdir('/');")
        self.refused("import os; os.environ['A'] = 'b'", "environment")
        self.refused("import os; os.umask(0o27)", "umask")
        self.refused("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)", "signal handlers")
        self.refused("import locale; locale.setlocale(locale.LC_CTYPE, 'POSIX')", "locale")

    def test_changes_of_the_interpreter(self):
        self.refused("import sys; sys.path.append('/nowhere')", "sys.path")
        self.refused("import sys; sys.meta_path.append(type('F', (), {'find_spec': lambda *a: None})())", "sys.meta_path")
        self.refused("import warnings; warnings.simplefilter('error', UserWarning)", "warning filters")
        self.refused("import sys; sys.setrecursionlimit(777)", "recursion limit")
        self.refused("import socket; socket.setdefaulttimeout(3)", "socket time-out")

    def test_changes_of_other_modules(self):
        self.refused("import json; json.made_up = 1", "json.made_up")
        self.refused("import copyreg; copyreg.pickle(type('C', (), {}), str)", "copyreg.dispatch_table")
        self.refused("import lazy_package.alone; lazy_package.alone.VALUE = 2", "lazy_package.alone.VALUE")
        self.refused("import sys, json; sys.modules['json'] = type(json)('json')", "sys.modules['json']")

    def test_readings_of_what_differs_from_call_to_call(self):
        self.refused("import os; os.getcwd()", "current directory")
        self.refused("import sys; list(sys.path)", "sys.path")
        self.refused("from sys import path", "sys.path")
        self.refused("import sys; sys.argv[0]", "sys.argv")
        self.refused("import os; os.environ.get('SOURCE_DATE_EPOCH')", "SOURCE_DATE_EPOCH")
        self.refused("import os; dict(os.environ)", "whole environment")

    def test_registering_in_a_module_that_is_imported_ahead_as_well(self):
        self.write("NAMES = {}\n", "backends", "registry.py")
        self.write("import registry; registry.NAMES['registering'] = 1\n", "backends", "registering.py")
        self.backend("import registering\nreturn list(registering.registry.NAMES)")
        answer = self.preloaded(self.extended())
        self.assertEqual((["registering"], 2, []), (answer["OK"], answer["USAGE"]["preloaded"], answer["DEBUG"]))

    def test_memory(self):
        self.refused("BLOCK = b'x' * (150 << 20)", "memory limit")

    def test_ends(self):
        self.refused("import os\nif os.getcwd() == '/': os._exit(3)", "exited with status 3")
        self.refused("import os\nif os.getcwd() == '/': os.abort()", "SIGABRT")

    def test_time(self):
        program = (
            "import sys; sys.path.insert(0, %r)\n"
            "import _hookd.daemon, _hookd.warm_servers\n"
            "_hookd.warm_servers._TIME_LIMIT = 0.5\n"
            "sys.path.remove(%r)\n"
            "_hookd.daemon.main(sys.argv[1:], '')" % (ROOT, ROOT)
        )
        self.write("import os, time\nif os.getcwd() == '/': time.sleep(600)\n", "backends", "unfit_module.py")
        self.backend("import lazy_single, unfit_module\nreturn 'x'")
        daemon = self.extended(options=["-c", program])
        answer = self.preloaded(daemon)
        self.assertIn("unfit_module is not imported ahead: importing it ahead takes longer than 0.5 s", answer["DEBUG"])

    def test_failing_imports(self):
        self.write("import os\nif os.getcwd() == '/': raise ValueError('x')\n", "backends", "unfit_module.py")
        self.backend("import lazy_single, unfit_module\nreturn 'x'")
        answer = self.preloaded(self.extended())
        self.assertTrue(any("unfit_module" in note for note in answer["DEBUG"]), answer["DEBUG"])

    def test_a_call_does_not_wait_for_an_import_ahead(self):
        self.write("import os, time\nif os.getcwd() == '/': time.sleep(600)\n", "backends", "slow_module.py")
        self.backend("import slow_module\nreturn 'x'")
        daemon = self.extended()
        for _ in range(5):
            self.assertEqual("x", self.sdist(daemon)["OK"])
        daemon.send("shutdown")
        self.assertEqual(0, daemon.wait())


class ShadowTest(PreloadTest):
    """The hook's answer in a fresh process is the reference; it is compared after everything has been imported ahead."""

    def compare(self, body, files=(), tree=None, imports="", warm=None):
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

    def test_what_is_imported_ahead_is_not_seen(self):
        answer = self.compare(
            "import json\n"
            "return [str(sorted(m for m in sys.modules if 'lazy' in m or m == 'colorsys'))]"
            " + sorted(set(sys.modules) - {'encodings.ascii'})"
        )
        self.assertEqual("[]", answer["OK"][0])
        self.assertEqual(0, answer["USAGE"]["preloaded"])

    def test_submodules_are_no_attributes_before_they_are_imported(self):
        answer = self.compare(
            "import lazy_package\nseen = [hasattr(lazy_package, n) for n in ('base', 'user', 'alone')]\n"
            "import lazy_package.alone\nreturn list(map(str, seen + [hasattr(lazy_package, 'alone'), 'lazy_single' in sys.modules]))"
        )
        self.assertEqual(["True", "False", "False", "True", "False"], answer["OK"])
        self.assertEqual(4, answer["USAGE"]["preloaded"])

    def test_the_order_of_imports_is_that_of_a_fresh_process(self):
        self.compare(
            "before = set(sys.modules)\nimport lazy_package.user\nreturn [m for m in sys.modules if m not in before]"
        )

    def test_a_module_of_the_tree(self):
        answer = self.compare(
            "sys.path.insert(0, os.getcwd())\nimport lazy_single\nreturn [lazy_single.VALUE, lazy_single.__file__]",
            {"lazy_single.py": "VALUE = 'of the tree'\n"},
        )
        self.assertEqual("of the tree", answer["OK"][0])

    def test_a_module_of_the_tree_that_another_one_imports(self):
        answer = self.compare(
            "sys.path.insert(0, os.path.join(os.getcwd(), 'src'))\nimport lazy_package.user as u\nreturn u.SEEN",
            {"src/lazy_single.py": "VALUE = 'of the tree'\n"},
        )
        self.assertEqual("of the environment, of the tree", answer["OK"])

    def test_a_module_of_the_standard_library_in_the_tree(self):
        answer = self.compare(
            "sys.path.insert(0, os.getcwd())\nimport lazy_package.base, colorsys\nreturn colorsys.VALUE",
            {"colorsys.py": "VALUE = 'of the tree'\n"},
        )
        self.assertEqual("of the tree", answer["OK"])

    def test_a_package_of_the_tree(self):
        answer = self.compare(
            "sys.path.insert(0, os.getcwd())\nimport lazy_package\n"
            "try: import lazy_package.user\nexcept ImportError as e: return str(e)",
            {"lazy_package/__init__.py": "", "lazy_package/base.py": ""},
        )
        self.assertIn("No module named", answer["OK"])

    def test_a_namespace_package_of_the_tree_gives_way(self):
        self.compare(
            "sys.path.insert(0, os.getcwd())\nimport lazy_package.user as u\nreturn [u.SEEN, u.__file__]",
            {"lazy_package/other.py": "", "lazy_single/other.py": ""},
        )

    def test_namespace_packages(self):
        self.write("VALUE = 'in the environment'\n", "backends", "spaced", "one.py")
        self.compare(
            "import spaced.one\nsys.path.append(os.getcwd())\nimport spaced.two\n"
            "return [spaced.one.VALUE, spaced.two.VALUE, str(len(spaced.__path__))]",
            {"spaced/two.py": "VALUE = 'in the tree'\n"},
            warm="import spaced.one, lazy_single",
        )

    def test_a_module_that_is_absent_from_the_environment_and_present_in_the_tree(self):
        self.write("try:\n import optional\n VALUE = optional.VALUE\nexcept ImportError:\n VALUE = None\n", "backends", "wanting.py")
        answer = self.compare(
            "sys.path.append(os.getcwd())\nimport wanting\nreturn wanting.VALUE",
            {"optional.py": "VALUE = 'there'\n"},
            warm="import wanting, lazy_single",
        )
        self.assertEqual("there", answer["OK"])

    def test_a_module_that_looks_for_others(self):
        self.write("from importlib.util import find_spec\nimport importlib.util\n"
                   "VALUE = str(importlib.util.find_spec('optional') is not None)\n", "backends", "looking.py")
        answer = self.compare(
            "sys.path.append(os.getcwd())\nimport looking\nreturn looking.VALUE",
            {"optional.py": ""},
            warm="import looking, lazy_single",
        )
        self.assertEqual("True", answer["OK"])

    def test_finders_and_hooks_that_a_hook_puts_in(self):
        self.compare(
            "class Finder:\n"
            "  asked = []\n"
            "  def find_spec(self, name, path=None, target=None):\n"
            "    self.asked.append(name)\n"
            "    if name == 'lazy_single':\n"
            "      from importlib.util import spec_from_file_location\n"
            "      return spec_from_file_location(name, os.path.join(os.getcwd(), 'found.py'))\n"
            "sys.meta_path.insert(0, Finder())\n"
            "import lazy_package.user as u\n"
            "return [u.SEEN, str('lazy_package.user' in Finder.asked)]",
            {"found.py": "VALUE = 'of a finder'\n"},
        )

    def test_a_package_path_that_a_hook_changes(self):
        self.compare(
            "import lazy_package\nlazy_package.__path__.insert(0, os.getcwd())\nimport lazy_package.alone\n"
            "return lazy_package.alone.VALUE",
            {"alone.py": "VALUE = 'of the tree'\n"},
        )

    def test_modules_that_a_hook_removes_replaces_or_blocks(self):
        self.compare(
            "import types, lazy_package.user\n"
            "lazy_package.user.MARK = 1\n"
            "del sys.modules['lazy_package.user']\n"
            "import lazy_package.user\n"
            "seen = [str(hasattr(lazy_package.user, 'MARK'))]\n"
            "del sys.modules['lazy_package.user']\n"
            "sys.modules['lazy_single'] = types.SimpleNamespace(VALUE='replaced')\n"
            "import lazy_package.user\n"
            "seen.append(lazy_package.user.SEEN)\n"
            "del sys.modules['lazy_package.user']\n"
            "sys.modules['lazy_single'] = None\n"
            "try: import lazy_package.user\n"
            "except ImportError as e: seen.append(str(e))\n"
            "return seen"
        )

    def test_reload(self):
        self.compare(
            "import importlib, lazy_single\nlazy_single.VALUE = 'changed'\nimportlib.reload(lazy_single)\nreturn lazy_single.VALUE"
        )

    def test_a_file_that_changed(self):
        self.backend("import lazy_single\nreturn lazy_single.VALUE")
        daemon = self.extended()
        self.preloaded(daemon)
        self.write("VALUE = 'another text'\n", "backends", "lazy_single.py")
        answer = self.sdist(daemon)
        self.assertEqual(("another text", 0), (answer["OK"], answer["USAGE"]["preloaded"]))

    def test_top_level_modules_that_every_project_has_another_of(self):
        for name in ("versioneer", "version", "commands", "conftest", "sitecustomize", "setup"):
            self.write("VALUE = 'of the environment'\n", "backends", name + ".py")
        self.compare(
            "sys.path.insert(0, os.getcwd())\nimport importlib\n"
            "return [importlib.import_module(n).VALUE for n in ('versioneer', 'version', 'commands', 'conftest', 'setup')]",
            {name + ".py": "VALUE = 'of the tree: %s'\n" % name for name in ("versioneer", "version", "commands", "conftest", "setup")},
            warm="import versioneer, version, commands, conftest, setup",
        )

    def test_entry_points_that_load_plugins(self):
        self.write("[tested]\nplugin = lazy_package.user:SEEN\n", "backends", "plug-1.0.dist-info", "entry_points.txt")
        self.write("Name: plug\nVersion: 1.0\n", "backends", "plug-1.0.dist-info", "METADATA")
        load = (
            "from importlib import metadata\n"
            "found = metadata.entry_points()\n"
            "found = found.select(group='tested') if hasattr(found, 'select') else found['tested']\n"
            "values = sorted(e.load() for e in found)"
        )
        answer = self.compare(
            "sys.path.insert(0, os.getcwd())\n" + load + "\nreturn values",
            {
                "lazy_single.py": "VALUE = 'of the tree'\n",
                "own.py": "VALUE = 'own plug-in'\n",
                "own.egg-info/entry_points.txt": "[tested]\nplugin = own:VALUE\n",
                "own.egg-info/PKG-INFO": "Name: own\nVersion: 1.0\n",
            },
            warm=load,
        )
        self.assertEqual(["of the environment, of the tree", "own plug-in"], answer["OK"])

    def test_tracebacks_and_warnings_of_imports(self):
        self.compare(
            "sys.path.insert(0, os.getcwd())\nimport traceback\n"
            "try: import failing\nexcept Exception: traceback.print_exc()\nimport warning\nreturn 'x'",
            {
                "failing.py": "import lazy_package.user\nimport failing_inside\n",
                "failing_inside.py": "raise ValueError('x')\n",
                "warning.py": "import warnings\nwarnings.warn('seen', stacklevel=2)\n",
            },
        )

    def test_threads_that_import_at_the_same_time(self):
        self.compare(
            "import threading, importlib\n"
            "names = ['lazy_package.user', 'lazy_package.alone', 'lazy_single', 'lazy_package.base'] * 5\n"
            "found = []\n"
            "start = threading.Barrier(len(names))\n"
            "def run(name):\n"
            "  start.wait()\n"
            "  found.append(importlib.import_module(name) is sys.modules[name])\n"
            "threads = [threading.Thread(target=run, args=(name,)) for name in names]\n"
            "[t.start() for t in threads]; [t.join() for t in threads]\n"
            "return [str(found)]",
            warm="import threading, importlib, lazy_package.user, lazy_package.alone",
        )


class SpareTest(PreloadTest):
    def waiting(self, daemon):
        """The processes of the daemon's session tree that wait for a job: those whose parent is a warm server."""
        listing = subprocess.check_output(["ps", "-e", "-o", "pid=,ppid="], text=True)
        parents = dict(map(int, line.split()) for line in listing.splitlines())
        servers = [pid for pid, parent in parents.items() if parent == daemon.process.pid]
        return [pid for pid, parent in parents.items() if parent in servers]

    def until_waiting(self, daemon):
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            found = self.waiting(daemon)
            if found:
                return found
        raise AssertionError("no process waits for a job")

    def test_a_spare_that_was_killed_is_replaced(self):
        self.backend("return 'x'")
        daemon = self.extended(["--preload=off"])
        self.sdist(daemon)
        for _ in range(3):
            for pid in self.until_waiting(daemon):
                os.kill(pid, 9)
                self.wait_until_gone(pid)
            self.assertEqual("x", self.sdist(daemon)["OK"])

    def test_spares_end_with_the_daemon(self):
        self.backend("return 'x'")
        for end in ("shutdown", "kill"):
            daemon = self.extended(["--preload=off"])
            self.sdist(daemon)
            spares = self.until_waiting(daemon)
            if end == "kill":
                daemon.process.kill()
            else:
                daemon.send(end)
            daemon.wait()
            for pid in spares:
                self.wait_until_gone(pid)


if __name__ == "__main__":
    unittest.main()
