// A host with an event loop of its own, and not one callback. Two people are enrolled and sign in
// at the same time, on one poll(2) loop; visit.c says what each does next. Each question of an
// operation goes by a pipe to a thread that may take its time, one for the store (table.c) and one
// for PIN hashes, and comes back answered. Who was passed a visit has it alone: there is no lock.
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "table.h"
#include "visit.h"

#define text pinbolt_text_of

static int to_store[2], to_hash[2], back[2];

static void pass(int pipe, struct visit *visit)
{
    must(write(pipe, &visit, sizeof visit) == sizeof visit, "a pipe is broken");
}

static struct visit *take(int pipe)
{
    struct visit *visit = NULL;
    return read(pipe, &visit, sizeof visit) == sizeof visit ? visit : NULL;
}

static void *keep(void *table)
{ // The store: a list in memory; with you a database.
    for (struct visit *visit; (visit = take(to_store[0])) != NULL; pass(back[1], visit)) {
        pinbolt_op *op = visit->op;
        pinbolt_text name;
        const pinbolt_write *write;
        if (pinbolt_op_question(op) == PINBOLT_ASKS_LOAD) {
            ok(pinbolt_op_row(op, &name));
            struct row *row = table_find(table, name);
            if (row == NULL)
                ok(pinbolt_op_absent(op, pinbolt_now()));
            else
                ok(pinbolt_op_found(op, pinbolt_now(), row_version(row), row_body(row)));
            continue;
        }
        ok(pinbolt_op_write(op, &write));
        if (!table_expected(table, write))
            ok(pinbolt_op_conflict(op, pinbolt_now())); // Yours waits a little before, at random.
        else if (table_put(table, write))
            ok(pinbolt_op_applied(op, pinbolt_now()));
        else
            ok(pinbolt_op_not_applied(op, pinbolt_now()));
    }
    return NULL;
}

static void *hash(void *memory)
{ // With you as many threads as processors may be busy with PINs, each with a memory.
    for (struct visit *visit; (visit = take(to_hash[0])) != NULL; pass(back[1], visit)) {
        pinbolt_work *work = NULL;
        ok(pinbolt_op_work(visit->op, &work));
        ok(pinbolt_work_run(work, memory));
        ok(pinbolt_op_hashed(visit->op, pinbolt_now(), work));
        pinbolt_work_free(&work);
    }
    return NULL;
}

// Passes on what is asked; false where the visit has come to its end.
static bool turn(const pinbolt *app, struct visit *visit)
{
    for (;;) {
        const pinbolt_message *message;
        switch (pinbolt_op_question(visit->op)) {
        case PINBOLT_ASKS_LOAD:
        case PINBOLT_ASKS_COMMIT:
            pass(to_store[1], visit);
            return true;
        case PINBOLT_ASKS_HASH:
            pass(to_hash[1], visit);
            return true;
        case PINBOLT_ASKS_DELIVER: // The person types what the phone shows.
            ok(pinbolt_op_message(visit->op, &message));
            printf("%s: %s is your code.\n", message->to.data, message->code.data);
            strncat(visit->typed, message->code.data, sizeof visit->typed - 1);
            ok(pinbolt_op_sent(visit->op, pinbolt_now()));
            break;
        default:
            visit_go_on(app, visit);
            if (visit->op == NULL)
                return false;
        }
    }
}

// Keys and policy. The rows are gone with the program, so the keys go, too.
static pinbolt *open_app(void)
{
    pinbolt_keys *keys = NULL;
    pinbolt_policy *policy = NULL;
    pinbolt *app = NULL;
    ok(pinbolt_keys_generate(text("keys.toml"), NULL, 0));
    ok(pinbolt_keys_load(text("keys.toml"), NULL, 0, &keys));
    must(remove("keys.toml") == 0, "keys.toml stays");
    pinbolt_text sign_in = text("purposes.sign-in = { pin = true, code = ['sms'] }");
    ok(pinbolt_policy_parse(sign_in, NULL, 0, &policy));
    ok(pinbolt_new(keys, policy, text(""), &app));
    pinbolt_keys_free(&keys), pinbolt_policy_free(&policy);
    return app;
}

int main(void)
{
    struct visit visits[] = {
        {.account = "person-1", .phone = "+351912000417", .pin = "802714", .session = "one"},
        {.account = "person-2", .phone = "+351963000258", .pin = "904173", .session = "two"}};
    struct table rows = {NULL};
    pinbolt_hash_memory *memory = NULL;
    pthread_t storekeeper, hasher;
    pinbolt *app = open_app();
    ok(pinbolt_hash_memory_new(&memory));
    must(pipe(to_store) == 0 && pipe(to_hash) == 0 && pipe(back) == 0, "there is no pipe");
    must(pthread_create(&storekeeper, NULL, keep, &rows) == 0, "there is no thread");
    must(pthread_create(&hasher, NULL, hash, memory) == 0, "there is no thread");

    int left = turn(app, &visits[0]) + turn(app, &visits[1]), turns = 0;
    struct visit *last = NULL;
    struct pollfd answers = {.fd = back[0], .events = POLLIN}; // Yours has sockets beside it.
    while (left > 0) {
        must(poll(&answers, 1, -1) == 1, "poll failed");
        struct visit *visit = take(back[0]);
        turns += visit != last;
        last = visit;
        left -= !turn(app, visit);
    }
    printf("They took %d turns.\n", turns);

    close(to_store[1]), close(to_hash[1]); // So the threads end.
    pthread_join(storekeeper, NULL), pthread_join(hasher, NULL);
    pinbolt_hash_memory_free(&memory), pinbolt_free(&app);
    table_clear(&rows);
    return 0;
}
