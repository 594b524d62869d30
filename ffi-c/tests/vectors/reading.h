// Reads the files of engine/tests/vectors.
#ifndef READING_H
#define READING_H

#include "../world.h"

#include <cjson/cJSON.h>

static const cJSON *field(const cJSON *vector, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(vector, name);
}

static pinbolt_text text_in(const cJSON *vector, const char *name)
{
    return pinbolt_text_of(cJSON_GetStringValue(field(vector, name)));
}

// cJSON's texts end at a NUL: another control character stands in for it.
static cJSON *parsed(const char *folder, const char *name)
{
    char path[512], *text = NULL, *nul;
    size_t room = 0;
    CHECK(snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path);
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL && getdelim(&text, &room, '\0', file) > 0);
    fclose(file);
    while ((nul = strstr(text, "\\u0000")) != NULL)
        nul[5] = '1';
    cJSON *read = cJSON_Parse(text);
    CHECK(read != NULL);
    free(text);
    return read;
}

#endif
