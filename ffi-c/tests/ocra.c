// OCRA: exact windows, both parties, and wrong calls of each function.
#include "token.h"

#define SUITE "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1-T1M"
#define SECRET_32 "12345678901234567890123456789012"
#define MINUTE UINT64_C(60000)

static pinbolt_ocra *opened(const char *suite)
{
    pinbolt_ocra *ocra = STALE;
    GIVES(pinbolt_ocra_open(text(suite), bytes(SECRET_32), &ocra), PINBOLT_OK);
    CHECK(ocra != NULL);
    return ocra;
}

static pinbolt_ocra_inputs asked(const uint64_t *counter)
{
    pinbolt_ocra_inputs inputs = {.size = sizeof inputs, .challenge = text("12345678")};
    inputs.counter = counter;
    inputs.pin = text("1234");
    inputs.now = NOON;
    return inputs;
}

static pinbolt_ocra_window window(uint32_t look_ahead, uint32_t back, uint32_t ahead)
{
    pinbolt_ocra_window window = {sizeof window, look_ahead, back, ahead};
    return window;
}

// Nothing is said before there is something to say.
static void matches(const pinbolt_ocra *ocra, const pinbolt_ocra_inputs *inputs,
                    const char *response, const pinbolt_ocra_window *window, pinbolt_status status)
{
    pinbolt_match matched = 77;
    uint64_t counter = 77, step = 77;
    GIVES(pinbolt_ocra_match(ocra, inputs, text(response), window, &matched, &counter, &step),
          status);
    CHECK(matched == (status == PINBOLT_OK ? PINBOLT_MATCHED : PINBOLT_NO_MATCH));
    if (status != PINBOLT_OK)
        CHECK(counter == 0 && step == 0);
}

// The response of counter 7 at noon, looked for from each counter and minute around it.
static void windows(void)
{
    char response[PINBOLT_RESPONSE_CAPACITY];
    uint64_t seven = 7;
    pinbolt_ocra *ocra = opened(SUITE);
    pinbolt_ocra_inputs inputs = asked(&seven);
    GIVES(pinbolt_ocra_response(ocra, &inputs, response, sizeof response), PINBOLT_OK);
    CHECK(strlen(response) == 8);
    matches(ocra, &inputs, response, NULL, PINBOLT_OK);
    const pinbolt_ocra_window places = window(2, 1, 3);
    for (uint64_t from = 4; from < 10; from++) {
        for (uint64_t minute = 0; minute < 10; minute++) {
            pinbolt_match matched = 77;
            uint64_t counter = 77, step = 77;
            inputs.counter = &from;
            inputs.now = NOON + minute * MINUTE - 5 * MINUTE;
            bool inside = from >= 5 && from <= 7 && minute >= 2 && minute <= 6;
            GIVES(pinbolt_ocra_match(ocra, &inputs, text(response), &places, &matched, &counter,
                                     &step),
                  inside ? PINBOLT_OK : PINBOLT_WRONG_CODE);
            CHECK(matched == (inside ? PINBOLT_MATCHED : PINBOLT_NO_MATCH));
            CHECK(counter == (inside ? 7 : 0) && step == (inside ? NOON / MINUTE : 0));
        }
    }
    pinbolt_ocra_free(&ocra);
    CHECK(ocra == NULL);
}

static void sizes_of_windows(void)
{
    uint64_t seven = 7;
    pinbolt_ocra *ocra = opened(SUITE), *bare = opened("OCRA-1:HOTP-SHA1-6:QN08");
    pinbolt_ocra_inputs inputs = asked(&seven), only = asked(NULL);
    only.pin = NO_TEXT;
    only.now = 0;
    const pinbolt_ocra_window fit[] = {window(0, 0, 0), window(999, 0, 0), window(0, 500, 499),
                                       window(99, 5, 4)};
    const pinbolt_ocra_window big[] = {window(1000, 0, 0), window(0, 500, 500), window(499, 1, 1),
                                       window(UINT32_MAX, 0, 0), window(0, UINT32_MAX, UINT32_MAX)};
    const pinbolt_ocra_window odd[] = {window(1, 0, 0), window(0, 1, 0), window(0, 0, 1)};
    for (size_t at = 0; at < sizeof fit / sizeof *fit; at++)
        matches(ocra, &inputs, "00000000", &fit[at], PINBOLT_WRONG_CODE);
    for (size_t at = 0; at < sizeof big / sizeof *big; at++)
        matches(ocra, &inputs, "00000000", &big[at], PINBOLT_OCRA_INPUT);
    for (size_t at = 0; at < sizeof odd / sizeof *odd; at++)
        matches(bare, &only, "000000", &odd[at], PINBOLT_OCRA_INPUT);
    matches(bare, &only, "000000", &fit[0], PINBOLT_WRONG_CODE);
    pinbolt_ocra_window wrong = fit[0];
    const size_t no_sizes[] = {0, sizeof wrong - 1, sizeof wrong + 1, SIZE_MAX};
    for (size_t at = 0; at < 4; at++) {
        wrong.size = no_sizes[at];
        matches(bare, &only, "000000", &wrong, PINBOLT_POINTER);
    }
    pinbolt_ocra_free(&ocra);
    pinbolt_ocra_free(&bare);
}

// The server's answer isn't the client's, and none of both is the other's.
static void both_parties(void)
{
    char server[PINBOLT_RESPONSE_CAPACITY], client[PINBOLT_RESPONSE_CAPACITY];
    pinbolt_ocra *ocra = opened("OCRA-1:HOTP-SHA256-8:QA08");
    pinbolt_ocra_inputs inputs = {.size = sizeof inputs, .client = text("CLI22220")};
    inputs.server = text("SRV11110");
    inputs.answers = PINBOLT_OCRA_SERVER_ANSWERS;
    GIVES(pinbolt_ocra_response(ocra, &inputs, server, sizeof server), PINBOLT_OK);
    CHECK(strcmp(server, "28247970") == 0); // RFC 6287, C.2.
    matches(ocra, &inputs, server, NULL, PINBOLT_OK);
    inputs.answers = PINBOLT_OCRA_CLIENT_ANSWERS;
    matches(ocra, &inputs, server, NULL, PINBOLT_WRONG_CODE);
    GIVES(pinbolt_ocra_response(ocra, &inputs, client, sizeof client), PINBOLT_OK);
    CHECK(strcmp(client, "15510767") == 0);
    const uint32_t nobody[] = {0, 3, UINT32_MAX};
    for (size_t at = 0; at < 3; at++) {
        inputs.answers = nobody[at];
        matches(ocra, &inputs, client, NULL, PINBOLT_VALUE);
    }
    inputs.answers = PINBOLT_OCRA_CLIENT_ANSWERS;
    inputs.challenge = text("CLI22220");
    matches(ocra, &inputs, client, NULL, PINBOLT_VALUE);
    inputs.challenge = inputs.client = NO_TEXT;
    matches(ocra, &inputs, client, NULL, PINBOLT_VALUE);
    inputs.answers = 0;
    matches(ocra, &inputs, client, NULL, PINBOLT_VALUE);
    inputs.server = NO_TEXT;
    matches(ocra, &inputs, client, NULL, PINBOLT_OCRA_INPUT);
    pinbolt_ocra_free(&ocra);
}

typedef pinbolt_status opener(pinbolt_text, pinbolt_bytes, pinbolt_ocra **);

static void opens(opener *open, pinbolt_text suite, pinbolt_bytes secret, pinbolt_status status)
{
    pinbolt_ocra *made = STALE;
    GIVES(open(suite, secret, &made), status);
    CHECK((made != NULL) == (status == PINBOLT_OK));
    pinbolt_ocra_free(&made);
    CHECK(made == NULL);
}

static void both_doors(void)
{
    opener *const doors[] = {pinbolt_ocra_open, pinbolt_ocra_open_with_dangerously_short_secret};
    const pinbolt_bytes secret = bytes(SECRET), lying = {NULL, 20};
    const pinbolt_bytes endless = {(const uint8_t *)long_text, PINBOLT_MAX_LENGTH + 1};
    const pinbolt_text suite = text(SUITE);
    const pinbolt_text odd[] = {NO_TEXT, LYING, LONG, NOT_UTF8, {SUITE "\0", sizeof SUITE}};
    const pinbolt_status ends[] = {PINBOLT_OCRA_SUITE, PINBOLT_POINTER, PINBOLT_LENGTH,
                                   PINBOLT_OCRA_SUITE, PINBOLT_OCRA_SUITE};
    for (size_t at = 0; at < 2; at++) {
        for (size_t no = 0; no < 5; no++)
            opens(doors[at], odd[no], secret, ends[no]);
        opens(doors[at], suite, NO_BYTES, PINBOLT_SHORT_SECRET);
        opens(doors[at], suite, bytes(""), PINBOLT_SHORT_SECRET);
        opens(doors[at], suite, lying, PINBOLT_POINTER);
        opens(doors[at], suite, endless, PINBOLT_LENGTH);
        opens(doors[at], suite, bytes("16 bytes of it.."), PINBOLT_OK);
        POINTER(doors[at](suite, secret, NULL));
    }
    opens(doors[0], suite, bytes("15 bytes of it."), PINBOLT_SHORT_SECRET);
    opens(doors[1], suite, bytes("15 bytes of it."), PINBOLT_OK);
    opens(doors[1], suite, bytes("1"), PINBOLT_OK);
}

// Each input absent, lying, too long, and not UTF-8.
static void inputs(void)
{
    uint64_t seven = 7;
    pinbolt_ocra *ocra = opened(SUITE);
    const pinbolt_ocra_inputs fine = asked(&seven);
    const pinbolt_text odd[] = {NO_TEXT, LYING, LONG, NOT_UTF8};
    const pinbolt_status ends[] = {PINBOLT_OCRA_INPUT, PINBOLT_POINTER, PINBOLT_LENGTH,
                                   PINBOLT_OCRA_INPUT};
    const pinbolt_status typed[] = {PINBOLT_MALFORMED, PINBOLT_POINTER, PINBOLT_LENGTH,
                                    PINBOLT_MALFORMED};
    pinbolt_match matched;
    uint64_t counter, step;
    for (size_t at = 0; at < 4; at++) {
        pinbolt_ocra_inputs wrong = fine;
        wrong.challenge = odd[at];
        matches(ocra, &wrong, "00000000", NULL, ends[at]);
        wrong = fine;
        wrong.pin = odd[at];
        matches(ocra, &wrong, "00000000", NULL, ends[at]);
        GIVES(pinbolt_ocra_match(ocra, &fine, odd[at], NULL, &matched, &counter, &step), typed[at]);
    }
    pinbolt_ocra_inputs wrong = fine;
    wrong.counter = NULL;
    matches(ocra, &wrong, "00000000", NULL, PINBOLT_OCRA_INPUT);
    wrong.counter = (const uint64_t *)((const char *)&seven + 1);
    matches(ocra, &wrong, "00000000", NULL, PINBOLT_POINTER);
    wrong = fine;
    wrong.pin_hash = bytes(SECRET);
    matches(ocra, &wrong, "00000000", NULL, PINBOLT_VALUE);
    wrong.pin = NO_TEXT;
    matches(ocra, &wrong, "00000000", NULL, PINBOLT_WRONG_CODE);
    wrong.pin_hash = (pinbolt_bytes){NULL, 20};
    matches(ocra, &wrong, "00000000", NULL, PINBOLT_POINTER);
    wrong = fine;
    wrong.session = bytes("session-1");
    matches(ocra, &wrong, "00000000", NULL, PINBOLT_OCRA_INPUT);
    wrong.session = (pinbolt_bytes){NULL, 9};
    matches(ocra, &wrong, "00000000", NULL, PINBOLT_POINTER);
    for (size_t at = 0; at < sizeof NO_TIMES / sizeof *NO_TIMES; at++) {
        wrong = fine;
        wrong.now = NO_TIMES[at];
        matches(ocra, &wrong, "00000000", NULL,
                NO_TIMES[at] == 0 ? PINBOLT_OCRA_INPUT : PINBOLT_VALUE);
    }
    const size_t no_sizes[] = {0, sizeof wrong - 1, sizeof wrong + 1, SIZE_MAX};
    for (size_t at = 0; at < 4; at++) {
        wrong = fine;
        wrong.size = no_sizes[at];
        matches(ocra, &wrong, "00000000", NULL, PINBOLT_POINTER);
    }
    matches(ocra, NULL, "00000000", NULL, PINBOLT_POINTER);
    matches(NULL, &fine, "00000000", NULL, PINBOLT_POINTER);
    pinbolt_ocra_free(&ocra);
}

static void nowhere_to_put(void)
{
    char room[PINBOLT_RESPONSE_CAPACITY + 1];
    uint64_t seven = 7, counter = 77, step = 77;
    pinbolt_match matched = PINBOLT_MATCHED;
    pinbolt_ocra *ocra = opened("OCRA-1:HOTP-SHA512-0:QN08");
    pinbolt_ocra_inputs only = {.size = sizeof only, .challenge = text("12345678")};
    memset(room, '#', sizeof room);
    GIVES(pinbolt_ocra_response(ocra, &only, room, PINBOLT_RESPONSE_CAPACITY), PINBOLT_OK);
    CHECK(strlen(room) == 128 && room[129] == '#');
    matches(ocra, &only, room, NULL, PINBOLT_OK);
    GIVES(pinbolt_ocra_response(ocra, &only, room, 128), PINBOLT_LENGTH);
    CHECK(room[0] == '\0');
    GIVES(pinbolt_ocra_response(ocra, &only, room, 0), PINBOLT_LENGTH);
    POINTER(pinbolt_ocra_response(ocra, &only, NULL, 0));
    POINTER(pinbolt_ocra_response(ocra, &only, NULL, sizeof room));
    room[0] = '#';
    POINTER(pinbolt_ocra_response(NULL, &only, room, sizeof room));
    CHECK(room[0] == '\0');
    POINTER(pinbolt_ocra_response(ocra, NULL, room, sizeof room));
    only.counter = &seven;
    GIVES(pinbolt_ocra_response(ocra, &only, room, sizeof room), PINBOLT_OCRA_INPUT);
    only.counter = NULL;
    const pinbolt_text typed = text("00");
    POINTER(pinbolt_ocra_match(ocra, &only, typed, NULL, NULL, &counter, &step));
    CHECK(counter == 0 && step == 0);
    POINTER(pinbolt_ocra_match(ocra, &only, typed, NULL, &matched, NULL, &step));
    CHECK(matched == PINBOLT_NO_MATCH);
    matched = PINBOLT_MATCHED;
    POINTER(pinbolt_ocra_match(ocra, &only, typed, NULL, &matched, &counter, NULL));
    CHECK(matched == PINBOLT_NO_MATCH);
    pinbolt_ocra_free(&ocra);
}

int main(void)
{
    memset(long_text, 'a', sizeof long_text - 1);
    windows();
    sizes_of_windows();
    both_parties();
    both_doors();
    inputs();
    nowhere_to_put();
    return passed();
}
