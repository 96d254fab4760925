"""What goes wrong while modules are imported ahead costs that and no more: calls are answered, and nobody innocent is blamed for good."""

import errno
import json
import os
import resource
import subprocess
import sys
import unittest
from unittest import mock

from harness import ROOT, DaemonTest
from test_preload import PreloadTest

sys.path.insert(0, ROOT)
from _hookd import descriptors, imports  # noqa: E402
from _hookd.fork_child import Forker  # noqa: E402
from _hookd.learned import Learned  # noqa: E402
from _hookd.warm_server import start  # noqa: E402

LINUX = unittest.skipUnless(sys.platform.startswith("linux"), "prlimit and /proc are Linux's")
# Leaves a program room to open a file or two, and none for the pipes to a new process.
TIGHT = 7


def children(pid):
    listing = subprocess.check_output(["ps", "-e", "-o", "pid=,ppid="], text=True)
    parents = dict(map(int, line.split()) for line in listing.splitlines())
    return {child for child, parent in parents.items() if parent == pid}


@LINUX
class NothingLeftTest(PreloadTest):
    """The system refuses a new process, for want of descriptors here; want of memory and of processes look the same."""

    def limit(self, pid, number):
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (number, before[1]))
        return before

    def serving(self, daemon):
        (server,) = children(daemon.process.pid)
        return server

    def test_a_call_without_a_process(self):
        self.backend("return 'x'")
        daemon = self.extended(["--preload=off"])
        self.sdist(daemon)
        server = self.serving(daemon)
        before = self.limit(server, 4)
        self.sdist(daemon)  # by the process that was forked ahead, if there was one
        for _ in range(2):
            self.assert_failed(self.sdist(daemon), "HookRuntimeError", "no process can be started", os.strerror(errno.EMFILE))
        resource.prlimit(server, resource.RLIMIT_NOFILE, before)
        self.assertEqual("x", self.sdist(daemon)["OK"])
        self.assertEqual(server, self.serving(daemon))

    def test_a_hook_that_leaves_nothing_for_the_next(self):
        self.backend(
            "import resource, time\n"
            "limit = resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE)\n"
            "resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (4, limit[1]))\n"
            "time.sleep(0.1)\n"  # long enough for another process to be forked meanwhile
            "resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, limit)\n"
            "return 'x'"
        )
        daemon = self.extended(["--preload=off"])
        for _ in range(5):
            self.assertEqual("x", self.sdist(daemon).get("OK"))

    def test_a_server_that_cannot_be_started(self):
        self.backend("return 'x'")
        daemon = self.extended(["--preload=off"])
        before = self.limit(daemon.process.pid, TIGHT)
        for isolation in (None, "fresh"):
            answer = self.sdist(daemon, **({} if isolation is None else {"isolation": isolation}))
            self.assert_failed(answer, "HookRuntimeError", "no process can be started")
        self.write("def build_sdist(d, c): return 'y'\n", "tree", "in", "in_tree.py")
        answer = self.sdist(daemon, "in_tree", backend_path=["in"])
        self.assert_failed(answer, "HookRuntimeError", "no process can be started")
        resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, before)
        self.assertEqual("x", self.sdist(daemon)["OK"])
        self.assertEqual("y", self.sdist(daemon, "in_tree", backend_path=["in"])["OK"])

    def test_importing_ahead_is_given_up_and_tried_again(self):
        self.backend("if config_settings: import lazy_package.user, lazy_single\nreturn 'x'")
        daemon = self.extended()
        self.sdist(daemon)
        imports_them = {"arguments": {"sdist_directory": "d", "config_settings": {"a": "b"}}}
        before = self.limit(daemon.process.pid, TIGHT)
        self.noted(daemon, "nothing is imported ahead: no process can be started", **imports_them)
        for number in (TIGHT + 1, TIGHT + 2, TIGHT + 3):
            resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, (number, before[1]))
            self.assertEqual("x", self.sdist(daemon, **imports_them)["OK"])
        resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, before)
        self.assertEqual(5, self.preloaded(daemon, **imports_them)["USAGE"]["preloaded"])


class LeakTest(DaemonTest):
    """In this process, where the system cannot be made to refuse a fork to a user who may do anything."""

    def refused(self, function, *arguments):
        before = descriptors.open_descriptors()
        with mock.patch("os.fork", side_effect=BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))):
            with self.assertRaises(BlockingIOError):
                function(*arguments)
        self.assertEqual(before, descriptors.open_descriptors())

    def test_a_server(self):
        self.refused(start, "tested_backend", None, None, -1)

    def test_a_child(self):
        self.refused(Forker(None).start, b"{}")

    def test_pipes(self):
        before = descriptors.open_descriptors()
        for calls in (1, 2):
            results = [900] * (calls - 1) + [OSError("no free file descriptor")]
            with mock.patch.object(descriptors, "move_high", side_effect=results):
                closed = []
                with mock.patch("os.close", side_effect=closed.append):
                    with self.assertRaises(OSError):
                        descriptors.pipe()
            self.assertEqual(2, len(set(closed)))
            for fd in descriptors.open_descriptors() - before:
                os.close(fd)


@LINUX
class StoppedSpareTest(PreloadTest):
    STOPS = (
        "import signal\n"
        "def siblings():\n"
        "  path = '/proc/%d/task/%d/children' % (os.getppid(), os.getppid())\n"
        "  return [int(pid) for pid in open(path).read().split() if int(pid) != os.getpid()]\n"
        "while not siblings(): pass\n"
        "for pid in siblings(): os.kill(pid, signal.SIGSTOP)\n"
        "return 'x'"
    )

    def test_the_next_call_is_answered(self):
        self.backend(self.STOPS)
        daemon = self.extended(["--preload=off"])
        for settings in (None, None, {"long": "x" * (1 << 20)}, None):
            arguments = {"sdist_directory": "d", "config_settings": settings}
            self.assertEqual("x", self.sdist(daemon, arguments=arguments)["OK"])


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
