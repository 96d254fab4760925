"""The classic dialect, as a client that knows nothing of this project sees it."""

import os
import subprocess
import sys

from harness import DEADLINE, SCRIPT, DaemonTest

SPELLINGS = {
    "hookd": {},
    "uv": {"build_backend": "build-backend", "backend_path": "backend-path", "hook_name": "hook-name"},
}
ARGUMENTS = {
    "get_requires_for_build_wheel": ["config_settings"],
    "get_requires_for_build_sdist": ["config_settings"],
    "get_requires_for_build_editable": ["config_settings"],
    "prepare_metadata_for_build_wheel": ["metadata_directory", "config_settings"],
    "prepare_metadata_for_build_editable": ["metadata_directory", "config_settings"],
    "build_wheel": ["wheel_directory", "config_settings", "metadata_directory"],
    "build_editable": ["wheel_directory", "config_settings", "metadata_directory"],
    "build_sdist": ["sdist_directory", "config_settings"],
}


class ClassicTest(DaemonTest):
    def converse(self, daemon, *answers):
        """Answers each EXPECT in turn: returns the lines up to the next EXPECT action."""
        lines = []
        for answer in answers:
            daemon.send(answer)
            lines += daemon.lines_until("EXPECT")
        while lines[-1] != "EXPECT action":
            lines += daemon.lines_until("EXPECT")
        return lines

    def without_files(self, lines):
        kept = []
        for line in lines:
            keyword, _, path = line.partition(" ")
            if keyword in ("STDOUT", "STDERR"):
                os.unlink(path)
                kept.append(keyword)
            else:
                kept.append(line)
        return kept

    def test_order_of_expectations_of_every_hook(self):
        for dialect, spelling in SPELLINGS.items():
            daemon = self.daemon(["--dialect=" + dialect])
            self.assertEqual(["READY", "EXPECT action"], daemon.lines_until("EXPECT"))
            for hook, names in ARGUMENTS.items():
                with self.subTest(dialect=dialect, hook=hook):
                    answers = ["run", "ok_backend"] + ([""] if dialect == "uv" else []) + [hook]
                    answers += ["" if name == "config_settings" else "out" for name in names]
                    lines = self.without_files(self.converse(daemon, *answers))
                    asked = ["build_backend"] + (["backend_path"] if dialect == "uv" else []) + ["hook_name"] + names
                    wanted = ["EXPECT " + spelling.get(name, name) for name in asked] + ["STDOUT", "STDERR"]
                    self.assertEqual(wanted, lines[: len(wanted)])
                    self.assertTrue(lines[len(wanted)].startswith("OK "), lines)
                    self.assertEqual(["READY", "EXPECT action"], lines[len(wanted) + 1 :])
            daemon.send("shutdown")
            self.assertEqual("SHUTDOWN", daemon.line())
            self.assertIsNone(daemon.line())
            self.assertEqual(0, daemon.wait())

    def test_answer_is_str_of_the_value_with_line_feeds_escaped(self):
        self.backend("return config_settings['v'] if config_settings else None")
        self.write(
            "def get_requires_for_build_wheel(config_settings=None): return ['a\\nb', 'c\\\\d', \"it's\", '\\xe9']\n"
            "def build_sdist(d, c=None): return 'a\\nb\\\\n\\xe9'\n",
            "backends",
            "strings.py",
        )
        daemon = self.daemon()
        daemon.lines_until("EXPECT")
        lines = self.converse(daemon, "run", "strings", "get_requires_for_build_wheel", "")
        self.assertIn("OK %s" % str(["a\nb", "c\\d", "it's", "\xe9"]), lines)
        lines = self.converse(daemon, "run", "strings", "build_sdist", "dist", "")
        self.assertIn("OK a\\nb\\n\xe9", lines)
        lines = self.converse(daemon, "run", "tested_backend", "build_sdist", "dist", "")
        self.assertIn("OK None", lines)

    def test_arguments_reach_the_hook(self):
        self.backend("return repr((sdist_directory, config_settings, os.getcwd()))")
        tree = self.make("other")
        daemon = self.daemon([tree])
        daemon.lines_until("EXPECT")
        lines = self.converse(daemon, "run", "tested_backend", "build_sdist", "a/../b", '{"k": ["\\u00e9", "x"]}')
        self.assertIn("OK %r" % ((tree + "/b", {"k": ["\xe9", "x"]}, tree),), lines)

    def test_empty_lines_are_skipped_while_an_action_is_expected(self):
        daemon = self.daemon()
        daemon.lines_until("EXPECT")
        daemon.send("", "  ", "", "run")
        self.assertEqual("EXPECT build_backend", daemon.line())

    def test_carriage_return_before_line_feed_is_ignored(self):
        daemon = self.daemon()
        daemon.lines_until("EXPECT")
        daemon.send("run\r")
        self.assertEqual("EXPECT build_backend", daemon.line())
        daemon.send("ok_backend\r")
        self.assertEqual("EXPECT hook_name", daemon.line())

    def test_empty_backend_is_setuptools_legacy(self):
        self.write("", "backends", "setuptools", "__init__.py")
        self.write(
            "class __legacy__:\n @staticmethod\n def build_sdist(d, c=None): return 'legacy'\n",
            "backends",
            "setuptools",
            "build_meta.py",
        )
        daemon = self.daemon()
        daemon.lines_until("EXPECT")
        self.assertIn("OK legacy", self.converse(daemon, "run", "", "build_sdist", "dist", ""))

    def test_error_is_followed_by_traceback_and_ready(self):
        self.backend("raise ValueError('two\\nlines')")
        daemon = self.daemon()
        daemon.lines_until("EXPECT")
        lines = self.without_files(self.converse(daemon, "run", "tested_backend", "build_sdist", "dist", ""))[4:]
        self.assertEqual(["STDOUT", "STDERR", "ERROR HookRuntimeError two\\nlines"], lines[:3])
        self.assertTrue(lines[3].startswith("TRACEBACK Traceback (most recent call last):\\n"), lines[3])
        self.assertNotIn("_hookd", lines[3])
        self.assertEqual(["READY", "EXPECT action"], lines[4:])

    def test_refusals(self):
        for answers, kind in (
            (["dance"], "InvalidAction"),
            (["run", "a:b:c"], "MalformedBackendName"),
            (["run", "ok_backend", "no_hook"], "InvalidHookName"),
            (["run", "ok_backend", "build_sdist", "dist", "{"], "MalformedHookArgument"),
            (["run", "ok_backend", "build_sdist", "dist", "[1]"], "MalformedHookArgument"),
            (["run", "ok_backend", "build_sdist", ""], "MalformedHookArgument"),
        ):
            with self.subTest(answers=answers):
                daemon = self.daemon()
                daemon.lines_until("EXPECT")
                lines = self.converse(daemon, *answers)
                self.assertTrue(lines[-3].startswith("ERROR %s " % kind), lines)
                self.assertEqual(["READY", "EXPECT action"], lines[-2:])

    def test_uv_dialect_reads_backend_path_until_an_empty_line(self):
        self.write("def build_sdist(d, c=None): return 'in tree'\n", "tree", "two", "tree_backend.py")
        self.make("tree", "one")
        daemon = self.daemon(["--dialect=uv"])
        daemon.lines_until("EXPECT")
        daemon.send("run")
        daemon.lines_until("EXPECT")
        daemon.send("tree_backend")
        self.assertEqual("EXPECT backend-path", daemon.line())
        daemon.send("one", "two", "")
        self.assertEqual("EXPECT hook-name", daemon.line())
        self.assertIn("OK in tree", self.converse(daemon, "build_sdist", "dist", ""))

    def test_output_files_are_announced_before_the_backend_is_imported(self):
        gate = os.path.join(self.folder, "gate")
        os.mkfifo(gate)
        self.backend("return 'x'", imports="open(%r).read()" % gate)
        daemon = self.daemon()
        daemon.lines_until("EXPECT")
        for answer in ("run", "tested_backend", "build_sdist", "dist"):
            daemon.send(answer)
            daemon.lines_until("EXPECT")
        daemon.send("")
        self.assertEqual("STDOUT", daemon.line().split(" ")[0])
        self.assertEqual("STDERR", daemon.line().split(" ")[0])
        # Opening it waits for the import to do the same: so that had not happened when the files were announced.
        with open(gate, "w"):
            pass
        self.assertEqual("OK x", daemon.line())

    def test_works_in_the_c_locale(self):
        self.backend("return '\\xe9\\u20ac ' + repr(sdist_directory)")
        daemon = self.daemon(environ=dict(self.environ, LC_ALL="C", PYTHONCOERCECLOCALE="0"), options=["-X", "utf8=0"])
        daemon.lines_until("EXPECT")
        lines = self.converse(daemon, "run", "tested_backend", "build_sdist", "dist", "")
        self.assertIn("OK \xe9\u20ac %r" % (self.tree + "/dist"), lines)


class CommandLineTest(DaemonTest):
    def run_daemon(self, *arguments, environ=None, stdin=b""):
        return subprocess.run(
            [sys.executable, SCRIPT] + list(arguments),
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environ or self.environ,
            cwd=self.tree,
            timeout=DEADLINE,
        )

    def test_help(self):
        done = self.run_daemon("--help")
        self.assertEqual(0, done.returncode)
        self.assertIn(b"SOURCE_TREE", done.stdout)
        self.assertIn(b"READY", done.stdout)

    def test_wrong_usage(self):
        for arguments in (["--dialect=x"], ["--dialect"], ["--nope"], ["a", "b"], ["no/such/tree"], ["--isolation=x"]):
            with self.subTest(arguments=arguments):
                done = self.run_daemon(*arguments)
                self.assertEqual(2, done.returncode)
                self.assertEqual(b"", done.stdout)
                self.assertIn(b"hookd.py: ", done.stderr)
                self.assertIn(b"usage: ", done.stderr)
                self.assertNotIn(b"Traceback", done.stderr)

    def test_end_of_file_ends_the_daemon(self):
        done = self.run_daemon()
        self.assertEqual((0, b"READY\nEXPECT action\n", b""), (done.returncode, done.stdout, done.stderr))

    def test_debug_echoes_each_message_on_standard_error(self):
        done = self.run_daemon(environ=dict(self.environ, HOOKD_DEBUG="1"), stdin=b"shutdown\n")
        self.assertEqual(b"READY\nEXPECT action\nSHUTDOWN\n", done.stdout)
        self.assertEqual(done.stdout, done.stderr)

    def test_example_runs(self):
        with open(os.path.join(os.path.dirname(SCRIPT), "example.in"), "rb") as example:
            daemon = self.daemon(stdin=example)
        lines = daemon.lines_until("SHUTDOWN")
        self.assertEqual(0, daemon.wait())
        self.assertEqual(3, sum(line.startswith("OK ") for line in lines), lines)
        self.assertTrue(any(line.startswith("ERROR ") for line in lines))

    def test_a_file_of_actions_is_run_to_its_end_although_it_is_read_ahead(self):
        self.backend("import time; time.sleep(0.2); return 'done'")
        path = self.write("run\ntested_backend\nbuild_sdist\ndist\n\n", "actions")
        with open(path, "rb") as actions:
            daemon = self.daemon(stdin=actions)
        self.assertIn("OK done", daemon.lines_until("OK"))
