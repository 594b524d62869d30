//! Known devices: a token that the person's browser or app keeps puts him into a lane of his own,
//! where no stranger's guesses and requests reach.

use alloc::string::String;
use core::fmt;

use super::{
    Op, Step, Verb,
    authority::{audited, authorized},
    cx::Cx,
    row::{Judged, Moment, Row},
};
use crate::{
    audit::{Event, EventKind},
    authority::{Authority, Proofs},
    caller::device_token,
    error::{Error, Misuse, Refusal},
    pinbolt::Pinbolt,
    record::{Account, Device},
    secret::Secret,
};

/// The longest label, in bytes.
const LONGEST_LABEL: usize = 64;

/// Makes the caller's device a known one of the account. Keep the token on that device alone, as a
/// session cookie is kept (`HttpOnly`, `Secure`, as long as `device.lifetime`), and give it with
/// [`Caller::device`](crate::Caller::device) in every call from there. It signs nobody in: it
/// chooses the lane.
///
/// An account knows 16 devices; the one longest unused makes room for another. Refuses with
/// `NotAuthorized` or `UnknownAccount`.
pub struct RememberDevice<'a> {
    /// The account's id.
    pub account: &'a str,
    /// What the person knows the device by: up to 64 bytes without control characters.
    pub label: &'a str,
    /// The person's own fresh proof of a purpose that authorizes, or two of them.
    pub proof: Proofs,
}

super::verb!(RememberDevice<'_>);

/// A device that the account knows from now on.
#[must_use = "the token is shown this once"]
pub struct RememberedDevice {
    /// Its number, by which it is forgotten.
    pub device: u32,
    token: Secret<String>,
}

impl RememberedDevice {
    /// The token, for that device alone: 46 bytes of ASCII.
    #[must_use]
    pub fn token(&self) -> &str {
        self.token.expose()
    }
}

impl fmt::Debug for RememberedDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RememberedDevice").field("device", &self.device).finish_non_exhaustive()
    }
}

impl Verb for RememberDevice<'_> {
    type Output = RememberedDevice;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<RememberedDevice> {
        let (account, label) = (String::from(self.account), String::from(self.label));
        let authority = Authority::Proved(self.proof);
        Op::start(pinbolt, (now, entropy), None, |cx| async move {
            remember(cx, &account, label, authority).await
        })
    }
}

/// Forgets a device, or all of them: its token is worth nothing from then on.
///
/// Refuses with `UnknownDevice`, `NotAuthorized` or `UnknownAccount`.
pub struct ForgetDevice<'a> {
    /// The account's id.
    pub account: &'a str,
    /// The device's number; `None` for all, as after a theft.
    pub device: Option<u32>,
    /// By what right.
    pub authority: Authority,
}

super::verb!(ForgetDevice<'_>);

impl Verb for ForgetDevice<'_> {
    type Output = ();

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<()> {
        let (account, device) = (String::from(self.account), self.device);
        let authority = self.authority;
        Op::start(pinbolt, (now, entropy), None, |cx| async move {
            forget(cx, &account, device, authority).await
        })
    }
}

async fn remember(
    mut cx: Cx,
    account: &str,
    label: String,
    authority: Authority,
) -> Result<RememberedDevice, Error> {
    let cx = &mut cx;
    if label.len() > LONGEST_LABEL || label.contains(char::is_control) {
        return Err(Misuse::Device.into());
    }
    let bits = Secret::new(cx.entropy.bytes());
    let token = cx.pinbolt.names().device(bits.expose());
    let mut row = Row::account(cx, account).await?;
    let added = row.write(cx, |record, moment| {
        authorized(moment.pinbolt, &authority, record)?;
        make_room(record, moment);
        let number = record.devices_added.saturating_add(1);
        record.devices_added = number;
        let (label, added) = (label.clone(), moment.now);
        record.devices.push(Device { number, token, label, added, used: added });
        moment.log(record, event(&authority, EventKind::DeviceRemembered, (moment.now, number)));
        Ok(Judged::Write(number))
    });
    let device = added.await?;
    Ok(RememberedDevice { device, token: device_token(&bits) })
}

/// The device longest unused is forgotten where there are too many.
fn make_room(record: &mut Account, moment: &mut Moment<'_>) {
    while record.devices.len() >= Account::MAX_DEVICES {
        let oldest = record.devices.iter().min_by_key(|device| device.used);
        let Some(number) = oldest.map(|device| device.number) else { return };
        record.devices.retain(|device| device.number != number);
        let device = Some(number);
        let forgotten = Event::new(moment.now, EventKind::DeviceForgotten);
        moment.log(record, Event { device, ..forgotten });
    }
}

async fn forget(
    mut cx: Cx,
    account: &str,
    device: Option<u32>,
    authority: Authority,
) -> Result<(), Error> {
    let cx = &mut cx;
    let mut row = Row::account(cx, account).await?;
    row.write(cx, |record, moment| {
        authorized(moment.pinbolt, &authority, record)?;
        let is_meant = |known: &Device| device.is_none_or(|number| known.number == number);
        if device.is_some() && !record.devices.iter().any(is_meant) {
            return Err(Refusal::UnknownDevice.into());
        }
        record.devices.retain(|known| !is_meant(known));
        let forgotten = Event::new(moment.now, EventKind::DeviceForgotten);
        moment.log(record, audited(&authority, Event { device, ..forgotten }));
        Ok(Judged::Write(()))
    })
    .await
}

fn event(authority: &Authority, kind: EventKind, (now, number): (u64, u32)) -> Event {
    audited(authority, Event { device: Some(number), ..Event::new(now, kind) })
}
