// PSKC documents: written and read again, and wrong calls. What is read is in vectors.
#include "wrong.h"

#define PSK ((pinbolt_bytes){(const uint8_t *)"0123456789abcdef", 16})

static const pinbolt_bytes NONE = {NULL, 0};

static pinbolt_oath_key *key(void)
{
    pinbolt_oath_key *made = STALE;
    uint32_t fault = 77;
    pinbolt_oath_key_args args = {.size = sizeof args,
                                  .issuer = text("Acme"),
                                  .name = text("ana"),
                                  .secret = bytes("12345678901234567890"),
                                  .period = 60,
                                  .kind = PINBOLT_TOKEN_KIND_TOTP,
                                  .algorithm = PINBOLT_ALGORITHM_SHA256,
                                  .digits = 8};
    GIVES(pinbolt_oath_key_new(&args, &made, &fault), PINBOLT_OK);
    return made;
}

static pinbolt_pskc_package package(const pinbolt_oath_key *of)
{
    return (pinbolt_pskc_package){.size = sizeof(pinbolt_pskc_package),
                                  .key = of,
                                  .id = text("1 & 2"),
                                  .user_id = text("CN=ana"),
                                  .serial = text("987654321"),
                                  .expiry = NOON,
                                  .has_pin = true,
                                  .pin_usage = PINBOLT_PIN_USAGE_PREPEND,
                                  .pin_min_length = 4,
                                  .has_transactions = true,
                                  .clock_ahead = -2};
}

static pinbolt_pskc *again(pinbolt_text document, pinbolt_bytes psk, pinbolt_text password)
{
    pinbolt_pskc *read = STALE;
    uint32_t fault = 77;
    GIVES(pinbolt_pskc_read(document, psk, password, &read, &fault), PINBOLT_OK);
    CHECK(fault == 0);
    return read;
}

// What is written reads the same, and can be written as it was read.
static void round_trip(pinbolt_bytes psk, pinbolt_text password)
{
    uint32_t fault = 77;
    pinbolt_oath_key *made = key();
    pinbolt_pskc_package one = package(made);
    const pinbolt_pskc_package *packages[] = {&one, &one};
    pinbolt_written *written = STALE, *rewritten = STALE;
    const pinbolt_pskc_fields *fields;
    const pinbolt_oath_key_fields *of;
    pinbolt_pskc_args args = {.size = sizeof args,
                              .id = text("d-1"),
                              .key = psk,
                              .password = password,
                              .packages = packages,
                              .package_count = 2};
    GIVES(pinbolt_pskc_write(&args, &written, &fault), PINBOLT_OK);
    pinbolt_oath_key_free(&made);
    pinbolt_pskc *read = again(pinbolt_written_text(written), psk, password);
    pinbolt_written_free(&written);
    GIVES(pinbolt_pskc_get(read, &fields), PINBOLT_OK);
    CHECK(fields->package_count == 2 && same(fields->id, "d-1") && !fields->has_signature);
    const pinbolt_pskc_package *is = fields->packages[1];
    CHECK(same(is->id, "1 & 2") && same(is->issuer, "Acme") && same(is->friendly_name, "ana"));
    CHECK(same(is->serial, "987654321") && is->model.data == NULL && is->expiry == NOON);
    CHECK(is->has_pin && is->pin_usage == PINBOLT_PIN_USAGE_PREPEND && is->pin_min_length == 4);
    CHECK(is->has_transactions && is->transactions == 0 && is->clock_ahead == -2);
    GIVES(pinbolt_oath_key_get(is->key, &of), PINBOLT_OK);
    CHECK(of->digits == 8 && of->period == 60 && of->algorithm == PINBOLT_ALGORITHM_SHA256);
    CHECK(of->secret.len == 20 && memcmp(of->secret.data, "12345678901234567890", 20) == 0);
    args.packages = fields->packages;
    args.key = NONE;
    args.password = text(NULL);
    GIVES(pinbolt_pskc_write(&args, &rewritten, &fault), PINBOLT_OK);
    CHECK(strstr(pinbolt_written_text(rewritten).data, "<SerialNo>987654321<") != NULL);
    pinbolt_pskc_free(&read);
    pinbolt_pskc_free(&read);
    pinbolt_pskc_free(NULL);
    pinbolt_written_free(&rewritten);
}

// A key under a condition that nobody keeps isn't to be used.
static void holding(void)
{
    pinbolt_oath_key *made = key();
    pinbolt_pskc_package one = {.size = sizeof one, .key = made, .id = text("1"), .expiry = NOON};
    CHECK(pinbolt_pskc_holds(&one, NOON - 1) && !pinbolt_pskc_holds(&one, NOON));
    one.device_start = NOON - 1;
    CHECK(pinbolt_pskc_holds(&one, NOON - 1) && !pinbolt_pskc_holds(&one, NOON - 2));
    one.has_pin = true;
    CHECK(!pinbolt_pskc_holds(&one, NOON - 1));
    one.has_pin = false;
    one.has_transactions = true;
    CHECK(!pinbolt_pskc_holds(&one, NOON - 1));
    one.has_transactions = false;
    one.size = 0;
    CHECK(!pinbolt_pskc_holds(&one, NOON - 1) && !pinbolt_pskc_holds(NULL, NOON));
    one.size = sizeof one;
    one.key = NULL;
    CHECK(!pinbolt_pskc_holds(&one, NOON - 1));
    pinbolt_oath_key_free(&made);
}

static void reads(pinbolt_text document, pinbolt_bytes psk, pinbolt_text password,
                  pinbolt_status status, uint32_t should)
{
    pinbolt_pskc *read = STALE;
    uint32_t fault = 77;
    GIVES(pinbolt_pskc_read(document, psk, password, &read, &fault), status);
    CHECK(read == NULL && fault == should);
}

static void wrong_readings(void)
{
    pinbolt_pskc *read;
    const pinbolt_pskc_fields *fields = STALE;
    uint32_t fault;
    size_t most = (size_t)16 << 20;
    char *large = calloc(most + 1, 1);
    CHECK(large != NULL);
    reads(text(NULL), NONE, text(NULL), PINBOLT_MALFORMED, PINBOLT_PROVISION_XML);
    reads(NOT_UTF8, NONE, text(NULL), PINBOLT_MALFORMED, PINBOLT_PROVISION_XML);
    reads(LONG, NONE, text(NULL), PINBOLT_MALFORMED, PINBOLT_PROVISION_XML);
    reads((pinbolt_text){large, most}, NONE, text(NULL), PINBOLT_MALFORMED, PINBOLT_PROVISION_XML);
    reads((pinbolt_text){large, most + 1}, NONE, text(NULL), PINBOLT_MALFORMED,
          PINBOLT_PROVISION_TOO_LONG);
    reads(LYING, NONE, text(NULL), PINBOLT_POINTER, 0);
    reads(text("<a/>"), (pinbolt_bytes){NULL, 1}, text(NULL), PINBOLT_POINTER, 0);
    reads(text("<a/>"), NONE, LYING, PINBOLT_POINTER, 0);
    reads(text("<a/>"), NONE, LONG, PINBOLT_LENGTH, 0);
    reads(text("<a/>"), PSK, text("and"), PINBOLT_VALUE, 0);
    reads(text("<a/>"), bytes("short"), text(NULL), PINBOLT_MALFORMED, PINBOLT_PROVISION_LOCK_KEY);
    POINTER(pinbolt_pskc_read(text("<a/>"), NONE, text(NULL), NULL, &fault));
    POINTER(pinbolt_pskc_read(text("<a/>"), NONE, text(NULL), &read, NULL));
    POINTER(pinbolt_pskc_get(NULL, &fields));
    CHECK(fields == NULL);
    free(large);
}

static void writes(pinbolt_pskc_args args, pinbolt_status status, uint32_t should)
{
    pinbolt_written *written = STALE;
    uint32_t fault = 77;
    GIVES(pinbolt_pskc_write(&args, &written, &fault), status);
    CHECK(written == NULL && fault == should);
}

static void wrong_writings(void)
{
    uint32_t fault;
    pinbolt_written *written;
    pinbolt_oath_key *made = key();
    pinbolt_pskc_package wrong = package(made);
    const pinbolt_pskc_package *packages[] = {&wrong, NULL};
    const pinbolt_pskc_args good = {.size = sizeof good, .packages = packages, .package_count = 1};
    pinbolt_pskc_args args = good;
    args.package_count = 0;
    writes(args, PINBOLT_MALFORMED, PINBOLT_PROVISION_TOO_MANY);
    args.package_count = 10001;
    writes(args, PINBOLT_LENGTH, 0);
    args.package_count = 2;
    writes(args, PINBOLT_POINTER, 0);
    args.packages = NULL;
    writes(args, PINBOLT_POINTER, 0);
    args = good;
    args.size = 8;
    writes(args, PINBOLT_POINTER, 0);
    args = good;
    args.id = text("1");
    writes(args, PINBOLT_MALFORMED, PINBOLT_PROVISION_NAME);
    args = good;
    args.key = PSK;
    args.password = text("and");
    writes(args, PINBOLT_VALUE, 0);
    args.key = NONE;
    args.password = text("");
    writes(args, PINBOLT_MALFORMED, PINBOLT_PROVISION_LOCK_KEY);
    wrong.id = text(NULL);
    writes(good, PINBOLT_MALFORMED, PINBOLT_PROVISION_NAME);
    wrong = package(made);
    wrong.serial = NOT_UTF8;
    writes(good, PINBOLT_MALFORMED, PINBOLT_PROVISION_NAME);
    wrong = package(made);
    wrong.pin_usage = PINBOLT_PIN_USAGE_APPEND + 1;
    writes(good, PINBOLT_VALUE, 0);
    wrong.has_pin = false;
    wrong.expiry = UINT64_MAX;
    writes(good, PINBOLT_MALFORMED, PINBOLT_PROVISION_DATE);
    wrong = package(NULL);
    writes(good, PINBOLT_POINTER, 0);
    wrong = package(made);
    wrong.size = 0;
    writes(good, PINBOLT_POINTER, 0);
    POINTER(pinbolt_pskc_write(NULL, &written, &fault));
    POINTER(pinbolt_pskc_write(&good, NULL, &fault));
    POINTER(pinbolt_pskc_write(&good, &written, NULL));
    pinbolt_oath_key_free(&made);
}

int main(void)
{
    round_trip(NONE, text(NULL));
    round_trip(PSK, text(NULL));
    round_trip(NONE, text("p\xc3\xa4ss"));
    holding();
    wrong_readings();
    wrong_writings();
    return passed();
}
