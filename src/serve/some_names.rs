//! As many names as a line can hold.

use std::fmt::{self, Display, Formatter};

/// The first of some names, and how many more there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SomeNames {
    /// The first.
    pub first: Vec<String>,
    /// How many are not among them.
    pub more: usize,
}

impl SomeNames {
    /// The most that are named.
    const NAMED: usize = 20;

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }
}

impl<'a> FromIterator<&'a str> for SomeNames {
    fn from_iter<I: IntoIterator<Item = &'a str>>(names: I) -> Self {
        let mut names = names.into_iter();
        let first = names.by_ref().take(Self::NAMED).map(str::to_owned).collect();
        Self { first, more: names.count() }
    }
}

impl Display for SomeNames {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.first.join(", "))?;
        match self.more {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}
