import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import IndexDamaged
from kb.search.vectors import VectorIndex, save


def unit(rng, count, dimension=8):
    made = rng.normal(size=(count, dimension)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("vectors") / "vectors.faiss"


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(0, 70), st.integers(0, 80), st.floats(0, 1), st.booleans())
def test_search_is_exact_with_and_without_a_mask(path, seed, count, limit, share, masked):
    rng = np.random.default_rng(seed)
    saved, wanted = unit(rng, count), unit(rng, 1)
    save(saved, path)
    mask = rng.random(count) < share if masked else None
    allowed = np.flatnonzero(mask) if masked else np.arange(count)
    cosines = saved @ wanted[0]
    best = sorted(allowed.tolist(), key=lambda position: -cosines[position])[:limit]

    index = VectorIndex(path)
    positions, found = index.search(wanted, limit, mask)
    assert len(positions) == min(limit, len(allowed))
    assert (index.count, index.dimension) == (count, 8)
    assert found == pytest.approx(cosines[best], abs=1e-5)
    assert found == pytest.approx(cosines[positions], abs=1e-5)
    assert set(positions.tolist()) <= set(allowed.tolist())
    assert len(set(positions.tolist())) == len(positions)


def test_vectors_come_back_as_saved(path):
    saved = unit(np.random.default_rng(2), 20)
    save(saved, path)
    index = VectorIndex(path)
    assert (index.vectors() == saved).all()
    assert (index.vectors(np.array([7, 0, 7])) == saved[[7, 0, 7]]).all()
    assert index.vectors(np.array([], np.int64)).shape == (0, 8)


@pytest.mark.parametrize("data", [None, b"", b"not vectors at all", b"IxFI"])
def test_a_file_that_holds_no_vectors_says_what_to_do(tmp_path, data):
    if data is not None:
        (tmp_path / "vectors.faiss").write_bytes(data)
    with pytest.raises(IndexDamaged, match="kb index"):
        VectorIndex(tmp_path / "vectors.faiss")
