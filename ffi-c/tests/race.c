// Eight threads race one right code: exactly one is accepted. Then one operation, used by all of
// them; and one hash, run by all of them on a thread of their own.
#include "world.h"

#include <sys/wait.h>

#define THREADS 8

typedef struct racer {
    world *w;
    pthread_barrier_t *gate;
    const char *handle;
    pinbolt_op *op;
    pinbolt_status status;
    pinbolt_verdict verdict;
} racer;

static void *finishes(void *context)
{
    racer *self = context;
    pinbolt_caller caller = session("session-1");
    pinbolt_finish_args args = {.size = sizeof args, .purpose = text("sign-in")};
    pinbolt_accepted *accepted = NULL;
    pinbolt_op *op = NULL;
    args.handle = text(self->handle);
    args.code = text(self->w->box.code);
    args.caller = &caller;
    self->status = pinbolt_start_finish(self->w->pinbolt, self->w->now, &args, &op);
    pthread_barrier_wait(self->gate);
    if (self->status == PINBOLT_OK)
        self->status = pinbolt_engine_run(self->w->engine, op);
    if (pinbolt_op_verdict(op, &self->verdict, &accepted) != self->status)
        self->status = PINBOLT_INTERNAL;
    pinbolt_accepted_free(&accepted);
    pinbolt_op_free(&op);
    return NULL;
}

static void one_code(const char *url)
{
    char handle[256];
    world w;
    world_open(&w, url);
    enroll(&w, "a-1");
    for (unsigned round = 0; round < 3; round++) {
        pthread_t threads[THREADS];
        racer racers[THREADS];
        pthread_barrier_t gate;
        unsigned accepted = 0;
        w.now += 7200000;
        begin(&w, PHONE, handle);
        CHECK(pthread_barrier_init(&gate, NULL, THREADS) == 0);
        for (size_t at = 0; at < THREADS; at++) {
            racers[at] = (racer){&w, &gate, handle, NULL, 0, 0};
            CHECK(pthread_create(&threads[at], NULL, finishes, &racers[at]) == 0);
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
    world_close(&w);
}

// All at once on one handle: each call is served or told that it is busy, and the proof goes out once.
static void *grabs(void *context)
{
    racer *self = context;
    pinbolt_accepted *accepted = NULL;
    pthread_barrier_wait(self->gate);
    do {
        self->status = pinbolt_engine_run(self->w->engine, self->op);
    } while (self->status == PINBOLT_BUSY);
    do {
        self->status = pinbolt_op_verdict(self->op, &self->verdict, &accepted);
    } while (self->status == PINBOLT_BUSY);
    pinbolt_accepted_free(&accepted);
    return NULL;
}

static void one_operation(void)
{
    char handle[256];
    world w;
    pthread_t threads[THREADS];
    racer racers[THREADS];
    pthread_barrier_t gate;
    unsigned accepted = 0;
    world_open(&w, NULL);
    enroll(&w, "a-1");
    begin(&w, PHONE, handle);
    pinbolt_op *op = start_finish(&w, "sign-in", handle, w.box.code);
    CHECK(pthread_barrier_init(&gate, NULL, THREADS) == 0);
    for (size_t at = 0; at < THREADS; at++) {
        racers[at] = (racer){&w, &gate, handle, op, 0, 0};
        CHECK(pthread_create(&threads[at], NULL, grabs, &racers[at]) == 0);
    }
    for (size_t at = 0; at < THREADS; at++) {
        CHECK(pthread_join(threads[at], NULL) == 0);
        accepted += racers[at].verdict == PINBOLT_ACCEPTED;
        GIVES(racers[at].status,
              racers[at].verdict == PINBOLT_ACCEPTED ? PINBOLT_OK : PINBOLT_USED_UP);
    }
    CHECK(accepted == 1);
    pthread_barrier_destroy(&gate);
    pinbolt_op_free(&op);
    world_close(&w);
}

// A hash runs while its operation waits elsewhere; who comes second is told so, or finds it done.
typedef struct hasher {
    pinbolt_work *work;
    pinbolt_hash_memory *memory;
    pthread_barrier_t *gate;
    pinbolt_status status;
} hasher;

static void *hashes(void *context)
{
    hasher *self = context;
    pthread_barrier_wait(self->gate);
    self->status = pinbolt_work_run(self->work, self->memory);
    return NULL;
}

static void one_hash(void)
{
    world w;
    pthread_t threads[THREADS];
    hasher hashers[THREADS];
    pthread_barrier_t gate;
    pinbolt_work *work;
    unsigned done = 0;
    world_open(&w, NULL);
    enroll(&w, "a-1");
    pinbolt_op *op = start_begin(&w, PHONE, "sign-in", PIN);
    while (pinbolt_op_question(op) != PINBOLT_ASKS_HASH)
        GIVES(answer(&w, op), PINBOLT_OK);
    GIVES(pinbolt_op_work(op, &work), PINBOLT_OK);
    CHECK(pthread_barrier_init(&gate, NULL, THREADS) == 0);
    for (size_t at = 0; at < THREADS; at++) {
        hashers[at] = (hasher){work, at % 2 ? w.memory : NULL, &gate, PINBOLT_INTERNAL};
        CHECK(pthread_create(&threads[at], NULL, hashes, &hashers[at]) == 0);
    }
    for (size_t at = 0; at < THREADS; at++) {
        CHECK(pthread_join(threads[at], NULL) == 0);
        done += hashers[at].status == PINBOLT_OK;
        CHECK(hashers[at].status == PINBOLT_OK || hashers[at].status == PINBOLT_BUSY);
    }
    CHECK(done >= 1);
    pthread_barrier_destroy(&gate);
    GIVES(pinbolt_op_hashed(op, w.now, work), PINBOLT_OK);
    pinbolt_work_free(&work);
    w.by_hand = 1;
    GIVES(run(&w, op), PINBOLT_OK);
    pinbolt_op_free(&op);
    world_close(&w);
}

// A child's inherited engine answers a failure, and so gives the code to nobody.
static void a_fork(const char *url)
{
    char handle[256];
    world w;
    world_open(&w, url);
    w.now += UINT64_C(86400000);
    begin(&w, PHONE, handle);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        pinbolt_op *op = start_finish(&w, "sign-in", handle, w.box.code);
        pinbolt_status status = pinbolt_engine_run(w.engine, op);
        pinbolt_op_free(&op);
        _exit(status == PINBOLT_STORE ? 0 : 1);
    }
    int ended = -1;
    CHECK(waitpid(child, &ended, 0) == child && ended == 0);
    pinbolt_op *op = start_finish(&w, "sign-in", handle, w.box.code);
    GIVES(run(&w, op), PINBOLT_OK);
    pinbolt_op_free(&op);
    world_close(&w);
}

int main(void)
{
    char folder[] = "/tmp/pinbolt-race-XXXXXX", path[300], url[320];
    const char *left[] = {"", "-wal", "-shm"};
    CHECK(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/auth.db", folder);
    snprintf(url, sizeof url, "sqlite://%s", path);
    one_code(NULL);
    one_code("memory:");
    one_code(url);
    a_fork(url);
    one_operation();
    one_hash();
    for (size_t at = 0; at < 3; at++) {
        snprintf(url, sizeof url, "%s%s", path, left[at]);
        unlink(url);
    }
    rmdir(folder);
    return passed();
}
