// The conformance kit passes the store of these tests, and fails one that checks and writes in two
// steps.
#include "database.h"

typedef struct storage {
    database *db;
    pthread_mutex_t lock;
    unsigned opened, ended;
    uint32_t answer;
    int lame;
} storage;

static uint32_t connects(void *context, pinbolt_store *store)
{
    storage *self = context;
    pthread_mutex_lock(&self->lock);
    self->opened++;
    pthread_mutex_unlock(&self->lock);
    if (store->size != sizeof *store)
        return PINBOLT_VALUE;
    *store = store_of(self->db);
    if (self->lame)
        store->swap = NULL;
    return self->answer;
}

static void disconnects(void *context, const pinbolt_store *store)
{
    storage *self = context;
    pthread_mutex_lock(&self->lock);
    self->ended += store->context == self->db;
    pthread_mutex_unlock(&self->lock);
}

static pinbolt_status tried(int racy, uint32_t answer, int lame, char *report, size_t capacity)
{
    storage self = {.db = database_new(), .answer = answer, .lame = lame};
    pinbolt_connector connector = {sizeof connector, &self, connects, disconnects};
    CHECK(pthread_mutex_init(&self.lock, NULL) == 0);
    self.db->racy = racy;
    pinbolt_status status = pinbolt_check_store(&connector, report, capacity);
    CHECK(self.opened > 0);
    CHECK(self.ended == (answer == PINBOLT_OK && !lame ? self.opened : 0));
    pthread_mutex_destroy(&self.lock);
    database_free(self.db);
    return status;
}

int main(void)
{
    char report[4096], shorter[10];
    GIVES(tried(0, PINBOLT_OK, 0, report, sizeof report), PINBOLT_OK);
    CHECK(strstr(report, "promises kept") != NULL);
    GIVES(tried(1, PINBOLT_OK, 0, report, sizeof report), PINBOLT_STORE);
    CHECK(strstr(report, "this store must not carry pinbolt:") == report);
    CHECK(strlen(report) > 100);
    GIVES(tried(0, PINBOLT_STORE, 0, report, sizeof report), PINBOLT_STORE);
    CHECK(strstr(report, "there was no connection to be had") != NULL);
    GIVES(tried(0, PINBOLT_OK, 1, shorter, sizeof shorter), PINBOLT_STORE);
    CHECK(strcmp(shorter, "this stor") == 0);

    pinbolt_connector none = {sizeof none, NULL, NULL, NULL};
    GIVES(pinbolt_check_store(&none, report, sizeof report), PINBOLT_POINTER);
    CHECK(report[0] == '\0');
    none.size = 1;
    GIVES(pinbolt_check_store(&none, report, sizeof report), PINBOLT_POINTER);
    GIVES(pinbolt_check_store(NULL, report, sizeof report), PINBOLT_POINTER);
    GIVES(pinbolt_check_store(NULL, NULL, 1), PINBOLT_POINTER);
    return passed();
}
