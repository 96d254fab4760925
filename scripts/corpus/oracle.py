"""What a front end that starts a fresh process for every hook gets: the answers hookd's have to equal.

Run it with an interpreter that can import `pyproject_hooks` (`oracle-venv` prints one). It reads requests from standard
input, one JSON object a line, and answers each with one JSON line on standard output, in order.

A request:

    python            the interpreter of the build environment
    source_tree       the hook's working directory; hooks write into it, so give each request a copy of its own
    build_backend     the backend object; null or empty: setuptools.build_meta:__legacy__
    backend_path      list of folders relative to the source tree, or null
    hooks             the hooks to run, in this order, each in a process of its own
    output_directory  what a hook builds goes to a new folder in here, named like the hook
    environ           optional: the hook's whole environment; absent: this process's
    extra_environ     optional: variables added to it
    config_settings   optional: an object
    metadata_directory  optional: for build_wheel and build_editable
    timeout           optional: seconds for each hook (default 600)
    id                optional: any value, repeated in the answer

The answer: `{"id": ..., "hooks": {HOOK: OUTCOME, ...}}`, or `{"id": ..., "error": ERROR}` for a request that could not be
read. An OUTCOME has `seconds` (wall time, the start of the interpreter included), `stdout`, `stderr`, and either

    result    what the hook returned, and, for a hook that makes something,
              metadata  (prepare_metadata_*) the bytes of METADATA in base64,
              files     SHA-256 by name: all files of the .dist-info folder, or the archive
    error     exception (class), message, traceback

A hook the backend lacks is an error of the class HookMissing: `prepare_metadata_*` never falls back to building a wheel.
When the backend raised an exception, `exception` and `message` are that exception's as the interpreter printed them.
"""

import base64
import contextlib
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

import pyproject_hooks

DEFAULT_TIMEOUT_SECONDS = 600
_TRACEBACK = "Traceback (most recent call last):"
# The last line of a printed traceback: `package.module.Class: message`, or the class alone.
_RAISED = re.compile(r"(?P<exception>[A-Za-z_][\w.]*)(?:: (?P<message>.*))?\Z", re.DOTALL)


def main():
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(_answer(line)), flush=True)


def _answer(line):
    request = {}
    try:
        request = json.loads(line)
        hooks = {hook: _HookRun(request, hook).outcome() for hook in request["hooks"]}
    except Exception as error:
        # The next request does not depend on this one.
        identifier = request.get("id") if isinstance(request, dict) else None
        return {"id": identifier, "error": _described(error, traceback.format_exc())}
    return {"id": request.get("id"), "hooks": hooks}


class _HookRun:
    """One hook of one request."""

    def __init__(self, request, hook):
        self._request = request
        self._hook = hook
        self._timeout = request.get("timeout") or DEFAULT_TIMEOUT_SECONDS
        self._directory = Path(request["output_directory"]).resolve() / hook
        self._stdout = ""
        self._stderr = ""
        self._call = {
            "get_requires_for_build_wheel": self._get_requires,
            "get_requires_for_build_editable": self._get_requires,
            "get_requires_for_build_sdist": self._get_requires,
            "prepare_metadata_for_build_wheel": self._prepare_metadata,
            "prepare_metadata_for_build_editable": self._prepare_metadata,
            "build_wheel": self._build_wheel,
            "build_editable": self._build_wheel,
            "build_sdist": self._build_sdist,
        }[hook]
        if not hook.startswith("get_requires_"):
            self._directory.mkdir(parents=True)

    def outcome(self):
        start = time.monotonic()
        try:
            caller = pyproject_hooks.BuildBackendHookCaller(
                self._request["source_tree"],
                self._request.get("build_backend") or "setuptools.build_meta:__legacy__",
                self._request.get("backend_path"),
                runner=self._run,
                python_executable=self._request["python"],
            )
            result = self._call(getattr(caller, self._hook))
            seconds = time.monotonic() - start
            outcome = {"result": result}
            outcome.update(self._products(result))
        except subprocess.CalledProcessError as error:
            seconds = time.monotonic() - start
            outcome = {"error": self._raised_in_the_hook(error)}
        except Exception as error:
            seconds = time.monotonic() - start
            # Errors that pyproject_hooks brings back from the hook's process carry the traceback from there.
            text = getattr(error, "traceback", None) or traceback.format_exc()
            outcome = {"error": _described(error, text)}
        outcome.update(seconds=seconds, stdout=self._stdout, stderr=self._stderr)
        return outcome

    def _get_requires(self, hook):
        return hook(config_settings=self._request.get("config_settings"))

    def _prepare_metadata(self, hook):
        return hook(
            str(self._directory), config_settings=self._request.get("config_settings"), _allow_fallback=False
        )

    def _build_wheel(self, hook):
        return hook(
            str(self._directory),
            config_settings=self._request.get("config_settings"),
            metadata_directory=self._request.get("metadata_directory"),
        )

    def _build_sdist(self, hook):
        return hook(str(self._directory), config_settings=self._request.get("config_settings"))

    def _products(self, result):
        if self._hook.startswith("get_requires_"):
            return {}
        made = self._directory / result
        if made.is_file():
            return {"files": {result: _sha256(made)}}
        files = sorted(path for path in made.rglob("*") if path.is_file())
        return {
            "metadata": base64.b64encode((made / "METADATA").read_bytes()).decode("ascii"),
            "files": {path.relative_to(made).as_posix(): _sha256(path) for path in files},
        }

    def _run(self, command, cwd=None, extra_environ=None):
        environ = dict(os.environ if self._request.get("environ") is None else self._request["environ"])
        environ.update(self._request.get("extra_environ") or {})
        environ.update(extra_environ or {})
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            out, err = process.communicate(timeout=self._timeout)
        except subprocess.TimeoutExpired:
            # The session is the hook's own: its subprocesses hold the pipes open too.
            _kill_group(process.pid)
            process.communicate()
            raise
        _kill_group(process.pid)
        self._stdout = out.decode("utf-8", "backslashreplace")
        self._stderr = err.decode("utf-8", "backslashreplace")
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)

    def _raised_in_the_hook(self, error):
        start = self._stderr.rfind(_TRACEBACK)
        printed = self._stderr[start:] if start >= 0 else self._stderr
        # Behind the last indented line (the last frame) stand the class and the message, which may span lines.
        lines = printed.rstrip().splitlines()
        last_frame = max((number for number, text in enumerate(lines) if text.startswith("  ")), default=-1)
        raised = _RAISED.match("\n".join(lines[last_frame + 1 :])) if start >= 0 else None
        if not raised:
            # A signal, or an exit that printed no traceback.
            return {"exception": "CalledProcessError", "message": str(error), "traceback": printed}
        return {
            "exception": raised.group("exception"),
            "message": raised.group("message") or "",
            "traceback": printed,
        }


def _kill_group(leader):
    """Kill what a hook leaves running."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _described(error, text):
    return {"exception": type(error).__name__, "message": str(error), "traceback": text}


def _sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
