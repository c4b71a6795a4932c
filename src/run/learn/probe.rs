//! The scenarios of a discovery: embedded, no part of the catalogue, with blanks to fill.

use super::record::Question;
use crate::scenario::{ParseErrors, Scenario, ScenarioId, Source};

/// A kind of thing that a role can be held on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Teams,
    Orgs,
    Projects,
    Spaces,
}

impl Kind {
    /// What the single roles of a discovery are held on, in the order in which it is tried.
    pub(super) const SIMPLE: [Self; 3] = [Self::Teams, Self::Orgs, Self::Projects];
    /// Where a knob settles several roles on one target.
    pub(super) const SETTLED: [Self; 3] = [Self::Orgs, Self::Spaces, Self::Projects];

    fn key(self) -> &'static str {
        match self {
            Self::Teams => "teams",
            Self::Orgs => "org",
            Self::Projects => "projects",
            Self::Spaces => "spaces",
        }
    }

    /// `team`, `org`, `project`.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Teams => "team",
            Self::Orgs => "org",
            Self::Projects => "project",
            Self::Spaces => "space",
        }
    }

    /// The role `role` on the thing `name`, as [`crate::sp::Roles::lines`] writes it.
    pub(super) fn line(self, name: &str, role: &str) -> String {
        match self {
            Self::Teams => format!("team {name} {role}"),
            Self::Orgs => format!("org {name} {role}"),
            Self::Projects => format!("project {name} {role}"),
            Self::Spaces => format!("space base/{name} {role}"),
        }
    }

    /// `org = { oak = "admin" }`.
    fn roles(self, roles: &[(&str, &str)]) -> String {
        let name = |name: &str| match self {
            Self::Spaces => format!("\"base/{name}\""),
            _ => name.to_owned(),
        };
        let roles: Vec<_> =
            roles.iter().map(|(of, role)| format!("{} = \"{role}\"", name(of))).collect();
        format!("{} = {{ {} }}", self.key(), roles.join(", "))
    }
}

/// How this SP is spoken to.
#[derive(Clone, Debug)]
pub(super) struct Wording {
    /// The attribute that carries groups.
    pub(super) groups: String,
    /// What single roles are held on.
    pub(super) kind: Kind,
    /// Whether it can be given account admins.
    pub(super) admins: bool,
    /// Whether a new person has to start at the IdP.
    pub(super) new_from_idp: bool,
}

/// A scenario and what its logins ask, in order.
pub(super) struct Probe {
    pub(super) slug: &'static str,
    text: String,
    pub(super) asks: Vec<Question>,
}

const FROM_IDP: &str = "initiated = \"idp\"";

impl Probe {
    fn new(slug: &'static str, text: &str, asks: &[Question], wording: &Wording) -> Self {
        let Wording { groups, kind, admins, new_from_idp } = wording;
        let text = text
            .replace("@groups@", &groups.replace('\\', "\\\\").replace('"', "\\\""))
            .replace("@kind@", kind.key())
            .replace("@admin@", if *admins { "account_admin = true" } else { "" })
            .replace("@start@", if *new_from_idp { FROM_IDP } else { "" });
        Self { slug, text, asks: asks.to_vec() }
    }

    pub(super) fn first(question: Question, wording: &Wording) -> Self {
        let from_idp = question != Question::NewMatch;
        let wording = Wording { new_from_idp: from_idp, ..wording.clone() };
        Self::new("first", include_str!("first.toml"), &[question], &wording)
    }

    /// On an SP that cannot be given other settings.
    pub(super) fn bare(question: Question, wording: &Wording) -> Self {
        let from_idp = question != Question::NewMatch;
        let wording = Wording { new_from_idp: from_idp, ..wording.clone() };
        Self::new("bare", include_str!("bare.toml"), &[question], &wording)
    }

    pub(super) fn existing(wording: &Wording) -> Self {
        let asks = [Question::Gain, Question::Loss, Question::NewNone, Question::None];
        Self::new("existing", include_str!("existing.toml"), &asks, wording)
    }

    /// An existing user without a match, under the settings that the question names.
    pub(super) fn without(question: Question, wording: &Wording) -> Self {
        let (sync, defaults, enforce) = match question {
            Question::Absent | Question::AbsentContrast => (true, false, false),
            Question::SyncOff => (false, false, false),
            Question::Enforced | Question::EnforcedEmpty => (false, true, true),
            _ => (true, true, false),
        };
        let empty = matches!(question, Question::NoneEmpty | Question::EnforcedEmpty);
        let send = match question {
            Question::Absent => "omit = [\"@groups@\"]",
            _ => "attributes = { \"@groups@\" = [\"ml-x\"] }",
        };
        let settings = format!(
            "sync_user_roles = {sync}, allow_login_with_defaults = {defaults}, enforce_saml = {enforce}"
        );
        // Where they are off, defaults are something that an SP may refuse to be given.
        let given = "[sp.defaults]\n@kind@ = { starters = \"member\" }";
        let text = include_str!("without.toml")
            .replace("@settings@", &settings)
            .replace("@defaults@", if defaults { given } else { "" })
            .replace("@held@", if empty { "" } else { "@kind@ = { delta = \"member\" }" })
            .replace("@send@", send);
        Self::new("without", &text, &[question], wording)
    }

    /// Two groups with the same targets of these kinds.
    pub(super) fn several(question: Question, kinds: &[Kind], wording: &Wording) -> Self {
        let roles = |roles: &[(&str, &str)]| -> String {
            kinds.iter().map(|kind| kind.roles(roles)).collect::<Vec<_>>().join("\n")
        };
        let low = "read-only";
        let text = include_str!("several.toml")
            .replace("@one@", &roles(&[("oak", low), ("elm", "admin"), ("yew", "member")]))
            .replace(
                "@two@",
                &roles(&[
                    ("oak", "admin"),
                    ("elm", low),
                    ("ash", low),
                    ("fir", "admin"),
                    ("box", "member"),
                ]),
            )
            .replace("@again@", &roles(&[("ash", "admin"), ("fir", low)]))
            .replace("@case@", &roles(&[("bay", "member")]));
        let from_idp = question == Question::Several || wording.new_from_idp;
        let wording = Wording { new_from_idp: from_idp, ..wording.clone() };
        Self::new("several", &text, &[question], &wording)
    }

    pub(super) fn last_admin(wording: &Wording) -> Self {
        let text = include_str!("last-admin.toml");
        Self::new("last-admin", text, &[Question::LastAdmin], wording)
    }

    pub(super) fn deactivated(wording: &Wording) -> Self {
        let text = include_str!("deactivated.toml");
        Self::new("deactivated", text, &[Question::Deactivated], wording)
    }

    pub(super) fn deleted(wording: &Wording) -> Self {
        Self::new("deleted", include_str!("deleted.toml"), &[Question::Deleted], wording)
    }

    /// The scenario; `number` keeps its names apart from those of every other.
    ///
    /// # Errors
    /// If a name of the profile cannot be written in it.
    pub(super) fn scenario(&self, number: usize) -> Result<Scenario, ParseErrors> {
        let id = ScenarioId(format!("learn/{}-{number}", self.slug));
        let source = Source::new(format!("{id}.toml"), self.text.clone());
        Scenario::parse(id, &source)
    }
}
