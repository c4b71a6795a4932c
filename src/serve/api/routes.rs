//! Every address of the API: the one table that router, documentation and tests follow.

use std::collections::BTreeMap;

use super::call::{Call, Outcome};
use super::{
    app_groups, app_users, apps, authn, csrs, discovery, federated_claims, group_members,
    group_rules, groups, hooks, keys, logs, policies, policy_rules, schemas, sessions,
    user_lifecycle, user_relations, users,
};
use crate::serve::OrgService;

/// What answers a call.
type Handler = fn(&Call) -> Outcome;

/// An address with a method.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    /// `None`: Okta has it, and here the answer is 501.
    handler: Option<Handler>,
    access: Access,
}

/// Who may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// A tool with the token.
    Token,
    /// A tool, or a browser with a session.
    Session,
    /// Anybody.
    Open,
}

const fn route(method: &'static str, path: &'static str, handler: Handler) -> Route {
    Route { method, path, handler: Some(handler), access: Access::Token }
}

const fn get(path: &'static str, handler: Handler) -> Route {
    route("GET", path, handler)
}

const fn post(path: &'static str, handler: Handler) -> Route {
    route("POST", path, handler)
}

const fn put(path: &'static str, handler: Handler) -> Route {
    route("PUT", path, handler)
}

const fn delete(path: &'static str, handler: Handler) -> Route {
    route("DELETE", path, handler)
}

const fn absent(method: &'static str, path: &'static str) -> Route {
    Route { method, path, handler: None, access: Access::Token }
}

/// By no method. `{*}` stands for whatever else may follow, and for nothing.
const fn none_of(path: &'static str) -> Route {
    absent("*", path)
}

impl Route {
    const fn for_sessions(self) -> Self {
        Self { access: Access::Session, ..self }
    }

    const fn open(self) -> Self {
        Self { access: Access::Open, ..self }
    }
}

/// The table. Where two paths fit, the upper one is meant.
#[rustfmt::skip]
const ROUTES: &[Route] = &[
    get("/.well-known/okta-organization", discovery::organization).open(),
    post("/api/v1/authn", authn::authenticate).open(),
    get("/login/sessionCookieRedirect", authn::cookie_redirect).open(),
    post("/login/sessionCookieRedirect", authn::cookie_redirect).open(),
    post("/api/v1/sessions", sessions::create).open(),
    get("/api/v1/sessions/me", sessions::mine).for_sessions(),
    delete("/api/v1/sessions/me", sessions::end_mine).for_sessions(),
    post("/api/v1/sessions/me/lifecycle/refresh", sessions::mine).for_sessions(),
    get("/api/v1/sessions/{id}", sessions::one),
    delete("/api/v1/sessions/{id}", sessions::end),
    post("/api/v1/sessions/{id}/lifecycle/refresh", sessions::one),

    get("/api/v1/users", users::list),
    post("/api/v1/users", users::create),
    get("/api/v1/users/{id}", users::one).for_sessions(),
    post("/api/v1/users/{id}", users::update),
    put("/api/v1/users/{id}", users::replace),
    delete("/api/v1/users/{id}", user_lifecycle::delete),
    post("/api/v1/users/{id}/lifecycle/activate", user_lifecycle::activate),
    post("/api/v1/users/{id}/lifecycle/reactivate", user_lifecycle::reactivate),
    post("/api/v1/users/{id}/lifecycle/deactivate", user_lifecycle::deactivate),
    post("/api/v1/users/{id}/lifecycle/suspend", user_lifecycle::suspend),
    post("/api/v1/users/{id}/lifecycle/unsuspend", user_lifecycle::unsuspend),
    post("/api/v1/users/{id}/lifecycle/unlock", user_lifecycle::unlock),
    post("/api/v1/users/{id}/lifecycle/reset_password", user_lifecycle::reset_password),
    post("/api/v1/users/{id}/lifecycle/expire_password", user_lifecycle::expire_password),
    get("/api/v1/users/{id}/groups", user_relations::groups),
    get("/api/v1/users/{id}/appLinks", user_relations::app_links).for_sessions(),
    get("/api/v1/users/{id}/roles", user_relations::roles),
    delete("/api/v1/users/{id}/sessions", sessions::end_of_user),

    get("/api/v1/groups/rules", group_rules::list),
    post("/api/v1/groups/rules", group_rules::create),
    get("/api/v1/groups/rules/{rule}", group_rules::one),
    put("/api/v1/groups/rules/{rule}", group_rules::replace),
    delete("/api/v1/groups/rules/{rule}", group_rules::delete),
    post("/api/v1/groups/rules/{rule}/lifecycle/activate", group_rules::activate),
    post("/api/v1/groups/rules/{rule}/lifecycle/deactivate", group_rules::deactivate),
    get("/api/v1/groups", groups::list),
    post("/api/v1/groups", groups::create),
    get("/api/v1/groups/{group}", groups::one),
    put("/api/v1/groups/{group}", groups::replace),
    delete("/api/v1/groups/{group}", groups::delete),
    get("/api/v1/groups/{group}/users", group_members::users),
    put("/api/v1/groups/{group}/users/{id}", group_members::add),
    delete("/api/v1/groups/{group}/users/{id}", group_members::remove),
    get("/api/v1/groups/{group}/apps", group_members::apps),

    get("/api/v1/apps", apps::list),
    post("/api/v1/apps", apps::create),
    get("/api/v1/apps/{app}", apps::one),
    put("/api/v1/apps/{app}", apps::replace),
    delete("/api/v1/apps/{app}", apps::delete),
    post("/api/v1/apps/{app}/lifecycle/activate", apps::activate),
    post("/api/v1/apps/{app}/lifecycle/deactivate", apps::deactivate),
    get("/api/v1/apps/{app}/users", app_users::list),
    post("/api/v1/apps/{app}/users", app_users::assign),
    get("/api/v1/apps/{app}/users/{id}", app_users::one),
    post("/api/v1/apps/{app}/users/{id}", app_users::update),
    delete("/api/v1/apps/{app}/users/{id}", app_users::unassign),
    get("/api/v1/apps/{app}/groups", app_groups::list),
    get("/api/v1/apps/{app}/groups/{group}", app_groups::one),
    put("/api/v1/apps/{app}/groups/{group}", app_groups::assign),
    route("PATCH", "/api/v1/apps/{app}/groups/{group}", app_groups::patch),
    delete("/api/v1/apps/{app}/groups/{group}", app_groups::unassign),
    get("/api/v1/apps/{app}/credentials/keys", keys::list),
    post("/api/v1/apps/{app}/credentials/keys/generate", keys::generate),
    get("/api/v1/apps/{app}/credentials/keys/{kid}", keys::one),
    post("/api/v1/apps/{app}/credentials/keys/{kid}/clone", keys::clone_to),
    get("/api/v1/apps/{app}/credentials/csrs", csrs::list),
    post("/api/v1/apps/{app}/credentials/csrs", csrs::create),
    get("/api/v1/apps/{app}/credentials/csrs/{csr}", csrs::one),
    delete("/api/v1/apps/{app}/credentials/csrs/{csr}", csrs::delete),
    post("/api/v1/apps/{app}/credentials/csrs/{csr}/lifecycle/publish", csrs::publish),
    get("/api/v1/apps/{app}/federated-claims", federated_claims::list),
    post("/api/v1/apps/{app}/federated-claims", federated_claims::create),
    get("/api/v1/apps/{app}/federated-claims/{claim}", federated_claims::one),
    put("/api/v1/apps/{app}/federated-claims/{claim}", federated_claims::replace),
    delete("/api/v1/apps/{app}/federated-claims/{claim}", federated_claims::delete),
    get("/api/v1/apps/{app}/sso/saml/metadata", apps::metadata),
    put("/api/v1/apps/{app}/policies/{policy}", policies::assign),
    get("/api/v1/policies", policies::list),
    post("/api/v1/policies", policies::create),
    none_of("/api/v1/policies/simulate"),
    get("/api/v1/policies/{policy}", policies::one),
    put("/api/v1/policies/{policy}", policies::replace),
    delete("/api/v1/policies/{policy}", policies::delete),
    get("/api/v1/policies/{policy}/rules", policies::rules),
    post("/api/v1/policies/{policy}/rules", policy_rules::create),
    get("/api/v1/policies/{policy}/rules/{rule}", policy_rules::one),
    put("/api/v1/policies/{policy}/rules/{rule}", policy_rules::replace),
    delete("/api/v1/policies/{policy}/rules/{rule}", policy_rules::delete),
    post("/api/v1/policies/{policy}/rules/{rule}/lifecycle/activate", policy_rules::activate),
    post("/api/v1/policies/{policy}/rules/{rule}/lifecycle/deactivate", policy_rules::deactivate),

    get("/api/v1/meta/schemas/user/default", schemas::user),
    post("/api/v1/meta/schemas/user/default", schemas::extend_user),
    get("/api/v1/meta/schemas/apps/{app}/default", schemas::app),
    post("/api/v1/meta/schemas/apps/{app}/default", schemas::extend_app),
    get("/api/v1/mappings", schemas::mappings),
    get("/api/v1/inlineHooks", hooks::list),
    post("/api/v1/inlineHooks", hooks::create),
    get("/api/v1/inlineHooks/{hook}", hooks::one),
    put("/api/v1/inlineHooks/{hook}", hooks::replace),
    delete("/api/v1/inlineHooks/{hook}", hooks::delete),
    post("/api/v1/inlineHooks/{hook}/lifecycle/activate", hooks::activate),
    post("/api/v1/inlineHooks/{hook}/lifecycle/deactivate", hooks::deactivate),
    get("/api/v1/logs", logs::list),

    absent("POST", "/api/v1/users/{id}/credentials/change_password"),
    absent("POST", "/api/v1/users/{id}/credentials/change_recovery_question"),
    absent("POST", "/api/v1/users/{id}/credentials/forgot_password"),
    absent("POST", "/api/v1/users/{id}/lifecycle/reset_factors"),
    absent("POST", "/api/v1/users/{id}/roles"),
    absent("DELETE", "/api/v1/users/{id}/roles/{role}"),
    absent("GET", "/api/v1/groups/{group}/roles"),
    absent("POST", "/api/v1/groups/{group}/roles"),
    absent("GET", "/api/v1/groups/{group}/owners"),
    absent("POST", "/api/v1/apps/{app}/logo"),
    absent("GET", "/api/v1/apps/{app}/policies"),
    absent("GET", "/api/v1/policies/{policy}/mappings"),
    absent("POST", "/api/v1/policies/{policy}/clone"),
    absent("POST", "/api/v1/policies/{policy}/lifecycle/activate"),
    absent("POST", "/api/v1/policies/{policy}/lifecycle/deactivate"),
    absent("POST", "/api/v1/mappings/{mapping}"),
    absent("GET", "/api/v1/mappings/{mapping}"),
    absent("GET", "/api/v1/meta/schemas/group/default"),
    absent("POST", "/api/v1/meta/schemas/group/default"),
    absent("POST", "/api/v1/inlineHooks/{hook}/execute"),
    none_of("/api/v1/authn/{*}").open(),
    none_of("/api/v1/users/{id}/authenticator-enrollments/{*}"),
    none_of("/api/v1/users/{id}/blocks"),
    none_of("/api/v1/users/{id}/classification"),
    none_of("/api/v1/users/{id}/clients/{*}"),
    none_of("/api/v1/users/{id}/devices"),
    none_of("/api/v1/users/{id}/factors/{*}"),
    none_of("/api/v1/users/{id}/grants/{*}"),
    none_of("/api/v1/users/{id}/linkedObjects/{*}"),
    none_of("/api/v1/users/{id}/risk"),
    none_of("/api/v1/users/{id}/subscriptions/{*}"),
    none_of("/api/v1/apps/{app}/connections/{*}"),
    none_of("/api/v1/apps/{app}/cwo/{*}"),
    none_of("/api/v1/apps/{app}/features/{*}"),
    none_of("/api/v1/apps/{app}/grants/{*}"),
    none_of("/api/v1/apps/{app}/tokens/{*}"),
    none_of("/api/v1/meta/layouts/{*}"),
    none_of("/api/v1/meta/schemas/logStream/{*}"),
    none_of("/api/v1/meta/schemas/user/{*}"),
    none_of("/api/v1/meta/types/{*}"),
    none_of("/api/v1/meta/uischemas/{*}"),
    none_of("/api/v1/agentPools/{*}"),
    none_of("/api/v1/api-tokens/{*}"),
    none_of("/api/v1/authenticators/{*}"),
    none_of("/api/v1/authorizationServers/{*}"),
    none_of("/api/v1/behaviors/{*}"),
    none_of("/api/v1/brands/{*}"),
    none_of("/api/v1/captchas/{*}"),
    none_of("/api/v1/device-assurances/{*}"),
    none_of("/api/v1/devices/{*}"),
    none_of("/api/v1/domains/{*}"),
    none_of("/api/v1/email-domains/{*}"),
    none_of("/api/v1/email-servers/{*}"),
    none_of("/api/v1/eventHooks/{*}"),
    none_of("/api/v1/features/{*}"),
    none_of("/api/v1/first-party-app-settings/{*}"),
    none_of("/api/v1/hook-keys/{*}"),
    none_of("/api/v1/iam/{*}"),
    none_of("/api/v1/identity-sources/{*}"),
    none_of("/api/v1/idps/{*}"),
    none_of("/api/v1/logStreams/{*}"),
    none_of("/api/v1/org/{*}"),
    none_of("/api/v1/orgs/{*}"),
    none_of("/api/v1/principal-rate-limits/{*}"),
    none_of("/api/v1/push-providers/{*}"),
    none_of("/api/v1/rate-limit-settings/{*}"),
    none_of("/api/v1/realm-assignments/{*}"),
    none_of("/api/v1/realms/{*}"),
    none_of("/api/v1/risk/{*}"),
    none_of("/api/v1/roles/{*}"),
    none_of("/api/v1/security-events-providers/{*}"),
    none_of("/api/v1/ssf/{*}"),
    none_of("/api/v1/templates/{*}"),
    none_of("/api/v1/threats/{*}"),
    none_of("/api/v1/trustedOrigins/{*}"),
    none_of("/api/v1/zones/{*}"),
    none_of("/oauth2/{*}").open(),
    none_of("/.well-known/openid-configuration").open(),
    none_of("/.well-known/oauth-authorization-server").open(),
    none_of("/idp/idx/{*}").open(),
];

/// What a path comes to.
#[derive(Debug)]
pub(super) enum Found {
    /// A handler and the parts of the path that are not fixed.
    Route(Handler, BTreeMap<&'static str, String>, Access),
    /// What answers 501.
    Absent(Access),
    /// The path, but not with this method.
    OtherMethod(Access),
}

impl Found {
    pub(super) fn access(&self) -> Access {
        match self {
            Self::Route(_, _, access) | Self::OtherMethod(access) | Self::Absent(access) => *access,
        }
    }
}

/// Looks a path up, which has no slash at its end. Parts are compared decoded.
pub(super) fn find(method: &str, path: &str) -> Option<Found> {
    let parts = parts(path);
    let first = ROUTES.iter().find(|route| names(route.path, &parts).is_some())?;
    let mut same = ROUTES.iter().filter(|route| route.path == first.path);
    Some(match same.find(|route| route.method == method || route.method == "*") {
        None => Found::OtherMethod(first.access),
        Some(route) => match route.handler {
            None => Found::Absent(route.access),
            Some(handler) => {
                let names = names(route.path, &parts).unwrap_or_default();
                Found::Route(handler, names, route.access)
            }
        },
    })
}

/// The parts of a path, decoded.
fn parts(path: &str) -> Vec<String> {
    let decoded =
        |part| percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned();
    path.split('/').map(decoded).collect()
}

/// What a path is about: `users` of `/api/v1/users/…`, say; nothing if there is nothing of that name.
pub(super) fn kind(path: &str) -> &'static str {
    fn kind_of<'a>(mut parts: impl Iterator<Item = &'a str>) -> Option<&'a str> {
        let root = [parts.next(), parts.next(), parts.next()];
        (root == [Some(""), Some("api"), Some("v1")]).then(|| parts.next())?
    }
    let parts = parts(path);
    let kind = kind_of(parts.iter().map(String::as_str));
    let known = ROUTES.iter().map(|route| kind_of(route.path.split('/')));
    known.flatten().find(|known| Some(*known) == kind).unwrap_or_default()
}

/// A path as it may be logged: the id of a session is the value of its cookie.
pub(super) fn loggable(path: &str) -> String {
    let mut parts = parts(path);
    if kind(path) == "sessions"
        && let Some(id) = parts.get_mut(4).filter(|id| *id != "me")
    {
        "…".clone_into(id);
    }
    parts.join("/")
}

/// The parts of a path that its pattern leaves open, by name; `None` if it does not fit.
fn names(pattern: &'static str, parts: &[String]) -> Option<BTreeMap<&'static str, String>> {
    let mut names = BTreeMap::new();
    let mut parts = parts.iter();
    for wanted in pattern.split('/') {
        if wanted == "{*}" {
            return Some(names);
        }
        let part = parts.next()?;
        match wanted.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) if !part.is_empty() => {
                names.insert(name, part.clone());
            }
            None if wanted == part => {}
            _ => return None,
        }
    }
    parts.next().is_none().then_some(names)
}

/// An address of the management API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiEndpoint {
    /// Its path, with `{name}` where anything may stand, and `{*}` where anything or nothing may follow.
    pub path: &'static str,
    /// Its method; `*` is any.
    pub method: &'static str,
    /// Whether it does what Okta's does. If not it answers 501 with E0000060.
    pub implemented: bool,
}

impl OrgService {
    /// Every address of the management API, those that answer 501 too, in the router's order.
    pub fn api_endpoints() -> Vec<ApiEndpoint> {
        let endpoint = |route: &Route| ApiEndpoint {
            path: route.path,
            method: route.method,
            implemented: route.handler.is_some(),
        };
        ROUTES.iter().map(endpoint).collect()
    }
}
