"""Reference pages are written from the packages."""

import reference_pages
import workspace


def test_each_package_has_a_page_that_the_index_names(tmp_path):
    reference_pages.write(tmp_path)

    index = (tmp_path / "index.md").read_text()
    for package in workspace.load().values():
        if package.folder != "nnx":  # it has names of others alone
            page = (tmp_path / f"{package.module}.md").read_text()
            assert f".. automodule:: {package.module}\n" in page
            assert f"\n{package.module}\n" in index


def test_errors_stand_in_one_table_for_each_package():
    table = reference_pages.errors_of("ramie.variables.errors")

    assert "| `FrozenVariableError` | A frozen Variable was written. |" in table
    assert "Sequence" not in table


def test_a_module_that_is_not_there_has_no_table():
    assert reference_pages.errors_of("ramie.graph.nowhere") == ""
