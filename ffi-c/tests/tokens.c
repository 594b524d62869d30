// Tokens, recovery codes and combinations, from their making to their end, in each of the three ways.
#include "token.h"

static pinbolt_accepted *by_two(world *w, pinbolt_verify_args args)
{
    pinbolt_verdict verdict;
    pinbolt_accepted *accepted;
    const pinbolt_proof *proof;
    args.purpose = text("log-in");
    pinbolt_op *op = start_verify(w, args);
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_verdict(op, &verdict, &accepted), PINBOLT_OK);
    CHECK(verdict == PINBOLT_ACCEPTED);
    GIVES(pinbolt_accepted_proof(accepted, &proof), PINBOLT_OK);
    CHECK(proof->pin && proof->otp && !proof->code && !proof->recovery_code);
    CHECK(proof->assurance == 3 && proof->lane == PINBOLT_LANE_FIRST_FACTOR);
    pinbolt_op_free(&op);
    return accepted;
}

// The secret that was made, copied before the operation that holds it goes.
static uint32_t made(world *w, uint8_t secret[20])
{
    const pinbolt_added_token *added;
    pinbolt_op *op = add_token(w, token_args(PINBOLT_TOKEN_KIND_TOTP), PINBOLT_OK);
    GIVES(pinbolt_op_added_token(op, &added), PINBOLT_OK);
    CHECK(added->secret.len == 20 && added->token > 0);
    memcpy(secret, added->secret.data, 20);
    uint32_t token = added->token;
    pinbolt_op_free(&op);
    return token;
}

static void events_of(world *w, const char *code, uint32_t token)
{
    size_t count;
    const pinbolt_event *const *events;
    pinbolt_op *op =
        start_verify(w, (pinbolt_verify_args){.purpose = text("token"), .otp = text(code)});
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_events(op, &events, &count), PINBOLT_OK);
    CHECK(count == 1 && same(events[0]->kind, "OtpAccepted"));
    CHECK(events[0]->token == token && same(events[0]->purpose, "token"));
    pinbolt_verdict verdict;
    pinbolt_accepted *accepted;
    const pinbolt_proof *proof;
    GIVES(pinbolt_op_verdict(op, &verdict, &accepted), PINBOLT_OK);
    GIVES(pinbolt_accepted_proof(accepted, &proof), PINBOLT_OK);
    CHECK(proof->otp && !proof->pin && !proof->recovery_code && proof->assurance == 1);
    pinbolt_accepted_free(&accepted);
    pinbolt_op_free(&op);
}

static uint32_t a_totp(world *w)
{
    uint8_t secret[20];
    char code[PINBOLT_CODE_CAPACITY], wrong[PINBOLT_CODE_CAPACITY], joined[20];
    uint32_t token = made(w, secret);
    const pinbolt_bytes key = {secret, 20};
    uint64_t step = step_of(w->now);
    code_of(key, step, code);
    other_code(code, wrong);
    by_otp(w, code, PINBOLT_WRONG_CREDENTIALS);
    GIVES(confirm_token(w, token, wrong), PINBOLT_WRONG_CODE);
    GIVES(confirm_token(w, token, code), PINBOLT_OK);
    GIVES(confirm_token(w, token, code), PINBOLT_UNKNOWN_TOKEN);
    by_otp(w, code, PINBOLT_ALREADY_USED);

    w->now += STEP;
    code_of(key, step + 1, code);
    events_of(w, code, token);
    by_otp(w, code, PINBOLT_ALREADY_USED);
    by_otp(w, "12345", PINBOLT_MALFORMED);

    w->now += STEP;
    code_of(key, step + 2, code);
    other_code(code, wrong);
    pinbolt_verify_args both = {.purpose = text("log-in"), .pin = text(PIN), .otp = text(wrong)};
    verified(w, both, PINBOLT_WRONG_CREDENTIALS);
    both.otp = text(code);
    both.pin = text("117394");
    verified(w, both, PINBOLT_WRONG_CREDENTIALS);
    both.pin = text(PIN);
    pinbolt_accepted *accepted = by_two(w, both);
    pinbolt_accepted_free(&accepted);

    w->now += STEP;
    code_of(key, step + 3, code);
    snprintf(joined, sizeof joined, "%s%s", PIN, code);
    accepted = by_two(w, (pinbolt_verify_args){.pin_then_otp = text(joined)});
    pinbolt_accepted_free(&accepted);
    both = (pinbolt_verify_args){.purpose = text("log-in"), .pin_then_otp = text(joined)};
    verified(w, both, PINBOLT_ALREADY_USED);
    return token;
}

static void resynchronize(world *w, uint32_t token, uint64_t first, pinbolt_status status)
{
    char codes[2][PINBOLT_CODE_CAPACITY];
    pinbolt_op *op = STALE;
    pinbolt_caller caller = session("session-1");
    pinbolt_resync_token_args args = {.size = sizeof args, .account = text("a-1")};
    code_of(bytes(SECRET), first, codes[0]);
    code_of(bytes(SECRET), first + 1, codes[1]);
    args.token = token;
    args.first = text(codes[0]);
    args.second = text(codes[1]);
    args.caller = &caller;
    GIVES(pinbolt_start_resync_token(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    GIVES(run(w, op), status);
    pinbolt_op_free(&op);
}

static uint32_t a_hotp(world *w)
{
    char code[PINBOLT_CODE_CAPACITY];
    uint32_t token = standing_token(w, PINBOLT_TOKEN_KIND_HOTP, bytes(SECRET));
    pinbolt_op *op;
    pinbolt_add_token_args again = token_args(PINBOLT_TOKEN_KIND_HOTP);
    again.secret = bytes(SECRET);
    op = add_token(w, again, PINBOLT_TOKEN_EXISTS);
    pinbolt_op_free(&op);
    by_otp(w, "254676", PINBOLT_OK); // Counter 5, by RFC 4226.
    by_otp(w, "254 676", PINBOLT_ALREADY_USED);
    by_otp(w, "755224", PINBOLT_WRONG_CREDENTIALS);
    resynchronize(w, token, 40, PINBOLT_OK);
    code_of(bytes(SECRET), 41, code);
    by_otp(w, code, PINBOLT_ALREADY_USED);
    code_of(bytes(SECRET), 42, code);
    by_otp(w, code, PINBOLT_OK);
    resynchronize(w, token, 30, PINBOLT_WRONG_CREDENTIALS);
    return token;
}

static void the_door_for_short_secrets(world *w)
{
    pinbolt_add_token_args args = token_args(PINBOLT_TOKEN_KIND_TOTP);
    args.start = 60;
    args.period = 60;
    args.algorithm = PINBOLT_ALGORITHM_SHA512;
    args.digits = 8;
    args.secret = bytes("15 bytes of it.");
    pinbolt_op *op = add_token(w, args, PINBOLT_SHORT_SECRET);
    pinbolt_op_free(&op);
    args.secret = bytes("");
    op = add_token(w, args, PINBOLT_SHORT_SECRET);
    pinbolt_op_free(&op);
    args.secret = NO_BYTES;
    args.dangerously_short_secret = bytes("15 bytes of it.");
    op = add_token(w, args, PINBOLT_OK);
    pinbolt_op_free(&op);
}

static void describes(world *w, uint32_t totp, uint32_t hotp)
{
    pinbolt_op *op;
    const pinbolt_description *shown;
    pinbolt_describe_args args = {sizeof args, text("a-1")};
    GIVES(pinbolt_start_describe(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_description(op, &shown), PINBOLT_OK);
    CHECK(shown->token_count == 3 && shown->has_recovery_codes && shown->recovery_codes_left == 9);
    const pinbolt_token *const *tokens = shown->tokens;
    CHECK(tokens[0]->token == totp && tokens[0]->kind == PINBOLT_TOKEN_KIND_TOTP);
    CHECK(same(tokens[0]->label, "phone") && tokens[0]->period == 30 && tokens[0]->start == 0);
    CHECK(tokens[0]->algorithm == PINBOLT_ALGORITHM_SHA1 && tokens[0]->digits == 6);
    CHECK(tokens[0]->confirmed && tokens[0]->used && tokens[0]->used_at > NOON);
    CHECK(tokens[0]->added == NOON && tokens[0]->confirmed_at == NOON);
    CHECK(tokens[0]->counter == 0 && tokens[0]->clock_ahead == 0);
    CHECK(tokens[1]->token == hotp && tokens[1]->kind == PINBOLT_TOKEN_KIND_HOTP);
    CHECK(tokens[1]->counter == 44 && tokens[1]->period == 0 && tokens[1]->confirmed);
    CHECK(tokens[2]->algorithm == PINBOLT_ALGORITHM_SHA512 && tokens[2]->digits == 8);
    CHECK(tokens[2]->start == 60 && tokens[2]->period == 60);
    CHECK(!tokens[2]->confirmed && !tokens[2]->used);
    pinbolt_op_free(&op);
}

// The codes of a set, made by the right of `args`.
static void issue(world *w, pinbolt_issue_recovery_codes_args args, char codes[10][20])
{
    pinbolt_op *op;
    const pinbolt_text *made;
    size_t count;
    args.size = sizeof args;
    args.account = text("a-1");
    GIVES(pinbolt_start_issue_recovery_codes(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_recovery_codes(op, &made, &count), PINBOLT_OK);
    CHECK(count == 10);
    for (size_t at = 0; at < count; at++) {
        CHECK(made[at].len == 19 && made[at].data[19] == '\0');
        memcpy(codes[at], made[at].data, 20);
    }
    pinbolt_op_free(&op);
}

static void recovery_codes(world *w)
{
    char older[10][20], codes[10][20];
    pinbolt_operator someone = desk();
    by_recovery_code(w, "0000-0000-0000-0000", PINBOLT_WRONG_CREDENTIALS);
    issue(w, (pinbolt_issue_recovery_codes_args){.by = &someone}, older);
    w->now += DAY; // What was guessed before has spent the strangers' throttle.
    char code[PINBOLT_CODE_CAPACITY];
    code_of(bytes(SECRET), 43, code);
    pinbolt_accepted *proof =
        by_two(w, (pinbolt_verify_args){.pin = text(PIN), .otp = text(code)});
    issue(w, (pinbolt_issue_recovery_codes_args){.proof = &proof}, codes);
    CHECK(proof == NULL);
    by_recovery_code(w, older[3], PINBOLT_WRONG_CREDENTIALS);
    by_recovery_code(w, codes[3], PINBOLT_OK);
    by_recovery_code(w, codes[3], PINBOLT_ALREADY_USED);
    by_recovery_code(w, "none", PINBOLT_MALFORMED);
}

static void removes(world *w, uint32_t token)
{
    pinbolt_op *op;
    pinbolt_operator someone = desk();
    pinbolt_remove_token_args args = {.size = sizeof args, .account = text("a-1"), .token = token};
    args.by = &someone;
    const pinbolt_status ends[] = {PINBOLT_OK, PINBOLT_UNKNOWN_TOKEN};
    for (size_t at = 0; at < 2; at++) {
        GIVES(pinbolt_start_remove_token(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
        GIVES(run(w, op), ends[at]);
        pinbolt_op_free(&op);
    }
}

// Five letters in the place of digits, in either case.
static void letters(world *w)
{
    char code[PINBOLT_CODE_CAPACITY];
    pinbolt_hotp *app;
    const pinbolt_added_token *added;
    const pinbolt_description *shown;
    pinbolt_describe_args of = {sizeof of, text("a-1")};
    pinbolt_add_token_args args = token_args(PINBOLT_TOKEN_KIND_STEAM);
    args.secret = bytes("the secret of a Steam app");
    pinbolt_op *op = add_token(w, args, PINBOLT_TOKEN);
    pinbolt_op_free(&op);
    args.digits = 5;
    op = add_token(w, args, PINBOLT_OK);
    GIVES(pinbolt_op_added_token(op, &added), PINBOLT_OK);
    uint32_t token = added->token;
    pinbolt_op_free(&op);

    w->now += DAY;
    GIVES(pinbolt_hotp_open_steam(args.secret, &app), PINBOLT_OK);
    GIVES(pinbolt_hotp_code(app, step_of(w->now), code, sizeof code), PINBOLT_OK);
    GIVES(confirm_token(w, token, "755224"), PINBOLT_MALFORMED);
    GIVES(confirm_token(w, token, code), PINBOLT_OK);
    by_otp(w, code, PINBOLT_ALREADY_USED);
    w->now += STEP;
    GIVES(pinbolt_hotp_code(app, step_of(w->now), code, sizeof code), PINBOLT_OK);
    for (char *letter = code; *letter != '\0'; letter++)
        *letter = (char)(*letter >= 'A' ? *letter - 'A' + 'a' : *letter);
    by_otp(w, code, PINBOLT_OK);
    by_otp(w, code, PINBOLT_ALREADY_USED);
    pinbolt_hotp_free(&app);

    GIVES(pinbolt_start_describe(w->pinbolt, w->now, &of, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_description(op, &shown), PINBOLT_OK);
    const pinbolt_token *last = shown->tokens[shown->token_count - 1];
    CHECK(last->token == token && last->kind == PINBOLT_TOKEN_KIND_STEAM && last->digits == 5);
    CHECK(last->algorithm == PINBOLT_ALGORITHM_SHA1 && last->confirmed && last->used);
    CHECK(last->counter == 0 && last->start == 0 && last->period == 0);
    pinbolt_op_free(&op);
}

static void the_path(const char *url, int by_hand)
{
    world w;
    char code[PINBOLT_CODE_CAPACITY];
    world_open(&w, url);
    w.by_hand = by_hand;
    enroll(&w, "a-1");
    uint32_t totp = a_totp(&w), hotp = a_hotp(&w);
    the_door_for_short_secrets(&w);
    recovery_codes(&w);
    describes(&w, totp, hotp);
    removes(&w, hotp);
    code_of(bytes(SECRET), 44, code);
    by_otp(&w, code, PINBOLT_WRONG_CREDENTIALS);
    letters(&w);
    world_close(&w);
}

int main(void)
{
    the_path(NULL, 1);
    the_path(NULL, 0);
    the_path("memory:", 0);
    return passed();
}
