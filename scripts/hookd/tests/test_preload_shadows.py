"""What was imported ahead is to a hook as it is in a fresh process, whatever its tree has and whatever it changes."""

import os
import shutil
import sys
import unittest

from preloading import ComparedTest


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


if __name__ == "__main__":
    unittest.main()
