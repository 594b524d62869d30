// The pure functions: what they match and at which edges, and wrong calls of each.
#include "token.h"

// Of RFC 4226, appendix D.
static const char *const CODES[] = {"755224", "287082", "359152", "969429", "338314",
                                    "254676", "287922", "162583", "399871", "520489"};

static pinbolt_hotp *hotp;

// Nothing is said before there is something to say.
static void matches(const char *typed, uint64_t first, uint32_t count, int64_t at)
{
    pinbolt_match matched = 77;
    uint64_t counter = 77;
    GIVES(pinbolt_hotp_match(hotp, text(typed), first, count, &matched, &counter),
          at < 0 ? PINBOLT_WRONG_CODE : PINBOLT_OK);
    CHECK(matched == (at < 0 ? PINBOLT_NO_MATCH : PINBOLT_MATCHED));
    CHECK(counter == (at < 0 ? 0 : (uint64_t)at));
}

static void windows(void)
{
    char code[PINBOLT_CODE_CAPACITY];
    for (int at = 0; at < 10; at++) {
        uint64_t counter = (uint64_t)at;
        GIVES(pinbolt_hotp_code(hotp, counter, code, sizeof code), PINBOLT_OK);
        CHECK(strcmp(code, CODES[at]) == 0);
        matches(CODES[at], 0, 10, at);
        matches(CODES[at], counter, 1, at);
        matches(CODES[at], counter, 0, -1);
        matches(CODES[at], counter + 1, 20, -1);
        matches(CODES[at], 0, (uint32_t)at, -1);
    }
    matches(" 755-224 ", 0, 1, 0);
    GIVES(pinbolt_hotp_code(hotp, UINT64_MAX, code, sizeof code), PINBOLT_OK);
    pinbolt_match matched = 77;
    uint64_t counter = 77;
    GIVES(pinbolt_hotp_match(hotp, text(code), UINT64_MAX - 1, 9, &matched, &counter), PINBOLT_OK);
    CHECK(matched == PINBOLT_MATCHED && counter == UINT64_MAX);
}

static void resynchronizes(const char *first, const char *second, uint64_t from, uint32_t count,
                           int64_t at)
{
    pinbolt_match matched = 77;
    uint64_t counter = 77;
    GIVES(pinbolt_hotp_resynchronize(hotp, text(first), text(second), from, count, &matched,
                                     &counter),
          at < 0 ? PINBOLT_WRONG_CODE : PINBOLT_OK);
    CHECK(matched == (at < 0 ? PINBOLT_NO_MATCH : PINBOLT_MATCHED));
    CHECK(counter == (at < 0 ? 0 : (uint64_t)at));
}

static void pairs(void)
{
    resynchronizes(CODES[4], CODES[5], 0, 1000, 5);
    resynchronizes(CODES[4], CODES[5], 4, 2, 5);
    resynchronizes(CODES[4], CODES[5], 5, 1000, -1);
    resynchronizes(CODES[4], CODES[5], 0, 5, -1);
    resynchronizes(CODES[5], CODES[4], 0, 1000, -1);
    resynchronizes(CODES[4], CODES[6], 0, 1000, -1);
    resynchronizes(CODES[4], CODES[4], 0, 1000, -1);
}

static void steps(void)
{
    uint64_t step = 77;
    GIVES(pinbolt_totp_step(NOON, 30, 0, &step), PINBOLT_OK);
    CHECK(step == NOON / 30000);
    GIVES(pinbolt_totp_step(NOON + 29999, 30, 0, &step), PINBOLT_OK);
    CHECK(step == NOON / 30000);
    GIVES(pinbolt_totp_step(NOON + 30000, 30, 0, &step), PINBOLT_OK);
    CHECK(step == NOON / 30000 + 1);
    GIVES(pinbolt_totp_step(NOON, 1, NOON / 1000, &step), PINBOLT_OK);
    CHECK(step == 0);
    step = 77;
    GIVES(pinbolt_totp_step(NOON, 30, NOON / 1000 + 1, &step), PINBOLT_VALUE);
    CHECK(step == 0);
    GIVES(pinbolt_totp_step(NOON, 30, UINT64_MAX, &step), PINBOLT_VALUE);
    step = 77;
    GIVES(pinbolt_totp_step(NOON, 0, 0, &step), PINBOLT_TOKEN);
    CHECK(step == 0);
    for (size_t at = 0; at < sizeof NO_TIMES / sizeof *NO_TIMES; at++) {
        step = 77;
        GIVES(pinbolt_totp_step(NO_TIMES[at], 30, 0, &step), PINBOLT_VALUE);
        CHECK(step == 0);
    }
    POINTER(pinbolt_totp_step(NOON, 30, 0, NULL));
    POINTER(pinbolt_totp_step(NOON, 30, 0, (uint64_t *)((char *)&step + 1)));
}

typedef pinbolt_status opener(uint32_t, uint32_t, pinbolt_bytes, pinbolt_hotp **);

static void opens(opener *open, uint32_t algorithm, uint32_t digits, pinbolt_bytes secret,
                  pinbolt_status status)
{
    pinbolt_hotp *made = STALE;
    GIVES(open(algorithm, digits, secret, &made), status);
    CHECK((made != NULL) == (status == PINBOLT_OK));
    pinbolt_hotp_free(&made);
    CHECK(made == NULL);
}

static void both_doors(void)
{
    opener *const doors[] = {pinbolt_hotp_open, pinbolt_hotp_open_with_dangerously_short_secret};
    const pinbolt_bytes secret = bytes(SECRET), lying = {NULL, 20};
    const pinbolt_bytes endless = {(const uint8_t *)long_text, PINBOLT_MAX_LENGTH + 1};
    const pinbolt_bytes longest = {(const uint8_t *)long_text, PINBOLT_MAX_LENGTH};
    for (size_t at = 0; at < 2; at++) {
        const uint32_t no_algorithms[] = {0, 4, UINT32_MAX};
        const uint32_t no_digits[] = {0, 5, 11, 256 + 6, UINT32_MAX};
        for (size_t odd = 0; odd < 3; odd++)
            opens(doors[at], no_algorithms[odd], 6, secret, PINBOLT_VALUE);
        for (size_t odd = 0; odd < 5; odd++)
            opens(doors[at], PINBOLT_ALGORITHM_SHA1, no_digits[odd], secret, PINBOLT_TOKEN);
        for (uint32_t digits = 6; digits <= 10; digits++)
            opens(doors[at], PINBOLT_ALGORITHM_SHA512, digits, longest, PINBOLT_OK);
        opens(doors[at], PINBOLT_ALGORITHM_SHA1, 6, NO_BYTES, PINBOLT_SHORT_SECRET);
        opens(doors[at], PINBOLT_ALGORITHM_SHA1, 6, bytes(""), PINBOLT_SHORT_SECRET);
        opens(doors[at], PINBOLT_ALGORITHM_SHA1, 6, lying, PINBOLT_POINTER);
        opens(doors[at], PINBOLT_ALGORITHM_SHA1, 6, endless, PINBOLT_LENGTH);
        opens(doors[at], PINBOLT_ALGORITHM_SHA1, 6, bytes("16 bytes of it.."), PINBOLT_OK);
        POINTER(doors[at](PINBOLT_ALGORITHM_SHA1, 6, secret, NULL));
    }
    opens(doors[0], PINBOLT_ALGORITHM_SHA1, 6, bytes("15 bytes of it."), PINBOLT_SHORT_SECRET);
    opens(doors[1], PINBOLT_ALGORITHM_SHA1, 6, bytes("15 bytes of it."), PINBOLT_OK);
    opens(doors[1], PINBOLT_ALGORITHM_SHA1, 6, bytes("1"), PINBOLT_OK);
}

// Steam's letters: a generator of them takes nothing else, and is opened by its own doors.
static void letters(void)
{
    typedef pinbolt_status door(pinbolt_bytes, pinbolt_hotp **);
    door *const doors[] = {pinbolt_hotp_open_steam,
                           pinbolt_hotp_open_steam_with_dangerously_short_secret};
    const pinbolt_bytes odd[] = {NO_BYTES, bytes(""), {NULL, 20}};
    const pinbolt_status ends[] = {PINBOLT_SHORT_SECRET, PINBOLT_SHORT_SECRET, PINBOLT_POINTER};
    pinbolt_hotp *made;
    for (size_t at = 0; at < 2; at++) {
        for (size_t nth = 0; nth < sizeof odd / sizeof *odd; nth++) {
            made = STALE;
            GIVES(doors[at](odd[nth], &made), ends[nth]);
            CHECK(made == NULL);
        }
        made = STALE;
        GIVES(doors[at](bytes("15 bytes of it."), &made),
              at == 0 ? PINBOLT_SHORT_SECRET : PINBOLT_OK);
        CHECK((made == NULL) == (at == 0));
        pinbolt_hotp_free(&made);
        POINTER(doors[at](bytes(SECRET), NULL));
    }

    char code[PINBOLT_CODE_CAPACITY] = "stale";
    pinbolt_match matched = 77;
    uint64_t counter = 77;
    GIVES(pinbolt_hotp_open_steam(bytes(SECRET), &made), PINBOLT_OK);
    GIVES(pinbolt_hotp_code(made, 37037036, code, 5), PINBOLT_LENGTH);
    CHECK(code[0] == '\0');
    GIVES(pinbolt_hotp_code(made, 37037036, code, sizeof code), PINBOLT_OK);
    CHECK(strlen(code) == 5 && strspn(code, "23456789BCDFGHJKMNPQRTVWXY") == 5);
    GIVES(pinbolt_hotp_match(made, text(code), 37037035, 2, &matched, &counter), PINBOLT_OK);
    CHECK(matched == PINBOLT_MATCHED && counter == 37037036);
    GIVES(pinbolt_hotp_match(made, text("755224"), 0, 9, &matched, &counter), PINBOLT_MALFORMED);
    CHECK(matched == PINBOLT_NO_MATCH && counter == 0);
    GIVES(pinbolt_hotp_match(hotp, text(code), 0, 9, &matched, &counter), PINBOLT_MALFORMED);
    pinbolt_hotp_free(&made);
}

// A buffer that is too short stays an empty text, and nothing is written behind it.
static void buffers(void)
{
    char room[32];
    for (size_t capacity = 0; capacity < sizeof room; capacity++) {
        memset(room, '#', sizeof room);
        GIVES(pinbolt_hotp_code(hotp, 0, room, capacity),
              capacity < 7 ? PINBOLT_LENGTH : PINBOLT_OK);
        size_t used = capacity == 0 ? 0 : capacity < 7 ? 1 : 7;
        CHECK(used == 0 || strcmp(room, capacity < 7 ? "" : "755224") == 0);
        for (size_t at = used; at < sizeof room; at++)
            CHECK(room[at] == '#');
    }
    POINTER(pinbolt_hotp_code(hotp, 0, NULL, 0));
    POINTER(pinbolt_hotp_code(hotp, 0, NULL, sizeof room));
    memset(room, '#', sizeof room);
    POINTER(pinbolt_hotp_code(NULL, 0, room, sizeof room));
    CHECK(room[0] == '\0' && room[1] == '#');
}

static void codes(void)
{
    const pinbolt_text odd[] = {NO_TEXT, LYING, LONG, NOT_UTF8, {"", 0}, {"75522\0", 6}};
    const pinbolt_status ends[] = {PINBOLT_MALFORMED, PINBOLT_POINTER, PINBOLT_LENGTH,
                                   PINBOLT_MALFORMED, PINBOLT_MALFORMED, PINBOLT_MALFORMED};
    const pinbolt_text fine = text(CODES[0]);
    for (size_t at = 0; at < sizeof odd / sizeof *odd; at++) {
        pinbolt_match matched = PINBOLT_MATCHED;
        uint64_t counter = 77;
        GIVES(pinbolt_hotp_match(hotp, odd[at], 0, 10, &matched, &counter), ends[at]);
        CHECK(matched == PINBOLT_NO_MATCH && counter == 0);
        matched = PINBOLT_MATCHED;
        GIVES(pinbolt_hotp_resynchronize(hotp, odd[at], fine, 0, 9, &matched, &counter), ends[at]);
        CHECK(matched == PINBOLT_NO_MATCH);
        matched = PINBOLT_MATCHED;
        GIVES(pinbolt_hotp_resynchronize(hotp, fine, odd[at], 0, 9, &matched, &counter), ends[at]);
        CHECK(matched == PINBOLT_NO_MATCH && counter == 0);
    }
    pinbolt_match matched = PINBOLT_MATCHED;
    uint64_t counter = 77;
    GIVES(pinbolt_hotp_match(hotp, text("7552241"), 0, 1, &matched, &counter), PINBOLT_MALFORMED);
    POINTER(pinbolt_hotp_match(hotp, fine, 0, 1, NULL, &counter));
    CHECK(counter == 0);
    matched = PINBOLT_MATCHED;
    POINTER(pinbolt_hotp_match(hotp, fine, 0, 1, &matched, NULL));
    CHECK(matched == PINBOLT_NO_MATCH);
    matched = PINBOLT_MATCHED;
    POINTER(pinbolt_hotp_match(NULL, fine, 0, 1, &matched, &counter));
    CHECK(matched == PINBOLT_NO_MATCH);
    POINTER(pinbolt_hotp_resynchronize(hotp, fine, fine, 0, 1, NULL, &counter));
    POINTER(pinbolt_hotp_resynchronize(hotp, fine, fine, 0, 1, &matched, NULL));
    POINTER(pinbolt_hotp_resynchronize(NULL, fine, fine, 0, 1, &matched, &counter));
}

int main(void)
{
    memset(long_text, 'a', sizeof long_text - 1);
    CHECK(PINBOLT_MATCHED != PINBOLT_ACCEPTED && PINBOLT_MATCHED != 1);
    hotp = generator(PINBOLT_ALGORITHM_SHA1, 6, bytes(SECRET));
    windows();
    pairs();
    steps();
    both_doors();
    letters();
    buffers();
    codes();
    pinbolt_hotp_free(&hotp);
    return passed();
}
