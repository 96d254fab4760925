"""Threads, processes, exit handlers, and what is left running of them."""

import os
import signal
import sys
import unittest

from comparison import ComparisonTest

LINUX = unittest.skipUnless(sys.platform.startswith("linux"), "sub-reapers and /proc are Linux's")


class ChildrenTest(ComparisonTest):
    def check(self, name, **settings):
        return self.assert_like_fresh(self.call("children." + name, **settings))[0]

    def test_threads(self):
        self.assertIn("by-a-thread", self.check("threads")["files"]["out"])

    def test_thread_that_raises(self):
        self.check("thread_that_raises")

    def test_executor_that_is_not_shut_down(self):
        self.assertEqual(b"done by the pool\n", self.check("executor")["output"])

    def test_subprocesses(self):
        self.check("subprocesses")

    def check_each_method(self, name):
        stories = [[self.call("children." + name, method=method)] for method in ("fork", "spawn")]
        return [story[0] for story in self.assert_each_like_fresh(stories)]

    def test_multiprocessing_pools(self):
        for observed in self.check_each_method("pool"):
            self.assertIn("value", observed["answer"])

    def test_multiprocessing_processes(self):
        for observed in self.check_each_method("process"):
            self.assertIn("by-a-process", observed["files"]["out"])

    def test_exit_handlers_that_write_files(self):
        files = self.check("exit_handlers")["files"]
        self.assertIn("order", files["out"])
        self.assertIn("made-at-exit", files["tree"])

    def test_fork_that_exits_in_the_grandchild(self):
        observed = self.check("grandchild_exits")
        self.assertEqual({"value": ["4", "5"]}, observed["answer"])
        self.assertEqual(3, observed["output"].count(b"an exit handler"))

    def test_copy_of_the_process_that_raises(self):
        self.assertEqual({"value": "1"}, self.check("copy_raises")["answer"])

    def test_copy_of_the_process_that_returns(self):
        self.assertEqual({"value": "0"}, self.check("copy_returns")["answer"])

    def test_session_of_a_child(self):
        self.assertEqual({"value": "0"}, self.check("session_of_a_child")["answer"])

    def test_session(self):
        # The hook's process leads a session of its own already (docs/protocol.md): as under a front end that starts it so.
        answer = self.assert_like_fresh(self.call("children.session"), own_session=True)[0]["answer"]
        self.assertEqual("builtins.PermissionError", answer["exception"])

    def test_no_children_of_others(self):
        self.check("foreign_children")


@LINUX
class LeftRunningTest(ComparisonTest):
    """The answer is the same; but what a fresh process leaves running goes on, and what the daemon's does is gone by then."""

    def check(self, name, count):
        path = os.path.join(self.folder, "pids")
        call = self.call("children." + name, pids=path)
        wanted = self.run_story([call], self.fresh)
        for pid in self.left(path, count):
            os.kill(pid, signal.SIGKILL)  # there it was
            self.wait_until_gone(pid)
        daemon = self.extended(cwd=self.folder)
        for isolation in ("fork", "fork", "fork", "fork", "fresh"):
            found = self.run_story([call], lambda call: self.served(daemon, call, isolation))
            self.compare(wanted, found, isolation)
            for pid in self.left(path, count):
                self.assertRaises(ProcessLookupError, os.kill, pid, 0)
            for other in self.disturbances():
                self.renew()
                self.served(daemon, other)

    def left(self, path, count):
        with open(path) as file:
            pids = [int(line) for line in file]
        os.unlink(path)
        self.assertEqual(count, len(pids))
        return pids

    def test_child_that_keeps_the_output_open(self):
        self.check("child_keeps_output_open", 2)

    def test_forked_twice(self):
        self.check("forked_twice", 1)
