"""Hooks that end their own process, use up its memory, or cannot be interrupted."""

import os
import signal
import sys
import unittest

from comparison import ComparisonTest, run_fresh

try:
    import resource
except ImportError:  # not on Windows
    resource = None

LINUX = unittest.skipUnless(sys.platform.startswith("linux"), "prlimit is Linux's")
# Bytes of address space: some times what an interpreter has.
_LIMIT = 256 << 20


class EndsTest(ComparisonTest):
    def check(self, name, **settings):
        return self.assert_like_fresh(self.call("ends." + name, **settings))[0]["answer"]

    def check_each(self, name, setting, values):
        """With each of these values of the setting: (value, answer) pairs."""
        wanted = self.assert_each_like_fresh([[self.call("ends." + name, **{setting: value})] for value in values])
        return zip(values, [story[0]["answer"] for story in wanted])

    def test_system_exit(self):
        for status, answer in self.check_each("system_exit", "status", (0, None, 3)):
            self.assertEqual("the hook raised SystemExit: %s" % status, answer["message"])

    def test_status_of_system_exit_in_a_fresh_process(self):
        # The reference itself: a front end that starts processes sees this, and no answer.
        for status, wanted in ((0, 0), (None, 0), (3, 3)):
            self.renew()
            call = self.call("ends.system_exit", status=status)
            self.assertEqual(wanted, run_fresh(call, self.make("control"), self.tree, self.environ)[1])

    def test_exit_at_once(self):
        for status, answer in self.check_each("exit_at_once", "status", (0, 3)):
            self.assertIn("exited with status %d before it answered" % status, answer["failure"][1])

    def test_abort(self):
        self.assertIn("killed by SIGABRT before it answered", self.check("abort")["failure"][1])

    def test_signals(self):
        for number, answer in self.check_each("kill", "signal", (signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGHUP)):
            self.assertIn(number.name, answer["failure"][1])

    def test_exit_in_an_exit_handler(self):
        self.assertIn("exited with status 3 after it answered", self.check("exit_in_an_exit_handler")["failure"][1])

    def test_exit_in_a_thread(self):
        self.assertIn("exited with status 6 before it answered", self.check("exit_in_a_thread")["failure"][1])

    def test_interrupt(self):
        self.assertEqual("builtins.KeyboardInterrupt", self.check("interrupt")["exception"])

    def test_memory_error(self):
        self.assertEqual("builtins.MemoryError", self.check("memory_error")["exception"])


@LINUX
class MemoryTest(ComparisonTest):
    def limit(self):
        resource.setrlimit(resource.RLIMIT_AS, (_LIMIT, _LIMIT))

    def test_all_memory_allowed(self):
        for block, kept in ((16 << 20, False), (16 << 20, True), (1000, False), (1000, True)):
            with self.subTest(block=block, kept=kept):
                call = self.call("ends.all_memory", block=block, kept=kept)
                wanted = self.run_story([call], lambda call: self.fresh(call, limits=self.limit))
                self.assertEqual("builtins.MemoryError", wanted[0]["answer"]["exception"])
                daemon = self.extended(cwd=self.folder)
                resource.prlimit(daemon.process.pid, resource.RLIMIT_AS, (_LIMIT, _LIMIT))
                for isolation in ("fork", "fork", "fork", "fork", "fresh"):
                    found = self.run_story([call], lambda call: self.served(daemon, call, isolation))
                    self.compare(wanted, found, isolation)
                    self.assert_goes_on(daemon)


class InterpreterHeldTest(ComparisonTest):
    def test_held_for_a_moment(self):
        answer = self.assert_like_fresh(self.call("ends.hold_the_interpreter"))[0]["answer"]
        self.assertEqual({"value": "0"}, answer)

    def started(self, daemon, isolation):
        """Starts the call that holds it for ever: returns the hook's process id once that is so, or about to be."""
        path = os.path.join(self.folder, "pids")
        call = self.call("ends.hold_the_interpreter", pids=path)
        daemon.start(isolation=isolation, **call)
        pid = int(self.read_when_complete(path))
        os.unlink(path)
        return pid

    def test_cancelled(self):
        wanted = self.run_story([self.call("state.everything")], self.fresh)
        daemon = self.extended(cwd=self.folder)
        for isolation in ("fork", "fork", "fresh", "fork"):
            self.renew()
            pid = self.started(daemon, isolation)
            daemon.send("cancel")
            answer = daemon.answer()
            self.assert_failed(answer, "HookRuntimeError", "cancelled")
            self.assertTrue(answer["ERROR"]["cancelled"])
            self.wait_until_gone(pid)
            found = self.run_story([self.call("state.everything")], lambda call: self.served(daemon, call))
            self.compare(wanted, found, "after it")

    def test_killed_at_end_of_file(self):
        for isolation in ("fork", "fresh"):
            self.renew()
            daemon = self.extended(cwd=self.folder)
            pid = self.started(daemon, isolation)
            daemon.process.stdin.close()
            self.assertEqual(0, daemon.wait())
            self.wait_until_gone(pid)
            self.assertEqual([], os.listdir(self.temporary))
            daemon.process.stdin = None
