// The whole path, in each of the three ways: by hand, on a store of C's, on a store by its URL.
#include "world.h"

static void enrolls(world *w)
{
    size_t bound, candidates, count;
    const pinbolt_event *const *events;
    pinbolt_op *op = start_enroll(w, "a-1");
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_enrolled(op, &bound, &candidates), PINBOLT_OK);
    CHECK(bound == 1 && candidates == 0);
    GIVES(pinbolt_op_events(op, &events, &count), PINBOLT_OK);
    CHECK(count > 0 && same(events[0]->kind, "Enrolled") && same(events[0]->account, "a-1"));
    CHECK(events[0]->at == w->now && same(events[0]->operator_name, "desk-7"));
    pinbolt_op_free(&op);

    op = start_enroll(w, "a-1");
    GIVES(run(w, op), PINBOLT_ACCOUNT_EXISTS);
    pinbolt_op_free(&op);
}

static void a_wrong_pin(world *w)
{
    size_t count;
    const pinbolt_event *const *events;
    pinbolt_op *op = start_begin(w, PHONE, "sign-in", "117394");
    GIVES(run(w, op), PINBOLT_WRONG_CREDENTIALS);
    GIVES(pinbolt_op_events(op, &events, &count), PINBOLT_OK);
    CHECK(count == 2 && same(events[0]->kind, "PinTried"));
    CHECK(same(events[1]->kind, "PinRefused") && same(events[1]->source, "192.0.2.7"));
    CHECK(events[0]->lane == PINBOLT_LANE_STRANGER);
    pinbolt_op_free(&op);
}

static void the_right_code(world *w, const char *handle)
{
    pinbolt_verdict verdict = 77;
    pinbolt_accepted *accepted;
    const pinbolt_proof *proof;
    pinbolt_op *op = start_finish(w, "sign-in", handle, w->box.code);
    GIVES(pinbolt_op_verdict(op, &verdict, &accepted), PINBOLT_NOT_OVER);
    CHECK(verdict == PINBOLT_REFUSED && accepted == NULL);
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_verdict(op, &verdict, NULL), PINBOLT_OK);
    CHECK(verdict == PINBOLT_ACCEPTED);
    GIVES(pinbolt_op_verdict(op, &verdict, &accepted), PINBOLT_OK);
    CHECK(verdict == PINBOLT_ACCEPTED && accepted != NULL);
    pinbolt_op_free(&op);
    GIVES(pinbolt_accepted_proof(accepted, &proof), PINBOLT_OK);
    CHECK(same(proof->account, "a-1") && same(proof->purpose, "sign-in"));
    CHECK(proof->session.len == 9 && memcmp(proof->session.data, "session-1", 9) == 0);
    CHECK(proof->context.len == 32 && proof->at == w->now && proof->assurance == 3);
    CHECK(proof->pin && proof->code && proof->lane == PINBOLT_LANE_FIRST_FACTOR);
    pinbolt_accepted_free(&accepted);
    CHECK(accepted == NULL);
}

static void signs_in(world *w)
{
    char first[256], second[256], wrong[11], old[11];
    const pinbolt_refusal *refusal;
    pinbolt_verdict verdict;
    pinbolt_op *op;

    begin(w, PHONE, first);
    CHECK(strcmp(w->box.channel, "sms") == 0 && strcmp(w->box.to, PHONE) == 0);
    CHECK(strcmp(w->box.purpose, "sign-in") == 0 && w->box.id[0] != '\0');
    wrong_code(w, wrong);
    op = start_finish(w, "sign-in", first, wrong);
    GIVES(run(w, op), PINBOLT_WRONG_CODE);
    GIVES(pinbolt_op_verdict(op, &verdict, NULL), PINBOLT_WRONG_CODE);
    CHECK(verdict == PINBOLT_REFUSED);
    GIVES(pinbolt_op_refusal(op, &refusal), PINBOLT_OK);
    CHECK(refusal->tries_left == 4 && refusal->until == 0 && refusal->newest.data == NULL);
    pinbolt_op_free(&op);

    snprintf(old, sizeof old, "%s", w->box.code);
    pinbolt_caller caller = session("session-1");
    pinbolt_resend_args again = {.size = sizeof again, .handle = text(first)};
    again.channel = text("sms");
    again.caller = &caller;
    GIVES(pinbolt_start_resend(w->pinbolt, w->now, &again, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_THROTTLED);
    GIVES(pinbolt_op_refusal(op, &refusal), PINBOLT_OK);
    CHECK(refusal->until == w->now + 30000);
    pinbolt_op_free(&op);
    w->now += 30000;
    GIVES(pinbolt_start_resend(w->pinbolt, w->now, &again, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    issued(w, op, second);
    pinbolt_op_free(&op);

    op = start_finish(w, "sign-in", first, old);
    GIVES(run(w, op), PINBOLT_SUPERSEDED);
    GIVES(pinbolt_op_refusal(op, &refusal), PINBOLT_OK);
    CHECK(same(refusal->newest, w->box.reference));
    pinbolt_op_free(&op);
    the_right_code(w, second);
    op = start_finish(w, "sign-in", second, w->box.code);
    GIVES(run(w, op), PINBOLT_ALREADY_USED);
    pinbolt_op_free(&op);
}

static void confirms_by_proof(world *w)
{
    char handle[256];
    pinbolt_op *op;
    pinbolt_accepted *proof = sign_in(w);
    pinbolt_caller caller = session("session-1");
    pinbolt_confirm_args args = {.size = sizeof args, .account = text("a-1")};
    args.address = text(EMAIL);
    args.proof = &proof;
    args.caller = &caller;
    GIVES(pinbolt_start_confirm(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    CHECK(proof == NULL);
    GIVES(run(w, op), PINBOLT_OK);
    issued(w, op, handle);
    CHECK(strcmp(w->box.channel, "email") == 0 && strcmp(w->box.to, EMAIL) == 0);
    pinbolt_op_free(&op);
    GIVES(pinbolt_start_confirm(w->pinbolt, w->now, &args, &op), PINBOLT_USED_UP);
    CHECK(op == NULL);
    op = start_finish(w, PINBOLT_CONFIRM, handle, w->box.code);
    GIVES(run(w, op), PINBOLT_OK);
    pinbolt_op_free(&op);
}

static void describes(world *w, int blocked)
{
    const pinbolt_description *shown;
    pinbolt_op *op;
    pinbolt_describe_args args = {sizeof args, text("a-1")};
    GIVES(pinbolt_start_describe(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_description(op, &shown), PINBOLT_OK);
    CHECK(same(shown->account, "a-1") && shown->enrolled == NOON && shown->has_pin);
    CHECK(shown->blocked == (blocked != 0) && shown->pin_set >= NOON);
    CHECK(shown->address_count == 2 && shown->addresses[0]->bound && shown->addresses[1]->bound);
    CHECK(same(shown->addresses[0]->channel, "sms"));
    CHECK(shown->addresses[0]->masked.len > 0 && !same(shown->addresses[0]->masked, PHONE));
    CHECK(shown->event_count == 16 && shown->events[15]->kind.len > 0);
    CHECK(shown->ledger_count == 0 || shown->ledgers[0]->failures > 0);
    pinbolt_op_free(&op);
}

static void verifies(world *w, const char *pin, pinbolt_status status)
{
    pinbolt_op *op;
    pinbolt_verdict verdict;
    pinbolt_accepted *accepted;
    const pinbolt_proof *proof;
    pinbolt_caller caller = session("session-1");
    pinbolt_verify_args args = {.size = sizeof args, .name = text("a-1"), .purpose = text("look")};
    args.pin = text(pin);
    args.caller = &caller;
    GIVES(pinbolt_start_verify(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    GIVES(run(w, op), status);
    GIVES(pinbolt_op_verdict(op, &verdict, &accepted), status);
    CHECK(verdict == (status == PINBOLT_OK ? PINBOLT_ACCEPTED : PINBOLT_REFUSED));
    if (status == PINBOLT_OK) {
        GIVES(pinbolt_accepted_proof(accepted, &proof), PINBOLT_OK);
        CHECK(proof->assurance == 1 && proof->pin && !proof->code);
    }
    pinbolt_accepted_free(&accepted);
    pinbolt_op_free(&op);
}

static void changes_pins(world *w)
{
    pinbolt_op *op;
    const pinbolt_refusal *refusal;
    bool refilled;
    pinbolt_operator someone = desk();
    pinbolt_caller caller = session("session-1");
    verifies(w, PIN, PINBOLT_OK);
    verifies(w, "117394", PINBOLT_WRONG_CREDENTIALS);
    verifies(w, "none", PINBOLT_MALFORMED);

    pinbolt_change_pin_args change = {.size = sizeof change, .account = text("a-1")};
    change.old_pin = text(PIN);
    change.new_pin = text("123456");
    change.caller = &caller;
    GIVES(pinbolt_start_change_pin(w->pinbolt, w->now, &change, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_WEAK_PIN);
    GIVES(pinbolt_op_refusal(op, &refusal), PINBOLT_OK);
    CHECK(refusal->detail.len > 0 && refusal->detail.data[refusal->detail.len] == '\0');
    pinbolt_op_free(&op);
    change.new_pin = text("904173");
    GIVES(pinbolt_start_change_pin(w->pinbolt, w->now, &change, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    pinbolt_op_free(&op);

    pinbolt_reset_pin_args reset = {.size = sizeof reset, .account = text("a-1")};
    reset.new_pin = text(PIN);
    reset.by = &someone;
    GIVES(pinbolt_start_reset_pin(w->pinbolt, w->now, &reset, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    pinbolt_op_free(&op);

    pinbolt_unlock_args unlock = {.size = sizeof unlock, .account = text("a-1"), .by = &someone};
    unlock.authenticator = pinbolt_authenticator_of(text("pin"));
    GIVES(pinbolt_start_unlock(w->pinbolt, w->now, &unlock, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_unlocked(op, &refilled), PINBOLT_OK);
    CHECK(refilled);
    pinbolt_op_free(&op);
}

static void blocks_and_ends(world *w)
{
    char handle[256];
    pinbolt_op *op;
    pinbolt_operator someone = desk();
    pinbolt_caller caller = session("session-1");
    pinbolt_block_args block = {sizeof block, text("a-1"), &someone};
    pinbolt_unblock_args unblock = {sizeof unblock, text("a-1"), &someone};
    GIVES(pinbolt_start_block(w->pinbolt, w->now, &block, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    pinbolt_op_free(&op);
    describes(w, 1);
    verifies(w, PIN, PINBOLT_WRONG_CREDENTIALS);
    GIVES(pinbolt_start_unblock(w->pinbolt, w->now, &unblock, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    pinbolt_op_free(&op);
    describes(w, 0);

    w->now += 600000;
    begin(w, PHONE, handle);
    pinbolt_cancel_args cancel = {sizeof cancel, text(handle), &caller};
    GIVES(pinbolt_start_cancel(w->pinbolt, w->now, &cancel, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    pinbolt_op_free(&op);
    op = start_finish(w, "sign-in", handle, w->box.code);
    GIVES(run(w, op), PINBOLT_ENDED);
    pinbolt_op_free(&op);

    pinbolt_cancel_account_args end = {.size = sizeof end, .account = text("a-1"), .by = &someone};
    GIVES(pinbolt_start_cancel_account(w->pinbolt, w->now, &end, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    pinbolt_op_free(&op);
    GIVES(pinbolt_start_cancel_account(w->pinbolt, w->now, &end, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_UNKNOWN_ACCOUNT);
    pinbolt_op_free(&op);
}

static void the_path(const char *url, int by_hand)
{
    world w;
    world_open(&w, url);
    w.by_hand = by_hand;
    enrolls(&w);
    a_wrong_pin(&w);
    signs_in(&w);
    confirms_by_proof(&w);
    changes_pins(&w);
    blocks_and_ends(&w);
    world_close(&w);
}

// Another engine, of the same keys, on what the first one left in the file.
static void the_file_stays(const char *url)
{
    world w;
    world_open(&w, url);
    enroll(&w, "a-2");
    world_close(&w);
    world_open(&w, url);
    pinbolt_accepted *accepted = sign_in(&w);
    pinbolt_accepted_free(&accepted);
    world_close(&w);
}

static void keys_from_a_file(const char *folder)
{
    char path[300], why[200];
    pinbolt_keys *keys;
    snprintf(path, sizeof path, "%s/keys.toml", folder);
    GIVES(pinbolt_keys_load(text(path), why, sizeof why, &keys), PINBOLT_CONFIGURATION);
    CHECK(keys == NULL && strstr(why, "there is no such file") != NULL);
    GIVES(pinbolt_keys_generate(text(path), why, sizeof why), PINBOLT_OK);
    GIVES(pinbolt_keys_generate(text(path), why, sizeof why), PINBOLT_CONFIGURATION);
    CHECK(strstr(why, "left as it is") != NULL);
    GIVES(pinbolt_keys_load(text(path), NULL, 0, &keys), PINBOLT_OK);
    pinbolt_keys_free(&keys);
    CHECK(setenv("PINBOLT_TEST_KEYS", KEYS, 1) == 0);
    GIVES(pinbolt_keys_from_env(text("PINBOLT_TEST_KEYS"), why, sizeof why, &keys), PINBOLT_OK);
    pinbolt_keys_free(&keys);
    unlink(path);
}

int main(void)
{
    char folder[] = "/tmp/pinbolt-paths-XXXXXX", path[300], url[320];
    CHECK(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/auth.db", folder);
    snprintf(url, sizeof url, "sqlite://%s", path);
    CHECK(strcmp(pinbolt_version(), PINBOLT_VERSION) == 0);
    CHECK(pinbolt_now() > NOON - UINT64_C(400) * 86400000);
    the_path(NULL, 1);
    the_path(NULL, 0);
    the_path("memory:", 0);
    the_path(url, 0);
    unlink(path);
    the_file_stays(url);
    keys_from_a_file(folder);
    const char *left[] = {"", "-wal", "-shm"};
    for (size_t at = 0; at < 3; at++) {
        snprintf(url, sizeof url, "%s%s", path, left[at]);
        unlink(url);
    }
    rmdir(folder);
    return passed();
}
