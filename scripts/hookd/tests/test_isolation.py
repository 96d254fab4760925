"""Which process a call gets, and what a hook can and cannot reach from there."""

import os
import subprocess
import sys
import unittest

from harness import ROOT, DaemonTest

LINUX = unittest.skipUnless(sys.platform.startswith("linux"), "sub-reapers and /proc are Linux's")
BOTH = ("fork", "fresh")


class WarmthTest(DaemonTest):
    def imports(self):
        with open(os.path.join(self.folder, "imports")) as file:
            return len(file.read().splitlines())

    def counting(self, more=""):
        path = os.path.join(self.folder, "imports")
        return self.backend("return str(os.getpid())", imports="print('imported', file=open(%r, 'a'))\n%s" % (path, more))

    def test_backend_is_imported_once_and_each_hook_has_a_process_of_its_own(self):
        self.counting()
        daemon = self.extended()
        pids = {self.sdist(daemon)["OK"] for _ in range(5)}
        self.assertEqual(5, len(pids))
        self.assertEqual(1, self.imports())
        self.sdist(daemon, isolation="fresh")
        self.assertEqual(2, self.imports())

    def test_state_does_not_outlive_a_hook(self):
        self.backend(
            "import tested_backend, locale\n"
            "seen = [str(x) for x in (SEEN, 'made_up' in sys.modules, os.environ.get('LEFT'), '/left' in sys.path)]\n"
            "SEEN.append(1); sys.modules['made_up'] = sys; os.environ['LEFT'] = '1'; sys.path.append('/left')\n"
            "os.chdir('/'); os.umask(0); sys.setrecursionlimit(555)\n"
            "return seen",
            imports="SEEN = []",
        )
        daemon = self.extended()
        for _ in range(3):
            self.assertEqual(["[]", "False", "None", "False"], self.sdist(daemon)["OK"])

    def test_several_backends_do_not_see_each_other(self):
        for name in "abc":
            self.backend("return sorted(m for m in sys.modules if m.startswith('only_'))", "only_" + name)
        daemon = self.extended()
        for _ in range(2):
            for name in "abc":
                self.assertEqual(["only_" + name], self.sdist(daemon, "only_" + name)["OK"])

    def test_more_backends_than_are_kept_warm(self):
        daemon = self.extended()
        for number in range(11):
            self.backend("return %r" % str(number), "many%d" % number)
            self.assertEqual(str(number), self.sdist(daemon, "many%d" % number)["OK"])
        self.assertEqual("0", self.sdist(daemon, "many0")["OK"])

    def test_backends_that_cannot_be_imported_ahead_are_imported_for_each_call(self):
        for more, reason in (
            ("print('hello')", "prints"),
            ("sys.stderr.write('hello')", "prints"),
            ("os.write(2, b'hello')", "prints"),
            ("import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()", "threads"),
            ("os.getcwd()", "current directory"),
            ("os.listdir()", "current directory"),
            ("os.path.exists('.')", "current directory"),
            ("os.chdir('/usr')", "current directory"),
            ("os.environ['A'] = 'b'", "environment"),
            ("os.umask(0o27)", "umask"),
            ("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)", "signal handlers"),
            ("import signal; signal.setitimer(signal.ITIMER_REAL, 1000)", "timers"),
            ("HELD = open(os.devnull)", "open descriptors"),
            ("import atexit; atexit.register(str)", "exit handlers"),
            ("import subprocess; CHILD = subprocess.Popen(['sleep', '100'])", "child processes"),
            ("import io; sys.stdout = io.TextIOWrapper(io.BytesIO())", "standard streams"),
            ("if os.getpid() != 1: raise ValueError('x')", "import failed"),
            ("if os.getpid() != 1: os._exit(3)", "exited with status 3"),
        ):
            with self.subTest(more=more):
                path = os.path.join(self.folder, "imports")
                if os.path.exists(path):
                    os.unlink(path)
                self.counting(more)
                daemon = self.extended()
                for _ in range(2):
                    answer = self.sdist(daemon)
                    self.assertEqual(1, len(answer["DEBUG"]), answer)
                    self.assertIn(reason, answer["DEBUG"][0])
                    if "hello" in more:
                        self.assertEqual("hello", (answer["output"] + answer["errors"]).strip())
                self.assertEqual(3, self.imports())
                daemon.close()

    def test_import_is_not_blamed_for_what_others_do_in_the_current_directory(self):
        program = (
            "import os, sys; sys.path.insert(0, sys.argv[1]); from _hookd import process_state\n"
            "before = process_state.of_process(); os.utime('.', (1, 1)); assert process_state.of_process() == before"
        )
        subprocess.check_call([sys.executable, "-c", program, ROOT], cwd=self.folder)

    def test_environ(self):
        self.backend("return [os.environ.get(n, '') for n in ('SOURCE_DATE_EPOCH', 'OTHER')] + [AT_IMPORT]",
                     imports="AT_IMPORT = os.environ.get('OTHER', '')")
        daemon = self.extended()
        for environ, wanted, isolation in (
            ({}, ["", "", ""], "fork"),
            ({"SOURCE_DATE_EPOCH": "1"}, ["1", "", ""], "fork"),
            ({"OTHER": "2", "SOURCE_DATE_EPOCH": "3"}, ["3", "2", "2"], "fresh"),
            ({}, ["", "", ""], "fork"),
        ):
            answer = self.sdist(daemon, environ=environ)
            self.assertEqual(wanted, answer["OK"])
            self.assertEqual(isolation, answer["USAGE"]["isolation"])

    def test_backends_that_are_known_not_to_be_served_warm(self):
        self.backend("return 'x'", "flit_scm", imports="buildapi = sys.modules[__name__]")
        daemon = self.extended()
        for _ in range(2):
            answer = self.sdist(daemon, "flit_scm:buildapi")
            self.assertEqual(("x", "fresh"), (answer["OK"], answer["USAGE"]["isolation"]))
            self.assertIn("flit_scm cannot be served warm: its import reads pyproject.toml", answer["DEBUG"][0])

    def test_a_file_that_the_import_looks_for_in_the_tree(self):
        for look in (
            "os.path.exists('looked.for')",
            "os.access('looked.for', os.R_OK)",
            "__import__('pathlib').Path('looked.for').exists()",
            "is_there(lambda: open('looked.for').close())",
            "is_there(lambda: __import__('pathlib').Path('looked.for').read_text())",
        ):
            with self.subTest(look=look):
                path = os.path.join(self.tree, "looked.for")
                if os.path.exists(path):
                    os.unlink(path)
                self.backend(
                    "return str(SEEN)",
                    imports="def is_there(look):\n  try: look()\n  except OSError: return False\n  return True\nSEEN = %s" % look,
                )
                daemon = self.extended()
                answer = self.sdist(daemon)
                self.assertEqual(("False", []), (answer["OK"], answer["DEBUG"]))
                self.write("", "tree", "looked.for")
                answer = self.sdist(daemon)
                self.assertEqual("True", answer["OK"])
                self.assertIn("its import looks for looked.for, which is in this source tree", answer["DEBUG"][0])
                daemon.close()

    def test_a_variable_that_the_backend_reads_when_it_is_imported(self):
        for read in ("os.environ.get('SOURCE_DATE_EPOCH')", "dict(os.environ).get('SOURCE_DATE_EPOCH')"):
            self.backend("return [str(AT_IMPORT)]", imports="AT_IMPORT = %s" % read)
            daemon = self.extended()
            for value in ("1", "2"):
                answer = self.sdist(daemon, environ={"SOURCE_DATE_EPOCH": value})
                self.assertEqual(["the backend is imported anew for each call: its import reads SOURCE_DATE_EPOCH"], answer["DEBUG"])
                self.assertEqual([value], answer["OK"])
            self.assertEqual((["None"], []), (lambda answer: (answer["OK"], answer["DEBUG"]))(self.sdist(daemon)))

    @LINUX
    def test_a_second_thread_in_the_process_that_has_the_backend_imported(self):
        # It comes after the import: with the first garbage collection.
        self.backend(
            "return 'x'",
            imports="import gc, threading\n"
            "def collected(phase, info):\n"
            "  if os.getcwd() == '/':\n"
            "    gc.callbacks.clear()\n"
            "    threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
            "gc.callbacks.append(collected)",
        )
        daemon = self.extended()
        for _ in range(2):
            answer = self.sdist(daemon)
            self.assertEqual("x", answer["OK"])
            self.assertIn("second thread", answer["DEBUG"][0])

    @LINUX
    def test_a_second_thread_in_the_daemon_means_fresh(self):
        self.write(
            "import sys, threading\n"
            "if sys.argv[-1:] != ['--run-child']:\n threading.Thread(target=threading.Event().wait, daemon=True).start()\n",
            "backends",
            "sitecustomize.py",
        )
        daemon = self.extended()
        answer = self.sdist(daemon, "ok_backend")
        self.assertEqual("ok-1.0.tar.gz", answer["OK"])
        self.assertEqual("fresh", answer["USAGE"]["isolation"])

    def test_isolation_option_is_for_all_calls(self):
        answer = self.sdist(self.extended(["--isolation=fresh"]), "ok_backend", isolation="fork")
        self.assertEqual("fresh", answer["USAGE"]["isolation"])


class FenceTest(DaemonTest):
    def test_a_hook_that_writes_to_every_descriptor_forges_nothing(self):
        self.backend(
            "for fd in range(1024):\n"
            "  try: os.write(fd, b'\\nOK \"forged\"\\nREADY\\n')\n"
            "  except OSError: pass\n"
            "return 'x'"
        )
        daemon = self.extended()
        for isolation in BOTH:
            answer = self.sdist(daemon, isolation=isolation)
            self.assert_failed(answer, "HookRuntimeError", "result pipe")
            self.assertIn("forged", answer["output"])
            self.assertIn("forged", answer["errors"])
        self.assert_goes_on(daemon)

    def test_an_import_that_writes_to_every_descriptor_forges_nothing(self):
        self.backend(
            "return 'x'",
            imports="for fd in range(1024):\n"
            "  try: os.write(fd, b'\\nOK \"forged\"\\nREADY\\n')\n"
            "  except OSError: pass",
        )
        daemon = self.extended()
        answer = self.sdist(daemon)
        self.assert_failed(answer, "HookRuntimeError")
        self.assert_goes_on(daemon)

    def test_reports_that_an_import_forges(self):
        usage = '{"wall": %s, "user": 0, "system": 0, "max_rss": 0}'
        report = '{"status": %s, "usage": %s, "stopped": %s, "overflow": false, "length": %s}'
        for forged in (
            report % (10**30, usage % 0, "null", 0),
            report % (0, usage % "NaN", "null", 0),
            report % (0, usage % 0, '"abandoned"', 0),
            report % (0, usage % 0, "null", -1),
            report % (0, usage % 0, "null", 10**30),
            "{}",
        ):
            lines = ('{"warm": {"variables": [], "absent": [], "preloaded": {}, "refused": {}}}\n%s\n' % forged).encode()
            self.backend(
                "return 'x'",
                imports="for fd in range(3, 1024):\n  try: os.write(fd, %r)\n  except OSError: pass\nimport time; time.sleep(600)" % lines,
            )
            daemon = self.extended()
            with self.subTest(forged=forged):
                self.assert_failed(self.sdist(daemon), "HookRuntimeError", "cannot be read")
                self.assert_goes_on(daemon)

    def test_a_report_without_end(self):
        self.backend(
            "return 'x'",
            imports="import stat\n"
            "for fd in range(3, 1024):\n"
            "  try: pipe = stat.S_ISFIFO(os.fstat(fd).st_mode)\n"
            "  except OSError: continue\n"
            "  try:\n"
            "    while pipe: os.write(fd, b'x' * 65536)\n"
            "  except OSError: pass\n",
        )
        daemon = self.extended()
        self.assert_failed(self.sdist(daemon), "HookRuntimeError", "longer than")
        self.assert_goes_on(daemon)

    def test_hostile_records_on_the_result_pipe(self):
        for record in (
            '{"result": {"a": 1}}',
            '{"result": 1}',
            '{"error": {}}',
            '{"error": {"kind": "Nonsense", "message": "", "exception": null, "traceback": null, '
            '"unsupported_operation": false, "cancelled": false}}',
            '{"warning": 1}',
            '{"what": 1}',
            "[" * 5000,
            '{"result": "x"}\\n{"result": "y"}',
        ):
            self.backend("os.write(max(map(int, os.listdir('/dev/fd'))), b'''%s\\n''')\nreturn 'z'" % record)
            with self.subTest(record=record[:40]):
                self.assert_failed(self.sdist(self.extended()), "HookRuntimeError", "result pipe")

    def test_subprocesses_get_the_files_and_the_null_device_and_nothing_else(self):
        code = (
            "import os, sys\\nfds = []\\n"
            "for fd in range(1024):\\n  try: os.fstat(fd)\\n  except OSError: continue\\n  fds.append(fd)\\n"
            "print(fds, repr(sys.stdin.read()))"
        )
        self.backend("import subprocess\nsubprocess.check_call([sys.executable, '-c', '''%s'''], close_fds=False)" % code)
        for isolation in BOTH:
            answer = self.sdist(self.extended(), isolation=isolation)
            self.assertEqual("[0, 1, 2] ''\n", answer["output"], answer)

    def test_output_files_are_private_and_never_used_again(self):
        daemon = self.extended()
        seen = set()
        for _ in range(3):
            daemon.start(source_tree=self.tree, build_backend="warn_backend", hook="build_sdist",
                         arguments={"sdist_directory": "d"})
            answer = daemon.answer()
            for name in ("STDOUT", "STDERR"):
                path = answer[name]
                self.assertNotIn(path, seen)
                seen.add(path)
                self.assertTrue(os.path.basename(path).startswith("hookd-"))
                self.assertEqual(self.temporary, os.path.dirname(path))
                self.assertEqual(0o600, os.stat(path).st_mode & 0o777)
                self.assertTrue(os.path.getsize(path))
                os.unlink(path)

    def test_killed_idle_daemon_leaves_no_file(self):
        daemon = self.extended()
        self.sdist(daemon, "ok_backend")
        daemon.process.kill()
        daemon.wait()
        self.assertEqual([], os.listdir(self.temporary))

    def test_script_folder_cannot_be_imported_from(self):
        self.backend("import importlib\nfor name in ('hookd', '_hookd', 'tests'):\n"
                     "  try: importlib.import_module(name)\n  except ImportError: continue\n  return name\nreturn 'none'")
        for options in ([], ["-I"]):
            daemon = self.extended(options=options)
            if options:  # then the backend must come from the tree
                os.rename(os.path.join(self.backends, "tested_backend.py"), os.path.join(self.tree, "tested_backend.py"))
                answer = self.sdist(daemon, backend_path=["."])
            else:
                answer = self.sdist(daemon)
            self.assertEqual("none", answer.get("OK"), answer)


class InTreeTest(DaemonTest):
    def test_wins_over_everything_else(self):
        self.backend("return 'environment'", "contested")
        self.write("import helper\ndef build_sdist(d, c=None): return helper.NAME\n", "tree", "in", "contested.py")
        self.write("NAME = 'tree'", "tree", "in", "helper.py")
        self.write("NAME = 'environment'", "backends", "helper.py")
        daemon = self.extended()
        self.assertEqual("environment", self.sdist(daemon, "contested")["OK"])
        for isolation in BOTH:
            self.assertEqual("tree", self.sdist(daemon, "contested", backend_path=["in"], isolation=isolation)["OK"])
        self.assertEqual("environment", self.sdist(daemon, "contested")["OK"])

    def test_must_come_from_there(self):
        self.backend("return 'environment'", "contested")
        self.make("tree", "in")
        answer = self.sdist(self.extended(), "contested", backend_path=["in"])
        self.assert_failed(answer, "MissingBackendModule", "contested", "backend-path")

    def test_package_and_attribute(self):
        self.write("", "tree", "in", "pkg", "__init__.py")
        self.write("class C:\n def build_sdist(self, d, c=None): return __name__\nc = C()\n", "tree", "in", "pkg", "b.py")
        daemon = self.extended()
        self.assertEqual("pkg.b", self.sdist(daemon, "pkg.b:c", backend_path=["in"])["OK"])

    def test_must_be_inside_the_tree(self):
        self.make("tree-evil")
        os.symlink(self.folder, os.path.join(self.tree, "link"))
        daemon = self.extended()
        for entry in ("..", "../tree-evil", "link", "link/tree-evil", "a/../..", self.tree):
            with self.subTest(entry=entry):
                answer = self.sdist(daemon, "ok_backend", backend_path=[entry])
                self.assert_failed(answer, "MalformedHookArgument", repr(entry))
                self.assertNotIn("STDOUT", answer)

    def test_may_leave_the_tree_when_the_caller_says_so(self):
        outside = self.write("def build_sdist(d, c=None):\n return 'outside'\n", "shared", "monorepo_backend.py")
        folder = os.path.dirname(outside)
        os.symlink(folder, os.path.join(self.tree, "shared-link"))
        daemon = self.extended()
        for isolation in BOTH:
            for entry in ("../shared", "shared-link", folder):
                with self.subTest(entry=entry, isolation=isolation):
                    answer = self.sdist(
                        daemon,
                        "monorepo_backend",
                        backend_path=[entry],
                        backend_path_outside_tree=True,
                        isolation=isolation,
                    )
                    self.assertEqual("outside", answer["OK"])
        answer = self.sdist(daemon, "monorepo_backend", backend_path=["../shared"], backend_path_outside_tree=False)
        self.assert_failed(answer, "MalformedHookArgument", "outside the source tree")

    def test_metadata_of_distributions_on_backend_path_is_found(self):
        self.write("Metadata-Version: 2.1\nName: in-tree\nVersion: 1.5\n", "tree", "in", "in_tree-1.5.dist-info", "METADATA")
        self.write(
            "import importlib.metadata as m\n"
            "def build_sdist(d, c=None):\n"
            " names = [x.metadata['Name'] for x in m.distributions()]\n"
            " return [m.version('in-tree'), str(names.count('in-tree'))]\n",
            "tree",
            "in",
            "metadata_backend.py",
        )
        answer = self.sdist(self.extended(), "metadata_backend", backend_path=["in"])
        self.assertEqual(["1.5", "1"], answer.get("OK"), answer)
