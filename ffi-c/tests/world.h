// What the C tests stand on: a store in memory, a gateway that keeps what it got, a clock that stands
// still, and short words for long calls.
#ifndef WORLD_H
#define WORLD_H

#include "database.h"

#define KEYS                                                                                       \
    "index = \"dGhlIGluZGV4IGtleSBvZiB0aGUgdGVzdHMsIDMyIGI=\"\nactive = 1\n[secrets]\n"              \
    "1 = \"dGhlIGZpcnN0IHNlY3JldCBvZiB0aGUgdGVzdHMgMzI=\"\n"
#define POLICY                                                                                     \
    "hash = { memory = 7168, passes = 1 }\n"                                                       \
    "[purposes.sign-in]\npin = true\ncode = [\"sms\", \"email\"]\nauthorizes = true\n"             \
    "[purposes.look]\npin = true\n[purposes.code-only]\ncode = [\"sms\"]\n"                       \
    "[purposes.token]\notp = true\n[purposes.recover]\nrecovery_code = true\n"                    \
    "[purposes.log-in]\npin = true\notp = true\nauthorizes = true\n"                             \
    "[purposes.by-link]\ncode = [\"email\"]\nlink = true\n"                                        \
    "[purposes.help]\ncode = [\"sms\", \"email\", \"@push\"]\nauthorizes = true\n"                  \
    "[purposes.activate]\nticket = \"once\"\n[purposes.dossier]\nticket = \"until-closed\"\n"

#define PIN "802714"
#define PHONE "+351912000417"
#define EMAIL "ana.reis@example.com"
#define NOON UINT64_C(1800000000000)

// A gateway that keeps the last message.

typedef struct outbox {
    pthread_mutex_t lock;
    char code[11], link[256], to[255], reference[4], id[256], purpose[65], channel[17];
    uint32_t answer;
    uint64_t expires;
    unsigned sent;
} outbox;

static UNUSED uint32_t outbox_deliver(void *context, const pinbolt_message *message)
{
    outbox *box = context;
    pthread_mutex_lock(&box->lock);
    snprintf(box->code, sizeof box->code, "%s", message->code.data);
    snprintf(box->link, sizeof box->link, "%s", message->link.data);
    snprintf(box->to, sizeof box->to, "%s", message->to.data);
    snprintf(box->reference, sizeof box->reference, "%s", message->reference.data);
    snprintf(box->id, sizeof box->id, "%s", message->id.data);
    snprintf(box->purpose, sizeof box->purpose, "%s", message->purpose.data);
    snprintf(box->channel, sizeof box->channel, "%s", message->channel.data);
    box->expires = message->expires;
    box->sent++;
    uint32_t answer = box->answer;
    pthread_mutex_unlock(&box->lock);
    return answer;
}

static UNUSED uint64_t clock_now(void *context)
{
    return *(const uint64_t *)context;
}

// Everything together.

typedef struct world {
    pinbolt *pinbolt;
    pinbolt_engine *engine;
    database *db;
    outbox box;
    uint64_t now;
    pinbolt_hash_memory *memory;
    // By hand instead of by the engine.
    int by_hand;
} world;

static UNUSED pinbolt *installation(const char *policy_text)
{
    char why[200] = "not touched";
    pinbolt_keys *keys = NULL;
    pinbolt_policy *policy = NULL;
    pinbolt *made = NULL;
    GIVES(pinbolt_keys_parse(text(KEYS), why, sizeof why, &keys), PINBOLT_OK);
    CHECK(why[0] == '\0');
    GIVES(pinbolt_policy_parse(text(policy_text), why, sizeof why, &policy), PINBOLT_OK);
    GIVES(pinbolt_new(keys, policy, NO_TEXT, &made), PINBOLT_OK);
    pinbolt_keys_free(&keys);
    pinbolt_policy_free(&policy);
    CHECK(keys == NULL && policy == NULL);
    return made;
}

// Without a URL on the store in memory.
static UNUSED void world_open(world *w, const char *url)
{
    char why[200] = "";
    memset(w, 0, sizeof *w);
    w->now = NOON;
    w->box.answer = PINBOLT_DELIVERY_SENT;
    CHECK(pthread_mutex_init(&w->box.lock, NULL) == 0);
    w->db = database_new();
    w->pinbolt = installation(POLICY);
    GIVES(pinbolt_hash_memory_new(&w->memory), PINBOLT_OK);
    pinbolt_store store = store_of(w->db);
    pinbolt_delivery delivery = {sizeof delivery, &w->box, outbox_deliver};
    pinbolt_clock clock = {sizeof clock, &w->now, clock_now};
    pinbolt_engine_args args = {.size = sizeof args, .delivery = &delivery, .clock = &clock};
    args.hash_slots = 2;
    args.hash_patience = 600000; // However slow the tools are that watch.
    if (url != NULL)
        args.url = text(url);
    else
        args.store = &store;
    GIVES(pinbolt_engine_open(w->pinbolt, &args, why, sizeof why, &w->engine), PINBOLT_OK);
    CHECK(why[0] == '\0');
}

static UNUSED void world_close(world *w)
{
    pinbolt_engine_free(&w->engine);
    pinbolt_free(&w->pinbolt);
    pinbolt_hash_memory_free(&w->memory);
    CHECK(w->engine == NULL && w->pinbolt == NULL && w->memory == NULL);
    database_free(w->db);
    pthread_mutex_destroy(&w->box.lock);
}

// One question answered by hand, from the store in memory.
static UNUSED pinbolt_status answer(world *w, pinbolt_op *op)
{
    pinbolt_status said = PINBOLT_INTERNAL;
    switch (pinbolt_op_question(op)) {
    case PINBOLT_ASKS_LOAD: {
        pinbolt_text name;
        GIVES(pinbolt_op_row(op, &name), PINBOLT_OK);
        CHECK(name.len <= 80 && name.data[name.len] == '\0');
        row *found = database_find(w->db, name);
        if (found == NULL)
            return pinbolt_op_absent(op, w->now);
        pinbolt_bytes version = {found->version, 16}, body = {found->body, found->length};
        return pinbolt_op_found(op, w->now, version, body);
    }
    case PINBOLT_ASKS_COMMIT: {
        const pinbolt_write *write;
        GIVES(pinbolt_op_write(op, &write), PINBOLT_OK);
        CHECK(write->version.len == 16 && write->row.data[write->row.len] == '\0');
        if (database_swap(w->db, write, NULL) == PINBOLT_SWAP_APPLIED)
            return pinbolt_op_applied(op, w->now);
        return pinbolt_op_conflict(op, w->now);
    }
    case PINBOLT_ASKS_HASH: {
        pinbolt_work *work;
        GIVES(pinbolt_op_work(op, &work), PINBOLT_OK);
        GIVES(pinbolt_work_run(work, w->memory), PINBOLT_OK);
        said = pinbolt_op_hashed(op, w->now, work);
        pinbolt_work_free(&work);
        return said;
    }
    case PINBOLT_ASKS_DELIVER: {
        const pinbolt_message *message;
        GIVES(pinbolt_op_message(op, &message), PINBOLT_OK);
        switch (outbox_deliver(&w->box, message)) {
        case PINBOLT_DELIVERY_SENT: return pinbolt_op_sent(op, w->now);
        case PINBOLT_DELIVERY_NOT_SENT: return pinbolt_op_not_sent(op, w->now);
        default: return pinbolt_op_unknown(op, w->now);
        }
    }
    default: return said;
    }
}

static UNUSED pinbolt_status run(world *w, pinbolt_op *op)
{
    if (!w->by_hand)
        return pinbolt_engine_run(w->engine, op);
    while (pinbolt_op_question(op) != PINBOLT_ASKS_NOTHING)
        GIVES(answer(w, op), PINBOLT_OK);
    return pinbolt_op_status(op);
}

static UNUSED pinbolt_caller session(const char *id)
{
    pinbolt_caller caller = {.size = sizeof caller, .session = bytes(id)};
    caller.source = text("192.0.2.7");
    return caller;
}

static UNUSED pinbolt_operator desk(void)
{
    pinbolt_operator someone = {sizeof someone, text("desk-7"), text("seen in person")};
    return someone;
}

static UNUSED pinbolt_op *start_enroll(world *w, const char *account)
{
    pinbolt_op *op;
    pinbolt_operator someone = desk();
    pinbolt_text addresses[1] = {text(PHONE)};
    pinbolt_enroll_args args = {.size = sizeof args, .account = text(account), .pin = text(PIN)};
    args.addresses = addresses;
    args.address_count = 1;
    args.asserted_by = &someone;
    GIVES(pinbolt_start_enroll(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    return op;
}

static UNUSED void enroll(world *w, const char *account)
{
    pinbolt_op *op = start_enroll(w, account);
    GIVES(run(w, op), PINBOLT_OK);
    pinbolt_op_free(&op);
}

static UNUSED pinbolt_op *start_begin(world *w, const char *name, const char *purpose,
                                      const char *pin)
{
    pinbolt_op *op;
    pinbolt_caller caller = session("session-1");
    pinbolt_begin_args args = {.size = sizeof args, .name = text(name), .purpose = text(purpose)};
    args.pin = text(pin);
    args.channel = text("sms");
    args.caller = &caller;
    GIVES(pinbolt_start_begin(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    return op;
}

// Runs the delivery of what `op` issued, and keeps the handle.
static UNUSED void issued(world *w, pinbolt_op *op, char handle[256])
{
    const pinbolt_challenge *challenge;
    pinbolt_op *delivery;
    uint32_t delivered;
    GIVES(pinbolt_op_challenge(op, &challenge), PINBOLT_OK);
    CHECK(challenge->sent && challenge->handle.len < 256 && challenge->reference.len == 3);
    snprintf(handle, 256, "%s", challenge->handle.data);
    GIVES(pinbolt_op_dispatch(op, w->now, &delivery), PINBOLT_OK);
    GIVES(run(w, delivery), PINBOLT_OK);
    GIVES(pinbolt_op_delivered(delivery, &delivered), PINBOLT_OK);
    CHECK(delivered == PINBOLT_DELIVERY_SENT);
    CHECK(strcmp(w->box.reference, challenge->reference.data) == 0);
    CHECK(w->box.expires == challenge->expires);
    pinbolt_op_free(&delivery);
}

static UNUSED void begin(world *w, const char *name, char handle[256])
{
    pinbolt_op *op = start_begin(w, name, "sign-in", PIN);
    GIVES(run(w, op), PINBOLT_OK);
    issued(w, op, handle);
    pinbolt_op_free(&op);
}

static UNUSED pinbolt_op *start_finish(world *w, const char *purpose, const char *handle,
                                       const char *code)
{
    pinbolt_op *op;
    pinbolt_caller caller = session("session-1");
    pinbolt_finish_args args = {.size = sizeof args, .purpose = text(purpose)};
    args.handle = text(handle);
    args.code = text(code);
    args.caller = &caller;
    GIVES(pinbolt_start_finish(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    return op;
}

// Another code than the one that was sent.
static UNUSED void wrong_code(const world *w, char code[11])
{
    snprintf(code, 11, "%s", w->box.code);
    code[0] = code[0] == '9' ? '0' : (char)(code[0] + 1);
}

// Signs in, for a fresh proof.
static UNUSED pinbolt_accepted *sign_in(world *w)
{
    char handle[256];
    pinbolt_verdict verdict;
    pinbolt_accepted *accepted;
    w->now += 600000;
    begin(w, PHONE, handle);
    pinbolt_op *op = start_finish(w, "sign-in", handle, w->box.code);
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_verdict(op, &verdict, &accepted), PINBOLT_OK);
    CHECK(verdict == PINBOLT_ACCEPTED && accepted != NULL);
    pinbolt_op_free(&op);
    return accepted;
}

#endif
