"""Run a nox session with nothing installed but Python 3.11 or newer and pip.

    python3 tools/bootstrap.py tests
    python3 tools/bootstrap.py demo -- --epochs 2

It keeps nox and uv in a private environment, `.ramie/` beside this folder, and
hands the session names to nox. What follows `--` goes to the session. The
sessions run on the Python that runs this file; each Python has its own folder.

Only the standard library is used, and only syntax that Python 3.6 reads: an old
Python has to get far enough to say that it is too old.
"""

import json
import os
import shutil
import subprocess
import sys
from typing import Any, Dict, List, Sequence, Tuple

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOOLS = ["nox>=2025.2.9", "packaging>=24", "uv>=0.5"]


class StepError(Exception):
    """A step failed; the message says what to do next."""


def complain_about_python(version: Sequence[Any]) -> str:
    """Why a Python of this version will not do, or an empty string."""
    if tuple(version[:2]) >= OLDEST:
        return ""
    return (
        "ramie needs Python {}.{} or newer; this is Python {}.{} at {}.\n"
        "Run this file with a newer one, for example: "
        "python{}.{} tools/bootstrap.py"
    ).format(*OLDEST, *version[:2], sys.executable or "?", *OLDEST)


def say(text: str) -> None:
    """Print one line at once, so that it stands before what it announces."""
    print("bootstrap: " + text, flush=True)


def run(command: List[str], advice: str) -> str:
    """Run a quiet step; show its output and some advice where it fails."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
    )
    if done.returncode:
        raise StepError(done.stdout.strip() + "\n\n" + advice)
    return done.stdout


class Environment:
    """The private environment of one Python, which holds nox and uv."""

    def __init__(self) -> None:
        """Choose the folder; nothing is made yet."""
        name = "python{}.{}".format(*sys.version_info)
        self.path = os.path.join(ROOT, ".ramie", name)
        windows = os.name == "nt"
        self.bin = os.path.join(self.path, "Scripts" if windows else "bin")
        self.python = os.path.join(self.bin, "python.exe" if windows else "python")
        self.stamp = os.path.join(self.path, "complete.json")

    def recipe(self) -> List[str]:
        """What the environment was made from; another recipe means another one."""
        # An environment cannot be moved, so where it lies is a part of it.
        return [self.path, sys.base_prefix, sys.version, *TOOLS]

    def is_complete(self) -> bool:
        """Whether it was finished, from the same recipe, and still has a Python."""
        try:
            with open(self.stamp, encoding="utf-8") as file:
                recipe = json.load(file)
        except (OSError, ValueError):
            return False
        return recipe == self.recipe() and os.path.exists(self.python)

    def make(self) -> None:
        """Make it anew; the stamp comes last, so half of one never counts."""
        say("making a private environment in {} (once)".format(self.path))
        shutil.rmtree(self.path, ignore_errors=True)
        run(
            [sys.executable, "-m", "venv", self.path],
            "This Python cannot make an environment. It may lack the modules venv "
            "and ensurepip:\ninstall them from where Python came from (often a "
            "package named python3-venv), or use another Python.",
        )
        say("installing nox and uv into it")
        run(
            [self.python, "-m", "pip", "install", "--quiet", *TOOLS],
            "pip could not install nox and uv. It needs a package index: check the "
            "network,\nthe proxy and `pip config list`, then run this again.",
        )
        with open(self.stamp, "w", encoding="utf-8") as file:
            json.dump(self.recipe(), file)

    def nox(self, *arguments: str) -> List[str]:
        """The command line of nox in this environment."""
        noxfile = os.path.join(ROOT, "noxfile.py")
        return [self.python, "-m", "nox", "--noxfile", noxfile, *arguments]


def sessions(environment: Environment) -> Dict[str, str]:
    """Every name that nox knows, parametrized ones too, with its description."""
    # nox lists only what a plain `nox` would run, unless a keyword selects more.
    everything = ["--keywords", "not (nothing)"]
    command = environment.nox("--list-sessions", "--json", *everything)
    text = run(command, "nox cannot read noxfile.py.")
    # Warnings of nox may stand before the answer, which is one line.
    listed = json.loads(text.strip().splitlines()[-1])
    known = {}
    for key in ("name", "session"):
        known.update({entry[key]: entry["description"] or "" for entry in listed})
    return known


def usage(known: Dict[str, str]) -> str:
    """How to call this file, and with which sessions."""
    names = [name for name in known if "(" not in name]
    width = max(len(name) for name in names)
    lines = ["  {}  {}".format(name.ljust(width), known[name]) for name in names]
    start = "usage: bootstrap.py SESSION [SESSION ...] [-- ARGUMENTS OF THE SESSION]"
    return "\n".join([start, "", "sessions:", *lines])


def split(arguments: List[str]) -> Tuple[List[str], List[str]]:
    """The session names, and what goes to the sessions."""
    if "--" not in arguments:
        return arguments, []
    cut = arguments.index("--")
    return arguments[:cut], arguments[cut:]


def start(arguments: List[str]) -> int:
    """Make the environment where needed, then run the sessions."""
    complaint = complain_about_python(sys.version_info)
    if complaint:
        raise StepError(complaint)
    names, rest = split(arguments)
    environment = Environment()
    if not environment.is_complete():
        environment.make()
    known = sessions(environment)
    if not names or names[0] in ("-h", "--help"):
        print(usage(known))
        return 0 if names else 2
    unknown = [name for name in names if name not in known]
    if unknown:
        message = "there is no session {!r}.\n\n{}"
        raise StepError(message.format(unknown[0], usage(known)))
    say("nox -s {}".format(" ".join(names + rest)))
    path = environment.bin + os.pathsep + os.environ.get("PATH", "")
    command = environment.nox("--session", *names, *rest)
    return subprocess.call(command, cwd=ROOT, env=dict(os.environ, PATH=path))


def main(arguments: List[str]) -> int:
    """Run, and turn what went wrong into one message and an exit code."""
    try:
        return start(arguments)
    except StepError as error:
        print("bootstrap: " + str(error), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
