/* What the parts of the C player share. */
#ifndef PINBOLT_TESTS_PLAYER_H
#define PINBOLT_TESTS_PLAYER_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pinbolt.h"

#define MOST_PLACES 16

/* An installation with its engine, opened as an integrator would. */
struct place {
    const char *name;
    pinbolt *installation;
    pinbolt_engine *engine;
};

struct player {
    cJSON *story;
    const char *url;
    uint64_t start;
    uint64_t now;
    struct place places[MOST_PLACES];
    size_t place_count;
    /* Of the present turn: what was saved, how the gateway answers, what it got. */
    const cJSON *saved;
    const char *gateway;
    cJSON *messages;
};

/* The story or this program is at fault: the conductor sees the end of the process. */
void must(bool holds, const char *what);

/* The pointer, which isn't NULL. */
void *owned(void *pointer);

const cJSON *field(const cJSON *object, const char *name);

/* verbs.c: starts the step's verb. `proof` is NULL where the step has none, and `*op` stays NULL where
 * the verb doesn't start. */
pinbolt_status start(const struct player *player, const cJSON *step, const pinbolt *on,
                     pinbolt_accepted **proof, pinbolt_op **op);

/* shown.c: what is seen of an outcome, times since the start of the story. */
cJSON *shown_no(const struct player *player, const pinbolt_op *op, pinbolt_status status);
cJSON *shown_yes(struct player *player, const char *verb, pinbolt_op *op, const struct place *place);
cJSON *shown_message(const struct player *player, const pinbolt_message *message);

#endif
