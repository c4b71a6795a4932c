//! What vendors' set-up pages say of an app for their SP.

use crate::idp::{App, AttributeSource};
use crate::saml::{AttributeNameFormat, NameIdFormat};

/// The values to begin a new app with (facts/okta.md 6; facts/service-provider-semantics.md 1, 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its name in addresses: `k6-cloud`.
    pub id: &'static str,
    /// The label to begin with; empty where there is none to be guessed.
    pub label: &'static str,
    /// `ssoAcsUrl`.
    pub acs: &'static str,
    /// `audience`.
    pub entity_id: &'static str,
    /// `subjectNameIdFormat`.
    pub name_id_format: &'static str,
    /// Statements of type EXPRESSION: name and value.
    pub attributes: &'static [(&'static str, &'static str)],
    /// The statement of type GROUP: name, `filterType`, `filterValue`.
    pub groups: Option<(&'static str, &'static str, &'static str)>,
    /// `namespace` of all of them.
    pub format: AttributeNameFormat,
    /// Whether the SP knows the org by a secret: the attribute `token`.
    pub token: bool,
    /// Whether assertions are to be encrypted, to a certificate of the SP's metadata.
    pub encrypted: bool,
}

impl Preset {
    /// Every one of them; the last says nothing.
    pub const ALL: [Self; 4] = [
        Self {
            id: "arize-us",
            label: "Arize AX",
            acs: "https://app.arize.com/auth/v2/saml",
            entity_id: "https://app.arize.com",
            ..Self::ARIZE
        },
        Self {
            id: "arize-eu",
            label: "Arize AX (EU)",
            acs: "https://app.eu-west-1a.arize.com/auth/v2/saml",
            // With the slash that the US one does not have.
            entity_id: "https://app.eu-west-1a.arize.com/",
            ..Self::ARIZE
        },
        Self {
            id: "k6-cloud",
            label: "k6 Cloud",
            acs: "https://api.k6.io/sso/acs/",
            entity_id: "https://api.k6.io/sso/acs/",
            name_id_format: NameIdFormat::EMAIL_ADDRESS,
            attributes: &[
                ("user.email", "user.email"),
                ("user.username", "user.login"),
                ("user.first_name", "user.firstName"),
                ("user.last_name", "user.lastName"),
            ],
            groups: Some(("department", "REGEX", ".*")),
            format: AttributeNameFormat::Basic,
            token: true,
            encrypted: true,
        },
        Self::GENERIC,
    ];

    /// An SP that nothing is known of.
    pub const GENERIC: Self = Self {
        id: "generic",
        label: "",
        acs: "",
        entity_id: "",
        name_id_format: NameIdFormat::UNSPECIFIED,
        attributes: &[],
        groups: None,
        format: AttributeNameFormat::Unspecified,
        token: false,
        encrypted: false,
    };

    /// The attribute that a secret is sent as.
    pub const TOKEN: &str = "token";

    const ARIZE: Self = Self {
        name_id_format: NameIdFormat::EMAIL_ADDRESS,
        groups: Some(("groups", "STARTS_WITH", "ml-")),
        ..Self::GENERIC
    };

    /// The preset of this id.
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::known().iter().find(|preset| preset.id == id)
    }

    fn known() -> &'static [Self] {
        const ALL: &[Preset] = &Preset::ALL;
        ALL
    }

    /// The preset of an app: the one that it was made from, else the one whose address it has.
    pub fn of(app: &App) -> &'static Self {
        let made_from = app.preset.as_deref().and_then(Self::find);
        let acs = app.sign_on.sso_acs_url.as_str();
        let addressed = || Self::known().iter().find(|preset| preset.acs == acs);
        made_from.or_else(addressed).unwrap_or(&Self::GENERIC)
    }

    /// Whether an app is for an SP that knows the org by a secret, and sends it none.
    pub fn misses_token(app: &App) -> bool {
        let empty = AttributeSource::Literal(String::new());
        let mut tokens = app.statements().filter(|one| one.name == Self::TOKEN);
        Self::of(app).token && tokens.all(|one| one.source == empty)
    }
}
