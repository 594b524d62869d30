/* The fields of what is shown. */
#include <stdio.h>
#include <string.h>

#include "json.h"

void add(cJSON *object, const char *name, cJSON *value)
{
    must(cJSON_AddItemToObject(object, name, (cJSON *)owned(value)), "no memory");
}

void add_string(cJSON *object, const char *name, const char *string)
{
    add(object, name, cJSON_CreateString(string));
}

/* Absent texts aren't shown. What the library gives has a NUL behind it. */
void add_text(cJSON *object, const char *name, pinbolt_text given)
{
    if (given.data != NULL) {
        must(strlen(given.data) == given.len, "a text without its NUL");
        add_string(object, name, given.data);
    }
}

/* Nor is an empty one. */
void add_filled(cJSON *object, const char *name, pinbolt_text given)
{
    if (given.len != 0) {
        add_text(object, name, given);
    }
}

void add_texts(cJSON *object, const char *name, const pinbolt_text *texts, size_t count)
{
    cJSON *list = owned(cJSON_CreateArray());
    for (size_t i = 0; i < count; i++) {
        must(strlen(texts[i].data) == texts[i].len, "a text without its NUL");
        must(cJSON_AddItemToArray(list, owned(cJSON_CreateString(texts[i].data))), "no memory");
    }
    add(object, name, list);
}

/* Absent bytes aren't shown. */
void add_hex(cJSON *object, const char *name, pinbolt_bytes given)
{
    if (given.data != NULL) {
        char hex[2 * 64 + 1] = "";
        must(given.len <= 64, "more bytes than the player shows");
        for (size_t i = 0; i < given.len; i++) {
            (void)snprintf(hex + 2 * i, 3, "%02x", given.data[i]);
        }
        add_string(object, name, hex);
    }
}

void add_number(cJSON *object, const char *name, double number)
{
    add(object, name, cJSON_CreateNumber(number));
}

void add_bool(cJSON *object, const char *name, bool yes)
{
    add(object, name, cJSON_CreateBool(yes));
}

/* Only what is so is shown. */
void add_yes(cJSON *object, const char *name, bool yes)
{
    if (yes) {
        add_bool(object, name, true);
    }
}

void add_time(cJSON *object, const char *name, const struct player *player, uint64_t at)
{
    add_number(object, name, (double)at - (double)player->start);
}

void add_maybe_time(cJSON *object, const char *name, const struct player *player, bool is,
                           uint64_t at)
{
    if (is) {
        add_time(object, name, player, at);
    } else {
        add(object, name, cJSON_CreateNull());
    }
}

/* A time that is 0 isn't shown. */
void add_some_time(cJSON *object, const char *name, const struct player *player, uint64_t at)
{
    if (at != 0) {
        add_time(object, name, player, at);
    }
}

const char *lane_name(uint32_t lane)
{
    switch (lane) {
    case PINBOLT_LANE_STRANGER: return "stranger";
    case PINBOLT_LANE_FIRST_FACTOR: return "first-factor";
    case PINBOLT_LANE_KNOWN_DEVICE: return "known-device";
    default: return "none";
    }
}
