/* What `describe` shows. */
#include "json.h"

static const char *authenticator_name(uint32_t authenticator)
{
    switch (authenticator) {
    case PINBOLT_AUTHENTICATOR_PIN: return "pin";
    case PINBOLT_AUTHENTICATOR_CODE: return "code";
    case PINBOLT_AUTHENTICATOR_OTP: return "otp";
    case PINBOLT_AUTHENTICATOR_RECOVERY_CODE: return "recovery-code";
    case PINBOLT_AUTHENTICATOR_ISSUED_CODE: return "issued-code";
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

static cJSON *shown_event(const struct player *player, const pinbolt_event *event)
{
    cJSON *shown = owned(cJSON_CreateObject());
    add_time(shown, "at", player, event->at);
    add_text(shown, "kind", event->kind);
    add_text(shown, "purpose", event->purpose);
    add_text(shown, "beside", event->beside);
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
    if (event->device != 0) {
        add_number(shown, "device", event->device);
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
    } else if (token->kind == PINBOLT_TOKEN_KIND_STEAM) {
        add_string(shown, "kind", "steam");
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

static cJSON *shown_address(const struct player *player, const pinbolt_address *address)
{
    cJSON *shown = owned(cJSON_CreateObject());
    add_text(shown, "masked", address->masked);
    add_text(shown, "channel", address->channel);
    add_maybe_time(shown, "bound", player, address->bound, address->bound_at);
    add_some_time(shown, "proven", player, address->proven_at);
    add_yes(shown, "stale", address->stale);
    add_some_time(shown, "from", player, address->from);
    add_some_time(shown, "until", player, address->until);
    add_some_time(shown, "suspended", player, address->suspended_at);
    return shown;
}

static void add_devices(cJSON *yes, const struct player *player, const pinbolt_description *it)
{
    if (it->device_count == 0) {
        return;
    }
    cJSON *devices = owned(cJSON_CreateArray());
    for (size_t i = 0; i < it->device_count; i++) {
        cJSON *device = owned(cJSON_CreateObject());
        add_number(device, "device", it->devices[i]->device);
        add_text(device, "label", it->devices[i]->label);
        add_time(device, "added", player, it->devices[i]->added);
        add_time(device, "used", player, it->devices[i]->used);
        must(cJSON_AddItemToArray(devices, device), "no memory");
    }
    add(yes, "devices", devices);
}

void show_description(const struct player *player, cJSON *yes, const pinbolt_op *op)
{
    const pinbolt_description *it = NULL;
    must(pinbolt_op_description(op, &it) == PINBOLT_OK, "no description");
    cJSON *addresses = owned(cJSON_CreateArray());
    for (size_t i = 0; i < it->address_count; i++) {
        must(cJSON_AddItemToArray(addresses, shown_address(player, it->addresses[i])), "no memory");
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
    add_yes(yes, "inactive", it->inactive);
    add_some_time(yes, "tied", player, it->tied_at);
    add_devices(yes, player, it);
    add_maybe_time(yes, "pin_set", player, it->has_pin, it->pin_set);
    add(yes, "addresses", addresses);
    add(yes, "tokens", tokens);
    add(yes, "recovery_codes_left",
        it->has_recovery_codes ? cJSON_CreateNumber((double)it->recovery_codes_left)
                               : cJSON_CreateNull());
    add(yes, "ledgers", ledgers);
    add(yes, "events", events);
}
