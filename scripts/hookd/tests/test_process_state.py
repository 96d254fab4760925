"""What a hook changes in its process is not there for the next one, which is forked from the same."""

from comparison import WARM_CALLS, ComparisonTest


class ProcessStateTest(ComparisonTest):
    def check(self, name):
        self.assert_like_fresh(self.call("state." + name))

    def test_current_directory(self):
        self.check("directory")

    def test_environment(self):
        self.check("environment")

    def test_module_search_path(self):
        self.check("path")

    def test_arguments(self):
        self.check("arguments")

    def test_modules(self):
        self.check("modules")

    def test_locale(self):
        self.check("locale")

    def test_umask(self):
        self.check("umask")

    def test_signal_handlers(self):
        self.check("signals")

    def test_recursion_limit(self):
        self.check("recursion_limit")

    def test_warnings_filters(self):
        self.check("warnings_filters")

    def test_logging(self):
        self.check("logging")

    def test_socket_defaults(self):
        self.check("socket_defaults")

    def test_patched_json(self):
        self.check("json_patched")

    def test_settings_of_the_interpreter(self):
        self.check("interpreter")

    def test_patched_operating_system(self):
        self.check("operating_system")

    def test_everything_at_once(self):
        self.check("everything")

    def test_random_numbers_are_not_those_of_the_server(self):
        self.backend(
            "return [str(random.random()), str(uuid.uuid4()), tempfile.mktemp(), os.urandom(8).hex()]",
            imports="import random, tempfile, uuid\nrandom.random(); tempfile.mktemp()",
        )
        daemon = self.extended(cwd=self.folder)
        answers = [self.sdist(daemon, isolation=isolation)["OK"] for isolation in ["fork"] * WARM_CALLS + ["fresh"]]
        for numbers in zip(*answers):
            self.assertEqual(len(numbers), len(set(numbers)))

    def test_another_hook_of_the_same_backend(self):
        arguments = {"config_settings": None}
        requires = dict(self.call(""), hook="get_requires_for_build_sdist", arguments=arguments)
        self.assert_like_fresh(self.call("state.everything"), requires, requires, self.call("state.everything"))

    def test_import_that_keeps_the_function_for_the_current_directory(self):
        # As pathlib of CPython 3.10 does; the daemon watches that function while it imports.
        self.backend(
            "return [Keeps().ask(), Keeps.ask(), str(pathlib.Path.cwd())]",
            imports="import pathlib\nclass Keeps:\n    ask = os.getcwd",
        )
        self.assert_like_fresh(self.call("", "tested_backend"))
