// The life of an address, and civil documents; wrong arguments of their verbs.
#include "token.h"

#define NEW "+351912000369"

// How a call ends that may not even start.
#define ENDS(verb, args, status)                                                                   \
    do {                                                                                           \
        pinbolt_op *op = STALE;                                                                    \
        pinbolt_status said = pinbolt_start_##verb(w->pinbolt, w->now, &(args), &op);              \
        CHECK((said == PINBOLT_OK) == (op != NULL));                                               \
        if (said == PINBOLT_OK)                                                                    \
            said = run(w, op);                                                                     \
        GIVES(said, status);                                                                       \
        pinbolt_op_free(&op);                                                                      \
    } while (0)

static const pinbolt_text *const ODD[] = {&NO_TEXT, &LYING, &LONG, &NOT_UTF8};

// Each text of a verb's arguments absent, lying, too long, and not UTF-8.
#define TEXTS(verb, fine, field, absent, not_utf8)                                                 \
    do {                                                                                           \
        const pinbolt_status ends[] = {absent, PINBOLT_POINTER, PINBOLT_LENGTH, not_utf8};         \
        for (size_t at = 0; at < 4; at++) {                                                        \
            pinbolt_##verb##_args odd = fine;                                                      \
            odd.field = *ODD[at];                                                                  \
            ENDS(verb, odd, ends[at]);                                                             \
        }                                                                                          \
    } while (0)

// Asks for a code by an operator; `replaces` NULL for none.
static pinbolt_op *confirm(world *w, const char *address, const char *replaces,
                           pinbolt_status status)
{
    pinbolt_op *op = STALE;
    pinbolt_operator someone = desk();
    pinbolt_caller caller = session("session-1");
    pinbolt_confirm_args args = {.size = sizeof args, .account = text("a-1")};
    args.address = text(address);
    if (replaces != NULL)
        args.replaces = text(replaces);
    args.by = &someone;
    args.caller = &caller;
    GIVES(pinbolt_start_confirm(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    GIVES(run(w, op), status);
    return op;
}

// What `describe` shows; the operation is the caller's to free.
static pinbolt_op *described(world *w, const pinbolt_description **shown)
{
    pinbolt_op *op;
    pinbolt_describe_args args = {sizeof args, text("a-1")};
    GIVES(pinbolt_start_describe(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_description(op, shown), PINBOLT_OK);
    return op;
}

static pinbolt_release_address_args release_args(const char *address, const pinbolt_operator *by)
{
    pinbolt_release_address_args args = {.size = sizeof args, .account = text("a-1")};
    args.address = text(address);
    args.by = by;
    return args;
}

static pinbolt_suspend_address_args suspend_args(const char *address, const pinbolt_operator *by)
{
    pinbolt_suspend_address_args args = {.size = sizeof args, .address = text(address)};
    args.by = by;
    return args;
}

// Which accounts it found: one, or with NULL none.
static void finds(const pinbolt_op *op, const char *account)
{
    const pinbolt_text *accounts = STALE;
    size_t count = 7;
    GIVES(pinbolt_op_accounts(op, &accounts, &count), PINBOLT_OK);
    CHECK(count == (account != NULL));
    CHECK(account == NULL ? accounts == NULL : same(accounts[0], account));
}

// The address of the account hears before the new one gets its code.
static void is_told(world *w, pinbolt_op *op)
{
    const pinbolt_message *message;
    pinbolt_op *delivery;
    char id[256];
    GIVES(pinbolt_op_dispatch(op, w->now, &delivery), PINBOLT_OK);
    while (pinbolt_op_question(delivery) != PINBOLT_ASKS_DELIVER)
        GIVES(answer(w, delivery), PINBOLT_OK);
    GIVES(pinbolt_op_message(delivery, &message), PINBOLT_OK);
    CHECK(same(message->to, PHONE) && message->code.data != NULL && message->code.len == 0);
    CHECK(message->link.len == 0 && same(message->purpose, "pinbolt:confirm-phone"));
    snprintf(id, sizeof id, "%s", message->id.data);
    GIVES(pinbolt_op_sent(delivery, w->now), PINBOLT_OK);
    while (pinbolt_op_question(delivery) != PINBOLT_ASKS_NOTHING)
        GIVES(answer(w, delivery), PINBOLT_OK);
    CHECK(strcmp(w->box.to, NEW) == 0 && strlen(w->box.code) == 6);
    CHECK(strcmp(w->box.id, id) != 0);
    pinbolt_op_free(&delivery);
}

static void changes(world *w)
{
    char handle[256];
    const pinbolt_challenge *challenge;
    const pinbolt_description *shown;
    const pinbolt_refusal *refusal;
    pinbolt_operator someone = desk();
    pinbolt_op_free(&(pinbolt_op *){confirm(w, NEW, NULL, PINBOLT_TOO_MANY_PHONES)});
    pinbolt_op_free(&(pinbolt_op *){confirm(w, NEW, EMAIL, PINBOLT_UNKNOWN_ADDRESS)});
    pinbolt_op *op = confirm(w, NEW, PHONE, PINBOLT_OK);
    GIVES(pinbolt_op_challenge(op, &challenge), PINBOLT_OK);
    snprintf(handle, sizeof handle, "%s", challenge->handle.data);
    is_told(w, op);
    pinbolt_op_free(&op);
    op = start_finish(w, PINBOLT_CONFIRM, handle, w->box.code);
    GIVES(run(w, op), PINBOLT_OK);
    pinbolt_op_free(&op);

    op = described(w, &shown);
    CHECK(shown->address_count == 2 && shown->addresses[1]->bound && !shown->addresses[1]->stale);
    CHECK(shown->addresses[0]->until == w->now + DAY && shown->addresses[0]->from == 0);
    CHECK(shown->addresses[1]->from == w->now + DAY && shown->addresses[1]->until == 0);
    CHECK(shown->addresses[1]->proven_at == w->now && shown->addresses[1]->suspended_at == 0);
    pinbolt_op_free(&op);

    op = confirm(w, NEW, NULL, PINBOLT_ADDRESS_WAITS);
    GIVES(pinbolt_op_refusal(op, &refusal), PINBOLT_OK);
    CHECK(refusal->until == w->now + DAY);
    pinbolt_op_free(&op);
    pinbolt_release_address_args ends = release_args(NEW, &someone);
    ENDS(release_address, ends, PINBOLT_OK);
    ENDS(release_address, ends, PINBOLT_UNKNOWN_ADDRESS);
    op = described(w, &shown);
    CHECK(shown->address_count == 1 && shown->addresses[0]->until == 0);
    pinbolt_op_free(&op);
}

static void releases_by_proof(world *w)
{
    const pinbolt_description *shown;
    pinbolt_accepted *proof = sign_in(w);
    pinbolt_release_address_args args = release_args(NEW, NULL);
    args.proof = &proof;
    ENDS(release_address, args, PINBOLT_UNKNOWN_ADDRESS);
    CHECK(proof == NULL);
    ENDS(release_address, args, PINBOLT_USED_UP);
    args.address = text(PHONE);
    proof = sign_in(w);
    // Its owner is told, at the address itself.
    pinbolt_op *op, *delivery;
    uint64_t leaves = 0;
    GIVES(pinbolt_start_release_address(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_released(op, &leaves), PINBOLT_OK);
    CHECK(leaves == w->now + DAY);
    unsigned before = w->box.sent;
    GIVES(pinbolt_op_dispatch(op, w->now, &delivery), PINBOLT_OK);
    pinbolt_op_free(&op);
    GIVES(run(w, delivery), PINBOLT_OK);
    pinbolt_op_free(&delivery);
    CHECK(w->box.sent == before + 1 && strcmp(w->box.to, PHONE) == 0 && !*w->box.code);
    CHECK(strcmp(w->box.purpose, PINBOLT_RELEASE) == 0);
    op = described(w, &shown);
    CHECK(shown->address_count == 1 && shown->addresses[0]->until == w->now + DAY);
    pinbolt_op_free(&op);
    w->now += DAY;
    op = described(w, &shown);
    CHECK(shown->address_count == 0 && shown->addresses == NULL);
    pinbolt_op_free(&op);
}

static void suspends(world *w)
{
    const pinbolt_description *shown;
    pinbolt_op *op;
    pinbolt_operator someone = desk();
    pinbolt_suspend_address_args args = suspend_args(PHONE, &someone), unknown = args;
    GIVES(pinbolt_start_suspend_address(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    finds(op, "a-1");
    pinbolt_op_free(&op);
    op = described(w, &shown);
    CHECK(shown->addresses[0]->suspended_at == w->now && shown->addresses[0]->bound);
    pinbolt_op_free(&op);
    unknown.address = text(NEW);
    ENDS(suspend_address, unknown, PINBOLT_UNKNOWN_ADDRESS);
    unknown = args;
    unknown.account = text("a-2");
    ENDS(suspend_address, unknown, PINBOLT_UNKNOWN_ADDRESS);
    unknown.account = text("a-9");
    ENDS(suspend_address, unknown, PINBOLT_UNKNOWN_ACCOUNT);
    args.account = text("a-1");
    ENDS(suspend_address, args, PINBOLT_OK);
    w->now += 180 * DAY;
    op = described(w, &shown);
    CHECK(shown->addresses[0]->stale && shown->addresses[0]->suspended_at == w->now - 180 * DAY);
    pinbolt_op_free(&op);

    // Confirmed anew it is as before.
    char handle[256];
    op = confirm(w, PHONE, NULL, PINBOLT_OK);
    issued(w, op, handle);
    pinbolt_op_free(&op);
    op = start_finish(w, PINBOLT_CONFIRM, handle, w->box.code);
    GIVES(run(w, op), PINBOLT_OK);
    pinbolt_op_free(&op);
    op = described(w, &shown);
    CHECK(!shown->addresses[0]->stale && shown->addresses[0]->suspended_at == 0);
    pinbolt_op_free(&op);
}

static pinbolt_document card(const char *number)
{
    return (pinbolt_document){sizeof(pinbolt_document), text("passport"), text("PT"), text(number)};
}

static void registered(world *w, const pinbolt_document *document, const char *account)
{
    pinbolt_op *op;
    pinbolt_operator someone = desk();
    pinbolt_registrations_args args = {sizeof args, document, &someone};
    GIVES(pinbolt_start_registrations(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    finds(op, account);
    pinbolt_op_free(&op);
}

static void documents(world *w)
{
    const pinbolt_description *shown;
    pinbolt_operator someone = desk();
    pinbolt_document one = card("AB 123.456"), typed = card("ab123456");
    pinbolt_tie_identity_args tie = {sizeof tie, text("a-1"), &one, &someone};
    pinbolt_untie_identity_args untie = {sizeof untie, text("a-1"), &someone};
    registered(w, &one, NULL);
    ENDS(untie_identity, untie, PINBOLT_UNKNOWN_IDENTITY);
    ENDS(tie_identity, tie, PINBOLT_OK);
    tie.account = text("a-2");
    tie.document = &typed;
    ENDS(tie_identity, tie, PINBOLT_IDENTITY_TAKEN);
    registered(w, &typed, "a-1");
    pinbolt_op *op = described(w, &shown);
    CHECK(shown->tied_at == w->now);
    pinbolt_op_free(&op);
    ENDS(untie_identity, untie, PINBOLT_OK);
    ENDS(tie_identity, tie, PINBOLT_OK);
    registered(w, &one, "a-2");
    untie.account = text("a-2");
    ENDS(untie_identity, untie, PINBOLT_OK);
}

static void wrong_documents(world *w)
{
    pinbolt_operator someone = desk(), nobody = {.size = 3};
    pinbolt_document fine = card("1");
    pinbolt_tie_identity_args tie = {sizeof tie, text("a-1"), &fine, &someone};
    pinbolt_registrations_args list = {sizeof list, &fine, &someone};
    pinbolt_untie_identity_args untie = {sizeof untie, text("a-1"), &someone};
    TEXTS(tie_identity, tie, account, PINBOLT_UNKNOWN_ACCOUNT, PINBOLT_UNKNOWN_ACCOUNT);
    TEXTS(untie_identity, untie, account, PINBOLT_UNKNOWN_ACCOUNT, PINBOLT_UNKNOWN_ACCOUNT);
    const pinbolt_status ends[] = {PINBOLT_DOCUMENT, PINBOLT_POINTER, PINBOLT_LENGTH,
                                   PINBOLT_DOCUMENT};
    for (size_t at = 0; at < 4; at++) {
        pinbolt_document odd[3] = {fine, fine, fine};
        odd[0].kind = odd[1].country = odd[2].number = *ODD[at];
        for (size_t field = 0; field < 3; field++) {
            tie.document = list.document = &odd[field];
            ENDS(tie_identity, tie, ends[at]);
            ENDS(registrations, list, ends[at]);
        }
    }
    tie.document = list.document = NULL;
    ENDS(tie_identity, tie, PINBOLT_POINTER);
    ENDS(registrations, list, PINBOLT_POINTER);
    fine.size--;
    tie.document = &fine;
    ENDS(tie_identity, tie, PINBOLT_POINTER);
    fine.size++;
    tie.by = list.by = untie.by = &nobody;
    list.document = &fine;
    ENDS(tie_identity, tie, PINBOLT_POINTER);
    ENDS(registrations, list, PINBOLT_POINTER);
    ENDS(untie_identity, untie, PINBOLT_POINTER);
}

static void wrong_addresses(world *w)
{
    pinbolt_operator someone = desk();
    pinbolt_accepted *none = NULL;
    pinbolt_release_address_args release = release_args(PHONE, &someone);
    TEXTS(release_address, release, account, PINBOLT_UNKNOWN_ACCOUNT, PINBOLT_UNKNOWN_ACCOUNT);
    TEXTS(release_address, release, address, PINBOLT_MALFORMED, PINBOLT_MALFORMED);
    release.proof = &none;
    ENDS(release_address, release, PINBOLT_AUTHORITY);
    release.by = NULL;
    ENDS(release_address, release, PINBOLT_USED_UP);
    release.proof = NULL;
    ENDS(release_address, release, PINBOLT_AUTHORITY);

    pinbolt_suspend_address_args suspend = suspend_args(PHONE, &someone);
    TEXTS(suspend_address, suspend, address, PINBOLT_MALFORMED, PINBOLT_MALFORMED);
    suspend.account = NOT_UTF8;
    ENDS(suspend_address, suspend, PINBOLT_UNKNOWN_ACCOUNT);
    suspend.account = LYING;
    ENDS(suspend_address, suspend, PINBOLT_POINTER);
    suspend.by = NULL;
    ENDS(suspend_address, suspend, PINBOLT_POINTER);

    pinbolt_caller caller = session("session-1");
    pinbolt_confirm_args args = {.size = sizeof args, .account = text("a-1")};
    args.address = text(NEW);
    args.by = &someone;
    args.caller = &caller;
    const pinbolt_status ends[] = {PINBOLT_POINTER, PINBOLT_LENGTH, PINBOLT_MALFORMED};
    for (size_t at = 0; at < 3; at++) {
        args.replaces = *ODD[at + 1];
        ENDS(confirm, args, ends[at]);
    }
}

static void no_accounts(world *w)
{
    const pinbolt_text *accounts = STALE;
    const pinbolt_description *shown;
    size_t count = 7;
    pinbolt_op *op = described(w, &shown);
    POINTER(pinbolt_op_accounts(op, NULL, &count));
    CHECK(count == 0);
    POINTER(pinbolt_op_accounts(op, &accounts, NULL));
    CHECK(accounts == NULL);
    accounts = STALE;
    count = 7;
    GIVES(pinbolt_op_accounts(op, &accounts, &count), PINBOLT_WRONG_RESULT);
    CHECK(accounts == NULL && count == 0);
    pinbolt_op_free(&op);
    POINTER(pinbolt_op_accounts(NULL, &accounts, &count));
}

int main(void)
{
    world w;
    pinbolt_op *op;
    memset(long_text, 'a', sizeof long_text - 1);
    world_open(&w, NULL);
    enroll(&w, "a-1");
    pinbolt_enroll_args other = {.size = sizeof other, .account = text("a-2")};
    GIVES(pinbolt_start_enroll(w.pinbolt, w.now, &other, &op), PINBOLT_OK);
    GIVES(run(&w, op), PINBOLT_OK);
    pinbolt_op_free(&op);
    changes(&w);
    w.now += DAY;
    suspends(&w);
    documents(&w);
    wrong_documents(&w);
    wrong_addresses(&w);
    no_accounts(&w);
    releases_by_proof(&w);
    world_close(&w);
    return passed();
}
