//! Forms in a page that a browser would go on with by itself, or that ask for a password.

use scraper::{ElementRef, Html, Selector};
use url::Url;

/// A form that the browser goes on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A SAML message in hidden fields: posted as it is (B 3.5).
    Message {
        /// Where to.
        action: Url,
        /// Its fields, in order.
        fields: Vec<(String, String)>,
    },
    /// A user name and a password are asked for.
    SignIn {
        /// Where to.
        action: Url,
        /// Its fields, in order.
        fields: Vec<(String, String)>,
        /// The name of the user-name field.
        username: String,
        /// The name of the password field.
        password: String,
    },
    /// A new password is asked for, once or twice.
    NewPassword {
        /// Where to.
        action: Url,
        /// Its fields, in order.
        fields: Vec<(String, String)>,
        /// The names of the password fields.
        passwords: Vec<String>,
    },
}

/// The form of a page that a browser goes on with, if there is one. Only posted forms count.
pub(super) fn form(page: &str, url: &Url) -> Option<Form> {
    let forms = Selector::parse("form").expect("the selector is a literal");
    let html = Html::parse_document(page);
    html.select(&forms).find_map(|form| read(form, url))
}

fn read(form: ElementRef<'_>, url: &Url) -> Option<Form> {
    let post = form.attr("method").is_some_and(|method| method.eq_ignore_ascii_case("post"));
    let action = url.join(form.attr("action").unwrap_or_default()).ok().filter(|_| post)?;
    let inputs = Selector::parse("input[name]").expect("the selector is a literal");
    let mut fields = Vec::new();
    let (mut username, mut passwords) = (None, Vec::new());
    for input in form.select(&inputs) {
        let name = input.attr("name").unwrap_or_default().to_owned();
        match input.attr("type").unwrap_or("text") {
            "password" => passwords.push(name.clone()),
            "text" | "email" => username = username.or(Some(name.clone())),
            _ => {}
        }
        fields.push((name, input.attr("value").unwrap_or_default().to_owned()));
    }
    let message = fields.iter().any(|(name, _)| name == "SAMLResponse" || name == "SAMLRequest");
    match (username, passwords.first().cloned()) {
        _ if message => Some(Form::Message { action, fields }),
        (Some(username), Some(password)) => {
            Some(Form::SignIn { action, fields, username, password })
        }
        (None, Some(_)) => Some(Form::NewPassword { action, fields, passwords }),
        _ => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails may panic")]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn reads_a_message_with_encoded_values() {
        let page = "<form method='POST' action='https&#x3a;&#x2f;&#x2f;sp.test&#x2f;acs'>\
            <input name='SAMLResponse' type='hidden' value='a&#x2b;b&#x3d;'/>\
            <input name=\"RelayState\" type=\"hidden\" value=''/></form>";
        let fields = vec![("SAMLResponse".into(), "a+b=".into()), ("RelayState".into(), "".into())];
        let wanted = Form::Message { action: url("https://sp.test/acs"), fields };
        assert_eq!(form(page, &url("https://idp.test/")), Some(wanted));
    }

    #[test]
    fn tells_a_sign_in_from_other_forms() {
        let page = "<form method=get><input name=q></form><form method=post action='/in'>\
            <input type=hidden name=next value=/x><input name=username>\
            <input type=password name=password></form>";
        let Some(Form::SignIn { action, username, password, .. }) =
            form(page, &url("https://a.test/b"))
        else {
            panic!("the second form is a sign-in");
        };
        assert_eq!(
            (action.as_str(), &*username, &*password),
            ("https://a.test/in", "username", "password")
        );
        assert_eq!(form("<form method=post><input name=q></form>", &url("https://a.test/")), None);
    }
}
