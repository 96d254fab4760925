"""Downloads of sdists with the command line of `unearth`, which runs none of the projects' code."""

import json
import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from _cache import CorpusError, Unavailable

#: Whichever interpreter runs this script, an sdist is looked up as for this one.
TARGET_PYTHON = "3.11"
TIMEOUT_SECONDS = 300
PAUSES_SECONDS = (2, 8, 30)  # before the attempts after the first

# pip's own option parser reads pip's files and environment variables and knows pip's defaults, so the answer is what
# `pip download` would use. unearth has no default index as soon as a find-link is given: the index is always passed.
_PIP_OPTIONS = """
import json
from pip._internal.commands import create_command
o, _ = create_command("download").parse_args([])
print(json.dumps({
    "indexes": [] if o.no_index else [o.index_url] + o.extra_index_urls,
    "find_links": o.find_links,
    "trusted_hosts": o.trusted_hosts,
    "cert": o.cert,
    "proxy": o.proxy,
}))
"""


class Downloader:
    """Runs unearth in private folders below `partial`. Safe for use by several threads."""

    def __init__(self, python, partial):
        self._python = str(python)
        self._partial = partial
        self._running = set()
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._arguments, self._environ = self._as_pip_is_configured()

    def download(self, requirement, place):
        """Download the sdist that `requirement` selects and call `place(path, answer)` with it and unearth's answer.

        The file is in a private folder that is gone when this returns; `place` moves it out. Returns what `place`
        returns. Unavailable when the file could not be had.
        """
        for pause in PAUSES_SECONDS + (None,):
            folder = Path(tempfile.mkdtemp(dir=str(self._partial)))
            try:
                answer = self._unearth(requirement, folder)
                path = Path(answer["local_path"]).resolve()
                if path.parent != folder:
                    # A find-link to a local folder: unearth names the original, which is not ours to move.
                    path = Path(shutil.copy(str(path), str(folder)))
            except Unavailable:
                # unearth does not retry. An event and not a sleep, so that stop() ends the wait.
                if pause is None or self._stopped.wait(pause):
                    raise
            else:
                return place(path, answer)
            finally:
                shutil.rmtree(str(folder), ignore_errors=True)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def stop(self):
        """End the downloads in progress; they fail with Unavailable."""
        self._stopped.set()
        with self._lock:
            for process in self._running:
                process.kill()

    def _unearth(self, requirement, folder):
        command = [self._python, "-m", "unearth", "--no-binary", "--python-version", TARGET_PYTHON]
        command += self._arguments + ["--download", str(folder), requirement]
        with self._lock:
            if self._stopped.is_set():
                raise Unavailable("stopped")
            process = subprocess.Popen(
                command,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                universal_newlines=True,
            )
            self._running.add(process)
        try:
            out, err = process.communicate(timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Unavailable("no answer within %d s" % TIMEOUT_SECONDS) from None
        finally:
            with self._lock:
                self._running.discard(process)
        if process.returncode:
            # The last line is the exception's, or unearth's own message.
            raise Unavailable(err.strip().splitlines()[-1] if err.strip() else "status %d" % process.returncode)
        return json.loads(out)

    def _as_pip_is_configured(self):
        asked = subprocess.run(
            [self._python, "-c", _PIP_OPTIONS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True
        )
        if asked.returncode:
            raise CorpusError("pip does not tell its configuration:\n%s" % asked.stderr)
        pip = json.loads(asked.stdout)
        arguments = []
        for option, values in (
            ("--index-url", pip["indexes"]),
            ("--find-link", pip["find_links"]),
            ("--trusted-host", pip["trusted_hosts"]),
        ):
            for value in values:
                arguments += [option, value]
        environ = dict(os.environ)
        if pip["cert"]:
            environ.setdefault("SSL_CERT_FILE", pip["cert"])
        if pip["proxy"]:
            environ.setdefault("HTTPS_PROXY", pip["proxy"])
        return arguments, environ
