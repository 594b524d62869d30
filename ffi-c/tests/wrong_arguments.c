// Arguments that are wrong on purpose: a status, never a crash.
#include "wrong.h"

static void statuses(void)
{
    const pinbolt_status unknown[] = {1, 100, 199, 299, 312, 999, UINT32_MAX};
    for (size_t at = 0; at < sizeof unknown / sizeof *unknown; at++) {
        CHECK(strcmp(pinbolt_status_name(unknown[at]), "Unknown") == 0);
        CHECK(strlen(pinbolt_status_sentence(unknown[at])) > 0);
        CHECK(pinbolt_status_kind(unknown[at]) == PINBOLT_KIND_FAILURE);
    }
    CHECK(pinbolt_status_kind(PINBOLT_OK) == PINBOLT_KIND_OK);
    CHECK(pinbolt_status_kind(PINBOLT_WRONG_CODE) == PINBOLT_KIND_REFUSAL);
    CHECK(pinbolt_status_kind(PINBOLT_POINTER) == PINBOLT_KIND_MISUSE);
    CHECK(pinbolt_status_kind(PINBOLT_STORE) == PINBOLT_KIND_FAILURE);
    CHECK(strcmp(pinbolt_status_name(PINBOLT_WRONG_CODE), "WrongCode") == 0);
    CHECK(strcmp(pinbolt_status_sentence(PINBOLT_WRONG_CODE), "The code is wrong.") == 0);
}

static void names(void)
{
    CHECK(pinbolt_text_of(NULL).data == NULL && pinbolt_text_of(NULL).len == 0);
    CHECK(pinbolt_text_of("").data != NULL && pinbolt_text_of("").len == 0);
    CHECK(pinbolt_text_of(long_text).len == PINBOLT_MAX_LENGTH + 1);
    CHECK(pinbolt_authenticator_of(text("code")) == PINBOLT_AUTHENTICATOR_CODE);
    CHECK(pinbolt_authenticator_of(text("otp")) == PINBOLT_AUTHENTICATOR_OTP);
    CHECK(pinbolt_authenticator_of(text("recovery-code")) == PINBOLT_AUTHENTICATOR_RECOVERY_CODE);
    CHECK(pinbolt_algorithm_of(text("SHA1")) == PINBOLT_ALGORITHM_SHA1);
    CHECK(pinbolt_algorithm_of(text("SHA256")) == PINBOLT_ALGORITHM_SHA256);
    CHECK(pinbolt_algorithm_of(text("SHA512")) == PINBOLT_ALGORITHM_SHA512);
    const pinbolt_text none[] = {NO_TEXT, LYING, LONG, NOT_UTF8, {"SMS", 3}, {"sms ", 4}};
    for (size_t at = 0; at < sizeof none / sizeof *none; at++) {
        CHECK(pinbolt_authenticator_of(none[at]) == 0);
        CHECK(pinbolt_algorithm_of(none[at]) == 0);
    }
}

// A reason is cut before the character that doesn't fit, and always ends.
static void reasons(void)
{
    char whole[200], room[200];
    pinbolt_policy *policy = STALE;
    const pinbolt_text odd = text("[code]\n\"d\xc3\xadgitos\" = 6");
    GIVES(pinbolt_policy_parse(odd, whole, sizeof whole, &policy), PINBOLT_CONFIGURATION);
    CHECK(policy == NULL && strstr(whole, "d\xc3\xadgitos") != NULL);
    for (size_t size = 0; size <= strlen(whole) + 2; size++) {
        memset(room, '#', sizeof room);
        GIVES(pinbolt_policy_parse(odd, room, size, &policy), PINBOLT_CONFIGURATION);
        CHECK(room[size] == '#');
        if (size == 0)
            continue;
        size_t length = strlen(room);
        CHECK(length < size && memcmp(room, whole, length) == 0);
        CHECK(length + 2 >= size || length == strlen(whole));
        CHECK(length == 0 || (unsigned char)room[length - 1] != 0xc3);
    }
    GIVES(pinbolt_policy_parse(odd, NULL, 0, &policy), PINBOLT_CONFIGURATION);
    POINTER(pinbolt_policy_parse(odd, NULL, 1, &policy));
}

static void configuration(void)
{
    char why[100];
    pinbolt_keys *keys = STALE;
    pinbolt_policy *policy = STALE;
    pinbolt *made = STALE;
    const size_t room = sizeof why;

    POINTER(pinbolt_keys_generate(LYING, why, room));
    GIVES(pinbolt_keys_generate(LONG, why, room), PINBOLT_LENGTH);
    GIVES(pinbolt_keys_generate(NOT_UTF8, why, room), PINBOLT_CONFIGURATION);
    GIVES(pinbolt_keys_generate(text("/nowhere/keys"), why, room), PINBOLT_CONFIGURATION);
    POINTER(pinbolt_keys_generate(text("/nowhere/keys"), NULL, 1));
    pinbolt_status (*const readers[])(pinbolt_text, char *, size_t, pinbolt_keys **) = {
        pinbolt_keys_load, pinbolt_keys_parse, pinbolt_keys_from_env};
    for (size_t at = 0; at < 3; at++) {
        POINTER(readers[at](text("x"), why, room, NULL));
        keys = STALE;
        POINTER(readers[at](text("x"), NULL, 1, &keys));
        CHECK(keys == NULL);
        POINTER(readers[at](LYING, why, room, &keys));
        GIVES(readers[at](LONG, why, room, &keys), PINBOLT_LENGTH);
        const pinbolt_text refused[] = {NO_TEXT, NOT_UTF8, text("x"), text("A=B")};
        for (size_t text = 0; text < 4; text++) {
            GIVES(readers[at](refused[text], why, room, &keys), PINBOLT_CONFIGURATION);
            CHECK(keys == NULL && why[0] != '\0');
        }
    }
    POINTER(pinbolt_policy_parse(text(""), why, room, NULL));
    POINTER(pinbolt_policy_parse(LYING, why, room, &policy));
    CHECK(policy == NULL);
    GIVES(pinbolt_policy_parse(LONG, why, room, &policy), PINBOLT_LENGTH);
    GIVES(pinbolt_policy_parse(NOT_UTF8, why, room, &policy), PINBOLT_CONFIGURATION);

    GIVES(pinbolt_keys_parse(text(KEYS), why, room, &keys), PINBOLT_OK);
    GIVES(pinbolt_policy_parse(text(POLICY), why, room, &policy), PINBOLT_OK);
    POINTER(pinbolt_new(keys, policy, NO_TEXT, NULL));
    POINTER(pinbolt_new(NULL, policy, NO_TEXT, &made));
    CHECK(made == NULL);
    POINTER(pinbolt_new(keys, NULL, NO_TEXT, &made));
    POINTER(pinbolt_new(keys, policy, LYING, &made));
    GIVES(pinbolt_new(keys, policy, LONG, &made), PINBOLT_LENGTH);
    GIVES(pinbolt_new(keys, policy, NOT_UTF8, &made), PINBOLT_TENANT);
    const pinbolt_text tenant = {long_text, 65};
    GIVES(pinbolt_new(keys, policy, tenant, &made), PINBOLT_TENANT);
    POINTER(pinbolt_new((const pinbolt_keys *)((const char *)keys + 1), policy, NO_TEXT, &made));
    CHECK(made == NULL);
    pinbolt_keys_free(&keys);
    pinbolt_policy_free(&policy);
}

static void nothing_to_free(void)
{
    pinbolt_keys *keys = NULL;
    pinbolt_policy *policy = NULL;
    pinbolt *made = NULL;
    pinbolt_engine *engine = NULL;
    pinbolt_op *op = NULL;
    pinbolt_work *work = NULL;
    pinbolt_hash_memory *memory = NULL;
    pinbolt_accepted *accepted = NULL;
    pinbolt_hotp *hotp = NULL;
    pinbolt_ocra *ocra = NULL;
    pinbolt_keys_free(NULL), pinbolt_keys_free(&keys);
    pinbolt_policy_free(NULL), pinbolt_policy_free(&policy);
    pinbolt_free(NULL), pinbolt_free(&made);
    pinbolt_engine_free(NULL), pinbolt_engine_free(&engine);
    pinbolt_op_free(NULL), pinbolt_op_free(&op);
    pinbolt_work_free(NULL), pinbolt_work_free(&work);
    pinbolt_hash_memory_free(NULL), pinbolt_hash_memory_free(&memory);
    pinbolt_accepted_free(NULL), pinbolt_accepted_free(&accepted);
    pinbolt_hotp_free(NULL), pinbolt_hotp_free(&hotp);
    pinbolt_ocra_free(NULL), pinbolt_ocra_free(&ocra);
    POINTER(pinbolt_hash_memory_new(NULL));
    GIVES(pinbolt_hash_memory_new(&memory), PINBOLT_OK);
    pinbolt_hash_memory_free(&memory);
    pinbolt_hash_memory_free(&memory);
}

static void engines(world *w)
{
    char why[100];
    pinbolt_engine *engine = STALE;
    pinbolt_store store = store_of(w->db);
    pinbolt_engine_args args = {.size = sizeof args, .store = &store};
    POINTER(pinbolt_engine_open(NULL, &args, why, 100, &engine));
    CHECK(engine == NULL);
    POINTER(pinbolt_engine_open(w->pinbolt, NULL, why, 100, &engine));
    POINTER(pinbolt_engine_open(w->pinbolt, &args, NULL, 100, &engine));
    POINTER(pinbolt_engine_open(w->pinbolt, &args, why, 100, NULL));
    const size_t odd[] = {0, 1, sizeof args - 1, sizeof args + 1, sizeof args + 8, SIZE_MAX};
    for (size_t at = 0; at < 6; at++) {
        args.size = odd[at];
        POINTER(pinbolt_engine_open(w->pinbolt, &args, why, 100, &engine));
    }
    args.size = sizeof args;
    args.url = text("memory:");
    GIVES(pinbolt_engine_open(w->pinbolt, &args, why, 100, &engine), PINBOLT_VALUE);
    args.store = NULL;
    args.url = NO_TEXT;
    GIVES(pinbolt_engine_open(w->pinbolt, &args, why, 100, &engine), PINBOLT_VALUE);
    const char *urls[] = {"", "x", "mysql://db/auth", "sqlite:auth.db", "sqlite:///no/where/x.db"};
    for (size_t at = 0; at < 5; at++) {
        args.url = text(urls[at]);
        GIVES(pinbolt_engine_open(w->pinbolt, &args, why, 100, &engine), PINBOLT_CONFIGURATION);
        CHECK(engine == NULL && why[0] != '\0');
    }
    args.url = NOT_UTF8;
    GIVES(pinbolt_engine_open(w->pinbolt, &args, why, 100, &engine), PINBOLT_CONFIGURATION);
    args.url = LYING;
    POINTER(pinbolt_engine_open(w->pinbolt, &args, why, 100, &engine));
    args.url = LONG;
    GIVES(pinbolt_engine_open(w->pinbolt, &args, why, 100, &engine), PINBOLT_LENGTH);

    args.url = NO_TEXT;
    args.store = &store;
    store.load = NULL;
    POINTER(pinbolt_engine_open(w->pinbolt, &args, why, 100, &engine));
    store = store_of(w->db);
    store.swap = NULL;
    POINTER(pinbolt_engine_open(w->pinbolt, &args, why, 100, &engine));
    store = store_of(w->db);
    store.size = 8;
    POINTER(pinbolt_engine_open(w->pinbolt, &args, why, 100, &engine));
    store = store_of(w->db);
    pinbolt_delivery delivery = {sizeof delivery, NULL, NULL};
    args.delivery = &delivery;
    POINTER(pinbolt_engine_open(w->pinbolt, &args, why, 100, &engine));
    delivery.size = 1;
    POINTER(pinbolt_engine_open(w->pinbolt, &args, why, 100, &engine));
    args.delivery = NULL;
    pinbolt_clock clock = {sizeof clock, NULL, NULL};
    args.clock = &clock;
    POINTER(pinbolt_engine_open(w->pinbolt, &args, why, 100, &engine));
    clock.size = 1;
    POINTER(pinbolt_engine_open(w->pinbolt, &args, why, 100, &engine));
    CHECK(engine == NULL);
    args.clock = NULL;
    args.hash_slots = 1025;
    GIVES(pinbolt_engine_open(w->pinbolt, &args, why, 100, &engine), PINBOLT_VALUE);
    args.hash_slots = (uint32_t)-1;
    GIVES(pinbolt_engine_open(w->pinbolt, &args, why, 100, &engine), PINBOLT_VALUE);
    CHECK(engine == NULL);
    args.hash_slots = 1024;
    GIVES(pinbolt_engine_open(w->pinbolt, &args, why, 100, &engine), PINBOLT_OK);
    pinbolt_engine_free(&engine);
    POINTER(pinbolt_engine_run(NULL, NULL));
    POINTER(pinbolt_engine_run(w->engine, NULL));
}

// What is alike for all constructors: NULL in each place, and a size that nobody knows.
#define CONSTRUCTOR(verb)                                                                          \
    do {                                                                                           \
        pinbolt_##verb##_args fine = {.size = sizeof fine};                                        \
        pinbolt_op *op = STALE;                                                                    \
        POINTER(pinbolt_start_##verb(NULL, NOON, &fine, &op));                                     \
        CHECK(op == NULL);                                                                         \
        POINTER(pinbolt_start_##verb(w->pinbolt, NOON, NULL, &op));                                \
        POINTER(pinbolt_start_##verb(w->pinbolt, NOON, &fine, NULL));                              \
        for (size_t at = 0; at < 6; at++) {                                                        \
            op = STALE;                                                                            \
            GIVES(pinbolt_start_##verb(w->pinbolt, NO_TIMES[at], &fine, &op), PINBOLT_VALUE);      \
            CHECK(op == NULL);                                                                     \
        }                                                                                          \
        const size_t odd[] = {0, sizeof fine - 1, sizeof fine + 1, SIZE_MAX};                      \
        for (size_t at = 0; at < 4; at++) {                                                        \
            fine.size = odd[at];                                                                   \
            op = STALE;                                                                            \
            POINTER(pinbolt_start_##verb(w->pinbolt, NOON, &fine, &op));                           \
            CHECK(op == NULL);                                                                     \
        }                                                                                          \
    } while (0)

static void constructors(world *w)
{
    CONSTRUCTOR(enroll);
    CONSTRUCTOR(confirm);
    CONSTRUCTOR(begin);
    CONSTRUCTOR(resend);
    CONSTRUCTOR(finish);
    CONSTRUCTOR(verify);
    CONSTRUCTOR(cancel);
    CONSTRUCTOR(change_pin);
    CONSTRUCTOR(reset_pin);
    CONSTRUCTOR(unlock);
    CONSTRUCTOR(block);
    CONSTRUCTOR(unblock);
    CONSTRUCTOR(cancel_account);
    CONSTRUCTOR(describe);
    CONSTRUCTOR(add_token);
    CONSTRUCTOR(confirm_token);
    CONSTRUCTOR(resync_token);
    CONSTRUCTOR(remove_token);
    CONSTRUCTOR(import);
    CONSTRUCTOR(issue_recovery_codes);
    CONSTRUCTOR(remember_device);
    CONSTRUCTOR(forget_device);
    CONSTRUCTOR(outstanding);
    CONSTRUCTOR(renew);
    CONSTRUCTOR(issue_ticket);
    CONSTRUCTOR(close_ticket);
    CONSTRUCTOR(peek_link);
    CONSTRUCTOR(redeem);
}

static pinbolt_status begin_status(world *w, const pinbolt_begin_args *args)
{
    pinbolt_op *op;
    pinbolt_status status = pinbolt_start_begin(w->pinbolt, w->now, args, &op);
    if (status != PINBOLT_OK) {
        CHECK(op == NULL);
        return status;
    }
    status = run(w, op);
    pinbolt_op_free(&op);
    return status;
}

// Each argument absent, lying, too long, and not UTF-8.
static void arguments(world *w)
{
    pinbolt_caller caller = session("session-1");
    pinbolt_begin_args fine = {.size = sizeof fine, .name = text(PHONE), .pin = text(PIN)};
    fine.purpose = text("sign-in");
    fine.caller = &caller;
    fine.channel = text("sms");
    const pinbolt_text odd[] = {NO_TEXT, LYING, LONG, NOT_UTF8};
    const pinbolt_status name[] = {PINBOLT_MALFORMED, PINBOLT_POINTER, PINBOLT_LENGTH,
                                   PINBOLT_MALFORMED};
    const pinbolt_status pin[] = {PINBOLT_PIN_MISSING, PINBOLT_POINTER, PINBOLT_LENGTH,
                                  PINBOLT_MALFORMED};
    const pinbolt_status purpose[] = {PINBOLT_UNKNOWN_PURPOSE, PINBOLT_POINTER, PINBOLT_LENGTH,
                                      PINBOLT_UNKNOWN_PURPOSE};
    const pinbolt_status channel[] = {PINBOLT_CHANNEL, PINBOLT_POINTER, PINBOLT_LENGTH,
                                      PINBOLT_CHANNEL};
    for (size_t at = 0; at < 4; at++) {
        pinbolt_begin_args args = fine;
        args.name = odd[at];
        GIVES(begin_status(w, &args), name[at]);
        args = fine;
        args.pin = odd[at];
        GIVES(begin_status(w, &args), pin[at]);
        args = fine;
        args.purpose = odd[at];
        GIVES(begin_status(w, &args), purpose[at]);
        args = fine;
        args.channel = odd[at];
        GIVES(begin_status(w, &args), channel[at]);
    }
    pinbolt_begin_args args = fine;
    args.channel = text("Push!");
    GIVES(begin_status(w, &args), PINBOLT_CHANNEL);
    args.channel = text("push");
    GIVES(begin_status(w, &args), PINBOLT_WRONG_CHANNEL);
    args = fine;
    args.context = (pinbolt_bytes){NULL, 1};
    GIVES(begin_status(w, &args), PINBOLT_POINTER);
    args.context = (pinbolt_bytes){(const uint8_t *)long_text, PINBOLT_MAX_LENGTH + 1};
    GIVES(begin_status(w, &args), PINBOLT_LENGTH);
    args.context.len = 4097;
    GIVES(begin_status(w, &args), PINBOLT_CONTEXT);
    args = fine;
    args.caller = NULL;
    GIVES(begin_status(w, &args), PINBOLT_POINTER);
    args.caller = &caller;
    caller.size = 3;
    GIVES(begin_status(w, &args), PINBOLT_POINTER);
    caller = session("");
    GIVES(begin_status(w, &args), PINBOLT_SESSION);
    caller.session = NO_BYTES;
    GIVES(begin_status(w, &args), PINBOLT_SESSION);
    caller.session = (pinbolt_bytes){NULL, 1};
    GIVES(begin_status(w, &args), PINBOLT_POINTER);
    caller = session("session-1");
    caller.source = NOT_UTF8;
    GIVES(begin_status(w, &args), PINBOLT_CALLER);
    caller.source = (pinbolt_text){long_text, 257};
    GIVES(begin_status(w, &args), PINBOLT_CALLER);
    args.purpose = text("look");
    caller = session("session-1");
    GIVES(begin_status(w, &args), PINBOLT_WRONG_VERB);
    args.purpose = text("code-only");
    GIVES(begin_status(w, &args), PINBOLT_PIN_UNASKED);
}

static void enrolments(world *w)
{
    pinbolt_op *op = STALE;
    pinbolt_text addresses[9];
    pinbolt_operator someone = desk();
    pinbolt_enroll_args args = {.size = sizeof args, .account = text("a-9")};
    args.address_count = 1;
    POINTER(pinbolt_start_enroll(w->pinbolt, NOON, &args, &op));
    CHECK(op == NULL);
    args.addresses = addresses;
    args.address_count = SIZE_MAX;
    GIVES(pinbolt_start_enroll(w->pinbolt, NOON, &args, &op), PINBOLT_LENGTH);
    args.address_count = SIZE_MAX / sizeof *addresses + 2;
    GIVES(pinbolt_start_enroll(w->pinbolt, NOON, &args, &op), PINBOLT_LENGTH);
    for (size_t at = 0; at < 9; at++)
        addresses[at] = text("a@example.com");
    args.address_count = 9;
    GIVES(pinbolt_start_enroll(w->pinbolt, NOON, &args, &op), PINBOLT_OK);
    GIVES(pinbolt_engine_run(w->engine, op), PINBOLT_ADDRESSES);
    pinbolt_op_free(&op);
    args.address_count = 1;
    addresses[0] = LYING;
    POINTER(pinbolt_start_enroll(w->pinbolt, NOON, &args, &op));
    addresses[0] = NOT_UTF8;
    GIVES(pinbolt_start_enroll(w->pinbolt, NOON, &args, &op), PINBOLT_OK);
    GIVES(pinbolt_engine_run(w->engine, op), PINBOLT_MALFORMED);
    pinbolt_op_free(&op);
    args.address_count = 0;
    args.asserted_by = &someone;
    someone.name = text("ana@example.com");
    GIVES(pinbolt_start_enroll(w->pinbolt, NOON, &args, &op), PINBOLT_OPERATOR);
    someone.name = NOT_UTF8;
    GIVES(pinbolt_start_enroll(w->pinbolt, NOON, &args, &op), PINBOLT_OPERATOR);
    someone.size = 7;
    POINTER(pinbolt_start_enroll(w->pinbolt, NOON, &args, &op));
    args.asserted_by = NULL;
    args.account = NOT_UTF8;
    GIVES(pinbolt_start_enroll(w->pinbolt, NOON, &args, &op), PINBOLT_OK);
    GIVES(pinbolt_engine_run(w->engine, op), PINBOLT_ACCOUNT_ID);
    pinbolt_op_free(&op);
}

int main(void)
{
    world w;
    memset(long_text, 'a', sizeof long_text - 1);
    statuses();
    names();
    reasons();
    configuration();
    nothing_to_free();
    world_open(&w, NULL);
    engines(&w);
    constructors(&w);
    enrolments(&w);
    enroll(&w, "a-1");
    arguments(&w);
    world_close(&w);
    return passed();
}
