//! `{placeholders}` in a profile's texts.

use std::collections::BTreeMap;

/// Names and what stands for them. A name that is not known is left as it is.
#[derive(Clone, Debug, Default)]
pub(super) struct Placeholders(BTreeMap<String, String>);

impl Placeholders {
    /// The same with one more name.
    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }

    /// The text with every known `{name}` replaced, once: what a value holds is not looked at again.
    pub(super) fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let (before, from) = rest.split_at(open);
            filled.push_str(before);
            let known = from.find('}').and_then(|close| {
                self.0.get(&from[1..close]).map(|value| (value, &from[close + 1..]))
            });
            match known {
                Some((value, after)) => {
                    filled.push_str(value);
                    rest = after;
                }
                None => {
                    filled.push('{');
                    rest = &from[1..];
                }
            }
        }
        filled.push_str(rest);
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::Placeholders;

    #[test]
    fn fills_known_names_once_and_leaves_the_rest() {
        let places = Placeholders::default().with("port", "80").with("email", "{port}@x");
        assert_eq!(places.fill("h:{port}/{email}?{other}&{"), "h:80/{port}@x?{other}&{");
        assert_eq!(places.fill("{\"a\": \"{port}\"}"), "{\"a\": \"80\"}");
    }
}
