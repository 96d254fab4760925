"""The build backend of birdlog: the eight hooks of PEP 517 and PEP 660, with nothing but the standard library.

Hooks run in the source tree (PEP 517, "Build environment"), so all paths are relative to it. The same tree gives the same
bytes: entries are sorted, owners and modes are fixed, and so is every time ($SOURCE_DATE_EPOCH, or the start of 1980).
"""

import base64
import configparser
import gzip
import hashlib
import io
import os
import re
import tarfile
import time
import zipfile

_EPOCH_1980 = 315532800  # zip files know no earlier time
_SDIST_FILES = ("README.md", "birdlog.ini", "pyproject.toml")
_SDIST_FOLDERS = ("_build", "src")


def get_requires_for_build_wheel(config_settings=None):
    return []


def get_requires_for_build_editable(config_settings=None):
    return []


def get_requires_for_build_sdist(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    project = _Project(config_settings)
    for name, content in project.dist_info_files():
        path = os.path.join(metadata_directory, *name.split("/"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
    return project.dist_info


prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel


# The metadata is computed anew and not copied from `metadata_directory`: it depends on nothing but the tree, so it is the
# same, which is what PEP 517 asks for.
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    project = _Project(config_settings)
    return project.write_wheel(wheel_directory, project.modules())


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    project = _Project(config_settings)
    source = os.path.abspath("src")
    # PEP 660 leaves the mechanism to the backend; a .pth file is the simplest one.
    return project.write_wheel(wheel_directory, [("__editable__.birdlog.pth", (source + "\n").encode("utf-8"))])


def build_sdist(sdist_directory, config_settings=None):
    project = _Project(config_settings)
    files = [(name, _read(name)) for name in _SDIST_FILES]
    for folder in _SDIST_FOLDERS:
        files += _tree(folder, folder)
    files.append(("PKG-INFO", project.metadata()))
    name = project.stem + ".tar.gz"
    with open(os.path.join(sdist_directory, name), "wb") as file:
        # The empty name and the fixed time keep the gzip header free of where and when this ran.
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=_timestamp()) as zipped:
            with tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as archive:
                for path, content in sorted(files):
                    member = tarfile.TarInfo(project.stem + "/" + path)
                    member.size = len(content)
                    member.mode = 0o644
                    member.mtime = _timestamp()
                    archive.addfile(member, io.BytesIO(content))
    return name


class _Project:
    """`birdlog.ini`, and what follows from it."""

    def __init__(self, config_settings):
        settings = dict(config_settings or {})
        self._build_tag = settings.pop("build-tag", "")
        if settings:
            raise ValueError("unknown config settings: %s" % ", ".join(sorted(settings)))
        # The tag starts with a digit (binary distribution format), which is how installers tell it from a version.
        if self._build_tag and not re.match(r"[0-9]\w*\Z", self._build_tag, re.ASCII):
            raise ValueError("build-tag has to be a digit and then letters, digits or underscores")
        # As in a pyproject.toml, case matters; interpolation would stumble over a percent sign.
        self._ini = configparser.ConfigParser(interpolation=None, delimiters=("=",))
        self._ini.optionxform = str
        with open("birdlog.ini", encoding="utf-8") as file:
            self._ini.read_file(file)
        self._main = self._ini["metadata"]
        self.stem = "%s-%s" % (self._main["name"], self._main["version"])
        self.dist_info = self.stem + ".dist-info"

    def metadata(self):
        """The bytes of METADATA, and of PKG-INFO in an sdist."""
        fields = [
            ("Metadata-Version", "2.1"),
            ("Name", self._main["name"]),
            ("Version", self._main["version"]),
            ("Summary", self._main["summary"]),
            ("Author", self._main["author"]),
            ("Keywords", self._main["keywords"]),
        ]
        fields += [("Classifier", classifier) for classifier in _lines(self._main["classifiers"])]
        fields.append(("Requires-Python", self._main["requires-python"]))
        fields += [("Requires-Dist", requirement) for requirement in _lines(self._main["requires"])]
        for extra, requirements in self._ini["extras"].items():
            fields.append(("Provides-Extra", extra))
            fields += [("Requires-Dist", '%s; extra == "%s"' % (line, extra)) for line in _lines(requirements)]
        fields.append(("Description-Content-Type", "text/markdown; charset=UTF-8"))
        header = "".join("%s: %s\n" % field for field in fields)
        return header.encode("utf-8") + b"\n" + _read("README.md")

    def dist_info_files(self):
        """Name and content of all files of the .dist-info folder but RECORD."""
        wheel = "Wheel-Version: 1.0\nGenerator: birdlog_build\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        if self._build_tag:
            wheel += "Build: %s\n" % self._build_tag
        scripts = "".join("%s = %s\n" % script for script in self._ini["scripts"].items())
        return [
            (self.dist_info + "/METADATA", self.metadata()),
            (self.dist_info + "/WHEEL", wheel.encode("utf-8")),
            (self.dist_info + "/entry_points.txt", ("[console_scripts]\n" + scripts).encode("utf-8")),
        ]

    def modules(self):
        return _tree("src", "")

    def write_wheel(self, directory, content):
        parts = [self.stem] + ([self._build_tag] if self._build_tag else []) + ["py3-none-any.whl"]
        name = "-".join(parts)
        # The archive ends with .dist-info, as the wheel format recommends, and that with RECORD.
        files = sorted(content) + self.dist_info_files()
        record = self.dist_info + "/RECORD"
        lines = ["%s,sha256=%s,%d\n" % (path, _digest(data), len(data)) for path, data in files]
        files.append((record, ("".join(lines) + record + ",,\n").encode("utf-8")))
        # Stored and not deflated: the bytes then do not depend on the version of zlib.
        with zipfile.ZipFile(os.path.join(directory, name), "w", zipfile.ZIP_STORED) as archive:
            for path, data in files:
                entry = zipfile.ZipInfo(path, time.gmtime(_timestamp())[:6])
                entry.create_system = 3  # Unix, wherever this runs: it says how external_attr is read
                entry.external_attr = 0o100644 << 16
                archive.writestr(entry, data)
        return name


def _lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def _timestamp():
    return max(int(os.environ.get("SOURCE_DATE_EPOCH", _EPOCH_1980)), _EPOCH_1980)


def _digest(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode("ascii")


def _read(path):
    with open(path, "rb") as file:
        return file.read()


def _tree(folder, prefix):
    """Name below `prefix` and content of all files in a folder, without what Python leaves behind there."""
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__" and not name.endswith(".egg-info")]
        inside = [] if parent == folder else os.path.relpath(parent, folder).split(os.sep)
        for name in names:
            if not name.endswith(".pyc"):
                path = "/".join(([prefix] if prefix else []) + inside + [name])
                found.append((path, _read(os.path.join(parent, name))))
    return found
