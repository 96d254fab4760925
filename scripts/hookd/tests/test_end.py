"""How a hook ends: exit handlers, what it leaves behind, and what is reported about it."""

import os
import sys
import unittest

from harness import DaemonTest

LINUX = unittest.skipUnless(sys.platform.startswith("linux"), "sub-reapers and /proc are Linux's")
BOTH = ("fork", "fresh")


class EndTest(DaemonTest):
    def test_exit_handlers_run_in_the_order_of_the_interpreter(self):
        path = os.path.join(self.folder, "order")
        self.backend(
            "import atexit, threading, time, weakref, multiprocessing.util\n"
            "def note(text): print(text, file=open(%r, 'a'))\n"
            "class Thing: pass\n"
            "global THING\nTHING = Thing()\n"
            "atexit.register(note, 'registered first')\n"
            "multiprocessing.util.Finalize(None, note, ('multiprocessing',), exitpriority=1)\n"
            "weakref.finalize(THING, note, 'finalize')\n"
            "atexit.register(note, 'registered last')\n"
            "started = threading.Event()\n"
            "def thread():\n  started.set(); threading.main_thread().join(); note('thread')\n"
            "threading.Thread(target=thread).start(); started.wait()\n"
            "print('not flushed', end='')\n"
            "return 'x'" % path
        )
        orders = []
        for isolation in BOTH:
            answer = self.sdist(self.extended(), isolation=isolation)
            self.assertEqual("x", answer.get("OK"), answer)
            self.assertEqual("not flushed", answer["output"])
            with open(path) as file:
                orders.append(file.read().splitlines())
            os.unlink(path)
        self.assertEqual(orders[1], orders[0])
        self.assertEqual("thread", orders[0][0])
        self.assertEqual({"thread", "registered last", "finalize", "multiprocessing", "registered first"}, set(orders[0]))

    def test_what_only_the_end_of_the_interpreter_finalizes(self):
        for body in (
            "global KEPT\nKEPT = open(%r, 'w'); KEPT.write('written\\n')",
            "class D:\n  def __del__(self, open=open): open(%r, 'wb').write(b'written\\n')\nd = D(); d.cycle = d",
            "global KEPT\nclass D:\n  def __del__(self, open=open): open(%r, 'wb').write(b'written\\n')\nKEPT = D()",
            "global KEPT\ndef g(path, open=open):\n  try: yield\n  finally: open(path, 'wb').write(b'written\\n')\n"
            "KEPT = g(%r); next(KEPT)",
        ):
            self.backend((body + "\nreturn 'x'") % os.path.join(self.folder, "left"))
            for isolation in BOTH:
                with self.subTest(body=body, isolation=isolation):
                    answer = self.sdist(self.extended(), isolation=isolation)
                    self.assertEqual("x", answer.get("OK"), answer)
                    with open(os.path.join(self.folder, "left")) as file:
                        self.assertEqual("written\n", file.read())
                    os.unlink(os.path.join(self.folder, "left"))

    def test_exit_handler_that_raises_is_printed_and_forgiven(self):
        self.backend("import atexit\natexit.register(lambda: 1 / 0)\nreturn 'x'")
        for isolation in BOTH:
            answer = self.sdist(self.extended(), isolation=isolation)
            self.assertEqual("x", answer.get("OK"), answer)
            self.assertIn("ZeroDivisionError", answer["errors"])

    def test_a_copy_of_the_hook_does_not_answer(self):
        self.backend("pid = os.fork()\nif pid: os.waitpid(pid, 0)\nreturn 'parent' if pid else 'child'")
        for isolation in BOTH:
            self.assertEqual("parent", self.sdist(self.extended(), isolation=isolation).get("OK"))

    @LINUX
    def test_what_a_hook_leaves_running_is_killed_and_not_waited_for(self):
        path = os.path.join(self.folder, "pids")
        self.backend(
            "import subprocess, time\n"
            "code = 'import os, sys, time; %%s; print(os.getpid(), file=open(r\"%s\", \"a\")); time.sleep(600)'\n"
            "for more in ('pass', 'os.setsid()', 'os.fork() and os._exit(0); os.setsid(); os.fork() and os._exit(0)'):\n"
            "  subprocess.Popen([sys.executable, '-c', code %% more])\n"
            "if os.fork() == 0:\n  os.setsid(); print(os.getpid(), file=open(%r, 'a')); time.sleep(600)\n"
            "while not (os.path.exists(%r) and len(open(%r).readlines()) == 4): time.sleep(0.01)\n"
            "return 'x'" % (path, path, path, path)
        )
        for isolation in BOTH:
            answer = self.sdist(self.extended(), isolation=isolation)
            self.assertEqual("x", answer.get("OK"), answer)
            with open(path) as file:
                pids = [int(line) for line in file]
            os.unlink(path)
            for pid in pids:  # gone when the answer is there, not some time later
                self.assertRaises(ProcessLookupError, os.kill, pid, 0)

    def test_usage(self):
        self.backend("import time\nblock = b'x' * (60 << 20)\nend = time.process_time() + 0.2\n"
                     "while time.process_time() < end: pass\nreturn 'x'")
        for isolation in BOTH:
            usage = self.sdist(self.extended(), isolation=isolation)["USAGE"]
            self.assertEqual({"wall", "user", "system", "max_rss", "isolation", "preloaded", "saved"}, set(usage))
            self.assertEqual(isolation, usage["isolation"])
            self.assertGreaterEqual(usage["wall"], 0.2)
            self.assertGreaterEqual(usage["user"] + usage["system"], 0.19)
            self.assertTrue(60 << 20 < usage["max_rss"] < 4 << 30, usage)

    def test_warnings(self):
        for isolation in BOTH:
            answer = self.sdist(self.extended(), "warn_backend", isolation=isolation)
            (warning,) = answer["WARNING"]
            self.assertEqual("something to know", warning["message"])
            self.assertEqual("builtins.UserWarning", warning["category"])
            self.assertTrue(warning["filename"].endswith("warn_backend.py"))
            self.assertEqual(10, warning["lineno"])
            self.assertIn("UserWarning: something to know\n  warnings.warn(", answer["errors"])
            self.assertNotIn("not shown", answer["errors"])
            self.assertEqual("on standard output\n", answer["output"])
