"""How a hook and the daemon are stopped, and the greeting."""

import json
import os
import select
import signal
import sys
import unittest

from harness import DaemonTest

LINUX = unittest.skipUnless(sys.platform.startswith("linux"), "sub-reapers and /proc are Linux's")
BOTH = ("fork", "fresh")


class StopTest(DaemonTest):
    def sleeping(self):
        """A backend whose hook starts a process in a session of its own and then hangs: returns where the pids go."""
        path = os.path.join(self.folder, "pids")
        self.backend(
            "import subprocess, time\n"
            "child = subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
            "open(%r, 'w').write('%%d %%d\\n' %% (os.getpid(), child.pid))\n"
            "time.sleep(600)" % path
        )
        return path

    def started(self, daemon, **request):
        path = self.sleeping()
        daemon.start(source_tree=self.tree, build_backend="tested_backend", hook="build_sdist",
                     arguments={"sdist_directory": "d"}, **request)
        pids = [int(pid) for pid in self.read_when_complete(path).split()]
        os.unlink(path)
        return pids

    def test_cancel_kills_the_hook_and_keeps_the_daemon(self):
        daemon = self.extended()
        for isolation in BOTH + ("fork",):
            pids = self.started(daemon, isolation=isolation)
            daemon.send("cancel")
            answer = daemon.answer()
            self.assert_failed(answer, "HookRuntimeError", "cancelled")
            self.assertTrue(answer["ERROR"]["cancelled"])
            for pid in pids:
                self.wait_until_gone(pid)
            for name in ("STDOUT", "STDERR"):
                os.unlink(answer[name])
            self.assert_goes_on(daemon)

    def test_cancel_stops_an_import_that_hangs(self):
        fifo = os.path.join(self.folder, "fifo")
        os.mkfifo(fifo)
        self.backend("return 'x'", imports="open(%r, 'w').write('here')\nimport time; time.sleep(600)" % fifo)
        daemon = self.extended()
        daemon.start(source_tree=self.tree, build_backend="tested_backend", hook="build_sdist",
                     arguments={"sdist_directory": "d"})
        with open(fifo) as file:
            self.assertEqual("here", file.read())
        daemon.send("cancel")
        self.assertTrue(daemon.answer()["ERROR"]["cancelled"])
        self.assert_goes_on(daemon)

    def test_cancel_that_comes_too_late_is_ignored(self):
        daemon = self.extended()
        for _ in range(3):
            daemon.send("cancel", "", "cancel")
            self.assert_goes_on(daemon)

    def test_cancel_in_one_write_with_the_call(self):
        self.sleeping()
        daemon = self.extended()
        request = {"source_tree": self.tree, "build_backend": "tested_backend", "hook": "build_sdist",
                   "arguments": {"sdist_directory": "d"}}
        daemon.send("run", json.dumps(request), "cancel")
        self.assertTrue(daemon.answer()["ERROR"]["cancelled"])
        self.assert_goes_on(daemon)

    def test_actions_that_are_sent_ahead_are_kept(self):
        self.backend("import time\ntime.sleep(0.1)\nreturn config_settings['n']")
        daemon = self.extended()
        lines = []
        for number in range(4):
            lines += ["run", json.dumps({"source_tree": self.tree, "build_backend": "tested_backend", "hook": "build_sdist",
                      "arguments": {"sdist_directory": "d", "config_settings": {"n": str(number)}}})]
        daemon.send(*(lines + ["shutdown"]))
        for number in range(4):
            self.assertEqual(str(number), daemon.answer()["OK"])
        self.assertEqual("SHUTDOWN", daemon.line())
        self.assertEqual(0, daemon.wait())

    def assert_all_gone(self, daemon, pids):
        for pid in pids:
            self.wait_until_gone(pid)
        self.assertEqual([], os.listdir(self.temporary))

    def test_end_of_file_while_a_hook_runs(self):
        for isolation in BOTH:
            daemon = self.extended()
            pids = self.started(daemon, isolation=isolation)
            daemon.process.stdin.close()
            self.assertEqual(0, daemon.process.wait(30))
            self.assert_all_gone(daemon, pids)
            daemon.process.stdin = None

    def test_signals(self):
        for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            for isolation in BOTH:
                daemon = self.extended()
                pids = self.started(daemon, isolation=isolation)
                daemon.process.send_signal(signum)
                self.assertEqual(128 + signum, daemon.wait())
                self.assert_all_gone(daemon, pids)

    def test_signal_while_idle_ends_the_warm_servers_too(self):
        self.backend("return str(os.getppid())")
        daemon = self.extended()
        server = int(self.sdist(daemon)["OK"])
        daemon.process.send_signal(signal.SIGTERM)
        self.assertEqual(128 + signal.SIGTERM, daemon.wait())
        self.wait_until_gone(server)

    def test_signal_while_nobody_reads_the_answer(self):
        self.backend("return 'x' * (8 << 20)")
        daemon = self.extended()
        daemon.start(source_tree=self.tree, build_backend="tested_backend", hook="build_sdist",
                     arguments={"sdist_directory": "d"})
        for name in ("STDOUT", "STDERR"):
            os.unlink(json.loads(daemon.line().partition(" ")[2]))
        select.select([daemon.process.stdout], [], [], 30)  # the answer has begun
        daemon.process.send_signal(signal.SIGTERM)
        self.assertEqual(128 + signal.SIGTERM, daemon.wait())

    @LINUX
    def test_nothing_outlives_a_daemon_that_is_killed(self):
        daemon = self.extended()
        pids = self.started(daemon)
        daemon.process.kill()
        for pid in pids:
            self.wait_until_gone(pid)

    def test_server_that_was_killed_while_idle_is_replaced(self):
        self.backend("return str(os.getppid())")
        daemon = self.extended()
        server = int(self.sdist(daemon)["OK"])
        os.kill(server, signal.SIGKILL)
        self.wait_until_gone(server)
        self.assertNotEqual(server, int(self.sdist(daemon)["OK"]))


class HelloTest(DaemonTest):
    def test_hello(self):
        daemon = self.daemon()
        hello = daemon.hello()
        self.assertEqual(1, hello["protocol"])
        self.assertEqual("hookd.py", hello["daemon"])
        self.assertEqual(daemon.process.pid, hello["pid"])
        self.assertEqual(".".join(map(str, sys.version_info[:3])), hello["python"]["version"])
        self.assertEqual(sys.executable, hello["python"]["executable"])
        self.assertEqual(["run", "features", "cancel", "fork", "fresh", "environ", "usage", "warnings"], hello["features"])
        daemon.send("shutdown")
        self.assertEqual("SHUTDOWN", daemon.line())
        self.assertEqual(0, daemon.wait())

    def test_payloads_are_ascii_json(self):
        self.backend("return '\\xe9\\n\\u2028'")
        daemon = self.extended()
        daemon.start(source_tree=self.tree, build_backend="tested_backend", hook="build_sdist",
                     arguments={"sdist_directory": "d"})
        line = [line for line in daemon.lines_until("READY") if line.startswith("OK")][0]
        self.assertEqual('OK "\\u00e9\\n\\u2028"', line)
