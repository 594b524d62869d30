// A PIN, a code, a token's secret, a recovery code, a key, a phone number and an e-mail address: in no
// sentence, name, reason, detail, refusal, event or description. Everything that passes by is written
// down and searched.
#include "ticket.h"

#define NEW_PIN "904173"
#define WRONG_PIN "117394"

static char *heard;
static size_t length, room;

static void hear(const char *said, size_t len)
{
    if (length + len + 2 > room) {
        room = 2 * (room + len + 2);
        heard = realloc(heard, room);
        CHECK(heard != NULL);
    }
    memcpy(heard + length, said, len);
    length += len;
    heard[length++] = '\n';
    heard[length] = '\0';
}

static void hear_text(pinbolt_text said)
{
    if (said.data != NULL)
        hear(said.data, said.len);
}

static void hear_event(const pinbolt_event *event)
{
    const pinbolt_text said[] = {event->account, event->source,        event->kind,
                                 event->purpose, event->operator_name, event->operator_reason};
    for (size_t at = 0; at < 6; at++)
        hear_text(said[at]);
}

static pinbolt_status over(world *w, pinbolt_op *op)
{
    const pinbolt_event *const *events;
    const pinbolt_refusal *refusal;
    const pinbolt_description *shown;
    const pinbolt_challenge *challenge;
    size_t count;
    pinbolt_text detail;
    pinbolt_status status = run(w, op);
    hear(pinbolt_status_name(status), strlen(pinbolt_status_name(status)));
    hear(pinbolt_status_sentence(status), strlen(pinbolt_status_sentence(status)));
    GIVES(pinbolt_op_events(op, &events, &count), PINBOLT_OK);
    for (size_t at = 0; at < count; at++)
        hear_event(events[at]);
    GIVES(pinbolt_op_detail(op, &detail), PINBOLT_OK);
    hear_text(detail);
    if (pinbolt_op_refusal(op, &refusal) == PINBOLT_OK) {
        hear_text(refusal->detail);
        hear_text(refusal->newest);
    }
    if (pinbolt_op_challenge(op, &challenge) == PINBOLT_OK) {
        hear_text(challenge->handle);
        hear_text(challenge->reference);
    }
    if (pinbolt_op_description(op, &shown) == PINBOLT_OK) {
        for (size_t at = 0; at < shown->address_count; at++)
            hear_text(shown->addresses[at]->masked);
        for (size_t at = 0; at < shown->token_count; at++)
            hear_text(shown->tokens[at]->label);
        for (size_t at = 0; at < shown->event_count; at++)
            hear_event(shown->events[at]);
    }
    return status;
}

static void over_and_freed(world *w, pinbolt_op *op, pinbolt_status status)
{
    GIVES(over(w, op), status);
    pinbolt_op_free(&op);
}

static void absent(const char *canary)
{
    if (strstr(heard, canary) != NULL) {
        fprintf(stderr, "a canary was heard: %s\n", canary);
        exit(1);
    }
    checks++;
}

static void described(world *w)
{
    pinbolt_op *op;
    pinbolt_describe_args describe = {sizeof describe, text("a-1")};
    GIVES(pinbolt_start_describe(w->pinbolt, w->now, &describe, &op), PINBOLT_OK);
    over_and_freed(w, op, PINBOLT_OK);
}

static void the_story(world *w)
{
    char handle[256], wrong[11];
    pinbolt_op *op;
    pinbolt_operator someone = desk();
    pinbolt_caller caller = session("session-1");
    over_and_freed(w, start_enroll(w, "a-1"), PINBOLT_OK);
    over_and_freed(w, start_enroll(w, "a-2"), PINBOLT_ADDRESS_TAKEN);
    over_and_freed(w, start_begin(w, PHONE, "sign-in", WRONG_PIN), PINBOLT_WRONG_CREDENTIALS);
    over_and_freed(w, start_begin(w, EMAIL, "sign-in", WRONG_PIN), PINBOLT_WRONG_CREDENTIALS);
    over_and_freed(w, start_begin(w, PHONE " " EMAIL, "sign-in", PIN), PINBOLT_MALFORMED);
    over_and_freed(w, start_begin(w, PHONE, "sign-in", "x" PIN), PINBOLT_MALFORMED);
    w->box.answer = PINBOLT_DELIVERY_SENT;
    begin(w, PHONE, handle);
    over_and_freed(w, start_begin(w, PHONE, "sign-in", PIN), PINBOLT_OK);
    wrong_code(w, wrong);
    over_and_freed(w, start_finish(w, "sign-in", handle, wrong), PINBOLT_WRONG_CODE);
    over_and_freed(w, start_finish(w, PHONE, handle, w->box.code), PINBOLT_UNKNOWN_PURPOSE);
    over_and_freed(w, start_finish(w, "sign-in", w->box.code, wrong), PINBOLT_UNKNOWN_CHALLENGE);
    over_and_freed(w, start_finish(w, "sign-in", handle, w->box.code), PINBOLT_OK);
    over_and_freed(w, start_finish(w, "sign-in", handle, w->box.code), PINBOLT_ALREADY_USED);

    pinbolt_confirm_args confirm = {.size = sizeof confirm, .account = text("a-1")};
    confirm.address = text(EMAIL);
    confirm.by = &someone;
    confirm.caller = &caller;
    GIVES(pinbolt_start_confirm(w->pinbolt, w->now, &confirm, &op), PINBOLT_OK);
    GIVES(over(w, op), PINBOLT_OK);
    issued(w, op, handle);
    pinbolt_op_free(&op);
    over_and_freed(w, start_finish(w, PINBOLT_CONFIRM, handle, w->box.code), PINBOLT_OK);
    pinbolt_reset_pin_args reset = {.size = sizeof reset, .account = text("a-1"), .by = &someone};
    reset.new_pin = text(NEW_PIN);
    GIVES(pinbolt_start_reset_pin(w->pinbolt, w->now, &reset, &op), PINBOLT_OK);
    over_and_freed(w, op, PINBOLT_OK);
    described(w);
    absent(w->box.code);
    absent(wrong);
}

static void heard_by_otp(world *w, const char *code, pinbolt_status status)
{
    pinbolt_verify_args args = {.purpose = text("token"), .otp = text(code)};
    over_and_freed(w, start_verify(w, args), status);
}

// The secret that is made, and its codes: right, used, wrong, of a wrong pair and malformed.
static void the_token(world *w)
{
    char codes[3][PINBOLT_CODE_CAPACITY], wrong[PINBOLT_CODE_CAPACITY], joined[20], secret[41];
    const pinbolt_added_token *added;
    pinbolt_op *op;
    pinbolt_operator someone = desk();
    pinbolt_caller caller = session("session-1");
    pinbolt_add_token_args add = token_args(PINBOLT_TOKEN_KIND_TOTP);
    add.by = &someone;
    GIVES(pinbolt_start_add_token(w->pinbolt, w->now, &add, &op), PINBOLT_OK);
    GIVES(over(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_added_token(op, &added), PINBOLT_OK);
    uint32_t token = added->token;
    for (uint64_t at = 0; at < 3; at++)
        code_of(added->secret, step_of(w->now) + at, codes[at]);
    for (size_t at = 0; at < 20; at++)
        snprintf(secret + 2 * at, 3, "%02x", added->secret.data[at]);
    uint8_t raw[20];
    memcpy(raw, added->secret.data, 20);
    pinbolt_op_free(&op);
    other_code(codes[0], wrong);
    const char *typed[] = {wrong, codes[0], codes[0]};
    const pinbolt_status ends[] = {PINBOLT_WRONG_CODE, PINBOLT_OK, PINBOLT_UNKNOWN_TOKEN};
    for (size_t at = 0; at < 3; at++) {
        pinbolt_confirm_token_args confirm = {.size = sizeof confirm, .account = text("a-1")};
        confirm.code = text(typed[at]);
        confirm.token = token;
        confirm.caller = &caller;
        GIVES(pinbolt_start_confirm_token(w->pinbolt, w->now, &confirm, &op), PINBOLT_OK);
        over_and_freed(w, op, ends[at]);
    }
    heard_by_otp(w, codes[0], PINBOLT_ALREADY_USED);
    heard_by_otp(w, wrong, PINBOLT_WRONG_CREDENTIALS);
    w->now += STEP;
    heard_by_otp(w, codes[1], PINBOLT_OK);
    w->now += STEP;
    snprintf(joined, sizeof joined, "%s%s", NEW_PIN, codes[2]);
    pinbolt_verify_args both = {.purpose = text("log-in"), .pin_then_otp = text(joined)};
    over_and_freed(w, start_verify(w, both), PINBOLT_OK);
    snprintf(joined, sizeof joined, "%s x%s", NEW_PIN, codes[2]);
    over_and_freed(w, start_verify(w, both), PINBOLT_MALFORMED);
    pinbolt_resync_token_args resync = {.size = sizeof resync, .account = text("a-1")};
    resync.first = text(codes[0]);
    resync.second = text(codes[1]);
    resync.token = token;
    resync.caller = &caller;
    GIVES(pinbolt_start_resync_token(w->pinbolt, w->now, &resync, &op), PINBOLT_OK);
    over_and_freed(w, op, PINBOLT_WRONG_CREDENTIALS);
    described(w);
    const char *canaries[] = {codes[0], codes[1], codes[2], wrong, secret};
    for (size_t at = 0; at < 5; at++)
        absent(canaries[at]);
    for (size_t at = 0; at + sizeof raw <= length; at++)
        CHECK(memcmp(heard + at, raw, sizeof raw) != 0);
}

static void the_recovery_codes(world *w)
{
    char code[20], bare[17] = "";
    size_t count;
    const pinbolt_text *codes;
    pinbolt_op *op;
    pinbolt_operator someone = desk();
    pinbolt_issue_recovery_codes_args issue = {.size = sizeof issue, .account = text("a-1")};
    issue.by = &someone;
    GIVES(pinbolt_start_issue_recovery_codes(w->pinbolt, w->now, &issue, &op), PINBOLT_OK);
    GIVES(over(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_recovery_codes(op, &codes, &count), PINBOLT_OK);
    CHECK(count > 0 && codes[0].len == 19);
    memcpy(code, codes[0].data, 20);
    pinbolt_op_free(&op);
    for (size_t at = 0; at < 4; at++)
        memcpy(bare + 4 * at, code + 5 * at, 4);
    const char *typed[] = {code, bare, "ABCD-EFGH-JKMN-PQRS", "ABCD-EFG"};
    const pinbolt_status ends[] = {PINBOLT_OK, PINBOLT_ALREADY_USED, PINBOLT_WRONG_CREDENTIALS,
                                   PINBOLT_MALFORMED};
    for (size_t at = 0; at < 4; at++) {
        pinbolt_verify_args args = {.purpose = text("recover"), .recovery_code = text(typed[at])};
        over_and_freed(w, start_verify(w, args), ends[at]);
    }
    described(w);
    for (size_t at = 0; at < 4; at++)
        absent(typed[at]);
}

// A ticket's code and link: right, wrong, malformed, and swapped.
static void the_ticket(world *w)
{
    char wrong[10], bare[9] = "";
    w->now += DAY; // The address is in force then.
    pinbolt_op *op = start_ticket(w, "dossier", EMAIL);
    GIVES(over(w, op), PINBOLT_OK);
    ticket held = ticket_of(w, op);
    pinbolt_op_free(&op);
    another_code(&held, wrong);
    memcpy(bare, held.code, 4);
    memcpy(bare + 4, held.code + 5, 4);
    over_and_freed(w, start_peek(w, held.link, "session-1"), PINBOLT_OK);
    const char *typed[] = {wrong, held.code, bare, "7K3D-9QW"};
    const pinbolt_status ends[] = {PINBOLT_WRONG_CODE, PINBOLT_OK, PINBOLT_OK, PINBOLT_MALFORMED};
    for (size_t at = 0; at < 4; at++)
        over_and_freed(w, start_redeem(w, "dossier", held.link, typed[at], "session-1"), ends[at]);
    over_and_freed(w, start_redeem(w, "dossier", held.code, held.code, "session-1"),
                   PINBOLT_UNKNOWN_LINK);
    over_and_freed(w, start_redeem(w, held.code, held.link, held.code, "session-1"),
                   PINBOLT_UNKNOWN_PURPOSE);
    over_and_freed(w, start_close(w, "dossier"), PINBOLT_OK);
    over_and_freed(w, start_redeem(w, "dossier", held.link, held.code, "session-1"), PINBOLT_ENDED);
    described(w);
    const char *canaries[] = {held.code, bare, wrong, held.link + 3, "7K3D"};
    for (size_t at = 0; at < 5; at++)
        absent(canaries[at]);
}

// Reasons for which a configuration is refused, with a secret at each place that is named.
static void reasons(void)
{
    char why[400];
    pinbolt_keys *keys;
    pinbolt_policy *policy;
    const char *texts[] = {"index = \"dGhlIGluZGV4IGtleSBvZiB0aGUgdGVzdHMsIDMyIGI\"", KEYS "dGhl",
                           KEYS "index = 2", "dGhlIGluZGV4IGtleSBvZiB0aGUgdGVzdHMsIDMyIGI="};
    for (size_t at = 0; at < 4; at++) {
        GIVES(pinbolt_keys_parse(text(texts[at]), why, sizeof why, &keys), PINBOLT_CONFIGURATION);
        hear(why, strlen(why));
        GIVES(pinbolt_policy_parse(text(texts[at]), why, sizeof why, &policy),
              PINBOLT_CONFIGURATION);
        hear(why, strlen(why));
    }
    world w;
    world_open(&w, NULL);
    pinbolt_engine_args args = {.size = sizeof args};
    const char *urls[] = {"postgresql://ana:802714@db/auth", "802714", "memory:802714"};
    for (size_t at = 0; at < 3; at++) {
        pinbolt_engine *engine;
        args.url = text(urls[at]);
        GIVES(pinbolt_engine_open(w.pinbolt, &args, why, sizeof why, &engine),
              PINBOLT_CONFIGURATION);
        hear(why, strlen(why));
    }
    world_close(&w);
}

int main(void)
{
    world w;
    hear("", 0);
    for (pinbolt_status status = 0; status < 1000; status++)
        hear(pinbolt_status_sentence(status), strlen(pinbolt_status_sentence(status)));
    world_open(&w, NULL);
    the_story(&w);
    the_token(&w);
    the_recovery_codes(&w);
    the_ticket(&w);
    world_close(&w);
    reasons();
    const char *canaries[] = {PIN,       NEW_PIN,   WRONG_PIN, PHONE,        "351912000417",
                              "9120004", EMAIL,     "ana.reis", "dGhl",       "the index key",
                              "the first secret"};
    for (size_t at = 0; at < sizeof canaries / sizeof *canaries; at++)
        absent(canaries[at]);
    // The ear is not deaf.
    CHECK(strstr(heard, "desk-7") != NULL && strstr(heard, "PinTried") != NULL);
    CHECK(strstr(heard, "phone") != NULL && strstr(heard, "RecoveryCodeAccepted") != NULL);
    CHECK(strstr(heard, "TicketRedeemed") != NULL && strstr(heard, "TicketRefused") != NULL);
    CHECK(strstr(heard, "The code is wrong.") != NULL && strstr(heard, "192.0.2.7") != NULL);
    free(heard);
    return passed();
}
