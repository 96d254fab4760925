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
        answer = self.preloaded(daemon, **request)
        self.assertEqual("x", answer["OK"])
        self.assertTrue(any("temporary_module" in note and "ModuleNotFoundError" in note for note in answer["DEBUG"]), answer["DEBUG"])
        with open(os.path.join(learned, "tested_backend.json")) as file:
            values = json.load(file)
        self.assertIn("lazy_single", values["modules"])
        for name in ("of_the_tree", "made_up", "hostile", "temporary_module"):
            self.assertNotIn(name, values["modules"])
        self.assertEqual({}, values["refused"])  # no hook may ever ask for the temporary one again

    def test_off(self):
        self.backend("import lazy_single\nreturn 'x'")
        daemon = self.extended(["--preload=off"])
        for _ in range(5):
            self.assertEqual(0, self.sdist(daemon)["USAGE"]["preloaded"])

    def test_a_backend_of_the_tree_that_is_named_like_a_module_that_was_imported_ahead(self):
        self.backend("import lazy_single, lazy_package.user\nreturn 'x'")
        self.write(
            "VALUE = 'of backend-path'\n"
            "def build_sdist(d, c):\n import lazy_package.user\n return lazy_package.user.SEEN\n",
            "tree",
            "in",
            "lazy_single.py",
        )
        daemon = self.extended()
        self.preloaded(daemon)
        answer = self.sdist(daemon, "lazy_single", backend_path=["in"])
        self.assertEqual(("of the environment, of backend-path", 0), (answer["OK"], answer["USAGE"]["preloaded"]))

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
        self.refused("import gc; gc.disable()", "garbage collector")
        self.refused("import os; os.register_at_fork(after_in_child=print)", "at a fork")
        self.refused("import sys; sys.setrecursionlimit(777)", "recursion limit")
        self.refused("import socket; socket.setdefaulttimeout(3)", "socket time-out")

    def test_changes_of_other_modules(self):
        self.refused("import json; json.made_up = 1", "json.made_up")
        self.refused("import argparse; argparse.ArgumentParser.made_up = 1", "a ")
        self.refused("import logging; logging.basicConfig()", "a ")
        self.refused("import json.decoder; json.decoder.JSONDecoder.made_up = 1", "a ")
        self.refused("import copyreg; copyreg.pickle(type('C', (), {}), str)", "copyreg.dispatch_table")
        self.refused("import lazy_package.alone; lazy_package.alone.VALUE = 2", "lazy_package.alone.VALUE")
        self.refused("import sys, json; sys.modules['json'] = type(json)('json')", "sys.modules")

    def test_readings_of_what_differs_from_call_to_call(self):
        self.refused("import os; os.getcwd()", "current directory")
        self.refused("import sys; list(sys.path)", "sys.path")
        self.refused("from sys import path", "sys.path")
        self.refused("import sys; sys.argv[0]", "sys.argv")
        self.refused("import os; os.getpid()", "number of its process")
        self.refused("import os; os.path.exists('pyproject.toml')", "files in the current directory")
        self.refused("open(__file__).close(); import sys; sys.path.copy()", "sys.path")
        self.refused("import sys; 'json' in sys.modules", "looks into sys.modules")
        self.refused("import importlib.util; importlib.util.find_spec('absent')", "looks for absent")
        self.refused("import os; dict(os.environ)", "whole environment")

    def test_registering_in_a_module_that_is_imported_ahead_as_well(self):
        self.write("NAMES = {}\n", "backends", "registry.py")
        self.write("import registry; registry.NAMES['registering'] = 1\n", "backends", "registering.py")
        self.backend("import registering\nreturn list(registering.registry.NAMES)")
        answer = self.preloaded(self.extended())
        self.assertEqual((["registering"], 2, []), (answer["OK"], answer["USAGE"]["preloaded"], answer["DEBUG"]))

    def test_random_numbers(self):
        self.refused("import random; GENERATOR = random.Random()", "random numbers")
        self.backend("import random, lazy_single\nreturn str(random.random())")
        daemon = self.extended()
        first = self.preloaded(daemon)["OK"]
        self.assertEqual(3, len({first, self.sdist(daemon)["OK"], self.sdist(daemon)["OK"]}))

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


class ComparedTest(PreloadTest):
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


class ShadowTest(ComparedTest):
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


class SurroundingsTest(ComparedTest):
    """A body that was run ahead has looked at something that the hook changes before it imports the module."""

    def test_environment(self):
        self.write("import os\nVALUE = os.environ.get('MODE', 'default')\n", "backends", "looking.py")
        answer = self.compare("os.environ['MODE'] = 'fast'\nimport looking\nreturn looking.VALUE", warm="import looking")
        self.assertEqual("fast", answer["OK"])
        self.compare("os.environ['OTHER'] = 'fast'\nimport looking\nreturn looking.VALUE", warm="import looking")

    def test_names_of_other_modules(self):
        self.write("VALUE = 1\ndef function(): return 'original'\n", "backends", "given.py")
        self.write("from given import VALUE, function\nSEEN = [str(VALUE), function()]\n", "backends", "taking.py")
        for change in ("given.VALUE = 2", "given.function = lambda: 'patched'"):
            self.compare("import given\n%s\nimport taking\nreturn taking.SEEN" % change, warm="import taking")

    def test_streams_and_platform(self):
        self.write("import sys\nSTREAM, PLATFORM = sys.stderr, sys.platform\n", "backends", "keeping.py")
        self.compare("import io\nsys.stderr = io.StringIO()\nimport keeping\nreturn str(keeping.STREAM is sys.stderr)", warm="import keeping")
        self.compare("sys.platform = 'made up'\nimport keeping\nreturn keeping.PLATFORM", warm="import keeping")

    def test_an_import_that_was_replaced(self):
        self.compare(
            "import builtins\nseen = []\noriginal = builtins.__import__\n"
            "def replaced(name, *a):\n  seen.append(name)\n  return original(name, *a)\n"
            "builtins.__import__ = replaced\nimport lazy_package.user\nbuiltins.__import__ = original\nreturn seen"
        )

    def test_loggers_after_logging_was_configured(self):
        self.write("import logging\nlog = logging.getLogger(__name__)\n", "backends", "logged.py")
        self.compare(
            "import logging.config\n"
            "logging.config.dictConfig({'version': 1, 'handlers': {'h': {'class': 'logging.StreamHandler'}},"
            " 'root': {'handlers': ['h'], 'level': 'INFO'}})\n"
            "import logged\nlogged.log.info('seen')\nreturn str(logged.log.disabled)",
            warm="import logged, logging.config",
        )

    def test_a_finder_that_blocks_a_module(self):
        self.write("try:\n import lazy_single\nexcept ImportError:\n lazy_single = None\n", "backends", "optional_user.py")
        self.compare(
            "class Blocking:\n"
            "  def find_spec(self, name, path=None, target=None):\n"
            "    if name == 'lazy_single': raise ImportError('blocked')\n"
            "sys.meta_path.insert(0, Blocking())\nimport optional_user\nreturn str(optional_user.lazy_single)",
            warm="import optional_user",
        )

    def test_a_path_that_is_relative_to_the_tree(self):
        self.write("try:\n import optional\n VALUE = 'there'\nexcept ImportError:\n VALUE = 'not there'\n", "backends", "wanting.py")
        answer = self.compare(
            "import wanting\nreturn wanting.VALUE", {"optional.py": ""}, warm="import wanting", imports="sys.path.insert(0, '')"
        )
        self.assertEqual("there", answer["OK"])

    def test_parents_of_what_is_missing(self):
        self.write("try: import lazy_package.absent\nexcept ImportError: pass\n", "backends", "wanting.py")
        self.compare("import wanting\nreturn sorted(m for m in sys.modules if 'lazy' in m)", warm="import wanting")
        self.write("try: from lazy_package import absent\nexcept ImportError: absent = None\n", "backends", "wanting.py")
        answer = self.compare(
            "import lazy_package\nlazy_package.__path__.append(os.getcwd())\nimport wanting\nreturn str(wanting.absent is None)",
            {"absent.py": ""},
            warm="import wanting",
        )
        self.assertEqual("False", answer["OK"])

    def test_functions_that_import(self):
        self.write(
            "from importlib import import_module\nfrom importlib.util import find_spec\n"
            "def load(name): return import_module(name)\ndef there(name): return find_spec(name) is not None\n",
            "backends",
            "importing.py",
        )
        self.write(
            "import importing\nVALUE = importing.load('lazy_single').VALUE\nTHERE = importing.there('optional')\n", "backends", "loaded.py"
        )
        self.compare(
            "sys.path.insert(0, os.getcwd())\nimport loaded\nreturn [loaded.VALUE, str(loaded.THERE), str('lazy_single' in sys.modules)]",
            {"lazy_single.py": "VALUE = 'of the tree'\n", "optional.py": ""},
            imports="import importing",
            warm="import loaded",
        )

    def test_what_another_one_imported_is_not_an_attribute(self):
        self.write("import lazy_package\nVALUE = hasattr(lazy_package, 'alone')\n", "backends", "looking.py")
        self.compare("import looking\nreturn str(looking.VALUE)", warm="import lazy_package.alone, looking")

    def test_tracebacks_of_importlib(self):
        self.compare(
            "sys.path.insert(0, os.getcwd())\nimport importlib, traceback\n"
            "try: importlib.import_module('failing')\nexcept Exception: traceback.print_exc()\nreturn 'x'",
            {"failing.py": "import lazy_package.user\nraise ValueError('x')\n"},
        )

    def test_nothing_of_what_watched_an_import_is_left_in_it(self):
        self.write(
            "import os, importlib, importlib.util\nfrom os import getcwd, stat\nfrom importlib import import_module\n"
            "class Class:\n getcwd = getcwd\n open = open\nKEPT = [getcwd, stat, import_module, open]\n",
            "backends",
            "keeping.py",
        )
        self.write(
            "from os import getcwd, stat\nfrom importlib import import_module\nclass Class:\n getcwd = getcwd\n open = open\n",
            "backends",
            "capturing.py",
        )
        answer = self.compare(
            "import capturing as c, keeping as k, importlib\n"
            "return [str(x) for x in (c.getcwd is os.getcwd, c.stat is os.stat, c.import_module is importlib.import_module,"
            " c.Class.open is open, c.Class.getcwd is os.getcwd, k.KEPT == [os.getcwd, os.stat, importlib.import_module, open],"
            " type(k.KEPT[0]) is type(os.getcwd))]",
            warm="import capturing, keeping",
        )
        self.assertEqual(["True"] * 7, answer["OK"])

    def test_extension_modules_of_the_environment_are_not_imported_ahead(self):
        bisect = sys.modules.get("_bisect") or __import__("_bisect")
        if not getattr(bisect, "__file__", None):
            self.skipTest("this interpreter has no extension module in a file that could be copied")
        self.write("from . import _bisect\n", "backends", "extended", "__init__.py")
        shutil.copy(bisect.__file__, os.path.join(self.backends, "extended"))
        self.backend("import extended, lazy_single\nreturn 'x'")
        answer = self.preloaded(self.extended())
        self.assertTrue(any("extended._bisect is not imported ahead: it is an extension" in note for note in answer["DEBUG"]))

    def test_a_long_chain_with_a_shadowed_end(self):
        for number in range(60):
            self.write("import chain%d\n" % (number + 1), "backends", "chain%d.py" % number)
        self.write("VALUE = 'of the environment'\n", "backends", "chain60.py")
        answer = self.compare(
            "sys.path.insert(0, os.getcwd())\nimport chain0, chain60\nreturn chain60.VALUE",
            {"chain60.py": "VALUE = 'of the tree'\n"},
            warm="import chain0",
        )
        self.assertEqual("of the tree", answer["OK"])

    def test_modules_that_make_modules(self):
        self.write(
            "import sys, types\nmade = types.ModuleType('making.made')\nmade.VALUE = 1\n"
            "globals()['sys'].__dict__['modules']['making.made'] = made\n",
            "backends",
            "making.py",
        )
        self.compare(
            "before = set(sys.modules)\nimport making\nimport making.made\nreturn sorted(set(sys.modules) - before)", warm="import making"
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
