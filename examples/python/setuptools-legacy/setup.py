"""No pyproject.toml: a front end takes setuptools.build_meta:__legacy__, which runs this file as a script."""

import io
import os
import re

from setuptools import find_packages, setup

# __legacy__ puts the folder of setup.py on sys.path, as `python setup.py` would; the files are found without its help.
HERE = os.path.abspath(os.path.dirname(__file__))


def read(*parts):
    with io.open(os.path.join(HERE, *parts), encoding="utf-8") as file:
        return file.read()


setup(
    name="morsebox",
    # Read, not imported: the package's dependencies are not there while it is built.
    version=re.search(r'^__version__ = "([^"]+)"', read("morsebox", "__init__.py"), re.M).group(1),
    description="Text to Morse code and back",
    long_description=read("README.rst"),
    long_description_content_type="text/x-rst",
    author="Morsebox contributors",
    url="https://morsebox.example",
    packages=find_packages(),
    package_data={"morsebox": ["alphabet.txt"]},
    python_requires=">=3.8",
    install_requires=['importlib-resources>=5; python_version < "3.9"'],
    extras_require={"sound": ["sounddevice>=0.4"]},
    entry_points={"console_scripts": ["morsebox=morsebox:main"]},
    classifiers=[
        "Development Status :: 5 - Production/Stable",
        "Programming Language :: Python :: 3",
        "Topic :: Communications :: Ham Radio",
    ],
)
