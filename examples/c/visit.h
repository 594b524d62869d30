// A person's way through the verbs, for poll_loop.c: enrolled, begun, delivered, finished.
#ifndef VISIT_H
#define VISIT_H

#include <pinbolt.h>

struct visit {
    const char *account, *phone, *pin;
    const char *session; // Yours is drawn anew for each.
    enum { ENROLL, BEGIN, DELIVER, FINISH, LEAVE } next;
    pinbolt_op *op, *begun; // What is at work, and what holds the challenge.
    char typed[16];
};

// Starts what comes next. `op` is NULL, or an operation that is over; it is NULL after the last.
void visit_go_on(const pinbolt *app, struct visit *visit);

// Ends the program, unless all is well.
void must(bool good, const char *what);
void ok(pinbolt_status status);

#endif
