"""By what right an act on an account is done."""

from typing import TypeAlias

from pinbolt._native import Accepted, Operator

Proofs: TypeAlias = Accepted | tuple[Accepted, Accepted]
"""The person's own: one proof by two keys, or two of one session by different ones, such as codes
to two channels, one and a token's, a recovery code and one; or one by a ticket, whose link and code
count as two. They are used up by the call, whatever it answers.

Proofs can't be stored. Ask for both codes, and for the new PIN, on one page; call `finish` twice
and the act in one request, and give the session its new id afterwards."""

Authority: TypeAlias = Operator | Proofs
"""A named operator, or the person's own fresh proofs, of purposes that authorize."""
