//! Explores every model and every control, and prints one line for each.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for case in pinbolt_models::cases(pinbolt_models::Size::Full) {
        match case.run() {
            Ok(line) => println!("{line}"),
            Err(why) => {
                println!("FAILED {why}");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}
