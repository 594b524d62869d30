// otpauth.json and migration.json: tokens as other programs describe them.
#ifndef PROVISIONED_H
#define PROVISIONED_H

#include "reading.h"

#include <inttypes.h>

// A number that a file tells, or a text where no double holds it.
static bool same_number(const cJSON *row, const char *name, uint64_t is)
{
    char digits[24];
    const cJSON *should = field(row, name);
    if (cJSON_IsNumber(should))
        return should->valuedouble == (double)is;
    CHECK(snprintf(digits, sizeof digits, "%" PRIu64, is) < (int)sizeof digits);
    return cJSON_IsString(should) && strcmp(cJSON_GetStringValue(should), digits) == 0;
}

static bool same_or_absent(const cJSON *row, const char *name, pinbolt_text is)
{
    pinbolt_text should = text_in(row, name);
    if (should.data == NULL || should.len == 0)
        return is.data == NULL;
    return is.len == should.len && memcmp(is.data, should.data, is.len) == 0;
}

static bool same_bytes(const cJSON *row, const char *name, pinbolt_bytes is)
{
    pinbolt_text should = text_in(row, name);
    char two[3];
    if (should.len != 2 * is.len)
        return false;
    for (size_t at = 0; at < is.len; at++) {
        snprintf(two, sizeof two, "%02x", is.data[at]);
        if (memcmp(two, should.data + 2 * at, 2) != 0)
            return false;
    }
    return true;
}

// A key is what the row tells.
static void is_told(const pinbolt_oath_key *key, const cJSON *row)
{
    const pinbolt_oath_key_fields *fields;
    GIVES(pinbolt_oath_key_get(key, &fields), PINBOLT_OK);
    CHECK(same_or_absent(row, "name", fields->name));
    CHECK(same_or_absent(row, "issuer", fields->issuer));
    CHECK(same_bytes(row, "secret", fields->secret));
    CHECK(fields->algorithm == pinbolt_algorithm_of(text_in(row, "algorithm")));
    CHECK(same_number(row, "digits", fields->digits) && fields->start == 0);
    if (same(text_in(row, "kind"), "hotp")) {
        CHECK(fields->kind == PINBOLT_TOKEN_KIND_HOTP && fields->period == 0);
        CHECK(same_number(row, "counter", fields->counter));
    } else if (same(text_in(row, "kind"), "steam")) {
        CHECK(fields->kind == PINBOLT_TOKEN_KIND_STEAM);
        CHECK(fields->counter == 0 && fields->period == 0);
    } else {
        CHECK(same_number(row, "period", fields->period) && fields->counter == 0);
    }
}

static unsigned play_otpauth(const cJSON *rows)
{
    const cJSON *row;
    cJSON_ArrayForEach(row, rows)
    {
        uint32_t fault = 77;
        pinbolt_oath_key *key = (void *)1;
        pinbolt_written *written;
        pinbolt_text should = text_in(row, "fault");
        GIVES(pinbolt_otpauth_read(text_in(row, "address"), &key, &fault),
              should.data == NULL ? PINBOLT_OK : PINBOLT_MALFORMED);
        if (should.data != NULL) {
            CHECK(key == NULL && same(should, pinbolt_provision_fault_name(fault)));
            continue;
        }
        CHECK(fault == 0);
        is_told(key, row);
        GIVES(pinbolt_otpauth_write(key, &written, &fault), PINBOLT_OK);
        CHECK(same(text_in(row, "written"), pinbolt_written_text(written).data));
        pinbolt_written_free(&written);
        pinbolt_oath_key_free(&key);
    }
    return (unsigned)cJSON_GetArraySize(rows);
}

// Writes the keys as an export again, if each has its place there, and collects that.
static void written_again(const cJSON *row, pinbolt_migration *migration, size_t count)
{
    pinbolt_oath_key *keys[100];
    const pinbolt_oath_key *given[100];
    size_t parts, missing, again;
    uint32_t fault;
    pinbolt_migration *second;
    CHECK(count <= 100);
    for (size_t at = 0; at < count; at++) {
        GIVES(pinbolt_migration_key(migration, at, &keys[at], &fault), PINBOLT_OK);
        given[at] = keys[at];
    }
    GIVES(pinbolt_migration_new(&second), PINBOLT_OK);
    for (size_t part = 0; part == 0 || part < parts; part++) {
        pinbolt_written *written;
        GIVES(pinbolt_migration_write(given, count, part, &written, &parts, &fault), PINBOLT_OK);
        GIVES(pinbolt_migration_add(second, pinbolt_written_text(written), &fault), PINBOLT_OK);
        pinbolt_written_free(&written);
    }
    CHECK(parts == (count + 9) / 10);
    GIVES(pinbolt_migration_counts(second, &parts, &missing, &again), PINBOLT_OK);
    CHECK(missing == 0 && again == count);
    for (size_t at = 0; at < count; at++) {
        pinbolt_oath_key *key;
        GIVES(pinbolt_migration_key(second, at, &key, &fault), PINBOLT_OK);
        is_told(key, cJSON_GetArrayItem(field(row, "keys"), (int)at));
        pinbolt_oath_key_free(&key);
        pinbolt_oath_key_free(&keys[at]);
    }
    pinbolt_migration_free(&second);
}

static void play_export(const cJSON *row, pinbolt_migration *migration)
{
    const cJSON *should, *index;
    size_t parts, missing, count, at = 0;
    bool whole = true;
    GIVES(pinbolt_migration_counts(migration, &parts, &missing, &count), PINBOLT_OK);
    CHECK((size_t)cJSON_GetArraySize(field(row, "missing")) == missing);
    CHECK((size_t)cJSON_GetArraySize(field(row, "keys")) == count);
    cJSON_ArrayForEach(index, field(row, "missing"))
        CHECK(pinbolt_migration_lacks(migration, (size_t)index->valueint) == 1);
    CHECK(pinbolt_migration_lacks(migration, parts) == 0);
    cJSON_ArrayForEach(should, field(row, "keys"))
    {
        uint32_t fault = 77;
        pinbolt_oath_key *key;
        pinbolt_text refused = text_in(should, "fault");
        GIVES(pinbolt_migration_key(migration, at++, &key, &fault),
              refused.data == NULL ? PINBOLT_OK : PINBOLT_MALFORMED);
        whole = whole && refused.data == NULL && text_in(should, "name").len > 0;
        if (refused.data == NULL)
            is_told(key, should);
        else
            CHECK(key == NULL && same(refused, pinbolt_provision_fault_name(fault)));
        pinbolt_oath_key_free(&key);
    }
    if (whole && count > 0)
        written_again(row, migration, count);
}

static unsigned play_migration(const cJSON *rows)
{
    const cJSON *row, *address;
    cJSON_ArrayForEach(row, rows)
    {
        pinbolt_migration *migration;
        pinbolt_text should = text_in(row, "fault");
        GIVES(pinbolt_migration_new(&migration), PINBOLT_OK);
        cJSON_ArrayForEach(address, field(row, "addresses"))
        {
            uint32_t fault = 77;
            bool refused = should.data != NULL && address->next == NULL;
            GIVES(pinbolt_migration_add(migration, pinbolt_text_of(cJSON_GetStringValue(address)),
                                        &fault),
                  refused ? PINBOLT_MALFORMED : PINBOLT_OK);
            CHECK(refused ? same(should, pinbolt_provision_fault_name(fault)) : fault == 0);
        }
        if (should.data == NULL)
            play_export(row, migration);
        pinbolt_migration_free(&migration);
    }
    return (unsigned)cJSON_GetArraySize(rows);
}

#endif
