// Moving in from django-otp: `move_in devices.jsonl`, the rows that export_django_otp.py wrote. Run it in
// an empty folder. Before that nothing is written; after it, run it again as you like.
// cc -std=c11 move_in.c $(pkg-config --cflags --libs pinbolt) -o move_in
#define _POSIX_C_SOURCE 200809L // getline
#include <pinbolt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define text pinbolt_text_of

static pinbolt *app;
static pinbolt_engine *engine;

static void must(pinbolt_status status)
{
    if (status != PINBOLT_OK) {
        fprintf(stderr, "move_in: %s\n", pinbolt_status_sentence(status));
        exit(EXIT_FAILURE);
    }
}

static void open_engine(void)
{
    pinbolt_keys *keys = NULL;
    pinbolt_policy *policy = NULL;
    pinbolt_engine_args on = {.size = sizeof on, .url = text("sqlite://auth.db")};
    pinbolt_text purposes =
        text("[purposes]\nsign-in = { otp = true }\nrecover = { recovery_code = true }");
    must(pinbolt_keys_generate(text("keys.toml"), NULL, 0));
    must(pinbolt_keys_load(text("keys.toml"), NULL, 0, &keys));
    must(pinbolt_policy_parse(purposes, NULL, 0, &policy));
    must(pinbolt_new(keys, policy, text(""), &app));
    must(pinbolt_engine_open(app, &on, NULL, 0, &engine));
    pinbolt_policy_free(&policy), pinbolt_keys_free(&keys);
}

static void tell(const pinbolt_line_report *report)
{
    static const char *const fates[] = {
        "", "Ready", "Added", "Kept", "Gone", "Skipped", "Refused", "HeldBack", "Failed"};
    if (report->fate == PINBOLT_FATE_READY)
        return;
    printf("line %llu: %s", (unsigned long long)report->line, fates[report->fate]);
    if (report->why >= 400)
        printf(": %s", pinbolt_provision_fault_sentence(report->why));
    else if (report->why != 0)
        printf(": %s", pinbolt_status_sentence(report->why));
    printf("\n");
}

// All or nothing of an account. Its lines that can't be taken are told all the same.
static void import_account(pinbolt_account_lines **lines, bool dry_run)
{
    const uint32_t accept = PINBOLT_WEAK_RECOVERY_CODES; // django-otp's have 40 bits.
    const pinbolt_line_report *const *reports = NULL;
    size_t count = 0;
    pinbolt_op *op = NULL;
    pinbolt_operator desk = {
        .size = sizeof desk, .name = text("desk-1"), .reason = text("moving in from django-otp")};
    pinbolt_import_lines_args args = {
        .size = sizeof args, .lines = *lines, .by = &desk, .dangerously_accept = accept};
    if (pinbolt_account_lines_complete(*lines)) {
        must(pinbolt_start_import_lines(app, pinbolt_now(), &args, &op));
        if (!dry_run) // How it ended stands in the reports.
            (void)!pinbolt_engine_run(engine, op);
    }
    must(pinbolt_account_lines_reports(*lines, op, accept, &reports, &count));
    for (size_t at = 0; at < count; at++)
        tell(reports[at]);
    pinbolt_op_free(&op), pinbolt_account_lines_free(lines);
}

static void broken(const char *rows)
{
    perror(rows);
    exit(EXIT_FAILURE);
}

static void move_in(const char *heading, const char *rows, bool dry_run)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length = 0;
    pinbolt_importer *importer = NULL;
    pinbolt_account_lines *lines = NULL;
    uint32_t pass = PINBOLT_PASS_SURVEY;
    printf("%s\n", heading);
    pinbolt_importer_args args = {.size = sizeof args, .format = PINBOLT_FORMAT_DJANGO_OTP};
    must(pinbolt_importer_open(&args, pinbolt_now(), &importer));
    while (must(pinbolt_importer_pass(importer, &pass)), pass != PINBOLT_PASS_OVER) {
        FILE *file = fopen(rows, "rb");
        if (file == NULL)
            broken(rows);
        while ((length = getline(&line, &room, file)) > 0) {
            pinbolt_bytes bytes = {(const uint8_t *)line, (size_t)length};
            must(pinbolt_importer_line(importer, pinbolt_now(), bytes, &lines));
            if (lines != NULL)
                import_account(&lines, dry_run);
        }
        if (ferror(file)) // It is not at its end: nothing of what is left may be taken for it.
            broken(rows);
        fclose(file);
        must(pinbolt_importer_end(importer, pinbolt_now(), &lines));
        if (lines != NULL)
            import_account(&lines, dry_run);
    }
    if (pinbolt_importer_changed(importer))
        printf("The file was changed meanwhile: run it again.\n");
    free(line), pinbolt_importer_free(&importer);
}

static void sign_in(const char *purpose, const char *otp, const char *recovery_code)
{
    pinbolt_op *op = NULL;
    pinbolt_verdict verdict = PINBOLT_REFUSED;
    pinbolt_accepted *accepted = NULL;
    const pinbolt_proof *proof = NULL;
    pinbolt_caller caller = { // Yours is drawn anew.
        .size = sizeof caller, .session = {(const uint8_t *)"the web session", 15}};
    // The account is django's user id: look it up by the name that the person typed.
    pinbolt_verify_args args = {
        .size = sizeof args, .name = text("1"), .purpose = text(purpose), .otp = text(otp),
        .recovery_code = text(recovery_code), .caller = &caller};
    must(pinbolt_start_verify(app, pinbolt_now(), &args, &op));
    pinbolt_status status = pinbolt_engine_run(engine, op);
    if (pinbolt_op_verdict(op, &verdict, &accepted) == PINBOLT_OK && verdict == PINBOLT_ACCEPTED) {
        must(pinbolt_accepted_proof(accepted, &proof));
        printf("%s is signed in.\n", proof->account.data);
    } else {
        printf("%s\n", pinbolt_status_sentence(status));
    }
    pinbolt_accepted_free(&accepted), pinbolt_op_free(&op);
}

int main(int count, char **arguments)
{
    const char *rows = count > 1 ? arguments[1] : "devices.jsonl";
    open_engine();
    move_in("What would be refused:", rows, true);
    move_in("The import:", rows, false);
    printf("The code that the fob showed last, there:\n");
    sign_in("sign-in", "162583", NULL);
    printf("The one that it shows next:\n");
    sign_in("sign-in", "399871", NULL);
    printf("A static token:\n");
    sign_in("recover", NULL, "k3pqz7mx");
    move_in("The same file once more:", rows, false);
    pinbolt_engine_free(&engine), pinbolt_free(&app);
    return 0;
}
