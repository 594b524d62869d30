// pinbolt.h: checks PINs and one-time codes, with everything around the check that usually goes
// wrong. Made from ffi-c/src by ffi-c/tests/header.rs; don't edit it.
//
// A person signs in by two operations, `begin` and `finish`, where a code is sent; by one,
// `verify`, where a PIN, a token's code or a recovery code is all. An operation asks its host one
// question at a time (load this row, make this write, run this hash), and says at its end what is
// granted. It is driven in one of three ways:
//
//   1. By hand, without a callback: pinbolt_op_question, its answers, and so on until it is over.
//   2. By pinbolt_engine_run, on a store and a gateway of the host's own.
//   3. By pinbolt_engine_run, on a store that a URL names.
//
// The functions of pinbolt_hotp, pinbolt_totp_step and pinbolt_ocra need nothing of all that: they
// are for programs that keep tokens themselves, and remember nothing.
//
// What holds for all functions:
//
// Status. A function that can fail gives a pinbolt_status. Refusals, misuse and failures are three
// kinds that never mix. Before a function looks at anything else it sets what it is to give
// (handles and pointers to NULL, numbers to 0, a verdict to PINBOLT_REFUSED), so nothing stale can
// be read. PINBOLT_OK of a pinbolt_start_ function says that the operation has started, and nothing
// of the person: pinbolt_op_verdict alone accepts anybody, and a PINBOLT_MATCHED nobody. No panic
// leaves the library: a defect of its own is PINBOLT_INTERNAL. Where memory runs out it aborts the
// program.
//
// Endings. Where a verb "ends with" something, its refusals are meant. Misuse of a purpose,
// channel, PIN, token, session, source or account id ends it, too: what is misused is told by
// pinbolt_engine_run, or pinbolt_op_status, and not by pinbolt_start_.
//
// Time. Every `now` is in Unix milliseconds. One before 2001 or after 5138, as seconds or
// microseconds are, is PINBOLT_VALUE.
//
// NULL. A pointer that is NULL or misaligned where one is needed is PINBOLT_POINTER, and so is a
// pointer that is NULL beside a length. Lengths over PINBOLT_MAX_LENGTH are PINBOLT_LENGTH. Nothing
// is read before that is known. A struct of arguments begins with its size, by which the library
// knows what header its caller was built with: zero all of it, then set size to sizeof.
//
// Ownership. Whatever `..._free` takes is a handle, and yours from when you got it; all else
// belongs to a handle, for as long as the function says. `..._free` takes a pointer to the handle
// and clears it. Handles may be freed in any order, but none while another call uses it. Texts,
// bytes and structs that a function takes are copied and stay yours; a handle that it takes by a
// pointer to it is used up: freed, and cleared.
//
// Threads. pinbolt, pinbolt_keys, pinbolt_policy, pinbolt_engine, pinbolt_hotp and pinbolt_ocra may
// be used by any number of threads at once; all other handles by any thread, one at a time. The
// library keeps nothing for a thread, nor a last error.
//
// Processes. After a fork() keys, policy and installation stay good. The child opens its engines
// anew, and leaves alone the engines and operations that it inherited: an operation that both ran
// would draw the same random numbers in both.
//
// What can't be detected is undefined: a pointer to something else or to nothing, a handle used
// after it was freed or freed twice by two names, a text or buffer shorter than its length says,
// out-parameters that overlap each other or an argument, a context that is gone, a callback that
// doesn't return or jumps out, a call in a signal handler, a thread that is cancelled in a call.
//
// Secrets. PINs, codes, keys and tokens' secrets are wiped where the library owns the copy; yours
// are yours to wipe. Nothing that the library says of itself (status, sentence, reason, event)
// holds a PIN, code, key, secret, phone number or e-mail address.


#ifndef PINBOLT_H
#define PINBOLT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What a function gives that bears it must be looked at.
#if defined(__GNUC__)
#define PINBOLT_CHECK __attribute__((warn_unused_result))
#else
#define PINBOLT_CHECK
#endif

/// This header's version; `pinbolt_version` gives the library's.
#define PINBOLT_VERSION "0.1.0"

/// The purpose by which `finish` ends what `confirm` began.
#define PINBOLT_CONFIRM "pinbolt:confirm"
/// The purpose of the notices that `release_address` sends.
#define PINBOLT_RELEASE "pinbolt:release"

// Refusals: "no" to the person.

/// The name, the PIN or the code is wrong.
#define PINBOLT_WRONG_CREDENTIALS 101
/// The code is wrong.
#define PINBOLT_WRONG_CODE 102
/// A newer code was sent; only the newest one is valid.
#define PINBOLT_SUPERSEDED 103
/// This code was already used.
#define PINBOLT_ALREADY_USED 104
/// This code has expired.
#define PINBOLT_EXPIRED 105
/// Too many wrong codes; ask for a new one.
#define PINBOLT_TRIES_USED_UP 106
/// Too many failures; wait before the next try.
#define PINBOLT_WAITING 107
/// Too many tries or messages; wait before the next.
#define PINBOLT_THROTTLED 108
/// This authenticator is disabled after too many failures.
#define PINBOLT_DISABLED 109
/// This account is blocked.
#define PINBOLT_BLOCKED 110
/// The input is not well-formed.
#define PINBOLT_MALFORMED 111
/// The code was asked for in another session.
#define PINBOLT_WRONG_SESSION 112
/// There is no such challenge.
#define PINBOLT_UNKNOWN_CHALLENGE 113
/// This was ended and is no longer valid.
#define PINBOLT_ENDED 114
/// The address is held already.
#define PINBOLT_ADDRESS_TAKEN 115
/// The account has no such address.
#define PINBOLT_UNKNOWN_ADDRESS 116
/// An account of this id exists.
#define PINBOLT_ACCOUNT_EXISTS 117
/// There is no account of this id.
#define PINBOLT_UNKNOWN_ACCOUNT 118
/// The new PIN is too easy to guess.
#define PINBOLT_WEAK_PIN 119
/// The proof offered does not allow this.
#define PINBOLT_NOT_AUTHORIZED 120
/// The account has no PIN.
#define PINBOLT_NO_PIN 121
/// The account holds as many addresses as it may.
#define PINBOLT_TOO_MANY_ADDRESSES 122
/// The account has no token.
#define PINBOLT_NO_TOKEN 123
/// The account has no such token.
#define PINBOLT_UNKNOWN_TOKEN 124
/// The account has this token already.
#define PINBOLT_TOKEN_EXISTS 125
/// The account holds as many tokens as it may.
#define PINBOLT_TOO_MANY_TOKENS 126
/// The account has no recovery codes.
#define PINBOLT_NO_RECOVERY_CODES 127
/// The account lacks a key that is needed here.
#define PINBOLT_KEY_MISSING 128
/// The account knows no such device.
#define PINBOLT_UNKNOWN_DEVICE 129
/// There is no such link.
#define PINBOLT_UNKNOWN_LINK 130
/// The link alone is not enough; its code is needed too.
#define PINBOLT_CODE_NEEDED 131
/// This account is not activated yet.
#define PINBOLT_INACTIVE 132
/// The document belongs to another account, or the account to another document.
#define PINBOLT_IDENTITY_TAKEN 133
/// The account is tied to no document.
#define PINBOLT_UNKNOWN_IDENTITY 134
/// The address is not in force yet.
#define PINBOLT_ADDRESS_WAITS 135
/// The account holds as many phone numbers as it may.
#define PINBOLT_TOO_MANY_PHONES 136

// Misuse: a mistake in the calling program.

/// The policy names no such purpose.
#define PINBOLT_UNKNOWN_PURPOSE 201
/// The purpose asks for a PIN.
#define PINBOLT_PIN_MISSING 202
/// The purpose asks for no PIN.
#define PINBOLT_PIN_UNASKED 203
/// Begin and Finish take purposes with a delivered code, Redeem those with links, Verify all others.
#define PINBOLT_WRONG_VERB 204
/// The account id is not well-formed.
#define PINBOLT_ACCOUNT_ID 205
/// The tenant is over 64 bytes.
#define PINBOLT_TENANT 206
/// The context is over 4096 bytes.
#define PINBOLT_CONTEXT 207
/// The session is empty or over 256 bytes.
#define PINBOLT_SESSION 208
/// The source is over 256 bytes, or has control characters.
#define PINBOLT_CALLER 209
/// The operator's name (1 to 64 bytes) or reason (1 to 256) is empty, too long, or has @ or +.
#define PINBOLT_OPERATOR 210
/// The key is a placeholder: all of its bytes are equal.
#define PINBOLT_WEAK_KEY 211
/// The keyring holds this key id.
#define PINBOLT_KEY_ID_TAKEN 212
/// The digest answers another hash.
#define PINBOLT_WRONG_DIGEST 213
/// The purpose does not use this channel.
#define PINBOLT_WRONG_CHANNEL 214
/// More than 8 addresses, or one named twice.
#define PINBOLT_ADDRESSES 215
/// The operation asked another question.
#define PINBOLT_WRONG_ANSWER 216
/// The operation is over.
#define PINBOLT_OVER 217
/// The operation is not over.
#define PINBOLT_NOT_OVER 218
/// This proof or dispatch was used before.
#define PINBOLT_USED_UP 219
/// A pointer is NULL, or a struct's size is none that this library knows.
#define PINBOLT_POINTER 220
/// A length is over the limit, or a buffer is too short.
#define PINBOLT_LENGTH 221
/// A value stands for nothing that this library knows.
#define PINBOLT_VALUE 222
/// The policy, the keys or the store's URL were refused.
#define PINBOLT_CONFIGURATION 223
/// Another call is at work on this handle.
#define PINBOLT_BUSY 224
/// Name an operator or a proof, and only one of them.
#define PINBOLT_AUTHORITY 225
/// The operation grants another kind of result.
#define PINBOLT_WRONG_RESULT 226
/// The secret is under 128 bits; only the door named for the danger takes it.
#define PINBOLT_SHORT_SECRET 227
/// The token's digits (6 to 10, Steam's 5), period, secret or label are out of bounds.
#define PINBOLT_TOKEN 228
/// The purpose asks for more than was given.
#define PINBOLT_EVIDENCE_MISSING 229
/// The purpose does not ask for all that was given.
#define PINBOLT_EVIDENCE_UNASKED 230
/// The OCRA suite is not well-formed (RFC 6287, 6).
#define PINBOLT_OCRA_SUITE 231
/// The inputs do not fit the OCRA suite.
#define PINBOLT_OCRA_INPUT 232
/// The device's label is over 64 bytes, or has control characters.
#define PINBOLT_DEVICE 233
/// A channel's name is not well-formed.
#define PINBOLT_CHANNEL 234
/// The document's kind, country or number is not well-formed.
#define PINBOLT_DOCUMENT 235
/// The purpose has no tickets.
#define PINBOLT_NOT_A_TICKET 236
/// The token's last step, counter or clock is out of bounds.
#define PINBOLT_WATERMARK 237
/// A recovery code is not 8 to 32 letters and digits, or there are too many.
#define PINBOLT_RECOVERY_CODE 238
/// The recovery code is under 64 bits; it is taken only where the danger is named.
#define PINBOLT_SHORT_RECOVERY_CODE 239

// Failures: the infrastructure didn't do its part; nothing was accepted.

/// The store failed.
#define PINBOLT_STORE 301
/// Too many writers on one row.
#define PINBOLT_CONTENDED 302
/// A write's answer was lost and could not be resolved.
#define PINBOLT_UNRESOLVED 303
/// The record has a version that this build does not know.
#define PINBOLT_UNKNOWN_VERSION 304
/// The record was changed, truncated or moved.
#define PINBOLT_CORRUPT 305
/// The keyring lacks a key id that is in use.
#define PINBOLT_UNKNOWN_KEY 306
/// The keyring holds another key under this id.
#define PINBOLT_WRONG_KEY 307
/// No hash slot was free.
#define PINBOLT_OVERLOAD 308
/// The record is too large.
#define PINBOLT_TOO_LARGE 309
/// The system gave no randomness.
#define PINBOLT_RANDOMNESS 310
/// Internal error; please report it.
#define PINBOLT_INTERNAL 311

// Why a text that describes tokens is refused; no status.

/// The text is longer than it may be.
#define PINBOLT_PROVISION_TOO_LONG 401
/// The secret is empty, too long, or not well-formed.
#define PINBOLT_PROVISION_SECRET 402
/// The hash is none that tokens have here.
#define PINBOLT_PROVISION_ALGORITHM 403
/// The number of digits is none that tokens have here.
#define PINBOLT_PROVISION_DIGITS 404
/// The period is out of bounds.
#define PINBOLT_PROVISION_PERIOD 405
/// The counter is missing or out of bounds.
#define PINBOLT_PROVISION_COUNTER 406
/// The name or the issuer is empty, too long, or has signs that it may not have.
#define PINBOLT_PROVISION_NAME 407
/// This form has no place for such a token.
#define PINBOLT_PROVISION_NO_PLACE 408
/// This is no otpauth address.
#define PINBOLT_PROVISION_NOT_OTPAUTH 409
/// The percent-encoding is broken, or is missing where it must be.
#define PINBOLT_PROVISION_ENCODING 410
/// The address names two issuers.
#define PINBOLT_PROVISION_ISSUER_MISMATCH 411
/// A parameter is there twice, or there are too many.
#define PINBOLT_PROVISION_PARAMETER 412
/// This is no export of an authenticator app.
#define PINBOLT_PROVISION_NOT_MIGRATION 420
/// The data of the export is broken.
#define PINBOLT_PROVISION_PAYLOAD 421
/// This is a part of another export, or was read already.
#define PINBOLT_PROVISION_BATCH 422
/// The text is no well-formed XML, or declares a document type or entities.
#define PINBOLT_PROVISION_XML 430
/// There are more keys, elements or attributes than there may be, or no key.
#define PINBOLT_PROVISION_TOO_MANY 431
/// An element of the document is missing, stands twice, or isn't as it must be.
#define PINBOLT_PROVISION_STRUCTURE 432
/// The document has another version than 1.0.
#define PINBOLT_PROVISION_VERSION 433
/// The document is sealed in a way that isn't read here.
#define PINBOLT_PROVISION_CIPHER 434
/// The document is sealed, and not by what was given to open it.
#define PINBOLT_PROVISION_LOCKED 435
/// A secret is legible in a document that should be sealed.
#define PINBOLT_PROVISION_NOT_ENCRYPTED 436
/// The key or the password doesn't fit, or the document was changed.
#define PINBOLT_PROVISION_UNLOCK 437
/// A sealed value has no MAC.
#define PINBOLT_PROVISION_MAC 438
/// The rounds, the salt or the key length of PBKDF2 are out of bounds.
#define PINBOLT_PROVISION_ROUNDS 439
/// The key is for something else than HOTP and TOTP.
#define PINBOLT_PROVISION_KEY_ALGORITHM 440
/// The document doesn't contain the secret of this key.
#define PINBOLT_PROVISION_NO_SECRET 441
/// The key's policy isn't understood or allows no one-time codes, so it can't be used.
#define PINBOLT_PROVISION_POLICY 442
/// The key's codes aren't plain decimal digits.
#define PINBOLT_PROVISION_RESPONSE_FORMAT 443
/// The drift of the clock is out of bounds.
#define PINBOLT_PROVISION_DRIFT 444
/// A time isn't well-formed, or is before 1970 or after 9999.
#define PINBOLT_PROVISION_DATE 445
/// The key isn't 16, 24 or 32 bytes long, or the password is empty or too long.
#define PINBOLT_PROVISION_LOCK_KEY 446
/// The operating system gave no random bytes.
#define PINBOLT_PROVISION_ENTROPY 447
/// The line is not well-formed.
#define PINBOLT_PROVISION_LINE 460
/// There is no such kind of token here.
#define PINBOLT_PROVISION_KIND 461
/// What is told of a clock or a time is out of bounds.
#define PINBOLT_PROVISION_CLOCK 462
/// The lines of the account name different PINs.
#define PINBOLT_PROVISION_PINS 463
/// The line is of another issuer, realm or person than those before.
#define PINBOLT_PROVISION_MIXED 464
/// The lines of the account do not stand together.
#define PINBOLT_PROVISION_SCATTERED 465
/// The account has more lines, tokens or recovery codes than it may.
#define PINBOLT_PROVISION_TOO_MANY_LINES 466
/// The name is no account id here.
#define PINBOLT_PROVISION_ACCOUNT 467
/// A line beside the account's can't be read, and may be the account's.
#define PINBOLT_PROVISION_BESIDE 468
/// A recovery code stands apart from its set.
#define PINBOLT_PROVISION_ORPHAN 469
/// It was never confirmed there.
#define PINBOLT_PROVISION_UNCONFIRMED 470
/// It is switched off there.
#define PINBOLT_PROVISION_DISABLED 471
/// It belongs to nobody there.
#define PINBOLT_PROVISION_NOBODY 472
/// Another line of the account was refused.
#define PINBOLT_PROVISION_HELD_BACK 473
/// It is good there under conditions that can't be kept here.
#define PINBOLT_PROVISION_CONDITIONS 474
/// The file was changed while it was read.
#define PINBOLT_PROVISION_CHANGED 475
/// All codes of the set were used there.
#define PINBOLT_PROVISION_ALL_USED 476


/// It was done. Of an operation that ended: what was asked for is granted, and nothing else means
/// that.
#define PINBOLT_OK 0

/// `pinbolt_status_kind`: it is `PINBOLT_OK`.
#define PINBOLT_KIND_OK 0

/// `pinbolt_status_kind`: "no" to the person.
#define PINBOLT_KIND_REFUSAL 1

/// `pinbolt_status_kind`: a mistake in the calling program.
#define PINBOLT_KIND_MISUSE 2

/// `pinbolt_status_kind`: the infrastructure didn't do its part; nothing was accepted. Also that of
/// a number that this version doesn't know.
#define PINBOLT_KIND_FAILURE 3

/// The longest text or bytes that any function reads, in bytes. Most things have a tighter limit of
/// their own.
#define PINBOLT_MAX_LENGTH 65536

/// An authenticator: the account's PIN.
#define PINBOLT_AUTHENTICATOR_PIN 1

/// An authenticator: delivered codes, of all channels and purposes.
#define PINBOLT_AUTHENTICATOR_CODE 2

/// An authenticator: the one-time codes of the account's tokens, all of them together.
#define PINBOLT_AUTHENTICATOR_OTP 3

/// An authenticator: the account's recovery codes.
#define PINBOLT_AUTHENTICATOR_RECOVERY_CODE 4

/// An authenticator: the codes of all tickets.
#define PINBOLT_AUTHENTICATOR_ISSUED_CODE 5

/// A lane: nothing was known of the caller.
#define PINBOLT_LANE_STRANGER 1

/// A lane: a first factor had been passed.
#define PINBOLT_LANE_FIRST_FACTOR 2

/// A lane: a device that the account knows.
#define PINBOLT_LANE_KNOWN_DEVICE 3

/// The hash of a token: SHA-1, what most apps know. Its collisions don't touch HMAC.
#define PINBOLT_ALGORITHM_SHA1 1

/// The hash of a token: SHA-256.
#define PINBOLT_ALGORITHM_SHA256 2

/// The hash of a token: SHA-512.
#define PINBOLT_ALGORITHM_SHA512 3

/// A kind of token: by a counter (HOTP, RFC 4226).
#define PINBOLT_TOKEN_KIND_HOTP 1

/// A kind of token: by the time (TOTP, RFC 6238).
#define PINBOLT_TOKEN_KIND_TOTP 2

/// A kind of token: by the time, in steps of 30 seconds, shown as Steam's app shows it: five of
/// `23456789BCDFGHJKMNPQRTVWXY`. Always of SHA-1, and of 5 `digits`.
#define PINBOLT_TOKEN_KIND_STEAM 3

/// What an import takes although it is too weak: tokens whose secret is under 128 bits, which can be
/// found from a few codes.
#define PINBOLT_WEAK_SHORT_SECRETS 1

/// The same: recovery codes under 64 bits. They are hashed slowly, throttled and good once as all are;
/// but one of ten codes of eight digits is found in one account of 13,000 a year.
#define PINBOLT_WEAK_RECOVERY_CODES 2

/// The same: a PIN that the rules for new ones refuse.
#define PINBOLT_WEAK_PINS 4

/// What became of a thing that was imported: there was none.
#define PINBOLT_TOOK_NOTHING 0

/// The same: it is the account's now.
#define PINBOLT_TOOK_ADDED 1

/// The same: it was the account's before. A token's counter or step is raised where the other system's
/// was further; recovery codes that the file lacks are ended.
#define PINBOLT_TOOK_KEPT 2

/// The same: it was here and was removed or replaced; it stays so. Also recovery codes that come to an
/// account with a set that was issued here.
#define PINBOLT_TOOK_GONE 3

/// A load: the row was given to `pinbolt_loaded_set`.
#define PINBOLT_LOAD_FOUND 1

/// A load: there is no such row.
#define PINBOLT_LOAD_ABSENT 2

/// A load: the store can't be read.
#define PINBOLT_LOAD_FAILED 3

/// A swap: it stands, durably.
#define PINBOLT_SWAP_APPLIED 11

/// A swap: the row stood at another version, and nothing was written.
#define PINBOLT_SWAP_CONFLICT 12

/// A swap: it may or may not stand. When unsure, this.
#define PINBOLT_SWAP_IN_DOUBT 13

/// A swap: it surely doesn't stand.
#define PINBOLT_SWAP_NOT_APPLIED 14

/// A delivery: the gateway took the message.
#define PINBOLT_DELIVERY_SENT 21

/// A delivery: the message was surely not sent.
#define PINBOLT_DELIVERY_NOT_SENT 22

/// A delivery: it may or may not have been sent. When unsure, this.
#define PINBOLT_DELIVERY_UNKNOWN 23

/// What became of a delivery: there was nothing to deliver, or the code had expired. No answer of a
/// callback.
#define PINBOLT_DELIVERY_NOTHING 24

/// A question: none, it is over. `pinbolt_op_status` says how it ended.
#define PINBOLT_ASKS_NOTHING 0

/// A question: load the row that `pinbolt_op_row` names. Answer with `pinbolt_op_found`,
/// `pinbolt_op_absent` or `pinbolt_op_load_failed`.
#define PINBOLT_ASKS_LOAD 1

/// A question: make the write that `pinbolt_op_write` gives. Answer with `pinbolt_op_applied`,
/// `pinbolt_op_conflict`, `pinbolt_op_in_doubt` or `pinbolt_op_not_applied`.
#define PINBOLT_ASKS_COMMIT 2

/// A question: run the hash that `pinbolt_op_work` gives. Answer with `pinbolt_op_hashed` or
/// `pinbolt_op_not_hashed`.
#define PINBOLT_ASKS_HASH 3

/// A question, by a delivery alone: deliver the message that `pinbolt_op_message` gives. Answer
/// with `pinbolt_op_sent`, `pinbolt_op_not_sent` or `pinbolt_op_unknown`.
#define PINBOLT_ASKS_DELIVER 4

/// A verdict: no.
#define PINBOLT_REFUSED 0

/// A verdict: yes. It differs from 0, and from all ones, in half of its bits.
#define PINBOLT_ACCEPTED 1522771290

/// How strong a proof is: one factor.
#define PINBOLT_ASSURANCE_ONE_FACTOR 1

/// How strong a proof is: a PIN and a code by e-mail, which for NIST is no thing that somebody has (SP
/// 800-63B-4, 3.1.3).
#define PINBOLT_ASSURANCE_TWO_WITH_EMAIL 2

/// How strong a proof is: a PIN, and a phone, a device, a token or a paper.
#define PINBOLT_ASSURANCE_TWO_FACTORS 3

/// A match: none.
#define PINBOLT_NO_MATCH 0

/// A match: one. It differs from 0, from all ones and from `PINBOLT_ACCEPTED`, in half of its bits.
#define PINBOLT_MATCHED 1012581222

/// The bytes of a buffer that holds any one-time code and its NUL.
#define PINBOLT_CODE_CAPACITY 11

/// Who answers where both parties ask: the server, first (RFC 6287, 7.2 and 7.3.2).
#define PINBOLT_OCRA_SERVER_ANSWERS 1

/// Who answers where both parties ask: then the client (RFC 6287, 7.2 and 7.3.2).
#define PINBOLT_OCRA_CLIENT_ANSWERS 2

/// The bytes of a buffer that holds any response and its NUL: the whole HMAC-SHA-512 in hexadecimal.
#define PINBOLT_RESPONSE_CAPACITY 129

/// The bytes of a buffer that holds any phone number and its NUL.
#define PINBOLT_PHONE_CAPACITY 17

/// A line: a mobile phone.
#define PINBOLT_LINE_MOBILE 1

/// A line: to a place.
#define PINBOLT_LINE_FIXED 2

/// A line: one of the two. North America doesn't tell them apart: who demands a mobile phone turns
/// everybody there away.
#define PINBOLT_LINE_FIXED_OR_MOBILE 3

/// A line: a phone over the Internet.
#define PINBOLT_LINE_VOIP 4

/// A line: a number that follows a person from line to line. In some countries it costs more than a
/// call.
#define PINBOLT_LINE_PERSONAL 5

/// A line: a pager.
#define PINBOLT_LINE_PAGER 6

/// A line: the called pays.
#define PINBOLT_LINE_TOLL_FREE 7

/// A line: one number for all offices of a company.
#define PINBOLT_LINE_COMPANY 8

/// A line: a voice mailbox.
#define PINBOLT_LINE_VOICEMAIL 9

/// Why a phone number is refused: nothing was typed, or only spaces.
#define PINBOLT_PHONE_EMPTY 1

/// Why a phone number is refused: a letter, an extension, a digit that isn't ASCII, or any other sign.
#define PINBOLT_PHONE_CHARACTER 2

/// Why a phone number is refused: a parenthesis without its other, a `+` inside, a hyphen or a dot at
/// an end, or what a slash leaves open.
#define PINBOLT_PHONE_SIGNS 3

/// Why a phone number is refused: no `+`, and no country whose national form it could be.
#define PINBOLT_PHONE_NO_COUNTRY 4

/// Why a phone number is refused: no country has this code.
#define PINBOLT_PHONE_UNKNOWN_COUNTRY 5

/// Why a phone number is refused: too few or too many digits for the country, or under 8 in all.
#define PINBOLT_PHONE_LENGTH 6

/// Why a phone number is refused: not given out, as far as this version knows.
#define PINBOLT_PHONE_UNASSIGNED 7

/// Why a phone number is refused: it can be read as more than one number.
#define PINBOLT_PHONE_AMBIGUOUS 8

/// Why a phone number is refused: a premium-rate or shared-cost number.
#define PINBOLT_PHONE_COSTLY 9

/// How another system writes its tokens down: `otpauth` addresses, one a line, of one issuer; the
/// account is the label's name.
#define PINBOLT_FORMAT_OTPAUTH 1

/// The same: a users file of the OATH Toolkit.
#define PINBOLT_FORMAT_OATH_USERS 2

/// The same: the file of Google's PAM module, which is of one account.
#define PINBOLT_FORMAT_GOOGLE_AUTHENTICATOR 3

/// The same: django-otp's rows as Django's serializer writes them, one JSON object a line; the account
/// is the user.
#define PINBOLT_FORMAT_DJANGO_OTP 4

/// The same: privacyIDEA's export, decrypted, one JSON object a line, of one realm; the account is the
/// user's login.
#define PINBOLT_FORMAT_PRIVACYIDEA 5

/// What the next line is for: to see which lines stand where. Nothing is given out.
#define PINBOLT_PASS_SURVEY 1

/// The same: the accounts are given out.
#define PINBOLT_PASS_ACCOUNTS 2

/// There is no next line.
#define PINBOLT_PASS_OVER 3

/// What became of a line: nothing is known that stands against taking it.
#define PINBOLT_FATE_READY 1

/// The same: the account has it now.
#define PINBOLT_FATE_ADDED 2

/// The same: the account had it before.
#define PINBOLT_FATE_KEPT 3

/// The same: it was removed or replaced here, and stays so.
#define PINBOLT_FATE_GONE 4

/// The same: it needs not be taken.
#define PINBOLT_FATE_SKIPPED 5

/// The same: it is refused, and with it all lines of its account.
#define PINBOLT_FATE_REFUSED 6

/// The same: nothing is wrong with it, but its account was not taken.
#define PINBOLT_FATE_HELD_BACK 7

/// The same: the infrastructure failed; run the import again.
#define PINBOLT_FATE_FAILED 8

/// The most keys that one export is written of.
#define PINBOLT_MIGRATION_MAX_KEYS 1000

/// The longest text of a QR code, in bytes.
#define PINBOLT_QR_MAX_LENGTH 2331

/// Where the PIN of a key is typed: into the device, which checks it.
#define PINBOLT_PIN_USAGE_LOCAL 1

/// Where the PIN of a key is typed: before the code.
#define PINBOLT_PIN_USAGE_PREPEND 2

/// Where the PIN of a key is typed: after the code.
#define PINBOLT_PIN_USAGE_APPEND 3

/// Keys, policy and tenant, which all operations share. It never changes; any number of threads may
/// use it. Engines and operations hold what they need of it, so it may be freed before them.
typedef struct pinbolt pinbolt;

/// The proof that a person passed what a purpose asks for. Only a check makes it. It is meant for
/// one request, and an act that it authorizes uses it up. Use it in one thread at a time.
typedef struct pinbolt_accepted pinbolt_accepted;

/// The lines of one account. One call at a time may use them.
typedef struct pinbolt_account_lines pinbolt_account_lines;

/// Runs operations on a store, a delivery and a clock. Any number of threads may use it at once.
typedef struct pinbolt_engine pinbolt_engine;

/// The memory of a hash, kept from one to the next, for a hash that allocates it anew takes longer.
/// It grows to the costliest hash that it has run (some tens of MiB by default), and holds nothing
/// between two. One call at a time may use it, in any thread.
typedef struct pinbolt_hash_memory pinbolt_hash_memory;

/// The generator of a token's codes (RFC 4226), for programs that keep tokens themselves; `verify`
/// needs none. It holds what HMAC makes of the secret, and is wiped when it is freed. It never
/// changes; any number of threads may use it.
///
/// Its functions know nothing of what was used before: who calls them alone must keep, and only
/// ever raise, the counter or step that was accepted last (RFC 4226, 7.2; RFC 6238, 5.2), and count
/// the guesses (RFC 4226, 7.3). Neither generating nor matching allocates memory, or takes a time that
/// depends on a code, on the counter that matched, or on the secret.
typedef struct pinbolt_hotp pinbolt_hotp;

/// Reads the file of another system, in passes. One call at a time may use it.
///
/// The lines of one account stand together. The file is read twice at least, from its beginning each
/// time: the passes of the survey find whose lines don't stand together, the last one gives out the
/// accounts. It must not change meanwhile. Memory doesn't grow with it.
typedef struct pinbolt_importer pinbolt_importer;

/// The keys of an installation. Whoever has them and the database can try all PINs: they are wiped
/// when the last handle that holds them is freed. They never change; any number of threads may use
/// them.
typedef struct pinbolt_keys pinbolt_keys;

/// Where a store's `load` puts the row that it found. It lives during that call.
typedef struct pinbolt_loaded pinbolt_loaded;

/// Collects the parts of one export of Google Authenticator's, as its "transfer accounts" shows them in
/// QR codes, in any order. What it holds is wiped when it is freed. One call at a time may use it.
typedef struct pinbolt_migration pinbolt_migration;

/// The key of an OATH token (HOTP or TOTP) with its parameters, and the names under which an app shows
/// it: what every form of a token carries. It is wiped when it is freed. It never changes; any number
/// of threads may use it.
typedef struct pinbolt_oath_key pinbolt_oath_key;

/// A suite of OCRA (RFC 6287) and a secret: makes responses to challenges, and compares them. It
/// holds what HMAC makes of the secret, and is wiped when it is freed. It never changes; any number
/// of threads may use it.
///
/// Its functions keep no challenge, no counter and no count of failures. Who calls them draws a
/// random challenge of the suite's full length, takes it once, and counts wrong answers. Neither
/// making nor matching allocates memory, or takes a time that depends on a response, on what
/// matched, on the secret or on the PIN's hash.
typedef struct pinbolt_ocra pinbolt_ocra;

/// An operation: a verb at work, or a delivery. It asks one question at a time, until it is over;
/// then it says how it ended.
///
/// One call at a time may use it, in any thread; a second one meanwhile answers `PINBOLT_BUSY`.
/// What its functions point to belongs to it: a question's until it is answered, an end's until the
/// operation is freed.
typedef struct pinbolt_op pinbolt_op;

/// Reads phone numbers as the people of a country write them, into the one form that the engine
/// takes. Give it every name that a person types, if it isn't an e-mail address or an account id,
/// before the engine sees it: at enrolment and at sign-in alike, with the same country. What can be
/// read as two numbers is refused, never guessed; so are premium-rate and shared-cost numbers. The
/// numbering plans are those of this version: a range given out later is refused, and its numbers can
/// be given to the engine itself, with `+` and the country code.
///
/// It never changes; any number of threads may use it. The first one in a process takes some
/// milliseconds, and some megabytes for good.
typedef struct pinbolt_phone_reader pinbolt_phone_reader;

/// What an installation asks of whom. It never changes; any number of threads may use it.
typedef struct pinbolt_policy pinbolt_policy;

/// A PSKC document (RFC 6030) that was read. Its keys are wiped when it is freed. It never changes; any
/// number of threads may use it.
typedef struct pinbolt_pskc pinbolt_pskc;

/// Where a store's `load` and `swap` say what went wrong, for an operator. It lives during that
/// call.
typedef struct pinbolt_trouble pinbolt_trouble;

/// One PIN hash. It holds the PIN, and is wiped when it is freed. One call at a time may use it, in
/// any thread; a second one meanwhile answers `PINBOLT_BUSY`.
typedef struct pinbolt_work pinbolt_work;

/// A text, or bytes, that the library wrote. What it holds is mostly secret: it is wiped when it is
/// freed. It never changes; any number of threads may read it.
typedef struct pinbolt_written pinbolt_written;

/// What a function says: `PINBOLT_OK`, or one of the codes above. A code means the same in every
/// version, in C, Rust and Python; a later version may bring new ones.
typedef uint32_t pinbolt_status;

/// A text in UTF-8. `{NULL, 0}` is an absent one.
///
/// Given to a function, it is read during that call alone and needs no NUL at its end. Bytes that
/// aren't UTF-8 are no misuse, since a person can send them: they end as any malformed value does.
/// Given by a function, it belongs to the handle that gave it, as that function says, and a NUL
/// that isn't counted follows it.
typedef struct pinbolt_text {
    /// NULL, or `len` bytes.
    const char *data;
    /// In bytes.
    size_t len;
} pinbolt_text;

/// A named person who acts by his office, and why. Both stand in the audit events, so neither may
/// have `@` or `+`.
typedef struct pinbolt_operator {
    /// `sizeof(pinbolt_operator)`.
    size_t size;
    /// Who: 1 to 64 bytes.
    struct pinbolt_text name;
    /// Why: 1 to 256 bytes.
    struct pinbolt_text reason;
} pinbolt_operator;

/// The arguments of `pinbolt_start_block`.
typedef struct pinbolt_block_args {
    /// `sizeof(pinbolt_block_args)`.
    size_t size;
    /// The account's id.
    struct pinbolt_text account;
    /// Who does it, and why.
    const struct pinbolt_operator *by;
} pinbolt_block_args;

/// The arguments of `pinbolt_start_unblock`.
typedef struct pinbolt_unblock_args {
    /// `sizeof(pinbolt_unblock_args)`.
    size_t size;
    /// The account's id.
    struct pinbolt_text account;
    /// Who does it, and why.
    const struct pinbolt_operator *by;
} pinbolt_unblock_args;

/// The arguments of `pinbolt_start_cancel_account`.
typedef struct pinbolt_cancel_account_args {
    /// `sizeof(pinbolt_cancel_account_args)`.
    size_t size;
    /// The account's id.
    struct pinbolt_text account;
    /// By what right: an operator; or NULL, and `proof`.
    const struct pinbolt_operator *by;
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    struct pinbolt_accepted **proof;
} pinbolt_cancel_account_args;

/// The arguments of `pinbolt_start_describe`.
typedef struct pinbolt_describe_args {
    /// `sizeof(pinbolt_describe_args)`.
    size_t size;
    /// The account's id.
    struct pinbolt_text account;
} pinbolt_describe_args;

/// The arguments of `pinbolt_start_enroll`.
typedef struct pinbolt_enroll_args {
    /// `sizeof(pinbolt_enroll_args)`.
    size_t size;
    /// The account's id: 1 to 256 bytes, without `@` and without a leading `+`. It appears in audit
    /// events, so it must not be personal data.
    struct pinbolt_text account;
    /// The PIN, held against the rules for new ones; absent for an account without.
    struct pinbolt_text pin;
    /// Up to 8 phone numbers, e-mail addresses, and `@name:endpoint` on channels of your own.
    const struct pinbolt_text *addresses;
    /// How many.
    size_t address_count;
    /// An operator who vouches for the addresses: they are bound at once. NULL leaves them
    /// candidates, until `confirm`.
    const struct pinbolt_operator *asserted_by;
} pinbolt_enroll_args;

/// Bytes. `{NULL, 0}` are absent ones. The same holds for them as for a `pinbolt_text`, but that no
/// NUL follows.
typedef struct pinbolt_bytes {
    /// NULL, or `len` bytes.
    const uint8_t *data;
    /// How many.
    size_t len;
} pinbolt_bytes;

/// The request's own marks, as the host knows them.
typedef struct pinbolt_caller {
    /// `sizeof(pinbolt_caller)`.
    size_t size;
    /// The host's own session id, 1 to 256 bytes. A code is only good in the session that asked for
    /// it, so never a constant; and give a new id once somebody is signed in.
    struct pinbolt_bytes session;
    /// Where the request came from, up to 256 bytes, for the audit events; or absent.
    struct pinbolt_text source;
    /// The device token that the person's browser or app holds, as it sent it; or absent. One that the
    /// account doesn't know is nobody's, and no misuse.
    struct pinbolt_text device;
} pinbolt_caller;

/// The arguments of `pinbolt_start_confirm`.
typedef struct pinbolt_confirm_args {
    /// `sizeof(pinbolt_confirm_args)`.
    size_t size;
    /// The account's id.
    struct pinbolt_text account;
    /// The phone number or e-mail address, as typed; or `@name:endpoint` on a channel of your own.
    struct pinbolt_text address;
    /// The address of the account that it takes the place of, in force or suspended; absent to have
    /// it beside the others.
    struct pinbolt_text replaces;
    /// By what right: an operator; or NULL, and `proof`.
    const struct pinbolt_operator *by;
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    struct pinbolt_accepted **proof;
    /// Where the code will be typed: the person's own session, also where an operator asks.
    const struct pinbolt_caller *caller;
} pinbolt_confirm_args;

/// The arguments of `pinbolt_start_release_address`.
typedef struct pinbolt_release_address_args {
    /// `sizeof(pinbolt_release_address_args)`.
    size_t size;
    /// The account's id.
    struct pinbolt_text account;
    /// The address, as typed.
    struct pinbolt_text address;
    /// By what right: an operator; or NULL, and `proof`.
    const struct pinbolt_operator *by;
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    struct pinbolt_accepted **proof;
} pinbolt_release_address_args;

/// The arguments of `pinbolt_start_suspend_address`.
typedef struct pinbolt_suspend_address_args {
    /// `sizeof(pinbolt_suspend_address_args)`.
    size_t size;
    /// The address, as typed.
    struct pinbolt_text address;
    /// The account's id; absent for whichever accounts hold the address.
    struct pinbolt_text account;
    /// Who does it, and why.
    const struct pinbolt_operator *by;
} pinbolt_suspend_address_args;

/// A civil document, of which only a keyed hash is kept. `PINBOLT_DOCUMENT` where it has not this
/// form.
typedef struct pinbolt_document {
    /// `sizeof(pinbolt_document)`.
    size_t size;
    /// A word of yours, such as `passport`: 1 to 16 of a-z, 0-9 and `-`.
    struct pinbolt_text kind;
    /// Two letters (ISO 3166-1), in either case.
    struct pinbolt_text country;
    /// 1 to 32 ASCII letters and digits, in either case; spaces, dots, slashes and hyphens are
    /// dropped.
    struct pinbolt_text number;
} pinbolt_document;

/// The arguments of `pinbolt_start_tie_identity`.
typedef struct pinbolt_tie_identity_args {
    /// `sizeof(pinbolt_tie_identity_args)`.
    size_t size;
    /// The account's id.
    struct pinbolt_text account;
    /// The document, as the operator saw it.
    const struct pinbolt_document *document;
    /// Who does it, and why.
    const struct pinbolt_operator *by;
} pinbolt_tie_identity_args;

/// The arguments of `pinbolt_start_untie_identity`.
typedef struct pinbolt_untie_identity_args {
    /// `sizeof(pinbolt_untie_identity_args)`.
    size_t size;
    /// The account's id.
    struct pinbolt_text account;
    /// Who does it, and why.
    const struct pinbolt_operator *by;
} pinbolt_untie_identity_args;

/// The arguments of `pinbolt_start_registrations`.
typedef struct pinbolt_registrations_args {
    /// `sizeof(pinbolt_registrations_args)`.
    size_t size;
    /// The document.
    const struct pinbolt_document *document;
    /// Who asks, and why; an audit event of each account says so.
    const struct pinbolt_operator *by;
} pinbolt_registrations_args;

/// The arguments of `pinbolt_start_begin`.
typedef struct pinbolt_begin_args {
    /// `sizeof(pinbolt_begin_args)`.
    size_t size;
    /// Account id, phone number or e-mail address, as typed.
    struct pinbolt_text name;
    /// A purpose of the policy that asks for a code.
    struct pinbolt_text purpose;
    /// The PIN as typed, if the purpose asks for one; else absent.
    struct pinbolt_text pin;
    /// Who asks.
    const struct pinbolt_caller *caller;
    /// What the code is for, such as the text of a payment, up to 4096 bytes; `finish` must name
    /// the same.
    struct pinbolt_bytes context;
    /// How the code shall travel: `sms`, `email`, or the name of a channel of your own.
    struct pinbolt_text channel;
} pinbolt_begin_args;

/// The arguments of `pinbolt_start_resend`.
typedef struct pinbolt_resend_args {
    /// `sizeof(pinbolt_resend_args)`.
    size_t size;
    /// The handle that `begin` gave.
    struct pinbolt_text handle;
    /// Who asks: the session that began.
    const struct pinbolt_caller *caller;
    /// How the code shall travel this time.
    struct pinbolt_text channel;
} pinbolt_resend_args;

/// The arguments of `pinbolt_start_finish`.
typedef struct pinbolt_finish_args {
    /// `sizeof(pinbolt_finish_args)`.
    size_t size;
    /// The purpose that this call is for, or `PINBOLT_CONFIRM`. Write it in your program, never
    /// take it from the request.
    struct pinbolt_text purpose;
    /// The handle that `begin`, `resend` or `confirm` gave.
    struct pinbolt_text handle;
    /// The code as typed.
    struct pinbolt_text code;
    /// Who asks: the session that began.
    const struct pinbolt_caller *caller;
    /// The context that `begin` was given, or absent.
    struct pinbolt_bytes context;
} pinbolt_finish_args;

/// The arguments of `pinbolt_start_verify`.
typedef struct pinbolt_verify_args {
    /// `sizeof(pinbolt_verify_args)`.
    size_t size;
    /// Account id, phone number or e-mail address, as typed.
    struct pinbolt_text name;
    /// A purpose of the policy that asks for no delivered code.
    struct pinbolt_text purpose;
    /// The PIN as typed, if the purpose asks for one; else absent.
    struct pinbolt_text pin;
    /// A token's one-time code as typed, if the purpose asks for one; else absent.
    struct pinbolt_text otp;
    /// In place of `pin` and `otp`: both typed as one string of digits, the PIN first, as RADIUS and
    /// PAM have it. The token's number of digits splits it. Digits alone: unlike `otp`, no blank,
    /// hyphen or line end, so cut what `fgets` left.
    struct pinbolt_text pin_then_otp;
    /// A recovery code as typed, if the purpose asks for one; else absent.
    struct pinbolt_text recovery_code;
    /// Who asks.
    const struct pinbolt_caller *caller;
    /// What the proof is for, up to 4096 bytes; or absent.
    struct pinbolt_bytes context;
} pinbolt_verify_args;

/// The arguments of `pinbolt_start_cancel`.
typedef struct pinbolt_cancel_args {
    /// `sizeof(pinbolt_cancel_args)`.
    size_t size;
    /// The handle that `begin`, `resend` or `confirm` gave.
    struct pinbolt_text handle;
    /// Who asks: the session that began.
    const struct pinbolt_caller *caller;
} pinbolt_cancel_args;

/// The arguments of `pinbolt_start_change_pin`.
typedef struct pinbolt_change_pin_args {
    /// `sizeof(pinbolt_change_pin_args)`.
    size_t size;
    /// The account's id, from the host's own session and not as typed.
    struct pinbolt_text account;
    /// The present PIN. (`new` is a word of C++, hence these names.)
    struct pinbolt_text old_pin;
    /// The new one, held against the rules for new PINs.
    struct pinbolt_text new_pin;
    /// Who asks.
    const struct pinbolt_caller *caller;
} pinbolt_change_pin_args;

/// The arguments of `pinbolt_start_reset_pin`.
typedef struct pinbolt_reset_pin_args {
    /// `sizeof(pinbolt_reset_pin_args)`.
    size_t size;
    /// The account's id.
    struct pinbolt_text account;
    /// The new PIN, held against the rules for new ones.
    struct pinbolt_text new_pin;
    /// By what right: an operator; or NULL, and `proof`.
    const struct pinbolt_operator *by;
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    struct pinbolt_accepted **proof;
} pinbolt_reset_pin_args;

/// The arguments of `pinbolt_start_unlock`.
typedef struct pinbolt_unlock_args {
    /// `sizeof(pinbolt_unlock_args)`.
    size_t size;
    /// The account's id.
    struct pinbolt_text account;
    /// By what right: an operator; or NULL, and `proof`.
    const struct pinbolt_operator *by;
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    struct pinbolt_accepted **proof;
    /// What is unlocked: `PINBOLT_AUTHENTICATOR_...`.
    uint32_t authenticator;
} pinbolt_unlock_args;

/// The arguments of `pinbolt_start_add_token`.
typedef struct pinbolt_add_token_args {
    /// `sizeof(pinbolt_add_token_args)`.
    size_t size;
    /// The account's id.
    struct pinbolt_text account;
    /// What the person knows it by, 1 to 64 bytes without control characters. `describe` shows it.
    struct pinbolt_text label;
    /// The secret of a token that exists: 16 to 128 bytes, plain (no base32). Absent: one is made,
    /// as long as the hash's output, and `pinbolt_op_added_token` shows it once.
    struct pinbolt_bytes secret;
    /// In place of `secret`, for tokens that somebody else has issued and that can't be replaced
    /// yet: 1 to 128 bytes. Under 128 bits a secret can be found from a few codes by trying all.
    struct pinbolt_bytes dangerously_short_secret;
    /// By what right: an operator; or NULL, and `proof`.
    const struct pinbolt_operator *by;
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    struct pinbolt_accepted **proof;
    /// Of a HOTP the next counter: 0 for a new token. Else 0.
    uint64_t counter;
    /// Of a TOTP the Unix second of step 0: 0 as a rule. Else 0.
    uint64_t start;
    /// Of a TOTP the seconds of a step: 30 as a rule. NIST SP 800-63B-4 (3.1.4) wants at most 120.
    /// Else 0.
    uint32_t period;
    /// Counter or time: `PINBOLT_TOKEN_KIND_...`.
    uint32_t kind;
    /// The hash: `PINBOLT_ALGORITHM_...`; most apps know SHA-1 alone.
    uint32_t algorithm;
    /// Digits of a code, 6 to 10; most apps know 6 and 8. Of a Steam code 5.
    uint32_t digits;
    /// 1: an operator's word that it works, as when moving in from another system; it stands at once.
    /// 0: it is a candidate, until `confirm_token`.
    uint32_t confirmed;
} pinbolt_add_token_args;

/// The arguments of `pinbolt_start_confirm_token`.
typedef struct pinbolt_confirm_token_args {
    /// `sizeof(pinbolt_confirm_token_args)`.
    size_t size;
    /// The account's id, from the host's own session and not as typed.
    struct pinbolt_text account;
    /// A code that the token shows, as typed.
    struct pinbolt_text code;
    /// Who asks.
    const struct pinbolt_caller *caller;
    /// The token's number.
    uint32_t token;
} pinbolt_confirm_token_args;

/// The arguments of `pinbolt_start_resync_token`.
typedef struct pinbolt_resync_token_args {
    /// `sizeof(pinbolt_resync_token_args)`.
    size_t size;
    /// The account's id, from the host's own session and not as typed.
    struct pinbolt_text account;
    /// A code that the token shows, as typed.
    struct pinbolt_text first;
    /// The one that it shows next.
    struct pinbolt_text second;
    /// Who asks.
    const struct pinbolt_caller *caller;
    /// The token's number.
    uint32_t token;
} pinbolt_resync_token_args;

/// The arguments of `pinbolt_start_remove_token`.
typedef struct pinbolt_remove_token_args {
    /// `sizeof(pinbolt_remove_token_args)`.
    size_t size;
    /// The account's id.
    struct pinbolt_text account;
    /// By what right: an operator; or NULL, and `proof`.
    const struct pinbolt_operator *by;
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    struct pinbolt_accepted **proof;
    /// The token's number.
    uint32_t token;
} pinbolt_remove_token_args;

/// A token as another system knows it.
typedef struct pinbolt_import_token {
    /// `sizeof(pinbolt_import_token)`.
    size_t size;
    /// What the person knows it by, 1 to 64 bytes without control characters.
    struct pinbolt_text label;
    /// Its secret, plain (no base32): 16 to 128 bytes, or 1 to 128 with `PINBOLT_WEAK_SHORT_SECRETS`.
    struct pinbolt_bytes secret;
    /// Of a HOTP the next counter, at most 2^32: the lowest that was not used there. Else 0.
    uint64_t counter;
    /// Of a TOTP the Unix second of step 0: 0 as a rule. Else 0.
    uint64_t start;
    /// Of a TOTP or Steam token: the last step whose code was used there, in steps since its start, with
    /// `was_used` 1. None lies further ahead than `otp.resync` steps.
    uint64_t last_step;
    /// Of a TOTP the seconds of a step: 30 as a rule. Else 0.
    uint32_t period;
    /// Counter or time: `PINBOLT_TOKEN_KIND_...`.
    uint32_t kind;
    /// The hash: `PINBOLT_ALGORITHM_...`.
    uint32_t algorithm;
    /// Digits of a code, 6 to 10; of a Steam code 5.
    uint32_t digits;
    /// Of a TOTP or Steam token: steps by which its clock is ahead, negative: behind; up to
    /// `otp.resync`.
    int32_t clock_ahead;
    /// 1: a code was used there, of `last_step`. 0: none was, and `last_step` is 0.
    uint32_t was_used;
} pinbolt_import_token;

/// The arguments of `pinbolt_start_import`.
typedef struct pinbolt_import_args {
    /// `sizeof(pinbolt_import_args)`.
    size_t size;
    /// The account's id, as for `enroll`.
    struct pinbolt_text account;
    /// Up to 8 tokens. They are confirmed: an operator's word that they work.
    const struct pinbolt_import_token *const *tokens;
    /// How many.
    size_t token_count;
    /// With `tells_recovery_codes` 1: up to 16 that are unused there, of 8 to 32 letters and digits in
    /// any case, blanks and hyphens dropped.
    const struct pinbolt_text *recovery_codes;
    /// How many; with `tells_recovery_codes` 1 and none, all are used there.
    size_t recovery_code_count;
    /// The PIN, where it is known; absent where not. It is kept only if the account has none.
    struct pinbolt_text pin;
    /// When the last failure was, in Unix milliseconds; at the latest now.
    uint64_t last_failure;
    /// Who imports, and why.
    const struct pinbolt_operator *by;
    /// How many failures were counted there since the last success. They count at the account's first
    /// import alone, for what comes along with them, and no more of them than go before the first wait
    /// (`wait.after`). A stranger is throttled for them only where accounts aren't hidden.
    uint32_t failures;
    /// 1: recovery codes are told. 0: nothing is said of them, and their count is 0.
    uint32_t tells_recovery_codes;
    /// What is taken although it is too weak: `PINBOLT_WEAK_...`, added up; 0 as a rule.
    uint32_t dangerously_accept;
} pinbolt_import_args;

/// What became of a token that was imported. Read it only through the pointer that the library gives:
/// later versions may append fields.
typedef struct pinbolt_took_token {
    /// `PINBOLT_TOOK_...`.
    uint32_t took;
    /// Its number here; 0 where it is gone.
    uint32_t token;
} pinbolt_took_token;

/// What became of an import. Read it only through the pointer that the library gives: later versions
/// may append fields.
typedef struct pinbolt_imported {
    /// What became of each token, in their order.
    const struct pinbolt_took_token *const *tokens;
    /// How many.
    size_t token_count;
    /// What became of the recovery codes: `PINBOLT_TOOK_...`.
    uint32_t recovery_codes;
    /// What became of the PIN: `PINBOLT_TOOK_...`.
    uint32_t pin;
    /// Whether the account was created.
    bool created;
} pinbolt_imported;

/// The arguments of `pinbolt_start_issue_recovery_codes`.
typedef struct pinbolt_issue_recovery_codes_args {
    /// `sizeof(pinbolt_issue_recovery_codes_args)`.
    size_t size;
    /// The account's id.
    struct pinbolt_text account;
    /// By what right: an operator; or NULL, and `proof`.
    const struct pinbolt_operator *by;
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    struct pinbolt_accepted **proof;
} pinbolt_issue_recovery_codes_args;

/// The arguments of `pinbolt_start_remember_device`.
typedef struct pinbolt_remember_device_args {
    /// `sizeof(pinbolt_remember_device_args)`.
    size_t size;
    /// The account's id.
    struct pinbolt_text account;
    /// What the person knows the device by: up to 64 bytes without control characters. `describe`
    /// shows it.
    struct pinbolt_text label;
    /// The person's own fresh proof, of two factors, of a purpose that authorizes. It is used up,
    /// `*proof` NULL afterwards.
    struct pinbolt_accepted **proof;
} pinbolt_remember_device_args;

/// The arguments of `pinbolt_start_forget_device`.
typedef struct pinbolt_forget_device_args {
    /// `sizeof(pinbolt_forget_device_args)`.
    size_t size;
    /// The account's id.
    struct pinbolt_text account;
    /// By what right: an operator; or NULL, and `proof`.
    const struct pinbolt_operator *by;
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    struct pinbolt_accepted **proof;
    /// The device's number; 0 for all, as after a theft.
    uint32_t device;
} pinbolt_forget_device_args;

/// The arguments of `pinbolt_start_outstanding`.
typedef struct pinbolt_outstanding_args {
    /// `sizeof(pinbolt_outstanding_args)`.
    size_t size;
    /// The account's id, as the app keeps it.
    struct pinbolt_text account;
    /// Who asks, with the token of a known device.
    const struct pinbolt_caller *caller;
} pinbolt_outstanding_args;

/// The arguments of `pinbolt_start_renew`.
typedef struct pinbolt_renew_args {
    /// `sizeof(pinbolt_renew_args)`.
    size_t size;
    /// The account's id, as the app keeps it.
    struct pinbolt_text account;
    /// The purpose of the outstanding code.
    struct pinbolt_text purpose;
    /// Who asks, with the token of a known device.
    const struct pinbolt_caller *caller;
} pinbolt_renew_args;

/// The arguments of `pinbolt_start_issue_ticket`.
typedef struct pinbolt_issue_ticket_args {
    /// `sizeof(pinbolt_issue_ticket_args)`.
    size_t size;
    /// The account's id.
    struct pinbolt_text account;
    /// An activation or a ticket of the policy.
    struct pinbolt_text purpose;
    /// Where the link goes: an address of the account, confirmed, or for an activation a candidate.
    /// Absent: the link is given out, to travel by a way of your own that isn't the code's.
    struct pinbolt_text address;
    /// What the ticket is for, e.g. the matter's number, up to 4096 bytes: `redeem` must name the
    /// same.
    struct pinbolt_bytes context;
    /// Who issues it, and why.
    const struct pinbolt_operator *by;
} pinbolt_issue_ticket_args;

/// The arguments of `pinbolt_start_close_ticket`.
typedef struct pinbolt_close_ticket_args {
    /// `sizeof(pinbolt_close_ticket_args)`.
    size_t size;
    /// The account's id.
    struct pinbolt_text account;
    /// An activation or a ticket of the policy.
    struct pinbolt_text purpose;
    /// By what right: an operator; or NULL, and `proof`.
    const struct pinbolt_operator *by;
    /// By what right: a proof, which is used up, `*proof` NULL afterwards; or NULL, and `by`.
    struct pinbolt_accepted **proof;
} pinbolt_close_ticket_args;

/// The arguments of `pinbolt_start_peek_link`.
typedef struct pinbolt_peek_link_args {
    /// `sizeof(pinbolt_peek_link_args)`.
    size_t size;
    /// The link.
    struct pinbolt_text link;
    /// Who looks.
    const struct pinbolt_caller *caller;
} pinbolt_peek_link_args;

/// The arguments of `pinbolt_start_redeem`.
typedef struct pinbolt_redeem_args {
    /// `sizeof(pinbolt_redeem_args)`.
    size_t size;
    /// The purpose that this call is for. Write it in your program, never take it from the request.
    struct pinbolt_text purpose;
    /// The link.
    struct pinbolt_text link;
    /// A ticket's code as typed, in any case, with or without its hyphen; absent beside a delivered
    /// code's link, and where the person hasn't typed it yet.
    struct pinbolt_text code;
    /// Who asks.
    const struct pinbolt_caller *caller;
    /// The context that `begin` or `issue_ticket` was given, or absent.
    struct pinbolt_bytes context;
} pinbolt_redeem_args;

/// One conditional write: it applies if, and only if, the row stands at `expected`. Read it only
/// through the pointer that the library gives: later versions may append fields.
typedef struct pinbolt_write {
    /// The row's name: 1 to 80 visible ASCII characters.
    struct pinbolt_text row;
    /// The version that must stand, 16 bytes; absent: the row must not exist.
    struct pinbolt_bytes expected;
    /// The version that stands afterwards, 16 bytes.
    struct pinbolt_bytes version;
    /// The new body, up to 65536 bytes; absent: delete the row.
    struct pinbolt_bytes body;
    /// Unix milliseconds before which the store must not remove the row by itself, up to
    /// `INT64_MAX`; `UINT64_MAX`: never.
    uint64_t keep_until;
} pinbolt_write;

/// A store of the host's: any database with a conditional write. It is copied; `context` must live
/// as long as the engine. The callbacks may be called from several threads at once, and must
/// return: an exception out of one aborts the program, a `longjmp` is undefined. They may use any
/// handle but the operation that is being run, which answers `PINBOLT_BUSY`.
///
/// What it must keep, for each row: of two writes that expect the same version, one applies;
/// `PINBOLT_SWAP_APPLIED` means durable; a row isn't removed before its `keep_until`. A stale load
/// never lets anybody in; a `swap` that checks and writes in two steps does. `pinbolt_check_store`
/// looks for that by racing.
typedef struct pinbolt_store {
    /// `sizeof(pinbolt_store)`.
    size_t size;
    /// Given to the callbacks as it is.
    void *context;
    /// Loads a row and answers `PINBOLT_LOAD_...`; `PINBOLT_LOAD_FOUND` only after
    /// `pinbolt_loaded_set`. Any other number, a row that was said to be absent and set, or found
    /// and not set, or set wrongly, is taken for `PINBOLT_LOAD_FAILED`.
    uint32_t (*load)(void *context,
                     struct pinbolt_text row,
                     struct pinbolt_loaded *loaded,
                     struct pinbolt_trouble *trouble);
    /// Applies a write if the row stands at `write->expected`, and answers `PINBOLT_SWAP_...`. Any
    /// other number is taken for `PINBOLT_SWAP_IN_DOUBT`.
    uint32_t (*swap)(void *context,
                     const struct pinbolt_write *write,
                     struct pinbolt_trouble *trouble);
} pinbolt_store;

/// A message to deliver. Read it only through the pointer that the library gives: later versions
/// may append fields. The code and the address are wiped when the question is answered.
typedef struct pinbolt_message {
    /// The same for the same message, another for any other: an idempotency key.
    struct pinbolt_text id;
    /// The phone number (E.164), the e-mail address, or the endpoint on a channel of your own.
    struct pinbolt_text to;
    /// The code's digits; empty in a message that carries a link alone, and in a notice.
    struct pinbolt_text code;
    /// The letters by which the person tells this message from another.
    struct pinbolt_text reference;
    /// The purpose.
    struct pinbolt_text purpose;
    /// What it carries is valid before this Unix millisecond.
    uint64_t expires;
    /// How it travels: `sms`, `email`, or the name of a channel of your own.
    struct pinbolt_text channel;
    /// What the page behind a link is given; empty where the purpose sends none. With neither code nor
    /// link it is a notice: an address of the account is being changed, or given up, as its purpose
    /// says.
    struct pinbolt_text link;
} pinbolt_message;

/// A gateway of the host's. It is copied; `context` must live as long as the engine. `deliver` may
/// be called from several threads at once, and must return: an exception out of it aborts the
/// program, a `longjmp` is undefined.
typedef struct pinbolt_delivery {
    /// `sizeof(pinbolt_delivery)`.
    size_t size;
    /// Given to the callback as it is.
    void *context;
    /// Hands one message over and answers `PINBOLT_DELIVERY_...`: `NOT_SENT` only where it surely
    /// wasn't sent, since another may then be asked for at once. Any other number is taken for
    /// `PINBOLT_DELIVERY_UNKNOWN`. The message is wiped when it returns. Each message comes once;
    /// sending it again is the host's, under the message's id.
    uint32_t (*deliver)(void *context, const struct pinbolt_message *message);
} pinbolt_delivery;

/// A clock of the host's. It is copied; `context` must live as long as the engine. `now` may be
/// called from several threads at once, and must return: an exception out of it aborts the program,
/// a `longjmp` is undefined.
typedef struct pinbolt_clock {
    /// `sizeof(pinbolt_clock)`.
    size_t size;
    /// Given to the callback as it is.
    void *context;
    /// Unix milliseconds. It may jump either way: no jump lets a code live longer.
    uint64_t (*now)(void *context);
} pinbolt_clock;

/// What an engine runs on.
typedef struct pinbolt_engine_args {
    /// `sizeof(pinbolt_engine_args)`.
    size_t size;
    /// The store's URL, such as `sqlite:///var/lib/app/auth.db`; or absent, and `store`. `memory:`
    /// is gone with the process: for demonstrations, never in production. Nothing else in this
    /// process may open an SQLite file that is open here, not even to look.
    struct pinbolt_text url;
    /// A store of the host's; or NULL, and `url`.
    const struct pinbolt_store *store;
    /// A gateway of the host's; NULL delivers nothing, and says so.
    const struct pinbolt_delivery *delivery;
    /// A clock of the host's; NULL for the system's.
    const struct pinbolt_clock *clock;
    /// How many hashes may run at once, each in a memory of its own, up to 1024; 0 for one for each
    /// processor.
    uint32_t hash_slots;
    /// How long a hash waits for a free memory, in milliseconds, before it isn't run; 0 for 5000.
    uint32_t hash_patience;
} pinbolt_engine_args;

/// Whether a person is accepted: `PINBOLT_ACCEPTED`, and no other number.
typedef uint32_t pinbolt_verdict;

/// An outstanding challenge, as its asker sees it. Read it only through the pointer that the
/// library gives: later versions may append fields.
typedef struct pinbolt_challenge {
    /// Names the challenge in `finish`, `resend` and `cancel`: ASCII of fixed length, under 256
    /// bytes, and all that must be kept, until `resend` gives another. No secret, and useless in
    /// another session.
    struct pinbolt_text handle;
    /// The letters that the message carries.
    struct pinbolt_text reference;
    /// The code is valid before this Unix millisecond.
    uint64_t expires;
    /// From this Unix millisecond on another message may be asked for.
    uint64_t resend_at;
    /// Whether running the dispatch sends a message, or would if there were somebody to send to.
    bool sent;
} pinbolt_challenge;

/// More about a refusal than its sentence. Read it only through the pointer that the library gives:
/// later versions may append fields.
typedef struct pinbolt_refusal {
    /// With `PINBOLT_MALFORMED` and `PINBOLT_WEAK_PIN`: what exactly is wrong, in a sentence for
    /// the person. Else absent.
    struct pinbolt_text detail;
    /// With `PINBOLT_SUPERSEDED`: the letters of the newest message, whose code alone is valid.
    /// Else absent.
    struct pinbolt_text newest;
    /// With `PINBOLT_WAITING` and `PINBOLT_THROTTLED`: from which Unix millisecond on the next try
    /// is possible; with `PINBOLT_ADDRESS_WAITS`: from which on the address is in force. Else 0.
    uint64_t until;
    /// With `PINBOLT_WRONG_CODE`: how many more codes may be typed for this challenge. Else 0.
    uint32_t tries_left;
    /// With `PINBOLT_KEY_MISSING`: the kind of key that the account lacks, such as `sms`. Else absent.
    struct pinbolt_text key;
} pinbolt_refusal;

/// An address of an account.
typedef struct pinbolt_address {
    /// Enough to recognise it by.
    struct pinbolt_text masked;
    /// When it was bound, in Unix milliseconds; meaningless without `bound`.
    uint64_t bound_at;
    /// How messages reach it: `sms`, `email`, or the name of a channel of your own.
    struct pinbolt_text channel;
    /// Whether it is bound; else it is a candidate.
    bool bound;
    /// Whether no code was accepted there for so long (`address.fresh`) that a code alone proves
    /// nothing there.
    bool stale;
    /// When a code was last accepted there, or an operator asserted it, in Unix milliseconds; 0 for
    /// never.
    uint64_t proven_at;
    /// From which Unix millisecond on it will be in force; 0 where it waits for nothing.
    uint64_t from;
    /// At which Unix millisecond another takes its place; 0 where none is to.
    uint64_t until;
    /// When an operator suspended it, in Unix milliseconds; 0 where it isn't.
    uint64_t suspended_at;
} pinbolt_address;

/// A token of an account.
typedef struct pinbolt_token {
    /// What the person knows it by.
    struct pinbolt_text label;
    /// Of a HOTP the lowest counter whose code may be accepted; else 0.
    uint64_t counter;
    /// Of a TOTP the Unix second of step 0; else 0.
    uint64_t start;
    /// When it was added, in Unix milliseconds.
    uint64_t added;
    /// When it was confirmed, in Unix milliseconds; meaningless without `confirmed`.
    uint64_t confirmed_at;
    /// When a code of it was last accepted, in Unix milliseconds; meaningless without `used`.
    uint64_t used_at;
    /// Its number, by which the verbs name it.
    uint32_t token;
    /// `PINBOLT_TOKEN_KIND_...`, or 0 for a kind that this version doesn't know.
    uint32_t kind;
    /// `PINBOLT_ALGORITHM_...`.
    uint32_t algorithm;
    /// Digits of a code; of a Steam code its five letters.
    uint32_t digits;
    /// Of a TOTP the seconds of a step; else 0.
    uint32_t period;
    /// Steps by which its clock, if it has one, was ahead when last seen; negative: behind.
    int32_t clock_ahead;
    /// Whether it is confirmed; else it is a candidate.
    bool confirmed;
    /// Whether a code of it was ever accepted.
    bool used;
} pinbolt_token;

/// A ledger of an account.
typedef struct pinbolt_ledger {
    /// When the next guess is judged, in Unix milliseconds; 0 for now.
    uint64_t opens;
    /// Of what: `PINBOLT_AUTHENTICATOR_...`.
    uint32_t authenticator;
    /// In which lane: `PINBOLT_LANE_...`.
    uint32_t lane;
    /// Failures since the last success.
    uint32_t failures;
    /// Disabled, until an unlock.
    bool disabled;
} pinbolt_ledger;

/// One entry of the audit trail: no secret, code, PIN, phone number or e-mail address is in it.
/// Read it only through the pointer that the library gives: later versions may append fields.
typedef struct pinbolt_event {
    /// The account's id; absent for a name that is nobody's.
    struct pinbolt_text account;
    /// What the caller gave as the request's source, or absent. A client may have chosen it: escape
    /// line breaks where you log it.
    struct pinbolt_text source;
    /// What happened, such as `PinAccepted`: the same in C, Rust and Python.
    struct pinbolt_text kind;
    /// The purpose, or absent.
    struct pinbolt_text purpose;
    /// The operator's name where a person did it, or absent.
    struct pinbolt_text operator_name;
    /// The operator's reason where a person did it, or absent.
    struct pinbolt_text operator_reason;
    /// Unix milliseconds.
    uint64_t at;
    /// `PINBOLT_LANE_...`, or 0.
    uint32_t lane;
    /// The channel, or absent.
    struct pinbolt_text channel;
    /// The refusal's status where it is one, or 0.
    pinbolt_status refusal;
    /// The token's number where it is about one, or 0.
    uint32_t token;
    /// The known device's number where it is about one, or 0.
    uint32_t device;
    /// The purpose of the second proof where two allowed it, or absent.
    struct pinbolt_text beside;
} pinbolt_event;

/// A known device of an account.
typedef struct pinbolt_device {
    /// What the person knows it by.
    struct pinbolt_text label;
    /// When it was added, in Unix milliseconds.
    uint64_t added;
    /// When somebody last proved himself on it, in Unix milliseconds.
    uint64_t used;
    /// Its number, by which `forget_device` names it.
    uint32_t device;
} pinbolt_device;

/// An account, for an operator. Read it only through the pointer that the library gives: later
/// versions may append fields.
typedef struct pinbolt_description {
    /// Its id.
    struct pinbolt_text account;
    /// When it was enrolled, in Unix milliseconds.
    uint64_t enrolled;
    /// When its PIN was set, in Unix milliseconds; meaningless without `has_pin`.
    uint64_t pin_set;
    /// Its addresses: `address_count` pointers.
    const struct pinbolt_address *const *addresses;
    /// How many.
    size_t address_count;
    /// Its tokens, candidates included: `token_count` pointers.
    const struct pinbolt_token *const *tokens;
    /// How many.
    size_t token_count;
    /// How many recovery codes are left; meaningless without `has_recovery_codes`.
    size_t recovery_codes_left;
    /// Its ledgers that have counted something: `ledger_count` pointers.
    const struct pinbolt_ledger *const *ledgers;
    /// How many.
    size_t ledger_count;
    /// The last 16 events, oldest first: `event_count` pointers. Their `account` and `source` are
    /// absent.
    const struct pinbolt_event *const *events;
    /// How many.
    size_t event_count;
    /// Whether an operator blocked it.
    bool blocked;
    /// Whether it has a PIN.
    bool has_pin;
    /// Whether it has a set of recovery codes.
    bool has_recovery_codes;
    /// The devices that it knows: `device_count` pointers.
    const struct pinbolt_device *const *devices;
    /// How many.
    size_t device_count;
    /// When it was tied to a civil document, in Unix milliseconds; 0 where it isn't.
    uint64_t tied_at;
    /// Whether it is still to be activated.
    bool inactive;
} pinbolt_description;

/// A channel by which a challenge's code may travel. Read it only through the pointer that the library
/// gives: later versions may append fields.
typedef struct pinbolt_offer {
    /// What `resend` takes: `sms`, `email`, or the name of a channel of your own.
    struct pinbolt_text channel;
    /// Enough to recognise the address by. Before a first factor only what was typed as the name is
    /// shown; else absent.
    struct pinbolt_text masked;
} pinbolt_offer;

/// What was proved. Read it only through the pointer that the library gives: later versions may
/// append fields.
typedef struct pinbolt_proof {
    /// The account's id: sign in this one, whatever name the request bears.
    struct pinbolt_text account;
    /// The purpose that was met. Compare it with the one that your act needs.
    struct pinbolt_text purpose;
    /// The caller's session.
    struct pinbolt_bytes session;
    /// SHA-256 of the context that it covers, 32 bytes.
    struct pinbolt_bytes context;
    /// When, in Unix milliseconds.
    uint64_t at;
    /// How strong that is: `PINBOLT_ASSURANCE_...`; a stronger one is the greater number. NIST's levels
    /// ask for more than that (SP 800-63B-4, 2).
    uint32_t assurance;
    /// In which lane: `PINBOLT_LANE_...`.
    uint32_t lane;
    /// Whether a PIN was among them.
    bool pin;
    /// Whether a delivered code was among them.
    bool code;
    /// Whether a token's one-time code was among them.
    bool otp;
    /// Whether a recovery code was among them.
    bool recovery_code;
    /// Whether a ticket's link was among them.
    bool link;
    /// Whether a ticket's code was among them.
    bool issued_code;
    /// How the delivered code travelled: `sms`, `email`, or the name of a channel of your own; absent
    /// where there was none.
    struct pinbolt_text channel;
} pinbolt_proof;

/// A token that was added. Read it only through the pointer that the library gives: later versions
/// may append fields.
typedef struct pinbolt_added_token {
    /// The secret that was made, plain (no base32), for the person's app; absent where it was given.
    /// It is wiped when the operation is freed, and no other function shows it.
    struct pinbolt_bytes secret;
    /// Its number, by which `confirm_token`, `resync_token` and `remove_token` name it; never given
    /// twice on an account.
    uint32_t token;
} pinbolt_added_token;

/// A device that the account knows from now on. Read it only through the pointer that the library
/// gives: later versions may append fields.
typedef struct pinbolt_remembered_device {
    /// The token, for that device alone: 46 bytes of ASCII. It is wiped when the operation is freed,
    /// and no other function shows it.
    struct pinbolt_text token;
    /// The device's number, by which `forget_device` names it; never given twice on an account.
    uint32_t device;
} pinbolt_remembered_device;

/// A code that was sent and is still good. Read it only through the pointer that the library gives:
/// later versions may append fields.
typedef struct pinbolt_outstanding_code {
    /// The purpose.
    struct pinbolt_text purpose;
    /// The letters of its message.
    struct pinbolt_text reference;
    /// It is valid before this Unix millisecond.
    uint64_t expires;
    /// From this Unix millisecond on a new one may be asked for.
    uint64_t resend_at;
    /// How it went: `sms`, `email`, or the name of a channel of your own.
    struct pinbolt_text channel;
} pinbolt_outstanding_code;

/// A ticket that was issued. Read it only through the pointer that the library gives: later versions
/// may append fields.
typedef struct pinbolt_issued_ticket {
    /// The code, as it is to be told or printed: `7K3D-9QWX`, two groups of four letters and digits. It
    /// is wiped when the operation is freed, and no other function shows it.
    struct pinbolt_text code;
    /// The link; absent where it is sent to an address. Wiped as the code is.
    struct pinbolt_text link;
    /// The letters that the message carries, and by which the person tells this ticket from another.
    struct pinbolt_text reference;
    /// It is valid before this Unix millisecond.
    uint64_t expires;
} pinbolt_issued_ticket;

/// A link, as its holder may see it. Read it only through the pointer that the library gives: later
/// versions may append fields.
typedef struct pinbolt_peeked_link {
    /// What it is for.
    struct pinbolt_text purpose;
    /// It is valid before this Unix millisecond; 0 where its challenge is forgotten.
    uint64_t expires;
    /// The status with which it would be refused as it stands; `PINBOLT_OK` while it is open.
    pinbolt_status refusal;
    /// Whether this session may redeem it: the one that asked for the code beside it. A ticket's link
    /// is good in any.
    bool same_session;
    /// Whether the link alone isn't enough here: a ticket's code is to be typed beside it, and a
    /// delivered code where it was asked for.
    bool needs_code;
    /// With `PINBOLT_SUPERSEDED`: the letters of the newest message. Else absent.
    struct pinbolt_text newest;
} pinbolt_peeked_link;

/// Whether a typed code is one of those it was compared with: `PINBOLT_MATCHED`, and no other number.
/// It accepts nobody: whether that code was used before, and how many guesses there were, a pure
/// function doesn't know.
typedef uint32_t pinbolt_match;

/// The inputs of one response: exactly those that the suite names (RFC 6287, 5.1).
typedef struct pinbolt_ocra_inputs {
    /// `sizeof(pinbolt_ocra_inputs)`.
    size_t size;
    /// The only challenge (7.1), or what the client is to sign (7.3.1): 1 character to the suite's
    /// length. Absent where there are two.
    struct pinbolt_text challenge;
    /// Of two challenges what the client asked, of the suite's full length; else absent.
    struct pinbolt_text client;
    /// Of two challenges what the server asked, or gave to sign, of the suite's full length; else
    /// absent.
    struct pinbolt_text server;
    /// `C`: the counter of the response; when matching, the lowest one tried. NULL for a suite
    /// without.
    const uint64_t *counter;
    /// `P`: the PIN as typed, 1 to 128 bytes; absent for a suite without.
    struct pinbolt_text pin;
    /// In place of `pin`: its hash, as a server stores it: 20, 32 or 64 bytes, as the suite says.
    struct pinbolt_bytes pin_hash;
    /// `S`: 1 byte to the suite's length; absent for a suite without.
    struct pinbolt_bytes session;
    /// `T`: the time in Unix milliseconds; 0 for a suite without.
    uint64_t now;
    /// Of two challenges who answers: `PINBOLT_OCRA_..._ANSWERS`; else 0.
    uint32_t answers;
} pinbolt_ocra_inputs;

/// Where a response is looked for beside the inputs' own counter and step, up to 1000 places in all.
/// The time of a matching, and what a guess is worth, grow with their number: keep it small.
typedef struct pinbolt_ocra_window {
    /// `sizeof(pinbolt_ocra_window)`.
    size_t size;
    /// Counters after the inputs' own; 0 for a suite without.
    uint32_t look_ahead;
    /// Steps before that of the inputs' time; 0 for a suite without.
    uint32_t back;
    /// Steps after it; 0 for a suite without.
    uint32_t ahead;
} pinbolt_ocra_window;

/// What a key is made of.
typedef struct pinbolt_oath_key_args {
    /// `sizeof(pinbolt_oath_key_args)`.
    size_t size;
    /// Who issued it; absent where nobody is named.
    struct pinbolt_text issuer;
    /// Whose it is; absent where nobody is named, and then there is no issuer.
    struct pinbolt_text name;
    /// Its secret: 1 to 128 bytes, plain (no base32). Whether it is too short is asked where it enters
    /// an account.
    struct pinbolt_bytes secret;
    /// Of a HOTP the next counter: 0 for a new token. Of a TOTP 0.
    uint64_t counter;
    /// Of a TOTP the Unix second of step 0: 0 as a rule. Of a HOTP 0.
    uint64_t start;
    /// Of a TOTP the seconds of a step: 30 as a rule. Of a HOTP 0.
    uint32_t period;
    /// Counter or time: `PINBOLT_TOKEN_KIND_...`.
    uint32_t kind;
    /// The hash: `PINBOLT_ALGORITHM_...`; most apps know SHA-1 alone.
    uint32_t algorithm;
    /// Digits of a code, 6 to 10; most apps know 6 and 8.
    uint32_t digits;
} pinbolt_oath_key_args;

/// A key's own. Read it only through the pointer that the library gives: later versions may append
/// fields.
typedef struct pinbolt_oath_key_fields {
    /// Who issued it; absent where nobody is named.
    struct pinbolt_text issuer;
    /// Whose it is; absent where nobody is named.
    struct pinbolt_text name;
    /// Its secret, plain (no base32).
    struct pinbolt_bytes secret;
    /// Of a HOTP the next counter; else 0.
    uint64_t counter;
    /// Of a TOTP the Unix second of step 0; else 0.
    uint64_t start;
    /// Of a TOTP the seconds of a step; else 0.
    uint32_t period;
    /// Counter or time: `PINBOLT_TOKEN_KIND_...`.
    uint32_t kind;
    /// The hash: `PINBOLT_ALGORITHM_...`.
    uint32_t algorithm;
    /// Digits of a code.
    uint32_t digits;
} pinbolt_oath_key_fields;

/// How a file is read.
typedef struct pinbolt_importer_args {
    /// `sizeof(pinbolt_importer_args)`.
    size_t size;
    /// Whose a file of Google's is; absent for any other.
    struct pinbolt_text account;
    /// Given to the callback as it is; it must live as long as the importer.
    void *context;
    /// Tells whose account a name of the file is, in each pass the same: its id, which is read before
    /// anything else is called; or an absent text. Called by `pinbolt_importer_line` alone. NULL: the
    /// account of that id. Two names of one account are held back. It must return: an exception out of
    /// it aborts the program, a `longjmp` is undefined.
    struct pinbolt_text (*account_of)(void *context, struct pinbolt_text name);
    /// How it is written: `PINBOLT_FORMAT_...`.
    uint32_t format;
} pinbolt_importer_args;

/// The arguments of `pinbolt_start_import_lines`.
typedef struct pinbolt_import_lines_args {
    /// `sizeof(pinbolt_import_lines_args)`.
    size_t size;
    /// The lines.
    const struct pinbolt_account_lines *lines;
    /// Who imports, and why.
    const struct pinbolt_operator *by;
    /// What is taken although it is too weak: `PINBOLT_WEAK_...`, added up; 0 as a rule.
    uint32_t dangerously_accept;
} pinbolt_import_lines_args;

/// What became of a line. Read it only through the pointer that the library gives: later versions may
/// append fields.
typedef struct pinbolt_line_report {
    /// Its number, from 1.
    uint64_t line;
    /// `PINBOLT_FATE_...`.
    uint32_t fate;
    /// Why it was not taken: `PINBOLT_PROVISION_...`, from 401 on, or the status of the import, below;
    /// 0 where it was taken.
    uint32_t why;
} pinbolt_line_report;

/// A key with all that a document says about it; what is absent, or 0 where it says so, isn't said.
/// Texts have at most 1024 bytes. Given by the library it belongs to the document; to write one, make
/// your own and begin with zeros.
typedef struct pinbolt_pskc_package {
    /// `sizeof(pinbolt_pskc_package)`.
    size_t size;
    /// The key, without names; NULL where it is none that pinbolt can check.
    const struct pinbolt_oath_key *key;
    /// The key's id.
    struct pinbolt_text id;
    /// Who issued it.
    struct pinbolt_text issuer;
    /// A name for people.
    struct pinbolt_text friendly_name;
    /// Whose it is: as a rule a distinguished name.
    struct pinbolt_text user_id;
    /// The module in the device.
    struct pinbolt_text module_id;
    /// Who made the device.
    struct pinbolt_text manufacturer;
    /// The device's serial number, as a rule what is printed on it.
    struct pinbolt_text serial;
    /// The device's model.
    struct pinbolt_text model;
    /// Which of several issues with one serial number the device is.
    struct pinbolt_text issue;
    /// What the key is bound to in the device.
    struct pinbolt_text binding;
    /// Whose the device is.
    struct pinbolt_text device_user_id;
    /// The device isn't to be used before this Unix millisecond; 0 where that isn't said.
    uint64_t device_start;
    /// The device isn't to be used after this Unix millisecond; 0 where that isn't said.
    uint64_t device_expiry;
    /// The key isn't to be used before this Unix millisecond; 0 where that isn't said.
    uint64_t start;
    /// The key isn't to be used after this Unix millisecond; 0 where that isn't said.
    uint64_t expiry;
    /// How many codes it may give; meaningless without `has_transactions`.
    uint64_t transactions;
    /// The id of the package whose key is the PIN; meaningless without `has_pin`, as all of the PIN.
    struct pinbolt_text pin_key_id;
    /// Where the PIN is typed: `PINBOLT_PIN_USAGE_...`, or 0.
    uint32_t pin_usage;
    /// Wrong PINs in a row, or 0.
    uint32_t pin_max_failures;
    /// The PIN's least length, or 0.
    uint32_t pin_min_length;
    /// The PIN's greatest length, or 0.
    uint32_t pin_max_length;
    /// Steps by which the device's clock was found ahead; negative if it is behind.
    int32_t clock_ahead;
    /// Why there is no key, `PINBOLT_PROVISION_...`, or 0. It isn't written.
    uint32_t fault;
    /// Whether it may give a number of codes alone.
    bool has_transactions;
    /// Whether a PIN guards it.
    bool has_pin;
} pinbolt_pskc_package;

/// What a document holds. Read it only through the pointer that the library gives: later versions may
/// append fields.
typedef struct pinbolt_pskc_fields {
    /// Its id; absent where it has none.
    struct pinbolt_text id;
    /// What its key or password is called; absent where nobody said so.
    struct pinbolt_text key_name;
    /// Its keys: `package_count` pointers.
    const struct pinbolt_pskc_package *const *packages;
    /// How many.
    size_t package_count;
    /// Whether it has a signature. It is **not checked**.
    bool has_signature;
} pinbolt_pskc_fields;

/// What a document is made of.
typedef struct pinbolt_pskc_args {
    /// `sizeof(pinbolt_pskc_args)`.
    size_t size;
    /// Its id, an XML name; absent for none.
    struct pinbolt_text id;
    /// What the key or password is called, so that a reader knows which one to take; absent for none.
    struct pinbolt_text key_name;
    /// A key of 16, 24 or 32 bytes that seals the secrets; or absent.
    struct pinbolt_bytes key;
    /// A password that seals them; or absent. With neither they are legible.
    struct pinbolt_text password;
    /// 1 to 10000 keys: `package_count` pointers.
    const struct pinbolt_pskc_package *const *packages;
    /// How many.
    size_t package_count;
} pinbolt_pskc_args;

/// How the kit connects to the storage that it tries, as other processes would.
typedef struct pinbolt_connector {
    /// `sizeof(pinbolt_connector)`.
    size_t size;
    /// Given to the callbacks as it is.
    void *context;
    /// Opens one more connection to one and the same storage and fills `*store`, but nothing behind
    /// `store->size`, which is set. `PINBOLT_OK`; any other number: it can't. Up to nine are open at
    /// once, each used by a thread of its own, and at one point none is.
    uint32_t (*connect)(void *context, struct pinbolt_store *store);
    /// Ends a connection that `connect` opened. May be NULL.
    void (*disconnect)(void *context, const struct pinbolt_store *store);
} pinbolt_connector;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/// Which kind a status is of: `PINBOLT_KIND_...`. Any thread may call this.
PINBOLT_CHECK uint32_t pinbolt_status_kind(pinbolt_status status);

/// The status's name, such as `WrongCode`: the same in C, Rust and Python. `Unknown` for a number
/// that this version doesn't know. It lives for ever and is never NULL; any thread may call this.
PINBOLT_CHECK const char *pinbolt_status_name(pinbolt_status status);

/// One sentence for the status, free of anything secret or personal. A refusal's is for the person.
/// It lives for ever and is never NULL; any thread may call this.
PINBOLT_CHECK const char *pinbolt_status_sentence(pinbolt_status status);

/// The library's version, such as `0.1.0`. It lives for ever; any thread may call this.
PINBOLT_CHECK const char *pinbolt_version(void);

/// The text of a C string, which must outlive its use. NULL gives an absent text. One without a NUL
/// in its first 65537 bytes gives a text that every function refuses with `PINBOLT_LENGTH`.
PINBOLT_CHECK struct pinbolt_text pinbolt_text_of(const char *string);

/// The authenticator of a name, `pin`, `code`, `otp`, `recovery-code` or `issued-code`; 0 for none.
PINBOLT_CHECK uint32_t pinbolt_authenticator_of(struct pinbolt_text name);

/// The algorithm of a name, `SHA1`, `SHA256` or `SHA512`, as an `otpauth` address writes it; 0 for
/// none.
PINBOLT_CHECK uint32_t pinbolt_algorithm_of(struct pinbolt_text name);

/// Draws new keys and writes them to the file at `path`: with mode 0600, whole or not at all, and
/// never over what is there.
///
/// `PINBOLT_CONFIGURATION`, with a sentence in `why`: something is there, or the system refused.
/// `why` is `capacity` bytes, which always end with a NUL; NULL and 0 for none.
PINBOLT_CHECK
pinbolt_status pinbolt_keys_generate(struct pinbolt_text path,
                                     char *why,
                                     size_t capacity);

/// Reads the keys from the file at `path`, which nobody but its owner may read.
///
/// `PINBOLT_CONFIGURATION`, with a sentence in `why` that names the field or the line and never a
/// key. `*keys` is yours to free. `why` as in `pinbolt_keys_generate`.
PINBOLT_CHECK
pinbolt_status pinbolt_keys_load(struct pinbolt_text path,
                                 char *why,
                                 size_t capacity,
                                 struct pinbolt_keys **keys);

/// Reads the keys from a text, such as a vault gives; what is in it is what the file would hold.
/// The text stays yours to wipe. All else as in `pinbolt_keys_load`.
PINBOLT_CHECK
pinbolt_status pinbolt_keys_parse(struct pinbolt_text text,
                                  char *why,
                                  size_t capacity,
                                  struct pinbolt_keys **keys);

/// Reads the keys from the environment variable `name`, which holds what the file would. No other
/// thread may change the environment meanwhile. All else as in `pinbolt_keys_load`.
PINBOLT_CHECK
pinbolt_status pinbolt_keys_from_env(struct pinbolt_text name,
                                     char *why,
                                     size_t capacity,
                                     struct pinbolt_keys **keys);

/// Wipes and frees keys, and sets `*keys` to NULL. NULL, or a pointer to NULL, is fine.
void pinbolt_keys_free(struct pinbolt_keys **keys);

/// Reads a policy from TOML: every setting by its path, and the purposes for which people sign in.
///
///     [code]
///     lifetime = 180
///
///     [purposes.sign-in]    # a name of 1 to 32 of a-z 0-9 - _ .
///     pin = true            # false without this
///     code = ["sms", "email"]
///     resend = "redeliver"  # the same code again; "rotate", a new one, holds without this
///     authorizes = true     # whether its proof may stand for an operator's word; false without this
///
///     [purposes.log-in]     # in one step, by `verify`
///     pin = true
///     otp = true            # a token's one-time code; false without this
///
///     [purposes.recover]
///     recovery_code = true  # false without this
///
/// `PINBOLT_CONFIGURATION`, with the setting and its line in `why`: `capacity` bytes, which always
/// end with a NUL; NULL and 0 for none. `*policy` is yours to free.
PINBOLT_CHECK
pinbolt_status pinbolt_policy_parse(struct pinbolt_text toml,
                                    char *why,
                                    size_t capacity,
                                    struct pinbolt_policy **policy);

/// Frees a policy and sets `*policy` to NULL. NULL, or a pointer to NULL, is fine.
void pinbolt_policy_free(struct pinbolt_policy **policy);

/// Makes an installation. Keys and policy stay yours: several installations may share them, and
/// they may be freed before it. The tenant, up to 64 bytes, is part of every row's name; absent is
/// as empty.
///
/// `PINBOLT_TENANT` also for one that isn't UTF-8. `*installation` is yours to free.
PINBOLT_CHECK
pinbolt_status pinbolt_new(const struct pinbolt_keys *keys,
                           const struct pinbolt_policy *policy,
                           struct pinbolt_text tenant,
                           struct pinbolt **installation);

/// Frees an installation and sets `*installation` to NULL. NULL, or a pointer to NULL, is fine.
void pinbolt_free(struct pinbolt **installation);

/// Frees an operation and sets `*op` to NULL. NULL, or a pointer to NULL, is fine. One that another
/// call uses is left as it is, and so is `*op`.
///
/// At any question this is safe: what is written stays, a counted guess stays counted, and an
/// undelivered code waits for its cooldown.
void pinbolt_op_free(struct pinbolt_op **op);

/// Starts blocking an account: nothing of it passes, and its outstanding challenges end. To
/// strangers it answers as an unknown one, where accounts are hidden.
///
/// Ends with `PINBOLT_UNKNOWN_ACCOUNT`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_block(const struct pinbolt *installation,
                                   uint64_t now,
                                   const struct pinbolt_block_args *args,
                                   struct pinbolt_op **op);

/// Starts lifting a block. The counts of failures stay as they were.
///
/// Ends with `PINBOLT_UNKNOWN_ACCOUNT`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_unblock(const struct pinbolt *installation,
                                     uint64_t now,
                                     const struct pinbolt_unblock_args *args,
                                     struct pinbolt_op **op);

/// Starts ending a registration: its PIN, challenges and codes are gone and its addresses free.
/// Authority as in `pinbolt_start_reset_pin`.
///
/// Ends with `PINBOLT_UNKNOWN_ACCOUNT` or `PINBOLT_NOT_AUTHORIZED`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_cancel_account(const struct pinbolt *installation,
                                            uint64_t now,
                                            const struct pinbolt_cancel_account_args *args,
                                            struct pinbolt_op **op);

/// Starts showing an account to an operator: `pinbolt_op_description` gives it.
///
/// Ends with `PINBOLT_UNKNOWN_ACCOUNT`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_describe(const struct pinbolt *installation,
                                      uint64_t now,
                                      const struct pinbolt_describe_args *args,
                                      struct pinbolt_op **op);

/// Starts creating an account.
///
/// Ends with `PINBOLT_ACCOUNT_EXISTS`, `PINBOLT_ADDRESS_TAKEN`, `PINBOLT_WEAK_PIN` or
/// `PINBOLT_MALFORMED`. After a failure the account may exist with addresses that are still
/// candidates: `confirm` them, or cancel the account and enrol again.
PINBOLT_CHECK
pinbolt_status pinbolt_start_enroll(const struct pinbolt *installation,
                                    uint64_t now,
                                    const struct pinbolt_enroll_args *args,
                                    struct pinbolt_op **op);

/// Starts creating an account that is still to be activated: nothing of it passes until an activation
/// of it was redeemed, which `pinbolt_start_issue_ticket` issues. To strangers it answers as an unknown
/// one, where accounts are hidden.
///
/// Ends as `pinbolt_start_enroll`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_enroll_inactive(const struct pinbolt *installation,
                                             uint64_t now,
                                             const struct pinbolt_enroll_args *args,
                                             struct pinbolt_op **op);

/// Starts sending a code to an address that the account has as a candidate, or gets as one by this.
/// It grants what `begin` does; who types the code into `finish`, with the purpose
/// `PINBOLT_CONFIRM` and in the same session, has the address bound. Authority as in
/// `pinbolt_start_reset_pin`.
///
/// Where the account has other addresses in force, each of them is sent a notice first, and the new
/// one is in force only `address.cooling` hours after it was bound; the one that it replaces stays so
/// until then. Until then `pinbolt_start_release_address` ends the change. An address that was named
/// at enrolment and replaces none waits for nothing while the others were bound within
/// `address.cooling`, or a day; nor does one that an operator asks for in place of a suspended one.
/// An address of the account that was suspended, or went stale, is confirmed anew in the same way. So
/// is one that the person gave up and that hasn't left yet, where no other is to take its place: it
/// stays.
///
/// Ends with `PINBOLT_MALFORMED`, `PINBOLT_NOT_AUTHORIZED`, `PINBOLT_UNKNOWN_ACCOUNT`,
/// `PINBOLT_UNKNOWN_ADDRESS` for one to replace that isn't in force, `PINBOLT_ADDRESS_TAKEN`,
/// `PINBOLT_ADDRESS_WAITS` for one that isn't in force yet, or to replace one that leaves already,
/// `PINBOLT_TOO_MANY_PHONES`, `PINBOLT_TOO_MANY_ADDRESSES` or `PINBOLT_THROTTLED`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_confirm(const struct pinbolt *installation,
                                     uint64_t now,
                                     const struct pinbolt_confirm_args *args,
                                     struct pinbolt_op **op);

/// Starts giving an address up. By an operator it leaves at once: its challenges end, and another
/// account may have it. So does a candidate. Of one that isn't in force yet this ends the change, and
/// the one that it was to replace stays. Authority as in `pinbolt_start_reset_pin`.
///
/// What the person himself gives up by proof stays in force for `address.cooling` hours more, and
/// nobody else can have it before. All of the account's addresses, this one too, are sent a notice of
/// it: by `pinbolt_op_dispatch`. Until then `pinbolt_start_confirm` of it takes that back, and to
/// give it up again changes nothing and tells nobody. After it has left it is still told of the account's changes for
/// 30 days, or `address.cooling` where that is longer, and new addresses wait as if it were in force:
/// otherwise a thief could remove it first and then act unseen. `pinbolt_op_released` says when it
/// leaves.
///
/// Ends with `PINBOLT_UNKNOWN_ADDRESS`, `PINBOLT_NOT_AUTHORIZED`, `PINBOLT_UNKNOWN_ACCOUNT`,
/// `PINBOLT_MALFORMED`, or `PINBOLT_THROTTLED` where so many notices were sent that the owner can't be
/// told of another.
PINBOLT_CHECK
pinbolt_status pinbolt_start_release_address(const struct pinbolt *installation,
                                             uint64_t now,
                                             const struct pinbolt_release_address_args *args,
                                             struct pinbolt_op **op);

/// Starts suspending an address that may have changed hands, such as a recycled number or one whose
/// SIM was swapped: nothing is delivered there any more and its challenges end, until it is confirmed
/// anew. The account still answers to it as a name, and nobody else can have it until it is released.
/// `pinbolt_op_accounts` gives the accounts that hold it.
///
/// Ends with `PINBOLT_UNKNOWN_ADDRESS` where no account has it bound, `PINBOLT_UNKNOWN_ACCOUNT` or
/// `PINBOLT_MALFORMED`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_suspend_address(const struct pinbolt *installation,
                                             uint64_t now,
                                             const struct pinbolt_suspend_address_args *args,
                                             struct pinbolt_op **op);

/// Starts tying an account to a civil document, which at most `identity.accounts` accounts share.
///
/// Ends with `PINBOLT_IDENTITY_TAKEN` where they do, or where the account is tied to another document
/// (`pinbolt_start_untie_identity` first), or with `PINBOLT_UNKNOWN_ACCOUNT`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_tie_identity(const struct pinbolt *installation,
                                          uint64_t now,
                                          const struct pinbolt_tie_identity_args *args,
                                          struct pinbolt_op **op);

/// Starts freeing an account's civil document.
///
/// Ends with `PINBOLT_UNKNOWN_IDENTITY` or `PINBOLT_UNKNOWN_ACCOUNT`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_untie_identity(const struct pinbolt *installation,
                                            uint64_t now,
                                            const struct pinbolt_untie_identity_args *args,
                                            struct pinbolt_op **op);

/// Starts listing the accounts that are tied to a civil document: `pinbolt_op_accounts` gives them.
/// None is an answer too.
PINBOLT_CHECK
pinbolt_status pinbolt_start_registrations(const struct pinbolt *installation,
                                           uint64_t now,
                                           const struct pinbolt_registrations_args *args,
                                           struct pinbolt_op **op);

/// Starts a sign-in or another purpose that ends with a delivered code: `pinbolt_op_challenge`
/// gives what the person's client keeps, `pinbolt_op_dispatch` what sends the code.
///
/// `PINBOLT_OK` says that the operation has started, here and in every other `pinbolt_start_`; only
/// its end says what is granted. `now` is in Unix milliseconds. `*op` is yours to free. Else
/// `PINBOLT_POINTER`, `PINBOLT_LENGTH`, `PINBOLT_CALLER`, `PINBOLT_CHANNEL`, `PINBOLT_VALUE` or
/// `PINBOLT_RANDOMNESS`, and there is no operation. All arguments are copied.
///
/// Ends with `PINBOLT_WRONG_CREDENTIALS`, `PINBOLT_WAITING`, `PINBOLT_THROTTLED` or
/// `PINBOLT_MALFORMED`; after the right PIN with `PINBOLT_UNKNOWN_ADDRESS`, where the account has
/// no confirmed address for the channel; where accounts aren't hidden also with
/// `PINBOLT_UNKNOWN_ACCOUNT`, `PINBOLT_DISABLED`, `PINBOLT_BLOCKED` or `PINBOLT_NO_PIN`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_begin(const struct pinbolt *installation,
                                   uint64_t now,
                                   const struct pinbolt_begin_args *args,
                                   struct pinbolt_op **op);

/// Starts sending another message: by the purpose's policy a new code, which ends the older one, or
/// the same code again. It grants what `begin` does: keep the new challenge's handle in place of the
/// old one, which answers `PINBOLT_SUPERSEDED` after a new code, to that code, too.
///
/// Ends with `PINBOLT_THROTTLED` before `resend_at` or over the send budget, with
/// `PINBOLT_UNKNOWN_ADDRESS`, or as `finish` does for a handle that is no longer open.
PINBOLT_CHECK
pinbolt_status pinbolt_start_resend(const struct pinbolt *installation,
                                    uint64_t now,
                                    const struct pinbolt_resend_args *args,
                                    struct pinbolt_op **op);

/// Starts ending a challenge with its code: `pinbolt_op_verdict` says whether the person is
/// accepted. A code of `confirm` binds its address.
///
/// Ends with `PINBOLT_WRONG_CODE`, `PINBOLT_SUPERSEDED`, `PINBOLT_ALREADY_USED`, `PINBOLT_EXPIRED`,
/// `PINBOLT_TRIES_USED_UP`, `PINBOLT_WAITING`, `PINBOLT_THROTTLED`, `PINBOLT_MALFORMED`,
/// `PINBOLT_WRONG_SESSION`, which also another context is, `PINBOLT_UNKNOWN_CHALLENGE` or
/// `PINBOLT_ENDED`; a confirmation also with `PINBOLT_ADDRESS_TAKEN`; where accounts aren't hidden
/// also with `PINBOLT_DISABLED`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_finish(const struct pinbolt *installation,
                                    uint64_t now,
                                    const struct pinbolt_finish_args *args,
                                    struct pinbolt_op **op);

/// Starts checking what a purpose without a delivered code asks for: a PIN, a token's one-time code,
/// a recovery code, or several of them at once. `pinbolt_op_verdict` says whether the person is
/// accepted. Of a combination either all parts pass or none is used up, and the refusal doesn't say
/// which was wrong.
///
/// Ends with `PINBOLT_WRONG_CREDENTIALS`, `PINBOLT_ALREADY_USED`, `PINBOLT_WAITING`,
/// `PINBOLT_THROTTLED` or `PINBOLT_MALFORMED`; where accounts aren't hidden also with
/// `PINBOLT_UNKNOWN_ACCOUNT`, `PINBOLT_DISABLED`, `PINBOLT_BLOCKED`, `PINBOLT_NO_PIN`,
/// `PINBOLT_NO_TOKEN` or `PINBOLT_NO_RECOVERY_CODES`. What was given must be what the purpose asks
/// for: else `PINBOLT_PIN_MISSING`, `PINBOLT_PIN_UNASKED`, `PINBOLT_EVIDENCE_MISSING` or
/// `PINBOLT_EVIDENCE_UNASKED`, which are misuse.
PINBOLT_CHECK
pinbolt_status pinbolt_start_verify(const struct pinbolt *installation,
                                    uint64_t now,
                                    const struct pinbolt_verify_args *args,
                                    struct pinbolt_op **op);

/// Starts giving a challenge up: its code is dead then.
///
/// Ends with `PINBOLT_WRONG_SESSION`, `PINBOLT_UNKNOWN_CHALLENGE` or as `finish` does for a handle
/// that is no longer open.
PINBOLT_CHECK
pinbolt_status pinbolt_start_cancel(const struct pinbolt *installation,
                                    uint64_t now,
                                    const struct pinbolt_cancel_args *args,
                                    struct pinbolt_op **op);

/// Starts setting a new PIN for who knows the old one. Challenges that rest on the old one end.
///
/// Ends with `PINBOLT_WRONG_CREDENTIALS`, `PINBOLT_WEAK_PIN`, `PINBOLT_WAITING`,
/// `PINBOLT_THROTTLED`, `PINBOLT_UNKNOWN_ACCOUNT` or `PINBOLT_MALFORMED`; where accounts aren't
/// hidden also with `PINBOLT_DISABLED`, `PINBOLT_BLOCKED` or `PINBOLT_NO_PIN`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_change_pin(const struct pinbolt *installation,
                                        uint64_t now,
                                        const struct pinbolt_change_pin_args *args,
                                        struct pinbolt_op **op);

/// Starts setting a new PIN by an operator, or by a fresh proof of a purpose that authorizes: one by two
/// keys, or two that were put together by `pinbolt_accepted_beside`, as for all acts that take one. The
/// count of wrong PINs stays: that is `unlock`'s.
///
/// `PINBOLT_AUTHORITY` unless exactly one of `by` and `proof` is there, `PINBOLT_USED_UP` for a
/// proof that is NULL, `PINBOLT_OPERATOR`. With any other status than `PINBOLT_OK` the proof is
/// still yours.
///
/// Ends with `PINBOLT_NOT_AUTHORIZED`, `PINBOLT_WEAK_PIN`, `PINBOLT_UNKNOWN_ACCOUNT` or
/// `PINBOLT_MALFORMED`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_reset_pin(const struct pinbolt *installation,
                                       uint64_t now,
                                       const struct pinbolt_reset_pin_args *args,
                                       struct pinbolt_op **op);

/// Starts setting an authenticator's counts to zero in all lanes, which enables it again. Authority
/// as in `pinbolt_start_reset_pin`.
///
/// Ends with `PINBOLT_NOT_AUTHORIZED` or `PINBOLT_UNKNOWN_ACCOUNT`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_unlock(const struct pinbolt *installation,
                                    uint64_t now,
                                    const struct pinbolt_unlock_args *args,
                                    struct pinbolt_op **op);

/// Starts adding a token to an account: `pinbolt_op_added_token` gives its number, and the secret
/// where one was made. It is a candidate until `confirm_token`, and signs nobody in. Authority as in
/// `pinbolt_start_reset_pin`.
///
/// `PINBOLT_VALUE` for a kind or algorithm that is none, for a counter, start or period of the other
/// kind, for both secrets, and for a `confirmed` over 1. A secret that is too short or parameters
/// out of their bounds end it with `PINBOLT_SHORT_SECRET` or `PINBOLT_TOKEN`, which are misuse.
///
/// Ends with `PINBOLT_NOT_AUTHORIZED`, `PINBOLT_UNKNOWN_ACCOUNT`, `PINBOLT_TOKEN_EXISTS` where a
/// confirmed token has this very secret, or `PINBOLT_TOO_MANY_TOKENS`: an account has up to 8, and
/// the oldest candidate makes room.
PINBOLT_CHECK
pinbolt_status pinbolt_start_add_token(const struct pinbolt *installation,
                                       uint64_t now,
                                       const struct pinbolt_add_token_args *args,
                                       struct pinbolt_op **op);

/// Starts confirming a candidate by a code of its own, which can't sign in after that.
///
/// Ends with `PINBOLT_WRONG_CODE`, ten times at most: then the candidate is gone; with
/// `PINBOLT_MALFORMED`, with `PINBOLT_UNKNOWN_TOKEN` for a number that is no candidate's, with
/// `PINBOLT_UNKNOWN_ACCOUNT`, or with `PINBOLT_NOT_AUTHORIZED` where the account is blocked.
PINBOLT_CHECK
pinbolt_status pinbolt_start_confirm_token(const struct pinbolt *installation,
                                           uint64_t now,
                                           const struct pinbolt_confirm_token_args *args,
                                           struct pinbolt_op **op);

/// Starts finding a confirmed token's counter or clock again by two consecutive codes (RFC 4226, 7.4;
/// RFC 6238, 6), never below the one accepted last. Neither code can sign in after that. A wrong
/// pair counts as a guess.
///
/// Ends with `PINBOLT_WRONG_CREDENTIALS`, `PINBOLT_WAITING`, `PINBOLT_THROTTLED`,
/// `PINBOLT_MALFORMED`, `PINBOLT_UNKNOWN_TOKEN` or `PINBOLT_UNKNOWN_ACCOUNT`; where accounts aren't
/// hidden also with `PINBOLT_DISABLED` or `PINBOLT_BLOCKED`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_resync_token(const struct pinbolt *installation,
                                          uint64_t now,
                                          const struct pinbolt_resync_token_args *args,
                                          struct pinbolt_op **op);

/// Starts removing a token or a candidate. Authority as in `pinbolt_start_reset_pin`.
///
/// Ends with `PINBOLT_NOT_AUTHORIZED`, `PINBOLT_UNKNOWN_TOKEN` or `PINBOLT_UNKNOWN_ACCOUNT`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_remove_token(const struct pinbolt *installation,
                                          uint64_t now,
                                          const struct pinbolt_remove_token_args *args,
                                          struct pinbolt_op **op);

/// Starts moving one account in from another system, in one write: all of it or nothing. The account
/// is created where there is none. No code that was used there works here, and the next one does;
/// `pinbolt_op_imported` says what became of each part. It can be run again, also with an older file:
/// counters and steps only rise, recovery codes are taken once, and those that a later file lacks end,
/// failures are not counted twice, and what was removed or replaced here stays so.
///
/// `PINBOLT_VALUE` for a kind, algorithm or flag that is none, and for what belongs to another kind or
/// isn't told. What is out of its bounds ends it with `PINBOLT_TOKEN`, `PINBOLT_SHORT_SECRET`,
/// `PINBOLT_WATERMARK`, `PINBOLT_RECOVERY_CODE` or `PINBOLT_SHORT_RECOVERY_CODE`, which are misuse.
///
/// Ends with `PINBOLT_TOKEN_EXISTS` for two tokens of one key, or one that counts otherwise here; with
/// `PINBOLT_TOO_MANY_TOKENS` beyond 8, or 32 over all runs; `PINBOLT_WEAK_PIN` or `PINBOLT_MALFORMED`;
/// `PINBOLT_ENDED` where the account was cancelled, `PINBOLT_INACTIVE`, and `PINBOLT_BLOCKED` where
/// something would be added to a blocked one.
PINBOLT_CHECK
pinbolt_status pinbolt_start_import(const struct pinbolt *installation,
                                    uint64_t now,
                                    const struct pinbolt_import_args *args,
                                    struct pinbolt_op **op);

/// What `import` took. It belongs to the operation. Else the operation's status, or
/// `PINBOLT_WRONG_RESULT` for another verb's.
PINBOLT_CHECK
pinbolt_status pinbolt_op_imported(const struct pinbolt_op *op,
                                   const struct pinbolt_imported **imported);

/// Starts making a set of recovery codes: `pinbolt_op_recovery_codes` gives them, to be shown once.
/// An older set ends with it. Each code is good once; one hash is run for each. Authority as in
/// `pinbolt_start_reset_pin`.
///
/// Ends with `PINBOLT_NOT_AUTHORIZED` or `PINBOLT_UNKNOWN_ACCOUNT`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_issue_recovery_codes(const struct pinbolt *installation,
                                                  uint64_t now,
                                                  const struct pinbolt_issue_recovery_codes_args *args,
                                                  struct pinbolt_op **op);

/// Starts making the caller's device a known one of the account: `pinbolt_op_remembered_device`
/// gives its number and its token. Keep the token on that device alone, as a session cookie is kept,
/// and give it as `device` of every `pinbolt_caller` from there. It signs nobody in: it chooses the
/// lane, in which no stranger's guesses and requests count.
///
/// Ends with `PINBOLT_NOT_AUTHORIZED` or `PINBOLT_UNKNOWN_ACCOUNT`. An account knows 16 devices; the
/// one longest unused makes room for another.
PINBOLT_CHECK
pinbolt_status pinbolt_start_remember_device(const struct pinbolt *installation,
                                             uint64_t now,
                                             const struct pinbolt_remember_device_args *args,
                                             struct pinbolt_op **op);

/// Starts forgetting a device, or all of them: its token is worth nothing from then on. Authority as
/// in `pinbolt_start_reset_pin`.
///
/// Ends with `PINBOLT_UNKNOWN_DEVICE`, `PINBOLT_NOT_AUTHORIZED` or `PINBOLT_UNKNOWN_ACCOUNT`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_forget_device(const struct pinbolt *installation,
                                           uint64_t now,
                                           const struct pinbolt_forget_device_args *args,
                                           struct pinbolt_op **op);

/// Starts showing the outstanding codes of an account to a device that it knows, such as an app that
/// receives codes by push: `pinbolt_op_outstanding` gives them.
///
/// Ends with `PINBOLT_UNKNOWN_DEVICE`, whether or not there is such an account.
PINBOLT_CHECK
pinbolt_status pinbolt_start_outstanding(const struct pinbolt *installation,
                                         uint64_t now,
                                         const struct pinbolt_outstanding_args *args,
                                         struct pinbolt_op **op);

/// Starts sending a new code for one that is outstanding, asked for by a device that the account
/// knows. It grants what `begin` does; the older code is superseded, and the handle of whoever began
/// stays good.
///
/// Ends with `PINBOLT_UNKNOWN_DEVICE`, with `PINBOLT_UNKNOWN_CHALLENGE` where none is outstanding, or
/// with `PINBOLT_THROTTLED`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_renew(const struct pinbolt *installation,
                                   uint64_t now,
                                   const struct pinbolt_renew_args *args,
                                   struct pinbolt_op **op);

/// Starts issuing a ticket: a code for the operator to tell or to post, and a link that is sent to the
/// account's address. Only both together are good: see `pinbolt_start_redeem`. An older ticket of the
/// purpose ends with it. `pinbolt_op_issued_ticket` gives the code, `pinbolt_op_dispatch` what sends
/// the link.
///
/// Ends with `PINBOLT_UNKNOWN_ACCOUNT`, `PINBOLT_UNKNOWN_ADDRESS`, `PINBOLT_BLOCKED`,
/// `PINBOLT_THROTTLED` where the address was sent too much, or `PINBOLT_MALFORMED`; with
/// `PINBOLT_NOT_A_TICKET`, which is misuse, for another kind of purpose.
PINBOLT_CHECK
pinbolt_status pinbolt_start_issue_ticket(const struct pinbolt *installation,
                                          uint64_t now,
                                          const struct pinbolt_issue_ticket_args *args,
                                          struct pinbolt_op **op);

/// Starts closing a purpose's ticket: its link and code are dead. Without one it does nothing.
/// Authority as in `pinbolt_start_reset_pin`.
///
/// Ends with `PINBOLT_UNKNOWN_ACCOUNT` or `PINBOLT_NOT_AUTHORIZED`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_close_ticket(const struct pinbolt *installation,
                                          uint64_t now,
                                          const struct pinbolt_close_ticket_args *args,
                                          struct pinbolt_op **op);

/// Starts looking at a link without using it: `pinbolt_op_peeked_link` says what it is for and whether
/// it still stands. It writes nothing. Let a page do this when it is opened, and redeem only when its
/// form is sent: scanners of mail open every link.
///
/// Ends with `PINBOLT_UNKNOWN_LINK`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_peek_link(const struct pinbolt *installation,
                                       uint64_t now,
                                       const struct pinbolt_peek_link_args *args,
                                       struct pinbolt_op **op);

/// Starts redeeming a link: `pinbolt_op_verdict` says whether the person is accepted.
///
/// Beside a delivered code the link alone finishes, in the session that asked for the code; in any
/// other it ends with `PINBOLT_WRONG_SESSION`, and the person types the code where it was asked for. A
/// ticket's link wants the ticket's code beside it, in any session: both right together are one proof,
/// a wrong code is counted and uses nothing up. An activation is used up by it, and the account is
/// active from then on.
///
/// Ends with `PINBOLT_UNKNOWN_LINK`, `PINBOLT_WRONG_SESSION`, which also another context is,
/// `PINBOLT_CODE_NEEDED`, `PINBOLT_WRONG_CODE`, `PINBOLT_SUPERSEDED`, `PINBOLT_ALREADY_USED`,
/// `PINBOLT_EXPIRED`, `PINBOLT_TRIES_USED_UP`, `PINBOLT_WAITING`, `PINBOLT_THROTTLED`,
/// `PINBOLT_MALFORMED`, `PINBOLT_ENDED`, `PINBOLT_INACTIVE`, `PINBOLT_ADDRESS_TAKEN` or
/// `PINBOLT_UNKNOWN_CHALLENGE`; where accounts aren't hidden also with `PINBOLT_DISABLED`.
PINBOLT_CHECK
pinbolt_status pinbolt_start_redeem(const struct pinbolt *installation,
                                    uint64_t now,
                                    const struct pinbolt_redeem_args *args,
                                    struct pinbolt_op **op);

/// Gives a load the row that it found: its version, 16 bytes, and its body, up to 65536 bytes. Both
/// are copied. Only within a store's `load`, and in its thread.
///
/// `PINBOLT_LENGTH`, `PINBOLT_POINTER`: that is no row, and the load counts as failed.
PINBOLT_CHECK
pinbolt_status pinbolt_loaded_set(struct pinbolt_loaded *loaded,
                                  struct pinbolt_bytes version,
                                  struct pinbolt_bytes body);

/// Says what went wrong, for `pinbolt_op_detail`; at most 1024 bytes are kept. Say nothing in it
/// that no log may hold. Only within a store's `load` or `swap`, and in its thread.
pinbolt_status pinbolt_trouble_say(struct pinbolt_trouble *trouble, struct pinbolt_text what);

/// The system's time in Unix milliseconds, as every `now` wants it. Any thread may call this.
PINBOLT_CHECK uint64_t pinbolt_now(void);

/// Opens an engine. It also runs the operations of other installations, as those of other tenants
/// on the same store. What it was opened with may be freed, but the contexts of the callbacks.
///
/// `PINBOLT_CONFIGURATION`, with a sentence in `why`: the URL opens no store. `PINBOLT_VALUE`
/// unless exactly one of `url` and `store` is there, and for too many `hash_slots`;
/// `PINBOLT_POINTER` for a callback that is NULL. `*engine` is yours to free. `why` is `capacity`
/// bytes, which always end with a NUL; NULL and 0 for none.
PINBOLT_CHECK
pinbolt_status pinbolt_engine_open(const struct pinbolt *installation,
                                   const struct pinbolt_engine_args *args,
                                   char *why,
                                   size_t capacity,
                                   struct pinbolt_engine **engine);

/// Runs an operation to its end, on this thread: its questions go to the engine's store, delivery
/// and clock. It may have been driven by hand up to here. Gives how it ended, as
/// `pinbolt_op_status` does from then on; one that was over before is left as it is. `PINBOLT_BUSY`
/// for one that another call uses. `PINBOLT_VALUE` where the clock gives no milliseconds: then it
/// is where it was.
PINBOLT_CHECK
pinbolt_status pinbolt_engine_run(const struct pinbolt_engine *engine,
                                  struct pinbolt_op *op);

/// Frees an engine and sets `*engine` to NULL. NULL, or a pointer to NULL, is fine. No thread may
/// be using it.
void pinbolt_engine_free(struct pinbolt_engine **engine);

/// What an operation asks: `PINBOLT_ASKS_...`. It asks nothing when it is over, and so does NULL or
/// an operation that is busy in another call.
PINBOLT_CHECK uint32_t pinbolt_op_question(const struct pinbolt_op *op);

/// The row to load, until the question is answered. `PINBOLT_WRONG_ANSWER` where another question
/// is open, `PINBOLT_OVER` where none is.
PINBOLT_CHECK pinbolt_status pinbolt_op_row(const struct pinbolt_op *op, struct pinbolt_text *row);

/// The write to make, until the question is answered. `PINBOLT_WRONG_ANSWER` where another question
/// is open, `PINBOLT_OVER` where none is.
PINBOLT_CHECK
pinbolt_status pinbolt_op_write(const struct pinbolt_op *op,
                                const struct pinbolt_write **write);

/// The message to deliver, until the question is answered. `PINBOLT_WRONG_ANSWER` where another
/// question is open, `PINBOLT_OVER` where none is.
PINBOLT_CHECK
pinbolt_status pinbolt_op_message(const struct pinbolt_op *op,
                                  const struct pinbolt_message **message);

/// The hash to run, as a handle of its own: `*work` is yours to free, any thread may run it, and
/// the operation may meanwhile wait, or be freed. `PINBOLT_WRONG_ANSWER` where another question is
/// open, `PINBOLT_OVER` where none is.
PINBOLT_CHECK
pinbolt_status pinbolt_op_work(const struct pinbolt_op *op,
                               struct pinbolt_work **work);

/// Answers a load: the row stands at this version, 16 bytes, with this body, up to 65536 bytes.
/// Both are copied. `now` is when the answer came, in Unix milliseconds, here and in every answer.
///
/// `PINBOLT_LENGTH` for a version or body of another length. `PINBOLT_VALUE` for a `now` that can't
/// be milliseconds, `PINBOLT_WRONG_ANSWER` where another question is open, `PINBOLT_OVER` where none
/// is: here and in every answer. The question stays open.
PINBOLT_CHECK
pinbolt_status pinbolt_op_found(struct pinbolt_op *op,
                                uint64_t now,
                                struct pinbolt_bytes version,
                                struct pinbolt_bytes body);

/// Answers a load: there is no such row.
PINBOLT_CHECK pinbolt_status pinbolt_op_absent(struct pinbolt_op *op, uint64_t now);

/// Answers a load: the store can't be read.
PINBOLT_CHECK pinbolt_status pinbolt_op_load_failed(struct pinbolt_op *op, uint64_t now);

/// Answers a write: it stands, durably.
PINBOLT_CHECK pinbolt_status pinbolt_op_applied(struct pinbolt_op *op, uint64_t now);

/// Answers a write: the row stood at another version, and nothing was written.
PINBOLT_CHECK pinbolt_status pinbolt_op_conflict(struct pinbolt_op *op, uint64_t now);

/// Answers a write: it may or may not stand. When unsure, this.
PINBOLT_CHECK pinbolt_status pinbolt_op_in_doubt(struct pinbolt_op *op, uint64_t now);

/// Answers a write: it surely doesn't stand.
PINBOLT_CHECK pinbolt_status pinbolt_op_not_applied(struct pinbolt_op *op, uint64_t now);

/// Answers a hash: it was not run, for lack of a free slot. The guess is given back.
PINBOLT_CHECK pinbolt_status pinbolt_op_not_hashed(struct pinbolt_op *op, uint64_t now);

/// Answers a delivery: the gateway took the message.
PINBOLT_CHECK pinbolt_status pinbolt_op_sent(struct pinbolt_op *op, uint64_t now);

/// Answers a delivery: the message was surely not sent.
PINBOLT_CHECK pinbolt_status pinbolt_op_not_sent(struct pinbolt_op *op, uint64_t now);

/// Answers a delivery: it may or may not have been sent. When unsure, this.
PINBOLT_CHECK pinbolt_status pinbolt_op_unknown(struct pinbolt_op *op, uint64_t now);

/// Answers a hash with the work that was run, and takes its result. `PINBOLT_NOT_OVER` where the
/// work was not run. `PINBOLT_WRONG_DIGEST` for the work of another hash, which has to be run
/// again; any other status leaves it as it was.
PINBOLT_CHECK
pinbolt_status pinbolt_op_hashed(struct pinbolt_op *op,
                                 uint64_t now,
                                 struct pinbolt_work *work);

/// Makes a hash memory, empty at first. `*memory` is yours to free.
PINBOLT_CHECK pinbolt_status pinbolt_hash_memory_new(struct pinbolt_hash_memory **memory);

/// Frees a hash memory and sets `*memory` to NULL. NULL, or a pointer to NULL, is fine. One that
/// another call uses is left as it is, and so is `*memory`.
void pinbolt_hash_memory_free(struct pinbolt_hash_memory **memory);

/// Runs a hash: some tens of milliseconds of one processor. `memory` NULL allocates one for this
/// run alone. Running one again that was run changes nothing.
///
/// `PINBOLT_BUSY` where another call uses the work or the memory.
PINBOLT_CHECK
pinbolt_status pinbolt_work_run(struct pinbolt_work *work,
                                struct pinbolt_hash_memory *memory);

/// Wipes and frees a hash, and sets `*work` to NULL. NULL, or a pointer to NULL, is fine. One that
/// another call uses is left as it is, and so is `*work`.
void pinbolt_work_free(struct pinbolt_work **work);

/// How an operation ended: `PINBOLT_OK`, which means granted, or a refusal, misuse or failure. It
/// may be asked again. `PINBOLT_NOT_OVER` while it asks.
PINBOLT_CHECK pinbolt_status pinbolt_op_status(const struct pinbolt_op *op);

/// Whether `finish`, `verify` or `redeem` accepted the person; whom, says the proof alone. `*verdict` is
/// `PINBOLT_REFUSED` before anything else happens, and becomes `PINBOLT_ACCEPTED` only together with
/// `PINBOLT_OK`.
///
/// The proof is given out once: `*accepted` is yours to free. With `accepted` NULL it stays in the
/// operation. Else the operation's status; `PINBOLT_USED_UP` once the proof was given out,
/// `PINBOLT_WRONG_RESULT` for an operation that accepts nobody.
PINBOLT_CHECK
pinbolt_status pinbolt_op_verdict(struct pinbolt_op *op,
                                  pinbolt_verdict *verdict,
                                  struct pinbolt_accepted **accepted);

/// The challenge of `begin`, `resend` or `confirm`. It belongs to the operation. Else the
/// operation's status, or `PINBOLT_WRONG_RESULT` for another verb's.
PINBOLT_CHECK
pinbolt_status pinbolt_op_challenge(const struct pinbolt_op *op,
                                    const struct pinbolt_challenge **challenge);

/// The delivery of the code that `begin`, `resend` or `confirm` issued, or of a ticket's link: an operation of its own, to
/// be run once the person has been answered, for how long it takes would tell whether there is
/// anybody to deliver to. `now` is in Unix milliseconds. `*delivery` is yours to free; freed
/// without being run, it sends nothing.
///
/// It is given out once: then `PINBOLT_USED_UP`. Else the operation's status, or
/// `PINBOLT_WRONG_RESULT` for another verb's.
PINBOLT_CHECK
pinbolt_status pinbolt_op_dispatch(struct pinbolt_op *op,
                                   uint64_t now,
                                   struct pinbolt_op **delivery);

/// More about the refusal that an operation ended with. It belongs to the operation.
/// `PINBOLT_WRONG_RESULT` for one that was granted, else its status where that is no refusal.
PINBOLT_CHECK
pinbolt_status pinbolt_op_refusal(const struct pinbolt_op *op,
                                  const struct pinbolt_refusal **refusal);

/// What the store said of its last trouble, for an operator and never for the person; absent where
/// it said nothing, or where no engine ran the operation. It belongs to the operation.
/// `PINBOLT_NOT_OVER` while it asks.
PINBOLT_CHECK
pinbolt_status pinbolt_op_detail(const struct pinbolt_op *op,
                                 struct pinbolt_text *detail);

/// How many addresses `enroll` bound, and how many it left as candidates. Else the operation's
/// status, or `PINBOLT_WRONG_RESULT` for another verb's.
PINBOLT_CHECK
pinbolt_status pinbolt_op_enrolled(const struct pinbolt_op *op,
                                   size_t *bound,
                                   size_t *candidates);

/// Whether `unlock` refilled the strangers' throttle: by an operator, and only so often in 30 days.
/// Else the operation's status, or `PINBOLT_WRONG_RESULT` for another verb's.
PINBOLT_CHECK pinbolt_status pinbolt_op_unlocked(const struct pinbolt_op *op, bool *refilled);

/// When an address that was given up leaves, in Unix milliseconds; 0: it has left. Tell the account's
/// addresses by `pinbolt_op_dispatch`. Else the operation's status, or `PINBOLT_WRONG_RESULT` for
/// another verb's.
PINBOLT_CHECK
pinbolt_status pinbolt_op_released(const struct pinbolt_op *op,
                                   uint64_t *leaves);

/// What became of a delivery: `PINBOLT_DELIVERY_...`. It is for the host, never for the person.
/// Else the operation's status, or `PINBOLT_WRONG_RESULT` for another verb's.
PINBOLT_CHECK pinbolt_status pinbolt_op_delivered(const struct pinbolt_op *op, uint32_t *delivered);

/// The account that `describe` shows. It belongs to the operation. Else the operation's status, or
/// `PINBOLT_WRONG_RESULT` for another verb's.
PINBOLT_CHECK
pinbolt_status pinbolt_op_description(const struct pinbolt_op *op,
                                      const struct pinbolt_description **description);

/// The channels by which the person may have a message with `resend`: `*count` pointers. After the PIN
/// those by which the account can be reached; before, the purpose's, for every name the same. They
/// belong to the operation. Else the operation's status, or `PINBOLT_WRONG_RESULT` for another verb's.
PINBOLT_CHECK
pinbolt_status pinbolt_op_offers(const struct pinbolt_op *op,
                                 const struct pinbolt_offer *const **offers,
                                 size_t *count);

/// Puts a second proof beside `accepted`, which takes it over: `*second` becomes NULL. An act that takes
/// `accepted` as its authority is then allowed by both: two proofs of one account and one session, by
/// different keys, are as good as one of two factors. So an account is recovered whose PIN is forgotten
/// or whose phone is lost: by codes to two channels, by one and a token, by a recovery code and one.
/// Whether they will do, says the act.
///
/// `PINBOLT_AUTHORITY` where `accepted` has a second one already; then nothing is taken.
PINBOLT_CHECK
pinbolt_status pinbolt_accepted_beside(struct pinbolt_accepted *accepted,
                                       struct pinbolt_accepted **second);

/// What a proof proves. `*proof` belongs to the handle and lives as long as it does: an act that uses
/// the handle up ends it, too.
PINBOLT_CHECK
pinbolt_status pinbolt_accepted_proof(const struct pinbolt_accepted *accepted,
                                      const struct pinbolt_proof **proof);

/// Frees a proof and sets `*accepted` to NULL. NULL, or a pointer to NULL, is fine.
void pinbolt_accepted_free(struct pinbolt_accepted **accepted);

/// The token that `add_token` added. It belongs to the operation. Else the operation's status, or
/// `PINBOLT_WRONG_RESULT` for another verb's.
PINBOLT_CHECK
pinbolt_status pinbolt_op_added_token(const struct pinbolt_op *op,
                                      const struct pinbolt_added_token **added);

/// The codes that `issue_recovery_codes` made, as they are to be shown: `*count` texts. They belong
/// to the operation, are wiped when it is freed, and no other function shows them. Else the
/// operation's status, or `PINBOLT_WRONG_RESULT` for another verb's.
PINBOLT_CHECK
pinbolt_status pinbolt_op_recovery_codes(const struct pinbolt_op *op,
                                         const struct pinbolt_text **codes,
                                         size_t *count);

/// The device that `remember_device` made known. It belongs to the operation. Else the operation's
/// status, or `PINBOLT_WRONG_RESULT` for another verb's.
PINBOLT_CHECK
pinbolt_status pinbolt_op_remembered_device(const struct pinbolt_op *op,
                                            const struct pinbolt_remembered_device **remembered);

/// The codes that `outstanding` shows: `*count` pointers. They belong to the operation. Else the
/// operation's status, or `PINBOLT_WRONG_RESULT` for another verb's.
PINBOLT_CHECK
pinbolt_status pinbolt_op_outstanding(const struct pinbolt_op *op,
                                      const struct pinbolt_outstanding_code *const **codes,
                                      size_t *count);

/// The ticket that `issue_ticket` issued; `pinbolt_op_dispatch` gives what sends its link. It belongs
/// to the operation. Else the operation's status, or `PINBOLT_WRONG_RESULT` for another verb's.
PINBOLT_CHECK
pinbolt_status pinbolt_op_issued_ticket(const struct pinbolt_op *op,
                                        const struct pinbolt_issued_ticket **ticket);

/// What `peek_link` saw. It belongs to the operation. Else the operation's status, or
/// `PINBOLT_WRONG_RESULT` for another verb's.
PINBOLT_CHECK
pinbolt_status pinbolt_op_peeked_link(const struct pinbolt_op *op,
                                      const struct pinbolt_peeked_link **link);

/// What an auditor wants to know of an operation that is over, in order: `*count` pointers. They
/// belong to the operation. No other function tells these events: log them.
///
/// `PINBOLT_NOT_OVER` while it asks.
PINBOLT_CHECK
pinbolt_status pinbolt_op_events(const struct pinbolt_op *op,
                                 const struct pinbolt_event *const **events,
                                 size_t *count);

/// The ids of the accounts that `suspend_address` or `registrations` found, sorted: `*count` texts.
/// They belong to the operation. Else the operation's status, or `PINBOLT_WRONG_RESULT` for another
/// verb's.
PINBOLT_CHECK
pinbolt_status pinbolt_op_accounts(const struct pinbolt_op *op,
                                   const struct pinbolt_text **accounts,
                                   size_t *count);

/// Makes a generator for a secret of 16 bytes or more, plain (no base32). `algorithm` is
/// `PINBOLT_ALGORITHM_...`; `digits` are 6 to 10: at 10 the first is 0, 1 or 2. `*hotp` is yours to
/// free.
///
/// `PINBOLT_SHORT_SECRET`; `PINBOLT_TOKEN` for other digits, `PINBOLT_VALUE` for another algorithm.
PINBOLT_CHECK
pinbolt_status pinbolt_hotp_open(uint32_t algorithm,
                                 uint32_t digits,
                                 struct pinbolt_bytes secret,
                                 struct pinbolt_hotp **hotp);

/// As `pinbolt_hotp_open`, for a secret of one byte or more. For tokens that somebody else has issued:
/// a secret under 128 bits can be found from a few codes by trying all.
PINBOLT_CHECK
pinbolt_status pinbolt_hotp_open_with_dangerously_short_secret(uint32_t algorithm,
                                                               uint32_t digits,
                                                               struct pinbolt_bytes secret,
                                                               struct pinbolt_hotp **hotp);

/// Makes a generator of the codes that Steam's app shows, five of `23456789BCDFGHJKMNPQRTVWXY`, for a
/// secret of 16 bytes or more, plain (no base32); Steam's own are 20. Its counter is the step of
/// `pinbolt_totp_step(now, 30, 0, &step)`. `*hotp` is yours to free.
///
/// `PINBOLT_SHORT_SECRET`.
PINBOLT_CHECK
pinbolt_status pinbolt_hotp_open_steam(struct pinbolt_bytes secret,
                                       struct pinbolt_hotp **hotp);

/// As `pinbolt_hotp_open_steam`, for a secret of one byte or more: see
/// `pinbolt_hotp_open_with_dangerously_short_secret`.
PINBOLT_CHECK
pinbolt_status pinbolt_hotp_open_steam_with_dangerously_short_secret(struct pinbolt_bytes secret,
                                                                     struct pinbolt_hotp **hotp);

/// The code of a counter, or of a TOTP's step: digits, or a Steam code's letters, and a NUL, in the `capacity` bytes of `code`,
/// of which `PINBOLT_CODE_CAPACITY` are always enough. It is yours to wipe.
///
/// `PINBOLT_LENGTH` where it doesn't fit; then `code` is an empty text, as after any other status.
PINBOLT_CHECK
pinbolt_status pinbolt_hotp_code(const struct pinbolt_hotp *hotp,
                                 uint64_t counter,
                                 char *code,
                                 size_t capacity);

/// Which of the `count` counters, or steps, from `first` on a typed code is of: the lowest where
/// several are. Counters past `UINT64_MAX` don't exist. All are always computed, so the time tells
/// nothing but `count`: keep it small. Blanks and hyphens in the code are dropped; a Steam code may be
/// in either case.
///
/// `*matched` is `PINBOLT_NO_MATCH` and `*counter` 0 before anything else happens; they become
/// `PINBOLT_MATCHED` and the counter only together with `PINBOLT_OK`. Who accepts it goes on at the
/// counter after it. Else `PINBOLT_WRONG_CODE`, or `PINBOLT_MALFORMED` for what isn't as many
/// digits, or a Steam code's letters.
PINBOLT_CHECK
pinbolt_status pinbolt_hotp_match(const struct pinbolt_hotp *hotp,
                                  struct pinbolt_text code,
                                  uint64_t first,
                                  uint32_t count,
                                  pinbolt_match *matched,
                                  uint64_t *counter);

/// The counter, or step, of the second of two typed codes whose counters follow each other, both
/// among the `count` from `from` on (RFC 4226, 7.4): so a token that ran ahead is found again. `from`
/// must not lie below what was accepted last. All else as in `pinbolt_hotp_match`.
PINBOLT_CHECK
pinbolt_status pinbolt_hotp_resynchronize(const struct pinbolt_hotp *hotp,
                                          struct pinbolt_text first_code,
                                          struct pinbolt_text second_code,
                                          uint64_t from,
                                          uint32_t count,
                                          pinbolt_match *matched,
                                          uint64_t *counter);

/// The step in which `now`, in Unix milliseconds, lies (RFC 6238, 4.2): it is a TOTP's counter. Steps
/// are of `period` seconds, 30 as a rule, from the Unix second `start` on, 0 as a rule.
///
/// `PINBOLT_TOKEN` for a period of 0; `PINBOLT_VALUE` before the start, and as everywhere before 2001,
/// where the first of RFC 6238's own vectors lies; then `*step` is 0.
PINBOLT_CHECK
pinbolt_status pinbolt_totp_step(uint64_t now,
                                 uint32_t period,
                                 uint64_t start,
                                 uint64_t *step);

/// Wipes and frees a generator, and sets `*hotp` to NULL. NULL, or a pointer to NULL, is fine. No
/// thread may be using it.
void pinbolt_hotp_free(struct pinbolt_hotp **hotp);

/// Makes a generator for a suite, exactly as RFC 6287 (6) writes it, such as
/// `OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1`, and a secret of 16 bytes or more, plain. `*ocra` is yours to
/// free.
///
/// `PINBOLT_OCRA_SUITE` for any other text, `PINBOLT_SHORT_SECRET`.
PINBOLT_CHECK
pinbolt_status pinbolt_ocra_open(struct pinbolt_text suite,
                                 struct pinbolt_bytes secret,
                                 struct pinbolt_ocra **ocra);

/// As `pinbolt_ocra_open`, for a secret of one byte or more. For tokens that somebody else has issued:
/// a secret under 128 bits can be found from a few responses by trying all.
PINBOLT_CHECK
pinbolt_status pinbolt_ocra_open_with_dangerously_short_secret(struct pinbolt_text suite,
                                                               struct pinbolt_bytes secret,
                                                               struct pinbolt_ocra **ocra);

/// The response to `inputs`: what the token shows, or what the server proves itself with. It is
/// digits, or for a suite of 0 digits the whole HMAC in lower-case hexadecimal, and a NUL, in the
/// `capacity` bytes of `response`, of which `PINBOLT_RESPONSE_CAPACITY` are always enough. It is
/// yours to wipe.
///
/// `PINBOLT_OCRA_INPUT` if the inputs aren't those that the suite names, or not of its form;
/// `PINBOLT_VALUE` for a time that can't be milliseconds, for inputs that exclude each other, and for
/// an `answers` that is none. `PINBOLT_LENGTH` where it doesn't fit; then `response` is an empty
/// text, as after any other status.
PINBOLT_CHECK
pinbolt_status pinbolt_ocra_response(const struct pinbolt_ocra *ocra,
                                     const struct pinbolt_ocra_inputs *inputs,
                                     char *response,
                                     size_t capacity);

/// At which counter and step of the window a typed response is right: the lowest counter, and then
/// the lowest step, where several are. `window` NULL is the inputs' own counter and step alone. All of
/// the window is always computed. Blanks and hyphens in the response are dropped.
///
/// `*matched` is `PINBOLT_NO_MATCH` before anything else happens, and becomes `PINBOLT_MATCHED` only
/// together with `PINBOLT_OK`; so do `*counter` and `*step`, which are 0 before, and for a suite
/// without. Who accepts it expects the counter after it from then on, and takes the challenge no
/// second time. Else `PINBOLT_WRONG_CODE`, or `PINBOLT_MALFORMED` for what isn't of the suite's
/// form; or as `pinbolt_ocra_response`; `PINBOLT_OCRA_INPUT` also for a window over what the suite
/// doesn't name, or of too many places.
PINBOLT_CHECK
pinbolt_status pinbolt_ocra_match(const struct pinbolt_ocra *ocra,
                                  const struct pinbolt_ocra_inputs *inputs,
                                  struct pinbolt_text response,
                                  const struct pinbolt_ocra_window *window,
                                  pinbolt_match *matched,
                                  uint64_t *counter,
                                  uint64_t *step);

/// Wipes and frees a generator, and sets `*ocra` to NULL. NULL, or a pointer to NULL, is fine. No
/// thread may be using it.
void pinbolt_ocra_free(struct pinbolt_ocra **ocra);

/// Makes a reader of international forms and of a country's national ones: two capital letters (ISO
/// 3166-1), such as `PT`. An absent text: of international forms alone, which begin with `+`.
/// `*reader` is yours to free.
///
/// `PINBOLT_VALUE` for what is no country with a numbering plan.
PINBOLT_CHECK
pinbolt_status pinbolt_phone_reader_open(struct pinbolt_text country,
                                         struct pinbolt_phone_reader **reader);

/// Reads a phone number: with `+`, with the country's own way out (`00`, `011` and so on), or as it is
/// dialled within the country. `number` becomes `+` and digits (E.164) and a NUL, in its `capacity`
/// bytes, of which `PINBOLT_PHONE_CAPACITY` are always enough; `*line` what kind of line it is,
/// `PINBOLT_LINE_...`.
///
/// `PINBOLT_MALFORMED` where it is refused: then `*fault` is why, `PINBOLT_PHONE_...`. `PINBOLT_LENGTH`
/// where it doesn't fit. What isn't told is an empty text, or 0.
PINBOLT_CHECK
pinbolt_status pinbolt_phone_read(const struct pinbolt_phone_reader *reader,
                                  struct pinbolt_text typed,
                                  char *number,
                                  size_t capacity,
                                  uint32_t *line,
                                  uint32_t *fault);

/// The name of a kind of line, such as `fixed-or-mobile`: the same in C, Rust and Python. `unknown`
/// for a number that this version doesn't know. It lives for ever and is never NULL; any thread may
/// call this.
PINBOLT_CHECK const char *pinbolt_line_name(uint32_t line);

/// The name of a reason why a phone number is refused, such as `Ambiguous`: the same in C, Rust and
/// Python. `Unknown` for a number that this version doesn't know. It lives for ever and is never NULL;
/// any thread may call this.
PINBOLT_CHECK
const char *pinbolt_phone_fault_name(uint32_t fault);

/// One sentence for the person, about a reason why a phone number is refused. It lives for ever and is
/// never NULL; any thread may call this.
PINBOLT_CHECK
const char *pinbolt_phone_fault_sentence(uint32_t fault);

/// Frees a reader, and sets `*reader` to NULL. NULL, or a pointer to NULL, is fine. No thread may be
/// using it.
void pinbolt_phone_reader_free(struct pinbolt_phone_reader **reader);

/// The name of a reason why a text that describes tokens is refused, `PINBOLT_PROVISION_...`, such as
/// `IssuerMismatch`: the same in C, Rust and Python. `Unknown` for a number that this version doesn't
/// know. It lives for ever and is never NULL; any thread may call this.
PINBOLT_CHECK
const char *pinbolt_provision_fault_name(uint32_t fault);

/// One sentence about a reason why a text that describes tokens is refused. It never contains what
/// was read. It lives for ever and is never NULL; any thread may call this.
PINBOLT_CHECK const char *pinbolt_provision_fault_sentence(uint32_t fault);

/// The text, with a NUL behind it. It belongs to `written`. Absent for NULL.
PINBOLT_CHECK struct pinbolt_text pinbolt_written_text(const struct pinbolt_written *written);

/// The same as bytes.
PINBOLT_CHECK struct pinbolt_bytes pinbolt_written_bytes(const struct pinbolt_written *written);

/// Wipes and frees it, and sets `*written` to NULL. NULL, or a pointer to NULL, is fine. No thread may
/// be using it.
void pinbolt_written_free(struct pinbolt_written **written);

/// The capitals and digits of plain bytes in base32 (RFC 4648, 6), without padding: as apps want them.
/// `*written` is yours to free.
PINBOLT_CHECK
pinbolt_status pinbolt_base32_encode(struct pinbolt_bytes bytes,
                                     struct pinbolt_written **written);

/// The plain bytes, 1 to 128, of a secret in base32 as people hand it on: in either case, in groups
/// that blanks or hyphens part, with the right padding or none. Bits that fill no byte are dropped, as
/// apps drop them. `*written` is yours to free.
///
/// `PINBOLT_MALFORMED` where it is refused: then `*fault` is why, `PINBOLT_PROVISION_...`, and else 0.
PINBOLT_CHECK
pinbolt_status pinbolt_base32_decode(struct pinbolt_text text,
                                     struct pinbolt_written **written,
                                     uint32_t *fault);

/// Makes a key, as of a token that `add_token` made and an app is to show. Names are 1 to 256 bytes
/// without control characters, outer blanks and `:`. `*key` is yours to free.
///
/// `PINBOLT_VALUE` for a kind or algorithm that is none, and for a counter, start or period of the
/// other kind. `PINBOLT_MALFORMED` for a secret, digits, a period or names out of their bounds: then
/// `*fault` is why, `PINBOLT_PROVISION_...`, and else 0.
PINBOLT_CHECK
pinbolt_status pinbolt_oath_key_new(const struct pinbolt_oath_key_args *args,
                                    struct pinbolt_oath_key **key,
                                    uint32_t *fault);

/// What a key holds: `*fields` belong to the key.
PINBOLT_CHECK
pinbolt_status pinbolt_oath_key_get(const struct pinbolt_oath_key *key,
                                    const struct pinbolt_oath_key_fields **fields);

/// Wipes and frees a key, and sets `*key` to NULL. NULL, or a pointer to NULL, is fine. No thread may
/// be using it.
void pinbolt_oath_key_free(struct pinbolt_oath_key **key);

/// Begins to read a file, at `now`. `*importer` is yours to free.
///
/// `PINBOLT_VALUE` for a format that is none, for an account where there is none, and for none where
/// there is one.
PINBOLT_CHECK
pinbolt_status pinbolt_importer_open(const struct pinbolt_importer_args *args,
                                     uint64_t now,
                                     struct pinbolt_importer **importer);

/// Which pass the next line belongs to: `*pass` is `PINBOLT_PASS_...`. Begin each at the file's
/// beginning.
PINBOLT_CHECK
pinbolt_status pinbolt_importer_pass(const struct pinbolt_importer *importer,
                                     uint32_t *pass);

/// Takes a line, with or without its end, at `now`: where a file doesn't tell which codes were used, all
/// are over until then. `*lines` is an account whose lines are over by it, yours to free; else NULL. Of a
/// line of more than 65536 bytes the first 65537 are enough.
PINBOLT_CHECK
pinbolt_status pinbolt_importer_line(struct pinbolt_importer *importer,
                                     uint64_t now,
                                     struct pinbolt_bytes line,
                                     struct pinbolt_account_lines **lines);

/// Ends a pass, at `now`. `*lines` is the last account, yours to free; or NULL.
PINBOLT_CHECK
pinbolt_status pinbolt_importer_end(struct pinbolt_importer *importer,
                                    uint64_t now,
                                    struct pinbolt_account_lines **lines);

/// Whether the passes so far haven't read the same. What is given out from then on is held back.
PINBOLT_CHECK bool pinbolt_importer_changed(const struct pinbolt_importer *importer);

/// Frees an importer and sets `*importer` to NULL. NULL, or a pointer to NULL, is fine. One that
/// another call uses is left as it is.
void pinbolt_importer_free(struct pinbolt_importer **importer);

/// Whose the lines are, as the file has it; it belongs to `lines`. Absent for lines that can't be read,
/// which may be anyone's, and for NULL.
PINBOLT_CHECK
struct pinbolt_text pinbolt_account_lines_name(const struct pinbolt_account_lines *lines);

/// Whether nothing stands against taking the account: a line that is refused holds back all others.
PINBOLT_CHECK bool pinbolt_account_lines_complete(const struct pinbolt_account_lines *lines);

/// Starts importing what the lines hold, as `pinbolt_start_import`: all of it or nothing. The lines may
/// be freed before the operation.
///
/// `PINBOLT_VALUE` for lines that aren't complete, and for a flag that is none.
PINBOLT_CHECK
pinbolt_status pinbolt_start_import_lines(const struct pinbolt *installation,
                                          uint64_t now,
                                          const struct pinbolt_import_lines_args *args,
                                          struct pinbolt_op **op);

/// What becomes of each line. `op` is their import once it is over; where it was not run, or still asks,
/// nothing is known that stands against a line of `PINBOLT_FATE_READY`: so a dry run starts the import,
/// asks this, and frees it. `*reports` are `*count` of them, in the lines' order; they belong to
/// `lines`, until this is asked again.
///
/// `PINBOLT_WRONG_RESULT` for another verb's operation.
PINBOLT_CHECK
pinbolt_status pinbolt_account_lines_reports(struct pinbolt_account_lines *lines,
                                             const struct pinbolt_op *op,
                                             uint32_t dangerously_accept,
                                             const struct pinbolt_line_report *const **reports,
                                             size_t *count);

/// Frees the lines, with what is secret in them, and sets `*lines` to NULL. NULL, or a pointer to NULL,
/// is fine. Lines that another call uses are left as they are.
void pinbolt_account_lines_free(struct pinbolt_account_lines **lines);

/// Reads an `otpauth` address (Google's "Key URI Format"), of at most 2048 bytes: `otpauth://totp/` or
/// `otpauth://hotp/`, the label, and the parameters `secret`, `issuer`, `algorithm`, `digits`, `period`
/// and `counter`; any other one is an app's own, and is passed over. An issuer that is said twice must
/// be the same twice, and a parameter is there once. A `+` is a plus, but in an issuer whose label has
/// a blank there. Without parameters it is SHA-1, 6 digits, 30 seconds; a counter must be said.
/// A Steam token is marked by `encoder=steam`, by the type `otpauth://steam/`, or by `digits=5` of the
/// issuer Steam; or it is `steam://` and the secret, which gives a key without names. `*key` is yours
/// to free.
///
/// `PINBOLT_MALFORMED` where it is refused: then `*fault` is why, `PINBOLT_PROVISION_...`, and else 0.
/// A short secret is no fault here: that is asked where it enters an account.
PINBOLT_CHECK
pinbolt_status pinbolt_otpauth_read(struct pinbolt_text address,
                                    struct pinbolt_oath_key **key,
                                    uint32_t *fault);

/// Writes a key with a name as an `otpauth` address: the issuer both before the name and as a
/// parameter, as apps want it, and what differs from SHA-1, 6 digits and 30 seconds. Many apps know
/// nothing else. The address holds the secret: show it to its owner alone, once, and keep it nowhere.
/// `*written` is yours to free.
///
/// `PINBOLT_MALFORMED` for a key that has no place in an address: then `*fault` is why,
/// `PINBOLT_PROVISION_...`, and else 0.
PINBOLT_CHECK
pinbolt_status pinbolt_otpauth_write(const struct pinbolt_oath_key *key,
                                     struct pinbolt_written **written,
                                     uint32_t *fault);

/// Makes a collector without parts. `*migration` is yours to free.
PINBOLT_CHECK pinbolt_status pinbolt_migration_new(struct pinbolt_migration **migration);

/// Takes a part: an `otpauth-migration://offline?data=...` address of at most 8192 bytes. Its data may be
/// base64 of either kind, padded or not. The first part says which export it is, and how many parts it
/// has.
///
/// `PINBOLT_MALFORMED` where it is refused: then `*fault` is why, `PINBOLT_PROVISION_...`, and else 0.
/// That is `PINBOLT_PROVISION_BATCH` for a part of another export and one that is here already. What was
/// collected stays.
PINBOLT_CHECK
pinbolt_status pinbolt_migration_add(struct pinbolt_migration *migration,
                                     struct pinbolt_text address,
                                     uint32_t *fault);

/// How many parts the export has, 0 before the first, how many of them are missing, and how many keys
/// those have that are here.
PINBOLT_CHECK
pinbolt_status pinbolt_migration_counts(const struct pinbolt_migration *migration,
                                        size_t *parts,
                                        size_t *missing,
                                        size_t *keys);

/// 1 where the part of this index, from 0, is missing; 0 where it is here, and where the export has no
/// such part.
PINBOLT_CHECK
uint32_t pinbolt_migration_lacks(const struct pinbolt_migration *migration,
                                 size_t part);

/// A key of the parts that are here, by its index from 0, in the export's order. `*key` is yours to free.
///
/// `PINBOLT_MALFORMED` for one that tokens can't have here, which spoils no other: then `*fault` is why,
/// `PINBOLT_PROVISION_...`, and else 0. `PINBOLT_VALUE` past the last.
PINBOLT_CHECK
pinbolt_status pinbolt_migration_key(const struct pinbolt_migration *migration,
                                     size_t index,
                                     struct pinbolt_oath_key **key,
                                     uint32_t *fault);

/// Wipes and frees a collector, and sets `*migration` to NULL. NULL, or a pointer to NULL, is fine. No
/// thread may be using it.
void pinbolt_migration_free(struct pinbolt_migration **migration);

/// Writes keys with names as an export: addresses, one for each QR code, with ten keys at most. `*parts`
/// becomes how many there are, and `*written` the one of index `part`, from 0: call it again until all
/// were written. It holds secrets, and is yours to free.
///
/// `PINBOLT_MALFORMED` for a key that such an export has no place for: then `*fault` is why,
/// `PINBOLT_PROVISION_...`, and else 0. `PINBOLT_VALUE` for a part that there isn't; `PINBOLT_LENGTH`
/// over `PINBOLT_MIGRATION_MAX_KEYS`.
PINBOLT_CHECK
pinbolt_status pinbolt_migration_write(const struct pinbolt_oath_key *const *keys,
                                       size_t count,
                                       size_t part,
                                       struct pinbolt_written **written,
                                       size_t *parts,
                                       uint32_t *fault);

/// Draws a text as a QR code (ISO/IEC 18004) in SVG: black on white, without a size of its own, without
/// scripts and links, so that it can be put into a page as it is. 15 % of it may be damaged. The
/// picture of an address is its secret: show it to its owner alone, once, and keep it nowhere.
/// `*written` is yours to free. `PINBOLT_LENGTH` over `PINBOLT_QR_MAX_LENGTH` bytes.
PINBOLT_CHECK
pinbolt_status pinbolt_qr_svg(struct pinbolt_text text,
                              struct pinbolt_written **written);

/// The same as text for a terminal that knows UTF-8 and 256 colours: half a line for a module's height,
/// black on white on dark and on light ones. Lines end with a newline.
PINBOLT_CHECK
pinbolt_status pinbolt_qr_terminal(struct pinbolt_text text,
                                   struct pinbolt_written **written);

/// The same as PNG: one bit a pixel, `scale` pixels to a module's side, 1 to 32. 8 is a good size on
/// paper and on screens. `PINBOLT_VALUE` for another scale.
PINBOLT_CHECK
pinbolt_status pinbolt_qr_png(struct pinbolt_text text,
                              uint32_t scale,
                              struct pinbolt_written **written);

/// Reads a PSKC document of at most 16 MiB, sealed under a `key` that both sides have (16, 24 or 32
/// bytes), under a `password`, or, with both absent, legible. With one of them, a document that has a
/// legible secret is refused. A key that is none for pinbolt spoils none of the others: it stands there
/// without. What is sealed is the secret alone: let somebody who knows decide whose a key is, not the
/// document. Its policy is for you to keep. A signature is not checked. A password may take a second.
/// `*document` is yours to free.
///
/// `PINBOLT_MALFORMED` where it is refused: then `*fault` is why, `PINBOLT_PROVISION_...`, and else 0.
/// `PINBOLT_VALUE` for a key and a password at once.
PINBOLT_CHECK
pinbolt_status pinbolt_pskc_read(struct pinbolt_text text,
                                 struct pinbolt_bytes key,
                                 struct pinbolt_text password,
                                 struct pinbolt_pskc **document,
                                 uint32_t *fault);

/// What a document holds: `*fields` belong to the document.
PINBOLT_CHECK
pinbolt_status pinbolt_pskc_get(const struct pinbolt_pskc *document,
                                const struct pinbolt_pskc_fields **fields);

/// Whether a host that keeps no conditions may use a package's key at this time (Unix milliseconds): it
/// is within the device's times and the policy's, and the policy has no PIN and no number of codes.
/// `false` for NULL and for a package without a key.
PINBOLT_CHECK
bool pinbolt_pskc_holds(const struct pinbolt_pskc_package *package,
                        uint64_t now);

/// Writes a PSKC document. A key seals by AES of its own length, a password by AES-256 under 600000
/// rounds of PBKDF2-HMAC-SHA-256, both with HMAC-SHA-256. A package may be one that was read, in as far
/// as its document lives. `*written` is yours to free.
///
/// `PINBOLT_MALFORMED` for what has no place in a document: then `*fault` is why,
/// `PINBOLT_PROVISION_...`, and else 0. `PINBOLT_VALUE` for a key and a password at once and for a
/// `pin_usage` that is none.
PINBOLT_CHECK
pinbolt_status pinbolt_pskc_write(const struct pinbolt_pskc_args *args,
                                  struct pinbolt_written **written,
                                  uint32_t *fault);

/// Wipes and frees a document, and sets `*document` to NULL. NULL, or a pointer to NULL, is fine. No
/// thread may be using it.
void pinbolt_pskc_free(struct pinbolt_pskc **document);

/// Tries every promise of a store on a real one. No store is done before it passes.
///
/// The storage may be shared and need not be empty: rows are named `kit-` and so on, and left
/// behind, to be kept for an hour, but for one that says never. It takes some 3 seconds.
///
/// `PINBOLT_OK`, and `report` says what was tried; `PINBOLT_STORE`, and it lists each promise that
/// was not kept, with what it would cost. `report` is `capacity` bytes, 4096 are enough, which
/// always end with a NUL; NULL and 0 for none. It can't find what needs a failing machine.
PINBOLT_CHECK
pinbolt_status pinbolt_check_store(const struct pinbolt_connector *connector,
                                   char *report,
                                   size_t capacity);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* PINBOLT_H */
