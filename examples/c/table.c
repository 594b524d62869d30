#include "table.h"

#include <stdlib.h>
#include <string.h>

static bool named(const struct row *row, pinbolt_text name)
{
    return strlen(row->name) == name.len && memcmp(row->name, name.data, name.len) == 0;
}

struct row *table_find(const struct table *table, pinbolt_text name)
{
    struct row *row = table->first;
    while (row != NULL && !named(row, name))
        row = row->next;
    return row;
}

pinbolt_bytes row_version(const struct row *row)
{
    return (pinbolt_bytes){row->version, sizeof row->version};
}

pinbolt_bytes row_body(const struct row *row)
{
    return (pinbolt_bytes){row->body, row->len};
}

bool table_expected(const struct table *table, const pinbolt_write *write)
{
    const struct row *row = table_find(table, write->row);
    if (row == NULL || write->expected.data == NULL)
        return row == NULL && write->expected.data == NULL;
    return memcmp(row->version, write->expected.data, sizeof row->version) == 0;
}

bool table_put(struct table *table, const pinbolt_write *write)
{
    struct row *made = NULL, **link = &table->first;
    if (write->body.data != NULL) {
        if ((made = calloc(1, sizeof *made + write->body.len)) == NULL)
            return false;
        memcpy(made->name, write->row.data, write->row.len);
        memcpy(made->version, write->version.data, sizeof made->version);
        memcpy(made->body, write->body.data, made->len = write->body.len);
    }
    while (*link != NULL && !named(*link, write->row))
        link = &(*link)->next;
    if (*link != NULL) {
        struct row *old = *link;
        *link = old->next;
        free(old);
    }
    if (made != NULL) {
        made->next = table->first;
        table->first = made;
    }
    return true;
}

void table_clear(struct table *table)
{
    while (table->first != NULL) {
        struct row *row = table->first;
        table->first = row->next;
        free(row);
    }
}
