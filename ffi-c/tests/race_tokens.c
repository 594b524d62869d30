// Eight threads race one right code of a token, then one recovery code, then a PIN and a code: exactly
// one is accepted each time, and the others are told that it was used. Then all use one generator.
#include "token.h"

#define THREADS 8

typedef struct racer {
    world *w;
    pthread_barrier_t *gate;
    pinbolt_op *op;
    pinbolt_status status;
    pinbolt_verdict verdict;
} racer;

static void *verifies(void *context)
{
    racer *self = context;
    pthread_barrier_wait(self->gate);
    self->status = pinbolt_engine_run(self->w->engine, self->op);
    if (pinbolt_op_verdict(self->op, &self->verdict, NULL) != self->status)
        self->status = PINBOLT_INTERNAL;
    pinbolt_op_free(&self->op);
    return NULL;
}

static void race(world *w, pinbolt_verify_args args)
{
    pthread_t threads[THREADS];
    racer racers[THREADS];
    pthread_barrier_t gate;
    unsigned accepted = 0;
    CHECK(pthread_barrier_init(&gate, NULL, THREADS) == 0);
    for (size_t at = 0; at < THREADS; at++) {
        racers[at] = (racer){w, &gate, start_verify(w, args), 0, 77};
        CHECK(pthread_create(&threads[at], NULL, verifies, &racers[at]) == 0);
    }
    for (size_t at = 0; at < THREADS; at++) {
        CHECK(pthread_join(threads[at], NULL) == 0);
        if (racers[at].verdict == PINBOLT_ACCEPTED) {
            GIVES(racers[at].status, PINBOLT_OK);
            accepted++;
        } else {
            GIVES(racers[at].status, PINBOLT_ALREADY_USED);
            CHECK(racers[at].verdict == PINBOLT_REFUSED);
        }
    }
    CHECK(accepted == 1);
    pthread_barrier_destroy(&gate);
}

static void one_of_each(const char *url)
{
    world w;
    char code[PINBOLT_CODE_CAPACITY], recovery[20];
    size_t count;
    const pinbolt_text *codes;
    pinbolt_op *op;
    pinbolt_operator someone = desk();
    world_open(&w, url);
    enroll(&w, "a-1");
    (void)standing_token(&w, PINBOLT_TOKEN_KIND_TOTP, bytes(SECRET));
    pinbolt_issue_recovery_codes_args issue = {.size = sizeof issue, .account = text("a-1")};
    issue.by = &someone;
    GIVES(pinbolt_start_issue_recovery_codes(w.pinbolt, w.now, &issue, &op), PINBOLT_OK);
    GIVES(run(&w, op), PINBOLT_OK);
    GIVES(pinbolt_op_recovery_codes(op, &codes, &count), PINBOLT_OK);
    memcpy(recovery, codes[0].data, sizeof recovery);
    pinbolt_op_free(&op);

    code_of(bytes(SECRET), step_of(w.now), code);
    race(&w, (pinbolt_verify_args){.purpose = text("token"), .otp = text(code)});
    race(&w, (pinbolt_verify_args){.purpose = text("recover"), .recovery_code = text(recovery)});
    w.now += STEP;
    code_of(bytes(SECRET), step_of(w.now), code);
    race(&w, (pinbolt_verify_args){
                 .purpose = text("log-in"), .pin = text(PIN), .otp = text(code)});
    world_close(&w);
}

static void *matches(void *context)
{
    const pinbolt_hotp *hotp = context;
    uintptr_t wrong = 0;
    for (uint64_t at = 0; at < 1000; at++) {
        char code[PINBOLT_CODE_CAPACITY];
        pinbolt_match matched;
        uint64_t counter;
        if (pinbolt_hotp_code(hotp, at, code, sizeof code) != PINBOLT_OK ||
            pinbolt_hotp_match(hotp, text(code), at, 3, &matched, &counter) != PINBOLT_OK ||
            matched != PINBOLT_MATCHED || counter != at)
            wrong++;
    }
    return (void *)wrong;
}

static void one_generator(void)
{
    pthread_t threads[THREADS];
    pinbolt_hotp *hotp = generator(PINBOLT_ALGORITHM_SHA256, 8, bytes(SECRET));
    for (size_t at = 0; at < THREADS; at++)
        CHECK(pthread_create(&threads[at], NULL, matches, hotp) == 0);
    for (size_t at = 0; at < THREADS; at++) {
        void *wrong = STALE;
        CHECK(pthread_join(threads[at], &wrong) == 0 && wrong == NULL);
    }
    pinbolt_hotp_free(&hotp);
}

int main(void)
{
    char folder[] = "/tmp/pinbolt-race-XXXXXX", path[300], url[320];
    const char *left[] = {"", "-wal", "-shm"};
    CHECK(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/auth.db", folder);
    snprintf(url, sizeof url, "sqlite://%s", path);
    one_of_each(NULL);
    one_of_each("memory:");
    one_of_each(url);
    one_generator();
    for (size_t at = 0; at < 3; at++) {
        snprintf(url, sizeof url, "%s%s", path, left[at]);
        unlink(url);
    }
    rmdir(folder);
    return passed();
}
