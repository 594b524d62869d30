// Callbacks that fail, answer rubbish, answer too long, or call back: told apart, and nothing is
// accepted for them.
#include "world.h"

#include <stdint.h>

static pinbolt_status finishes(world *w, const char *handle, char detail[64])
{
    pinbolt_text said;
    pinbolt_verdict verdict;
    pinbolt_op *op = start_finish(w, "sign-in", handle, w->box.code);
    pinbolt_status status = run(w, op);
    GIVES(pinbolt_op_verdict(op, &verdict, NULL), status);
    CHECK((verdict == PINBOLT_ACCEPTED) == (status == PINBOLT_OK));
    GIVES(pinbolt_op_detail(op, &said), PINBOLT_OK);
    snprintf(detail, 64, "%s", said.data == NULL ? "" : said.data);
    pinbolt_op_free(&op);
    return status;
}

// An answer that stands for nothing: a load has failed, a swap is in doubt and is found out from the
// record itself.
static void rubbish(world *w)
{
    char handle[256], detail[64];
    const uint32_t loads[] = {PINBOLT_LOAD_FAILED, 0, PINBOLT_LOAD_FOUND, 7, PINBOLT_SWAP_APPLIED,
                              UINT32_MAX};
    begin(w, PHONE, handle);
    for (size_t at = 0; at < sizeof loads / sizeof *loads; at++) {
        w->db->odd_loads = 1;
        w->db->odd_answer = loads[at];
        GIVES(finishes(w, handle, detail), PINBOLT_STORE);
        CHECK(strcmp(detail, "the disk is on fire") == 0);
    }
    w->db->odd_swaps = 1;
    w->db->odd_answer = PINBOLT_SWAP_NOT_APPLIED;
    GIVES(finishes(w, handle, detail), PINBOLT_STORE);
    CHECK(strcmp(detail, "the disk is on fire") == 0);
    const uint32_t swaps[] = {0, 1, PINBOLT_LOAD_FOUND, UINT32_MAX, PINBOLT_SWAP_IN_DOUBT};
    for (size_t at = 0; at < sizeof swaps / sizeof *swaps; at++) {
        w->db->odd_swaps = 100;
        w->db->odd_answer = swaps[at];
        GIVES(finishes(w, handle, detail), PINBOLT_UNRESOLVED);
        CHECK(strcmp(detail, "the disk is on fire") == 0);
    }
    w->db->odd_swaps = 1;
    GIVES(finishes(w, handle, detail), PINBOLT_OK);
    GIVES(finishes(w, handle, detail), PINBOLT_ALREADY_USED);
    CHECK(detail[0] == '\0');
    w->db->odd_loads = w->db->odd_swaps = 0;
}

// A store whose load sets what it shouldn't.
static unsigned how;
static uint8_t huge[PINBOLT_MAX_LENGTH + 1];

static uint32_t odd_load(void *context, pinbolt_text row, pinbolt_loaded *loaded,
                         pinbolt_trouble *trouble)
{
    const pinbolt_bytes version = {huge, 16}, body = {huge, 100};
    const pinbolt_bytes endless = {huge, sizeof huge}, largest = {huge, sizeof huge - 1};
    const pinbolt_bytes shorter = {huge, 15}, lying = {NULL, 16};
    (void)context;
    CHECK(row.len > 0 && row.data[row.len] == '\0');
    GIVES(pinbolt_loaded_set(NULL, version, body), PINBOLT_POINTER);
    GIVES(pinbolt_trouble_say(NULL, text("x")), PINBOLT_POINTER);
    GIVES(pinbolt_trouble_say(trouble, (pinbolt_text){NULL, 3}), PINBOLT_POINTER);
    switch (how) {
    case 0: GIVES(pinbolt_loaded_set(loaded, version, endless), PINBOLT_LENGTH); break;
    case 1: GIVES(pinbolt_loaded_set(loaded, shorter, body), PINBOLT_LENGTH); break;
    case 2: GIVES(pinbolt_loaded_set(loaded, lying, body), PINBOLT_POINTER); break;
    case 3: GIVES(pinbolt_loaded_set(loaded, NO_BYTES, body), PINBOLT_POINTER); break;
    case 4: GIVES(pinbolt_loaded_set(loaded, version, NO_BYTES), PINBOLT_POINTER); break;
    case 5: // The right one first.
        GIVES(pinbolt_loaded_set(loaded, version, body), PINBOLT_OK);
        GIVES(pinbolt_loaded_set(loaded, version, endless), PINBOLT_LENGTH);
        break;
    case 6: // Set, and said to be absent.
        GIVES(pinbolt_loaded_set(loaded, version, body), PINBOLT_OK);
        return PINBOLT_LOAD_ABSENT;
    case 7: // A row, but none of ours.
        GIVES(pinbolt_loaded_set(loaded, version, body), PINBOLT_OK);
        break;
    default: // The same, as long as may be.
        GIVES(pinbolt_loaded_set(loaded, version, largest), PINBOLT_OK);
        break;
    }
    return PINBOLT_LOAD_FOUND;
}

static void bad_rows(world *w)
{
    pinbolt_store store = {sizeof store, NULL, odd_load, database_swap};
    pinbolt_engine_args args = {.size = sizeof args, .store = &store};
    pinbolt_engine *engine;
    GIVES(pinbolt_engine_open(w->pinbolt, &args, NULL, 0, &engine), PINBOLT_OK);
    for (how = 0; how < 9; how++) {
        pinbolt_op *op = start_begin(w, "a-1", "sign-in", PIN);
        GIVES(pinbolt_engine_run(engine, op), how < 7 ? PINBOLT_STORE : PINBOLT_CORRUPT);
        pinbolt_op_free(&op);
    }
    pinbolt_engine_free(&engine);
}

// What a store says is cut, and need not be UTF-8.
static uint32_t talks(void *context, pinbolt_text row, pinbolt_loaded *loaded,
                      pinbolt_trouble *trouble)
{
    (void)row, (void)loaded;
    GIVES(pinbolt_trouble_say(trouble, *(const pinbolt_text *)context),
          ((const pinbolt_text *)context)->len > PINBOLT_MAX_LENGTH ? PINBOLT_LENGTH : PINBOLT_OK);
    return PINBOLT_LOAD_FAILED;
}

static void talkative(world *w)
{
    static char much[PINBOLT_MAX_LENGTH + 1];
    memset(much, 'x', sizeof much);
    const pinbolt_text said[] = {{much, 1024}, {much, 1025}, {much, PINBOLT_MAX_LENGTH},
                                 {much, PINBOLT_MAX_LENGTH + 1}, {"\xff", 1}, NO_TEXT};
    const size_t kept[] = {1024, 1024, 1024, 29, 3, 0};
    for (size_t at = 0; at < 6; at++) {
        pinbolt_text context = said[at], detail;
        pinbolt_store store = {sizeof store, &context, talks, database_swap};
        pinbolt_engine_args args = {.size = sizeof args, .store = &store};
        pinbolt_engine *engine;
        GIVES(pinbolt_engine_open(w->pinbolt, &args, NULL, 0, &engine), PINBOLT_OK);
        pinbolt_op *op = start_begin(w, "a-1", "sign-in", PIN);
        GIVES(pinbolt_engine_run(engine, op), PINBOLT_STORE);
        GIVES(pinbolt_op_detail(op, &detail), PINBOLT_OK);
        CHECK(detail.len == kept[at] && detail.data[detail.len] == '\0');
        pinbolt_op_free(&op);
        pinbolt_engine_free(&engine);
    }
}

static void deliveries(world *w)
{
    const uint32_t answers[] = {PINBOLT_DELIVERY_SENT,    PINBOLT_DELIVERY_NOT_SENT,
                                PINBOLT_DELIVERY_UNKNOWN, PINBOLT_DELIVERY_NOTHING,
                                0,                        UINT32_MAX};
    const uint32_t ends[] = {PINBOLT_DELIVERY_SENT,    PINBOLT_DELIVERY_NOT_SENT,
                             PINBOLT_DELIVERY_UNKNOWN, PINBOLT_DELIVERY_UNKNOWN,
                             PINBOLT_DELIVERY_UNKNOWN, PINBOLT_DELIVERY_UNKNOWN};
    for (size_t at = 0; at < 6; at++) {
        uint32_t delivered;
        pinbolt_op *delivery;
        w->now += 7200000;
        w->box.answer = answers[at];
        pinbolt_op *op = start_begin(w, PHONE, "sign-in", PIN);
        GIVES(run(w, op), PINBOLT_OK);
        GIVES(pinbolt_op_dispatch(op, w->now, &delivery), PINBOLT_OK);
        GIVES(run(w, delivery), PINBOLT_OK);
        GIVES(pinbolt_op_delivered(delivery, &delivered), PINBOLT_OK);
        CHECK(delivered == ends[at]);
        pinbolt_op_free(&delivery);
        pinbolt_op_free(&op);
    }
    w->box.answer = PINBOLT_DELIVERY_SENT;

    // Without a gateway nothing is sent, and it says so; an unknown account has nothing to send.
    pinbolt_store store = store_of(w->db);
    pinbolt_clock clock = {sizeof clock, &w->now, clock_now};
    pinbolt_engine_args args = {.size = sizeof args, .store = &store, .clock = &clock};
    pinbolt_engine *with = w->engine, *without;
    GIVES(pinbolt_engine_open(w->pinbolt, &args, NULL, 0, &without), PINBOLT_OK);
    const char *names[] = {PHONE, "+351912000999"}, *purposes[] = {"sign-in", "code-only"};
    for (size_t at = 0; at < 2; at++) {
        uint32_t delivered;
        pinbolt_op *delivery;
        w->now += 7200000;
        w->engine = without;
        pinbolt_op *op = start_begin(w, names[at], purposes[at], at == 0 ? PIN : NULL);
        GIVES(run(w, op), PINBOLT_OK);
        GIVES(pinbolt_op_dispatch(op, w->now, &delivery), PINBOLT_OK);
        GIVES(run(w, delivery), PINBOLT_OK);
        GIVES(pinbolt_op_delivered(delivery, &delivered), PINBOLT_OK);
        CHECK(delivered == (at == 0 ? PINBOLT_DELIVERY_NOT_SENT : PINBOLT_DELIVERY_NOTHING));
        pinbolt_op_free(&delivery);
        pinbolt_op_free(&op);
    }
    w->engine = with;
    pinbolt_engine_free(&without);
}

// A callback that uses the very operation that is being run is told so.
typedef struct meddler {
    database *db;
    pinbolt_engine *engine;
    pinbolt_op *op;
    unsigned calls;
} meddler;

static uint32_t meddling_load(void *context, pinbolt_text row, pinbolt_loaded *loaded,
                              pinbolt_trouble *trouble)
{
    meddler *self = context;
    pinbolt_verdict verdict;
    pinbolt_accepted *accepted;
    self->calls++;
    CHECK(pinbolt_op_question(self->op) == PINBOLT_ASKS_NOTHING);
    GIVES(pinbolt_op_status(self->op), PINBOLT_BUSY);
    GIVES(pinbolt_op_absent(self->op, NOON), PINBOLT_BUSY);
    GIVES(pinbolt_op_applied(self->op, NOON), PINBOLT_BUSY);
    GIVES(pinbolt_op_verdict(self->op, &verdict, &accepted), PINBOLT_BUSY);
    CHECK(verdict == PINBOLT_REFUSED && accepted == NULL);
    GIVES(pinbolt_engine_run(self->engine, self->op), PINBOLT_BUSY);
    pinbolt_op_free(&self->op);
    CHECK(self->op != NULL);
    return database_load(self->db, row, loaded, trouble);
}

static uint32_t meddling_swap(void *context, const pinbolt_write *write, pinbolt_trouble *trouble)
{
    meddler *self = context;
    self->calls++;
    GIVES(pinbolt_op_status(self->op), PINBOLT_BUSY);
    GIVES(pinbolt_op_in_doubt(self->op, NOON), PINBOLT_BUSY);
    return database_swap(self->db, write, trouble);
}

static void meddling(world *w)
{
    meddler self = {w->db, NULL, NULL, 0};
    pinbolt_store store = {sizeof store, &self, meddling_load, meddling_swap};
    pinbolt_engine_args args = {.size = sizeof args, .store = &store};
    GIVES(pinbolt_engine_open(w->pinbolt, &args, NULL, 0, &self.engine), PINBOLT_OK);
    self.op = start_begin(w, "a-1", "sign-in", PIN);
    pinbolt_status status = pinbolt_engine_run(self.engine, self.op);
    CHECK(self.calls > 2);
    GIVES(pinbolt_op_status(self.op), status);
    pinbolt_op_free(&self.op);
    pinbolt_engine_free(&self.engine);
}

// Handles may be freed in any order, and an operation at any question.
static void freed_early(world *w)
{
    pinbolt *second = installation(POLICY), *first = w->pinbolt;
    w->pinbolt = second;
    for (unsigned questions = 0; questions < 6; questions++) {
        pinbolt_op *op = start_begin(w, "a-1", "sign-in", PIN);
        for (unsigned at = 0; at < questions; at++)
            GIVES(answer(w, op), PINBOLT_OK);
        pinbolt_op_free(&op);
        CHECK(op == NULL);
    }
    pinbolt_op *op = start_begin(w, "a-1", "look", PIN);
    pinbolt_free(&second);
    pinbolt_work *work = NULL;
    while (pinbolt_op_question(op) != PINBOLT_ASKS_NOTHING && work == NULL) {
        if (pinbolt_op_question(op) == PINBOLT_ASKS_HASH)
            GIVES(pinbolt_op_work(op, &work), PINBOLT_OK);
        else
            GIVES(answer(w, op), PINBOLT_OK);
    }
    pinbolt_op_free(&op);
    if (work != NULL)
        GIVES(pinbolt_work_run(work, w->memory), PINBOLT_OK);
    pinbolt_work_free(&work);
    w->pinbolt = first;
}

int main(void)
{
    world w;
    world_open(&w, NULL);
    enroll(&w, "a-1");
    rubbish(&w);
    bad_rows(&w);
    talkative(&w);
    w.now += 7200000;
    deliveries(&w);
    w.now += 7200000;
    meddling(&w);
    freed_early(&w);
    world_close(&w);
    return passed();
}
