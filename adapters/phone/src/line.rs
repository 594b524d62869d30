//! What kind of line a number is.

use std::fmt;

/// What kind of line a number is, as its country's plan has it. Premium-rate and shared-cost numbers
/// are never read.
///
/// In North America the two kinds can't be told apart: who demands [`Line::Mobile`] turns everybody
/// there away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Line {
    /// A mobile phone.
    Mobile,
    /// A line to a place.
    Fixed,
    /// One of the two.
    FixedOrMobile,
    /// A phone over the Internet.
    Voip,
    /// A number that follows a person from line to line. In some countries it costs more than a call.
    Personal,
    /// A pager.
    Pager,
    /// A number that the called pays for.
    TollFree,
    /// One number for all offices of a company.
    Company,
    /// A voice mailbox.
    Voicemail,
}

impl Line {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::Mobile,
        Self::Fixed,
        Self::FixedOrMobile,
        Self::Voip,
        Self::Personal,
        Self::Pager,
        Self::TollFree,
        Self::Company,
        Self::Voicemail,
    ];

    /// The kind's name, such as `fixed-or-mobile`: the same in every version and language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::Fixed => "fixed",
            Self::FixedOrMobile => "fixed-or-mobile",
            Self::Voip => "voip",
            Self::Personal => "personal",
            Self::Pager => "pager",
            Self::TollFree => "toll-free",
            Self::Company => "company",
            Self::Voicemail => "voicemail",
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
