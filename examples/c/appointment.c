// An appointment and an activation, as in Belgium's CSAM: an official registers a person and hands out
// a code, a link goes to the person's e-mail address, and only both together activate.
// cc -std=c11 appointment.c $(pkg-config --cflags --libs pinbolt) -o appointment
#include <pinbolt.h>
#include <stdio.h>
#include <stdlib.h>

#define text pinbolt_text_of
#define LONGEST 512

static pinbolt *app;
static pinbolt_engine *engine;
static char mail[LONGEST]; // The link that arrived.

static void must(pinbolt_status status)
{
    if (status != PINBOLT_OK) {
        fprintf(stderr, "appointment: %s\n", pinbolt_status_sentence(status));
        exit(EXIT_FAILURE);
    }
}

static uint32_t post(void *context, const pinbolt_message *message)
{ // Yours sends an e-mail; this one keeps its link.
    (void)context;
    snprintf(mail, sizeof mail, "%s", message->link.data);
    return PINBOLT_DELIVERY_SENT;
}

static void open_engine(void)
{
    static const pinbolt_delivery mailbox = {.size = sizeof mailbox, .deliver = post};
    pinbolt_keys *keys = NULL;
    pinbolt_policy *policy = NULL;
    pinbolt_text purposes = text("purposes.activate = { ticket = 'once' }\n"
                                 "purposes.sign-in = { pin = true, code = ['email'] }");
    pinbolt_engine_args on = {
        .size = sizeof on, .url = text("sqlite://auth.db"), .delivery = &mailbox};
    must(pinbolt_keys_generate(text("keys.toml"), NULL, 0));
    must(pinbolt_keys_load(text("keys.toml"), NULL, 0, &keys));
    must(pinbolt_policy_parse(purposes, NULL, 0, &policy));
    must(pinbolt_new(keys, policy, text(""), &app));
    must(pinbolt_engine_open(app, &on, NULL, 0, &engine));
    pinbolt_policy_free(&policy), pinbolt_keys_free(&keys);
}

static void run_and_free(pinbolt_op *op)
{
    must(pinbolt_engine_run(engine, op));
    pinbolt_op_free(&op);
}

// At the appointment. The code is shown this once; it goes out in a letter.
static void register_person(char letter[LONGEST])
{
    pinbolt_op *op = NULL, *dispatch = NULL;
    const pinbolt_issued_ticket *ticket = NULL;
    pinbolt_text address = text("ana.reis@example.com");
    pinbolt_operator desk = {
        .size = sizeof desk, .name = text("desk-7"), .reason = text("identity card seen")};
    pinbolt_enroll_args person = {
        .size = sizeof person, .account = text("person-1"), .addresses = &address,
        .address_count = 1};
    pinbolt_issue_ticket_args activation = {
        .size = sizeof activation, .account = text("person-1"), .purpose = text("activate"),
        .address = address, .by = &desk};
    must(pinbolt_start_enroll_inactive(app, pinbolt_now(), &person, &op));
    run_and_free(op);
    must(pinbolt_start_issue_ticket(app, pinbolt_now(), &activation, &op));
    must(pinbolt_engine_run(engine, op));
    must(pinbolt_op_issued_ticket(op, &ticket));
    snprintf(letter, LONGEST, "%s", ticket->code.data);
    printf("The letter that is handed out: %s.\n", letter);
    must(pinbolt_op_dispatch(op, pinbolt_now(), &dispatch));
    run_and_free(dispatch);
    pinbolt_op_free(&op); // It holds the code, and wipes it.
}

// A scanner of the mail server opens the link first: that uses nothing up.
static void look(const pinbolt_caller *caller)
{
    pinbolt_op *op = NULL;
    const pinbolt_peeked_link *peeked = NULL;
    pinbolt_peek_link_args args = {.size = sizeof args, .link = text(mail), .caller = caller};
    must(pinbolt_start_peek_link(app, pinbolt_now(), &args, &op));
    must(pinbolt_engine_run(engine, op));
    must(pinbolt_op_peeked_link(op, &peeked));
    if (peeked->needs_code)
        printf("The page of the link asks for a code.\n");
    pinbolt_op_free(&op);
}

// Gives the proof, or NULL where it is refused.
static pinbolt_accepted *redeem(const char *when, const char *code, const pinbolt_caller *caller)
{
    pinbolt_op *op = NULL;
    pinbolt_verdict verdict = PINBOLT_REFUSED;
    pinbolt_accepted *accepted = NULL;
    pinbolt_redeem_args args = {
        .size = sizeof args, .purpose = text("activate"), .link = text(mail), .code = text(code),
        .caller = caller};
    must(pinbolt_start_redeem(app, pinbolt_now(), &args, &op));
    pinbolt_status status = pinbolt_engine_run(engine, op);
    if (pinbolt_status_kind(status) == PINBOLT_KIND_REFUSAL)
        printf("%s: %s\n", when, pinbolt_status_sentence(status));
    else
        must(status);
    if (status == PINBOLT_OK)
        must(pinbolt_op_verdict(op, &verdict, &accepted));
    pinbolt_op_free(&op);
    return accepted;
}

int main(void)
{
    char letter[LONGEST] = "";
    pinbolt_caller caller = { // Yours has a session that is drawn anew.
        .size = sizeof caller, .session = {(const uint8_t *)"the web session", 15}};
    open_engine();
    register_person(letter);
    look(&caller);
    redeem("The link alone", NULL, &caller);
    pinbolt_accepted *proof = redeem("Link and code", letter, &caller);
    const pinbolt_proof *who = NULL;
    must(pinbolt_accepted_proof(proof, &who));
    printf("Link and code: %s is activated.\n", who->account.data);

    pinbolt_op *op = NULL;
    pinbolt_reset_pin_args first = {
        .size = sizeof first, .account = text("person-1"), .new_pin = text("802714"),
        .proof = &proof};
    must(pinbolt_start_reset_pin(app, pinbolt_now(), &first, &op)); // The proof is used up.
    run_and_free(op);
    printf("The first PIN is set.\n");
    redeem("Once more", letter, &caller);
    pinbolt_engine_free(&engine), pinbolt_free(&app);
    return 0;
}
