"""Which GPUs this machine has, asked without JAX, and what tests need on one."""

import shutil
import subprocess

PROBE = ("nvidia-smi", "--list-gpus")
SECONDS = 60
NONE = f"no GPU on this machine: `{' '.join(PROBE)}` names none"
ENVIRONMENT = {
    "JAX_PLATFORMS": "cuda,cpu",
    # The tests compare numbers with numpy's; a GPU would round products to 10 bits.
    "JAX_DEFAULT_MATMUL_PRECISION": "highest",
    # Tests that start processes need memory for them.
    "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
}


def names() -> list[str]:
    """The GPUs that the driver knows, one line for each; none without a driver."""
    if shutil.which(PROBE[0]) is None:
        return []
    try:
        done = subprocess.run(
            PROBE, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    lines = done.stdout.splitlines() if done.returncode == 0 else []
    return [line.strip() for line in lines if line.startswith("GPU ")]
