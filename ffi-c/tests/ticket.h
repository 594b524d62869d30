// Short words for tickets and links.
#ifndef TICKET_H
#define TICKET_H

#include "token.h"

// A ticket in two hands: the code told, the link received.
typedef struct ticket {
    char code[10], link[256], reference[4];
    uint64_t expires;
} ticket;

// The account `a-1`, still to be activated, with a candidate address.
static UNUSED pinbolt_op *start_enroll_inactive(world *w)
{
    pinbolt_op *op;
    pinbolt_text addresses[1] = {text(EMAIL)};
    pinbolt_enroll_args args = {.size = sizeof args, .account = text("a-1"), .pin = text(PIN)};
    args.addresses = addresses;
    args.address_count = 1;
    GIVES(pinbolt_start_enroll_inactive(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    return op;
}

static UNUSED pinbolt_op *start_ticket(world *w, const char *purpose, const char *address)
{
    pinbolt_op *op = STALE;
    pinbolt_operator someone = desk();
    pinbolt_issue_ticket_args args = {.size = sizeof args, .account = text("a-1")};
    args.purpose = text(purpose);
    args.address = text(address);
    args.by = &someone;
    GIVES(pinbolt_start_issue_ticket(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    return op;
}

static UNUSED pinbolt_op *start_redeem(world *w, const char *purpose, const char *link,
                                       const char *code, const char *id)
{
    pinbolt_op *op = STALE;
    pinbolt_caller caller = session(id);
    pinbolt_redeem_args args = {.size = sizeof args, .purpose = text(purpose), .link = text(link)};
    args.code = text(code);
    args.caller = &caller;
    GIVES(pinbolt_start_redeem(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    return op;
}

static UNUSED pinbolt_op *start_peek(world *w, const char *link, const char *id)
{
    pinbolt_op *op = STALE;
    pinbolt_caller caller = session(id);
    pinbolt_peek_link_args args = {sizeof args, text(link), &caller};
    GIVES(pinbolt_start_peek_link(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    return op;
}

static UNUSED pinbolt_op *start_close(world *w, const char *purpose)
{
    pinbolt_op *op = STALE;
    pinbolt_operator someone = desk();
    pinbolt_close_ticket_args args = {.size = sizeof args, .account = text("a-1")};
    args.purpose = text(purpose);
    args.by = &someone;
    GIVES(pinbolt_start_close_ticket(w->pinbolt, w->now, &args, &op), PINBOLT_OK);
    return op;
}

// What `op` issued, its link delivered.
static UNUSED ticket ticket_of(world *w, pinbolt_op *op)
{
    ticket made;
    const pinbolt_issued_ticket *issued;
    pinbolt_op *delivery;
    uint32_t delivered;
    GIVES(pinbolt_op_issued_ticket(op, &issued), PINBOLT_OK);
    CHECK(issued->code.len == 9 && issued->code.data[4] == '-' && issued->link.data == NULL);
    snprintf(made.code, sizeof made.code, "%s", issued->code.data);
    snprintf(made.reference, sizeof made.reference, "%s", issued->reference.data);
    made.expires = issued->expires;
    GIVES(pinbolt_op_dispatch(op, w->now, &delivery), PINBOLT_OK);
    GIVES(run(w, delivery), PINBOLT_OK);
    GIVES(pinbolt_op_delivered(delivery, &delivered), PINBOLT_OK);
    CHECK(delivered == PINBOLT_DELIVERY_SENT && w->box.expires == made.expires);
    CHECK(w->box.code[0] == '\0' && strcmp(w->box.to, EMAIL) == 0);
    CHECK(strcmp(w->box.reference, made.reference) == 0);
    snprintf(made.link, sizeof made.link, "%s", w->box.link);
    pinbolt_op_free(&delivery);
    return made;
}

static UNUSED ticket issue_ticket(world *w, const char *purpose)
{
    pinbolt_op *op = start_ticket(w, purpose, EMAIL);
    GIVES(run(w, op), PINBOLT_OK);
    ticket made = ticket_of(w, op);
    pinbolt_op_free(&op);
    return made;
}

// Another code than the ticket's, of the right form.
static UNUSED void another_code(const ticket *right, char code[10])
{
    snprintf(code, 10, "%s", right->code);
    code[0] = code[0] == '7' ? '8' : '7';
}

#endif
