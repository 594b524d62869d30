/* The verbs of tokens and recovery codes. A step's secret is hexadecimal; kind, period and so on have
 * the defaults of most apps. */
#include <string.h>

#include "verbs.h"

/* The longest secret that a step names. */
#define MOST_BYTES 128

static uint64_t number(const cJSON *step, const char *name, uint64_t otherwise)
{
    const cJSON *given = field(step, name);
    return cJSON_IsNumber(given) ? (uint64_t)given->valuedouble : otherwise;
}

static unsigned nibble(char digit)
{
    const char *digits = "0123456789abcdef", *at = strchr(digits, digit);
    must(digit != '\0' && at != NULL, "a secret isn't hexadecimal");
    return (unsigned)(at - digits);
}

/* Absent where the step has none. */
static pinbolt_bytes secret(const struct player *player, const cJSON *step, const char *name,
                            uint8_t room[MOST_BYTES])
{
    pinbolt_text hex = text(player, step, name);
    must(hex.len % 2 == 0 && hex.len / 2 <= MOST_BYTES, "a secret isn't hexadecimal");
    for (size_t i = 0; i < hex.len / 2; i++) {
        room[i] = (uint8_t)(nibble(hex.data[2 * i]) << 4 | nibble(hex.data[2 * i + 1]));
    }
    pinbolt_bytes read = {hex.data == NULL ? NULL : room, hex.len / 2};
    return read;
}

/* The tokens and recovery codes of one step. */
#define MOST_LISTED 8

/* A token of another system. */
static void imported_token(const struct player *player, const cJSON *step, uint8_t room[MOST_BYTES],
                           pinbolt_import_token *token)
{
    const char *kind = cJSON_GetStringValue(field(step, "kind"));
    const char *algorithm = cJSON_GetStringValue(field(step, "algorithm"));
    const cJSON *ahead = field(step, "clock_ahead");
    bool counts = kind != NULL && strcmp(kind, "hotp") == 0;
    *token = (pinbolt_import_token){
        .size = sizeof *token,
        .label = text(player, step, "label"),
        .secret = secret(player, step, "secret", room),
        .counter = counts ? number(step, "counter", 0) : 0,
        .start = number(step, "start", 0),
        .last_step = number(step, "last_step", 0),
        .period = counts ? 0 : (uint32_t)number(step, "period", 30),
        .kind = counts ? PINBOLT_TOKEN_KIND_HOTP : PINBOLT_TOKEN_KIND_TOTP,
        .algorithm = pinbolt_algorithm_of(pinbolt_text_of(algorithm == NULL ? "SHA1" : algorithm)),
        .digits = (uint32_t)number(step, "digits", 6),
        .clock_ahead = cJSON_IsNumber(ahead) ? (int32_t)ahead->valuedouble : 0,
        .was_used = cJSON_IsNumber(field(step, "last_step")) ? 1 : 0};
}

static uint32_t weak(const cJSON *step)
{
    static const char *const names[] = {"short-secrets", "recovery-codes", "pins"};
    uint32_t flags = 0;
    const cJSON *name = NULL;
    cJSON_ArrayForEach(name, field(step, "dangerously_accept")) {
        for (uint32_t i = 0; i < sizeof names / sizeof *names; i++) {
            if (strcmp(cJSON_GetStringValue(name), names[i]) == 0) {
                flags |= 1u << i;
            }
        }
    }
    return flags;
}

static pinbolt_status import_account(const struct player *player, const cJSON *step,
                                     const struct args *a, const pinbolt *on, pinbolt_op **op)
{
    uint8_t secrets[MOST_LISTED][MOST_BYTES];
    pinbolt_import_token tokens[MOST_LISTED];
    const pinbolt_import_token *listed[MOST_LISTED];
    pinbolt_text codes[MOST_LISTED];
    size_t token_count = 0;
    size_t code_count = 0;
    const cJSON *one = NULL;
    cJSON_ArrayForEach(one, field(step, "tokens")) {
        must(token_count < MOST_LISTED, "too many tokens");
        imported_token(player, one, secrets[token_count], &tokens[token_count]);
        listed[token_count] = &tokens[token_count];
        token_count++;
    }
    cJSON_ArrayForEach(one, field(step, "recovery_codes")) {
        must(code_count < MOST_LISTED, "too many codes");
        codes[code_count++] = pinbolt_text_of(cJSON_GetStringValue(one));
    }
    pinbolt_import_args args = {
        .size = sizeof args,
        .account = a->account,
        .tokens = listed,
        .token_count = token_count,
        .recovery_codes = codes,
        .recovery_code_count = code_count,
        .pin = a->pin,
        .last_failure = number(step, "last_failure_ms", 0),
        .by = a->by,
        .failures = (uint32_t)number(step, "failures", 0),
        .tells_recovery_codes = cJSON_IsArray(field(step, "recovery_codes")) ? 1 : 0,
        .dangerously_accept = weak(step)};
    return pinbolt_start_import(on, player->now, &args, op);
}

static pinbolt_status add_token(const struct player *player, const cJSON *step,
                                const struct args *a, const pinbolt *on, pinbolt_accepted **proof,
                                pinbolt_op **op)
{
    uint8_t given[MOST_BYTES];
    uint8_t dangerously_short[MOST_BYTES];
    const char *kind = cJSON_GetStringValue(field(step, "kind"));
    const char *algorithm = cJSON_GetStringValue(field(step, "algorithm"));
    must(kind != NULL, "a step has no kind");
    pinbolt_add_token_args args = {
        .size = sizeof args,
        .account = a->account,
        .label = text(player, step, "label"),
        .secret = secret(player, step, "secret", given),
        .dangerously_short_secret =
            secret(player, step, "dangerously_short_secret", dangerously_short),
        .by = a->by,
        .proof = proof,
        .algorithm = pinbolt_algorithm_of(pinbolt_text_of(algorithm == NULL ? "SHA1" : algorithm)),
        .digits = (uint32_t)number(step, "digits", 6),
        .confirmed = cJSON_IsTrue(field(step, "confirmed")) ? 1 : 0};
    if (strcmp(kind, "totp") == 0) {
        args.kind = PINBOLT_TOKEN_KIND_TOTP;
        args.period = (uint32_t)number(step, "period", 30);
        args.start = number(step, "start", 0);
    } else if (strcmp(kind, "hotp") == 0) {
        args.kind = PINBOLT_TOKEN_KIND_HOTP;
        args.counter = number(step, "counter", 0);
    } else if (strcmp(kind, "steam") == 0) {
        args.kind = PINBOLT_TOKEN_KIND_STEAM;
    }
    return pinbolt_start_add_token(on, player->now, &args, op);
}

bool is_of_tokens(const char *verb)
{
    static const char *const verbs[] = {"add_token", "confirm_token", "resync_token",
                                        "remove_token", "issue_recovery_codes",
                                        "import_account"};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verb, verbs[i]) == 0) {
            return true;
        }
    }
    return false;
}

pinbolt_status of_tokens(const struct player *player, const cJSON *step, const struct args *a,
                         const pinbolt *on, pinbolt_accepted **proof, pinbolt_op **op)
{
    const char *verb = cJSON_GetStringValue(field(step, "verb"));
    uint32_t token = (uint32_t)number(step, "token", 0);
    if (strcmp(verb, "add_token") == 0) {
        return add_token(player, step, a, on, proof, op);
    }
    if (strcmp(verb, "import_account") == 0) {
        return import_account(player, step, a, on, op);
    }
    if (strcmp(verb, "confirm_token") == 0) {
        pinbolt_confirm_token_args args = {.size = sizeof args,
                                           .account = a->account,
                                           .code = a->code,
                                           .caller = &a->caller,
                                           .token = token};
        return pinbolt_start_confirm_token(on, player->now, &args, op);
    }
    if (strcmp(verb, "resync_token") == 0) {
        pinbolt_resync_token_args args = {.size = sizeof args,
                                          .account = a->account,
                                          .first = text(player, step, "first"),
                                          .second = text(player, step, "second"),
                                          .caller = &a->caller,
                                          .token = token};
        return pinbolt_start_resync_token(on, player->now, &args, op);
    }
    if (strcmp(verb, "remove_token") == 0) {
        pinbolt_remove_token_args args = {.size = sizeof args,
                                          .account = a->account,
                                          .by = a->by,
                                          .proof = proof,
                                          .token = token};
        return pinbolt_start_remove_token(on, player->now, &args, op);
    }
    must(strcmp(verb, "issue_recovery_codes") == 0, "no such verb");
    pinbolt_issue_recovery_codes_args args = {
        .size = sizeof args, .account = a->account, .by = a->by, .proof = proof};
    return pinbolt_start_issue_recovery_codes(on, player->now, &args, op);
}
