// phone.json and email.json: which spellings are one address, and which are none.
#ifndef SPELLINGS_H
#define SPELLINGS_H

#include "reading.h"

#define SPELLINGS "hash = { memory = 7168, passes = 1 }\n"

static pinbolt_status vouched_for(const pinbolt *installation, pinbolt_engine *engine,
                                  pinbolt_text account, pinbolt_text address)
{
    pinbolt_op *op;
    pinbolt_operator someone = desk();
    pinbolt_enroll_args args = {.size = sizeof args, .account = account};
    args.addresses = &address;
    args.address_count = 1;
    args.asserted_by = &someone;
    GIVES(pinbolt_start_enroll(installation, NOON, &args, &op), PINBOLT_OK);
    pinbolt_status said = pinbolt_engine_run(engine, op);
    pinbolt_op_free(&op);
    return said;
}

// The address of an earlier row.
static bool is_taken(const cJSON *rows, const cJSON *row, const char *by)
{
    for (const cJSON *earlier = rows->child; earlier != row; earlier = earlier->next) {
        pinbolt_text key = text_in(earlier, by);
        if (key.data != NULL && strcmp(key.data, text_in(row, by).data) == 0)
            return true;
    }
    return false;
}

// An account each. How many were taken: as many as the file has different keys, or mailboxes. Where
// either may stand, an `@` makes it an e-mail address: other rows are left out.
static unsigned enrolled(const cJSON *rows, const char *by, const char *policy)
{
    char name[16];
    unsigned played = 0, bound = 0;
    uint64_t now = NOON;
    const cJSON *row;
    bool emails = cJSON_HasObjectItem(rows->child, "mailbox");
    pinbolt_engine *engine;
    pinbolt *made = installation(policy);
    pinbolt_clock clock = {sizeof clock, &now, clock_now};
    pinbolt_engine_args args = {.size = sizeof args, .url = text("memory:"), .clock = &clock};
    GIVES(pinbolt_engine_open(made, &args, NULL, 0, &engine), PINBOLT_OK);
    cJSON_ArrayForEach(row, rows)
    {
        if ((strchr(text_in(row, "in").data, '@') != NULL) != emails)
            continue;
        CHECK(snprintf(name, sizeof name, "v-%u", played++) < (int)sizeof name);
        pinbolt_status should = PINBOLT_MALFORMED;
        if (cJSON_IsString(field(row, "key")))
            should = is_taken(rows, row, by) ? PINBOLT_ADDRESS_TAKEN : PINBOLT_OK;
        GIVES(vouched_for(made, engine, text(name), text_in(row, "in")), should);
        bound += should == PINBOLT_OK;
    }
    CHECK(played >= 200);
    pinbolt_engine_free(&engine);
    pinbolt_free(&made);
    return bound;
}

static unsigned play_emails(const cJSON *rows)
{
    unsigned addresses = enrolled(rows, "key", SPELLINGS);
    unsigned boxes = enrolled(rows, "mailbox", SPELLINGS "email = { one_mailbox = true }\n");
    CHECK(boxes > 50 && addresses > boxes + 10);
    return (unsigned)cJSON_GetArraySize(rows);
}

// As a country's people write it.
static void play_spelling(const cJSON *row)
{
    char number[PINBOLT_PHONE_CAPACITY] = "stale";
    uint32_t line = 77, fault = 77;
    pinbolt_phone_reader *reader;
    GIVES(pinbolt_phone_reader_open(text_in(row, "region"), &reader), PINBOLT_OK);
    pinbolt_text should = text_in(row, "read");
    GIVES(pinbolt_phone_read(reader, text_in(row, "in"), number, sizeof number, &line, &fault),
          should.data == NULL ? PINBOLT_MALFORMED : PINBOLT_OK);
    if (should.data == NULL) {
        CHECK(number[0] == '\0' && line == 0);
        CHECK(same(text_in(row, "fault"), pinbolt_phone_fault_name(fault)));
    } else {
        CHECK(same(should, number) && fault == 0);
        CHECK(same(text_in(row, "line"), pinbolt_line_name(line)));
    }
    pinbolt_phone_reader_free(&reader);
    CHECK(reader == NULL);
}

static unsigned play_phones(const cJSON *rows)
{
    const cJSON *row;
    CHECK(enrolled(rows, "key", SPELLINGS) > 40);
    cJSON_ArrayForEach(row, rows) play_spelling(row);
    return (unsigned)cJSON_GetArraySize(rows);
}

#endif
