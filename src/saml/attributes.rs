//! Attributes as an assertion carries them (C 2.7.3).

use serde::{Deserialize, Serialize};

/// `NameFormat` of an attribute (C 8.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AttributeNameFormat {
    /// `urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified`, Okta's default.
    #[default]
    Unspecified,
    /// `urn:oasis:names:tc:SAML:2.0:attrname-format:uri`.
    Uri,
    /// `urn:oasis:names:tc:SAML:2.0:attrname-format:basic`.
    Basic,
}

impl AttributeNameFormat {
    /// The URN as it is written into `NameFormat`.
    pub fn urn(self) -> &'static str {
        match self {
            Self::Unspecified => "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified",
            Self::Uri => "urn:oasis:names:tc:SAML:2.0:attrname-format:uri",
            Self::Basic => "urn:oasis:names:tc:SAML:2.0:attrname-format:basic",
        }
    }
}

/// One `<AttributeValue>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AttributeValue {
    /// Its text, untrimmed; empty for an empty element.
    Text(String),
    /// `xsi:nil="true"`.
    Nil,
}

impl AttributeValue {
    /// The text, if it is not nil.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Nil => None,
        }
    }
}

/// One `<Attribute>` element. The same name may occur in several of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// `Name`.
    pub name: String,
    /// `FriendlyName`, if any.
    pub friendly_name: Option<String>,
    /// `NameFormat` as written, if any.
    pub name_format: Option<String>,
    /// The values in document order; none for an empty element.
    pub values: Vec<AttributeValue>,
}

/// All `<Attribute>` elements of an assertion, in document order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attributes(pub Vec<Attribute>);

impl Attributes {
    /// Every text value of every `<Attribute>` of this exact `Name`, in document order.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |attribute| attribute.name == name)
            .flat_map(|attribute| &attribute.values)
            .filter_map(AttributeValue::text)
    }

    /// The first text value of this name, if there is one.
    pub fn first<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.values(name).next()
    }
}
