"""Values that a hook must not return, and exceptions that cannot be looked at."""

from comparison import ComparisonTest


class AnswersTest(ComparisonTest):
    def check(self, name, **settings):
        return self.assert_like_fresh(self.call("answers." + name, **settings))[0]["answer"]

    def check_each(self, name, setting, values):
        """With each of these values of the setting: (value, answer) pairs."""
        wanted = self.assert_each_like_fresh([[self.call("answers." + name, **{setting: value})] for value in values])
        return zip(values, [story[0]["answer"] for story in wanted])

    def test_wrong_type(self):
        kinds = ("bytes", "number", "boolean", "dictionary", "object", "generator", "mixed", "nested", "class")
        for kind, answer in self.check_each("wrong_type", "type", kinds):
            self.assertIn("failure", answer, kind)

    def test_types_that_are_as_good(self):
        for kind, answer in self.check_each("wrong_type", "type", ("tuple", "nothing", "subclass")):
            self.assertIn("value", answer, kind)

    def test_text_that_is_not_utf8(self):
        self.assertIn("not Unicode text", self.check("not_utf8")["failure"][1])

    def test_path_with_a_directory_part(self):
        # Passed on as it is: what the name may be is for the front end to judge, which refuses these (HookProductsTest).
        paths = ("../a-1.0.tar.gz", "/etc/passwd", "dir/a-1.0.tar.gz", "dir\\a-1.0.tar.gz", ".", "", "a\0b", 'a\nOK "b"')
        for path, answer in self.check_each("text", "text", paths):
            self.assertEqual({"value": path}, answer)

    def test_exception_that_cannot_be_pickled(self):
        self.assertEqual("holds a lock", self.check("raise_unpicklable")["message"])

    def test_exception_whose_text_raises(self):
        self.assertIn("str() raised builtins.KeyError", self.check("raise_unprintable")["message"])

    def test_exception_whose_text_is_none(self):
        self.assertIn("str() raised builtins.TypeError", self.check("raise_with_a_text_that_is_none")["message"])

    def test_exception_whose_text_is_not_utf8(self):
        self.assertEqual("caf\udce9", self.check("raise_not_utf8")["message"])

    def test_exception_caused_by_one_whose_text_raises(self):
        self.assertEqual("the outer one", self.check("raise_chain")["message"])
