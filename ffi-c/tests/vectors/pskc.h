// pskc.json: PSKC documents, those of RFC 6030 among them.
#ifndef PSKC_H
#define PSKC_H

#include "reading.h"

#include <inttypes.h>

static void text_is(const cJSON *row, const char *name, pinbolt_text is)
{
    pinbolt_text should = text_in(row, name);
    CHECK((should.data == NULL) == (is.data == NULL) && should.len == is.len);
    CHECK(is.data == NULL || memcmp(should.data, is.data, is.len) == 0);
}

// A number that isn't said is 0; the first millisecond of 1970 is told as the second.
static void number_is(const cJSON *row, const char *name, double is)
{
    const cJSON *should = field(row, name);
    CHECK(is == (should == NULL ? 0 : should->valuedouble) || (is == 1 && should->valuedouble == 0));
}

static void key_is(const cJSON *row, const pinbolt_oath_key *key)
{
    const pinbolt_oath_key_fields *fields;
    GIVES(pinbolt_oath_key_get(key, &fields), PINBOLT_OK);
    bool timed = strcmp(text_in(row, "kind").data, "totp") == 0;
    CHECK(fields->kind == (timed ? PINBOLT_TOKEN_KIND_TOTP : PINBOLT_TOKEN_KIND_HOTP));
    number_is(row, "counter", (double)fields->counter);
    number_is(row, "period", fields->period);
    number_is(row, "digits", fields->digits);
    CHECK(fields->algorithm == pinbolt_algorithm_of(text_in(row, "algorithm")));
    CHECK(fields->issuer.data == NULL && fields->name.data == NULL);
    pinbolt_text secret = text_in(row, "secret");
    CHECK(secret.len == 2 * fields->secret.len);
    for (size_t at = 0; at < fields->secret.len; at++) {
        char digits[3];
        CHECK(snprintf(digits, sizeof digits, "%02x", fields->secret.data[at]) == 2);
        CHECK(memcmp(digits, secret.data + 2 * at, 2) == 0);
    }
}

static void package_is(const cJSON *row, const pinbolt_pskc_package *is)
{
    const char *usages[] = {NULL, "Local", "Prepend", "Append"};
    const cJSON *pin = field(row, "pin");
    CHECK(is->size == sizeof *is && (is->key == NULL) == (is->fault != 0));
    if (is->key == NULL)
        CHECK(same(text_in(row, "fault"), pinbolt_provision_fault_name(is->fault)));
    else
        key_is(row, is->key);
    text_is(row, "id", is->id);
    text_is(row, "issuer", is->issuer);
    text_is(row, "friendly", is->friendly_name);
    text_is(row, "user", is->user_id);
    text_is(row, "module", is->module_id);
    text_is(row, "manufacturer", is->manufacturer);
    text_is(row, "serial", is->serial);
    text_is(row, "model", is->model);
    text_is(row, "issue", is->issue);
    text_is(row, "binding", is->binding);
    text_is(row, "device_user", is->device_user_id);
    number_is(row, "device_start", (double)is->device_start);
    number_is(row, "device_expiry", (double)is->device_expiry);
    number_is(row, "start", (double)is->start);
    number_is(row, "expiry", (double)is->expiry);
    number_is(row, "transactions", (double)is->transactions);
    number_is(row, "clock_ahead", is->clock_ahead);
    CHECK(is->has_transactions == (field(row, "transactions") != NULL));
    CHECK(is->has_pin == (pin != NULL) && is->pin_usage <= PINBOLT_PIN_USAGE_APPEND);
    text_is(pin, "usage", text(usages[is->pin_usage]));
    text_is(pin, "key_id", is->pin_key_id);
    number_is(pin, "max_failures", is->pin_max_failures);
    number_is(pin, "min_length", is->pin_min_length);
    number_is(pin, "max_length", is->pin_max_length);
}

static void play_document(const cJSON *row)
{
    uint8_t room[64];
    uint32_t fault = 77;
    pinbolt_pskc *document;
    const pinbolt_pskc_fields *fields;
    pinbolt_text hex = text_in(row, "key"), should = text_in(row, "fault");
    CHECK(hex.len / 2 <= sizeof room);
    for (size_t at = 0; at < hex.len / 2; at++)
        CHECK(sscanf(hex.data + 2 * at, "%2" SCNx8, &room[at]) == 1);
    pinbolt_bytes key = {hex.data == NULL ? NULL : room, hex.len / 2};
    GIVES(pinbolt_pskc_read(text_in(row, "text"), key, text_in(row, "password"), &document, &fault),
          should.data == NULL ? PINBOLT_OK : PINBOLT_MALFORMED);
    CHECK((document == NULL) == (fault != 0) && (document == NULL) == (should.data != NULL));
    if (document == NULL) {
        CHECK(same(should, pinbolt_provision_fault_name(fault)));
        return;
    }
    GIVES(pinbolt_pskc_get(document, &fields), PINBOLT_OK);
    CHECK(fields->has_signature == (field(row, "signed") != NULL));
    CHECK(fields->package_count == (size_t)cJSON_GetArraySize(field(row, "packages")));
    text_is(row, "id", fields->id);
    for (int at = 0; at < (int)fields->package_count; at++)
        package_is(cJSON_GetArrayItem(field(row, "packages"), at), fields->packages[at]);
    pinbolt_pskc_free(&document);
    CHECK(document == NULL);
}

static unsigned play_pskc(const cJSON *rows)
{
    const cJSON *row;
    cJSON_ArrayForEach(row, rows) play_document(row);
    return (unsigned)cJSON_GetArraySize(rows);
}

#endif
