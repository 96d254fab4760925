"""The vocabulary of the protocol: hooks and their arguments, error kinds, dialects, harmless variables."""

# What each hook takes, in the order in which the protocol asks for it and in which the backend gets it (PEP 517, PEP 660).
HOOKS = {
    "get_requires_for_build_wheel": ("config_settings",),
    "get_requires_for_build_sdist": ("config_settings",),
    "get_requires_for_build_editable": ("config_settings",),
    "prepare_metadata_for_build_wheel": ("metadata_directory", "config_settings"),
    "prepare_metadata_for_build_editable": ("metadata_directory", "config_settings"),
    "build_wheel": ("wheel_directory", "config_settings", "metadata_directory"),
    "build_editable": ("wheel_directory", "config_settings", "metadata_directory"),
    "build_sdist": ("sdist_directory", "config_settings"),
}

DEFAULT_BACKEND = "setuptools.build_meta:__legacy__"

MISSING_BACKEND_MODULE = "MissingBackendModule"
MISSING_BACKEND_ATTRIBUTE = "MissingBackendAttribute"
MALFORMED_BACKEND_NAME = "MalformedBackendName"
BACKEND_IMPORT_ERROR = "BackendImportError"
INVALID_HOOK_NAME = "InvalidHookName"
INVALID_ACTION = "InvalidAction"
UNSUPPORTED_HOOK = "UnsupportedHook"
MALFORMED_HOOK_ARGUMENT = "MalformedHookArgument"
HOOK_RUNTIME_ERROR = "HookRuntimeError"

ERROR_KINDS = frozenset(
    (
        MISSING_BACKEND_MODULE,
        MISSING_BACKEND_ATTRIBUTE,
        MALFORMED_BACKEND_NAME,
        BACKEND_IMPORT_ERROR,
        INVALID_HOOK_NAME,
        INVALID_ACTION,
        UNSUPPORTED_HOOK,
        MALFORMED_HOOK_ARGUMENT,
        HOOK_RUNTIME_ERROR,
    )
)

# The kinds of FATAL; none of them is an error of a hook.
PROTOCOL_VIOLATION = "ProtocolViolation"
INTERNAL_ERROR = "InternalError"

# How each dialect spells what it expects; a name that is not listed is spelt as it is. Only the later revision of the
# protocol asks for a backend path.
DIALECTS = {
    "hookd": {},
    "uv": {"build_backend": "build-backend", "backend_path": "backend-path", "hook_name": "hook-name"},
}

# Extra variables that a forked child may get although the backend is imported already: each is known to be read inside
# hooks only. Any other could be read by the interpreter at its start or by the backend's import, so a call that sets it
# runs in a new interpreter. A trailing * stands for any ending.
READ_INSIDE_HOOKS_ONLY = (
    "SOURCE_DATE_EPOCH",
    "SETUPTOOLS_SCM_PRETEND_VERSION",
    "SETUPTOOLS_SCM_PRETEND_VERSION_FOR_*",
    "SETUPTOOLS_SCM_PRETEND_METADATA",
    "SETUPTOOLS_SCM_PRETEND_METADATA_FOR_*",
    "PBR_VERSION",
    "PDM_BUILD_SCM_VERSION",
    "POETRY_DYNAMIC_VERSIONING_BYPASS",
)


def read_inside_hooks_only(name):
    """Whether a warm child may be given the environment variable `name`."""
    for known in READ_INSIDE_HOOKS_ONLY:
        if name == known or (known.endswith("*") and name.startswith(known[:-1])):
            return True
    return False
