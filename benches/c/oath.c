// One-time codes in C beside liboath, in turns: oath TURNS prints for each figure its name, our
// nanoseconds a call, theirs, and the middle of the ratios. figures/oath_c.rs reads it. Of a wrong code
// both look at three steps.
#include <liboath/oath.h>
#include <pinbolt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CALLS 500
#define MOST_TURNS 10000
#define SECONDS UINT64_C(1800000000)

static const char secret[] = "12345678901234567890";
static const pinbolt_bytes key = {(const uint8_t *)secret, sizeof secret - 1};
static pinbolt_hotp *kept;
static char right[PINBOLT_CODE_CAPACITY], wrong[PINBOLT_CODE_CAPACITY];

static void must(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "oath: %s\n", what);
        exit(1);
    }
}

// The three steps around now, on a generator.
static pinbolt_status matching(const pinbolt_hotp *hotp, const char *typed) {
    uint64_t step, counter;
    pinbolt_match matched;
    pinbolt_status status = pinbolt_totp_step(SECONDS * 1000, 30, 0, &step);
    if (status != PINBOLT_OK) return status;
    return pinbolt_hotp_match(hotp, pinbolt_text_of(typed), step - 1, 3, &matched, &counter);
}

static void ours_wrong(void) {
    must(matching(kept, wrong) == PINBOLT_WRONG_CODE, "a wrong code");
}

static void ours_right(void) {
    must(matching(kept, right) == PINBOLT_OK, "a right code");
}

// As liboath does it, which keeps nothing of a key.
static void ours_wrong_opened(void) {
    pinbolt_hotp *hotp = NULL;
    must(pinbolt_hotp_open(PINBOLT_ALGORITHM_SHA1, 6, key, &hotp) == PINBOLT_OK, "open");
    must(matching(hotp, wrong) == PINBOLT_WRONG_CODE, "a wrong code");
    pinbolt_hotp_free(&hotp);
}

static void ours_made(void) {
    static uint64_t counter;
    char code[PINBOLT_CODE_CAPACITY];
    must(pinbolt_hotp_code(kept, counter++, code, sizeof code) == PINBOLT_OK, "a code");
}

static int validated(const char *typed) {
    return oath_totp_validate(secret, sizeof secret - 1, (time_t)SECONDS, 30, 0, 1, typed);
}

static void theirs_wrong(void) {
    must(validated(wrong) == OATH_INVALID_OTP, "liboath: a wrong code");
}

static void theirs_right(void) {
    must(validated(right) >= 0, "liboath: a right code");
}

static void theirs_made(void) {
    static uint64_t counter;
    char code[PINBOLT_CODE_CAPACITY];
    must(oath_hotp_generate(secret, sizeof secret - 1, counter++, 6, false,
                            OATH_HOTP_DYNAMIC_TRUNCATION, code) == OATH_OK,
         "liboath: a code");
}

static double nanoseconds(void (*call)(void)) {
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int i = 0; i < CALLS; i++) call();
    clock_gettime(CLOCK_MONOTONIC, &to);
    return ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / CALLS;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double middle(double *values, int count) {
    qsort(values, (size_t)count, sizeof *values, by_size);
    return values[count / 2];
}

// Who goes first alternates.
static void compare(const char *name, void (*ours)(void), void (*theirs)(void), int turns) {
    static double our[MOST_TURNS], their[MOST_TURNS], ratio[MOST_TURNS];
    nanoseconds(ours), nanoseconds(theirs);
    for (int i = 0; i < turns; i++) {
        if (i % 2 == 0) our[i] = nanoseconds(ours);
        their[i] = nanoseconds(theirs);
        if (i % 2 != 0) our[i] = nanoseconds(ours);
        ratio[i] = our[i] / their[i];
    }
    printf("%s %.1f %.1f %.4f\n", name, middle(our, turns), middle(their, turns),
           middle(ratio, turns));
}

int main(int argc, char **argv) {
    int turns = argc == 2 ? atoi(argv[1]) : 0;
    must(turns > 0 && turns <= MOST_TURNS, "usage: oath TURNS");
    must(oath_init() == OATH_OK, "liboath");
    must(pinbolt_hotp_open(PINBOLT_ALGORITHM_SHA1, 6, key, &kept) == PINBOLT_OK, "open");
    must(pinbolt_hotp_code(kept, SECONDS / 30, right, sizeof right) == PINBOLT_OK, "a code");
    strcpy(wrong, right);
    wrong[0] = wrong[0] == '9' ? '0' : (char)(wrong[0] + 1);
    compare("c-totp-wrong-3-steps-kept-key/liboath-totp-validate", ours_wrong, theirs_wrong, turns);
    compare("c-totp-wrong-3-steps-with-open/liboath-totp-validate", ours_wrong_opened, theirs_wrong,
            turns);
    compare("c-totp-right-of-3-steps-kept-key/liboath-totp-validate", ours_right, theirs_right,
            turns);
    compare("c-hotp-code-kept-key/liboath-hotp-generate", ours_made, theirs_made, turns);
    pinbolt_hotp_free(&kept);
    oath_done();
    return 0;
}
