//! Whether the properties that an expression names exist.

use std::collections::{BTreeMap, BTreeSet};

use super::parser::error;
use super::{Expression, ExpressionError, ExpressionFault, Node, Part, Root, Template};
use crate::idp::{Org, User};

/// Where an expression stands, which says whose properties it may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// An attribute statement: everything but `source`.
    AttributeStatement,
    /// `subjectNameIdTemplate`: `source` too.
    SubjectNameId,
    /// `userNameTemplate`: `user`, `source`, `app`, `org` and other apps. The username itself is what
    /// is being made.
    UserName,
    /// `idpIssuer`: `org.externalKey` alone, and no functions: an issuer is nobody's.
    Issuer,
    /// The condition of a group rule: `user` alone.
    GroupRule,
}

/// Which names exist where an expression stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    /// Where it stands.
    pub place: Place,
    /// Custom attributes of the Okta user profile beside [`User::BASE_ATTRIBUTES`]; `None` if any
    /// name is one.
    pub user: Option<BTreeSet<String>>,
    /// Attributes of the user's profile at the app beside `userName`.
    pub app_user: BTreeSet<String>,
    /// Those of other apps, by the app's name.
    pub apps: BTreeMap<String, BTreeSet<String>>,
}

impl Schema {
    /// A schema of no custom attributes and no other apps.
    pub fn new(place: Place) -> Self {
        let (app_user, apps) = (BTreeSet::new(), BTreeMap::new());
        Self { place, user: Some(BTreeSet::new()), app_user, apps }
    }

    /// One that takes any attribute of the user: for whoever does not know the users yet.
    pub fn open(place: Place) -> Self {
        Self { user: None, ..Self::new(place) }
    }

    /// The schema of an org, for the app with this id if it is for one.
    pub fn of(org: &Org, place: Place, app: Option<&str>) -> Self {
        let attributes = |app: &crate::idp::App| app.profile_attributes.clone();
        let own = app.and_then(|id| org.app_by_id(id));
        Self {
            place,
            user: Some(org.profile_attributes.clone()),
            app_user: own.map(attributes).unwrap_or_default(),
            apps: org.apps.iter().map(|app| (app.name.clone(), attributes(app))).collect(),
        }
    }

    /// Whether every property that an expression names exists. `text` is where the expression was
    /// parsed from: it tells the column.
    ///
    /// # Errors
    /// The first property that does not.
    pub fn check(&self, expression: &Expression, text: &str) -> Result<(), ExpressionError> {
        let mut wrong: Vec<_> = expression.nodes().filter_map(|node| self.fault(node)).collect();
        wrong.sort_by_key(|(at, _)| *at);
        let first = wrong.into_iter().next();
        first.map_or(Ok(()), |(at, fault)| Err(error(text, at, fault)))
    }

    /// As [`Schema::check`] for each expression of a template.
    ///
    /// # Errors
    /// The first property that does not exist.
    pub fn check_template(&self, template: &Template, text: &str) -> Result<(), ExpressionError> {
        template.parts.iter().try_for_each(|part| match part {
            Part::Text(_) => Ok(()),
            Part::Expression(expression) => self.check(expression, text),
        })
    }

    /// Parses and checks an expression.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn expression(&self, text: &str) -> Result<Expression, ExpressionError> {
        let expression = Expression::parse(text)?;
        self.check(&expression, text)?;
        Ok(expression)
    }

    /// Parses and checks a template.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn template(&self, text: &str) -> Result<Template, ExpressionError> {
        let template = Template::parse(text)?;
        self.check_template(&template, text)?;
        Ok(template)
    }

    fn fault(&self, node: &Node) -> Option<(usize, ExpressionFault)> {
        match node {
            Node::Reference { root, name, at } => {
                let remedy = self.missing(root, name)?;
                let name = format!("{}.{name}", root.name());
                Some((at.0, ExpressionFault::UnknownProperty { name, remedy }))
            }
            Node::Property { of, name } | Node::Select { of, name } => match &**of {
                Node::Reference { root, name: first, at } => {
                    let name = format!("{}.{first}.{name}", root.name());
                    let remedy = "attributes have no properties of their own".to_owned();
                    Some((at.0, ExpressionFault::UnknownProperty { name, remedy }))
                }
                _ => None,
            },
            Node::Call { function, at, .. } if self.place == Place::Issuer => {
                let name = function.name().to_owned();
                let remedy = "an issuer takes `${org.externalKey}` alone".to_owned();
                Some((at.0, ExpressionFault::UnknownProperty { name, remedy }))
            }
            _ => None,
        }
    }

    /// Why there is no such property; `None` if there is.
    fn missing(&self, root: &Root, name: &str) -> Option<String> {
        if !self.roots().contains(&root.name()) && !matches!(root, Root::Named(_)) {
            return Some(format!("here are {} alone", self.roots().join(", ")));
        }
        let (known, remedy) = match root {
            Root::User | Root::Source => {
                let user_name = *root == Root::User
                    && !matches!(self.place, Place::GroupRule | Place::UserName);
                let custom = self.user.as_ref().is_none_or(|custom| custom.contains(name));
                let known = custom || User::BASE_ATTRIBUTES.contains(&name);
                (known || user_name && name == "userName", "add it to the user profile")
            }
            Root::AppUser => (
                name == "userName" || self.app_user.contains(name),
                "the app's profile has userName and what was added to it",
            ),
            Root::App => (["id", "name", "label"].contains(&name), "take id, name or label"),
            Root::Org if self.place == Place::Issuer => {
                (name == "externalKey", "an issuer takes `${org.externalKey}` alone")
            }
            Root::Org => (
                ["name", "subDomain", "subdomain", "externalKey"].contains(&name),
                "take name, subDomain or externalKey",
            ),
            Root::Session => (name == "amr", "take amr"),
            Root::Named(app) => (
                !matches!(self.place, Place::GroupRule | Place::Issuer)
                    && self.apps.get(app).is_some_and(|of| name == "userName" || of.contains(name)),
                "take user, appuser, org or the name of an app, or put text into quotes",
            ),
        };
        (!known).then(|| remedy.to_owned())
    }

    fn roots(&self) -> &'static [&'static str] {
        match self.place {
            Place::AttributeStatement => &["user", "appuser", "app", "org", "session"],
            Place::SubjectNameId => &["user", "source", "appuser", "app", "org", "session"],
            Place::UserName => &["user", "source", "app", "org"],
            Place::Issuer => &["org"],
            Place::GroupRule => &["user"],
        }
    }
}
