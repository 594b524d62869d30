// How verbs end where accounts aren't hidden, as the header lists it.
#include "token.h"

static pinbolt_status changes(world *w, const char *account, const char *old)
{
    pinbolt_op *op;
    pinbolt_caller caller = session("session-1");
    pinbolt_change_pin_args args = {.size = sizeof args, .account = text(account)};
    args.old_pin = text(old);
    args.new_pin = text("904173");
    args.caller = &caller;
    w->now += 7200000;
    GIVES(pinbolt_start_change_pin(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    pinbolt_status status = run(w, op);
    pinbolt_op_free(&op);
    return status;
}

static pinbolt_status finishes(world *w, const char *handle, const char *code, const char *context)
{
    pinbolt_op *op;
    pinbolt_caller caller = session("session-1");
    pinbolt_finish_args args = {.size = sizeof args, .purpose = text("sign-in")};
    args.handle = text(handle);
    args.code = text(code);
    args.caller = &caller;
    args.context = bytes(context);
    GIVES(pinbolt_start_finish(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    pinbolt_status status = run(w, op);
    pinbolt_op_free(&op);
    return status;
}

static void codes(world *w)
{
    char handle[256], wrong[11];
    begin(w, PHONE, handle);
    wrong_code(w, wrong);
    GIVES(finishes(w, handle, w->box.code, "another payment"), PINBOLT_WRONG_SESSION);
    for (int at = 0; at < 3; at++)
        GIVES(finishes(w, handle, wrong, ""), PINBOLT_WRONG_CODE);
    w->now += 60000;
    GIVES(finishes(w, handle, w->box.code, ""), PINBOLT_DISABLED);
}

static void pins(world *w)
{
    pinbolt_op *op;
    pinbolt_operator someone = desk();
    pinbolt_enroll_args enrolled = {.size = sizeof enrolled, .account = text("a-2")};
    GIVES(pinbolt_start_enroll(w->pinbolt, w->now, &enrolled, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    pinbolt_op_free(&op);
    GIVES(changes(w, "a-2", PIN), PINBOLT_NO_PIN);
    GIVES(changes(w, "a-1", ""), PINBOLT_MALFORMED);
    pinbolt_block_args block = {.size = sizeof block, .account = text("a-1"), .by = &someone};
    GIVES(pinbolt_start_block(w->pinbolt, w->now, &block, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    pinbolt_op_free(&op);
    GIVES(changes(w, "a-1", PIN), PINBOLT_BLOCKED);
    pinbolt_unblock_args unblock = {.size = sizeof unblock, .account = text("a-1"), .by = &someone};
    GIVES(pinbolt_start_unblock(w->pinbolt, w->now, &unblock, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    pinbolt_op_free(&op);
    for (int at = 0; at < 3; at++)
        GIVES(changes(w, "a-1", "117394"), PINBOLT_WRONG_CREDENTIALS);
    GIVES(changes(w, "a-1", PIN), PINBOLT_DISABLED);
}

static void verifies(world *w, const char *name, const char *purpose, pinbolt_status status)
{
    pinbolt_verify_args args = {.name = text(name), .purpose = text(purpose)};
    if (strcmp(purpose, "recover") == 0)
        args.recovery_code = text("0000-0000-0000-0000");
    else
        args.otp = text("755225");
    w->now += 7200000;
    verified(w, args, status);
}

static void resyncs(world *w, uint32_t token, pinbolt_status status)
{
    pinbolt_op *op;
    pinbolt_caller caller = session("session-1");
    pinbolt_resync_token_args args = {.size = sizeof args, .account = text("a-2"), .token = token};
    args.first = text("755224");
    args.second = text("287082");
    args.caller = &caller;
    w->now += 7200000;
    GIVES(pinbolt_start_resync_token(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    GIVES(run(w, op), status);
    pinbolt_op_free(&op);
}

static void tokens(world *w)
{
    const pinbolt_added_token *added;
    pinbolt_op *op;
    pinbolt_operator someone = desk();
    verifies(w, "a-9", "token", PINBOLT_UNKNOWN_ACCOUNT);
    verifies(w, "a-2", "token", PINBOLT_NO_TOKEN);
    verifies(w, "a-2", "recover", PINBOLT_NO_RECOVERY_CODES);
    pinbolt_add_token_args args = token_args(PINBOLT_TOKEN_KIND_HOTP);
    args.account = text("a-2");
    args.secret = bytes(SECRET);
    args.confirmed = 1;
    op = add_token(w, args, PINBOLT_OK);
    GIVES(pinbolt_op_added_token(op, &added), PINBOLT_OK);
    uint32_t token = added->token;
    pinbolt_op_free(&op);
    pinbolt_block_args block = {.size = sizeof block, .account = text("a-2"), .by = &someone};
    GIVES(pinbolt_start_block(w->pinbolt, w->now, &block, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    pinbolt_op_free(&op);
    verifies(w, "a-2", "token", PINBOLT_BLOCKED);
    resyncs(w, token, PINBOLT_BLOCKED);
    pinbolt_unblock_args unblock = {.size = sizeof unblock, .account = text("a-2"), .by = &someone};
    GIVES(pinbolt_start_unblock(w->pinbolt, w->now, &unblock, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    pinbolt_op_free(&op);
    for (int at = 0; at < 3; at++)
        verifies(w, "a-2", "token", PINBOLT_WRONG_CREDENTIALS);
    verifies(w, "a-2", "token", PINBOLT_DISABLED);
    resyncs(w, token, PINBOLT_DISABLED);
}

int main(void)
{
    world w;
    world_open(&w, NULL);
    pinbolt_free(&w.pinbolt);
    w.pinbolt = installation("accounts = { hide = false }\nthrottle = { on = false }\n"
                             "wait = { after = 3, first = 1 }\ncap = { stranger = 3, "
                             "first_factor = 3 }\n" POLICY);
    enroll(&w, "a-1");
    codes(&w);
    pins(&w);
    tokens(&w);
    world_close(&w);
    return passed();
}
