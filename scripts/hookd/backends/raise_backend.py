"""A backend whose hooks fail in ways that have an exception."""


class UnsupportedOperation(Exception):
    pass


class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError("no text for you")


def build_sdist(sdist_directory, config_settings=None):
    raise UnsupportedOperation("cannot make an sdist here")


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    try:
        {}["version"]
    except KeyError:
        raise ValueError("no version")


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    raise Unprintable()
