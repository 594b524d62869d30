// Checks, and a store in memory.
#ifndef DATABASE_H
#define DATABASE_H

#define _POSIX_C_SOURCE 200809L
#include <pinbolt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define UNUSED __attribute__((unused))

static unsigned checks;

#define CHECK(what)                                                                                \
    do {                                                                                           \
        checks++;                                                                                  \
        if (!(what)) {                                                                             \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #what);                     \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

#define GIVES(call, status) gives((call), (status), __FILE__, __LINE__, #call)

static UNUSED void gives(pinbolt_status is, pinbolt_status should, const char *file, int line,
                         const char *call)
{
    checks++;
    if (is != should) {
        fprintf(stderr, "%s:%d: %s\n  gives %s, not %s\n", file, line, call,
                pinbolt_status_name(is), pinbolt_status_name(should));
        exit(1);
    }
}

static UNUSED int passed(void)
{
    printf("%u checks passed\n", checks);
    return 0;
}

static UNUSED pinbolt_text text(const char *string)
{
    return pinbolt_text_of(string);
}

static UNUSED pinbolt_bytes bytes(const char *string)
{
    pinbolt_bytes given = {(const uint8_t *)string, strlen(string)};
    return given;
}

static const pinbolt_text NO_TEXT UNUSED = {NULL, 0};
static const pinbolt_bytes NO_BYTES UNUSED = {NULL, 0};

static UNUSED int same(pinbolt_text is, const char *should)
{
    return is.data != NULL && is.len == strlen(should) && strcmp(is.data, should) == 0;
}

// A store in memory: one lock, a list of rows.

typedef struct row {
    char name[81];
    uint8_t version[16];
    uint8_t *body;
    size_t length;
    struct row *next;
} row;

typedef struct database {
    pthread_mutex_t lock;
    row *rows;
    // Answers given instead of the store's own, this many times.
    unsigned odd_loads, odd_swaps;
    uint32_t odd_answer;
    // Checks and writes in two steps, as no store may.
    int racy;
} database;

static UNUSED database *database_new(void)
{
    database *made = calloc(1, sizeof *made);
    CHECK(made != NULL);
    CHECK(pthread_mutex_init(&made->lock, NULL) == 0);
    return made;
}

static UNUSED void database_free(database *db)
{
    while (db->rows != NULL) {
        row *first = db->rows;
        db->rows = first->next;
        free(first->body);
        free(first);
    }
    pthread_mutex_destroy(&db->lock);
    free(db);
}

static UNUSED row *database_find(database *db, pinbolt_text name)
{
    row *at = db->rows;
    while (at != NULL && (strlen(at->name) != name.len || memcmp(at->name, name.data, name.len)))
        at = at->next;
    return at;
}

static UNUSED uint32_t database_load(void *context, pinbolt_text name, pinbolt_loaded *loaded,
                                     pinbolt_trouble *trouble)
{
    database *db = context;
    uint32_t answer = PINBOLT_LOAD_ABSENT;
    pthread_mutex_lock(&db->lock);
    row *found = database_find(db, name);
    if (db->odd_loads > 0) {
        db->odd_loads--;
        answer = db->odd_answer;
        if (pinbolt_trouble_say(trouble, text("the disk is on fire")) != PINBOLT_OK)
            answer = 0;
    } else if (found != NULL) {
        pinbolt_bytes version = {found->version, 16}, body = {found->body, found->length};
        answer = pinbolt_loaded_set(loaded, version, body) == PINBOLT_OK ? PINBOLT_LOAD_FOUND
                                                                         : PINBOLT_LOAD_FAILED;
    }
    pthread_mutex_unlock(&db->lock);
    return answer;
}

static UNUSED void database_put(database *db, row *found, const pinbolt_write *write)
{
    if (found == NULL) {
        found = calloc(1, sizeof *found);
        if (found == NULL)
            abort();
        memcpy(found->name, write->row.data, write->row.len);
        found->next = db->rows;
        db->rows = found;
    }
    memcpy(found->version, write->version.data, 16);
    free(found->body);
    found->body = NULL;
    found->length = write->body.len;
    if (write->body.data != NULL) {
        found->body = malloc(write->body.len + 1);
        if (found->body == NULL)
            abort();
        memcpy(found->body, write->body.data, write->body.len);
    } else {
        row **at = &db->rows;
        while (*at != found)
            at = &(*at)->next;
        *at = found->next;
        free(found);
    }
}

static UNUSED uint32_t database_swap(void *context, const pinbolt_write *write,
                                     pinbolt_trouble *trouble)
{
    database *db = context;
    uint32_t answer = PINBOLT_SWAP_CONFLICT;
    pthread_mutex_lock(&db->lock);
    row *found = database_find(db, write->row);
    int fits = found == NULL ? write->expected.data == NULL
                             : write->expected.data != NULL &&
                                   memcmp(found->version, write->expected.data, 16) == 0;
    if (db->racy) {
        pthread_mutex_unlock(&db->lock);
        nanosleep(&(struct timespec){0, 200000}, NULL);
        pthread_mutex_lock(&db->lock);
        found = database_find(db, write->row);
    }
    if (db->odd_swaps > 0) {
        db->odd_swaps--;
        answer = db->odd_answer;
        if (pinbolt_trouble_say(trouble, text("the disk is on fire")) != PINBOLT_OK)
            answer = 0;
    } else if (fits) {
        if (found != NULL || write->body.data != NULL)
            database_put(db, found, write);
        answer = PINBOLT_SWAP_APPLIED;
    }
    pthread_mutex_unlock(&db->lock);
    return answer;
}

static UNUSED pinbolt_store store_of(database *db)
{
    pinbolt_store store = {sizeof store, db, database_load, database_swap};
    return store;
}

#endif
