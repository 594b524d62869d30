//! Purpose x account x tenant x address x session, for codes, links, tickets and activations: what
//! was issued for one cell is worth nothing in any other. Only the diagonal passes.
//!
//! A ticket is of no session: the context, such as the matter's number, takes its place.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

mod common;

use common::*;
use pinbolt::{
    Accepted, Caller, Channel, Pinbolt,
    op::{Begin, Finish, IssueTicket, Redeem},
    policy::{Policy, Purpose},
    row::{RowName, Snapshot},
    testkit::{MemoryStore, Observed},
};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

const TENANTS: [&str; 2] = ["tests", "others"];
const ACCOUNTS: [&str; 2] = ["ana", "eva"];
const ADDRESSES: [[&str; 2]; 2] = [[PHONE, EMAIL], ["+351912000418", "eva@example.org"]];
const CHANNELS: [Channel; 2] = [Channel::Sms, Channel::Email];
const SESSIONS: [&[u8]; 2] = [b"session 1", b"session 2"];
const CONTEXTS: [&[u8]; 2] = [b"", b"dossier 5"];
/// Of codes and their links, of tickets, and of activations.
const PURPOSES: [[&str; 2]; 3] = [["code", "codes"], ["dossier", "case"], ["activate", "admit"]];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Code,
    Link,
    Ticket,
    Activation,
}

const KINDS: [Kind; 4] = [Kind::Code, Kind::Link, Kind::Ticket, Kind::Activation];

impl Kind {
    fn purposes(self) -> [&'static str; 2] {
        match self {
            Self::Code | Self::Link => PURPOSES[0],
            Self::Ticket => PURPOSES[1],
            Self::Activation => PURPOSES[2],
        }
    }

    fn is_ticket(self) -> bool {
        matches!(self, Self::Ticket | Self::Activation)
    }
}

/// A place in the matrix; `mark` is the session or, of tickets, the context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    purpose: usize,
    account: usize,
    tenant: usize,
    address: usize,
    mark: usize,
}

impl Cell {
    fn all() -> Vec<Self> {
        let bit = |n: usize, at: usize| (n >> at) & 1;
        let cell = |n| Self {
            purpose: bit(n, 0),
            account: bit(n, 1),
            tenant: bit(n, 2),
            address: bit(n, 3),
            mark: bit(n, 4),
        };
        (0..32).map(cell).collect()
    }

    /// Where it is presented; account and address are in what is presented.
    const fn at(&self) -> (usize, usize, usize) {
        (self.purpose, self.tenant, self.mark)
    }

    /// All that are issued side by side differ in the rest.
    const fn side(&self) -> (usize, usize) {
        (self.address, self.mark)
    }
}

/// What was issued for a cell: a handle or a link, and the code that belongs to it.
#[derive(Clone)]
struct Issued {
    cell: Cell,
    text: String,
    code: Option<String>,
}

type Rows = Vec<(RowName, Snapshot)>;

/// Two tenants on one store, with the same keys, the same randomness, the same names and addresses.
struct Matrix {
    store: MemoryStore,
    worlds: [World<Observed<MemoryStore>>; 2],
    /// Of both.
    writes: Arc<AtomicU64>,
}

impl Matrix {
    fn new() -> Self {
        let (store, writes) = (MemoryStore::new(), Arc::new(AtomicU64::new(0)));
        let of = |tenant| {
            let pinbolt = Pinbolt::open(keys(), policy(), tenant).unwrap();
            let written = writes.clone();
            let count = move |_: &_| {
                written.fetch_add(1, Ordering::Relaxed);
            };
            let world = world_of(Observed::new(store.clone(), count), pinbolt);
            for (account, addresses) in ACCOUNTS.iter().zip(ADDRESSES) {
                world.enroll_as(account, &addresses);
            }
            world
        };
        let worlds = TENANTS.map(of);
        Self { store, worlds, writes }
    }

    fn rows(&self) -> Rows {
        self.store.rows()
    }

    fn restore(&self, wanted: &Rows) {
        for (name, _) in self.rows() {
            self.store.tamper(&name, None);
        }
        for (name, snapshot) in wanted {
            self.store.tamper(name, Some(snapshot.clone()));
        }
    }

    /// What there is for a cell of a kind; a code and its link are issued at once.
    fn issue(&self, kind: Kind, cell: Cell) -> Vec<(Kind, Issued)> {
        let world = &self.worlds[cell.tenant];
        let (purpose, account) = (kind.purposes()[cell.purpose], ACCOUNTS[cell.account]);
        let to = ADDRESSES[cell.account][cell.address];
        if kind.is_ticket() {
            let (address, context) = (Some(to), CONTEXTS[cell.mark]);
            let operator = operator();
            let ticket =
                world.run(IssueTicket { account, purpose, address, context, operator }).unwrap();
            let code = Some(ticket.code().to_owned());
            world.engine.deliver(ticket.dispatch).unwrap();
            let text = world.outbox.last().unwrap().link.unwrap();
            return vec![(kind, Issued { cell, text, code })];
        }
        let (channel, caller) = (CHANNELS[cell.address], Caller::new(SESSIONS[cell.mark]));
        let begin = Begin { name: account, purpose, pin: None, channel, caller, context: b"" };
        let text = world.begin(begin).unwrap().handle;
        let message = world.outbox.last().unwrap();
        assert_eq!(message.channel, channel);
        let link = Issued { cell, text: message.link.unwrap(), code: None };
        vec![(Kind::Code, Issued { cell, text, code: Some(message.code) }), (Kind::Link, link)]
    }

    /// Presents a text and a code somewhere.
    fn present(
        &self,
        kind: Kind,
        (text, code): (&str, Option<&str>),
        (purpose, tenant, mark): (usize, usize, usize),
    ) -> Option<Accepted> {
        let (engine, purpose) = (&self.worlds[tenant].engine, kind.purposes()[purpose]);
        let (caller, context): (_, &[u8]) = match kind.is_ticket() {
            true => (CALLER, CONTEXTS[mark]),
            false => (Caller::new(SESSIONS[mark]), b""),
        };
        let accepted = match kind {
            Kind::Code => {
                engine.run(Finish { purpose, handle: text, code: code?, caller, context })
            }
            _ => engine.run(Redeem { purpose, link: text, code, caller, context }),
        };
        accepted.ok()
    }
}

fn policy() -> Policy {
    let limits = builder().set("send.per_day", 200).unwrap().set("send.per_hour", 60).unwrap();
    let [codes, tickets, activations] = PURPOSES;
    let limits =
        codes.iter().fold(limits, |b, name| b.purpose(Purpose::code(name, &CHANNELS).link()));
    let limits = tickets.iter().fold(limits, |b, name| b.purpose(Purpose::ticket(name)));
    let all = activations.iter().fold(limits, |b, name| b.purpose(Purpose::activation(name)));
    all.build().unwrap()
}

/// All that was issued, with the rows that stood right after it.
struct Sides {
    matrix: Matrix,
    issued: Vec<(Kind, Issued)>,
    sides: Vec<((usize, usize), Rows)>,
}

fn sides() -> Sides {
    let matrix = Matrix::new();
    let (bare, mut issued, mut sides) = (matrix.rows(), Vec::new(), Vec::new());
    for side in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        matrix.restore(&bare);
        for cell in Cell::all().into_iter().filter(|cell| cell.side() == side) {
            for kind in [Kind::Code, Kind::Ticket, Kind::Activation] {
                issued.extend(matrix.issue(kind, cell));
            }
        }
        sides.push((side, matrix.rows()));
    }
    Sides { matrix, issued, sides }
}

#[test]
fn failures_19_and_20_only_the_diagonal_passes() {
    let Sides { matrix, issued, sides } = sides();
    let (mut tried, mut passed) = ([0u32; 4], [0u32; 4]);
    for (at, kind) in KINDS.into_iter().enumerate() {
        let of_kind: Vec<&Issued> =
            issued.iter().filter(|(it, _)| *it == kind).map(|(_, issued)| issued).collect();
        let codes: BTreeSet<_> =
            of_kind.iter().map(|issued| (&issued.code, &issued.text)).collect();
        assert_eq!((of_kind.len(), codes.len()), (32, 32), "{kind:?}");
        for (side, rows) in &sides {
            matrix.restore(rows);
            for shown in &of_kind {
                let own = *side == shown.cell.side();
                let near = |it: &Issued| it.cell == shown.cell || it.cell.side() == *side;
                let all = of_kind.iter().filter(|it| own || near(it));
                let typed = all.filter(|it| it.code.is_some() || it.cell == shown.cell);
                for (typed, place) in typed.flat_map(|it| Cell::places().map(move |at| (it, at))) {
                    let presented = (shown.text.as_str(), typed.code.as_deref());
                    let before = matrix.writes.load(Ordering::Relaxed);
                    let accepted = matrix.present(kind, presented, place);
                    let here = own && place == shown.cell.at();
                    tried[at] += 1;
                    let what = || format!("{kind:?}: {shown:?}, {typed:?}, at {place:?}");
                    assert_eq!(accepted.is_some(), here && typed.cell == shown.cell, "{}", what());
                    if let Some(accepted) = accepted {
                        passed[at] += 1;
                        assert_eq!(accepted.account(), ACCOUNTS[shown.cell.account]);
                        assert_eq!(accepted.purpose(), kind.purposes()[shown.cell.purpose]);
                    }
                    if here {
                        matrix.restore(rows);
                    } else {
                        let after = matrix.writes.load(Ordering::Relaxed);
                        assert_eq!(before, after, "law 3: {}", what());
                    }
                }
            }
        }
    }
    println!("matrix: {tried:?} combinations of {KINDS:?}; {passed:?} passed");
    assert_eq!(passed, [32; 4]);
}

/// A handle is no link, a code's link no ticket's, and a code of one kind none of another.
#[test]
fn failure_19_no_kind_passes_for_another() {
    let Sides { matrix, issued, sides } = sides();
    let (side, rows) = &sides[3];
    matrix.restore(rows);
    let here: Vec<_> = issued.iter().filter(|(_, issued)| issued.cell.side() == *side).collect();
    let (mut tried, mut passed) = (0, 0);
    for (kind, shown) in &here {
        let of_cell = here.iter().filter(|(_, other)| other.cell == shown.cell);
        let codes: Vec<(Kind, Option<&str>)> =
            of_cell.map(|(kind, other)| (*kind, other.code.as_deref())).collect();
        for presented_as in KINDS {
            for (of, code) in &codes {
                let what = (shown.text.as_str(), *code);
                let accepted = matrix.present(presented_as, what, shown.cell.at());
                tried += 1;
                let fits = presented_as == *kind && of == kind;
                assert_eq!(accepted.is_some(), fits, "{kind:?} as {presented_as:?} with {of:?}");
                passed += u32::from(accepted.is_some());
                matrix.restore(rows);
            }
        }
    }
    println!("matrix: {tried} combinations of kinds; {passed} passed");
    assert_eq!(passed, 32);
}

impl Cell {
    /// Every purpose of a kind, tenant and mark.
    fn places() -> impl Iterator<Item = (usize, usize, usize)> {
        (0..8).map(|n| (n & 1, (n >> 1) & 1, (n >> 2) & 1))
    }
}

impl core::fmt::Debug for Issued {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.cell.fmt(f)
    }
}
