// A store of one's own, as small as it can be: a list of rows in memory. It is gone with the
// program and has no lock; who uses it from several threads adds one, as own_store.c does.
#ifndef TABLE_H
#define TABLE_H

#include <pinbolt.h>
#include <stdbool.h>

struct table {
    struct row *first;
};

struct row {
    struct row *next;
    char name[81];
    uint8_t version[16];
    size_t len;
    uint8_t body[];
};

// The row of this name, or NULL.
struct row *table_find(const struct table *table, pinbolt_text name);
pinbolt_bytes row_version(const struct row *row);
pinbolt_bytes row_body(const struct row *row);

// Whether what stands there is what the write expects.
bool table_expected(const struct table *table, const pinbolt_write *write);

// Writes over whatever stands there. False: there is no memory, and nothing was written.
bool table_put(struct table *table, const pinbolt_write *write);

void table_clear(struct table *table);

#endif
