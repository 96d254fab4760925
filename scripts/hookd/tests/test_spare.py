"""The process that is forked ahead of the next job is as good as one that is forked for it."""

import os
import time
import unittest

from harness import DEADLINE, LINUX, DaemonTest, another_child, children


class SpareTest(DaemonTest):
    def waiting(self, daemon):
        """The processes of the daemon that wait for a job: those whose parent is a warm server."""
        return set().union(*map(children, children(daemon.process.pid)))

    def until_waiting(self, daemon):
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            found = self.waiting(daemon)
            if found:
                return found
        raise AssertionError("no process waits for a job")

    def test_a_spare_that_was_killed_is_replaced(self):
        self.backend("return 'x'")
        daemon = self.extended(["--preload=off"])
        self.sdist(daemon)
        for _ in range(3):
            for pid in self.until_waiting(daemon):
                os.kill(pid, 9)
                self.wait_until_gone(pid)
            self.assertEqual("x", self.sdist(daemon)["OK"])

    def test_spares_end_with_the_daemon(self):
        self.backend("return 'x'")
        for end in ("shutdown", "kill"):
            daemon = self.extended(["--preload=off"])
            self.sdist(daemon)
            spares = self.until_waiting(daemon)
            if end == "kill":
                daemon.process.kill()
            else:
                daemon.send(end)
            daemon.wait()
            for pid in spares:
                self.wait_until_gone(pid)


@LINUX
class StoppedSpareTest(DaemonTest):
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


if __name__ == "__main__":
    unittest.main()
