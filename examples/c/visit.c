#include "visit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define text pinbolt_text_of

void must(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "poll_loop: %s\n", what);
        exit(EXIT_FAILURE);
    }
}

void ok(pinbolt_status status)
{
    must(status == PINBOLT_OK, pinbolt_status_sentence(status));
}

void visit_go_on(const pinbolt *app, struct visit *visit)
{
    pinbolt_text purpose = text("sign-in"), pin = text(visit->pin), phone = text(visit->phone);
    pinbolt_bytes session = {(const uint8_t *)visit->session, strlen(visit->session)};
    pinbolt_caller caller = {.size = sizeof caller, .session = session};
    pinbolt_op *over = visit->op;
    visit->op = NULL;
    if (over != NULL)
        ok(pinbolt_op_status(over)); // Yours answers the person where it is a refusal.
    if (visit->next == ENROLL) {
        pinbolt_operator desk = {
            .size = sizeof desk, .name = text("desk-1"), .reason = text("saw the phone ring")};
        pinbolt_enroll_args enroll = {
            .size = sizeof enroll, .account = text(visit->account), .pin = pin,
            .addresses = &phone, .address_count = 1, .asserted_by = &desk};
        ok(pinbolt_start_enroll(app, pinbolt_now(), &enroll, &visit->op));
        visit->next = BEGIN;
    } else if (visit->next == BEGIN) {
        pinbolt_begin_args begin = {
            .size = sizeof begin, .name = phone, .purpose = purpose, .pin = pin,
            .caller = &caller, .channel = text("sms")};
        ok(pinbolt_start_begin(app, pinbolt_now(), &begin, &visit->op));
        visit->next = DELIVER;
    } else if (visit->next == DELIVER) {
        visit->begun = over, over = NULL;
        ok(pinbolt_op_dispatch(visit->begun, pinbolt_now(), &visit->op));
        visit->next = FINISH;
    } else if (visit->next == FINISH) {
        const pinbolt_challenge *challenge;
        ok(pinbolt_op_challenge(visit->begun, &challenge));
        pinbolt_finish_args finish = {
            .size = sizeof finish, .purpose = purpose, .handle = challenge->handle,
            .code = text(visit->typed), .caller = &caller};
        ok(pinbolt_start_finish(app, pinbolt_now(), &finish, &visit->op));
        visit->next = LEAVE;
    } else {
        pinbolt_verdict verdict = PINBOLT_REFUSED;
        pinbolt_accepted *accepted = NULL;
        const pinbolt_proof *proof = NULL;
        ok(pinbolt_op_verdict(over, &verdict, &accepted));
        must(verdict == PINBOLT_ACCEPTED, "refused");
        ok(pinbolt_accepted_proof(accepted, &proof));
        printf("%s is signed in.\n", proof->account.data); // Whom the proof names, and nobody else.
        pinbolt_accepted_free(&accepted);
        pinbolt_op_free(&visit->begun);
    }
    pinbolt_op_free(&over);
}
