"""The stand-in for the exporter does with lines what the real one is documented to do."""

from urllib.request import urlopen

import pytest
from statsd_exporter import Registry, StatsdExporter
from support import wait_for


def exposed(*lines):
    """The samples of lines, without those about them."""
    registry = Registry()
    for line in lines:
        registry.take(line)
    shown = [line for line in registry.exposition().splitlines() if line and not line.startswith("#")]
    return shown, dict(registry.dropped)


@pytest.mark.parametrize(
    ("lines", "samples"),
    [
        (["a.b:2|c", "a.b:3.5|c"], ["a_b 5.5"]),
        (["a-b.c,dag_id=d,state=success:1|c"], ['a_b_c{dag_id="d",state="success"} 1.0']),
        (["2x:1|c"], ["_2x 1.0"]),
        (["g:5|g", "g:7|g", "g:-2|g", "g:+1|g"], ["g 6.0"]),
        (["g,a.b=x:1|g", "g:2|g"], ["g 2.0", 'g{a_b="x"} 1.0']),
        (
            ["t,route=/movie:250|ms", "t,route=/movie:750|ms"],
            [
                *(f't{{route="/movie",quantile="{part}"}} 0.25' for part in ("0.5", "0.9", "0.99")),
                't_sum{route="/movie"} 1.0',
                't_count{route="/movie"} 2',
            ],
        ),
        (['a,x="q":1|c'], ['a{x="\\"q\\""} 1.0']),
    ],
)
def test_lines_become_samples(lines, samples):
    """Names, labels and values are those that Prometheus gets from the real one."""
    assert exposed(*lines) == (samples, {})


@pytest.mark.parametrize(
    ("lines", "samples", "dropped"),
    [
        (["a:1|c", "a:1|g"], ["a 1.0"], {"conflict": 1}),
        (["a:-1|c"], [], {"negative": 1}),
        (["a", "a:x|c", ":1|c", "a:1|s"], [], {"malformed": 4}),
        (["a,b,=c,d=,e=f:1|c"], ['a{e="f"} 1.0'], {"tag": 3}),
    ],
)
def test_what_it_cannot_take_is_dropped_and_counted(lines, samples, dropped):
    """As the real one does, so that a test notices what would never be seen."""
    assert exposed(*lines) == (samples, dropped)


def test_what_is_sent_by_udp_is_seen_by_http():
    """Its two ends are real sockets."""
    with StatsdExporter() as exporter:
        exporter.send(b"a,b=c:1|c\na,b=c:2|c\n")

        def seen():
            with urlopen(f"http://127.0.0.1:{exporter.web}/metrics", timeout=5) as response:
                return response.read().decode()

        wait_for(lambda: 'a{b="c"} 3.0' in seen(), "the samples")
        types = [line for line in seen().splitlines() if line.startswith("# TYPE")]

    assert types == ["# TYPE a counter"]
