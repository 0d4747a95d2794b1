"""Names of banks and branches."""

import subprocess
import sys

import pytest

from points.bank_accounts.directory import bank_name, branch_name


@pytest.mark.parametrize(("code", "name"), [("9900", "ゆうちょ"), ("0501", "北洋")])
def test_a_bank_is_found_by_its_code(code: str, name: str) -> None:
    assert bank_name(code) == name


@pytest.mark.parametrize(
    ("bank", "branch", "name"),
    [("9900", "058", "〇五八"), ("0185", "000", "本店営業部")],
)
def test_a_branch_is_found_by_its_codes(bank: str, branch: str, name: str) -> None:
    assert branch_name(bank, branch) == name


@pytest.mark.parametrize("code", ["9999", "", "99", "../banks", "９９００"])
def test_an_unknown_bank_has_no_name(code: str) -> None:
    assert bank_name(code) is None
    assert branch_name(code, "001") is None


@pytest.mark.parametrize("code", ["999", "", "0001", "../x"])
def test_an_unknown_branch_has_no_name(code: str) -> None:
    assert branch_name("9900", code) is None


def test_importing_the_directory_reads_no_names() -> None:
    """The package's own import reads every branch of the country; start-up must not pay for it."""
    program = (
        "import sys; from points.bank_accounts import directory as d;"
        "before = d._banks.cache_info().currsize; name = d.branch_name('9900', '058');"
        "print(before, name is not None, 'zengin_code' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == ["0", "True", "False"], done.stderr
