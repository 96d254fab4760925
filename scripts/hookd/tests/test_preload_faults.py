"""What goes wrong while modules are imported ahead costs that and no more: calls are answered, and nobody innocent is blamed for good."""

import errno
import os
import resource
import signal
import sys
import unittest
from unittest import mock

from harness import LINUX, ROOT, DaemonTest, another_child, children
from preloading import PreloadTest

sys.path.insert(0, ROOT)
from _hookd import descriptors, output_files  # noqa: E402
from _hookd.fork_child import Forker  # noqa: E402
from _hookd.warm_server import start  # noqa: E402

# Leaves a program room to open a file or two, and none for the pipes to a new process.
TIGHT = 7


class FaultTest(PreloadTest):
    def unfit(self, body, name="unfit_module"):
        """A module with this body, which runs where it is imported ahead only; returns a body for a hook that imports it."""
        text = "import builtins, os\nif not hasattr(builtins, 'IN_HOOK'):\n" + "".join("  %s\n" % line for line in body.splitlines())
        self.write(text, "backends", name + ".py")
        return "import builtins\nbuiltins.IN_HOOK = True\nimport lazy_single, %s\nreturn 'x'" % name


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


class BlameTest(FaultTest):
    def test_who_is_killed_from_outside_is_not_blamed_for_good(self):
        pids = os.path.join(self.folder, "pid")
        go = os.path.join(self.folder, "go")
        os.mkfifo(go)
        body = "print(os.getpid(), file=open(%r, 'w'), flush=True)\nopen(%r).close()" % (pids, go)
        self.write("import unfit_module\n", "backends", "its_importer.py")
        self.backend(self.unfit(body).replace("lazy_single,", "its_importer, lazy_single,"))
        for signum in (signal.SIGKILL, signal.SIGTERM):
            daemon = self.keeping()
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


if __name__ == "__main__":
    unittest.main()
