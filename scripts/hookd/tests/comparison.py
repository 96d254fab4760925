"""Runs the same hooks in fresh processes, as a front end starts them, and through a daemon, and compares all that can be seen."""

import hashlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tarfile

from harness import BACKENDS, DEADLINE, DaemonTest

_HERE = os.path.dirname(os.path.abspath(__file__))
REFERENCE = os.path.join(_HERE, "fresh_reference.py")
FIXTURES = os.path.join(_HERE, "fixtures")

# So many that the later ones meet a server that has learned from the earlier ones.
WARM_CALLS = 4

# More than this is compared by its digest: an assertion that fails prints both sides.
_COMPARED_WHOLE = 64 * 1024

# Every copy of a tree has these times, so that what depends on them (byte code, archives) is the same in each.
_LONG_AGO = (1500000000, 1500000000)


def run_fresh(call, control, cwd, environ, options=(), own_session=False, limits=None):
    """Runs a call in a fresh process: returns (what it recorded or None, its status as of Popen, its output, its errors).

    `call` is a dict as Daemon.run takes it, with the arguments in the order of the hook's parameters. `control` is a new folder.
    What the process has left running when it ended is left alone. `limits` is called in the new process.
    """
    asked = {"backend": call["build_backend"], "arguments": list(call["arguments"].values())}
    with open(os.path.join(control, "input.json"), "w", encoding="utf-8") as file:
        json.dump(asked, file)
    paths = [os.path.join(control, name) for name in ("stdout", "stderr")]
    with open(paths[0], "wb") as stdout, open(paths[1], "wb") as stderr:
        process = subprocess.Popen(
            [sys.executable] + list(options) + [REFERENCE, call["hook"], control],
            cwd=cwd,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=own_session,
            preexec_fn=limits,
        )
        try:
            status = process.wait(timeout=DEADLINE)
        except BaseException:
            process.kill()
            process.wait()
            raise
    try:
        with open(os.path.join(control, "output.json"), encoding="utf-8") as file:
            recorded = json.load(file)
    except FileNotFoundError:
        recorded = None
    return (recorded, status) + tuple(_content(path) for path in paths)


class ComparisonTest(DaemonTest):
    """With a tree that is made anew, at the same place, for every run; and an empty directory for what hooks build.

    A run is a story: calls made one after the other on one tree.
    """

    maxDiff = None

    def setUp(self):
        super().setUp()
        # What hooks write shall stay in buffers for as long as it does by default.
        self.environ.pop("PYTHONUNBUFFERED", None)
        self.environ["PYTHONPATH"] = os.pathsep.join((self.backends, FIXTURES, BACKENDS))
        self.template = self.make("template")
        self.furnish()
        self.out = self.make("out")
        self._runs = 0

    def furnish(self):
        """Fills self.template, of which every tree is a copy."""
        self.write("[build-system]\nrequires = []\n", "template", "pyproject.toml")
        self.write("VALUE = 1\n", "template", "package", "__init__.py")
        os.chmod(self.write("#!/bin/sh\n", "template", "script"), 0o755)
        os.symlink("package", os.path.join(self.template, "link"))

    def call(self, do, build_backend="hostile", **settings):
        """A call of the fixture function `do`."""
        settings["do"] = do
        arguments = {"sdist_directory": self.out, "config_settings": settings}
        return {"source_tree": self.tree, "hook": "build_sdist", "build_backend": build_backend, "arguments": arguments}

    def disturbances(self):
        """The calls that are made between those that are compared."""
        return [self.call("state.everything"), self.call("package", "ok_backend")]

    def assert_like_fresh(self, *story, **options):
        """Runs the story in fresh processes; then through one daemon, first and again and again; then as `fresh` calls.

        Returns what the fresh processes did, a list of observations.
        """
        return self.assert_each_like_fresh([story], **options)[0]

    def assert_each_like_fresh(self, stories, **options):
        """As assert_like_fresh for each of the stories, with one daemon for all: for those that are much alike."""
        wanted = [self.run_story(story, lambda call: self.fresh(call, **options)) for story in stories]
        daemon = self.extended(cwd=self.folder)
        for number in range(WARM_CALLS + 1):
            isolation = "fork" if number < WARM_CALLS else "fresh"
            for story, right in zip(stories, wanted):
                found = self.run_story(story, lambda call: self.served(daemon, call, isolation))
                self.compare(right, found, "%s, round %d" % (isolation, number))
            for call in self.disturbances():
                self.renew()
                self.assertEqual("fork", self.served(daemon, call)["isolation"])
        daemon.close()
        return wanted

    def compare(self, wanted, found, what):
        self.assertEqual(len(wanted), len(found))
        for number, (left, right) in enumerate(zip(wanted, found)):
            for name in left:
                with self.subTest(run=what, call=number, looked_at=name):
                    self.assertEqual(left[name], right[name])

    def run_story(self, story, run):
        self.renew()
        return [run(call) for call in story]

    def renew(self):
        """A new copy of the tree; nothing in the other places that a hook may write to."""
        for folder in (self.tree, self.out):
            if os.path.exists(folder):
                shutil.rmtree(folder)
        os.mkdir(self.out)
        # The directory itself stays: a daemon that found none just then would look for another place.
        for entry in os.scandir(self.temporary):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            else:
                os.unlink(entry.path)
        shutil.copytree(self.template, self.tree, symlinks=True)
        for path, directories, files in os.walk(self.tree):
            for name in directories + files + ["."]:
                os.utime(os.path.join(path, name), _LONG_AGO, follow_symlinks=False)

    def fresh(self, call, **options):
        """What a fresh process does: its answer as the daemon should word it, its output, and the files as they are then."""
        self._runs += 1
        control = self.make("control", str(self._runs))
        recorded, status, output, errors = run_fresh(call, control, call["source_tree"], self.environ, **options)
        shutil.rmtree(control)
        return self._observed(answer_of_fresh(recorded, status), output, errors)

    def served(self, daemon, call, isolation="fork"):
        """What the daemon's hook does, in the same terms."""
        daemon.start(isolation=isolation, **call)
        answer = daemon.answer()
        self.assertEqual([], [text for text in answer["DEBUG"] if "imported anew" in text])
        streams = []
        for name in ("STDOUT", "STDERR"):
            streams.append(_content(answer[name]))
            if streams[-1] is not None:
                os.unlink(answer[name])
        return dict(self._observed(answer_of_daemon(answer), *streams), isolation=answer["USAGE"]["isolation"])

    def _observed(self, answer, output, errors):
        folders = {"tree": self.tree, "out": self.out, "temporary": self.temporary}
        files = {name: snapshot(folder) for name, folder in folders.items()}
        answer = json.loads(self.without_random_names(json.dumps(answer).encode("ascii")).decode("ascii"))
        output, errors = [None if data is None else self.without_random_names(data) for data in (output, errors)]
        return {"answer": answer, "output": _short(output), "errors": _short(errors), "files": files}

    def without_random_names(self, output):
        """Output or an answer's text (bytes) without what differs between any two runs."""
        return output


def answer_of_daemon(answer):
    """{"value": ...}, {"exception", "message", "traceback"} or {"failure": text}."""
    if "OK" in answer:
        return {"value": _short(answer["OK"])}
    error = answer["ERROR"]
    if error["exception"] is None:
        return {"failure": (error["kind"], error["message"])}
    return {name: error[name] for name in ("exception", "message", "traceback")}


def answer_of_fresh(recorded, status):
    """How docs/protocol.md words for the daemon what a fresh process did."""
    if recorded is None or "type" in recorded and status != 0:
        if status < 0:
            how = "was killed by %s" % signal.Signals(-status).name
        else:
            how = "exited with status %d" % status
        when = "before" if recorded is None else "after"
        return {"failure": ("HookRuntimeError", "the hook's process %s %s it answered" % (how, when))}
    if "type" in recorded:
        return _answer_of_value(recorded)
    found = {"exception": recorded["exception"], "traceback": recorded["traceback"]}
    if recorded["exception"] == "builtins.SystemExit":
        found["message"] = "the hook raised SystemExit: " + (recorded["message"] or "None")
    elif recorded["exception"] == "builtins.KeyboardInterrupt":
        found["message"] = "the hook raised KeyboardInterrupt"
    elif recorded["message"] is None:
        found["message"] = "%s (its text cannot be had: str() raised %s)" % (recorded["exception"], recorded["str_raised"])
    else:
        found["message"] = recorded["message"] or recorded["exception"]
    return found


def _answer_of_value(recorded):
    if "value" not in recorded:
        foreign = [item for item in recorded.get("items", ()) if item != "builtins.str"]
        if foreign:
            text = "the hook returned a list that holds a %s" % foreign[0]
        else:
            text = "the hook returned a %s; a string, a list of strings or None is allowed" % recorded["type"]
        return {"failure": ("HookRuntimeError", text)}
    value = recorded["value"]
    for text in value if isinstance(value, list) else [value or ""]:
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            text = "the hook returned a string that is not Unicode text: %s" % error
            return {"failure": ("HookRuntimeError", text)}
    return {"value": _short(value)}


def snapshot(folder):
    """Every file and directory by its relative path: permissions, and the content's digest or a link's target.

    Of a .tar.gz the content counts, but not its times. Without the files that the daemon announced; empty where there is no such
    folder.
    """
    found = {}
    for path, directories, files in os.walk(folder):
        for name in directories + files + (["."] if path == folder else []):
            full = os.path.join(path, name)
            status = os.lstat(full)
            if path == folder and name.startswith("hookd-"):
                continue
            if stat.S_ISLNK(status.st_mode):
                what = os.readlink(full)
            elif stat.S_ISREG(status.st_mode):
                what = _members(full) if name.endswith(".tar.gz") else _digest(_content(full))
            else:
                what = stat.S_IFMT(status.st_mode)
            found[os.path.relpath(full, folder)] = (oct(stat.S_IMODE(status.st_mode)), what)
    return found


def _content(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _members(path):
    with tarfile.open(path) as archive:
        return [
            (member.name, member.mode, member.type, member.isfile() and _digest(archive.extractfile(member).read()))
            for member in archive
        ]


def _short(value):
    data = value if isinstance(value, (bytes, type(None))) else json.dumps(value).encode("ascii")
    return value if data is None or len(data) <= _COMPARED_WHOLE else (type(value).__name__, len(data), _digest(data))


def _digest(data):
    return hashlib.sha256(data).hexdigest()
