// The vectors of RFC 4226, 6238 and 6287 and of Steam's codes: `vectors FOLDER` checks what stands in
// hotp.json, totp.json, ocra.json and steam.json of engine/tests/vectors; the spellings of phone.json
// and email.json; and tokens as otpauth.json, migration.json and pskc.json describe them.
#include "provisioned.h"
#include "pskc.h"
#include "spellings.h"

#include <inttypes.h>

// The longest secret or session of a vector.
#define MOST_BYTES 512

// A field of a vector, hexadecimal, with its bytes.
struct hex {
    uint8_t room[MOST_BYTES];
    pinbolt_bytes bytes;
};

static uint64_t number_in(const cJSON *vector, const char *name)
{
    const cJSON *number = field(vector, name);
    CHECK(cJSON_IsNumber(number) && number->valuedouble >= 0);
    // cJSON's numbers are doubles: the largest counter is read as 2^64.
    return number->valuedouble >= 0x1p64 ? UINT64_MAX : (uint64_t)number->valuedouble;
}

static void hex_in(const cJSON *vector, const char *name, struct hex *hex)
{
    const char *digits = cJSON_GetStringValue(field(vector, name));
    size_t count = digits == NULL ? 0 : strlen(digits) / 2;
    CHECK(count <= MOST_BYTES);
    for (size_t at = 0; at < count; at++)
        CHECK(sscanf(digits + 2 * at, "%2" SCNx8, &hex->room[at]) == 1);
    hex->bytes = (pinbolt_bytes){digits == NULL ? NULL : hex->room, count};
}

static void matched_or_not(pinbolt_status is, pinbolt_status should, const pinbolt_match *matched)
{
    GIVES(is, should);
    CHECK(*matched == (should == PINBOLT_OK ? PINBOLT_MATCHED : PINBOLT_NO_MATCH));
}

// The generator of a vector: one without a hash is Steam's.
static pinbolt_hotp *generator_of(const cJSON *vector)
{
    struct hex secret;
    pinbolt_hotp *hotp;
    hex_in(vector, "secret", &secret);
    if (field(vector, "algorithm") == NULL) {
        GIVES(pinbolt_hotp_open_steam(secret.bytes, &hotp), PINBOLT_OK);
        return hotp;
    }
    uint32_t algorithm = pinbolt_algorithm_of(text_in(vector, "algorithm"));
    GIVES(pinbolt_hotp_open(algorithm, (uint32_t)number_in(vector, "digits"), secret.bytes, &hotp),
          PINBOLT_OK);
    return hotp;
}

// A code at its counter: made, found among others, and not found beside it.
static void play_code(const cJSON *vector, uint64_t counter)
{
    char code[PINBOLT_CODE_CAPACITY];
    pinbolt_match matched;
    uint64_t found;
    pinbolt_text should = text_in(vector, "code");
    pinbolt_hotp *hotp = generator_of(vector);
    GIVES(pinbolt_hotp_code(hotp, counter, code, sizeof code), PINBOLT_OK);
    CHECK(same(should, code));
    uint64_t first = counter < 3 ? 0 : counter - 3;
    matched_or_not(pinbolt_hotp_match(hotp, should, first, 7, &matched, &found), PINBOLT_OK,
                   &matched);
    CHECK(found == counter);
    matched_or_not(pinbolt_hotp_match(hotp, should, counter + 1, 3, &matched, &found),
                   PINBOLT_WRONG_CODE, &matched);
    CHECK(found == 0);
    pinbolt_hotp_free(&hotp);
}

static unsigned play_hotp(const cJSON *file)
{
    unsigned played = 0;
    const cJSON *vector;
    cJSON_ArrayForEach(vector, field(file, "vectors"))
    {
        play_code(vector, number_in(vector, "counter"));
        played++;
    }
    return played;
}

// A time before 2001 is refused as one in seconds; such a vector is played as long after a later
// start.
static unsigned play_totp(const cJSON *file)
{
    const uint64_t later = 1000000000;
    unsigned played = 0;
    const cJSON *vector;
    cJSON_ArrayForEach(vector, field(file, "vectors"))
    {
        uint64_t now = number_in(vector, "seconds"), start = number_in(vector, "start"), step = 77;
        uint32_t period = (uint32_t)number_in(vector, "period");
        uint64_t shift = now < later ? later : 0;
        GIVES(pinbolt_totp_step((now + shift) * 1000, period, start + shift, &step), PINBOLT_OK);
        CHECK(step == number_in(vector, "step"));
        play_code(vector, step);
        played++;
    }
    return played;
}

// Steam's codes, at steps of 30 seconds since 1970.
static unsigned play_steam(const cJSON *file)
{
    unsigned played = 0;
    const cJSON *vector;
    cJSON_ArrayForEach(vector, field(file, "vectors"))
    {
        uint64_t seconds = number_in(vector, "seconds");
        CHECK(seconds / 30 == number_in(vector, "step"));
        play_code(vector, seconds / 30);
        played++;
    }
    // What reads as a code is compared; all else is malformed.
    cJSON_ArrayForEach(vector, field(file, "typed"))
    {
        pinbolt_hotp *hotp;
        pinbolt_match matched;
        uint64_t found;
        bool reads = !cJSON_IsNull(field(vector, "code"));
        uint64_t step = reads ? number_in(vector, "step") : 0;
        GIVES(pinbolt_hotp_open_steam(bytes("12345678901234567890"), &hotp), PINBOLT_OK);
        matched_or_not(pinbolt_hotp_match(hotp, text_in(vector, "text"), step, 1, &matched, &found),
                       reads ? PINBOLT_OK : PINBOLT_MALFORMED, &matched);
        CHECK(found == step);
        pinbolt_hotp_free(&hotp);
        played++;
    }
    return played;
}

// OCRA.

// The inputs of a vector, with what they point to.
struct asked {
    pinbolt_ocra_inputs inputs;
    uint64_t counter;
    struct hex pin_hash, session;
};

static void ask(const cJSON *vector, struct asked *asked)
{
    pinbolt_text answers = text_in(vector, "answers");
    hex_in(vector, "pin_hash", &asked->pin_hash);
    hex_in(vector, "session", &asked->session);
    asked->inputs = (pinbolt_ocra_inputs){.size = sizeof asked->inputs,
                                          .challenge = text_in(vector, "challenge"),
                                          .client = text_in(vector, "client"),
                                          .server = text_in(vector, "server"),
                                          .pin = text_in(vector, "pin"),
                                          .pin_hash = asked->pin_hash.bytes,
                                          .session = asked->session.bytes};
    if (field(vector, "counter") != NULL) {
        asked->counter = number_in(vector, "counter");
        asked->inputs.counter = &asked->counter;
    }
    if (field(vector, "now") != NULL)
        asked->inputs.now = number_in(vector, "now") * 1000;
    if (answers.data != NULL)
        asked->inputs.answers = same(answers, "server") ? PINBOLT_OCRA_SERVER_ANSWERS
                                                        : PINBOLT_OCRA_CLIENT_ANSWERS;
}

static pinbolt_ocra *opened(const cJSON *vector, pinbolt_bytes secret)
{
    pinbolt_ocra *ocra;
    GIVES(pinbolt_ocra_open(text_in(vector, "suite"), secret, &ocra), PINBOLT_OK);
    return ocra;
}

// The response of a vector, by the inputs. Each input that has a neighbour gives another there.
static void play_response(const pinbolt_ocra *ocra, const cJSON *vector, struct asked *asked)
{
    char response[PINBOLT_RESPONSE_CAPACITY];
    pinbolt_match matched;
    uint64_t counter, step;
    pinbolt_text should = text_in(vector, "response");
    GIVES(pinbolt_ocra_response(ocra, &asked->inputs, response, sizeof response), PINBOLT_OK);
    CHECK(same(should, response));
    matched_or_not(
        pinbolt_ocra_match(ocra, &asked->inputs, should, NULL, &matched, &counter, &step),
        PINBOLT_OK, &matched);
    CHECK(counter == (asked->inputs.counter == NULL ? 0 : asked->counter));
    CHECK((step == 0) == (asked->inputs.now == 0));
    if (asked->counter > 0) {
        asked->counter--;
        matched_or_not(
            pinbolt_ocra_match(ocra, &asked->inputs, should, NULL, &matched, &counter, &step),
            PINBOLT_WRONG_CODE, &matched);
        CHECK(counter == 0 && step == 0);
    }
    response[0] = response[0] == '0' ? '1' : '0';
    matched_or_not(pinbolt_ocra_match(ocra, &asked->inputs, pinbolt_text_of(response), NULL,
                                      &matched, &counter, &step),
                   PINBOLT_WRONG_CODE, &matched);
}

// In C a time of 0 is none, and one after 5138 is refused.
static unsigned play_vectors(const cJSON *vectors)
{
    unsigned of_the_rfc = 0;
    const cJSON *vector;
    cJSON_ArrayForEach(vector, vectors)
    {
        struct hex secret;
        struct asked asked = {0};
        char response[PINBOLT_RESPONSE_CAPACITY];
        hex_in(vector, "secret", &secret);
        pinbolt_ocra *ocra = opened(vector, secret.bytes);
        ask(vector, &asked);
        if (field(vector, "now") != NULL && asked.inputs.now == 0)
            GIVES(pinbolt_ocra_response(ocra, &asked.inputs, response, sizeof response),
                  PINBOLT_OCRA_INPUT);
        else if (asked.inputs.now > UINT64_C(99999999999999))
            GIVES(pinbolt_ocra_response(ocra, &asked.inputs, response, sizeof response),
                  PINBOLT_VALUE);
        else {
            play_response(ocra, vector, &asked);
            of_the_rfc += strncmp(text_in(vector, "source").data, "RFC 6287, C", 11) == 0;
        }
        pinbolt_ocra_free(&ocra);
    }
    return of_the_rfc;
}

static void play_suites(const cJSON *suites, pinbolt_status status)
{
    const cJSON *suite;
    cJSON_ArrayForEach(suite, suites)
    {
        pinbolt_ocra *ocra;
        pinbolt_text read = pinbolt_text_of(cJSON_GetStringValue(suite));
        GIVES(pinbolt_ocra_open(read, bytes("12345678901234567890"), &ocra), status);
        CHECK((ocra != NULL) == (status == PINBOLT_OK));
        pinbolt_ocra_free(&ocra);
        GIVES(pinbolt_ocra_open_with_dangerously_short_secret(read, bytes("1"), &ocra), status);
        pinbolt_ocra_free(&ocra);
    }
}

static void play_misfits(const cJSON *misfits)
{
    const cJSON *vector;
    cJSON_ArrayForEach(vector, misfits)
    {
        struct asked asked = {0};
        char response[PINBOLT_RESPONSE_CAPACITY] = "stale";
        pinbolt_match matched = PINBOLT_MATCHED;
        uint64_t counter = 77, step = 77;
        pinbolt_ocra *ocra = opened(vector, bytes("12345678901234567890"));
        ask(vector, &asked);
        bool fits = field(vector, "now") != NULL && asked.inputs.now == 0;
        pinbolt_status status = fits ? PINBOLT_OK : PINBOLT_OCRA_INPUT;
        GIVES(pinbolt_ocra_response(ocra, &asked.inputs, response, sizeof response), status);
        CHECK(fits || response[0] == '\0');
        GIVES(pinbolt_ocra_match(ocra, &asked.inputs, pinbolt_text_of("000000"), NULL, &matched,
                                 &counter, &step),
              fits ? PINBOLT_WRONG_CODE : PINBOLT_OCRA_INPUT);
        CHECK(matched == PINBOLT_NO_MATCH && counter == 0 && step == 0);
        pinbolt_ocra_free(&ocra);
    }
}

// What reads as a response is compared; all else is malformed.
static void play_typed(const cJSON *typed)
{
    const cJSON *vector;
    cJSON_ArrayForEach(vector, typed)
    {
        pinbolt_match matched = PINBOLT_MATCHED;
        uint64_t counter, step;
        pinbolt_ocra_inputs inputs = {.size = sizeof inputs, .challenge = text("12345678")};
        pinbolt_ocra *ocra = opened(vector, bytes("12345678901234567890"));
        bool reads = !cJSON_IsNull(field(vector, "is"));
        matched_or_not(pinbolt_ocra_match(ocra, &inputs, text_in(vector, "typed"), NULL, &matched,
                                          &counter, &step),
                       reads ? PINBOLT_WRONG_CODE : PINBOLT_MALFORMED, &matched);
        pinbolt_ocra_free(&ocra);
    }
}

static unsigned play_ocra(const cJSON *file)
{
    play_suites(field(file, "suites"), PINBOLT_OK);
    play_suites(field(file, "malformed"), PINBOLT_OCRA_SUITE);
    play_misfits(field(file, "misfits"));
    play_typed(field(file, "typed"));
    return play_vectors(field(file, "vectors"));
}

int main(int count, char **arguments)
{
    CHECK(count == 2);
    cJSON *hotp = parsed(arguments[1], "hotp.json"), *totp = parsed(arguments[1], "totp.json");
    cJSON *ocra = parsed(arguments[1], "ocra.json"), *steam = parsed(arguments[1], "steam.json");
    cJSON *phones = parsed(arguments[1], "phone.json"), *emails = parsed(arguments[1], "email.json");
    unsigned of[] = {play_hotp(hotp), play_totp(totp), play_ocra(ocra)};
    CHECK(of[0] == 10 && of[1] == 18 && of[2] == 70);
    printf("%u vectors: %u of RFC 4226 D, %u of RFC 6238 B, %u of RFC 6287 C\n",
           of[0] + of[1] + of[2], of[0], of[1], of[2]);
    unsigned letters = play_steam(steam);
    CHECK(letters == 86);
    printf("%u of Steam's codes\n", letters);
    unsigned numbers = play_phones(phones), addresses = play_emails(emails);
    printf("%u spellings of phone numbers, %u of e-mail addresses\n", numbers, addresses);
    cJSON *uris = parsed(arguments[1], "otpauth.json");
    cJSON *exports = parsed(arguments[1], "migration.json");
    unsigned read = play_otpauth(uris), collected = play_migration(exports);
    printf("%u otpauth addresses, %u exports\n", read, collected);
    cJSON_Delete(uris);
    cJSON_Delete(exports);
    cJSON *documents = parsed(arguments[1], "pskc.json");
    printf("%u PSKC documents\n", play_pskc(documents));
    cJSON_Delete(documents);
    cJSON_Delete(phones);
    cJSON_Delete(emails);
    cJSON_Delete(hotp);
    cJSON_Delete(totp);
    cJSON_Delete(ocra);
    cJSON_Delete(steam);
    return passed();
}
