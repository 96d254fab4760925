"""What is imported ahead for the hooks to come."""

import unittest

from preloading import PreloadTest


class LearningTest(PreloadTest):
    def test_what_a_hook_imports_is_imported_ahead_of_the_next(self):
        self.backend("import lazy_package.user\nreturn lazy_package.user.SEEN")
        daemon = self.extended()
        first = self.sdist(daemon)
        self.assertEqual((0, 0.0), (first["USAGE"]["preloaded"], first["USAGE"]["saved"]))
        later = self.preloaded(daemon)
        self.assertEqual(first["OK"], later["OK"])
        self.assertEqual(5, later["USAGE"]["preloaded"])  # the package, three modules with it, and one of the standard library
        self.assertGreater(later["USAGE"]["saved"], 0.0)

    def test_more_is_learned_later(self):
        self.backend("__import__(config_settings['module'])\nreturn 'x'")

        def call(module):
            return {"arguments": {"sdist_directory": "d", "config_settings": {"module": module}}}

        daemon = self.extended()
        self.preloaded(daemon, **call("lazy_single"))
        self.preloaded(daemon, **call("lazy_package.alone"))
        self.assertEqual(1, self.sdist(daemon, **call("lazy_single"))["USAGE"]["preloaded"])

    def test_backends_learn_apart(self):
        self.backend("import lazy_single\nreturn 'x'", "one_backend")
        self.backend("import lazy_package.alone\nreturn sorted(m for m in sys.modules if 'lazy' in m)", "other_backend")
        daemon = self.extended()
        self.preloaded(daemon, "one_backend")
        answer = self.preloaded(daemon, "other_backend")
        self.assertEqual(["lazy_package", "lazy_package.alone", "lazy_package.base"], answer["OK"])

    def test_modules_of_the_tree_and_made_up_ones_are_not_learned(self):
        self.write("VALUE = 1\n", "tree", "of_the_tree.py")
        self.backend(
            "import types, lazy_single\nsys.path.insert(0, '')\nimport of_the_tree\n"
            "sys.path.insert(0, config_settings['temporary'])\nimport temporary_module\n"
            "sys.modules['made_up'] = types.ModuleType('made_up')\nsys.modules['hostile'] = Hostile()\nreturn 'x'",
            imports="class Hostile:\n  def __getattr__(self, name): raise SystemExit(name)",
        )
        folder = self.make("hook-temporary")
        self.write("VALUE = 1\n", "hook-temporary", "temporary_module.py")
        daemon = self.keeping()
        request = {"arguments": {"sdist_directory": "d", "config_settings": {"temporary": folder}}}
        answer = self.preloaded(daemon, **request)
        self.assertEqual("x", answer["OK"])
        self.assertTrue(any("temporary_module" in note and "ModuleNotFoundError" in note for note in answer["DEBUG"]), answer["DEBUG"])
        self.assertIn("lazy_single", self.kept()["modules"])
        for name in ("of_the_tree", "made_up", "hostile", "temporary_module"):
            self.assertNotIn(name, self.kept()["modules"])
        self.assertEqual({}, self.kept()["refused"])  # no hook may ever ask for the temporary one again

    def test_off(self):
        self.backend("import lazy_single\nreturn 'x'")
        daemon = self.extended(["--preload=off"])
        for _ in range(5):
            self.assertEqual(0, self.sdist(daemon)["USAGE"]["preloaded"])

    def test_a_backend_of_the_tree_that_is_named_like_a_module_that_was_imported_ahead(self):
        self.backend("import lazy_single, lazy_package.user\nreturn 'x'")
        self.write(
            "VALUE = 'of backend-path'\n"
            "def build_sdist(d, c):\n import lazy_package.user\n return lazy_package.user.SEEN\n",
            "tree",
            "in",
            "lazy_single.py",
        )
        daemon = self.extended()
        self.preloaded(daemon)
        answer = self.sdist(daemon, "lazy_single", backend_path=["in"])
        self.assertEqual(("of the environment, of backend-path", 0), (answer["OK"], answer["USAGE"]["preloaded"]))

    def test_a_backend_of_the_tree_is_not_preloaded(self):
        self.write("import lazy_single\ndef build_sdist(d, c): return lazy_single.VALUE\n", "tree", "in", "in_tree.py")
        daemon = self.extended()
        for _ in range(4):
            answer = self.sdist(daemon, "in_tree", backend_path=["in"])
            self.assertEqual(("single of the environment", 0), (answer["OK"], answer["USAGE"]["preloaded"]))


if __name__ == "__main__":
    unittest.main()
