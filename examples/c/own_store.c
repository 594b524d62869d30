// A store of one's own in the two callbacks that an engine takes, and the conformance kit on it.
//
// own_store        tries the store, which must pass
// own_store racy   tries one that looks and writes in two steps, as a careless adapter does; the
//                  kit must find it out, for with such a store one code signs two people in
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "table.h"

// One storage, which every connection shares.
struct storage {
    pthread_mutex_t lock;
    struct table rows;
    bool racy;
};

static uint32_t load(void *context, pinbolt_text name, pinbolt_loaded *loaded,
                     pinbolt_trouble *trouble)
{
    struct storage *storage = context;
    uint32_t answer = PINBOLT_LOAD_ABSENT;
    (void)trouble; // Say there what your database said, for pinbolt_op_detail.
    pthread_mutex_lock(&storage->lock);
    const struct row *row = table_find(&storage->rows, name);
    if (row != NULL)
        answer = pinbolt_loaded_set(loaded, row_version(row), row_body(row)) == PINBOLT_OK
                     ? PINBOLT_LOAD_FOUND
                     : PINBOLT_LOAD_FAILED;
    pthread_mutex_unlock(&storage->lock);
    return answer;
}

static uint32_t swap(void *context, const pinbolt_write *write, pinbolt_trouble *trouble)
{
    struct storage *storage = context;
    uint32_t answer = PINBOLT_SWAP_CONFLICT;
    (void)trouble;
    pthread_mutex_lock(&storage->lock);
    if (table_expected(&storage->rows, write)) {
        if (storage->racy) { // The mistake: the row may change here.
            pthread_mutex_unlock(&storage->lock);
            nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
            pthread_mutex_lock(&storage->lock);
        }
        answer = table_put(&storage->rows, write) ? PINBOLT_SWAP_APPLIED : PINBOLT_SWAP_NOT_APPLIED;
    }
    pthread_mutex_unlock(&storage->lock);
    return answer;
}

// Yours opens a connection here, and ends it in a `disconnect`.
static uint32_t connection(void *context, pinbolt_store *store)
{
    store->context = context;
    store->load = load;
    store->swap = swap;
    return PINBOLT_OK;
}

int main(int count, char **arguments)
{
    static char report[4096];
    struct storage storage = {.racy = count > 1 && strcmp(arguments[1], "racy") == 0};
    pinbolt_connector connector = {
        .size = sizeof connector, .context = &storage, .connect = connection};
    pthread_mutex_init(&storage.lock, NULL);
    pinbolt_status status = pinbolt_check_store(&connector, report, sizeof report);
    printf("%s\n", report);
    pthread_mutex_destroy(&storage.lock);
    table_clear(&storage.rows);
    return status == PINBOLT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
