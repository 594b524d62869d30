// The smallest program: a person is enrolled and signs in with a PIN and a code.
// cc -std=c11 sign_in.c $(pkg-config --cflags --libs pinbolt) -o sign_in
#include <pinbolt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define text pinbolt_text_of

static char why[256]; // What is wrong with keys, policy or URL.

static void must(pinbolt_status status)
{ // Yours answers the person where it is a refusal; this one gives up.
    if (status != PINBOLT_OK) {
        fprintf(stderr, "%s %s\n", pinbolt_status_sentence(status), why);
        exit(EXIT_FAILURE);
    }
}

static uint32_t phone(void *context, const pinbolt_message *message)
{ // Yours sends a text message; this one prints it.
    (void)context;
    printf("%s: %s is your code.\n", message->to.data, message->code.data);
    return fflush(stdout) == 0 ? PINBOLT_DELIVERY_SENT : PINBOLT_DELIVERY_UNKNOWN;
}

int main(void)
{
    pinbolt_keys *keys = NULL;
    pinbolt_policy *policy = NULL;
    pinbolt *app = NULL;
    pinbolt_engine *engine = NULL;
    pinbolt_op *enrolled = NULL, *begun = NULL, *delivery = NULL, *finished = NULL;
    pinbolt_accepted *accepted = NULL;

    must(pinbolt_keys_generate(text("keys.toml"), why, sizeof why));
    must(pinbolt_keys_load(text("keys.toml"), why, sizeof why, &keys));
    pinbolt_text sign_in = text("purposes.sign-in = { pin = true, code = ['sms'] }");
    must(pinbolt_policy_parse(sign_in, why, sizeof why, &policy));
    must(pinbolt_new(keys, policy, text(""), &app));
    pinbolt_delivery gateway = {.size = sizeof gateway, .deliver = phone};
    pinbolt_engine_args on = {
        .size = sizeof on, .url = text("sqlite://auth.db"), .delivery = &gateway};
    must(pinbolt_engine_open(app, &on, why, sizeof why, &engine));

    pinbolt_text number = text("+351912000417");
    pinbolt_operator desk = {
        .size = sizeof desk, .name = text("desk-1"), .reason = text("saw the phone ring")};
    pinbolt_enroll_args enroll = {
        .size = sizeof enroll, .account = text("person-1"), .pin = text("802714"),
        .addresses = &number, .address_count = 1, .asserted_by = &desk};
    must(pinbolt_start_enroll(app, pinbolt_now(), &enroll, &enrolled));
    must(pinbolt_engine_run(engine, enrolled));

    pinbolt_bytes session = {(const uint8_t *)"the web session", 15}; // Yours is drawn anew.
    pinbolt_caller caller = {.size = sizeof caller, .session = session};
    pinbolt_begin_args begin = {
        .size = sizeof begin, .name = text("+351 912 000 417"), .purpose = text("sign-in"),
        .pin = text("802714"), .caller = &caller, .channel = text("sms")};
    must(pinbolt_start_begin(app, pinbolt_now(), &begin, &begun));
    must(pinbolt_engine_run(engine, begun));
    const pinbolt_challenge *challenge = NULL;
    must(pinbolt_op_challenge(begun, &challenge)); // Answer the person with it,
    must(pinbolt_op_dispatch(begun, pinbolt_now(), &delivery));
    must(pinbolt_engine_run(engine, delivery)); // then let the message go out.

    char code[16] = "";
    if (fgets(code, sizeof code, stdin) != NULL)
        code[strcspn(code, "\n")] = '\0';
    pinbolt_finish_args finish = {
        .size = sizeof finish, .purpose = text("sign-in"), .handle = challenge->handle,
        .code = text(code), .caller = &caller};
    must(pinbolt_start_finish(app, pinbolt_now(), &finish, &finished));
    must(pinbolt_engine_run(engine, finished));
    pinbolt_verdict verdict = PINBOLT_REFUSED;
    const pinbolt_proof *proof = NULL;
    must(pinbolt_op_verdict(finished, &verdict, &accepted));
    must(pinbolt_accepted_proof(accepted, &proof));
    if (verdict == PINBOLT_ACCEPTED)
        printf("%s is signed in.\n", proof->account.data);

    pinbolt_accepted_free(&accepted);
    pinbolt_op_free(&enrolled), pinbolt_op_free(&begun);
    pinbolt_op_free(&delivery), pinbolt_op_free(&finished);
    pinbolt_engine_free(&engine), pinbolt_free(&app);
    pinbolt_policy_free(&policy), pinbolt_keys_free(&keys);
    return 0;
}
