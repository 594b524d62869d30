//! Any suite with inputs that fit it, and the response by a second way.

use hmac::{Hmac, KeyInit, Mac};
use pinbolt::oath::ocra::{Challenge, Inputs, Pin};
use proptest::prelude::*;
use sha1::Digest;

/// A suite, and what it asks for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) suite: String,
    pub(crate) secret: Vec<u8>,
    format: char,
    pub(crate) challenge: String,
    counter: Option<u64>,
    pin: Option<(&'static str, String)>,
    session: Option<(usize, Vec<u8>)>,
    now: Option<(u64, u64)>,
}

prop_compose! {
    pub(crate) fn asked()(
        hash in prop::sample::select(vec!["SHA1", "SHA256", "SHA512"]),
        digits in prop::sample::select(vec![0, 4, 5, 6, 7, 8, 9, 10]),
        (format, challenge) in prop_oneof![
            (Just('N'), "[0-9]{4,38}"), (Just('A'), "[ -~]{4,64}"), (Just('H'), "[0-9a-fA-F]{4,64}"),
        ],
        secret in prop::collection::vec(any::<u8>(), 16..200),
        counter in any::<Option<u64>>(),
        pin in prop::option::of((prop::sample::select(vec!["SHA1", "SHA256", "SHA512"]), "\\PC{1,30}")),
        session in prop::option::of((64usize..=512, prop::collection::vec(any::<u8>(), 1..=64))),
        now in prop::option::of((any::<u64>(), 1..=59u64, prop::sample::select(vec![("S", 1), ("M", 60), ("H", 3600)]))),
    ) -> Asked {
        let mut suite = format!("OCRA-1:HOTP-{hash}-{digits}:");
        suite += if counter.is_some() { "C-" } else { "" };
        suite += &format!("Q{format}{:02}", challenge.len());
        suite += &pin.as_ref().map_or(String::new(), |(hash, _)| format!("-P{hash}"));
        suite += &session.as_ref().map_or(String::new(), |(len, _)| format!("-S{len:03}"));
        let now = now.map(|(now, count, unit)| (now, count.min(48), unit));
        suite += &now.map_or(String::new(), |(_, count, (unit, _))| format!("-T{count}{unit}"));
        let now = now.map(|(now, count, (_, seconds))| (now, count * seconds));
        Asked { suite, secret, format, challenge, counter, pin, session, now }
    }
}

impl Asked {
    pub(crate) fn inputs(&self) -> Inputs<'_> {
        let mut inputs = Inputs::new(Challenge::One(&self.challenge));
        if let Some(counter) = self.counter {
            inputs = inputs.counter(counter);
        }
        if let Some((_, pin)) = &self.pin {
            inputs = inputs.pin(Pin::Text(pin));
        }
        if let Some((_, session)) = &self.session {
            inputs = inputs.session(session);
        }
        match self.now {
            Some((now, _)) => inputs.now(now),
            None => inputs,
        }
    }

    /// The response by a second way, in the steps of RFC 6287's appendix A: everything as hexadecimal
    /// text, filled to its field.
    pub(crate) fn by_another_way(&self) -> String {
        let hex = |bytes: &[u8]| -> String { bytes.iter().map(|b| format!("{b:02x}")).collect() };
        let mut message = hex(self.suite.as_bytes()) + "00";
        message += &self.counter.map_or(String::new(), |counter| format!("{counter:016x}"));
        let question = match self.format {
            'N' => format!("{:x}", self.challenge.parse::<u128>().unwrap()),
            'A' => hex(self.challenge.as_bytes()),
            _ => self.challenge.clone(),
        };
        message += &format!("{question:0<256}");
        message += &self.pin.as_ref().map_or(String::new(), |(hash, pin)| match *hash {
            "SHA1" => hex(&sha1::Sha1::digest(pin)),
            "SHA256" => hex(&sha2::Sha256::digest(pin)),
            _ => hex(&sha2::Sha512::digest(pin)),
        });
        message += &self.session.as_ref().map_or(String::new(), |(len, session)| {
            format!("{:0>width$}", hex(session), width = len * 2)
        });
        message +=
            &self.now.map_or(String::new(), |(now, step)| format!("{:016x}", now / 1000 / step));
        let message = crate::unhex(&message);
        let function = self.suite.split([':', '-']).collect::<Vec<_>>();
        let mac = match function[3] {
            "SHA1" => mac::<Hmac<sha1::Sha1>>(&self.secret, &message),
            "SHA256" => mac::<Hmac<sha2::Sha256>>(&self.secret, &message),
            _ => mac::<Hmac<sha2::Sha512>>(&self.secret, &message),
        };
        let place = usize::from(mac[mac.len() - 1] & 15);
        let number = u32::from_be_bytes(mac[place..place + 4].try_into().unwrap()) & 0x7fff_ffff;
        match function[4].parse::<usize>().unwrap() {
            0 => hex(&mac),
            10 => format!("{number:010}"),
            digits => {
                format!("{:0digits$}", number % 10u32.pow(u32::try_from(digits).unwrap()))
            }
        }
    }
}

fn mac<M: Mac + KeyInit>(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let mac = <M as KeyInit>::new_from_slice(secret).unwrap().chain_update(message);
    mac.finalize().into_bytes().to_vec()
}
