"""What is not imported ahead, because a hook could tell."""

import tempfile
import unittest

from preloading import PreloadTest


class RefusalTest(PreloadTest):
    def refused(self, body, reason, more=""):
        """A module with this body, imported by the hook, is refused for this reason, and works as it does in a fresh process."""
        with self.subTest(body=body):
            self.write(body + "\nVALUE = 'seen'\n", "backends", "unfit_module.py")
            self.write("import unfit_module\nVALUE = unfit_module.VALUE\n", "backends", "its_importer.py")
            self.backend("import its_importer, lazy_single\n%sreturn its_importer.VALUE" % more)
            self.learned = tempfile.mkdtemp(dir=self.folder)
            daemon = self.keeping()
            answer = self.preloaded(daemon)
            self.assertTrue(any("unfit_module" in note and reason in note for note in answer["DEBUG"]), answer["DEBUG"])
            self.assert_same(self.fresh(), self.sdist(daemon))
            daemon.close()
            self.assertIn(reason, self.kept()["refused"]["unfit_module"])
            self.assertEqual("it imports unfit_module", self.kept()["refused"]["its_importer"])
            self.assertGreater(self.kept()["modules"]["lazy_single"], 0.0)

    def test_the_next_daemon_need_not_try(self):
        self.refused("print('hello')", "prints")
        self.assertEqual([], self.preloaded(self.keeping())["DEBUG"])

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
        self.write("import os, time\nif os.getcwd() == '/': time.sleep(600)\n", "backends", "unfit_module.py")
        self.backend("import lazy_single, unfit_module\nreturn 'x'")
        answer = self.preloaded(self.limited(each=0.5))
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


if __name__ == "__main__":
    unittest.main()
