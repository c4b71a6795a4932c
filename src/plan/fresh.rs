//! What a case has to itself: domains, tokens; and what `{…}` stands for in it.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};

use crate::scenario::{BRACE, ScenarioId, placeholders};
use crate::sp::SpProfile;

/// The fresh names of one case, a function of seed, scenario and profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fresh {
    /// Hexadecimal digits that no other case has.
    pub(super) tag: String,
    slug: String,
    values: BTreeMap<String, String>,
}

impl Fresh {
    pub(super) fn new(seed: &str, id: &ScenarioId, profile: &SpProfile) -> Self {
        let tag = hex(&format!("{seed}\0{id}\0{}", profile.name), 10);
        let slug: String =
            id.slug().chars().map(|c| if c == '_' { '-' } else { c }).take(36).collect();
        let mut fresh =
            Self { tag, slug: slug.trim_matches('-').to_owned(), values: BTreeMap::new() };
        let entity_id = profile.entity_id.as_str();
        let slash = match entity_id.strip_suffix('/') {
            Some(bare) => bare.to_owned(),
            None => format!("{entity_id}/"),
        };
        fresh.set("sp.entity_id", entity_id.to_owned());
        fresh.set("sp.entity_id.slash", slash);
        fresh.set("sp.acs", profile.acs.as_str().to_owned());
        fresh.set("domain", fresh.domain("main"));
        fresh.set(BRACE, "{".to_owned());
        fresh
    }

    fn set(&mut self, name: &str, value: String) {
        self.values.insert(name.to_owned(), value);
    }

    /// Makes the placeholder of an entry's domain known.
    pub(super) fn declare_entry(&mut self, entry: &str) {
        self.set(&format!("domain.{entry}"), self.domain(entry));
    }

    /// The fresh domain of an entry.
    pub(super) fn domain(&self, entry: &str) -> String {
        let Self { slug, tag, .. } = self;
        match entry {
            "main" => format!("{slug}-{tag}.example"),
            // A tag of its own, so that no entry's domain is the end or the beginning of another's.
            other => format!("{slug}-{}.example", hex(&format!("{tag}\0{other}"), 10)),
        }
    }

    /// What the SP is called, with the placeholder that stands for each.
    pub(super) fn sp_names(&self) -> impl Iterator<Item = (&str, &str)> {
        let names = self.values.iter().filter(|(name, _)| name.starts_with("sp."));
        names.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The fresh token of an entry.
    pub(super) fn token(&self, entry: &str) -> String {
        hex(&format!("{}\0{entry}\0token", self.tag), 32)
    }

    /// The text with every known placeholder filled in, once: what stands for one is not looked at
    /// again.
    pub(super) fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let (before, from) = rest.split_at(open);
            filled.push_str(before);
            let closed = from.find('}').map_or("", |close| &from[..=close]);
            let name = placeholders(closed).next().filter(|name| name.len() + 2 == closed.len());
            match name.and_then(|name| Some((name, self.values.get(name)?))) {
                Some((name, value)) => {
                    filled.push_str(value);
                    rest = &from[name.len() + 2..];
                }
                None => {
                    filled.push('{');
                    rest = &from[1..];
                }
            }
        }
        filled + rest
    }
}

/// The first `digits` (at most 64) hexadecimal digits of a text's SHA-256.
pub(super) fn hex(text: &str, digits: usize) -> String {
    let hash = digest(&SHA256, text.as_bytes());
    let mut hex: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    hex.truncate(digits);
    hex
}
