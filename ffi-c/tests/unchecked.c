// A control: a result that must be looked at is dropped, which must not compile.
#include <pinbolt.h>

int main(void)
{
    pinbolt_op_status(NULL);
    return 0;
}
