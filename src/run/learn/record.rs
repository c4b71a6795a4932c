//! What was asked, what was seen, and what it tells.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::sp::Outcome;

/// What one login of a discovery asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// A new person with a match. The control: if it is refused, nothing else tells anything.
    NewMatch,
    /// The same, started at the IdP, where it was refused when it started at the SP.
    NewMatchFromIdp,
    /// An existing user gains a group: the last of three values, one of them in the wrong case.
    Gain,
    /// That user loses it for another, which is the first of two values.
    Loss,
    /// A new person without a match; sync and defaults are on.
    NewNone,
    /// An existing user with roles, without a match; sync and defaults are on, SAML-only is off.
    None,
    /// The same for a user without roles.
    NoneEmpty,
    /// An existing user; the group attribute is absent; sync is on, defaults are off.
    Absent,
    /// The same with a group that nothing maps, to tell silence from "no groups".
    AbsentContrast,
    /// An existing user without a match; sync and defaults are off.
    SyncOff,
    /// An existing user with roles, without a match; sync is off, defaults and SAML-only are on.
    Enforced,
    /// The same for a user without roles.
    EnforcedEmpty,
    /// A new person with two groups that give roles on the same targets; started at the IdP.
    Several,
    /// The same, started at the SP, where it was refused when it started at the IdP.
    SeveralFromSp,
    /// A new person with a match, started at the IdP.
    IdpInitiated,
    /// The last account admin, whom no mapping makes one.
    LastAdmin,
    /// A user who was deactivated.
    Deactivated,
    /// A user who was deleted.
    Deleted,
}

impl Question {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::NewMatch,
        Self::NewMatchFromIdp,
        Self::Gain,
        Self::Loss,
        Self::NewNone,
        Self::None,
        Self::NoneEmpty,
        Self::Absent,
        Self::AbsentContrast,
        Self::SyncOff,
        Self::Enforced,
        Self::EnforcedEmpty,
        Self::Several,
        Self::SeveralFromSp,
        Self::IdpInitiated,
        Self::LastAdmin,
        Self::Deactivated,
        Self::Deleted,
    ];

    /// The question in a few words.
    pub fn words(self) -> &'static str {
        match self {
            Self::NewMatch => "new, a mapping matches",
            Self::NewMatchFromIdp => "new, a mapping matches, started at the IdP",
            Self::Gain => "existing, a group gained; it is the last of three values",
            Self::Loss => "existing, that group lost for another, the first of two values",
            Self::NewNone => "new, no match; sync and defaults on",
            Self::None => "existing with roles, no match; sync and defaults on",
            Self::NoneEmpty => "existing without roles, no match; sync and defaults on",
            Self::Absent => "existing, the attribute is absent; sync on, defaults off",
            Self::AbsentContrast => "existing, no match; sync on, defaults off",
            Self::SyncOff => "existing, no match; sync and defaults off",
            Self::Enforced => "existing with roles, no match; SAML-only and defaults on, sync off",
            Self::EnforcedEmpty => {
                "existing without roles, no match; SAML-only and defaults on, sync off"
            }
            Self::Several => "new, two groups with the same targets, started at the IdP",
            Self::SeveralFromSp => "new, two groups with the same targets",
            Self::IdpInitiated => "new, a mapping matches, started at the IdP",
            Self::LastAdmin => "the last account admin, no admin mapping matches; sync on",
            Self::Deactivated => "existing, deactivated; a mapping matches",
            Self::Deleted => "deleted before; a mapping matches",
        }
    }
}

/// One login of a discovery: what was sent and what the SP did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Login {
    /// Its number, from 1.
    pub number: usize,
    /// What it asks.
    pub question: Question,
    /// Whether it started at the IdP.
    pub from_idp: bool,
    /// The group attribute as it was sent: `groups = ["ml-a"]`; `None` where there was none.
    pub sent: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// The stored roles before, where the state can be read; empty where there was no such user.
    pub held: Option<BTreeSet<String>>,
    /// The stored roles afterwards.
    pub holds: Option<BTreeSet<String>>,
    /// How the stored user changed: `+`, `-` and `=` lines.
    pub stored: Vec<String>,
    /// How many account admins there were before, where the state can be read.
    pub admins: Option<usize>,
    /// The HTTP exchanges: method, address, status.
    pub exchanges: Vec<String>,
}

impl Login {
    /// Whether somebody is logged in.
    pub fn entered(&self) -> bool {
        self.outcome.class.is_accepted()
    }
}

/// All that a discovery asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// What the single roles were held on: `team`, `org` or `project`.
    pub held_on: String,
    /// The logins, in order.
    pub logins: Vec<Login>,
    /// What was not asked, and why.
    pub unasked: BTreeMap<Question, String>,
}

impl Asked {
    /// The login that asked this.
    ///
    /// # Errors
    /// Why it was not asked.
    pub fn login(&self, question: Question) -> Result<&Login, String> {
        let found = self.logins.iter().find(|login| login.question == question);
        found.ok_or_else(|| {
            let why = self.unasked.get(&question);
            why.cloned().unwrap_or_else(|| "it was not asked".into())
        })
    }
}

/// What is known of one knob, or of a behaviour that is no knob.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The knob's name in `[rules]`, or a name for the behaviour.
    pub name: String,
    /// Whether it is a knob of `[rules]`.
    pub rule: bool,
    /// What was learnt.
    pub learnt: Learnt,
    /// The numbers of the logins that tell it.
    pub logins: Vec<usize>,
}

/// What was learnt of a knob.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Learnt {
    /// It has this value.
    Is(Value),
    /// Each of these fits what was seen.
    OneOf(Vec<Value>),
    /// The SP does something that no value of the knob says.
    Other(String),
    /// Nothing, for this reason.
    Nothing(String),
}

/// All that a discovery found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearnRecord {
    /// The version of this form.
    pub version: u32,
    /// The version of samlproof.
    pub samlproof: String,
    /// The SP profile.
    pub profile: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// What was asked and seen.
    pub asked: Asked,
    /// What it tells.
    pub findings: Vec<Finding>,
    /// A `[rules]` block for the profile: what was learnt, and what was declared and not asked.
    pub rules: String,
    /// Why the discovery was given up, if it was.
    pub stopped: Option<String>,
}

impl LearnRecord {
    /// The version of the JSON form; it rises when a reader would have to change.
    pub const VERSION: u32 = 1;

    /// How many knobs and behaviours are known, in part at least.
    pub fn learnt(&self) -> usize {
        let known = |finding: &&Finding| !matches!(finding.learnt, Learnt::Nothing(_));
        self.findings.iter().filter(known).count()
    }
}
