// A person adds an authenticator app: a QR code is scanned, the app's first code confirms it, and the
// next one signs in behind the PIN.
// cc -std=c11 enroll_app.c $(pkg-config --cflags --libs pinbolt) -o enroll_app
#include <pinbolt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define text pinbolt_text_of

static pinbolt *app;
static pinbolt_engine *engine;

static void must(pinbolt_status status)
{
    if (status != PINBOLT_OK) {
        fprintf(stderr, "enroll_app: %s\n", pinbolt_status_sentence(status));
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
    pinbolt_text purposes = text("purposes.sign-in = { pin = true, otp = true }");
    pinbolt_engine_args on = {.size = sizeof on, .url = text("sqlite://auth.db")};
    pinbolt_enroll_args person = {
        .size = sizeof person, .account = text("person-1"), .pin = text("802714")};
    must(pinbolt_keys_generate(text("keys.toml"), NULL, 0));
    must(pinbolt_keys_load(text("keys.toml"), NULL, 0, &keys));
    must(pinbolt_policy_parse(purposes, NULL, 0, &policy));
    must(pinbolt_new(keys, policy, text(""), &app));
    must(pinbolt_engine_open(app, &on, NULL, 0, &engine));
    must(pinbolt_start_enroll(app, pinbolt_now(), &person, &op));
    run_and_free(op);
    pinbolt_policy_free(&policy), pinbolt_keys_free(&keys);
}

static void save(const char *name, pinbolt_written *written)
{
    pinbolt_bytes bytes = pinbolt_written_bytes(written);
    FILE *file = fopen(name, "wb"); // Yours puts it into the page, and no file.
    if (file == NULL || fwrite(bytes.data, 1, bytes.len, file) != bytes.len || fclose(file) != 0)
        exit(EXIT_FAILURE);
    pinbolt_written_free(&written);
}

static void show(pinbolt_text address)
{
    pinbolt_written *svg = NULL, *png = NULL, *lines = NULL;
    must(pinbolt_qr_svg(address, &svg));
    save("app.svg", svg);
    must(pinbolt_qr_png(address, 8, &png));
    save("app.png", png);
    must(pinbolt_qr_terminal(address, &lines));
    if (isatty(STDOUT_FILENO))
        printf("%s", pinbolt_written_text(lines).data);
    pinbolt_written_free(&lines);
    printf("app.svg is scanned.\n");
}

// Shows the QR code of a new token; its number, and what the phone scanned.
static uint32_t enroll_app(pinbolt_written **address)
{
    uint32_t fault = 0;
    pinbolt_op *op = NULL;
    pinbolt_oath_key *key = NULL;
    const pinbolt_added_token *added = NULL;
    pinbolt_operator desk = {
        .size = sizeof desk, .name = text("desk-7"),
        .reason = text("asked for an app, seen in person")};
    pinbolt_add_token_args args = {
        .size = sizeof args, .account = text("person-1"), .label = text("phone"), .by = &desk,
        .kind = PINBOLT_TOKEN_KIND_TOTP, .period = 30,
        .algorithm = PINBOLT_ALGORITHM_SHA1, .digits = 6}; // What every app knows.
    must(pinbolt_start_add_token(app, pinbolt_now(), &args, &op));
    must(pinbolt_engine_run(engine, op));
    must(pinbolt_op_added_token(op, &added));
    pinbolt_oath_key_args shown = {
        .size = sizeof shown, .issuer = text("Example Co"), .name = text("ana@example.com"),
        .secret = added->secret, .kind = args.kind, .period = args.period,
        .algorithm = args.algorithm, .digits = args.digits};
    must(pinbolt_oath_key_new(&shown, &key, &fault));
    must(pinbolt_otpauth_write(key, address, &fault));
    show(pinbolt_written_text(*address));
    uint32_t token = added->token;
    pinbolt_oath_key_free(&key), pinbolt_op_free(&op); // They wipe the secret.
    return token;
}

// What is in the person's phone from now on.
static pinbolt_hotp *app_of(pinbolt_text address)
{
    uint32_t fault = 0;
    pinbolt_oath_key *key = NULL;
    const pinbolt_oath_key_fields *is = NULL;
    pinbolt_hotp *phone = NULL;
    must(pinbolt_otpauth_read(address, &key, &fault));
    must(pinbolt_oath_key_get(key, &is));
    printf("The app shows: %s, %s.\n", is->issuer.data, is->name.data);
    must(pinbolt_hotp_open(is->algorithm, is->digits, is->secret, &phone));
    pinbolt_oath_key_free(&key);
    return phone;
}

static void confirm(uint32_t token, const char *code, const pinbolt_caller *caller)
{
    pinbolt_op *op = NULL;
    pinbolt_confirm_token_args args = {
        .size = sizeof args, .account = text("person-1"), .token = token, .code = text(code),
        .caller = caller};
    must(pinbolt_start_confirm_token(app, pinbolt_now(), &args, &op));
    run_and_free(op);
    printf("Its first code confirms it.\n");
}

static void sign_in(const char *code, const pinbolt_caller *caller)
{
    pinbolt_op *op = NULL;
    pinbolt_verdict verdict = PINBOLT_REFUSED;
    pinbolt_accepted *accepted = NULL;
    const pinbolt_proof *proof = NULL;
    pinbolt_verify_args args = {
        .size = sizeof args, .name = text("person-1"), .purpose = text("sign-in"),
        .pin = text("802714"), .otp = text(code), .caller = caller};
    must(pinbolt_start_verify(app, pinbolt_now(), &args, &op));
    pinbolt_status status = pinbolt_engine_run(engine, op);
    if (pinbolt_op_verdict(op, &verdict, &accepted) == PINBOLT_OK && verdict == PINBOLT_ACCEPTED) {
        must(pinbolt_accepted_proof(accepted, &proof));
        printf("%s is signed in.\n", proof->account.data);
    } else {
        printf("Once more: %s\n", pinbolt_status_sentence(status));
    }
    pinbolt_accepted_free(&accepted), pinbolt_op_free(&op);
}

int main(void)
{
    char code[PINBOLT_CODE_CAPACITY];
    uint64_t step = 0;
    pinbolt_written *address = NULL;
    pinbolt_caller caller = { // Yours has a session that is drawn anew.
        .size = sizeof caller, .session = {(const uint8_t *)"the web session", 15}};
    open_with_a_person();
    uint32_t token = enroll_app(&address);
    pinbolt_hotp *phone = app_of(pinbolt_written_text(address));
    pinbolt_written_free(&address);
    must(pinbolt_totp_step(pinbolt_now(), 30, 0, &step));
    must(pinbolt_hotp_code(phone, step - 1, code, sizeof code)); // Typed as it was about to change.
    confirm(token, code, &caller);
    must(pinbolt_hotp_code(phone, step, code, sizeof code));
    sign_in(code, &caller);
    sign_in(code, &caller);
    pinbolt_hotp_free(&phone), pinbolt_engine_free(&engine), pinbolt_free(&app);
    return 0;
}
