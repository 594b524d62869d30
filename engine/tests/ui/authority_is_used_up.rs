//~ E0382 authority
use pinbolt::{
    Authority,
    op::{CancelAccount, ResetPin},
};

pub fn two_acts(authority: Authority) -> (ResetPin<'static>, CancelAccount<'static>) {
    let reset = ResetPin { account: "ana", new: "802714", authority };
    (reset, CancelAccount { account: "ana", authority })
}

fn main() {}
