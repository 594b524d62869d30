// Tokens on their way in and out: wrong calls, words and pictures. What is read is in vectors.
#include "wrong.h"

static pinbolt_oath_key_args good(void)
{
    return (pinbolt_oath_key_args){.size = sizeof(pinbolt_oath_key_args),
                                   .issuer = text("Example"),
                                   .name = text("ana"),
                                   .secret = bytes("12345678901234567890"),
                                   .period = 30,
                                   .kind = PINBOLT_TOKEN_KIND_TOTP,
                                   .algorithm = PINBOLT_ALGORITHM_SHA1,
                                   .digits = 6};
}

static pinbolt_oath_key *made(pinbolt_oath_key_args args, pinbolt_status status, uint32_t why)
{
    uint32_t fault = 77;
    pinbolt_oath_key *key = STALE;
    GIVES(pinbolt_oath_key_new(&args, &key, &fault), status);
    CHECK((key != NULL) == (status == PINBOLT_OK) && fault == why);
    return key;
}

#define REFUSED(field, value, status, why)                                                         \
    do {                                                                                           \
        pinbolt_oath_key_args args = good();                                                       \
        args.field = value;                                                                        \
        made(args, status, why);                                                                   \
    } while (0)

static void keys(void)
{
    uint32_t fault = 77;
    pinbolt_oath_key *key = STALE;
    const pinbolt_oath_key_fields *fields = STALE;
    pinbolt_oath_key_args args = good();
    REFUSED(size, 3, PINBOLT_POINTER, 0);
    REFUSED(kind, 0, PINBOLT_VALUE, 0);
    REFUSED(kind, PINBOLT_TOKEN_KIND_HOTP, PINBOLT_VALUE, 0);
    REFUSED(counter, 1, PINBOLT_VALUE, 0);
    REFUSED(algorithm, 4, PINBOLT_VALUE, 0);
    REFUSED(period, 0, PINBOLT_MALFORMED, PINBOLT_PROVISION_PERIOD);
    REFUSED(digits, 5, PINBOLT_MALFORMED, PINBOLT_PROVISION_DIGITS);
    REFUSED(digits, 262, PINBOLT_MALFORMED, PINBOLT_PROVISION_DIGITS);
    REFUSED(secret, bytes(""), PINBOLT_MALFORMED, PINBOLT_PROVISION_SECRET);
    REFUSED(name, text("a:b"), PINBOLT_MALFORMED, PINBOLT_PROVISION_NAME);
    REFUSED(name, text(NULL), PINBOLT_MALFORMED, PINBOLT_PROVISION_NAME);
    REFUSED(issuer, NOT_UTF8, PINBOLT_MALFORMED, PINBOLT_PROVISION_NAME);
    REFUSED(name, LYING, PINBOLT_POINTER, 0);
    REFUSED(name, LONG, PINBOLT_LENGTH, 0);
    POINTER(pinbolt_oath_key_new(NULL, &key, &fault));
    CHECK(key == NULL && fault == 0);
    POINTER(pinbolt_oath_key_new(&args, NULL, &fault));
    POINTER(pinbolt_oath_key_new(&args, &key, NULL));
    POINTER(pinbolt_oath_key_get(NULL, &fields));
    CHECK(fields == NULL);
    args.issuer = args.name = text(NULL);
    key = made(args, PINBOLT_OK, 0);
    GIVES(pinbolt_oath_key_get(key, &fields), PINBOLT_OK);
    CHECK(fields->name.data == NULL && fields->issuer.data == NULL && fields->secret.len == 20);
    POINTER(pinbolt_oath_key_get(key, NULL));
    pinbolt_oath_key_free(&key);
    pinbolt_oath_key_free(&key);
    pinbolt_oath_key_free(NULL);
}

static void addresses(void)
{
    uint32_t fault = 77;
    pinbolt_written *written = STALE;
    pinbolt_oath_key *key = made(good(), PINBOLT_OK, 0), *read = STALE;
    GIVES(pinbolt_otpauth_write(key, &written, &fault), PINBOLT_OK);
    CHECK(same(pinbolt_written_text(written),
               "otpauth://totp/Example:ana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example"));
    CHECK(pinbolt_written_bytes(written).len == pinbolt_written_text(written).len);
    pinbolt_written_free(&written);
    pinbolt_written_free(&written);
    pinbolt_written_free(NULL);
    CHECK(pinbolt_written_text(NULL).data == NULL && pinbolt_written_bytes(NULL).len == 0);
    pinbolt_oath_key_free(&key);
    pinbolt_oath_key_args late = good();
    late.start = 1;
    key = made(late, PINBOLT_OK, 0);
    GIVES(pinbolt_otpauth_write(key, &written, &fault), PINBOLT_MALFORMED);
    CHECK(written == NULL && fault == PINBOLT_PROVISION_NO_PLACE);
    POINTER(pinbolt_otpauth_write(NULL, &written, &fault));
    POINTER(pinbolt_otpauth_write(key, NULL, &fault));
    POINTER(pinbolt_otpauth_write(key, &written, NULL));
    pinbolt_oath_key_free(&key);
    GIVES(pinbolt_otpauth_read(LONG, &read, &fault), PINBOLT_LENGTH);
    CHECK(read == NULL && fault == 0);
    POINTER(pinbolt_otpauth_read(LYING, &read, &fault));
    GIVES(pinbolt_otpauth_read(NOT_UTF8, &read, &fault), PINBOLT_MALFORMED);
    CHECK(fault == PINBOLT_PROVISION_NOT_OTPAUTH);
    POINTER(pinbolt_otpauth_read(text("x"), NULL, &fault));
    POINTER(pinbolt_otpauth_read(text("x"), &read, NULL));
}

static void letters(void)
{
    uint32_t fault = 77;
    pinbolt_written *written = STALE;
    GIVES(pinbolt_base32_encode(bytes("fooba"), &written), PINBOLT_OK);
    CHECK(same(pinbolt_written_text(written), "MZXW6YTB"));
    pinbolt_written_free(&written);
    GIVES(pinbolt_base32_decode(text("mzxw 6ytb"), &written, &fault), PINBOLT_OK);
    CHECK(pinbolt_written_bytes(written).len == 5 && fault == 0);
    CHECK(memcmp(pinbolt_written_bytes(written).data, "fooba", 5) == 0);
    pinbolt_written_free(&written);
    GIVES(pinbolt_base32_decode(text("1"), &written, &fault), PINBOLT_MALFORMED);
    CHECK(written == NULL && fault == PINBOLT_PROVISION_SECRET);
    POINTER(pinbolt_base32_encode(bytes("x"), NULL));
    POINTER(pinbolt_base32_decode(text("ME"), NULL, &fault));
    POINTER(pinbolt_base32_decode(text("ME"), &written, NULL));
}

static void pictures(void)
{
    static char long_address[PINBOLT_QR_MAX_LENGTH + 2];
    pinbolt_written *written = STALE;
    pinbolt_text address = text("otpauth://totp/ana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    GIVES(pinbolt_qr_svg(address, &written), PINBOLT_OK);
    CHECK(strncmp(pinbolt_written_text(written).data, "<svg ", 5) == 0);
    pinbolt_written_free(&written);
    GIVES(pinbolt_qr_terminal(address, &written), PINBOLT_OK);
    CHECK(strncmp(pinbolt_written_text(written).data, "\x1b[", 2) == 0);
    pinbolt_written_free(&written);
    GIVES(pinbolt_qr_png(address, 8, &written), PINBOLT_OK);
    CHECK(memcmp(pinbolt_written_bytes(written).data, "\x89PNG\r\n\x1a\n", 8) == 0);
    pinbolt_written_free(&written);
    const uint32_t none[] = {0, 33, 256, UINT32_MAX};
    for (size_t at = 0; at < sizeof none / sizeof none[0]; at++) {
        written = STALE;
        GIVES(pinbolt_qr_png(address, none[at], &written), PINBOLT_VALUE);
        CHECK(written == NULL);
    }
    memset(long_address, 'x', sizeof long_address - 1);
    GIVES(pinbolt_qr_svg(text(long_address), &written), PINBOLT_LENGTH);
    long_address[PINBOLT_QR_MAX_LENGTH] = '\0';
    GIVES(pinbolt_qr_svg(text(long_address), &written), PINBOLT_OK);
    pinbolt_written_free(&written);
    POINTER(pinbolt_qr_svg(address, NULL));
    POINTER(pinbolt_qr_terminal(LYING, &written));
}

static void exports(void)
{
    uint32_t fault = 77;
    size_t parts = 77, missing = 77, count = 77;
    pinbolt_written *written = STALE;
    pinbolt_migration *migration = STALE;
    pinbolt_oath_key *key = made(good(), PINBOLT_OK, 0), *none = STALE;
    const pinbolt_oath_key *keys[] = {key, NULL};
    POINTER(pinbolt_migration_new(NULL));
    GIVES(pinbolt_migration_new(&migration), PINBOLT_OK);
    GIVES(pinbolt_migration_counts(migration, &parts, &missing, &count), PINBOLT_OK);
    CHECK(parts == 0 && missing == 0 && count == 0);
    GIVES(pinbolt_migration_key(migration, 0, &none, &fault), PINBOLT_VALUE);
    CHECK(none == NULL && fault == 0 && pinbolt_migration_lacks(migration, 0) == 0);
    CHECK(pinbolt_migration_lacks(NULL, 0) == 0);
    GIVES(pinbolt_migration_write(keys, 1, 0, &written, &parts, &fault), PINBOLT_OK);
    CHECK(parts == 1);
    GIVES(pinbolt_migration_add(migration, pinbolt_written_text(written), &fault), PINBOLT_OK);
    GIVES(pinbolt_migration_add(migration, pinbolt_written_text(written), &fault),
          PINBOLT_MALFORMED);
    CHECK(fault == PINBOLT_PROVISION_BATCH);
    pinbolt_written_free(&written);
    GIVES(pinbolt_migration_write(keys, 1, 1, &written, &parts, &fault), PINBOLT_VALUE);
    CHECK(written == NULL);
    GIVES(pinbolt_migration_write(NULL, 0, 0, &written, &parts, &fault), PINBOLT_VALUE);
    CHECK(parts == 0);
    POINTER(pinbolt_migration_write(NULL, 1, 0, &written, &parts, &fault));
    POINTER(pinbolt_migration_write(keys, 2, 0, &written, &parts, &fault));
    GIVES(pinbolt_migration_write(keys, 1001, 0, &written, &parts, &fault), PINBOLT_LENGTH);
    POINTER(pinbolt_migration_write(keys, 1, 0, NULL, &parts, &fault));
    POINTER(pinbolt_migration_write(keys, 1, 0, &written, NULL, &fault));
    POINTER(pinbolt_migration_write(keys, 1, 0, &written, &parts, NULL));
    POINTER(pinbolt_migration_add(NULL, text("x"), &fault));
    POINTER(pinbolt_migration_add(migration, text("x"), NULL));
    GIVES(pinbolt_migration_add(migration, text("x"), &fault), PINBOLT_MALFORMED);
    CHECK(fault == PINBOLT_PROVISION_NOT_MIGRATION);
    POINTER(pinbolt_migration_counts(NULL, &parts, &missing, &count));
    POINTER(pinbolt_migration_key(migration, 0, NULL, &fault));
    POINTER(pinbolt_migration_key(migration, 0, &none, NULL));
    pinbolt_oath_key_free(&key);
    pinbolt_migration_free(&migration);
    pinbolt_migration_free(&migration);
    pinbolt_migration_free(NULL);
}

static void words(void)
{
    CHECK(strcmp(pinbolt_provision_fault_name(PINBOLT_PROVISION_ISSUER_MISMATCH),
                 "IssuerMismatch") == 0);
    for (uint32_t fault = PINBOLT_PROVISION_TOO_LONG; fault <= PINBOLT_PROVISION_PARAMETER; fault++) {
        const char *sentence = pinbolt_provision_fault_sentence(fault);
        CHECK(sentence[strlen(sentence) - 1] == '.' && strstr(sentence, "version") == NULL);
        CHECK(strcmp(pinbolt_provision_fault_name(fault), "Unknown") != 0);
    }
    CHECK(strcmp(pinbolt_provision_fault_name(0), "Unknown") == 0);
    CHECK(strcmp(pinbolt_provision_fault_name(UINT32_MAX), "Unknown") == 0);
    CHECK(strstr(pinbolt_provision_fault_sentence(0), "does not know") != NULL);
}

int main(void)
{
    keys();
    addresses();
    letters();
    pictures();
    exports();
    words();
    return passed();
}
