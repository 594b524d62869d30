/* Plays the steps of a story in C: `player STORY URL`. A turn a line on its input, an outcome a line
 * on its output; stories/src/lib.rs says what they are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "player.h"

void must(bool holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "the C player: %s\n", what);
        exit(1);
    }
}

void *owned(void *pointer)
{
    must(pointer != NULL, "no memory");
    return pointer;
}

const cJSON *field(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static uint64_t clock_now(void *context)
{
    return ((const struct player *)context)->now;
}

/* Keeps the message and answers as the step says. */
static uint32_t deliver(void *context, const pinbolt_message *message)
{
    struct player *player = context;
    cJSON *kept = shown_message(player, message);
    must(cJSON_AddItemToArray(player->messages, kept), "no memory");
    if (player->gateway == NULL) {
        return PINBOLT_DELIVERY_SENT;
    }
    return strcmp(player->gateway, "refused") == 0 ? PINBOLT_DELIVERY_NOT_SENT
                                                   : PINBOLT_DELIVERY_UNKNOWN;
}

/* The lines of a list as one text, which is the caller's to free. */
static char *joined(const cJSON *lines)
{
    size_t length = 1;
    const cJSON *line = NULL;
    cJSON_ArrayForEach(line, lines) { length += strlen(cJSON_GetStringValue(line)) + 1; }
    char *text = owned(calloc(length, 1));
    cJSON_ArrayForEach(line, lines)
    {
        strcat(text, cJSON_GetStringValue(line));
        strcat(text, "\n");
    }
    return text;
}

static void open_place(struct player *player, const char *name, struct place *place)
{
    const cJSON *said = field(field(player->story, "installations"), name);
    must(said != NULL, "the story has no such installation");
    char why[256] = "";
    char *keys_text = joined(field(said, "keys"));
    char *policy_text = joined(field(said, "policy"));
    pinbolt_keys *keys = NULL;
    pinbolt_policy *policy = NULL;
    must(pinbolt_keys_parse(pinbolt_text_of(keys_text), why, sizeof why, &keys) == PINBOLT_OK, why);
    must(pinbolt_policy_parse(pinbolt_text_of(policy_text), why, sizeof why, &policy) == PINBOLT_OK,
         why);
    pinbolt_text tenant = pinbolt_text_of(cJSON_GetStringValue(field(said, "tenant")));
    must(pinbolt_new(keys, policy, tenant, &place->installation) == PINBOLT_OK, "no installation");
    pinbolt_policy_free(&policy);
    pinbolt_keys_free(&keys);
    pinbolt_delivery delivery = {sizeof delivery, player, deliver};
    pinbolt_clock clock = {sizeof clock, player, clock_now};
    pinbolt_engine_args args = {.size = sizeof args,
                                .url = pinbolt_text_of(player->url),
                                .delivery = &delivery,
                                .clock = &clock};
    pinbolt_status opened =
        pinbolt_engine_open(place->installation, &args, why, sizeof why, &place->engine);
    must(opened == PINBOLT_OK, why);
    place->name = name;
    free(policy_text);
    free(keys_text);
}

static const struct place *place_of(struct player *player, const cJSON *step)
{
    const char *name = cJSON_GetStringValue(field(step, "in"));
    name = name == NULL ? "main" : name;
    for (size_t i = 0; i < player->place_count; i++) {
        if (strcmp(player->places[i].name, name) == 0) {
            return &player->places[i];
        }
    }
    must(player->place_count < MOST_PLACES, "more installations than the player holds");
    /* The name in the story outlives the turn. */
    name = field(field(player->story, "installations"), name)->string;
    struct place *place = &player->places[player->place_count++];
    open_place(player, name, place);
    return place;
}

/* Starts a verb at its step's time and runs it. `*op` stays NULL where it doesn't start. */
static pinbolt_status act(struct player *player, const cJSON *step, const struct place *place,
                          pinbolt_accepted **proof, pinbolt_op **op)
{
    const cJSON *at = field(step, "at");
    must(cJSON_IsNumber(at), "a step has no time");
    player->now = player->start + (uint64_t)at->valuedouble;
    pinbolt_status status = start(player, step, place->installation, proof, op);
    return status == PINBOLT_OK ? pinbolt_engine_run(place->engine, *op) : status;
}

/* Makes a proof where the step has one. */
static pinbolt_status prove(struct player *player, const cJSON *proving, const struct place *place,
                            pinbolt_accepted **proof, pinbolt_op **op)
{
    if (proving == NULL) {
        return PINBOLT_OK;
    }
    pinbolt_status status = act(player, proving, place, NULL, op);
    if (status == PINBOLT_OK) {
        pinbolt_verdict verdict = PINBOLT_REFUSED;
        must(pinbolt_op_verdict(*op, &verdict, proof) == PINBOLT_OK, "no proof");
        must(verdict == PINBOLT_ACCEPTED, "granted and not accepted");
        pinbolt_op_free(op);
    }
    return status;
}

static cJSON *play(struct player *player, const cJSON *step)
{
    const struct place *place = place_of(player, step);
    const cJSON *proving = field(step, "proof");
    const cJSON *first = cJSON_IsArray(proving) ? cJSON_GetArrayItem(proving, 0) : proving;
    const cJSON *second = cJSON_IsArray(proving) ? cJSON_GetArrayItem(proving, 1) : NULL;
    pinbolt_accepted *proof = NULL;
    pinbolt_accepted *beside = NULL;
    pinbolt_op *op = NULL;
    pinbolt_status status = prove(player, first, place, &proof, &op);
    if (status == PINBOLT_OK) {
        status = prove(player, second, place, &beside, &op);
    }
    if (status == PINBOLT_OK && beside != NULL) {
        must(pinbolt_accepted_beside(proof, &beside) == PINBOLT_OK, "no room beside it");
    }
    if (status == PINBOLT_OK) {
        status = act(player, step, place, proving == NULL ? NULL : &proof, &op);
    }
    cJSON *outcome = status == PINBOLT_OK
                         ? shown_yes(player, cJSON_GetStringValue(field(step, "verb")), op, place)
                         : shown_no(player, op, status);
    pinbolt_op_free(&op);
    pinbolt_accepted_free(&proof);
    return outcome;
}

static void turn(struct player *player, const char *line)
{
    cJSON *turn = owned(cJSON_Parse(line));
    const cJSON *step = field(turn, "step");
    if (cJSON_IsNumber(step)) {
        step = cJSON_GetArrayItem(field(player->story, "steps"), step->valueint);
    }
    must(step != NULL, "there is no such step");
    player->saved = field(turn, "saved");
    player->gateway = cJSON_GetStringValue(field(step, "gateway"));
    player->messages = owned(cJSON_CreateArray());
    cJSON *outcome = play(player, step);
    char *text = owned(cJSON_PrintUnformatted(outcome));
    (void)printf("%s\n", text);
    (void)fflush(stdout);
    cJSON_free(text);
    cJSON_Delete(outcome);
    cJSON_Delete(player->messages);
    cJSON_Delete(turn);
}

/* The next line of a file, or the whole of it where `end` is none; NULL at its end. */
static char *text_of(FILE *file, int end)
{
    char *line = NULL;
    size_t capacity = 0;
    if (getdelim(&line, &capacity, end, file) < 0) {
        free(line);
        return NULL;
    }
    return line;
}

int main(int count, char **arguments)
{
    must(count == 3, "usage: player STORY URL");
    FILE *file = fopen(arguments[1], "rb");
    must(file != NULL, "the story can't be read");
    char *text = owned(text_of(file, '\0'));
    (void)fclose(file);
    struct player player = {.story = owned(cJSON_Parse(text)), .url = arguments[2]};
    free(text);
    player.start = (uint64_t)cJSON_GetNumberValue(field(player.story, "start"));
    for (char *line = text_of(stdin, '\n'); line != NULL; line = text_of(stdin, '\n')) {
        turn(&player, line);
        free(line);
    }
    for (size_t i = 0; i < player.place_count; i++) {
        pinbolt_engine_free(&player.places[i].engine);
        pinbolt_free(&player.places[i].installation);
    }
    cJSON_Delete(player.story);
    return 0;
}
