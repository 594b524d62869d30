"""What each family of the blocking engine's verbs stands on."""

from pinbolt import _native
from pinbolt._native import Pinbolt


class Verbs:
    """Starts verbs on an installation, and runs them."""

    _pinbolt: Pinbolt
    _native: _native.Engine
