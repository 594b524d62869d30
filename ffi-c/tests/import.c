// Moving in from another system: what works here, what doesn't, what a second run does, and wrong calls.
#include "token.h"

#define MANY 2
#define CODE_1 "k3pqz-w7mnt-x2a"
#define CODE_2 "h9dfr-c4vjb-y6e"
#define FOB "the fob's own secret"

static pinbolt_import_token phone(uint64_t last)
{
    pinbolt_import_token token = {.size = sizeof token, .label = text("phone")};
    token.secret = bytes(SECRET);
    token.kind = PINBOLT_TOKEN_KIND_TOTP;
    token.period = 30;
    token.algorithm = PINBOLT_ALGORITHM_SHA1;
    token.digits = 6;
    token.last_step = last;
    token.was_used = last == 0 ? 0 : 1;
    return token;
}

static pinbolt_import_token fob(uint64_t counter)
{
    pinbolt_import_token token = phone(0);
    token.label = text("fob");
    token.secret = bytes(FOB);
    token.kind = PINBOLT_TOKEN_KIND_HOTP;
    token.period = 0;
    token.counter = counter;
    return token;
}

// By the desk. The operation has ended as `status` says.
static pinbolt_op *imports(world *w, pinbolt_import_args args, pinbolt_status status)
{
    pinbolt_op *op = STALE;
    pinbolt_operator someone = desk();
    args.size = sizeof args;
    args.account = text("a-1");
    args.by = &someone;
    GIVES(pinbolt_start_import(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    GIVES(run(w, op), status);
    return op;
}

static void ends(world *w, pinbolt_import_args args, pinbolt_status status)
{
    const pinbolt_imported *imported = STALE;
    pinbolt_op *op = imports(w, args, status);
    GIVES(pinbolt_op_imported(op, &imported), status);
    CHECK(imported == NULL);
    pinbolt_op_free(&op);
}

static void refused_at_once(world *w, pinbolt_import_args args, pinbolt_status status)
{
    pinbolt_op *op = STALE;
    pinbolt_operator someone = desk();
    args.size = sizeof args;
    args.account = text("a-1");
    if (args.by == NULL)
        args.by = &someone;
    GIVES(pinbolt_start_import(w->pinbolt, w->now, &args, &op), status);
    CHECK(op == NULL);
}

static void took(const pinbolt_imported *imported, size_t at, uint32_t what, uint32_t token)
{
    CHECK(at < imported->token_count);
    CHECK(imported->tokens[at]->took == what && imported->tokens[at]->token == token);
}

static void moves_in(world *w)
{
    const pinbolt_imported *imported = NULL;
    char code[PINBOLT_CODE_CAPACITY];
    uint64_t step = step_of(w->now);
    pinbolt_import_token one = phone(step - 1), two = fob(7);
    const pinbolt_import_token *tokens[MANY] = {&one, &two};
    pinbolt_text codes[MANY] = {text(CODE_1), text(CODE_2)};
    pinbolt_import_args args = {.tokens = tokens, .token_count = MANY, .recovery_codes = codes};
    args.recovery_code_count = MANY;
    args.tells_recovery_codes = 1;
    args.pin = text(PIN);
    args.failures = 2;
    args.last_failure = w->now - 1000;
    pinbolt_op *op = imports(w, args, PINBOLT_OK);
    GIVES(pinbolt_op_imported(op, &imported), PINBOLT_OK);
    CHECK(imported->created && imported->token_count == MANY);
    took(imported, 0, PINBOLT_TOOK_ADDED, 1);
    took(imported, 1, PINBOLT_TOOK_ADDED, 2);
    CHECK(imported->recovery_codes == PINBOLT_TOOK_ADDED && imported->pin == PINBOLT_TOOK_ADDED);
    pinbolt_op_free(&op);

    code_of(one.secret, step - 1, code);
    by_otp(w, code, PINBOLT_ALREADY_USED);
    code_of(one.secret, step, code);
    by_otp(w, code, PINBOLT_OK);
    code_of(two.secret, 7, code);
    by_otp(w, code, PINBOLT_OK);
    by_recovery_code(w, "K3PQZ W7MNT X2A", PINBOLT_OK);

    // Again, without the codes, and with one list empty.
    args.tells_recovery_codes = 0;
    args.recovery_code_count = 0;
    op = imports(w, args, PINBOLT_OK);
    GIVES(pinbolt_op_imported(op, &imported), PINBOLT_OK);
    CHECK(!imported->created);
    took(imported, 0, PINBOLT_TOOK_KEPT, 1);
    CHECK(imported->recovery_codes == PINBOLT_TOOK_NOTHING && imported->pin == PINBOLT_TOOK_KEPT);
    pinbolt_op_free(&op);
    args.tells_recovery_codes = 1;
    op = imports(w, args, PINBOLT_OK);
    GIVES(pinbolt_op_imported(op, &imported), PINBOLT_OK);
    CHECK(imported->recovery_codes == PINBOLT_TOOK_KEPT);
    pinbolt_op_free(&op);
    by_recovery_code(w, CODE_2, PINBOLT_ALREADY_USED);

    // What was removed stays so.
    pinbolt_operator someone = desk();
    pinbolt_remove_token_args remove = {.size = sizeof remove, .account = text("a-1")};
    remove.token = 2;
    remove.by = &someone;
    GIVES(pinbolt_start_remove_token(w->pinbolt, w->now, &remove, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_imported(op, &imported), PINBOLT_WRONG_RESULT);
    CHECK(imported == NULL);
    pinbolt_op_free(&op);
    op = imports(w, args, PINBOLT_OK);
    GIVES(pinbolt_op_imported(op, &imported), PINBOLT_OK);
    took(imported, 1, PINBOLT_TOOK_GONE, 0);
    pinbolt_op_free(&op);
}

static pinbolt_import_args of_one(const pinbolt_import_token *const *token)
{
    return (pinbolt_import_args){.tokens = token, .token_count = 1};
}

static void out_of_bounds(world *w)
{
    pinbolt_import_token token = phone(0);
    const pinbolt_import_token *list = &token;
    pinbolt_text code = text("12345678");
    pinbolt_import_args codes = {.recovery_codes = &code, .recovery_code_count = 1};
    codes.tells_recovery_codes = 1;
    token.secret.len = 4;
    ends(w, of_one(&list), PINBOLT_SHORT_SECRET);
    token = phone(step_of(w->now) + 1000);
    ends(w, of_one(&list), PINBOLT_WATERMARK);
    token = phone(0);
    token.clock_ahead = -51;
    ends(w, of_one(&list), PINBOLT_WATERMARK);
    token = phone(0);
    token.digits = 99;
    ends(w, of_one(&list), PINBOLT_TOKEN);
    token = phone(0);
    token.label = NOT_UTF8;
    ends(w, of_one(&list), PINBOLT_TOKEN);
    ends(w, codes, PINBOLT_SHORT_RECOVERY_CODE);
    code = NOT_UTF8;
    ends(w, codes, PINBOLT_RECOVERY_CODE);
    code = text("12345678");
    codes.dangerously_accept = PINBOLT_WEAK_RECOVERY_CODES;
    pinbolt_op *op = imports(w, codes, PINBOLT_OK);
    pinbolt_op_free(&op);
    by_recovery_code(w, "1234 5678", PINBOLT_OK);
    token = phone(0);
    token.secret.len = 4;
    pinbolt_import_args weak = of_one(&list);
    weak.dangerously_accept = PINBOLT_WEAK_SHORT_SECRETS | PINBOLT_WEAK_PINS;
    weak.pin = text("1234");
    op = imports(w, weak, PINBOLT_OK);
    pinbolt_op_free(&op);
}

static void wrong_calls(world *w)
{
    pinbolt_import_token token = phone(0), fine = phone(0);
    const pinbolt_import_token *list = &token;
    pinbolt_text code = text(CODE_1);
    for (size_t size = 0; size < 2 * sizeof token; size += sizeof token - 1) {
        token.size = size;
        refused_at_once(w, of_one(&list), PINBOLT_POINTER);
    }
    token = fine;
    list = NULL;
    refused_at_once(w, of_one(&list), PINBOLT_POINTER);
    refused_at_once(w, of_one(NULL), PINBOLT_POINTER);
    list = &token;
    pinbolt_import_args args = of_one(&list);
    args.token_count = SIZE_MAX;
    refused_at_once(w, args, PINBOLT_LENGTH);
    token.secret.len = PINBOLT_MAX_LENGTH + 1;
    refused_at_once(w, of_one(&list), PINBOLT_LENGTH);
    token = fine;
    token.label = LYING;
    refused_at_once(w, of_one(&list), PINBOLT_POINTER);
    for (int which = 0; which < 6; which++) {
        token = fine;
        if (which == 0)
            token.kind = 77;
        else if (which == 1)
            token.algorithm = 77;
        else if (which == 2)
            token.counter = 1;
        else if (which == 3)
            token.was_used = 2;
        else if (which == 4)
            token.last_step = 1;
        else
            token.kind = PINBOLT_TOKEN_KIND_HOTP;
        refused_at_once(w, of_one(&list), PINBOLT_VALUE);
    }
    token = fine;
    args = of_one(&list);
    args.dangerously_accept = 8;
    refused_at_once(w, args, PINBOLT_VALUE);
    args = of_one(&list);
    args.last_failure = 1;
    refused_at_once(w, args, PINBOLT_VALUE);
    args = of_one(&list);
    args.tells_recovery_codes = 2;
    refused_at_once(w, args, PINBOLT_VALUE);
    args.recovery_codes = &code;
    args.recovery_code_count = 1;
    args.tells_recovery_codes = 0;
    refused_at_once(w, args, PINBOLT_VALUE);
    args.recovery_codes = NULL;
    args.tells_recovery_codes = 1;
    refused_at_once(w, args, PINBOLT_POINTER);
    pinbolt_operator nobody = {.size = 0};
    args = of_one(&list);
    args.by = &nobody;
    refused_at_once(w, args, PINBOLT_POINTER);
}

int main(void)
{
    world here;
    memset(long_text, 'x', sizeof long_text);
    world_open(&here, NULL);
    wrong_calls(&here);
    moves_in(&here);
    world_close(&here);
    world_open(&here, NULL);
    out_of_bounds(&here);
    world_close(&here);
    return passed();
}
