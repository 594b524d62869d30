//~ E0599 in_lane
pub fn stronger(caller: pinbolt::Caller<'_>) -> pinbolt::Caller<'_> {
    caller.in_lane(pinbolt::Lane::KnownDevice)
}

fn main() {}
