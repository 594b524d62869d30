// What a person may pick, what an account lacks, and recovery by two proofs.
#include "world.h"

#define OTHER_PHONE "+351912000418"

// With both addresses, or with the phone alone.
static void enrolls(world *w, const char *account, const char *phone, size_t addresses)
{
    pinbolt_op *op;
    pinbolt_operator someone = desk();
    pinbolt_text both[2] = {text(phone), text(EMAIL)};
    pinbolt_enroll_args args = {.size = sizeof args, .account = text(account), .pin = text(PIN)};
    args.addresses = both;
    args.address_count = addresses;
    args.asserted_by = &someone;
    GIVES(pinbolt_start_enroll(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    pinbolt_op_free(&op);
}

static pinbolt_op *begins(world *w, pinbolt_begin_args args, uint64_t apart)
{
    pinbolt_op *op;
    pinbolt_caller caller = session("session-1");
    args.size = sizeof args;
    args.caller = &caller;
    w->now += apart;
    GIVES(pinbolt_start_begin(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    return op;
}

// A proof by one delivered code.
static pinbolt_accepted *proof_by(world *w, const char *channel)
{
    char handle[256];
    pinbolt_verdict verdict;
    pinbolt_accepted *accepted;
    const pinbolt_proof *proof;
    pinbolt_begin_args args = {.name = text("a-1"), .purpose = text("help")};
    args.channel = text(channel);
    pinbolt_op *op = begins(w, args, 0);
    GIVES(run(w, op), PINBOLT_OK);
    issued(w, op, handle);
    pinbolt_op_free(&op);
    op = start_finish(w, "help", handle, w->box.code);
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_verdict(op, &verdict, &accepted), PINBOLT_OK);
    CHECK(verdict == PINBOLT_ACCEPTED);
    pinbolt_op_free(&op);
    GIVES(pinbolt_accepted_proof(accepted, &proof), PINBOLT_OK);
    CHECK(same(proof->channel, channel) && proof->assurance == PINBOLT_ASSURANCE_ONE_FACTOR);
    return accepted;
}

static pinbolt_op *resets(world *w, pinbolt_accepted **proof, pinbolt_status status)
{
    pinbolt_op *op;
    pinbolt_reset_pin_args args = {.size = sizeof args, .account = text("a-1")};
    args.new_pin = text("604281");
    args.proof = proof;
    GIVES(pinbolt_start_reset_pin(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    CHECK(*proof == NULL);
    GIVES(run(w, op), status);
    return op;
}

static void before_a_first_factor(world *w)
{
    const char *names[3] = {"a-1", "b-1", "nobody"};
    const pinbolt_offer *const *offers;
    size_t count;
    for (int at = 0; at < 3; at++) {
        pinbolt_begin_args args = {.name = text(names[at]), .purpose = text("help")};
        args.channel = text("email");
        pinbolt_op *op = begins(w, args, 600000);
        GIVES(pinbolt_op_offers(op, &offers, &count), PINBOLT_NOT_OVER);
        CHECK(offers == NULL && count == 0);
        GIVES(run(w, op), PINBOLT_OK);
        GIVES(pinbolt_op_offers(op, &offers, &count), PINBOLT_OK);
        CHECK(count == 3 && same(offers[0]->channel, "sms") && same(offers[1]->channel, "email"));
        CHECK(same(offers[2]->channel, "push"));
        for (size_t one = 0; one < count; one++)
            CHECK(offers[one]->masked.data == NULL);
        pinbolt_op_free(&op);
    }
    pinbolt_begin_args args = {.name = text(PHONE), .purpose = text("help")};
    args.channel = text("sms");
    pinbolt_op *op = begins(w, args, 600000);
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_offers(op, &offers, &count), PINBOLT_OK);
    CHECK(count == 3 && offers[0]->masked.len > 0 && strstr(offers[0]->masked.data, "00041") == NULL);
    CHECK(offers[1]->masked.data == NULL && offers[2]->masked.data == NULL);
    pinbolt_op_free(&op);
}

static void after_it(world *w)
{
    const pinbolt_offer *const *offers;
    const pinbolt_refusal *refusal;
    size_t count;
    pinbolt_op *op = start_begin(w, "a-1", "sign-in", PIN);
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_offers(op, &offers, &count), PINBOLT_OK);
    CHECK(count == 2 && same(offers[0]->channel, "sms") && same(offers[1]->channel, "email"));
    CHECK(offers[0]->masked.len > 0 && offers[1]->masked.len > 0);
    pinbolt_op_free(&op);

    pinbolt_begin_args args = {.name = text("b-1"), .purpose = text("sign-in"), .pin = text(PIN)};
    args.channel = text("email");
    op = begins(w, args, 600000);
    GIVES(run(w, op), PINBOLT_KEY_MISSING);
    GIVES(pinbolt_op_refusal(op, &refusal), PINBOLT_OK);
    CHECK(same(refusal->key, "email") && refusal->detail.data == NULL);
    GIVES(pinbolt_op_offers(op, &offers, &count), PINBOLT_KEY_MISSING);
    pinbolt_op_free(&op);
    args.pin = text("117394");
    op = begins(w, args, 600000);
    GIVES(run(w, op), PINBOLT_WRONG_CREDENTIALS);
    GIVES(pinbolt_op_refusal(op, &refusal), PINBOLT_OK);
    CHECK(refusal->key.data == NULL);
    pinbolt_op_free(&op);
}

static void one_way_is_not_enough(world *w)
{
    pinbolt_accepted *first = proof_by(w, "email");
    pinbolt_op *op = resets(w, &first, PINBOLT_NOT_AUTHORIZED);
    pinbolt_op_free(&op);
    first = proof_by(w, "sms");
    pinbolt_accepted *second = proof_by(w, "sms");
    GIVES(pinbolt_accepted_beside(first, &second), PINBOLT_OK);
    op = resets(w, &first, PINBOLT_NOT_AUTHORIZED);
    pinbolt_op_free(&op);
}

static void two_ways_are(world *w)
{
    const pinbolt_event *const *events;
    size_t count;
    pinbolt_accepted *nothing = NULL, *first = proof_by(w, "email"), *self = first;
    pinbolt_accepted *second = proof_by(w, "sms"), *third = proof_by(w, "sms");
    GIVES(pinbolt_accepted_beside(NULL, &second), PINBOLT_POINTER);
    GIVES(pinbolt_accepted_beside(first, NULL), PINBOLT_POINTER);
    GIVES(pinbolt_accepted_beside(first, &nothing), PINBOLT_USED_UP);
    GIVES(pinbolt_accepted_beside(first, &self), PINBOLT_AUTHORITY);
    CHECK(self == first && second != NULL);
    GIVES(pinbolt_accepted_beside(first, &second), PINBOLT_OK);
    CHECK(second == NULL);
    GIVES(pinbolt_accepted_beside(first, &third), PINBOLT_AUTHORITY);
    GIVES(pinbolt_accepted_beside(third, &first), PINBOLT_AUTHORITY);
    CHECK(first != NULL && third != NULL);
    pinbolt_op *op = resets(w, &first, PINBOLT_OK);
    GIVES(pinbolt_op_events(op, &events, &count), PINBOLT_OK);
    CHECK(count == 1 && same(events[0]->kind, "PinReset") && same(events[0]->purpose, "help"));
    CHECK(same(events[0]->beside, "help") && events[0]->operator_name.data == NULL);
    pinbolt_op_free(&op);
    // Both were of the PIN that was.
    op = resets(w, &third, PINBOLT_NOT_AUTHORIZED);
    pinbolt_op_free(&op);
    // One that nobody uses is freed with what is beside it.
    first = proof_by(w, "email");
    second = proof_by(w, "sms");
    GIVES(pinbolt_accepted_beside(first, &second), PINBOLT_OK);
    pinbolt_accepted_free(&first);
}

static void all(world *w)
{
    enrolls(w, "a-1", PHONE, 2);
    enrolls(w, "b-1", OTHER_PHONE, 1);
    before_a_first_factor(w);
    w->now += 7200000;
    after_it(w);
    w->now += 7200000;
    one_way_is_not_enough(w);
    w->now += 7200000;
    two_ways_are(w);
    world_close(w);
}

int main(void)
{
    world w;
    world_open(&w, NULL);
    w.by_hand = 1;
    all(&w);
    world_open(&w, NULL);
    all(&w);
    world_open(&w, "memory:");
    all(&w);
    return passed();
}
