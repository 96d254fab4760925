"""Starts a real daemon and talks to it, with a deadline on every wait."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCRIPT = os.path.join(ROOT, "hookd.py")
BACKENDS = os.path.join(ROOT, "backends")
DEADLINE = 60.0

LINUX = unittest.skipUnless(sys.platform.startswith("linux"), "prlimit and /proc are Linux's")

# A program that is started in the background or by nohup inherits ignored signals, and hands them on to what it starts: the
# daemon rightly goes on ignoring them, but here it is to be ended by them.
for _signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(_signum) == signal.SIG_IGN:
        signal.signal(_signum, signal.SIG_DFL)


def children(pid):
    """The numbers of the processes whose parent it is."""
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


class Daemon:
    """A running daemon. Reads with a deadline; `close` sees to it that it is gone."""

    def __init__(self, arguments=(), environ=None, cwd=None, options=(), stdin=None):
        self.process = subprocess.Popen(
            [sys.executable] + list(options) + [SCRIPT] + list(arguments),
            stdin=subprocess.PIPE if stdin is None else stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environ,
            cwd=cwd,
        )
        self._buffer = b""

    def send(self, *lines):
        data = "".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape")
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def line(self):
        """The next line without its ending, or None at the end."""
        deadline = time.monotonic() + DEADLINE
        chunks = [self._buffer]
        while b"\n" not in chunks[-1]:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise AssertionError("the daemon says nothing; so far: %r" % b"".join(chunks)[:1000])
            chunk = os.read(self.process.stdout.fileno(), 1 << 20)
            if not chunk:
                if any(chunks):
                    raise AssertionError("cut off: %r" % b"".join(chunks)[:1000])
                return None
            chunks.append(chunk)
        line, _, self._buffer = b"".join(chunks).partition(b"\n")
        return line.decode("utf-8", "surrogateescape")

    def lines_until(self, *keywords):
        """All lines up to one that starts with such a keyword, that one included."""
        found = []
        while True:
            line = self.line()
            if line is None:
                raise AssertionError("ended after %r: %s" % (found, self.process.stderr.read()))
            found.append(line)
            if line.split(" ")[0] in keywords or line in keywords:
                return found

    def hello(self):
        self.lines_until("EXPECT")
        self.send("hello")
        return json.loads(self.lines_until("READY")[0].partition(" ")[2])

    def start(self, action="run", **request):
        """Sends an extended action; returns once its output files are announced."""
        self.send(action, json.dumps(request))

    def answer(self):
        """What an extended action is answered with, as a dict by keyword; WARNING and DEBUG are lists."""
        found = {"WARNING": [], "DEBUG": []}
        for line in self.lines_until("READY"):
            keyword, _, payload = line.partition(" ")
            value = json.loads(payload) if payload else None
            if keyword in ("WARNING", "DEBUG"):
                found[keyword].append(value)
            else:
                if keyword in found:
                    raise AssertionError("%s came twice" % keyword)
                found[keyword] = value
        return found

    def run(self, action="run", **request):
        self.start(action, **request)
        answer = self.answer()
        for stream in ("STDOUT", "STDERR"):
            if stream in answer:
                with open(answer[stream], "rb") as file:
                    answer["output" if stream == "STDOUT" else "errors"] = file.read().decode("utf-8", "replace")
                os.unlink(answer[stream])
        return answer

    def end_input(self):
        self.process.stdin.close()
        self.process.stdin = None  # else communicate() would flush it

    def wait(self):
        return self.process.wait(timeout=DEADLINE)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


class DaemonTest(unittest.TestCase):
    """With a private directory that is also the daemon's place for temporary files, and must be empty at the end."""

    def setUp(self):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="hookd-test-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.temporary = self.make("tmp")
        self.tree = self.make("tree")
        self.backends = self.make("backends")
        self.environ = dict(os.environ, PYTHONPATH=os.pathsep.join((self.backends, BACKENDS)), TMPDIR=self.temporary)
        self.environ.pop("HOOKD_DEBUG", None)

    def make(self, *names):
        path = os.path.join(self.folder, *names)
        os.makedirs(path, exist_ok=True)
        return path

    def write(self, text, *names):
        path = os.path.join(self.folder, *names)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        return path

    def backend(self, body, name="tested_backend", imports=""):
        """Writes a backend whose build_sdist(sdist_directory, config_settings) has this body; returns its name."""
        lines = ["import os, sys"] + imports.splitlines() + ["def build_sdist(sdist_directory, config_settings=None):"]
        lines += ["    " + line for line in body.splitlines()]
        self.write("\n".join(lines) + "\n", "backends", name + ".py")
        return name

    def daemon(self, arguments=(), **keywords):
        keywords.setdefault("environ", self.environ)
        keywords.setdefault("cwd", self.tree)
        daemon = Daemon(arguments, **keywords)
        self.addCleanup(daemon.close)
        return daemon

    def extended(self, arguments=(), **keywords):
        daemon = self.daemon(arguments, **keywords)
        daemon.hello()
        return daemon

    def sdist(self, daemon, backend="tested_backend", **request):
        request.setdefault("source_tree", self.tree)
        request.setdefault("arguments", {"sdist_directory": "dist"})
        return daemon.run(build_backend=backend, hook="build_sdist", **request)

    def preloaded(self, daemon, backend="tested_backend", **request):
        """Calls until something was imported ahead; returns that answer with the notes of all calls."""
        deadline = time.monotonic() + DEADLINE
        notes = []
        while time.monotonic() < deadline:
            answer = self.sdist(daemon, backend, **request)
            notes += answer["DEBUG"]
            if answer["USAGE"]["preloaded"]:
                return dict(answer, DEBUG=notes)
        raise AssertionError("nothing was imported ahead: %s" % notes)

    def assert_failed(self, answer, kind, *texts):
        self.assertIn("ERROR", answer, answer)
        self.assertNotIn("OK", answer)
        self.assertEqual(kind, answer["ERROR"]["kind"], answer["ERROR"])
        for text in texts:
            self.assertIn(text, answer["ERROR"]["message"])

    def assert_goes_on(self, daemon):
        self.assertEqual("ok-1.0.tar.gz", self.sdist(daemon, "ok_backend").get("OK"))

    def wait_until_gone(self, pid):
        """Waits until there is no process `pid` (a zombie counts as gone)."""
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            try:
                with open("/proc/%d/stat" % pid) as stat:
                    if stat.read().rpartition(")")[2].split()[0] == "Z":
                        return
            except (FileNotFoundError, ProcessLookupError):
                return
            select.select([], [], [], 0.005)
        raise AssertionError("process %d still runs" % pid)

    def read_when_complete(self, path):
        """The text of a file that a hook writes, once it ends with a line feed."""
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            try:
                with open(path) as file:
                    text = file.read()
                if text.endswith("\n"):
                    return text
            except FileNotFoundError:
                pass
            select.select([], [], [], 0.005)
        raise AssertionError("nothing was written to %s" % path)
