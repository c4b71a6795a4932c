//! The people who occur in worlds.

/// A person whom worlds may have: a name and an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cast {
    /// The name.
    pub name: &'static str,
    /// The e-mail address with `{domain}` or `{domain.other}` in it.
    pub address: &'static str,
    /// The entry whose domain that is.
    pub entry: &'static str,
}

impl Cast {
    /// Everybody, the simplest first. The second has an address that begins like the first's, the
    /// last is of the other account.
    pub const ALL: [Self; 4] = [
        Self { name: "jane", address: "jane@{domain}", entry: "main" },
        Self { name: "neighbour", address: "jane.doe@{domain}", entry: "main" },
        Self { name: "carol", address: "carol@{domain}", entry: "main" },
        Self { name: "otto", address: "otto@{domain.other}", entry: "other" },
    ];
}
