/* Fields of an outcome, as JSON: what isn't there isn't shown, times are since the start of the story. */
#ifndef PINBOLT_TESTS_PLAYER_JSON_H
#define PINBOLT_TESTS_PLAYER_JSON_H

#include "player.h"

void add(cJSON *object, const char *name, cJSON *value);
void add_string(cJSON *object, const char *name, const char *string);
void add_text(cJSON *object, const char *name, pinbolt_text given);
void add_filled(cJSON *object, const char *name, pinbolt_text given);
void add_texts(cJSON *object, const char *name, const pinbolt_text *texts, size_t count);
void add_hex(cJSON *object, const char *name, pinbolt_bytes given);
void add_number(cJSON *object, const char *name, double number);
void add_bool(cJSON *object, const char *name, bool yes);
void add_yes(cJSON *object, const char *name, bool yes);
void add_time(cJSON *object, const char *name, const struct player *player, uint64_t at);
void add_maybe_time(cJSON *object, const char *name, const struct player *player, bool is,
                           uint64_t at);
void add_some_time(cJSON *object, const char *name, const struct player *player, uint64_t at);
const char *lane_name(uint32_t lane);

/* described.c */
void show_description(const struct player *player, cJSON *yes, const pinbolt_op *op);

#endif
