"""Who the engines run as, and what that account can reach."""

from pathlib import Path

from config.embedded.places import Account, clone_hash, fallback_folder

STRANGER = Account("stranger", uid=54321, gid=54321)


class TestReach:
    def test_passes_open_folders(self, tmp_path: Path):
        tmp_path.chmod(0o711)
        inside = tmp_path / "inside"
        assert STRANGER._passes(tmp_path)
        assert STRANGER.reaches(inside) == all(STRANGER._passes(parent) for parent in tmp_path.parents)

    def test_ends_at_a_closed_folder(self, tmp_path: Path):
        tmp_path.chmod(0o700)
        assert not STRANGER.reaches(tmp_path / "inside")

    def test_counts_the_owner_s_bits_for_the_owner(self, tmp_path: Path):
        tmp_path.chmod(0o700)
        status = tmp_path.stat()
        assert Account("owner", status.st_uid, status.st_gid)._passes(tmp_path)


class TestFallback:
    def test_is_named_after_the_clone(self):
        assert fallback_folder().name == f"itdo-{clone_hash()}"
