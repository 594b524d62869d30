//! Peak memory of a process that does nothing but check PINs, one at a time.

use std::{env, fs, process::Command};

use pinbolt::{
    op::{Evidence, Verify},
    testkit::MemoryStore,
};

use crate::{
    Figure,
    world::{CALLER, PIN, engine, enroll, pinbolt},
};

const CHECKS: u32 = 1_000;
const CHILD: &str = "PINBOLT_BENCH_CHILD";

pub(crate) fn is_child() -> bool {
    env::var_os(CHILD).is_some()
}

/// The child's whole work; its last line is its peak in KiB.
pub(crate) fn child() {
    let (engine, _) = engine(MemoryStore::new());
    let account = enroll(&engine, 1, Some(PIN));
    for _ in 0..CHECKS {
        let (purpose, pin, caller, context) = ("step-up", PIN, CALLER, b"");
        let verify =
            Verify { name: &account, purpose, evidence: Evidence::pin(pin), caller, context };
        assert!(engine.run(verify).is_ok());
    }
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    println!("{}", peak.trim().trim_end_matches(" kB"));
}

/// Megabytes over what the hash's parameter alone takes.
pub(crate) fn over_the_parameter() -> Figure {
    let mut child = Command::new(env::current_exe().unwrap());
    let output = child.env(CHILD, "1").output().unwrap();
    let peak: f64 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
    let parameter = u32::try_from(pinbolt().policy().get("hash.memory").unwrap()).unwrap();
    let over = (peak - f64::from(parameter)) * 1024.0 / 1e6;
    Figure { name: "peak-memory-over-the-parameter-mb", value: over }
}
