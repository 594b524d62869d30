"""Phone numbers as people write them, read into the one form that the engine takes.

The engine takes `+` and digits alone and knows no country's habits. A `Reader` knows them: it reads
national spellings, says what kind of line a number is, and refuses premium-rate and shared-cost
numbers. Give it every name that a person types, if it isn't an e-mail address or an account id,
before the engine sees it: at enrolment and at sign-in alike, with the same country.

Example:
    >>> from pinbolt.phone import Fault, Number, Reader
    >>> portugal = Reader("PT")
    >>> match portugal.read("912 345 678"):
    ...     case Number(phone, line):
    ...         print(phone, line)  # Now engine.begin(name=phone, ...)
    ...     case Fault() as fault:
    ...         print(fault)
    +351912345678 mobile
    >>> portugal.read("00 44 (0)20 7946 0958").phone
    '+442079460958'
    >>> portugal.read("760 123 456")
    Fault('Costly')
    >>> print(portugal.read("0912 345 678"))
    A phone number of this country has more digits, or fewer.

What can be read as two numbers is refused, never guessed. In North America mobile and fixed lines
can't be told apart: who demands `mobile` turns everybody there away. The numbering plans are those
of this version: a range given out later is refused until pinbolt is newer; its numbers can be given
to the engine itself, with `+` and the country code. A `Misuse` is raised for what is no country.
"""

from pinbolt._native import Fault, Number, Reader
from pinbolt._words import Line, PhoneFaultName

__all__ = ["Fault", "Line", "Number", "PhoneFaultName", "Reader"]
