// The header from C++: a policy is refused, and everything of its is freed.
#include <pinbolt.h>

#include <cstdio>
#include <cstring>

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
    std::puts("4 checks passed");
}
