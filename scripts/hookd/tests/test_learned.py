"""What has been learned is kept for the next daemon, and is never more than a hint."""

import json
import os
import subprocess
import sys
import unittest

from harness import ROOT, DaemonTest
from preloading import PreloadTest

sys.path.insert(0, ROOT)
from _hookd import imports  # noqa: E402
from _hookd.learned import Learned  # noqa: E402


class KeptTest(PreloadTest):
    def setUp(self):
        super().setUp()
        self.file = os.path.join(self.learned, "tested_backend.json")
        self.backend("import lazy_single\nreturn lazy_single.VALUE")

    def test_the_next_daemon_knows(self):
        daemon = self.keeping()
        self.preloaded(daemon)
        daemon.close()
        values = self.kept()
        self.assertEqual((1, "tested_backend", sys.implementation.cache_tag), tuple(map(values.get, ("format", "backend", "python"))))
        self.assertGreater(values["modules"]["lazy_single"], 0.0)
        # What it knows is from the file alone: the module is not imported by this daemon's first hook.
        self.backend("if config_settings: import lazy_single\nreturn 'x'")
        daemon = self.keeping()
        self.sdist(daemon)
        self.preloaded(daemon, arguments={"sdist_directory": "d", "config_settings": {"a": "b"}})

    def test_what_is_learned_last_is_kept_at_the_end(self):
        self.backend("__import__(config_settings['module'])\nreturn 'x'")

        def call(module):
            return {"arguments": {"sdist_directory": "d", "config_settings": {"module": module}}}

        ends = {
            "lazy_package.alone": lambda daemon: daemon.send("shutdown"),
            "lazy_package.user": lambda daemon: daemon.end_input(),
            "colorsys": lambda daemon: daemon.process.terminate(),
        }
        for module, end in ends.items():
            daemon = self.keeping()
            self.preloaded(daemon, **call("lazy_single"))
            self.assertNotIn(module, self.kept()["modules"])
            self.sdist(daemon, **call(module))
            end(daemon)
            daemon.wait()
            self.assertIsNone(self.kept()["modules"][module])
            os.unlink(self.file)

    def test_nothing_is_kept_where_nothing_is_imported_ahead(self):
        daemon = self.keeping("--preload=off")
        self.sdist(daemon)
        for number in range(8):  # so many that the first one is given up
            self.sdist(daemon, self.backend("import lazy_single\nreturn 'x'", "backend%d" % number))
        daemon.send("shutdown")
        self.assertEqual(0, daemon.wait())
        self.assertFalse(os.path.exists(self.learned))

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
                daemon = self.keeping()
                self.assertEqual("single of the environment", self.preloaded(daemon)["OK"])
                daemon.close()

    def test_a_directory_that_cannot_be_written_is_noted(self):
        os.makedirs(os.path.dirname(self.learned))
        with open(self.learned, "w"):
            pass
        daemon = self.keeping()
        self.assertTrue(any("cannot be kept" in note for note in self.noted(daemon, "cannot be kept")))
        self.preloaded(daemon)

    def test_nothing_else_is_left_in_the_directory(self):
        daemons = [self.keeping() for _ in range(3)]
        for daemon in daemons:
            self.preloaded(daemon)
        self.assertEqual(["tested_backend.json"], os.listdir(self.learned))

    def test_the_option(self):
        for arguments in (["--learned"], ["--learned="], ["--learned=relative"]):
            daemon = self.daemon(arguments)
            self.assertEqual(2, daemon.wait())
            self.assertIn(b"absolute path", daemon.process.stderr.read())


class LearnedTest(DaemonTest):
    def setUp(self):
        super().setUp()
        self.learned = self.make("learned")
        self.file = os.path.join(self.learned, "b.json")

    def kept(self):
        with open(self.file) as file:
            return json.load(file)

    def test_what_is_no_name_reason_or_time_is_not_believed(self):
        learned = Learned("b", self.learned)
        believed = learned.refuse({"a b": "x", "": "x", "x" * 256: "x", "fine.name": "a\nb\x1b\ud800" + "c" * 1000})
        self.assertEqual({"fine.name": "a?b??" + "c" * 195}, believed)
        infinite = float("inf")
        learned.measured({"a": infinite, "b": -1, "c": float("nan"), "d": 10**400, "e": 0.5, "no name": 1.0})
        self.assertEqual(["e"], learned.names())
        self.assertIsNone(learned.save())
        self.assertEqual(({"e": 0.5}, believed), (self.kept()["modules"], self.kept()["refused"]))

    def test_no_more_than_the_limit(self):
        learned = Learned("b", self.learned)
        names = ["m%d" % number for number in range(2 * imports.LIMIT)]
        learned.measured(dict.fromkeys(names, 1.0))
        self.assertEqual(names[imports.LIMIT :], learned.names())
        learned.refuse(dict.fromkeys(names, "x"))
        self.assertEqual(names[imports.LIMIT :], list(learned.refused))
        self.assertEqual([], learned.names())

    def test_a_file_over_the_limit_is_not_written(self):
        learned = Learned("b", self.learned)
        learned.refuse({"m%d%s" % (number, "\u00e4" * 240): "\u00e4" * 200 for number in range(imports.LIMIT)})
        self.assertIn("longer than", learned.save())
        self.assertEqual([], os.listdir(self.learned))

    def test_a_name_that_no_file_can_have(self):
        self.assertIn("cannot be kept", Learned("a\0b", self.learned).save())

    def test_what_was_not_found_and_who_imports_it_is_not_kept(self):
        learned = Learned("b", self.learned)
        learned.refuse(
            {
                "gone": "its import raises ModuleNotFoundError",
                "g" * 250: "its import raises ModuleNotFoundError",
                "long": "it imports " + "g" * 250,
                "outer": "it imports inner",
                "inner": "it imports gone",
                "bad": "prints",
                "other": "it imports bad",
            }
        )
        self.assertEqual(7, len(learned.refused))
        self.assertIsNone(learned.save())
        self.assertEqual({"bad": "prints", "other": "it imports bad"}, self.kept()["refused"])

    def test_what_is_refused_for_now_may_be_refused_for_good_later(self):
        learned = Learned("b", self.learned)
        learned.refuse({"m": "slow"}, keep=False)
        learned.save()
        self.assertEqual({}, self.kept()["refused"])
        learned.refuse({"m": "prints"})
        learned.save()
        self.assertEqual({"m": "prints"}, self.kept()["refused"])

    def test_what_a_killed_daemon_left_behind_is_used_up(self):
        with open(self.file + ".new", "w") as file:
            file.write("x" * 10000)
        learned = Learned("b", self.learned)
        self.assertIsNone(learned.save())
        self.assertEqual(["b.json"], os.listdir(self.learned))
        self.assertEqual("b", self.kept()["backend"])

    def test_two_daemons_at_once(self):
        program = "import os, sys; f = open(sys.argv[1], 'w'); os.lockf(f.fileno(), os.F_LOCK, 0); print(flush=True); input()"
        other = subprocess.Popen(
            [sys.executable, "-c", program, self.file + ".new"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.addCleanup(other.communicate)
        other.stdout.readline()
        learned = Learned("b", self.learned)
        self.assertIn("another process", learned.save())
        self.assertEqual(["b.json.new"], os.listdir(self.learned))
        other.communicate(b"\n")
        self.assertIsNone(learned.save())
        self.assertEqual(["b.json"], os.listdir(self.learned))

    def test_what_is_no_file_of_ours_is_left_alone(self):
        victim = self.write("precious", "victim")
        for make in (os.symlink, os.link):
            make(victim, self.file + ".new")
            self.assertIn("cannot be kept", Learned("b", self.learned).save())
            with open(victim) as file:
                self.assertEqual("precious", file.read())
            os.unlink(self.file + ".new")

    def test_a_pipe_is_not_waited_for(self):
        for path in (self.file, self.file + ".new"):
            os.mkfifo(path)
            learned = Learned("b", self.learned)
            self.assertEqual([], learned.names())
        self.assertIn("cannot be kept", learned.save())


if __name__ == "__main__":
    unittest.main()
