"""A build backend around setuptools: whatever it builds bears the house's classifier.

The metadata are edited in one place, where they are prepared. `build_wheel` gives the wheel the prepared metadata when a front
end passes them (PEP 517, "build_wheel": metadata_directory), and prepares them itself when it does not.
"""

import base64
import hashlib
import os
import tempfile
import zipfile

from setuptools import build_meta
from setuptools.build_meta import (  # noqa: F401
    build_sdist,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
)

CLASSIFIER = b"Classifier: Private :: Do Not Upload\n"


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    name = build_meta.prepare_metadata_for_build_wheel(metadata_directory, config_settings)
    path = os.path.join(metadata_directory, name, "METADATA")
    with open(path, "rb") as file:
        head, _, body = file.read().partition(b"\n\n")
    with open(path, "wb") as file:
        file.write(head.rstrip() + b"\n" + CLASSIFIER + b"\n" + body)
    return name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    with tempfile.TemporaryDirectory() as work:
        if metadata_directory is None:
            metadata_directory = os.path.join(work, prepare_metadata_for_build_wheel(work, config_settings))
        with open(os.path.join(metadata_directory, "METADATA"), "rb") as file:
            metadata = file.read()
        name = build_meta.build_wheel(work, config_settings)
        _replace_metadata(os.path.join(work, name), os.path.join(wheel_directory, name), metadata)
    return name


def _replace_metadata(source, target, metadata):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        record = next(entry.filename for entry in old.infolist() if entry.filename.endswith(".dist-info/RECORD"))
        changed = record.replace("RECORD", "METADATA")
        digest = base64.urlsafe_b64encode(hashlib.sha256(metadata).digest()).rstrip(b"=").decode()
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == changed:
                data = metadata
            elif entry.filename == record:
                lines = [line for line in data.decode().splitlines() if not line.startswith(changed + ",")]
                lines.append("%s,sha256=%s,%d" % (changed, digest, len(metadata)))
                data = ("\n".join(lines) + "\n").encode()
            new.writestr(entry, data)
