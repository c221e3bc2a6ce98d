import subprocess
import sys

pytest_plugins = ["pytester"]

EXAMPLE = """
    import requests
    from fake_tmdb import Fault

    def test_a_page(tmdb):
        assert tmdb.fake.catalogue.size == 50
        tmdb.fake.faults = [Fault(status=503)]
        assert requests.get(f"{tmdb.url}/movie/popular", timeout=5).status_code == 503
        assert len(tmdb.fake.journal) == 1

    def test_another_begins_anew(tmdb, tmdb_server):
        assert tmdb is tmdb_server
        assert len(tmdb.fake.journal) == 0
        assert requests.get(f"{tmdb.url}/movie/popular", timeout=5).status_code == 401
"""


def test_the_fixtures(pytester):
    """A project that loads the plugin has a fake that is reset for each test, of the size that it asks for."""
    pytester.makeini("[pytest]\nfake_tmdb_movies = 50\nfilterwarnings = error\n")
    pytester.makepyfile(EXAMPLE)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")

    result.assert_outcomes(passed=2)


def test_loading_it_imports_nothing_of_the_fake():
    """A run that never uses a fixture does not pay for numpy, the server or the catalogue."""
    heavy = ["numpy", "uvicorn", "httptools", "orjson", "yaml", "fake_tmdb.fake", "fake_tmdb.catalogue.catalogue"]
    code = f"import sys, fake_tmdb.pytest_plugin; print(sys.modules.keys() & {heavy})"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
