"""What goes wrong while modules are imported ahead costs that and no more: calls are answered, and nobody innocent is blamed for good."""

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import time
import unittest
from unittest import mock

from harness import DEADLINE, ROOT, DaemonTest
from test_preload import PreloadTest

sys.path.insert(0, ROOT)
from _hookd import descriptors, imports, output_files  # noqa: E402
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


def another_child(pid, known):
    """Waits for a child of a process that is not known yet."""
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        for child in children(pid) - known:
            return child
    raise AssertionError("process %d starts no other than %s" % (pid, known))


class FaultTest(PreloadTest):
    def setUp(self):
        super().setUp()
        self.learned = self.make("learned")

    def unfit(self, body, name="unfit_module"):
        """A module with this body, which runs where it is imported ahead only; returns a body for a hook that imports it."""
        text = "import builtins, os\nif not hasattr(builtins, 'IN_HOOK'):\n" + "".join("  %s\n" % line for line in body.splitlines())
        self.write(text, "backends", name + ".py")
        return "import builtins\nbuiltins.IN_HOOK = True\nimport lazy_single, %s\nreturn 'x'" % name

    def limited(self, each=10.0, together=120.0):
        """A daemon with these time limits for importing ahead."""
        program = (
            "import sys; sys.path.insert(0, %r)\n"
            "import _hookd.daemon, _hookd.warm_servers\n"
            "_hookd.warm_servers._TIME_LIMIT = %r\n"
            "_hookd.warm_servers._WHOLE_TIME_LIMIT = %r\n"
            "sys.path.remove(%r)\n"
            "_hookd.daemon.main(sys.argv[1:], '')" % (ROOT, each, together, ROOT)
        )
        return self.extended(["--learned=" + self.learned], options=["-c", program])

    def kept(self):
        with open(os.path.join(self.learned, "tested_backend.json")) as file:
            return json.load(file)


class EndlessReportTest(FaultTest):
    WRITES = (
        "import stat\n"
        "def is_report(fd):\n"
        "  try: return stat.S_ISFIFO(os.fstat(fd).st_mode) and os.write(fd, b'') == 0\n"
        "  except OSError: return False\n"
        "fds = [fd for fd in range(3, 1024) if is_report(fd)]\n"
        "while True:\n"
        "  for fd in fds: os.write(fd, %r)"
    )

    def check(self, data, each=10.0):
        self.backend(self.unfit(self.WRITES % data))
        daemon = self.limited(each)
        notes = self.noted(daemon, "unfit_module is not imported ahead")
        self.assertEqual("x", self.preloaded(daemon)["OK"])
        self.assertNotIn("unfit_module", self.kept()["refused"])
        daemon.send("shutdown")
        self.assertEqual(0, daemon.wait())
        return notes[-1]

    def test_names_that_nobody_asked_for(self):
        self.assertIn("cannot be read", self.check(b'{"importing": "x"}\n'))

    def test_one_name_again_and_again(self):
        self.assertIn("cannot be read", self.check(b'{"importing": "unfit_module"}\n'))

    def test_a_line_without_an_end_is_cut_off_by_the_deadline(self):
        self.assertIn("longer than 1 s", self.check(b" ", each=1.0))


@LINUX
class NothingLeftTest(FaultTest):
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


class ScratchTest(DaemonTest):
    """Between two calls the directory is the client's, who may list and empty it while the next server is started."""

    def setUp(self):
        super().setUp()
        patched = mock.patch.dict(os.environ, TMPDIR=self.temporary)
        patched.start()
        self.addCleanup(patched.stop)

    def check(self):
        fd = output_files.create_unlinked(".scratch")
        self.addCleanup(os.close, fd)
        self.assertEqual(0, os.fstat(fd).st_nlink)
        self.assertEqual(1, os.write(fd, b"x"))
        self.assertEqual([], os.listdir(self.temporary))

    @unittest.skipUnless(hasattr(os, "O_TMPFILE"), "files without names are Linux's")
    def test_it_never_has_a_name(self):
        with mock.patch("os.unlink") as unlink:
            self.check()
        unlink.assert_not_called()

    def test_where_there_are_no_files_without_names(self):
        with mock.patch("os.O_TMPFILE", 0, create=True):  # the directory itself cannot be written
            self.check()


@LINUX
class StoppedSpareTest(FaultTest):
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

    def test_it_ends_with_a_daemon_that_is_killed(self):
        self.backend(self.STOPS.replace("return 'x'", "return list(map(str, siblings()))"))
        for _ in range(3):
            daemon = self.extended(["--preload=off"])
            spares = list(map(int, self.sdist(daemon)["OK"]))
            self.assertTrue(spares)
            daemon.close()
            for pid in spares:
                self.wait_until_gone(pid)

    def test_a_job_that_a_pipe_may_not_hold_does_not_go_through_one(self):
        self.backend("return [str(os.getppid()), str(os.getpid())]")
        daemon = self.extended(["--preload=off"])
        server, hook = map(int, self.sdist(daemon)["OK"])
        spare = another_child(server, {hook})
        answers = []
        for settings in ({"long": "x" * 5000}, None):
            answer = self.sdist(daemon, arguments={"sdist_directory": "d", "config_settings": settings})
            answers.append([int(pid) for pid in answer["OK"]])
        self.assertNotEqual(spare, answers[0][1])
        self.assertEqual([server, spare], answers[1])


class BlameTest(FaultTest):
    def test_who_is_killed_from_outside_is_not_blamed_for_good(self):
        pids = os.path.join(self.folder, "pid")
        go = os.path.join(self.folder, "go")
        os.mkfifo(go)
        body = "print(os.getpid(), file=open(%r, 'w'), flush=True)\nopen(%r).close()" % (pids, go)
        self.write("import unfit_module\n", "backends", "its_importer.py")
        self.backend(self.unfit(body).replace("lazy_single,", "its_importer, lazy_single,"))
        for signum in (signal.SIGKILL, signal.SIGTERM):
            daemon = self.extended(["--learned=" + self.learned])
            self.sdist(daemon)
            os.kill(int(self.read_when_complete(pids)), signum)
            os.unlink(pids)
            self.noted(daemon, "killed by " + signum.name)
            self.preloaded(daemon)
            daemon.send("shutdown")
            self.assertEqual(0, daemon.wait())
            self.assertEqual({}, self.kept()["refused"])
            self.assertEqual({"lazy_single"}, set(self.kept()["modules"]))

    def test_who_is_slow_is_not_blamed_for_good(self):
        self.backend(self.unfit("import time; time.sleep(600)"))
        daemon = self.limited(each=1.0)
        self.noted(daemon, "unfit_module is not imported ahead: importing it ahead takes longer than 1 s")
        self.preloaded(daemon)
        self.assertNotIn("unfit_module", self.kept()["refused"])

    def test_the_limit_is_for_each_module(self):
        for number in range(4):
            hook = self.unfit("import time; time.sleep(1.0)", "slow%d" % number)
        self.backend(hook.replace("lazy_single", "slow0, slow1, slow2"))
        daemon = self.limited(each=3.0)
        answer = self.preloaded(daemon)
        self.assertEqual([], answer["DEBUG"])
        self.assertLess(4.0, answer["USAGE"]["saved"])

    def test_nobody_is_blamed_for_the_limit_of_all_together(self):
        self.backend(self.unfit("import time; time.sleep(600)").replace("'x'", "str(os.getppid())"))
        daemon = self.limited(together=0.3)
        serving = int(self.sdist(daemon)["OK"])
        ahead = {another_child(daemon.process.pid, {serving})}
        ahead.add(another_child(daemon.process.pid, ahead | {serving}))  # which looks after each module
        for pid in ahead:
            self.wait_until_gone(pid)
        answer = self.sdist(daemon)
        self.assertEqual((str(serving), []), (answer["OK"], answer["DEBUG"]))
        self.assertEqual({}, self.kept()["refused"])

    def test_nobody_is_blamed_for_the_time_that_a_hook_takes(self):
        hook = self.unfit("import time; time.sleep(4.5)")
        self.backend("if config_settings:\n  import time; time.sleep(4)\n  return 'y'\n" + hook)
        daemon = self.limited(each=3.0)
        self.sdist(daemon)
        slow = self.sdist(daemon, arguments={"sdist_directory": "d", "config_settings": {"a": "b"}})
        self.assertEqual(("y", []), (slow["OK"], slow["DEBUG"]))
        self.assertEqual([], self.preloaded(daemon)["DEBUG"])


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
