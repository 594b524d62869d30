//! What a store promises, and what each promise is for.

macro_rules! promises {
    ($($(#[$note:meta])* $name:ident: $sentence:literal, $cost:literal;)+) => {
        /// What a store promises.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Promise {
            $(#[doc = concat!($sentence, ". Else: ", $cost, ".")] $(#[$note])* $name,)+
        }

        impl Promise {
            /// Every promise that the kit tries.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// What a store must keep, without a full stop.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)+ }
            }

            /// What it would cost if it didn't, without a full stop.
            #[must_use]
            pub const fn cost(self) -> &'static str {
                match self { $(Self::$name => $cost,)+ }
            }
        }
    };
}

promises! {
    Answers:
        "A healthy store answers every call, and applies a write that expects what stands",
        "nobody could sign in";
    AbsentIsNone:
        "A load of a row that isn't there answers none",
        "an unknown account would be a failure, and so be told from a known one";
    AbsentHasNoVersion:
        "A write that expects a version never applies where no row is",
        "a cancelled account would come back, with all its guesses";
    InsertsOnlyWhereNothingIs:
        "A write that expects no row applies only where no row is",
        "enrolling twice would replace an account together with its counts and locks";
    ExactVersion:
        "A write applies only over exactly the version that it expects",
        "two guesses would both be judged, and the later would erase the count of the earlier";
    OwnRowOnly:
        "A write looks at, and changes, its own row only",
        "one person's guess would change another's account";
    VersionBytes:
        "A version is 16 bytes, and comes back as it was written",
        "every write after the first would be a conflict, and nobody could sign in";
    BodyBytes:
        "A body of 1 byte to 64 KiB comes back as it was written",
        "its seal would no longer open, and the account would be lost";
    NameBytes:
        "A row name is up to 80 visible ASCII bytes, and only the same bytes name the same row",
        "two accounts would share one row";
    DeletesConditionally:
        "A delete applies only over exactly the version that it expects",
        "an address that was bound anew meanwhile would be freed for a third";
    DeleteRemoves:
        "A delete that applied leaves no row, and the row can be inserted again",
        "an address once released could never be bound again";
    ResendWritesNothing:
        "A write that is sent again after it applied writes nothing",
        "resolving a lost answer would undo the guesses counted since";
    ConflictWritesNothing:
        "A write that was answered Conflict has written nothing",
        "it would be judged again, so that a right code counts as already used";
    AppliedStands:
        "A write that was answered Applied stands",
        "a verdict would come out though its guess was never counted";
    FailedIsNotApplied:
        "A write that was answered Failed does not stand",
        "a code would be used up, or sent out, by an operation that told its caller it did nothing";
    OneStorage:
        "What one connection wrote, every other loads and compares with at once",
        "each process would count for itself, or refuse people for nothing";
    Keeps:
        "A row is kept until its keep-until, where u64::MAX means forever",
        "a count, a lock or a used code would be forgotten, and guessing could start anew";
    Durable:
        "A write that was answered Applied outlives the connections",
        "each restart would give guesses back and make a used code good again";
    OneInsertWins:
        "Of several inserts of one row at the same time exactly one applies",
        "two people could own one address";
    OneSwapWins:
        "Of several writes over one version at the same time exactly one applies",
        "two guesses would both be judged, and one code would be redeemed twice";
    SwapOrDelete:
        "Of a write and a delete over one version at the same time exactly one applies",
        "a cancelled account would come back, or a living one would vanish";
    NoLostUpdate:
        "Of many writes, each over the version that it loaded, none is lost",
        "guesses made in parallel would not all be counted";
    WholeRow:
        "A load gives the version and the body of one and the same write",
        "its seal would not open, and people would meet a failure whenever they are not alone";
}
