"""Hooks of setuptools, one after the other in one daemon: setuptools was written for one call in a process.

With the setuptools of the interpreter that runs the tests; skipped where it has none. SetuptoolsStateIT runs this file in
environments that have a current one.
"""

import importlib.util
import os
import re
import unittest

from comparison import ComparisonTest

# Answers with what it finds in setuptools, distutils and json, and then changes that.
_PATCHING_SETUP = r'''
import setuptools, setuptools.command.egg_info, setuptools.dist
import distutils.cmd, distutils.core, distutils.dir_util, distutils.dist, distutils.log, json, sys

def look():
    return [
        distutils.core.setup.__name__, setuptools.setup.__name__, distutils.core.Distribution.__name__,
        distutils.dist.Distribution.__name__, setuptools.Distribution.__name__, distutils.cmd.Command.run_command.__name__,
        setuptools.command.egg_info.egg_info.__name__, str(sorted(map(str, setuptools.command.egg_info.egg_info.user_options))),
        distutils.dir_util.mkpath.__name__, str(distutils.core._setup_stop_after), str(getattr(distutils.log, "hostile", None)),
        json.dumps(["x"]), setuptools.dist.Distribution.parse_command_line.__name__,
    ]

with open("seen.txt", "a") as file:
    file.write("\n".join(look()) + "\n")
setuptools.setup(name="patching", version="1.5", py_modules=["patching"])

seen = look()
class Patched(distutils.dist.Distribution):
    pass
def patched(*arguments, **more):
    return "patched by an earlier hook"
distutils.core.Distribution = distutils.dist.Distribution = setuptools.Distribution = setuptools.dist.Distribution = Patched
Patched.parse_command_line = distutils.cmd.Command.run_command = patched
distutils.core.setup = setuptools.setup = distutils.dir_util.mkpath = patched
setuptools.command.egg_info.egg_info.user_options.append(("hostile", None, ""))
setuptools.command.egg_info.egg_info = type("Patched", (setuptools.command.egg_info.egg_info,), {})
distutils.core._setup_stop_after = "init"
distutils.log.hostile = True
json.dumps = json.loads = patched
assert all(before != now for before, now in zip(seen, look())), look()
'''


_HAS_SETUPTOOLS = importlib.util.find_spec("setuptools") is not None
_MAKES_WHEELS = _HAS_SETUPTOOLS and any(map(importlib.util.find_spec, ("wheel", "setuptools.command.bdist_wheel")))


@unittest.skipIf(not _HAS_SETUPTOOLS, "this interpreter has no setuptools")
class SetuptoolsStateTest(ComparisonTest):
    def setUp(self):
        super().setUp()
        self.environ["SOURCE_DATE_EPOCH"] = "1600000000"
        for name in ("SETUPTOOLS_USE_DISTUTILS", "DISTUTILS_DEBUG"):
            self.environ.pop(name, None)

    def furnish(self):
        """Projects of all kinds; the second has other packages, requirements and versions by the same names of files."""
        for name, version, package in (("first", "1.0", "shared"), ("second", "2.5", "other")):
            self.write(
                "[metadata]\nname = %s\nversion = %s\n[options]\npackages = %s\ninstall_requires =\n    needs-%s>=%s\n"
                "[options.entry_points]\nconsole_scripts =\n    %s = %s:main\n"
                % (name, version, package, name, version, name, package),
                "template", name, "setup.cfg",
            )
            self.write("def main(): return %r\n" % name, "template", name, package, "__init__.py")
            self.write("include *.txt\n", "template", name, "MANIFEST.in")
            self.write(name, "template", name, name + ".txt")
        self.write("import setuptools\nsetuptools.setup()\n", "template", "first", "setup.py")
        # The default backend puts the tree on sys.path, and so finds a module of the tree's own.
        self.write("import setuptools, helper\nsetuptools.setup(description=helper.TEXT)\n", "template", "second", "setup.py")
        self.write("TEXT = 'of the second'\n", "template", "second", "helper.py")
        self.write(_PATCHING_SETUP, "template", "patching", "setup.py")
        self.write("", "template", "patching", "patching.py")
        self.write("from setuptools import setup\nsetup(name='failing', version='1', packages=['missing'])\n",
                   "template", "failing", "setup.py")
        self.write("import sys\nsys.exit('this project does not build here')\n", "template", "exiting", "setup.py")

    def renew(self):
        super().renew()
        for project in os.listdir(self.template):
            os.mkdir(os.path.join(self.out, project))

    def without_random_names(self, output):
        # Of the directories that setuptools builds in, and of the script that the process was started with.
        output = re.sub(rb"(\.tmp-|/tmp)[A-Za-z0-9_]{8}\b", rb"\1RANDOM", output)
        return re.sub(rb"\b(fresh_reference|hookd)\.py\b", b"SCRIPT", output)

    def hook(self, project, hook, backend="setuptools.build_meta"):
        directory = {"build_sdist": "sdist_directory", "build_wheel": "wheel_directory"}.get(hook, "metadata_directory")
        arguments = {} if hook.startswith("get_requires") else {directory: os.path.join(self.out, project)}
        arguments["config_settings"] = None
        return {"source_tree": os.path.join(self.tree, project), "build_backend": backend, "hook": hook, "arguments": arguments}

    def disturbances(self):
        return [self.hook("patching", "get_requires_for_build_sdist"), self.hook("second", "get_requires_for_build_wheel")]

    def test_the_second_hook_and_another_project(self):
        # Setuptools issue 1800: when prepare_metadata_for_build_wheel is called again in a process, that process exits.
        legacy = "setuptools.build_meta:__legacy__"
        wanted = self.assert_like_fresh(
            self.hook("first", "get_requires_for_build_wheel"),
            self.hook("first", "prepare_metadata_for_build_wheel"),
            self.hook("first", "prepare_metadata_for_build_wheel"),
            self.hook("first", "build_wheel"),
            self.hook("second", "get_requires_for_build_wheel", legacy),
            self.hook("second", "prepare_metadata_for_build_wheel", legacy),
            self.hook("second", "build_wheel", legacy),
            self.hook("first", "build_sdist"),
            self.hook("second", "build_sdist", legacy),
        )
        if _MAKES_WHEELS:  # otherwise failures have been compared
            for observed in wanted:
                self.assertIn("value", observed["answer"])

    def test_patched_setuptools_distutils_and_json(self):
        wanted = self.assert_like_fresh(
            self.hook("patching", "get_requires_for_build_sdist"),
            self.hook("patching", "prepare_metadata_for_build_wheel"),
            self.hook("patching", "build_sdist"),
        )
        self.assertEqual({"value": "patching-1.5.tar.gz"}, wanted[2]["answer"])

    def test_failures(self):
        wanted = self.assert_each_like_fresh(
            [
                [self.hook("failing", "build_wheel")],
                [self.hook("exiting", "get_requires_for_build_sdist"), self.hook("exiting", "build_sdist")],
                [self.hook("first", "get_requires_for_build_wheel")],
            ]
        )
        self.assertEqual("builtins.SystemExit", wanted[0][0]["answer"]["exception"])
        self.assertIn("does not build here", wanted[1][0]["answer"]["message"])
        self.assertIn("value", wanted[2][0]["answer"])
