"""The blocking engine's verbs of known devices."""

from pinbolt._authority import Authority, Proofs
from pinbolt._native import (
    Begun,
    Done,
    Outstanding,
    Refused,
    RememberedDevice,
)
from pinbolt._verbs import Verbs


class Devices(Verbs):
    """Devices that an account knows, and what they see of it."""

    def remember_device(
        self, *, account: str, label: str = "", proof: Proofs
    ) -> RememberedDevice | Refused:
        """Make the caller's device a known one of the account.

        Keep the token on that device alone, as a session cookie is kept, and give it as `device` of
        every call from there. It signs nobody in: it chooses the lane, in which no stranger's
        guesses and requests count. An account knows 16 devices; the one longest unused makes room.

        Args:
            account: The account's id.
            label: What the person knows the device by: up to 64 bytes. `describe` shows it.
            proof: The person's own fresh proof, of two factors, of a purpose that authorizes. It is
                used up, also where the answer is `NotAuthorized`.

        Returns:
            RememberedDevice, or Refused with `NotAuthorized` or `UnknownAccount`.

        Raises:
            Misuse: A label that doesn't fit, or a proof that was used before.
            Failure: The infrastructure's.

        Example:
            >>> alone = engine.verify(name="a-1", purpose="pay", pin="802714", session=b"s-3")
            >>> engine.remember_device(account="a-1", label="laptop", proof=alone)
            Refused(120, 'NotAuthorized')
        """
        return self._native.run(
            self._pinbolt.remember_device(account=account, label=label, proof=proof)
        )

    def forget_device(
        self, *, account: str, device: int | None, authority: Authority
    ) -> Done | Refused:
        """Forget a device, or all of them: its token is worth nothing from then on.

        Args:
            account: The account's id.
            device: The device's number; None for all, as after a theft.
            authority: An operator, or a fresh proof, of two factors, of a purpose that authorizes.
                A proof is used up, also where the answer is `NotAuthorized`.

        Returns:
            Done, or Refused with `UnknownDevice`, `NotAuthorized` or `UnknownAccount`.

        Raises:
            Misuse: A proof that was used before.
            Failure: The infrastructure's.

        Example:
            >>> desk = Operator("desk-7", "laptop stolen, seen in person")
            >>> engine.forget_device(account="a-1", device=None, authority=desk)
            Done()
        """
        return self._native.run(
            self._pinbolt.forget_device(account=account, device=device, authority=authority)
        )

    def outstanding(
        self, *, account: str, session: bytes, source: str | None = None, device: str | None = None
    ) -> Outstanding | Refused:
        """Show the outstanding codes of an account to a device that it knows.

        An app that receives codes by push sees by this how long they still live.

        Args:
            account: The account's id, as the app keeps it.
            session: Who asks.
            source: Where the request came from.
            device: The device token that the app holds.

        Returns:
            Outstanding, or Refused with `UnknownDevice`, whether or not there is such an account.

        Raises:
            Misuse: A session or source that doesn't fit.
            Failure: The infrastructure's.

        Example:
            >>> engine.outstanding(account="a-1", session=b"app", device="none of mine")
            Refused(129, 'UnknownDevice')
        """
        return self._native.run(
            self._pinbolt.outstanding(
                account=account, session=session, source=source, device=device
            )
        )

    def renew(
        self,
        *,
        account: str,
        purpose: str,
        session: bytes,
        source: str | None = None,
        device: str | None = None,
    ) -> Begun | Refused:
        """Send a new code for one that is outstanding, asked for by a known device.

        The older code is superseded, and the handle of whoever began stays good.

        Args:
            account: The account's id, as the app keeps it.
            purpose: The purpose of the outstanding code.
            session: Who asks.
            source: Where the request came from.
            device: The device token that the app holds.

        Returns:
            Begun, or Refused with `UnknownDevice`, `UnknownChallenge` or `Throttled`.

        Raises:
            Misuse: A purpose that there isn't; a session or source that doesn't fit.
            Failure: The infrastructure's.

        Example:
            >>> engine.renew(account="a-1", purpose="sign-in", session=b"app", device="none")
            Refused(129, 'UnknownDevice')
        """
        return self._native.run(
            self._pinbolt.renew(
                account=account, purpose=purpose, session=session, source=source, device=device
            )
        )
