/* The verbs of a registration's life: addresses, civil documents, known devices, tickets. */
#include <string.h>

#include "verbs.h"

static pinbolt_status of_addresses(const struct player *player, const cJSON *step,
                                   const struct args *a, const pinbolt *on,
                                   pinbolt_accepted **proof, pinbolt_op **op)
{
    pinbolt_text address = text(player, step, "address");
    if (is(step, "confirm")) {
        pinbolt_confirm_args args = {.size = sizeof args,
                                     .account = a->account,
                                     .address = address,
                                     .replaces = text(player, step, "replaces"),
                                     .by = a->by,
                                     .proof = proof,
                                     .caller = &a->caller};
        return pinbolt_start_confirm(on, player->now, &args, op);
    }
    if (is(step, "suspend_address")) {
        pinbolt_suspend_address_args args = {
            .size = sizeof args, .address = address, .account = a->account, .by = a->by};
        return pinbolt_start_suspend_address(on, player->now, &args, op);
    }
    pinbolt_release_address_args args = {.size = sizeof args,
                                         .account = a->account,
                                         .address = address,
                                         .by = a->by,
                                         .proof = proof};
    return pinbolt_start_release_address(on, player->now, &args, op);
}

static pinbolt_status of_documents(const struct player *player, const cJSON *step,
                                   const struct args *a, const pinbolt *on, pinbolt_op **op)
{
    const cJSON *named = field(step, "document");
    pinbolt_document document = {.size = sizeof document,
                                 .kind = text(player, named, "kind"),
                                 .country = text(player, named, "country"),
                                 .number = text(player, named, "number")};
    if (is(step, "tie_identity")) {
        pinbolt_tie_identity_args args = {
            .size = sizeof args, .account = a->account, .document = &document, .by = a->by};
        return pinbolt_start_tie_identity(on, player->now, &args, op);
    }
    if (is(step, "untie_identity")) {
        pinbolt_untie_identity_args args = {.size = sizeof args, .account = a->account, .by = a->by};
        return pinbolt_start_untie_identity(on, player->now, &args, op);
    }
    pinbolt_registrations_args args = {.size = sizeof args, .document = &document, .by = a->by};
    return pinbolt_start_registrations(on, player->now, &args, op);
}

static pinbolt_status of_devices(const struct player *player, const cJSON *step,
                                 const struct args *a, const pinbolt *on, pinbolt_accepted **proof,
                                 pinbolt_op **op)
{
    if (is(step, "remember_device")) {
        pinbolt_remember_device_args args = {.size = sizeof args,
                                             .account = a->account,
                                             .label = text(player, step, "label"),
                                             .proof = proof};
        return pinbolt_start_remember_device(on, player->now, &args, op);
    }
    if (is(step, "forget_device")) {
        const cJSON *device = field(step, "device");
        pinbolt_forget_device_args args = {.size = sizeof args,
                                           .account = a->account,
                                           .by = a->by,
                                           .proof = proof,
                                           .device = device == NULL ? 0 : (uint32_t)device->valueint};
        return pinbolt_start_forget_device(on, player->now, &args, op);
    }
    if (is(step, "outstanding")) {
        pinbolt_outstanding_args args = {
            .size = sizeof args, .account = a->account, .caller = &a->caller};
        return pinbolt_start_outstanding(on, player->now, &args, op);
    }
    pinbolt_renew_args args = {.size = sizeof args,
                               .account = a->account,
                               .purpose = a->purpose,
                               .caller = &a->caller};
    return pinbolt_start_renew(on, player->now, &args, op);
}

static pinbolt_status of_tickets(const struct player *player, const cJSON *step,
                                 const struct args *a, const pinbolt *on, pinbolt_accepted **proof,
                                 pinbolt_op **op)
{
    if (is(step, "issue_ticket")) {
        pinbolt_issue_ticket_args args = {.size = sizeof args,
                                          .account = a->account,
                                          .purpose = a->purpose,
                                          .address = text(player, step, "address"),
                                          .context = a->context,
                                          .by = a->by};
        return pinbolt_start_issue_ticket(on, player->now, &args, op);
    }
    if (is(step, "close_ticket")) {
        pinbolt_close_ticket_args args = {.size = sizeof args,
                                          .account = a->account,
                                          .purpose = a->purpose,
                                          .by = a->by,
                                          .proof = proof};
        return pinbolt_start_close_ticket(on, player->now, &args, op);
    }
    pinbolt_text link = text(player, step, "link");
    if (is(step, "peek_link")) {
        pinbolt_peek_link_args args = {.size = sizeof args, .link = link, .caller = &a->caller};
        return pinbolt_start_peek_link(on, player->now, &args, op);
    }
    pinbolt_redeem_args args = {.size = sizeof args,
                                .purpose = a->purpose,
                                .link = link,
                                .code = a->code,
                                .caller = &a->caller,
                                .context = a->context};
    return pinbolt_start_redeem(on, player->now, &args, op);
}

bool of_life(const struct player *player, const cJSON *step, const struct args *a,
             const pinbolt *on, pinbolt_accepted **proof, pinbolt_op **op, pinbolt_status *status)
{
    if (is(step, "confirm") || is(step, "suspend_address") || is(step, "release_address")) {
        *status = of_addresses(player, step, a, on, proof, op);
    } else if (is(step, "tie_identity") || is(step, "untie_identity") || is(step, "registrations")) {
        *status = of_documents(player, step, a, on, op);
    } else if (is(step, "remember_device") || is(step, "forget_device") ||
               is(step, "outstanding") || is(step, "renew")) {
        *status = of_devices(player, step, a, on, proof, op);
    } else if (is(step, "issue_ticket") || is(step, "close_ticket") || is(step, "peek_link") ||
               is(step, "redeem")) {
        *status = of_tickets(player, step, a, on, proof, op);
    } else {
        return false;
    }
    return true;
}
