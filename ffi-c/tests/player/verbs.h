/* What the files of the verbs share. */
#ifndef PINBOLT_TESTS_PLAYER_VERBS_H
#define PINBOLT_TESTS_PLAYER_VERBS_H

#include "player.h"

/* The arguments that several verbs have. */
struct args {
    pinbolt_text account, name, purpose, pin, handle, code, channel;
    pinbolt_bytes context;
    pinbolt_caller caller;
    pinbolt_operator named;
    const pinbolt_operator *by;
};

/* A field of a step, with what was saved in the place of its name; absent where there is none. */
pinbolt_text text(const struct player *player, const cJSON *step, const char *name);

/* Whether that is the step's verb. */
bool is(const cJSON *step, const char *verb);

/* tokens.c: the verbs of tokens and recovery codes. */
bool is_of_tokens(const char *verb);
pinbolt_status of_tokens(const struct player *player, const cJSON *step, const struct args *a,
                         const pinbolt *on, pinbolt_accepted **proof, pinbolt_op **op);

/* life.c: whether the verb is one of its own, which it then starts. */
bool of_life(const struct player *player, const cJSON *step, const struct args *a,
             const pinbolt *on, pinbolt_accepted **proof, pinbolt_op **op, pinbolt_status *status);

#endif
