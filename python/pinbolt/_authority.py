"""By what right an act on an account is done."""

from typing import TypeAlias

from pinbolt._native import Accepted, Operator

Proofs: TypeAlias = Accepted | tuple[Accepted, Accepted]
"""The person's own: one proof by two keys, or two of one session by different ones, such as codes
to two channels, one and a token's, a recovery code and one. They are used up, also where the answer
is `NotAuthorized`."""

Authority: TypeAlias = Operator | Proofs
"""A named operator, or the person's own fresh proofs, of purposes that authorize."""
