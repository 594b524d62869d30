// Activations, tickets and links, from their making to their end, in each of the three ways.
#include "ticket.h"

static void ends(world *w, pinbolt_op *op, pinbolt_status status)
{
    GIVES(run(w, op), status);
    pinbolt_op_free(&op);
}

static void redeems(world *w, const char *purpose, const ticket *held, pinbolt_status status)
{
    ends(w, start_redeem(w, purpose, held->link, held->code, "session-2"), status);
}

// What a proof of a ticket says.
static pinbolt_accepted *redeemed(world *w, const char *purpose, const ticket *held)
{
    pinbolt_verdict verdict;
    pinbolt_accepted *accepted;
    const pinbolt_proof *proof;
    pinbolt_op *op = start_redeem(w, purpose, held->link, held->code, "session-1");
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_verdict(op, &verdict, &accepted), PINBOLT_OK);
    CHECK(verdict == PINBOLT_ACCEPTED);
    GIVES(pinbolt_accepted_proof(accepted, &proof), PINBOLT_OK);
    CHECK(same(proof->account, "a-1") && same(proof->purpose, purpose));
    CHECK(proof->link && proof->issued_code && !proof->pin && !proof->code && !proof->otp);
    CHECK(!proof->recovery_code && proof->assurance == 1);
    CHECK(proof->lane == PINBOLT_LANE_FIRST_FACTOR);
    pinbolt_op_free(&op);
    return accepted;
}

// Looks fifty times, as a scanner of mail does.
static void peeks(world *w, const char *link, pinbolt_peeked_link seen, const char *id)
{
    for (int at = 0; at < 50; at++) {
        const pinbolt_peeked_link *peeked = STALE;
        pinbolt_op *op = start_peek(w, link, id);
        GIVES(run(w, op), PINBOLT_OK);
        GIVES(pinbolt_op_peeked_link(op, &peeked), PINBOLT_OK);
        CHECK(same(peeked->purpose, seen.purpose.data) && peeked->expires == seen.expires);
        CHECK(peeked->same_session == seen.same_session && peeked->refusal == seen.refusal);
        CHECK(peeked->needs_code == seen.needs_code);
        CHECK((peeked->newest.data != NULL) == (seen.refusal == PINBOLT_SUPERSEDED));
        pinbolt_op_free(&op);
    }
}

static bool is_inactive(world *w)
{
    pinbolt_op *op;
    const pinbolt_description *shown;
    pinbolt_describe_args describe = {sizeof describe, text("a-1")};
    GIVES(pinbolt_start_describe(w->pinbolt, w->now, &describe, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_description(op, &shown), PINBOLT_OK);
    bool inactive = shown->inactive;
    pinbolt_op_free(&op);
    return inactive;
}

static void verifies(world *w, const char *name, const char *pin, pinbolt_status status)
{
    verified(w, (pinbolt_verify_args){.name = text(name), .purpose = text("look"), .pin = text(pin)},
             status);
}

static void activates(world *w)
{
    pinbolt_op *op;
    char wrong[10];
    ends(w, start_enroll_inactive(w), PINBOLT_OK);
    CHECK(is_inactive(w));
    verifies(w, "a-1", PIN, PINBOLT_WRONG_CREDENTIALS);
    ticket held = issue_ticket(w, "activate");
    CHECK(held.expires == w->now + 14 * DAY);
    const pinbolt_peeked_link open = {
        .purpose = text("activate"), .expires = held.expires, .same_session = 1, .needs_code = 1};
    peeks(w, held.link, open, "session-9");
    ends(w, start_redeem(w, "activate", held.link, NULL, "session-1"), PINBOLT_CODE_NEEDED);
    ends(w, start_redeem(w, "activate", held.link, "7", "session-1"), PINBOLT_MALFORMED);
    another_code(&held, wrong);
    op = start_redeem(w, "activate", held.link, wrong, "session-1");
    GIVES(run(w, op), PINBOLT_WRONG_CODE);
    const pinbolt_refusal *refusal;
    GIVES(pinbolt_op_refusal(op, &refusal), PINBOLT_OK);
    CHECK(refusal->tries_left == 4);
    pinbolt_op_free(&op);
    CHECK(is_inactive(w));

    pinbolt_accepted *accepted = redeemed(w, "activate", &held);
    CHECK(!is_inactive(w));
    redeems(w, "activate", &held, PINBOLT_ALREADY_USED);
    pinbolt_reset_pin_args reset = {.size = sizeof reset, .account = text("a-1")};
    reset.new_pin = text("904173");
    reset.proof = &accepted;
    GIVES(pinbolt_start_reset_pin(w->pinbolt, w->now, &reset, &op), PINBOLT_OK);
    ends(w, op, PINBOLT_OK);
    w->now += DAY;
    verifies(w, EMAIL, "904173", PINBOLT_OK);
}

static void is_closed(world *w)
{
    ticket older = issue_ticket(w, "dossier"), held = issue_ticket(w, "dossier");
    pinbolt_peeked_link seen = {.purpose = text("dossier"), .expires = older.expires};
    seen.same_session = 1;
    seen.needs_code = 1;
    seen.refusal = PINBOLT_SUPERSEDED;
    peeks(w, older.link, seen, "session-1");
    redeems(w, "dossier", &older, PINBOLT_SUPERSEDED);
    redeems(w, "activate", &held, PINBOLT_UNKNOWN_LINK);
    redeems(w, "sign-in", &held, PINBOLT_WRONG_VERB);
    redeems(w, "by-link", &held, PINBOLT_EVIDENCE_UNASKED);
    for (int at = 0; at < 3; at++) {
        pinbolt_accepted *accepted = redeemed(w, "dossier", &held);
        pinbolt_accepted_free(&accepted);
    }
    ends(w, start_close(w, "dossier"), PINBOLT_OK);
    redeems(w, "dossier", &held, PINBOLT_ENDED);
    seen.expires = held.expires;
    seen.refusal = PINBOLT_ENDED;
    peeks(w, held.link, seen, "session-1");
    ends(w, start_close(w, "sign-in"), PINBOLT_NOT_A_TICKET);
    ends(w, start_ticket(w, "sign-in", EMAIL), PINBOLT_NOT_A_TICKET);
    ends(w, start_ticket(w, "dossier", PHONE), PINBOLT_UNKNOWN_ADDRESS);
}

// By no address the link is given out, and the dispatch delivers nothing.
static void is_handed_out(world *w)
{
    const pinbolt_issued_ticket *issued;
    pinbolt_op *delivery = STALE, *op = start_ticket(w, "dossier", NULL);
    uint32_t delivered;
    ticket held;
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_issued_ticket(op, &issued), PINBOLT_OK);
    CHECK(issued->link.data != NULL && issued->link.len < sizeof held.link);
    snprintf(held.code, sizeof held.code, "%s", issued->code.data);
    snprintf(held.link, sizeof held.link, "%s", issued->link.data);
    GIVES(pinbolt_op_dispatch(op, w->now, &delivery), PINBOLT_OK);
    GIVES(run(w, delivery), PINBOLT_OK);
    GIVES(pinbolt_op_delivered(delivery, &delivered), PINBOLT_OK);
    CHECK(delivered == PINBOLT_DELIVERY_NOTHING);
    pinbolt_op_free(&delivery);
    GIVES(pinbolt_op_dispatch(op, w->now, &delivery), PINBOLT_USED_UP);
    CHECK(delivery == NULL);
    pinbolt_op_free(&op);
    redeems(w, "dossier", &held, PINBOLT_OK);
}

// The link beside a delivered code, in the session that asked and in another.
static void travels_with_a_code(world *w)
{
    pinbolt_op *op;
    char handle[256], link[256];
    pinbolt_caller caller = session("session-1");
    pinbolt_begin_args args = {.size = sizeof args, .name = text("a-1"), .purpose = text("by-link")};
    args.channel = text("email");
    args.caller = &caller;
    GIVES(pinbolt_start_begin(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    GIVES(run(w, op), PINBOLT_OK);
    issued(w, op, handle);
    pinbolt_op_free(&op);
    snprintf(link, sizeof link, "%s", w->box.link);
    CHECK(strlen(w->box.code) == 6 && strncmp(link, "l1.", 3) == 0);
    pinbolt_peeked_link seen = {.purpose = text("by-link"), .expires = w->box.expires};
    seen.same_session = 1;
    peeks(w, link, seen, "session-1");
    seen.same_session = 0;
    seen.needs_code = 1;
    peeks(w, link, seen, "session-2");
    ends(w, start_redeem(w, "by-link", link, NULL, "session-2"), PINBOLT_WRONG_SESSION);
    ends(w, start_redeem(w, "by-link", handle, NULL, "session-1"), PINBOLT_UNKNOWN_LINK);
    ends(w, start_peek(w, handle, "session-1"), PINBOLT_UNKNOWN_LINK);
    pinbolt_verdict verdict;
    pinbolt_accepted *accepted;
    const pinbolt_proof *proof;
    op = start_redeem(w, "by-link", link, NULL, "session-1");
    GIVES(run(w, op), PINBOLT_OK);
    GIVES(pinbolt_op_verdict(op, &verdict, &accepted), PINBOLT_OK);
    GIVES(pinbolt_accepted_proof(accepted, &proof), PINBOLT_OK);
    CHECK(verdict == PINBOLT_ACCEPTED && proof->code && !proof->link && !proof->issued_code);
    pinbolt_accepted_free(&accepted);
    pinbolt_op_free(&op);
    ends(w, start_redeem(w, "by-link", link, NULL, "session-1"), PINBOLT_ALREADY_USED);
}

// Wrong arguments: a status, never a crash.
static void odd_texts(world *w)
{
    const pinbolt_text odd[] = {NO_TEXT, LYING, LONG, NOT_UTF8};
    const pinbolt_status said[] = {PINBOLT_OK, PINBOLT_POINTER, PINBOLT_LENGTH, PINBOLT_OK};
    pinbolt_operator someone = desk();
    pinbolt_caller caller = session("session-1");
    for (size_t at = 0; at < 4; at++) {
        pinbolt_op *op = STALE;
        pinbolt_redeem_args redeem = {.size = sizeof redeem, .purpose = text("dossier")};
        redeem.link = odd[at];
        redeem.caller = &caller;
        GIVES(pinbolt_start_redeem(w->pinbolt, w->now, &redeem, &op), said[at]);
        if (op != NULL)
            ends(w, op, PINBOLT_UNKNOWN_LINK);
        pinbolt_peek_link_args peek = {sizeof peek, odd[at], &caller};
        GIVES(pinbolt_start_peek_link(w->pinbolt, w->now, &peek, &op), said[at]);
        if (op != NULL)
            ends(w, op, PINBOLT_UNKNOWN_LINK);
        redeem.link = text("l1.");
        redeem.code = odd[at];
        GIVES(pinbolt_start_redeem(w->pinbolt, w->now, &redeem, &op), said[at]);
        if (op != NULL)
            ends(w, op, at == 0 ? PINBOLT_UNKNOWN_LINK : PINBOLT_MALFORMED);
        redeem.purpose = odd[at];
        redeem.code = NO_TEXT;
        GIVES(pinbolt_start_redeem(w->pinbolt, w->now, &redeem, &op), said[at]);
        if (op != NULL)
            ends(w, op, PINBOLT_UNKNOWN_PURPOSE);
        pinbolt_issue_ticket_args issue = {.size = sizeof issue, .account = odd[at]};
        issue.purpose = text("dossier");
        issue.by = &someone;
        GIVES(pinbolt_start_issue_ticket(w->pinbolt, w->now, &issue, &op), said[at]);
        if (op != NULL)
            ends(w, op, PINBOLT_UNKNOWN_ACCOUNT);
    }
    pinbolt_op *op = STALE;
    pinbolt_issue_ticket_args issue = {.size = sizeof issue, .account = text("a-1")};
    issue.purpose = text("dossier");
    POINTER(pinbolt_start_issue_ticket(w->pinbolt, w->now, &issue, &op));
    pinbolt_accepted *none = NULL;
    pinbolt_close_ticket_args close = {.size = sizeof close, .account = text("a-1")};
    close.purpose = text("dossier");
    GIVES(pinbolt_start_close_ticket(w->pinbolt, w->now, &close, &op), PINBOLT_AUTHORITY);
    close.proof = &none;
    GIVES(pinbolt_start_close_ticket(w->pinbolt, w->now, &close, &op), PINBOLT_USED_UP);
    close.by = &someone;
    GIVES(pinbolt_start_close_ticket(w->pinbolt, w->now, &close, &op), PINBOLT_AUTHORITY);
    CHECK(op == NULL);
}

static void the_path(const char *url, int by_hand)
{
    world w;
    world_open(&w, url);
    w.by_hand = by_hand;
    activates(&w);
    is_closed(&w);
    is_handed_out(&w);
    w.now += DAY;
    travels_with_a_code(&w);
    odd_texts(&w);
    world_close(&w);
}

int main(void)
{
    the_path(NULL, 1);
    the_path(NULL, 0);
    the_path("memory:", 0);
    return passed();
}
