//~ E0004 _
use pinbolt::op::TokenKind;

pub fn name(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Hotp { .. } => "hotp",
        TokenKind::Totp { .. } => "totp",
    }
}

fn main() {}
