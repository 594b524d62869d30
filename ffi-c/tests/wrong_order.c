// Calls in the wrong order, answers to other questions, things used twice: a status, never a crash.
#include "wrong.h"

// An act needs an operator or a proof; a proof is used up by the act, and by nothing else.
static void authorities(world *w)
{
    pinbolt_op *op = STALE;
    pinbolt_accepted *none = NULL, *proof = sign_in(w), *kept = proof;
    const pinbolt_proof *shown;
    pinbolt_operator someone = desk();
    pinbolt_reset_pin_args args = {.size = sizeof args, .account = text("a-1")};
    args.new_pin = text("904173");
    GIVES(pinbolt_start_reset_pin(w->pinbolt, w->now, &args, &op), PINBOLT_AUTHORITY);
    CHECK(op == NULL);
    args.by = &someone;
    args.proof = &proof;
    GIVES(pinbolt_start_reset_pin(w->pinbolt, w->now, &args, &op), PINBOLT_AUTHORITY);
    args.by = NULL;
    args.proof = &none;
    GIVES(pinbolt_start_reset_pin(w->pinbolt, w->now, &args, &op), PINBOLT_USED_UP);
    args.proof = &proof;
    args.new_pin = LYING;
    POINTER(pinbolt_start_reset_pin(w->pinbolt, w->now, &args, &op));
    CHECK(proof == kept);
    pinbolt_unlock_args unlock = {.size = sizeof unlock, .account = text("a-1"), .proof = &proof};
    GIVES(pinbolt_start_unlock(w->pinbolt, w->now, &unlock, &op), PINBOLT_VALUE);
    unlock.authenticator = 9;
    GIVES(pinbolt_start_unlock(w->pinbolt, w->now, &unlock, &op), PINBOLT_VALUE);
    CHECK(proof == kept);
    POINTER(pinbolt_accepted_proof(proof, NULL));
    shown = STALE;
    POINTER(pinbolt_accepted_proof(NULL, &shown));
    CHECK(shown == NULL);
    args.new_pin = text("904173");
    GIVES(pinbolt_start_reset_pin(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    CHECK(proof == NULL);
    GIVES(run(w, op), PINBOLT_OK);
    pinbolt_op_free(&op);
    GIVES(pinbolt_start_reset_pin(w->pinbolt, w->now, &args, &op), PINBOLT_USED_UP);
    POINTER(pinbolt_accepted_proof(proof, &shown));

    args.new_pin = text(PIN);
    args.proof = NULL;
    args.by = &someone;
    GIVES(pinbolt_start_reset_pin(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    pinbolt_op_free(&op);
    pinbolt_block_args block = {.size = sizeof block, .account = text("a-1")};
    POINTER(pinbolt_start_block(w->pinbolt, w->now, &block, &op));
}

// Each accessor of a question and each answer, while another question is open.
enum { LOAD = 1, COMMIT = 2, HASH = 4, DELIVER = 8 };

static void wrong_answers(pinbolt_op *op, unsigned right, pinbolt_status status)
{
    pinbolt_text row;
    const pinbolt_write *write = STALE;
    const pinbolt_message *message = STALE;
    pinbolt_work *work = STALE;
    const uint8_t sixteen[16] = {0};
    const pinbolt_bytes version = {sixteen, 16};
    if (!(right & LOAD)) {
        GIVES(pinbolt_op_row(op, &row), status);
        CHECK(row.data == NULL && row.len == 0);
        GIVES(pinbolt_op_found(op, NOON, version, version), status);
        GIVES(pinbolt_op_absent(op, NOON), status);
        GIVES(pinbolt_op_load_failed(op, NOON), status);
    }
    if (!(right & COMMIT)) {
        GIVES(pinbolt_op_write(op, &write), status);
        CHECK(write == NULL);
        GIVES(pinbolt_op_applied(op, NOON), status);
        GIVES(pinbolt_op_conflict(op, NOON), status);
        GIVES(pinbolt_op_in_doubt(op, NOON), status);
        GIVES(pinbolt_op_not_applied(op, NOON), status);
    }
    if (!(right & HASH)) {
        GIVES(pinbolt_op_work(op, &work), status);
        CHECK(work == NULL);
        GIVES(pinbolt_op_not_hashed(op, NOON), status);
    }
    if (!(right & DELIVER)) {
        GIVES(pinbolt_op_message(op, &message), status);
        CHECK(message == NULL);
        GIVES(pinbolt_op_sent(op, NOON), status);
        GIVES(pinbolt_op_not_sent(op, NOON), status);
        GIVES(pinbolt_op_unknown(op, NOON), status);
    }
}

// Each accessor of an end. `right` is the one that this operation has.
static void results(pinbolt_op *op, pinbolt_status status, const char *right)
{
    size_t one, two;
    bool refilled;
    uint32_t delivered;
    uint64_t leaves = 7;
    pinbolt_verdict verdict = 77;
    pinbolt_accepted *accepted = STALE;
    pinbolt_op *delivery = STALE;
    const pinbolt_challenge *challenge = STALE;
    const pinbolt_description *description = STALE;
    const pinbolt_added_token *added = STALE;
    const pinbolt_text *codes = STALE;
    const pinbolt_issued_ticket *ticket = STALE;
    const pinbolt_peeked_link *link = STALE;
    if (strcmp(right, "verdict")) {
        GIVES(pinbolt_op_verdict(op, &verdict, &accepted), status);
        CHECK(verdict == PINBOLT_REFUSED && accepted == NULL);
    }
    if (strcmp(right, "begun")) {
        GIVES(pinbolt_op_challenge(op, &challenge), status);
        GIVES(pinbolt_op_dispatch(op, NOON, &delivery), status);
        CHECK(challenge == NULL && delivery == NULL);
    }
    if (strcmp(right, "enrolled")) {
        GIVES(pinbolt_op_enrolled(op, &one, &two), status);
        CHECK(one == 0 && two == 0);
    }
    GIVES(pinbolt_op_unlocked(op, &refilled), status);
    CHECK(!refilled);
    GIVES(pinbolt_op_released(op, &leaves), status);
    CHECK(leaves == 0);
    GIVES(pinbolt_op_description(op, &description), status);
    CHECK(description == NULL);
    GIVES(pinbolt_op_added_token(op, &added), status);
    CHECK(added == NULL);
    one = 7;
    GIVES(pinbolt_op_recovery_codes(op, &codes, &one), status);
    CHECK(codes == NULL && one == 0);
    GIVES(pinbolt_op_issued_ticket(op, &ticket), status);
    GIVES(pinbolt_op_peeked_link(op, &link), status);
    CHECK(ticket == NULL && link == NULL);
    if (strcmp(right, "delivered")) {
        GIVES(pinbolt_op_delivered(op, &delivered), status);
        CHECK(delivered == 0);
    }
}

// The right answers and the wrong ones, in seconds.
static void in_seconds(pinbolt_op *op, pinbolt_work *work)
{
    const uint8_t sixteen[16] = {0};
    const pinbolt_bytes version = {sixteen, 16};
    pinbolt_status (*const answers[])(pinbolt_op *, uint64_t) = {
        pinbolt_op_absent,      pinbolt_op_load_failed, pinbolt_op_applied,
        pinbolt_op_conflict,    pinbolt_op_in_doubt,    pinbolt_op_not_applied,
        pinbolt_op_not_hashed,  pinbolt_op_sent,        pinbolt_op_not_sent,
        pinbolt_op_unknown};
    for (size_t at = 0; at < sizeof answers / sizeof *answers; at++)
        GIVES(answers[at](op, NOON / 1000), PINBOLT_VALUE);
    GIVES(pinbolt_op_found(op, NOON / 1000, version, version), PINBOLT_VALUE);
    if (work != NULL)
        GIVES(pinbolt_op_hashed(op, NOON / 1000, work), PINBOLT_VALUE);
}

// An engine whose clock gives seconds runs nothing.
static void a_clock_of_seconds(world *w)
{
    pinbolt_op *op = start_begin(w, "a-1", "sign-in", PIN);
    w->now /= 1000;
    GIVES(pinbolt_engine_run(w->engine, op), PINBOLT_VALUE);
    CHECK(pinbolt_op_question(op) == PINBOLT_ASKS_LOAD);
    w->now = NOON + 86400000;
    GIVES(pinbolt_engine_run(w->engine, op), PINBOLT_OK);
    pinbolt_op *delivery = STALE;
    GIVES(pinbolt_op_dispatch(op, w->now / 1000, &delivery), PINBOLT_VALUE);
    CHECK(delivery == NULL);
    GIVES(pinbolt_op_dispatch(op, w->now, &delivery), PINBOLT_OK);
    pinbolt_op_free(&delivery);
    pinbolt_op_free(&op);
}

static void not_over(pinbolt_op *op)
{
    const pinbolt_refusal *refusal = STALE;
    const pinbolt_event *const *events = STALE;
    size_t count;
    pinbolt_text detail;
    results(op, PINBOLT_NOT_OVER, "");
    GIVES(pinbolt_op_status(op), PINBOLT_NOT_OVER);
    GIVES(pinbolt_op_refusal(op, &refusal), PINBOLT_NOT_OVER);
    GIVES(pinbolt_op_events(op, &events, &count), PINBOLT_NOT_OVER);
    GIVES(pinbolt_op_detail(op, &detail), PINBOLT_NOT_OVER);
    CHECK(refusal == NULL && events == NULL && count == 0 && detail.data == NULL);
}

static void no_operation(void)
{
    const pinbolt_refusal *refusal = STALE;
    const pinbolt_event *const *events = STALE;
    size_t count;
    pinbolt_text detail;
    CHECK(pinbolt_op_question(NULL) == PINBOLT_ASKS_NOTHING);
    wrong_answers(NULL, 0, PINBOLT_POINTER);
    results(NULL, PINBOLT_POINTER, "");
    POINTER(pinbolt_op_status(NULL));
    POINTER(pinbolt_op_hashed(NULL, NOON, NULL));
    POINTER(pinbolt_op_refusal(NULL, &refusal));
    POINTER(pinbolt_op_events(NULL, &events, &count));
    POINTER(pinbolt_op_detail(NULL, &detail));
    POINTER(pinbolt_work_run(NULL, NULL));
    CHECK(refusal == NULL && events == NULL && count == 0 && detail.data == NULL);
}

static void nowhere_to_put(pinbolt_op *op)
{
    size_t count;
    const pinbolt_event *const *events;
    pinbolt_accepted *accepted = STALE;
    POINTER(pinbolt_op_row(op, NULL));
    POINTER(pinbolt_op_write(op, NULL));
    POINTER(pinbolt_op_message(op, NULL));
    POINTER(pinbolt_op_work(op, NULL));
    POINTER(pinbolt_op_verdict(op, NULL, &accepted));
    CHECK(accepted == NULL);
    POINTER(pinbolt_op_challenge(op, NULL));
    POINTER(pinbolt_op_dispatch(op, NOON, NULL));
    POINTER(pinbolt_op_refusal(op, NULL));
    POINTER(pinbolt_op_detail(op, NULL));
    POINTER(pinbolt_op_enrolled(op, NULL, &count));
    POINTER(pinbolt_op_enrolled(op, &count, NULL));
    POINTER(pinbolt_op_unlocked(op, NULL));
    POINTER(pinbolt_op_released(op, NULL));
    POINTER(pinbolt_op_delivered(op, NULL));
    POINTER(pinbolt_op_description(op, NULL));
    POINTER(pinbolt_op_issued_ticket(op, NULL));
    POINTER(pinbolt_op_peeked_link(op, NULL));
    POINTER(pinbolt_op_events(op, NULL, &count));
    POINTER(pinbolt_op_events(op, &events, NULL));
}

static void bad_rows(pinbolt_op *op)
{
    const uint8_t sixteen[16] = {0};
    const pinbolt_bytes version = {sixteen, 16}, body = {sixteen, 1};
    const pinbolt_bytes shorter = {sixteen, 15}, lying = {NULL, 16};
    const pinbolt_bytes longer = {(const uint8_t *)long_text, 17};
    const pinbolt_bytes endless = {(const uint8_t *)long_text, PINBOLT_MAX_LENGTH + 1};
    POINTER(pinbolt_op_found(op, NOON, NO_BYTES, body));
    POINTER(pinbolt_op_found(op, NOON, version, NO_BYTES));
    POINTER(pinbolt_op_found(op, NOON, lying, body));
    POINTER(pinbolt_op_found(op, NOON, version, lying));
    GIVES(pinbolt_op_found(op, NOON, shorter, body), PINBOLT_LENGTH);
    GIVES(pinbolt_op_found(op, NOON, longer, body), PINBOLT_LENGTH);
    GIVES(pinbolt_op_found(op, NOON, version, endless), PINBOLT_LENGTH);
}

// A sign-in by hand, with every other answer tried at each question, which stays as it is.
static void at_each_question(world *w)
{
    char handle[256];
    unsigned seen = 0;
    pinbolt_op *op = start_begin(w, PHONE, "sign-in", PIN), *other;
    pinbolt_work *work, *odd;
    pinbolt_text row, again;
    for (;;) {
        uint32_t asked = pinbolt_op_question(op);
        if (asked == PINBOLT_ASKS_NOTHING)
            break;
        unsigned right = 1u << (asked - 1);
        seen |= right;
        wrong_answers(op, right, PINBOLT_WRONG_ANSWER);
        in_seconds(op, NULL);
        not_over(op);
        nowhere_to_put(op);
        CHECK(pinbolt_op_question(op) == asked);
        if (asked == PINBOLT_ASKS_LOAD) {
            GIVES(pinbolt_op_row(op, &row), PINBOLT_OK);
            bad_rows(op);
            GIVES(pinbolt_op_row(op, &again), PINBOLT_OK);
            CHECK(row.data == again.data);
        }
        if (asked == PINBOLT_ASKS_HASH) {
            GIVES(pinbolt_op_work(op, &work), PINBOLT_OK);
            POINTER(pinbolt_op_hashed(op, NOON, NULL));
            GIVES(pinbolt_op_hashed(op, w->now, work), PINBOLT_NOT_OVER);
            other = start_begin(w, "nobody", "sign-in", PIN);
            while (pinbolt_op_question(other) != PINBOLT_ASKS_HASH)
                GIVES(answer(w, other), PINBOLT_OK);
            GIVES(pinbolt_op_work(other, &odd), PINBOLT_OK);
            pinbolt_op_free(&other);
            GIVES(pinbolt_work_run(odd, NULL), PINBOLT_OK);
            GIVES(pinbolt_op_hashed(op, w->now, odd), PINBOLT_WRONG_DIGEST);
            pinbolt_work_free(&odd);
            GIVES(pinbolt_work_run(work, NULL), PINBOLT_OK);
            GIVES(pinbolt_work_run(work, NULL), PINBOLT_OK);
            // What was run stays with it until it answers.
            other = start_begin(w, "nobody", "sign-in", PIN);
            GIVES(pinbolt_op_hashed(other, w->now, work), PINBOLT_WRONG_ANSWER);
            pinbolt_op_free(&other);
            in_seconds(op, work);
            GIVES(pinbolt_op_hashed(op, w->now, work), PINBOLT_OK);
            GIVES(pinbolt_op_hashed(op, w->now, work), PINBOLT_WRONG_ANSWER);
            pinbolt_work_free(&work);
        } else {
            GIVES(answer(w, op), PINBOLT_OK);
        }
    }
    CHECK(seen == (LOAD | COMMIT | HASH));
    wrong_answers(op, 0, PINBOLT_OVER);
    GIVES(pinbolt_engine_run(w->engine, op), PINBOLT_OK);
    GIVES(pinbolt_op_status(op), PINBOLT_OK);
    results(op, PINBOLT_WRONG_RESULT, "begun");
    nowhere_to_put(op);
    const pinbolt_refusal *refusal = STALE;
    GIVES(pinbolt_op_refusal(op, &refusal), PINBOLT_WRONG_RESULT);
    CHECK(refusal == NULL);

    GIVES(pinbolt_op_dispatch(op, w->now, &other), PINBOLT_OK);
    wrong_answers(other, DELIVER, PINBOLT_WRONG_ANSWER);
    GIVES(answer(w, other), PINBOLT_OK);
    results(other, PINBOLT_WRONG_RESULT, "delivered");
    pinbolt_op_free(&other);
    GIVES(pinbolt_op_dispatch(op, w->now, &other), PINBOLT_USED_UP);
    CHECK(other == NULL);
    pinbolt_op_free(&op);

    w->now += 600000;
    begin(w, PHONE, handle);
    op = start_finish(w, "sign-in", handle, w->box.code);
    while (pinbolt_op_question(op) != PINBOLT_ASKS_NOTHING)
        GIVES(answer(w, op), PINBOLT_OK);
    results(op, PINBOLT_WRONG_RESULT, "verdict");
    pinbolt_verdict verdict;
    pinbolt_accepted *accepted;
    GIVES(pinbolt_op_verdict(op, &verdict, &accepted), PINBOLT_OK);
    pinbolt_accepted_free(&accepted);
    accepted = STALE;
    GIVES(pinbolt_op_verdict(op, &verdict, &accepted), PINBOLT_USED_UP);
    CHECK(verdict == PINBOLT_REFUSED && accepted == NULL);
    GIVES(pinbolt_op_verdict(op, &verdict, NULL), PINBOLT_USED_UP);
    CHECK(verdict == PINBOLT_REFUSED);
    pinbolt_op_free(&op);
}

// What isn't well-formed ends as the engine's own refusal or misuse.
static void malformed(world *w)
{
    char handle[256], code[11];
    begin(w, PHONE, handle);
    pinbolt_caller caller = session("session-1");
    pinbolt_finish_args args = {.size = sizeof args, .purpose = text("sign-in")};
    args.handle = text(handle);
    args.code = NOT_UTF8;
    args.caller = &caller;
    pinbolt_op *op;
    const pinbolt_refusal *refusal;
    GIVES(pinbolt_start_finish(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_MALFORMED);
    GIVES(pinbolt_op_refusal(op, &refusal), PINBOLT_OK);
    CHECK(refusal->detail.len > 0);
    results(op, PINBOLT_MALFORMED, "");
    pinbolt_op_free(&op);
    wrong_code(w, code);
    args.code = text(code);
    args.handle = NOT_UTF8;
    GIVES(pinbolt_start_finish(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_UNKNOWN_CHALLENGE);
    pinbolt_op_free(&op);
    args.handle = text(handle);
    args.purpose = NOT_UTF8;
    GIVES(pinbolt_start_finish(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_UNKNOWN_PURPOSE);
    results(op, PINBOLT_UNKNOWN_PURPOSE, "");
    GIVES(pinbolt_op_refusal(op, &refusal), PINBOLT_UNKNOWN_PURPOSE);
    CHECK(refusal == NULL);
    pinbolt_op_free(&op);
}

int main(void)
{
    world w;
    memset(long_text, 'a', sizeof long_text - 1);
    world_open(&w, NULL);
    enroll(&w, "a-1");
    authorities(&w);
    w.now += 600000;
    no_operation();
    at_each_question(&w);
    w.now += 600000;
    malformed(&w);
    a_clock_of_seconds(&w);
    world_close(&w);
    return passed();
}
