// Phone numbers as people write them: wrong calls, and words. The spellings are in vectors.
#include "wrong.h"

static pinbolt_phone_reader *opened(const char *country)
{
    pinbolt_phone_reader *reader = STALE;
    GIVES(pinbolt_phone_reader_open(text(country), &reader), PINBOLT_OK);
    CHECK(reader != NULL);
    return reader;
}

// Nothing is said but what is told.
static void reads(const pinbolt_phone_reader *reader, pinbolt_text typed, size_t capacity,
                  pinbolt_status status)
{
    char number[PINBOLT_PHONE_CAPACITY + 1] = "stale";
    uint32_t line = 77, fault = 77;
    GIVES(pinbolt_phone_read(reader, typed, number, capacity, &line, &fault), status);
    CHECK((number[0] == '+') == (status == PINBOLT_OK) && (line != 0) == (status == PINBOLT_OK));
    CHECK((fault != 0) == (status == PINBOLT_MALFORMED));
    CHECK(status == PINBOLT_OK || capacity == 0 || number[0] == '\0');
}

static void countries(void)
{
    const char *none[] = {"", "pt", "ZZ", "PRT", "001", "\xff\xff"};
    pinbolt_phone_reader *reader, *anywhere = opened(NULL);
    for (size_t at = 0; at < sizeof none / sizeof none[0]; at++) {
        reader = STALE;
        GIVES(pinbolt_phone_reader_open(text(none[at]), &reader), PINBOLT_VALUE);
        CHECK(reader == NULL);
    }
    GIVES(pinbolt_phone_reader_open(text("PT"), NULL), PINBOLT_POINTER);
    reads(anywhere, text("+351 (0) 912 345 678"), PINBOLT_PHONE_CAPACITY, PINBOLT_OK);
    reads(anywhere, text("912 345 678"), PINBOLT_PHONE_CAPACITY, PINBOLT_MALFORMED);
    pinbolt_phone_reader_free(&anywhere);
    pinbolt_phone_reader_free(&anywhere);
    pinbolt_phone_reader_free(NULL);
}

static void wrong_calls(void)
{
    char number[PINBOLT_PHONE_CAPACITY];
    uint32_t line, fault;
    pinbolt_phone_reader *portugal = opened("PT");
    pinbolt_text typed = text("912 345 678");
    reads(portugal, typed, PINBOLT_PHONE_CAPACITY, PINBOLT_OK);
    reads(portugal, typed, 14, PINBOLT_OK);
    reads(portugal, typed, 13, PINBOLT_LENGTH);
    reads(portugal, typed, 1, PINBOLT_LENGTH);
    reads(portugal, text(NULL), PINBOLT_PHONE_CAPACITY, PINBOLT_MALFORMED);
    reads(portugal, LONG, PINBOLT_PHONE_CAPACITY, PINBOLT_LENGTH);
    reads(portugal, LYING, PINBOLT_PHONE_CAPACITY, PINBOLT_POINTER);
    reads(portugal, NOT_UTF8, PINBOLT_PHONE_CAPACITY, PINBOLT_MALFORMED);
    reads(NULL, typed, PINBOLT_PHONE_CAPACITY, PINBOLT_POINTER);
    GIVES(pinbolt_phone_read(portugal, typed, NULL, 17, &line, &fault), PINBOLT_POINTER);
    GIVES(pinbolt_phone_read(portugal, typed, number, 0, &line, &fault), PINBOLT_LENGTH);
    GIVES(pinbolt_phone_read(portugal, typed, number, 17, NULL, &fault), PINBOLT_POINTER);
    GIVES(pinbolt_phone_read(portugal, typed, number, 17, &line, NULL), PINBOLT_POINTER);
    pinbolt_phone_reader_free(&portugal);
}

static void words(void)
{
    for (uint32_t at = PINBOLT_LINE_MOBILE; at <= PINBOLT_LINE_VOICEMAIL; at++)
        CHECK(strcmp(pinbolt_line_name(at), "unknown") != 0);
    for (uint32_t at = PINBOLT_PHONE_EMPTY; at <= PINBOLT_PHONE_COSTLY; at++) {
        CHECK(strcmp(pinbolt_phone_fault_name(at), "Unknown") != 0);
        const char *sentence = pinbolt_phone_fault_sentence(at);
        CHECK(sentence[strlen(sentence) - 1] == '.' && strstr(sentence, "version") == NULL);
    }
    CHECK(strcmp(pinbolt_line_name(PINBOLT_LINE_FIXED_OR_MOBILE), "fixed-or-mobile") == 0);
    CHECK(strcmp(pinbolt_phone_fault_name(PINBOLT_PHONE_COSTLY), "Costly") == 0);
    CHECK(strcmp(pinbolt_line_name(0), "unknown") == 0);
    CHECK(strcmp(pinbolt_line_name(PINBOLT_LINE_VOICEMAIL + 1), "unknown") == 0);
    CHECK(strcmp(pinbolt_phone_fault_name(UINT32_MAX), "Unknown") == 0);
    CHECK(strstr(pinbolt_phone_fault_sentence(0), "does not know") != NULL);
}

int main(void)
{
    countries();
    wrong_calls();
    words();
    return passed();
}
