// Wrong arguments of the verbs of tokens, recovery codes and combinations: a status, never a crash.
#include "token.h"

// How a call ends that may not even start.
#define ENDS(verb, args, status)                                                                   \
    do {                                                                                           \
        pinbolt_op *op = STALE;                                                                    \
        pinbolt_status said = pinbolt_start_##verb(w->pinbolt, w->now, &(args), &op);              \
        CHECK((said == PINBOLT_OK) == (op != NULL));                                               \
        if (said == PINBOLT_OK)                                                                    \
            said = run(w, op);                                                                     \
        GIVES(said, status);                                                                       \
        pinbolt_op_free(&op);                                                                      \
    } while (0)

static const pinbolt_text *const ODD[] = {&NO_TEXT, &LYING, &LONG, &NOT_UTF8};

// Each text of a verb's arguments absent, lying, too long, and not UTF-8.
#define TEXTS(verb, fine, field, absent, not_utf8)                                                 \
    do {                                                                                           \
        const pinbolt_status ends[] = {absent, PINBOLT_POINTER, PINBOLT_LENGTH, not_utf8};         \
        for (size_t at = 0; at < 4; at++) {                                                        \
            pinbolt_##verb##_args odd = fine;                                                      \
            odd.field = *ODD[at];                                                                  \
            ENDS(verb, odd, ends[at]);                                                             \
        }                                                                                          \
    } while (0)

// An operator or a proof, and only one of them; nothing else uses the proof up.
#define AUTHORITY(verb, fine)                                                                      \
    do {                                                                                           \
        pinbolt_accepted *none = NULL;                                                             \
        pinbolt_##verb##_args odd = fine;                                                          \
        odd.proof = &none;                                                                         \
        ENDS(verb, odd, PINBOLT_AUTHORITY);                                                        \
        odd.by = NULL;                                                                             \
        ENDS(verb, odd, PINBOLT_USED_UP);                                                          \
        odd.proof = NULL;                                                                          \
        ENDS(verb, odd, PINBOLT_AUTHORITY);                                                        \
    } while (0)

static void add_token_args(world *w)
{
    pinbolt_operator someone = desk();
    pinbolt_add_token_args fine = token_args(PINBOLT_TOKEN_KIND_TOTP), odd;
    fine.by = &someone;
    AUTHORITY(add_token, fine);
    TEXTS(add_token, fine, account, PINBOLT_UNKNOWN_ACCOUNT, PINBOLT_UNKNOWN_ACCOUNT);
    TEXTS(add_token, fine, label, PINBOLT_TOKEN, PINBOLT_TOKEN);
    odd = fine;
    odd.account = text("a-9");
    ENDS(add_token, odd, PINBOLT_UNKNOWN_ACCOUNT);

    const uint32_t no_kinds[] = {0, 3, UINT32_MAX};
    const uint32_t no_algorithms[] = {0, 4, UINT32_MAX};
    const uint32_t no_digits[] = {0, 5, 11, 256 + 6, UINT32_MAX};
    const uint32_t no_flags[] = {2, 256, UINT32_MAX};
    for (size_t at = 0; at < 3; at++) {
        odd = fine;
        odd.kind = no_kinds[at];
        ENDS(add_token, odd, PINBOLT_VALUE);
        odd = fine;
        odd.algorithm = no_algorithms[at];
        ENDS(add_token, odd, PINBOLT_VALUE);
        odd = fine;
        odd.confirmed = no_flags[at];
        ENDS(add_token, odd, PINBOLT_VALUE);
    }
    for (size_t at = 0; at < 5; at++) {
        odd = fine;
        odd.digits = no_digits[at];
        ENDS(add_token, odd, PINBOLT_TOKEN);
    }
    odd = fine;
    odd.counter = 1;
    ENDS(add_token, odd, PINBOLT_VALUE);
    odd = fine;
    odd.period = 0;
    ENDS(add_token, odd, PINBOLT_TOKEN);
    odd = token_args(PINBOLT_TOKEN_KIND_HOTP);
    odd.by = &someone;
    odd.period = 30;
    ENDS(add_token, odd, PINBOLT_VALUE);
    odd.period = 0;
    odd.start = 1;
    ENDS(add_token, odd, PINBOLT_VALUE);
}

static void secrets(world *w)
{
    pinbolt_operator someone = desk();
    pinbolt_add_token_args fine = token_args(PINBOLT_TOKEN_KIND_TOTP), odd;
    const pinbolt_bytes lying = {NULL, 20}, empty = {(const uint8_t *)"", 0};
    const pinbolt_bytes longer = {(const uint8_t *)long_text, 129};
    const pinbolt_bytes endless = {(const uint8_t *)long_text, PINBOLT_MAX_LENGTH + 1};
    fine.by = &someone;
    const pinbolt_bytes *given[] = {&lying, &empty, &longer, &endless};
    const pinbolt_status ends[] = {PINBOLT_POINTER, PINBOLT_SHORT_SECRET, PINBOLT_TOKEN,
                                   PINBOLT_LENGTH};
    for (size_t at = 0; at < 4; at++) {
        odd = fine;
        odd.secret = *given[at];
        ENDS(add_token, odd, ends[at]);
        odd = fine;
        odd.dangerously_short_secret = *given[at];
        ENDS(add_token, odd, ends[at]);
    }
    odd = fine;
    odd.secret = bytes(SECRET);
    odd.dangerously_short_secret = bytes(SECRET);
    ENDS(add_token, odd, PINBOLT_VALUE);
}

static void codes(world *w, uint32_t token)
{
    pinbolt_caller caller = session("session-1"), nobody = {.size = 3};
    pinbolt_confirm_token_args confirm = {.size = sizeof confirm, .account = text("a-1")};
    confirm.token = token;
    confirm.code = text("123456");
    confirm.caller = &caller;
    TEXTS(confirm_token, confirm, account, PINBOLT_UNKNOWN_ACCOUNT, PINBOLT_UNKNOWN_ACCOUNT);
    TEXTS(confirm_token, confirm, code, PINBOLT_MALFORMED, PINBOLT_MALFORMED);
    confirm.token = 0;
    ENDS(confirm_token, confirm, PINBOLT_UNKNOWN_TOKEN);
    confirm.caller = NULL;
    ENDS(confirm_token, confirm, PINBOLT_POINTER);
    confirm.caller = &nobody;
    ENDS(confirm_token, confirm, PINBOLT_POINTER);

    token = standing_token(w, PINBOLT_TOKEN_KIND_HOTP, bytes(SECRET));
    pinbolt_resync_token_args resync = {.size = sizeof resync, .account = text("a-1")};
    resync.token = token;
    resync.first = text("123456");
    resync.second = text("123456");
    resync.caller = &caller;
    TEXTS(resync_token, resync, account, PINBOLT_UNKNOWN_ACCOUNT, PINBOLT_UNKNOWN_ACCOUNT);
    TEXTS(resync_token, resync, first, PINBOLT_MALFORMED, PINBOLT_MALFORMED);
    TEXTS(resync_token, resync, second, PINBOLT_MALFORMED, PINBOLT_MALFORMED);
    resync.token = UINT32_MAX;
    ENDS(resync_token, resync, PINBOLT_UNKNOWN_TOKEN);
    resync.caller = NULL;
    ENDS(resync_token, resync, PINBOLT_POINTER);
}

static void by_right(world *w)
{
    pinbolt_operator someone = desk();
    pinbolt_remove_token_args removed = {.size = sizeof removed, .account = text("a-1")};
    removed.by = &someone;
    AUTHORITY(remove_token, removed);
    TEXTS(remove_token, removed, account, PINBOLT_UNKNOWN_ACCOUNT, PINBOLT_UNKNOWN_ACCOUNT);
    ENDS(remove_token, removed, PINBOLT_UNKNOWN_TOKEN);
    pinbolt_issue_recovery_codes_args issued = {.size = sizeof issued, .account = text("a-1")};
    issued.by = &someone;
    AUTHORITY(issue_recovery_codes, issued);
    TEXTS(issue_recovery_codes, issued, account, PINBOLT_UNKNOWN_ACCOUNT, PINBOLT_UNKNOWN_ACCOUNT);
    issued.account = text("a-9");
    ENDS(issue_recovery_codes, issued, PINBOLT_UNKNOWN_ACCOUNT);
}

// A proof is no operator's word: a token that it adds has yet to be confirmed. And it stays its
// owner's where the call can't start.
static void by_proof(world *w)
{
    pinbolt_accepted *proof = sign_in(w), *kept = proof;
    pinbolt_add_token_args args = token_args(PINBOLT_TOKEN_KIND_TOTP);
    args.proof = &proof;
    args.confirmed = 2;
    ENDS(add_token, args, PINBOLT_VALUE);
    args.confirmed = 0;
    args.secret = (pinbolt_bytes){NULL, 20};
    ENDS(add_token, args, PINBOLT_POINTER);
    CHECK(proof == kept);
    args.secret = NO_BYTES;
    args.confirmed = 1;
    ENDS(add_token, args, PINBOLT_NOT_AUTHORIZED);
    CHECK(proof == NULL);
    proof = sign_in(w);
    args.confirmed = 0;
    ENDS(add_token, args, PINBOLT_OK);
    CHECK(proof == NULL);
}

// What was typed is what the purpose asks for, and nothing else.
static void evidence(world *w)
{
    pinbolt_caller caller = session("session-1");
    pinbolt_verify_args fine = {.size = sizeof fine, .name = text("a-1"), .caller = &caller}, odd;
    fine.purpose = text("token");
    TEXTS(verify, fine, otp, PINBOLT_EVIDENCE_MISSING, PINBOLT_MALFORMED);
    fine.otp = text("123456");
    TEXTS(verify, fine, name, PINBOLT_MALFORMED, PINBOLT_MALFORMED);
    odd = fine;
    odd.pin = text(PIN);
    ENDS(verify, odd, PINBOLT_PIN_UNASKED);
    odd = fine;
    odd.pin_then_otp = text(PIN "123456");
    ENDS(verify, odd, PINBOLT_EVIDENCE_UNASKED);
    odd.otp = NO_TEXT;
    ENDS(verify, odd, PINBOLT_PIN_UNASKED);
    odd = fine;
    odd.recovery_code = text("0000-0000-0000-0000");
    ENDS(verify, odd, PINBOLT_EVIDENCE_UNASKED);

    fine = (pinbolt_verify_args){.size = sizeof fine, .name = text("a-1"), .caller = &caller};
    fine.purpose = text("recover");
    TEXTS(verify, fine, recovery_code, PINBOLT_EVIDENCE_MISSING, PINBOLT_MALFORMED);
    fine.purpose = text("log-in");
    TEXTS(verify, fine, pin_then_otp, PINBOLT_EVIDENCE_MISSING, PINBOLT_MALFORMED);
    fine.otp = text("123456");
    TEXTS(verify, fine, pin, PINBOLT_PIN_MISSING, PINBOLT_MALFORMED);
    fine.purpose = text("sign-in");
    ENDS(verify, fine, PINBOLT_WRONG_VERB);
}

int main(void)
{
    world w;
    memset(long_text, 'a', sizeof long_text - 1);
    world_open(&w, NULL);
    enroll(&w, "a-1");
    pinbolt_op *op = add_token(&w, token_args(PINBOLT_TOKEN_KIND_TOTP), PINBOLT_OK);
    const pinbolt_added_token *added = STALE;
    const pinbolt_text *list = STALE;
    size_t count = 7;
    POINTER(pinbolt_op_added_token(op, NULL));
    POINTER(pinbolt_op_recovery_codes(op, NULL, &count));
    CHECK(count == 0);
    POINTER(pinbolt_op_recovery_codes(op, &list, NULL));
    CHECK(list == NULL);
    list = STALE;
    GIVES(pinbolt_op_recovery_codes(op, &list, &count), PINBOLT_WRONG_RESULT);
    CHECK(list == NULL && count == 0);
    GIVES(pinbolt_op_added_token(op, &added), PINBOLT_OK);
    uint32_t token = added->token;
    pinbolt_op_free(&op);
    add_token_args(&w);
    secrets(&w);
    codes(&w, token);
    by_right(&w);
    by_proof(&w);
    evidence(&w);
    world_close(&w);
    return passed();
}
