"""What a front end that starts a fresh process for every hook gets: the answers hookd's have to equal.

Run it with an interpreter that can import `pyproject_hooks` (`oracle-venv` prints one). It reads requests from standard
input, one JSON object a line, and answers each with one JSON line on standard output, in order.

A request:

    python            the interpreter of the build environment
    source_tree       the hook's working directory; hooks write into it, so give each request a copy of its own
    build_backend     the backend object; null or empty: setuptools.build_meta:__legacy__
    backend_path      list of folders relative to the source tree, or null
    hooks             the hooks to run, in this order, each in a process of its own
    output_directory  what a hook builds goes to a folder in here, named like the hook, which is made if need be
    environ           optional: the hook's whole environment; absent: this process's
    extra_environ     optional: variables added to it
    config_settings   optional: an object
    metadata_directory  optional: for build_wheel and build_editable
    timeout           optional: seconds for each hook (default 600)
    id                optional: any value, repeated in the answer

The answer: `{"id": ..., "hooks": {HOOK: OUTCOME, ...}}`, or `{"id": ..., "error": ERROR}` for a request that could not be
read. An OUTCOME has `seconds` (wall time, the start of the interpreter included), `stdout`, `stderr`, and either

    result    what the hook returned; what it made is in its folder
    error     exception (class), message, traceback; status, for a hook whose process failed

A hook the backend lacks is an error of the class HookMissing: `prepare_metadata_*` never falls back to building a wheel.
`exception` is pyproject_hooks' or our own. When the backend raised one, it is CalledProcessError: the interpreter printed
the backend's, at the end of `stderr`, and ended with `status` 1 (after a signal: the signal's number, negative).
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

import pyproject_hooks

DEFAULT_TIMEOUT_SECONDS = 600


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
        return {"id": identifier, "error": _described(error)}
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
            self._directory.mkdir(parents=True, exist_ok=True)

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
            outcome = {"result": self._call(getattr(caller, self._hook))}
        except Exception as error:
            outcome = {"error": _described(error)}
        outcome.update(seconds=time.monotonic() - start, stdout=self._stdout, stderr=self._stderr)
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


def _kill_group(leader):
    """Kill what a hook leaves running."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _described(error):
    # Errors that pyproject_hooks brings back from the hook's process carry the traceback from there.
    text = getattr(error, "traceback", None) or traceback.format_exc()
    described = {"exception": type(error).__name__, "message": str(error), "traceback": text}
    if isinstance(error, subprocess.CalledProcessError):
        described["status"] = error.returncode
    return described


if __name__ == "__main__":
    main()
