// Files of other systems: read in passes, imported, and wrong calls.
#include "wrong.h"

#define HEX "3132333435363738393031323334353637383930"

static const char *const FILE_LINES[] = {
    "HOTP ana - " HEX " 7\n", "HOTP ben - " HEX "\n", "HOTP ben - nothing\n", "broken\n",
    "HOTP cid 1 " HEX "\n"};

static const pinbolt_operator BY = {
    .size = sizeof BY, .name = {"desk-7", 6}, .reason = {"moving in", 9}};

// Eve is nobody here.
static pinbolt_text whose(void *context, pinbolt_text name)
{
    CHECK(context == NULL);
    return strcmp(name.data, "eve") == 0 ? (pinbolt_text){0} : name;
}

static void opens(uint32_t format, pinbolt_text account, pinbolt_status status)
{
    pinbolt_importer *importer = STALE;
    pinbolt_importer_args args = {.size = sizeof args, .format = format, .account = account};
    GIVES(pinbolt_importer_open(&args, NOON, &importer), status);
    CHECK((importer == NULL) == (status != PINBOLT_OK));
    pinbolt_importer_free(&importer);
}

static pinbolt_importer *opened(uint32_t format, const char *account)
{
    pinbolt_importer *importer = STALE;
    pinbolt_importer_args args = {
        .size = sizeof args, .format = format, .account = text(account), .account_of = whose};
    GIVES(pinbolt_importer_open(&args, NOON, &importer), PINBOLT_OK);
    return importer;
}

static uint32_t pass_of(const pinbolt_importer *importer)
{
    uint32_t pass = 77;
    GIVES(pinbolt_importer_pass(importer, &pass), PINBOLT_OK);
    return pass;
}

// Imports an account, or only tries to; what became of its last line.
static pinbolt_line_report taken(world *w, pinbolt_account_lines *lines, bool run)
{
    pinbolt_import_lines_args args = {
        .size = sizeof args, .lines = lines, .by = &BY};
    const pinbolt_line_report *const *reports = NULL;
    size_t count = 0;
    pinbolt_op *op = NULL;
    bool complete = pinbolt_account_lines_complete(lines);
    GIVES(pinbolt_start_import_lines(w->pinbolt, NOON, &args, &op),
          complete ? PINBOLT_OK : PINBOLT_VALUE);
    if (complete && run)
        (void)!pinbolt_engine_run(w->engine, op);
    GIVES(pinbolt_account_lines_reports(lines, op, 0, &reports, &count), PINBOLT_OK);
    CHECK(count > 0);
    pinbolt_line_report last = *reports[count - 1];
    pinbolt_op_free(&op);
    return last;
}

static void a_file(world *w, bool run)
{
    struct { const char *name; uint32_t fate, why; } expected[] = {
        {"ana", run ? PINBOLT_FATE_ADDED : PINBOLT_FATE_READY, 0},
        {"ben", PINBOLT_FATE_REFUSED, PINBOLT_PROVISION_SECRET},
        {NULL, PINBOLT_FATE_REFUSED, PINBOLT_PROVISION_LINE},
        {"cid", PINBOLT_FATE_HELD_BACK, PINBOLT_PROVISION_BESIDE}};
    pinbolt_importer *importer = opened(PINBOLT_FORMAT_OATH_USERS, NULL);
    size_t given = 0;
    for (uint32_t passes = 1; pass_of(importer) != PINBOLT_PASS_OVER; passes++) {
        CHECK(pass_of(importer) == (passes == 1 ? PINBOLT_PASS_SURVEY : PINBOLT_PASS_ACCOUNTS));
        for (size_t at = 0; at <= sizeof FILE_LINES / sizeof FILE_LINES[0]; at++) {
            pinbolt_account_lines *lines = STALE;
            if (at == sizeof FILE_LINES / sizeof FILE_LINES[0])
                GIVES(pinbolt_importer_end(importer, NOON, &lines), PINBOLT_OK);
            else
                GIVES(pinbolt_importer_line(importer, NOON, bytes(FILE_LINES[at]), &lines), PINBOLT_OK);
            if (lines == NULL)
                continue;
            pinbolt_text name = pinbolt_account_lines_name(lines);
            CHECK((name.data == NULL) == (expected[given].name == NULL));
            CHECK(name.data == NULL || strcmp(name.data, expected[given].name) == 0);
            pinbolt_line_report last = taken(w, lines, run);
            CHECK(last.fate == expected[given].fate && last.why == expected[given].why);
            given++;
            pinbolt_account_lines_free(&lines);
            CHECK(lines == NULL);
        }
    }
    CHECK(given == sizeof expected / sizeof expected[0]);
    pinbolt_importer_free(&importer);
    CHECK(importer == NULL);
}

// A file of one account's, its lines over at its end.
static pinbolt_account_lines *google(const char *name)
{
    pinbolt_importer *importer = opened(PINBOLT_FORMAT_GOOGLE_AUTHENTICATOR, name);
    pinbolt_account_lines *lines = NULL;
    for (int pass = 0; pass < 2; pass++) {
        GIVES(pinbolt_importer_line(importer, NOON, bytes("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), &lines),
              PINBOLT_OK);
        GIVES(pinbolt_importer_line(importer, NOON, bytes("\" HOTP_COUNTER 1"), &lines), PINBOLT_OK);
        GIVES(pinbolt_importer_end(importer, NOON, &lines), PINBOLT_OK);
    }
    pinbolt_importer_free(&importer);
    return lines;
}

static void wrong_calls(world *w)
{
    pinbolt_importer *importer = STALE;
    pinbolt_account_lines *lines = STALE;
    const pinbolt_line_report *const *reports = STALE;
    size_t count = 77;
    uint32_t pass = 77;
    opens(PINBOLT_FORMAT_PRIVACYIDEA, text(NULL), PINBOLT_OK);
    opens(PINBOLT_FORMAT_OTPAUTH, text(NULL), PINBOLT_OK);
    opens(0, text(NULL), PINBOLT_VALUE);
    opens(PINBOLT_FORMAT_GOOGLE_AUTHENTICATOR, text(NULL), PINBOLT_VALUE);
    opens(PINBOLT_FORMAT_DJANGO_OTP, text("ana"), PINBOLT_VALUE);
    opens(PINBOLT_FORMAT_DJANGO_OTP, LYING, PINBOLT_POINTER);
    GIVES(pinbolt_importer_open(NULL, NOON, &importer), PINBOLT_POINTER);
    CHECK(importer == NULL);
    GIVES(pinbolt_importer_pass(NULL, &pass), PINBOLT_POINTER);
    GIVES(pinbolt_importer_line(NULL, NOON, bytes("x"), &lines), PINBOLT_POINTER);
    CHECK(lines == NULL);
    GIVES(pinbolt_importer_end(NULL, NOON, &lines), PINBOLT_POINTER);
    importer = opened(PINBOLT_FORMAT_OATH_USERS, NULL);
    GIVES(pinbolt_importer_line(importer, NOON, (pinbolt_bytes){NULL, 1}, &lines), PINBOLT_POINTER);
    GIVES(pinbolt_importer_line(importer, NOON, (pinbolt_bytes){NULL, 0}, &lines), PINBOLT_OK);
    GIVES(pinbolt_importer_line(importer, NOON, bytes("x"), NULL), PINBOLT_POINTER);
    GIVES(pinbolt_importer_pass(importer, NULL), PINBOLT_POINTER);
    pinbolt_importer_free(&importer);
    pinbolt_importer_free(NULL);
    CHECK(pinbolt_account_lines_name(NULL).data == NULL && !pinbolt_account_lines_complete(NULL));
    CHECK(!pinbolt_importer_changed(NULL));
    GIVES(pinbolt_account_lines_reports(NULL, NULL, 0, &reports, &count), PINBOLT_POINTER);
    CHECK(reports == NULL && count == 0);
    lines = google("dan");
    GIVES(pinbolt_account_lines_reports(lines, NULL, 8, &reports, &count), PINBOLT_VALUE);
    GIVES(pinbolt_account_lines_reports(lines, NULL, 0, NULL, &count), PINBOLT_POINTER);
    pinbolt_account_lines_free(&lines);
    lines = google("eve");
    pinbolt_line_report last = taken(w, lines, true);
    CHECK(last.fate == PINBOLT_FATE_HELD_BACK && last.why == PINBOLT_PROVISION_ACCOUNT);
    pinbolt_account_lines_free(&lines);
    pinbolt_account_lines_free(NULL);
}

int main(void)
{
    world w;
    world_open(&w, "memory:");
    a_file(&w, false);
    a_file(&w, true);
    wrong_calls(&w);
    world_close(&w);
    return passed();
}
