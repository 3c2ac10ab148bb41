"""How often tests draw at random: as often as they say in `make test`, ten times as often in `make fuzz`.

`make test` draws from a fixed seed, the same each time; `make fuzz` from a new one. What it finds becomes an example of
its own beside the test that found it (`@example`, or a test that plays a state machine's steps).
"""

import os

from hypothesis import HealthCheck, Phase, settings

PROFILE = "HYPOTHESIS_PROFILE"
_USUAL = 100


def choose_profile() -> None:
    """Loads the profile that the environment names: `house`, `fuzz`, or `mutants`, which draws little and looks for no
    smallest example."""
    # How fast this machine is at the moment is nothing a test judges.
    calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
    settings.register_profile("house", calm, derandomize=True, max_examples=_USUAL)
    settings.register_profile("fuzz", calm, derandomize=False, max_examples=10 * _USUAL, print_blob=True)
    house, no_search = settings.get_profile("house"), (Phase.explicit, Phase.generate)
    settings.register_profile("mutants", house, phases=no_search, max_examples=_USUAL // 5)
    settings.load_profile(os.environ.get(PROFILE, "house"))


def rounds(usual: int) -> int:
    """How many examples a test draws that says how many are usual."""
    return max(1, usual * settings.default.max_examples // _USUAL)
