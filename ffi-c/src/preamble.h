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
