"""What goes wrong while modules are imported ahead costs that and no more: calls are answered, and nobody innocent is blamed for good."""

import json
import os
import subprocess
import sys
import unittest

from harness import ROOT, DaemonTest

sys.path.insert(0, ROOT)
from _hookd import imports  # noqa: E402
from _hookd.learned import Learned  # noqa: E402


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
                "outer": "it imports inner",
                "inner": "it imports gone",
                "bad": "prints",
                "other": "it imports bad",
            }
        )
        self.assertEqual(5, len(learned.refused))
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
