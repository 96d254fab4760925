"""Backends that cannot be served warm faithfully: their calls are `fresh`. docs/quirks.md tells more, and what else is known.

An entry needs a difference that was seen between a warm answer and a fresh process's, or a reason why there must be one. It is not
needed where warmup.py sees for itself that an import is unfit; but to know it spares each daemon the attempt.
"""

# By the module that is imported: what it does.
NOT_WARM = {
    "flit_scm": "its import reads pyproject.toml of the source tree and writes the project's version file",
    "scikit_build_core.build": "its import reads pyproject.toml of the source tree to decide which hooks it defines",
}
