"""What a hook writes, reads and deletes: the same is found afterwards as after a fresh process."""

import os
import sys
import unittest

from comparison import ComparisonTest

LINUX = unittest.skipUnless(sys.platform.startswith("linux"), "finds its files in /proc, which is Linux's")

# What the daemon and a server may need on top of what they had, in bytes. Output does not go through them; an answer is held
# a few times over on its way.
_FOR_ANY_OUTPUT = 24 << 20
_FOR_AN_ANSWER = 10 * 50 * 1000 * 1000


class OutputTest(ComparisonTest):
    def check(self, name, **settings):
        return self.assert_like_fresh(self.call("output." + name, **settings))[0]

    def test_prints_before_and_after_the_result_and_to_the_descriptors(self):
        output = self.check("around_the_result")["output"]
        # What the exit handlers print is there, in the order of a fresh process.
        self.assertLess(output.index(b"in a thread"), output.index(b"in an exit handler"))

    def test_output_of_descendants(self):
        self.check("of_descendants")

    def test_what_looks_like_the_protocol_is_output(self):
        self.check("what_looks_like_the_protocol")

    def test_bytes_that_are_no_text(self):
        self.check("bytes_that_are_no_text")

    def test_standard_input_is_empty(self):
        self.check("standard_input")

    def test_standard_input_closed(self):
        self.check("standard_input_closed")

    def test_output_closed(self):
        self.check("output_closed")

    def test_stream_replaced(self):
        self.assertEqual(b"kept back", self.check("stream_replaced")["output"])

    def test_stream_wrapped(self):
        self.check("stream_wrapped")

    def test_stream_removed(self):
        self.check("stream_none")

    @LINUX
    def test_output_files_deleted(self):
        observed = self.check("file_deleted")
        self.assertEqual((None, None), (observed["output"], observed["errors"]))

    @LINUX
    def test_output_file_replaced_by_a_directory(self):
        daemon = self.extended(cwd=self.folder)
        for isolation in ("fork", "fork", "fresh"):
            self.renew()
            daemon.start(isolation=isolation, **self.call("output.file_replaced"))
            answer = daemon.answer()
            self.assertEqual("a-1.0.tar.gz", answer.get("OK"), answer)
            self.assertTrue(os.path.isdir(answer["STDOUT"]))
        self.assert_goes_on(daemon)

    def test_tree_deleted(self):
        observed = self.check("tree_deleted")
        self.assertEqual({}, observed["files"]["tree"])

    def test_tree_changed(self):
        observed = self.check("tree_changed")
        self.assertIn(os.path.join("build", "lib", "made.py"), observed["files"]["tree"])
        self.assertEqual("0o400", observed["files"]["tree"]["pyproject.toml"][0])


class SizeTest(ComparisonTest):
    """Much of it: equal, and the daemon's own memory bounded. Not so often as the others; a call takes a while."""

    def check(self, do, bound):
        call = self.call(do)
        (wanted,) = self.run_story([call], self.fresh)
        daemon = self.extended(cwd=self.folder)
        before = self.peaks(daemon)
        first = None
        for isolation in ("fork", "fork", "fresh"):
            found = self.run_story([call], lambda call: self.served(daemon, call, isolation))
            self.compare([wanted], found, isolation)
            now = self.peaks(daemon)
            first = first or now
            for was, at_first, is_now in zip(before, first, now):
                self.assertLess(is_now - was, bound)
                self.assertLess(is_now - at_first, bound / 3)  # nothing is kept from call to call
        return wanted

    def peaks(self, daemon):
        """The most memory that the daemon, and the process that serves the backend at present, ever had at once."""
        (served,) = self.run_story([self.call("children.parent")], lambda call: self.served(daemon, call))
        return peak(daemon.process.pid), peak(int(served["answer"]["value"]))

    @LINUX
    def test_100_megabytes_printed(self):
        self.assertEqual(100 * 1000 * 1000, self.check("output.much", _FOR_ANY_OUTPUT)["output"][1])

    @LINUX
    def test_a_list_of_50_megabytes(self):
        value = self.check("answers.long_list", _FOR_AN_ANSWER)["answer"]["value"]
        self.assertGreaterEqual(value[1], 50 * 1000 * 1000)


def peak(pid):
    """The most memory that the process ever had at once, in bytes."""
    with open("/proc/%d/status" % pid) as status:
        (line,) = [line for line in status if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024
