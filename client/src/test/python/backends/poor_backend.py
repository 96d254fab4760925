"""Has two hooks only; what they return is no good."""

RETURNED = {"none": None, "path": "../wheel", "empty": "", "dots": "..", "number": 1, "list": ["a"]}


def build_sdist(sdist_directory, config_settings=None):
    return RETURNED[config_settings["return"]]


def get_requires_for_build_sdist(config_settings=None):
    return config_settings["return"]
