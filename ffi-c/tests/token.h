// Short words for tokens and their codes.
#ifndef TOKEN_H
#define TOKEN_H

#include "wrong.h"

// Of RFC 4226.
#define SECRET "12345678901234567890"
#define STEP UINT64_C(30000)
#define DAY UINT64_C(86400000)

static UNUSED pinbolt_hotp *generator(uint32_t algorithm, uint32_t digits, pinbolt_bytes secret)
{
    pinbolt_hotp *hotp = STALE;
    GIVES(pinbolt_hotp_open_with_dangerously_short_secret(algorithm, digits, secret, &hotp),
          PINBOLT_OK);
    CHECK(hotp != NULL);
    return hotp;
}

static UNUSED void code_of(pinbolt_bytes secret, uint64_t counter, char code[PINBOLT_CODE_CAPACITY])
{
    pinbolt_hotp *hotp = generator(PINBOLT_ALGORITHM_SHA1, 6, secret);
    GIVES(pinbolt_hotp_code(hotp, counter, code, PINBOLT_CODE_CAPACITY), PINBOLT_OK);
    CHECK(strlen(code) == 6);
    pinbolt_hotp_free(&hotp);
    CHECK(hotp == NULL);
}

static UNUSED uint64_t step_of(uint64_t now)
{
    uint64_t step = 7;
    GIVES(pinbolt_totp_step(now, 30, 0, &step), PINBOLT_OK);
    CHECK(step == now / STEP);
    return step;
}

static UNUSED pinbolt_add_token_args token_args(uint32_t kind)
{
    pinbolt_add_token_args args = {.size = sizeof args, .account = text("a-1")};
    args.label = text("phone");
    args.kind = kind;
    args.period = kind == PINBOLT_TOKEN_KIND_TOTP ? 30 : 0;
    args.algorithm = PINBOLT_ALGORITHM_SHA1;
    args.digits = 6;
    return args;
}

// By an operator. The operation has ended as `status` says.
static UNUSED pinbolt_op *add_token(world *w, pinbolt_add_token_args args, pinbolt_status status)
{
    pinbolt_op *op = STALE;
    pinbolt_operator someone = desk();
    args.by = &someone;
    GIVES(pinbolt_start_add_token(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    GIVES(run(w, op), status);
    return op;
}

// A token of a secret that the test knows, and its number.
static UNUSED uint32_t standing_token(world *w, uint32_t kind, pinbolt_bytes secret)
{
    const pinbolt_added_token *added;
    pinbolt_add_token_args args = token_args(kind);
    args.secret = secret;
    args.confirmed = 1;
    pinbolt_op *op = add_token(w, args, PINBOLT_OK);
    GIVES(pinbolt_op_added_token(op, &added), PINBOLT_OK);
    CHECK(added->secret.data == NULL && added->secret.len == 0);
    uint32_t token = added->token;
    pinbolt_op_free(&op);
    return token;
}

// Of `a-1` where nobody is named, in the usual session; what the purpose asks for stands in `args`.
static UNUSED pinbolt_op *start_verify(world *w, pinbolt_verify_args args)
{
    pinbolt_op *op = STALE;
    pinbolt_caller caller = session("session-1");
    args.size = sizeof args;
    if (args.name.data == NULL)
        args.name = text("a-1");
    args.caller = &caller;
    GIVES(pinbolt_start_verify(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    return op;
}

static UNUSED void verified(world *w, pinbolt_verify_args args, pinbolt_status status)
{
    pinbolt_verdict verdict = 77;
    pinbolt_op *op = start_verify(w, args);
    GIVES(run(w, op), status);
    GIVES(pinbolt_op_verdict(op, &verdict, NULL), status);
    CHECK(verdict == (status == PINBOLT_OK ? PINBOLT_ACCEPTED : PINBOLT_REFUSED));
    pinbolt_op_free(&op);
}

static UNUSED void by_otp(world *w, const char *code, pinbolt_status status)
{
    verified(w, (pinbolt_verify_args){.purpose = text("token"), .otp = text(code)}, status);
}

static UNUSED void by_recovery_code(world *w, const char *code, pinbolt_status status)
{
    pinbolt_verify_args args = {.purpose = text("recover"), .recovery_code = text(code)};
    verified(w, args, status);
}

static UNUSED pinbolt_status confirm_token(world *w, uint32_t token, const char *code)
{
    pinbolt_op *op = STALE;
    pinbolt_caller caller = session("session-1");
    pinbolt_confirm_token_args args = {.size = sizeof args, .account = text("a-1")};
    args.token = token;
    args.code = text(code);
    args.caller = &caller;
    GIVES(pinbolt_start_confirm_token(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    pinbolt_status status = run(w, op);
    const pinbolt_refusal *refusal;
    if (status == PINBOLT_WRONG_CODE) {
        GIVES(pinbolt_op_refusal(op, &refusal), PINBOLT_OK);
        CHECK(refusal->tries_left == 9);
    }
    pinbolt_op_free(&op);
    return status;
}

// Another code than this one.
static UNUSED void other_code(const char *code, char other[PINBOLT_CODE_CAPACITY])
{
    snprintf(other, PINBOLT_CODE_CAPACITY, "%s", code);
    other[0] = other[0] == '9' ? '0' : (char)(other[0] + 1);
}

#endif
