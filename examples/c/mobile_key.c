// A mobile key, as in Portugal's Chave Movel Digital: a phone number and a PIN, then a code by text
// message. Whoever forgot the PIN proves himself in two ways, by phone and by e-mail, and sets it anew.
// cc -std=c11 mobile_key.c $(pkg-config --cflags --libs pinbolt) -o mobile_key
#include <pinbolt.h>
#include <stdio.h>
#include <stdlib.h>

#define text pinbolt_text_of

static pinbolt *app;
static pinbolt_engine *engine;
static char code[16]; // The one that arrived last.

static void must(pinbolt_status status)
{
    if (status != PINBOLT_OK) {
        fprintf(stderr, "mobile_key: %s\n", pinbolt_status_sentence(status));
        exit(EXIT_FAILURE);
    }
}

static uint32_t send(void *context, const pinbolt_message *message)
{ // Yours sends messages; this one remembers their codes.
    (void)context;
    if (message->code.len > 0) {
        printf("%s reads a code to %s.\n", message->to.data, message->purpose.data);
        snprintf(code, sizeof code, "%s", message->code.data);
    }
    return PINBOLT_DELIVERY_SENT;
}

static void open_engine(void)
{
    static const pinbolt_delivery gateway = {.size = sizeof gateway, .deliver = send};
    pinbolt_keys *keys = NULL;
    pinbolt_policy *policy = NULL;
    pinbolt_text purposes =
        text("purposes.sign-in = { pin = true, code = ['sms'] }\n"
             "purposes.recover-by-phone = { code = ['sms'], authorizes = true }\n"
             "purposes.recover-by-email = { code = ['email'], authorizes = true }");
    pinbolt_engine_args on = {
        .size = sizeof on, .url = text("sqlite://auth.db"), .delivery = &gateway};
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

static void enroll(void)
{
    pinbolt_op *op = NULL;
    pinbolt_text addresses[] = {text("+351 912 000 417"), text("ana.reis@example.com")};
    pinbolt_operator desk = {
        .size = sizeof desk, .name = text("desk-1"),
        .reason = text("identity card and phone seen")};
    pinbolt_enroll_args person = {
        .size = sizeof person, .account = text("person-1"), .pin = text("802714"),
        .addresses = addresses, .address_count = 2, .asserted_by = &desk};
    must(pinbolt_start_enroll(app, pinbolt_now(), &person, &op));
    run_and_free(op);
}

// A code on the way that is asked for, and what it proves.
static pinbolt_accepted *prove(const char *purpose, const char *channel, const char *pin)
{
    pinbolt_op *begun = NULL, *dispatch = NULL, *finished = NULL;
    const pinbolt_challenge *challenge = NULL;
    pinbolt_verdict verdict = PINBOLT_REFUSED;
    pinbolt_accepted *accepted = NULL;
    pinbolt_caller caller = { // Yours has a session that is drawn anew.
        .size = sizeof caller, .session = {(const uint8_t *)"the web session", 15}};
    pinbolt_begin_args begin = {
        .size = sizeof begin, .name = text("+351912000417"), .purpose = text(purpose),
        .pin = text(pin), .channel = text(channel), .caller = &caller};
    must(pinbolt_start_begin(app, pinbolt_now(), &begin, &begun));
    must(pinbolt_engine_run(engine, begun));
    must(pinbolt_op_challenge(begun, &challenge));
    must(pinbolt_op_dispatch(begun, pinbolt_now(), &dispatch));
    run_and_free(dispatch);
    pinbolt_finish_args finish = {
        .size = sizeof finish, .purpose = text(purpose), .handle = challenge->handle,
        .code = text(code), .caller = &caller};
    must(pinbolt_start_finish(app, pinbolt_now(), &finish, &finished));
    must(pinbolt_engine_run(engine, finished));
    must(pinbolt_op_verdict(finished, &verdict, &accepted));
    pinbolt_op_free(&begun), pinbolt_op_free(&finished);
    return accepted;
}

static void sign_in(const char *pin)
{
    const pinbolt_proof *who = NULL;
    pinbolt_accepted *accepted = prove("sign-in", "sms", pin);
    must(pinbolt_accepted_proof(accepted, &who));
    printf("%s is signed in.\n", who->account.data);
    pinbolt_accepted_free(&accepted);
}

// By one proof, or by two of different ways; they are used up.
static pinbolt_status reset(pinbolt_accepted *one, pinbolt_accepted *other)
{
    pinbolt_op *op = NULL;
    if (other != NULL)
        must(pinbolt_accepted_beside(one, &other));
    pinbolt_reset_pin_args args = {
        .size = sizeof args, .account = text("person-1"), .new_pin = text("935107"),
        .proof = &one};
    must(pinbolt_start_reset_pin(app, pinbolt_now(), &args, &op));
    pinbolt_status status = pinbolt_engine_run(engine, op);
    pinbolt_op_free(&op);
    return status;
}

int main(void)
{
    open_engine();
    enroll();
    sign_in("802714");
    printf("The PIN is forgotten.\n");
    pinbolt_status alone = reset(prove("recover-by-phone", "sms", NULL), NULL);
    printf("By phone alone: %s\n", pinbolt_status_sentence(alone));
    pinbolt_accepted *by_phone = prove("recover-by-phone", "sms", NULL);
    must(reset(by_phone, prove("recover-by-email", "email", NULL)));
    printf("By phone and by e-mail: the PIN is set anew.\n");
    sign_in("935107");
    pinbolt_engine_free(&engine), pinbolt_free(&app);
    return 0;
}
