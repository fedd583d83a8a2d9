import shutil
import subprocess

import pytest

from ramie.graph import draw

from .kinds import Box, Cell


def awkward():
    cell = Cell('say "a"\\')
    root = Box(first=cell, second={'a "key"\n\\n': cell}, text="<b>{|}")
    root.me = root
    return root


def test_further_ways_are_coloured_and_do_not_move_the_boxes():
    dot = draw(awkward()).dot

    assert dot.count("constraint=false") == 2
    assert dot.count("style=dashed]") == 1


def test_text_is_escaped():
    dot = draw({'a "key"\\': []}).dot

    assert '[label="a \\"key\\"\\\\"]' in dot


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz")
def test_graphviz_reads_it():
    dot = draw(awkward()).dot

    done = subprocess.run(
        ["dot", "-Tsvg"], input=dot.encode(), capture_output=True, check=True
    )

    assert done.stderr == b""
