//! Proptest strategies for everything that a role mapping is about: values that collide, attributes
//! as assertions carry them, mappings, whole worlds.
//!
//! They are for others' tests too. A mapping function of one's own, against the documented one,
//! without any HTTP:
//!
//! ```
//! use proptest::prelude::*;
//! use samlproof::fuzz::strategies;
//! use samlproof::saml::Attributes;
//! use samlproof::sp::RoleMapping;
//!
//! /// The function under test: which mappings match an assertion?
//! fn matches(mapping: &RoleMapping, attributes: &Attributes) -> bool {
//!     let blank = |value: &str| value.trim().is_empty();
//!     !mapping.when.is_empty()
//!         && mapping.when.iter().all(|(name, wanted)| {
//!             !blank(wanted) && attributes.values(name).any(|value| value == wanted)
//!         })
//! }
//!
//! proptest!(|(mappings in strategies::mappings(), attributes in strategies::attributes())| {
//!     for mapping in &mappings {
//!         // A pair more never makes a match.
//!         let mut narrower = mapping.clone();
//!         narrower.when.push(("groups".into(), "ml-team".into()));
//!         prop_assert!(!matches(&narrower, &attributes) || matches(mapping, &attributes));
//!     }
//! });
//! ```
//!
//! # The mix
//!
//! Of 100 values, on average (the numbers are [`VALUE_MIX`]):
//!
//! | values | what they are | such as |
//! |---|---|---|
//! | 60 | plain | `ml-team`, `ml-ops`, `ml-heads` |
//! | 6 | the same in other case | `ML-TEAM`, `Ml-Team` |
//! | 8 | with blanks around, NBSP among them | `ml-team `, `\u{a0}ml-team` |
//! | 4 | with blanks inside | `ml team`, `ml\u{a0}team` |
//! | 4 | composed and decomposed | `ml-é` in NFC and NFD |
//! | 6 | with a comma or semicolon | `ml-team,ml-ops`, `CN=ml-team,OU=x` |
//! | 6 | beginning alike | `ml`, `ml-teams` |
//! | 2 | with XML's own characters | `ml<team>&"'`, `]]>` |
//! | 2 | from right to left, emoji | `\u{5e6}\u{5d5}\u{5d5}\u{5ea}`, `ml-🦀` |
//! | 2 | empty or blank | `` , ` ` |
//!
//! Of 100 attributes 80 have the usual name, 8 the same in other case, 12 another one; 8 have a
//! FriendlyName; of their values 3 in 100 are nil. An assertion has no attribute (10 in 100), one
//! (65), two or three (24, often of the same name, that is repeated) or one with up to 1,000 values
//! (1). Of 100 mappings behind another 30 have its conditions and give another role on the same
//! thing. An attribute has no value to three of them, and what is drawn twice stays there twice.
//!
//! Everything shrinks: towards the beginning of each list, and to fewer. All characters are ones that
//! XML 1.0 can carry.

mod actions;
mod assertions;
mod entries;
mod fitting;
mod values;
mod worlds;

pub use assertions::{attribute, attributes, attributes_named};
pub use entries::{entry, mapping, mappings, mappings_named, roles};
pub use values::{VALUE_MIX, attribute_name, value};
pub use worlds::world;
