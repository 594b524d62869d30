/* What is seen of an outcome, as JSON; times since the start of the story. */
#include <string.h>

#include "json.h"

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
        add_text(no, "key", refusal->key);
        if (status == PINBOLT_WRONG_CODE) {
            add_number(no, "tries_left", refusal->tries_left);
        }
        if (status == PINBOLT_WAITING || status == PINBOLT_THROTTLED ||
            status == PINBOLT_ADDRESS_WAITS) {
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
    add_yes(yes, "issued_code", proof->issued_code);
    add_yes(yes, "link", proof->link);
    add_bool(yes, "two_factors", proof->assurance >= 2);
    add_string(yes, "lane", lane_name(proof->lane));
    add_string(yes, "session", session);
    add_hex(yes, "context", proof->context);
    add_time(yes, "at", player, proof->at);
    pinbolt_accepted_free(&accepted);
}

/* Delivers, once the person was answered, and shows what became of the messages. */
static void deliver_and_show(struct player *player, cJSON *yes, pinbolt_op *op,
                             const struct place *place)
{
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

static void add_offers(cJSON *yes, const pinbolt_op *op)
{
    const pinbolt_offer *const *offers = NULL;
    size_t count = 0;
    must(pinbolt_op_offers(op, &offers, &count) == PINBOLT_OK, "no offers");
    cJSON *list = owned(cJSON_CreateArray());
    for (size_t i = 0; i < count; i++) {
        cJSON *offer = owned(cJSON_CreateObject());
        add_text(offer, "channel", offers[i]->channel);
        add_text(offer, "masked", offers[i]->masked);
        must(cJSON_AddItemToArray(list, offer), "no memory");
    }
    add(yes, "offers", list);
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
    add_offers(yes, op);
    deliver_and_show(player, yes, op, place);
}

static void show_ticket(struct player *player, cJSON *yes, pinbolt_op *op, const struct place *place)
{
    const pinbolt_issued_ticket *ticket = NULL;
    must(pinbolt_op_issued_ticket(op, &ticket) == PINBOLT_OK, "no ticket");
    add_string(yes, "granted", "ticket");
    add_text(yes, "issued_code", ticket->code);
    add_text(yes, "link", ticket->link);
    add_text(yes, "reference", ticket->reference);
    add_time(yes, "expires", player, ticket->expires);
    deliver_and_show(player, yes, op, place);
}

static void show_released(struct player *player, cJSON *yes, pinbolt_op *op,
                          const struct place *place)
{
    uint64_t leaves = 0;
    must(pinbolt_op_released(op, &leaves) == PINBOLT_OK, "nothing released");
    add_string(yes, "granted", "released");
    if (leaves != 0) {
        add_time(yes, "leaves", player, leaves);
    }
    deliver_and_show(player, yes, op, place);
}

static void show_peeked(const struct player *player, cJSON *yes, const pinbolt_op *op)
{
    const pinbolt_peeked_link *peeked = NULL;
    must(pinbolt_op_peeked_link(op, &peeked) == PINBOLT_OK, "no link");
    add_string(yes, "granted", "peeked");
    add_text(yes, "purpose", peeked->purpose);
    add_some_time(yes, "expires", player, peeked->expires);
    add_bool(yes, "same_session", peeked->same_session);
    add_bool(yes, "needs_code", peeked->needs_code);
    if (peeked->refusal != PINBOLT_OK) {
        add_string(yes, "refused", pinbolt_status_name(peeked->refusal));
    }
}

static void show_outstanding(const struct player *player, cJSON *yes, const pinbolt_op *op)
{
    const pinbolt_outstanding_code *const *codes = NULL;
    size_t count = 0;
    must(pinbolt_op_outstanding(op, &codes, &count) == PINBOLT_OK, "no codes");
    cJSON *list = owned(cJSON_CreateArray());
    for (size_t i = 0; i < count; i++) {
        cJSON *code = owned(cJSON_CreateObject());
        add_text(code, "purpose", codes[i]->purpose);
        add_text(code, "channel", codes[i]->channel);
        add_text(code, "reference", codes[i]->reference);
        add_time(code, "expires", player, codes[i]->expires);
        add_time(code, "resend_at", player, codes[i]->resend_at);
        must(cJSON_AddItemToArray(list, code), "no memory");
    }
    add_string(yes, "granted", "outstanding");
    add(yes, "codes", list);
}

static void show_accounts(cJSON *yes, const pinbolt_op *op)
{
    const pinbolt_text *accounts = NULL;
    size_t count = 0;
    must(pinbolt_op_accounts(op, &accounts, &count) == PINBOLT_OK, "no accounts");
    add_string(yes, "granted", "accounts");
    add_texts(yes, "accounts", accounts, count);
}

static void show_device(cJSON *yes, const pinbolt_op *op)
{
    const pinbolt_remembered_device *it = NULL;
    must(pinbolt_op_remembered_device(op, &it) == PINBOLT_OK, "no device");
    add_string(yes, "granted", "remembered_device");
    add_number(yes, "device", it->device);
    add_text(yes, "token", it->token);
}

static void show_added(cJSON *yes, const pinbolt_op *op)
{
    const pinbolt_added_token *added = NULL;
    must(pinbolt_op_added_token(op, &added) == PINBOLT_OK, "no token");
    add_string(yes, "granted", "added_token");
    add_number(yes, "token", added->token);
    add_hex(yes, "secret", added->secret);
}

static const char *took_name(uint32_t took)
{
    static const char *const names[] = {NULL, "Added", "Kept", "Gone"};
    must(took < sizeof names / sizeof *names, "no such thing can become of it");
    return names[took];
}

static void show_took(cJSON *yes, const char *name, uint32_t took)
{
    const char *shown = took_name(took);
    cJSON *value = shown == NULL ? cJSON_CreateNull() : cJSON_CreateString(shown);
    add(yes, name, owned(value));
}

static void show_imported(cJSON *yes, const pinbolt_op *op)
{
    const pinbolt_imported *imported = NULL;
    must(pinbolt_op_imported(op, &imported) == PINBOLT_OK, "nothing imported");
    cJSON *list = owned(cJSON_CreateArray());
    for (size_t i = 0; i < imported->token_count; i++) {
        cJSON *token = owned(cJSON_CreateObject());
        add_string(token, "took", took_name(imported->tokens[i]->took));
        if (imported->tokens[i]->token != 0) {
            add_number(token, "token", imported->tokens[i]->token);
        }
        must(cJSON_AddItemToArray(list, token), "no memory");
    }
    add_string(yes, "granted", "imported");
    add_bool(yes, "created", imported->created);
    add(yes, "tokens", list);
    show_took(yes, "recovery_codes", imported->recovery_codes);
    show_took(yes, "pin", imported->pin);
}

static void show_codes(cJSON *yes, const pinbolt_op *op)
{
    const pinbolt_text *codes = NULL;
    size_t count = 0;
    must(pinbolt_op_recovery_codes(op, &codes, &count) == PINBOLT_OK, "no codes");
    add_string(yes, "granted", "recovery_codes");
    add_texts(yes, "codes", codes, count);
}

cJSON *shown_yes(struct player *player, const char *verb, pinbolt_op *op, const struct place *place)
{
    cJSON *yes = owned(cJSON_CreateObject());
    if (strcmp(verb, "finish") == 0 || strcmp(verb, "verify") == 0 ||
        strcmp(verb, "redeem") == 0) {
        show_accepted(player, yes, op);
    } else if (strcmp(verb, "begin") == 0 || strcmp(verb, "resend") == 0 ||
               strcmp(verb, "confirm") == 0 || strcmp(verb, "renew") == 0) {
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
    } else if (strcmp(verb, "import_account") == 0) {
        show_imported(yes, op);
    } else if (strcmp(verb, "issue_recovery_codes") == 0) {
        show_codes(yes, op);
    } else if (strcmp(verb, "issue_ticket") == 0) {
        show_ticket(player, yes, op, place);
    } else if (strcmp(verb, "release_address") == 0) {
        show_released(player, yes, op, place);
    } else if (strcmp(verb, "peek_link") == 0) {
        show_peeked(player, yes, op);
    } else if (strcmp(verb, "outstanding") == 0) {
        show_outstanding(player, yes, op);
    } else if (strcmp(verb, "remember_device") == 0) {
        show_device(yes, op);
    } else if (strcmp(verb, "suspend_address") == 0 || strcmp(verb, "registrations") == 0) {
        show_accounts(yes, op);
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
    add_filled(shown, "code", message->code);
    add_filled(shown, "link", message->link);
    add_text(shown, "reference", message->reference);
    add_text(shown, "purpose", message->purpose);
    add_time(shown, "expires", player, message->expires);
    return shown;
}
