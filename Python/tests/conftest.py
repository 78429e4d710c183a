import pathlib

import pytest

import dorsal

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def model():
    return dorsal.Model(ROOT / "Models" / "back-pain")
