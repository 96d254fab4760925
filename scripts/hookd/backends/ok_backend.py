"""A backend with every hook. Nothing is built: each hook says on its standard output what it was called with."""

import os


def get_requires_for_build_wheel(config_settings=None):
    print("get_requires_for_build_wheel", config_settings)
    return ["wheel", "tomli; python_version < '3.11'"]


def get_requires_for_build_sdist(config_settings=None):
    print("get_requires_for_build_sdist", config_settings)
    return []


def get_requires_for_build_editable(config_settings=None):
    print("get_requires_for_build_editable", config_settings)
    return ["editables"]


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    print("prepare_metadata_for_build_wheel", metadata_directory, config_settings)
    return "ok-1.0.dist-info"


def prepare_metadata_for_build_editable(metadata_directory, config_settings=None):
    print("prepare_metadata_for_build_editable", metadata_directory, config_settings)
    return "ok-1.0.dist-info"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    print("build_wheel", wheel_directory, config_settings, metadata_directory, "in", os.getcwd())
    return "ok-1.0-py3-none-any.whl"


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    print("build_editable", wheel_directory, config_settings, metadata_directory)
    return "ok-1.0-0.editable-py3-none-any.whl"


def build_sdist(sdist_directory, config_settings=None):
    print("build_sdist", sdist_directory, config_settings)
    return "ok-1.0.tar.gz"


class Class:
    """For backend objects like `ok_backend:Class.attribute` and `ok_backend.Class`."""

    @staticmethod
    def build_sdist(sdist_directory, config_settings=None):
        return "class-1.0.tar.gz"

    class attribute:
        @staticmethod
        def build_sdist(sdist_directory, config_settings=None):
            return "attribute-1.0.tar.gz"
