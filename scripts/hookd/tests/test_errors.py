"""Every way in which a call fails: the right kind, a message that says what happened, and a daemon that goes on."""

import os

from harness import BACKENDS, DaemonTest


class BackendNameTest(DaemonTest):
    def setUp(self):
        super().setUp()
        self.shared = self.extended()

    def assert_kind(self, backend, kind, *texts):
        with self.subTest(backend=backend):
            self.assert_failed(self.sdist(self.shared, backend), kind, *texts)

    def test_forms_that_name_a_backend(self):
        self.write("from ok_backend import *", "backends", "pkg", "__init__.py")
        self.write("from ok_backend import *", "backends", "pkg", "sub.py")
        for backend, result in (
            ("ok_backend", "ok-1.0.tar.gz"),
            ("ok_backend:Class", "class-1.0.tar.gz"),
            ("ok_backend:Class.attribute", "attribute-1.0.tar.gz"),
            ("ok_backend.Class", "class-1.0.tar.gz"),
            ("pkg.sub", "ok-1.0.tar.gz"),
            ("pkg.sub:Class.attribute", "attribute-1.0.tar.gz"),
            ("pkg.sub.Class", "class-1.0.tar.gz"),
        ):
            with self.subTest(backend=backend):
                self.assertEqual(result, self.sdist(self.shared, backend).get("OK"))

    def test_malformed(self):
        for backend in ("a:b:c", ":a", "a:", "a..b", ".a", "a.", "a:b..c", "a b", "1a", "a:1", "a-b", " ok_backend"):
            self.assert_kind(backend, "MalformedBackendName", repr(backend))

    def test_missing_module(self):
        self.write("", "backends", "pkg", "__init__.py")
        for backend in ("nowhere", "nowhere.at.all", "nowhere:object", "pkg.no.where"):
            self.assert_kind(backend, "MissingBackendModule", "No module named")

    def test_missing_attribute(self):
        for backend in ("ok_backend:nothing", "ok_backend:Class.nothing", "ok_backend.nothing"):
            self.assert_kind(backend, "MissingBackendAttribute", "nothing")

    def test_import_that_raises(self):
        self.assert_kind("broken_backend", "BackendImportError", "a_module_that_does_not_exist")
        for number, (text, message) in enumerate(
            (
                ("raise ValueError('at import')", "at import"),
                ("import sys; sys.exit(0)", "SystemExit: 0"),
                ("raise KeyboardInterrupt", "KeyboardInterrupt"),
                ("def", "invalid syntax"),
                ("from os import nothing_like_that", "nothing_like_that"),
            )
        ):
            name = "raises%d" % number
            self.write(text, "backends", name + ".py")
            self.assert_kind(name, "BackendImportError", message)
            answer = self.sdist(self.shared, name)
            self.assertNotIn("_hookd", answer["ERROR"]["traceback"])
            self.assertNotIn("importlib", answer["ERROR"]["traceback"])

    def test_import_that_ends_the_process(self):
        for name, text, message in (
            ("exits", "import os; os._exit(7)", "exited with status 7"),
            ("aborts", "import os; os.abort()", "SIGABRT"),
        ):
            self.write(text, "backends", name + ".py")
            self.assert_kind(name, "HookRuntimeError", message)
        self.assert_goes_on(self.shared)

    def test_unsupported_hook(self):
        answer = self.shared.run(
            source_tree=self.tree,
            build_backend="warn_backend",
            hook="build_wheel",
            arguments={"wheel_directory": "d"},
        )
        self.assert_failed(answer, "UnsupportedHook", "warn_backend", "build_wheel")

    def test_features(self):
        answer = self.shared.run("features", source_tree=self.tree, build_backend="raise_backend")
        self.assertEqual(["build_wheel", "build_editable", "build_sdist"], answer["OK"])


class HookFailureTest(DaemonTest):
    def crash(self, daemon, **settings):
        arguments = {"sdist_directory": "d", "config_settings": settings}
        return self.sdist(daemon, "crash_backend", arguments=arguments)

    def test_ends_of_the_process(self):
        for isolation in ("fork", "fresh"):
            daemon = self.extended(["--isolation=" + isolation])
            for settings, text in (
                ({"how": "segfault"}, "killed by SIGSEGV before it answered"),
                ({"how": "abort"}, "killed by SIGABRT"),
                ({"how": "killed"}, "killed by SIGKILL"),
                ({"how": "_exit", "status": 0}, "exited with status 0 before it answered"),
                ({"how": "_exit", "status": 3}, "exited with status 3 before it answered"),
                ({"how": "exit"}, "SystemExit: None"),
                ({"how": "exit", "status": 0}, "SystemExit: 0"),
                ({"how": "exit", "status": "text"}, "SystemExit: text"),
                ({"how": "interrupt"}, "KeyboardInterrupt"),
                ({"how": "memory"}, "MemoryError"),
                ({"how": "recursion"}, "recursion"),
            ):
                with self.subTest(isolation=isolation, **settings):
                    answer = self.crash(daemon, **settings)
                    self.assert_failed(answer, "HookRuntimeError", text)
                    self.assertIn("USAGE", answer)
                    self.assertFalse(answer["ERROR"]["cancelled"])
            self.assert_goes_on(daemon)

    def test_exception(self):
        daemon = self.extended()
        answer = daemon.run(
            source_tree=self.tree, build_backend="raise_backend", hook="build_wheel", arguments={"wheel_directory": "d"}
        )
        self.assert_failed(answer, "HookRuntimeError")
        error = answer["ERROR"]
        self.assertEqual("no version", error["message"])
        self.assertEqual("builtins.ValueError", error["exception"])
        self.assertFalse(error["unsupported_operation"])
        path = os.path.join(BACKENDS, "raise_backend.py")
        frames = [line for line in error["traceback"].splitlines() if line.startswith("  File")]
        self.assertEqual(2, len(frames), error["traceback"])
        for frame in frames:
            self.assertIn(path, frame)
        self.assertIn("KeyError: 'version'", error["traceback"])

    def test_unsupported_operation(self):
        answer = self.sdist(self.extended(), "raise_backend")
        self.assert_failed(answer, "HookRuntimeError", "cannot make an sdist here")
        self.assertTrue(answer["ERROR"]["unsupported_operation"])
        self.assertEqual("raise_backend.UnsupportedOperation", answer["ERROR"]["exception"])

    def test_exception_without_text(self):
        answer = self.extended().run(
            source_tree=self.tree,
            build_backend="raise_backend",
            hook="build_editable",
            arguments={"wheel_directory": "d"},
        )
        self.assert_failed(answer, "HookRuntimeError", "raise_backend.Unprintable", "RuntimeError")

    def test_results(self):
        self.write(
            "VALUES = {'none': None, 'text': 'a', 'list': ['a', 'b'], 'tuple': ('a',), 'int': 1, 'bytes': b'a',\n"
            " 'dict': {}, 'mixed': ['a', 1], 'nested': [['a']], 'surrogate': 'a\\udc80', 'surrogates': ['\\ud800'],\n"
            " 'object': object(), 'bool': True, 'subclass': type('S', (str,), {})('s'), 'long': 'x' * (50 << 20),\n"
            " 'unicode': 'line\\n\\u2028\\x00\\U0001f600'}\n"
            "def build_sdist(d, c): return VALUES[c['v']]\n",
            "backends",
            "values.py",
        )
        daemon = self.extended()
        for name, wanted in (
            ("none", None),
            ("text", "a"),
            ("list", ["a", "b"]),
            ("tuple", ["a"]),
            ("subclass", "s"),
            ("long", "x" * (50 << 20)),
            ("unicode", "line\n\u2028\x00\U0001f600"),
        ):
            with self.subTest(value=name):
                arguments = {"sdist_directory": "d", "config_settings": {"v": name}}
                answer = self.sdist(daemon, "values", arguments=arguments)
                self.assertIn("OK", answer)
                self.assertTrue(wanted == answer["OK"])
        for name, text in (
            ("int", "builtins.int"),
            ("bytes", "builtins.bytes"),
            ("dict", "builtins.dict"),
            ("mixed", "holds a builtins.int"),
            ("nested", "holds a builtins.list"),
            ("surrogate", "not Unicode"),
            ("surrogates", "not Unicode"),
            ("object", "builtins.object"),
            ("bool", "builtins.bool"),
        ):
            with self.subTest(value=name):
                arguments = {"sdist_directory": "d", "config_settings": {"v": name}}
                self.assert_failed(self.sdist(daemon, "values", arguments=arguments), "HookRuntimeError", text)

    def test_result_beyond_the_limit(self):
        self.backend("return 'x' * (65 << 20)")
        daemon = self.extended()
        self.assert_failed(self.sdist(daemon), "HookRuntimeError", "longer than")
        self.assert_goes_on(daemon)

    def test_exit_handler_that_changes_the_status(self):
        self.backend("import atexit\natexit.register(os._exit, 3)\nreturn 'x'")
        for isolation in ("fork", "fresh"):
            answer = self.sdist(self.extended(), isolation=isolation)
            self.assert_failed(answer, "HookRuntimeError", "exited with status 3 after it answered")

    def test_hook_that_kills_its_parent(self):
        self.backend("os.kill(os.getppid(), 9)\nimport time\ntime.sleep(60)")
        daemon = self.extended()
        self.assert_failed(self.sdist(daemon), "HookRuntimeError", "SIGKILL")
        self.assert_goes_on(daemon)


class RequestTest(DaemonTest):
    def test_what_is_refused(self):
        daemon = self.extended()
        good = {"source_tree": self.tree, "build_backend": "ok_backend", "hook": "build_sdist"}
        good["arguments"] = {"sdist_directory": "d"}
        for change, kind, text in (
            ({"sandbox": "strict"}, "MalformedHookArgument", "sandbox"),
            ({"source_tree": None}, "MalformedHookArgument", "source_tree"),
            ({"source_tree": "relative"}, "MalformedHookArgument", "absolute"),
            ({"source_tree": self.tree + "/no"}, "MalformedHookArgument", "not a directory"),
            ({"source_tree": 7}, "MalformedHookArgument", "a number"),
            ({"build_backend": None}, "MalformedHookArgument", "build_backend"),
            ({"hook": "get_rich"}, "InvalidHookName", "get_rich"),
            ({"hook": None}, "MalformedHookArgument", "hook"),
            ({"arguments": {}}, "MalformedHookArgument", "sdist_directory"),
            ({"arguments": {"sdist_directory": 1}}, "MalformedHookArgument", "a number"),
            ({"arguments": {"sdist_directory": "a\0b"}}, "MalformedHookArgument", "cannot be a path"),
            ({"arguments": {"sdist_directory": "\ud800"}}, "MalformedHookArgument", "cannot be a path"),
            ({"source_tree": "/\ud800"}, "MalformedHookArgument", "not a directory"),
            ({"arguments": {"sdist_directory": "d", "wheel_directory": "d"}}, "MalformedHookArgument", "wheel_directory"),
            ({"arguments": {"sdist_directory": "d", "config_settings": []}}, "MalformedHookArgument", "an array"),
            ({"environ": {"A": 1}}, "MalformedHookArgument", "environ"),
            ({"environ": {"A=B": "c"}}, "MalformedHookArgument", "environ"),
            ({"environ": {"A": "\ud800"}}, "MalformedHookArgument", "environ"),
            ({"environ": {"A": "\0"}}, "MalformedHookArgument", "environ"),
            ({"environ": []}, "MalformedHookArgument", "environ"),
            ({"isolation": "none"}, "MalformedHookArgument", "isolation"),
            ({"backend_path": ["/"]}, "MalformedHookArgument", "relative"),
            ({"backend_path": ["\ud800"]}, "MalformedHookArgument", "relative path"),
            ({"backend_path": [1]}, "MalformedHookArgument", "strings"),
            ({"backend_path_outside_tree": 1}, "MalformedHookArgument", "wrong type"),
            ({"backend_path": ["\0"], "backend_path_outside_tree": True}, "MalformedHookArgument", "not a path"),
        ):
            with self.subTest(**change):
                self.assert_failed(daemon.run(**dict(good, **change)), kind, text)
        for line in ("{", "[]", "\xff", "[" * 100000, ""):
            with self.subTest(line=line[:10]):
                daemon.send("run", line)
                self.assert_failed(daemon.answer(), "MalformedHookArgument", "request")
        self.assertIn("OK", self.sdist(daemon, "ok_backend"))

    def test_unknown_action(self):
        daemon = self.extended()
        daemon.send("dance")
        self.assert_failed(daemon.answer(), "InvalidAction", "dance")

    def test_line_over_the_limit_is_fatal(self):
        daemon = self.extended()
        chunk = b"x" * (1 << 20)
        try:
            for _ in range(66):
                daemon.process.stdin.write(chunk)
            daemon.process.stdin.flush()
        except BrokenPipeError:
            pass
        line = daemon.lines_until("FATAL")[-1]
        self.assertIn("ProtocolViolation", line)
        self.assertEqual(1, daemon.wait())
