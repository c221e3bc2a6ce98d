from fake_tmdb import NO_LIMITS, Fault, Limits


def test_reset_returns_to_the_beginning(fake, ask, clock):
    """After a reset the journal is empty, the clock real, and faults, limits, latency and drift are as constructed."""
    ask("/movie/popular")
    fake.faults, fake.limits, fake.latency, fake.drift = [Fault(status=500)], Limits(), 2.0, True
    clock.move(1_000)
    fake.reset()

    assert (list(fake.faults), fake.limits, fake.latency, fake.drift) == ([], NO_LIMITS, 0.0, False)
    assert len(fake.journal) == 0
    assert not clock.frozen
    assert ask("/movie/popular").header("x-cache") == "Miss from cloudfront"


def test_faults_are_armed_anew(fake):
    """Setting the same faults again starts their counting again."""
    fault = Fault(times=1)
    fake.faults = [fault]
    fake.plan.pick("/a", {}, fake.clock.now())
    fake.faults = fake.faults

    assert fake.plan.rules[0].applied == 0
    assert fake.faults == [fault]
