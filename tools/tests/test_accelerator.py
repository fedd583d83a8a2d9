import stat

import pytest

import accelerator


@pytest.fixture
def driver(tmp_path, monkeypatch):
    """Put a program in the place of the driver's, which does as it is told."""

    def install(script):
        program = tmp_path / accelerator.PROBE[0]
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return install


def test_gpus_are_those_that_the_driver_names(driver):
    driver("echo 'GPU 0: A100 (UUID: 1)'; echo; echo 'GPU 1: A100 (UUID: 2)'")

    assert accelerator.names() == ["GPU 0: A100 (UUID: 1)", "GPU 1: A100 (UUID: 2)"]


@pytest.mark.parametrize(
    "script",
    ["echo 'GPU 0: broken'; exit 9", "echo 'No devices found'", "exec sleep 10"],
    ids=["fails", "names none", "hangs"],
)
def test_a_driver_that_does_not_answer_has_no_gpu(driver, script, monkeypatch):
    monkeypatch.setattr(accelerator, "SECONDS", 0.5)
    driver(script)

    assert accelerator.names() == []


def test_a_program_that_cannot_run_has_no_gpu(driver, tmp_path):
    driver("")
    (tmp_path / accelerator.PROBE[0]).write_bytes(b"\x7fELF and no more")

    assert accelerator.names() == []


def test_without_a_driver_there_is_no_gpu(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert accelerator.names() == []


def test_the_reason_is_one_line():
    assert "\n" not in accelerator.NONE
