// Signs the person in whom `make demo` left in target/demo: the same file, the same rows, in C.
// return_visit [folder]
// The code is read from the message itself, as a phone would show it; every audit event is told.
#include <pinbolt.h>
#include <stdio.h>
#include <stdlib.h>

#define text pinbolt_text_of

// The demonstration's own numbers: its addresses have had the messages of many an hour.
static const char policy_text[] = "code.cooldown = 0\n"
                                  "send.per_hour = 60\n"
                                  "send.per_day = 200\n"
                                  "[purposes.sign-in]\n"
                                  "pin = true\n"
                                  "code = ['sms', 'email']\n";

static void must(pinbolt_status status, const char *why)
{
    if (status != PINBOLT_OK) {
        fprintf(stderr, "return_visit: %s %s\n", pinbolt_status_sentence(status), why);
        exit(EXIT_FAILURE);
    }
}

// What the phone shows.
struct phone {
    char code[16];
};

static uint32_t arrive(void *context, const pinbolt_message *message)
{
    struct phone *phone = context;
    int length = snprintf(phone->code, sizeof phone->code, "%s", message->code.data);
    return length > 0 && (size_t)length < sizeof phone->code ? PINBOLT_DELIVERY_SENT
                                                             : PINBOLT_DELIVERY_NOT_SENT;
}

// Opens what is in the folder; the engine delivers to the phone.
static pinbolt_engine *open_engine(const char *folder, struct phone *phone, pinbolt **app)
{
    char why[256], keys_path[512], url[512];
    pinbolt_keys *keys = NULL;
    pinbolt_policy *policy = NULL;
    pinbolt_engine *engine = NULL;

    int path_length = snprintf(keys_path, sizeof keys_path, "%s/keys.toml", folder);
    int url_length = snprintf(url, sizeof url, "sqlite://%s/auth.db", folder);
    if ((size_t)path_length >= sizeof keys_path || (size_t)url_length >= sizeof url) {
        fprintf(stderr, "return_visit: the folder's name is too long\n");
        exit(EXIT_FAILURE);
    }
    must(pinbolt_keys_load(text(keys_path), why, sizeof why, &keys), why);
    must(pinbolt_policy_parse(text(policy_text), why, sizeof why, &policy), why);
    must(pinbolt_new(keys, policy, text("demo"), app), "");
    pinbolt_keys_free(&keys);
    pinbolt_policy_free(&policy);

    pinbolt_delivery gateway = {.size = sizeof gateway, .context = phone, .deliver = arrive};
    pinbolt_engine_args on = {.size = sizeof on, .url = text(url), .delivery = &gateway};
    must(pinbolt_engine_open(*app, &on, why, sizeof why, &engine), why);
    return engine;
}

// Runs an operation and tells its audit events, which no other function does.
static void run(pinbolt_engine *engine, pinbolt_op *op)
{
    const pinbolt_event *const *events = NULL;
    size_t count = 0;
    pinbolt_status status = pinbolt_engine_run(engine, op);
    must(pinbolt_op_events(op, &events, &count), "");
    for (size_t i = 0; i < count; i++) {
        const char *whose = events[i]->account.data;
        printf("audit: %s of %s\n", events[i]->kind.data, whose != NULL ? whose : "nobody");
    }
    must(status, "");
}

int main(int count, char **arguments)
{
    struct phone phone = {""};
    pinbolt *app = NULL;
    pinbolt_engine *engine = open_engine(count > 1 ? arguments[1] : "target/demo", &phone, &app);
    pinbolt_op *begun = NULL, *delivery = NULL, *finished = NULL;

    pinbolt_bytes session = {(const uint8_t *)"another day", 11}; // Yours is drawn anew.
    pinbolt_caller caller = {.size = sizeof caller, .session = session};
    pinbolt_begin_args begin = {
        .size = sizeof begin, .name = text("+351912000417"), .purpose = text("sign-in"),
        .pin = text("904173"), .caller = &caller, .channel = text("sms")};
    must(pinbolt_start_begin(app, pinbolt_now(), &begin, &begun), "");
    run(engine, begun);
    const pinbolt_challenge *challenge = NULL;
    must(pinbolt_op_challenge(begun, &challenge), "");
    must(pinbolt_op_dispatch(begun, pinbolt_now(), &delivery), "");
    run(engine, delivery);

    pinbolt_finish_args finish = {
        .size = sizeof finish, .purpose = text("sign-in"), .handle = challenge->handle,
        .code = text(phone.code), .caller = &caller};
    must(pinbolt_start_finish(app, pinbolt_now(), &finish, &finished), "");
    run(engine, finished);
    pinbolt_verdict verdict = PINBOLT_REFUSED;
    pinbolt_accepted *accepted = NULL;
    const pinbolt_proof *proof = NULL;
    must(pinbolt_op_verdict(finished, &verdict, &accepted), "");
    must(pinbolt_accepted_proof(accepted, &proof), "");
    if (verdict == PINBOLT_ACCEPTED)
        printf("%s is signed in by %u factors.\n", proof->account.data, (unsigned)proof->pin + proof->code);

    pinbolt_accepted_free(&accepted);
    pinbolt_op_free(&begun), pinbolt_op_free(&delivery), pinbolt_op_free(&finished);
    pinbolt_engine_free(&engine), pinbolt_free(&app);
    return verdict == PINBOLT_ACCEPTED ? EXIT_SUCCESS : EXIT_FAILURE;
}
