"""classic_daemon.py [--spelling=hookd|uv] [SOURCE_TREE]

A second hookd daemon, written from docs/protocol.md and sharing no code with the real one, to keep the client honest. It
knows the classic dialect only and is strict about it: it answers `hello` with InvalidAction, asks for one line at a time,
and exits with FATAL when the client has written ahead. It runs hooks in its own process.
"""

import importlib
import json
import os
import select
import sys
import tempfile
import traceback

HOOKS = {
    "get_requires_for_build_wheel": ["config_settings"],
    "get_requires_for_build_sdist": ["config_settings"],
    "get_requires_for_build_editable": ["config_settings"],
    "prepare_metadata_for_build_wheel": ["metadata_directory", "config_settings"],
    "prepare_metadata_for_build_editable": ["metadata_directory", "config_settings"],
    "build_wheel": ["wheel_directory", "config_settings", "metadata_directory"],
    "build_editable": ["wheel_directory", "config_settings", "metadata_directory"],
    "build_sdist": ["sdist_directory", "config_settings"],
}


class CallError(Exception):
    def __init__(self, kind, message, with_traceback=False):
        super().__init__(message)
        self.kind = kind
        self.with_traceback = with_traceback


class Wire:
    """The two protocol descriptors, moved out of the hooks' way."""

    def __init__(self):
        self.read_fd = os.dup(0)
        self.write_fd = os.dup(1)
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        os.dup2(2, 1)

    def send(self, keyword, *words):
        line = " ".join((keyword,) + words).replace("\n", "\\n")
        os.write(self.write_fd, line.encode("utf-8", "backslashreplace") + b"\n")

    def ask(self, name):
        if select.select([self.read_fd], [], [], 0)[0] and not name == "action":
            self.send("FATAL", "ProtocolViolation", "the client wrote before it was asked for " + name)
            sys.exit(1)
        self.send("EXPECT", name)
        return self.line()

    def line(self):
        line = bytearray()
        while not line.endswith(b"\n"):
            byte = os.read(self.read_fd, 1)
            if not byte:
                sys.exit(0)
            line += byte
        return line[:-1].decode("utf-8")


def find_backend(name, path):
    module, _, attributes = (name or "setuptools.build_meta:__legacy__").partition(":")
    if not all(part.isidentifier() for part in module.split(".")):
        raise CallError("MalformedBackendName", "%r is no backend object" % name)
    sys.path[:0] = path
    try:
        backend = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and (module + ".").startswith(error.name + "."):
            raise CallError("MissingBackendModule", str(error), True)
        raise CallError("BackendImportError", str(error), True)
    except Exception as error:
        raise CallError("BackendImportError", str(error), True)
    finally:
        del sys.path[: len(path)]
    for attribute in filter(None, attributes.split(".")):
        try:
            backend = getattr(backend, attribute)
        except AttributeError as error:
            raise CallError("MissingBackendAttribute", str(error), True)
    return backend


def argument(name, text):
    if name == "config_settings":
        try:
            return json.loads(text) if text else None
        except ValueError as error:
            raise CallError("MalformedHookArgument", "config_settings: %s" % error)
    return os.path.abspath(text) if text else None


def run(wire, spell, asks_for_path):
    backend_name = wire.ask(spell("build_backend"))
    path = []
    if asks_for_path:
        entry = wire.ask("backend-path")
        while entry:
            path.append(os.path.abspath(entry))
            entry = wire.line()
    hook_name = wire.ask(spell("hook_name"))
    if hook_name not in HOOKS:
        raise CallError("InvalidHookName", "%r is no hook" % hook_name)
    arguments = [argument(name, wire.ask(name)) for name in HOOKS[hook_name]]

    folder = tempfile.mkdtemp(prefix="hookd-classic-")
    saved = os.dup(1), os.dup(2)
    for number, keyword in (1, "STDOUT"), (2, "STDERR"):
        file = os.path.join(folder, keyword.lower())
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.dup2(descriptor, number)
        os.close(descriptor)
        wire.send(keyword, file)
    try:
        backend = find_backend(backend_name, path)
        if not hasattr(backend, hook_name):
            raise CallError("UnsupportedHook", "the backend has no %s" % hook_name)
        try:
            value = getattr(backend, hook_name)(*arguments)
        except BaseException as error:
            raise CallError("HookRuntimeError", str(error), True)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, descriptor in zip((1, 2), saved):
            os.dup2(descriptor, number)
            os.close(descriptor)
    wire.send("OK", str(value))


def main(arguments):
    dialect = "hookd"
    if arguments and arguments[0].startswith("--spelling="):
        dialect = arguments.pop(0).partition("=")[2]
    if arguments:
        os.chdir(arguments[0])
    del sys.path[0]
    wire = Wire()
    while True:
        wire.send("READY")
        action = wire.ask("action")
        while not action:
            action = wire.line()
        if action == "shutdown":
            wire.send("SHUTDOWN")
            return
        try:
            if action != "run":
                raise CallError("InvalidAction", "%r is no action" % action)
            run(wire, (lambda name: name.replace("_", "-")) if dialect == "uv" else str, dialect == "uv")
        except CallError as error:
            wire.send("ERROR", error.kind, str(error))
            if error.with_traceback:
                wire.send("TRACEBACK", traceback.format_exc())


main(sys.argv[1:])
