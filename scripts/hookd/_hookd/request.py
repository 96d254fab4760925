"""Reads what the client asks for into a Job. Everything that can be refused without a process is refused here."""

import json
import os

from .errors import HookError
from .names import (
    DEFAULT_BACKEND,
    HOOKS,
    INVALID_HOOK_NAME,
    MALFORMED_BACKEND_NAME,
    MALFORMED_HOOK_ARGUMENT,
)

_MEMBERS = frozenset(("source_tree", "build_backend", "backend_path", "backend_path_outside_tree", "environ", "isolation"))
_MEMBERS_OF_RUN = _MEMBERS | {"hook", "arguments"}


class Job:
    """One call: plain values only, so that it can travel to another process as JSON (`vars(job)`, `Job(**values)`).

    `hook` is None when the backend's hooks are to be listed. `arguments` are in the order of HOOKS.
    """

    def __init__(self, source_tree, backend, backend_path, hook, arguments, environ, isolation, stdout=None, stderr=None):
        self.source_tree = source_tree
        self.backend = backend
        self.backend_path = backend_path
        self.hook = hook
        self.arguments = arguments
        self.environ = environ
        self.isolation = isolation
        self.stdout = stdout
        self.stderr = stderr


def malformed(message):
    return HookError(MALFORMED_HOOK_ARGUMENT, message)


def backend_name(text):
    """Checks the form of a backend object (PEP 517, "build-backend"); empty is the default backend."""
    if text == "":
        return DEFAULT_BACKEND
    module, colon, attributes = text.partition(":")
    parts = module.split(".") + (attributes.split(".") if colon else [])
    if not all(part.isidentifier() for part in parts):
        raise HookError(
            MALFORMED_BACKEND_NAME, "%r is not of the form module, module:object or module:object.attribute" % text
        )
    return text


def hook_name(text):
    if text not in HOOKS:
        raise HookError(INVALID_HOOK_NAME, "%r is not a hook; the hooks are %s" % (text, ", ".join(HOOKS)))
    return text


def source_tree(path):
    if not os.path.isabs(path):
        raise malformed("source_tree is not an absolute path: %r" % path)
    if not _is_for_the_system(path) or not os.path.isdir(path):
        raise malformed("source_tree is not a directory: %r" % path)
    return path


def backend_path(tree, entries, outside_tree=False):
    """Makes the entries absolute. Each must be relative and, links resolved, inside the tree (PEP 517, "Source trees").

    With `outside_tree` they may lead anywhere: the person who builds has said so, not the project.
    """
    real_tree = os.path.realpath(tree)
    absolute = []
    for entry in entries:
        if not _is_for_the_system(entry) or (os.path.isabs(entry) and not outside_tree):
            raise malformed("an entry of backend_path is not a %s: %r" % ("path" if outside_tree else "relative path", entry))
        if outside_tree:
            absolute.append(os.path.normpath(os.path.join(tree, entry)))
            continue
        real = os.path.realpath(os.path.join(real_tree, entry))
        # By components: /src/pkg-evil is not inside /src/pkg.
        if os.path.commonpath((real, real_tree)) != real_tree:
            raise malformed("an entry of backend_path is outside the source tree: %r" % entry)
        absolute.append(os.path.normpath(os.path.join(tree, entry)))
    return absolute


def argument(tree, hook, name, value):
    """One argument of a hook, as the hook gets it; None and the empty string stand for an absent directory."""
    if name == "config_settings":
        if value is not None and not isinstance(value, dict):
            raise malformed("config_settings is not a JSON object: it is %s" % json_type(value))
        return value
    if value is None or value == "":
        if name == "metadata_directory" and hook.startswith("build_"):
            return None
        raise malformed("%s needs a %s" % (hook, name))
    if not isinstance(value, str):
        raise malformed("%s is not a string: it is %s" % (name, json_type(value)))
    if not _is_for_the_system(value):
        raise malformed("%s cannot be a path: %r" % (name, value))
    return os.path.normpath(os.path.join(tree, value))


def from_json(line, is_run):
    """Reads the request line (bytes) of the extended dialect."""
    values = parse_json(line, "the request")
    if not isinstance(values, dict):
        raise malformed("the request is not a JSON object: it is %s" % json_type(values))
    unknown = sorted(set(values) - (_MEMBERS_OF_RUN if is_run else _MEMBERS))
    if unknown:
        # Never ignored: it may be a request for a protection that this daemon does not have.
        raise malformed("unknown member of the request: %s" % ", ".join(map(repr, unknown)))
    tree = source_tree(_member(values, "source_tree", str, required=True))
    backend = backend_name(_member(values, "build_backend", str, required=True))
    entries = _member(values, "backend_path", list) or []
    if not all(isinstance(entry, str) for entry in entries):
        raise malformed("backend_path is not a list of strings")
    outside_tree = _member(values, "backend_path_outside_tree", bool) or False
    environ = _member(values, "environ", dict) or {}
    for name, value in environ.items():
        if not isinstance(value, str) or not name or "=" in name or not _is_for_the_system(name + value):
            raise malformed("environ: %r cannot be set to %r" % (name, value))
    isolation = _member(values, "isolation", str) or "fork"
    if isolation not in ("fork", "fresh"):
        raise malformed("isolation is neither fork nor fresh: %r" % isolation)
    hook, arguments = None, []
    if is_run:
        hook = hook_name(_member(values, "hook", str, required=True))
        given = _member(values, "arguments", dict) or {}
        unknown = sorted(set(given) - set(HOOKS[hook]))
        if unknown:
            raise malformed("%s does not take %s" % (hook, ", ".join(map(repr, unknown))))
        arguments = [argument(tree, hook, name, given.get(name)) for name in HOOKS[hook]]
    return Job(tree, backend, backend_path(tree, entries, outside_tree), hook, arguments, environ, isolation)


def parse_json(line, what):
    """Parses bytes or text that should be JSON."""
    try:
        return json.loads(line.decode("utf-8") if isinstance(line, bytes) else line)
    except RecursionError:
        raise malformed("%s is nested too deeply" % what) from None
    except ValueError as error:
        raise malformed("%s is not JSON: %s" % (what, error)) from None


def json_type(value):
    """What a person calls the type of a parsed JSON value."""
    if value is None:
        return "null"
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "an array", dict: "an object"}
    return names[type(value)]


def _is_for_the_system(text):
    """Whether the operating system can be given this text: no null, nothing that the locale's encoding lacks."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def _member(values, name, expected, required=False):
    value = values.get(name)
    if value is None:
        if required:
            raise malformed("the request has no %s" % name)
        return None
    if not isinstance(value, expected):
        raise malformed("%s has the wrong type: it is %s" % (name, json_type(value)))
    return value
