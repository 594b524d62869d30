// How long a `finish` takes in C: finish URL TURNS prints the median in microseconds. Keys, policy and
// story are those of figures/faces.rs, which runs it beside its own.
#include <inttypes.h>
#include <pinbolt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char code[16];

static void must(pinbolt_status status, const char *what) {
    if (status != PINBOLT_OK) {
        fprintf(stderr, "%s: %s\n", what, pinbolt_status_sentence(status));
        exit(1);
    }
}

static uint32_t deliver(void *context, const pinbolt_message *message) {
    (void)context;
    memcpy(code, message->code.data, message->code.len + 1);
    return PINBOLT_DELIVERY_SENT;
}

static double microseconds(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec * 1e6 + (double)at.tv_nsec / 1e3;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static pinbolt *installation(void) {
    pinbolt_keys *keys = NULL;
    pinbolt_policy *policy = NULL;
    pinbolt *made = NULL;
    must(pinbolt_keys_parse(pinbolt_text_of(getenv("PINBOLT_BENCH_KEYS")), NULL, 0, &keys), "keys");
    must(pinbolt_policy_parse(pinbolt_text_of(getenv("PINBOLT_BENCH_POLICY")), NULL, 0, &policy),
         "policy");
    must(pinbolt_new(keys, policy, pinbolt_text_of("benches"), &made), "new");
    pinbolt_policy_free(&policy);
    pinbolt_keys_free(&keys);
    return made;
}

static void enroll(const pinbolt *p, const pinbolt_engine *engine, const char *account, int nth) {
    char phone[32], email[32];
    snprintf(phone, sizeof phone, "+35191%07d", nth);
    snprintf(email, sizeof email, "person%d@example.com", nth);
    pinbolt_text addresses[] = {pinbolt_text_of(phone), pinbolt_text_of(email)};
    pinbolt_operator by = {sizeof by, pinbolt_text_of("desk-7"), pinbolt_text_of("asked in person")};
    pinbolt_enroll_args args = {.size = sizeof args,
                                .account = pinbolt_text_of(account),
                                .addresses = addresses,
                                .address_count = 2,
                                .asserted_by = &by};
    pinbolt_op *op = NULL;
    must(pinbolt_start_enroll(p, pinbolt_now(), &args, &op), "enroll");
    must(pinbolt_engine_run(engine, op), "enroll");
    pinbolt_op_free(&op);
}

// One account begins, and the time of its `finish` is taken.
static double turn(const pinbolt *p, const pinbolt_engine *engine, int nth) {
    char account[32];
    snprintf(account, sizeof account, "account-%d", nth);
    enroll(p, engine, account, nth);
    pinbolt_caller caller = {.size = sizeof caller,
                             .session = {(const uint8_t *)"session 1", 9}};
    pinbolt_begin_args asked = {.size = sizeof asked,
                                .name = pinbolt_text_of(account),
                                .purpose = pinbolt_text_of("look-up"),
                                .caller = &caller,
                                .channel = pinbolt_text_of("sms")};
    pinbolt_op *begin = NULL, *delivery = NULL;
    must(pinbolt_start_begin(p, pinbolt_now(), &asked, &begin), "begin");
    must(pinbolt_engine_run(engine, begin), "begin");
    must(pinbolt_op_dispatch(begin, pinbolt_now(), &delivery), "dispatch");
    must(pinbolt_engine_run(engine, delivery), "deliver");
    pinbolt_op_free(&delivery);
    const pinbolt_challenge *challenge = NULL;
    must(pinbolt_op_challenge(begin, &challenge), "challenge");

    double start = microseconds();
    pinbolt_finish_args args = {.size = sizeof args,
                                .purpose = pinbolt_text_of("look-up"),
                                .handle = challenge->handle,
                                .code = pinbolt_text_of(code),
                                .caller = &caller};
    pinbolt_op *op = NULL;
    pinbolt_verdict verdict;
    pinbolt_accepted *accepted = NULL;
    must(pinbolt_start_finish(p, pinbolt_now(), &args, &op), "finish");
    must(pinbolt_engine_run(engine, op), "finish");
    must(pinbolt_op_verdict(op, &verdict, &accepted), "verdict");
    pinbolt_op_free(&op);
    double spent = microseconds() - start;
    if (verdict != PINBOLT_ACCEPTED) exit(1);

    pinbolt_accepted_free(&accepted);
    pinbolt_op_free(&begin);
    return spent;
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    int turns = atoi(argv[2]);
    pinbolt *p = installation();
    pinbolt_delivery gateway = {sizeof gateway, NULL, deliver};
    pinbolt_engine_args args = {
        .size = sizeof args, .url = pinbolt_text_of(argv[1]), .delivery = &gateway};
    pinbolt_engine *engine = NULL;
    must(pinbolt_engine_open(p, &args, NULL, 0, &engine), "open");
    double *all = calloc((size_t)turns, sizeof *all);
    for (int i = 0; i < turns; i++) all[i] = turn(p, engine, i);
    qsort(all, (size_t)turns, sizeof *all, by_size);
    printf("%.3f\n", all[turns / 2]);
    free(all);
    pinbolt_engine_free(&engine);
    pinbolt_free(&p);
    return 0;
}
