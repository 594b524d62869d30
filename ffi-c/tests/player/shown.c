/* What is seen of an outcome, as JSON; times since the start of the story. */
#include <stdio.h>
#include <string.h>

#include "player.h"

static void add(cJSON *object, const char *name, cJSON *value)
{
    must(cJSON_AddItemToObject(object, name, (cJSON *)owned(value)), "no memory");
}

static void add_string(cJSON *object, const char *name, const char *string)
{
    add(object, name, cJSON_CreateString(string));
}

/* Absent texts aren't shown. What the library gives has a NUL behind it. */
static void add_text(cJSON *object, const char *name, pinbolt_text given)
{
    if (given.data != NULL) {
        must(strlen(given.data) == given.len, "a text without its NUL");
        add_string(object, name, given.data);
    }
}

/* Absent bytes aren't shown. */
static void add_hex(cJSON *object, const char *name, pinbolt_bytes given)
{
    if (given.data != NULL) {
        char hex[2 * 64 + 1] = "";
        must(given.len <= 64, "more bytes than the player shows");
        for (size_t i = 0; i < given.len; i++) {
            (void)snprintf(hex + 2 * i, 3, "%02x", given.data[i]);
        }
        add_string(object, name, hex);
    }
}

static void add_number(cJSON *object, const char *name, double number)
{
    add(object, name, cJSON_CreateNumber(number));
}

static void add_bool(cJSON *object, const char *name, bool yes)
{
    add(object, name, cJSON_CreateBool(yes));
}

static void add_time(cJSON *object, const char *name, const struct player *player, uint64_t at)
{
    add_number(object, name, (double)at - (double)player->start);
}

static void add_maybe_time(cJSON *object, const char *name, const struct player *player, bool is,
                           uint64_t at)
{
    if (is) {
        add_time(object, name, player, at);
    } else {
        add(object, name, cJSON_CreateNull());
    }
}

static const char *lane_name(uint32_t lane)
{
    switch (lane) {
    case PINBOLT_LANE_STRANGER: return "stranger";
    case PINBOLT_LANE_FIRST_FACTOR: return "first-factor";
    case PINBOLT_LANE_KNOWN_DEVICE: return "known-device";
    default: return "none";
    }
}

static const char *authenticator_name(uint32_t authenticator)
{
    switch (authenticator) {
    case PINBOLT_AUTHENTICATOR_PIN: return "pin";
    case PINBOLT_AUTHENTICATOR_CODE: return "code";
    case PINBOLT_AUTHENTICATOR_OTP: return "otp";
    case PINBOLT_AUTHENTICATOR_RECOVERY_CODE: return "recovery-code";
    default: return "none";
    }
}

static const char *algorithm_name(uint32_t algorithm)
{
    switch (algorithm) {
    case PINBOLT_ALGORITHM_SHA1: return "SHA1";
    case PINBOLT_ALGORITHM_SHA256: return "SHA256";
    case PINBOLT_ALGORITHM_SHA512: return "SHA512";
    default: return "none";
    }
}

static const char *delivered_name(uint32_t delivered)
{
    switch (delivered) {
    case PINBOLT_DELIVERY_SENT: return "sent";
    case PINBOLT_DELIVERY_NOT_SENT: return "refused";
    case PINBOLT_DELIVERY_UNKNOWN: return "unknown";
    case PINBOLT_DELIVERY_NOTHING: return "nothing";
    default: return "none";
    }
}

cJSON *shown_no(const struct player *player, const pinbolt_op *op, pinbolt_status status)
{
    static const char *const kinds[] = {"granted", "refused", "misuse", "failure"};
    cJSON *no = owned(cJSON_CreateObject());
    add_string(no, kinds[pinbolt_status_kind(status)], pinbolt_status_name(status));
    add_number(no, "code", status);
    add_string(no, "sentence", pinbolt_status_sentence(status));
    if (pinbolt_status_kind(status) == PINBOLT_KIND_REFUSAL) {
        const pinbolt_refusal *refusal = NULL;
        must(pinbolt_op_refusal(op, &refusal) == PINBOLT_OK, "a refusal without its rest");
        add_text(no, "detail", refusal->detail);
        add_text(no, "newest", refusal->newest);
        if (status == PINBOLT_WRONG_CODE) {
            add_number(no, "tries_left", refusal->tries_left);
        }
        if (status == PINBOLT_WAITING || status == PINBOLT_THROTTLED) {
            add_time(no, "until", player, refusal->until);
        }
    }
    return no;
}

static void show_accepted(const struct player *player, cJSON *yes, pinbolt_op *op)
{
    pinbolt_verdict verdict = PINBOLT_REFUSED;
    pinbolt_accepted *accepted = NULL;
    must(pinbolt_op_verdict(op, &verdict, &accepted) == PINBOLT_OK, "no verdict");
    must(verdict == PINBOLT_ACCEPTED, "granted and not accepted");
    const pinbolt_proof *proof = NULL;
    must(pinbolt_accepted_proof(accepted, &proof) == PINBOLT_OK, "no proof");
    char session[257] = "";
    memcpy(session, proof->session.data, proof->session.len);
    add_string(yes, "granted", "accepted");
    add_text(yes, "account", proof->account);
    add_text(yes, "purpose", proof->purpose);
    add_bool(yes, "pin", proof->pin);
    add_bool(yes, "by_code", proof->code);
    add_bool(yes, "otp", proof->otp);
    add_bool(yes, "recovery_code", proof->recovery_code);
    add_bool(yes, "two_factors", proof->assurance == 2);
    add_string(yes, "lane", lane_name(proof->lane));
    add_string(yes, "session", session);
    add_hex(yes, "context", proof->context);
    add_time(yes, "at", player, proof->at);
    pinbolt_accepted_free(&accepted);
}

/* Answers the person, as it were, and then delivers. */
static void show_begun(struct player *player, cJSON *yes, pinbolt_op *op, const struct place *place)
{
    const pinbolt_challenge *challenge = NULL;
    must(pinbolt_op_challenge(op, &challenge) == PINBOLT_OK, "no challenge");
    add_string(yes, "granted", "begun");
    add_text(yes, "handle", challenge->handle);
    add_text(yes, "reference", challenge->reference);
    add_time(yes, "expires", player, challenge->expires);
    add_time(yes, "resend_at", player, challenge->resend_at);
    add_bool(yes, "sent", challenge->sent);
    pinbolt_op *dispatch = NULL;
    must(pinbolt_op_dispatch(op, player->now, &dispatch) == PINBOLT_OK, "no dispatch");
    uint32_t delivered = 0;
    pinbolt_status status = pinbolt_engine_run(place->engine, dispatch);
    if (status == PINBOLT_OK) {
        must(pinbolt_op_delivered(dispatch, &delivered) == PINBOLT_OK, "no delivery");
        add_string(yes, "delivered", delivered_name(delivered));
    } else {
        add(yes, "delivered", shown_no(player, dispatch, status));
    }
    pinbolt_op_free(&dispatch);
    add(yes, "messages", player->messages);
    player->messages = NULL;
}

static cJSON *shown_event(const struct player *player, const pinbolt_event *event)
{
    cJSON *shown = owned(cJSON_CreateObject());
    add_time(shown, "at", player, event->at);
    add_text(shown, "kind", event->kind);
    add_text(shown, "purpose", event->purpose);
    if (event->lane != 0) {
        add_string(shown, "lane", lane_name(event->lane));
    }
    add_text(shown, "channel", event->channel);
    add_text(shown, "operator", event->operator_name);
    add_text(shown, "reason", event->operator_reason);
    if (event->refusal != 0) {
        add_number(shown, "refusal", event->refusal);
    }
    if (event->token != 0) {
        add_number(shown, "token", event->token);
    }
    return shown;
}

static cJSON *shown_token(const struct player *player, const pinbolt_token *token)
{
    cJSON *shown = owned(cJSON_CreateObject());
    add_number(shown, "token", token->token);
    add_text(shown, "label", token->label);
    if (token->kind == PINBOLT_TOKEN_KIND_HOTP) {
        add_string(shown, "kind", "hotp");
        add_number(shown, "counter", (double)token->counter);
    } else {
        must(token->kind == PINBOLT_TOKEN_KIND_TOTP, "a kind that is new to this player");
        add_string(shown, "kind", "totp");
        add_number(shown, "period", token->period);
        add_number(shown, "start", (double)token->start);
    }
    add_string(shown, "algorithm", algorithm_name(token->algorithm));
    add_number(shown, "digits", token->digits);
    add_time(shown, "added", player, token->added);
    if (token->confirmed) {
        add_time(shown, "confirmed", player, token->confirmed_at);
    }
    if (token->used) {
        add_time(shown, "used", player, token->used_at);
    }
    add_number(shown, "clock_ahead", token->clock_ahead);
    return shown;
}

static void show_description(const struct player *player, cJSON *yes, const pinbolt_op *op)
{
    const pinbolt_description *it = NULL;
    must(pinbolt_op_description(op, &it) == PINBOLT_OK, "no description");
    cJSON *addresses = owned(cJSON_CreateArray());
    for (size_t i = 0; i < it->address_count; i++) {
        cJSON *address = owned(cJSON_CreateObject());
        add_text(address, "masked", it->addresses[i]->masked);
        add_text(address, "channel", it->addresses[i]->channel);
        add_maybe_time(address, "bound", player, it->addresses[i]->bound, it->addresses[i]->bound_at);
        must(cJSON_AddItemToArray(addresses, address), "no memory");
    }
    cJSON *ledgers = owned(cJSON_CreateArray());
    for (size_t i = 0; i < it->ledger_count; i++) {
        cJSON *ledger = owned(cJSON_CreateObject());
        add_string(ledger, "authenticator", authenticator_name(it->ledgers[i]->authenticator));
        add_string(ledger, "lane", lane_name(it->ledgers[i]->lane));
        add_number(ledger, "failures", it->ledgers[i]->failures);
        add_maybe_time(ledger, "opens", player, it->ledgers[i]->opens != 0, it->ledgers[i]->opens);
        add_bool(ledger, "disabled", it->ledgers[i]->disabled);
        must(cJSON_AddItemToArray(ledgers, ledger), "no memory");
    }
    cJSON *tokens = owned(cJSON_CreateArray());
    for (size_t i = 0; i < it->token_count; i++) {
        must(cJSON_AddItemToArray(tokens, shown_token(player, it->tokens[i])), "no memory");
    }
    cJSON *events = owned(cJSON_CreateArray());
    for (size_t i = 0; i < it->event_count; i++) {
        must(cJSON_AddItemToArray(events, shown_event(player, it->events[i])), "no memory");
    }
    add_string(yes, "granted", "description");
    add_text(yes, "account", it->account);
    add_time(yes, "enrolled", player, it->enrolled);
    add_bool(yes, "blocked", it->blocked);
    add_maybe_time(yes, "pin_set", player, it->has_pin, it->pin_set);
    add(yes, "addresses", addresses);
    add(yes, "tokens", tokens);
    add(yes, "recovery_codes_left",
        it->has_recovery_codes ? cJSON_CreateNumber((double)it->recovery_codes_left)
                               : cJSON_CreateNull());
    add(yes, "ledgers", ledgers);
    add(yes, "events", events);
}

static void show_added(cJSON *yes, const pinbolt_op *op)
{
    const pinbolt_added_token *added = NULL;
    must(pinbolt_op_added_token(op, &added) == PINBOLT_OK, "no token");
    add_string(yes, "granted", "added_token");
    add_number(yes, "token", added->token);
    add_hex(yes, "secret", added->secret);
}

static void show_codes(cJSON *yes, const pinbolt_op *op)
{
    const pinbolt_text *codes = NULL;
    size_t count = 0;
    must(pinbolt_op_recovery_codes(op, &codes, &count) == PINBOLT_OK, "no codes");
    cJSON *list = owned(cJSON_CreateArray());
    for (size_t i = 0; i < count; i++) {
        must(strlen(codes[i].data) == codes[i].len, "a text without its NUL");
        must(cJSON_AddItemToArray(list, owned(cJSON_CreateString(codes[i].data))), "no memory");
    }
    add_string(yes, "granted", "recovery_codes");
    add(yes, "codes", list);
}

cJSON *shown_yes(struct player *player, const char *verb, pinbolt_op *op, const struct place *place)
{
    cJSON *yes = owned(cJSON_CreateObject());
    if (strcmp(verb, "finish") == 0 || strcmp(verb, "verify") == 0) {
        show_accepted(player, yes, op);
    } else if (strcmp(verb, "begin") == 0 || strcmp(verb, "resend") == 0 ||
               strcmp(verb, "confirm") == 0) {
        show_begun(player, yes, op, place);
    } else if (strcmp(verb, "enroll") == 0) {
        size_t bound = 0;
        size_t candidates = 0;
        must(pinbolt_op_enrolled(op, &bound, &candidates) == PINBOLT_OK, "no counts");
        add_string(yes, "granted", "enrolled");
        add_number(yes, "bound", (double)bound);
        add_number(yes, "candidates", (double)candidates);
    } else if (strcmp(verb, "unlock") == 0) {
        bool refilled = false;
        must(pinbolt_op_unlocked(op, &refilled) == PINBOLT_OK, "nothing unlocked");
        add_string(yes, "granted", "unlocked");
        add_bool(yes, "refilled", refilled);
    } else if (strcmp(verb, "add_token") == 0) {
        show_added(yes, op);
    } else if (strcmp(verb, "issue_recovery_codes") == 0) {
        show_codes(yes, op);
    } else if (strcmp(verb, "describe") == 0) {
        show_description(player, yes, op);
    } else {
        add_string(yes, "granted", "nothing");
    }
    return yes;
}

cJSON *shown_message(const struct player *player, const pinbolt_message *message)
{
    cJSON *shown = owned(cJSON_CreateObject());
    add_text(shown, "id", message->id);
    add_text(shown, "channel", message->channel);
    add_text(shown, "to", message->to);
    add_text(shown, "code", message->code);
    add_text(shown, "reference", message->reference);
    add_text(shown, "purpose", message->purpose);
    add_time(shown, "expires", player, message->expires);
    return shown;
}
