// The header from C++: a policy is refused, everything of its is freed, and an exception doesn't
// pass through the library.
#include <pinbolt.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

static uint64_t throws(void *)
{
    throw std::runtime_error("no clock");
}

static uint32_t load(void *, pinbolt_text, pinbolt_loaded *, pinbolt_trouble *)
{
    return PINBOLT_LOAD_ABSENT;
}

static uint32_t swap(void *, const pinbolt_write *, pinbolt_trouble *)
{
    return PINBOLT_SWAP_NOT_APPLIED;
}

// Aborts, or says how it didn't.
static int run_with_a_throwing_clock()
{
    const char *text = "index = \"dGhlIGluZGV4IGtleSBvZiB0aGUgdGVzdHMsIDMyIGI=\"\nactive = 1\n"
                       "[secrets]\n1 = \"dGhlIGZpcnN0IHNlY3JldCBvZiB0aGUgdGVzdHMgMzI=\"\n";
    pinbolt_keys *keys = nullptr;
    pinbolt_policy *policy = nullptr;
    pinbolt *app = nullptr;
    pinbolt_engine *engine = nullptr;
    pinbolt_op *op = nullptr;
    pinbolt_store store = {sizeof store, nullptr, load, swap};
    pinbolt_clock clock = {sizeof clock, nullptr, throws};
    pinbolt_engine_args on = {};
    on.size = sizeof on, on.store = &store, on.clock = &clock;
    pinbolt_describe_args describe = {sizeof describe, pinbolt_text_of("a-1")};
    if (pinbolt_keys_parse(pinbolt_text_of(text), nullptr, 0, &keys) != PINBOLT_OK ||
        pinbolt_policy_parse(pinbolt_text_of(""), nullptr, 0, &policy) != PINBOLT_OK ||
        pinbolt_new(keys, policy, pinbolt_text_of(""), &app) != PINBOLT_OK ||
        pinbolt_engine_open(app, &on, nullptr, 0, &engine) != PINBOLT_OK ||
        pinbolt_start_describe(app, pinbolt_now(), &describe, &op) != PINBOLT_OK)
        return 2;
    try {
        return pinbolt_engine_run(engine, op) == PINBOLT_OK ? 3 : 4;
    } catch (const std::exception &) {
        return 5;
    }
}

int main()
{
    char why[200];
    pinbolt_policy *policy = nullptr;
    pinbolt_text toml = pinbolt_text_of("[code]\ndigits = 4");
    pinbolt_status status = pinbolt_policy_parse(toml, why, sizeof why, &policy);
    bool refused = status == PINBOLT_CONFIGURATION && policy == nullptr;
    bool named = std::strstr(why, "line 2: code.digits") != nullptr;
    pinbolt_verdict verdict = PINBOLT_ACCEPTED;
    bool none = pinbolt_op_verdict(nullptr, &verdict, nullptr) == PINBOLT_POINTER;
    if (!refused || !named || !none || verdict != PINBOLT_REFUSED)
        return 1;
    std::fflush(nullptr);
    pid_t child = fork();
    if (child == 0)
        _exit(run_with_a_throwing_clock());
    int ended = 0;
    if (waitpid(child, &ended, 0) != child || !WIFSIGNALED(ended) || WTERMSIG(ended) != SIGABRT)
        return 1;
    std::puts("5 checks passed");
}
