//! The house rules that no compiler holds: who may import whom, how long a file may be, what may
//! not be named or called where, and what the crate may not depend on.
//!
//! [`laws`] states them, as data first. Each test of `src` has a pair on made-up sources that shows
//! the law accept and refuse. Where a wall stands wrong, move it here and in ARCHITECTURE.md.

mod dependencies;
mod laws;
mod source;

use std::path::Path;

use laws::Law;
use source::Source;

/// Every file of `src`.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                found.push(Source::parse(&name, &std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.iter().any(|source| source.path == "lib.rs"), "src/lib.rs was not found");
    found
}

/// Holds a law over the whole crate and names every breach.
#[track_caller]
fn hold(law: Law) {
    let breaches: Vec<String> = sources().iter().flat_map(law).collect();
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

/// What a law says of one made-up file.
fn breaches(law: Law, path: &str, text: &str) -> Vec<String> {
    law(&Source::parse(path, text))
}

#[track_caller]
fn accepts(law: Law, path: &str, text: &str) {
    assert_eq!(breaches(law, path, text), Vec::<String>::new(), "in {path}: {text}");
}

/// The law finds exactly one breach, and its message holds `part`.
#[track_caller]
fn refuses(law: Law, path: &str, text: &str, part: &str) {
    let found = breaches(law, path, text);
    assert!(found.len() == 1 && found[0].contains(part), "in {path}: {text}\n{found:?}");
}

#[test]
fn a_room_imports_what_its_row_allows() {
    hold(laws::imports);
}

#[test]
fn the_import_law_sees_every_way_to_import() {
    let law = laws::imports;
    accepts(law, "sp/entry.rs", "use crate::saml::EntityId;");
    refuses(
        law,
        "saml/names.rs",
        "\nuse crate::sp::Entry;",
        "src/saml/names.rs:2: `saml` imports `sp`",
    );
    accepts(law, "sp/entry.rs", "use crate::{saml::EntityId, sp::{Grant, Role}};");
    refuses(law, "sp/entry.rs", "use crate::{saml::{A, B}, serve::{C}};", "`sp` imports `serve`");
    accepts(law, "sp/entry.rs", "use super::{Grant, Role}; use super::super::saml::EntityId;");
    refuses(law, "sp/entry.rs", "use super::super::idp::Org;", "`sp` imports `idp`");
    accepts(law, "sp/mod.rs", "pub use self::entry::Entry; use super::saml;");
    refuses(law, "sp/mod.rs", "use super::idp::Org;", "`sp` imports `idp`");
    accepts(law, "env.rs", "mod deep { use super::super::env::Env; }");
    refuses(law, "env.rs", "mod deep { use super::super::keys::Key; }", "`env` imports `keys`");
    refuses(law, "env.rs", "mod a {} use super::keys::Key;", "`env` imports `keys`");
    accepts(law, "sp/entry.rs", "fn f(id: &crate::saml::EntityId) { g!(crate::saml::X) }");
    refuses(law, "sp/entry.rs", "fn f() { g!(crate::net::get()) }", "`sp` imports `net`");
    accepts(law, "sp/entry.rs", "#[serde(with = \"crate::saml::instant\")] struct A;");
    refuses(
        law,
        "sp/entry.rs",
        "#[serde(with = \"crate::net::x\")] struct A;",
        "`sp` imports `net`",
    );
    accepts(law, "sp/entry.rs", "pub(crate) fn f() {} pub(in crate::sp) fn g() {}");
    refuses(law, "sp/entry.rs", "use crate::*;", "`sp` imports everything");
    refuses(law, "sp/entry.rs", "use crate as all;", "`sp` imports everything");
    refuses(law, "sp/entry.rs", "use crate::{self as all};", "`sp` imports everything");
    refuses(law, "sp/entry.rs", "extern crate self as all;", "`sp` imports everything");
    refuses(law, "sp/entry.rs", "use crate::Shortcut;", "`Shortcut` is no room");
    accepts(
        law,
        "sp/entry.rs",
        "/// See crate::serve.\n// crate::serve\nconst A: &str = \"a crate::b\";",
    );
    accepts(law, "sp/entry.rs", "#[cfg(test)]\nmod tests { use crate::serve::Org; }");
    refuses(law, "sp/entry.rs", "#[cfg(test)] use crate::run::A; use crate::serve::B;", "`serve`");
    refuses(law, "attic/old.rs", "struct A;", "src/attic/old.rs:1: `attic` has no row");
}

#[test]
fn the_binary_knows_the_public_api_alone() {
    let law = laws::imports;
    accepts(law, "main.rs", "mod cli; fn main() { cli::main() }");
    refuses(law, "main.rs", "use samlproof::run::Options;", "`main` imports `samlproof`");
    accepts(law, "cli/run.rs", "use crate::cli::Exit; use samlproof::run::Options;");
    refuses(law, "cli/run.rs", "use crate::run::Options;", "`cli` imports `run`");
    accepts(law, "lib.rs", "pub mod saml; pub use crate::saml::EntityId;");
    refuses(law, "lib.rs", "pub use crate::cli::Args;", "`lib` imports `cli`");
    refuses(law, "lib.rs", "mod cli;", "`lib` holds `cli`");
}

#[test]
fn the_table_has_no_circle() {
    let circle = laws::circle(laws::MAY_IMPORT);
    assert!(circle.is_none(), "these rooms import each other in a circle: {circle:?}");
    assert!(laws::circle(&[("a", &["b"]), ("b", &["c"]), ("c", &["a"])]).is_some());
    assert!(laws::circle(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])]).is_none());
}

#[test]
fn a_file_has_at_most_400_code_lines() {
    hold(laws::length);
}

#[test]
fn the_length_law_counts_code_alone() {
    let long = |line: &str, count: usize| line.repeat(count);
    accepts(laws::length, "a.rs", &long("const A: u8 = 0;\n", 400));
    refuses(laws::length, "a.rs", &long("const A: u8 = 0;\n", 401), "401 code lines");
    accepts(laws::length, "a.rs", &long("\n// words\n/// words\nconst A: u8 = 0;\n", 400));
    refuses(laws::length, "a.rs", &long("#[doc(hidden)]\nconst A: u8 = 0;\n", 201), "402");
    refuses(laws::length, "a.rs", &format!("const A: &str = \"{}\";", long("\n", 400)), "401");
    let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", long("fn a() {}\n", 500));
    accepts(laws::length, "a.rs", &tests);
}

#[test]
fn a_mod_file_only_says_what_is_in_the_folder() {
    hold(laws::mod_files);
}

#[test]
fn the_mod_file_law_knows_what_a_list_of_contents_is() {
    let law = laws::mod_files;
    let contents = "//! Docs.\n#![warn(missing_docs)]\nmod a;\n#[cfg(unix)]\npub(crate) mod b;\n\
                    pub use a::{A, B};\n#[cfg(test)]\nmod tests { fn f() {} }";
    accepts(law, "sp/mod.rs", contents);
    refuses(law, "sp/mod.rs", "mod a;\nfn f() {}", "src/sp/mod.rs:2: `fn`");
    refuses(law, "sp/mod.rs", "mod a { fn f() {} }", "`mod a`");
    refuses(law, "sp/mod.rs", "pub struct A;", "`struct`");
    accepts(law, "sp/entry.rs", "pub struct A;");
}

#[test]
fn nothing_is_unwrapped() {
    hold(laws::unwraps);
}

#[test]
fn the_unwrap_law_looks_outside_tests() {
    let law = laws::unwraps;
    accepts(law, "a.rs", "fn f() { x.unwrap_or(1).expect(\"a number\"); } // .unwrap()");
    refuses(law, "a.rs", "fn f() {\n x\n.unwrap() }", "src/a.rs:3: unwrap");
    refuses(law, "a.rs", "fn f() { xs.map(Option::unwrap); }", "unwrap");
    accepts(law, "a.rs", "#[cfg(test)] mod tests { fn f() { x.unwrap(); } }");
    refuses(law, "a.rs", "#[cfg(unix)] mod tests { fn f() { x.unwrap(); } }", "unwrap");
}

#[test]
fn names_say_what_a_thing_is() {
    hold(laws::names);
}

#[test]
fn the_name_law_knows_names_that_say_nothing() {
    let law = laws::names;
    accepts(law, "net/listener.rs", "struct Listener; mod commonwealth {}");
    refuses(law, "net/utils.rs", "struct Listener;", "src/net/utils.rs:1: `utils`");
    refuses(law, "helpers/x.rs", "struct Listener;", "`helpers`");
    refuses(law, "a.rs", "mod test_helpers {}", "`test_helpers`");
    refuses(law, "a.rs", "struct SessionManager;", "`SessionManager`");
    accepts(law, "a.rs", "fn user(&self) {} fn getter() {} fn f() { x.get_ref(); }");
    refuses(law, "a.rs", "fn get_user(&self) {}", "`get_user`");
}

#[test]
fn time_and_chance_are_handed_in() {
    hold(laws::ambience);
}

#[test]
fn the_ambience_law_knows_where_time_and_chance_come_from() {
    let law = laws::ambience;
    accepts(law, "env.rs", "fn f() { Timestamp::now(); rand::fill(&mut b); }");
    refuses(
        law,
        "sp/decide.rs",
        "fn f() {\n Timestamp::now() }",
        "src/sp/decide.rs:2: `Timestamp::now`",
    );
    refuses(law, "sp/decide.rs", "fn f() { x.unwrap_or_else(jiff::Zoned::now) }", "`Zoned::now`");
    refuses(law, "run/record.rs", "fn f() { std::time::SystemTime::now() }", "`SystemTime::now`");
    accepts(law, "run/record.rs", "fn f() { Instant::now() }");
    refuses(law, "verdict/judge.rs", "fn f() { Instant::now() }", "`Instant::now`");
    accepts(law, "keys.rs", "fn f() { SystemRandom::new() }");
    refuses(law, "idp/org.rs", "fn f() { SystemRandom::new() }", "`SystemRandom::new`");
    refuses(law, "serve/sso.rs", "fn f() { rand::fill(&mut b) }", "`rand::fill`");
    accepts(law, "idp/org.rs", "fn f(env: &Env) { env.now(); }");
}
