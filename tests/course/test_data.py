import hashlib
import importlib.util
import io
import pickle
import subprocess
import sys
import tarfile

import numpy as np
import pytest

from course.cifar import Archive, Offline, PlainUnpickler, cifar10
from course.data import digits, scanned_digits, spiral


def test_spiral_arms_follow_their_formula_when_there_is_no_noise():
    X, y = spiral(np.random.default_rng(0), points=5, classes=3, noise=0.0)
    r, c = 0.75, 2  # the fourth point of the last arm
    assert X.shape == (15, 2)
    np.testing.assert_allclose(X[13], [r * np.sin(4 * (c + r)), r * np.cos(4 * (c + r))])
    assert y.tolist() == [0] * 5 + [1] * 5 + [2] * 5


def test_spiral_noise_turns_points_and_keeps_their_radius():
    X, _ = spiral(np.random.default_rng(0), points=100)
    np.testing.assert_allclose(np.hypot(*X.T), np.tile(np.linspace(0, 1, 100), 3), atol=1e-12)
    assert not np.allclose(X, spiral(np.random.default_rng(1), points=100)[0])


def test_digits_are_split_into_disjoint_parts_that_never_change():
    d = digits()
    assert (len(d.X_train), len(d.X_val), len(d.X_test)) == (1197, 300, 300)
    rows = {(d.mean + row).round(6).tobytes() for row in np.concatenate([d.X_train, d.X_val, d.X_test])}
    assert len(rows) == 1797  # no image twice, so no test image among the training images
    labels = np.concatenate([d.y_train, d.y_val, d.y_test]).astype(np.uint8)
    assert hashlib.sha256(labels.tobytes()).hexdigest().startswith(LABELS)


def test_the_table_of_digits_is_scikit_learns_and_comes_without_importing_it():
    from sklearn.datasets import load_digits

    for ours, theirs in zip(scanned_digits(), load_digits(return_X_y=True), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    code = "import sys; from course.data import digits; digits(); assert 'sklearn' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_digits_are_found_where_scikit_learn_keeps_its_table_elsewhere(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    images, labels = scanned_digits()
    assert (images.shape, labels.shape) == ((1797, 64), (1797,))


LABELS = "1ac0fc0b2e48f427"


def test_digits_are_centred_on_the_training_rows_and_hold_every_class():
    d = digits()
    assert np.abs(d.X_train.mean(axis=0)).max() < 1e-12
    assert np.abs(d.X_val.mean(axis=0)).max() > 1e-3  # centred with the training mean, not with their own
    for y in (d.y_train, d.y_val, d.y_test):
        assert set(y) == set(range(10))


def test_digits_cannot_be_changed_by_one_lesson_for_the_next():
    with pytest.raises(ValueError, match="read-only"):
        digits().X_train[0] = 0


def archive(folder, per_batch=4):
    """Write an archive in CIFAR-10's format: five training batches and a test batch of pickled dicts."""
    rng = np.random.default_rng(0)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "cifar-10-python.tar.gz"
    with tarfile.open(file, "w:gz") as tar:
        for name in [f"data_batch_{k}" for k in (3, 1, 2, 5, 4)] + ["test_batch"]:
            number = 9 if name == "test_batch" else int(name[-1])
            data = {
                b"data": rng.integers(0, 256, (per_batch, 3072), dtype=np.uint8),
                b"labels": [number] * per_batch,
                b"batch_label": name.encode(),
            }
            content = pickle.dumps(data, protocol=2)
            entry = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return file


def described(file, url=None):
    return Archive(
        url=url or f"https://example.invalid/{file.name}",
        sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
    )


def test_cifar_is_read_from_the_cache_in_the_order_of_its_batches(tmp_path):
    file = archive(tmp_path)
    d = cifar10(tmp_path, train=12, validation=4, archive=described(file))
    assert d.y_train.tolist() == [1] * 4 + [2] * 4 + [3] * 4
    assert d.y_val.tolist() == [4] * 4
    assert d.y_test.tolist() == [9] * 4
    assert d.X_train.dtype == np.float32
    assert d.X_train.shape == (12, 3072)
    assert np.abs(d.X_train.mean(axis=0)).max() < 1e-6
    assert 0 <= (d.X_test + d.mean).min() <= (d.X_test + d.mean).max() <= 1.0001


def test_cifar_is_downloaded_once_with_progress(tmp_path):
    file = archive(tmp_path / "there")
    remote, seen = described(file, url=file.as_uri()), []
    cache = tmp_path / "cache"
    for _ in range(2):
        cifar10(
            cache,
            train=4,
            validation=4,
            archive=remote,
            progress=lambda done, total: seen.append((done, total)),
        )
    assert (cache / file.name).exists()
    assert not list(cache.glob("*.part"))
    assert seen[-1] == (file.stat().st_size, file.stat().st_size)
    assert len(seen) == 1  # the second call found it


def test_a_changed_archive_is_refused(tmp_path):
    file = archive(tmp_path)
    expected = described(file)
    file.write_bytes(file.read_bytes()[:-7])
    with pytest.raises(ValueError, match=r"not the expected archive.*Delete it"):
        cifar10(tmp_path, archive=expected)


def test_offline_says_what_to_do_and_leaves_nothing_behind(tmp_path):
    missing = Archive(url=(tmp_path / "nowhere" / "cifar-10-python.tar.gz").as_uri(), sha256="0")
    cache = tmp_path / "cache"
    with pytest.raises(Offline, match=r"No lesson needs it.*put cifar-10-python.tar.gz from"):
        cifar10(cache, archive=missing)
    assert list(cache.iterdir()) == []


def test_more_images_than_there_are_is_an_error(tmp_path):
    file = archive(tmp_path)
    with pytest.raises(ValueError, match="There are 20 training images"):
        cifar10(tmp_path, train=20, validation=1, archive=described(file))


def test_a_pickle_that_wants_more_than_arrays_is_refused():
    with pytest.raises(pickle.UnpicklingError, match="does not belong"):
        PlainUnpickler(pickle.dumps(pytest.raises)).load()
