//~ E0624 of
pub fn made() -> pinbolt::oath::Code {
    pinbolt::oath::Code::of(123_456, 6)
}

fn main() {}
