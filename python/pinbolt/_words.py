"""The words that stand for the engine's enums, so that a type checker knows a typing error."""

from typing import Literal, TypeAlias

Channel: TypeAlias = str
"""How a code travels: `sms`, `email`, or a channel of your own by its name (1 to 16 of a-z, 0-9 and
`-`), which a purpose of the policy lists as `"@name"`."""

Authenticator: TypeAlias = Literal["pin", "code", "otp", "recovery-code", "issued-code"]
"""What is counted by itself: the PIN, the delivered codes of all channels and purposes, the
one-time codes of all tokens, the recovery codes, and the codes of all tickets."""

Factor: TypeAlias = Literal["pin", "code", "otp", "recovery-code", "link", "issued-code"]
"""What a proof may rest on: an authenticator, or a ticket's link."""

TokenKind: TypeAlias = Literal["totp", "hotp", "steam"]
"""What a token counts by: the time (RFC 6238), a counter (RFC 4226), or the time as Steam's app
shows it."""

Algorithm: TypeAlias = Literal["SHA1", "SHA256", "SHA512"]
"""The hash of a token's codes."""

Took: TypeAlias = Literal["Added", "Kept", "Gone"]
"""What became of a thing that was imported: it is the account's now; it was before; it was here and
was removed or replaced, and stays so."""

Weak: TypeAlias = Literal["short-secrets", "recovery-codes", "pins"]
"""What an import takes although it is too weak: secrets under 128 bits, recovery codes under 64, a
PIN that the rules for new ones refuse."""

Stage: TypeAlias = Literal["survey", "accounts", "over"]
"""What the next line of a file is for: to see which lines stand where, to give out the accounts; or
there is none left."""

ImportFormat: TypeAlias = Literal[
    "otpauth", "oath-users", "google-authenticator", "django-otp", "privacyidea"
]
"""How another system writes its tokens down."""

Fate: TypeAlias = Literal[
    "Ready", "Added", "Kept", "Gone", "Skipped", "Refused", "HeldBack", "Failed"
]
"""What became of a line of a file. `Added`, `Kept` and `Gone` are what the import made of it;
`Ready` tells a dry run; one that is `Refused` has all others of its account `HeldBack`."""

Lane: TypeAlias = Literal["stranger", "first-factor", "known-device"]
"""How far a caller has come; each lane has ledgers of its own."""

Assurance: TypeAlias = Literal["one-factor", "two-with-email", "two-factors"]
"""How many independent factors were passed."""

Swapped: TypeAlias = Literal["applied", "conflict", "in_doubt", "failed"]
"""What became of a conditional write: it stands, durably; the row stood at another version and
nothing was written; it may or may not stand; it surely doesn't stand. When unsure: in doubt."""

Handover: TypeAlias = Literal["sent", "refused", "unknown"]
"""What became of a message: the gateway took it; it was surely not sent; it may or may not have
been sent. When unsure: unknown."""

Outcome: TypeAlias = Literal["sent", "refused", "unknown", "nothing"]
"""What became of a delivery; `nothing`: there was nothing to deliver, or the code had expired."""

Line: TypeAlias = Literal[
    "mobile",
    "fixed",
    "fixed-or-mobile",
    "voip",
    "personal",
    "pager",
    "toll-free",
    "company",
    "voicemail",
]
"""What kind of line a phone number is. `fixed-or-mobile`: the country doesn't tell them apart."""

PhoneFaultName: TypeAlias = Literal[
    "Empty",
    "Character",
    "Signs",
    "NoCountry",
    "UnknownCountry",
    "Length",
    "Unassigned",
    "Ambiguous",
    "Costly",
]
"""Why a phone number is refused."""

ProvisionFaultName: TypeAlias = Literal[
    "TooLong",
    "Secret",
    "Algorithm",
    "Digits",
    "Period",
    "Counter",
    "Name",
    "NoPlace",
    "NotOtpauth",
    "Encoding",
    "IssuerMismatch",
    "Parameter",
    "NotMigration",
    "Payload",
    "Batch",
    "Xml",
    "TooMany",
    "Structure",
    "Version",
    "Cipher",
    "Locked",
    "NotEncrypted",
    "Unlock",
    "Mac",
    "Rounds",
    "KeyAlgorithm",
    "NoSecret",
    "Policy",
    "ResponseFormat",
    "Drift",
    "Date",
    "LockKey",
    "Entropy",
    "Line",
    "Kind",
    "Clock",
    "Pins",
    "Mixed",
    "Scattered",
    "TooManyLines",
    "Account",
    "Beside",
    "Orphan",
    "Unconfirmed",
    "Disabled",
    "Nobody",
    "HeldBack",
    "Conditions",
    "Changed",
    "AllUsed",
]
"""Why a text that describes tokens is refused, or a token can't be written in a form."""

Key: TypeAlias = str
"""A kind of key: `pin`, `sms`, `email`, the name of a channel of your own, `token`,
`recovery-codes` or `ticket`."""

RefusalName: TypeAlias = Literal[
    "WrongCredentials",
    "WrongCode",
    "Superseded",
    "AlreadyUsed",
    "Expired",
    "TriesUsedUp",
    "Waiting",
    "Throttled",
    "Disabled",
    "Blocked",
    "Malformed",
    "WrongSession",
    "UnknownChallenge",
    "Ended",
    "AddressTaken",
    "UnknownAddress",
    "AccountExists",
    "UnknownAccount",
    "WeakPin",
    "NotAuthorized",
    "NoPin",
    "TooManyAddresses",
    "NoToken",
    "UnknownToken",
    "TokenExists",
    "TooManyTokens",
    "NoRecoveryCodes",
    "KeyMissing",
    "UnknownDevice",
    "UnknownLink",
    "CodeNeeded",
    "Inactive",
    "IdentityTaken",
    "UnknownIdentity",
    "AddressWaits",
    "TooManyPhones",
]
"""The names of `pinbolt.REFUSALS`."""

MisuseName: TypeAlias = Literal[
    "UnknownPurpose",
    "PinMissing",
    "PinUnasked",
    "WrongVerb",
    "AccountId",
    "Tenant",
    "Context",
    "Session",
    "Caller",
    "Operator",
    "WeakKey",
    "KeyIdTaken",
    "WrongDigest",
    "WrongChannel",
    "Addresses",
    "WrongAnswer",
    "Over",
    "NotOver",
    "UsedUp",
    "Pointer",
    "Length",
    "Value",
    "Configuration",
    "Busy",
    "Authority",
    "WrongResult",
    "ShortSecret",
    "Token",
    "EvidenceMissing",
    "EvidenceUnasked",
    "OcraSuite",
    "OcraInput",
    "Device",
    "Channel",
    "Document",
    "NotATicket",
    "Watermark",
    "RecoveryCode",
    "ShortRecoveryCode",
]
"""The names of `pinbolt.MISUSES`."""

FailureName: TypeAlias = Literal[
    "Store",
    "Contended",
    "Unresolved",
    "UnknownVersion",
    "Corrupt",
    "UnknownKey",
    "WrongKey",
    "Overload",
    "TooLarge",
    "Randomness",
    "Internal",
]
"""The names of `pinbolt.FAILURES`."""
