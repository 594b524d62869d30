//! The one table of every setting: path, default, bounds, unit, source.

use alloc::format;

use super::PolicyError;

/// One row of the table of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its path, as in a policy text.
    pub path: &'static str,
    /// What holds without it.
    pub default: u64,
    /// The smallest value.
    pub min: u64,
    /// The largest value.
    pub max: u64,
    /// The unit.
    pub unit: &'static str,
    /// Where the number comes from.
    pub source: &'static str,
    /// What it does.
    pub about: &'static str,
}

macro_rules! settings {
    ($($field:ident = $path:literal, $default:literal in $min:literal..=$max:literal, $unit:literal, $source:literal, $about:literal;)*) => {
        /// The values, each within its bounds.
        #[derive(Clone, Debug)]
        pub(crate) struct Settings { $(pub(crate) $field: u64,)* }

        impl Default for Settings {
            fn default() -> Self { Self { $($field: $default,)* } }
        }

        /// Every setting.
        pub const SETTINGS: &[Setting] = &[$(Setting {
            path: $path, default: $default, min: $min, max: $max, unit: $unit, source: $source, about: $about,
        },)*];

        impl Settings {
            pub(crate) fn get(&self, path: &str) -> Option<u64> {
                match path { $($path => Some(self.$field),)* _ => None }
            }

            pub(crate) fn set(&mut self, path: &str, value: u64) -> Result<(), PolicyError> {
                match path {
                    $($path => match ($min..=$max).contains(&value) {
                        true => { self.$field = value; Ok(()) }
                        false => Err(PolicyError::new(path, format!("{value} is not within {} to {} {}", $min, $max, $unit))),
                    },)*
                    _ => Err(PolicyError::new(path, "there is no such setting")),
                }
            }
        }
    };
}

settings! {
    hide = "accounts.hide", 1 in 0..=1, "yes or no", "OWASP ASVS 5.0, 6.3.8", "an unknown account is treated and answered as a known one";
    decoy_bits = "accounts.decoy_bits", 20 in 16..=20, "bits", "protocol", "two to this power is the most rows that unknown names make";
    pin_min = "pin.min_digits", 6 in 4..=64, "digits", "NIST SP 800-63B-4, 3.2.10; Smart-ID: 4", "the shortest new PIN";
    hash_memory = "hash.memory", 19_456 in 7_168..=1_048_576, "KiB", "OWASP Password Storage", "Argon2id's memory";
    hash_passes = "hash.passes", 2 in 1..=16, "passes", "OWASP Password Storage", "Argon2id's passes";
    hash_lanes = "hash.lanes", 1 in 1..=4, "lanes", "OWASP Password Storage", "Argon2id's lanes";
    code_digits = "code.digits", 6 in 6..=10, "digits", "NIST SP 800-63B-4, 3.1.3", "the length of a delivered code";
    code_lifetime = "code.lifetime", 300 in 30..=600, "seconds", "NIST SP 800-63B-4, 3.1.3", "how long a code is valid";
    code_tries = "code.tries", 5 in 1..=10, "tries", "OWASP ASVS 5.0, 6.6.3", "comparisons that one code allows";
    cooldown_first = "code.cooldown", 30 in 0..=600, "seconds", "practice", "the wait before the next message; it doubles at each";
    cooldown_longest = "code.cooldown_longest", 120 in 0..=600, "seconds", "practice", "the longest such wait";
    totp_back = "totp.back", 1 in 0..=10, "steps", "RFC 6238, 5.2", "steps before the present one whose codes are accepted";
    totp_ahead = "totp.ahead", 0 in 0..=10, "steps", "RFC 6238, 5.2", "the same, after it";
    totp_drift = "totp.drift", 2 in 0..=10, "steps", "RFC 6238, 6", "how far a token's clock, as last seen, widens that window";
    hotp_look_ahead = "hotp.look_ahead", 5 in 0..=50, "counters", "RFC 4226, 7.4", "counters beyond the next whose codes are accepted";
    otp_resync = "otp.resync", 50 in 2..=1_000, "codes", "RFC 4226, 7.4", "how far, and for a clock both ways, two consecutive codes are looked for";
    recovery_codes = "recovery.codes", 10 in 1..=16, "codes", "practice", "recovery codes of a set";
    send_per_hour = "send.per_hour", 5 in 1..=60, "messages", "practice", "messages to one address in any hour, and three fifths more that strangers ask for";
    send_per_day = "send.per_day", 10 in 1..=200, "messages", "practice", "messages to one address in any day, and three fifths more that strangers ask for";
    ticket_lifetime = "ticket.lifetime", 14 in 1..=30, "days", "NIST SP 800-63B-4, 4.2.1.2", "how long a ticket's link and code are valid";
    ticket_tries = "ticket.tries", 5 in 1..=10, "tries", "OWASP ASVS 5.0, 6.6.3", "wrong codes that one ticket bears, in sum";
    throttle_on = "throttle.on", 1 in 0..=1, "yes or no", "protocol", "strangers' failures are throttled; without it they wait as in the other lanes";
    throttle_burst = "throttle.burst", 10 in 1..=20, "failures", "NIST SP 800-63B-4, 3.2.2", "strangers' failures at once";
    throttle_per_day = "throttle.per_day", 2 in 1..=24, "failures", "NIST SP 800-63B-4, 3.2.2", "strangers' failures a day after that";
    wait_after = "wait.after", 10 in 1..=100, "failures", "NIST SP 800-63B-4, 3.2.2", "failures before the first wait";
    wait_first = "wait.first", 30 in 1..=86_400, "seconds", "NIST SP 800-63B-4, 3.2.2", "the first wait; it doubles at each failure";
    wait_longest = "wait.longest", 3_600 in 1..=86_400, "seconds", "NIST SP 800-63B-4, 3.2.2", "the longest wait";
    cap_stranger = "cap.stranger", 50 in 1..=100, "failures", "NIST SP 800-63B-4, 3.2.2", "consecutive failures that disable an authenticator, from strangers";
    cap_first_factor = "cap.first_factor", 20 in 1..=100, "failures", "NIST SP 800-63B-4, 3.2.2", "the same, after a first factor";
    cap_known_device = "cap.known_device", 30 in 1..=100, "failures", "NIST SP 800-63B-4, 3.2.2", "the same, from all known devices";
    refills = "unlock.refills", 2 in 0..=4, "refills in 30 days", "protocol", "how often an operator's unlock refills the strangers' throttle";
    device_lifetime = "device.lifetime", 180 in 1..=400, "days", "practice; browsers keep a cookie 400", "how long a known device that isn't used stays known";
    authority_age = "authority.age", 300 in 10..=3_600, "seconds", "practice", "how old a proof may be that allows an act";
    cooling = "address.cooling", 24 in 0..=720, "hours", "practice", "how long a new address waits, beside one in force, before it is in force itself";
    fresh = "address.fresh", 180 in 1..=3_650, "days", "Lee & Narayanan 2021", "how long a code accepted at an address lets codes alone prove something there";
    phones = "address.phones", 1 in 1..=8, "phone numbers", "practice", "phone numbers of an account";
    sharers = "address.accounts", 1 in 1..=8, "accounts", "protocol", "accounts of one address; one that has more names none of them";
    one_mailbox = "email.one_mailbox", 0 in 0..=1, "yes or no", "practice", "e-mail addresses that differ in dots and + tags alone are one mailbox, held as one address is";
    identity_accounts = "identity.accounts", 1 in 1..=8, "accounts", "protocol", "accounts of one civil document";
    intent = "binding.intent", 600 in 30..=3_600, "seconds", "protocol", "how long a binding under way keeps others off an address";
    commit_age = "commit.age", 10 in 1..=60, "seconds", "protocol", "how old a load may be when its write is asked";
}

impl Settings {
    /// What no single bound can say.
    pub(crate) fn fit_together(&self) -> Result<(), PolicyError> {
        let caps = [self.cap_stranger, self.cap_first_factor, self.cap_known_device];
        if caps.iter().fold(0u64, |sum, cap| sum.saturating_add(*cap)) > 100 {
            return Err(PolicyError::new(
                "cap",
                "the three caps are over 100 together (NIST SP 800-63B-4, 3.2.2)",
            ));
        }
        if self.wait_longest < self.wait_first {
            return Err(PolicyError::new("wait.longest", "it is shorter than wait.first"));
        }
        if self.cooldown_longest < self.cooldown_first {
            return Err(PolicyError::new(
                "code.cooldown_longest",
                "it is shorter than code.cooldown",
            ));
        }
        if self.send_per_day < self.send_per_hour {
            return Err(PolicyError::new("send.per_day", "it is less than send.per_hour"));
        }
        Ok(())
    }
}
