//~ E0004 _
use pinbolt::driver::Granted;

pub fn name(granted: &Granted) -> &'static str {
    match granted {
        Granted::Nothing => "nothing",
        Granted::Accepted(_) => "accepted",
        Granted::Begun(_) => "begun",
        Granted::Enrolled(_) => "enrolled",
        Granted::Unlocked(_) => "unlocked",
        Granted::AddedToken(_) => "token",
        Granted::RecoveryCodes(_) => "recovery codes",
        Granted::Description(_) => "description",
        Granted::Delivered(_) => "delivered",
    }
}

fn main() {}
