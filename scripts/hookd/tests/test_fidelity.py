"""What a hook sees in a forked child and in a fresh one equals what it sees in a process that a front end starts."""

import json
import os

from comparison import run_fresh
from harness import DaemonTest

# Looks at everything that a hook could tell two processes apart by, but what must differ: process ids, argv, random numbers.
PROBE = r'''
def probe():
    import sys
    modules = sorted(set(sys.modules) - {"probe_backend", "encodings.ascii"})
    import json, os
    fds = []
    for fd in range(1024):
        try:
            os.fstat(fd)
        except OSError:
            continue
        fds.append(fd)
    lowest = os.open(os.devnull, os.O_RDONLY)
    os.close(lowest)
    null = os.stat(os.devnull)
    script = os.path.realpath(sys.modules["__main__"].__file__)  # what the interpreter was started with
    streams = {}
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        raw = getattr(stream.buffer, "raw", stream.buffer)
        streams[name] = [type(stream).__name__, type(stream.buffer).__name__, stream.encoding, stream.errors, stream.mode,
            stream.name, stream.line_buffering, stream.write_through, stream.newlines, stream.isatty(), stream.fileno(),
            raw.name, raw.mode, raw.closefd, stream is getattr(sys, "__" + name + "__"), stream.seekable()]
    import signal, time, locale
    data = {
        "modules": modules,
        "path": sys.path,
        "meta_path": [str(getattr(f, "__qualname__", None) or type(f).__qualname__) for f in sys.meta_path],
        "path_hooks": len(sys.path_hooks),
        "path_importer_cache": sorted(k for k in sys.path_importer_cache if k not in (script, os.path.dirname(script))),
        "flags": list(sys.flags),
        "xoptions": sorted(map(str, sys._xoptions.items())),
        "warnoptions": sys.warnoptions,
        "recursion": sys.getrecursionlimit(),
        "switch": sys.getswitchinterval(),
        "hooks": [sys.excepthook is sys.__excepthook__, sys.displayhook is sys.__displayhook__, sys.gettrace(), sys.getprofile()],
        "dont_write_bytecode": sys.dont_write_bytecode,
        "cwd": os.getcwd(),
        "environ": dict(os.environ),
        "umask": [os.umask(0o22), os.umask(0o22)][0],
        "null": (os.fstat(0).st_rdev, os.fstat(0).st_mode) == (null.st_rdev, null.st_mode),
        "low_fds": [fd for fd in fds if fd < 100],
        "lowest": lowest,
        "inheritable": [fd for fd in fds if os.get_inheritable(fd)],
        "streams": streams,
        "signals": [str(signal.getsignal(n)) for n in sorted(map(int, signal.Signals))],
        "wakeup": signal.set_wakeup_fd(-1),
        "mask": sorted(map(int, signal.pthread_sigmask(signal.SIG_BLOCK, []))),
        "timers": [signal.getitimer(n) for n in (0, 1, 2)],
        "locale": locale.setlocale(locale.LC_ALL),
        "filesystem": [sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), locale.getpreferredencoding(False)],
        "main": [sys.modules["__main__"].__name__, sys.modules["__main__"].__spec__],
        "gc": [__import__("gc").isenabled(), __import__("gc").get_threshold(), __import__("gc").get_debug(), len(__import__("gc").callbacks)],
        "threads": len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1,
        "filters": [str(f[0]) + str(f[2:]) for f in __import__("warnings").filters],
        "exit_handlers": __import__("atexit")._ncallbacks(),
    }
    return json.dumps(data, sort_keys=True)


def build_sdist(sdist_directory, config_settings=None):
    return probe()
'''


class FidelityTest(DaemonTest):
    maxDiff = None

    def reference(self, module, environ, options=()):
        call = {"hook": "build_sdist", "build_backend": module, "arguments": {"sdist_directory": None, "config_settings": None}}
        recorded, status, output, errors = run_fresh(call, self.make("control"), self.tree, environ, options)
        self.assertEqual(0, status, errors)
        return recorded["value"]

    def compare(self, environ=None, options=(), module="probe_backend"):
        environ = environ or self.environ
        wanted = json.loads(self.reference(module, environ, options))
        daemon = self.extended(environ=environ, options=options)
        for isolation in ("fork", "fork", "fresh"):  # twice: an earlier call must not show
            answer = self.sdist(daemon, module, isolation=isolation)
            self.assertIn("OK", answer, answer)
            self.assertEqual([], answer["DEBUG"] if isolation == "fork" else [])
            self.same(wanted, json.loads(answer["OK"]), isolation)
        self.same(wanted, json.loads(self.preloaded(daemon, module)["OK"]), "after importing ahead")

    def same(self, wanted, found, what):
        for name in wanted:
            with self.subTest(isolation=what, looked_at=name):
                self.assertEqual(wanted[name], found[name])

    def setUp(self):
        super().setUp()
        self.write(PROBE, "backends", "probe_backend.py")

    def test_plain(self):
        self.compare()

    def test_options_and_variables_of_the_interpreter(self):
        self.compare(options=["-O", "-B", "-u", "-W", "error::ResourceWarning", "-X", "dev"])
        self.compare(dict(self.environ, PYTHONWARNINGS="ignore,default::UserWarning", PYTHONIOENCODING="latin-1:replace"))
        self.compare(dict(self.environ, LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0"))
        self.compare(dict(self.environ, PYTHONUTF8="1"), options=["-s"])

    def test_after_an_import_that_changes_the_interpreter(self):
        self.write(
            PROBE + "import sys, logging, threading, warnings, json.tool\n"
            "class Finder:\n def find_spec(self, *a): return None\n"
            "sys.path.insert(0, '/nowhere'); sys.meta_path.insert(0, Finder()); warnings.simplefilter('error', UserWarning)\n",
            "backends",
            "changing_backend.py",
        )
        self.compare(module="changing_backend")

    def test_in_tree_backend(self):
        self.write(PROBE, "tree", "in", "tree_probe.py")
        environ = dict(self.environ, PYTHONPATH=os.path.join(self.tree, "in"))
        wanted = json.loads(self.reference("tree_probe", environ))
        daemon = self.extended()
        self.sdist(daemon, "ok_backend")  # must not show either
        for isolation in ("fork", "fresh"):
            answer = self.sdist(daemon, "tree_probe", backend_path=["in"], isolation=isolation)
            found = json.loads(answer["OK"])
            self.assertEqual("BackendPathFinder", found["meta_path"].pop(0))
            for values in (wanted, found):
                for name in ("path", "environ", "path_importer_cache"):  # how the directory is named differs
                    values.pop(name, None)
            self.same(wanted, found, isolation)

    def test_relative_python_path_means_the_same_in_every_child(self):
        self.write("VALUE = 'relative'", "tree", "lib", "from_relative.py")
        self.backend("import from_relative\nreturn from_relative.VALUE")
        other = self.make("other")
        environ = dict(self.environ, PYTHONPATH="lib" + os.pathsep + self.environ["PYTHONPATH"])
        daemon = self.extended(environ=environ)
        for isolation in ("fork", "fresh"):
            answer = self.sdist(daemon, isolation=isolation, source_tree=other)
            self.assertEqual("relative", answer.get("OK"), answer)

    def test_module_of_the_tree_named_like_one_the_daemon_uses(self):
        names = "select signal gc time _ctypes resource tempfile selectors subprocess hookd _hookd backends glob shutil".split()
        for name in names:
            self.write("HERE = True\n", "tree", name + ".py")
        self.backend(
            "sys.path.insert(0, '')\nimport importlib\n"
            "return [n for n in %r if hasattr(importlib.import_module(n), 'HERE')]" % names
        )
        self.write(
            "import sys, importlib\ndef build_sdist(d, c=None):\n sys.path.insert(0, '')\n"
            " return [n for n in %r if hasattr(importlib.import_module(n), 'HERE')]\n" % names,
            "backends",
            "tested_backend.py",
        )
        wanted = self.reference("tested_backend", self.environ)
        self.assertIn("subprocess", wanted)
        daemon = self.extended()
        for isolation in ("fork", "fork", "fresh"):
            self.assertEqual(wanted, self.sdist(daemon, isolation=isolation).get("OK"))

    def test_ctypes_and_multiprocessing_work(self):
        self.write(
            "import ctypes, os, sys\n"
            "def square(n): return n * n\n"
            "def build_sdist(d, c):\n"
            " import multiprocessing, threading, subprocess\n"
            " from concurrent.futures import ThreadPoolExecutor\n"
            " assert ctypes.CDLL(None).getpid() == os.getpid()\n"
            " call = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(square)\n"
            " assert call(3) == 9\n"
            " with ThreadPoolExecutor() as pool: assert list(pool.map(square, [2])) == [4]\n"
            " assert subprocess.check_output(['echo', 'x']) == b'x\\n'\n"
            " with multiprocessing.get_context(c['m']).Pool(1) as pool: return str(pool.map(square, [1, 2, 3]))\n",
            "backends",
            "parallel_backend.py",
        )
        daemon = self.extended()
        for isolation in ("fork", "fresh"):
            for method in ("fork", "spawn", "forkserver"):
                with self.subTest(isolation=isolation, method=method):
                    arguments = {"sdist_directory": "d", "config_settings": {"m": method}}
                    answer = self.sdist(daemon, "parallel_backend", isolation=isolation, arguments=arguments)
                    self.assertEqual("[1, 4, 9]", answer.get("OK"), answer)
