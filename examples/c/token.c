// A token on a phone: it is added, confirmed by a code of its own, and then signs in together with the
// PIN, both typed as one string, as a RADIUS server or a PAM module gets them. A second time the same
// string is refused.
// cc -std=c11 token.c $(pkg-config --cflags --libs pinbolt) -o token
#include <pinbolt.h>
#include <stdio.h>
#include <stdlib.h>

#define text pinbolt_text_of
#define PIN "802714"

static pinbolt *app;
static pinbolt_engine *engine;
static pinbolt_hotp *phone; // Stands in for the person's.

static void must(pinbolt_status status)
{
    if (status != PINBOLT_OK) {
        fprintf(stderr, "token: %s\n", pinbolt_status_sentence(status));
        exit(EXIT_FAILURE);
    }
}

static void run_and_free(pinbolt_op *op)
{
    must(pinbolt_engine_run(engine, op));
    pinbolt_op_free(&op);
}

static void open_with_a_person(void)
{
    pinbolt_keys *keys = NULL;
    pinbolt_policy *policy = NULL;
    pinbolt_op *op = NULL;
    pinbolt_text log_in = text("purposes.log-in = { pin = true, otp = true }");
    pinbolt_engine_args on = {.size = sizeof on, .url = text("memory:")}; // Yours is a database.
    pinbolt_enroll_args person = {
        .size = sizeof person, .account = text("person-1"), .pin = text(PIN)};
    must(pinbolt_keys_generate(text("keys.toml"), NULL, 0));
    must(pinbolt_keys_load(text("keys.toml"), NULL, 0, &keys));
    must(pinbolt_policy_parse(log_in, NULL, 0, &policy));
    must(pinbolt_new(keys, policy, text(""), &app));
    must(pinbolt_engine_open(app, &on, NULL, 0, &engine));
    must(pinbolt_start_enroll(app, pinbolt_now(), &person, &op));
    run_and_free(op);
    pinbolt_policy_free(&policy), pinbolt_keys_free(&keys);
}

// What the person types into the app: base32 in groups of four.
static void show(pinbolt_bytes secret)
{
    pinbolt_written *written = NULL;
    must(pinbolt_base32_encode(secret, &written));
    printf("Your secret:");
    pinbolt_text letters = pinbolt_written_text(written);
    for (size_t at = 0; at < letters.len; at += 4)
        printf(" %.4s", letters.data + at);
    pinbolt_written_free(&written);
    printf("\n");
}

// Gives the token's number. Its secret is shown this once.
static uint32_t add_token(void)
{
    pinbolt_op *op = NULL;
    const pinbolt_added_token *added = NULL;
    pinbolt_operator desk = {
        .size = sizeof desk, .name = text("desk-1"), .reason = text("asked in person")};
    pinbolt_add_token_args args = {
        .size = sizeof args, .account = text("person-1"), .label = text("phone"), .by = &desk,
        .kind = PINBOLT_TOKEN_KIND_TOTP, .period = 30,
        .algorithm = PINBOLT_ALGORITHM_SHA1, .digits = 6};
    must(pinbolt_start_add_token(app, pinbolt_now(), &args, &op));
    must(pinbolt_engine_run(engine, op));
    must(pinbolt_op_added_token(op, &added));
    show(added->secret);
    must(pinbolt_hotp_open(PINBOLT_ALGORITHM_SHA1, 6, added->secret, &phone));
    uint32_t token = added->token;
    pinbolt_op_free(&op); // It holds the secret, and wipes it.
    return token;
}

// Until its person has typed a code of it, a token signs nobody in.
static void confirm(uint32_t token, const char *code)
{
    pinbolt_op *op = NULL;
    pinbolt_caller caller = {
        .size = sizeof caller, .session = {(const uint8_t *)"the web session", 15}};
    pinbolt_confirm_token_args args = {
        .size = sizeof args, .account = text("person-1"), .token = token, .code = text(code),
        .caller = &caller};
    must(pinbolt_start_confirm_token(app, pinbolt_now(), &args, &op));
    run_and_free(op);
}

// An Access-Request: a name and a password, which is PIN and code. `request` is its own id.
static void access_request(const char *request, const char *name, const char *password)
{
    pinbolt_op *op = NULL;
    pinbolt_verdict verdict = PINBOLT_REFUSED;
    pinbolt_accepted *accepted = NULL;
    const pinbolt_proof *proof = NULL;
    pinbolt_text id = text(request);
    pinbolt_caller caller = {
        .size = sizeof caller, .session = {(const uint8_t *)id.data, id.len}};
    pinbolt_verify_args args = {
        .size = sizeof args, .name = text(name), .purpose = text("log-in"),
        .pin_then_otp = text(password), .caller = &caller};
    must(pinbolt_start_verify(app, pinbolt_now(), &args, &op));
    pinbolt_status status = pinbolt_engine_run(engine, op);
    if (status != PINBOLT_OK && pinbolt_status_kind(status) != PINBOLT_KIND_REFUSAL)
        must(status); // Nothing is known of the person. Yours says nothing: another server is asked.
    if (pinbolt_op_verdict(op, &verdict, &accepted) == PINBOLT_OK && verdict == PINBOLT_ACCEPTED) {
        must(pinbolt_accepted_proof(accepted, &proof));
        printf("Access-Accept: %s\n", proof->account.data);
    } else {
        printf("Access-Reject: %s\n", pinbolt_status_sentence(status));
    }
    pinbolt_accepted_free(&accepted), pinbolt_op_free(&op);
}

int main(void)
{
    char code[PINBOLT_CODE_CAPACITY], password[32];
    uint64_t step = 0;
    open_with_a_person();
    uint32_t token = add_token();
    must(pinbolt_totp_step(pinbolt_now(), 30, 0, &step));
    must(pinbolt_hotp_code(phone, step - 1, code, sizeof code)); // Typed as it was about to change.
    confirm(token, code);
    must(pinbolt_hotp_code(phone, step, code, sizeof code));
    snprintf(password, sizeof password, PIN "%s", code);
    access_request("request 1", "person-1", password);
    access_request("request 2", "person-1", password);
    pinbolt_hotp_free(&phone), pinbolt_engine_free(&engine), pinbolt_free(&app);
    return 0;
}
