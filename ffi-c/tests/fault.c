// A control: its fault is deliberate. Valgrind and the sanitizers must report it, in memory that
// the library itself allocated.
#include "world.h"

int main(void)
{
    pinbolt_text row;
    world w;
    world_open(&w, NULL);
    pinbolt_op *op = start_begin(&w, "a-1", "sign-in", PIN);
    GIVES(pinbolt_op_row(op, &row), PINBOLT_OK);
    pinbolt_op_free(&op);
    // Used after its owner was freed.
    CHECK(row.data[0] != '\1');
    world_close(&w);
    return passed();
}
