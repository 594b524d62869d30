// What the programs of wrong calls share.
#ifndef WRONG_H
#define WRONG_H

#include "world.h"

#define POINTER(call) GIVES(call, PINBOLT_POINTER)

// Out-parameters begin as this, so that one left untouched shows.
#define STALE ((void *)1)

static char long_text[PINBOLT_MAX_LENGTH + 2];
static const pinbolt_text LYING UNUSED = {NULL, 5};
static const pinbolt_text LONG UNUSED = {long_text, PINBOLT_MAX_LENGTH + 1};
static const pinbolt_text NOT_UTF8 UNUSED = {"\xff\xfe", 2};

// Noon in seconds, in microseconds and in nanoseconds, and what lies at the edges.
static const uint64_t NO_TIMES[] UNUSED = {NOON / 1000, NOON * 1000, NOON * 1000000, 0,
                                           UINT64_C(999999999999), UINT64_C(100000000000000)};

#endif
