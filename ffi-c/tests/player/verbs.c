/* The verbs of a step, started with its arguments. */
#include <string.h>

#include "verbs.h"

/* A text, with what was saved in the place of its name; NULL where there is none. */
static const char *resolved(const struct player *player, const cJSON *value)
{
    const char *text = cJSON_GetStringValue(value);
    if (text == NULL || text[0] != '$') {
        return text;
    }
    text = cJSON_GetStringValue(field(player->saved, text + 1));
    must(text != NULL, "a step names what was not saved");
    return text;
}

pinbolt_text text(const struct player *player, const cJSON *step, const char *name)
{
    return pinbolt_text_of(resolved(player, field(step, name)));
}

bool is(const cJSON *step, const char *verb)
{
    const char *named = cJSON_GetStringValue(field(step, "verb"));
    return named != NULL && strcmp(named, verb) == 0;
}

static pinbolt_bytes bytes(const struct player *player, const cJSON *step, const char *name)
{
    pinbolt_text given = text(player, step, name);
    pinbolt_bytes read = {(const uint8_t *)given.data, given.len};
    return read;
}

static void read_args(const struct player *player, const cJSON *step, struct args *args)
{
    memset(args, 0, sizeof *args);
    args->account = text(player, step, "account");
    args->name = text(player, step, "name");
    args->purpose = text(player, step, "purpose");
    args->pin = text(player, step, "pin");
    args->handle = text(player, step, "handle");
    args->code = text(player, step, "code");
    args->context = bytes(player, step, "context");
    args->channel = text(player, step, "channel");
    args->caller.size = sizeof args->caller;
    args->caller.session = bytes(player, step, "session");
    args->caller.source = text(player, step, "source");
    args->caller.device = text(player, step, "known");
    args->named.size = sizeof args->named;
    args->named.name = text(player, step, "operator");
    args->named.reason = text(player, step, "reason");
    args->by = args->named.name.data == NULL ? NULL : &args->named;
}

static pinbolt_status enroll(const struct player *player, const cJSON *step, const struct args *a,
                             const pinbolt *on, pinbolt_op **op)
{
    pinbolt_text addresses[16];
    size_t count = 0;
    const cJSON *address = NULL;
    cJSON_ArrayForEach(address, field(step, "addresses"))
    {
        must(count < 16, "more addresses than the player holds");
        addresses[count++] = pinbolt_text_of(resolved(player, address));
    }
    pinbolt_enroll_args args = {.size = sizeof args,
                                .account = a->account,
                                .pin = a->pin,
                                .addresses = addresses,
                                .address_count = count,
                                .asserted_by = a->by};
    return cJSON_IsTrue(field(step, "inactive"))
               ? pinbolt_start_enroll_inactive(on, player->now, &args, op)
               : pinbolt_start_enroll(on, player->now, &args, op);
}

static pinbolt_status sign_in(const struct player *player, const cJSON *step, const struct args *a,
                              const pinbolt *on, pinbolt_op **op)
{
    const char *verb = cJSON_GetStringValue(field(step, "verb"));
    uint64_t now = player->now;
    if (strcmp(verb, "begin") == 0) {
        pinbolt_begin_args args = {.size = sizeof args,
                                   .name = a->name,
                                   .purpose = a->purpose,
                                   .pin = a->pin,
                                   .caller = &a->caller,
                                   .context = a->context,
                                   .channel = a->channel};
        return pinbolt_start_begin(on, now, &args, op);
    }
    if (strcmp(verb, "resend") == 0) {
        pinbolt_resend_args args = {.size = sizeof args,
                                    .handle = a->handle,
                                    .caller = &a->caller,
                                    .channel = a->channel};
        return pinbolt_start_resend(on, now, &args, op);
    }
    if (strcmp(verb, "finish") == 0) {
        pinbolt_finish_args args = {.size = sizeof args,
                                    .purpose = a->purpose,
                                    .handle = a->handle,
                                    .code = a->code,
                                    .caller = &a->caller,
                                    .context = a->context};
        return pinbolt_start_finish(on, now, &args, op);
    }
    if (strcmp(verb, "verify") == 0) {
        pinbolt_verify_args args = {.size = sizeof args,
                                    .name = a->name,
                                    .purpose = a->purpose,
                                    .pin = a->pin,
                                    .otp = text(player, step, "otp"),
                                    .pin_then_otp = text(player, step, "pin_then_otp"),
                                    .recovery_code = text(player, step, "recovery_code"),
                                    .caller = &a->caller,
                                    .context = a->context};
        return pinbolt_start_verify(on, now, &args, op);
    }
    must(strcmp(verb, "cancel") == 0, "no such verb");
    pinbolt_cancel_args args = {.size = sizeof args, .handle = a->handle, .caller = &a->caller};
    return pinbolt_start_cancel(on, now, &args, op);
}

static pinbolt_status by_right(const struct player *player, const cJSON *step, const struct args *a,
                               const pinbolt *on, pinbolt_accepted **proof, pinbolt_op **op)
{
    const char *verb = cJSON_GetStringValue(field(step, "verb"));
    if (strcmp(verb, "reset_pin") == 0) {
        pinbolt_reset_pin_args args = {.size = sizeof args,
                                       .account = a->account,
                                       .new_pin = text(player, step, "new"),
                                       .by = a->by,
                                       .proof = proof};
        return pinbolt_start_reset_pin(on, player->now, &args, op);
    }
    if (strcmp(verb, "unlock") == 0) {
        pinbolt_unlock_args args = {
            .size = sizeof args,
            .account = a->account,
            .by = a->by,
            .proof = proof,
            .authenticator = pinbolt_authenticator_of(text(player, step, "authenticator"))};
        return pinbolt_start_unlock(on, player->now, &args, op);
    }
    must(strcmp(verb, "cancel_account") == 0, "no such verb");
    pinbolt_cancel_account_args args = {
        .size = sizeof args, .account = a->account, .by = a->by, .proof = proof};
    return pinbolt_start_cancel_account(on, player->now, &args, op);
}

pinbolt_status start(const struct player *player, const cJSON *step, const pinbolt *on,
                     pinbolt_accepted **proof, pinbolt_op **op)
{
    const char *verb = cJSON_GetStringValue(field(step, "verb"));
    must(verb != NULL, "a step has no verb");
    struct args a;
    read_args(player, step, &a);
    if (strcmp(verb, "enroll") == 0) {
        return enroll(player, step, &a, on, op);
    }
    if (strcmp(verb, "change_pin") == 0) {
        pinbolt_change_pin_args args = {.size = sizeof args,
                                        .account = a.account,
                                        .old_pin = text(player, step, "old"),
                                        .new_pin = text(player, step, "new"),
                                        .caller = &a.caller};
        return pinbolt_start_change_pin(on, player->now, &args, op);
    }
    if (strcmp(verb, "block") == 0) {
        pinbolt_block_args args = {.size = sizeof args, .account = a.account, .by = a.by};
        return pinbolt_start_block(on, player->now, &args, op);
    }
    if (strcmp(verb, "unblock") == 0) {
        pinbolt_unblock_args args = {.size = sizeof args, .account = a.account, .by = a.by};
        return pinbolt_start_unblock(on, player->now, &args, op);
    }
    if (strcmp(verb, "describe") == 0) {
        pinbolt_describe_args args = {.size = sizeof args, .account = a.account};
        return pinbolt_start_describe(on, player->now, &args, op);
    }
    if (is_of_tokens(verb)) {
        return of_tokens(player, step, &a, on, proof, op);
    }
    pinbolt_status status = PINBOLT_OK;
    if (of_life(player, step, &a, on, proof, op, &status)) {
        return status;
    }
    static const char *const rights[] = {"reset_pin", "unlock", "cancel_account"};
    for (size_t i = 0; i < sizeof rights / sizeof *rights; i++) {
        if (strcmp(verb, rights[i]) == 0) {
            return by_right(player, step, &a, on, proof, op);
        }
    }
    return sign_in(player, step, &a, on, op);
}
