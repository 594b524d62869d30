//! Law 13, between lanes: a weaker lane's begin neither ends a stronger one's living challenge nor
//! sends beside it, in whatever order a stranger acts.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::*;
use pinbolt::{
    Accepted, Caller, Channel, Lane, Refusal,
    op::{Begin, Cancel, Challenge, Finish, RememberDevice, Resend, Verify},
    testkit::MemoryStore,
};

const STRANGER: Caller<'static> = Caller::new(b"a stranger's session");
const ANOTHER: Caller<'static> = Caller::new(b"another stranger's session");

struct Known {
    w: World<MemoryStore>,
    token: String,
}

impl Known {
    fn new() -> Self {
        let builder = builder().set("send.per_hour", 20).unwrap();
        let w = world_with(builder.set("send.per_day", 40).unwrap().build().unwrap());
        w.enroll();
        let proof = w.sign_in().unwrap().into();
        let device = w.run(RememberDevice { account: "ana", label: "laptop", proof }).unwrap();
        w.clock.advance(HOUR);
        let token = device.token().into();
        Self { w, token }
    }

    fn owner(&self) -> Caller<'_> {
        Caller::new(b"the owner's session").device(&self.token)
    }

    fn begin(&self, (purpose, pin): (&str, Option<&str>), caller: Caller<'_>) -> Challenge {
        let name = PHONE;
        self.w.begin(Begin { purpose, pin, caller, ..look_up(name) }).unwrap()
    }

    fn finish(
        &self,
        challenge: &Challenge,
        code: &str,
        caller: Caller<'_>,
    ) -> Result<Accepted, Refusal> {
        self.w.run(Finish { caller, ..finish(&challenge.handle, code) })
    }

    fn sent(&self) -> usize {
        self.w.outbox.all().len()
    }
}

/// The purposes, with the weaker lane in which a caller without a token begins them.
const PURPOSES: [(&str, Option<&str>, Lane); 2] =
    [("look-up", None, Lane::Stranger), (SIGN_IN, Some(PIN), Lane::FirstFactor)];

#[test]
fn a_weaker_begin_ends_nothing_and_sends_nothing_beside_a_stronger_living_one() {
    for (purpose, pin, weaker) in PURPOSES {
        let k = Known::new();
        let own = k.begin((purpose, pin), k.owner());
        let (code, before) = (k.w.code(), k.sent());
        let phantom = k.begin((purpose, pin), STRANGER);
        assert_eq!(k.sent(), before, "{purpose}: nothing beside it");
        let lane = k.finish(&own, &code, k.owner()).unwrap().lane();
        assert_eq!(lane, Lane::KnownDevice, "{purpose}");
        // The phantom stays one although nothing stronger lives any more.
        for guess in ["000000", &code] {
            assert_ne!(named(k.finish(&phantom, guess, STRANGER)), "granted", "{purpose}");
        }
        k.w.clock.advance(10 * MINUTE);
        let real = k.begin((purpose, pin), STRANGER);
        assert_eq!(k.sent(), before + 1, "{purpose}: sent once nothing stronger lives");
        assert_eq!(k.finish(&real, &k.w.code(), STRANGER).unwrap().lane(), weaker);
    }
}

#[test]
fn a_stronger_begin_ends_a_weaker_one_and_waits_for_none() {
    for (purpose, pin, _) in PURPOSES {
        let k = Known::new();
        let weaker = k.begin((purpose, pin), STRANGER);
        let (code, before) = (k.w.code(), k.sent());
        let own = k.begin((purpose, pin), k.owner());
        assert!(own.sent && k.sent() == before + 1, "{purpose}: no cooldown of another lane");
        let newest = own.reference;
        assert_eq!(k.finish(&weaker, &code, STRANGER), Err(Refusal::Superseded { newest }));
        k.finish(&own, &k.w.code(), k.owner()).unwrap();
    }
}

#[test]
fn a_lane_lives_until_its_challenge_is_used_given_up_or_over() {
    type End = fn(&Known, &Challenge, &str);
    let ends: [(&str, End); 3] = [
        ("used", |k, own, code| drop(k.finish(own, code, k.owner()).unwrap())),
        ("given up", |k, own, _| {
            k.w.run(Cancel { handle: &own.handle, caller: k.owner() }).unwrap();
        }),
        ("over", |k, own, _| k.w.clock.set(own.expires)),
    ];
    for (what, end) in ends {
        let k = Known::new();
        let own = k.begin(("look-up", None), k.owner());
        let code = k.w.code();
        k.w.clock.set(own.expires - 1);
        let before = k.sent();
        k.begin(("look-up", None), STRANGER);
        assert_eq!(k.sent(), before, "it lives to its last moment");
        end(&k, &own, &code);
        k.w.clock.advance(MINUTE);
        let real = k.begin(("look-up", None), ANOTHER);
        assert_eq!(k.sent(), before + 1, "{what}");
        k.finish(&real, &k.w.code(), ANOTHER).unwrap();
    }
}

/// What a stranger may do between the owner's begin and his finish.
type Act = fn(&Known, &mut Vec<Challenge>);

const ACTS: [Act; 6] = [
    |k, own| own.extend(k.w.begin(Begin { caller: STRANGER, ..look_up(PHONE) })),
    |k, own| {
        k.w.clock.advance(31 * SECOND);
        own.extend(k.w.begin(Begin {
            caller: STRANGER,
            channel: Channel::Email,
            ..look_up("ana")
        }));
    },
    |k, own| {
        let Some(Challenge { handle, .. }) = own.last() else { return };
        k.w.clock.advance(31 * SECOND);
        let resend = Resend { handle, channel: Channel::Sms, caller: STRANGER };
        own.extend(k.w.run(resend).map(|begun| k.w.sent(begun)));
    },
    |k, own| {
        for challenge in own {
            assert_ne!(named(k.finish(challenge, "000000", STRANGER)), "granted");
        }
    },
    |k, own| {
        for Challenge { handle, .. } in own {
            let _ended = k.w.run(Cancel { handle, caller: STRANGER });
        }
    },
    |k, _| {
        let guess = Verify { caller: STRANGER, ..verify(PHONE, WRONG_PIN) };
        assert_ne!(named(k.w.run(guess)), "granted");
    },
];

#[test]
fn failure_25_no_order_of_a_stranger_s_acts_costs_the_owner_his_code() {
    let orders = (0..ACTS.len().pow(3)).map(|n| [n % 6, n / 6 % 6, n / 36]);
    for order in orders {
        let k = Known::new();
        // One that the stranger began before, so that each act has something to act on.
        let mut strangers = vec![k.begin(("look-up", None), STRANGER)];
        let own = k.begin(("look-up", None), k.owner());
        let (code, before) = (k.w.code(), k.sent());
        if code == "000000" {
            continue;
        }
        for act in order {
            ACTS[act](&k, &mut strangers);
        }
        assert_eq!(k.sent(), before, "{order:?}: nothing is sent beside it");
        let accepted = k.finish(&own, &code, k.owner());
        assert_eq!(named(accepted), "granted", "{order:?}");
    }
}
