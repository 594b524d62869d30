//! Law 11: no number reaches a log, whatever the host has its logger show.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::sync::Mutex;

use log::{Level, LevelFilter, Log, Metadata, Record};
use pinbolt_phone::Reader;

struct Shelf(Mutex<Vec<(Level, String)>>);

static SHELF: Shelf = Shelf(Mutex::new(Vec::new()));

impl Log for Shelf {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        self.0.lock().unwrap().push((record.level(), record.args().to_string()));
    }

    fn flush(&self) {}
}

#[test]
fn law_11_no_number_reaches_a_log() {
    log::set_logger(&SHELF).unwrap();
    log::set_max_level(LevelFilter::Trace);
    log::error!("the logger listens");
    for country in ["PT", "GB", "US", "DE"] {
        let reader = Reader::new(country).unwrap();
        for typed in
            ["912 345 678", "+44 20 7946 0958", "12", "+999 12345678", "00", "0900 1 123456"]
        {
            drop(reader.read(typed));
        }
    }
    let shelf = SHELF.0.lock().unwrap();
    assert_eq!(*shelf, [(Level::Error, "the logger listens".to_owned())]);
}
