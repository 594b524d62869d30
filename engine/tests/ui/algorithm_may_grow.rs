//~ E0004 _
use pinbolt::oath::Algorithm;

pub fn bits(algorithm: Algorithm) -> u32 {
    match algorithm {
        Algorithm::Sha1 => 160,
        Algorithm::Sha256 => 256,
        Algorithm::Sha512 => 512,
    }
}

fn main() {}
