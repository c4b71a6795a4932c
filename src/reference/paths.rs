//! Where the SP's pages are: three as its profile says, the others its own.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::net::{NetError, parse_url};
use crate::sp::SpProfile;

pub(super) const HOME: &str = "/";
/// Who is logged in, by GET.
pub const WHOAMI: &str = "/whoami";
/// Password login, by POST of `email` and `password`.
pub const PASSWORD: &str = "/login/password";
/// Ends the browser's session, by POST.
pub const LOGOUT: &str = "/logout";
pub(super) const RESET: &str = "/link/reset/";
pub(super) const INVITE: &str = "/link/invite/";
pub(super) const API: &str = "/api/me";

/// Where the pages of one SP are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Paths {
    /// The host name of the ACS, as a listener serves it.
    pub(super) host: String,
    /// Scheme, host and port of the ACS, without a slash.
    pub(super) origin: String,
    /// Whether cookies can be secure.
    pub(super) secure: bool,
    pub(super) acs: String,
    pub(super) metadata: Option<String>,
    pub(super) login_start: Option<String>,
}

/// A profile whose pages the reference SP cannot serve.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PathError {
    /// Not an http or https URL.
    #[error("`{field}` of the profile: {cause}")]
    BadUrl {
        /// `acs`, `metadata` or `login_start`.
        field: &'static str,
        /// Why.
        cause: NetError,
    },
    /// Another host than the ACS's.
    #[error("`{field}` of the profile is not on the host of `acs`; one SP has one host")]
    OtherHost {
        /// `metadata` or `login_start`.
        field: &'static str,
    },
    /// A path that two pages would share, or that is not plain.
    #[error("`{field}` of the profile has the path `{path}`, which is taken or not plain text")]
    Taken {
        /// `acs`, `metadata` or `login_start`.
        field: &'static str,
        /// The path.
        path: String,
    },
}

impl Paths {
    pub(super) fn of(profile: &SpProfile) -> Result<Self, PathError> {
        let acs = parse("acs", profile.acs.as_str())?;
        let origin = acs.origin();
        let mut taken: BTreeSet<String> =
            [HOME, WHOAMI, PASSWORD, LOGOUT, API].map(str::to_owned).into();
        let mut path = |field, url: &url::Url| {
            let path = url.path().to_owned();
            let plain = !path.contains(['{', '}', '*', '%', ':']) && !path.starts_with("/link/");
            if url.origin() != origin {
                return Err(PathError::OtherHost { field });
            }
            match plain && taken.insert(path.clone()) {
                true => Ok(path),
                false => Err(PathError::Taken { field, path }),
            }
        };
        let mut optional = |field, url: &Option<String>| {
            url.as_deref().map(|url| path(field, &parse(field, url)?)).transpose()
        };
        let metadata = optional("metadata", &profile.metadata)?;
        let login_start = optional("login_start", &profile.login_start)?;
        Ok(Self {
            host: acs.host_str().unwrap_or_default().to_owned(),
            origin: acs.origin().ascii_serialization(),
            secure: acs.scheme() == "https",
            acs: path("acs", &acs)?,
            metadata,
            login_start,
        })
    }
}

fn parse(field: &'static str, url: &str) -> Result<url::Url, PathError> {
    parse_url(url).map_err(|cause| PathError::BadUrl { field, cause })
}
