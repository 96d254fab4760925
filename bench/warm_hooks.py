"""Compares a hook in a warm daemon with the same hook in a fresh process of pyproject_hooks, in one run and one environment.

    "$(scripts/corpus/oracle-venv)" bench/warm_hooks.py [--rounds N] [--python PYTHON] [NAME ...]

For each project of the corpus (default: some of setuptools and of flit-core) it makes an environment with pip, asks each side in
turn, many times, for the two hooks that a resolver needs, each time in a pristine copy of the source tree, and prints the medians as a
Markdown table; below it, per backend, the median of the ratios. Then an empty hook is compared with a bare fork and exit of a process that has the same modules imported. Results go
to standard output, progress to standard error. The process of the bare fork has imported what a warm server has: the backend and the
daemon's own modules.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import warnings
from pathlib import Path

import pyproject_hooks

ROOT = Path(__file__).resolve().parent.parent
DAEMON = ROOT / "scripts" / "hookd" / "hookd.py"
HOOKS = {"get_requires_for_build_wheel": (), "prepare_metadata_for_build_wheel": ("metadata_directory",)}
PROJECTS = ("requests", "six", "certifi", "xmltodict", "fire", "flask", "idna", "click", "packaging")
# The daemon imports ahead between these calls: until this many in a row used equally many modules, and some time has passed for it to
# do so.
SETTLED = 5
THINKING_SECONDS = 0.2

_BARE_FORK = """
import gc, importlib, os, sys, time
sys.path.insert(0, sys.argv[3])
import _hookd.daemon
importlib.import_module(sys.argv[1])
gc.collect(); gc.freeze()
times = []
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    times.append(time.perf_counter() - start)
    time.sleep(0.01)  # as a client that thinks between two calls
print(sorted(times)[len(times) // 2])
"""


class Daemon:
    """A daemon that speaks the extended dialect."""

    def __init__(self, python, *options):
        self._process = subprocess.Popen(
            [str(python), str(DAEMON), *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environ()
        )
        self._until("EXPECT")
        self._send("hello")
        self._until("READY")

    def call(self, tree, backend, hook, **arguments):
        """Runs a hook: returns (seconds until the answer was there, the answer's messages by keyword)."""
        request = {"source_tree": str(tree), "hook": hook, "arguments": arguments, **backend}
        started = time.perf_counter()
        self._send("run\n" + json.dumps(request))
        answer = self._until("READY")
        seconds = time.perf_counter() - started
        for keyword in ("STDOUT", "STDERR"):
            os.unlink(answer[keyword])
        if "OK" not in answer:
            raise SystemExit("the hook failed: %s" % answer["ERROR"])
        return seconds, answer

    def close(self):
        self._send("shutdown")
        self._process.wait(60)

    def _send(self, text):
        self._process.stdin.write(text.encode() + b"\n")
        self._process.stdin.flush()

    def _until(self, keyword):
        answer = {}
        while keyword not in answer:
            line = self._process.stdout.readline().decode()
            if not line:
                raise SystemExit("the daemon ended")
            name, _, payload = line.rstrip("\n").partition(" ")
            answer[name] = json.loads(payload) if payload[:1] in ('"', "[", "{") else payload or None
        return answer


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", default=PROJECTS, help="projects of the corpus")
    parser.add_argument("--rounds", type=int, default=40, help="calls of each kind (default: %(default)s)")
    parser.add_argument("--python", default=sys.executable, help="interpreter of the environments (default: this one)")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # pyproject_hooks passes on what the backends warn of
    with tempfile.TemporaryDirectory(prefix="hookd-bench-") as folder:
        work = Path(folder)
        os.environ["PYTHONPYCACHEPREFIX"] = str(work / "pycache")
        print("| project | hook | backend | pyproject_hooks, ms | warm, no preload, ms | warm, ms | ratio |")
        print("|---|---|---|---|---|---|---|")
        ratios = {}
        for name in options.names:
            _progress(name)
            for backend, ratio, row in _compare(name, work / name, options):
                ratios.setdefault(backend.partition(".")[0], []).append(ratio)
                print(row, flush=True)
        print()
        for backend, found in ratios.items():
            print("Median of the ratios, %s: 1/%.1f" % (backend, statistics.median(found)))
        print()
        print("| empty hook beside | bare fork and exit, ms | empty hook, ms | ratio |")
        print("|---|---|---|---|")
        for backend in ("setuptools.build_meta", "flit_core.buildapi"):
            _progress(backend)
            print(_empty(backend, work / backend, options), flush=True)


def _compare(name, work, options):
    source, backend = _source(name, work)
    python = _environment(work, options.python, backend.pop("requires"))
    fresh = pyproject_hooks.BuildBackendHookCaller(
        str(work / "tree"), backend["build_backend"], backend.get("backend_path"), runner=_quiet, python_executable=str(python)
    )

    def in_daemon(daemon, hook):
        return daemon.call(work / "tree", backend, hook, **{name: str(work / "out") for name in HOOKS[hook]})

    def in_fresh_process(hook):
        arguments, keywords = ([str(work / "out")], {"_allow_fallback": False}) if HOOKS[hook] else ([], {})
        started = time.perf_counter()
        getattr(fresh, hook)(*arguments, **keywords)
        return time.perf_counter() - started

    def pristine():
        for target in ("tree", "out"):
            shutil.rmtree(work / target, ignore_errors=True)
        shutil.copytree(source, work / "tree", symlinks=True)
        (work / "out").mkdir()

    learned = "--learned=%s" % (work / "learned")
    first = Daemon(python, learned)  # learns; the next one starts with what it has kept
    for hook in HOOKS:
        pristine()
        in_daemon(first, hook)
    first.close()
    plain, warm = Daemon(python, "--preload=off"), Daemon(python, learned)
    for hook in HOOKS:
        used = []
        while len(used) < SETTLED or len(set(used[-SETTLED:])) > 1:
            pristine()
            used.append(in_daemon(warm, hook)[1]["USAGE"]["preloaded"])
            time.sleep(THINKING_SECONDS)
    sides = {
        "fresh": in_fresh_process,
        "plain": lambda hook: in_daemon(plain, hook)[0],
        "warm": lambda hook: in_daemon(warm, hook)[0],
    }
    times = {(side, hook): [] for side in sides for hook in HOOKS}
    for _ in range(options.rounds):
        for (side, hook), found in times.items():
            pristine()
            found.append(sides[side](hook))
    plain.close()
    warm.close()
    for hook in HOOKS:
        medians = [statistics.median(times[side, hook]) * 1000 for side in sides]
        ratio = medians[0] / medians[2]
        row = (name, hook, backend["build_backend"], *medians, ratio)
        yield backend["build_backend"], ratio, "| %s | `%s` | %s | %.1f | %.1f | %.1f | 1/%.1f |" % row


def _empty(backend, work, options):
    work.mkdir()
    python = _environment(work, options.python, [backend.partition(".")[0].replace("_", "-")])
    folder = work / "backends"
    folder.mkdir()
    (folder / "empty_backend.py").write_text("import %s\ndef build_sdist(directory, settings=None): return 'x'\n" % backend)
    os.environ["PYTHONPATH"] = str(folder)
    daemon = Daemon(python)
    times, bare = [], []
    for _ in range(5):
        command = [str(python), "-c", _BARE_FORK, backend, str(options.rounds), str(DAEMON.parent)]
        bare.append(float(subprocess.check_output(command, env=_environ())))
        for _ in range(options.rounds):
            time.sleep(0.01)  # as in _BARE_FORK
            times.append(daemon.call(work, {"build_backend": "empty_backend"}, "build_sdist", sdist_directory=str(work))[0])
    daemon.close()
    del os.environ["PYTHONPATH"]
    hook, fork = statistics.median(times) * 1000, statistics.median(bare) * 1000
    return "| %s | %.2f | %.2f | %.2f |" % (backend, fork, hook, hook / fork)


def _source(name, work):
    """Unpacks the project's sdist: returns (its folder, the members of a request that name its backend, and `requires`)."""
    sdists = Path(subprocess.check_output([str(ROOT / "scripts/corpus/fetch"), "--only", name], text=True).strip())
    found = [line.split()[2] for line in (ROOT / "scripts/corpus/sdists.txt").read_text().splitlines() if line.startswith(name + "==")]
    with tarfile.open(sdists / found[0]) as archive:
        archive.extractall(work / "source")
    (source,) = (work / "source").iterdir()
    system = _build_system(source / "pyproject.toml")
    backend = {"build_backend": system.get("build-backend", "setuptools.build_meta:__legacy__")}
    if "backend-path" in system:
        backend["backend_path"] = system["backend-path"]
    return source, dict(backend, requires=system.get("requires", ["setuptools"]))


def _build_system(path):
    if not path.exists():
        return {}
    import tomllib

    return tomllib.loads(path.read_text()).get("build-system", {})


def _environment(work, python, requires):
    subprocess.check_call([python, "-m", "venv", "--without-pip", str(work / "env")])
    made = work / "env" / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", str(made), "install", "--quiet", "--disable-pip-version-check"]
    if requires:
        subprocess.check_call(command + list(requires), stdout=sys.stderr)
    return made


def _quiet(command, cwd=None, extra_environ=None):
    environ = dict(_environ(), **(extra_environ or {}))
    subprocess.run(command, cwd=cwd, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=True)


def _environ():
    # With byte code, which the daemon's modules have wherever it is installed.
    environ = dict(os.environ, SOURCE_DATE_EPOCH="1700000000")
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    return environ


def _progress(text):
    print("warm_hooks: " + text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
